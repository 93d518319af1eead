# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Races: six playbooks at once change the same resource, round after round: two detach a group, four attach one.

Their starts are spread over a second. Run as a program, it prints how many changes were lost and what a change cost:
where the playbooks run on one machine, and so share its locks, and where each runs on a machine of its own, without
``settle`` and with it.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.integration.faults.kinds import KINDS, Kind, Simulator
from tests.integration.playbook import started, task
from tests.simulators.alibabacloud import RdsSimulator
from tests.simulators.aws import AwsSimulator, MotoServer
from tests.simulators.tencentcloud import TencentCloudSimulator

WRITERS = 6
REMOVERS = 2
OWN_GROUPS = 2
"""How many groups the others have: with those that were attached they are as many as an instance can have."""

SETTLES = (0, 1, 2, 3)
CALL_TAKES = 0.06
SPREAD = 1.0
PATIENCE = 120


@dataclass(frozen=True)
class Race:
    """What came of the rounds of a kind. ``lost`` are the changes of tasks that succeeded and are not there."""

    rounds: int
    lost: int
    failed: tuple[str, ...]
    calls: int
    seconds: float

    def __str__(self) -> str:
        changes = self.rounds * WRITERS
        return (
            f"{self.lost} of {changes} changes lost, {len(self.failed)} tasks failed, "
            f"{self.calls / changes:.1f} calls a task, {self.seconds / self.rounds:.1f} s a round"
        )


class _StartingLine(ThreadingHTTPServer):
    """Answers ``/round/writer`` once all writers of the round have asked."""

    daemon_threads = True
    request_queue_size = 2 * WRITERS

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Starter)
        self._lock = threading.Lock()
        self._rounds: dict[int, threading.Barrier] = {}
        self._started: set[tuple[int, int]] = set()

    def wait(self, number: int, writer: int) -> None:
        with self._lock:
            # Ansible may put the arguments of a task together more than once.
            if (number, writer) in self._started:
                return
            self._started.add((number, writer))
            together = self._rounds.setdefault(number, threading.Barrier(WRITERS))
        together.wait(PATIENCE)
        time.sleep(writer * SPREAD / WRITERS)


class _Starter(BaseHTTPRequestHandler):
    server: _StartingLine

    def do_GET(self) -> None:
        number, writer = map(int, self.path.strip("/").split("/"))
        self.server.wait(number, writer)
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"go")

    def log_message(self, *_arguments: object) -> None:
        """Say nothing of each request."""


@contextmanager
def _starting_line() -> Iterator[str]:
    with _StartingLine() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            thread.join()


def race(kind: Kind, cloud: Simulator, rounds: int, *, settle: int = 0, one_machine: bool = True) -> Race:
    """Have writers change a resource, in each round another one, and count the changes that miss."""
    cloud.reset()
    resources, groups = kind.populate(cloud, rounds)
    resources, kept = resources[:rounds], groups[0]
    removed, added = groups[1 : REMOVERS + 1], groups[REMOVERS + 1 :][:OWN_GROUPS]
    asks = [(group, "absent") for group in removed]
    asks += [(added[writer % OWN_GROUPS], "present") for writer in range(WRITERS - REMOVERS)]
    for resource in resources:
        cloud.attach(resource, kept, *removed)
    cloud.calls.clear()
    cloud.delay = CALL_TAKES
    began = time.monotonic()
    with ExitStack() as stack:
        line = stack.enter_context(_starting_line())
        shared = stack.enter_context(tempfile.TemporaryDirectory())
        playing = [
            stack.enter_context(
                started(
                    _tasks(kind, cloud, resources, ask, settle, f"{line}/%d/{writer}"),
                    environ={"TMPDIR": shared if one_machine else stack.enter_context(tempfile.TemporaryDirectory())},
                )
            )
            for writer, ask in enumerate(asks)
        ]
        done = [play.run().tasks for play in playing]
    seconds = time.monotonic() - began
    cloud.delay = 0.0
    lost = [
        (resource, group)
        for (group, state), tasks in zip(asks, done, strict=True)
        for resource, one in zip(resources, tasks, strict=True)
        if not one.failed and (group in cloud.groups(resource)) != (state == "present")
    ]
    failed = [one.msg for tasks in done for one in tasks if one.failed]
    return Race(len(resources), len(lost), tuple(failed), len(cloud.calls), seconds)


def _tasks(
    kind: Kind, cloud: Simulator, resources: list[str], ask: tuple[str, str], settle: int, line: str
) -> list[dict[str, Any]]:
    group, state = ask
    return [
        task(
            kind.module,
            **kind.connection(cloud),
            **{kind.ids: resource},
            # The arguments are put together when the task begins, and wait for the other writers.
            security_groups=(
                f"{{{{ lookup('ansible.builtin.url', '{line % number}', timeout={PATIENCE}) and '{group}' }}}}"
            ),
            state=state,
            settle=settle,
        )
        for number, resource in enumerate(resources)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=25)
    parser.add_argument("--kinds", choices=[kind.module for kind in KINDS], nargs="*")
    parser.add_argument("--settle", type=int, choices=SETTLES, nargs="*", default=SETTLES)
    arguments = parser.parse_args()
    with MotoServer() as moto, AwsSimulator(moto) as aws, TencentCloudSimulator() as tencent, RdsSimulator() as alibaba:
        clouds: dict[str, Simulator] = {"_aws": aws, "_tencentcloud": tencent, "_alibabacloud": alibaba}
        for kind in KINDS:
            if arguments.kinds is None or kind.module in arguments.kinds:
                cloud = clouds[kind.fixture]
                found = race(kind, cloud, arguments.rounds)
                sys.stdout.write(f"{kind.module} on one machine: {found}\n")
                for settle in arguments.settle:
                    found = race(kind, cloud, arguments.rounds, settle=settle, one_machine=False)
                    sys.stdout.write(f"{kind.module} on {WRITERS} machines, settle {settle}: {found}\n")
                    sys.stdout.flush()


if __name__ == "__main__":
    main()
