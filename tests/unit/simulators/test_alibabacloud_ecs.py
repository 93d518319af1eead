# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulated ECS, as the vendor's newer SDK sees it: instances and network interfaces."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from tests.simulators.alibabacloud import REGION, WRITES, Estate, RdsSimulator
from tests.simulators.server import Refuse
from tests.unit.simulators.alibabacloud_sdk import Generic

INSTANCES, INTERFACES = "DescribeInstances", "DescribeNetworkInterfaces"
WRITE_INSTANCE, WRITE_INTERFACE = "ModifyInstanceAttribute", "ModifyNetworkInterfaceAttribute"
ECS, ENI, SG = "i-bp1zzzzzzzzzzzzzzzzz", "eni-bp1zzzzzzzzzzzzzzzzz", "sg-bp1zzzzzzzzzzzzzzzzz"


@pytest.fixture
def cloud() -> Iterator[RdsSimulator]:
    with RdsSimulator() as simulator:
        yield simulator


@pytest.fixture
def estate(cloud: RdsSimulator) -> Estate:
    return cloud.populate()


class Sdk(Generic):
    """The newer SDK with either signature, and the few calls of ECS."""

    def __init__(self, cloud: RdsSimulator, **config: Any) -> None:
        super().__init__(cloud, "2014-05-26", **config)

    def instances(self, **arguments: object) -> list[dict[str, Any]]:
        found = self.call(INSTANCES, RegionId=REGION, **{"MaxResults": 100, **arguments})
        return list(found["Instances"]["Instance"])

    def interfaces(self, **arguments: object) -> list[dict[str, Any]]:
        found = self.call(INTERFACES, RegionId=REGION, **{"MaxResults": 100, **arguments})
        return list(found["NetworkInterfaceSets"]["NetworkInterfaceSet"])

    def instance(self, one: str) -> dict[str, Any]:
        (found,) = self.instances(InstanceIds=json.dumps([one]))
        return found

    def interface(self, one: str) -> dict[str, Any]:
        (found,) = self.interfaces(NetworkInterfaceId=[one])
        return found

    def write(self, one: str, *groups: str) -> dict[str, Any]:
        if one.startswith("eni-"):
            return self.call(WRITE_INTERFACE, RegionId=REGION, NetworkInterfaceId=one, SecurityGroupId=list(groups))
        return self.call(WRITE_INSTANCE, InstanceId=one, SecurityGroupIds=list(groups))

    def refused(self, one: str, *groups: str) -> tuple[int, str]:
        if one.startswith("eni-"):
            named = {"NetworkInterfaceId": one, "SecurityGroupId": list(groups)}
            return self.refusal(WRITE_INTERFACE, RegionId=REGION, **named)
        return self.refusal(WRITE_INSTANCE, InstanceId=one, SecurityGroupIds=list(groups))


@pytest.fixture
def sdk(cloud: RdsSimulator) -> Sdk:
    return Sdk(cloud)


def groups_of(entry: Mapping[str, Any]) -> list[str]:
    return list(entry["SecurityGroupIds"]["SecurityGroupId"])


@pytest.mark.parametrize("algorithm", [None, "v2"])
def test_lists_are_read_and_replaced(cloud: RdsSimulator, estate: Estate, algorithm: str | None) -> None:
    sdk = Sdk(cloud, signature_algorithm=algorithm)
    one, other = estate.ecs_instances[0], estate.network_interfaces[0]
    first, second = sorted(estate.security_groups[1:3]), sorted(estate.security_groups[3:6])
    assert set(sdk.write(one, *reversed(first))) == {"RequestId"}
    assert set(sdk.write(other, *reversed(second))) == {"RequestId"}
    assert (groups_of(sdk.instance(one)), groups_of(sdk.interface(other))) == (first, second)
    assert groups_of(sdk.interface(estate.primaries[one])) == first
    assert (cloud.groups(one), cloud.history(other)) == (first, [[estate.security_groups[0]], second])
    assert [(call.action, call.resources, call.code) for call in cloud.calls] == [
        (WRITE_INSTANCE, (one,), None),
        (WRITE_INTERFACE, (other,), None),
        (INSTANCES, (one,), None),
        (INTERFACES, (other,), None),
        (INTERFACES, (estate.primaries[one],), None),
    ]
    assert cloud.calls[0].arguments["SecurityGroupIds"] == list(reversed(first))
    assert cloud.count(*WRITES) == 2
    stranger = Sdk(cloud, signature_algorithm=algorithm, access_key_secret="another")
    assert stranger.refused(one, SG) == (400, "SignatureDoesNotMatch")


def test_what_is_told_of_an_instance(sdk: Sdk, estate: Estate) -> None:
    shown = sdk.instance(estate.ecs_instances[1])
    assert [shown[name] for name in ("InstanceName", "Status", "InstanceNetworkType", "ZoneId")] == [
        "db-1",
        "Running",
        "vpc",
        estate.zones[0],
    ]
    assert shown["VpcAttributes"] == {
        "VpcId": estate.vpcs[0],
        "VSwitchId": estate.vswitches[0],
        "NatIpAddress": "",
        "PrivateIpAddress": {"IpAddress": ["10.0.0.3"]},
    }
    assert shown["Tags"] == {"Tag": [{"TagKey": "role", "TagValue": "db"}, {"TagKey": "number", "TagValue": "1"}]}
    classic = sdk.instance(estate.classic_ecs_instances[0])
    assert (classic["InstanceNetworkType"], classic["VpcAttributes"]["VpcId"]) == ("classic", "")
    assert groups_of(classic) == list(estate.classic_security_groups[1:])


def test_what_is_told_of_a_network_interface(sdk: Sdk, estate: Estate) -> None:
    def told(one: str) -> list[object]:
        shown = sdk.interface(one)
        return [shown[name] for name in ("Type", "Status", "ServiceManaged", "InstanceId", "VpcId")]

    instance = estate.ecs_instances[0]
    assert told(estate.primaries[instance]) == ["Primary", "InUse", False, instance, estate.vpcs[0]]
    assert told(estate.network_interfaces[0]) == ["Secondary", "InUse", False, instance, estate.vpcs[0]]
    assert told(estate.service_interfaces[0]) == ["Secondary", "Available", True, "", estate.vpcs[0]]


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ({}, ["web-0", "db-1", "web-2", "classic-3"]),
        ({"Tag": [{"Key": "role", "Value": "web"}]}, ["web-0", "web-2"]),
        ({"Tag": [{"Key": "role", "Value": "web"}, {"Key": "number", "Value": "2"}]}, ["web-2"]),
        ({"Tag": [{"Key": "number"}]}, ["web-0", "db-1", "web-2"]),
        ({"Tag": [{"Key": "role", "Value": "cache"}]}, []),
        ({"InstanceIds": "[]"}, []),
        ({"InstanceIds": json.dumps([ECS])}, []),
        ({"InstanceNetworkType": "classic"}, ["classic-3"]),
        ({"Status": "Stopped"}, ["db-1"]),
        ({"InstanceName": "web-0"}, ["web-0"]),
    ],
)
def test_instances_are_selected(
    cloud: RdsSimulator, sdk: Sdk, estate: Estate, arguments: Mapping[str, object], names: list[str]
) -> None:
    cloud.put_in_state(estate.ecs_instances[1], "Stopped")
    assert [one["InstanceName"] for one in sdk.instances(**arguments)] == names


def test_network_interfaces_are_selected(cloud: RdsSimulator, sdk: Sdk, estate: Estate) -> None:
    primaries, group = list(estate.primaries.values()), estate.security_groups[4]

    def found(**arguments: object) -> list[str]:
        return [one["NetworkInterfaceId"] for one in sdk.interfaces(**arguments)]

    assert found(Type="Primary") == primaries
    assert found(Type="Secondary", ServiceManaged="false") == list(estate.network_interfaces)
    assert found(ServiceManaged="True") == list(estate.service_interfaces)
    assert found(InstanceId=estate.ecs_instances[1]) == [primaries[1], estate.network_interfaces[1]]
    assert found(VpcId=estate.vpcs[1]) == []
    assert len(found(Tag=[{"Key": "role", "Value": "web"}])) == 4
    # By security group there are secondary ones alone.
    cloud.attach(estate.ecs_instances[0], group)
    cloud.attach(estate.network_interfaces[2], group)
    assert found(SecurityGroupId=group) == [estate.network_interfaces[2]]


def test_an_unknown_network_interface_is_left_out_or_has_the_request_refused(
    cloud: RdsSimulator, sdk: Sdk, estate: Estate
) -> None:
    asked = [ENI, estate.network_interfaces[0]]
    assert [one["NetworkInterfaceId"] for one in sdk.interfaces(NetworkInterfaceId=asked)] == asked[1:]
    cloud.ecs.unknown_interfaces_refused = True
    refused = sdk.refusal(INTERFACES, RegionId=REGION, NetworkInterfaceId=asked)
    assert refused == (404, "InvalidEniId.NotFound")


@pytest.mark.parametrize(("action", "largest"), [(INSTANCES, 100), (INTERFACES, 500)])
def test_pages(cloud: RdsSimulator, sdk: Sdk, action: str, largest: int) -> None:
    cloud.populate(ecs_instances=0 if action == INTERFACES else 600, network_interfaces=599)

    def page(**arguments: object) -> tuple[list[str], str]:
        answer = sdk.call(action, RegionId=REGION, **arguments)
        assert answer["TotalCount"] == 0
        listed = answer["Instances"]["Instance"] if action == INSTANCES else _interfaces(answer)
        return [one.get("InstanceId") or one["NetworkInterfaceId"] for one in listed], answer["NextToken"]

    assert [len(page(**sizes)[0]) for sizes in ({}, {"MaxResults": 3}, {"MaxResults": 9999})] == [10, 10, largest]
    found, token = page(MaxResults=largest)
    while token:
        more, token = page(MaxResults=largest, NextToken=token)
        found += more
    assert len(found) == len({*found}) == (601 if action == INSTANCES else 600)


def _interfaces(answer: Mapping[str, Any]) -> list[dict[str, Any]]:
    return list(answer["NetworkInterfaceSets"]["NetworkInterfaceSet"])


def test_no_more_than_a_thousand_are_listed_for_tags(cloud: RdsSimulator, sdk: Sdk) -> None:
    cloud.populate(ecs_instances=2100, network_interfaces=0)
    token, count, tag = "0", 0, [{"Key": "role", "Value": "web"}]
    while token:
        answer = sdk.call(INSTANCES, RegionId=REGION, MaxResults=100, Tag=tag, NextToken=token)
        count, token = count + len(answer["Instances"]["Instance"]), answer["NextToken"]
    assert count == 1000


@pytest.mark.parametrize(
    ("action", "arguments", "answer"),
    [
        (INSTANCES, {"InstanceIds": ECS}, (400, "InvalidParameter")),
        (INSTANCES, {"InstanceIds": json.dumps([ECS] * 101)}, (400, "InvalidParameter")),
        (INSTANCES, {"Colour": "red"}, (400, "UnsupportedParameter")),
        (INSTANCES, {"Tag": [{"Value": "web"}]}, (400, "InvalidParameter")),
        (INSTANCES, {"Tag": [{"Key": str(number)} for number in range(21)]}, (400, "InvalidParameter")),
        (INTERFACES, {"NetworkInterfaceId": [ENI] * 101}, (400, "InvalidParameter")),
        (INTERFACES, {"Type": "secondary"}, (400, "InvalidParameter")),
        (INTERFACES, {"NetworkInterfaceId": ENI}, (400, "UnsupportedParameter")),
        (WRITE_INSTANCE, {"SecurityGroupIds": [SG]}, (400, "MissingParameter")),
        (WRITE_INSTANCE, {"InstanceId": ECS, "SecurityGroupIds": [SG]}, (404, "InvalidInstanceId.NotFound")),
        (WRITE_INSTANCE, {"InstanceId": ECS, "HostName": "x"}, (400, "UnsupportedParameter")),
        (WRITE_INTERFACE, {"SecurityGroupId": [SG]}, (400, "MissingParameter")),
        (WRITE_INTERFACE, {"NetworkInterfaceId": ENI, "SecurityGroupId": [SG]}, (404, "InvalidEniId.NotFound")),
    ],
)
def test_arguments_are_checked(
    sdk: Sdk, estate: Estate, action: str, arguments: Mapping[str, object], answer: tuple[int, str]
) -> None:
    assert estate
    assert sdk.refusal(action, RegionId=REGION, **arguments) == answer


@pytest.mark.parametrize(
    ("groups", "of_instance", "of_interface"),
    [
        (lambda _: [], (400, "MissingParameter"), (400, "MissingParameter")),
        (
            lambda it: [it.known[0], it.known[0]],
            (404, "InvalidParameter.SecurityGroupIdRepeated"),
            (404, "InvalidParameter.SecurityGroupIdRepeated"),
        ),
        (
            lambda it: [it.known[0], SG],
            (404, "InvalidSecurityGroupId.NotFound"),
            (404, "InvalidSecurityGroupId.NotFound"),
        ),
        (
            lambda it: [it.classic],
            (404, "InvalidSecurityGroupType.NotSupportClassic"),
            (403, "InvalidSecurityGroupId.NotVpc"),
        ),
        (
            lambda it: [it.known[0], it.elsewhere],
            (404, "InvalidSecurityGroupVpc.NotBelongToOneVpc"),
            (403, "InvalidOperation.VpcMismatch"),
        ),
        (
            lambda it: [it.known[0], it.advanced],
            (403, "EnterpriseGroupLimited.MutliGroupType"),
            (403, "InvalidOperation.MultiGroupType"),
        ),
        (
            lambda it: [it.managed],
            (403, "InvalidOperation.ResourceManagedByCloudProduct"),
            (403, "InvalidOperation.ResourceManagedByCloudProduct"),
        ),
        (lambda it: it.known[:6], (400, "JoinedGroupLimitExceed"), (400, "JoinedGroupLimitExceed")),
    ],
)
def test_groups_are_checked(
    cloud: RdsSimulator,
    sdk: Sdk,
    estate: Estate,
    groups: Callable[[Any], list[str]],
    of_instance: tuple[int, str],
    of_interface: tuple[int, str],
) -> None:
    class It:
        known = estate.security_groups
        classic = estate.classic_security_groups[0]
        elsewhere = cloud.add_group("elsewhere", estate.vpcs[1])
        advanced = cloud.add_group("advanced", estate.vpcs[0], enterprise=True)
        managed = cloud.add_group("managed", estate.vpcs[0], service_managed=True)

    for one, answer in ((estate.ecs_instances[0], of_instance), (estate.network_interfaces[0], of_interface)):
        assert sdk.refused(one, *groups(It)) == answer
        assert cloud.groups(one) == [estate.security_groups[0]]
        sdk.write(one, It.advanced)
        sdk.write(one, *It.known[:5])
        cloud.attach(one, It.known[0])
    cloud.ecs.quota = 6
    sdk.write(estate.ecs_instances[0], *It.known[:6])


def test_what_cannot_be_changed(cloud: RdsSimulator, sdk: Sdk, estate: Estate) -> None:
    group = estate.security_groups[1]
    instance, interface = estate.ecs_instances[0], estate.network_interfaces[0]
    classic = sdk.refused(estate.classic_ecs_instances[0], estate.classic_security_groups[0])
    assert classic == (400, "InvalidNetworkType.NotSupported")
    primary = sdk.refused(estate.primaries[instance], group)
    assert primary == (404, "InvalidOperation.PrimaryEniOnlySupportModifyNameAndDesc")
    assert sdk.refused(estate.service_interfaces[0], group) == (403, "InvalidOperation.EniServiceManaged")
    cloud.put_in_state(instance, "Starting", reads=1)
    cloud.put_in_state(interface, "Detaching", reads=1)
    assert sdk.refused(instance, group) == (403, "IncorrectInstanceStatus")
    assert sdk.refused(interface, group) == (400, "InvalidOperation.InvalidEniState")
    assert [sdk.instance(instance)["Status"] for _time in range(2)] == ["Starting", "Running"]
    assert [sdk.interface(interface)["Status"] for _time in range(2)] == ["Detaching", "InUse"]
    cloud.lock(instance)
    assert sdk.instance(instance)["OperationLocks"] == {"LockReason": [{"LockReason": "security"}]}
    assert sdk.refused(instance, group) == (403, "InstanceLockedForSecurity")
    cloud.reset()
    sdk.write(instance, group)
    sdk.write(interface, group)


@pytest.mark.parametrize("of", ["ecs_instances", "network_interfaces"])
def test_the_old_list_and_faults(cloud: RdsSimulator, sdk: Sdk, estate: Estate, of: str) -> None:
    one, (old, new, newer) = getattr(estate, of)[0], estate.security_groups[:3]

    def read() -> list[str]:
        return groups_of(sdk.instance(one) if of == "ecs_instances" else sdk.interface(one))

    cloud.serve_old_list(one, reads=2)
    sdk.write(one, new)
    assert [read() for _time in range(3)] == [[old], [old], [new]]
    cloud.play(Refuse(403, "Forbidden.RAM"), *WRITES, resource=one)
    assert sdk.refused(one, newer) == (403, "Forbidden.RAM")
    cloud.rates = dict.fromkeys(WRITES, 0)
    assert sdk.refused(one, newer) == (400, "Throttling.User")
    cloud.roles_only = True
    assert sdk.refused(one, newer) == (403, "Forbidden.RAM")
    assert cloud.history(one) == [[old], [new]]
