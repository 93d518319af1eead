# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Our AWS connection options are those of amazon.aws, read from the source in the PyPI package ``ansible``."""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.crosscloud.security_groups.plugins.module_utils._aws.options import CONNECTION

OURS = {option.name: option for option in CONNECTION}


@pytest.fixture(scope="module")
def theirs() -> Iterator[dict[str, Any]]:
    source = Path(os.environ["AMAZON_AWS"])
    sys.path.insert(0, str(source / "plugins"))
    try:
        yield importlib.import_module("module_utils.modules").aws_argument_spec()
    finally:
        sys.path.remove(str(source / "plugins"))


def test_the_names_are_the_same(theirs: dict[str, Any]) -> None:
    assert set(OURS) == set(theirs)


@pytest.mark.parametrize("name", sorted(OURS))
def test_an_option_is_the_same(theirs: dict[str, Any], name: str) -> None:
    option, other = OURS[name], theirs[name]
    assert set(option.aliases) == set(other.get("aliases", []))
    assert list(option.env) == (other["fallback"][1] if "fallback" in other else [])
    assert option.type == other.get("type", "str")
    assert option.secret == other.get("no_log", False)
    assert bool(option.default) == bool(other.get("default"))
