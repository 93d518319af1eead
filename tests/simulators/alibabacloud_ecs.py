# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""ECS (2014-05-26): security groups, instances, and their network interfaces.

Actions, limits and error codes follow
https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-modifyinstanceattribute and its
neighbours, and what the vendor's SDKs say of their parameters. Where the documents leave something open, a comment says
what was chosen.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from .alibabacloud_rpc import (
    LARGEST_PAGE,
    OWNERS,
    REGION,
    Action,
    Arguments,
    invalid,
    json_list,
    missing,
    new_id,
    number,
)
from .resources import Groups, PassingState
from .server import CloudRefusal

ECS_VERSION = "2014-05-26"
ECS_WRITES = ("ModifyInstanceAttribute", "ModifyNetworkInterfaceAttribute")
VPC, CLASSIC = "VPC", "Classic"
RUNNING, IN_USE, AVAILABLE = "Running", "InUse", "Available"
CREATED = "2026-01-07T08:32:55Z"
MOST_TAGS = 20
MOST_TAGGED = 1000
QUOTA = 5
SMALLEST_PAGE = 10
# The SDKs write a Boolean in either way.
BOOLEANS = ("true", "false", "True", "False")
GROUP_CHOICES = {
    "NetworkType": ("vpc", "classic"),
    "SecurityGroupType": ("normal", "enterprise"),
    "ServiceManaged": BOOLEANS,
}
GROUP_SELECTORS = ("SecurityGroupId", "SecurityGroupName", "VpcId", *GROUP_CHOICES)
INSTANCE_SELECTORS = (
    "InstanceName",
    "InstanceNetworkType",
    "SecurityGroupId",
    "Status",
    "VSwitchId",
    "VpcId",
    "ZoneId",
)
INTERFACE_SELECTORS = ("InstanceId", "SecurityGroupId", "ServiceManaged", "Status", "Type", "VSwitchId", "VpcId")
PAGES = frozenset({"MaxResults", "NextToken"})
_Item = TypeVar("_Item")
_Resource = TypeVar("_Resource", "Server", "Interface")


@dataclass(frozen=True)
class Place:
    """Where a resource is. One on the classic network has neither VPC nor vSwitch."""

    network_type: str
    zone: str
    vpc: str = ""
    vswitch: str = ""


@dataclass(frozen=True)
class SecurityGroup:
    """A security group of ECS. One of the classic network has no VPC."""

    id: str
    name: str
    vpc: str
    enterprise: bool = False
    service_managed: bool = False

    @property
    def network_type(self) -> str:
        return VPC if self.vpc else CLASSIC


@dataclass
class Server:
    """An instance. ``locks`` are reasons for which it is locked."""

    id: str
    name: str
    place: Place
    address: str
    tags: Mapping[str, str]
    groups: Groups
    locks: tuple[str, ...] = ()
    status: PassingState = field(default_factory=lambda: PassingState(RUNNING))


@dataclass
class Interface:
    """A network interface. The groups of a primary one are those of its instance."""

    id: str
    name: str
    place: Place
    address: str
    tags: Mapping[str, str]
    groups: Groups
    instance: str = ""
    primary: bool = False
    service_managed: bool = False
    status: PassingState = field(default_factory=lambda: PassingState(AVAILABLE))


@dataclass(frozen=True)
class _Codes:
    """The errors of one action that replaces a list."""

    unknown_group: tuple[int, str]
    classic_group: tuple[int, str]
    other_vpc: tuple[int, str]
    two_types: tuple[int, str]


INSTANCE_CODES = _Codes(
    unknown_group=(404, "InvalidSecurityGroupId.NotFound"),
    classic_group=(404, "InvalidSecurityGroupType.NotSupportClassic"),
    other_vpc=(404, "InvalidSecurityGroupVpc.NotBelongToOneVpc"),
    # The vendor's spelling.
    two_types=(403, "EnterpriseGroupLimited.MutliGroupType"),
)
INTERFACE_CODES = _Codes(
    unknown_group=(404, "InvalidSecurityGroupId.NotFound"),
    classic_group=(403, "InvalidSecurityGroupId.NotVpc"),
    other_vpc=(403, "InvalidOperation.VpcMismatch"),
    two_types=(403, "InvalidOperation.MultiGroupType"),
)


class Ecs:
    """ECS of one account in one region.

    ``quota`` is the security groups a resource may have. ``unknown_interfaces_refused``: whether
    DescribeNetworkInterfaces refuses a request with an unknown id, or leaves that one out.
    """

    def __init__(self) -> None:
        self.security_groups: dict[str, SecurityGroup] = {}
        self.servers: dict[str, Server] = {}
        self.interfaces: dict[str, Interface] = {}
        self._added_groups = itertools.count(900_000)
        self.actions = {
            "DescribeSecurityGroups": Action(
                ECS_VERSION,
                self._describe_security_groups,
                OWNERS | PAGES | {*GROUP_SELECTORS, "SecurityGroupIds"},
                ("RegionId",),
            ),
            "DescribeInstances": Action(
                ECS_VERSION,
                self._describe_instances,
                OWNERS | PAGES | {*INSTANCE_SELECTORS, "InstanceIds"},
                ("RegionId",),
                about="InstanceIds",
                lists=frozenset({"Tag"}),
            ),
            "DescribeNetworkInterfaces": Action(
                ECS_VERSION,
                self._describe_interfaces,
                OWNERS | PAGES | {*INTERFACE_SELECTORS},
                ("RegionId",),
                about="NetworkInterfaceId",
                lists=frozenset({"NetworkInterfaceId", "Tag"}),
            ),
            "ModifyInstanceAttribute": Action(
                ECS_VERSION,
                self._modify_instance,
                OWNERS | {"InstanceId"},
                ("InstanceId",),
                about="InstanceId",
                lists=frozenset({"SecurityGroupIds"}),
            ),
            "ModifyNetworkInterfaceAttribute": Action(
                ECS_VERSION,
                self._modify_interface,
                OWNERS | {"NetworkInterfaceId"},
                ("RegionId", "NetworkInterfaceId"),
                about="NetworkInterfaceId",
                lists=frozenset({"SecurityGroupId"}),
            ),
        }
        self.reset()

    def reset(self) -> None:
        self.quota = QUOTA
        # The list of errors has InvalidEniId.NotFound, and Terraform's provider is ready for an empty list.
        self.unknown_interfaces_refused = False
        for server in self.servers.values():
            server.locks = ()

    def populate(
        self,
        numbers: Iterator[int],
        instances: int,
        network_interfaces: int,
        network: Place,
        classic: Place,
        groups: Sequence[str],
    ) -> None:
        """Make instances, one more on the classic network, and secondary network interfaces, one more of a service.

        All have the first of the groups, but for that on the classic network, which has the last. A network interface
        is attached to the instance of the same number, if there is one.
        """
        self.servers, self.interfaces = {}, {}

        def interface(index: int, instance: str, groups: Groups, *, primary: bool = False) -> Interface:
            one = Interface(
                id=new_id("eni", next(numbers)),
                name=f"{'primary' if primary else 'eni'}-{index}",
                place=network,
                address=f"10.{1 - primary}.{index // 250}.{index % 250 + 2}",
                tags=_tags_of(index),
                groups=groups,
                instance=instance,
                primary=primary,
                status=PassingState(IN_USE if instance else AVAILABLE),
            )
            self.interfaces[one.id] = one
            return one

        for index in range(instances + 1):
            place, last = (classic, groups[-1:]) if index == instances else (network, groups[:1])
            server = Server(
                id=new_id("i", next(numbers)),
                name=f"{'classic' if index == instances else _tags_of(index)['role']}-{index}",
                place=place,
                address=f"10.0.{index // 250}.{index % 250 + 2}",
                tags=_tags_of(index) if place.vpc else {},
                groups=Groups([list(last)], ordered=False),
            )
            self.servers[server.id] = server
            if place.vpc:
                interface(index, server.id, server.groups, primary=True)
        made = list(self.servers)
        for index in range(network_interfaces + 1):
            of = made[index] if index < min(instances, network_interfaces) else ""
            one = interface(index, of, Groups([list(groups[:1])], ordered=False))
            one.service_managed = index == network_interfaces

    def add_group(self, name: str, vpc: str, *, enterprise: bool, service_managed: bool) -> str:
        one = SecurityGroup(new_id("sg", next(self._added_groups)), name, vpc, enterprise, service_managed)
        self.security_groups[one.id] = one
        return one.id

    def _describe_security_groups(self, given: Arguments) -> Mapping[str, object]:
        ids = json_list(given, "SecurityGroupIds")
        _check_choices(given, GROUP_CHOICES)
        size = number(given, "MaxResults", 10, 1, LARGEST_PAGE)
        known = self.security_groups.values() if given["RegionId"] == REGION else ()
        found = [one for one in known if (not ids or one.id in ids) and _selected(one, given)]
        page, token = _page(found, given, size)
        return {
            "SecurityGroups": {"SecurityGroup": [_shown_group(one) for one in page]},
            "RegionId": REGION,
            "TotalCount": len(found),
            "NextToken": token,
        }

    def _describe_instances(self, given: Arguments) -> Mapping[str, object]:
        ids = json_list(given, "InstanceIds")
        # An empty list of ids is a filter that nothing fits.
        asked = [one for one in self.servers.values() if "InstanceIds" not in given or one.id in ids]
        shown = [(one, _shown_server(one)) for one in asked] if given["RegionId"] == REGION else []
        found = [one for one, fields in shown if _fits(one, fields, given, INSTANCE_SELECTORS)]
        page, token = _page(_tagged(found, given), given, _size(given, LARGEST_PAGE))
        # With MaxResults or NextToken, TotalCount says nothing.
        return {
            "Instances": {"Instance": [_read_server(one) for one in page]},
            "NextToken": token,
            "PageNumber": 1,
            "PageSize": _size(given, LARGEST_PAGE),
            "TotalCount": 0,
        }

    def _describe_interfaces(self, given: Arguments) -> Mapping[str, object]:
        ids = given.get("NetworkInterfaceId", [])
        _check_choices(given, {"ServiceManaged": BOOLEANS, "Type": ("Primary", "Secondary")})
        if len(ids) > LARGEST_PAGE:
            raise invalid("NetworkInterfaceId")
        if self.unknown_interfaces_refused and not {*ids} <= {*self.interfaces}:
            raise _unknown_interface()
        asked = [one for one in self.interfaces.values() if not ids or one.id in ids]
        # To find primary ones by security group there is DescribeInstances.
        by_group = "SecurityGroupId" in given
        shown = [(one, _shown_interface(one)) for one in asked if not (by_group and one.primary)]
        known = shown if given["RegionId"] == REGION else []
        found = [one for one, fields in known if _fits(one, fields, given, INTERFACE_SELECTORS)]
        size = _size(given, 500)
        page, token = _page(_tagged(found, given), given, size)
        return {
            "NetworkInterfaceSets": {"NetworkInterfaceSet": [_read_interface(one) for one in page]},
            "NextToken": token,
            "PageNumber": 1,
            "PageSize": size,
            "TotalCount": 0,
        }

    def _modify_instance(self, given: Arguments) -> Mapping[str, object]:
        server = self.servers.get(given["InstanceId"])
        if server is None:
            raise CloudRefusal(404, "InvalidInstanceId.NotFound", "The specified InstanceId does not exist.")
        if "security" in server.locks:
            message = "The specified operation is denied as your instance is locked for security reasons."
            raise CloudRefusal(403, "InstanceLockedForSecurity", message)
        if server.status.look() not in (RUNNING, "Stopped"):
            message = "The current status of the resource does not support this operation."
            raise CloudRefusal(403, "IncorrectInstanceStatus", message)
        if not server.place.vpc:
            message = "The classic networkType does not support to modify security group"
            raise CloudRefusal(400, "InvalidNetworkType.NotSupported", message)
        self._write(server, given, "SecurityGroupIds", INSTANCE_CODES)
        return {}

    def _modify_interface(self, given: Arguments) -> Mapping[str, object]:
        interface = self.interfaces.get(given["NetworkInterfaceId"]) if given["RegionId"] == REGION else None
        if interface is None:
            raise _unknown_interface()
        if interface.primary:
            message = "Primary NetworkInterface is only allowed to modify name and description."
            raise CloudRefusal(404, "InvalidOperation.PrimaryEniOnlySupportModifyNameAndDesc", message)
        if interface.service_managed:
            message = "The operation is invalid: the network interface is managed by a service."
            raise CloudRefusal(403, "InvalidOperation.EniServiceManaged", message)
        if interface.status.look() not in (AVAILABLE, IN_USE):
            message = "The operation is not permitted due to the state of the network interface."
            raise CloudRefusal(400, "InvalidOperation.InvalidEniState", message)
        self._write(interface, given, "SecurityGroupId", INTERFACE_CODES)
        return {}

    def _write(self, resource: Server | Interface, given: Arguments, name: str, codes: _Codes) -> None:
        # A resource must keep one group at least. What a request without any is answered is not documented.
        wanted = given.get(name)
        if not wanted:
            raise missing(name)
        if len(set(wanted)) < len(wanted):
            message = "The specified security group ids has repeated."
            raise CloudRefusal(404, "InvalidParameter.SecurityGroupIdRepeated", message)
        groups = [self.security_groups.get(one) for one in wanted]
        known = [one for one in groups if one]
        if len(known) < len(groups):
            raise CloudRefusal(*codes.unknown_group, "The specified SecurityGroupId does not exist.")
        if not all(one.vpc for one in known):
            raise CloudRefusal(*codes.classic_group, "The specified SecurityGroupIds have classic group type.")
        if {one.vpc for one in known} != {resource.place.vpc}:
            raise CloudRefusal(*codes.other_vpc, "The specified SecurityGroupIds are belong to different vpc.")
        if len({one.enterprise for one in known}) > 1:
            raise CloudRefusal(*codes.two_types, "The specified instance can not join multi SecurityGroup types.")
        managed = {one.id for one in self.security_groups.values() if one.service_managed}
        if managed & ({*wanted} ^ {*resource.groups.now}):
            message = "Security groups managed by cloud services cannot be modified."
            raise CloudRefusal(403, "InvalidOperation.ResourceManagedByCloudProduct", message)
        if len(wanted) > self.quota:
            message = f"The maximum number of security groups is {self.quota}."
            raise CloudRefusal(400, "JoinedGroupLimitExceed", message)
        resource.groups.write(wanted)


def _tags_of(index: int) -> Mapping[str, str]:
    return {"role": ("web", "db")[index % 2], "number": str(index)}


def _unknown_interface() -> CloudRefusal:
    return CloudRefusal(404, "InvalidEniId.NotFound", "The specified EniId does not exist.")


def _check_choices(given: Arguments, choices: Mapping[str, Sequence[str]]) -> None:
    for name, values in choices.items():
        # The values are documented, and no code for others.
        if name in given and given[name] not in values:
            raise invalid(name)


def _size(given: Arguments, largest: int) -> int:
    """Return how many entries a page has. What is too small or too large is not refused."""
    return min(max(number(given, "MaxResults", SMALLEST_PAGE, 0, 2**31 - 1), SMALLEST_PAGE), largest)


def _page(found: Sequence[_Item], given: Arguments, size: int) -> tuple[Sequence[_Item], str]:
    """Return a page, and the token of the next one."""
    # A token says nothing to clients. This one says where its page begins.
    begin = number(given, "NextToken", 0, 0, 2**31 - 1)
    return found[begin : begin + size], str(begin + size) if begin + size < len(found) else ""


def _tagged(found: Sequence[_Resource], given: Arguments) -> Sequence[_Resource]:
    """Return those that have all tags asked for, but no more than the cloud lists of them."""
    tags = given.get("Tag", [])
    if len(tags) > MOST_TAGS or not all(isinstance(one, dict) and "Key" in one for one in tags):
        raise invalid("Tag")
    if not tags:
        return found
    wanted = [(one["Key"], one.get("Value")) for one in tags]
    fitting = [one for one in found if all(key in one.tags and value in (None, one.tags[key]) for key, value in wanted)]
    return fitting[:MOST_TAGGED]


def _fits(one: Server | Interface, fields: Mapping[str, object], given: Arguments, selectors: Iterable[str]) -> bool:
    actual = {**fields, "VSwitchId": one.place.vswitch, "VpcId": one.place.vpc, "SecurityGroupId": None}
    asked: dict[str, object] = {name: given[name] for name in selectors if name in given}
    if asked.pop("SecurityGroupId", None) not in (None, *one.groups.now):
        return False
    if "ServiceManaged" in asked:
        asked["ServiceManaged"] = given["ServiceManaged"].lower() == "true"
    return all(actual[name] == value for name, value in asked.items())


def _read_server(one: Server) -> Mapping[str, object]:
    return {
        **_shown_server(one),
        "Status": one.status.read(),
        "SecurityGroupIds": {"SecurityGroupId": one.groups.read()},
    }


def _shown_server(one: Server) -> Mapping[str, object]:
    in_vpc = bool(one.place.vpc)
    return {
        "InstanceId": one.id,
        "InstanceName": one.name,
        "HostName": one.name,
        "Description": "",
        "Status": one.status.look(),
        "RegionId": REGION,
        "ZoneId": one.place.zone,
        "InstanceNetworkType": one.place.network_type.lower(),
        "InstanceType": "ecs.g7.large",
        "InstanceChargeType": "PostPaid",
        "CreationTime": "2026-01-07T08:32Z",
        "VpcAttributes": {
            "VpcId": one.place.vpc,
            "VSwitchId": one.place.vswitch,
            "NatIpAddress": "",
            "PrivateIpAddress": {"IpAddress": [one.address] if in_vpc else []},
        },
        "InnerIpAddress": {"IpAddress": [] if in_vpc else [one.address]},
        "PublicIpAddress": {"IpAddress": []},
        "OperationLocks": {"LockReason": [{"LockReason": reason} for reason in one.locks]},
        "Tags": _shown_tags(one.tags),
    }


def _read_interface(one: Interface) -> Mapping[str, object]:
    groups = {"SecurityGroupId": one.groups.read()}
    return {**_shown_interface(one), "Status": one.status.read(), "SecurityGroupIds": groups}


def _shown_interface(one: Interface) -> Mapping[str, object]:
    return {
        "NetworkInterfaceId": one.id,
        "NetworkInterfaceName": one.name,
        "Description": "",
        "Status": one.status.look(),
        "Type": "Primary" if one.primary else "Secondary",
        "ServiceManaged": one.service_managed,
        "InstanceId": one.instance,
        "VpcId": one.place.vpc,
        "VSwitchId": one.place.vswitch,
        "ZoneId": one.place.zone,
        "PrivateIpAddress": one.address,
        "PrivateIpSets": {"PrivateIpSet": [{"PrivateIpAddress": one.address, "Primary": True}]},
        "CreationTime": CREATED,
        "Tags": _shown_tags(one.tags),
    }


def _shown_tags(tags: Mapping[str, str]) -> Mapping[str, object]:
    return {"Tag": [{"TagKey": key, "TagValue": value} for key, value in tags.items()]}


def _selected(one: SecurityGroup, given: Arguments) -> bool:
    """Whether a security group is what the arguments that select one ask for."""
    actual = {**_shown_group(one), "NetworkType": one.network_type.lower()}
    asked: dict[str, object] = {name: given[name] for name in GROUP_SELECTORS if name in given}
    if "ServiceManaged" in asked:
        asked["ServiceManaged"] = given["ServiceManaged"].lower() == "true"
    return all(actual[name] == value for name, value in asked.items())


def _shown_group(one: SecurityGroup) -> Mapping[str, object]:
    return {
        "SecurityGroupId": one.id,
        "SecurityGroupName": one.name,
        "SecurityGroupType": "enterprise" if one.enterprise else "normal",
        "VpcId": one.vpc,
        "Description": "",
        "ServiceManaged": one.service_managed,
        "CreationTime": CREATED,
        "ResourceGroupId": "",
        "Tags": {"Tag": []},
    }
