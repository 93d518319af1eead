# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where a key comes from, and that nothing else is looked for where there is one."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.crosscloud.security_groups.plugins.module_utils._aliyun import client as module
from ansible_collections.crosscloud.security_groups.plugins.module_utils._aliyun.client import Client
from ansible_collections.crosscloud.security_groups.plugins.module_utils._aliyun.db_instances import (
    DB_INSTANCE_MODULES,
)
from ansible_collections.crosscloud.security_groups.plugins.module_utils._aliyun.options import CONNECTION
from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible import metadata
from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.options import (
    info_arguments,
    resolve,
)
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.errors import (
    CloudError,
    ErrorKind,
    Failure,
)

from tests.simulators.alibabacloud import ACCESS_KEY_ID, ACCESS_KEY_SECRET, REGION, RdsSimulator
from tests.simulators.server import CloudRefusal, Reply, Request, Simulator
from tests.unit.conftest import Connection, Serve
from tests.unit.gates import open_gate

READ = "DescribeDBInstances"
ROLE_PATH = "/latest/meta-data/ram/security-credentials/"
ENVIRON = {
    "ALIBABA_CLOUD_ACCESS_KEY_ID": "env-id",
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": "env-secret",
    "ALIBABA_CLOUD_SECURITY_TOKEN": "env-token",
    "ALIBABA_CLOUD_ECS_METADATA": "env-role",
    "ALIBABA_CLOUD_PROFILE": "env-profile",
    "ALIBABA_CLOUD_REGION_ID": "env-region",
}
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
        Client(connection, open_gate()).call(READ)
    return caught.value.failure


def works(connection: Connection) -> bool:
    return "Items" in Client(connection, open_gate()).call(READ)


class TestOptions:
    def test_the_environment_stands_in(self) -> None:
        assert resolve(CONNECTION, {}, ENVIRON) == {
            "access_key_id": "env-id",
            "access_key_secret": "env-secret",
            "security_token": "env-token",
            "ecs_role_name": "env-role",
            "profile": "env-profile",
            "region": "env-region",
            "endpoint": None,
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
            "ALICLOUD_REGION": "region-1",
            "ALICLOUD_REGION_ID": "region-2",
        }
        expected = {
            "access_key_id": "id-1",
            "access_key_secret": "secret-1",
            "security_token": "token",
            "ecs_role_name": "role",
            "profile": "profile",
            "region": "region-1",
            "endpoint": None,
        }
        assert resolve(CONNECTION, {}, both) == expected
        assert resolve(CONNECTION, {}, {**both, **ENVIRON})["access_key_id"] == "env-id"
        assert resolve(CONNECTION, {}, {**both, **dict.fromkeys(ENVIRON, "")}) == expected

    def test_an_empty_variable_counts_as_not_set(self) -> None:
        assert set(resolve(CONNECTION, {}, dict.fromkeys(ENVIRON, "")).values()) == {None}

    @pytest.mark.parametrize(
        ("given", "left"),
        [
            ({"access_key_id": "id", "access_key_secret": "secret"}, {"security_token", "ecs_role_name", "profile"}),
            ({"access_key_secret": "secret"}, {"security_token", "ecs_role_name", "profile"}),
            ({"ecs_role_name": "role"}, {"access_key_id", "access_key_secret", "security_token", "profile"}),
            ({"profile": "p"}, {"access_key_id", "access_key_secret", "security_token", "ecs_role_name"}),
        ],
    )
    def test_what_the_task_gives_is_not_mixed_with_the_environment(self, given: dict[str, str], left: set[str]) -> None:
        resolved = resolve(CONNECTION, given, ENVIRON)
        assert {name for name, value in resolved.items() if value is None} == left | {"endpoint"}

    def test_a_role_a_profile_and_a_key_exclude_each_other(self) -> None:
        exclusive = {frozenset(pair) for pair in info_arguments(DB_INSTANCE_MODULES)["mutually_exclusive"]}
        keys = ("access_key_id", "access_key_secret", "security_token")
        assert exclusive == {
            frozenset(("db_instance_ids", "tags")),
            frozenset(("ecs_role_name", "profile")),
            *(frozenset((key, other)) for key in keys for other in ("ecs_role_name", "profile")),
        }

    def test_secrets_are_marked(self) -> None:
        assert [option.name for option in CONNECTION if option.secret] == ["access_key_secret", "security_token"]


class TestKeys:
    @pytest.mark.parametrize(
        "change",
        [
            {"access_key_id": None},
            {"access_key_secret": ""},
            {"access_key_id": "", "access_key_secret": "", "security_token": "t"},
        ],
    )
    def test_half_a_key_is_refused(self, connection: Connection, change: Connection) -> None:
        failure = failure_of({**connection, **change})
        assert failure.kind is ErrorKind.INVALID
        assert "access_key_id and access_key_secret go together" in failure.message

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
            ({**PROFILE, "mode": "RamRoleArn"}, "the profile 'production' has the mode 'RamRoleArn' or lacks"),
            ({**PROFILE, "mode": "EcsRamRole"}, "the profile 'production' has the mode 'EcsRamRole' or lacks"),
            ({**PROFILE, "access_key_secret": ""}, "access_key_id and access_key_secret of the profile 'production'"),
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
            client = Client(role, open_gate())
            client.call(READ)
            client.call(READ)
            assert [call.action for call in metadata.calls] == [f"{ROLE_PATH}db-admin"]

    def test_no_proxy_is_asked_for_it(
        self, cloud: RdsSimulator, role: Connection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cloud.security_token = "role-token"
        monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
        monkeypatch.setattr(module, "get_environ_proxies", lambda *_url, **_more: {})
        with Metadata() as metadata:
            look_up_at(monkeypatch, metadata.url)
            assert works(role)

    def test_its_credentials_are_not_quoted(
        self, cloud: RdsSimulator, role: Connection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cloud.security_token = "another-token"
        with Metadata() as metadata:
            look_up_at(monkeypatch, metadata.url)
            client = Client(role, open_gate())
            with pytest.raises(CloudError):
                client.call(READ)
            assert client._quote(f"{ACCESS_KEY_ID} {ACCESS_KEY_SECRET} role-token") == "*** *** ***"  # noqa: SLF001

    def test_it_is_asked_anew_before_its_credentials_expire(
        self, cloud: RdsSimulator, role: Connection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cloud.security_token = "role-token"
        monkeypatch.setattr(module.EcsRamRoleSigner, "_SESSION_PERIOD", -1)
        with Metadata() as metadata:
            look_up_at(monkeypatch, metadata.url)
            client = Client(role, open_gate())
            before = len(metadata.calls)
            client.call(READ)
            assert len(metadata.calls) == before + 1

    def test_nobody_there_is_told_before_any_call(self, role: Connection) -> None:
        with pytest.raises(CloudError) as caught:
            Client(role, open_gate())
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
