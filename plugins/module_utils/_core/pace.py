# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many calls may be under way at once, and how fast they may follow each other when a cloud throttles them."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from threading import Event, Lock

from .adapter import Clock
from .errors import CloudError, ErrorKind, Failure

WINDOW = 1.0
"""Seconds over which clouds count calls: the vendors publish their limits per second."""

HEADROOM = 1.1
"""How much longer than measured calls are kept apart: a pace just at the limit would be over it now and then."""

BACKING_OFF = 1.25
EASING = 0.99
"""What becomes of the distance when a call is throttled once more, and what with each second without that."""

LONGEST_DISTANCE = 2.0
"""Seconds that calls are kept apart at most: no limit is lower, and what is throttled all the same stays throttled."""

SHORTEST_PATIENCE = 10.0
"""Seconds for which a throttled action is tried at least, so that each call has a chance to be made."""


class Pace:
    """The pace of calls to one action, for all that make them: none until a call is throttled.

    From then on calls are kept as far apart as those were that the cloud let through just before. Where it lets none
    through for ``patience``, there is no use in trying. Used under its owner's lock; all times are the clock's, in
    seconds.
    """

    def __init__(self, patience: float) -> None:
        self._patience = max(patience, SHORTEST_PATIENCE)
        self._refusal: Failure | None = None
        self._refused_since = 0.0
        self._distance = 0.0
        self._next = float("-inf")
        self._slowed = float("-inf")
        self._eased = 0.0
        self._accepted: deque[float] = deque()

    def wait(self, now: float) -> float:
        """Return how many seconds remain until another call may be made."""
        return max(0.0, self._next - now)

    def book(self, now: float) -> float:
        """Take the next turn, and return how many seconds remain until then."""
        wait = self.wait(now)
        if self._distance:
            self._next = now + wait + self._distance
        return wait

    def hopeless(self, now: float) -> Failure | None:
        """Return how the cloud refused the last call, if it has let none through for so long that it will not."""
        return self._refusal if now - self._refused_since > self._patience else None

    def accepted(self, called_at: float, now: float) -> None:
        """Learn that the cloud took a call."""
        self._refusal = None
        self._accepted.append(called_at)
        if called_at < self._slowed:
            # It belongs to what was let through before, and its answer is late.
            self._distance = min(self._distance, self._measured())
        else:
            self._forget(now)
            self._distance *= EASING ** (now - self._eased)
            self._eased = now

    def throttled(self, called_at: float, now: float, refusal: Failure) -> None:
        """Learn that the cloud throttled a call. Those made before the pace was last slowed down tell nothing new."""
        if self._refusal is None:
            self._refused_since = now
        self._refusal = refusal
        if called_at < self._slowed:
            return
        self._forget(now)
        self._distance = min(self._distance * BACKING_OFF or self._measured(), LONGEST_DISTANCE)
        self._slowed = self._eased = now + WINDOW
        # Turns that were given out already are not given to others as well.
        self._next = max(self._next, self._slowed)

    def _measured(self) -> float:
        return HEADROOM * WINDOW / max(len(self._accepted), 1)

    def _forget(self, now: float) -> None:
        while self._accepted and self._accepted[0] <= now - WINDOW:
            self._accepted.popleft()


class Gate:
    """Lets calls through: so many at once and no more, first come first served, each action at the cloud's pace."""

    def __init__(self, parallelism: int, clock: Clock, patience: float) -> None:
        self._clock = clock
        self._lock = Lock()
        self._paces: defaultdict[str, Pace] = defaultdict(partial(Pace, patience))
        self._free = parallelism
        self._waiting: deque[Event] = deque()

    @contextmanager
    def call(self, action: str) -> Iterator[None]:
        """Wait for the turn of a call to ``action`` that is made within, and that raises CloudError where it fails.

        Where the cloud has throttled that action for too long, the call is not made and fails as the last one did.
        """
        with self._lock:
            pace = self._paces[action]
            now = self._clock.now()
            turn = now + (0.0 if pace.hopeless(now) else pace.book(now))
        self._wait_for(turn, pace)
        with self.unpaced():
            called_at = self._clock.now()
            try:
                yield
            except CloudError as error:
                if error.failure.kind is ErrorKind.THROTTLED:
                    with self._lock:
                        pace.throttled(called_at, self._clock.now(), error.failure)
                raise
            with self._lock:
                pace.accepted(called_at, self._clock.now())

    @contextmanager
    def unpaced(self) -> Iterator[None]:
        """Make a call within as soon as one more may be under way.

        For writes: their schedule keeps the pace of the cloud. A write that waited for it here would be made upon a
        list that was read before it waited.
        """
        self._enter()
        try:
            yield
        finally:
            self._leave()

    def _wait_for(self, turn: float, pace: Pace) -> None:
        while True:
            now = self._clock.now()
            with self._lock:
                refusal = pace.hopeless(now)
            if refusal:
                raise CloudError(refusal)
            if turn <= now:
                return
            self._clock.sleep(min(turn - now, WINDOW))

    def _enter(self) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            turn = Event()
            self._waiting.append(turn)
        turn.wait()

    def _leave(self) -> None:
        # Handed on rather than set free: a semaphore would give it to whichever thread asks again first.
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1
