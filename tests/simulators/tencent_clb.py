# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CLB of the simulated Tencent Cloud: https://cloud.tencent.com/document/api/214/30684 and its neighbours.

The errors are those of https://cloud.tencent.com/document/api/214/30667. What is left open: a comment says what was
chosen.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from .resources import Groups, PassingState
from .tencent_api import (
    MOST_FILTERS,
    Account,
    Action,
    Answer,
    Arguments,
    Place,
    Resource,
    Service,
    page,
    refusal,
    strings,
)

MOST_IDS = 20
LARGEST_PAGE = 100
MOST_FILTER_VALUES = 100
MOST_GROUPS = 50
QUOTA = 5
STATUS = {"creating": 0, "running": 1}
TASK_DONE, TASK_FAILED, TASK_RUNNING = 0, 1, 2
ID = re.compile("lb-[a-z0-9]{8}")
GROUP_ID = re.compile("sg-[a-z0-9]{8}")
FILTERS = {
    "charge-type": lambda _: ("POSTPAID_BY_HOUR",),
    "internet-charge-type": lambda _: ("TRAFFIC_POSTPAID_BY_HOUR",),
    "master-zone-id": lambda _: ("100003",),
    "tag-key": lambda one: tuple(one.tags),
    "function-name": lambda _: (),
    "vip-isp": lambda one: ("BGP" if one.kind == "OPEN" else "INTERNAL",),
    "sla-type": lambda _: ("",),
    "exclusive": lambda _: ("0",),
}


@dataclass
class LoadBalancer(Resource):
    kind: str = "OPEN"
    forward: int = 1
    next_write_fails: bool = False


@dataclass
class _Task:
    """What was asked for, and how many looks it takes until it is done."""

    balancer: LoadBalancer
    groups: list[str]
    reads: int
    fails: bool
    status: int = TASK_RUNNING

    def advance(self) -> None:
        if self.status != TASK_RUNNING:
            return
        if self.reads > 0:
            self.reads -= 1
            return
        self.status = TASK_FAILED if self.fails else TASK_DONE
        if not self.fails:
            self.balancer.groups.write(self.groups)


class Clb(Service):
    """Load balancers.

    A write is done only once its task is: after ``task_reads`` looks at the task or at the load balancer. ``quota`` is
    how many security groups one may have. ``unknown_refused``: whether a read with an unknown id is refused, or leaves
    that one out; the error is documented, and not when it comes.
    """

    name = "clb"
    version = "2018-03-17"
    prefix = "lb"
    id_arguments = ("LoadBalancerIds", "LoadBalancerId")
    writes = ("SetLoadBalancerSecurityGroups", "SetSecurityGroupForLoadbalancers")

    def __init__(self, account: Account) -> None:
        self._tasks: dict[str, _Task] = {}
        super().__init__(account)
        self.actions = {
            "DescribeLoadBalancers": Action(
                {
                    "LoadBalancerIds": list,
                    "LoadBalancerType": str,
                    "Forward": int,
                    "LoadBalancerName": str,
                    "ProjectId": int,
                    "VpcId": str,
                    "SecurityGroup": str,
                    "Filters": list,
                    "OrderBy": str,
                    "OrderType": int,
                    "Offset": int,
                    "Limit": int,
                },
                self._describe,
            ),
            "SetLoadBalancerSecurityGroups": Action(
                {"LoadBalancerId": str, "SecurityGroups": list}, self._set_groups, ("LoadBalancerId",)
            ),
            "DescribeTaskStatus": Action({"TaskId": str, "DealName": str}, self._describe_task),
        }

    def reset(self) -> None:
        super().reset()
        self.task_reads = 0
        self.quota = QUOTA
        self.unknown_refused = True
        for one in self.resources.values():
            one.next_write_fails = False

    def make(self, place: Place) -> None:
        self.resources[place.id] = LoadBalancer(
            number=place.number,
            id=place.id,
            name=f"{place.role}-{place.number}",
            vpc=place.vpc,
            subnet=place.subnet,
            zone=place.zone,
            address=place.address,
            tags=place.tags,
            groups=Groups([list(place.groups)]),
            state=PassingState("running"),
        )

    def _describe(self, arguments: Arguments, _request_id: str) -> Answer:
        ids = strings(arguments, "LoadBalancerIds")
        if len(ids) > MOST_IDS:
            raise refusal("InvalidParameterValue.Length", f"More than {MOST_IDS} LoadBalancerIds")
        for one in ids:
            if not ID.fullmatch(one):
                raise refusal("InvalidParameter.FormatError", f"The id {one} is malformed")
            if one not in self.resources and self.unknown_refused:
                raise refusal("InvalidParameter.LBIdNotFound", f"The load balancer {one} does not exist")
        part = page(arguments, LARGEST_PAGE, "InvalidParameterValue.Range")
        filters = _filters(arguments)
        newest_first = arguments.get("OrderType", 1) == 1
        found = [
            one
            for one in sorted(self.resources.values(), key=lambda one: one.number, reverse=newest_first)
            if (not ids or one.id in ids)
            and all(_fits(one, name, value) for name, value in arguments.items())
            and all(_matches(one, name, values) for name, values in filters.items())
        ]
        for task in self._tasks.values():
            if task.balancer in found:
                task.advance()
        return {"TotalCount": len(found), "LoadBalancerSet": [_shown(one) for one in found[part]]}

    def _set_groups(self, arguments: Arguments, request_id: str) -> Answer:
        one = self.resources.get(str(arguments["LoadBalancerId"]))
        groups = strings(arguments, "SecurityGroups")
        if one is None:
            raise refusal("InvalidParameter.LBIdNotFound", f"{arguments['LoadBalancerId']} does not exist")
        if one.kind == "INTERNAL" and (one.forward == 0 or not one.vpc):
            raise refusal("UnsupportedOperation", f"The load balancer {one.id} can have no security groups")
        if len(groups) > MOST_GROUPS:
            raise refusal("InvalidParameterValue.Length", f"More than {MOST_GROUPS} SecurityGroups")
        if len(set(groups)) < len(groups):
            raise refusal("InvalidParameterValue.Duplicate", "SecurityGroups has a group twice")
        if not all(map(GROUP_ID.fullmatch, groups)):
            raise refusal("InvalidParameter.FormatError", "SecurityGroups has what is no id of a security group")
        # No code is documented for a group that does not exist.
        self.known_groups(groups, "InvalidParameterValue")
        if len(groups) > self.quota:
            raise refusal("LimitExceeded", f"{one.id} may have {self.quota} security groups")
        if one.state.look() != "running":
            raise refusal("FailedOperation.InvalidLBStatus", f"The load balancer {one.id} is {one.state.look()}")
        if any(task.balancer is one and task.status == TASK_RUNNING for task in self._tasks.values()):
            raise refusal("FailedOperation.ResourceInOperating", f"The load balancer {one.id} is being changed")
        fails, one.next_write_fails = one.next_write_fails, False
        task = self._tasks[request_id] = _Task(one, groups, self.task_reads, fails)
        if not self.task_reads:
            task.advance()
        return {}

    def _describe_task(self, arguments: Arguments, _request_id: str) -> Answer:
        if len(arguments) != 1:
            raise refusal("MissingParameter", "One of TaskId and DealName is needed")
        task = self._tasks.get(str(arguments.get("TaskId")))
        if task is None:
            raise refusal("InvalidParameter", "The task does not exist")
        task.advance()
        message = "The security groups could not be bound" if task.status == TASK_FAILED else None
        return {"Status": task.status, "LoadBalancerIds": [task.balancer.id], "Message": message}


def _filters(arguments: Arguments) -> Mapping[str, list[str]]:
    given = cast("list[object]", arguments.get("Filters", []))
    if len(given) > MOST_FILTERS:
        raise refusal("InvalidParameterValue.Length", f"More than {MOST_FILTERS} filters")
    found: dict[str, list[str]] = {}
    for one in given:
        if not isinstance(one, dict) or set(one) != {"Name", "Values"}:
            raise refusal("InvalidParameter.InvalidFilter", "A filter has Name and Values")
        values = strings(one, "Values")
        if one["Name"] not in FILTERS and not str(one["Name"]).startswith("tag:"):
            raise refusal("InvalidParameterValue.InvalidFilter", f"The filter {one['Name']} is not known")
        if not 1 <= len(values) <= MOST_FILTER_VALUES:
            raise refusal("InvalidParameterValue.Length", f"A filter has 1 to {MOST_FILTER_VALUES} values")
        found[str(one["Name"])] = values
    return found


def _fits(one: LoadBalancer, name: str, value: object) -> bool:
    actual: Mapping[str, object] = {
        "LoadBalancerType": one.kind,
        "Forward": one.forward,
        "ProjectId": 0,
        "VpcId": one.vpc or "0",
    }
    if name == "SecurityGroup":
        return value in one.groups.now
    # A name is matched in part.
    return str(value) in one.name if name == "LoadBalancerName" else actual.get(name, value) == value


def _matches(one: LoadBalancer, name: str, values: list[str]) -> bool:
    if name.startswith("tag:"):
        return one.tags.get(name.removeprefix("tag:")) in values
    return any(value in FILTERS[name](one) for value in values)


def _shown(one: LoadBalancer) -> Answer:
    internal = one.kind == "INTERNAL"
    return {
        "LoadBalancerId": one.id,
        "LoadBalancerName": one.name,
        "Forward": one.forward,
        "Domain": "",
        "LoadBalancerDomain": "",
        "LoadBalancerVips": [one.address],
        "AddressIPv6": None,
        "AddressIPVersion": "ipv4",
        "IPv6Mode": None,
        "LoadBalancerType": one.kind,
        "Status": STATUS[one.state.read()],
        "CreateTime": "2026-01-07 16:32:55",
        "StatusTime": "2026-01-07 16:32:59",
        "ProjectId": 0,
        "OpenBgp": 0,
        "Snat": False,
        "Isolation": 0,
        "Log": "",
        "AnycastZone": "",
        "VpcId": one.vpc,
        "NumericalVpcId": 1_100_000 + one.number,
        "TargetRegionInfo": {"Region": "ap-guangzhou", "VpcId": one.vpc, "NumericalVpcId": 1_100_000 + one.number},
        "SubnetId": one.subnet if internal else "",
        "SecureGroups": one.groups.read(),
        "Tags": [{"TagKey": key, "TagValue": value} for key, value in one.tags.items()],
        "MasterZone": {
            "ZoneId": 100003,
            "Zone": one.zone,
            "ZoneName": one.zone,
            "ZoneRegion": "ap-guangzhou",
            "LocalZone": False,
            "EdgeZone": False,
        },
        "BackupZoneSet": None,
        "IsolatedTime": None,
        "ExpireTime": None,
        "ChargeType": "POSTPAID_BY_HOUR",
        "NetworkAttributes": {
            "InternetChargeType": "TRAFFIC_POSTPAID_BY_HOUR",
            "InternetMaxBandwidthOut": 5,
            "BandwidthpkgSubType": "BGP",
        },
        "PrepaidAttributes": None,
        "ExtraInfo": None,
        "LogSetId": "",
        "LogTopicId": "",
        "LoadBalancerPassToTarget": False,
        "IsDDos": False,
        "ConfigId": "",
        "ExclusiveCluster": {"L4Clusters": None, "L7Clusters": None, "ClassicalCluster": None},
        "SnatPro": False,
        "SnatIps": [],
        "IsBlock": False,
        "IsBlockTime": "",
        "SlaType": "",
        "ClusterTag": None,
        "LocalBgp": False,
        "MixIpTarget": False,
        "Zones": None,
        "NfvInfo": "",
        "HealthLogSetId": "",
        "HealthLogTopicId": "",
        "ClusterIds": None,
        "AttributeFlags": [],
        "VipIsp": "INTERNAL" if internal else "BGP",
        "Egress": "",
    }
