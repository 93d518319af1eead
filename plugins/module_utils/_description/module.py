# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules share that work on all kinds: the option ``connections``, and what calls run on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from .._ansible.machine import runtime as new_runtime
from .._ansible.module import Module
from .._ansible.options import Runtime, SelectingAdapter, connection_arguments
from .._ansible.secrets import passwords, texts
from .._core.errors import CloudError, ErrorKind, Failure
from . import connections
from .kinds import KINDS

PARALLELISM = 16
"""Calls under way at once for each connection and region."""


@dataclass(frozen=True, slots=True)
class Where:
    """A connection by its name, or None for the environment, and a region, or None for that of the environment."""

    connection: str | None
    region: str | None


class ConnectionsModule(Module):
    """A module with the option ``connections``, whose secrets no argument specification can name."""

    def _load_params(self) -> None:
        super()._load_params()
        given_connections = self.params.get("connections") or {}
        self._contradictions += connections.form_problems(given_connections, "connections")
        self.hide(connections.secrets(given_connections))
        self.no_log_values.update(password for text in texts(given_connections) for password in passwords(text))
        self.connections: Mapping[str, Any] = given_connections if isinstance(given_connections, Mapping) else {}
        # Ansible prints the arguments of a task at -vvv.
        self.params["connections"] = connections.shown(given_connections)

    def connect_to(self, kind: str, where: Where, runtime: Runtime) -> SelectingAdapter:
        """Return the adapter of a kind for a connection and a region; raise CloudError where that does not work."""
        options: Any = {} if where.connection is None else self.connections[where.connection]
        name, declared = f"connections['{where.connection}']", KINDS[kind]
        if problems := connections.problems(kind, name, options):
            raise CloudError(Failure(ErrorKind.INVALID, "; ".join(problems)))
        # As text, no is a bool and 900 a number, as they are in the arguments of a module.
        validator = ArgumentSpecValidator(**connection_arguments(declared))
        valid = validator.validate({**connections.options_of(options), "region": where.region})
        if valid.error_messages:
            raise CloudError(Failure(ErrorKind.INVALID, f"{name}: {'; '.join(valid.error_messages)}"))
        return self.connect(declared, valid.validated_parameters, runtime)


@contextmanager
def runtimes(
    places: Iterable[Where], parallelism: int, wait_timeout: float, *, writes: bool
) -> Iterator[dict[Where, tuple[Runtime, Executor]]]:
    """Make what the calls of each connection and region run on: one gate and one pool of threads for all kinds."""
    with ExitStack() as stack:
        yield {
            where: (
                new_runtime(parallelism, wait_timeout, writes=writes),
                stack.enter_context(ThreadPoolExecutor(parallelism)),
            )
            for where in dict.fromkeys(places)
        }


def extras(runtimes: Iterable[Runtime]) -> dict[str, list[object]]:
    """Return what connections add to the result of a task, such as the names of the calls, each once."""
    found: dict[str, dict[object, None]] = {}
    for runtime in runtimes:
        for name, values in runtime.extras.items():
            found.setdefault(name, {}).update(dict.fromkeys(values if isinstance(values, list) else [values]))
    return {name: list(values) for name, values in found.items()}


def utc_now() -> str:
    """Return the time as results and reports write it."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
