# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials that cannot be had, errors that all services have, endpoints without TLS, and the pace of calls."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.simulators.aws import AwsSimulator
from tests.simulators.server import Meddle, Raw, Refuse
from tests.unit.conftest import Connection, ours, throttled_twice

if TYPE_CHECKING:
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.options import Runtime
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.errors import Failure

ONE = "fsmt-00000001"
WRITE = "ModifyMountTargetSecurityGroups"
JSON = "application/json"
SSO = """
[profile people]
sso_session = ours
sso_account_id = 123456789012
sso_role_name = reader
region = eu-central-1
[sso-session ours]
sso_region = eu-central-1
sso_start_url = https://ours.awsapps.com/start
"""
ROLE = """
[profile source]
aws_access_key_id = AKIDEXAMPLE
aws_secret_access_key = secret
[profile people]
role_arn = arn:aws:iam::123456789012:role/reader
source_profile = source
"""
CIRCLE = """
[profile people]
role_arn = arn:aws:iam::123456789012:role/reader
source_profile = other
[profile other]
role_arn = arn:aws:iam::123456789012:role/writer
source_profile = people
"""


MFA = f"{ROLE}mfa_serial = arn:aws:iam::123456789012:mfa/me\n"


@pytest.fixture
def read_with_profile(
    connection: Connection,
    runtime: Runtime,
    cloud: AwsSimulator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[str], Failure]:
    """Read a mount target with a profile of this configuration, and return what is in the way."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", cloud.url)
    # Only what is worth another try, and here nothing is.
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")

    def read(configuration: str) -> Failure:
        (tmp_path / "config").write_text(configuration, encoding="utf-8")
        given = {**connection, "access_key": None, "secret_key": None, "profile": "people"}
        try:
            return ours("_aws.kinds.efs_mount_target").DECLARATION.connect(given, runtime).read([ONE])[ONE]
        except ours("_core.errors").CloudError as error:
            return error.failure

    return read


@pytest.mark.parametrize(
    ("configuration", "said"),
    [
        ("", "The config profile (people) could not be found"),
        ("people", "Unable to parse config file"),
        (SSO, "Error loading SSO Token"),
        (CIRCLE, "Infinite loop in credential configuration detected"),
        ("[profile people]\ncredential_process = /nowhere/keys", "[Errno 2] No such file or directory"),
        ("[profile people]\ncredential_process = echo no JSON", "Expecting value"),
    ],
)
def test_credentials_that_cannot_be_had(
    read_with_profile: Callable[[str], Failure], configuration: str, said: str
) -> None:
    found = read_with_profile(configuration)
    assert (found.kind, found.passes) == ("auth", False)
    assert found.message.startswith(
        "there are no usable AWS credentials; check profile and the AWS configuration of this machine, or give "
        f"access_key and secret_key ({said}"
    )


def test_a_role_that_may_not_be_assumed(read_with_profile: Callable[[str], Failure], cloud: AwsSimulator) -> None:
    error = b"<Error><Code>AccessDenied</Code><Message>not authorized</Message></Error>"
    cloud.play(Raw(403, b"<ErrorResponse>%s</ErrorResponse>" % error, "text/xml"), "AssumeRole", times=None)
    found = read_with_profile(ROLE)
    assert found.kind == "denied"
    assert found.message == (
        "the credentials lack a permission; grant sts:AssumeRole (AssumeRole answered AccessDenied: not authorized)"
    )


def test_a_role_is_asked_for_as_the_task_says(
    connection: Connection, runtime: Runtime, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "config").write_text(ROLE, encoding="utf-8")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://sts.nowhere.invalid")
    config = {"proxies": {"http": "http://user:geheim@127.0.0.1:9"}, "retries": {"total_max_attempts": 1}}
    given = {**connection, "access_key": None, "secret_key": None, "profile": "people", "aws_config": config}
    with pytest.raises(ours("_core.errors").CloudError, match=r"proxies and the network .*127\.0\.0\.1:9") as caught:
        ours("_aws.kinds.efs_mount_target").DECLARATION.connect(given, runtime)
    assert "geheim" not in caught.value.failure.message


def test_a_profile_that_asks_for_a_code(read_with_profile: Callable[[str], Failure]) -> None:
    found = read_with_profile(MFA)
    assert (found.kind, found.passes) == ("auth", False)
    assert found.message.startswith("the profile asks for a code (mfa_serial), which no task can give")


def test_a_token_that_no_header_can_hold_is_not_shown(read_with_profile: Callable[[str], Failure]) -> None:
    keys = '{"Version": 1, "AccessKeyId": "AKIDEXAMPLE", "SecretAccessKey": "x", "SessionToken": "geheim\\\\n"}'
    found = read_with_profile(f"[profile people]\ncredential_process = printf '%b' '{keys}'")
    assert found.kind == "auth"
    assert found.message.startswith("the session token of the AWS credentials has characters that no key has")
    assert "geheim" not in found.message


def test_a_token_without_keys_is_refused(connection: Connection, runtime: Runtime) -> None:
    given = {**connection, "access_key": None, "secret_key": None, "session_token": "a-token"}
    with pytest.raises(ours("_core.errors").CloudError, match=r"^session_token goes with access_key and secret_key"):
        ours("_aws.kinds.efs_mount_target").DECLARATION.connect(given, runtime)


ON_WRITE = "elasticfilesystem:ModifyMountTargetSecurityGroups and ec2:ModifyNetworkInterfaceAttribute"
KEYS = "AWS does not accept the credentials; check access_key, secret_key and session_token, or profile, and that the "
ACCOUNT = "the account cannot use the service"
CLOCK = "the clocks of this machine and of AWS differ too much"
THROTTLED = "AWS throttles the calls of this account"
FAILED = "AWS failed to answer; run the task again"


@pytest.mark.parametrize(
    ("status", "code", "kind", "said"),
    [
        # A region that the account has not enabled refuses keys that are right.
        (403, "UnrecognizedClientException", "auth", f"{KEYS}account has enabled the region"),
        (401, "AuthFailure", "auth", f"{KEYS}account has enabled the region"),
        (403, "InvalidClientTokenId", "auth", f"{KEYS}account has enabled the region"),
        (403, "InvalidSignatureException", "auth", "or profile, and the clock of this machine"),
        (403, "SignatureDoesNotMatch", "auth", "or profile, and the clock of this machine"),
        (400, "RequestExpired", "auth", CLOCK),
        (403, "RequestTimeTooSkewed", "auth", CLOCK),
        (403, "ExpiredTokenException", "auth", "the session token has expired; get new credentials"),
        (400, "InvalidIdentityToken", "auth", "the web identity token"),
        (403, "IDPRejectedClaim", "auth", "the web identity token"),
        (400, "NotAuthorized", "denied", f"the credentials lack a permission; grant {ON_WRITE}"),
        (401, "NotAuthorized", "denied", f"the credentials lack a permission; grant {ON_WRITE}"),
        (403, "NeverHeardOf", "denied", f"check that the credentials have the permission {ON_WRITE}"),
        (403, "SubscriptionRequiredException", "denied", ACCOUNT),
        (403, "OptInRequired", "denied", ACCOUNT),
        (401, "PendingVerification", "denied", ACCOUNT),
        (400, "Blocked", "denied", ACCOUNT),
        (403, "RegionDisabledException", "denied", "the account has not enabled STS in the region"),
        (400, "SlowDown", "throttled", THROTTLED),
        (400, "PriorRequestNotComplete", "throttled", THROTTLED),
        (400, "TransactionInProgressException", "throttled", THROTTLED),
        (400, "EC2ThrottledException", "throttled", THROTTLED),
        (400, "RequestThrottledException", "throttled", THROTTLED),
        (429, "NeverHeardOf", "throttled", THROTTLED),
        (400, "RequestAbortedException", "transient", FAILED),
        (400, "RequestTimeout", "transient", FAILED),
        (408, "RequestTimeoutException", "transient", FAILED),
        (408, "NeverHeardOf", "transient", FAILED),
        (400, "DependencyTimeout", "transient", FAILED),
        (400, "InternalFailure", "transient", FAILED),
        (400, "InternalError", "transient", FAILED),
        (400, "ServiceUnavailableException", "transient", FAILED),
        (400, "Unavailable", "transient", FAILED),
        (400, "IDPCommunicationError", "transient", FAILED),
        (400, "NeverHeardOf", "invalid", "AWS refuses the request"),
    ],
)
def test_errors_that_all_services_have(
    connection: Connection, runtime: Runtime, cloud: AwsSimulator, status: int, code: str, kind: str, said: str
) -> None:
    cloud.play(Refuse(status, code), WRITE)
    failure = write_refused(connection, runtime)
    assert (failure.kind, failure.code, failure.doubtful) == (kind, code, False)
    assert failure.passes is (kind in ("throttled", "transient"))
    assert said in failure.message
    assert "permission" not in failure.message or "permission" in said


def test_a_conflict_that_nobody_knows_may_pass(connection: Connection, runtime: Runtime, cloud: AwsSimulator) -> None:
    cloud.play(Refuse(409, "OperationInProgress", "later"), WRITE)
    failure = write_refused(connection, runtime)
    assert (failure.kind, failure.passes, failure.doubtful) == ("state", True, True)
    assert (
        failure.message
        == f"its state allows no change now; run the task again ({WRITE} answered OperationInProgress: later)"
    )


def write_refused(connection: Connection, runtime: Runtime) -> Failure:
    targets = ours("_aws.kinds.efs_mount_target").DECLARATION.connect(connection, runtime)
    before = ours("_core.adapter").Snapshot(ONE, ("sg-00000001",), 0.0, "available")
    with pytest.raises(ours("_core.errors").CloudError) as caught:
        targets.write(before, ["sg-00000002"])
    return caught.value.failure


@pytest.mark.parametrize("answered", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b""])
def test_what_speaks_no_tls_is_out_of_reach(
    connection: Connection, runtime: Runtime, serve: Callable[[bytes | None], str], answered: bytes
) -> None:
    given = {**connection, "endpoint_url": serve(answered).replace("http://", "https://")}
    found = ours("_aws.kinds.efs_mount_target").DECLARATION.connect(given, runtime).read([ONE])[ONE]
    assert (found.kind, found.passes) == ("transient", True)
    assert found.message.startswith("AWS cannot be reached; check region, endpoint_url, proxies and the network (")


@pytest.mark.parametrize("retries", [None, {"retries": {"mode": "adaptive", "total_max_attempts": 5}}])
def test_the_schedule_alone_keeps_the_pace(
    connection: Connection,
    runtime: Runtime,
    cloud: AwsSimulator,
    monkeypatch: pytest.MonkeyPatch,
    waits: list[float],
    retries: dict[str, object] | None,
) -> None:
    # In this mode botocore has the calls of a client wait once one was throttled.
    monkeypatch.setenv("AWS_RETRY_MODE", "adaptive")
    action = "ModifyMountTargetSecurityGroups"
    cloud.play(Refuse(429, "ThrottlingException"), action, times=None)
    targets = ours("_aws.kinds.efs_mount_target").DECLARATION.connect({**connection, "aws_config": retries}, runtime)
    before = ours("_core.adapter").Snapshot(ONE, ("sg-00000001",), 0.0, "available")
    throttled_twice(lambda: targets.write(before, ["sg-00000001", "sg-00000002"]))
    assert waits == []
    assert [call.action for call in cloud.calls] == [action, action]
    assert all("cfg/retry-mode#standard" in call.request.headers["User-Agent"] for call in cloud.calls)


def test_a_list_does_not_grow_old_while_the_state_is_waited_for(
    connection: Connection, runtime: Runtime, cloud: AwsSimulator
) -> None:
    groups, state = "DescribeMountTargetSecurityGroups", "DescribeMountTargets"
    described = {"MountTargetId": ONE, "FileSystemId": "fs-00000001", "LifeCycleState": "available"}
    slow = Meddle(lambda: time.sleep(0.3), Raw(200, json.dumps({"MountTargets": [described]}).encode(), JSON))
    cloud.play(slow, state)
    cloud.play(Raw(200, b'{"SecurityGroups": ["sg-00000001"]}', JSON), groups)
    targets = ours("_aws.kinds.efs_mount_target").DECLARATION.connect(connection, runtime)
    assert targets.read([ONE], lambda *_list: None)[ONE].groups == ("sg-00000001",)
    assert [call.action for call in cloud.calls] == [state, groups]
