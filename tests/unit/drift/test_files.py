# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import errno
import fcntl
import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift import files

from tests.integration.playbook import ROOT

OLD = {"drift.json": "old", "drift.html": "old"}
NEW = {"drift.json": "new", "drift.html": "new 組"}
NAMES = ("drift.json", "drift.md", "drift.xml", "drift.html")


def contents(directory: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in directory.iterdir()}


def write(directory: Path, what: Mapping[str, str], warn: Callable[[str], None] = pytest.fail) -> list[Path]:
    with files.writing(directory, warn) as writes:
        return writes(what)


def test_files_replace_those_that_are_there(tmp_path: Path) -> None:
    directory = tmp_path / "not" / "yet"
    assert write(directory, OLD) == [directory / "drift.json", directory / "drift.html"]
    write(directory, NEW)
    assert contents(directory) == NEW


def test_files_are_as_readable_as_the_user_wants_new_files_to_be(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        paths = write(tmp_path, NEW)
    finally:
        os.umask(before)
    assert {path.stat().st_mode & 0o777 for path in paths} == {0o640}


def test_no_file_is_replaced_unless_all_could_be_written(tmp_path: Path) -> None:
    write(tmp_path, OLD)
    with pytest.raises(OSError, match="No such file"):
        write(tmp_path, {**NEW, "missing/drift.md": "new"})
    assert contents(tmp_path) == OLD


@pytest.mark.parametrize("name", ["file/directory", "file", "nul\0"])
def test_a_directory_that_cannot_be_made_is_an_error(tmp_path: Path, name: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match=r"Not a directory|File exists|null byte") as error:
        write(tmp_path / name, NEW)
    assert str(tmp_path) in files.said(error.value, Path("another"))


@contextmanager
def started(body: str, *arguments: object) -> Iterator[subprocess.Popen[str]]:
    """Start a process that runs a body with the function ``writing`` and what it needs."""
    imports = (
        "import json, sys",
        "from pathlib import Path",
        "from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift.files import writing",
        "directory, name = Path(sys.argv[1]), sys.argv[2]",
        f"NAMES = {NAMES}",
    )
    command = [sys.executable, "-c", "\n".join([*imports, body]), *map(str, arguments)]
    environ = {**os.environ, "PYTHONPATH": str(ROOT / "collections")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True, env=environ) as process:
        try:
            yield process
        finally:
            process.kill()


COUNTS = """
print("ready", flush=True)
sys.stdin.readline()
for _ in range(60):
    with writing(directory, print) as write:
        last = directory / "drift.json"
        count = json.loads(last.read_text())["count"] if last.exists() else 0
        write({each: json.dumps({"count": count + 1, "by": name, "filler": name * 20000}) for each in NAMES})
"""


def test_runs_that_write_at_once_leave_the_files_of_one_which_knows_the_one_before(tmp_path: Path) -> None:
    """Four files of two runs came from both in 233 of 1,000 tries."""
    with started(COUNTS, tmp_path, "a") as one, started(COUNTS, tmp_path, "b") as other:
        for process in (one, other):
            assert process.stdout.readline() == "ready\n"
        for process in (one, other):
            process.stdin.write("go\n")
            process.stdin.flush()
        assert [process.wait(timeout=120) for process in (one, other)] == [0, 0]
        assert one.stdout.read() + other.stdout.read() == ""
    found = contents(tmp_path)
    assert set(found) == set(NAMES)
    assert len(set(found.values())) == 1
    assert json.loads(found["drift.json"])["count"] == 120


KILLED = """
class Endless(dict):
    def items(self):
        yield "drift.json", "half"
        print("begun", flush=True)
        sys.stdin.readline()

with writing(directory, print) as write:
    write(Endless())
"""


def test_what_a_killed_run_left_behind_the_next_one_removes(tmp_path: Path) -> None:
    write(tmp_path, OLD)
    with started(KILLED, tmp_path, "a") as process:
        assert process.stdout.readline() == "begun\n"
        process.send_signal(signal.SIGKILL)
        process.wait()
    left = {path.name for path in tmp_path.iterdir()} - set(OLD)
    assert len(left) == 2
    assert [path.name for path in tmp_path.glob(f"{files.SCRATCH}*/*")] == ["drift.json"]
    write(tmp_path, NEW)
    assert contents(tmp_path) == NEW


def test_only_what_a_run_can_have_left_behind_is_removed(tmp_path: Path) -> None:
    directory, elsewhere = tmp_path / "report", tmp_path / "elsewhere"
    mine = directory / f"{files.SCRATCH}mine"
    mine.mkdir(parents=True)
    elsewhere.mkdir()
    for path in (mine / "notes.txt", elsewhere / "drift.json", directory / f"{files.SCRATCH}file"):
        path.write_text("kept", encoding="utf-8")
    (directory / f"{files.SCRATCH}link").symlink_to(elsewhere)
    write(directory, NEW)
    assert {path.name for path in directory.iterdir()} == {
        *NEW,
        *(f"{files.SCRATCH}{name}" for name in ("mine", "file", "link")),
    }
    assert contents(mine) == {"notes.txt": "kept"}
    assert contents(elsewhere) == {"drift.json": "kept"}


def test_a_run_that_holds_the_directory_for_too_long_is_an_error(tmp_path: Path) -> None:
    slept: list[float] = []
    arguments: dict[str, Any] = {"now": lambda: sum(slept), "sleep": slept.append}
    with files.writing(tmp_path, pytest.fail):
        second = files.writing(tmp_path, pytest.fail, **arguments)
        with pytest.raises(OSError, match="has been writing there for 60 seconds; wait for its end"):
            second.__enter__()
    assert sum(slept) == pytest.approx(files.LONGEST_WAIT, abs=1)
    assert contents(tmp_path) == {}


def test_a_lock_that_another_run_removes_is_not_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lock = tmp_path / files.LOCK
    flock = fcntl.flock

    def removed_before(file: int, operation: int) -> None:
        flock(file, operation)
        monkeypatch.undo()
        lock.unlink()

    monkeypatch.setattr(fcntl, "flock", removed_before)
    with files.writing(tmp_path, pytest.fail) as writes:
        assert lock.exists()
        writes(NEW)
    assert contents(tmp_path) == NEW


def test_where_nothing_can_be_locked_the_files_are_written_and_left_overs_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unsupported(*_arguments: Any) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", unsupported)
    # It may be of a run that is still there.
    (tmp_path / f"{files.SCRATCH}other").mkdir()
    warnings: list[str] = []
    write(tmp_path, NEW, warnings.append)
    (warning,) = warnings
    assert warning.startswith("runs that write a drift report at once may mix its files: ")
    assert warning.endswith(f"{tmp_path / files.LOCK} cannot be locked (No locks available)")
    assert {path.name for path in tmp_path.iterdir()} == {*NEW, files.LOCK, f"{files.SCRATCH}other"}


def test_a_link_in_place_of_the_lock_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / files.LOCK).symlink_to(tmp_path / "victim")
    with pytest.raises(OSError, match="symbolic links") as error:
        write(tmp_path, NEW)
    assert str(tmp_path / files.LOCK) in files.said(error.value, tmp_path)
    assert not (tmp_path / "victim").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_directory_that_may_not_be_written_is_an_error_that_names_it(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with pytest.raises(PermissionError, match="Permission denied"):
        write(tmp_path, NEW)
