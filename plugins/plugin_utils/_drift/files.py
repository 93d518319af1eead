# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of a report on disk."""

from __future__ import annotations

import errno
import fcntl
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from .history import History, UnreadableReportError, parse

LOCK = ".drift-report.lock"
SCRATCH = ".drift-report.new-"

LONGEST_WAIT = 60.0
"""Seconds to wait for another run that writes to the same directory, which takes it a moment."""

SHORT_WAIT = 0.05

Write = Callable[[Mapping[str, str]], list[Path]]


def read_previous(path: Path | None) -> History | None:
    """Read the last report, or return None where there is none yet; raise UnreadableReportError for anything else."""
    if path is None:
        return None
    try:
        return parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise _unusable(path, "it is not UTF-8") from error
    except UnreadableReportError as error:
        raise _unusable(path, str(error)) from error
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else error
        problem = f"the last report {path} cannot be read: {why}; name a file that can, or leave previous out"
        raise UnreadableReportError(problem) from error


@contextmanager
def writing(
    directory: Path,
    warn: Callable[[str], None],
    *,
    now: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Iterator[Write]:
    """Yield what writes files into a directory, which is made where it is missing; raise OSError.

    While it lasts no other run writes there. Nobody ever finds half of a file, nor any new one unless all of them could
    be written to the disk.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except ValueError as error:
        raise OSError(errno.EINVAL, str(error), str(directory)) from error
    path = directory / LOCK
    lock = _take(path, warn, now, sleep)
    try:
        yield partial(_write, directory, alone=lock is not None)
    finally:
        if lock is not None:
            # Whoever takes it next must not find a file that is removed a moment later.
            with suppress(OSError):
                path.unlink()
            os.close(lock)


def said(error: OSError, directory: Path) -> str:
    """Return what went wrong with the files of a directory."""
    return f"{error.filename or directory}: {error.strerror or error}"


def _write(directory: Path, contents: Mapping[str, str], *, alone: bool) -> list[Path]:
    if alone:
        for left in directory.glob(f"{SCRATCH}*"):
            _remove_scratch(left, contents)
    with tempfile.TemporaryDirectory(dir=directory, prefix=SCRATCH) as scratch:
        for name, content in contents.items():
            Path(scratch, name).write_text(content, encoding="utf-8")
        return [Path(scratch, name).replace(directory / name) for name in contents]


def _remove_scratch(left: Path, names: Mapping[str, str]) -> None:
    """Remove what a run that was killed left behind, and nothing that it cannot have written."""
    if left.is_symlink():
        return
    with suppress(OSError):
        for name in names:
            (left / name).unlink(missing_ok=True)
        left.rmdir()


def _take(
    path: Path, warn: Callable[[str], None], now: Callable[[], float], sleep: Callable[[float], None]
) -> int | None:
    """Return a file that this run alone has locked, or None where no file can be locked."""
    until = now() + LONGEST_WAIT
    while True:
        file = _open(path)
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if _is_still_there(path, file):
                return file
        except BlockingIOError:
            pass
        except OSError as error:
            os.close(file)
            warn(
                f"runs that write a drift report at once may mix its files: {path} cannot be locked ({error.strerror})"
            )
            return None
        os.close(file)
        if now() >= until:
            problem = f"another run has been writing there for {LONGEST_WAIT:.0f} seconds; wait for its end, or end it"
            raise OSError(errno.ETIMEDOUT, problem, str(path.parent))
        sleep(SHORT_WAIT)


def _open(path: Path) -> int:
    # Where others may write, they may have made a link or a pipe of that name.
    flags = os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        return os.open(path, os.O_RDWR | os.O_CREAT | flags, 0o666)
    except PermissionError:
        # It may be another user's, who lets us read it.
        with suppress(OSError):
            return os.open(path, os.O_RDONLY | flags)
        raise


def _is_still_there(path: Path, file: int) -> bool:
    # The run that had it has removed it, and the next one may have made a new one.
    try:
        return os.path.samestat(path.stat(), os.fstat(file))
    except FileNotFoundError:
        return False


def _unusable(path: Path, problem: str) -> UnreadableReportError:
    return UnreadableReportError(
        f"the last report {path} cannot be used: {problem}; move or delete it to start a new history"
    )
