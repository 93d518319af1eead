# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A playbook that is killed in the middle of many resources, and run again."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import suppress

import pytest

from tests.integration.faults.kinds import KINDS, Kind, Simulator
from tests.integration.playbook import COLLECTION, play, started, task

MANY = 30


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.module)
def test_killed_in_the_middle_and_run_again(request: pytest.FixtureRequest, kind: Kind) -> None:
    cloud: Simulator = request.getfixturevalue(kind.fixture)
    cloud.reset()
    resources, groups = kind.populate(cloud, MANY)
    resources = resources[:MANY]
    for resource in resources:
        cloud.attach(resource, *groups[:2])
    old, new = kind.in_order(groups[:2]), kind.in_order(groups[:3])
    defaults = {f"{COLLECTION}.{kind.module}": kind.connection(cloud)}
    tasks = [task(kind.module, **{kind.ids: resources}, security_groups=groups[2], parallelism=2)]

    cloud.delay = 0.05
    with started(tasks, defaults=defaults) as playing:
        wait_until(lambda: cloud.count(kind.write) >= MANY // 5)
        for pid in reversed(family(playing.process.pid)):
            # One of them may just have come to its end.
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
    wait_until(lambda: cloud.connections == 0)
    after_kill = [kind.attached(cloud, resource) for resource in resources]
    assert all(one in (old, new) for one in after_kill)
    assert 0 < after_kill.count(new) < MANY
    assert cloud.count(kind.write) == after_kill.count(new)

    cloud.delay = 0.0
    again = play(tasks, defaults=defaults).tasks[0]
    assert not again.failed, again.msg
    assert again.each("verified") == [True] * MANY
    assert [kind.in_order(one) for one in again.each("before")] == after_kill
    assert again.each("changed") == [one == old for one in after_kill]
    assert [kind.attached(cloud, resource) for resource in resources] == [new] * MANY
    assert cloud.count(kind.write) == MANY
    assert all(set(one) == set(new) for one in kind.lists_sent(cloud.calls))


def family(pid: int) -> list[int]:
    """Return a process and those that it started, and so on."""
    listing = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True, check=True).stdout
    rows = [tuple(map(int, line.split())) for line in listing.splitlines()]
    found = [pid]
    for parent in found:
        found += [child for child, ppid in rows if ppid == parent]
    return found


def wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)
