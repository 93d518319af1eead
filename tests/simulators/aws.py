# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""AWS: moto's server in a process of its own, and in front of it what moto leaves out.

moto accepts on Modify what AWS refuses, is always available and never fails. What is added here for EFS follows
https://docs.aws.amazon.com/efs/latest/ug/api-reference.html. The other kinds are in aws_kinds.py.
"""

from __future__ import annotations

import http.client
import json
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import boto3

from .aws_kinds import INTERFACE_FILTERS, DbInstances, Kept, LoadBalancers, NetworkInterfaces
from .aws_query import answered, filters, fits, page, parsed, refused
from .server import CloudRefusal, Refuse, Reply, Request, Simulator

REGION = "us-east-1"
QUOTA = "vpc-max-security-groups-per-interface"
ACCOUNT = "123456789012"
OTHER_ACCOUNT = "210987654321"
FILE_SYSTEM_ARN = re.compile(r"arn:aws[-a-z]*:elasticfilesystem:([a-z0-9-]+):(\d{12}):file-system/(fs-[0-9a-f]{8,40})")
CREDENTIALS = {"aws_access_key_id": "AKIDEXAMPLE", "aws_secret_access_key": "secret-of-the-example"}
WRITES = ("ModifyMountTargetSecurityGroups", "ModifyNetworkInterfaceAttribute", "SetSecurityGroups", "ModifyDBInstance")
MOUNT_TARGETS = "/2015-02-01/mount-targets"
ACTIONS = {
    ("GET", ""): "DescribeMountTargets",
    ("GET", "/security-groups"): "DescribeMountTargetSecurityGroups",
    ("PUT", "/security-groups"): "ModifyMountTargetSecurityGroups",
}
GROUP_FILTERS = {
    "DescribeSecurityGroups": ("group-id", "group-name", "owner-id", "vpc-id"),
    "GetSecurityGroupsForVpc": ("group-id", "group-name", "owner-id", "primary-vpc-id"),
}
RULES = ("IpPermissions", "IpPermissionsEgress")
SERVICE_OF = {
    **dict.fromkeys(("DescribeAccountAttributes", "GetManagedPrefixListEntries", *GROUP_FILTERS), "ec2"),
    **{action: kept.service for kept in (NetworkInterfaces, LoadBalancers, DbInstances) for action in kept.actions},
}
"""The services that answer in XML, by action."""

FORWARDED = ("authorization", "content-type", "x-amz-date", "x-amz-security-token")


@dataclass(frozen=True)
class Estate:
    """What populate() made: ids by file system, and security groups in the same VPC and in another."""

    mount_targets: Mapping[str, tuple[str, ...]]
    security_groups: tuple[str, ...]
    foreign_group: str
    subnets: tuple[str, ...] = ()
    network_interfaces: tuple[str, ...] = ()
    load_balancers: tuple[str, ...] = ()
    db_instances: tuple[str, ...] = ()


class MotoServer:
    """moto's server as a process of its own, on a free port."""

    def __init__(self) -> None:
        self.port = _free_port()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> MotoServer:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "--host", "127.0.0.1", "--port", str(self.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            self._await_answer()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *exc_info: object) -> None:
        if self._process:
            self._process.terminate()
            self._process.wait()

    def _await_answer(self) -> None:
        assert self._process
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise RuntimeError(f"moto's server ended with exit code {self._process.returncode} before it answered")
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise RuntimeError("moto's server did not answer within 60 s")


class AwsSimulator(Simulator):
    """EFS, and the parts of EC2, Elastic Load Balancing and RDS that our modules call.

    ``quota`` is the account's security groups per network interface. ``page_size`` is how many mount targets
    DescribeMountTargets returns at once. ``shared`` are groups of each VPC that GetSecurityGroupsForVpc returns and
    DescribeSecurityGroups does not: associated with it, or of another account. ``hidden`` are network interfaces that
    EC2 does not show, as where an account hides what services manage.
    """

    def __init__(self, moto: MotoServer) -> None:
        super().__init__()
        self._moto_port = moto.port
        self._clients: dict[str, Any] = {}
        self._clients_lock = threading.Lock()
        self._targets: dict[str, str] = {}
        self._file_systems: dict[str, str] = {}
        self._lists_with_shared: dict[str, list[str]] = {}
        self.network_interfaces = NetworkInterfaces(self)
        self.load_balancers = LoadBalancers(self)
        self.db_instances = DbInstances(self)
        self._kept: tuple[Kept, ...] = (self.network_interfaces, self.load_balancers, self.db_instances)
        self.reset()

    def reset(self) -> None:
        super().reset()
        self.quota = 5
        self.page_size = 10
        self.shared: dict[str, dict[str, str]] = {}
        self.hidden: set[str] = set()
        self._late_in_ec2: dict[str, int] = {}
        self._old_in_ec2: dict[str, tuple[list[str], int]] = {}
        self._of_others: set[str] = set()
        self._states: dict[str, tuple[str, int | None]] = {}
        self._stale_reads: dict[str, int] = {}
        self._stale_lists: dict[str, tuple[list[str], int]] = {}
        for kept in self._kept:
            kept.reset()

    def client(self, service: str) -> Any:
        """Return a client that goes straight to moto, past log and faults."""
        with self._clients_lock:
            if service not in self._clients:
                url = f"http://127.0.0.1:{self._moto_port}"
                self._clients[service] = boto3.client(service, region_name=REGION, endpoint_url=url, **CREDENTIALS)
            return self._clients[service]

    def populate(
        self,
        file_systems: int = 1,
        mount_targets: int = 3,
        security_groups: int = 8,
        network_interfaces: int = 0,
        load_balancers: int = 0,
        db_instances: int = 0,
    ) -> Estate:
        """Empty the account and make file systems with mount targets and other things, each with the first group."""
        for kept in self._kept:
            kept.clear()
        self._targets.clear()
        self._lists_with_shared.clear()
        self._moto("POST", "/moto-api/reset", {}, b"")
        self._moto("POST", "/moto-api/seed?a=2015", {}, b"")
        ec2, efs = self.client("ec2"), self.client("efs")
        vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
        other_vpc = ec2.create_vpc(CidrBlock="10.1.0.0/16")["Vpc"]["VpcId"]
        zones = [zone["ZoneName"] for zone in ec2.describe_availability_zones()["AvailabilityZones"]][:mount_targets]
        subnets = [
            ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.0.{16 * number}.0/20", AvailabilityZone=zone)["Subnet"][
                "SubnetId"
            ]
            for number, zone in enumerate(zones)
        ]
        groups = [self._create_group(ec2, vpc, f"group-{number}") for number in range(security_groups)]
        made = {}
        for number in range(file_systems):
            file_system = efs.create_file_system(CreationToken=f"file-system-{number}")["FileSystemId"]
            targets = [
                efs.create_mount_target(FileSystemId=file_system, SubnetId=subnet, SecurityGroups=groups[:1])
                for subnet in subnets
            ]
            made[file_system] = tuple(one["MountTargetId"] for one in targets)
            self._targets.update((one["NetworkInterfaceId"], one["MountTargetId"]) for one in targets)
            self._file_systems.update((one["MountTargetId"], file_system) for one in targets)
        return Estate(
            made,
            tuple(groups),
            self._create_group(ec2, other_vpc, "foreign"),
            tuple(subnets),
            tuple(
                self.network_interfaces.add(subnets[0], groups[:1], name=f"interface-{number}")
                for number in range(network_interfaces)
            ),
            tuple(
                self.load_balancers.add(subnets, groups[:1], f"balancer-{number}") for number in range(load_balancers)
            ),
            tuple(
                self.db_instances.add(subnets, groups[:1], f"db-{number}", Tags=[{"Key": "team", "Value": "shop"}])
                for number in range(db_instances)
            ),
        )

    def add_group(self, name: str, vpc: str) -> str:
        """Make a security group, past log and faults."""
        return self._create_group(self.client("ec2"), vpc, name)

    def associate_group(self, group_id: str, vpc: str) -> None:
        """Associate a security group of this account with another VPC than its own, until the next reset."""
        found = self.client("ec2").describe_security_groups(GroupIds=[group_id])["SecurityGroups"]
        self.shared.setdefault(vpc, {})[group_id] = found[0]["GroupName"]

    def share_group(self, name: str, vpc: str) -> str:
        """Have another account share a security group with this one in a VPC."""
        group_id = f"sg-{len(self.shared.get(vpc, {})):08x}{vpc[-9:]}"
        self.shared.setdefault(vpc, {})[group_id] = name
        return group_id

    def vpc_of(self, group_id: str) -> str:
        """Return the VPC of a security group of this account."""
        return str(self.client("ec2").describe_security_groups(GroupIds=[group_id])["SecurityGroups"][0]["VpcId"])

    def groups(self, resource: str) -> list[str]:
        """Return the list of a resource as it is, past log and faults."""
        if kept := self._kept_by(resource):
            return kept.lists[resource].now
        if not resource.startswith("fsmt-"):
            raise LookupError(resource)
        answer = self.client("efs").describe_mount_target_security_groups(MountTargetId=resource)
        return answer.get("SecurityGroups") or []

    def attach(self, resource: str, *groups: str) -> None:
        """Replace the list of a resource, past log and faults, as another writer."""
        if kept := self._kept_by(resource):
            kept.attach(resource, groups)
            return
        self.client("efs").modify_mount_target_security_groups(MountTargetId=resource, SecurityGroups=list(groups))
        self._keep(resource, list(groups))

    def remove(self, resource: str) -> None:
        """Delete a resource, past log and faults; it is gone at once."""
        if kept := self._kept_by(resource):
            kept.remove(resource)
            return
        self.client("efs").delete_mount_target(MountTargetId=resource)

    def give_away(self, file_system: str) -> str:
        """Have a file system belong to another account, so that it is found by its ARN alone; return that."""
        self._of_others.add(file_system)
        return f"arn:aws:elasticfilesystem:{REGION}:{OTHER_ACCOUNT}:file-system/{file_system}"

    def deny_interfaces(self) -> None:
        """Have EC2 refuse to describe network interfaces, so that EFS has to be asked for each list."""
        self.play(Refuse(403, "UnauthorizedOperation"), "DescribeNetworkInterfaces", times=None)

    def put_in_state(self, resource: str, state: str, reads: int | None = None) -> None:
        """Have a resource be in a state, until it was read ``reads`` times (None: for good)."""
        if kept := self._kept_by(resource):
            kept.states[resource].put(state, reads)
            return
        self._states[resource] = (state, reads)

    def serve_old_list(self, resource: str, reads: int) -> None:
        """Have the list that the next write replaces be shown for ``reads`` more reads."""
        if kept := self._kept_by(resource):
            kept.lists[resource].reads_after_write = reads
            return
        self._stale_reads[resource] = reads

    def serve_old_list_in_ec2(self, mount_target: str, reads: int) -> None:
        """Have EC2, and not EFS, show the list that the next write replaces for ``reads`` more reads."""
        self._late_in_ec2[mount_target] = reads

    def groups_of_interface(self, interface: str) -> list[str]:
        return self.groups(self._targets.get(interface, interface))

    def interface_of(self, mount_target: str) -> str:
        """Return the network interface of a mount target."""
        return next(interface for interface, target in self._targets.items() if target == mount_target)

    def identify(self, request: Request) -> tuple[str, tuple[str, ...], Mapping[str, object]]:
        parts = urlsplit(request.target)
        arguments: dict[str, object] = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if match := re.fullmatch(rf"{MOUNT_TARGETS}(?:/([^/]+))?(/security-groups)?", parts.path):
            action = ACTIONS.get((request.method, match[2] or ""), "unknown")
            resource = match[1] or str(arguments.get("MountTargetId") or arguments.get("FileSystemId") or "")
            if request.body:
                arguments |= json.loads(request.body)
            return action, (resource,), arguments
        form = parsed(request.body)
        found = [one for value in form.values() for one in (value if isinstance(value, list) else [value])]
        resources = {self._targets.get(one, one): None for one in found if one in self._targets or self._kept_by(one)}
        return form.get("Action", "unknown"), tuple(resources), form

    def answer(self, action: str, arguments: Mapping[str, object], request: Request) -> Reply:
        if action == "DescribeMountTargets":
            return self._describe_mount_targets(arguments, request)
        if action == "DescribeMountTargetSecurityGroups":
            return self._describe_groups(request)
        if action == "ModifyMountTargetSecurityGroups":
            return self._modify_groups(arguments, request)
        if action == "DescribeNetworkInterfaces":
            return self._describe_interfaces(arguments)
        if action in GROUP_FILTERS:
            return self._describe_security_groups(action, arguments)
        for kept in self._kept:
            if action in kept.actions:
                if action == "ModifyNetworkInterfaceAttribute" and arguments["NetworkInterfaceId"] in self._targets:
                    raise CloudRefusal(400, "OperationNotPermitted", "It is managed by Amazon EFS")
                return kept.answer(action, arguments)
        reply = self._forward(request)
        if action == "DescribeAccountAttributes":
            return Reply(reply.status, _with_quota(reply.body, self.quota), reply.content_type)
        return reply

    def error(self, action: str, refusal: CloudRefusal) -> Reply:
        if action in SERVICE_OF:
            return refused(SERVICE_OF[action], refusal)
        return Reply(
            refusal.status,
            json.dumps({"ErrorCode": refusal.code, "Message": refusal.message}).encode(),
            "application/json",
            {"x-amzn-ErrorType": refusal.code, "x-amzn-RequestId": "3f1b9d3c-6f0e-4c58-9d4a-0c7b1f5f0e11"},
        )

    def _describe_interfaces(self, given: Mapping[str, Any]) -> Reply:
        wanted = filters(given, INTERFACE_FILTERS)
        if ids := given.get("NetworkInterfaceId"):
            raise CloudRefusal(400, "InvalidNetworkInterfaceID.NotFound", f"One of {ids} may not exist")
        entries = [*self._interfaces_of_targets(), *self.network_interfaces.look()]
        visible = [one for one in entries if one["NetworkInterfaceId"] not in self.hidden]
        matching = [one for one in visible if all(_fits(one, *each, self) for each in wanted.items())]
        found, token = _ec2_page(matching, given)
        names = {vpc: self.group_names(vpc) for vpc in {one["VpcId"] for one in found}}
        shown = [self._shown_interface(one, names[one["VpcId"]]) for one in found]
        return answered("ec2", "DescribeNetworkInterfaces", {"NetworkInterfaces": shown, "NextToken": token})

    def _interfaces_of_targets(self) -> list[dict[str, Any]]:
        found = self.client("ec2").describe_network_interfaces()["NetworkInterfaces"]
        owner = {"RequesterManaged": True, "RequesterId": ACCOUNT}
        return [
            {**one, **owner, "Description": f"EFS mount target for {self._file_systems[target]} ({target})"}
            for one in found
            if (target := self._targets.get(one["NetworkInterfaceId"]))
        ]

    def _shown_interface(self, entry: dict[str, Any], group_names: Mapping[str, str]) -> dict[str, Any]:
        target = self._targets.get(entry["NetworkInterfaceId"])
        if target is None:
            return self.network_interfaces.shown(entry, group_names)
        names = {one["GroupId"]: one["GroupName"] for one in entry["Groups"]}
        groups = self._shown_in_ec2(target, list(names))
        return {**entry, "Groups": [{"GroupId": one, "GroupName": names.get(one, "earlier")} for one in groups]}

    def _shown_in_ec2(self, mount_target: str, groups: list[str]) -> list[str]:
        for lists in (self._stale_lists, self._old_in_ec2):
            old, reads = lists.get(mount_target, ([], 0))
            if reads > 0:
                lists[mount_target] = (old, reads - 1)
                return old
        # moto forgets groups of an interface that it does not know.
        return self._lists_with_shared.get(mount_target, groups)

    def _describe_security_groups(self, action: str, given: Mapping[str, Any]) -> Reply:
        """Moto knows no pages of the one, and the other not at all."""
        wanted = filters(given, GROUP_FILTERS[action])
        found = self.client("ec2").describe_security_groups()["SecurityGroups"]
        own = {one["GroupId"]: (one["GroupId"], one["GroupName"], ACCOUNT, one["VpcId"]) for one in found}
        if action == "GetSecurityGroupsForVpc":
            groups = self._groups_for_vpc(given["VpcId"], own)
        else:
            ids = given.get("GroupId", [])
            for one in ids:
                if one not in own:
                    raise CloudRefusal(400, "InvalidGroup.NotFound", f"The security group '{one}' does not exist")
            groups = [group for one, group in own.items() if not ids or one in ids]
        matching = [
            group
            for group in groups
            if all(
                name not in wanted or fits(wanted[name], text)
                for name, text in zip(GROUP_FILTERS[action], group, strict=True)
            )
        ]
        matched, token = _ec2_page(matching, given)
        vpc_key = "VpcId" if action == "DescribeSecurityGroups" else "PrimaryVpcId"
        rules: Mapping[str, Any] = {}
        if action == "DescribeSecurityGroups":
            rules = {one["GroupId"]: {name: one[name] for name in RULES} for one in found}
        shown = [
            {"OwnerId": owner, "GroupId": group_id, "GroupName": name, vpc_key: of_vpc, **rules.get(group_id, {})}
            for group_id, name, owner, of_vpc in matched
        ]
        key = "SecurityGroups" if action == "DescribeSecurityGroups" else "SecurityGroupForVpcs"
        return answered("ec2", action, {key: shown, "NextToken": token})

    def _groups_for_vpc(
        self, vpc: str, own: Mapping[str, tuple[str, str, str, str]]
    ) -> list[tuple[str, str, str, str]]:
        if not self.client("ec2").describe_vpcs(Filters=[{"Name": "vpc-id", "Values": [vpc]}])["Vpcs"]:
            raise CloudRefusal(400, "InvalidVpcID.NotFound", f"The vpc ID '{vpc}' does not exist")
        shared = self.shared.get(vpc, {})
        return [
            *(group for group in own.values() if group[3] == vpc),
            *(own.get(one, (one, name, OTHER_ACCOUNT, vpc)) for one, name in shared.items()),
        ]

    def _describe_mount_targets(self, arguments: Mapping[str, object], request: Request) -> Reply:
        query = {name: value for name, value in arguments.items() if name in ("FileSystemId", "MountTargetId")}
        if len(query) != 1:
            raise CloudRefusal(400, "BadRequest", "Specify exactly one of FileSystemId, MountTargetId, AccessPointId")
        if "FileSystemId" in query:
            query["FileSystemId"] = self._file_system(str(query["FileSystemId"]))
        target = f"{MOUNT_TARGETS}?{urlencode({**query, 'MaxItems': 10_000})}"
        reply = self._forward(Request(request.method, target, request.headers, b""))
        if reply.status != http.HTTPStatus.OK:
            return reply
        found = json.loads(reply.body)["MountTargets"]
        begin = int(str(arguments.get("Marker") or 0))
        page: dict[str, object] = {
            "MountTargets": [self._described(one) for one in found[begin : begin + self.page_size]]
        }
        if begin + self.page_size < len(found):
            page["NextMarker"] = str(begin + self.page_size)
        return _json(page)

    def _file_system(self, name: str) -> str:
        """Return the ID of a file system that a call names by its ID or its ARN."""
        arn = FILE_SYSTEM_ARN.fullmatch(name)
        region, account, file_system = arn.groups() if arn else (REGION, ACCOUNT, name)
        if (region, account) != (REGION, OTHER_ACCOUNT if file_system in self._of_others else ACCOUNT):
            raise CloudRefusal(404, "FileSystemNotFound", f"File system '{name}' does not exist.")
        return file_system

    def _described(self, mount_target: dict[str, Any]) -> dict[str, Any]:
        # The real answer has no groups; moto's has.
        shown = {name: value for name, value in mount_target.items() if name != "SecurityGroups"}
        return {**shown, "LifeCycleState": self._state(shown["MountTargetId"], reading=True)}

    def _describe_groups(self, request: Request) -> Reply:
        resource = self.identify(request)[1][0]
        stale, reads = self._stale_lists.get(resource, ([], 0))
        if reads > 0:
            self._stale_lists[resource] = (stale, reads - 1)
            return _json({"SecurityGroups": stale})
        if self._state(resource) == "deleted":
            raise CloudRefusal(409, "IncorrectMountTargetState", "the mount target is deleted")
        return self._forward(request)

    def _modify_groups(self, arguments: Mapping[str, object], request: Request) -> Reply:
        resource = self.identify(request)[1][0]
        if (state := self._state(resource)) != "available":
            raise CloudRefusal(409, "IncorrectMountTargetState", f"mount target {resource} is {state}")
        groups = arguments.get("SecurityGroups")
        if not isinstance(groups, list) or not groups or len(set(groups)) < len(groups):
            raise CloudRefusal(400, "BadRequest", "SecurityGroups must be a list of distinct ids")
        known = self._groups_of_vpc(resource)
        for group in groups:
            if group not in known:
                raise CloudRefusal(400, "SecurityGroupNotFound", f"The security group '{group}' does not exist")
        if len(groups) > self.quota:
            raise CloudRefusal(400, "SecurityGroupLimitExceeded", "The maximum number of groups has been reached")
        if reads := self._stale_reads.pop(resource, 0):
            self._stale_lists[resource] = (self.groups(resource), reads)
        if reads := self._late_in_ec2.pop(resource, 0):
            self._old_in_ec2[resource] = (self.groups(resource), reads)
        self._keep(resource, [str(one) for one in groups])
        return self._forward(request)

    def _keep(self, mount_target: str, groups: list[str]) -> None:
        shared = {one for groups_of_vpc in self.shared.values() for one in groups_of_vpc}
        if shared.isdisjoint(groups):
            self._lists_with_shared.pop(mount_target, None)
        else:
            self._lists_with_shared[mount_target] = groups

    def _groups_of_vpc(self, mount_target: str) -> set[str]:
        efs = self.client("efs")
        try:
            found = efs.describe_mount_targets(MountTargetId=mount_target)["MountTargets"][0]
        except efs.exceptions.MountTargetNotFound:
            raise CloudRefusal(404, "MountTargetNotFound", f"Mount target '{mount_target}' does not exist.") from None
        return {*self.group_names(found["VpcId"])}

    def group_names(self, vpc: str) -> dict[str, str]:
        found = self.client("ec2").describe_security_groups(Filters=[{"Name": "vpc-id", "Values": [vpc]}])
        return {one["GroupId"]: one["GroupName"] for one in found["SecurityGroups"]} | self.shared.get(vpc, {})

    def has_group(self, group_id: str) -> bool:
        found = self.client("ec2").describe_security_groups()["SecurityGroups"]
        return group_id in {one["GroupId"] for one in found}

    def _kept_by(self, resource: object) -> Kept | None:
        return next((kept for kept in self._kept if resource in kept.lists), None)

    def _state(self, mount_target: str, *, reading: bool = False) -> str:
        state, reads = self._states.get(mount_target, ("available", None))
        if reads is not None and reads <= 0:
            return "available"
        if reading and reads is not None:
            self._states[mount_target] = (state, reads - 1)
        return state

    def _forward(self, request: Request) -> Reply:
        headers = {name: value for name, value in request.headers.items() if name.lower() in FORWARDED}
        return self._moto(request.method, request.target, headers, request.body)

    def _moto(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Reply:
        connection = http.client.HTTPConnection("127.0.0.1", self._moto_port, timeout=60)
        try:
            connection.request(method, target, body, dict(headers))
            answer = connection.getresponse()
            errors = {"x-amzn-ErrorType": kind} if (kind := answer.getheader("x-amzn-ErrorType")) else {}
            return Reply(answer.status, answer.read(), answer.getheader("Content-Type") or "application/json", errors)
        finally:
            connection.close()

    @staticmethod
    def _create_group(ec2: Any, vpc: str, name: str) -> str:
        return str(ec2.create_security_group(VpcId=vpc, GroupName=name, Description=name)["GroupId"])


def _ec2_page(found: list[Any], given: Mapping[str, Any]) -> tuple[list[Any], str | None]:
    def refusal() -> CloudRefusal:
        return CloudRefusal(400, "InvalidParameterValue", "MaxResults is out of range")

    return page(found, given.get("MaxResults"), given.get("NextToken"), range(5, 1001), refusal)


def _fits(entry: Mapping[str, Any], name: str, values: list[str], cloud: AwsSimulator) -> bool:
    """Tell whether a network interface fits a filter."""
    attachment = entry.get("Attachment") or {}
    if name == "group-id":
        return any(fits(values, one) for one in cloud.groups_of_interface(entry["NetworkInterfaceId"]))
    if name.startswith("tag:"):
        return any(fits(values, one["Value"]) for one in entry.get("TagSet", ()) if f"tag:{one['Key']}" == name)
    text = {
        "attachment.device-index": attachment.get("DeviceIndex"),
        "attachment.instance-id": attachment.get("InstanceId"),
        "availability-zone": entry["AvailabilityZone"],
        "description": entry["Description"],
        "network-interface-id": entry["NetworkInterfaceId"],
        "requester-managed": str(entry["RequesterManaged"]).lower(),
        "status": entry["Status"],
        "subnet-id": entry["SubnetId"],
        "vpc-id": entry["VpcId"],
    }[name]
    return text is not None and fits(values, str(text))


def _with_quota(body: bytes, quota: int) -> bytes:
    pattern = rf"({QUOTA}</attributeName>.*?<attributeValue>)\d+".encode()
    return re.sub(pattern, rb"\g<1>" + str(quota).encode(), body, count=1, flags=re.DOTALL)


def _json(body: Mapping[str, object]) -> Reply:
    return Reply(200, json.dumps(body).encode(), "application/json")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
