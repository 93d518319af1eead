# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What rules of Tencent Cloud mean, as the simulator serves them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.simulators.server import Refuse
from tests.simulators.tencentcloud import Estate, TencentCloudSimulator
from tests.unit.conftest import ours

if TYPE_CHECKING:
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._tencentcloud.client import Client

WORLD = {"CidrBlock": "0.0.0.0/0"}
SSH = {"Protocol": "TCP", "Port": "22"}
DENIED = Refuse(200, "UnauthorizedOperation", "You are not authorized to perform this operation")


def effect(client: Client, before: tuple[str, ...], after: tuple[str, ...]) -> dict[str, list[dict[str, str]]]:
    reviewer = ours("_tencentcloud.groups").SecurityGroups(client).reviewer()
    reviewer.learn([*before, *after])
    found: dict[str, list[dict[str, str]]] = reviewer.effect(
        ours("_core.lists").compare(before, after, ordered=True)
    ).as_dict()
    return found


def told(regions: list[dict[str, str]]) -> list[str]:
    return [f"{one['direction']} {one['protocol']} {one['ports']} {one['peer']} {one['by']}" for one in regions]


def test_the_group_that_denies_opens_a_port_at_the_end(
    cloud: TencentCloudSimulator, estate: Estate, vpc: Client
) -> None:
    deny, allow, *_others = estate.security_groups
    cloud.rules.put(deny, [{**SSH, **WORLD, "Action": "DROP"}])
    cloud.rules.put(allow, [{"Protocol": "tcp", "Port": "20-30", **WORLD}, {"Ipv6CidrBlock": "::/0", "Action": "drop"}])
    found = effect(vpc, (deny, allow), (allow, deny))
    assert told(found["opens"]) == [f"ingress tcp 22 0.0.0.0/0 {allow}"]
    assert (found["closes"], found["unknown"]) == ([], [])
    assert told(effect(vpc, (allow, deny), (deny, allow))["closes"]) == [f"ingress tcp 22 0.0.0.0/0 {allow}"]


def test_a_new_order_that_changes_nothing(cloud: TencentCloudSimulator, estate: Estate, vpc: Client) -> None:
    one, other, *_others = estate.security_groups
    cloud.rules.put(one, [{**SSH, **WORLD}], [{**WORLD}])
    cloud.rules.put(other, [{"Protocol": "UDP", "Port": "53,123", "CidrBlock": "10.0.0.0/8"}])
    assert effect(vpc, (one, other), (other, one)) == {"opens": [], "closes": [], "unknown": []}


def test_templates_are_resolved(cloud: TencentCloudSimulator, estate: Estate, vpc: Client) -> None:
    group, *_others = estate.security_groups
    cloud.rules.templates.update(
        {
            "ipm-12345678": ["10.0.0.1-10.0.0.2", "192.0.2.0/24"],
            "ipmg-1234567": ["ipm-12345678"],
            "ppm-12345678": ["TCP:80,443", "UDP:ALL"],
        }
    )
    services, addresses = {"ServiceId": "ppm-12345678", "ServiceGroupId": ""}, {"AddressGroupId": "ipmg-1234567"}
    cloud.rules.put(group, [{"ServiceTemplate": services, "AddressTemplate": addresses}])
    found = effect(vpc, (), (group,))
    peers = "10.0.0.1/32, 10.0.0.2/32, 192.0.2.0/24"
    assert set(told(found["opens"])) == {f"ingress udp all {peers} {group}", f"ingress tcp 80, 443 {peers} {group}"}
    assert cloud.count("DescribeAddressTemplates", "DescribeAddressTemplateGroups", "DescribeServiceTemplates") == 3


def test_a_template_that_may_not_be_read_is_a_name(cloud: TencentCloudSimulator, estate: Estate, vpc: Client) -> None:
    group, *_others = estate.security_groups
    cloud.play(DENIED, "DescribeAddressTemplates")
    cloud.rules.put(group, [{**SSH, "AddressTemplate": {"AddressId": "ipm-12345678", "AddressGroupId": ""}}])
    found = effect(vpc, (), (group,))
    assert told(found["opens"]) == [f"ingress tcp 22 ipm-12345678 {group}"]
    assert found["unknown"] == [{"group": group, "reason": "needs vpc:DescribeAddressTemplates"}]


def test_a_group_that_may_not_be_read_hides_what_follows(
    cloud: TencentCloudSimulator, estate: Estate, vpc: Client
) -> None:
    hidden, other, *_others = estate.security_groups
    cloud.play(DENIED, "DescribeSecurityGroupPolicies")
    cloud.rules.put(other, [{**SSH, **WORLD}])
    found = effect(vpc, (hidden,), (hidden, other))
    assert found["opens"] == []
    assert {"group": hidden, "reason": "needs vpc:DescribeSecurityGroupPolicies"} in found["unknown"]
    assert cloud.count("DescribeSecurityGroupPolicies") == 2


@pytest.mark.parametrize(
    ("rule", "peer"),
    [
        ({"CidrBlock": "0.0.0.0/8"}, "0.0.0.0/0"),
        ({"CidrBlock": "192.128.8.8/17"}, "192.128.0.0/17"),
        ({"Ipv6CidrBlock": "0::0/0"}, "::/0"),
        ({"SecurityGroupId": "sg-87654321"}, "sg-87654321"),
    ],
)
def test_peers(cloud: TencentCloudSimulator, estate: Estate, vpc: Client, rule: dict[str, Any], peer: str) -> None:
    group, *_others = estate.security_groups
    cloud.rules.put(group, [{"Protocol": "ICMP", **rule}])
    assert told(effect(vpc, (), (group,))["opens"]) == [f"ingress icmp all {peer} {group}"]


@pytest.mark.parametrize(
    "rule", [{}, {**WORLD, "Action": "MAYBE"}, {**WORLD, "Protocol": "SCTP?"}, {"CidrBlock": "everywhere"}]
)
def test_a_rule_that_is_not_understood_is_unknown(
    cloud: TencentCloudSimulator, estate: Estate, vpc: Client, rule: dict[str, Any]
) -> None:
    group, *_others = estate.security_groups
    cloud.rules.put(group, [rule])
    found = effect(vpc, (), (group,))
    assert found["opens"] == []
    assert {one["reason"] for one in found["unknown"]} == {"one of its rules is not as documented"}
