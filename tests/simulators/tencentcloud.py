# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tencent Cloud: the calls (API 3.0) that our modules make, and those they must not make.

The account, signatures, VPC, CVM and STS are here; other services have files of their own.

Actions, limits and error codes follow https://cloud.tencent.com/document/api/215/15817 (DescribeNetworkInterfaces) and
its neighbours, https://cloud.tencent.com/document/api/213/15728 (DescribeInstances) and its neighbours, and
https://cloud.tencent.com/document/api/213/30654 (signature), those of STS https://cloud.tencent.com/document/api/1312/48197
(AssumeRole) and its neighbours. Where they leave something open, a comment says what was chosen; the stricter reading
was, so that no client comes to rely on what may not hold.
"""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import re
import threading
import time
import uuid
from collections import ChainMap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, TypeVar, cast
from urllib.parse import unquote_plus, urlsplit

from .resources import Admission, Groups, PassingState
from .server import CloudRefusal, Reply, Request, Simulator
from .tencent_api import (
    DEFAULT_PAGE,
    MOST_FILTERS,
    Account,
    Action,
    Place,
    Service,
    check_arguments,
    new_id,
    refusal,
    strings,
)
from .tencent_cdb import Cdb
from .tencent_clb import Clb
from .tencent_rules import Rules

REGION = "ap-guangzhou"
VERSION = "2017-03-12"
VERSIONS = {"vpc": VERSION, "cvm": VERSION, "sts": "2018-08-13", Clb.name: Clb.version, Cdb.name: Cdb.version}
SECRET_ID = "AKIDz8krbsJ5yKBZQpn74WFkmLPx3EXAMPLE"
SECRET_KEY = "Gu5t9xGARNpq86cd98joQYCN3EXAMPLE"
OWNER = "251153169"
CLOCK_SKEW = 300
SESSION = 7200
LONGEST_SESSION = 43200
MOST_IDS = 100
LARGEST_PAGE = 100
MOST_FILTER_VALUES = 5
CVM_QUOTA = 5
WRITABLE_INSTANCE_STATES = ("RUNNING", "STOPPED")
WRITES = (
    "ModifyNetworkInterfaceAttribute",
    "AssociateNetworkInterfaceSecurityGroups",
    "DisassociateNetworkInterfaceSecurityGroups",
    "ModifyInstancesAttribute",
    *Clb.writes,
    *Cdb.writes,
)
INSTANCE_ATTRIBUTES = (
    "InstanceName",
    "UserData",
    "SecurityGroups",
    "CamRoleName",
    "HostName",
    "DisableApiTermination",
    "EnableJumboFrame",
)
_GROUP_CHANGE = {"NetworkInterfaceIds": list, "SecurityGroupIds": list}
AUTHORIZATION = re.compile(
    r"TC3-HMAC-SHA256 Credential=(?P<secret_id>[^/]+)/(?P<date>\d{4}-\d\d-\d\d)/(?P<service>[a-z]+)/tc3_request, *"
    r"SignedHeaders=(?P<signed>[a-z0-9;-]+), *Signature=(?P<signature>[0-9a-f]{64})"
)
UNSIGNED = "AssumeRoleWithWebIdentity"
SESSION_NAME = re.compile(r"[\w+=,.@-]{2,128}", re.ASCII)
# The vendor writes that an id of another length than 8 is malformed.
ID = {kind: re.compile(rf"{kind}-[a-z0-9]{{8}}") for kind in ("eni", "ins", "sg", "vpc", "subnet")}
_Resource = TypeVar("_Resource", "_Interface", "_Instance", "_SecurityGroup")


@dataclass(frozen=True)
class Estate:
    """What populate() made. ``network_interfaces`` are secondary ones; ``primaries`` are those of the instances."""

    network_interfaces: tuple[str, ...]
    instances: tuple[str, ...]
    primaries: Mapping[str, str]
    security_groups: tuple[str, ...]
    vpcs: tuple[str, ...]
    subnets: tuple[str, ...]
    zones: tuple[str, ...]
    load_balancers: tuple[str, ...] = ()
    db_instances: tuple[str, ...] = ()


@dataclass
class _Interface:
    number: int
    id: str
    name: str
    vpc: str
    subnet: str
    zone: str
    address: str
    tags: Mapping[str, str]
    groups: Groups
    primary: bool = False
    instance: str | None = None
    description: str = ""
    state: PassingState = field(default_factory=lambda: PassingState("AVAILABLE"))


@dataclass
class _Operation:
    name: str
    request_id: str
    state: PassingState
    message: str = ""


@dataclass
class _Instance:
    number: int
    id: str
    name: str
    tags: Mapping[str, str]
    primary: _Interface
    operation: _Operation
    state: PassingState = field(default_factory=lambda: PassingState("RUNNING"))
    next_write_fails: bool = False


@dataclass(frozen=True)
class _SecurityGroup:
    number: int
    id: str
    name: str
    project: str = "0"
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class _Role:
    external_id: str | None
    longest: int
    provider: str | None
    web_identity: str | None


@dataclass(frozen=True)
class _Key:
    """A key that signs. ``role`` is None for the user's own; ``until`` is the cloud's time."""

    secret_key: str
    token: str | None
    role: str | None = None
    until: float = float("inf")


@dataclass(frozen=True)
class _Dialect:
    """How one service words what both of them check, and the filters it knows."""

    ids: str
    kind: str
    malformed: str
    coexist: str
    out_of_range: str
    filter_shape: str
    filter_values: str
    filter_name: str
    too_many_filters: str
    filters: Mapping[str, Callable[[Any], Sequence[str]]]


@dataclass(frozen=True)
class _Query:
    ids: tuple[str, ...]
    filters: tuple[tuple[str, tuple[str, ...]], ...]
    offset: int
    limit: int

    def page(self, found: Sequence[_Resource]) -> Sequence[_Resource]:
        return found[self.offset : self.offset + self.limit]


VPC = _Dialect(
    ids="NetworkInterfaceIds",
    kind="eni",
    malformed="InvalidParameterValue.Malformed",
    coexist="InvalidParameter.Coexist",
    out_of_range="InvalidParameterValue.Range",
    filter_shape="InvalidParameter.FilterNotDict",
    filter_values="InvalidParameter.FilterValuesNotList",
    filter_name="InvalidParameter.FilterInvalidKey",
    too_many_filters="InvalidParameterValue.LimitExceeded",
    filters={
        "vpc-id": lambda one: (one.vpc,),
        "subnet-id": lambda one: (one.subnet,),
        "network-interface-id": lambda one: (one.id,),
        "attachment.instance-id": lambda one: (one.instance,) if one.instance else (),
        "groups.security-group-id": lambda one: one.groups.now,
        "network-interface-name": lambda one: (one.name,),
        "network-interface-description": lambda one: (one.description,),
        "address-ip": lambda one: (one.address,),
        "ip-exact-match": lambda _: ("true", "false"),
        "is-primary": lambda one: ("true" if one.primary else "false",),
        "tag-key": lambda one: tuple(one.tags),
    },
)
SECURITY_GROUPS = replace(
    VPC,
    ids="SecurityGroupIds",
    kind="sg",
    filters={
        "security-group-id": lambda one: (one.id,),
        "security-group-name": lambda one: (one.name,),
        "project-id": lambda one: (one.project,),
        "tag-key": lambda one: tuple(one.tags),
    },
)
CVM = _Dialect(
    ids="InstanceIds",
    kind="ins",
    malformed="InvalidInstanceId.Malformed",
    coexist="InvalidParameter",
    out_of_range="InvalidParameterValue",
    filter_shape="InvalidFilter",
    filter_values="InvalidFilter",
    filter_name="InvalidFilter",
    too_many_filters="InvalidFilterValue.LimitExceeded",
    filters={
        "zone": lambda one: (one.primary.zone,),
        "vpc-id": lambda one: (one.primary.vpc,),
        "subnet-id": lambda one: (one.primary.subnet,),
        "instance-id": lambda one: (one.id,),
        "instance-name": lambda one: (one.name,),
        "instance-state": lambda one: (one.state.look(),),
        "security-group-id": lambda one: one.primary.groups.now,
        "private-ip-address": lambda one: (one.primary.address,),
        "tag-key": lambda one: tuple(one.tags),
        "tag-value": lambda one: tuple(one.tags.values()),
    },
)
# DescribeInstances documents a code for each of these, and no other argument of it could be meant.
MALFORMED_CVM_FILTERS = {
    "vpc-id": ("vpc", "InvalidParameterValue.VpcIdMalformed"),
    "subnet-id": ("subnet", "InvalidParameterValue.SubnetIdMalformed"),
    "instance-id": ("ins", "InvalidParameterValue.InstanceIdMalformed"),
    "security-group-id": ("sg", "InvalidSgId.Malformed"),
}


class TencentCloudSimulator(Simulator):
    """The services of one account in one region; ``clb`` and ``cdb`` are two of them, with knobs of their own.

    ``rules`` are those of security groups.

    ``secret_id``, ``secret_key`` and ``token`` are what clients must sign with, if not with the key of a role. A
    ``region`` that ends with -fsi is a finance region, which only the hosts of that region serve. ``callers`` are who
    made the calls: None for the user, or the ARN of a role. ``clock`` is the cloud's time.
    ``eni_quota`` is the security groups a network interface may have. ``rates`` are calls a second by action; an
    action not named has no limit. ``pending_reads`` and ``operating_reads`` say for how many reads a network interface
    is PENDING, and an instance's latest operation OPERATING, after a write. ``unknown_enis_refused``: whether
    DescribeNetworkInterfaces refuses a request with an unknown id, or leaves that one out. For DescribeSecurityGroups
    ``unknown_groups_refused`` is the same.
    """

    def __init__(self) -> None:
        super().__init__()
        self._account = threading.RLock()
        self._interfaces: dict[str, _Interface] = {}
        self._instances: dict[str, _Instance] = {}
        self._security_groups: dict[str, _SecurityGroup] = {}
        self._added_groups = itertools.count(900_000)
        self._shared = Account()
        self.clb, self.cdb = Clb(self._shared), Cdb(self._shared)
        self._services: tuple[Service, ...] = (self.clb, self.cdb)
        self.rules = Rules(self._shared)
        self._actions = self._own_actions() | {
            (one.name, name): action for one in self._services for name, action in one.actions.items()
        }
        self._actions |= {("vpc", name): action for name, action in self.rules.actions.items()}
        self.reset()

    def reset(self) -> None:
        super().reset()
        self.secret_id = SECRET_ID
        self.secret_key = SECRET_KEY
        self.token: str | None = None
        self.region = REGION
        self.callers: list[str | None] = []
        self._roles: dict[str, _Role] = {}
        self._sessions: dict[str, _Key] = {}
        self.clock: Callable[[], float] = time.time
        self.eni_quota = 5
        self.rates: dict[str, int] = {}
        self._admission = Admission()
        self.pending_reads = 0
        self.operating_reads = 0
        # The documents list ResourceNotFound for it, and Terraform's provider is ready for that and for an empty list.
        self.unknown_enis_refused = True
        self.unknown_groups_refused = True
        with self._account:
            for interface in self._interfaces.values():
                interface.state.put("", 0)
                interface.groups.reads_after_write = interface.groups.old_reads = 0
            for instance in self._instances.values():
                instance.state.put("", 0)
                instance.operation.state.put("", 0)
                instance.next_write_fails = False
            for service in self._services:
                service.reset()
            self.rules.reset()

    def populate(
        self,
        network_interfaces: int = 3,
        instances: int = 3,
        security_groups: int = 8,
        load_balancers: int = 3,
        db_instances: int = 3,
    ) -> Estate:
        """Empty the account and make so many resources of each kind, each with the first security group.

        Even and odd ones are in different VPCs and zones and have another tag ``role``: web and db. A network
        interface is a secondary one, attached to the instance of the same number, if there is one.
        """
        numbers = itertools.count(1)
        groups = tuple(new_id("sg", next(numbers)) for _time in range(security_groups))
        vpcs = tuple(new_id("vpc", next(numbers)) for _time in range(2))
        subnets = tuple(new_id("subnet", next(numbers)) for _time in range(2))
        zones = (f"{REGION}-3", f"{REGION}-6")

        def interface(index: int, network: int, instance: str | None, *, primary: bool) -> _Interface:
            number, half = next(numbers), index % 2
            return _Interface(
                number=number,
                id=new_id("eni", number),
                name=f"{'primary' if primary else 'eni'}-{index}",
                vpc=vpcs[half],
                subnet=subnets[half],
                zone=zones[half],
                address=f"10.{network}.{index // 250}.{index % 250 + 2}",
                tags={"role": _role(index), "number": str(index)},
                groups=Groups([list(groups[:1])]),
                primary=primary,
                instance=instance,
            )

        with self._account:
            self._security_groups = {
                one: _SecurityGroup(number, one, f"group-{number}") for number, one in enumerate(groups)
            }
            self._interfaces, self._instances = {}, {}
            for index in range(instances):
                number = next(numbers)
                primary = interface(index, 0, new_id("ins", number), primary=True)
                self._interfaces[primary.id] = primary
                self._instances[new_id("ins", number)] = _Instance(
                    number=number,
                    id=new_id("ins", number),
                    name=f"{_role(index)}-{index}",
                    tags=primary.tags,
                    primary=primary,
                    operation=_Operation("RunInstances", str(uuid.UUID(int=number)), PassingState("SUCCESS")),
                )
            made = tuple(self._instances)
            primaries = {instance.id: instance.primary.id for instance in self._instances.values()}
            for index in range(network_interfaces):
                one = interface(index, 1, made[index] if index < instances else None, primary=False)
                self._interfaces[one.id] = one
            secondaries = tuple(one.id for one in self._interfaces.values() if not one.primary)
            self._shared.security_groups = self._security_groups
            for network, (service, count) in enumerate(((self.clb, load_balancers), (self.cdb, db_instances)), start=2):
                service.resources.clear()
                for index in range(count):
                    number, half = next(numbers), index % 2
                    service.make(
                        Place(
                            number=number,
                            id=new_id(service.prefix, number),
                            role=_role(index),
                            vpc=vpcs[half],
                            subnet=subnets[half],
                            zone=zones[half],
                            address=f"10.{network}.{index // 250}.{index % 250 + 2}",
                            tags={"role": _role(index), "number": str(index)},
                            groups=groups[:1],
                        )
                    )
        return Estate(
            secondaries,
            made,
            primaries,
            groups,
            vpcs,
            subnets,
            zones,
            tuple(self.clb.resources),
            tuple(self.cdb.resources),
        )

    def allow_role(
        self,
        arn: str,
        *,
        external_id: str | None = None,
        longest: int = LONGEST_SESSION,
        provider: str | None = None,
        web_identity: str | None = None,
    ) -> None:
        """Make a role that the user may assume, or with a provider and its token, whoever has that token."""
        with self._account:
            self._roles[arn] = _Role(external_id, longest, provider, web_identity)

    def add_group(self, name: str, project: str = "0") -> str:
        """Make a security group. Nothing says that a name has to be the only one."""
        with self._account:
            number = next(self._added_groups)
            one = _SecurityGroup(number, new_id("sg", number), name, project)
            self._security_groups[one.id] = one
            return one.id

    def remove_group(self, group_id: str) -> None:
        """Delete a security group, past log and faults. Lists that have it keep it."""
        with self._account:
            del self._security_groups[group_id]

    def groups(self, resource_id: str) -> list[str]:
        """Return the list of a network interface or an instance as it is, past log and faults."""
        with self._account:
            return self._groups_of(resource_id).now

    def history(self, resource_id: str) -> list[list[str]]:
        """Return every list that a network interface or an instance had, whoever wrote it; the present one is last."""
        with self._account:
            return [list(groups) for groups in self._groups_of(resource_id).history]

    def attach(self, resource_id: str, *groups: str) -> None:
        """Replace the list of a network interface or an instance, past log and faults, as another writer."""
        with self._account:
            self._groups_of(resource_id).become(groups)

    def remove(self, resource_id: str) -> None:
        """Delete a network interface or an instance, past log and faults; it is gone at once."""
        with self._account:
            for resources in self._kinds():
                resources.pop(resource_id, None)

    def put_in_state(self, resource_id: str, state: str, reads: int | None = None) -> None:
        """Have a network interface or an instance be in a state, until it was read ``reads`` times (None: for good)."""
        with self._account:
            self._resource(resource_id).state.put(state, reads)

    def serve_old_list(self, resource_id: str, reads: int) -> None:
        """Have the list that the next write through the API replaces be shown for ``reads`` more reads."""
        with self._account:
            self._groups_of(resource_id).reads_after_write = reads

    def fail_next_write(self, instance_id: str) -> None:
        """Have the next write to an instance or a load balancer be accepted, and then fail without a change."""
        with self._account:
            self._resource(instance_id).next_write_fails = True

    def put_operation(self, instance_id: str, name: str, state: str, reads: int | None = None) -> None:
        """Have another's operation be an instance's latest one, in a state, for ``reads`` reads (None: for good)."""
        with self._account:
            operation = _Operation(name, str(uuid.uuid4()), PassingState("SUCCESS"))
            operation.state.put(state, reads)
            self._instances[instance_id].operation = operation

    def identify(self, request: Request) -> tuple[str, tuple[str, ...], Mapping[str, object]]:
        arguments = _json_object(request.body) or {}
        names = dict.fromkeys(
            ("NetworkInterfaceId", VPC.ids, CVM.ids, *(name for one in self._services for name in one.id_arguments))
        )
        ids: list[object] = []
        for name in names:
            value = arguments.get(name)
            ids += value if isinstance(value, list) else [value]
        resources = tuple(one for one in ids if isinstance(one, str))
        return _headers(request).get("x-tc-action", "unknown"), resources, arguments

    def answer(self, action: str, arguments: Mapping[str, object], request: Request) -> Reply:
        service = self._authenticate(action, request)
        does = self._asked(service, action, request)
        with self._account:
            if not self._admission.admits(action, self.rates.get(action)):
                limit = self.rates[action]
                raise refusal("RequestLimitExceeded", f"More than {limit} {action} a second")
            request_id = str(uuid.uuid4())
            result = does.perform(arguments, request_id)
        return _json({"Response": {**result, "RequestId": request_id}})

    def error(self, action: str, refusal: CloudRefusal) -> Reply:  # noqa: ARG002 - all actions have the same errors
        error = {"Code": refusal.code, "Message": refusal.message}
        return _json({"Response": {"Error": error, "RequestId": str(uuid.uuid4())}}, refusal.status)

    def _authenticate(self, action: str, request: Request) -> str:
        """Check who signed the request, and return the service it is for."""
        headers = _headers(request)
        timestamp = headers.get("x-tc-timestamp", "")
        if not re.fullmatch(r"[0-9]{1,10}", timestamp):
            raise refusal("MissingParameter", "The request is missing the parameter Timestamp")
        if action == UNSIGNED and headers.get("authorization") == "SKIP":
            return "sts"
        claimed = AUTHORIZATION.fullmatch(headers.get("authorization", ""))
        day = datetime.fromtimestamp(int(timestamp), UTC).date().isoformat()
        if not claimed or claimed["date"] != day or not {"content-type", "host"} <= {*claimed["signed"].split(";")}:
            raise refusal("AuthFailure.InvalidAuthorization", "The header Authorization is not as it should be")
        key = self._key(claimed["secret_id"])
        if not key:
            raise refusal("AuthFailure.SecretIdNotFound", "The SecretId is not found")
        if abs(self.clock() - int(timestamp)) > CLOCK_SKEW:
            raise refusal("AuthFailure.SignatureExpire", f"Timestamp is more than {CLOCK_SKEW} s off the cloud's time")
        expected = _signature(key.secret_key, request, headers, claimed)
        if not hmac.compare_digest(expected, claimed["signature"]):
            raise refusal("AuthFailure.SignatureFailure", "The signature is not that of this request and SecretKey")
        if headers.get("x-tc-token") != key.token or key.until < self.clock():
            raise refusal("AuthFailure.TokenFailure", "The token is not that of this SecretId, or has expired")
        with self._account:
            self.callers.append(key.role)
        return claimed["service"]

    def _key(self, secret_id: str) -> _Key | None:
        if secret_id == self.secret_id:
            return _Key(self.secret_key, self.token)
        return self._sessions.get(secret_id)

    def _asked(self, service: str, action: str, request: Request) -> Action:
        """Return what a request asks for, if it is as the documents have it."""
        headers = _headers(request)
        if request.method != "POST":
            raise refusal("UnsupportedProtocol", "This simulator takes POST only")
        for name in ("Action", "Version", "Region"):
            if not headers.get(f"x-tc-{name.lower()}"):
                raise refusal("MissingParameter", f"The request is missing the parameter {name}")
        if headers["x-tc-version"] != VERSIONS.get(service):
            raise refusal("NoSuchVersion", f"{service} has no version {headers['x-tc-version']}")
        does = self._actions.get((service, action))
        if does is None:
            raise refusal("InvalidAction", f"{service} has no action {action}")
        if headers["x-tc-region"] != self.region:
            raise refusal("UnsupportedRegion", f"This simulator is {self.region} only")
        if self.region.endswith("-fsi") and headers["host"] != f"{service}.{self.region}.tencentcloudapi.com":
            raise refusal("UnsupportedRegion", f"{headers['host']} does not serve {service} in {self.region}")
        check_arguments(does, _json_object(request.body))
        return does

    def _own_actions(self) -> dict[tuple[str, str], Action]:
        def modify_interface(arguments: Mapping[str, object], _request_id: str) -> Mapping[str, object]:
            self._modify_interface(arguments)
            return {}

        def modify_instances(arguments: Mapping[str, object], request_id: str) -> Mapping[str, object]:
            self._modify_instances(arguments, request_id)
            return {}

        def change(action: str) -> Action:
            def perform(arguments: Mapping[str, object], _request_id: str) -> Mapping[str, object]:
                self._change_groups(action, arguments)
                return {}

            return Action(_GROUP_CHANGE, perform, tuple(_GROUP_CHANGE))

        selected = {"Filters": list, "Offset": int, "Limit": int}
        role = {"RoleArn": str, "RoleSessionName": str, "DurationSeconds": int}
        return {
            ("vpc", "DescribeNetworkInterfaces"): Action(
                {"NetworkInterfaceIds": list, **selected}, lambda given, _: self._describe_interfaces(given)
            ),
            ("vpc", "ModifyNetworkInterfaceAttribute"): Action(
                {
                    "NetworkInterfaceId": str,
                    "NetworkInterfaceName": str,
                    "NetworkInterfaceDescription": str,
                    "SecurityGroupIds": list,
                    "TrunkingFlag": str,
                },
                modify_interface,
                ("NetworkInterfaceId",),
            ),
            ("vpc", "DescribeSecurityGroups"): Action(
                {"SecurityGroupIds": list, "Filters": list, "Offset": str, "Limit": str},
                lambda given, _: self._describe_security_groups(given),
            ),
            ("vpc", "AssociateNetworkInterfaceSecurityGroups"): change("AssociateNetworkInterfaceSecurityGroups"),
            ("vpc", "DisassociateNetworkInterfaceSecurityGroups"): change("DisassociateNetworkInterfaceSecurityGroups"),
            ("cvm", "DescribeInstances"): Action(
                {"InstanceIds": list, **selected}, lambda given, _: self._describe_instances(given)
            ),
            ("cvm", "ModifyInstancesAttribute"): Action(
                {
                    "InstanceIds": list,
                    "InstanceName": str,
                    "UserData": str,
                    "SecurityGroups": list,
                    "CamRoleName": str,
                    "CamRoleType": str,
                    "HostName": str,
                    "AutoReboot": bool,
                    "DisableApiTermination": bool,
                    "EnableJumboFrame": bool,
                },
                modify_instances,
                ("InstanceIds",),
            ),
            ("sts", "AssumeRole"): Action(
                {**role, "Policy": str, "ExternalId": str},
                lambda given, _: self._assume_role("AssumeRole", given),
                ("RoleArn", "RoleSessionName"),
            ),
            ("sts", UNSIGNED): Action(
                {"ProviderId": str, "WebIdentityToken": str, **role},
                lambda given, _: self._assume_role(UNSIGNED, given),
                ("ProviderId", "WebIdentityToken", "RoleArn", "RoleSessionName"),
            ),
        }

    def _assume_role(self, action: str, arguments: Mapping[str, object]) -> Mapping[str, object]:
        arn, duration = str(arguments["RoleArn"]), cast(int, arguments.get("DurationSeconds", SESSION))
        if not SESSION_NAME.fullmatch(str(arguments["RoleSessionName"])) or duration < 1:
            raise refusal("InvalidParameter.ParamError", "RoleSessionName or DurationSeconds is not as it should be")
        if (role := self._roles.get(arn)) is None:
            raise refusal("ResourceNotFound.RoleNotFound", f"The role {arn} does not exist")
        if duration > min(role.longest, LONGEST_SESSION):
            raise refusal("InvalidParameter.OverTimeError", f"A session lasts at most {role.longest} s")
        if action == UNSIGNED:
            if (arguments["ProviderId"], arguments["WebIdentityToken"]) != (role.provider, role.web_identity):
                raise refusal("InvalidParameter.WebIdentityTokenError", "The token is not the provider's")
        elif role.web_identity is not None or arguments.get("ExternalId") != role.external_id:
            # No code is documented for an external id that does not fit.
            raise refusal("UnauthorizedOperation", f"The role {arn} does not trust the caller")
        _check_policy(str(arguments.get("Policy", "%7B%7D")))
        name = uuid.uuid4().hex
        key = _Key(f"key{name}", f"token{name}", arn, self.clock() + duration)
        self._sessions[f"AKID{name}"] = key
        return {
            "Credentials": {"TmpSecretId": f"AKID{name}", "TmpSecretKey": key.secret_key, "Token": key.token},
            "ExpiredTime": int(key.until),
            "Expiration": datetime.fromtimestamp(key.until, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }

    def _describe_interfaces(self, arguments: Mapping[str, object]) -> Mapping[str, object]:
        query = _query(arguments, VPC)
        unknown = [one for one in query.ids if one not in self._interfaces]
        if unknown and self.unknown_enis_refused:
            raise refusal("ResourceNotFound", f"The network interface {unknown[0]} does not exist")
        found = _select(self._interfaces, query, VPC)
        return {"NetworkInterfaceSet": [_shown_interface(one) for one in query.page(found)], "TotalCount": len(found)}

    def _describe_security_groups(self, arguments: Mapping[str, object]) -> Mapping[str, object]:
        # The documents have both as strings. What is no number is out of range.
        given = {name: str(arguments[name]) for name in ("Offset", "Limit") if name in arguments}
        pages = {name: int(text) if re.fullmatch("[0-9]{1,9}", text) else -1 for name, text in given.items()}
        query = _query({**arguments, **pages}, SECURITY_GROUPS)
        unknown = [one for one in query.ids if one not in self._security_groups]
        # The error is documented, and not whether one unknown id of many is enough for it.
        if unknown and self.unknown_groups_refused:
            raise refusal("ResourceNotFound", f"The security group {unknown[0]} does not exist")
        found = _select(self._security_groups, query, SECURITY_GROUPS)
        shown = [
            {
                "SecurityGroupId": one.id,
                "SecurityGroupName": one.name,
                "SecurityGroupDesc": "",
                "ProjectId": one.project,
                "IsDefault": False,
                "CreatedTime": "2026-01-05 10:11:12",
                "UpdateTime": "2026-01-05 10:11:12",
                "TagSet": _shown_tags(one.tags),
            }
            for one in query.page(found)
        ]
        return {"SecurityGroupSet": shown, "TotalCount": len(found)}

    def _describe_instances(self, arguments: Mapping[str, object]) -> Mapping[str, object]:
        query = _query(arguments, CVM)
        for name, values in query.filters:
            self._check_cvm_filter(name, values)
        # The documents list no code for unknown ids here, and Terraform's provider takes an empty answer for one.
        found = _select(self._instances, query, CVM)
        return {"InstanceSet": [_shown_instance(one) for one in query.page(found)], "TotalCount": len(found)}

    def _check_cvm_filter(self, name: str, values: Sequence[str]) -> None:
        kind, code = MALFORMED_CVM_FILTERS.get(name, (None, ""))
        for value in values:
            if kind and not ID[kind].fullmatch(value):
                raise refusal(code, f"The filter {name} has the malformed value {value}")
            if name == "security-group-id" and value not in self._security_groups:
                raise refusal("InvalidSecurityGroupId.NotFound", f"The security group {value} does not exist")

    def _modify_interface(self, arguments: Mapping[str, object]) -> None:
        interface = self._writable_interfaces([str(arguments["NetworkInterfaceId"])])[0]
        if "SecurityGroupIds" in arguments:
            groups = self._vpc_groups(arguments)
            self._check_eni_quota(interface, groups)
            interface.groups.write(groups)
        interface.name = str(arguments.get("NetworkInterfaceName", interface.name))
        interface.description = str(arguments.get("NetworkInterfaceDescription", interface.description))
        self._settle(interface)

    def _change_groups(self, action: str, arguments: Mapping[str, object]) -> None:
        interfaces = self._writable_interfaces(strings(arguments, VPC.ids))
        groups = self._vpc_groups(arguments)
        changes = []
        for interface in interfaces:
            kept = [group for group in interface.groups.now if group not in groups]
            if action == "AssociateNetworkInterfaceSecurityGroups":
                # The documents promise no order. Groups that are attached again end up last, to make that be noticed.
                kept += groups
                self._check_eni_quota(interface, kept)
            changes.append(kept)
        for interface, kept in zip(interfaces, changes, strict=True):
            interface.groups.write(kept)
            self._settle(interface)

    def _settle(self, interface: _Interface) -> None:
        if self.pending_reads:
            interface.state.put("PENDING", self.pending_reads)

    def _writable_interfaces(self, ids: Sequence[str]) -> list[_Interface]:
        _check_ids(ids, VPC)
        for one in ids:
            if one not in self._interfaces:
                raise refusal("ResourceNotFound", f"The network interface {one} does not exist")
            if self._interfaces[one].primary:
                # Said of Associate, and of the Modify call of API 2.0.
                raise refusal("UnsupportedOperation", f"The network interface {one} is a primary one")
            if (state := self._interfaces[one].state.look()) != "AVAILABLE":
                raise refusal("UnsupportedOperation.InvalidState", f"The network interface {one} is {state}")
        return [self._interfaces[one] for one in ids]

    def _vpc_groups(self, arguments: Mapping[str, object]) -> list[str]:
        groups = strings(arguments, "SecurityGroupIds")
        if len(groups) > MOST_IDS:
            raise refusal("InvalidParameterValue.LimitExceeded", f"More than {MOST_IDS} SecurityGroupIds")
        # What an empty list or the same group twice does is not documented.
        if not groups or len(set(groups)) < len(groups) or not all(ID["sg"].fullmatch(group) for group in groups):
            raise refusal("InvalidParameterValue.Malformed", "SecurityGroupIds must be distinct ids, at least one")
        for group in groups:
            if group not in self._security_groups:
                raise refusal("ResourceNotFound", f"The security group {group} does not exist")
        return groups

    def _check_eni_quota(self, interface: _Interface, groups: Sequence[str]) -> None:
        if len(groups) > self.eni_quota:
            raise refusal("LimitExceeded", f"{interface.id} may have {self.eni_quota} security groups")

    def _modify_instances(self, arguments: Mapping[str, object], request_id: str) -> None:
        ids = strings(arguments, CVM.ids)
        if not ids:
            raise refusal("MissingParameter", "InstanceIds is empty")
        _check_ids(ids, CVM)
        given = [name for name in INSTANCE_ATTRIBUTES if name in arguments]
        if not given:
            raise refusal("MissingParameter", f"One of {', '.join(INSTANCE_ATTRIBUTES)} is needed")
        # "Exactly one" is documented, the code is not.
        if len(given) > 1:
            raise refusal("InvalidParameterValue", f"Only one of {', '.join(given)} can be modified by one request")
        if given[0] not in ("SecurityGroups", "InstanceName"):
            raise refusal("UnsupportedOperation", f"This simulator cannot modify {given[0]}")
        instances = [self._writable_instance(one) for one in ids]
        groups = self._cvm_groups(arguments) if given == ["SecurityGroups"] else None
        for instance in instances:
            self._operate(instance, request_id, groups, str(arguments.get("InstanceName", instance.name)))

    def _writable_instance(self, instance_id: str) -> _Instance:
        instance = self._instances.get(instance_id)
        if not instance:
            raise refusal("InvalidInstanceId.NotFound", f"The instance {instance_id} does not exist")
        if (state := instance.state.look()) not in WRITABLE_INSTANCE_STATES:
            words = "".join(word.capitalize() for word in state.split("_"))
            raise refusal(f"UnsupportedOperation.InstanceState{words}", f"The instance {instance_id} is {state}")
        if instance.operation.state.look() == "OPERATING":
            code = "OperationDenied.InstanceOperationInProgress"
            raise refusal(code, f"{instance.operation.name} of the instance {instance_id} is under way")
        return instance

    def _cvm_groups(self, arguments: Mapping[str, object]) -> list[str]:
        groups = strings(arguments, "SecurityGroups")
        # What an empty list or the same group twice does is not documented.
        if not groups or len(set(groups)) < len(groups):
            raise refusal("InvalidParameterValue", "SecurityGroups must be distinct ids, at least one")
        for group in groups:
            if group not in self._security_groups:
                raise refusal("InvalidSecurityGroupId.NotFound", f"The security group {group} does not exist")
        if len(groups) > CVM_QUOTA:
            code = "LimitExceeded.AssociateUSGLimitExceeded"
            raise refusal(code, f"An instance may have {CVM_QUOTA} security groups")
        return groups

    def _operate(self, instance: _Instance, request_id: str, groups: list[str] | None, name: str) -> None:
        failed, instance.next_write_fails = instance.next_write_fails, False
        result = "FAILED" if failed else "SUCCESS"
        message = "The security groups could not be modified" if failed else ""
        instance.operation = _Operation("ModifyInstancesAttribute", request_id, PassingState(result), message)
        instance.operation.state.put("OPERATING", self.operating_reads)
        if failed:
            return
        instance.name = name
        if groups is not None:
            instance.primary.groups.write(groups)

    def _groups_of(self, resource_id: str) -> Groups:
        resource = self._resource(resource_id)
        return resource.primary.groups if isinstance(resource, _Instance) else cast(Groups, resource.groups)

    def _kinds(self) -> list[dict[str, Any]]:
        return [self._interfaces, self._instances, *(one.resources for one in self._services)]

    def _resource(self, resource_id: str) -> Any:
        return ChainMap(*self._kinds())[resource_id]


def _signature(key: str, request: Request, headers: Mapping[str, str], claimed: re.Match[str]) -> str:
    parts = urlsplit(request.target)
    signed = "".join(f"{name}:{headers.get(name, '').strip().lower()}\n" for name in claimed["signed"].split(";"))
    payload = hashlib.sha256(request.body).hexdigest()
    canonical = "\n".join((request.method, parts.path, parts.query, signed, claimed["signed"], payload))
    scope = f"{claimed['date']}/{claimed['service']}/tc3_request"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = f"TC3-HMAC-SHA256\n{headers['x-tc-timestamp']}\n{scope}\n{digest}"
    signing_key = f"TC3{key}".encode()
    for part in scope.split("/"):
        signing_key = hmac.digest(signing_key, part.encode(), "sha256")
    return hmac.digest(signing_key, to_sign.encode(), "sha256").hex()


def _check_policy(encoded: str) -> None:
    # It has to be encoded as in a URL. The documents do not say what becomes of one that is not.
    if re.search(r"[{}\"\s]", encoded) or _json_object(unquote_plus(encoded).encode()) is None:
        raise refusal("InvalidParameter.StrategyFormatError", "The policy is not a JSON object that is URL-encoded")


def _query(arguments: Mapping[str, object], dialect: _Dialect) -> _Query:
    ids = strings(arguments, dialect.ids)
    _check_ids(ids, dialect)
    filters = _filters(arguments, dialect)
    if ids and filters:
        raise refusal(dialect.coexist, f"{dialect.ids} and Filters cannot be used together")
    offset, limit = cast(int, arguments.get("Offset", 0)), cast(int, arguments.get("Limit", DEFAULT_PAGE))
    if offset < 0 or not 1 <= limit <= LARGEST_PAGE:
        raise refusal(dialect.out_of_range, f"Offset is at least 0, and Limit from 1 to {LARGEST_PAGE}")
    return _Query(tuple(ids), filters, offset, limit)


def _check_ids(ids: Sequence[str], dialect: _Dialect) -> None:
    if len(ids) > MOST_IDS:
        raise refusal("InvalidParameterValue.LimitExceeded", f"More than {MOST_IDS} ids")
    for one in ids:
        if not ID[dialect.kind].fullmatch(one):
            raise refusal(dialect.malformed, f"The id {one} is malformed")


def _filters(arguments: Mapping[str, object], dialect: _Dialect) -> tuple[tuple[str, tuple[str, ...]], ...]:
    given = cast("list[object]", arguments.get("Filters", []))
    if len(given) > MOST_FILTERS:
        raise refusal(dialect.too_many_filters, f"More than {MOST_FILTERS} filters")
    return tuple(_filter(one, dialect) for one in given)


def _filter(given: object, dialect: _Dialect) -> tuple[str, tuple[str, ...]]:
    if not isinstance(given, dict) or set(given) != {"Name", "Values"}:
        raise refusal(dialect.filter_shape, "A filter has Name and Values")
    name, values = given["Name"], given["Values"]
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise refusal(dialect.filter_values, f"The Values of the filter {name} are no list of strings")
    if name not in dialect.filters and not str(name).startswith("tag:"):
        raise refusal(dialect.filter_name, f"The filter {name} is not known")
    if len(values) > MOST_FILTER_VALUES:
        raise refusal(dialect.too_many_filters, f"The filter {name} has more than {MOST_FILTER_VALUES} values")
    return name, tuple(values)


def _select(resources: Mapping[str, _Resource], query: _Query, dialect: _Dialect) -> list[_Resource]:
    """Return the resources in the account's order: an answer's order is not that of the request's ids."""
    if query.ids:
        found = {one: resources[one] for one in query.ids if one in resources}
        return sorted(found.values(), key=lambda one: one.number)
    exact = ("ip-exact-match", ("true",)) in query.filters
    return [
        one
        for one in resources.values()
        if all(_matches(one, name, values, dialect, exact=exact) for name, values in query.filters)
    ]


def _matches(one: Any, name: str, values: Sequence[str], dialect: _Dialect, *, exact: bool) -> bool:
    if name.startswith("tag:"):
        return one.tags.get(name.removeprefix("tag:")) in values
    actual = dialect.filters[name](one)
    if name == "address-ip" and len(values) == 1 and not exact:
        return actual[0].startswith(values[0])
    return any(value in actual for value in values)


def _shown_interface(one: _Interface) -> dict[str, object]:
    state = one.state.read()
    attached = {
        "InstanceId": one.instance,
        "DeviceIndex": 0 if one.primary else 1,
        "InstanceAccountId": OWNER,
        "AttachTime": "2026-01-08 16:36:49",
    }
    address = {
        "Description": "",
        "Primary": True,
        "PrivateIpAddress": one.address,
        "PublicIpAddress": "",
        "IsWanIpBlocked": False,
        "State": "AVAILABLE",
    }
    return {
        "NetworkInterfaceId": one.id,
        "NetworkInterfaceName": one.name,
        "NetworkInterfaceDescription": one.description,
        "VpcId": one.vpc,
        "SubnetId": one.subnet,
        "Zone": one.zone,
        "MacAddress": "20:90:6F:" + ":".join(f"{byte:02X}" for byte in one.number.to_bytes(3, "big")),
        "State": state,
        # Unlike State it tells whether the interface is attached, so it is no sign of being ready.
        "NetworkInterfaceState": "INUSE" if state == "AVAILABLE" and one.instance else state,
        "Primary": one.primary,
        "GroupSet": one.groups.read(),
        "PrivateIpAddressSet": [address],
        "Ipv6AddressSet": [],
        "Attachment": attached if one.instance else None,
        "TagSet": _shown_tags(one.tags),
        "Business": "cvm",
        "CdcId": "",
        "EniType": 1 if one.primary else 0,
        "AttachType": 0,
        "CreatedTime": "2026-01-07 16:32:55",
    }


def _shown_instance(one: _Instance) -> dict[str, object]:
    state = one.state.read()
    return {
        "InstanceId": one.id,
        "InstanceName": one.name,
        "InstanceState": state,
        "RestrictState": "NORMAL",
        "SecurityGroupIds": one.primary.groups.read(),
        "LatestOperation": one.operation.name,
        "LatestOperationState": one.operation.state.read(),
        "LatestOperationRequestId": one.operation.request_id,
        "LatestOperationErrorMsg": one.operation.message,
        "Placement": {"Zone": one.primary.zone, "ProjectId": 0, "HostId": "", "HostIds": []},
        "VirtualPrivateCloud": {
            "VpcId": one.primary.vpc,
            "SubnetId": one.primary.subnet,
            "AsVpcGateway": False,
            "Ipv6AddressCount": 0,
            "PrivateIpAddresses": [one.primary.address],
        },
        "PrivateIpAddresses": [one.primary.address],
        "PublicIpAddresses": None,
        "IPv6Addresses": None,
        "RdmaIpAddresses": [],
        "InternetAccessible": {
            "PublicIpAssigned": False,
            "InternetChargeType": "TRAFFIC_POSTPAID_BY_HOUR",
            "InternetMaxBandwidthOut": 0,
        },
        "Tags": _shown_tags(one.tags),
        "Uuid": str(uuid.UUID(int=one.number)),
        "InstanceType": "S5.SMALL2",
        "InstanceChargeType": "POSTPAID_BY_HOUR",
        "CPU": 1,
        "Memory": 2,
        "ImageId": "img-8toqc6s3",
        "OsName": "TencentOS Server 4",
        "LicenseType": "TencentCloud",
        "SystemDisk": {"DiskId": new_id("disk", one.number), "DiskSize": 50, "DiskType": "CLOUD_BSSD", "CdcId": ""},
        "DataDisks": [],
        "LoginSettings": {"KeyIds": ["skey-b4vakk62"]},
        "DefaultLoginUser": "root",
        "DefaultLoginPort": 22,
        "StopChargingMode": "KEEP_CHARGING" if state == "STOPPED" else "NOT_APPLICABLE",
        "DisableApiTermination": False,
        "CamRoleName": "",
        "DedicatedClusterId": "",
        "DisasterRecoverGroupId": "",
        "HpcClusterId": "",
        "IsolatedSource": "NOTISOLATED",
        "RenewFlag": None,
        "CreatedTime": "2026-01-07T08:32:55Z",
        "ExpiredTime": None,
    }


def _shown_tags(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _headers(request: Request) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def _json_object(body: bytes) -> dict[str, object] | None:
    try:
        value = json.loads(body)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _json(body: Mapping[str, object], status: int = 200) -> Reply:
    return Reply(status, json.dumps(body).encode(), "application/json")


def _role(index: int) -> str:
    return "db" if index % 2 else "web"
