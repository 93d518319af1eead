# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import contextlib
import threading
import time as real_time
from concurrent.futures import ThreadPoolExecutor
from heapq import heappop, heappush

import pytest
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.adapter import Clock
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.errors import CloudError
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.pace import Gate, Pace

from .cloud import BROKEN, THROTTLED, Time

PATIENCE = 120.0


def limited(pace: Pace, time: Time, calls: int, rate: int) -> tuple[int, float]:
    """Make calls until so many were accepted by a cloud that takes ``rate`` a second; return how many it throttled."""
    began, throttled, admitted = time.at, 0, []
    while len(admitted) < calls:
        time.at += pace.book(time.at)
        if sum(at > time.at - 1 for at in admitted) < rate:
            admitted.append(time.at)
            pace.accepted(time.at, time.at)
        else:
            throttled += 1
            pace.throttled(time.at, time.at, THROTTLED)
        time.at += 0.001
    return throttled, time.at - began


def test_there_is_no_pace_until_a_call_is_throttled() -> None:
    pace = Pace(PATIENCE)
    for number in range(1000):
        pace.accepted(number / 1000, number / 1000)
        assert pace.book(number / 1000) == 0


@pytest.mark.parametrize("rate", [1, 10, 100])
def test_a_limit_is_found_and_kept(rate: int) -> None:
    calls = rate * 30
    throttled, seconds = limited(Pace(PATIENCE), Time(), calls, rate)
    assert throttled <= 0.02 * calls + 3
    assert seconds < 45


@pytest.mark.parametrize("rate", [1, 2])
def test_turns_that_were_given_out_are_not_given_to_others(rate: int) -> None:
    """Eight threads share a pace: each takes a turn, waits for it, calls, and takes the next when it has the answer."""
    pace, admitted, throttled, at = Pace(PATIENCE), [], 0, 0.0
    turns = [(0.001 * thread, thread, None) for thread in range(8)]
    while len(admitted) < 30 * rate:
        at, thread, called_at = heappop(turns)
        if called_at is None:
            call_at = at + pace.book(at)
            heappush(turns, (call_at, thread, call_at))
        else:
            if sum(other > at - 1 for other in admitted) < rate:
                admitted.append(at)
                pace.accepted(called_at, at)
            else:
                throttled += 1
                pace.throttled(called_at, at, THROTTLED)
            heappush(turns, (at, thread, None))
    assert throttled < len(admitted)


def test_a_limit_that_is_lowered_is_found_again() -> None:
    pace, time = Pace(PATIENCE), Time()
    limited(pace, time, 100, 100)
    throttled, _seconds = limited(pace, time, 100, 5)
    assert throttled < 20


def test_calls_under_way_when_one_was_throttled_slow_down_once() -> None:
    pace = Pace(PATIENCE)
    for number in range(10):
        pace.accepted(0.1, 0.1 + number / 100)
    for number in range(8):
        pace.throttled(0.2, 0.3 + number / 100, THROTTLED)
    assert pace.wait(0.3) == pytest.approx(1.0)
    pace.book(1.3)
    assert pace.wait(1.3) == pytest.approx(0.11)


def test_late_answers_of_calls_that_were_accepted_count_for_the_limit() -> None:
    pace = Pace(PATIENCE)
    pace.throttled(0.2, 0.3, THROTTLED)
    for number in range(10):
        pace.accepted(0.1, 0.4 + number / 100)
    pace.book(2)
    assert pace.wait(2) == pytest.approx(0.11)


def test_the_gate_lets_no_more_calls_through_than_parallelism() -> None:
    gate = Gate(3, Clock(real_time.monotonic, real_time.sleep, lambda: 1.0), PATIENCE)
    lock = threading.Lock()
    at_once = [0, 0]
    all_inside = threading.Barrier(3)

    def call(_number: int) -> None:
        with gate.call("Act"):
            with lock:
                at_once[0] += 1
                at_once[1] = max(at_once)
            all_inside.wait(10)
            with lock:
                at_once[0] -= 1

    with ThreadPoolExecutor(12) as pool:
        list(pool.map(call, range(12)))
    assert at_once == [0, 3]


def test_the_gate_serves_those_first_that_came_first() -> None:
    gate = Gate(1, Clock(real_time.monotonic, real_time.sleep, lambda: 1.0), PATIENCE)
    order: list[str] = []
    newcomer_waits, done = threading.Event(), threading.Event()

    def call(name: str) -> None:
        with gate.call("Act"):
            order.append(name)

    def newcomer() -> None:
        newcomer_waits.set()
        call("newcomer")
        done.set()

    with gate.call("Act"):
        thread = threading.Thread(target=newcomer)
        thread.start()
        assert newcomer_waits.wait(10)
        while not gate._waiting:  # noqa: SLF001 - nothing else tells that it waits
            real_time.sleep(0.001)
    call("regular")
    assert done.wait(10)
    thread.join()
    assert order == ["newcomer", "regular"]


def test_the_gate_serves_all_who_wait_in_the_order_in_which_they_came() -> None:
    gate = Gate(1, Clock(real_time.monotonic, real_time.sleep, lambda: 1.0), PATIENCE)
    order: list[int] = []

    def call(number: int) -> None:
        with gate.call("Act"):
            order.append(number)

    with ThreadPoolExecutor(5) as pool, gate.call("Act"):
        for number in range(5):
            pool.submit(call, number)
            while len(gate._waiting) <= number:  # noqa: SLF001 - nothing else tells that it waits
                real_time.sleep(0.001)
    assert order == list(range(5))


def test_the_gate_paces_each_action_alone() -> None:
    time = Time()
    gate = Gate(8, time.clock(), PATIENCE)
    with pytest.raises(CloudError), gate.call("Write"):
        raise CloudError(THROTTLED)
    with gate.call("Read"):
        pass
    assert time.slept == []
    with gate.call("Write"):
        pass
    assert time.slept == [1.0]


def test_a_write_waits_for_no_turn() -> None:
    time = Time()
    gate = Gate(1, time.clock(), PATIENCE)
    for _time in range(3):
        with pytest.raises(CloudError), gate.unpaced():
            raise CloudError(THROTTLED)
    assert time.slept == []


def test_a_write_is_one_of_the_calls_that_are_under_way() -> None:
    gate = Gate(1, Clock(real_time.monotonic, real_time.sleep, lambda: 1.0), PATIENCE)
    read = threading.Event()

    def reader() -> None:
        with gate.call("Read"):
            read.set()

    with gate.unpaced():
        thread = threading.Thread(target=reader)
        thread.start()
        assert not read.wait(0.1)
    assert read.wait(10)
    thread.join()


def test_a_failure_that_is_no_throttling_does_not_slow_down() -> None:
    time = Time()
    gate = Gate(1, time.clock(), PATIENCE)
    for _time in range(2):
        with pytest.raises(CloudError), gate.call("Write"):
            raise CloudError(BROKEN)
    assert time.slept == []


def call(gate: Gate, *, refused: bool) -> bool:
    """Make a call through a gate; return whether it was made."""
    made = False
    with contextlib.suppress(CloudError), gate.call("Read"):
        made = True
        if refused:
            raise CloudError(THROTTLED)
    return made


def test_what_stays_throttled_is_not_tried_for_ever() -> None:
    time = Time()
    gate = Gate(1, time.clock(), patience := 30)
    began = time.at
    made = sum(call(gate, refused=True) for _number in range(1000))
    assert time.at - began == pytest.approx(patience, abs=3)
    assert 10 < made < 30
    with pytest.raises(CloudError, match="slow down"), gate.call("Read"):
        pass


def test_what_is_let_through_now_and_then_is_tried_on() -> None:
    gate = Gate(1, Time().clock(), 30)
    assert all(call(gate, refused=number % 5 > 0) for number in range(1000))
