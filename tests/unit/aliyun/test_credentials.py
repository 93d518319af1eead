# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a key comes from, and that nothing else is looked for where there is one."""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace
from itertools import combinations, product
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.crosscloud.security_groups.plugins.module_utils._aliyun import api
from ansible_collections.crosscloud.security_groups.plugins.module_utils._aliyun import credentials as module
from ansible_collections.crosscloud.security_groups.plugins.module_utils._aliyun.client import RDS, Client
from ansible_collections.crosscloud.security_groups.plugins.module_utils._aliyun.kinds.aliyun_rds import (
    DECLARATION,
)
from ansible_collections.crosscloud.security_groups.plugins.module_utils._aliyun.options import CONNECTION
from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible import metadata
from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.options import (
    Runtime,
    info_arguments,
    resolve,
)
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.errors import (
    CloudError,
    ErrorKind,
    Failure,
)

from tests.simulators.alibabacloud import ACCESS_KEY_ID, ACCESS_KEY_SECRET, REGION, RdsSimulator
from tests.simulators.server import CloudRefusal, Raw, Refuse, Reply, Request, Simulator
from tests.unit.conftest import Connection, Serve
from tests.unit.gates import open_gate

READ = "DescribeDBInstances"
ROLE_PATH = "/latest/meta-data/ram/security-credentials/"
ENVIRON = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": "env-id",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "env-secret",
    "ALIBABA_CLOUD_SECURITY_TOKEN": "env-token",
    "ALIBABA_CLOUD_OIDC_PROVIDER_ARN": "env-provider",
    "ALIBABA_CLOUD_OIDC_TOKEN_FILE": "env-file",
    "ALIBABA_CLOUD_ECS_METADATA": "env-role",
    "ALIBABA_CLOUD_PROFILE": "env-profile",
    "ALIBABA_CLOUD_ROLE_ARN": "env-arn",
    "ALIBABA_CLOUD_ROLE_SESSION_NAME": "env-session",
    "ALIBABA_CLOUD_REGION_ID": "env-region",
}
NOTHING = {option.name: None for option in CONNECTION}
PROFILE = {
    "name": "production",
    "mode": "AK",
    "access_key_id": ACCESS_KEY_ID,
    "access_key_secret": ACCESS_KEY_SECRET,
    "region_id": REGION,
}


class Metadata(Simulator):
    """The metadata service of an ECS instance with the role ``db-admin``."""

    lacking = ""

    def identify(self, request: Request) -> tuple[str, tuple[str, ...], dict[str, object]]:
        return request.target, (), {}

    def answer(self, action: str, arguments: Any, request: Request) -> Reply:  # noqa: ARG002 - as in Simulator
        if action != f"{ROLE_PATH}db-admin":
            raise CloudRefusal(404, "not found")
        credentials = {
            "AccessKeyId": ACCESS_KEY_ID,
            "AccessKeySecret": ACCESS_KEY_SECRET,
            "SecurityToken": "role-token",
            "Expiration": "2036-01-01T00:00:00Z",
            "Code": "Success",
        }
        credentials.pop(self.lacking, None)
        return Reply(200, json.dumps(credentials).encode(), "application/json")

    def error(self, action: str, refusal: CloudRefusal) -> Reply:  # noqa: ARG002 - as in Simulator
        return Reply(refusal.status, b"<html>no such role</html>", "text/html")


@pytest.fixture
def no_key(connection: Connection) -> Connection:
    return {**connection, "access_key_id": None, "access_key_secret": None}


@pytest.fixture(autouse=True)
def _no_metadata(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody listens there, so that a look-up fails at once."""
    look_up_at(monkeypatch, "http://127.0.0.1:9")


def look_up_at(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setattr(module, "METADATA", url + ROLE_PATH)


def write_profiles(tmp_path: Path, *profiles: Any, content: str | None = None) -> None:
    folder = tmp_path / ".aliyun"
    folder.mkdir()
    text = json.dumps({"current": "default", "profiles": profiles}) if content is None else content
    (folder / "config.json").write_text(text, encoding="utf-8")


def failure_of(connection: Connection) -> Failure:
    with pytest.raises(CloudError) as caught:
        Client(connection, RDS, open_gate()).call(READ)
    return caught.value.failure


def works(connection: Connection) -> bool:
    return "Items" in Client(connection, RDS, open_gate()).call(READ)


class TestOptions:
    def test_the_environment_stands_in(self) -> None:
        assert resolve(CONNECTION, {}, ENVIRON) == NOTHING | {
            "access_key_id": "env-id",
            "access_key_secret": "env-secret",
            "security_token": "env-token",
            "oidc_provider_arn": "env-provider",
            "oidc_token_file": "env-file",
            "ecs_role_name": "env-role",
            "profile": "env-profile",
            "assume_role_arn": "env-arn",
            "assume_role_session_name": "env-session",
            "region": "env-region",
        }

    def test_the_variables_of_the_other_collection_do_too(self) -> None:
        both = {
            "ALICLOUD_ACCESS_KEY": "id-1",
            "ALICLOUD_ACCESS_KEY_ID": "id-2",
            "ALICLOUD_SECRET_KEY": "secret-1",
            "ALICLOUD_SECRET_ACCESS_KEY": "secret-2",
            "ALICLOUD_SECURITY_TOKEN": "token",
            "ALICLOUD_ECS_ROLE_NAME": "role",
            "ALICLOUD_PROFILE": "profile",
            "ALICLOUD_SHARED_CREDENTIALS_FILE": "file",
            "ALICLOUD_ASSUME_ROLE_ARN": "arn",
            "ALICLOUD_ASSUME_ROLE_SESSION_NAME": "session",
            "ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION": "900",
            "ALICLOUD_REGION": "region-1",
            "ALICLOUD_REGION_ID": "region-2",
        }
        expected = NOTHING | {
            "access_key_id": "id-1",
            "access_key_secret": "secret-1",
            "security_token": "token",
            "ecs_role_name": "role",
            "profile": "profile",
            "shared_credentials_file": "file",
            "assume_role_arn": "arn",
            "assume_role_session_name": "session",
            "assume_role_session_expiration": "900",
            "region": "region-1",
        }
        assert resolve(CONNECTION, {}, both) == expected
        assert resolve(CONNECTION, {}, {**both, **ENVIRON})["access_key_id"] == "env-id"
        assert resolve(CONNECTION, {}, {**both, **dict.fromkeys(ENVIRON, "")}) == expected

    def test_an_empty_variable_counts_as_not_set(self) -> None:
        assert set(resolve(CONNECTION, {}, dict.fromkeys(ENVIRON, "")).values()) == {None}

    @pytest.mark.parametrize(
        ("given", "sources"),
        [
            ({"access_key_id": "id", "access_key_secret": "secret"}, {"access_key_id", "access_key_secret"}),
            ({"access_key_secret": "secret"}, {"access_key_id", "access_key_secret"}),
            ({"ecs_role_name": "role"}, {"ecs_role_name"}),
            ({"profile": "p"}, {"profile"}),
            ({"oidc_provider_arn": "p"}, {"oidc_provider_arn", "oidc_token_file", "assume_role_arn"}),
        ],
    )
    def test_what_the_task_gives_is_not_mixed_with_the_environment(
        self, given: dict[str, str], sources: set[str]
    ) -> None:
        resolved = resolve(CONNECTION, given, ENVIRON)
        assert {name for name, value in resolved.items() if value} == sources | {"region", "assume_role_session_name"}
        assert {**resolved, **given} == resolved

    def test_a_role_of_the_task_is_assumed_with_the_credentials_of_the_environment(self) -> None:
        assert resolve(CONNECTION, {"assume_role_arn": "mine"}, ENVIRON) == {
            **resolve(CONNECTION, {}, ENVIRON),
            "assume_role_arn": "mine",
        }

    def test_the_sources_of_credentials_exclude_each_other(self) -> None:
        exclusive = {frozenset(pair) for pair in info_arguments(DECLARATION)["mutually_exclusive"]}
        sources = [
            ("access_key_id", "access_key_secret", "security_token"),
            ("oidc_provider_arn", "oidc_token_file"),
            ("ecs_role_name",),
            ("profile",),
        ]
        assert exclusive == {
            frozenset(("db_instance_ids", "tags")),
            *(frozenset(pair) for one, other in combinations(sources, 2) for pair in product(one, other)),
        }

    @pytest.mark.parametrize(
        ("name", "advice"),
        [
            ("ALIBABA_CLOUD_CREDENTIALS_URI", "give the task credentials of its own, such as profile, or unset"),
            ("ALIBABA_CLOUD_CREDENTIALS_FILE", "set profile and shared_credentials_file"),
            ("ALIBABA_CLOUD_OIDC_TOKEN", "write the token to a file and set oidc_token_file"),
        ],
    )
    def test_what_only_other_tools_read_is_refused(self, name: str, advice: str) -> None:
        with pytest.raises(CloudError, match=f"^the environment variable {name} is set and not supported; {advice}"):
            resolve(CONNECTION, {"assume_role_arn": "mine"}, {**ENVIRON, name: "x"})
        for given in ({"access_key_id": "i", "access_key_secret": "s"}, {"profile": "p"}, {"ecs_role_name": "r"}):
            assert resolve(CONNECTION, given, {name: "x"})

    def test_secrets_are_marked(self) -> None:
        assert [option.name for option in CONNECTION if option.secret] == ["access_key_secret", "security_token"]


class TestKeys:
    @pytest.mark.parametrize(
        ("change", "message"),
        [
            (
                {"access_key_id": None},
                "access_key_secret is set and access_key_id is missing; set access_key_id or the ",
            ),
            (
                {"access_key_secret": ""},
                "access_key_id is set and access_key_secret is missing; set access_key_secret or ",
            ),
            (
                {"access_key_id": "", "access_key_secret": "", "security_token": "t"},
                "access_key_id and access_key_secret go together, with a token or without; give both",
            ),
        ],
    )
    def test_half_a_key_is_refused(self, connection: Connection, change: Connection, message: str) -> None:
        failure = failure_of({**connection, **change})
        assert failure.kind is ErrorKind.INVALID
        assert failure.message.startswith(message)

    def test_a_token_is_sent(self, cloud: RdsSimulator, connection: Connection) -> None:
        cloud.security_token = "tok/en+with=="
        assert failure_of(connection).code == "MissingSecurityToken"
        assert works({**connection, "security_token": "tok/en+with=="})

    def test_none_at_all_is_told(self, no_key: Connection) -> None:
        failure = failure_of(no_key)
        assert failure.kind is ErrorKind.AUTH
        assert failure.message == (
            "no Alibaba Cloud credentials; set access_key_id and access_key_secret, or ecs_role_name, or profile, or "
            "the environment variables ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET"
        )

    def test_with_a_key_neither_file_nor_machine_is_asked(
        self, connection: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write_profiles(tmp_path, content="this is no profile")
        with Metadata() as metadata:
            look_up_at(monkeypatch, metadata.url)
            assert works({**connection, "ecs_role_name": "db-admin", "profile": "production"})
            assert metadata.calls == []


class TestProfile:
    def test_it_gives_key_and_region(self, no_key: Connection, tmp_path: Path) -> None:
        write_profiles(tmp_path, {**PROFILE, "name": "other", "access_key_id": "x"}, PROFILE)
        assert works({**no_key, "profile": "production", "region": None})

    def test_another_region_counts_more(self, cloud: RdsSimulator, no_key: Connection, tmp_path: Path) -> None:
        write_profiles(tmp_path, {**PROFILE, "region_id": "cn-beijing"})
        assert works({**no_key, "profile": "production"})
        assert cloud.calls[0].arguments["RegionId"] == REGION

    def test_it_gives_a_token(self, cloud: RdsSimulator, no_key: Connection, tmp_path: Path) -> None:
        cloud.security_token = "session"
        write_profiles(tmp_path, {**PROFILE, "mode": "StsToken", "sts_token": "session"})
        assert works({**no_key, "profile": "production"})

    def test_it_gives_a_role(
        self, cloud: RdsSimulator, no_key: Connection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cloud.security_token = "role-token"
        write_profiles(tmp_path, {"name": "production", "mode": "EcsRamRole", "ram_role_name": "db-admin"})
        with Metadata() as metadata:
            look_up_at(monkeypatch, metadata.url)
            assert works({**no_key, "profile": "production"})

    @pytest.mark.parametrize(
        ("profile", "problem"),
        [
            ({**PROFILE, "name": "x"}, "~/.aliyun/config.json has no profile 'production'; check profile"),
            (
                {**PROFILE, "mode": "CloudSSO"},
                "the profile 'production' has the mode 'CloudSSO'; use one with the mode AK",
            ),
            (
                {**PROFILE, "mode": ["AK"]},
                "the profile 'production' has the mode ''; use one with the mode AK, StsToken",
            ),
            (
                {**PROFILE, "mode": "RamRoleArn"},
                "the profile 'production' lacks ram_role_arn, which goes with its mode",
            ),
            (
                {**PROFILE, "mode": "EcsRamRole"},
                "the profile 'production' lacks ram_role_name, which goes with its mode",
            ),
            ({**PROFILE, "access_key_secret": ""}, "the profile 'production' lacks access_key_secret, which goes with"),
            ({**PROFILE, "access_key_secret": 7}, "the profile 'production' lacks access_key_secret, which goes with"),
        ],
    )
    def test_one_that_does_not_do_is_told(
        self, no_key: Connection, tmp_path: Path, profile: dict[str, str], problem: str
    ) -> None:
        write_profiles(tmp_path, profile)
        failure = failure_of({**no_key, "profile": "production"})
        assert failure.message.startswith(problem)
        assert not failure.passes
        assert ACCESS_KEY_SECRET not in failure.message

    @pytest.mark.parametrize(
        "content", ["se-cret", "{}", "[]", '{"profiles": null}', '{"profiles": ["se-cret"]}', '{"profiles": [{}]}']
    )
    def test_a_file_that_cannot_be_read_is_told_without_being_shown(
        self, no_key: Connection, tmp_path: Path, content: str
    ) -> None:
        write_profiles(tmp_path, content=content)
        failure = failure_of({**no_key, "profile": "production"})
        assert failure.kind is ErrorKind.AUTH
        assert failure.message.startswith("~/.aliyun/config.json, which profile names a part of, cannot be read (")
        assert "se-cret" not in failure.message

    def test_another_file_is_read(self, no_key: Connection, tmp_path: Path) -> None:
        file = tmp_path / "shared.json"
        file.write_text(json.dumps({"profiles": [PROFILE]}), encoding="utf-8")
        assert works({**no_key, "profile": "production", "shared_credentials_file": str(file)})
        failure = failure_of({**no_key, "profile": "x", "shared_credentials_file": str(file)})
        assert failure.message == f"{file} has no profile 'x'; check profile"

    def test_no_file_is_told(self, no_key: Connection) -> None:
        assert "does not exist on this machine; make it with" in failure_of({**no_key, "profile": "production"}).message


class TestRole:
    @pytest.fixture
    def role(self, no_key: Connection) -> Connection:
        return {**no_key, "ecs_role_name": "db-admin"}

    def test_it_gives_key_and_token(
        self, cloud: RdsSimulator, role: Connection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cloud.security_token = "role-token"
        with Metadata() as metadata:
            look_up_at(monkeypatch, metadata.url)
            client = Client(role, RDS, open_gate())
            client.call(READ)
            client.call(READ)
            assert [call.action for call in metadata.calls] == [f"{ROLE_PATH}db-admin"]

    def test_no_proxy_is_asked_for_it(
        self, cloud: RdsSimulator, role: Connection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cloud.security_token = "role-token"
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        monkeypatch.setattr(api, "get_environ_proxies", lambda *_url, **_more: {})
        with Metadata() as metadata:
            look_up_at(monkeypatch, metadata.url)
            assert works(role)

    def test_its_credentials_are_not_quoted(
        self, cloud: RdsSimulator, role: Connection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cloud.security_token = "another-token"
        with Metadata() as metadata:
            look_up_at(monkeypatch, metadata.url)
            client = Client(role, RDS, open_gate())
            with pytest.raises(CloudError):
                client.call(READ)
            assert client._api._quote(f"{ACCESS_KEY_ID} {ACCESS_KEY_SECRET} role-token") == "*** *** ***"  # noqa: SLF001

    def test_it_is_asked_anew_before_its_credentials_expire(
        self, cloud: RdsSimulator, role: Connection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cloud.security_token = "role-token"
        monkeypatch.setattr(module.EcsRamRoleSigner, "_SESSION_PERIOD", -1)
        with Metadata() as metadata:
            look_up_at(monkeypatch, metadata.url)
            client = Client(role, RDS, open_gate())
            before = len(metadata.calls)
            client.call(READ)
            assert len(metadata.calls) == before + 1

    def test_nobody_there_is_told_before_any_call(self, role: Connection) -> None:
        with pytest.raises(CloudError) as caught:
            Client(role, RDS, open_gate())
        failure = caught.value.failure
        assert (failure.kind, failure.passes) == (ErrorKind.AUTH, False)
        assert failure.message == (
            "the role 'db-admin' gives no credentials on this machine (URLError); check ecs_role_name, or bind the "
            "role to the ECS instance"
        )

    def test_a_role_that_is_not_there_is_told(self, role: Connection, monkeypatch: pytest.MonkeyPatch) -> None:
        with Metadata() as metadata:
            look_up_at(monkeypatch, metadata.url)
            assert "(HTTPError)" in failure_of({**role, "ecs_role_name": "db/../x"}).message
            assert [call.action for call in metadata.calls] == [f"{ROLE_PATH}db%2F..%2Fx"]

    @pytest.mark.parametrize("lacking", ["AccessKeyId", "AccessKeySecret", "SecurityToken"])
    def test_a_part_of_a_key_is_none(self, role: Connection, lacking: str, monkeypatch: pytest.MonkeyPatch) -> None:
        with Metadata() as metadata:
            metadata.lacking = lacking
            look_up_at(monkeypatch, metadata.url)
            assert "(KeyError)" in failure_of(role).message

    def test_a_silent_service_is_given_up(
        self, role: Connection, serve: Serve, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(metadata, "TIMEOUT", 0.2)
        look_up_at(monkeypatch, serve(None))
        began = time.monotonic()
        assert failure_of(role).kind is ErrorKind.AUTH
        assert 0.2 <= time.monotonic() - began < 2

    @pytest.mark.parametrize("body", [b"<html>", b"null", b"[]", b"\xff"])
    def test_what_is_no_answer_gives_no_key(
        self, role: Connection, serve: Serve, body: bytes, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode()
        look_up_at(monkeypatch, serve(head + body))
        assert failure_of(role).message.startswith("the role 'db-admin' gives no credentials on this machine")


PROVIDER = "acs:ram::1234567890123456:oidc-provider/cluster"


class TestAssumedRole:
    """Roles that are assumed through STS."""

    @pytest.fixture
    def arn(self, cloud: RdsSimulator) -> str:
        cloud.roles_only = True
        return cloud.add_role("auditor")

    def test_its_session_makes_the_calls(self, cloud: RdsSimulator, connection: Connection, arn: str) -> None:
        assert failure_of(connection).kind is ErrorKind.DENIED
        client = Client({**connection, "assume_role_arn": arn}, RDS, open_gate())
        client.call(READ)
        client.call(READ)
        assert cloud.signers(READ) == [None, arn, arn]
        assert cloud.count("AssumeRole") == 1
        assert cloud.calls[1].arguments == {
            "RoleArn": arn,
            "RoleSessionName": "ansible",
            "DurationSeconds": "3600",
            "RegionId": REGION,
        }

    def test_all_that_goes_with_it_is_sent(self, cloud: RdsSimulator, connection: Connection) -> None:
        more = {
            "assume_role_arn": cloud.add_role("auditor", external_id="ex/1", longest=43200),
            "assume_role_session_name": "me@work",
            "assume_role_session_expiration": "7200",
            "assume_role_policy": '{"Version": "1", "Statement": []}',
            "assume_role_external_id": "ex/1",
        }
        assert works({**connection, **more})
        sent = cloud.calls[0].arguments
        names = ("RoleArn", "RoleSessionName", "DurationSeconds", "Policy", "ExternalId")
        assert [sent[name] for name in names] == list(more.values())

    def test_a_session_assumes_it_too(self, cloud: RdsSimulator, connection: Connection, arn: str) -> None:
        cloud.security_token = "session"
        assert works({**connection, "security_token": "session", "assume_role_arn": arn})

    def test_a_machine_assumes_it_too(
        self, cloud: RdsSimulator, no_key: Connection, arn: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cloud.security_token = "role-token"
        with Metadata() as metadata:
            look_up_at(monkeypatch, metadata.url)
            assert works({**no_key, "ecs_role_name": "db-admin", "assume_role_arn": arn})

    @pytest.mark.parametrize(
        ("change", "kind", "problem"),
        [
            (
                {"assume_role_arn": "acs:ram::1234567890123456:role/nobody"},
                ErrorKind.NOT_FOUND,
                "it does not exist; check assume_role_arn (AssumeRole answered EntityNotExist.Role: ",
            ),
            (
                {"assume_role_external_id": "another"},
                ErrorKind.DENIED,
                "grant sts:AssumeRole on the role to these credentials, which must be those of a RAM user or a role, ",
            ),
            (
                {"assume_role_session_name": "a b"},
                ErrorKind.INVALID,
                "check the options that begin with assume_role_, or the profile's part for it (AssumeRole answered ",
            ),
            (
                {"access_key_secret": "another"},
                ErrorKind.AUTH,
                "Alibaba Cloud does not accept the credentials; check access_key_id",
            ),
        ],
    )
    def test_one_that_cannot_be_assumed_is_told(
        self, connection: Connection, arn: str, change: Connection, kind: ErrorKind, problem: str
    ) -> None:
        connection = {**connection, "assume_role_arn": arn, **change}
        failure = failure_of(connection)
        assert (failure.kind, failure.passes) == (kind, False)
        assert failure.message.startswith(f"the role '{connection['assume_role_arn']}' cannot be assumed: {problem}")
        assert ACCESS_KEY_ID not in failure.message

    @pytest.mark.parametrize("seconds", [0, 899, 43201, "soon", "1e9", "9" * 5000])
    def test_seconds_that_no_session_has_are_refused_before_any_call(
        self, cloud: RdsSimulator, connection: Connection, arn: str, seconds: object
    ) -> None:
        failure = failure_of({**connection, "assume_role_arn": arn, "assume_role_session_expiration": seconds})
        assert failure.message.startswith("a session cannot last '")
        assert "' seconds; give 900 to 43200 as assume_role_session_expiration, or as" in failure.message
        assert len(failure.message) < 500
        assert cloud.calls == []

    @pytest.mark.parametrize("option", ["assume_role_policy", "assume_role_external_id"])
    def test_what_would_restrict_a_role_is_not_ignored_without_one(self, connection: Connection, option: str) -> None:
        failure = failure_of({**connection, option: "{}"})
        assert failure.message == f"{option} is given without a role; give assume_role_arn"

    def test_nothing_of_its_session_is_quoted(self, cloud: RdsSimulator, connection: Connection, arn: str) -> None:
        client = Client({**connection, "assume_role_arn": arn}, RDS, open_gate())
        secrets = client._api._secrets  # noqa: SLF001 - has no other way to be seen
        assert {ACCESS_KEY_ID, ACCESS_KEY_SECRET} < secrets
        assert len(secrets) == 5
        cloud.play(Refuse(400, "InvalidParameter", " ".join(secrets)), READ)
        with pytest.raises(CloudError, match=re.escape("InvalidParameter: *** *** *** *** ***)")):
            client.call(READ)

    @pytest.mark.parametrize(
        "body",
        [
            b'{"RequestId": "R"}',
            b'{"RequestId": "R", "Credentials": null}',
            b'{"RequestId": "R", "Credentials": []}',
            b'{"RequestId": "R", "Credentials": {"AccessKeyId": "STS.a", "AccessKeySecret": "b"}}',
            b'{"RequestId": "R", "Credentials": {"AccessKeyId": "STS.a", "AccessKeySecret": "b", "SecurityToken": ""}}',
        ],
    )
    def test_an_answer_without_credentials_is_told(
        self, cloud: RdsSimulator, connection: Connection, arn: str, body: bytes
    ) -> None:
        cloud.play(Raw(200, body, "application/json"), "AssumeRole")
        failure = failure_of({**connection, "assume_role_arn": arn})
        problem = f"what STS answered for the role '{arn}' is not as documented; run the task again"
        assert (failure.kind, failure.passes, failure.message) == (ErrorKind.TRANSIENT, True, problem)

    @pytest.mark.parametrize("times", [1, 3])
    def test_it_is_asked_for_again_where_that_is_throttled(
        self, cloud: RdsSimulator, connection: Connection, arn: str, times: int, runtime: Runtime
    ) -> None:
        cloud.play(Refuse(400, "Throttling.User"), "AssumeRole", times=times)
        quick = replace(runtime, clock=replace(runtime.clock, sleep=lambda _seconds: None))
        assert DECLARATION.connect({**connection, "assume_role_arn": arn}, quick).select({"role": "db"}) == []
        assert cloud.count("AssumeRole") == times + 1

    @pytest.mark.parametrize(
        ("mode", "more"),
        [
            ("RamRoleArn", {}),
            ("RamRoleArn", {"sts_token": "session"}),
            ("RamRoleArnWithRoleName", {"ram_role_name": "db-admin"}),
            ("ChainableRamRoleArn", {"source_profile": "source", "region_id": ""}),
        ],
    )
    def test_a_profile_assumes_it(
        self,
        cloud: RdsSimulator,
        no_key: Connection,
        arn: str,
        tmp_path: Path,
        mode: str,
        more: dict[str, str],
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        cloud.security_token = {"RamRoleArnWithRoleName": "role-token"}.get(mode) or more.get("sts_token")
        role = {"ram_role_arn": arn, "ram_session_name": "me", "expired_seconds": 900}
        write_profiles(tmp_path, {**PROFILE, "mode": mode, **role, **more}, {**PROFILE, "name": "source"})
        with Metadata() as metadata:
            look_up_at(monkeypatch, metadata.url)
            assert works({**no_key, "profile": "production", "region": None})
        sent = cloud.calls[0].arguments
        assert (sent["RoleSessionName"], sent["DurationSeconds"], cloud.signers(READ)) == ("me", "900", [arn])

    def test_a_role_of_the_task_comes_behind_that_of_a_profile(
        self, cloud: RdsSimulator, no_key: Connection, arn: str, tmp_path: Path
    ) -> None:
        write_profiles(tmp_path, {**PROFILE, "mode": "RamRoleArn", "ram_role_arn": arn, "expired_seconds": 0})
        second = cloud.add_role("second")
        assert works({**no_key, "profile": "production", "assume_role_arn": second})
        assert (cloud.signers("AssumeRole"), cloud.signers(READ)) == ([None, arn], [second])

    @pytest.mark.parametrize(
        ("source", "problem"),
        [
            ("production", "the profile 'production' is its own source_profile in the end; correct ~/.aliyun/config"),
            ("other", "the profile 'other' is its own source_profile in the end; correct ~/.aliyun/config.json"),
            ("nobody", "~/.aliyun/config.json has no profile 'nobody'; check source_profile"),
        ],
    )
    def test_profiles_without_a_beginning_are_told(
        self, no_key: Connection, tmp_path: Path, source: str, problem: str
    ) -> None:
        chained = {"mode": "ChainableRamRoleArn", "ram_role_arn": "acs:ram::1:role/a"}
        write_profiles(
            tmp_path,
            {"name": "production", "source_profile": source, **chained},
            {"name": "other", "source_profile": "production", **chained},
        )
        assert failure_of({**no_key, "profile": "production"}).message.startswith(problem)


class TestOidc:
    @pytest.fixture
    def pod(self, cloud: RdsSimulator, no_key: Connection, tmp_path: Path) -> Connection:
        file = tmp_path / "token"
        file.write_text(f"{cloud.issue_oidc_token(PROVIDER)}\n", encoding="utf-8")
        arn = cloud.add_role("pod", oidc_provider=PROVIDER)
        return {**no_key, "assume_role_arn": arn, "oidc_provider_arn": PROVIDER, "oidc_token_file": str(file)}

    def test_a_token_is_exchanged_without_a_signature(self, cloud: RdsSimulator, pod: Connection) -> None:
        assert works(pod)
        asked = cloud.calls[0]
        assert (asked.action, cloud.signers(READ)) == ("AssumeRoleWithOIDC", [pod["assume_role_arn"]])
        # What is in a URL ends up in the logs of proxies.
        assert "OIDCToken" not in asked.request.target
        assert b"OIDCToken=eyJ" in asked.request.body
        assert b"AccessKeyId" not in asked.request.body
        assert "AccessKeyId" not in asked.request.target

    def test_a_profile_does_that_too(self, cloud: RdsSimulator, pod: Connection, tmp_path: Path) -> None:
        names = {"ram_role_arn": "assume_role_arn", "oidc_provider_arn": "", "oidc_token_file": ""}
        role = {name: pod[option or name] for name, option in names.items()}
        write_profiles(tmp_path, {"name": "p", "mode": "OIDC", "region_id": REGION, **role})
        given = {**pod, **dict.fromkeys([*names, "assume_role_arn"]), "profile": "p", "region": None}
        assert works(given)
        assert cloud.signers(READ) == [pod["assume_role_arn"]]

    @pytest.mark.parametrize("name", ["oidc_provider_arn", "oidc_token_file", "assume_role_arn"])
    def test_a_part_of_it_is_refused(self, cloud: RdsSimulator, pod: Connection, name: str) -> None:
        failure = failure_of({**pod, name: None})
        assert failure.message.startswith("oidc_provider_arn, oidc_token_file and assume_role_arn go together; give")
        assert cloud.calls == []

    def test_a_file_that_is_no_token_is_told(self, pod: Connection, tmp_path: Path) -> None:
        (tmp_path / "binary").write_bytes(b"\xff\xfe")
        (tmp_path / "empty").write_text("\n", encoding="utf-8")
        for name, problem in (
            ("nowhere", "cannot be read (FileNotFoundError); give the path of a file with the token"),
            ("binary", "cannot be read (UnicodeDecodeError)"),
            ("\0", "cannot be read (ValueError)"),
            ("empty", "is empty; put the token there"),
        ):
            failure = failure_of({**pod, "oidc_token_file": str(tmp_path / name)})
            assert failure.kind is ErrorKind.AUTH
            assert failure.message.startswith("oidc_token_file, which is '")
            assert problem in failure.message

    @pytest.mark.parametrize(
        ("change", "kind", "problem"),
        [
            (
                {"oidc_provider_arn": f"{PROVIDER}2"},
                ErrorKind.DENIED,
                "check oidc_provider_arn, and that the role's trust policy admits that provider with this token",
            ),
            ({"oidc_token_file": "another"}, ErrorKind.AUTH, "the OIDC token is not accepted; check oidc_token_file"),
        ],
    )
    def test_what_sts_does_not_accept_is_told_without_the_token(
        self, cloud: RdsSimulator, pod: Connection, tmp_path: Path, change: Connection, kind: ErrorKind, problem: str
    ) -> None:
        (tmp_path / "another").write_text("eyJ.an.other", encoding="utf-8")
        if file := change.get("oidc_token_file"):
            change = {"oidc_token_file": str(tmp_path / file)}
        failure = failure_of({**pod, **change})
        assert failure.kind is kind
        assert failure.message.startswith(f"the role '{pod['assume_role_arn']}' cannot be assumed: {problem}")
        cloud.play(Refuse(401, "AuthenticationFail.OIDCToken.Invalid", "no eyJ.an.other"), "AssumeRoleWithOIDC")
        said = failure_of({**pod, "oidc_token_file": str(tmp_path / "another")}).message
        assert said.endswith("AuthenticationFail.OIDCToken.Invalid: no ***)")
