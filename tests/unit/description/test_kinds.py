# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each kind is in all places that name the kinds."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
import yaml
from ansible_collections.crosscloud.security_groups.plugins.module_utils._description.kinds import KINDS as DECLARED

from tests.fuzz import clouds
from tests.integration import described
from tests.integration.faults import kinds as faults
from tests.integration.playbook import ROOT

KINDS = list(DECLARED)
WRITING = {f"{kind}_sg" for kind in KINDS}


def text(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def in_yaml(path: str) -> Any:
    return yaml.safe_load(text(path))


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_has_two_modules_a_plugin_for_the_lines_and_an_action_group(kind: str) -> None:
    for path in (f"modules/{kind}_sg.py", f"modules/{kind}_sg_info.py", f"action/{kind}_sg.py"):
        assert (ROOT / "plugins" / path).is_file()
    groups = in_yaml("meta/runtime.yml")["action_groups"].values()
    assert sum({f"{kind}_sg", f"{kind}_sg_info"} <= {*group} for group in groups) == 1


def test_what_names_the_kinds_in_order() -> None:
    place = json.loads(text("plugins/plugin_utils/_drift/schema.json"))["$defs"]["place"]["properties"]
    assert place["kind"]["enum"] == [*KINDS, None]
    assert {one.cloud for one in DECLARED.values()} == {*place["cloud"]["enum"]} - {None}
    for name in ("attachments", "attachments_info"):
        choices = re.findall(r"choices: \[(aliyun_[^]]*)\]", text(f"plugins/modules/{name}.py"))
        assert [one.replace(",", " ").split() for one in choices] == [KINDS]


@pytest.mark.parametrize("path", ["README.md", "docs/attachments.md"])
def test_the_documentation_names_every_kind(path: str) -> None:
    assert [kind for kind in KINDS if kind not in text(path)] == []


def test_what_is_tested_of_all_kinds_is_tested_of_each() -> None:
    assert set(described.CONNECTION_OF) == set(KINDS)
    assert {kind.module for kind in faults.KINDS} == WRITING
    assert set(clouds.MODULES) == WRITING
