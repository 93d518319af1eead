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
from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible import metadata
from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.options import resolve
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.errors import CloudError, ErrorKind
from ansible_collections.crosscloud.security_groups.plugins.module_utils._tencentcloud import client as module
from ansible_collections.crosscloud.security_groups.plugins.module_utils._tencentcloud.client import Client
from ansible_collections.crosscloud.security_groups.plugins.module_utils._tencentcloud.options import CONNECTION

from tests.simulators.server import Reply, Request, Simulator
from tests.simulators.tencentcloud import SECRET_ID, SECRET_KEY, TencentCloudSimulator
from tests.unit.conftest import Connection, Serve
from tests.unit.gates import open_gate

READ = "DescribeNetworkInterfaces"
ROLE_PATH = "/latest/meta-data/cam/security-credentials/"
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
    monkeypatch.setattr(module.credentials.CVMRoleCredential, "_role_endpoint", url + ROLE_PATH)


def write_profile(tmp_path: Path, content: str) -> None:
    folder = tmp_path / ".tencentcloud"
    folder.mkdir()
    (folder / "credentials").write_text(content, encoding="utf-8")


def failure_of(connection: Connection) -> Any:
    with pytest.raises(CloudError) as caught:
        Client(connection, "vpc", open_gate())
    return caught.value.failure


class TestOptions:
    def test_the_environment_stands_in(self) -> None:
        assert resolve(CONNECTION, {}, ENVIRON) == {
            "secret_id": "env-id",
            "secret_key": "env-key",
            "token": "env-token",
            "region": "env-region",
            "endpoint": None,
        }

    def test_a_token_of_the_environment_does_not_join_the_key_of_the_task(self) -> None:
        resolved = resolve(CONNECTION, {"secret_id": "id", "secret_key": "key"}, ENVIRON)
        assert resolved["token"] is None

    def test_an_empty_variable_counts_as_not_set(self) -> None:
        assert set(resolve(CONNECTION, {}, dict.fromkeys(ENVIRON, "")).values()) == {None}

    def test_secrets_are_marked(self) -> None:
        assert [option.name for option in CONNECTION if option.secret] == ["secret_key", "token"]


class TestKeys:
    @pytest.mark.parametrize(
        "change", [{"secret_id": None}, {"secret_key": ""}, {"secret_id": "", "secret_key": "", "token": "t"}]
    )
    def test_half_a_key_is_refused(self, connection: Connection, change: Connection) -> None:
        failure = failure_of({**connection, **change})
        assert failure.kind is ErrorKind.INVALID
        assert "secret_id and secret_key go together" in failure.message

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
            assert "NetworkInterfaceSet" in Client(connection, "vpc", open_gate()).call(READ, {})
            assert metadata.calls == []


class TestProfileFile:
    def test_it_gives_the_key(self, no_key: Connection, tmp_path: Path) -> None:
        write_profile(tmp_path, f"[default]\nsecret_id={SECRET_ID}\nsecret_key = {SECRET_KEY}\n")
        assert "NetworkInterfaceSet" in Client(no_key, "vpc", open_gate()).call(READ, {})

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
        assert failure.message.startswith("the file of credentials, ~/.tencentcloud/credentials, cannot be read")
        assert "se-cret" not in failure.message


class TestMachineRole:
    def test_it_gives_key_and_token(
        self, cloud: TencentCloudSimulator, no_key: Connection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        cloud.token = "role-token"
        with Metadata() as metadata:
            look_up_at(monkeypatch, metadata.url)
            client = Client(no_key, "vpc", open_gate())
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
            client = Client(no_key, "vpc", open_gate())
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
            Client(no_key, "vpc", open_gate())
            assert (len(service.calls), len(proxy.calls)) == (2, 0)

    def test_nobody_there_is_told(self, no_key: Connection) -> None:
        failure = failure_of(no_key)
        assert (failure.kind, failure.passes) == (ErrorKind.AUTH, False)
        assert failure.message == (
            "no Tencent Cloud credentials; set secret_id and secret_key, or the environment variables "
            "TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY, or write them to ~/.tencentcloud/credentials, or bind "
            "a role to the machine"
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
