# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import errno
import fcntl
import os
import resource
import tempfile
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.locks import FileLocks

ENI = "eni-7k2m9q4x"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    return tmp_path


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
        assert mine.take("eni-2w8r5t1y") == 0.0
        go_on.set()
        process.join()
        # It did not give the lock back, and may have written until just now.
        assert mine.take(ENI) == 10.0

    def test_the_lock_tells_when_it_was_last_had(self) -> None:
        first = locks(at=7.0)
        assert first.take(ENI) == 0.0
        first.give_back(ENI)
        assert locks(at=8.0).take(ENI) == 7.0
        assert locks(at=8.0).take("eni-2w8r5t1y") == 0.0

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
        (folder / f"crosscloud.security_groups-{os.getuid()}.locks").symlink_to(folder / "elsewhere")
        warnings: list[str] = []
        mine = FileLocks(lambda: 1.0, warnings.append)
        assert (mine.take(ENI), mine.take(ENI)) == (0.0, 0.0)
        mine.give_back(ENI)
        assert len(warnings) == 1
        assert "may not be kept apart" in warnings[0]
        assert not (folder / "elsewhere").exists()
