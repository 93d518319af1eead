# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Locks between the tasks that run on one machine: no API here has a conditional write."""

from __future__ import annotations

import errno
import fcntl
import os
import stat
import struct
import tempfile
from collections import Counter
from collections.abc import Callable
from functools import cached_property
from hashlib import sha256
from pathlib import Path

STAMP = struct.Struct("d")
NOT_GIVEN_BACK = float("inf")
SLOTS = 1 << 16
"""Resources of different tasks that share one of so many places in the file wait for each other, which is rare."""

REOPENINGS = 3
"""How often in a row a file that is removed is opened again."""


class FileLocks:
    """Locks in a file of the user's in the folder for temporary files, one place a resource.

    The system lets go of them when a process ends, however it ends. A place also holds the time at which a task gave
    it back, or that none has: then one that was killed may have written a moment ago. ``now`` must be the same clock
    for all processes, such as ``time.monotonic`` is.
    """

    def __init__(self, now: Callable[[], float], warn: Callable[[str], None]) -> None:
        self._now = now
        self._warn = warn
        # How many resources of this process have a place: the system gives it to the process, not to each of them.
        self._held: Counter[int] = Counter()
        self._complained = False
        # With it went what it said of when other tasks had their locks.
        self._was_removed = False

    def take(self, resource_id: str) -> float | None:
        place = _place(resource_id)
        try:
            if not self._lock(place):
                return None
            if self._file is None:
                return 0.0
            stamp = os.pread(self._file, STAMP.size, place)
        except OSError as error:
            self._complain(f"cannot be locked ({error.strerror})")
            return 0.0
        self._held[place] += 1
        self._stamp(self._file, place, NOT_GIVEN_BACK)
        had_at: float = STAMP.unpack(stamp)[0] if len(stamp) == STAMP.size else 0.0
        if had_at == NOT_GIVEN_BACK or self._was_removed:
            return self._now()
        # The clock starts anew with the machine, and the file may be older than that.
        return had_at if had_at <= self._now() else 0.0

    def give_back(self, resource_id: str) -> None:
        place = _place(resource_id)
        if self._file is None or not self._held[place]:
            return
        self._held[place] -= 1
        # Without the time the next task may write upon what it read before. It is not let in before this one ends.
        if not self._held[place] and self._stamp(self._file, place, self._now()):
            fcntl.lockf(self._file, fcntl.LOCK_UN, STAMP.size, place)

    def _stamp(self, file: int, place: int, had_at: float) -> bool:
        try:
            os.pwrite(file, STAMP.pack(had_at), place)
        except OSError as error:
            self._complain(f"cannot be written ({error.strerror})")
            return False
        return True

    def _lock(self, place: int) -> bool:
        """Lock a place in the file of that name, if there is one; False where another task has it."""
        for _opening in range(REOPENINGS):
            if self._file is None:
                return True
            if not _locked(self._file, place):
                return False
            if _has_the_name(self._file):
                return True
            # Something that cleans up removed it. Whoever comes later makes a new one, and locks that.
            os.close(self._file)
            del self._file
            self._was_removed = True
            self._held = Counter({held: n for held, n in self._held.items() if n and self._moved(held)})
        raise OSError(errno.ENOENT, "it is removed again and again")

    def _moved(self, place: int) -> bool:
        """Lock a place that was held in a file that is gone, and say so in the new one; False where that fails."""
        return self._file is not None and _locked(self._file, place) and self._stamp(self._file, place, NOT_GIVEN_BACK)

    @cached_property
    def _file(self) -> int | None:
        try:
            # Where everybody may write, anybody may have made a file of that name, or a link to one of the user's.
            file = os.open(_path(), os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            found = os.fstat(file)
            if found.st_uid != os.getuid():
                problem = "belongs to another user"
            elif not stat.S_ISREG(found.st_mode) or found.st_nlink > 1:
                problem = "is not a regular file with this one name"
            else:
                return file
            os.close(file)
        except OSError as error:
            problem = f"cannot be opened ({error.strerror})"
        self._complain(problem)
        return None

    def _complain(self, problem: str) -> None:
        if not self._complained:
            self._complained = True
            self._warn(f"tasks that run on this machine at the same time may not be kept apart: {_path()} {problem}")


def _locked(file: int, place: int) -> bool:
    try:
        fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB, STAMP.size, place)
    except OSError as error:
        if error.errno in (errno.EAGAIN, errno.EACCES):
            return False
        raise
    return True


def _has_the_name(file: int) -> bool:
    try:
        return os.path.samestat(os.lstat(_path()), os.fstat(file))
    except FileNotFoundError:
        return False


def _path() -> Path:
    return Path(tempfile.gettempdir()) / f"crosscloud.security_groups-{os.getuid()}.locks"


def _place(resource_id: str) -> int:
    return int.from_bytes(sha256(resource_id.encode()).digest()[:8], "big") % SLOTS * STAMP.size
