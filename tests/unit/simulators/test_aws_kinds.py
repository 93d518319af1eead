# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Network interfaces, load balancers and DB instances of the simulated AWS, as boto3 sees them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.simulators.aws import AwsSimulator, Estate, MotoServer
from tests.simulators.server import Refuse
from tests.unit.simulators.test_aws import client, refused

UNKNOWN = "sg-ffffffffffffffff0"


@pytest.fixture(scope="module")
def moto() -> Iterator[MotoServer]:
    with MotoServer() as server:
        yield server


@pytest.fixture(scope="module")
def _cloud(moto: MotoServer) -> Iterator[tuple[AwsSimulator, Estate]]:
    with AwsSimulator(moto) as simulator:
        made = simulator.populate(mount_targets=1, network_interfaces=3, load_balancers=22, db_instances=22)
        yield simulator, made


@pytest.fixture
def cloud(_cloud: tuple[AwsSimulator, Estate]) -> AwsSimulator:
    simulator, estate = _cloud
    simulator.reset()
    for one in (*estate.network_interfaces, *estate.load_balancers, *estate.db_instances):
        simulator.attach(one, estate.security_groups[0])
    return simulator


@pytest.fixture
def estate(_cloud: tuple[AwsSimulator, Estate]) -> Estate:
    return _cloud[1]


def interfaces(cloud: AwsSimulator, *filters: tuple[str, list[str]], **arguments: Any) -> dict[str, Any]:
    given = [{"Name": name, "Values": values} for name, values in filters]
    found = client(cloud).describe_network_interfaces(Filters=given, **arguments)["NetworkInterfaces"]
    return {one["NetworkInterfaceId"]: one for one in found}


def instances(cloud: AwsSimulator, *filters: tuple[str, list[str]], **arguments: Any) -> dict[str, Any]:
    given = [{"Name": name, "Values": values} for name, values in filters]
    found = client(cloud, "rds").describe_db_instances(Filters=given, **arguments)["DBInstances"]
    return {one["DBInstanceIdentifier"]: one for one in found}


class TestNetworkInterfaces:
    def test_they_are_described_by_filters(self, cloud: AwsSimulator, estate: Estate) -> None:
        first, second, _third = estate.network_interfaces
        found = interfaces(cloud, ("network-interface-id", [first, "eni-00000000"]))
        assert list(found) == [first]
        assert [one["GroupId"] for one in found[first]["Groups"]] == [estate.security_groups[0]]
        assert found[first]["RequesterManaged"] is False
        assert list(interfaces(cloud, ("tag:Name", ["interface-1"]))) == [second]
        assert {*interfaces(cloud, ("requester-managed", ["false"]))} == {*estate.network_interfaces}
        cloud.attach(second, estate.security_groups[3])
        assert list(interfaces(cloud, ("group-id", [estate.security_groups[3]]))) == [second]
        assert refused(interfaces, cloud, ("color", ["red"])) == (400, "InvalidParameterValue")
        assert refused(interfaces, cloud, ("vpc-id", ["vpc-0"] * 201)) == (400, "FilterLimitExceeded")
        assert (
            refused(interfaces, cloud, NetworkInterfaceIds=["eni-00000000"])[1] == "InvalidNetworkInterfaceID.NotFound"
        )

    def test_pages(self, cloud: AwsSimulator, estate: Estate) -> None:
        cloud.network_interfaces.add(estate.subnets[0], estate.security_groups[:1])
        cloud.network_interfaces.add(estate.subnets[0], estate.security_groups[:1])
        pages = list(
            client(cloud).get_paginator("describe_network_interfaces").paginate(PaginationConfig={"PageSize": 5})
        )
        assert [len(one["NetworkInterfaces"]) for one in pages] == [5, 1]

    def test_the_list_is_replaced(self, cloud: AwsSimulator, estate: Estate) -> None:
        one, groups = estate.network_interfaces[0], estate.security_groups
        modify = client(cloud).modify_network_interface_attribute
        modify(NetworkInterfaceId=one, Groups=[groups[2], groups[1]])
        assert {*cloud.groups(one)} == {*groups[1:3]}
        assert cloud.calls[-1].arguments["SecurityGroupId"] == [groups[2], groups[1]]
        for code, arguments in (
            ("InvalidNetworkInterfaceID.NotFound", {"NetworkInterfaceId": "eni-00000000", "Groups": [groups[0]]}),
            ("InvalidGroup.NotFound", {"NetworkInterfaceId": one, "Groups": [UNKNOWN]}),
            ("InvalidParameterValue", {"NetworkInterfaceId": one, "Groups": [estate.foreign_group]}),
            ("SecurityGroupsPerInterfaceLimitExceeded", {"NetworkInterfaceId": one, "Groups": list(groups[:6])}),
            ("InvalidParameterCombination", {"NetworkInterfaceId": one, "Groups": []}),
        ):
            assert refused(modify, **arguments) == (400, code)
        assert {*cloud.groups(one)} == {*groups[1:3]}

    def test_what_a_service_manages_takes_no_change(self, cloud: AwsSimulator, estate: Estate) -> None:
        ((target,),) = estate.mount_targets.values()
        of_target = cloud.interface_of(target)
        balancer = cloud.network_interfaces.add(
            estate.subnets[0],
            estate.security_groups[:1],
            description="ELB app/web/50dc6c495c0c9188",
            managed="amazon-elb",
        )
        found = interfaces(cloud, ("requester-managed", ["true"]))
        assert {*found} == {of_target, balancer}
        assert found[of_target]["Description"].endswith(f" ({target})")
        for one in (of_target, balancer):
            modify = client(cloud).modify_network_interface_attribute
            assert (
                refused(modify, NetworkInterfaceId=one, Groups=[estate.security_groups[1]])[1]
                == "OperationNotPermitted"
            )
        cloud.remove(balancer)


class TestLoadBalancers:
    def test_they_are_described_by_arn_and_by_name(self, cloud: AwsSimulator, estate: Estate) -> None:
        describe = client(cloud, "elbv2").describe_load_balancers
        first, second = estate.load_balancers[:2]
        found = describe(LoadBalancerArns=[second, first])["LoadBalancers"]
        assert [one["LoadBalancerArn"] for one in found] == [first, second]
        assert [one["SecurityGroups"] for one in found] == [[estate.security_groups[0]]] * 2
        assert describe(Names=["balancer-1"])["LoadBalancers"][0]["LoadBalancerArn"] == second
        assert refused(describe, LoadBalancerArns=[first, f"{second[:-1]}z"]) == (400, "LoadBalancerNotFound")
        assert refused(describe, Names=["balancer-1", "nobody"]) == (400, "LoadBalancerNotFound")
        assert refused(describe, LoadBalancerArns=estate.load_balancers[:21]) == (400, "ValidationError")

    def test_pages(self, cloud: AwsSimulator) -> None:
        pages = (
            client(cloud, "elbv2").get_paginator("describe_load_balancers").paginate(PaginationConfig={"PageSize": 9})
        )
        assert [len(one["LoadBalancers"]) for one in pages] == [9, 9, 4]
        describe = client(cloud, "elbv2").describe_load_balancers
        assert refused(describe, PageSize=401) == (400, "ValidationError")

    def test_what_never_had_a_group_never_has_one(self, cloud: AwsSimulator, estate: Estate) -> None:
        elb = client(cloud, "elbv2")
        for kind, part in (("network", "net"), ("gateway", "gwy")):
            arn = cloud.load_balancers.add(estate.subnets, (), f"bare-{part}", kind)
            assert f":loadbalancer/{part}/bare-{part}/" in arn
            (found,) = elb.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"]
            assert found["Type"] == kind
            assert "SecurityGroups" not in found
            groups = [estate.security_groups[0]]
            assert refused(elb.set_security_groups, LoadBalancerArn=arn, SecurityGroups=groups)[1] == (
                "InvalidConfigurationRequest"
            )
            cloud.remove(arn)

    def test_the_list_is_replaced_and_the_switch_with_it(self, cloud: AwsSimulator, estate: Estate) -> None:
        elb, groups = client(cloud, "elbv2"), estate.security_groups
        arn = cloud.load_balancers.add(estate.subnets, groups[:1], "inside", "network")
        switch = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
        for given, after in (({switch: "off"}, "off"), ({}, "on")):
            answer = elb.set_security_groups(LoadBalancerArn=arn, SecurityGroups=groups[1:3], **given)
            assert ({*answer["SecurityGroupIds"]}, answer[switch]) == ({*groups[1:3]}, after)
            assert elb.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"][0][switch] == after
        assert cloud.calls[-2].arguments["SecurityGroups"] == [*groups[1:3]]
        for code, wanted in (
            ("InvalidSecurityGroup", [UNKNOWN]),
            ("InvalidSecurityGroup", [estate.foreign_group]),
            ("InvalidConfigurationRequest", list(groups[:6])),
            ("ValidationError", []),
        ):
            assert refused(elb.set_security_groups, LoadBalancerArn=arn, SecurityGroups=wanted) == (400, code)
        assert {*cloud.groups(arn)} == {*groups[1:3]}
        cloud.remove(arn)


class TestDbInstances:
    def test_they_are_described_by_identifier_and_by_filter(self, cloud: AwsSimulator) -> None:
        assert list(instances(cloud, ("db-instance-id", ["db-3", "db-1", "nobody"]))) == ["db-1", "db-3"]
        assert list(instances(cloud, DBInstanceIdentifier="DB-1")) == ["db-1"]
        assert instances(cloud, ("db-instance-id", ["DB-1"])) == {}
        assert refused(instances, cloud, DBInstanceIdentifier="nobody") == (404, "DBInstanceNotFound")
        assert refused(instances, cloud, ("color", ["red"])) == (400, "InvalidParameterValue")

    def test_pages(self, cloud: AwsSimulator) -> None:
        pages = client(cloud, "rds").get_paginator("describe_db_instances").paginate(PaginationConfig={"PageSize": 20})
        assert [len(one["DBInstances"]) for one in pages] == [20, 2]
        assert refused(instances, cloud, MaxRecords=19) == (400, "InvalidParameterValue")

    def test_a_list_is_applied_later(self, cloud: AwsSimulator, estate: Estate) -> None:
        groups, modify = estate.security_groups, client(cloud, "rds").modify_db_instance
        cloud.db_instances.applies_after = 2
        modify(DBInstanceIdentifier="DB-1", VpcSecurityGroupIds=[groups[1]])
        assert cloud.calls[-1].arguments["VpcSecurityGroupIds"] == [groups[1]]

        def shown() -> tuple[str, dict[str, str]]:
            found = instances(cloud, DBInstanceIdentifier="db-1")["db-1"]
            return found["DBInstanceStatus"], {
                one["VpcSecurityGroupId"]: one["Status"] for one in found["VpcSecurityGroups"]
            }

        changing = ("modifying", {groups[1]: "adding", groups[0]: "removing"})
        assert shown() == changing
        assert shown() == changing
        assert shown() == ("available", {groups[1]: "active"})
        cloud.db_instances.applies_after = 5
        modify(DBInstanceIdentifier="db-1", VpcSecurityGroupIds=[groups[2]])
        assert (
            refused(modify, DBInstanceIdentifier="db-1", VpcSecurityGroupIds=[groups[1]])[1] == "InvalidDBInstanceState"
        )

    def test_refusals(self, cloud: AwsSimulator, estate: Estate) -> None:
        groups, modify = estate.security_groups, client(cloud, "rds").modify_db_instance
        member = cloud.db_instances.add(
            estate.subnets, groups[:1], "member", DBClusterIdentifier="crowd", Engine="aurora-postgresql"
        )
        assert instances(cloud)[member]["DBClusterIdentifier"] == "crowd"
        for identifier, code, wanted in (
            ("nobody", "DBInstanceNotFound", [groups[0]]),
            (member, "InvalidParameterCombination", [groups[0]]),
            ("db-2", "InvalidParameterValue", [UNKNOWN]),
            ("db-2", "InvalidParameterValue", [estate.foreign_group]),
            ("db-2", "InvalidParameterValue", list(groups[:6])),
            ("db-2", "InvalidParameterValue", []),
        ):
            assert refused(modify, DBInstanceIdentifier=identifier, VpcSecurityGroupIds=wanted)[1] == code
        cloud.put_in_state("db-2", "stopped")
        assert (
            refused(modify, DBInstanceIdentifier="db-2", VpcSecurityGroupIds=[groups[1]])[1] == "InvalidDBInstanceState"
        )
        assert cloud.groups("db-2") == [groups[0]]
        cloud.remove(member)


def test_old_lists_and_states_are_shown_for_a_while(cloud: AwsSimulator, estate: Estate) -> None:
    groups = estate.security_groups
    arn = estate.load_balancers[0]
    cloud.serve_old_list(arn, 1)
    cloud.put_in_state(arn, "provisioning", reads=1)
    elb = client(cloud, "elbv2")
    elb.set_security_groups(LoadBalancerArn=arn, SecurityGroups=[groups[1]])
    shown = [elb.describe_load_balancers(LoadBalancerArns=[arn])["LoadBalancers"][0] for _look in range(2)]
    assert [one["SecurityGroups"] for one in shown] == [[groups[0]], [groups[1]]]
    assert [one["State"]["Code"] for one in shown] == ["provisioning", "active"]


@pytest.mark.parametrize(
    ("service", "method", "action"),
    [
        ("ec2", "describe_network_interfaces", "DescribeNetworkInterfaces"),
        ("elbv2", "describe_load_balancers", "DescribeLoadBalancers"),
        ("rds", "describe_db_instances", "DescribeDBInstances"),
    ],
)
def test_faults(cloud: AwsSimulator, service: str, method: str, action: str) -> None:
    cloud.play(Refuse(503, "Throttling", "Rate < exceeded"), action)
    assert refused(getattr(client(cloud, service), method)) == (503, "Throttling")
    getattr(client(cloud, service), method)()
    assert [(one.action, one.code) for one in cloud.calls] == [(action, "Throttling"), (action, None)]
