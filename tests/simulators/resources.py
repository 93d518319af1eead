# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the simulators that keep an account of their own have in common: states, lists, and rates."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass
class PassingState:
    """A state that is another one until it was read some times (None: for good)."""

    usual: str
    other: str = ""
    reads: int | None = 0

    def put(self, value: str, reads: int | None) -> None:
        self.other, self.reads = value, reads

    def look(self) -> str:
        return self.usual if self.reads is not None and self.reads <= 0 else self.other

    def read(self) -> str:
        seen = self.look()
        if self.reads:
            self.reads -= 1
        return seen


@dataclass
class Groups:
    """A list of security groups, what it was before, and what reads are to be told instead.

    Where the list is not ``ordered`` it is kept sorted: the order of a request means nothing then, and no client shall
    find its own order in an answer.
    """

    history: list[list[str]]
    ordered: bool = True
    reads_after_write: int = 0
    old: list[str] = field(default_factory=list)
    old_reads: int = 0

    @property
    def now(self) -> list[str]:
        return list(self.history[-1])

    def become(self, groups: Iterable[str]) -> None:
        new = list(groups) if self.ordered else sorted(groups)
        if new != self.history[-1]:
            self.history.append(new)

    def write(self, groups: Iterable[str]) -> None:
        if self.reads_after_write:
            self.old, self.old_reads, self.reads_after_write = self.now, self.reads_after_write, 0
        self.become(groups)

    def read(self) -> list[str]:
        if self.old_reads > 0:
            self.old_reads -= 1
            return list(self.old)
        return self.now


class Admission:
    """Admits so many calls of an action a second (None: any number)."""

    def __init__(self) -> None:
        self._admitted: dict[str, deque[float]] = {}

    def admits(self, action: str, rate: int | None) -> bool:
        if rate is None:
            return True
        admitted = self._admitted.setdefault(action, deque())
        now = time.monotonic()
        while admitted and admitted[0] <= now - 1:
            admitted.popleft()
        if len(admitted) >= rate:
            return False
        admitted.append(now)
        return True
