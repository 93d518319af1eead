# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of the adapters share."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.options import Runtime

# Where other tests run beside it, one case may take longer than the fifth of a second that Hypothesis allows.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

PARALLELISM = 8
UTILS = "ansible_collections.crosscloud.security_groups.plugins.module_utils"

Connection = dict[str, Any]
Serve = Callable[[bytes | None], str]


def ours(name: str) -> Any:
    """Import one of our modules: pytest makes the collection known only after it has loaded this file."""
    return import_module(f"{UTILS}.{name}")


@pytest.fixture
def waits() -> list[float]:
    """The seconds of each wait for a turn."""
    return []


@pytest.fixture
def runtime(waits: list[float]) -> Runtime:
    def sleep(seconds: float) -> None:
        waits.append(seconds)
        time.sleep(seconds)

    def together(call: Callable[[Any], Any], items: Sequence[Any], /) -> list[Any]:
        with ThreadPoolExecutor(PARALLELISM) as pool:
            return list(pool.map(call, items))

    clock = ours("_core.adapter").Clock(time.monotonic, sleep, lambda: 1.0)
    gate = ours("_core.pace").Gate(PARALLELISM, clock, 120)
    return ours("_ansible.options").Runtime(clock, gate, together, PARALLELISM, writes=True)


def throttled_twice(call: Callable[[], object]) -> None:
    """Make a call that the cloud throttles, and once more."""
    for _time in range(2):
        with pytest.raises(ours("_core.errors").CloudError) as caught:
            call()
        assert caught.value.failure.kind == "throttled"


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
