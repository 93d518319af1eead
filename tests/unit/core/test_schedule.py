# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The order of calls, and what they cost."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.adapter import Clock, OnGroups, Snapshot
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.errors import CloudError, Failure
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.reconcile import (
    Outcome,
    Policy,
)
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.requests import Request, Wanted

from .cloud import BROKEN, THROTTLED, Cloud, Time, failing, reconcile_one


@dataclass
class Timed(Cloud):
    """A cloud that notes when it was called, and that takes so many writes in so many seconds."""

    rate: int = 1_000_000
    window: float = 1.0
    written_at: list[float] = field(default_factory=list)
    read_at: list[float] = field(default_factory=list)
    admitted: deque[float] = field(default_factory=deque)

    def read(self, ids: Sequence[str], on_groups: OnGroups | None = None, /) -> dict[str, Snapshot | Failure]:
        self.read_at.append(self.time.at)
        return super().read(ids, on_groups)

    def write(self, seen: Snapshot, groups: Sequence[str]) -> None:
        self.written_at.append(self.time.at)
        assert self.time.at - seen.read_at <= 3, "written upon an old reading"
        while self.admitted and self.admitted[0] <= self.time.at - self.window:
            self.admitted.popleft()
        if len(self.admitted) >= self.rate:
            self.writes.append((seen.id, "throttled"))
            raise CloudError(THROTTLED)
        self.admitted.append(self.time.at)
        super().write(seen, groups)


def gates(number: int) -> list[str]:
    return [f"gate-{one}" for one in range(number)]


def cloud_of(number: int, **features: object) -> Timed:
    return Timed(Time(), dict.fromkeys(gates(number), "a"), **features)  # type: ignore[arg-type]


def add(cloud: Cloud, *, parallelism: int = 8, wait_timeout: float = 120) -> Outcome:
    requests = [Request(gate, Wanted(("b",))) for gate in cloud.lists]
    return reconcile_one(cloud, requests, Policy(wait_timeout=wait_timeout), cloud.machine(parallelism))


def test_writes_that_are_all_throttled_are_given_up_together() -> None:
    cloud = cloud_of(500, rate=0)
    began = cloud.time.at
    outcome = add(cloud, wait_timeout=60)
    assert cloud.time.at - began < 150
    assert len(cloud.writes) < 150
    assert [result.error and result.error.code for result in outcome.results] == ["Throttled"] * 500
    assert not any(result.changed for result in outcome.results)
    assert "slow down (given up after 60 s)" in str(outcome.message)


def test_one_call_reads_many_back() -> None:
    cloud = cloud_of(50, batch=100)
    assert add(cloud).message is None
    assert cloud.reads == [gates(50), gates(50)]
    assert [gate for gate, _groups in cloud.writes] == gates(50)


def test_a_call_reads_no_more_back_than_it_may() -> None:
    cloud = cloud_of(50, batch=20)
    assert add(cloud).message is None
    assert [len(ids) for ids in cloud.reads] == [50, 20, 20, 10]


def test_each_is_read_back_alone_where_a_call_reads_one() -> None:
    cloud = cloud_of(10)
    assert add(cloud).message is None
    assert sorted(map(tuple, cloud.reads[1:])) == sorted((gate,) for gate in gates(10))


@pytest.mark.parametrize("batch", [1, 100])
def test_the_first_look_is_taken_within_a_second_of_the_write(batch: int) -> None:
    cloud = cloud_of(60, batch=batch, call_takes=0.05)
    assert add(cloud, parallelism=1).message is None
    for number, (gate, _groups) in enumerate(cloud.writes):
        looks = [at for at, ids in zip(cloud.read_at, cloud.reads, strict=True) if gate in ids]
        assert min(at for at in looks if at > cloud.written_at[number]) - cloud.written_at[number] <= 1.1


def test_the_first_look_does_not_wait_for_writes_that_are_throttled() -> None:
    cloud = cloud_of(6, batch=100, rate=1, window=3, call_takes=0.05)
    assert add(cloud, wait_timeout=60).message is None
    accepted = [
        (gate, at) for (gate, groups), at in zip(cloud.writes, cloud.written_at, strict=True) if groups != "throttled"
    ]
    assert sorted(gate for gate, _at in accepted) == gates(6)
    for gate, written_at in accepted:
        looks = [at for at, ids in zip(cloud.read_at, cloud.reads, strict=True) if gate in ids and at > written_at]
        assert min(looks) - written_at <= 1.1


def test_a_plan_made_again_takes_its_company_along() -> None:
    cloud = cloud_of(60, batch=100, call_takes=0.05)
    assert add(cloud, parallelism=1).message is None
    # 60 writes take 3 seconds, and a reading is good for one.
    assert len(cloud.reads) <= 6


def test_the_latest_reading_is_written_upon_first() -> None:
    cloud = cloud_of(3)
    ages = {"gate-0": 0.5, "gate-1": 0.1, "gate-2": 0.9}
    plain = cloud.read

    def read(ids: Sequence[str], _on_groups: OnGroups | None = None) -> dict[str, Snapshot | Failure]:
        found = plain(ids)
        cloud.time.at += 0.9 * (len(ids) == len(ages))
        return {
            gate: Snapshot(gate, ("a",), cloud.time.at - ages[gate], "open") if len(ids) == len(ages) else found[gate]
            for gate in ids
        }

    cloud.read = read  # type: ignore[method-assign]
    assert add(cloud).message is None
    assert [gate for gate, _groups in cloud.writes] == ["gate-1", "gate-0", "gate-2"]


@pytest.mark.parametrize(("rate", "batch"), [(10, 100), (10, 1), (100, 100)])
def test_a_rate_limit_is_ridden_out(rate: int, batch: int) -> None:
    cloud = cloud_of(rate * 20, batch=batch, rate=rate)
    outcome = add(cloud, wait_timeout=10)
    assert outcome.message is None
    throttled = sum(groups == "throttled" for _gate, groups in cloud.writes)
    assert throttled <= 8 + 0.05 * len(cloud.lists)
    assert cloud.time.at - 1000 < 40
    if batch > 1:
        assert len(cloud.reads) < 45


def test_a_throttled_write_is_sent_again_upon_the_same_reading() -> None:
    cloud = cloud_of(1)
    cloud.before_write = [failing(THROTTLED)]
    assert add(cloud).message is None
    assert len(cloud.reads) == 2 + (cloud.written_at[1] - 1000 > 1)
    assert len(cloud.writes) == 2


def test_trouble_with_one_holds_up_no_other() -> None:
    cloud = cloud_of(3)
    cloud.states["gate-1"] = "moving"
    outcome = add(cloud, wait_timeout=60)
    assert [result.error is None for result in outcome.results] == [True, False, True]
    assert cloud.written_at == [1000.0, 1000.0]


def test_a_call_that_hangs_holds_up_no_other() -> None:
    cloud = cloud_of(3)
    others_are_done = threading.Event()
    done_meanwhile = []
    plain_read, plain_write = cloud.read, cloud.write
    read_back = []

    def read(ids: Sequence[str], _on_groups: OnGroups | None = None) -> dict[str, Snapshot | Failure]:
        if cloud.writes:
            read_back.extend(ids)
        if {"gate-1", "gate-2"} <= set(read_back):
            others_are_done.set()
        return plain_read(ids)

    def write(seen: Snapshot, groups: Sequence[str]) -> None:
        if seen.id == "gate-0":
            done_meanwhile.append(others_are_done.wait(10))
        plain_write(seen, groups)

    cloud.read, cloud.write = read, write  # type: ignore[method-assign]
    requests = [Request(gate, Wanted(("b",))) for gate in gates(3)]
    with ThreadPoolExecutor(2) as executor:
        outcome = reconcile_one(cloud, requests, Policy(), replace(cloud.machine(2), executor=executor))
    assert (outcome.message, done_meanwhile) == (None, [True])
    assert [result.id for result in outcome.results] == gates(3)


def test_a_call_that_hangs_keeps_no_other_from_being_tried_again() -> None:
    cloud = cloud_of(2)
    cloud.time.at = time.monotonic()
    tried_again = threading.Event()
    done_meanwhile = []
    plain_write = cloud.write

    def write(seen: Snapshot, groups: Sequence[str]) -> None:
        if seen.id == "gate-0":
            done_meanwhile.append(tried_again.wait(10))
        elif len(cloud.reads) == 1:
            raise CloudError(BROKEN)
        else:
            tried_again.set()
        plain_write(seen, groups)

    cloud.write = write  # type: ignore[method-assign]
    requests = [Request(gate, Wanted(("b",))) for gate in gates(2)]
    clock = Clock(time.monotonic, time.sleep, lambda: 0.0)
    with ThreadPoolExecutor(2) as executor:
        outcome = reconcile_one(cloud, requests, Policy(), replace(cloud.machine(2), executor=executor, clock=clock))
    assert (outcome.message, done_meanwhile) == (None, [True])


def test_a_defect_in_one_call_takes_no_result_with_it() -> None:
    cloud = cloud_of(2)

    def trip() -> None:
        raise KeyError("it")

    cloud.before_write = [trip] * 1000
    outcome = add(cloud, wait_timeout=0)
    assert outcome.message == (
        "2 of 2 gates failed: gates gate-0, gate-1: unexpected KeyError: 'it'; this is a defect, report it "
        "(given up after 0 s; the list that was sent last was not attached when it was read back)"
    )
    assert [result.change.before for result in outcome.results if result.change] == [("a",), ("a",)]


def test_each_write_is_made_under_a_lock_that_is_given_back() -> None:
    cloud = cloud_of(3)
    assert add(cloud).message is None
    assert sorted(cloud.others.taken) == sorted(cloud.others.given_back) == gates(3)


def test_no_lock_is_kept_while_a_resource_has_to_wait() -> None:
    cloud = cloud_of(1)
    cloud.before_write = [failing(BROKEN), lambda: None]
    assert add(cloud).message is None
    assert cloud.others.taken == cloud.others.given_back == ["gate-0", "gate-0"]


def test_what_another_task_wrote_since_the_reading_is_read_before_the_write() -> None:
    cloud = cloud_of(1)
    cloud.others.had_at["gate-0"] = 1000.0
    cloud.before_read = [lambda: None, lambda: cloud.lists.update({"gate-0": "az"})]
    assert add(cloud).message is None
    assert cloud.writes == [("gate-0", "azb")]
    assert cloud.others.taken == cloud.others.given_back == ["gate-0"]


def test_another_task_is_waited_for() -> None:
    cloud = cloud_of(2)
    cloud.others.now.add("gate-0")
    plain = cloud.time.sleep

    def sleep(seconds: float) -> None:
        plain(seconds)
        if cloud.time.at > 1003:
            cloud.others.now.clear()

    cloud.time.sleep = sleep  # type: ignore[method-assign]
    assert add(cloud).message is None
    assert [gate for gate, _groups in cloud.writes] == ["gate-1", "gate-0"]


def test_another_task_is_not_waited_for_without_end() -> None:
    cloud = cloud_of(1)
    cloud.others.now.add("gate-0")
    outcome = add(cloud, wait_timeout=20)
    assert outcome.message == (
        "gate gate-0: another task on this machine is changing its security groups all the time; run the task again "
        "(given up after 20 s)"
    )
    assert cloud.writes == []


class OfTwoThreads(ThreadPoolExecutor):
    """An executor on a machine that allows two threads. As the library's own, it keeps a call that it has refused."""

    def __init__(self) -> None:
        super().__init__(2)
        self.under_way = 0
        self.accepted = 0

    def submit(self, call: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        future = super().submit(call, *args, **kwargs)
        if self.under_way == 2:
            raise RuntimeError("can't start new thread")
        self.under_way += 1
        self.accepted += 1
        future.add_done_callback(self._done)
        return future

    def _done(self, _future: Future[Any]) -> None:
        self.under_way -= 1


def test_too_few_threads_are_no_failure_and_leave_no_call_behind() -> None:
    cloud = cloud_of(20)
    with OfTwoThreads() as executor:
        machine = replace(cloud.machine(), executor=executor)
        requests = [Request(gate, Wanted(("b",))) for gate in gates(20)]
        outcome = reconcile_one(cloud, requests, Policy(wait_timeout=30), machine)
    assert outcome.message is None
    assert all(result.changed and result.verified for result in outcome.results)
    assert sorted(cloud.writes) == sorted((gate, "ab") for gate in gates(20))
    # The first reading is not the schedule's.
    asked = len(cloud.reads) - 1 + len(cloud.writes) + cloud.quota_reads + len(cloud.directory.asked)
    assert asked == executor.accepted
