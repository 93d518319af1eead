# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The adapter for network interfaces against the simulator: what it reads, with which calls, and what it writes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.simulators.aws import AwsSimulator, Estate, MotoServer
from tests.simulators.server import Raw, Refuse
from tests.unit.aws.kinds import present, refusal
from tests.unit.conftest import Connection, ours

if TYPE_CHECKING:
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.options import Runtime
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._aws.kinds.ec2_eni import NetworkInterfaces

READ, WRITE, QUOTA = "DescribeNetworkInterfaces", "ModifyNetworkInterfaceAttribute", "DescribeAccountAttributes"
MISSING = "eni-0123456789abcdef0"


@pytest.fixture
def cloud(_moto: MotoServer) -> Iterator[AwsSimulator]:
    with AwsSimulator(_moto) as simulator:
        yield simulator


@pytest.fixture
def estate(cloud: AwsSimulator, _started_moto: None) -> Estate:
    return cloud.populate(mount_targets=1, network_interfaces=3)


@pytest.fixture
def adapter(connection: Connection, runtime: Runtime) -> NetworkInterfaces:
    return ours("_aws.kinds.ec2_eni").DECLARATION.connect(connection, runtime)


def managed(cloud: AwsSimulator, estate: Estate, description: str, by: str = "amazon-elb") -> str:
    groups = estate.security_groups[:1]
    return cloud.network_interfaces.add(estate.subnets[0], groups, description=description, managed=by)


class TestReading:
    def test_a_snapshot_has_groups_state_names_and_details(
        self, cloud: AwsSimulator, estate: Estate, adapter: NetworkInterfaces, runtime: Runtime
    ) -> None:
        first = estate.network_interfaces[0]
        cloud.attach(first, *estate.security_groups[:2])
        began = runtime.clock.now()
        found = adapter.read([first])[first]
        assert (found.id, {*found.groups}) == (first, {*estate.security_groups[:2]})
        assert (found.state, found.passing, found.blocked, found.excluded) == ("available", False, None, None)
        assert found.names == {estate.security_groups[0]: "group-0", estate.security_groups[1]: "group-1"}
        assert began <= found.read_at <= runtime.clock.now()
        entry = cloud.client("ec2").describe_network_interfaces(NetworkInterfaceIds=[first])["NetworkInterfaces"][0]
        assert found.vpc_id == entry["VpcId"]
        assert found.details == {
            "vpc_id": entry["VpcId"],
            "subnet_id": estate.subnets[0],
            "availability_zone": entry["AvailabilityZone"],
            "name": "interface-0",
            "description": "",
            "instance_id": None,
            "private_ip": entry["PrivateIpAddress"],
            "state": "available",
        }

    def test_many_take_one_call_and_one_that_is_unknown_takes_no_other_with_it(
        self, cloud: AwsSimulator, estate: Estate, adapter: NetworkInterfaces
    ) -> None:
        found = adapter.read([MISSING, *estate.network_interfaces])
        assert list(found) == [MISSING, *estate.network_interfaces]
        assert (found[MISSING].kind, found[MISSING].passes) == ("not_found", False)
        assert {found[one].state for one in estate.network_interfaces} == {"available"}
        assert cloud.count(READ) == 1

    def test_no_filter_has_more_values_than_ec2_takes(
        self, cloud: AwsSimulator, estate: Estate, adapter: NetworkInterfaces
    ) -> None:
        ids = [*estate.network_interfaces, *(f"eni-{number:08x}" for number in range(398))]
        assert [getattr(one, "state", "gone") for one in adapter.read(ids).values()].count("available") == 3
        assert cloud.count(READ) == 3

    @pytest.mark.parametrize(
        "groups", [b"", b"<item><groupId>sg-x</groupId><groupName>a</groupName></item>", b"<item><groupId/></item>"]
    )
    def test_half_a_list_is_none_and_takes_no_other_with_it(
        self, cloud: AwsSimulator, adapter: NetworkInterfaces, groups: bytes
    ) -> None:
        item = b"<item><networkInterfaceId>eni-0000000%d</networkInterfaceId><groupSet>%s</groupSet></item>"
        items = item % (1, groups) + item % (2, b"<item><groupId>sg-00000001</groupId></item>")
        body = b"<DescribeNetworkInterfacesResponse><networkInterfaceSet>%s</networkInterfaceSet></A>" % items
        cloud.play(Raw(200, body.replace(b"</A>", b"</DescribeNetworkInterfacesResponse>"), "text/xml"), READ)
        found = adapter.read(["eni-00000001", "eni-00000002"])
        assert (found["eni-00000001"].kind, found["eni-00000001"].passes) == ("transient", True)
        assert found["eni-00000002"].groups == ("sg-00000001",)

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"<html></html>",
            b"<DescribeNetworkInterfacesResponse/>",
            b"<A><networkInterfaceSet><item/></networkInterfaceSet></A>",
            b"<A><networkInterfaceSet><item><networkInterfaceId>eni-1</networkInterfaceId></item></networkInterfaceSet></A>",
        ],
    )
    def test_another_answer_is_none(self, cloud: AwsSimulator, adapter: NetworkInterfaces, body: bytes) -> None:
        cloud.play(Raw(200, body, "text/xml"), READ)
        found = adapter.read([MISSING])[MISSING]
        assert (found.kind, found.passes) == ("transient", True)

    def test_pages_without_an_end(
        self, cloud: AwsSimulator, adapter: NetworkInterfaces, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(ours("_aws.listing"), "MOST_PAGES", 3)
        body = b"<A><networkInterfaceSet/><nextToken>more</nextToken></A>"
        cloud.play(Raw(200, body, "text/xml"), READ, times=None)
        assert "which has no end" in adapter.read([MISSING])[MISSING].message
        assert cloud.count(READ) == 3

    def test_a_permission_that_is_missing_is_named(self, cloud: AwsSimulator, adapter: NetworkInterfaces) -> None:
        cloud.play(Refuse(403, "UnauthorizedOperation"), READ)
        found = adapter.read([MISSING])[MISSING]
        assert found.kind == "denied"
        assert "grant ec2:DescribeNetworkInterfaces " in found.message


class TestManaged:
    @pytest.mark.parametrize(
        ("description", "by", "says"),
        [
            (
                "ELB app/web/50dc6c495c0c9188",
                "amazon-elb",
                "the load balancer app/web/50dc6c495c0c9188 with elbv2_load_balancer_sg and load_balancer_arn instead",
            ),
            ("RDSNetworkInterface", "amazon-rds", "the DB instance with rds_instance_sg and db_instance_identifier"),
            (
                "AWS Lambda VPC ENI-orders",
                "1234:orders",
                "manage what it belongs to (1234:orders, AWS Lambda VPC ENI-orders)",
            ),
            ("", "amazon-x", "manage what it belongs to (amazon-x) instead"),
        ],
    )
    def test_what_a_service_manages_is_refused_with_a_pointer(
        self, cloud: AwsSimulator, estate: Estate, adapter: NetworkInterfaces, description: str, by: str, says: str
    ) -> None:
        one = managed(cloud, estate, description, by)
        # Whether or not its list would change.
        for state in ("present", "absent"):
            (result,) = present(adapter, [one], estate.security_groups[1], state=state).results
            assert result.error
            assert result.error.kind == "invalid"
            assert "an AWS service manages it" in result.error.message
            assert says in result.error.message
            assert "requester-managed: false" in result.error.message
        assert cloud.count(WRITE) == 0

    def test_that_of_a_mount_target_points_to_it(
        self, cloud: AwsSimulator, estate: Estate, adapter: NetworkInterfaces
    ) -> None:
        ((target,),) = estate.mount_targets.values()
        interface = cloud.interface_of(target)
        found = adapter.read([interface])[interface]
        assert f"manage {target} with efs_mount_target_sg and mount_target_id instead" in found.excluded.message

    @pytest.mark.parametrize("groups", [b"", b"<item><groupId>sg-00000001</groupId></item>"])
    def test_an_operator_manages_it(self, cloud: AwsSimulator, adapter: NetworkInterfaces, groups: bytes) -> None:
        body = (
            b"<A><networkInterfaceSet><item><networkInterfaceId>eni-00000001</networkInterfaceId><groupSet>%s</groupSet>"
            b"<operator><managed>true</managed><principal>eks.amazonaws.com</principal></operator></item>"
            b"</networkInterfaceSet></A>" % groups
        )
        cloud.play(Raw(200, body, "text/xml"), READ)
        found = adapter.read(["eni-00000001"])["eni-00000001"]
        assert "manage what it belongs to (eks.amazonaws.com)" in found.excluded.message


class TestSelecting:
    def test_filters_select_and_the_first_reading_takes_no_other_call(
        self, cloud: AwsSimulator, estate: Estate, adapter: NetworkInterfaces
    ) -> None:
        ids = adapter.select({"requester-managed": False, "subnet-id": list(estate.subnets)})
        assert {*ids} == {*estate.network_interfaces}
        assert {one.state for one in adapter.read(ids).values()} == {"available"}
        assert cloud.count(READ) == 1
        adapter.read(ids)
        assert cloud.count(READ) == 2

    def test_an_instance_selects_its_own(self, cloud: AwsSimulator, estate: Estate, adapter: NetworkInterfaces) -> None:
        first = estate.network_interfaces[0]
        instance = cloud.network_interfaces.attach_to_instance(first)
        assert adapter.select({"attachment.instance-id": instance}) == [first]
        assert adapter.read([first])[first].details["instance_id"] == instance

    def test_without_filters_all_are_selected(
        self, cloud: AwsSimulator, estate: Estate, adapter: NetworkInterfaces
    ) -> None:
        assert {*adapter.select(None)} > {*estate.network_interfaces}
        assert cloud.calls[-1].arguments["MaxResults"] == "1000"

    @pytest.mark.usefixtures("estate")
    def test_what_ec2_refuses_is_told(self, adapter: NetworkInterfaces) -> None:
        failure = refusal(lambda: adapter.select({"color": "red"}))
        assert failure.kind == "invalid"
        assert "The filter 'color' is invalid" in failure.message

    @pytest.mark.parametrize(
        ("filters", "says"),
        [
            ({}, "filters is empty"),
            ({"vpc-id": []}, "the filter 'vpc-id' has 0 values; give 1 to 200"),
            ({"vpc-id": ["a"] * 201}, "has 201 values"),
            ({"vpc-id": None}, "must be a string, number or bool that is not empty"),
            ({"vpc-id": ""}, "must be a string"),
            ({"vpc-id": [{}]}, "must be a string"),
        ],
    )
    def test_filters_that_mean_nothing(self, filters: dict[str, Any], says: str) -> None:
        (problem,) = ours("_aws.kinds.ec2_eni").DECLARATION.selector_problems(filters)
        assert says in problem


class TestWriting:
    def test_a_group_is_attached(self, cloud: AwsSimulator, estate: Estate, adapter: NetworkInterfaces) -> None:
        groups, ids = estate.security_groups, estate.network_interfaces
        outcome = present(adapter, ids, groups[1])
        assert outcome.message is None
        assert [{*cloud.groups(one)} for one in ids] == [{*groups[:2]}] * 3
        sent = [call.arguments for call in cloud.calls if call.action == WRITE]
        assert {*sent[0]} == {
            "Action",
            "Version",
            "NetworkInterfaceId",
            "SecurityGroupId",
            *[f"SecurityGroupId.{n}" for n in (1, 2)],
        }
        assert present(adapter, ids, groups[1]).changed is False
        assert cloud.count(WRITE) == 3

    def test_an_empty_list_is_not_sent(self, cloud: AwsSimulator, estate: Estate, adapter: NetworkInterfaces) -> None:
        first = estate.network_interfaces[0]
        seen = adapter.read([first])[first]
        assert refusal(lambda: adapter.write(seen, [])).kind == "invalid"
        (result,) = present(adapter, [first], estate.security_groups[0], state="absent").results
        assert result.error
        assert "at least one security group must stay attached" in result.error.message
        assert cloud.count(WRITE) == 0

    def test_a_refusal_says_what_is_wrong(
        self, cloud: AwsSimulator, estate: Estate, adapter: NetworkInterfaces
    ) -> None:
        first = estate.network_interfaces[0]
        seen = adapter.read([first])[first]
        for groups, kind, says in (
            (["sg-ffffffffffffffff0"], "not_found", "does not exist in the VPC of the network interface"),
            ([estate.foreign_group], "invalid", "different networks"),
            (estate.security_groups[:6], "limit", "quota"),
        ):
            failure = refusal(lambda groups=groups: adapter.write(seen, groups))
            assert failure.kind == kind
            assert says in failure.message
        for refused, kind, passes in (
            (Refuse(403, "AuthFailure"), "auth", False),
            (Refuse(400, "OperationNotPermitted"), "denied", False),
            (Refuse(400, "IncorrectState"), "state", True),
            (Refuse(503, "RequestLimitExceeded"), "throttled", True),
            (Refuse(403, "UnauthorizedOperation"), "denied", False),
        ):
            cloud.play(refused, WRITE)
            failure = refusal(lambda: adapter.write(seen, estate.security_groups[:2]))
            assert (failure.kind, failure.passes) == (kind, passes)
        assert cloud.groups(first) == [estate.security_groups[0]]

    def test_one_that_is_gone(self, cloud: AwsSimulator, estate: Estate, adapter: NetworkInterfaces) -> None:
        first = estate.network_interfaces[0]
        seen = adapter.read([first])[first]
        cloud.remove(first)
        assert refusal(lambda: adapter.write(seen, estate.security_groups[:2])).kind == "not_found"

    def test_a_group_is_found_by_its_name_in_the_vpc(
        self, cloud: AwsSimulator, estate: Estate, adapter: NetworkInterfaces
    ) -> None:
        first = estate.network_interfaces[0]
        assert present(adapter, [first], "group-2").message is None
        assert {*cloud.groups(first)} == {estate.security_groups[0], estate.security_groups[2]}
        (result,) = present(adapter, [first], "foreign").results
        assert result.error
        assert "no security group in vpc-" in result.error.message

    def test_the_quota_is_asked_for_before_a_list_grows(
        self, cloud: AwsSimulator, estate: Estate, adapter: NetworkInterfaces
    ) -> None:
        cloud.quota = 2
        (result,) = present(
            adapter, estate.network_interfaces[:1], *estate.security_groups[1:3], check_mode=True
        ).results
        assert result.error
        assert result.error.kind == "limit"
        assert cloud.count(QUOTA) == 1
        cloud.play(Refuse(403, "UnauthorizedOperation"), QUOTA)
        assert adapter.longest() is None
