# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The adapter for load balancers against the simulator: what it reads, with which calls, and what it writes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.simulators.aws import AwsSimulator, Estate, MotoServer
from tests.simulators.server import Raw, Refuse
from tests.unit.aws.kinds import present, refusal
from tests.unit.conftest import Connection, ours

if TYPE_CHECKING:
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.options import Runtime
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._aws.kinds.elbv2_load_balancer import (
        LoadBalancers,
    )

READ, WRITE = "DescribeLoadBalancers", "SetSecurityGroups"
SWITCH = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
DETAIL = "enforce_security_group_inbound_rules_on_private_link_traffic"
MISSING = "arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/nobody/50dc6c495c0c9188"


@pytest.fixture
def cloud(_moto: MotoServer) -> Iterator[AwsSimulator]:
    with AwsSimulator(_moto) as simulator:
        yield simulator


@pytest.fixture
def estate(cloud: AwsSimulator, _started_moto: None) -> Estate:
    return cloud.populate(file_systems=0, load_balancers=3)


@pytest.fixture
def adapter(connection: Connection, runtime: Runtime) -> LoadBalancers:
    return ours("_aws.kinds.elbv2_load_balancer").DECLARATION.connect(connection, runtime)


class TestReading:
    def test_a_snapshot_has_groups_state_and_details(
        self, cloud: AwsSimulator, estate: Estate, adapter: LoadBalancers, runtime: Runtime
    ) -> None:
        first = estate.load_balancers[0]
        cloud.attach(first, *estate.security_groups[:2])
        began = runtime.clock.now()
        found = adapter.read([first])[first]
        assert (found.id, {*found.groups}) == (first, {*estate.security_groups[:2]})
        assert (found.state, found.passing, found.blocked, found.excluded) == ("active", False, None, None)
        assert began <= found.read_at <= runtime.clock.now()
        assert found.vpc_id == cloud.vpc_of(estate.security_groups[0])
        assert found.details == {
            "name": "balancer-0",
            "type": "application",
            "scheme": found.details["scheme"],
            "vpc_id": found.vpc_id,
            "dns_name": found.details["dns_name"],
            DETAIL: None,
            "state": "active",
        }
        assert "elb.amazonaws.com" in found.details["dns_name"]

    @pytest.mark.parametrize(
        ("state", "passing"), [("provisioning", True), ("active_impaired", False), ("failed", False)]
    )
    def test_a_state_passes_or_not(
        self, cloud: AwsSimulator, estate: Estate, adapter: LoadBalancers, state: str, passing: bool
    ) -> None:
        first = estate.load_balancers[0]
        cloud.put_in_state(first, state)
        found = adapter.read([first])[first]
        assert (found.state, found.passing, found.blocked) == (state, passing, None)

    @pytest.mark.usefixtures("_started_moto")
    def test_no_call_asks_for_more_than_it_may(self, cloud: AwsSimulator, adapter: LoadBalancers) -> None:
        ids = cloud.populate(file_systems=0, load_balancers=41).load_balancers
        assert {one.state for one in adapter.read(ids).values()} == {"active"}
        assert cloud.count(READ) == 3

    def test_one_that_is_unknown_takes_no_other_with_it(
        self, cloud: AwsSimulator, estate: Estate, adapter: LoadBalancers
    ) -> None:
        first, second, third = estate.load_balancers
        found = adapter.read([first, second, third, MISSING])
        assert list(found) == [first, second, third, MISSING]
        assert (found[MISSING].kind, found[MISSING].code) == ("not_found", "LoadBalancerNotFound")
        assert {found[one].state for one in (first, second, third)} == {"active"}
        # All, the half without it, the other half, and the two that are in that.
        assert cloud.count(READ) == 5

    def test_another_refusal_is_that_of_all(self, cloud: AwsSimulator, estate: Estate, adapter: LoadBalancers) -> None:
        cloud.play(Refuse(403, "AccessDenied"), READ)
        found = adapter.read(estate.load_balancers)
        assert {one.kind for one in found.values()} == {"denied"}
        message = found[estate.load_balancers[0]].message
        assert "grant elasticloadbalancing:DescribeLoadBalancers " in message
        assert cloud.count(READ) == 1

    @pytest.mark.parametrize(
        "entry",
        [
            "<SecurityGroups><member>sg-x</member></SecurityGroups><Type>application</Type>",
            "<SecurityGroups><member/></SecurityGroups><Type>network</Type>",
            "<SecurityGroups/><Type>application</Type>",
            "<Type>application</Type>",
            "",
        ],
    )
    def test_half_a_list_is_none(self, cloud: AwsSimulator, adapter: LoadBalancers, entry: str) -> None:
        balancer = f"<member><LoadBalancerArn>{MISSING}</LoadBalancerArn>{entry}</member>"
        result = f"<DescribeLoadBalancersResult><LoadBalancers>{balancer}</LoadBalancers></DescribeLoadBalancersResult>"
        cloud.play(Raw(200, f"<A>{result}</A>".encode(), "text/xml"), READ)
        found = adapter.read([MISSING])[MISSING]
        assert (found.kind, found.passes) == ("transient", True)


class TestWithoutGroups:
    def test_a_network_load_balancer_without_groups_is_refused_where_it_would_change(
        self, cloud: AwsSimulator, estate: Estate, adapter: LoadBalancers
    ) -> None:
        bare = cloud.load_balancers.add(estate.subnets, (), "bare", "network")
        for state in ("present", "exact"):
            (result,) = present(adapter, [bare], estate.security_groups[1], state=state, check_mode=True).results
            assert result.error
            assert "was created without security groups" in result.error.message
        assert present(adapter, [bare], estate.security_groups[1], state="absent").message is None
        assert cloud.count(WRITE) == 0

    def test_a_gateway_load_balancer_is_refused(
        self, cloud: AwsSimulator, estate: Estate, adapter: LoadBalancers
    ) -> None:
        gateway = cloud.load_balancers.add(estate.subnets, (), "gateway", "gateway")
        for state in ("present", "absent"):
            (result,) = present(adapter, [gateway], estate.security_groups[1], state=state, check_mode=True).results
            assert result.error
            assert "it is a Gateway Load Balancer" in result.error.message
        assert cloud.count(WRITE) == 0


class TestSelecting:
    def test_names_select_and_the_first_reading_takes_no_other_call(
        self, cloud: AwsSimulator, estate: Estate, adapter: LoadBalancers
    ) -> None:
        ids = adapter.select(["balancer-2", "balancer-0"])
        assert {*ids} == {estate.load_balancers[0], estate.load_balancers[2]}
        assert {one.state for one in adapter.read(ids).values()} == {"active"}
        assert cloud.count(READ) == 1

    @pytest.mark.usefixtures("_started_moto")
    def test_no_call_names_more_than_it_may(self, cloud: AwsSimulator, adapter: LoadBalancers) -> None:
        cloud.populate(file_systems=0, load_balancers=22)
        assert len(adapter.select([f"balancer-{number}" for number in range(22)])) == 22
        assert cloud.count(READ) == 2
        assert len(adapter.select(None)) == 22
        assert cloud.calls[-1].arguments["PageSize"] == "400"

    @pytest.mark.usefixtures("estate")
    def test_a_name_that_no_load_balancer_has(self, adapter: LoadBalancers) -> None:
        failure = refusal(lambda: adapter.select(["balancer-0", "nobody"]))
        assert failure.kind == "not_found"
        assert "names" in failure.message

    def test_names_that_none_can_have(self) -> None:
        problems = ours("_aws.kinds.elbv2_load_balancer").DECLARATION.selector_problems
        assert list(problems(["web", "Web-1"])) == []
        for name in ("", "a.b", "x" * 33):
            assert f"names has '{name}'" in problems([name])[0]

    @pytest.mark.parametrize(
        ("arn", "fits"),
        [
            (MISSING, True),
            (MISSING.replace("arn:aws:", "arn:aws-us-gov:").replace("/app/", "/net/"), True),
            (MISSING.replace("/app/", "/gwy/"), True),
            (MISSING.replace("/app/nobody/50dc6c495c0c9188", "/classic"), False),
            (MISSING.replace("loadbalancer", "targetgroup"), False),
            ("nobody", False),
        ],
    )
    def test_an_arn_is_that_of_a_load_balancer_of_the_second_version(self, arn: str, fits: bool) -> None:
        assert ours("_aws.kinds.elbv2_load_balancer").LOAD_BALANCER.resource_id.fits(arn) is fits


class TestWriting:
    def test_a_group_is_attached(self, cloud: AwsSimulator, estate: Estate, adapter: LoadBalancers) -> None:
        groups = estate.security_groups
        outcome = present(adapter, estate.load_balancers, groups[1])
        assert outcome.message is None
        assert [{*cloud.groups(one)} for one in estate.load_balancers] == [{*groups[:2]}] * 3
        sent = [call.arguments for call in cloud.calls if call.action == WRITE]
        assert all(SWITCH not in one for one in sent)
        assert present(adapter, estate.load_balancers, groups[1]).changed is False
        assert cloud.count(WRITE) == 3

    @pytest.mark.parametrize(("switch", "sent"), [("off", "off"), ("on", None)])
    def test_the_switch_for_private_link_stays_off(
        self, cloud: AwsSimulator, estate: Estate, adapter: LoadBalancers, switch: str, sent: str | None
    ) -> None:
        arn = cloud.load_balancers.add(estate.subnets, estate.security_groups[:1], "inside", "network")
        cloud.load_balancers.switches[arn] = switch
        (result,) = present(adapter, [arn], estate.security_groups[1]).results
        assert result.details[DETAIL] == switch
        (written,) = [call.arguments for call in cloud.calls if call.action == WRITE]
        assert written.get(SWITCH) == sent
        assert cloud.load_balancers.switches[arn] == switch

    def test_a_refusal_says_what_is_wrong(self, cloud: AwsSimulator, estate: Estate, adapter: LoadBalancers) -> None:
        first = estate.load_balancers[0]
        seen = adapter.read([first])[first]
        for groups, kind, says in (
            ([estate.foreign_group], "not_found", "does not exist in the VPC of the load balancer"),
            (estate.security_groups[:6], "invalid", "cannot have these security groups"),
            ([], "invalid", "at least one"),
        ):
            failure = refusal(lambda groups=groups: adapter.write(seen, groups))
            assert failure.kind == kind
            assert says in failure.message
        cloud.play(Refuse(403, "AccessDenied"), WRITE)
        denied = refusal(lambda: adapter.write(seen, estate.security_groups[:2]))
        assert "grant elasticloadbalancing:SetSecurityGroups " in denied.message
        cloud.remove(first)
        assert refusal(lambda: adapter.write(seen, estate.security_groups[:2])).kind == "not_found"

    def test_one_that_is_being_set_up_is_waited_for(
        self, cloud: AwsSimulator, estate: Estate, adapter: LoadBalancers
    ) -> None:
        first = estate.load_balancers[0]
        cloud.put_in_state(first, "provisioning", reads=3)
        assert present(adapter, [first], estate.security_groups[1]).message is None
        assert [call.action for call in cloud.calls if call.action in (READ, WRITE)][:4] == [READ, READ, READ, READ]

    def test_a_group_is_found_by_its_name_in_the_vpc(
        self, cloud: AwsSimulator, estate: Estate, adapter: LoadBalancers
    ) -> None:
        first = estate.load_balancers[0]
        assert present(adapter, [first], "group-2").message is None
        assert {*cloud.groups(first)} == {estate.security_groups[0], estate.security_groups[2]}
        assert adapter.longest() is None
