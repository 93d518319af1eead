# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What rules of EC2 mean, as moto serves them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.simulators.aws import AwsSimulator, Estate
from tests.simulators.server import Refuse
from tests.unit.conftest import Connection, ours

if TYPE_CHECKING:
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.options import Runtime

DENIED = Refuse(403, "UnauthorizedOperation", "You are not authorized to perform this operation.")


@pytest.fixture
def session(connection: Connection, runtime: Runtime) -> Any:
    return ours("_aws.session").Session(connection, runtime)


def allow(cloud: AwsSimulator, group: str, **rule: Any) -> None:
    given = {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, **rule}
    cloud.client("ec2").authorize_security_group_ingress(GroupId=group, IpPermissions=[given])


def effect(session: Any, before: tuple[str, ...], after: tuple[str, ...]) -> dict[str, list[dict[str, str]]]:
    reviewer = ours("_aws.groups").SecurityGroups(session).reviewer()
    reviewer.learn([*before, *after])
    found: dict[str, list[dict[str, str]]] = reviewer.effect(
        ours("_core.lists").compare(before, after, ordered=False)
    ).as_dict()
    return found


def told(regions: list[dict[str, str]]) -> list[str]:
    return [f"{one['direction']} {one['protocol']} {one['ports']} {one['peer']}" for one in regions]


def test_a_group_that_lets_the_internet_in(cloud: AwsSimulator, estate: Estate, session: Any) -> None:
    first, second, *_others = estate.security_groups
    allow(cloud, second, IpRanges=[{"CidrIp": "0.0.0.0/0"}], Ipv6Ranges=[{"CidrIpv6": "::/0"}])
    allow(cloud, second, IpProtocol="icmp", FromPort=8, ToPort=-1, IpRanges=[{"CidrIp": "10.0.0.0/8"}])
    cloud.calls.clear()
    found = effect(session, (first,), (first, second))
    assert told(found["opens"]) == ["ingress tcp 22 0.0.0.0/0, ::/0", "ingress icmp 8 10.0.0.0/8"]
    assert (found["closes"], found["unknown"]) == ([], [])
    assert cloud.count("DescribeSecurityGroups") == 1


def test_a_group_that_another_one_stands_in_for(cloud: AwsSimulator, estate: Estate, session: Any) -> None:
    first, second, *_others = estate.security_groups
    for group in (first, second):
        allow(cloud, group, IpRanges=[{"CidrIp": "10.0.0.0/8"}])
    assert effect(session, (first, second), (first,)) == {"opens": [], "closes": [], "unknown": []}


def test_a_group_may_be_a_peer(cloud: AwsSimulator, estate: Estate, session: Any) -> None:
    first, second, third, *_others = estate.security_groups
    allow(cloud, second, IpProtocol="-1", UserIdGroupPairs=[{"GroupId": third}])
    assert told(effect(session, (first,), (first, second))["opens"]) == [f"ingress all all {third}"]


def test_a_prefix_list_is_resolved_where_it_may_be_read(cloud: AwsSimulator, estate: Estate, session: Any) -> None:
    first, second, *_others = estate.security_groups
    entries = [{"Cidr": "192.0.2.0/25"}, {"Cidr": "192.0.2.128/25"}]
    made = cloud.client("ec2").create_managed_prefix_list(
        PrefixListName="offices", Entries=entries, MaxEntries=5, AddressFamily="IPv4"
    )["PrefixList"]["PrefixListId"]
    allow(cloud, second, PrefixListIds=[{"PrefixListId": made}])
    assert told(effect(session, (first,), (first, second))["opens"]) == ["ingress tcp 22 192.0.2.0/24"]
    cloud.play(DENIED, "GetManagedPrefixListEntries")
    found = effect(session, (first,), (first, second))
    assert told(found["opens"]) == [f"ingress tcp 22 {made}"]
    assert found["unknown"] == [{"group": second, "reason": "needs ec2:GetManagedPrefixListEntries"}]


def test_what_is_not_shown_is_unknown(estate: Estate, session: Any) -> None:
    first, *_others = estate.security_groups
    found = effect(session, (first,), (first, "sg-0123456789abcdef0"))
    assert found["opens"] == []
    reason = "it does not exist, or belongs to an account that does not show its rules"
    assert {"group": "sg-0123456789abcdef0", "reason": reason} in found["unknown"]


def test_a_denied_permission_is_named(cloud: AwsSimulator, estate: Estate, session: Any) -> None:
    first, second, *_others = estate.security_groups
    cloud.play(DENIED, "DescribeSecurityGroups")
    found = effect(session, (first,), (first, second))
    assert {one["reason"] for one in found["unknown"]} == {"needs ec2:DescribeSecurityGroups"}
