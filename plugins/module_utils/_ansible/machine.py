# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task runs on: the clock, threads, and the gate that its calls pass."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from .._core.adapter import Clock
from .._core.errors import CloudError, ErrorKind, Failure
from .._core.pace import Gate
from .options import Runtime

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def real_clock() -> Clock:
    """Return the clock of this machine, which all processes share."""
    return Clock(now=time.monotonic, sleep=time.sleep, jitter=random.random)


def runtime(parallelism: int, wait_timeout: float, *, writes: bool) -> Runtime:
    """Return what one connection runs on."""
    clock = real_clock()
    return Runtime(clock, Gate(parallelism, clock, wait_timeout), Threads(parallelism), parallelism, writes)


class Threads:
    """Calls in as many threads as ``parallelism`` allows; one item is called in the caller's own thread."""

    def __init__(self, parallelism: int) -> None:
        self._parallelism = parallelism

    def __call__(self, call: Callable[[Item], Answer], items: Sequence[Item], /) -> list[Answer]:
        workers = min(self._parallelism, len(items))
        if workers <= 1:
            return [call(item) for item in items]
        try:
            with ThreadPoolExecutor(workers) as pool:
                return list(pool.map(call, items))
        except RuntimeError as error:
            problem = f"this machine has no threads left for {workers} calls at once; lower parallelism ({error})"
            raise CloudError(Failure(ErrorKind.INVALID, problem)) from None
