# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The guard around the SDK, each of the SDK's traps on the wire."""

from __future__ import annotations

import json
import re
import threading
import time
from collections import Counter
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.errors import (
    CloudError,
    ErrorKind,
    Failure,
)
from ansible_collections.crosscloud.security_groups.plugins.module_utils._tencentcloud import client as module
from ansible_collections.crosscloud.security_groups.plugins.module_utils._tencentcloud import credentials
from ansible_collections.crosscloud.security_groups.plugins.module_utils._tencentcloud.client import Client

from tests.simulators.server import Hang, Raw, Refuse
from tests.simulators.tencentcloud import REGION, SECRET_ID, SECRET_KEY, Estate, TencentCloudSimulator
from tests.unit.conftest import Connection, Serve
from tests.unit.tencentcloud.connected import connected

READ = "DescribeNetworkInterfaces"
JSON = "application/json"
OTHER_JSON = "application/json; charset=utf-8"


def failure_of(client: Client, action: str = READ, arguments: Mapping[str, Any] | None = None) -> Failure:
    """Return the failure that a call ends with."""
    with pytest.raises(CloudError) as caught:
        client.call(action, arguments or {})
    failure = caught.value.failure
    assert "\n" not in failure.message
    assert SECRET_KEY not in failure.message
    assert SECRET_ID not in failure.message
    return failure


def refused(code: str, message: object = "what was said", **more: Any) -> bytes:
    return json.dumps({"Response": {"Error": {"Code": code, "Message": message}, **more}}).encode()


PASSES, PERHAPS, STAYS = (True, False), (True, True), (False, False)
"""Whether a failure passes, and whether that is doubtful."""

# Every code that the documents name for the calls made here, and for those with a star one that it covers.
CODES = [
    (ErrorKind.THROTTLED, PASSES, "RequestLimitExceeded"),
    (ErrorKind.THROTTLED, PASSES, "RequestLimitExceeded.UinLimitExceeded"),
    (ErrorKind.THROTTLED, PASSES, "LimitExceeded.ActionLimited"),
    (ErrorKind.TRANSIENT, PASSES, "ClientNetworkError"),
    (ErrorKind.TRANSIENT, PASSES, "ServerNetworkError"),
    (ErrorKind.TRANSIENT, PASSES, "InternalError"),
    (ErrorKind.TRANSIENT, PASSES, "InternalError.ModuleError"),
    (ErrorKind.TRANSIENT, PASSES, "InternalServerError"),
    (ErrorKind.TRANSIENT, PASSES, "ServiceUnavailable"),
    (ErrorKind.TRANSIENT, PASSES, "FailedOperation"),
    (ErrorKind.TRANSIENT, PASSES, "ResourceInUse"),
    (ErrorKind.TRANSIENT, PASSES, "ResourceUnavailable"),
    (ErrorKind.TRANSIENT, PASSES, "UnsupportedOperation.MutexOperationTaskRunning"),
    (ErrorKind.TRANSIENT, PASSES, "OperationDenied.MutexTaskRunning"),
    (ErrorKind.TRANSIENT, PASSES, "MutexOperation.TaskRunning"),
    (ErrorKind.TRANSIENT, PASSES, "DesOperation.MutexTaskRunning"),
    (ErrorKind.TRANSIENT, PASSES, "UnsupportedOperation.ResourceProcessing"),
    (ErrorKind.TRANSIENT, PASSES, "UnsupportedOperation.IdempotentProcessing"),
    (ErrorKind.TRANSIENT, PASSES, "UnsupportedOperation.TagAllocate"),
    (ErrorKind.TRANSIENT, PASSES, "UnsupportedOperation.TagFree"),
    (ErrorKind.TRANSIENT, PASSES, "UnsupportedOperation.LocalDiskMigratingToCloudDisk"),
    (ErrorKind.TRANSIENT, PASSES, "ResourceInUse.DiskRollbacking"),
    (ErrorKind.TRANSIENT, PASSES, "ResourceUnavailable.SnapshotCreating"),
    (ErrorKind.TRANSIENT, PERHAPS, "FailedOperation.TaskFailed"),
    (ErrorKind.TRANSIENT, PERHAPS, "ResourceInUse.UnheardOf"),
    (ErrorKind.TRANSIENT, PERHAPS, "ResourceUnavailable.UnheardOf"),
    (ErrorKind.TRANSIENT, PERHAPS, "ResourceBusy"),
    (ErrorKind.TRANSIENT, PERHAPS, "UnsupportedOperation.NatGatewayIsBusy"),
    (ErrorKind.TRANSIENT, PERHAPS, "UnsupportedOperation.LockedResources"),
    (ErrorKind.TRANSIENT, PERHAPS, "InvalidParameter.ActionInProgress"),
    (ErrorKind.TRANSIENT, PASSES, "OperationDenied.InstanceOperationInProgress"),
    (ErrorKind.TRANSIENT, PASSES, "FailedOperation.SecurityGroupActionFailed"),
    (ErrorKind.TRANSIENT, PASSES, "SecGroupActionFailure"),
    (ErrorKind.STATE, PASSES, "UnsupportedOperation.InvalidState"),
    (ErrorKind.STATE, PASSES, "UnsupportedOperation.ResourceIsInvalidState"),
    (ErrorKind.STATE, PASSES, "UnsupportedOperation.InstanceStatePending"),
    (ErrorKind.STATE, PASSES, "UnsupportedOperation.InstanceStateStarting"),
    (ErrorKind.STATE, PASSES, "UnsupportedOperation.InstanceStateStopping"),
    (ErrorKind.STATE, PASSES, "UnsupportedOperation.InstanceStateRebooting"),
    (ErrorKind.STATE, PASSES, "UnsupportedOperation.InstanceStateEnterRescueMode"),
    (ErrorKind.STATE, PASSES, "UnsupportedOperation.InstanceStateExitRescueMode"),
    (ErrorKind.STATE, PASSES, "UnsupportedOperation.InstanceStateEnterServiceLiveMigrate"),
    (ErrorKind.STATE, PASSES, "UnsupportedOperation.InstanceStateServiceLiveMigrate"),
    (ErrorKind.STATE, PASSES, "UnsupportedOperation.InstanceStateExitServiceLiveMigrate"),
    (ErrorKind.STATE, STAYS, "UnsupportedOperation.InstanceStateShutdown"),
    (ErrorKind.STATE, STAYS, "UnsupportedOperation.InstanceStateIsolating"),
    (ErrorKind.STATE, STAYS, "UnsupportedOperation.InstanceStateFreezing"),
    (ErrorKind.STATE, STAYS, "UnsupportedOperation.InstanceStateTerminating"),
    (ErrorKind.STATE, STAYS, "UnsupportedOperation.InstanceStateTerminated"),
    (ErrorKind.STATE, STAYS, "UnsupportedOperation.InstanceStateRescueMode"),
    (ErrorKind.STATE, STAYS, "UnsupportedOperation.StoppedModeStopCharging"),
    (ErrorKind.STATE, STAYS, "UnsupportedOperation.InstanceReinstallFailed"),
    (ErrorKind.STATE, STAYS, "UnsupportedOperation.InstanceStateBanning"),
    (ErrorKind.STATE, PERHAPS, "UnsupportedOperation.InstanceStateUnheardOf"),
    (ErrorKind.STATE, PERHAPS, "UnsupportedOperation.InvalidInstanceState"),
    (ErrorKind.STATE, PERHAPS, "InvalidInstanceState"),
    (ErrorKind.NOT_FOUND, STAYS, "ResourceNotFound"),
    (ErrorKind.NOT_FOUND, STAYS, "InvalidSecurityGroupID.NotFound"),
    (ErrorKind.INVALID, STAYS, "InvalidSecurityGroupID.Malformed"),
    (ErrorKind.NOT_FOUND, STAYS, "InvalidSecurityGroupId.NotFound"),
    (ErrorKind.NOT_FOUND, STAYS, "InvalidInstanceId.NotFound"),
    (ErrorKind.INVALID, STAYS, "InvalidInstanceId.Malformed"),
    (ErrorKind.LIMIT, STAYS, "LimitExceeded"),
    (ErrorKind.LIMIT, STAYS, "LimitExceeded.AssociateUSGLimitExceeded"),
    (ErrorKind.INVALID, STAYS, "UnsupportedOperation.EniServiceManaged"),
    (ErrorKind.INVALID, STAYS, "InvalidParameterValue.Malformed"),
    (ErrorKind.INVALID, STAYS, "UnsupportedRegion"),
    (ErrorKind.INVALID, STAYS, "NobodyKnowsThis"),
    (ErrorKind.INVALID, STAYS, "ResourcesSoldOut.AvailableZone"),
    (ErrorKind.INVALID, STAYS, "FailedOperation.InvalidInstanceApplicationRole"),
    (ErrorKind.INVALID, STAYS, "FailedOperation.IllegalTagKey"),
    (ErrorKind.INVALID, STAYS, "UnsupportedOperation"),
    (ErrorKind.AUTH, STAYS, "AuthFailure"),
    (ErrorKind.AUTH, STAYS, "AuthFailure.SignatureExpire"),
    (ErrorKind.AUTH, STAYS, "AuthFailure.SecretIdNotFound"),
    (ErrorKind.AUTH, STAYS, "UnauthorizedOperation.InvalidToken"),
    (ErrorKind.DENIED, STAYS, "AuthFailure.UnauthorizedOperation"),
    (ErrorKind.DENIED, STAYS, "UnauthorizedOperation"),
    (ErrorKind.DENIED, STAYS, "UnauthorizedOperation.MFAExpired"),
    (ErrorKind.DENIED, STAYS, "UnauthorizedOperation.NeedApproval"),
    (ErrorKind.DENIED, STAYS, "UnsupportedOperation.BpaasResources"),
]


class TestErrors:
    @pytest.mark.parametrize(("kind", "passes", "code"), CODES, ids=[row[2] for row in CODES])
    def test_every_code_has_its_kind(
        self, cloud: TencentCloudSimulator, vpc: Client, kind: ErrorKind, passes: tuple[bool, bool], code: str
    ) -> None:
        cloud.play(Refuse(200, code, "as the cloud says it"), READ)
        failure = failure_of(vpc)
        assert (failure.kind, (failure.passes, failure.doubtful), failure.code) == (kind, passes, code)
        assert failure.message.endswith(f"({READ} answered {code}: as the cloud says it)")
        assert failure.request_id is not None
        assert len(failure.message.split(" (", maxsplit=1)[0]) > 20

    def test_a_missing_permission_is_named(self, cloud: TencentCloudSimulator, vpc: Client, cvm: Client) -> None:
        write = "ModifyNetworkInterfaceAttribute"
        cloud.play(Refuse(200, "UnauthorizedOperation", "you may not\nresource (qcs::vpc) has no permission"), write)
        cloud.play(Refuse(200, "AuthFailure.UnauthorizedOperation"), "DescribeInstances")
        assert failure_of(vpc, write).message == (
            "the credentials lack a permission; grant vpc:ModifyNetworkInterfaceAttribute "
            "(ModifyNetworkInterfaceAttribute answered UnauthorizedOperation: you may not resource (qcs::vpc) has no "
            "permission)"
        )
        assert "grant cvm:DescribeInstances" in failure_of(cvm, "DescribeInstances").message

    def test_a_group_attached_too_often_is_no_long_list(self, cloud: TencentCloudSimulator, cvm: Client) -> None:
        write = "ModifyInstancesAttribute"
        cloud.play(Refuse(200, "LimitExceeded.CvmsVifsPerSecGroupLimitExceeded"), write)
        failure = failure_of(cvm, write)
        assert failure.kind is ErrorKind.LIMIT
        assert failure.message.startswith("a security group is attached to as many network interfaces as its quota")

    def test_nothing_secret_is_quoted(self, cloud: TencentCloudSimulator, connection: Connection) -> None:
        connection["token"] = "tok-en-7f3a"
        signature = "0123456789abcdef" * 4
        said = f"{SECRET_ID} signed {signature} with {SECRET_KEY} and tok-en-7f3a\n\n" + "x" * 1000
        cloud.play(Refuse(200, "AuthFailure.SignatureFailure", said), READ)
        message = failure_of(connected(connection)).message
        assert "AuthFailure.SignatureFailure: *** signed *** with *** and *** xxx" in message
        assert signature not in message
        assert len(message) < 600


class TestTraps:
    @pytest.mark.parametrize("content_type", [JSON, "text/plain", OTHER_JSON, "text/html", ""])
    def test_an_error_is_an_error_under_any_content_type(
        self, cloud: TencentCloudSimulator, vpc: Client, content_type: str
    ) -> None:
        cloud.play(Raw(200, refused("LimitExceeded", RequestId="r-1"), content_type), READ)
        failure = failure_of(vpc)
        assert (failure.kind, failure.request_id) == (ErrorKind.LIMIT, "r-1")

    def test_an_answer_is_an_answer_under_another_content_type(self, cloud: TencentCloudSimulator, vpc: Client) -> None:
        cloud.play(Raw(200, b'{"Response": {"TotalCount": 7}}', OTHER_JSON), READ)
        assert vpc.call(READ, {}) == {"TotalCount": 7}

    @pytest.mark.parametrize("content_type", [JSON, OTHER_JSON])
    @pytest.mark.parametrize(
        "body",
        [
            b"<html>\n<body>Bad gateway</body>",
            b"",
            b"{}",
            b"[]",
            b"null",
            b"7",
            b'"Response"',
            b'{"Response": null}',
            b'{"Response": []}',
            b'{"Response": "Error"}',
            b'{"Response": {"Error": null}}',
            b'{"Response": {"Error": "no"}}',
            b"\xff\xfe",
        ],
    )
    def test_what_is_no_answer_is_transient(
        self, cloud: TencentCloudSimulator, vpc: Client, body: bytes, content_type: str
    ) -> None:
        cloud.play(Raw(200, body, content_type), READ)
        failure = failure_of(vpc)
        assert (failure.kind, failure.passes) == (ErrorKind.TRANSIENT, True)
        assert failure.message.startswith("what answers is not the API of Tencent Cloud")

    @pytest.mark.parametrize("error", [{}, {"Code": None, "Message": None}, {"Code": ["x"], "Message": {"a": 1}}])
    def test_an_error_without_the_usual_fields_is_a_failure(
        self, cloud: TencentCloudSimulator, vpc: Client, error: dict[str, Any]
    ) -> None:
        cloud.play(Raw(200, json.dumps({"Response": {"Error": error}}).encode(), OTHER_JSON), READ)
        failure = failure_of(vpc)
        assert (failure.kind, failure.passes) == (ErrorKind.TRANSIENT, True)

    def test_a_status_other_than_200_is_no_bytes_in_a_message(self, cloud: TencentCloudSimulator, vpc: Client) -> None:
        cloud.play(Raw(502, b"<html>\r\n<h1>Bad \xff gateway</h1>", "text/html"), READ)
        failure = failure_of(vpc)
        assert (failure.kind, failure.passes, failure.code) == (ErrorKind.TRANSIENT, True, "ServerNetworkError")
        assert failure.message.endswith(
            "(DescribeNetworkInterfaces answered ServerNetworkError: <html> <h1>Bad \ufffd gateway</h1>)"
        )

    def test_an_error_under_another_status_keeps_its_code(self, cloud: TencentCloudSimulator, vpc: Client) -> None:
        cloud.play(Refuse(403, "AuthFailure.TokenFailure"), READ)
        assert failure_of(vpc).kind is ErrorKind.AUTH

    @pytest.mark.parametrize(("status", "code"), [(500, "Gateway.Timeout"), (503, "NobodyKnowsThis")])
    def test_an_unknown_error_under_another_status_is_no_refusal(
        self, cloud: TencentCloudSimulator, vpc: Client, status: int, code: str
    ) -> None:
        cloud.play(Refuse(status, code), READ)
        failure = failure_of(vpc)
        assert (failure.kind, failure.passes, failure.code) == (ErrorKind.TRANSIENT, True, code)

    def test_a_throttled_call_is_made_once(self, cloud: TencentCloudSimulator, vpc: Client) -> None:
        cloud.play(Refuse(200, "RequestLimitExceeded"), READ)
        failure_of(vpc)
        assert cloud.count(READ) == 1
        assert "NetworkInterfaceSet" in vpc.call(READ, {})

    def test_messages_are_asked_for_in_english(self, cloud: TencentCloudSimulator, vpc: Client) -> None:
        vpc.call(READ, {})
        headers = {name.lower(): value for name, value in cloud.calls[0].request.headers.items()}
        assert headers["x-tc-language"] == "en-US"
        assert headers["x-tc-region"] == REGION

    def test_a_token_is_sent(self, cloud: TencentCloudSimulator, connection: Connection) -> None:
        cloud.token = connection["token"] = "session"
        assert "NetworkInterfaceSet" in connected(connection).call(READ, {})

    @pytest.mark.parametrize("applied", [True, False])
    def test_a_lost_answer_is_transient(self, cloud: TencentCloudSimulator, vpc: Client, applied: bool) -> None:
        cloud.play(Hang(applied=applied), READ)
        failure = failure_of(vpc)
        assert (failure.kind, failure.passes, failure.code) == (ErrorKind.TRANSIENT, True, "ClientNetworkError")
        assert failure.message.startswith(
            "Tencent Cloud cannot be reached; check region, endpoint, proxies and the network"
        )

    def test_a_body_that_breaks_off_is_transient(self, connection: Connection, serve: Serve) -> None:
        connection["endpoint"] = serve(
            b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 500\r\n\r\n{"Response": {'
        )
        failure = failure_of(connected(connection))
        assert (failure.kind, failure.passes, failure.code) == (ErrorKind.TRANSIENT, True, "ClientNetworkError")

    def test_a_silent_server_is_given_up(
        self, connection: Connection, serve: Serve, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module, "TIMEOUTS", (0.2, 0.2))
        connection["endpoint"] = serve(None)
        began = time.monotonic()
        assert failure_of(connected(connection)).kind is ErrorKind.TRANSIENT
        assert time.monotonic() - began < 2

    def test_nobody_there_is_transient(self, connection: Connection) -> None:
        connection["endpoint"] = "http://127.0.0.1:9"
        assert failure_of(connected(connection)).kind is ErrorKind.TRANSIENT

    @pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy"])
    def test_no_proxy_is_read_as_everywhere(
        self, connection: Connection, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(name, "http://127.0.0.1:9")
        assert failure_of(connected(connection)).kind is ErrorKind.TRANSIENT
        monkeypatch.setenv("NO_PROXY", "127.0.0.1,localhost")
        assert "NetworkInterfaceSet" in connected(connection).call(READ, {})

    def test_passwords_of_other_tools_are_not_sent(
        self, cloud: TencentCloudSimulator, connection: Connection, tmp_path: Path
    ) -> None:
        (tmp_path / ".netrc").write_text("default login somebody password something\n", encoding="utf-8")
        assert "NetworkInterfaceSet" in connected(connection).call(READ, {})
        assert [call.status for call in cloud.calls] == [200]

    @pytest.mark.parametrize("status", [301, 302, 307, 308])
    def test_a_redirection_is_not_followed(
        self, cloud: TencentCloudSimulator, connection: Connection, serve: Serve, status: int
    ) -> None:
        elsewhere = f"HTTP/1.1 {status} Elsewhere\r\nLocation: {cloud.url}/\r\nContent-Length: 0\r\n\r\n"
        connection["endpoint"] = serve(elsewhere.encode())
        assert failure_of(connected(connection)).kind is ErrorKind.TRANSIENT
        assert cloud.calls == []


class TestThreads:
    def test_no_client_is_used_by_two_threads_at_once(
        self, cloud: TencentCloudSimulator, connection: Connection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        busy: Counter[int] = Counter()
        shared: list[int] = []
        made: list[object] = []
        lock = threading.Lock()

        class Watched(module.CommonClient):  # type: ignore[misc]
            def __init__(self, *arguments: Any) -> None:
                super().__init__(*arguments)
                made.append(self)

            def call_json(self, *arguments: Any, **options: Any) -> Any:
                with lock:
                    busy[id(self)] += 1
                    shared.extend([id(self)] * (busy[id(self)] > 1))
                try:
                    return super().call_json(*arguments, **options)
                finally:
                    with lock:
                        busy[id(self)] -= 1

        monkeypatch.setattr(module, "CommonClient", Watched)
        client = connected(connection)
        cloud.delay = 0.01
        for _time in range(2):
            with ThreadPoolExecutor(8) as pool:
                list(pool.map(lambda _: client.call(READ, {}), range(40)))
        assert cloud.count(READ) == 80
        assert not shared
        assert 1 < len(made) <= 8

    def test_a_client_is_used_again_after_a_failure(
        self, cloud: TencentCloudSimulator, vpc: Client, estate: Estate
    ) -> None:
        cloud.play(Hang(), READ)
        cloud.play(Raw(200, b"{}", JSON), READ)
        failure_of(vpc)
        failure_of(vpc)
        assert vpc.call(READ, {})["TotalCount"] == len(estate.network_interfaces) + len(estate.primaries)


class TestConnection:
    @pytest.mark.parametrize(
        ("endpoint", "expected"),
        [
            (None, ("https", None)),
            ("", ("https", None)),
            ("vpc.intl.tencentcloudapi.com", ("https", "vpc.intl.tencentcloudapi.com")),
            ("cvm.ap-shanghai-fsi.tencentcloudapi.com", ("https", "vpc.ap-shanghai-fsi.tencentcloudapi.com")),
            ("http://CDB.example.org:8080", ("http", "vpc.example.org:8080")),
            ("127.0.0.1:8443", ("https", "127.0.0.1:8443")),
            ("http://127.0.0.1:8080/", ("http", "127.0.0.1:8080")),
            ("https://[::1]:8443", ("https", "[::1]:8443")),
        ],
    )
    def test_an_endpoint_is_taken_apart(
        self, connection: Connection, endpoint: str | None, expected: tuple[str, str | None]
    ) -> None:
        connection["endpoint"] = endpoint
        profile = connected(connection)._profile.httpProfile  # noqa: SLF001 - nothing listens there
        assert (profile.protocol, profile.endpoint) == expected

    @pytest.mark.parametrize("endpoint", ["http://h/path", "https://u:p4ss@h", "https://h?a=b", "ftp://h", "a b"])
    def test_an_endpoint_that_is_more_or_less_is_refused(self, connection: Connection, endpoint: str) -> None:
        connection["endpoint"] = endpoint
        with pytest.raises(CloudError) as caught:
            connected(connection)
        assert caught.value.failure.kind is ErrorKind.INVALID
        assert "p4ss" not in caught.value.failure.message

    def test_a_region_is_needed(self, connection: Connection) -> None:
        connection["region"] = None
        with pytest.raises(CloudError, match="no region; set region or the environment variable TENCENTCLOUD_REGION"):
            connected(connection)

    @pytest.mark.parametrize("region", ["ap-guangzhou\n", "広州", "guangzhou"])
    def test_what_is_no_region_is_named(self, connection: Connection, region: str) -> None:
        connection["region"] = region
        with pytest.raises(CloudError, match="is no region, such as ap-guangzhou"):
            connected(connection)

    def test_a_missing_sdk_is_told(self, connection: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(credentials, "MISSING", ImportError("No module named 'tencentcloud'"))
        with pytest.raises(ImportError, match=re.escape("No module named 'tencentcloud'")):
            connected(connection)
