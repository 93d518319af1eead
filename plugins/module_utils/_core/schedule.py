# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which call comes next: several are under way at once, and no resource waits for another one's trouble.

Writes go first, those upon the latest readings before all others, because readings grow old. Looks wait a little for
company where one call may look at many.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from functools import partial
from heapq import heappop, heappush
from itertools import count
from threading import Event
from typing import Any

from .adapter import Adapter, Machine, Snapshot
from .convergence import Convergence, Need
from .errors import CloudError, ErrorKind, Failure
from .pace import Pace

LOOK_WITHIN = 0.9
"""Seconds that a look may wait for company and for writes; the contract promises the first within a second."""


RENEWED_AFTER = 0.25
"""Seconds after which a first reading is renewed before it is written upon, where one call does that for many.

Planning takes time, as do the look-ups of groups and quotas, and meanwhile others write.
"""


def converge(adapter: Adapter, convergences: Sequence[Convergence], machine: Machine, wait_timeout: float) -> None:
    """Make the calls that the resources need until each has its result.

    Writes of which the cloud takes none for ``wait_timeout`` are given up together.
    """
    schedule = Schedule(adapter, machine, wait_timeout)
    for pause in schedule.steps(convergences):
        if schedule.under_way:
            wait(schedule.under_way, pause, FIRST_COMPLETED)
        elif pause is not None:
            machine.clock.sleep(pause)


class Schedule:
    """The decisions without the waiting, so that they can be tried in a time that does not pass by itself.

    ``under_way`` holds the calls that were started, and what is told their results.
    """

    def __init__(self, adapter: Adapter, machine: Machine, wait_timeout: float) -> None:
        self._adapter = adapter
        self._clock = machine.clock
        self._locks = machine.locks
        self._executor = machine.executor
        self._parallelism = machine.parallelism
        self._locked: set[str] = set()
        self._writes: list[tuple[tuple[float, float], int, Convergence]] = []
        self._looks: deque[tuple[float, Convergence]] = deque()
        self._later: list[tuple[float, int, Convergence]] = []
        # Those that are alike in the heaps above keep their order.
        self._numbers = count()
        self._pace = Pace(wait_timeout)
        self._writing = 0
        self._renewing = 0
        self.under_way: dict[Future[Any], Callable[[Any], None]] = {}

    def steps(self, convergences: Sequence[Convergence]) -> Iterator[float | None]:
        """Start calls, and yield for how many seconds at most to wait until one is done; None is without end."""
        for one in convergences:
            if self._adapter.batch > 1 and self._clock.now() - one.seen.read_at > RENEWED_AFTER:
                one.must_look()
            self._queue(one)
        while True:
            while self._later and self._later[0][0] <= self._clock.now():
                self._queue(heappop(self._later)[-1])
            while len(self.under_way) < self._parallelism and self._start():
                pass
            pause = self._pause() if len(self.under_way) < self._parallelism else None
            if pause is None and not self.under_way:
                return
            yield pause
            for future in [future for future in self.under_way if future.done()]:
                self.under_way.pop(future)(future.result())

    def _queue(self, one: Convergence) -> None:
        need, now = one.need(), self._clock.now()
        if (need is None or one.due > now) and one.seen.id in self._locked:
            self._locked.remove(one.seen.id)
            self._locks.give_back(one.seen.id)
        if need is None:
            return
        if one.due > now:
            heappush(self._later, (one.due, next(self._numbers), one))
        elif need is Need.WRITE:
            heappush(self._writes, (one.urgency, next(self._numbers), one))
        else:
            self._looks.append((now + LOOK_WITHIN, one))

    def _start(self) -> bool:
        """Start the call that comes next; False where there is none now."""
        now = self._clock.now()
        write_now = bool(self._writes) and not self._pace.wait(now)
        if self._looks and self._looks[0][0] <= now:
            self._look()
        elif self._writes and (refusal := self._pace.hopeless(now)):
            one: Convergence = heappop(self._writes)[-1]
            one.give_up(refusal)
            self._queue(one)
        elif write_now and self._writes[0][-1].fresh:
            self._write(heappop(self._writes)[-1])
        elif (write_now and self._renewing < self._parallelism) or (
            self._looks and (self._adapter.batch == 1 or not (self._writes or self._writing))
        ):
            self._look()
        else:
            return False
        return True

    def _pause(self) -> float | None:
        """Return the seconds until a call may be started, whatever those under way bring; None where there is none."""
        now = self._clock.now()
        pauses = [queue[0][0] - now for queue in (self._later, self._looks) if queue]
        if self._writes and self._renewing < self._parallelism:
            pauses.append(self._pace.wait(now))
        # Without a least pause, what rounding leaves of one would be waited for again and again.
        return max(0.001, min(pauses)) if pauses else None

    def _look(self) -> None:
        """Look at those that wait for it, and where there is room, at those whose plans grow old."""
        batch: list[Convergence] = []
        while len(batch) < self._adapter.batch and self._looks:
            batch.append(self._looks.popleft()[-1])
        renewed = -len(batch)
        while len(batch) < self._adapter.batch and self._writes and self._writes[0][-1].ageing:
            batch.append(heappop(self._writes)[-1])
        renewed += len(batch)
        self._renewing += renewed

        def looked(answers: Mapping[str, Snapshot | Failure]) -> None:
            self._renewing -= renewed
            for one in batch:
                one.looked(answers[one.seen.id])
                self._queue(one)

        ids = [one.seen.id for one in batch]
        self._call(partial(self._adapter.read, ids), partial(dict.fromkeys, ids), looked)

    def _write(self, one: Convergence) -> None:
        if not self._lock(one):
            return
        self._pace.book(called_at := self._clock.now())
        self._writing += 1

        def send() -> bool:
            # The process may have been stopped since the plan was looked at.
            if one.fresh:
                self._adapter.write(one.seen, one.groups)
                return True
            return False

        def wrote(answer: bool | Failure) -> None:
            self._writing -= 1
            if answer is False:
                one.must_look()
                self._queue(one)
                return
            failure = answer if isinstance(answer, Failure) else None
            if failure is None:
                self._pace.accepted(called_at, self._clock.now())
            elif failure.kind is ErrorKind.THROTTLED:
                self._pace.throttled(called_at, self._clock.now(), failure)
            one.wrote(failure)
            self._queue(one)

        self._call(send, lambda failure: failure, wrote)

    def _lock(self, one: Convergence) -> bool:
        """Return whether it may be written to; where another task has it, or had it since the reading, see to that."""
        if one.seen.id in self._locked:
            return True
        had_at = self._locks.take(one.seen.id)
        if had_at is None:
            one.locked_out()
            self._queue(one)
            return False
        self._locked.add(one.seen.id)
        if had_at >= one.seen.read_at:
            self._looks.appendleft((self._clock.now(), one))
            return False
        return True

    def _call(self, call: Callable[[], Any], failed: Callable[[Failure], Any], finish: Callable[[Any], None]) -> None:
        """Start a call; ``finish`` is told what it returned, or what ``failed`` makes of its failure."""
        given_up = Event()

        def attempt() -> Any:
            try:
                return None if given_up.is_set() else call()
            except Exception as error:
                return failed(_failure(error))

        try:
            self.under_way[self._executor.submit(attempt)] = finish
        except RuntimeError as error:
            # The machine has no more threads, and the executor keeps the call for when one of its own is free.
            given_up.set()
            self._parallelism = max(1, len(self.under_way))
            said = f"this machine has no thread left for the call; lower parallelism ({error})"
            finish(failed(Failure(ErrorKind.TRANSIENT, said, passes=True)))


def _failure(error: Exception) -> Failure:
    """Return what went wrong. A defect of ours must not take the results of other resources with it."""
    if isinstance(error, CloudError):
        return error.failure
    said = " ".join(str(error).split())
    return Failure(
        ErrorKind.TRANSIENT, f"unexpected {type(error).__name__}: {said}; this is a defect, report it", passes=True
    )
