# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists that other writers replace after they read back as wanted, and writes upon what is too old."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.errors import ErrorKind
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.reconcile import Outcome, Policy
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.requests import Request, Wanted

from tests.unit.core.cloud import Answer, Cloud, InTurn, Time, reconcile_one


@pytest.fixture
def cloud() -> Cloud:
    return Cloud(Time(), {"gate-1": "ab"})


def run(cloud: Cloud, groups: str = "d", **policy: Any) -> Outcome:
    return reconcile_one(cloud, [Request("gate-1", Wanted(tuple(groups)))], Policy(**{"wait_timeout": 30, **policy}))


def at(cloud: Cloud, second: float, groups: str) -> None:
    """Have another writer write a list so many seconds after now."""
    due, plain = cloud.time.at + second, cloud.time.sleep

    def sleep(seconds: float) -> None:
        plain(seconds)
        if cloud.time.at >= due and cloud.time.at - seconds < due:
            cloud.lists["gate-1"] = groups

    cloud.time.sleep = sleep  # type: ignore[method-assign]


def test_by_default_a_list_that_reads_back_is_done(cloud: Cloud) -> None:
    outcome = run(cloud)
    assert (len(cloud.reads), cloud.writes, cloud.time.slept) == (2, [("gate-1", "abd")], [])
    assert outcome.results[0].verified


def test_a_list_is_looked_at_once_more_after_that_time(cloud: Cloud) -> None:
    began = cloud.time.at
    outcome = run(cloud, settle=3)
    assert (len(cloud.reads), len(cloud.writes)) == (3, 1)
    assert 3 <= cloud.time.at - began < 3.7
    assert (outcome.message, outcome.results[0].verified) == (None, True)


def test_nothing_is_waited_for_where_nothing_was_written(cloud: Cloud) -> None:
    assert run(cloud, "a", settle=3).results[0].verified
    assert (len(cloud.reads), cloud.time.slept) == (1, [])
    assert run(cloud, settle=3, check_mode=True).results[0].changed
    assert cloud.time.slept == []


def test_what_another_writer_replaced_is_done_again_and_kept(cloud: Cloud) -> None:
    # It wrote upon a reading from before.
    at(cloud, 1, "abx")
    outcome = run(cloud, settle=3)
    assert cloud.writes == [("gate-1", "abd"), ("gate-1", "abxd")]
    assert cloud.lists["gate-1"] == "abxd"
    assert outcome.message is None
    change = outcome.results[0].change
    assert change
    assert ("".join(change.before), "".join(change.after)) == ("ab", "abxd")


def test_the_very_list_from_before_is_another_writers_by_then(cloud: Cloud) -> None:
    at(cloud, 1, "ab")
    assert run(cloud, settle=3).message is None
    # It is not waited for as one that is shown late.
    assert cloud.writes == [("gate-1", "abd")] * 2
    assert len(cloud.reads) == 5


def test_a_list_that_never_stays_is_a_conflict(cloud: Cloud) -> None:
    def undo() -> None:
        cloud.lists["gate-1"] = "ab"

    began = cloud.time.at
    cloud.before_read = [lambda: None, *[lambda: None, undo] * 99]
    outcome = run(cloud, settle=3)
    assert outcome.results[0].error
    assert outcome.results[0].error.kind is ErrorKind.CONFLICT
    assert cloud.time.at - began <= 31


def test_a_list_that_cannot_stay_for_long_enough_is_a_conflict(cloud: Cloud) -> None:
    cloud.shown = ["ab", *["ab"] * 2]
    cloud.call_takes = 3.0
    outcome = run(cloud, settle=5, wait_timeout=8)
    assert outcome.results[0].error
    assert outcome.results[0].error.kind is ErrorKind.CONFLICT
    assert "did not stay so for 5 s" in outcome.results[0].error.message
    assert cloud.lists["gate-1"] == "abd"


def test_all_resources_settle_at_once() -> None:
    cloud = Cloud(Time(), {f"gate-{number}": "ab" for number in range(50)}, batch=100)
    began = cloud.time.at
    requests = [Request(gate, Wanted(("d",))) for gate in cloud.lists]
    outcome = reconcile_one(cloud, requests, Policy(settle=3))
    assert all(result.verified for result in outcome.results)
    assert cloud.time.at - began < 5
    assert len(cloud.reads) == 3


def test_upon_a_look_that_took_too_long_nothing_is_written(cloud: Cloud) -> None:
    # The first plan is old, and so is a look upon which another writer has written since.
    takes = [4.0, 10.0, 0.1, 0.1]

    def take() -> None:
        cloud.time.at += takes.pop(0) if takes else 0.1

    cloud.before_read = [take] * 9
    cloud.before_write = [lambda: None] * 9
    assert run(cloud).message is None
    assert takes == []
    assert len(cloud.writes) == 1


def test_reads_that_always_take_too_long_end_in_an_error(cloud: Cloud) -> None:
    cloud.call_takes = 4.0
    outcome = run(cloud)
    assert cloud.writes == []
    assert outcome.results[0].error
    assert outcome.results[0].error.kind is ErrorKind.TIMEOUT
    assert "it took 4 s to read its list" in outcome.results[0].error.message


class Stopping(InTurn):
    """Makes each call at once, but for the first one after ``armed``, before which the process is stopped for 4 s."""

    def __init__(self, time: Time) -> None:
        self.time = time
        self.armed = False

    def submit(self, call: Callable[..., Answer], /, *args: Any, **kwargs: Any) -> Future[Answer]:
        if self.armed:
            self.armed = False
            self.time.at += 4
        return super().submit(call, *args, **kwargs)


def test_a_process_that_was_stopped_before_it_sent_looks_again(cloud: Cloud) -> None:
    stopping = Stopping(cloud.time)
    machine = replace(cloud.machine(), executor=stopping)
    taken = cloud.others.take

    def take(resource_id: str) -> float | None:
        # Meanwhile another writer attaches a group.
        if not cloud.writes and len(cloud.reads) == 1:
            stopping.armed = True
            cloud.lists["gate-1"] = "abx"
        return taken(resource_id)

    cloud.others.take = take  # type: ignore[method-assign]
    reconcile_one(cloud, [Request("gate-1", Wanted(("d",)))], Policy(), machine)
    assert cloud.writes == [("gate-1", "abxd")]
