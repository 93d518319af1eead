# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Alibaba Cloud: the calls of ApsaraDB RDS (2014-08-15), ECS (2014-05-26) and STS (2015-04-01) that our modules make.

Actions, limits and error codes follow https://help.aliyun.com/document_detail/146749.htm (security groups of an
instance) and its neighbours, and what the vendor's SDKs say of their parameters; signatures follow what the two SDKs
send: HMAC-SHA1 in the parameters, or ACS3-HMAC-SHA256 in the headers. Roles follow
https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole and its neighbours. Where the
documents leave something open, a comment says what was chosen; the stricter reading was, so that no client comes to
rely on what may not hold.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
import math
import re
import secrets
import threading
import time
import uuid
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal
from urllib.parse import parse_qsl, quote, urlsplit

from .resources import Admission, Groups, PassingState
from .server import CloudRefusal, Reply, Request, Simulator

REGION = "cn-hangzhou"
VERSION = "2014-08-15"
ECS_VERSION = "2014-05-26"
ACCESS_KEY_ID = "LTAI5tQnKxT7Zc4mEXAMPLE0"
ACCESS_KEY_SECRET = "Yp8wVd3RkqLz1uJt6xGh0bNEXAMPLE"
STS_VERSION = "2015-04-01"
ACCOUNT = "1234567890123456"
SHORTEST_SESSION = 900
CLOCK_SKEW = 15 * 60
# Older documents say 30 to 100, newer ones 1 to 100.
SMALLEST_PAGE = 30
LARGEST_PAGE = 100
DEFAULT_PAGE = 30
MOST_TAGS = 5
QUOTA = 10
CREATED = "2026-01-07T08:32:55Z"
RUNNING = "Running"
VPC, CLASSIC = "VPC", "Classic"
WRITES = ("ModifySecurityGroupConfiguration",)
# Documents of RDS name both, with these statuses, and none says which of them the calls served here give.
UNKNOWN_INSTANCE = {"InvalidDBInstanceId.NotFound": 400, "InvalidDBInstanceName.NotFound": 404}
RPC = ("AccessKeyId", "Signature", "SignatureMethod", "SignatureNonce", "SignatureVersion")
COMMON = frozenset({*RPC, "Action", "Format", "SecurityToken", "SignatureType", "Timestamp", "Version"})
OWNERS = frozenset({"OwnerAccount", "OwnerId", "RegionId", "ResourceOwnerAccount", "ResourceOwnerId"})
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
# The SDKs write a Boolean in either way.
GROUP_CHOICES = {
    "NetworkType": ("vpc", "classic"),
    "SecurityGroupType": ("normal", "enterprise"),
    "ServiceManaged": ("true", "false", "True", "False"),
}
GROUP_SELECTORS = ("SecurityGroupId", "SecurityGroupName", "VpcId", *GROUP_CHOICES)
PARAMETERS: Mapping[str, frozenset[str]] = {
    "DescribeSecurityGroupConfiguration": OWNERS | {"DBInstanceId"},
    "ModifySecurityGroupConfiguration": OWNERS | {"DBInstanceId", "SecurityGroupId"},
    "DescribeDBInstanceAttribute": OWNERS | {"DBInstanceId"},
    "DescribeDBInstances": OWNERS | {*FILTERS, "ClientToken", "PageNumber", "PageSize", "Tags"},
    "DescribeSecurityGroups": OWNERS | {*GROUP_SELECTORS, "MaxResults", "NextToken", "SecurityGroupIds"},
    "AssumeRole": frozenset({"RegionId", "RoleArn", "RoleSessionName", "DurationSeconds", "Policy", "ExternalId"}),
    "AssumeRoleWithOIDC": frozenset(
        {"RegionId", "RoleArn", "RoleSessionName", "DurationSeconds", "Policy", "OIDCProviderArn", "OIDCToken"}
    ),
}
REQUIRED = {
    "DescribeSecurityGroupConfiguration": ("DBInstanceId",),
    "ModifySecurityGroupConfiguration": ("DBInstanceId",),
    "DescribeDBInstanceAttribute": ("DBInstanceId",),
    "DescribeDBInstances": ("RegionId",),
    "DescribeSecurityGroups": ("RegionId",),
    "AssumeRole": ("RoleArn", "RoleSessionName"),
    "AssumeRoleWithOIDC": ("RoleArn", "RoleSessionName", "OIDCProviderArn", "OIDCToken"),
}
UNSIGNED = ("AssumeRoleWithOIDC",)
ROLE_ARN = re.compile(r"acs:ram::[0-9]+:role/[A-Za-z0-9.@_-]+")
# Older documents say 2 to 32 characters, newer ones 2 to 64.
SESSION_NAME = re.compile(r"[A-Za-z0-9.@_-]{2,64}")
ACS3_HEADERS = frozenset({"host", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce"})
AUTHORIZATION = re.compile(
    r"ACS3-HMAC-SHA256 Credential=(?P<key_id>[^,]+), *SignedHeaders=(?P<signed>[a-z0-9;-]+), *"
    r"Signature=(?P<signature>[0-9a-f]{64})"
)
# How many characters follow the prefix that all ids of the region have.
ID_LENGTHS = {"rm": 14, "sg": 17, "vpc": 18, "vsw": 18}
Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Estate:
    """What populate() made. ``instances`` and ``security_groups`` are those of a VPC; ``tags`` are by instance."""

    instances: tuple[str, ...]
    classic_instances: tuple[str, ...]
    read_only_instances: tuple[str, ...]
    security_groups: tuple[str, ...]
    classic_security_groups: tuple[str, ...]
    vpcs: tuple[str, ...]
    vswitches: tuple[str, ...]
    zones: tuple[str, ...]
    tags: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class _Place:
    """Where an instance is. One on the classic network has neither VPC nor vSwitch."""

    network_type: str
    zone: str
    vpc: str = ""
    vswitch: str = ""


@dataclass
class _Instance:
    id: str
    description: str
    place: _Place
    engine: tuple[str, str, str]
    tags: Mapping[str, str]
    groups: Groups
    master: str = ""
    replicas: tuple[str, ...] = ()
    status: PassingState = field(default_factory=lambda: PassingState(RUNNING))


@dataclass(frozen=True)
class _SecurityGroup:
    """A security group of ECS. One of the classic network has no VPC."""

    id: str
    name: str
    vpc: str
    enterprise: bool = False
    service_managed: bool = False

    @property
    def network_type(self) -> str:
        return VPC if self.vpc else CLASSIC


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


@dataclass(frozen=True)
class _Claim:
    """Who a request says it is from, and what proves it: ``signature`` is ``sign(secret, to_sign)``."""

    key_id: str
    token: str | None
    timestamp: str
    nonce: str
    signature: str
    to_sign: str
    sign: Callable[[str, str], str]


class RdsSimulator(Simulator):
    """ApsaraDB RDS of one account in one region, and STS of that account.

    ``access_key_id``, ``access_key_secret`` and ``security_token`` are what clients must sign with. ``clock`` is the
    cloud's time. ``quota`` is the security groups an instance may have. ``rates`` are calls a second by action; an
    action not named has no limit. ``clears_with`` is the SecurityGroupId that detaches all groups: with "" the literal
    Empty is an unknown group, with "Empty" an empty one is accepted and changes nothing. ``empty_items`` is what Items
    is where no group is attached. ``unknown_instance`` is the code, one of UNKNOWN_INSTANCE, for an id that is not
    there. ``all_tags_match``: whether DescribeDBInstances wants all Tags of an instance, or one of them.
    ``roles_only``: whether RDS is for sessions of roles alone, so that the user may only assume roles.
    """

    def __init__(self) -> None:
        super().__init__()
        self._account = threading.RLock()
        self._instances: dict[str, _Instance] = {}
        self._security_groups: dict[str, _SecurityGroup] = {}
        self._added_groups = itertools.count(900_000)
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
            for instance in self._instances.values():
                instance.status.put("", 0)
                instance.groups.reads_after_write = instance.groups.old_reads = 0

    def populate(
        self, instances: int = 3, security_groups: int = 12, *, classic: int = 1, read_only: int = 1
    ) -> Estate:
        """Empty the account and make instances, each with the first security group of its network type.

        Besides ``instances`` and ``security_groups`` in VPCs there are ``classic`` instances, two security groups of
        the classic network, and ``read_only`` instances of the first one. Even and odd instances are in different VPCs
        and zones, have another engine, and another tag ``role``: web and db. The others have the roles classic and
        replica.
        """
        numbers = itertools.count(1)
        groups = _ids("sg", numbers, security_groups)
        classic_groups = _ids("sg", numbers, 2)
        vpcs, vswitches = _ids("vpc", numbers, 2), _ids("vsw", numbers, 2)
        zones = (f"{REGION}-h", f"{REGION}-i")
        places = [_Place(VPC, zones[half], vpcs[half], vswitches[half]) for half in (0, 1)]
        made: dict[str, _Instance] = {}

        def make(count: int, roles: Sequence[str], places: Sequence[_Place], first: str, master: str = "") -> list[str]:
            ids = _ids("rm", numbers, count)
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
        classics = make(classic, ("classic",), [_Place(CLASSIC, zones[0])], classic_groups[0])
        replicas = make(read_only, ("replica",), places, groups[0], primaries[0]) if primaries else []
        if replicas:
            made[primaries[0]].replicas = tuple(replicas)
        with self._account:
            of_vpcs = dict.fromkeys(groups, vpcs[0])
            self._security_groups = {
                one: _SecurityGroup(one, f"group-{number}", of_vpcs.get(one, ""))
                for number, one in enumerate(groups + classic_groups)
            }
            self._instances = made
        return Estate(
            instances=tuple(primaries),
            classic_instances=tuple(classics),
            read_only_instances=tuple(replicas),
            security_groups=groups,
            classic_security_groups=classic_groups,
            vpcs=vpcs,
            vswitches=vswitches,
            zones=zones,
            tags={one.id: one.tags for one in made.values()},
        )

    def add_group(self, name: str, vpc: str = "", *, enterprise: bool = False, service_managed: bool = False) -> str:
        """Make a security group, in a VPC or on the classic network. A name need not be the only one."""
        with self._account:
            one = _SecurityGroup(_id("sg", next(self._added_groups)), name, vpc, enterprise, service_managed)
            self._security_groups[one.id] = one
            return one.id

    def vpc_of(self, instance_id: str) -> str:
        """Return the VPC of an instance, or an empty text where it is on the classic network."""
        with self._account:
            return self._instances[instance_id].place.vpc

    def remove_group(self, group_id: str) -> None:
        """Delete a security group, past log and faults. Lists that have it keep it."""
        with self._account:
            del self._security_groups[group_id]

    def groups(self, instance_id: str) -> list[str]:
        """Return the groups of an instance as they are, sorted, past log and faults."""
        with self._account:
            return self._instances[instance_id].groups.now

    def history(self, instance_id: str) -> list[list[str]]:
        """Return every list that an instance had, sorted, whoever wrote it; the present one is last."""
        with self._account:
            return [list(groups) for groups in self._instances[instance_id].groups.history]

    def attach(self, instance_id: str, *groups: str) -> None:
        """Replace the groups of an instance, past log and faults, as another writer."""
        with self._account:
            self._instances[instance_id].groups.become(groups)

    def remove(self, instance_id: str) -> None:
        """Delete an instance, past log and faults; it is gone at once."""
        with self._account:
            del self._instances[instance_id]

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
            keys = [_key_id(call.request) for call in self.calls if call.action in actions]
            return [self._sessions[key].role if key in self._sessions else None for key in keys]

    def put_in_state(self, instance_id: str, status: str, reads: int | None = None) -> None:
        """Have an instance be in a status, until DescribeDBInstanceAttribute told it ``reads`` times (None: for good).

        DescribeDBInstances tells it too, but does not count.
        """
        with self._account:
            self._instances[instance_id].status.put(status, reads)

    def serve_old_list(self, instance_id: str, reads: int) -> None:
        """Have the list that the next write through the API replaces be shown for ``reads`` more reads."""
        with self._account:
            self._instances[instance_id].groups.reads_after_write = reads

    def identify(self, request: Request) -> tuple[str, tuple[str, ...], Mapping[str, object]]:
        given = dict(_pairs(request))
        action = _named(request, "Action")
        resources = (given["DBInstanceId"],) if "DBInstanceId" in given else ()
        return action or "unknown", resources, {name: given[name] for name in given if name not in COMMON}

    def answer(self, action: str, arguments: Mapping[str, object], request: Request) -> Reply:
        _check_request(request)
        identity = None
        if action not in UNSIGNED:
            identity = self._authenticate(_acs3_claim(request) if _is_acs3(request) else _rpc_claim(request))
        given = {name: str(value) for name, value in arguments.items()}
        _check_call(action, given, request)
        if self.roles_only and identity and not identity.role and not action.startswith("AssumeRole"):
            raise CloudRefusal(403, "Forbidden.RAM", "User not authorized to operate on the specified resource.")
        with self._account:
            if not self._admission.admits(action, self.rates.get(action)):
                raise CloudRefusal(400, "Throttling.User", "Request was denied due to user flow control.")
            result = self._perform(action, given)
        return _json({**result, "RequestId": _request_id()}, 200)

    def error(self, action: str, refusal: CloudRefusal) -> Reply:  # noqa: ARG002 - all actions have the same errors
        request_id = _request_id()
        body = {
            "RequestId": request_id,
            "HostId": self.endpoint,
            "Code": refusal.code,
            "Message": refusal.message,
            "Recommend": f"https://api.aliyun.com/troubleshoot?q={refusal.code}&product=Rds&requestId={request_id}",
        }
        return _json(body, refusal.status)

    def _authenticate(self, claim: _Claim) -> _Identity:
        with self._account:
            user = {self.access_key_id: _Identity(self.access_key_secret, self.security_token)}
            identity = (self._sessions | user).get(claim.key_id)
        if identity is None:
            raise CloudRefusal(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.")
        # Old documents give IllegalTimestamp for a wrong clock too; newer ones, and answers that people quote, do not.
        if abs(self.clock() - _seconds(claim.timestamp)) > CLOCK_SKEW:
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

    def _assume(self, action: str, given: Mapping[str, str]) -> Mapping[str, object]:
        arn, name = given["RoleArn"], given["RoleSessionName"]
        if not ROLE_ARN.fullmatch(arn):
            raise CloudRefusal(400, "InvalidParameter.RoleArn", "The parameter RoleArn is wrongly formed.")
        if not SESSION_NAME.fullmatch(name):
            message = "The parameter RoleSessionName is wrongly formed."
            raise CloudRefusal(400, "InvalidParameter.RoleSessionName", message)
        provider = None
        if action in UNSIGNED:
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

    def _perform(self, action: str, given: Mapping[str, str]) -> Mapping[str, object]:
        if action.startswith("AssumeRole"):
            return self._assume(action, given)
        if action == "DescribeDBInstances":
            return self._describe_instances(given)
        if action == "DescribeSecurityGroups":
            return self._describe_security_groups(given)
        instance = self._instance(given["DBInstanceId"])
        if action == "DescribeDBInstanceAttribute":
            shown = {**_details(instance), "DBInstanceStatus": instance.status.read()}
            return {"Items": {"DBInstanceAttribute": [shown]}}
        if action == "ModifySecurityGroupConfiguration":
            self._modify(instance, given)
            return self._configuration(instance, instance.groups.now)
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

    def _modify(self, instance: _Instance, given: Mapping[str, str]) -> None:
        _check_writable(instance)
        # The parameter is mandatory, and the empty string is a value of it.
        if "SecurityGroupId" not in given:
            raise _missing("SecurityGroupId")
        if given["SecurityGroupId"] == self.clears_with:
            instance.groups.write([])
        elif given["SecurityGroupId"]:
            groups = given["SecurityGroupId"].split(",")
            self._check_groups(instance, groups)
            instance.groups.write(groups)

    def _check_groups(self, instance: _Instance, groups: Sequence[str]) -> None:
        if len(groups) > self.quota:
            raise CloudRefusal(400, "AssociatedEcsSecurityGroupIdQuotaExceed", "Security groups quota exceeded")
        # What the same group twice does is not documented.
        if len(set(groups)) < len(groups):
            raise _invalid("SecurityGroupId")
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
        group = self._security_groups.get(group_id)
        return group and group.network_type

    def _describe_security_groups(self, given: Mapping[str, str]) -> Mapping[str, object]:
        ids = _json_list(given, "SecurityGroupIds")
        for name, values in GROUP_CHOICES.items():
            # The values are documented, and no code for others.
            if name in given and given[name] not in values:
                raise _invalid(name)
        found = [
            one
            for one in (self._security_groups.values() if given["RegionId"] == REGION else ())
            if (not ids or one.id in ids) and _selected(one, given)
        ]
        size = _number(given, "MaxResults", 10, 1, LARGEST_PAGE)
        # A token says nothing to clients. This one says where its page begins.
        begin = _number(given, "NextToken", 0, 0, 2**31 - 1)
        answer: dict[str, object] = {
            "SecurityGroups": {"SecurityGroup": [_shown_group(one) for one in found[begin : begin + size]]},
            "RegionId": REGION,
            "TotalCount": len(found),
            "NextToken": str(begin + size) if begin + size < len(found) else "",
        }
        return answer

    def _describe_instances(self, given: Mapping[str, str]) -> Mapping[str, object]:
        size = _number(given, "PageSize", DEFAULT_PAGE, SMALLEST_PAGE, LARGEST_PAGE)
        page = _number(given, "PageNumber", 1, 1, 2**31 - 1)
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

    def _select(self, given: Mapping[str, str]) -> Iterator[Mapping[str, object]]:
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


def _check_request(request: Request) -> None:
    if request.method not in ("GET", "POST"):
        raise CloudRefusal(403, "UnsupportedHTTPMethod", "This http method is not supported.")
    if urlsplit(request.target).path != "/":
        raise _no_such_action()


def _check_call(action: str, given: Mapping[str, str], request: Request) -> None:
    version = _named(request, "Version")
    if not version:
        raise _missing("Version")
    ecs = action == "DescribeSecurityGroups"
    if version != (STS_VERSION if action.startswith("AssumeRole") else ECS_VERSION if ecs else VERSION):
        raise CloudRefusal(400, "InvalidVersion", "Specified parameter Version is not valid.")
    if action not in PARAMETERS:
        raise _no_such_action()
    for name in given:
        # The cloud has more parameters than these; a client that sends another one finds out here.
        if name not in PARAMETERS[action]:
            raise CloudRefusal(400, "UnsupportedParameter", f'The parameter "{name}" is not supported.')
    for name in REQUIRED[action]:
        if not given.get(name):
            raise _missing(name)


def _rpc_claim(request: Request) -> _Claim:
    pairs = _pairs(request)
    given = dict(pairs)
    for name in RPC:
        if not given.get(name):
            raise _missing(name)
    if not given.get("Timestamp"):
        raise CloudRefusal(400, "IllegalTimestamp", _missing("Timestamp").message)
    if given["SignatureMethod"] != "HMAC-SHA1" or given["SignatureVersion"] != "1.0":
        raise CloudRefusal(400, "InvalidSignatureMethod", "Specified signature method is not valid.")
    # XML is the default, and this simulator does not speak it.
    if given.get("Format", "XML").upper() != "JSON":
        raise CloudRefusal(400, "InvalidParameter.Format", "This simulator answers in JSON only.")
    signed = _canonical([pair for pair in pairs if pair[0] != "Signature"])
    return _Claim(
        key_id=given["AccessKeyId"],
        token=given.get("SecurityToken") or None,
        timestamp=given["Timestamp"],
        nonce=given["SignatureNonce"],
        signature=given["Signature"],
        to_sign=f"{request.method}&%2F&{_quoted(signed)}",
        sign=_rpc_signature,
    )


def _rpc_signature(secret: str, to_sign: str) -> str:
    return base64.b64encode(hmac.digest(f"{secret}&".encode(), to_sign.encode(), "sha1")).decode()


def _acs3_claim(request: Request) -> _Claim:
    headers = _headers(request)
    claimed = AUTHORIZATION.fullmatch(headers["authorization"])
    signed = claimed["signed"].split(";") if claimed else []
    # Every header that says something must be signed, or it could be changed on the way.
    needed = ACS3_HEADERS | {name for name in headers if name.startswith("x-acs-") or name == "content-type"}
    if not claimed or not needed <= {*signed} or not {*signed} <= {*headers}:
        raise CloudRefusal(400, "IncompleteSignature", "The request signature does not conform to Aliyun standards.")
    # Taken from the body itself: what x-acs-content-sha256 says may be untrue.
    payload = hashlib.sha256(request.body).hexdigest()
    parts = urlsplit(request.target)
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(signed))
    query = _canonical(parse_qsl(parts.query, keep_blank_values=True))
    canonical = "\n".join((request.method, parts.path, query, lines, claimed["signed"], payload))
    return _Claim(
        key_id=claimed["key_id"],
        token=headers.get("x-acs-security-token") or None,
        timestamp=headers["x-acs-date"],
        nonce=headers["x-acs-signature-nonce"],
        signature=claimed["signature"],
        to_sign=f"ACS3-HMAC-SHA256\n{hashlib.sha256(canonical.encode()).hexdigest()}",
        sign=_acs3_signature,
    )


def _acs3_signature(secret: str, to_sign: str) -> str:
    return hmac.digest(secret.encode(), to_sign.encode(), "sha256").hex()


def _key_id(request: Request) -> str | None:
    if _is_acs3(request):
        return _acs3_claim(request).key_id
    return dict(_pairs(request)).get("AccessKeyId")


def _named(request: Request, name: str) -> str | None:
    """Return Action or Version, which are in the headers of what ACS3 signed, and may be where nothing is signed."""
    given, in_headers = dict(_pairs(request)), _headers(request).get(f"x-acs-{name.lower()}")
    if _is_acs3(request):
        return in_headers
    return given.get(name) or (None if "Signature" in given else in_headers)


def _is_acs3(request: Request) -> bool:
    return "authorization" in _headers(request)


def _headers(request: Request) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def _pairs(request: Request) -> Pairs:
    """Return the parameters, be they in the query or in a form."""
    pairs = parse_qsl(urlsplit(request.target).query, keep_blank_values=True)
    if _headers(request).get("content-type", "").startswith("application/x-www-form-urlencoded"):
        pairs += parse_qsl(request.body.decode(errors="replace"), keep_blank_values=True)
    return pairs


def _canonical(pairs: Pairs) -> str:
    return "&".join(f"{_quoted(name)}={_quoted(value)}" for name, value in sorted(pairs))


def _quoted(text: str) -> str:
    return quote(text, safe="~")


def _seconds(timestamp: str) -> float:
    try:
        return datetime.strptime(timestamp, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        message = "Specified time stamp or date value is not well formatted."
        raise CloudRefusal(400, "InvalidTimeStamp.Format", message) from None


def _number(given: Mapping[str, str], name: str, default: int, smallest: int, largest: int) -> int:
    text = given.get(name, str(default))
    if not re.fullmatch("[0-9]{1,10}", text) or not smallest <= int(text) <= largest:
        # The code is that of PolarDB; the documents of RDS have none.
        raise CloudRefusal(400, f"Invalid{name}.Malformed", f"The specified parameter {name} is not valid.")
    return int(text)


def _tags(given: Mapping[str, str]) -> Mapping[str, str]:
    try:
        tags = json.loads(given.get("Tags", "{}"))
    except ValueError:
        raise _invalid("Tags") from None
    if not isinstance(tags, dict) or len(tags) > MOST_TAGS:
        raise _invalid("Tags")
    if not all(isinstance(value, str) for value in tags.values()):
        raise _invalid("Tags")
    return tags


def _json_list(given: Mapping[str, str], name: str) -> list[str]:
    try:
        ids = json.loads(given.get(name, "[]"))
    except ValueError:
        raise _invalid(name) from None
    if not isinstance(ids, list) or len(ids) > LARGEST_PAGE or not all(isinstance(one, str) for one in ids):
        raise _invalid(name)
    return ids


def _selected(one: _SecurityGroup, given: Mapping[str, str]) -> bool:
    """Whether a security group is what the arguments that select one ask for."""
    actual = {**_shown_group(one), "NetworkType": one.network_type.lower()}
    asked: dict[str, object] = {name: given[name] for name in GROUP_SELECTORS if name in given}
    if "ServiceManaged" in asked:
        asked["ServiceManaged"] = given["ServiceManaged"].lower() == "true"
    return all(actual[name] == value for name, value in asked.items())


def _shown_group(one: _SecurityGroup) -> Mapping[str, object]:
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


def _missing(name: str) -> CloudRefusal:
    message = f'The input parameter "{name}" that is mandatory for processing this request is not supplied.'
    return CloudRefusal(400, "MissingParameter", message)


def _invalid(name: str) -> CloudRefusal:
    return CloudRefusal(400, "InvalidParameter", f'The specified parameter "{name}" is not valid.')


def _no_such_action() -> CloudRefusal:
    return CloudRefusal(404, "InvalidAction.NotFound", "Specified api is not found, please check your url and method.")


def _json(body: Mapping[str, object], status: int) -> Reply:
    return Reply(status, json.dumps(body).encode(), "application/json")


def _request_id() -> str:
    return str(uuid.uuid4()).upper()


def _ids(kind: str, numbers: Iterator[int], count: int) -> tuple[str, ...]:
    return tuple(_id(kind, number) for number in itertools.islice(numbers, count))


def _id(kind: str, number: int) -> str:
    """Return an id that looks like the cloud's; ids of consecutive numbers are in no order."""
    rest, digits = int(hashlib.sha256(f"{kind}-{number}".encode()).hexdigest(), 16), ""
    for _index in range(ID_LENGTHS[kind]):
        rest, digit = divmod(rest, 36)
        digits += "0123456789abcdefghijklmnopqrstuvwxyz"[digit]
    return f"{kind}-bp1{digits}"
