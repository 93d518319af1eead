# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Locks between the tasks that run on one machine: no API here has a conditional write."""

from __future__ import annotations

import fcntl
import os
import struct
import tempfile
from collections.abc import Callable
from functools import cached_property
from hashlib import sha256
from pathlib import Path

STAMP = struct.Struct("d")
SLOTS = 1 << 16
"""Resources that share one of so many places in the file wait for each other, which is rare and does no harm."""


class FileLocks:
    """Locks in a file of the user's in the folder for temporary files, one place a resource.

    The system lets go of them when a process ends, however it ends. A place also holds the time at which a task last
    had it; ``now`` must be the same clock for all processes, such as ``time.monotonic`` is.
    """

    def __init__(self, now: Callable[[], float], warn: Callable[[str], None]) -> None:
        self._now = now
        self._warn = warn

    def take(self, resource_id: str) -> float | None:
        if self._file is None:
            return 0.0
        place = _place(resource_id)
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, STAMP.size, place)
        except OSError:
            return None
        stamp = os.pread(self._file, STAMP.size, place)
        had_at: float = STAMP.unpack(stamp)[0] if len(stamp) == STAMP.size else 0.0
        # The clock starts anew with the machine, and the file may be older than that.
        return had_at if had_at <= self._now() else 0.0

    def give_back(self, resource_id: str) -> None:
        if self._file is not None:
            place = _place(resource_id)
            os.pwrite(self._file, STAMP.pack(self._now()), place)
            fcntl.lockf(self._file, fcntl.LOCK_UN, STAMP.size, place)

    @cached_property
    def _file(self) -> int | None:
        path = Path(tempfile.gettempdir()) / f"crosscloud.security_groups-{os.getuid()}.locks"
        try:
            # Anybody may have made a file, or a link, of that name where everybody may write.
            file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
            if os.fstat(file).st_uid == os.getuid():
                return file
            problem = "belongs to somebody else"
        except OSError as error:
            problem = f"cannot be opened ({error.strerror})"
        self._warn(f"tasks that run on this machine at the same time are not kept apart: {path} {problem}")
        return None


def _place(resource_id: str) -> int:
    return int.from_bytes(sha256(resource_id.encode()).digest()[:8], "big") % SLOTS * STAMP.size
