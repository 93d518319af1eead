# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulated Tencent Cloud, as the vendor's own SDK and command line see it."""

from __future__ import annotations

import http.client
import importlib.util
import json
import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

from tests.simulators.server import Hang, Meddle, Raw, Refuse, Reply, Request
from tests.simulators.tencentcloud import REGION, VERSIONS, WRITES, Estate, TencentCloudSimulator

SERVICES = {
    "DescribeInstances": "cvm",
    "ModifyInstancesAttribute": "cvm",
    "AssumeRole": "sts",
    "AssumeRoleWithWebIdentity": "sts",
}
ROLE = "qcs::cam::uin/100000000001:roleName/ansible"
GROUPS = "DescribeSecurityGroups"
Arguments = Mapping[str, object]


class Recorder(TencentCloudSimulator):
    """Keeps the requests as they came."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Request] = []

    def respond(self, request: Request) -> Reply:
        self.seen.append(request)
        return super().respond(request)


@pytest.fixture
def cloud() -> Iterator[TencentCloudSimulator]:
    simulator = TencentCloudSimulator()
    with simulator:
        yield simulator


@pytest.fixture
def estate(cloud: TencentCloudSimulator) -> Estate:
    return cloud.populate()


def call(cloud: TencentCloudSimulator, action: str, /, **arguments: object) -> dict[str, Any]:
    """Call an action with good credentials."""
    return send(cloud, action, arguments)


def send(
    cloud: TencentCloudSimulator,
    action: str,
    arguments: Arguments,
    *,
    secret_id: str | None = None,
    secret_key: str | None = None,
    token: str | None = None,
    region: str = REGION,
    version: str | None = None,
    service: str | None = None,
    signed: bool = True,
) -> dict[str, Any]:
    credential = Credential(secret_id or cloud.secret_id, secret_key or cloud.secret_key, token)
    profile = ClientProfile(httpProfile=HttpProfile(protocol="http", endpoint=cloud.endpoint))
    service = service or SERVICES.get(action, "vpc")
    client = CommonClient(service, version or VERSIONS[service], credential, region, profile)
    response: dict[str, Any] = client.call_json(action, dict(arguments), options={"SkipSign": not signed})["Response"]
    return response


def code_of(function: Callable[..., object], *arguments: Any, **named: Any) -> str:
    """Return the error code that a call ends with."""
    with pytest.raises(TencentCloudSDKException) as caught:
        function(*arguments, **named)
    return str(caught.value.get_code())


def interface(cloud: TencentCloudSimulator, one: str) -> Any:
    return call(cloud, "DescribeNetworkInterfaces", NetworkInterfaceIds=[one])["NetworkInterfaceSet"][0]


def instance(cloud: TencentCloudSimulator, one: str) -> Any:
    return call(cloud, "DescribeInstances", InstanceIds=[one])["InstanceSet"][0]


def found(cloud: TencentCloudSimulator, action: str, *filters: tuple[str, list[str]]) -> list[str]:
    """Return the ids of what filters select."""
    answer = call(cloud, action, Filters=[{"Name": name, "Values": values} for name, values in filters], Limit=100)
    if action == "DescribeInstances":
        return [one["InstanceId"] for one in answer["InstanceSet"]]
    return [one["NetworkInterfaceId"] for one in answer["NetworkInterfaceSet"]]


def test_a_list_of_a_network_interface_is_replaced_in_order(cloud: TencentCloudSimulator, estate: Estate) -> None:
    one, groups = estate.network_interfaces[0], estate.security_groups
    wanted = [groups[3], groups[0], groups[2]]
    call(cloud, "ModifyNetworkInterfaceAttribute", NetworkInterfaceId=one, SecurityGroupIds=wanted)
    assert interface(cloud, one)["GroupSet"] == wanted == cloud.groups(one)
    assert cloud.history(one) == [[groups[0]], wanted]
    assert [(entry.action, entry.resources, entry.code) for entry in cloud.calls] == [
        ("ModifyNetworkInterfaceAttribute", (one,), None),
        ("DescribeNetworkInterfaces", (one,), None),
    ]
    assert cloud.calls[0].arguments["SecurityGroupIds"] == wanted
    assert cloud.count(*WRITES) == 1


def test_an_instance_has_the_list_of_its_primary_network_interface(
    cloud: TencentCloudSimulator, estate: Estate
) -> None:
    one, wanted = estate.instances[0], [estate.security_groups[2], estate.security_groups[1]]
    answer = call(cloud, "ModifyInstancesAttribute", InstanceIds=[one], SecurityGroups=wanted)
    shown = instance(cloud, one)
    assert shown["SecurityGroupIds"] == wanted
    assert (shown["LatestOperation"], shown["LatestOperationState"]) == ("ModifyInstancesAttribute", "SUCCESS")
    assert shown["LatestOperationRequestId"] == answer["RequestId"]
    primary = interface(cloud, estate.primaries[one])
    assert (primary["GroupSet"], primary["Primary"], primary["Attachment"]["InstanceId"]) == (wanted, True, one)
    secondary = interface(cloud, estate.network_interfaces[0])
    assert (secondary["GroupSet"], secondary["Attachment"]["InstanceId"]) == ([estate.security_groups[0]], one)


def test_a_role_has_a_key_of_its_own_for_a_while(cloud: TencentCloudSimulator) -> None:
    cloud.allow_role(ROLE)
    answer = call(cloud, "AssumeRole", RoleArn=ROLE, RoleSessionName="me", DurationSeconds=600)
    assert answer["ExpiredTime"] == pytest.approx(time.time() + 600, abs=5)
    id_, key, token = (answer["Credentials"][name] for name in ("TmpSecretId", "TmpSecretKey", "Token"))
    send(cloud, "DescribeNetworkInterfaces", {}, secret_id=id_, secret_key=key, token=token)
    assert cloud.callers == [None, ROLE]
    without = {"secret_id": id_, "secret_key": key}
    assert code_of(send, cloud, "DescribeNetworkInterfaces", {}, **without) == "AuthFailure.TokenFailure"


def test_the_key_of_a_role_expires(cloud: TencentCloudSimulator) -> None:
    cloud.allow_role(ROLE)
    answer = call(cloud, "AssumeRole", RoleArn=ROLE, RoleSessionName="me", DurationSeconds=60)
    id_, key, token = (answer["Credentials"][name] for name in ("TmpSecretId", "TmpSecretKey", "Token"))
    cloud.clock = lambda: time.time() + 90
    late = {"secret_id": id_, "secret_key": key, "token": token}
    assert code_of(send, cloud, "DescribeNetworkInterfaces", {}, **late) == "AuthFailure.TokenFailure"


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"RoleArn": "nobody"}, "ResourceNotFound.RoleNotFound"),
        ({"RoleSessionName": "m"}, "InvalidParameter.ParamError"),
        ({"RoleSessionName": "me and you"}, "InvalidParameter.ParamError"),
        ({"DurationSeconds": 3601}, "InvalidParameter.OverTimeError"),
        ({"DurationSeconds": "600"}, "InvalidParameter"),
        ({"ExternalId": "another"}, "UnauthorizedOperation"),
        ({"Policy": "{}"}, "InvalidParameter.StrategyFormatError"),
        ({"Policy": "%5B%5D"}, "InvalidParameter.StrategyFormatError"),
    ],
)
def test_a_role_is_refused(cloud: TencentCloudSimulator, arguments: Arguments, code: str) -> None:
    cloud.allow_role(ROLE, external_id="partner", longest=3600)
    good = {"RoleArn": ROLE, "RoleSessionName": "me", "DurationSeconds": 3600, "ExternalId": "partner"}
    call(cloud, "AssumeRole", **good, Policy="%7B%7D")
    assert code_of(call, cloud, "AssumeRole", **{**good, **arguments}) == code


def test_a_web_identity_gives_a_role_without_a_signature(cloud: TencentCloudSimulator) -> None:
    cloud.allow_role(ROLE, provider="cls-1", web_identity="token")
    good = {"RoleArn": ROLE, "RoleSessionName": "me", "ProviderId": "cls-1", "WebIdentityToken": "token"}
    assert send(cloud, "AssumeRoleWithWebIdentity", good, signed=False)["Credentials"]["Token"]
    bad = {**good, "WebIdentityToken": "another"}
    code = code_of(send, cloud, "AssumeRoleWithWebIdentity", bad, signed=False)
    assert code == "InvalidParameter.WebIdentityTokenError"
    role = {"RoleArn": ROLE, "RoleSessionName": "me"}
    assert code_of(send, cloud, "AssumeRole", role) == "UnauthorizedOperation"
    assert code_of(send, cloud, "AssumeRole", role, signed=False) == "AuthFailure.InvalidAuthorization"


def test_a_finance_region_is_served_under_its_own_hosts(cloud: TencentCloudSimulator) -> None:
    cloud.region = "ap-shanghai-fsi"
    assert code_of(send, cloud, "DescribeNetworkInterfaces", {}, region=cloud.region) == "UnsupportedRegion"


def test_one_write_changes_many_instances_or_none(cloud: TencentCloudSimulator, estate: Estate) -> None:
    groups = list(estate.security_groups[:2])
    call(cloud, "ModifyInstancesAttribute", InstanceIds=estate.instances, SecurityGroups=groups)
    assert [cloud.groups(one) for one in estate.instances] == [groups] * 3
    cloud.put_in_state(estate.instances[2], "REBOOTING")
    arguments = {"InstanceIds": estate.instances, "SecurityGroups": groups[:1]}
    code = code_of(send, cloud, "ModifyInstancesAttribute", arguments)
    assert code == "UnsupportedOperation.InstanceStateRebooting"
    assert [cloud.groups(one) for one in estate.instances] == [groups] * 3


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"secret_key": "another"}, "AuthFailure.SignatureFailure"),
        ({"secret_id": "AKIDanother"}, "AuthFailure.SecretIdNotFound"),
        ({"token": "another"}, "AuthFailure.TokenFailure"),
        ({"region": ""}, "MissingParameter"),
        ({"region": "ap-nowhere"}, "UnsupportedRegion"),
        ({"version": "2016-01-01"}, "NoSuchVersion"),
        ({"service": "cvm"}, "InvalidAction"),
    ],
)
def test_who_may_not_call_is_refused(cloud: TencentCloudSimulator, change: Mapping[str, Any], code: str) -> None:
    assert code_of(send, cloud, "DescribeNetworkInterfaces", {}, **change) == code
    assert cloud.calls[-1].code == code
    assert cloud.calls[-1].status == 200


def test_a_session_token_is_needed_where_there_is_one(cloud: TencentCloudSimulator) -> None:
    cloud.populate(instances=3)
    cloud.token = "session"
    assert code_of(call, cloud, "DescribeInstances") == "AuthFailure.TokenFailure"
    assert send(cloud, "DescribeInstances", {}, token="session")["TotalCount"] == 3


@pytest.mark.parametrize("seconds", [-302, 302])
def test_a_wrong_clock_is_refused(cloud: TencentCloudSimulator, seconds: int) -> None:
    cloud.clock = lambda: time.time() + seconds
    assert code_of(call, cloud, "DescribeInstances") == "AuthFailure.SignatureExpire"


@pytest.mark.parametrize("part", [None, "body", "target", "header"])
def test_what_is_changed_on_the_way_is_refused(part: str | None) -> None:
    with Recorder() as cloud:
        assert isinstance(cloud, Recorder)
        call(cloud, "DescribeInstances", Limit=1)
        signed = cloud.seen[0]
        other = {"Content-Type": "application/json; charset=utf-8"} if part == "header" else {}
        body = signed.body.replace(b"1", b"2") if part == "body" else signed.body
        connection = http.client.HTTPConnection(cloud.endpoint)
        connection.request("POST", "/?Limit=2" if part == "target" else "/", body, {**signed.headers, **other})
        answer = json.loads(connection.getresponse().read())["Response"]
        connection.close()
    assert answer.get("Error", {}).get("Code") == ("AuthFailure.SignatureFailure" if part else None)


def test_a_client_that_goes_away_in_the_middle_of_its_request_made_no_call(cloud: TencentCloudSimulator) -> None:
    host, _colon, port = cloud.endpoint.partition(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(
            b"POST / HTTP/1.1\r\nHost: localhost\r\nX-TC-Action: ModifyNetworkInterfaceAttribute\r\n"
            b'Content-Length: 100\r\n\r\n{"half'
        )
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(100) == b""
    assert cloud.calls == []


def test_a_request_without_a_signature_is_refused(cloud: TencentCloudSimulator) -> None:
    connection = http.client.HTTPConnection(cloud.endpoint)
    connection.request("POST", "/", b"{}", {"X-TC-Action": "DescribeInstances", "X-TC-Timestamp": "1"})
    reply = connection.getresponse()
    assert (reply.status, reply.getheader("Content-Type")) == (200, "application/json")
    answer = json.loads(reply.read())["Response"]
    connection.close()
    assert answer["Error"]["Code"] == "AuthFailure.InvalidAuthorization"
    assert answer["RequestId"]


ENI, INS, GROUP = "eni-00000000", "ins-00000000", "sg-00000000"
FILTER = {"Name": "vpc-id", "Values": ["vpc-00000000"]}
NAME = {"Name": "security-group-name", "Values": ["web"]}
MANY = [f"eni-{number:08}" for number in range(101)]


@pytest.mark.parametrize(
    ("action", "arguments", "code"),
    [
        ("TerminateInstances", {}, "InvalidAction"),
        ("DescribeNetworkInterfaces", {"Colour": "red"}, "UnknownParameter"),
        ("DescribeNetworkInterfaces", {"Limit": "20"}, "InvalidParameter"),
        ("DescribeNetworkInterfaces", {"Limit": 101}, "InvalidParameterValue.Range"),
        ("DescribeNetworkInterfaces", {"Limit": 0}, "InvalidParameterValue.Range"),
        ("DescribeNetworkInterfaces", {"NetworkInterfaceIds": MANY}, "InvalidParameterValue.LimitExceeded"),
        ("DescribeNetworkInterfaces", {"NetworkInterfaceIds": ["eni-1"]}, "InvalidParameterValue.Malformed"),
        ("DescribeNetworkInterfaces", {"NetworkInterfaceIds": [ENI]}, "ResourceNotFound"),
        ("DescribeNetworkInterfaces", {"NetworkInterfaceIds": [ENI], "Filters": [FILTER]}, "InvalidParameter.Coexist"),
        ("DescribeNetworkInterfaces", {"Filters": [FILTER] * 11}, "InvalidParameterValue.LimitExceeded"),
        (
            "DescribeNetworkInterfaces",
            {"Filters": [{"Name": "vpc-id", "Values": ["a"] * 6}]},
            "InvalidParameterValue.LimitExceeded",
        ),
        (
            "DescribeNetworkInterfaces",
            {"Filters": [{"Name": "colour", "Values": []}]},
            "InvalidParameter.FilterInvalidKey",
        ),
        ("DescribeNetworkInterfaces", {"Filters": ["vpc-id"]}, "InvalidParameter.FilterNotDict"),
        (
            "DescribeNetworkInterfaces",
            {"Filters": [{"Name": "vpc-id", "Values": "a"}]},
            "InvalidParameter.FilterValuesNotList",
        ),
        ("ModifyNetworkInterfaceAttribute", {"SecurityGroupIds": [GROUP]}, "MissingParameter"),
        (
            "ModifyNetworkInterfaceAttribute",
            {"NetworkInterfaceId": ENI, "SecurityGroupIds": [GROUP]},
            "ResourceNotFound",
        ),
        ("DescribeInstances", {"Limit": 101}, "InvalidParameterValue"),
        ("DescribeInstances", {"InstanceIds": [INS] * 101}, "InvalidParameterValue.LimitExceeded"),
        ("DescribeInstances", {"InstanceIds": ["ins-1122"]}, "InvalidInstanceId.Malformed"),
        ("DescribeInstances", {"InstanceIds": [INS], "Filters": [FILTER]}, "InvalidParameter"),
        ("DescribeInstances", {"Filters": [FILTER] * 11}, "InvalidFilterValue.LimitExceeded"),
        ("DescribeInstances", {"Filters": [{"Name": "colour", "Values": ["red"]}]}, "InvalidFilter"),
        (
            "DescribeInstances",
            {"Filters": [{"Name": "security-group-id", "Values": ["sg-1"]}]},
            "InvalidSgId.Malformed",
        ),
        (
            "DescribeInstances",
            {"Filters": [{"Name": "security-group-id", "Values": [GROUP]}]},
            "InvalidSecurityGroupId.NotFound",
        ),
        ("ModifyInstancesAttribute", {"InstanceIds": [INS]}, "MissingParameter"),
        ("ModifyInstancesAttribute", {"SecurityGroups": [GROUP]}, "MissingParameter"),
        (
            "ModifyInstancesAttribute",
            {"InstanceIds": [INS], "SecurityGroups": [GROUP], "InstanceName": "web"},
            "InvalidParameterValue",
        ),
        ("ModifyInstancesAttribute", {"InstanceIds": [INS], "SecurityGroups": [GROUP]}, "InvalidInstanceId.NotFound"),
        (GROUPS, {"SecurityGroupIds": [GROUP], "Filters": [NAME]}, "InvalidParameter.Coexist"),
        (GROUPS, {"SecurityGroupIds": [GROUP] * 101}, "InvalidParameterValue.LimitExceeded"),
        (GROUPS, {"SecurityGroupIds": ["sg-1"]}, "InvalidParameterValue.Malformed"),
        (GROUPS, {"Filters": [FILTER]}, "InvalidParameter.FilterInvalidKey"),
        (GROUPS, {"Limit": 100}, "InvalidParameter"),
        (GROUPS, {"Limit": "101"}, "InvalidParameterValue.Range"),
        (GROUPS, {"Limit": "0"}, "InvalidParameterValue.Range"),
        (GROUPS, {"Limit": "all"}, "InvalidParameterValue.Range"),
        (GROUPS, {"Offset": "-1"}, "InvalidParameterValue.Range"),
    ],
)
def test_arguments_are_checked(cloud: TencentCloudSimulator, action: str, arguments: Arguments, code: str) -> None:
    assert code_of(send, cloud, action, arguments) == code


def test_unknown_ids_are_left_out_of_a_read(cloud: TencentCloudSimulator, estate: Estate) -> None:
    answer = call(cloud, "DescribeInstances", InstanceIds=[INS, estate.instances[1]])
    assert [one["InstanceId"] for one in answer["InstanceSet"]] == [estate.instances[1]]
    cloud.unknown_enis_refused = False
    answer = call(cloud, "DescribeNetworkInterfaces", NetworkInterfaceIds=[ENI, estate.network_interfaces[1]])
    assert [one["NetworkInterfaceId"] for one in answer["NetworkInterfaceSet"]] == [estate.network_interfaces[1]]
    assert answer["TotalCount"] == 1


def test_groups_are_checked(cloud: TencentCloudSimulator, estate: Estate) -> None:
    def written(action: str, **arguments: object) -> str:
        return code_of(send, cloud, action, arguments)

    eni, known = {"NetworkInterfaceId": estate.network_interfaces[0]}, list(estate.security_groups)
    assert written("ModifyNetworkInterfaceAttribute", **eni, SecurityGroupIds=[GROUP]) == "ResourceNotFound"
    for groups in (["sg-1"], [], [known[0]] * 2):
        code = written("ModifyNetworkInterfaceAttribute", **eni, SecurityGroupIds=groups)
        assert code == "InvalidParameterValue.Malformed"
    assert written("ModifyNetworkInterfaceAttribute", **eni, SecurityGroupIds=known[:6]) == "LimitExceeded"
    cvm = {"InstanceIds": [estate.instances[0]]}
    assert written("ModifyInstancesAttribute", **cvm, SecurityGroups=[GROUP]) == "InvalidSecurityGroupId.NotFound"
    assert written("ModifyInstancesAttribute", **cvm, SecurityGroups=[]) == "InvalidParameterValue"
    code = written("ModifyInstancesAttribute", **cvm, SecurityGroups=known[:6])
    assert code == "LimitExceeded.AssociateUSGLimitExceeded"
    assert cloud.history(estate.network_interfaces[0]) == cloud.history(estate.instances[0]) == [[known[0]]]
    cloud.eni_quota = 6
    call(cloud, "ModifyNetworkInterfaceAttribute", **eni, SecurityGroupIds=known[:6])


def security_groups(cloud: TencentCloudSimulator, *filters: tuple[str, list[str]], **arguments: object) -> list[str]:
    """Return the ids of the security groups that are described."""
    given = {"Filters": [{"Name": name, "Values": values} for name, values in filters]} if filters else {}
    return [one["SecurityGroupId"] for one in send(cloud, GROUPS, {**given, **arguments})["SecurityGroupSet"]]


def test_security_groups_are_described(cloud: TencentCloudSimulator, estate: Estate) -> None:
    known = list(estate.security_groups)
    twins = [cloud.add_group("twin ä", "1234"), cloud.add_group("twin ä")]
    assert security_groups(cloud) == [*known, *twins]
    assert security_groups(cloud, SecurityGroupIds=[known[2], known[1]]) == known[1:3]
    assert security_groups(cloud, ("security-group-id", [known[2], GROUP])) == [known[2]]
    assert security_groups(cloud, ("security-group-name", ["twin ä", "group-1"])) == [known[1], *twins]
    assert security_groups(cloud, ("security-group-name", ["twin ä"]), ("project-id", ["1234"])) == twins[:1]
    assert security_groups(cloud, ("security-group-name", ["Group-1"])) == []
    assert security_groups(cloud, ("tag:role", ["web"])) == security_groups(cloud, ("tag-key", ["role"])) == []
    cloud.remove_group(twins[0])
    assert cloud.add_group("another") not in twins
    assert security_groups(cloud, ("security-group-name", ["twin ä"])) == twins[1:]


def test_an_unknown_security_group_refuses_all(cloud: TencentCloudSimulator, estate: Estate) -> None:
    ids = [estate.security_groups[0], GROUP]
    assert code_of(security_groups, cloud, SecurityGroupIds=ids) == "ResourceNotFound"
    cloud.unknown_groups_refused = False
    assert security_groups(cloud, SecurityGroupIds=ids) == ids[:1]


def test_pages_of_security_groups_are_strings(cloud: TencentCloudSimulator) -> None:
    known = list(cloud.populate(security_groups=130).security_groups)
    assert security_groups(cloud) == known[:20]
    assert security_groups(cloud, Limit="100") == known[:100]
    assert security_groups(cloud, Limit="100", Offset="100") == known[100:]
    assert security_groups(cloud, Limit="100", Offset="200") == []
    cloud.play(Refuse(200, "UnauthorizedOperation"), GROUPS)
    assert code_of(security_groups, cloud) == "UnauthorizedOperation"
    assert cloud.count(GROUPS) == 5


def test_a_primary_network_interface_is_not_written_through_vpc(cloud: TencentCloudSimulator, estate: Estate) -> None:
    primary = estate.primaries[estate.instances[0]]
    arguments = {"NetworkInterfaceId": primary, "SecurityGroupIds": [estate.security_groups[1]]}
    assert code_of(send, cloud, "ModifyNetworkInterfaceAttribute", arguments) == "UnsupportedOperation"
    arguments = {"NetworkInterfaceIds": [primary], "SecurityGroupIds": [estate.security_groups[1]]}
    assert code_of(send, cloud, "AssociateNetworkInterfaceSecurityGroups", arguments) == "UnsupportedOperation"


def test_disassociate_clears_and_associate_passes_through_states(cloud: TencentCloudSimulator, estate: Estate) -> None:
    one, groups = estate.network_interfaces[0], list(estate.security_groups)
    cloud.attach(one, *groups[:3])
    ids = {"NetworkInterfaceIds": [one]}
    call(cloud, "DisassociateNetworkInterfaceSecurityGroups", **ids, SecurityGroupIds=groups[:3])
    assert interface(cloud, one)["GroupSet"] == []
    for group in (groups[1], groups[0]):
        call(cloud, "AssociateNetworkInterfaceSecurityGroups", **ids, SecurityGroupIds=[group])
    assert cloud.history(one) == [groups[:1], groups[:3], [], [groups[1]], [groups[1], groups[0]]]
    assert cloud.count(*WRITES) == 3


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ([], ["primary-0", "primary-1", "primary-2", "eni-0", "eni-1", "eni-2", "eni-3"]),
        ([("is-primary", ["false"])], ["eni-0", "eni-1", "eni-2", "eni-3"]),
        ([("is-primary", ["false"]), ("vpc-id", ["{vpcs[1]}"])], ["eni-1", "eni-3"]),
        ([("is-primary", ["true"]), ("subnet-id", ["{subnets[0]}"])], ["primary-0", "primary-2"]),
        ([("network-interface-id", ["{network_interfaces[3]}", ENI])], ["eni-3"]),
        ([("attachment.instance-id", ["{instances[1]}"])], ["primary-1", "eni-1"]),
        ([("groups.security-group-id", ["{security_groups[1]}"])], ["primary-1", "eni-2"]),
        ([("network-interface-name", ["eni-2", "primary-0"])], ["primary-0", "eni-2"]),
        ([("address-ip", ["10.1.0."])], ["eni-0", "eni-1", "eni-2", "eni-3"]),
        ([("address-ip", ["10.1.0."]), ("ip-exact-match", ["true"])], []),
        ([("address-ip", ["10.1.0.3"]), ("ip-exact-match", ["true"])], ["eni-1"]),
        ([("tag:role", ["db"]), ("is-primary", ["false"])], ["eni-1", "eni-3"]),
        ([("tag:role", ["db", "web"]), ("tag:number", ["2"])], ["primary-2", "eni-2"]),
        ([("tag-key", ["colour"])], []),
    ],
)
def test_network_interfaces_are_filtered(
    cloud: TencentCloudSimulator, filters: list[tuple[str, list[str]]], names: list[str]
) -> None:
    estate = cloud.populate(network_interfaces=4)
    cloud.attach(estate.network_interfaces[2], estate.security_groups[1])
    cloud.attach(estate.instances[1], estate.security_groups[1])
    filled = [(name, [value.format(**vars(estate)) for value in values]) for name, values in filters]
    shown = found(cloud, "DescribeNetworkInterfaces", *filled)
    assert [interface(cloud, one)["NetworkInterfaceName"] for one in shown] == names


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ([], ["web-0", "db-1", "web-2", "db-3"]),
        ([("zone", ["ap-guangzhou-6"])], ["db-1", "db-3"]),
        ([("instance-id", ["{instances[2]}", INS])], ["web-2"]),
        ([("instance-name", ["web-0", "db-3"])], ["web-0", "db-3"]),
        ([("vpc-id", ["{vpcs[0]}"])], ["web-0", "web-2"]),
        ([("security-group-id", ["{security_groups[1]}"])], ["db-1"]),
        ([("instance-state", ["STOPPED"])], ["web-2"]),
        ([("tag:role", ["web"]), ("instance-state", ["RUNNING"])], ["web-0"]),
    ],
)
def test_instances_are_filtered(
    cloud: TencentCloudSimulator, filters: list[tuple[str, list[str]]], names: list[str]
) -> None:
    estate = cloud.populate(instances=4)
    cloud.attach(estate.instances[1], estate.security_groups[1])
    cloud.put_in_state(estate.instances[2], "STOPPED")
    filled = [(name, [value.format(**vars(estate)) for value in values]) for name, values in filters]
    shown = found(cloud, "DescribeInstances", *filled)
    assert [instance(cloud, one)["InstanceName"] for one in shown] == names


def test_pages(cloud: TencentCloudSimulator) -> None:
    estate = cloud.populate(network_interfaces=230, instances=0)
    ids = list(estate.network_interfaces)
    answer = call(cloud, "DescribeNetworkInterfaces", NetworkInterfaceIds=ids[:100])
    assert (len(answer["NetworkInterfaceSet"]), answer["TotalCount"]) == (20, 100)
    seen: list[str] = []
    for offset in (0, 100, 200):
        answer = call(cloud, "DescribeNetworkInterfaces", Offset=offset, Limit=100)
        assert answer["TotalCount"] == 230
        seen += [one["NetworkInterfaceId"] for one in answer["NetworkInterfaceSet"]]
    assert seen == ids


@pytest.mark.parametrize(
    ("state", "code"),
    [
        ("STOPPED", None),
        ("PENDING", "UnsupportedOperation.InstanceStatePending"),
        ("STOPPING", "UnsupportedOperation.InstanceStateStopping"),
        ("SHUTDOWN", "UnsupportedOperation.InstanceStateShutdown"),
        ("ENTER_RESCUE_MODE", "UnsupportedOperation.InstanceStateEnterRescueMode"),
        ("SERVICE_LIVE_MIGRATE", "UnsupportedOperation.InstanceStateServiceLiveMigrate"),
    ],
)
def test_states_of_an_instance(cloud: TencentCloudSimulator, estate: Estate, state: str, code: str | None) -> None:
    one = estate.instances[0]
    cloud.put_in_state(one, state, reads=2)
    arguments = {"InstanceIds": [one], "SecurityGroups": list(estate.security_groups[:2])}
    if code:
        assert code_of(send, cloud, "ModifyInstancesAttribute", arguments) == code
    assert [instance(cloud, one)["InstanceState"] for _time in range(3)] == [state, state, "RUNNING"]
    call(cloud, "ModifyInstancesAttribute", **arguments)
    cloud.put_in_state(one, state)
    assert {instance(cloud, one)["InstanceState"] for _time in range(3)} == {state}


def test_states_of_a_network_interface(cloud: TencentCloudSimulator, estate: Estate) -> None:
    one = estate.network_interfaces[0]
    cloud.put_in_state(one, "ATTACHING", reads=1)
    arguments = {"NetworkInterfaceId": one, "SecurityGroupIds": list(estate.security_groups[:2])}
    assert code_of(send, cloud, "ModifyNetworkInterfaceAttribute", arguments) == "UnsupportedOperation.InvalidState"
    assert interface(cloud, one)["State"] == "ATTACHING"
    shown = interface(cloud, one)
    assert (shown["State"], shown["NetworkInterfaceState"]) == ("AVAILABLE", "INUSE")
    cloud.pending_reads = 2
    call(cloud, "ModifyNetworkInterfaceAttribute", **arguments)
    assert [interface(cloud, one)["State"] for _time in range(3)] == ["PENDING", "PENDING", "AVAILABLE"]


def test_an_operation_takes_its_time(cloud: TencentCloudSimulator, estate: Estate) -> None:
    cloud.operating_reads = 2
    one = estate.instances[0]
    arguments = {"InstanceIds": [one], "SecurityGroups": list(estate.security_groups[:2])}
    call(cloud, "ModifyInstancesAttribute", **arguments)
    code = code_of(send, cloud, "ModifyInstancesAttribute", arguments)
    assert code == "OperationDenied.InstanceOperationInProgress"
    states = [instance(cloud, one)["LatestOperationState"] for _time in range(3)]
    assert states == ["OPERATING", "OPERATING", "SUCCESS"]


def test_an_operation_fails(cloud: TencentCloudSimulator, estate: Estate) -> None:
    one, before = estate.instances[0], cloud.groups(estate.instances[0])
    arguments = {"InstanceIds": [one], "SecurityGroups": list(estate.security_groups[:2])}
    cloud.fail_next_write(one)
    answer = call(cloud, "ModifyInstancesAttribute", **arguments)
    shown = instance(cloud, one)
    assert (shown["LatestOperationState"], shown["LatestOperationRequestId"]) == ("FAILED", answer["RequestId"])
    assert shown["SecurityGroupIds"] == before
    call(cloud, "ModifyInstancesAttribute", **arguments)
    cloud.put_operation(one, "ResizeInstanceDisks", "FAILED")
    shown = instance(cloud, one)
    assert (shown["LatestOperation"], shown["LatestOperationState"]) == ("ResizeInstanceDisks", "FAILED")


def test_the_old_list_is_served_for_a_while(cloud: TencentCloudSimulator, estate: Estate) -> None:
    one, old, new = estate.network_interfaces[0], [estate.security_groups[0]], list(estate.security_groups[1:3])
    cloud.serve_old_list(one, reads=2)
    assert interface(cloud, one)["GroupSet"] == old
    call(cloud, "ModifyNetworkInterfaceAttribute", NetworkInterfaceId=one, SecurityGroupIds=new)
    assert cloud.groups(one) == new
    assert [interface(cloud, one)["GroupSet"] for _time in range(3)] == [old, old, new]


def test_a_rate_is_limited(cloud: TencentCloudSimulator) -> None:
    cloud.rates = {"DescribeInstances": 2}

    def code() -> str | None:
        try:
            call(cloud, "DescribeInstances")
        except TencentCloudSDKException as error:
            return str(error.get_code())
        return None

    deadline = time.monotonic() + 10
    while code() != "RequestLimitExceeded":
        assert time.monotonic() < deadline
    call(cloud, "DescribeNetworkInterfaces")
    while code() is not None:
        assert time.monotonic() < deadline
    calls = [entry for entry in cloud.calls if entry.action == "DescribeInstances" and not entry.code]
    assert len(calls) >= 3
    assert all(third.ended - first.began >= 1 for first, third in zip(calls, calls[2:], strict=False))


def test_faults(cloud: TencentCloudSimulator, estate: Estate) -> None:
    one, groups = estate.network_interfaces[0], estate.security_groups
    action = "ModifyNetworkInterfaceAttribute"
    arguments = {"NetworkInterfaceId": one, "SecurityGroupIds": [groups[1]]}
    cloud.play(Refuse(200, "InternalError", "try again"), action)
    assert code_of(send, cloud, action, arguments) == "InternalError"
    cloud.play(Refuse(503, "InternalError"), action)
    assert code_of(send, cloud, action, arguments) == "ServerNetworkError"
    cloud.play(Raw(200, b"<html>busy</html>", "text/html"), action)
    with pytest.raises(json.JSONDecodeError):
        send(cloud, action, arguments)
    assert cloud.history(one) == [[groups[0]]]
    cloud.play(Meddle(lambda: cloud.attach(one, groups[5])), action, resource=one)
    send(cloud, action, arguments)
    cloud.play(Hang(applied=True), action)
    arguments["SecurityGroupIds"] = [groups[2]]
    assert code_of(send, cloud, action, arguments) == "ClientNetworkError"
    assert cloud.history(one) == [[groups[0]], [groups[5]], [groups[1]], [groups[2]]]


def test_a_reset_forgets_what_was_asked_for(cloud: TencentCloudSimulator, estate: Estate) -> None:
    cloud.put_in_state(estate.instances[0], "SHUTDOWN")
    cloud.put_in_state(estate.network_interfaces[0], "DELETING")
    cloud.serve_old_list(estate.network_interfaces[0], reads=5)
    cloud.rates, cloud.eni_quota, cloud.token = {"DescribeInstances": 0}, 1, "session"
    cloud.reset()
    assert not any((cloud.rates, cloud.token, cloud.calls))
    assert cloud.eni_quota == 5
    assert instance(cloud, estate.instances[0])["InstanceState"] == "RUNNING"
    assert interface(cloud, estate.network_interfaces[0])["State"] == "AVAILABLE"


def test_a_large_account_has_the_same_ids_each_time(cloud: TencentCloudSimulator) -> None:
    estate = cloud.populate(network_interfaces=10_000, instances=100)
    assert estate == cloud.populate(network_interfaces=10_000, instances=100)
    assert len({*estate.network_interfaces, *estate.primaries.values()}) == 10_100
    assert all(re.fullmatch("eni-[a-z0-9]{8}", one) for one in estate.network_interfaces)


@pytest.mark.parametrize(
    ("service", "action", "key"),
    [
        ("vpc", "DescribeNetworkInterfaces", "NetworkInterfaceSet"),
        ("vpc", "DescribeSecurityGroups", "SecurityGroupSet"),
        ("cvm", "DescribeInstances", "InstanceSet"),
    ],
)
def test_answers_have_the_fields_of_the_vendors_examples(
    cloud: TencentCloudSimulator, service: str, action: str, key: str
) -> None:
    cloud.populate()
    spec = importlib.util.find_spec("tccli")
    assert spec
    assert spec.origin
    path = Path(spec.origin).parent / "services" / service / "v20170312" / "examples.json"
    example = json.loads(json.loads(path.read_text(encoding="utf-8"))["actions"][action][0]["output"])["Response"]
    answer = call(cloud, action)
    assert set(answer) == set(example)
    for shown in answer[key]:
        assert set(example[key][0]) <= set(shown)
        for name, value in example[key][0].items():
            if isinstance(value, dict):
                assert set(value) <= set(shown[name])


def test_the_vendors_command_line_reads_and_changes_a_list(
    cloud: TencentCloudSimulator, estate: Estate, tmp_path: Path
) -> None:
    def tccli(*arguments: str) -> Any:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "TENCENTCLOUD_SECRET_ID": cloud.secret_id,
            "TENCENTCLOUD_SECRET_KEY": cloud.secret_key,
            "TENCENTCLOUD_REGION": REGION,
        }
        program = [sys.executable, "-c", "import sys, tccli.main; sys.exit(tccli.main.main())"]
        command = [*program, *arguments, "--endpoint", cloud.url]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    eni, ins = estate.network_interfaces[0], estate.instances[0]
    new = [estate.security_groups[4], estate.security_groups[0]]
    read = ("vpc", "DescribeNetworkInterfaces", "--NetworkInterfaceIds", json.dumps([eni]))
    assert tccli(*read)["NetworkInterfaceSet"][0]["GroupSet"] == [estate.security_groups[0]]
    write = ("vpc", "ModifyNetworkInterfaceAttribute", "--NetworkInterfaceId", eni)
    tccli(*write, "--SecurityGroupIds", json.dumps(new))
    assert tccli(*read)["NetworkInterfaceSet"][0]["GroupSet"] == new == cloud.groups(eni)
    named = json.dumps([{"Name": "security-group-name", "Values": ["group-4"]}])
    (shown,) = tccli("vpc", GROUPS, "--Filters", named, "--Limit", "100")["SecurityGroupSet"]
    assert (shown["SecurityGroupId"], shown["ProjectId"]) == (new[0], "0")
    write = ("cvm", "ModifyInstancesAttribute", "--InstanceIds", json.dumps([ins]))
    tccli(*write, "--SecurityGroups", json.dumps(new))
    shown = tccli("cvm", "DescribeInstances", "--InstanceIds", json.dumps([ins]))["InstanceSet"][0]
    assert (shown["SecurityGroupIds"], shown["LatestOperationState"]) == (new, "SUCCESS")
