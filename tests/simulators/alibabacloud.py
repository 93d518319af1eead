# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Alibaba Cloud: the calls of ApsaraDB RDS (2014-08-15), ECS (2014-05-26) and STS (2015-04-01) that our modules make.

Actions, limits and error codes follow https://help.aliyun.com/document_detail/146749.htm (security groups of an
instance) and its neighbours, and what the vendor's SDKs say of their parameters. ECS has a module of its own. Roles
follow https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole and its neighbours.
Where the documents leave something open, a comment says what was chosen; the stricter reading was, so that no client
comes to rely on what may not hold.
"""

from __future__ import annotations

import itertools
import json
import math
import re
import secrets
import threading
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from .alibabacloud_ecs import CLASSIC, CREATED, ECS_WRITES, RUNNING, VPC, Ecs, Interface, Place, SecurityGroup, Server
from .alibabacloud_rpc import (
    LARGEST_PAGE,
    OWNERS,
    REGION,
    Action,
    Arguments,
    Claim,
    acs3_claim,
    arguments_of,
    check_request,
    invalid,
    is_acs3,
    json_reply,
    key_id_of,
    missing,
    named,
    new_ids,
    new_request_id,
    no_such_action,
    number,
    rpc_claim,
    seconds_of,
)
from .resources import Admission, Groups, PassingState
from .server import CloudRefusal, Reply, Request, Simulator

RDS_VERSION = "2014-08-15"
ACCESS_KEY_ID = "LTAI5tQnKxT7Zc4mEXAMPLE0"
ACCESS_KEY_SECRET = "Yp8wVd3RkqLz1uJt6xGh0bNEXAMPLE"
STS_VERSION = "2015-04-01"
ACCOUNT = "1234567890123456"
SHORTEST_SESSION = 900
CLOCK_SKEW = 15 * 60
# Older documents say 30 to 100, newer ones 1 to 100.
SMALLEST_PAGE = 30
DEFAULT_PAGE = 30
MOST_TAGS = 5
QUOTA = 10
WRITES = ("ModifySecurityGroupConfiguration", *ECS_WRITES)
# Documents of RDS name both, with these statuses, and none says which of them the calls served here give.
UNKNOWN_INSTANCE = {"InvalidDBInstanceId.NotFound": 400, "InvalidDBInstanceName.NotFound": 404}
FILTERS = (
    "DBInstanceId",
    "DBInstanceStatus",
    "DBInstanceType",
    "Engine",
    "EngineVersion",
    "InstanceNetworkType",
    "VSwitchId",
    "VpcId",
    "ZoneId",
)
ROLE = frozenset({"RegionId", "RoleArn", "RoleSessionName", "DurationSeconds", "Policy"})
ROLE_ARN = re.compile(r"acs:ram::[0-9]+:role/[A-Za-z0-9.@_-]+")
# Older documents say 2 to 32 characters, newer ones 2 to 64.
SESSION_NAME = re.compile(r"[A-Za-z0-9.@_-]{2,64}")


@dataclass(frozen=True)
class Estate:
    """What populate() made. ``instances`` and ``security_groups`` are those of a VPC; ``tags`` are by resource.

    Instances are of RDS unless ECS is in the name. ``network_interfaces`` are secondary ones, ``primaries`` are by
    instance, and ``service_interfaces`` are managed by a service.
    """

    instances: tuple[str, ...]
    classic_instances: tuple[str, ...]
    read_only_instances: tuple[str, ...]
    security_groups: tuple[str, ...]
    classic_security_groups: tuple[str, ...]
    vpcs: tuple[str, ...]
    vswitches: tuple[str, ...]
    zones: tuple[str, ...]
    tags: Mapping[str, Mapping[str, str]]
    ecs_instances: tuple[str, ...]
    classic_ecs_instances: tuple[str, ...]
    network_interfaces: tuple[str, ...]
    primaries: Mapping[str, str]
    service_interfaces: tuple[str, ...]


@dataclass
class _Instance:
    id: str
    description: str
    place: Place
    engine: tuple[str, str, str]
    tags: Mapping[str, str]
    groups: Groups
    master: str = ""
    replicas: tuple[str, ...] = ()
    status: PassingState = field(default_factory=lambda: PassingState(RUNNING))


@dataclass(frozen=True)
class _Role:
    """A role. It trusts the account's user, or else a provider of OIDC. ``longest`` is seconds of a session."""

    external_id: str | None
    oidc_provider: str | None
    longest: int


@dataclass(frozen=True)
class _Identity:
    """Whose a key is: the user's, or a session's of a role, until it expires."""

    secret: str
    token: str | None
    role: str | None = None
    expires: float = math.inf


class RdsSimulator(Simulator):
    """ApsaraDB RDS and ECS of one account in one region, and STS of that account.

    ``access_key_id``, ``access_key_secret`` and ``security_token`` are what clients must sign with. ``clock`` is the
    cloud's time. ``rates`` are calls a second by action; an action not named has no limit. ``ecs`` is ECS, with what it
    can be told. ``roles_only``: whether RDS and ECS are for sessions of roles alone, so that the user may only assume
    roles.

    The rest is of RDS. ``quota`` is the security groups an instance may have. ``clears_with`` is the SecurityGroupId
    that detaches all groups: with "" the literal Empty is an unknown group, with "Empty" an empty one is accepted and
    changes nothing. ``empty_items`` is what Items is where no group is attached. ``unknown_instance`` is the code, one
    of UNKNOWN_INSTANCE, for an id that is not there. ``all_tags_match``: whether DescribeDBInstances wants all Tags of
    an instance, or one of them.
    """

    def __init__(self) -> None:
        super().__init__()
        self._account = threading.RLock()
        self._instances: dict[str, _Instance] = {}
        self.ecs = Ecs()
        role = ("RoleArn", "RoleSessionName")
        oidc = ("OIDCProviderArn", "OIDCToken")
        one = {"required": ("DBInstanceId",), "about": "DBInstanceId"}
        self._actions = {
            "DescribeSecurityGroupConfiguration": Action(RDS_VERSION, self._read, OWNERS | {"DBInstanceId"}, **one),
            "ModifySecurityGroupConfiguration": Action(
                RDS_VERSION, self._modify, OWNERS | {"DBInstanceId", "SecurityGroupId"}, **one
            ),
            "DescribeDBInstanceAttribute": Action(RDS_VERSION, self._describe, OWNERS | {"DBInstanceId"}, **one),
            "DescribeDBInstances": Action(
                RDS_VERSION,
                self._describe_instances,
                OWNERS | {*FILTERS, "ClientToken", "PageNumber", "PageSize", "Tags"},
                ("RegionId",),
                about="DBInstanceId",
            ),
            "AssumeRole": Action(STS_VERSION, self._assume, ROLE | {"ExternalId"}, role),
            "AssumeRoleWithOIDC": Action(STS_VERSION, self._assume, ROLE | {*oidc}, (*role, *oidc), signed=False),
            **self.ecs.actions,
        }
        self.reset()

    def reset(self) -> None:
        super().reset()
        self.access_key_id = ACCESS_KEY_ID
        self.access_key_secret = ACCESS_KEY_SECRET
        self.security_token: str | None = None
        self.clock: Callable[[], float] = time.time
        self.quota = QUOTA
        self.rates: dict[str, int] = {}
        self._admission = Admission()
        self.clears_with: Literal["", "Empty"] = ""
        self.empty_items: Literal["list", "null", "missing"] = "list"
        self.unknown_instance = "InvalidDBInstanceId.NotFound"
        # "If an instance matches any of the specified tags, the instance information is returned."
        self.all_tags_match = False
        self.roles_only = False
        self._roles: dict[str, _Role] = {}
        self._sessions: dict[str, _Identity] = {}
        self._oidc_tokens: dict[str, str] = {}
        self._nonces: set[str] = set()
        with self._account:
            self.ecs.reset()
            for one in self._resources().values():
                one.status.put("", 0)
                one.groups.reads_after_write = one.groups.old_reads = 0

    def populate(
        self,
        instances: int = 3,
        security_groups: int = 12,
        *,
        classic: int = 1,
        read_only: int = 1,
        ecs_instances: int = 3,
        network_interfaces: int = 3,
    ) -> Estate:
        """Empty the account and make instances, each with the first security group of its network type.

        Besides ``instances`` and ``security_groups`` in VPCs there are ``classic`` instances, two security groups of
        the classic network, and ``read_only`` instances of the first one. Even and odd instances are in different VPCs
        and zones, have another engine, and another tag ``role``: web and db. The others have the roles classic and
        replica. Those of ECS are all in the VPC of the security groups, and have the same tags.
        """
        numbers = itertools.count(1)
        groups = new_ids("sg", numbers, security_groups)
        classic_groups = new_ids("sg", numbers, 2)
        vpcs, vswitches = new_ids("vpc", numbers, 2), new_ids("vsw", numbers, 2)
        zones = (f"{REGION}-h", f"{REGION}-i")
        places = [Place(VPC, zones[half], vpcs[half], vswitches[half]) for half in (0, 1)]
        made: dict[str, _Instance] = {}

        def make(count: int, roles: Sequence[str], places: Sequence[Place], first: str, master: str = "") -> list[str]:
            ids = new_ids("rm", numbers, count)
            for index, one in enumerate(ids):
                role = roles[index % len(roles)]
                made[one] = _Instance(
                    id=one,
                    description=f"{role}-{index}",
                    place=places[index % len(places)],
                    engine=(("MySQL", "8.0", "3306"), ("PostgreSQL", "16.0", "5432"))[index % 2],
                    tags={"role": role, "number": str(index)},
                    groups=Groups([[first]], ordered=False),
                    master=master,
                )
            return list(ids)

        primaries = make(instances, ("web", "db"), places, groups[0])
        classics = make(classic, ("classic",), [Place(CLASSIC, zones[0])], classic_groups[0])
        replicas = make(read_only, ("replica",), places, groups[0], primaries[0]) if primaries else []
        if replicas:
            made[primaries[0]].replicas = tuple(replicas)
        with self._account:
            of_vpcs, every = dict.fromkeys(groups, vpcs[0]), groups + classic_groups
            self.ecs.security_groups = {
                one: SecurityGroup(one, f"group-{index}", of_vpcs.get(one, "")) for index, one in enumerate(every)
            }
            self._instances = made
            ecs = self.ecs
            ecs.populate(numbers, ecs_instances, network_interfaces, places[0], Place(CLASSIC, zones[0]), every)
            servers, interfaces = ecs.servers.values(), ecs.interfaces.values()
        return Estate(
            instances=tuple(primaries),
            classic_instances=tuple(classics),
            read_only_instances=tuple(replicas),
            security_groups=groups,
            classic_security_groups=classic_groups,
            vpcs=vpcs,
            vswitches=vswitches,
            zones=zones,
            tags={one.id: one.tags for one in (*made.values(), *servers, *interfaces)},
            ecs_instances=tuple(one.id for one in servers if one.place.vpc),
            classic_ecs_instances=tuple(one.id for one in servers if not one.place.vpc),
            network_interfaces=tuple(one.id for one in interfaces if not (one.primary or one.service_managed)),
            primaries={one.instance: one.id for one in interfaces if one.primary},
            service_interfaces=tuple(one.id for one in interfaces if one.service_managed),
        )

    def add_group(self, name: str, vpc: str = "", *, enterprise: bool = False, service_managed: bool = False) -> str:
        """Make a security group, in a VPC or on the classic network. A name need not be the only one."""
        with self._account:
            return self.ecs.add_group(name, vpc, enterprise=enterprise, service_managed=service_managed)

    def vpc_of(self, resource_id: str) -> str:
        """Return the VPC of a resource, or an empty text where it is on the classic network."""
        with self._account:
            return self._resources()[resource_id].place.vpc

    def remove_group(self, group_id: str) -> None:
        """Delete a security group, past log and faults. Lists that have it keep it."""
        with self._account:
            del self.ecs.security_groups[group_id]

    def groups(self, resource_id: str) -> list[str]:
        """Return the groups of a resource as they are, sorted, past log and faults."""
        with self._account:
            return self._resources()[resource_id].groups.now

    def history(self, resource_id: str) -> list[list[str]]:
        """Return every list that a resource had, sorted, whoever wrote it; the present one is last."""
        with self._account:
            return [list(groups) for groups in self._resources()[resource_id].groups.history]

    def attach(self, resource_id: str, *groups: str) -> None:
        """Replace the groups of a resource, past log and faults, as another writer."""
        with self._account:
            self._resources()[resource_id].groups.become(groups)

    def remove(self, resource_id: str) -> None:
        """Delete a resource, past log and faults; it is gone at once."""
        with self._account:
            for kind in self._kinds():
                kind.pop(resource_id, None)

    def lock(self, instance_id: str, reason: str = "security") -> None:
        """Lock an instance of ECS."""
        with self._account:
            self.ecs.servers[instance_id].locks = (reason,)

    def add_role(
        self, name: str, *, external_id: str | None = None, oidc_provider: str | None = None, longest: int = 3600
    ) -> str:
        """Make a role that the user may assume, or with ``oidc_provider`` whoever has a token of it; return its ARN."""
        arn = f"acs:ram::{ACCOUNT}:role/{name}"
        with self._account:
            self._roles[arn] = _Role(external_id, oidc_provider, longest)
        return arn

    def issue_oidc_token(self, provider: str) -> str:
        """Return a new token of a provider that the account has registered."""
        token = f"eyJhbGciOiJSUzI1NiJ9.{secrets.token_urlsafe(300)}.{secrets.token_urlsafe(64)}"
        with self._account:
            self._oidc_tokens[token] = provider
        return token

    def signers(self, *actions: str) -> list[str | None]:
        """Return for each call of these actions the role in whose session it was signed, None for the user's key."""
        with self._account:
            keys = [key_id_of(call.request) for call in self.calls if call.action in actions]
            return [self._sessions[key].role if key in self._sessions else None for key in keys]

    def put_in_state(self, resource_id: str, status: str, reads: int | None = None) -> None:
        """Have a resource be in a status until it was described ``reads`` times (None: for good).

        DescribeDBInstances tells that of an instance of RDS too, but does not count.
        """
        with self._account:
            self._resources()[resource_id].status.put(status, reads)

    def serve_old_list(self, resource_id: str, reads: int) -> None:
        """Have the list that the next write through the API replaces be shown for ``reads`` more reads."""
        with self._account:
            self._resources()[resource_id].groups.reads_after_write = reads

    def identify(self, request: Request) -> tuple[str, tuple[str, ...], Mapping[str, object]]:
        name, arguments = named(request, "Action"), arguments_of(request)
        action = self._actions.get(name or "")
        return name or "unknown", action.resources(arguments) if action else (), arguments

    def answer(self, action: str, arguments: Mapping[str, object], request: Request) -> Reply:
        check_request(request)
        known = self._actions.get(action)
        identity = None
        if not known or known.signed:
            identity = self._authenticate(acs3_claim(request) if is_acs3(request) else rpc_claim(request))
        if not known:
            raise no_such_action()
        known.check(arguments, request)
        if self.roles_only and identity and not identity.role and not action.startswith("AssumeRole"):
            raise CloudRefusal(403, "Forbidden.RAM", "User not authorized to operate on the specified resource.")
        with self._account:
            if not self._admission.admits(action, self.rates.get(action)):
                raise CloudRefusal(400, "Throttling.User", "Request was denied due to user flow control.")
            result = known.perform(arguments)
        return json_reply({**result, "RequestId": new_request_id()}, 200)

    def _kinds(self) -> tuple[dict[str, _Instance] | dict[str, Server] | dict[str, Interface], ...]:
        return self._instances, self.ecs.servers, self.ecs.interfaces

    def _resources(self) -> dict[str, _Instance | Server | Interface]:
        return {**self._instances, **self.ecs.servers, **self.ecs.interfaces}

    def error(self, action: str, refusal: CloudRefusal) -> Reply:
        request_id = new_request_id()
        product = "Ecs" if action in self.ecs.actions else "Rds"
        body = {
            "RequestId": request_id,
            "HostId": self.endpoint,
            "Code": refusal.code,
            "Message": refusal.message,
            "Recommend": f"https://api.aliyun.com/troubleshoot?q={refusal.code}&product={product}&requestId={request_id}",
        }
        return json_reply(body, refusal.status)

    def _authenticate(self, claim: Claim) -> _Identity:
        with self._account:
            user = {self.access_key_id: _Identity(self.access_key_secret, self.security_token)}
            identity = (self._sessions | user).get(claim.key_id)
        if identity is None:
            raise CloudRefusal(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.")
        # Old documents give IllegalTimestamp for a wrong clock too; newer ones, and answers that people quote, do not.
        if abs(self.clock() - seconds_of(claim.timestamp)) > CLOCK_SKEW:
            raise CloudRefusal(400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.")
        if claim.sign(identity.secret, claim.to_sign) != claim.signature:
            # The cloud does tell what it signed, and the older SDK breaks on a message without a colon.
            message = "Specified signature is not matched with our calculation. server string to sign is:"
            raise CloudRefusal(400, "SignatureDoesNotMatch", message + claim.to_sign)
        _check_token(claim.token, identity.token)
        if self.clock() >= identity.expires:
            raise CloudRefusal(400, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired.")
        with self._account:
            if claim.nonce in self._nonces:
                raise CloudRefusal(400, "SignatureNonceUsed", "Specified signature nonce was used already.")
            self._nonces.add(claim.nonce)
        return identity

    def _assume(self, given: Arguments) -> Mapping[str, object]:
        arn, name = given["RoleArn"], given["RoleSessionName"]
        if not ROLE_ARN.fullmatch(arn):
            raise CloudRefusal(400, "InvalidParameter.RoleArn", "The parameter RoleArn is wrongly formed.")
        if not SESSION_NAME.fullmatch(name):
            message = "The parameter RoleSessionName is wrongly formed."
            raise CloudRefusal(400, "InvalidParameter.RoleSessionName", message)
        provider = None
        if "OIDCToken" in given:
            provider = given["OIDCProviderArn"]
            _check_oidc(provider, self._oidc_tokens.get(given["OIDCToken"]), {*self._oidc_tokens.values()})
        role = self._roles.get(arn)
        if role is None:
            raise CloudRefusal(404, "EntityNotExist.Role", "The specified Role not exists.")
        if role.oidc_provider != provider or role.external_id != given.get("ExternalId"):
            code = "AuthenticationFail.NoPermission" if provider else "NoPermission"
            message = "You are not authorized to do this action. You should be authorized by RAM."
            raise CloudRefusal(401 if provider else 403, code, message)
        seconds = given.get("DurationSeconds", "3600")
        if not re.fullmatch("[0-9]{1,9}", seconds) or not SHORTEST_SESSION <= int(seconds) <= role.longest:
            message = f"The Min/Max value of DurationSeconds is {SHORTEST_SESSION}s/{role.longest}s."
            raise CloudRefusal(400, "InvalidParameter.DurationSeconds", message)
        _check_policy(given.get("Policy"))
        return self._new_session(arn, name, self.clock() + int(seconds))

    def _new_session(self, arn: str, name: str, expires: float) -> Mapping[str, object]:
        key_id, secret = f"STS.{secrets.token_hex(12)}", secrets.token_urlsafe(32)
        # With characters that must be encoded wherever it is sent.
        token = f"CAIS+/{secrets.token_urlsafe(300)}=="
        self._sessions[key_id] = _Identity(secret, token, arn, expires)
        role_name = arn.rpartition("/")[2]
        return {
            "AssumedRoleUser": {
                "Arn": f"acs:ram::{ACCOUNT}:role/{role_name.lower()}/{name}",
                "AssumedRoleId": f"344584339364951186:{name}",
            },
            "Credentials": {
                "AccessKeyId": key_id,
                "AccessKeySecret": secret,
                "SecurityToken": token,
                "Expiration": datetime.fromtimestamp(expires, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            },
        }

    def _describe(self, given: Arguments) -> Mapping[str, object]:
        instance = self._instance(given["DBInstanceId"])
        shown = {**_details(instance), "DBInstanceStatus": instance.status.read()}
        return {"Items": {"DBInstanceAttribute": [shown]}}

    def _read(self, given: Arguments) -> Mapping[str, object]:
        instance = self._instance(given["DBInstanceId"])
        return self._configuration(instance, instance.groups.read())

    def _instance(self, instance_id: str) -> _Instance:
        # Several ids in one request are said to time out. Here they are one id that nobody has.
        if instance_id not in self._instances:
            code = self.unknown_instance
            raise CloudRefusal(UNKNOWN_INSTANCE[code], code, "The DBInstanceId provided does not exist in records.")
        return self._instances[instance_id]

    def _configuration(self, instance: _Instance, groups: Sequence[str]) -> Mapping[str, object]:
        relations = [
            {
                "SecurityGroupId": group,
                "NetworkType": self._network_type(group) or instance.place.network_type,
                "RegionId": REGION,
            }
            for group in groups
        ]
        answer: dict[str, object] = {"DBInstanceName": instance.id}
        if relations or self.empty_items == "list":
            answer["Items"] = {"EcsSecurityGroupRelation": relations}
        elif self.empty_items == "null":
            answer["Items"] = None
        return answer

    def _modify(self, given: Arguments) -> Mapping[str, object]:
        instance = self._instance(given["DBInstanceId"])
        _check_writable(instance)
        # The parameter is mandatory, and the empty string is a value of it.
        if "SecurityGroupId" not in given:
            raise missing("SecurityGroupId")
        if given["SecurityGroupId"] == self.clears_with:
            instance.groups.write([])
        elif given["SecurityGroupId"]:
            groups = given["SecurityGroupId"].split(",")
            self._check_groups(instance, groups)
            instance.groups.write(groups)
        return self._configuration(instance, instance.groups.now)

    def _check_groups(self, instance: _Instance, groups: Sequence[str]) -> None:
        if len(groups) > self.quota:
            raise CloudRefusal(400, "AssociatedEcsSecurityGroupIdQuotaExceed", "Security groups quota exceeded")
        # What the same group twice does is not documented.
        if len(set(groups)) < len(groups):
            raise invalid("SecurityGroupId")
        # The call's documents have no code for these two. One is that of ECS, the other that of RDS's own calls.
        # The guides ask for the same type of network, and for neither the same VPC nor a type of group.
        for group in groups:
            network_type = self._network_type(group)
            if not network_type:
                message = f"The specified SecurityGroupId {group} does not exist."
                raise CloudRefusal(404, "InvalidSecurityGroupId.NotFound", message)
            if network_type != instance.place.network_type:
                message = "Operation is denied by the network type of current database instance."
                raise CloudRefusal(400, "OperationDenied.DBInstanceNetType", message)

    def _network_type(self, group_id: str) -> str | None:
        group = self.ecs.security_groups.get(group_id)
        return group and group.network_type

    def _describe_instances(self, given: Arguments) -> Mapping[str, object]:
        size = number(given, "PageSize", DEFAULT_PAGE, SMALLEST_PAGE, LARGEST_PAGE)
        page = number(given, "PageNumber", 1, 1, 2**31 - 1)
        if "DBInstanceId" in given:
            self._instance(given["DBInstanceId"])
        found = list(self._select(given)) if given["RegionId"] == REGION else []
        shown = found[(page - 1) * size : page * size]
        return {
            "Items": {"DBInstance": shown},
            "PageNumber": page,
            "PageRecordCount": len(shown),
            "TotalRecordCount": len(found),
        }

    def _select(self, given: Arguments) -> Iterator[Mapping[str, object]]:
        tags = _tags(given)
        for instance in self._instances.values():
            shown = _shown(instance)
            matching = [instance.tags.get(key) == value for key, value in tags.items()]
            matches = all(matching) if self.all_tags_match else any(matching)
            if (matches or not tags) and all(shown[name] == given[name] for name in FILTERS if name in given):
                yield {**shown, "CreateTime": CREATED}


def _shown(one: _Instance) -> Mapping[str, object]:
    engine, version, _port = one.engine
    return {
        "DBInstanceId": one.id,
        "DBInstanceDescription": one.description,
        "DBInstanceStatus": one.status.look(),
        "DBInstanceType": "Readonly" if one.master else "Primary",
        "DBInstanceNetType": "Intranet",
        "InstanceNetworkType": one.place.network_type,
        "MasterInstanceId": one.master,
        "ReadOnlyDBInstanceIds": {"ReadOnlyDBInstanceId": [{"DBInstanceId": other} for other in one.replicas]},
        "RegionId": REGION,
        "ZoneId": one.place.zone,
        "VpcId": one.place.vpc,
        "VSwitchId": one.place.vswitch,
        "VpcCloudInstanceId": one.id if one.place.vpc else "",
        "Engine": engine,
        "EngineVersion": version,
        "ConnectionString": f"{one.id}.{engine.lower()}.rds.aliyuncs.com",
        "ConnectionMode": "Standard",
        "Category": "HighAvailability",
        "DBInstanceClass": f"{engine.lower()}.n2.medium.2c",
        "DBInstanceStorageType": "cloud_essd",
        "ResourceGroupId": "rg-acfmzw2jz2zzzzz",
        "PayType": "Postpaid",
        "LockMode": "Unlock",
        "LockReason": "",
        "ExpireTime": "",
    }


def _details(one: _Instance) -> Mapping[str, object]:
    return {
        **_shown(one),
        "Port": one.engine[2],
        "CreationTime": CREATED,
        "MaintainTime": "18:00Z-22:00Z",
        "DBInstanceClassType": "x",
        "DBInstanceCPU": "2",
        "DBInstanceMemory": 4096,
        "DBInstanceStorage": 100,
        "MaxConnections": 2000,
        "SecurityIPList": "10.0.0.0/8",
        "SecurityIPMode": "normal",
    }


def _check_token(given: str | None, token: str | None) -> None:
    if given == token:
        return
    # The documents list these three; which of them a wrong token gets depends on what is wrong with it.
    if not given:
        raise CloudRefusal(400, "MissingSecurityToken", "SecurityToken is mandatory for this action.")
    if not token:
        message = "Specified SecurityToken mismatch with the AccessKey."
        raise CloudRefusal(400, "InvalidSecurityToken.MismatchWithAccessKey", message)
    raise CloudRefusal(400, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired.")


def _check_oidc(provider: str, issuer: str | None, registered: Collection[str]) -> None:
    if provider not in registered:
        raise CloudRefusal(401, "AuthenticationFail.NoPermission", "No such OIDC Provider registered.")
    if issuer != provider:
        message = "The Jwt content is invalid that cannot be recognized."
        raise CloudRefusal(401, "AuthenticationFail.OIDCToken.Invalid", message)


def _check_policy(policy: str | None) -> None:
    try:
        if policy is None or json.loads(policy)["Version"] == "1":
            return
    except (ValueError, LookupError, TypeError):
        pass
    message = "The parameter Policy has not passed grammar check."
    raise CloudRefusal(400, "InvalidParameter.PolicyGrammar", message)


def _check_writable(instance: _Instance) -> None:
    if instance.status.look() != RUNNING:
        code = f"OperationDenied.{'Read' if instance.master else ''}DBInstanceStatus"
        raise CloudRefusal(400, code, "Operation is denied by the current database instance status.")


def _tags(given: Arguments) -> Mapping[str, str]:
    try:
        tags = json.loads(given.get("Tags", "{}"))
    except ValueError:
        raise invalid("Tags") from None
    if not isinstance(tags, dict) or len(tags) > MOST_TAGS:
        raise invalid("Tags")
    if not all(isinstance(value, str) for value in tags.values()):
        raise invalid("Tags")
    return tags
