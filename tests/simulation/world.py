# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A simulated cloud and the processes that write to it, in a time that passes only from event to event.

One random number generator decides everything, so that a seed is a schedule. The core is real from the first plan on;
the cloud is not: its calls take random time, are throttled, lost before or after being applied, applied late, or
answered from the past, and processes stop and go on later.
"""

from __future__ import annotations

import heapq
import itertools
import random
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, replace
from typing import Any

from ansible_collections.crosscloud.security_groups.plugins.module_utils._core import convergence, lists, schedule
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.adapter import (
    Clock,
    Machine,
    OnGroups,
    Snapshot,
)
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.errors import (
    CloudError,
    ErrorKind,
    Failure,
)
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.lists import State
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.requests import (
    Request,
    Wanted,
    expected_problem,
)
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.results import Result

from tests.unit.core.cloud import BROKEN, FAILED, KIND, THROTTLED

THROTTLE, LOSE, APPLY_AND_LOSE, FAIL_LATER, LATE, OPERATION = (
    "throttled",
    "lost before it was applied",
    "lost after it was applied",
    "accepted and then failed",
    "applied late",
    "applied by an operation",
)
WRITE_FAULTS = (THROTTLE, LOSE, APPLY_AND_LOSE, FAIL_LATER, LATE, OPERATION)
STALE, SLOW, NO_ANSWER = "from the past", "slow", "no answer"
READ_FAULTS = (STALE, SLOW, NO_ANSWER, THROTTLE)


@dataclass(frozen=True)
class Case:
    """What happens in a run, but for the random times. ``faults`` are tried, each call having a part of ``trouble``.

    In a small case nothing is random: each task begins at its time of ``starts``, in seconds, and the first task's call
    number ``fault_at`` of those that can have the one fault has it.
    """

    asks: tuple[tuple[str, State, float], ...]
    """For each task, one letter a group, the state, and ``settle``."""

    resources: int = 1
    ordered: bool = False
    batch: int = 1
    one_machine: bool = False
    lock_files: bool = True
    wait_timeout: float = 40.0
    faults: tuple[str, ...] = ()
    trouble: float = 0.2
    stops: float = 0.0
    intruders: int = 0
    longest_past: float = 6.0
    starts: tuple[float, ...] = ()
    fault_at: int | None = None


@dataclass(eq=False)
class Sent:
    """One write: what it was planned upon, and what became of it."""

    task: Task
    upon: Snapshot
    groups: tuple[str, ...]
    at: float
    applied: float | None = None
    answered: float | None = None
    answer: str = "accepted"


@dataclass(frozen=True)
class Seen:
    """One reading that a task was given: ``true_at`` is when the list was like this."""

    snapshot: Snapshot
    true_at: float
    told_at: float


class Even(random.Random):
    """Chooses what is in the middle, always."""

    def random(self) -> float:
        return 0.5


class World:
    """Time, the true lists, and what happened."""

    def __init__(self, seed: int, case: Case, *, telling: bool = False) -> None:
        self.case = case
        self.random = Even() if case.starts else random.Random(seed)
        self.now = 1000.0
        self.story: list[str] = []
        self.telling = telling
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._numbers = itertools.count()
        self.lists: dict[str, list[tuple[float, tuple[str, ...]]]] = {
            f"gate-{number}": [(0.0, ("a", "b"))] for number in range(case.resources)
        }
        self.operating: dict[str, int] = dict.fromkeys(self.lists, 0)
        self.locks: dict[tuple[int, str], Task | float] = {}
        self.sent: list[Sent] = []
        self.intruded: list[tuple[float, str, str]] = []
        self.tasks = [Task(self, number, *ask) for number, ask in enumerate(case.asks)]

    def run(self) -> None:
        spread = self.random.choice((0.05, 1.0, 4.0))
        starts = self.case.starts or [self.random.random() * spread for _task in self.tasks]
        for task, start in zip(self.tasks, starts, strict=True):
            self.at(self.now + start, task.begin)
        for number in range(self.case.intruders):
            gate = self.random.choice(list(self.lists))
            self.at(self.now + self.random.random() * 6, lambda number=number, gate=gate: self._intrude(gate, number))
        for _event in range(100_000):
            if not self._events:
                return
            self.now, _number, event = heapq.heappop(self._events)
            event()
        raise AssertionError("it does not end")

    def at(self, when: float, event: Callable[[], None]) -> None:
        heapq.heappush(self._events, (when, next(self._numbers), event))

    def tell(self, what: str) -> None:
        if self.telling:
            self.story.append(f"{self.now - 1000:8.3f} {what}")

    def true(self, gate: str, when: float | None = None) -> tuple[float, tuple[str, ...]]:
        """Return since when a list is, or was, and the list."""
        return next(one for one in reversed(self.lists[gate]) if when is None or one[0] <= when)

    def put(self, gate: str, groups: tuple[str, ...]) -> None:
        self.lists[gate].append((self.now, groups))

    def _intrude(self, gate: str, number: int) -> None:
        """Another writer sees the truth and adds a group to it, at once."""
        group = "uvwxyz"[number]
        self.put(gate, (*self.true(gate)[1], group))
        self.intruded.append((self.now, gate, group))
        self.tell(f"another writer adds {group} to {gate}: {''.join(self.true(gate)[1])}")


class _Call:
    """What the schedule asks of a future."""

    def __init__(self) -> None:
        self.answer: list[Any] = []

    def done(self) -> bool:
        return bool(self.answer)

    def result(self) -> Any:
        return self.answer[0]


class Task(Executor):
    """A process with one task: its adapter, its executor and its locks."""

    kind = KIND

    def __init__(self, world: World, number: int, groups: str, state: State, settle: float) -> None:
        self.world = world
        self.number = number
        self.wanted = Wanted(tuple(groups), state)
        self.settle = settle
        self.batch = world.case.batch
        self.machine = 0 if world.case.one_machine else number
        self.seen: dict[str, list[Seen]] = {gate: [] for gate in world.lists}
        self.results: dict[str, Result] = {}
        self.began = self.ended = 0.0
        self.stopped = 0.0
        self._stopped_until = 0.0
        self._takes = 0.0
        self._waiting = 0
        self._steps: Iterator[float | None]
        self._schedule: schedule.Schedule
        self._failed_later: dict[str, float] = {}
        self._might_fail = 0
        self.convergences: list[convergence.Convergence] = []

    def tell(self, what: str) -> None:
        self.world.tell(f"task {self.number} {what}")

    # The process.

    def begin(self) -> None:
        self.began = self.world.now
        call = self.submit(self._first_reading)
        self._when_done(call)

    def _first_reading(self) -> dict[str, Snapshot | Failure]:
        faults, self.world.case = self.world.case, replace(self.world.case, faults=())
        try:
            return self.read(list(self.world.lists))
        finally:
            self.world.case = faults

    def _when_done(self, call: _Call) -> None:
        if not call.done():
            self.at(self.world.now + 0.01, lambda: self._when_done(call))
            return
        # Planning many resources takes time.
        self.at(self.world.now + self.world.random.choice((0.0, 0.0, 0.5, 2.5)), lambda: self._converge(call.result()))

    def _converge(self, read: dict[str, Snapshot]) -> None:
        random_ = self.world.random
        clock = Clock(lambda: self.world.now, _never, random_.random)
        machine = Machine(clock, self, self, 8)
        plans = [self._plan(Request(gate, self.wanted), seen) for gate, seen in read.items()]
        timeout = self.world.case.wait_timeout
        self.convergences = [
            convergence.Convergence(self._plan, self.world.case.ordered, timeout, self.settle, clock, plan)
            for plan in plans
            if plan.feasible or plan.unsettled
        ]
        self._schedule = schedule.Schedule(self, machine, timeout)
        self._steps = self._schedule.steps(self.convergences)
        self._step()

    def _plan(self, request: Request, seen: Snapshot) -> convergence.Plan:
        change = lists.plan(seen.groups, request.wanted.groups, request.wanted.state, ordered=self.world.case.ordered)
        problem = expected_problem(KIND, request.expected, seen.groups) if change.changed else None
        return convergence.Plan(request, seen, change, Failure(ErrorKind.CONFLICT, problem) if problem else None)

    def _step(self) -> None:
        self._waiting += 1
        turn = self._waiting
        try:
            pause = next(self._steps)
        except StopIteration:
            self.ended = self.world.now
            for one in self.convergences:
                assert one.result
                self.results[one.result.id] = one.result
                said = one.result.error.message if one.result.error else "ok"
                change = one.result.change
                assert change
                self.tell(f"{one.result.id} {''.join(change.before)} -> {''.join(change.after)}: {said}")
            return
        if any(call.done() for call in self._schedule.under_way):
            pause = 0.0
        if pause is not None:
            self.at(self.world.now + pause, lambda: self._step() if turn == self._waiting else None)

    def at(self, when: float, event: Callable[[], None]) -> None:
        """Do something in this process, unless it is stopped then."""

        def run() -> None:
            if self.world.now < self._stopped_until:
                self.world.at(self._stopped_until, run)
            else:
                event()

        self.world.at(when, run)

    # Its executor.

    def submit(self, call: Callable[..., Any], /, *_args: Any, **_kwargs: Any) -> Any:
        made = _Call()
        random_ = self.world.random

        def send() -> None:
            self._takes = 0.0
            answer = call()
            self.at(self.world.now + self._takes, lambda: tell(answer))

        def tell(answer: Any) -> None:
            made.answer.append(answer)
            if self.convergences:
                self._step()

        if random_.random() < self.world.case.stops:
            length = random_.choice((0.5, 4.0, 8.0))
            self.tell(f"stops for {length:g} s")
            self._stopped_until = self.world.now + length
            self.stopped += length
        self.at(self.world.now + 0.001, send)
        return made

    # Its adapter.

    def read(self, ids: Sequence[str], _on_groups: OnGroups | None = None, /) -> dict[str, Snapshot | Failure]:
        world, sent_at = self.world, self.world.now
        fault = self._fault(READ_FAULTS)
        self._takes = world.random.uniform(3.0, 11.0) if fault == SLOW else world.random.uniform(0.02, 0.3)
        if fault in (NO_ANSWER, THROTTLE):
            self.tell(f"reads {', '.join(ids)}: {fault}")
            return dict.fromkeys(ids, BROKEN if fault == NO_ANSWER else THROTTLED)
        answers: dict[str, Snapshot | Failure] = {}
        past = world.random.uniform(0.5, world.case.longest_past) if fault == STALE else 0.0
        told_at = sent_at + self._takes

        def sample() -> None:
            for gate in ids:
                # What is older than the first reading nobody can tell from what another writer wrote.
                first = self.seen[gate][0].true_at if self.seen[gate] else world.now
                true_at = max(world.now - past, first)
                groups = world.true(gate, true_at)[1]
                failed = gate in self._failed_later and self._failed_later[gate] <= world.now
                if failed:
                    del self._failed_later[gate]
                answers[gate] = Snapshot(
                    gate,
                    groups,
                    sent_at,
                    "open",
                    passing=world.operating[gate] > 0,
                    write_failed=FAILED if failed else None,
                )
                self.seen[gate].append(Seen(answers[gate], true_at, told_at))
                self.tell(f"reads {gate} as of {true_at - 1000:.3f}: {''.join(groups)}{' failed' if failed else ''}")

        world.at(sent_at + self._takes * world.random.choice((0.1, 0.5, 0.9)), sample)
        return answers

    def write(self, seen: Snapshot, groups: Sequence[str]) -> None:
        world = self.world
        fault = self._fault(WRITE_FAULTS)
        sent = Sent(self, seen, tuple(groups), world.now)
        self._takes = world.random.uniform(0.02, 0.3)
        world.sent.append(sent)
        self.tell(f"writes {seen.id} {''.join(groups)} upon {''.join(seen.groups)}: {fault or 'accepted'}")
        sent.answered = world.now + self._takes
        if fault == THROTTLE:
            sent.answer = THROTTLE
            raise CloudError(THROTTLED)
        if fault == FAIL_LATER:
            self._failed_later[seen.id] = sent.answered
            sent.answer = FAIL_LATER
            return
        if fault != LOSE:
            takes = self._takes * world.random.random()
            if fault == LATE:
                takes = self._takes + world.random.uniform(0.1, 1.0)
            if fault == OPERATION:
                takes = self._takes + world.random.uniform(0.5, 5.0)
                world.operating[seen.id] += 1

            def apply() -> None:
                sent.applied = world.now
                world.put(seen.id, sent.groups)
                world.operating[seen.id] -= fault == OPERATION
                world.tell(f"{seen.id} is {''.join(sent.groups)}")

            world.at(world.now + takes, apply)
        if fault in (LOSE, APPLY_AND_LOSE):
            sent.answer = fault
            raise CloudError(BROKEN)

    def longest(self) -> int | None:
        return None

    def _fault(self, among: Sequence[str]) -> str | None:
        case = self.world.case
        possible = [fault for fault in among if fault in case.faults]
        if case.fault_at is not None:
            mine = bool(possible) and self.number == 0
            self._might_fail += mine
            return possible[0] if mine and self._might_fail == case.fault_at else None
        if possible and self.world.random.random() < case.trouble:
            return self.world.random.choice(possible)
        return None

    # Its locks.

    def take(self, resource_id: str) -> float | None:
        if not self.world.case.lock_files:
            return 0.0
        key = (self.machine, resource_id)
        had = self.world.locks.get(key, 0.0)
        if isinstance(had, Task):
            return None
        self.world.locks[key] = self
        return had

    def give_back(self, resource_id: str) -> None:
        key = (self.machine, resource_id)
        if self.world.case.lock_files:
            assert self.world.locks[key] is self
            self.world.locks[key] = self.world.now


def _never(_seconds: float) -> None:
    raise AssertionError("the schedule does not wait by itself")
