# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift.files import write

OLD = {"drift.json": "old", "drift.html": "old"}
NEW = {"drift.json": "new", "drift.html": "new 組"}


def contents(directory: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in directory.iterdir()}


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


def test_a_directory_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="Not a directory"):
        write(tmp_path / "file" / "directory", NEW)
