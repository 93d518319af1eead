# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A client whose calls nothing slows down."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Any

from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.options import Runtime
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.adapter import Clock
from ansible_collections.crosscloud.security_groups.plugins.module_utils._tencentcloud.client import Client
from ansible_collections.crosscloud.security_groups.plugins.module_utils._tencentcloud.credentials import connect
from ansible_collections.crosscloud.security_groups.plugins.module_utils._tencentcloud.errors import VPC, Service

from tests.unit.conftest import Connection
from tests.unit.gates import open_gate


def connected(connection: Connection, service: Service = VPC) -> Client:
    """Return a client of a service; what it waits for is over at once."""
    clock = Clock(time.monotonic, lambda _seconds: None, lambda: 1.0)
    return connect(connection, service, Runtime(clock, open_gate(), _in_turn, 1, writes=True))


def _in_turn(call: Callable[[Any], Any], items: Sequence[Any], /) -> list[Any]:
    return [call(item) for item in items]
