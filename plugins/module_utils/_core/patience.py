# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Reading with patience: what passes by itself is tried again after a pause."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

from .adapter import Adapter, Clock, OnGroups, Snapshot
from .errors import CloudError, ErrorKind, Failure

Answer = TypeVar("Answer")

HOPEFUL_READS = 2
"""How often the first reading of a resource is tried when the cloud is out of reach or out of order."""

LONGEST_PAUSE = 10.0


def read(
    adapter: Adapter, ids: Sequence[str], clock: Clock, wait_timeout: float, on_groups: OnGroups | None = None
) -> dict[str, Snapshot | Failure]:
    """Read all resources, for ``wait_timeout`` seconds where calls are throttled or a state that passes refuses them.

    What else passes is tried once more.
    """
    answers: dict[str, Snapshot | Failure] = {}
    pending = list(ids)
    tries = _in_time(clock, wait_timeout)
    reads = 0
    while pending:
        answers.update(adapter.read(pending, on_groups))
        reads += 1
        pending = [resource_id for resource_id in pending if _worth_another_read(answers[resource_id], reads)]
        if pending and not next(tries):
            break
    return answers


def patiently(call: Callable[[], Answer], clock: Clock, wait_timeout: float) -> Answer:
    """Make one call with the patience that ``read`` has with many; raise CloudError once that is over."""
    tries = _in_time(clock, wait_timeout)
    calls = 0
    while True:
        try:
            return call()
        except CloudError as error:
            calls += 1
            if not _worth_another_read(error.failure, calls) or not next(tries):
                raise


def _worth_another_read(answer: Snapshot | Failure, reads: int) -> bool:
    if isinstance(answer, Snapshot) or not answer.passes:
        return False
    lasting = answer.kind in (ErrorKind.THROTTLED, ErrorKind.STATE) and not answer.doubtful
    return lasting or reads < HOPEFUL_READS


def pauses(clock: Clock) -> Iterator[float]:
    """Yield how long to wait before each further try, in seconds: at first less than half a second, later up to ten."""
    longest = 0.5
    while True:
        yield longest * (1 + clock.jitter()) / 2
        longest = min(longest * 2, LONGEST_PAUSE)


def _in_time(clock: Clock, wait_timeout: float) -> Iterator[bool]:
    """Sleep at each step; False once time is up."""
    deadline = clock.now() + wait_timeout
    for pause in pauses(clock):
        if (left := deadline - clock.now()) > 0:
            clock.sleep(min(left, pause))
        yield clock.now() < deadline
