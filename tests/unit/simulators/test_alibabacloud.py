# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulated ApsaraDB RDS, as the vendor's older and newer SDK see it."""

from __future__ import annotations

import http.client
import importlib
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
from aliyunsdkcore.acs_exception.exceptions import ClientException, ServerException
from aliyunsdkcore.auth.credentials import StsTokenCredential
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.request import CommonRequest

from tests.simulators.alibabacloud import REGION, WRITES, Estate, RdsSimulator
from tests.simulators.server import Hang, Meddle, Raw, Refuse, Reply, Request
from tests.unit.simulators.alibabacloud_sdk import Generic

READ, WRITE = "DescribeSecurityGroupConfiguration", "ModifySecurityGroupConfiguration"
STATUS, LIST = "DescribeDBInstanceAttribute", "DescribeDBInstances"
GROUPS = "DescribeSecurityGroups"
RM, SG = "rm-bp1zzzzzzzzzzzzzz", "sg-bp1zzzzzzzzzzzzzzzzz"
Arguments = Mapping[str, object]


class Recorder(RdsSimulator):
    """Keeps the requests as they came."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[Request] = []

    def respond(self, request: Request) -> Reply:
        self.seen.append(request)
        return super().respond(request)


@pytest.fixture(autouse=True)
def no_credentials_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    # The older SDK prefers these to what it is given.
    for name in ("ALIYUN_ACCESS_KEY_ID", "ALIYUN_ACCESS_KEY_SECRET"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def cloud() -> Iterator[RdsSimulator]:
    simulator = RdsSimulator()
    with simulator:
        yield simulator


@pytest.fixture
def estate(cloud: RdsSimulator) -> Estate:
    return cloud.populate()


def call(cloud: RdsSimulator, action: str, /, **arguments: object) -> dict[str, Any]:
    """Call an action with good credentials."""
    return send(cloud, action, arguments)


def send(
    cloud: RdsSimulator,
    action: str,
    arguments: Arguments,
    *,
    key_id: str | None = None,
    secret: str | None = None,
    token: str | None = None,
    region: str = REGION,
    version: str | None = None,
    method: str = "POST",
    form: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    request = getattr(importlib.import_module(f"aliyunsdkrds.request.v20140815.{action}Request"), f"{action}Request")()
    for name, value in arguments.items():
        getattr(request, f"set_{name}")(value)
    for name, value in (form or {}).items():
        request.add_body_params(name, value)
    if version:
        request.set_version(version)
    request.set_method(method)
    request.set_endpoint(cloud.endpoint)
    key_id, secret = key_id or cloud.access_key_id, secret or cloud.access_key_secret
    if token:
        client = AcsClient(region_id=region, credential=StsTokenCredential(key_id, secret, token))
    else:
        client = AcsClient(key_id, secret, region)
    answer: dict[str, Any] = json.loads(client.do_action_with_exception(request))
    return answer


def refused(function: Callable[..., object], *arguments: Any, **named: Any) -> tuple[int, str]:
    """Return the status and the code of the cloud's refusal that a call ends with."""
    with pytest.raises(ServerException) as caught:
        function(*arguments, **named)
    return caught.value.get_http_status(), caught.value.get_error_code()


def code_of(function: Callable[..., object], *arguments: Any, **named: Any) -> str:
    return refused(function, *arguments, **named)[1]


def groups_in(answer: Mapping[str, Any]) -> list[str]:
    return [one["SecurityGroupId"] for one in answer["Items"]["EcsSecurityGroupRelation"]]


def read(cloud: RdsSimulator, one: str) -> list[str]:
    return groups_in(call(cloud, READ, DBInstanceId=one))


def write(cloud: RdsSimulator, one: str, *groups: str) -> dict[str, Any]:
    return call(cloud, WRITE, DBInstanceId=one, SecurityGroupId=",".join(groups))


def attributes(cloud: RdsSimulator, one: str) -> Any:
    return call(cloud, STATUS, DBInstanceId=one)["Items"]["DBInstanceAttribute"][0]


def listed(cloud: RdsSimulator, **arguments: object) -> list[str]:
    """Return the descriptions of the instances that arguments select."""
    return [one["DBInstanceDescription"] for one in call(cloud, LIST, **arguments)["Items"]["DBInstance"]]


def http_call(cloud: RdsSimulator, request: Request, **change: Any) -> tuple[int, str, dict[str, Any]]:
    sent = Request(**{**vars(request), **change})
    connection = http.client.HTTPConnection(cloud.endpoint)
    connection.request(sent.method, sent.target, sent.body, dict(sent.headers))
    reply = connection.getresponse()
    answer = reply.status, reply.getheader("Content-Type") or "", json.loads(reply.read())
    connection.close()
    return answer


class NewerSdk:
    """The newer SDK, with either of its signatures."""

    def __init__(self, cloud: RdsSimulator, **config: Any) -> None:
        self.models = importlib.import_module("alibabacloud_rds20140815.models")
        settings = {"access_key_id": cloud.access_key_id, "access_key_secret": cloud.access_key_secret, **config}
        config_type = importlib.import_module("alibabacloud_tea_openapi.utils_models").Config
        client_type = importlib.import_module("alibabacloud_rds20140815.client").Client
        self.client = client_type(config_type(endpoint=cloud.endpoint, protocol="http", region_id=REGION, **settings))

    def read(self, one: str) -> list[str]:
        request = self.models.DescribeSecurityGroupConfigurationRequest(dbinstance_id=one)
        return self._groups(self.client.describe_security_group_configuration(request))

    def write(self, one: str, *groups: str) -> list[str]:
        wanted = ",".join(groups)
        request = self.models.ModifySecurityGroupConfigurationRequest(dbinstance_id=one, security_group_id=wanted)
        return self._groups(self.client.modify_security_group_configuration(request))

    def status(self, one: str) -> str:
        request = self.models.DescribeDBInstanceAttributeRequest(dbinstance_id=one)
        answer = self.client.describe_dbinstance_attribute(request).body.items.dbinstance_attribute
        assert isinstance(answer[0].dbinstance_status, str)
        return answer[0].dbinstance_status

    def listed(self, **filters: object) -> list[str]:
        request = self.models.DescribeDBInstancesRequest(region_id=REGION, **filters)
        return [one.dbinstance_id for one in self.client.describe_dbinstances(request).body.items.dbinstance]

    def _groups(self, response: Any) -> list[str]:
        return [one.security_group_id for one in response.body.items.ecs_security_group_relation]


@pytest.mark.parametrize("algorithm", [None, "v2"])
@pytest.mark.parametrize("token", [None, "session"])
def test_the_newer_sdk_reads_and_changes_a_list(algorithm: str | None, token: str | None) -> None:
    with Recorder() as cloud:
        assert isinstance(cloud, Recorder)
        estate = cloud.populate()
        cloud.security_token = token
        sdk = NewerSdk(cloud, signature_algorithm=algorithm, security_token=token)
        one, new = estate.instances[0], list(estate.security_groups[1:4])
        assert sdk.read(one) == [estate.security_groups[0]]
        assert sdk.write(one, *new) == sorted(new)
        assert sdk.read(one) == sorted(new) == cloud.groups(one)
        assert sdk.write(one) == sdk.read(one) == []
        cloud.put_in_state(one, "Restarting", reads=1)
        assert [sdk.status(one) for _index in range(2)] == ["Restarting", "Running"]
        assert sdk.listed(tags='{"role":"db"}') == [estate.instances[1]]
        assert [entry.resources for entry in cloud.calls] == [(one,)] * 7 + [()]
        assert all(entry.code is None for entry in cloud.calls)
        assert cloud.count(*WRITES) == 2
        signed = ["Authorization" in request.headers for request in cloud.seen]
        assert signed == [algorithm is None] * 8


@pytest.mark.parametrize("algorithm", [None, "v2"])
@pytest.mark.parametrize(
    ("config", "code"),
    [
        ({"access_key_secret": "another"}, "SignatureDoesNotMatch"),
        ({"access_key_id": "LTAIanother"}, "InvalidAccessKeyId.NotFound"),
        ({"security_token": "another"}, "InvalidSecurityToken.MismatchWithAccessKey"),
    ],
)
def test_the_newer_sdk_must_sign(
    cloud: RdsSimulator, estate: Estate, algorithm: str | None, config: Mapping[str, str], code: str
) -> None:
    sdk = NewerSdk(cloud, signature_algorithm=algorithm, **config)
    with pytest.raises(Exception, match="Specified") as caught:
        sdk.read(estate.instances[0])
    assert getattr(caught.value, "code", None) == code == cloud.calls[-1].code


def test_a_list_is_replaced(cloud: RdsSimulator, estate: Estate) -> None:
    one, groups = estate.instances[0], estate.security_groups
    wanted = [groups[3], groups[0], groups[2]]
    answer = write(cloud, one, *wanted)
    assert answer["DBInstanceName"] == one
    assert groups_in(answer) == read(cloud, one) == cloud.groups(one) == sorted(wanted) != wanted
    for relation in answer["Items"]["EcsSecurityGroupRelation"]:
        assert (relation["NetworkType"], relation["RegionId"]) == ("VPC", REGION)
    write(cloud, one, *sorted(wanted, reverse=True))
    assert cloud.history(one) == [[groups[0]], sorted(wanted)]
    assert [(entry.action, entry.resources, entry.code) for entry in cloud.calls] == [
        (WRITE, (one,), None),
        (READ, (one,), None),
        (WRITE, (one,), None),
    ]
    arguments = {"DBInstanceId": one, "SecurityGroupId": ",".join(wanted), "RegionId": REGION}
    assert cloud.calls[0].arguments == arguments
    assert cloud.count(*WRITES) == 2


def test_parameters_come_by_get_and_in_a_form_too(cloud: RdsSimulator, estate: Estate) -> None:
    one, new = estate.instances[0], sorted(estate.security_groups[1:3])
    send(cloud, WRITE, {"DBInstanceId": one, "SecurityGroupId": ",".join(new)}, method="GET")
    assert cloud.groups(one) == new
    send(cloud, WRITE, {"DBInstanceId": one}, form={"SecurityGroupId": estate.security_groups[0]})
    assert cloud.groups(one) == [estate.security_groups[0]]
    assert [entry.request.method for entry in cloud.calls] == ["GET", "POST"]


@pytest.mark.parametrize(
    ("change", "answer"),
    [
        # The older SDK renames SignatureDoesNotMatch where both sides signed the same.
        ({"secret": "another"}, (400, "InvalidAccessKeySecret")),
        ({"key_id": "LTAIanother"}, (404, "InvalidAccessKeyId.NotFound")),
        ({"token": "another"}, (400, "InvalidSecurityToken.MismatchWithAccessKey")),
        ({"version": "2011-01-01"}, (400, "InvalidVersion")),
    ],
)
def test_who_may_not_call_is_refused(
    cloud: RdsSimulator, estate: Estate, change: Mapping[str, Any], answer: tuple[int, str]
) -> None:
    assert refused(send, cloud, READ, {"DBInstanceId": estate.instances[0]}, **change) == answer
    expected = answer[1].replace("InvalidAccessKeySecret", "SignatureDoesNotMatch")
    assert (cloud.calls[-1].status, cloud.calls[-1].code) == (answer[0], expected)


def test_a_session_token_is_needed_where_there_is_one(cloud: RdsSimulator, estate: Estate) -> None:
    arguments = {"DBInstanceId": estate.instances[0]}
    cloud.security_token = "session"
    assert refused(send, cloud, READ, arguments) == (400, "MissingSecurityToken")
    assert refused(send, cloud, READ, arguments, token="older") == (400, "InvalidSecurityToken.Expired")
    assert groups_in(send(cloud, READ, arguments, token="session")) == [estate.security_groups[0]]


@pytest.mark.parametrize("seconds", [-902, 902])
def test_a_wrong_clock_is_refused(cloud: RdsSimulator, estate: Estate, seconds: int) -> None:
    cloud.clock = lambda: time.time() + seconds
    assert refused(read, cloud, estate.instances[0]) == (400, "InvalidTimeStamp.Expired")
    cloud.clock = lambda: time.time() + seconds * 0.98
    read(cloud, estate.instances[0])


# Headers, and a body that is no form, are no part of the older signature and mean nothing beside it: a request with
# another one is the same request once more.
@pytest.mark.parametrize(
    ("part", "older", "newer"),
    [
        ("nothing", "SignatureNonceUsed", "SignatureNonceUsed"),
        ("target", "SignatureDoesNotMatch", "SignatureDoesNotMatch"),
        ("method", "SignatureDoesNotMatch", "SignatureDoesNotMatch"),
        ("header", "SignatureNonceUsed", "SignatureDoesNotMatch"),
        ("token", "SignatureNonceUsed", "IncompleteSignature"),
        ("body", "SignatureNonceUsed", "SignatureDoesNotMatch"),
        ("form", "SignatureDoesNotMatch", "IncompleteSignature"),
    ],
)
def test_what_is_changed_on_the_way_is_refused(part: str, older: str, newer: str) -> None:
    with Recorder() as cloud:
        assert isinstance(cloud, Recorder)
        one = cloud.populate().instances[0]
        read(cloud, one)
        NewerSdk(cloud).read(one)
        codes = []
        for signed in cloud.seen[:2]:
            headers = {name: value for name, value in signed.headers.items() if name != "Content-Length"}
            form = {**headers, "Content-Type": "application/x-www-form-urlencoded"}
            changes: Mapping[str, Mapping[str, Any]] = {
                "nothing": {},
                "target": {"target": signed.target.replace(one, RM)},
                "method": {"method": "GET"},
                "header": {"headers": {**headers, "x-acs-action": WRITE}},
                "token": {"headers": {**headers, "x-acs-security-token": "another"}},
                "body": {"body": b"SecurityGroupId="},
                "form": {"body": b"SecurityGroupId=", "headers": form},
            }
            codes.append(http_call(cloud, signed, **{"headers": headers, **changes[part]})[2]["Code"])
    assert codes == [older, newer]


@pytest.mark.parametrize(
    ("pattern", "code"),
    [
        ("AccessKeyId=[^&]*", "MissingParameter"),
        ("Signature=[^&]*", "MissingParameter"),
        ("SignatureNonce=[^&]*", "MissingParameter"),
        ("Timestamp=[^&]*", "IllegalTimestamp"),
        ("SignatureMethod=[^&]*", "MissingParameter"),
        ("SignatureVersion=1", "InvalidSignatureMethod"),
        ("Format=JSON", "InvalidParameter.Format"),
        ("Timestamp=20", "InvalidTimeStamp.Format"),
    ],
)
def test_what_every_request_needs(pattern: str, code: str) -> None:
    with Recorder() as cloud:
        assert isinstance(cloud, Recorder)
        read(cloud, cloud.populate().instances[0])
        target, count = re.subn(f"(?<=[?&]){pattern}", f"{pattern.partition('=')[0]}=", cloud.seen[0].target)
        assert count == 1
        status, content_type, answer = http_call(cloud, cloud.seen[0], target=target)
    assert (status, content_type, answer["Code"]) == (400, "application/json", code)
    assert set(answer) == {"Code", "HostId", "Message", "Recommend", "RequestId"}
    assert re.fullmatch("[0-9A-F]{8}(-[0-9A-F]{4}){3}-[0-9A-F]{12}", answer["RequestId"])


def test_requests_that_are_none(cloud: RdsSimulator) -> None:
    nothing = Request("PUT", "/", {}, b"")
    assert http_call(cloud, nothing)[2]["Code"] == "UnsupportedHTTPMethod"
    assert http_call(cloud, nothing, method="GET")[2]["Code"] == "MissingParameter"
    assert http_call(cloud, nothing, method="GET", target="/rds/")[2]["Code"] == "InvalidAction.NotFound"
    header = {"Authorization": "Bearer 1"}
    assert http_call(cloud, nothing, method="POST", headers=header)[2]["Code"] == "IncompleteSignature"
    assert [entry.action for entry in cloud.calls] == ["unknown"] * 4


@pytest.mark.parametrize(
    ("action", "arguments", "answer"),
    [
        ("RestartDBInstance", {}, (404, "InvalidAction.NotFound")),
        (READ, {}, (400, "MissingParameter")),
        (READ, {"DBInstanceId": RM}, (400, "InvalidDBInstanceId.NotFound")),
        (READ, {"DBInstanceId": "{instances[0]},{instances[1]}"}, (400, "InvalidDBInstanceId.NotFound")),
        (STATUS, {}, (400, "MissingParameter")),
        (STATUS, {"DBInstanceId": RM}, (400, "InvalidDBInstanceId.NotFound")),
        (STATUS, {"DBInstanceId": "{instances[0]}", "Expired": "True"}, (400, "UnsupportedParameter")),
        (WRITE, {"SecurityGroupId": SG}, (400, "MissingParameter")),
        (WRITE, {"DBInstanceId": "{instances[0]}"}, (400, "MissingParameter")),
        (WRITE, {"DBInstanceId": RM, "SecurityGroupId": SG}, (400, "InvalidDBInstanceId.NotFound")),
        (LIST, {"DBInstanceId": RM}, (400, "InvalidDBInstanceId.NotFound")),
        (LIST, {"PageSize": 29}, (400, "InvalidPageSize.Malformed")),
        (LIST, {"PageSize": 101}, (400, "InvalidPageSize.Malformed")),
        (LIST, {"PageSize": "all"}, (400, "InvalidPageSize.Malformed")),
        (LIST, {"PageNumber": 0}, (400, "InvalidPageNumber.Malformed")),
        (LIST, {"Tags": "role"}, (400, "InvalidParameter")),
        (LIST, {"Tags": '["role"]'}, (400, "InvalidParameter")),
        (LIST, {"Tags": '{{"role":1}}'}, (400, "InvalidParameter")),
        (LIST, {"Tags": '{{"a":"","b":"","c":"","d":"","e":"","f":""}}'}, (400, "InvalidParameter")),
    ],
)
def test_arguments_are_checked(
    cloud: RdsSimulator, estate: Estate, action: str, arguments: Arguments, answer: tuple[int, str]
) -> None:
    filled = {
        name: value.format(**vars(estate)) if isinstance(value, str) else value for name, value in arguments.items()
    }
    assert refused(send, cloud, action, filled) == answer
    assert cloud.groups(estate.instances[0]) == [estate.security_groups[0]]


def test_an_unknown_instance_has_two_codes(cloud: RdsSimulator) -> None:
    cloud.unknown_instance = "InvalidDBInstanceName.NotFound"
    assert refused(read, cloud, RM) == (404, "InvalidDBInstanceName.NotFound")


def test_groups_are_checked(cloud: RdsSimulator, estate: Estate) -> None:
    one, known = estate.instances[0], estate.security_groups
    unknown = (404, "InvalidSecurityGroupId.NotFound")
    for groups in ((SG,), (known[1], SG), (known[1], ""), (known[1], f" {known[2]}"), (known[1], "Empty")):
        assert refused(write, cloud, one, *groups) == unknown
    assert refused(write, cloud, one, known[1], known[1]) == (400, "InvalidParameter")
    assert refused(write, cloud, one, *known[:11]) == (400, "AssociatedEcsSecurityGroupIdQuotaExceed")
    assert cloud.history(one) == [[known[0]]]
    write(cloud, one, *known[:10])
    assert read(cloud, one) == sorted(known[:10])
    cloud.quota = 3
    assert code_of(write, cloud, one, *known[:4]) == "AssociatedEcsSecurityGroupIdQuotaExceed"
    write(cloud, one, *known[:3])


def test_network_types_must_match(cloud: RdsSimulator, estate: Estate) -> None:
    one, classic = estate.instances[0], estate.classic_instances[0]
    refusal = (400, "OperationDenied.DBInstanceNetType")
    assert refused(write, cloud, one, estate.security_groups[1], estate.classic_security_groups[0]) == refusal
    assert refused(write, cloud, classic, estate.security_groups[1]) == refusal
    answer = write(cloud, classic, estate.classic_security_groups[1])
    relations = answer["Items"]["EcsSecurityGroupRelation"]
    assert [relation["NetworkType"] for relation in relations] == ["Classic"]
    shown = attributes(cloud, classic)
    assert (shown["InstanceNetworkType"], shown["VpcId"], shown["VSwitchId"]) == ("Classic", "", "")
    shown = attributes(cloud, one)
    network = (shown["InstanceNetworkType"], shown["VpcId"], shown["VSwitchId"])
    assert network == ("VPC", estate.vpcs[0], estate.vswitches[0])


def ecs(cloud: RdsSimulator, *, secret: str | None = None, **arguments: str) -> dict[str, Any]:
    """Call DescribeSecurityGroups, which is of ECS, as the older SDK calls what it has no request of."""
    request = CommonRequest(cloud.endpoint, "2014-05-26", GROUPS)
    request.set_method("POST")
    for name, value in {"RegionId": REGION, **arguments}.items():
        request.add_query_param(name, value)
    client = AcsClient(cloud.access_key_id, secret or cloud.access_key_secret, REGION)
    answer: dict[str, Any] = json.loads(client.do_action_with_exception(request))
    return answer


def described(cloud: RdsSimulator, **arguments: str) -> list[str]:
    """Return the ids of the security groups that arguments select, at most 100."""
    found = ecs(cloud, MaxResults="100", **arguments)["SecurityGroups"]["SecurityGroup"]
    return [one["SecurityGroupId"] for one in found]


def test_security_groups_are_described(cloud: RdsSimulator, estate: Estate) -> None:
    known, classic, (here, there) = estate.security_groups, list(estate.classic_security_groups), estate.vpcs
    twins = [cloud.add_group("twin ä", there), cloud.add_group("twin ä", there, enterprise=True)]
    managed = cloud.add_group("managed", here, service_managed=True)
    assert described(cloud) == [*known, *classic, *twins, managed]
    assert described(cloud, SecurityGroupIds=json.dumps([SG, known[2], known[1]])) == list(known[1:3])
    assert described(cloud, SecurityGroupIds=json.dumps([SG])) == described(cloud, SecurityGroupId=SG) == []
    assert described(cloud, SecurityGroupName="twin ä") == described(cloud, VpcId=there) == twins
    assert described(cloud, SecurityGroupName="twin") == described(cloud, SecurityGroupName="Twin ä") == []
    assert described(cloud, SecurityGroupType="enterprise") == twins[1:]
    assert described(cloud, SecurityGroupType="normal", VpcId=there) == twins[:1]
    assert described(cloud, NetworkType="classic") == classic
    assert described(cloud, NetworkType="vpc", ServiceManaged="false") == [*known, *twins]
    assert described(cloud, ServiceManaged="True") == [managed]
    assert described(cloud, RegionId="cn-beijing") == []
    cloud.remove_group(twins[0])
    assert cloud.add_group("another") not in (*twins, managed)
    assert described(cloud, SecurityGroupName="twin ä") == twins[1:]
    shown = ecs(cloud, SecurityGroupIds=json.dumps([twins[1], classic[0]]))["SecurityGroups"]["SecurityGroup"]
    fields = ("SecurityGroupName", "VpcId", "SecurityGroupType", "ServiceManaged")
    assert [[one[name] for name in fields] for one in shown] == [
        ["group-12", "", "normal", False],
        ["twin ä", there, "enterprise", False],
    ]


def test_pages_of_security_groups(cloud: RdsSimulator) -> None:
    known = list(cloud.populate(security_groups=230, classic=0).security_groups)
    assert len(ecs(cloud)["SecurityGroups"]["SecurityGroup"]) == 10
    found: list[str] = []
    token: dict[str, str] = {}
    for size in (100, 100, 30):
        page = ecs(cloud, MaxResults="100", NetworkType="vpc", **token)
        entries = page["SecurityGroups"]["SecurityGroup"]
        assert (len(entries), page["TotalCount"]) == (size, 230)
        found += [one["SecurityGroupId"] for one in entries]
        token = {"NextToken": page["NextToken"]}
    assert (found, token["NextToken"]) == (known, "")
    assert cloud.count(GROUPS) == 4


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        ({"MaxResults": "101"}, (400, "InvalidMaxResults.Malformed")),
        ({"SecurityGroupIds": SG}, (400, "InvalidParameter")),
        ({"SecurityGroupIds": json.dumps([SG] * 101)}, (400, "InvalidParameter")),
        ({"SecurityGroupType": "advanced"}, (400, "InvalidParameter")),
        ({"NetworkType": "VPC"}, (400, "InvalidParameter")),
        ({"ServiceManaged": "yes"}, (400, "InvalidParameter")),
        ({"Colour": "red"}, (400, "UnsupportedParameter")),
        ({"secret": "another"}, (400, "SignatureDoesNotMatch")),
    ],
)
def test_a_description_of_security_groups_is_checked(
    cloud: RdsSimulator, arguments: Mapping[str, str], answer: tuple[int, str]
) -> None:
    assert refused(ecs, cloud, **arguments) == answer


@pytest.mark.parametrize(("status", "code"), [(403, "Forbidden.RAM"), (400, "Throttling.User"), (500, "InternalError")])
def test_faults_of_security_groups(cloud: RdsSimulator, estate: Estate, status: int, code: str) -> None:
    cloud.play(Refuse(status, code), GROUPS)
    assert refused(ecs, cloud) == (status, code)
    assert described(cloud, SecurityGroupId=estate.security_groups[0]) == [estate.security_groups[0]]
    assert [entry.code for entry in cloud.calls] == [code, None]


@pytest.mark.parametrize("algorithm", [None, "v2"])
def test_the_newer_sdk_describes_security_groups(cloud: RdsSimulator, estate: Estate, algorithm: str | None) -> None:
    group = estate.security_groups[3]
    sdk = Generic(cloud, "2014-05-26", signature_algorithm=algorithm)
    answer = sdk.call(GROUPS, RegionId=REGION, SecurityGroupIds=json.dumps([group]))
    assert [one["SecurityGroupName"] for one in answer["SecurityGroups"]["SecurityGroup"]] == ["group-3"]
    stranger = Generic(cloud, "2014-05-26", signature_algorithm=algorithm, access_key_secret="another")
    assert stranger.refusal(GROUPS, RegionId=REGION) == (400, "SignatureDoesNotMatch")


def test_no_document_has_rds_ask_for_more_than_the_network_type(cloud: RdsSimulator, estate: Estate) -> None:
    one, elsewhere = estate.instances[0], cloud.add_group("elsewhere", estate.vpcs[1], enterprise=True)
    write(cloud, one, estate.security_groups[0], elsewhere)
    assert read(cloud, one) == sorted([estate.security_groups[0], elsewhere])


def test_the_empty_string_clears(cloud: RdsSimulator, estate: Estate) -> None:
    one = estate.instances[0]
    assert refused(write, cloud, one, "Empty") == (404, "InvalidSecurityGroupId.NotFound")
    assert groups_in(write(cloud, one)) == read(cloud, one) == []
    assert cloud.history(one) == [[estate.security_groups[0]], []]


def test_the_literal_clears(cloud: RdsSimulator, estate: Estate) -> None:
    cloud.clears_with = "Empty"
    one, before = estate.instances[0], [estate.security_groups[0]]
    assert groups_in(write(cloud, one)) == read(cloud, one) == before
    assert groups_in(write(cloud, one, "Empty")) == read(cloud, one) == []
    assert cloud.history(one) == [before, []]


def test_items_may_be_null_or_missing(cloud: RdsSimulator, estate: Estate) -> None:
    one, group = estate.instances[0], estate.security_groups[0]
    cloud.attach(one)
    assert call(cloud, READ, DBInstanceId=one)["Items"] == {"EcsSecurityGroupRelation": []}
    cloud.empty_items = "null"
    assert call(cloud, READ, DBInstanceId=one)["Items"] is None
    cloud.empty_items = "missing"
    assert "Items" not in call(cloud, READ, DBInstanceId=one)
    assert groups_in(write(cloud, one, group)) == [group]
    assert "Items" not in write(cloud, one)


@pytest.mark.parametrize("status", ["Creating", "Rebooting", "NET_CHANGING", "INS_MAINTAINING", "Deleting"])
def test_only_a_running_instance_is_written(cloud: RdsSimulator, estate: Estate, status: str) -> None:
    one, group = estate.instances[0], estate.security_groups[1]
    cloud.put_in_state(one, status, reads=2)
    assert refused(write, cloud, one, group) == (400, "OperationDenied.DBInstanceStatus")
    assert read(cloud, one) == [estate.security_groups[0]]
    assert listed(cloud, DBInstanceStatus=status) == ["web-0"]
    assert [attributes(cloud, one)["DBInstanceStatus"] for _index in range(3)] == [status, status, "Running"]
    write(cloud, one, group)
    cloud.put_in_state(one, status)
    assert {attributes(cloud, one)["DBInstanceStatus"] for _index in range(3)} == {status}


def test_a_read_only_instance_has_a_code_of_its_own(cloud: RdsSimulator, estate: Estate) -> None:
    one, group = estate.read_only_instances[0], estate.security_groups[1]
    cloud.put_in_state(one, "Restarting", reads=1)
    assert refused(write, cloud, one, group) == (400, "OperationDenied.ReadDBInstanceStatus")
    shown = attributes(cloud, one)
    assert (shown["DBInstanceType"], shown["MasterInstanceId"]) == ("Readonly", estate.instances[0])
    replicas = attributes(cloud, estate.instances[0])["ReadOnlyDBInstanceIds"]
    assert replicas == {"ReadOnlyDBInstanceId": [{"DBInstanceId": one}]}
    write(cloud, one, group)
    assert cloud.groups(one) == [group]


@pytest.mark.parametrize(
    ("arguments", "names"),
    [
        ({}, ["web-0", "db-1", "web-2", "db-3", "classic-0", "replica-0"]),
        ({"Tags": '{"role":"db"}'}, ["db-1", "db-3"]),
        ({"Tags": '{"role":"db","number":"0"}'}, ["web-0", "db-1", "db-3", "classic-0", "replica-0"]),
        ({"Tags": '{"role":"cache"}'}, []),
        ({"Tags": "{}", "DBInstanceType": "Readonly"}, ["replica-0"]),
        ({"InstanceNetworkType": "Classic"}, ["classic-0"]),
        ({"Engine": "PostgreSQL", "Tags": '{"number":"3"}'}, ["db-3"]),
        ({"DBInstanceId": "{instances[2]}"}, ["web-2"]),
        ({"VpcId": "{vpcs[1]}"}, ["db-1", "db-3"]),
    ],
)
def test_instances_are_selected(cloud: RdsSimulator, arguments: Mapping[str, str], names: list[str]) -> None:
    made = vars(cloud.populate(instances=4))
    filled = {name: value if name == "Tags" else value.format(**made) for name, value in arguments.items()}
    assert listed(cloud, **filled) == names


def test_all_tags_may_have_to_match(cloud: RdsSimulator) -> None:
    estate = cloud.populate(instances=4)
    cloud.all_tags_match = True
    assert listed(cloud, Tags=json.dumps(estate.tags[estate.instances[1]])) == ["db-1"]


def test_another_region_is_empty(cloud: RdsSimulator, estate: Estate) -> None:
    assert estate.instances
    assert send(cloud, LIST, {}, region="cn-beijing")["TotalRecordCount"] == 0


def test_pages(cloud: RdsSimulator) -> None:
    estate = cloud.populate(instances=230, classic=0, read_only=0)

    def page(**arguments: object) -> tuple[list[str], list[int]]:
        answer = call(cloud, LIST, **arguments)
        names = ("PageNumber", "PageRecordCount", "TotalRecordCount")
        return [one["DBInstanceId"] for one in answer["Items"]["DBInstance"]], [answer[name] for name in names]

    assert page() == (list(estate.instances[:30]), [1, 30, 230])
    pages = [page(PageSize=100, PageNumber=number) for number in (1, 2, 3)]
    assert [one for ids, _counts in pages for one in ids] == list(estate.instances)
    assert [counts for _ids, counts in pages] == [[1, 100, 230], [2, 100, 230], [3, 30, 230]]
    assert page(PageSize=100, PageNumber=4) == ([], [4, 0, 230])
    assert page(PageSize=100, PageNumber=2, Tags='{"role":"web"}')[1] == [2, 15, 115]


def test_the_old_list_is_served_for_a_while(cloud: RdsSimulator, estate: Estate) -> None:
    one, old, new = estate.instances[0], [estate.security_groups[0]], sorted(estate.security_groups[1:3])
    cloud.serve_old_list(one, reads=2)
    assert read(cloud, one) == old
    assert groups_in(write(cloud, one, *new)) == new == cloud.groups(one)
    assert [read(cloud, one) for _index in range(3)] == [old, old, new]


def test_a_rate_is_limited(cloud: RdsSimulator, estate: Estate) -> None:
    cloud.rates = {READ: 2}
    one = estate.instances[0]

    def answer() -> tuple[int, str] | None:
        try:
            read(cloud, one)
        except ServerException as error:
            return error.get_http_status(), error.get_error_code()
        return None

    deadline = time.monotonic() + 10
    while answer() != (400, "Throttling.User"):
        assert time.monotonic() < deadline
    attributes(cloud, one)
    while answer() is not None:
        assert time.monotonic() < deadline
    calls = [entry for entry in cloud.calls if entry.action == READ and not entry.code]
    assert len(calls) >= 3
    assert all(third.ended - first.began >= 1 for first, third in zip(calls, calls[2:], strict=False))


def test_faults(cloud: RdsSimulator, estate: Estate) -> None:
    one, groups = estate.instances[0], estate.security_groups
    cloud.play(Refuse(503, "ServiceUnavailable", "try again"), WRITE)
    assert refused(write, cloud, one, groups[1]) == (503, "ServiceUnavailable")
    cloud.play(Refuse(200, "InternalError", "try again"), WRITE)
    answer = write(cloud, one, groups[1])
    assert (answer["Code"], answer["Message"], answer["HostId"]) == ("InternalError", "try again", cloud.endpoint)
    assert (cloud.calls[-1].status, cloud.calls[-1].code) == (200, "InternalError")
    cloud.play(Raw(200, b"<html>busy</html>", "text/html"), WRITE)
    with pytest.raises(json.JSONDecodeError):
        write(cloud, one, groups[1])
    assert cloud.history(one) == [[groups[0]]]
    cloud.play(Meddle(lambda: cloud.attach(one, groups[5])), WRITE, resource=one)
    write(cloud, one, groups[1])
    cloud.play(Hang(applied=True), WRITE)
    with pytest.raises(ClientException) as caught:
        write(cloud, one, groups[2])
    assert caught.value.get_error_code() == "SDK.HttpError"
    assert cloud.history(one) == [[groups[0]], [groups[5]], [groups[1]], [groups[2]]]


def test_a_reset_forgets_what_was_asked_for(cloud: RdsSimulator, estate: Estate) -> None:
    one = estate.instances[0]
    cloud.put_in_state(one, "Deleting")
    cloud.serve_old_list(one, reads=5)
    cloud.rates, cloud.quota, cloud.security_token = {READ: 0}, 1, "session"
    cloud.clears_with, cloud.empty_items = "Empty", "missing"
    cloud.reset()
    assert not any((cloud.rates, cloud.security_token, cloud.calls, cloud.clears_with))
    assert (cloud.quota, cloud.empty_items) == (10, "list")
    assert attributes(cloud, one)["DBInstanceStatus"] == "Running"
    write(cloud, one, estate.security_groups[1])
    assert read(cloud, one) == [estate.security_groups[1]]


def test_a_large_account_has_the_same_ids_each_time(cloud: RdsSimulator) -> None:
    estate = cloud.populate(instances=10_000, security_groups=100)
    assert estate == cloud.populate(instances=10_000, security_groups=100)
    assert len({*estate.instances}) == 10_000
    assert all(re.fullmatch("rm-bp1[a-z0-9]{14}", one) for one in estate.instances)
    assert all(re.fullmatch("sg-bp1[a-z0-9]{17}", one) for one in estate.security_groups)
    assert call(cloud, LIST)["TotalRecordCount"] == 10_002


def test_answers_have_the_fields_of_the_newer_sdks_models(cloud: RdsSimulator, estate: Estate) -> None:
    models, one = NewerSdk(cloud).models, estate.instances[0]
    for answer, model in (
        (call(cloud, READ, DBInstanceId=one), "DescribeSecurityGroupConfiguration"),
        (write(cloud, one, estate.security_groups[1]), "ModifySecurityGroupConfiguration"),
        (call(cloud, STATUS, DBInstanceId=one), "DescribeDBInstanceAttribute"),
        (call(cloud, LIST), "DescribeDBInstances"),
    ):
        # A model drops what it does not know.
        assert getattr(models, f"{model}ResponseBody")().from_map(answer).to_map() == answer


class Sts(Generic):
    def __init__(self, cloud: RdsSimulator, **config: Any) -> None:
        super().__init__(cloud, "2015-04-01", **config)

    def assume(self, action: str = "AssumeRole", *, auth: str = "AK", **arguments: str) -> dict[str, Any]:
        return self.call(action, auth=auth, **arguments)

    def refusal(self, action: str = "AssumeRole", *, auth: str = "AK", **arguments: str) -> tuple[int, str]:
        return super().refusal(action, auth=auth, **arguments)


@pytest.mark.parametrize("algorithm", [None, "v2"])
def test_a_role_is_assumed_with_a_signature_and_its_session_may_call(
    cloud: RdsSimulator, estate: Estate, algorithm: str | None
) -> None:
    arn, cloud.roles_only = cloud.add_role("Auditor", external_id="e-1"), True
    sts, one = Sts(cloud, signature_algorithm=algorithm), estate.instances[0]
    policy = '{"Version": "1", "Statement": []}'
    # A request of now must never be more than a quarter of an hour off.
    cloud.clock = lambda: time.time() - 500
    answer = sts.assume(RoleArn=arn, RoleSessionName="me@work", DurationSeconds="900", Policy=policy, ExternalId="e-1")
    assert answer["AssumedRoleUser"]["Arn"].endswith(":role/auditor/me@work")
    key_id, secret, token, expires = (
        answer["Credentials"][name] for name in ("AccessKeyId", "AccessKeySecret", "SecurityToken", "Expiration")
    )
    assert re.fullmatch("20..-..-..T..:..:..Z", expires)
    assert refused(read, cloud, one) == (403, "Forbidden.RAM")
    session = {"key_id": key_id, "secret": secret}
    assert groups_in(send(cloud, READ, {"DBInstanceId": one}, **session, token=token)) == cloud.groups(one)
    assert cloud.signers(READ) == [None, arn]
    assert code_of(send, cloud, LIST, {}, **session) == "MissingSecurityToken"
    # The older SDK finds out for itself what is wrong with the signature.
    assert code_of(send, cloud, LIST, {}, key_id=key_id, secret="another", token=token) == "InvalidAccessKeySecret"
    cloud.clock = lambda: time.time() + 390
    send(cloud, READ, {"DBInstanceId": one}, **session, token=token)
    cloud.clock = lambda: time.time() + 400
    code = code_of(send, cloud, READ, {"DBInstanceId": one}, **session, token=token)
    assert code == "InvalidSecurityToken.Expired"


def test_a_session_may_assume_another_role(cloud: RdsSimulator) -> None:
    first, second = cloud.add_role("first"), cloud.add_role("second")
    keys = Sts(cloud).assume(RoleArn=first, RoleSessionName="me")["Credentials"]
    config = {"access_key_id": keys["AccessKeyId"], "access_key_secret": keys["AccessKeySecret"]}
    Sts(cloud, **config, security_token=keys["SecurityToken"]).assume(RoleArn=second, RoleSessionName="me")
    assert cloud.signers("AssumeRole") == [None, first]


def test_a_role_is_assumed_with_a_token_and_no_signature(cloud: RdsSimulator, estate: Estate) -> None:
    provider = "acs:ram::1234567890123456:oidc-provider/cluster"
    arn = cloud.add_role("pod", oidc_provider=provider)
    named = {"RoleArn": arn, "RoleSessionName": "me", "OIDCProviderArn": provider}
    token = cloud.issue_oidc_token(provider)
    answer = Sts(cloud).assume("AssumeRoleWithOIDC", auth="Anonymous", **named, OIDCToken=token)
    request = dict(pair.split("=", 1) for pair in cloud.calls[0].request.target.partition("?")[2].split("&"))
    assert not {"Signature", "AccessKeyId"} & {*request}
    keys = answer["Credentials"]
    session = {"key_id": keys["AccessKeyId"], "secret": keys["AccessKeySecret"], "token": keys["SecurityToken"]}
    assert send(cloud, READ, {"DBInstanceId": estate.instances[0]}, **session)
    for change, code in (
        ({"OIDCToken": "eyJ.a.b"}, (401, "AuthenticationFail.OIDCToken.Invalid")),
        ({"OIDCProviderArn": f"{provider}2"}, (401, "AuthenticationFail.NoPermission")),
        ({"RoleArn": cloud.add_role("user")}, (401, "AuthenticationFail.NoPermission")),
    ):
        assert (
            Sts(cloud).refusal("AssumeRoleWithOIDC", auth="Anonymous", **{**named, "OIDCToken": token, **change})
            == code
        )


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"RoleArn": "acs:ram::1234567890123456:role/nobody"}, (404, "EntityNotExist.Role")),
        ({"RoleArn": "role/auditor"}, (400, "InvalidParameter.RoleArn")),
        ({"RoleSessionName": "a"}, (400, "InvalidParameter.RoleSessionName")),
        ({"RoleSessionName": "a b"}, (400, "InvalidParameter.RoleSessionName")),
        ({"RoleSessionName": ""}, (400, "MissingParameter")),
        ({"DurationSeconds": "899"}, (400, "InvalidParameter.DurationSeconds")),
        ({"DurationSeconds": "3601"}, (400, "InvalidParameter.DurationSeconds")),
        ({"Policy": "{"}, (400, "InvalidParameter.PolicyGrammar")),
        ({"ExternalId": "e-2"}, (403, "NoPermission")),
        ({"Tag": "x"}, (400, "UnsupportedParameter")),
    ],
)
def test_what_is_wrong_with_a_role_is_told(
    cloud: RdsSimulator, change: Mapping[str, str], code: tuple[int, str]
) -> None:
    named = {"RoleArn": cloud.add_role("auditor"), "RoleSessionName": "me", **change}
    assert Sts(cloud).refusal(**named) == code


def test_a_user_without_a_good_signature_assumes_no_role(cloud: RdsSimulator) -> None:
    named = {"RoleArn": cloud.add_role("auditor"), "RoleSessionName": "me"}
    assert Sts(cloud, access_key_secret="another").refusal(**named) == (400, "SignatureDoesNotMatch")
    arn = cloud.add_role("pod", oidc_provider="acs:ram::1234567890123456:oidc-provider/cluster")
    assert Sts(cloud).refusal(**named | {"RoleArn": arn}) == (403, "NoPermission")
    cloud.reset()
    assert Sts(cloud).refusal(**named) == (404, "EntityNotExist.Role")
