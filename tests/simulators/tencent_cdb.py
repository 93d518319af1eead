# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TencentDB for MySQL of the simulated Tencent Cloud: https://cloud.tencent.com/document/api/236/15850 and neighbours.

What is left open: a comment says what was chosen; the stricter reading was.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from .resources import Groups, PassingState
from .tencent_api import Account, Action, Answer, Arguments, Place, Resource, Service, new_id, page, refusal, strings

LARGEST_PAGE = 2000
MASTER, DISASTER_RECOVERY, READ_ONLY = 1, 2, 3
STATUS = {"creating": 0, "running": 1, "isolating": 4, "isolated": 5}
TASKS = {"upgrading": 1, "importing data": 2, "restarting": 10, "waiting for a switch": 15}
_SELECTS: Mapping[str, Callable[[Any], object]] = {
    "InstanceIds": lambda one: one.id,
    "InstanceTypes": lambda one: one.kind,
    "UniqueVpcIds": lambda one: one.vpc,
    "UniqSubnetIds": lambda one: one.subnet,
    "EngineVersions": lambda _: "8.0",
    "Status": lambda one: STATUS.get(one.state.look(), 1),
}
_CHANGE = {"InstanceId": str, "SecurityGroupIds": list, "ForReadonlyInstance": bool, "OpResourceId": str}


@dataclass
class DbInstance(Resource):
    """``groups`` of a read-only instance are its own, ``shared`` those of its read-only group."""

    kind: int = MASTER
    shared: Groups | None = None


class Cdb(Service):
    """Instances. ``unknown_refused``: whether a read with an unknown id is refused, or leaves that one out.

    A list is kept sorted: no document says that its order means anything, or that an answer has that of a request.
    """

    name = "cdb"
    version = "2017-03-20"
    prefix = "cdb"
    id_arguments = ("InstanceIds", "InstanceId")
    writes = ("ModifyDBInstanceSecurityGroups", "AssociateSecurityGroups", "DisassociateSecurityGroups")

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self.actions = {
            "DescribeDBInstances": Action(
                {
                    "InstanceIds": list,
                    "InstanceTypes": list,
                    "UniqueVpcIds": list,
                    "UniqSubnetIds": list,
                    "EngineVersions": list,
                    "Status": list,
                    "ProjectId": int,
                    "SecurityGroupId": str,
                    "WithSecurityGroup": int,
                    "Tags": list,
                    "OrderBy": str,
                    "OrderDirection": str,
                    "Offset": int,
                    "Limit": int,
                },
                self._describe,
            ),
            "DescribeDBSecurityGroups": Action(
                {name: _CHANGE[name] for name in ("InstanceId", "ForReadonlyInstance", "OpResourceId")},
                self._describe_groups,
                ("InstanceId",),
            ),
            "ModifyDBInstanceSecurityGroups": Action(_CHANGE, self._modify, ("InstanceId", "SecurityGroupIds")),
        }

    def reset(self) -> None:
        super().reset()
        self.unknown_refused = True

    def make(self, place: Place) -> None:
        self.resources[place.id] = DbInstance(
            number=place.number,
            id=place.id,
            name=f"{place.role}-{place.number}",
            vpc=place.vpc,
            subnet=place.subnet,
            zone=place.zone,
            address=place.address,
            tags=place.tags,
            groups=Groups([list(place.groups)], ordered=False),
            state=PassingState("running"),
        )

    def add_read_only(self, master: str, *groups: str, prefix: str = "cdbro") -> str:
        """Make a read-only instance of a master; its read-only group has these security groups."""
        of, number = self.resources[master], 800_000 + len(self.resources)
        one = DbInstance(
            number=number,
            id=new_id(prefix, number),
            name=f"ro-{number}",
            vpc=of.vpc,
            subnet=of.subnet,
            zone=of.zone,
            address=of.address,
            tags={},
            groups=Groups([of.groups.now], ordered=False),
            state=PassingState("running"),
            kind=READ_ONLY,
            shared=Groups([list(groups)], ordered=False),
        )
        self.resources[one.id] = one
        return one.id

    def _describe(self, arguments: Arguments, _request_id: str) -> Answer:
        ids = strings(arguments, "InstanceIds")
        if self.unknown_refused:
            for one in ids:
                self._known(one)
        part = page(arguments, LARGEST_PAGE, "InvalidParameter")
        group = arguments.get("SecurityGroupId") if arguments.get("WithSecurityGroup") == 1 else None
        # What several tags mean together is not documented: any of them selects, to make that be noticed.
        tags = [(tag["Key"], tag["Value"]) for tag in cast("list[dict[str, str]]", arguments.get("Tags", []))]
        newest_first = arguments.get("OrderDirection", "DESC") == "DESC"
        found = [
            one
            for one in sorted(self.resources.values(), key=lambda one: one.number, reverse=newest_first)
            if all(
                actual(one) in cast("list[object]", arguments[name])
                for name, actual in _SELECTS.items()
                if arguments.get(name)
            )
            and (group is None or group in one.groups.now)
            and arguments.get("ProjectId", 0) == 0
            and (not tags or any(one.tags.get(key) == value for key, value in tags))
        ]
        return {"TotalCount": len(found), "Items": [_shown(one) for one in found[part]]}

    def _describe_groups(self, arguments: Arguments, _request_id: str) -> Answer:
        shown = [
            {
                "ProjectId": 0,
                "CreateTime": "2026-01-05 10:11:12",
                "Inbound": [],
                "Outbound": [],
                "SecurityGroupId": group,
                "SecurityGroupName": getattr(self.account.security_groups.get(group), "name", ""),
                "SecurityGroupRemark": "",
            }
            for group in self._meant(arguments).read()
        ]
        return {"Groups": shown}

    def _modify(self, arguments: Arguments, _request_id: str) -> Answer:
        one = self._known(str(arguments["InstanceId"]))
        groups = strings(arguments, "SecurityGroupIds")
        # "One or more"; nothing says what none and the same one twice do.
        if not groups or len(set(groups)) < len(groups):
            raise refusal("InvalidParameter", "SecurityGroupIds must be distinct ids, at least one")
        # The code is documented for this action, and not for what.
        self.known_groups(groups, "InternalError.DfwError")
        if (state := one.state.look()) not in ("running", "waiting for a switch"):
            raise refusal("OperationDenied", f"The instance {one.id} is {state}")
        self._meant(arguments).write(groups)
        return {}

    def _meant(self, arguments: Arguments) -> Groups:
        one = self._known(str(arguments["InstanceId"]))
        return one.groups if one.shared is None or arguments.get("ForReadonlyInstance") else one.shared

    def _known(self, instance: str) -> DbInstance:
        if instance not in self.resources:
            raise refusal("InvalidParameter.InstanceNotFound", f"The instance {instance} does not exist")
        return cast(DbInstance, self.resources[instance])


def _shown(one: DbInstance) -> Answer:
    state = one.state.read()
    return {
        "InstanceId": one.id,
        "InstanceName": one.name,
        "InstanceType": one.kind,
        "Status": STATUS.get(state, 1),
        "TaskStatus": TASKS.get(state, 0),
        "UniqVpcId": one.vpc,
        "UniqSubnetId": one.subnet,
        "VpcId": 511_000 + one.number,
        "SubnetId": 115_000 + one.number,
        "Vip": one.address,
        "Vport": 3306,
        "Region": "ap-guangzhou",
        "Zone": one.zone,
        "ZoneId": 100003,
        "ZoneName": one.zone,
        "EngineVersion": "8.0",
        "EngineType": "InnoDB",
        "InitFlag": 1,
        "PayType": 1,
        "ProjectId": 0,
        "Memory": 1000,
        "Volume": 50,
        "Cpu": 1,
        "CpuModel": "",
        "Qps": 1200,
        "InstanceNodes": 2,
        "DeployMode": 0,
        "DeployGroupId": "",
        "DeviceType": "UNIVERSAL",
        "DeviceClass": "",
        "DiskType": "",
        "PhysicalId": "",
        "ProtectMode": 0,
        "AutoRenew": 0,
        "CdbError": 0,
        "MaxDelayTime": 0,
        "WanStatus": 0,
        "WanDomain": "",
        "WanPort": 0,
        "RoVipInfo": None,
        "SlaveInfo": {"First": None, "Second": None},
        "MasterInfo": None,
        "DrInfo": [],
        "RoGroups": [],
        "TagList": [{"TagKey": key, "TagValue": value} for key, value in one.tags.items()],
        "CreateTime": "2026-01-07 16:32:55",
        "DeadlineTime": "0000-00-00 00:00:00",
    }
