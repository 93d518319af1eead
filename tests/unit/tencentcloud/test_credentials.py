# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a key comes from, and that nothing else is looked for where there is one."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible import metadata
from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.options import (
    info_arguments,
    resolve,
)
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.errors import CloudError, ErrorKind
from ansible_collections.crosscloud.security_groups.plugins.module_utils._tencentcloud import credentials as module
from ansible_collections.crosscloud.security_groups.plugins.module_utils._tencentcloud.kinds.qcloud_eni import (
    DECLARATION,
)
from ansible_collections.crosscloud.security_groups.plugins.module_utils._tencentcloud.options import (
    CONNECTION,
    REFUSED,
)

from tests.simulators.server import Effect, Hang, Raw, Refuse, Reply, Request, Simulator
from tests.simulators.tencentcloud import REGION, SECRET_ID, SECRET_KEY, TencentCloudSimulator
from tests.unit.conftest import Connection, Serve
from tests.unit.tencentcloud.connected import connected

READ = "DescribeNetworkInterfaces"
ROLE_PATH = "/latest/meta-data/cam/security-credentials/"
ROLE = "qcs::cam::uin/100000000001:roleName/ansible"
POLICY = '{"version": "2.0", "statement": [{"effect": "allow", "action": ["vpc:*"], "resource": ["*"]}]}'
ENVIRON = {
    "TENCENTCLOUD_SECRET_ID": "env-id",
    "TENCENTCLOUD_SECRET_KEY": "env-key",
    "TENCENTCLOUD_TOKEN": "env-token",
    "TENCENTCLOUD_REGION": "env-region",
}


class Metadata(Simulator):
    """The metadata service of an instance with a role, whose credentials are good for ``lifetime`` seconds."""

    lifetime = 7200

    def identify(self, request: Request) -> tuple[str, tuple[str, ...], dict[str, object]]:
        return request.target, (), {}

    def answer(self, action: str, arguments: Any, request: Request) -> Reply:  # noqa: ARG002 - as in Simulator
        if action == ROLE_PATH:
            return Reply(200, b"web-role", "text/plain")
        assert action == f"{ROLE_PATH}web-role"
        credentials = {
            "TmpSecretId": SECRET_ID,
            "TmpSecretKey": SECRET_KEY,
            "Token": "role-token",
            "ExpiredTime": int(time.time()) + self.lifetime,
            "Code": "Success",
        }
        return Reply(200, json.dumps(credentials).encode(), "application/json")

    def error(self, action: str, refusal: Any) -> Reply:
        raise NotImplementedError


@pytest.fixture
def no_key(connection: Connection) -> Connection:
    return {**connection, "secret_id": None, "secret_key": None}


@pytest.fixture(autouse=True)
def _no_metadata(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens there, so that a look-up fails at once."""
    look_up_at(monkeypatch, "http://127.0.0.1:9")


def look_up_at(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setattr(module.sdk.CVMRoleCredential, "_role_endpoint", url + ROLE_PATH)


def write_profile(tmp_path: Path, content: str) -> None:
    folder = tmp_path / ".tencentcloud"
    folder.mkdir()
    (folder / "credentials").write_text(content, encoding="utf-8")


def write_credential(folder: Path, profile: str, content: dict[str, str]) -> None:
    folder.mkdir(exist_ok=True)
    (folder / f"{profile}.credential").write_text(json.dumps(content), encoding="utf-8")


def failure_of(connection: Connection) -> Any:
    with pytest.raises(CloudError) as caught:
        connected(connection)
    assert SECRET_KEY not in caught.value.failure.message
    return caught.value.failure


def given_by(environ: dict[str, str], given: dict[str, str] | None = None) -> dict[str, object]:
    return {name: value for name, value in resolve(CONNECTION, given or {}, environ).items() if value is not None}


class TestOptions:
    def test_the_environment_stands_in(self) -> None:
        assert given_by(ENVIRON) == {
            "secret_id": "env-id",
            "secret_key": "env-key",
            "token": "env-token",
            "region": "env-region",
        }

    def test_variables_have_the_names_of_other_tools(self) -> None:
        provider = {
            "TENCENTCLOUD_SECURITY_TOKEN": "token",
            "TENCENTCLOUD_PROFILE": "profile",
            "TENCENTCLOUD_SHARED_CREDENTIALS_DIR": "/dir",
            "TENCENTCLOUD_ASSUME_ROLE_ARN": "arn",
            "TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME": "session",
            "TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION": "600",
            "TENCENTCLOUD_ASSUME_ROLE_EXTERNAL_ID": "external",
        }
        assert given_by(provider) == {
            "token": "token",
            "profile": "profile",
            "shared_credentials_dir": "/dir",
            "assume_role_arn": "arn",
            "assume_role_session_name": "session",
            "assume_role_session_duration": "600",
            "assume_role_external_id": "external",
        }
        command_line = {
            "TCCLI_PROFILE": "profile",
            "TENCENTCLOUD_ROLE_ARN": "arn",
            "TENCENTCLOUD_ROLE_SESSION_NAME": "session",
        }
        assert given_by(command_line) == {
            "profile": "profile",
            "assume_role_arn": "arn",
            "assume_role_session_name": "session",
        }

    @pytest.mark.parametrize(
        "given",
        [{"secret_id": "id", "secret_key": "key"}, {"profile": "mine"}, {"shared_credentials_dir": "/mine"}],
        ids=lambda given: next(iter(given)),
    )
    def test_whom_the_environment_names_does_not_join_whom_the_task_names(self, given: dict[str, str]) -> None:
        environ = {**ENVIRON, "TENCENTCLOUD_ASSUME_ROLE_ARN": "arn", "TENCENTCLOUD_ASSUME_ROLE_EXTERNAL_ID": "external"}
        assert given_by({**environ, **dict.fromkeys(REFUSED, "set")}, given) == {**given, "region": "env-region"}

    @pytest.mark.parametrize("name", REFUSED)
    def test_what_other_tools_act_as_and_these_modules_do_not_is_refused(self, name: str) -> None:
        with pytest.raises(CloudError, match=f"^the environment variable {name} is set and not supported; unset it"):
            resolve(CONNECTION, {}, {**ENVIRON, name: "set"})

    def test_a_token_of_the_environment_does_not_join_the_key_of_the_task(self) -> None:
        resolved = resolve(CONNECTION, {"secret_id": "id", "secret_key": "key"}, ENVIRON)
        assert resolved["token"] is None

    def test_an_empty_variable_counts_as_not_set(self) -> None:
        assert set(resolve(CONNECTION, {}, dict.fromkeys(ENVIRON, "")).values()) == {None}

    def test_secrets_are_marked(self) -> None:
        assert [option.name for option in CONNECTION if option.secret] == ["secret_key", "token"]

    def test_a_task_names_one_key(self) -> None:
        exclusive = info_arguments(DECLARATION)["mutually_exclusive"]
        keys, files = ("secret_id", "secret_key", "token"), ("profile", "shared_credentials_dir")
        assert set(exclusive[1:]) == {(key, file) for key in keys for file in files}


class TestKeys:
    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (
                {"secret_id": None},
                "secret_key is set and secret_id is missing; set secret_id or the environment variable ",
            ),
            (
                {"secret_key": ""},
                "secret_id is set and secret_key is missing; set secret_key or the environment variable ",
            ),
            (
                {"secret_id": "", "secret_key": "", "token": "t"},
                "token goes with secret_id and secret_key; give all three",
            ),
        ],
    )
    def test_half_a_key_is_refused(self, connection: Connection, change: Connection, message: str) -> None:
        failure = failure_of({**connection, **change})
        assert failure.kind is ErrorKind.INVALID
        assert failure.message.startswith(message)

    @pytest.mark.parametrize("name", ["secret_id", "secret_key", "token"])
    @pytest.mark.parametrize("value", ["se-cret\n", " se-cret", "se cret", "se-cret\u200b", "sé-cret", "se-cret\x00"])
    def test_what_no_key_holds_is_refused_without_being_shown(
        self, connection: Connection, name: str, value: str
    ) -> None:
        failure = failure_of({**connection, name: value})
        assert failure.kind is ErrorKind.AUTH
        assert failure.message.startswith(f"{name} has characters that no key has")
        assert "cret" not in failure.message.replace("secret_", "")

    def test_with_a_key_neither_file_nor_machine_is_asked(
        self, connection: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write_profile(tmp_path, "this is no profile")
        with Metadata() as metadata:
            look_up_at(monkeypatch, metadata.url)
            assert "NetworkInterfaceSet" in connected(connection).call(READ, {})
            assert metadata.calls == []


class TestProfileFile:
    def test_it_gives_the_key(self, no_key: Connection, tmp_path: Path) -> None:
        write_profile(tmp_path, f"[default]\nsecret_id={SECRET_ID}\nsecret_key = {SECRET_KEY}\n")
        assert "NetworkInterfaceSet" in connected(no_key).call(READ, {})

    @pytest.mark.parametrize("content", ["", "[other]\nsecret_id=x\nsecret_key=y\n", "[default]\nsecret_id=x\n"])
    def test_one_without_a_default_key_is_passed_over(self, no_key: Connection, tmp_path: Path, content: str) -> None:
        write_profile(tmp_path, content)
        assert failure_of(no_key).message.startswith("no Tencent Cloud credentials; set secret_id and secret_key")

    @pytest.mark.parametrize(
        "content", ["secret_key=se-cret\n", "[default]\nse-cret\n", "[default]\nsecret_id=a se-cret \nsecret_id=b\n"]
    )
    def test_one_that_cannot_be_read_is_told_without_being_shown(
        self, no_key: Connection, tmp_path: Path, content: str
    ) -> None:
        write_profile(tmp_path, content)
        failure = failure_of(no_key)
        assert failure.kind is ErrorKind.AUTH
        assert failure.message.startswith(
            f"the file of credentials, {tmp_path}/.tencentcloud/credentials, cannot be read"
        )
        assert "se-cret" not in failure.message


class TestProfiles:
    def test_a_profile_of_the_command_line_gives_key_and_token(
        self, cloud: TencentCloudSimulator, no_key: Connection, tmp_path: Path
    ) -> None:
        cloud.token = "login-token"
        key = {"secretId": SECRET_ID, "secretKey": SECRET_KEY, "token": "login-token", "type": "oauth"}
        write_credential(tmp_path / ".tccli", "prod", key)
        assert "NetworkInterfaceSet" in connected({**no_key, "profile": "prod"}).call(READ, {})
        write_credential(tmp_path / "elsewhere", "default", key)
        elsewhere = {**no_key, "shared_credentials_dir": str(tmp_path / "elsewhere")}
        assert "NetworkInterfaceSet" in connected(elsewhere).call(READ, {})

    def test_a_profile_names_a_role(self, cloud: TencentCloudSimulator, no_key: Connection, tmp_path: Path) -> None:
        cloud.allow_role(ROLE)
        key = {"secretId": SECRET_ID, "secretKey": SECRET_KEY, "role-arn": ROLE, "role-session-name": "me"}
        write_credential(tmp_path / ".tccli", "prod", key)
        write_profile(tmp_path, f"[other]\nsecret_id = {SECRET_ID}\nsecret_key = {SECRET_KEY}\nrole_arn = {ROLE}\n")
        for profile, session in (("prod", "me"), ("other", "crosscloud.security_groups")):
            cloud.reset()
            cloud.allow_role(ROLE)
            connected({**no_key, "profile": profile}).call(READ, {})
            assert cloud.calls[0].arguments == {"RoleArn": ROLE, "RoleSessionName": session}
            assert cloud.callers == [None, ROLE]

    def test_the_role_of_a_profile_assumes_the_one_that_is_asked_for(
        self, cloud: TencentCloudSimulator, no_key: Connection, tmp_path: Path
    ) -> None:
        cloud.allow_role(ROLE)
        cloud.allow_role("the-other")
        key = {"secretId": SECRET_ID, "secretKey": SECRET_KEY, "role-arn": ROLE}
        write_credential(tmp_path / ".tccli", "prod", key)
        connected({**no_key, "profile": "prod", "assume_role_arn": "the-other"}).call(READ, {})
        assert cloud.callers == [None, ROLE, "the-other"]

    def test_a_profile_stands_for_the_machine(
        self, cloud: TencentCloudSimulator, no_key: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cloud.token = "role-token"
        write_credential(tmp_path / ".tccli", "machine", {"type": "cvm-role"})
        with Metadata() as metadata:
            look_up_at(monkeypatch, metadata.url)
            assert "NetworkInterfaceSet" in connected({**no_key, "profile": "machine"}).call(READ, {})

    def test_the_file_may_be_elsewhere(
        self, no_key: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        path = tmp_path / "keys.ini"
        path.write_text(f"[default]\nsecret_id={SECRET_ID}\nsecret_key={SECRET_KEY}\n", encoding="utf-8")
        monkeypatch.setenv("TENCENTCLOUD_CREDENTIALS_FILE", str(path))
        assert "NetworkInterfaceSet" in connected(no_key).call(READ, {})

    def test_one_that_has_no_key_is_named(self, no_key: Connection, tmp_path: Path) -> None:
        failure = failure_of({**no_key, "profile": "prod"})
        assert (failure.kind, failure.message) == (
            ErrorKind.AUTH,
            (
                f"the profile 'prod' has no key: {tmp_path}/.tccli/prod.credential does not have secretId and "
                "secretKey, nor has a file of the SDK a section [prod] with secret_id and secret_key; check profile"
            ),
        )
        failure = failure_of({**no_key, "shared_credentials_dir": "/nowhere"})
        assert failure.message == (
            "the profile 'default' has no key: /nowhere/default.credential does not have secretId and secretKey; "
            "check profile"
        )

    @pytest.mark.parametrize("content", ["se-cret", '{"secretKey": se-cret}', "[" * 100000])
    def test_one_that_cannot_be_read_is_told_without_being_shown(
        self, no_key: Connection, tmp_path: Path, content: str
    ) -> None:
        (tmp_path / ".tccli").mkdir()
        path = tmp_path / ".tccli" / "prod.credential"
        path.write_text(content, encoding="utf-8")
        failure = failure_of({**no_key, "profile": "prod"})
        assert failure.message.startswith(f"the file of credentials, {path}, cannot be read (")
        assert "se-cret" not in failure.message

    def test_a_key_that_is_none_is_not_shown(self, no_key: Connection, tmp_path: Path) -> None:
        write_credential(tmp_path / ".tccli", "prod", {"secretId": SECRET_ID, "secretKey": "se\ncret"})
        assert failure_of({**no_key, "profile": "prod"}).message == (
            "secret_key of the profile 'prod' has characters that no key has, such as a space or the end of a line; "
            "check it"
        )


class TestRoles:
    def test_a_role_is_assumed_once_with_all_that_is_asked_for(
        self, cloud: TencentCloudSimulator, connection: Connection
    ) -> None:
        cloud.token = "session"
        cloud.allow_role(ROLE, external_id="partner/1")
        connection |= {
            "token": "session",
            "assume_role_arn": ROLE,
            "assume_role_session_name": "me@example.org",
            "assume_role_session_duration": "600",
            "assume_role_policy": POLICY,
            "assume_role_external_id": "partner/1",
        }
        client = connected(connection)
        for _time in range(2):
            assert "NetworkInterfaceSet" in client.call(READ, {})
        assert [call.action for call in cloud.calls] == ["AssumeRole", READ, READ]
        assert cloud.calls[0].arguments == {
            "RoleArn": ROLE,
            "RoleSessionName": "me@example.org",
            "DurationSeconds": 600,
            "Policy": quote(POLICY, safe=""),
            "ExternalId": "partner/1",
        }
        assert cloud.callers == [None, ROLE, ROLE]

    @pytest.mark.parametrize(
        ("asked", "kind", "said"),
        [
            ({"assume_role_arn": "nobody"}, ErrorKind.NOT_FOUND, "the role does not exist; check its ARN"),
            (
                {"assume_role_external_id": "another"},
                ErrorKind.DENIED,
                "the credentials lack a permission; grant sts:AssumeRole, and let the role trust them",
            ),
            (
                {"assume_role_policy": "allow everything"},
                ErrorKind.INVALID,
                "the policy is not accepted; check assume_role_policy",
            ),
            (
                {"assume_role_session_duration": 7201},
                ErrorKind.INVALID,
                "the role allows no session that long; lower assume_role_session_duration",
            ),
            (
                {"secret_key": "another"},
                ErrorKind.AUTH,
                "Tencent Cloud does not accept the credentials; check secret_id, secret_key and token",
            ),
        ],
        ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
    )
    def test_one_that_cannot_be_assumed_is_told_with_what_to_do(
        self, cloud: TencentCloudSimulator, connection: Connection, asked: dict[str, object], kind: ErrorKind, said: str
    ) -> None:
        cloud.allow_role(ROLE, longest=7200)
        connection |= {"assume_role_arn": ROLE, **asked}
        failure = failure_of(connection)
        assert failure.kind is kind
        assert failure.message.startswith(f"the role '{connection['assume_role_arn']}' cannot be assumed: {said}")
        assert f" (AssumeRole answered {failure.code}: " in failure.message
        assert cloud.count(READ) == 0

    @pytest.mark.parametrize(
        ("effect", "times"),
        [
            (Refuse(200, "InvalidParameter.OverLimit"), 3),
            (Refuse(200, "RequestLimitExceeded"), 3),
            (Refuse(200, "InternalError.SystemError"), 1),
            (Hang(), 1),
        ],
    )
    def test_what_passes_is_ridden_out(
        self, cloud: TencentCloudSimulator, connection: Connection, effect: Effect, times: int
    ) -> None:
        cloud.allow_role(ROLE)
        cloud.play(effect, "AssumeRole", times=times)
        connected({**connection, "assume_role_arn": ROLE}).call(READ, {})
        assert cloud.callers[-1] == ROLE

    @pytest.mark.parametrize(
        ("code", "kind", "said"),
        [
            ("InternalError.IllegalRole", ErrorKind.INVALID, "it is not a role that can be assumed; check its ARN"),
            ("FailedOperation.CheckMFAError", ErrorKind.DENIED, "the role asks for MFA, which is not supported"),
            ("FailedOperation.TempKeyNotAllowed", ErrorKind.DENIED, "temporary keys may not assume it"),
            ("InvalidParameter.PolicyTooLong", ErrorKind.INVALID, "the policy is not accepted"),
            ("InvalidParameter.ParamError", ErrorKind.INVALID, "Tencent Cloud refuses the request"),
        ],
    )
    def test_what_does_not_pass_is_told_at_once(
        self, cloud: TencentCloudSimulator, connection: Connection, code: str, kind: ErrorKind, said: str
    ) -> None:
        cloud.play(Refuse(200, code, f"of {SECRET_KEY}"), "AssumeRole", times=None)
        failure = failure_of({**connection, "assume_role_arn": ROLE})
        assert (failure.kind, failure.code) == (kind, code)
        assert failure.message.startswith(f"the role '{ROLE}' cannot be assumed: {said}")
        assert failure.message.endswith(f"(AssumeRole answered {code}: of ***)")
        assert cloud.count("AssumeRole") == 1

    @pytest.mark.parametrize("answer", [b"{}", b'{"Credentials": null}', b'{"Credentials": {"Token": "geheim"}}'])
    def test_an_answer_without_a_key_is_told(
        self, cloud: TencentCloudSimulator, connection: Connection, answer: bytes
    ) -> None:
        cloud.play(Raw(200, b'{"Response": ' + answer + b"}", "application/json"), "AssumeRole")
        assert failure_of({**connection, "assume_role_arn": ROLE}).message == (
            f"the role '{ROLE}' cannot be assumed: there is no key in the response to AssumeRole; run the task again"
        )

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (
                {"assume_role_policy": POLICY},
                "assume_role_policy is set, but not the role that it is for; set assume_role_arn too",
            ),
            (
                {"assume_role_external_id": "partner"},
                "assume_role_external_id is set, but not the role that it is for; set assume_role_arn too",
            ),
            (
                {"assume_role_arn": ROLE, "assume_role_session_name": "me and you"},
                (
                    "assume_role_session_name is 'me and you'; it must be 2 to 128 letters, digits or characters of "
                    "_+=,.@-"
                ),
            ),
            *(
                (
                    {"assume_role_arn": ROLE, "assume_role_session_duration": seconds},
                    f"assume_role_session_duration is '{seconds}'; it must be 1 to 43200 seconds",
                )
                for seconds in (0, -1, 43201, "1h", "²")
            ),
        ],
    )
    def test_what_makes_no_sense_is_refused_before_any_call(
        self, cloud: TencentCloudSimulator, connection: Connection, options: dict[str, object], said: str
    ) -> None:
        failure = failure_of({**connection, **options})
        assert (failure.kind, failure.message) == (ErrorKind.INVALID, said)
        assert cloud.calls == []

    def test_a_session_name_alone_is_no_role(self, cloud: TencentCloudSimulator, connection: Connection) -> None:
        connected({**connection, "assume_role_session_name": "me", "assume_role_session_duration": "600"}).call(
            READ, {}
        )
        assert cloud.callers == [None]


class TestPod:
    @pytest.fixture
    def token(self, cloud: TencentCloudSimulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        cloud.allow_role(ROLE, provider="cls-1", web_identity="pod-t0ken")
        path = tmp_path / "token"
        path.write_text("pod-t0ken\n", encoding="utf-8")
        for name, value in zip(module.POD, (ROLE, "cls-1", str(path), REGION), strict=True):
            monkeypatch.setenv(name, value)
        return path

    @pytest.mark.usefixtures("token")
    def test_its_role_gives_the_key(self, cloud: TencentCloudSimulator, no_key: Connection) -> None:
        assert "NetworkInterfaceSet" in connected(no_key).call(READ, {})
        assert cloud.calls[0].arguments == {
            "RoleArn": ROLE,
            "RoleSessionName": "crosscloud.security_groups",
            "ProviderId": "cls-1",
            "WebIdentityToken": "pod-t0ken",
        }
        assert cloud.callers == [ROLE]

    @pytest.mark.usefixtures("token")
    def test_its_role_assumes_another_one(self, cloud: TencentCloudSimulator, no_key: Connection) -> None:
        cloud.allow_role("the-other")
        connected({**no_key, "assume_role_arn": "the-other"}).call(READ, {})
        assert cloud.callers == [ROLE, "the-other"]

    @pytest.mark.usefixtures("token")
    def test_a_key_comes_first(self, cloud: TencentCloudSimulator, connection: Connection) -> None:
        connected(connection).call(READ, {})
        assert cloud.callers == [None]

    def test_a_token_that_is_not_accepted_is_not_shown(
        self, cloud: TencentCloudSimulator, no_key: Connection, token: Path
    ) -> None:
        token.write_text("an0ther", encoding="utf-8")
        failure = failure_of(no_key)
        assert failure.kind is ErrorKind.AUTH
        assert failure.message.startswith(
            f"the role '{ROLE}' cannot be assumed: the token of the pod is not accepted; check TKE_PROVIDER_ID and "
            "restart the pod (AssumeRoleWithWebIdentity answered InvalidParameter.WebIdentityTokenError: "
        )
        cloud.play(Refuse(200, "InvalidParameter.WebIdentityTokenError", "bad: an0ther"), "AssumeRoleWithWebIdentity")
        assert failure_of(no_key).message.endswith("bad: ***)")

    @pytest.mark.usefixtures("token")
    def test_a_part_that_is_missing_is_named(self, no_key: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("TKE_PROVIDER_ID", "")
        assert failure_of(no_key).message == (
            "the environment has TKE_ROLE_ARN, TKE_WEB_IDENTITY_TOKEN_FILE, TKE_REGION, but not TKE_PROVIDER_ID; set "
            "all of them or none"
        )

    def test_a_file_that_is_not_there_is_named(self, no_key: Connection, token: Path) -> None:
        token.unlink()
        assert failure_of(no_key).message == (
            f"the file that TKE_WEB_IDENTITY_TOKEN_FILE names, {token}, cannot be read (FileNotFoundError); check the "
            "variable and the file"
        )


class TestMachineRole:
    def test_it_gives_key_and_token(
        self, cloud: TencentCloudSimulator, no_key: Connection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cloud.token = "role-token"
        with Metadata() as metadata:
            look_up_at(monkeypatch, metadata.url)
            client = connected(no_key)
            client.call(READ, {})
            client.call(READ, {})
            assert [call.action for call in metadata.calls] == [ROLE_PATH, f"{ROLE_PATH}web-role"]

    def test_its_key_is_looked_up_anew_before_it_expires(
        self, cloud: TencentCloudSimulator, no_key: Connection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cloud.token = "role-token"
        with Metadata() as metadata:
            metadata.lifetime = 60
            look_up_at(monkeypatch, metadata.url)
            client = connected(no_key)
            before = len(metadata.calls)
            client.call(READ, {})
            assert len(metadata.calls) > before

    def test_no_proxy_is_asked(
        self, cloud: TencentCloudSimulator, no_key: Connection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cloud.token = "role-token"
        with Metadata() as service, Metadata() as proxy:
            look_up_at(monkeypatch, service.url)
            for name in ("http_proxy", "HTTP_PROXY"):
                monkeypatch.setenv(name, proxy.url)
            connected(no_key)
            assert (len(service.calls), len(proxy.calls)) == (2, 0)

    def test_nobody_there_is_told(self, no_key: Connection) -> None:
        failure = failure_of(no_key)
        assert (failure.kind, failure.passes) == (ErrorKind.AUTH, False)
        assert failure.message == (
            "no Tencent Cloud credentials; set secret_id and secret_key, or the environment variables "
            "TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY, or name a profile, or write them to "
            "~/.tencentcloud/credentials, or bind a role to the machine"
        )

    def test_a_silent_service_is_given_up(
        self, no_key: Connection, serve: Serve, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(metadata, "TIMEOUT", 0.2)
        look_up_at(monkeypatch, serve(None))
        began = time.monotonic()
        assert failure_of(no_key).kind is ErrorKind.AUTH
        assert 0.2 <= time.monotonic() - began < 2

    @pytest.mark.parametrize(
        "answer",
        [
            b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
            b"HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n<html>",
            b"garbage",
        ],
    )
    def test_a_service_that_tells_no_role_gives_no_key(
        self, no_key: Connection, serve: Serve, monkeypatch: pytest.MonkeyPatch, answer: bytes
    ) -> None:
        look_up_at(monkeypatch, serve(answer))
        assert failure_of(no_key).message.startswith("no Tencent Cloud credentials")
