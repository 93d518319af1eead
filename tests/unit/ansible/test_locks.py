# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import errno
import fcntl
import os
import resource
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.locks import FileLocks

ENI, OTHER_ENI = "eni-7k2m9q4x", "eni-2w8r5t1y"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


def the_file(folder: Path) -> Path:
    return folder / f"crosscloud.security_groups-{os.getuid()}.locks"


def locks(at: float = 10.0) -> FileLocks:
    return FileLocks(lambda: at, pytest.fail)


def holder(folder: Path, taken: Any, go_on: Any) -> None:
    """Have the lock, in a process of its own, and end without giving it back."""
    tempfile.tempdir = str(folder)
    locks().take(ENI)
    taken.set()
    go_on.wait(10)


def take(folder: Path, resource_id: str) -> float | None:
    """Take a lock in a process of its own."""
    tempfile.tempdir = str(folder)
    return locks(at=20.0).take(resource_id)


class TestLocks:
    def test_one_process_at_a_time_has_a_lock(self, folder: Path) -> None:
        context = get_context("fork")
        taken, go_on = context.Event(), context.Event()
        process = context.Process(target=holder, args=(folder, taken, go_on))
        process.start()
        assert taken.wait(10)
        mine = locks()
        assert mine.take(ENI) is None
        assert mine.take(OTHER_ENI) == 0.0
        go_on.set()
        process.join()
        # It did not give the lock back, and may have written until just now.
        assert mine.take(ENI) == 10.0

    def test_the_lock_tells_when_it_was_last_had(self) -> None:
        first = locks(at=7.0)
        assert first.take(ENI) == 0.0
        first.give_back(ENI)
        assert locks(at=8.0).take(ENI) == 7.0
        assert locks(at=8.0).take(OTHER_ENI) == 0.0

    def test_a_time_from_before_the_machine_was_started_means_nothing(self) -> None:
        first = locks(at=1_000_000.0)
        first.take(ENI)
        first.give_back(ENI)
        assert locks(at=5.0).take(ENI) == 0.0

    def test_resources_that_share_a_place_keep_it_until_the_last_is_given_back(self, folder: Path) -> None:
        one, other = "eni-00000056", "eni-00000208"
        mine = locks()
        assert (mine.take(one), mine.take(other)) == (0.0, 10.0)
        mine.give_back(one)
        with ProcessPoolExecutor(1, get_context("fork")) as elsewhere:
            assert elsewhere.submit(take, folder, other).result() is None
            mine.give_back(other)
            assert elsewhere.submit(take, folder, other).result() == 10.0

    @pytest.mark.parametrize("code", [errno.ENOLCK, errno.EPERM])
    def test_where_nothing_can_be_locked_there_is_a_warning_and_no_lock(
        self, monkeypatch: pytest.MonkeyPatch, code: int
    ) -> None:
        def lockf(*_arguments: object) -> None:
            raise OSError(code, os.strerror(code))

        monkeypatch.setattr(fcntl, "lockf", lockf)
        warnings: list[str] = []
        mine = FileLocks(lambda: 1.0, warnings.append)
        assert (mine.take(ENI), mine.take(ENI)) == (0.0, 0.0)
        mine.give_back(ENI)
        assert len(warnings) == 1
        assert warnings[0].endswith(f".locks cannot be locked ({os.strerror(code)})")

    def test_a_time_is_told_only_once_the_last_resource_is_given_back(self) -> None:
        one, other = "eni-00000056", "eni-00000208"
        mine = locks()
        mine.take(one), mine.take(other)
        mine.give_back(one)
        assert locks(at=20.0).take(one) == 20.0

    def test_a_file_that_cannot_grow_is_a_warning_and_the_lock_stays(self, folder: Path) -> None:
        warnings: list[str] = []
        mine = FileLocks(lambda: 1.0, warnings.append)
        assert mine.take(ENI) == 0.0
        limits = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, limits[1]))
        try:
            mine.give_back(ENI)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        assert len(warnings) == 1
        assert warnings[0].endswith(".locks cannot be written (File too large)")
        with ProcessPoolExecutor(1, get_context("fork")) as elsewhere:
            assert elsewhere.submit(take, folder, ENI).result() is None

    def test_only_the_user_can_read_the_file(self, folder: Path) -> None:
        locks().take(ENI)
        assert [file.stat().st_mode & 0o777 for file in folder.iterdir()] == [0o600]

    def test_without_a_file_there_is_a_warning_and_no_lock(self, folder: Path) -> None:
        the_file(folder).symlink_to(folder / "elsewhere")
        warnings: list[str] = []
        mine = FileLocks(lambda: 1.0, warnings.append)
        assert (mine.take(ENI), mine.take(ENI)) == (0.0, 0.0)
        mine.give_back(ENI)
        assert len(warnings) == 1
        assert "may not be kept apart" in warnings[0]
        assert not (folder / "elsewhere").exists()

    @pytest.mark.parametrize(
        "make", [lambda path, other: path.hardlink_to(other), lambda path, _other: os.mkfifo(path)]
    )
    def test_what_is_no_file_of_its_own_is_not_written_to(
        self, folder: Path, make: Callable[[Path, Path], object]
    ) -> None:
        other = folder / "other"
        other.write_bytes(b"mine")
        make(the_file(folder), other)
        warnings: list[str] = []
        mine = FileLocks(lambda: 1.0, warnings.append)
        assert (mine.take(ENI), mine.take(ENI)) == (0.0, 0.0)
        mine.give_back(ENI)
        assert other.read_bytes() == b"mine"
        assert len(warnings) == 1
        assert warnings[0].endswith(".locks is not a regular file with this one name")

    def test_a_file_that_was_removed_keeps_nobody_out_of_the_new_one(self, folder: Path) -> None:
        context = get_context("fork")
        taken, go_on = context.Event(), context.Event()
        mine = locks()
        mine.take(OTHER_ENI)
        the_file(folder).unlink()
        process = context.Process(target=holder, args=(folder, taken, go_on))
        process.start()
        assert taken.wait(10)
        # It has the lock in the new file, and nobody in the old one.
        assert mine.take(ENI) is None
        go_on.set()
        process.join()
        assert mine.take(ENI) == 10.0

    def test_what_is_held_when_the_file_is_removed_is_held_in_the_new_one(self, folder: Path) -> None:
        mine = locks()
        mine.take(ENI)
        the_file(folder).unlink()
        # Nobody can tell any longer who had it until now.
        assert mine.take(OTHER_ENI) == 10.0
        with ProcessPoolExecutor(1, get_context("fork")) as elsewhere:
            assert elsewhere.submit(take, folder, ENI).result() is None
            assert elsewhere.submit(take, folder, OTHER_ENI).result() is None
            mine.give_back(ENI)
            assert elsewhere.submit(take, folder, ENI).result() == 10.0
            mine.give_back(OTHER_ENI)

    def test_what_another_task_has_in_the_new_file_is_not_given_back(self, folder: Path) -> None:
        context = get_context("fork")
        taken, go_on = context.Event(), context.Event()
        mine = locks()
        mine.take(ENI)
        the_file(folder).unlink()
        process = context.Process(target=holder, args=(folder, taken, go_on))
        process.start()
        assert taken.wait(10)
        mine.take(OTHER_ENI)
        mine.give_back(ENI)
        go_on.set()
        process.join()
        # As the other task left it: it did not say that it was done.
        assert locks(at=20.0).take(ENI) == 20.0

    def test_a_file_that_is_removed_all_the_time_is_a_warning_and_no_lock(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        lockf = fcntl.lockf

        def remove_and_lock(*arguments: Any) -> None:
            the_file(folder).unlink()
            lockf(*arguments)

        monkeypatch.setattr(fcntl, "lockf", remove_and_lock)
        warnings: list[str] = []
        assert FileLocks(lambda: 1.0, warnings.append).take(ENI) == 0.0
        assert len(warnings) == 1
        assert warnings[0].endswith(".locks cannot be locked (it is removed again and again)")
