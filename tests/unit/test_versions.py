# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Versions that are written in several places agree."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTED = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in ("plugins", "roles")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in (".py", ".yml") and "version_added:" in path.read_text(encoding="utf-8")
)


def version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


@pytest.mark.parametrize("path", DOCUMENTED)
def test_what_is_documented_was_added_in_a_version_that_is_or_will_be_released(path: str) -> None:
    galaxy = yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))
    for found in re.findall(r"version_added: *(\S+)", (ROOT / path).read_text(encoding="utf-8")):
        assert version("1.0.0") <= version(found.strip("\"'")) <= version(galaxy["version"])


def test_the_gates_begin_with_the_lowest_ansible_core() -> None:
    requires = yaml.safe_load((ROOT / "meta/runtime.yml").read_text(encoding="utf-8"))["requires_ansible"]
    cores = re.search(r'^CORES="(.*)"$', (ROOT / "tests/gates.sh").read_text(encoding="utf-8"), re.MULTILINE)
    assert cores
    assert requires == f">={cores[1].split()[0]}.0"


def test_what_execution_environments_install_has_no_upper_bound() -> None:
    """Certified content must not have one; the tests of bounds say whether the newest versions work."""
    lines = (ROOT / "meta/ee-requirements.txt").read_text(encoding="utf-8").split()
    assert all(re.fullmatch(r"[a-z0-9-]+>=[0-9.]+", line) for line in lines)
