# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.simulators.alibabacloud import ACCESS_KEY_ID, ACCESS_KEY_SECRET, REGION, Estate, RdsSimulator

if TYPE_CHECKING:
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._aliyun.client import Client
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._aliyun.db_instances import DbInstances
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.options import Runtime

PARALLELISM = 8
SETTINGS = ("ALIBABA_CLOUD_", "ALICLOUD_", "ALIYUN_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "DEBUG")

UTILS = "ansible_collections.crosscloud.security_groups.plugins.module_utils"

Connection = dict[str, Any]
Serve = Callable[[bytes | None], str]


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.upper().startswith(SETTINGS):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def cloud() -> Iterator[RdsSimulator]:
    with RdsSimulator() as simulator:
        yield simulator


@pytest.fixture
def estate(cloud: RdsSimulator) -> Estate:
    return cloud.populate()


@pytest.fixture
def nothing_given() -> Connection:
    return {
        "access_key_id": None,
        "access_key_secret": None,
        "security_token": None,
        "ecs_role_name": None,
        "profile": None,
        "region": REGION,
        "endpoint": None,
    }


@pytest.fixture
def connection(cloud: RdsSimulator, nothing_given: Connection) -> Connection:
    key = {"access_key_id": ACCESS_KEY_ID, "access_key_secret": ACCESS_KEY_SECRET}
    return {**nothing_given, **key, "endpoint": cloud.url}


def ours(name: str) -> Any:
    """Import one of our modules: pytest makes the collection known only after it has loaded this file."""
    return import_module(f"{UTILS}.{name}")


@pytest.fixture
def runtime() -> Runtime:
    def together(call: Callable[[Any], Any], items: Sequence[Any], /) -> list[Any]:
        with ThreadPoolExecutor(PARALLELISM) as pool:
            return list(pool.map(call, items))

    clock = ours("_core.adapter").Clock(time.monotonic, time.sleep, lambda: 1.0)
    return ours("_ansible.options").Runtime(clock, together, PARALLELISM)


@pytest.fixture
def client(connection: Connection) -> Client:
    return ours("_aliyun.client").Client(connection)


@pytest.fixture
def instances(connection: Connection, runtime: Runtime) -> DbInstances:
    return ours("_aliyun.db_instances").DB_INSTANCE_MODULES.connect(connection, runtime)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start a server that sends bytes to whoever connects, or, given None, says nothing; return its URL."""
    servers: list[socket.socket] = []
    silent: list[socket.socket] = []

    def accept(server: socket.socket, answer: bytes | None) -> None:
        while True:
            try:
                client = server.accept()[0]
            except OSError:
                return
            if answer is None:
                silent.append(client)
                continue
            with client:
                client.recv(65536)
                client.sendall(answer)

    def start(answer: bytes | None) -> str:
        server = socket.create_server(("127.0.0.1", 0))
        servers.append(server)
        threading.Thread(target=accept, args=(server, answer), daemon=True).start()
        return f"http://127.0.0.1:{server.getsockname()[1]}"

    yield start
    for one in servers + silent:
        one.close()
