# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guard around the SDK, each of the SDK's traps on the wire."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
import warnings
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.crosscloud.security_groups.plugins.module_utils._aliyun import api
from ansible_collections.crosscloud.security_groups.plugins.module_utils._aliyun import client as module
from ansible_collections.crosscloud.security_groups.plugins.module_utils._aliyun.client import RDS, Client
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.errors import (
    CloudError,
    ErrorKind,
    Failure,
)

from tests.simulators.alibabacloud import ACCESS_KEY_ID, ACCESS_KEY_SECRET, REGION, Estate, RdsSimulator
from tests.simulators.server import Hang, Raw, Refuse
from tests.unit.conftest import Connection, Serve
from tests.unit.gates import open_gate

READ = "DescribeDBInstances"
WRITE = "ModifySecurityGroupConfiguration"
JSON = "application/json"


def failure_of(client: Client, action: str = READ, **arguments: str) -> Failure:
    """Return the failure that a call ends with."""
    with pytest.raises(CloudError) as caught:
        client.call(action, **arguments)
    failure = caught.value.failure
    assert "\n" not in failure.message
    assert ACCESS_KEY_SECRET not in failure.message
    assert ACCESS_KEY_ID not in failure.message
    codes = "SignatureDoesNotMatch|IncompleteSignature|SignatureNonceUsed"
    assert "Signature" not in re.sub(codes, "", failure.message)
    return failure


def asked_for(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Have no host be found, and return those that are looked for."""
    hosts: list[str] = []

    def resolve(name: str, *_more: object, **_others: object) -> list[Any]:
        hosts.append(name)
        raise OSError(name)

    monkeypatch.setattr("socket.getaddrinfo", resolve)
    return hosts


def works(client: Client) -> bool:
    return "Items" in client.call(READ)


PASSES, STAYS = True, False

# The rows of cloud-facts.md and of the work order, with every code they name, and for a star one that it covers.
CODES = [
    (ErrorKind.THROTTLED, PASSES, 400, "Throttling"),
    (ErrorKind.THROTTLED, PASSES, 400, "Throttling.User"),
    (ErrorKind.THROTTLED, PASSES, 503, "Throttling.Api"),
    (ErrorKind.THROTTLED, PASSES, 503, "Rejected.Throttling"),
    (ErrorKind.TRANSIENT, PASSES, 400, "SDK.HttpError"),
    (ErrorKind.TRANSIENT, PASSES, 503, "ServiceUnavailable"),
    (ErrorKind.TRANSIENT, PASSES, 500, "InternalError"),
    (ErrorKind.TRANSIENT, PASSES, 200, "InternalError"),
    (ErrorKind.TRANSIENT, PASSES, 500, "InternalFailure"),
    (ErrorKind.TRANSIENT, PASSES, 400, "InternalServerError"),
    (ErrorKind.TRANSIENT, PASSES, 408, "AcsServerTimeOut"),
    (ErrorKind.TRANSIENT, PASSES, 400, "InstanceConnectTimeoutFault"),
    (ErrorKind.TRANSIENT, PASSES, 400, "Database.ConnectError"),
    (ErrorKind.TRANSIENT, PASSES, 400, "ProxyError"),
    (ErrorKind.TRANSIENT, PASSES, 400, "SignatureNonceUsed"),
    (ErrorKind.TRANSIENT, PASSES, 500, "NobodyKnowsThis"),
    (ErrorKind.TRANSIENT, PASSES, 502, "NobodyKnowsThis"),
    (ErrorKind.TRANSIENT, PASSES, 503, "NobodyKnowsThis"),
    (ErrorKind.TRANSIENT, PASSES, 504, "NobodyKnowsThis"),
    (ErrorKind.STATE, PASSES, 403, "OperationDenied.DBInstanceStatus"),
    (ErrorKind.STATE, PASSES, 500, "OperationDenied.DBInstanceStatus"),
    (ErrorKind.STATE, PASSES, 400, "OperationDenied.ReadDBInstanceStatus"),
    (ErrorKind.STATE, PASSES, 403, "IncorrectDBInstanceState"),
    (ErrorKind.STATE, PASSES, 400, "OperationDenied.MasterDBInstanceState"),
    (ErrorKind.STATE, PASSES, 403, "OperationDenied.PrimaryDBInstanceStatus"),
    (ErrorKind.STATE, PASSES, 403, "OperationDenied.DBStatus"),
    (ErrorKind.STATE, PASSES, 403, "OperationDenied.DBClusterStatus"),
    (ErrorKind.STATE, PASSES, 400, "ReadDBInstance.Mismatch"),
    (ErrorKind.STATE, PASSES, 400, "ConcurrentTaskExceeded"),
    (ErrorKind.STATE, PASSES, 400, "InvalidConcurrentOperate"),
    (ErrorKind.STATE, PASSES, 400, "LockTimeout"),
    (ErrorKind.STATE, STAYS, 403, "OperationDenied.LockMode"),
    (ErrorKind.STATE, STAYS, 403, "IncorrectDBInstanceLockMode"),
    (ErrorKind.NOT_FOUND, STAYS, 400, "InvalidDBInstanceId.NotFound"),
    (ErrorKind.NOT_FOUND, STAYS, 404, "InvalidDBInstanceName.NotFound"),
    (ErrorKind.NOT_FOUND, STAYS, 404, "InvalidDBInstance.NotFound"),
    (ErrorKind.NOT_FOUND, STAYS, 404, "Forbidden.InstanceNotFound"),
    (ErrorKind.NOT_FOUND, STAYS, 404, "InvalidSecurityGroupId.NotFound"),
    (ErrorKind.LIMIT, STAYS, 400, "AssociatedEcsSecurityGroupIdQuotaExceed"),
    (ErrorKind.INVALID, STAYS, 400, "OperationDenied.DBInstanceNetType"),
    (ErrorKind.INVALID, STAYS, 400, "InvalidSecurityGroup.NetworkTypeMismatch"),
    (ErrorKind.INVALID, STAYS, 400, "InvalidRegionId.NotFound"),
    (ErrorKind.INVALID, STAYS, 400, "NobodyKnowsThis"),
    (ErrorKind.INVALID, STAYS, 400, "InvalidParameter.DBInstanceStatus"),
    (ErrorKind.INVALID, STAYS, 400, "InvalidDBInstanceStatus.Malformed"),
    (ErrorKind.INVALID, STAYS, 400, "InvalidState.Format"),
    (ErrorKind.AUTH, STAYS, 404, "InvalidAccessKeyId.NotFound"),
    (ErrorKind.AUTH, STAYS, 400, "InvalidAccessKeyId.Inactive"),
    (ErrorKind.AUTH, STAYS, 400, "InvalidAccessKeySecret"),
    (ErrorKind.AUTH, STAYS, 200, "SignatureDoesNotMatch"),
    (ErrorKind.AUTH, STAYS, 400, "IncompleteSignature"),
    (ErrorKind.AUTH, STAYS, 400, "InvalidSecurityToken.Expired"),
    (ErrorKind.AUTH, STAYS, 400, "InvalidSecurityToken.Malformed"),
    (ErrorKind.AUTH, STAYS, 400, "MissingSecurityToken"),
    (ErrorKind.AUTH, STAYS, 400, "InvalidTimeStamp.Expired"),
    (ErrorKind.DENIED, STAYS, 403, "Forbidden"),
    (ErrorKind.DENIED, STAYS, 403, "Forbidden.RAM"),
    (ErrorKind.DENIED, STAYS, 403, "Forbedden.NotSupportRAM"),
    (ErrorKind.DENIED, STAYS, 403, "ActionUnauthorized"),
    (ErrorKind.DENIED, STAYS, 403, "NoPermission"),
    (ErrorKind.DENIED, STAYS, 403, "Forbidden.RiskControl"),
    (ErrorKind.DENIED, STAYS, 403, "Forbidden.Authentication"),
    (ErrorKind.DENIED, STAYS, 403, "RealNameAuthenticationError"),
    (ErrorKind.DENIED, STAYS, 400, "InsufficientBalance"),
]

# What no document lists, in families that say that something is under way or failed inside.
UNKNOWN = [
    (ErrorKind.STATE, "OperationDenied"),
    (ErrorKind.STATE, "OperationDenied.OutofUsage"),
    (ErrorKind.STATE, "OperationDenied.NobodyKnowsThis"),
    (ErrorKind.STATE, "SystemBusy"),
    (ErrorKind.STATE, "OperationConflict"),
    (ErrorKind.STATE, "TaskConflict"),
    (ErrorKind.STATE, "ConcurrentModification"),
    (ErrorKind.STATE, "ScalingActivityInProgress"),
    (ErrorKind.STATE, "Instance.Processing"),
    (ErrorKind.STATE, "IncorrectInstanceStatus"),
    (ErrorKind.STATE, "InstanceStatusInvalid"),
    (ErrorKind.STATE, "IncorrectClusterState"),
    (ErrorKind.TRANSIENT, "BackendTimeout"),
    (ErrorKind.TRANSIENT, "ResourceUnavailable"),
]


class TestErrors:
    @pytest.mark.parametrize(("kind", "passes", "status", "code"), CODES, ids=[f"{row[3]}-{row[2]}" for row in CODES])
    def test_every_code_has_its_kind(
        self, cloud: RdsSimulator, client: Client, kind: ErrorKind, passes: bool, status: int, code: str
    ) -> None:
        cloud.play(Refuse(status, code, "as the cloud says it"), READ)
        failure = failure_of(client)
        assert (failure.kind, failure.passes, failure.code, failure.doubtful) == (kind, passes, code, False)
        assert failure.message.endswith(f"({READ} answered {code}: as the cloud says it)")
        assert failure.request_id is not None
        assert len(failure.message.split(" (", maxsplit=1)[0]) > 20

    @pytest.mark.parametrize(("kind", "code"), UNKNOWN, ids=[row[1] for row in UNKNOWN])
    def test_an_unknown_code_in_a_family_that_passes_is_doubtful(
        self, cloud: RdsSimulator, client: Client, kind: ErrorKind, code: str
    ) -> None:
        cloud.play(Refuse(400, code, "as the cloud says it"), READ)
        failure = failure_of(client)
        assert (failure.kind, failure.passes, failure.doubtful) == (kind, True, True)
        assert failure.message.endswith(f"({READ} answered {code}: as the cloud says it)")

    @pytest.mark.parametrize("code", ["Forbidden.RiskControl", "InsufficientBalance"])
    def test_what_the_account_may_not_do_is_no_permission(self, cloud: RdsSimulator, client: Client, code: str) -> None:
        cloud.play(Refuse(403, code), READ)
        assert failure_of(client).message.startswith("Alibaba Cloud refuses the call for the account itself; look in")

    def test_a_missing_permission_is_named(self, cloud: RdsSimulator, client: Client, estate: Estate) -> None:
        cloud.play(Refuse(403, "Forbidden.RAM", "User not\nauthorized"), WRITE)
        assert failure_of(client, WRITE, DBInstanceId=estate.instances[0]).message == (
            "the credentials lack a permission; grant rds:ModifySecurityGroupConfiguration "
            "(ModifySecurityGroupConfiguration answered Forbidden.RAM: User not authorized)"
        )

    @pytest.mark.parametrize("status", [200, 400])
    def test_nothing_secret_is_quoted(self, cloud: RdsSimulator, connection: Connection, status: int) -> None:
        connection["security_token"] = "tok-en/7f3a=="
        said = (
            f"{ACCESS_KEY_ID} signed with {ACCESS_KEY_SECRET} and tok-en/7f3a==, "
            f"POST&%2F&AccessKeyId%3D{ACCESS_KEY_ID}%26SecurityToken%3Dtok-en%252F7f3a%253D%253D or "
            f"/?Signature=abc%3D&AccessKeyId={ACCESS_KEY_ID}&SecurityToken=tok-en%2F7f3a%3D%3D\n\n" + "x" * 1000
        )
        cloud.play(Refuse(status, "InvalidParameter", said), READ)
        message = failure_of(Client(connection, RDS, open_gate())).message
        assert "InvalidParameter: *** signed with *** and ***, *** or *** xxx" in message
        assert "tok-en" not in message
        assert len(message) < 600


class TestTraps:
    def test_an_error_under_http_200_is_an_error(self, cloud: RdsSimulator, client: Client) -> None:
        body = {"Code": "AssociatedEcsSecurityGroupIdQuotaExceed", "Message": "exceeded", "RequestId": "R-1"}
        cloud.play(Raw(200, json.dumps(body).encode(), JSON), READ)
        failure = failure_of(client)
        assert (failure.kind, failure.request_id) == (ErrorKind.LIMIT, "R-1")

    @pytest.mark.parametrize("message", ["Specified signature is not matched with our calculation.", ""])
    def test_a_wrong_signature_without_a_colon_is_told(self, cloud: RdsSimulator, client: Client, message: str) -> None:
        cloud.play(Refuse(400, "SignatureDoesNotMatch", message or "no colon"), READ)
        failure = failure_of(client)
        assert (failure.kind, failure.code, failure.passes) == (ErrorKind.AUTH, "SignatureDoesNotMatch", False)

    def test_a_wrong_secret_is_told_without_what_was_signed(self, connection: Connection) -> None:
        connection["access_key_secret"] = "wrong-secret"
        failure = failure_of(Client(connection, RDS, open_gate()))
        assert failure.kind is ErrorKind.AUTH
        assert failure.message.startswith(
            "Alibaba Cloud does not accept the credentials; check access_key_id, access_key_secret and security_token"
        )
        assert "wrong-secret" not in failure.message
        assert "%2F" not in failure.message

    def test_what_was_signed_is_not_quoted(self, cloud: RdsSimulator, client: Client) -> None:
        signed = f"POST&%2F&AccessKeyId%3D{ACCESS_KEY_ID}%26Action%3D{READ}"
        cloud.play(Refuse(400, "SignatureDoesNotMatch", f"server string to sign is:{signed}"), READ)
        assert failure_of(client).message.endswith("SignatureDoesNotMatch: server string to sign is:***)")

    @pytest.mark.parametrize("status", [200, 302, 400, 502])
    @pytest.mark.parametrize(
        "body",
        [
            b"<html>\n<body>Bad gateway</body>",
            b"",
            b"{}",
            b'{"Items": {}}',
            b"[]",
            b"null",
            b"7",
            b'"Code"',
            b'{"Code": 7}',
            b'{"Code": {"a": "b"}}',
            b"\xff\xfe",
        ],
    )
    def test_what_is_no_answer_is_a_failure(
        self, cloud: RdsSimulator, client: Client, body: bytes, status: int
    ) -> None:
        cloud.play(Raw(status, body, "text/html"), READ)
        failure = failure_of(client)
        if b"Code" not in body:
            assert (failure.kind, failure.passes) == (ErrorKind.TRANSIENT, True)
            assert failure.message.startswith("what answers is not the API of Alibaba Cloud")

    @pytest.mark.parametrize("code", ["Throttling.User", "InternalError"])
    def test_nothing_is_called_again(self, cloud: RdsSimulator, client: Client, code: str) -> None:
        cloud.play(Refuse(503, code), READ)
        failure_of(client)
        assert cloud.count(READ) == 1
        assert works(client)

    @pytest.mark.parametrize("applied", [True, False])
    def test_a_lost_answer_is_transient_and_not_asked_for_again(
        self, cloud: RdsSimulator, client: Client, applied: bool
    ) -> None:
        cloud.play(Hang(applied=applied), READ)
        failure = failure_of(client)
        assert (failure.kind, failure.passes, failure.code) == (ErrorKind.TRANSIENT, True, "SDK.HttpError")
        assert failure.message.startswith(
            "Alibaba Cloud cannot be reached; check region, endpoint, proxies and the network"
        )
        assert cloud.count(READ) == 1

    def test_a_body_that_breaks_off_is_transient(self, connection: Connection, serve: Serve) -> None:
        connection["endpoint"] = serve(
            b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"Items": {'
        )
        assert failure_of(Client(connection, RDS, open_gate())).kind is ErrorKind.TRANSIENT

    def test_a_silent_server_is_given_up(
        self, connection: Connection, serve: Serve, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(api, "READ_TIMEOUT", 0.2)
        connection["endpoint"] = serve(None)
        began = time.monotonic()
        failure = failure_of(Client(connection, RDS, open_gate()))
        assert (failure.kind, failure.passes) == (ErrorKind.TRANSIENT, True)
        assert 0.2 <= time.monotonic() - began < 2

    def test_nobody_there_is_transient(self, connection: Connection) -> None:
        connection["endpoint"] = "http://127.0.0.1:9"
        failure = failure_of(Client(connection, RDS, open_gate()))
        assert failure.kind is ErrorKind.TRANSIENT
        assert "Connection refused" in failure.message
        assert failure == failure_of(Client(connection, RDS, open_gate()))

    def test_calls_print_nothing(self, connection: Connection) -> None:
        # In a process of its own: pytest's handlers for logs keep the SDK's from speaking.
        script = (
            "import json, sys\n"
            "from tests.unit.gates import open_gate\n"
            "from ansible_collections.crosscloud.security_groups.plugins.module_utils._aliyun import api, client\n"
            "connection = json.loads(sys.argv[1])\n"
            "for endpoint in (connection['endpoint'], 'http://127.0.0.1:9'):\n"
            "    for action in ('DescribeDBInstances', 'NoSuchAction'):\n"
            "        try:\n"
            "            client.Client({**connection, 'endpoint': endpoint}, client.RDS, open_gate()).call(action)\n"
            "        except api.CloudError as error:\n"
            "            print(error.failure.code)\n"
        )
        done = subprocess.run(
            [sys.executable, "-c", script, json.dumps(connection)],
            env={**os.environ, "DEBUG": "sdk", "PYTHONPATH": str(Path(module.__file__).parents[6])},
            capture_output=True,
            text=True,
            check=True,
        )
        assert done.stdout.split() == ["InvalidAction.NotFound", "SDK.HttpError", "SDK.HttpError"]
        assert done.stderr == ""

    def test_a_connection_without_key_makes_no_noise(self, nothing_given: Connection) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with pytest.raises(CloudError, match="no Alibaba Cloud credentials"):
                Client(nothing_given, RDS, open_gate())

    @pytest.mark.parametrize("token", [None, "session"])
    def test_keys_in_the_environment_of_the_sdk_do_not_count(
        self, cloud: RdsSimulator, connection: Connection, token: str | None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("ALIYUN_ACCESS_KEY_ID", "another-id")
        monkeypatch.setenv("ALIYUN_ACCESS_KEY_SECRET", "another-secret")
        cloud.security_token = connection["security_token"] = token
        assert works(Client(connection, RDS, open_gate()))

    @pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy"])
    def test_no_proxy_is_read_as_everywhere(
        self, connection: Connection, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(name, "http://127.0.0.1:9")
        assert failure_of(Client(connection, RDS, open_gate())).kind is ErrorKind.TRANSIENT
        monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
        assert works(Client(connection, RDS, open_gate()))

    def test_passwords_of_other_tools_are_not_sent(
        self, cloud: RdsSimulator, connection: Connection, tmp_path: Path
    ) -> None:
        (tmp_path / ".netrc").write_text("default login somebody password something\n", encoding="utf-8")
        assert works(Client(connection, RDS, open_gate()))
        assert "authorization" not in {name.lower() for name in cloud.calls[0].request.headers}

    def test_what_is_sent_may_hold_any_character(self, cloud: RdsSimulator, client: Client, estate: Estate) -> None:
        tags = json.dumps({"rôle & more=~*+/%": "数据 库"}, ensure_ascii=False)
        assert client.call(READ, Tags=tags)["TotalRecordCount"] == 0
        assert cloud.calls[0].arguments["Tags"] == tags
        assert estate.instances


class TestThreads:
    def test_no_client_is_used_by_two_threads_at_once(
        self, cloud: RdsSimulator, connection: Connection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        busy: Counter[int] = Counter()
        shared: list[int] = []
        made: list[object] = []
        lock = threading.Lock()

        class Watched(api.AcsClient):  # type: ignore[misc]
            def __init__(self, **arguments: Any) -> None:
                super().__init__(**arguments)
                made.append(self)

            def do_action_with_exception(self, request: Any) -> Any:
                with lock:
                    busy[id(self)] += 1
                    shared.extend([id(self)] * (busy[id(self)] > 1))
                try:
                    return super().do_action_with_exception(request)
                finally:
                    with lock:
                        busy[id(self)] -= 1

        monkeypatch.setattr(api, "AcsClient", Watched)
        client = Client(connection, RDS, open_gate())
        cloud.delay = 0.01
        for _time in range(2):
            with ThreadPoolExecutor(8) as pool:
                list(pool.map(lambda _: client.call(READ), range(40)))
        assert cloud.count(READ) == 80
        assert not shared
        assert 1 < len(made) <= 8

    def test_a_client_is_used_again_after_a_failure(self, cloud: RdsSimulator, client: Client) -> None:
        cloud.play(Hang(), READ)
        cloud.play(Raw(200, b"<html>", JSON), READ)
        failure_of(client)
        failure_of(client)
        assert works(client)


class TestConnection:
    @pytest.mark.parametrize(
        ("endpoint", "expected"),
        [
            (None, ("https", "rds.aliyuncs.com")),
            ("", ("https", "rds.aliyuncs.com")),
            ("rds.aliyuncs.com", ("https", "rds.aliyuncs.com")),
            ("rds.cn-hangzhou.aliyuncs.com:443", ("https", "rds.cn-hangzhou.aliyuncs.com:443")),
            ("rds-vpc.cn-hangzhou.aliyuncs.com", ("https", "rds-vpc.cn-hangzhou.aliyuncs.com")),
            ("ecs.cn-hangzhou.aliyuncs.com", ("https", "rds.cn-hangzhou.aliyuncs.com")),
            ("https://STS.aliyuncs.com/", ("https", "rds.aliyuncs.com")),
            ("vpc-vpc.cn-hangzhou.aliyuncs.com", ("https", "rds-vpc.cn-hangzhou.aliyuncs.com")),
            ("rds", ("https", "rds")),
            ("proxy.example.org", ("https", "proxy.example.org")),
            ("127.0.0.1:8443", ("https", "127.0.0.1:8443")),
            ("http://127.0.0.1:8080/", ("http", "127.0.0.1:8080")),
            ("https://[::1]:8443", ("https", "[::1]:8443")),
        ],
    )
    def test_an_endpoint_is_taken_apart(
        self, connection: Connection, endpoint: str | None, expected: tuple[str, str]
    ) -> None:
        connection["endpoint"] = endpoint
        client = Client(connection, RDS, open_gate())
        assert (client._api._protocol, client._api._host) == expected  # noqa: SLF001 - nothing listens there

    @pytest.mark.parametrize(
        ("endpoint", "host"),
        [
            (None, "sts.aliyuncs.com"),
            ("rds.aliyuncs.com", "sts.aliyuncs.com"),
            ("rds.eu-central-1.aliyuncs.com", "sts.eu-central-1.aliyuncs.com"),
            ("rds-vpc.cn-hangzhou-finance.aliyuncs.com", "sts-vpc.cn-hangzhou-finance.aliyuncs.com"),
            ("sts.eu-central-1.aliyuncs.com", "sts.eu-central-1.aliyuncs.com"),
            ("gateway.example.org", "gateway.example.org"),
        ],
    )
    def test_sts_has_a_host_of_its_own_behind_an_endpoint(
        self, connection: Connection, endpoint: str | None, host: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hosts = asked_for(monkeypatch)
        role = {"endpoint": endpoint, "assume_role_arn": "acs:ram::1:role/a"}
        with pytest.raises(
            CloudError, match="'acs:ram::1:role/a' cannot be assumed: Alibaba Cloud cannot be reached"
        ) as it:
            Client({**connection, **role}, RDS, open_gate())
        assert it.value.failure.passes
        assert hosts == [host]

    @pytest.mark.parametrize(
        ("region", "host"),
        [
            ("cn-beijing", "rds.aliyuncs.com"),
            ("cn-hangzhou-finance", "rds-vpc.cn-hangzhou-finance.aliyuncs.com"),
            ("eu-central-1", "rds.eu-central-1.aliyuncs.com"),
            ("xx-nowhere-9", "rds.xx-nowhere-9.aliyuncs.com"),
        ],
    )
    def test_a_region_has_its_endpoint_without_a_look_up(
        self, connection: Connection, region: str, host: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hosts = asked_for(monkeypatch)
        client = Client({**connection, "endpoint": None, "region": region}, RDS, open_gate())
        assert failure_of(client).kind is ErrorKind.TRANSIENT
        assert hosts == [host]

    @pytest.mark.parametrize("endpoint", ["http://h/path", "https://u:p4ss@h", "https://h?a=b", "ftp://h", "a b"])
    def test_an_endpoint_that_is_more_or_less_is_refused(self, connection: Connection, endpoint: str) -> None:
        connection["endpoint"] = endpoint
        with pytest.raises(CloudError) as caught:
            Client(connection, RDS, open_gate())
        assert caught.value.failure.kind is ErrorKind.INVALID
        assert "p4ss" not in caught.value.failure.message

    def test_a_region_is_needed_and_sent(self, cloud: RdsSimulator, connection: Connection) -> None:
        assert works(Client(connection, RDS, open_gate()))
        assert cloud.calls[0].arguments["RegionId"] == REGION
        with pytest.raises(CloudError, match="no region; set region or the environment variable ALIBABA_CLOUD_REGION"):
            Client({**connection, "region": None}, RDS, open_gate())

    @pytest.mark.parametrize("region", ["evil.com/", "cn", "cn-hangzhou ", "CN-HANGZHOU"])
    def test_what_is_no_region_is_refused(self, connection: Connection, region: str) -> None:
        with pytest.raises(CloudError, match="is no region, such as cn-hangzhou"):
            Client({**connection, "region": region}, RDS, open_gate())

    def test_a_missing_sdk_is_told(self, connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "MISSING", ImportError("No module named 'aliyunsdkcore'"))
        with pytest.raises(ImportError, match=re.escape("No module named 'aliyunsdkcore'")):
            Client(connection, RDS, open_gate())
