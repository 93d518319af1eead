# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The definitions for AWX: what AWX checks holds, and they fit each other, the modules and the roles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
import yaml
from ansible_collections.crosscloud.security_groups.plugins.module_utils._aliyun import options as alibaba
from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.options import ConnectionOption
from ansible_collections.crosscloud.security_groups.plugins.module_utils._tencentcloud import options as tencent
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._role_variables import KNOWN, value_problems

from tests.awx.definitions import PROJECT, ROOT, definitions
from tests.simulators.awx import AwxSimulator, check_credential_type, survey_problems

DEFINED = definitions()
TEMPLATES = {one["name"]: one for one in DEFINED["controller_templates"]}
(WORKFLOW,) = DEFINED["controller_workflows"]
NODES = {node["identifier"]: node for node in WORKFLOW["simplified_workflow_nodes"]}
LINKS = ("success_nodes", "failure_nodes", "always_nodes")

OF_THE_MACHINE = (
    "profile",
    "shared_credentials_dir",
    "shared_credentials_file",
    "oidc_provider_arn",
    "oidc_token_file",
)
"""An option that names a file of the machine where jobs run. An empty variable would hide what the machine says."""


@pytest.mark.parametrize("defined", DEFINED["controller_credential_types"], ids=lambda one: one["name"])
def test_awx_takes_the_credential_types(defined: dict[str, Any]) -> None:
    with AwxSimulator() as awx:
        check_credential_type(awx, defined)


@pytest.mark.parametrize(
    ("cloud", "options"), [("Tencent Cloud", tencent.CONNECTION), ("Alibaba Cloud", alibaba.CONNECTION)]
)
def test_a_credential_has_what_the_modules_read_and_hides_what_is_secret(
    cloud: str, options: Sequence[ConnectionOption]
) -> None:
    (defined,) = [one for one in DEFINED["controller_credential_types"] if one["name"] == f"Security groups: {cloud}"]
    fields = {field["id"]: field for field in defined["inputs"]["fields"]}
    read = [option for option in options if option.env and option.name not in OF_THE_MACHINE]
    assert list(fields) == [option.name for option in read]
    assert [name for name, field in fields.items() if field.get("secret")] == [one.name for one in read if one.secret]
    assert defined["injectors"]["env"] == {option.env[0]: f"{{{{ {option.name} }}}}" for option in read}
    # A role of the machine needs no key.
    assert "required" not in defined["inputs"]


def test_awx_takes_the_survey_and_the_roles_know_its_variables() -> None:
    for template in TEMPLATES.values():
        assert template.get("survey_enabled", False) is ("survey_spec" in template)
        if "survey_spec" in template:
            survey_problems(template["survey_spec"])
            variables = {question["variable"] for question in template["survey_spec"]["spec"]}
            assert variables == {"security_group_attachments_only", "converge_max_changes"}
            assert variables <= KNOWN
        assert set(template.get("extra_vars", {})) <= KNOWN


def test_the_project_of_the_example_has_the_playbooks() -> None:
    assert {template["playbook"] for template in TEMPLATES.values()} == {
        path.name for path in PROJECT.glob("*.yml")
    } - {"inventory.yml", "execution-environment.yml"}


def test_the_inventory_of_the_example_is_a_description() -> None:
    inventory = yaml.safe_load((PROJECT / "inventory.yml").read_text(encoding="utf-8"))
    for role in ("converge", "drift_report"):
        assert value_problems(role, inventory["all"]["vars"]) == []


def test_the_workflow_asks_before_it_writes() -> None:
    for name, node in NODES.items():
        assert all(linked in NODES for link in LINKS for linked in node.get(link, []))
        if "approval_node" not in node:
            template = TEMPLATES[node["unified_job_template"]]
            assert "job_type" not in node or template["ask_job_type_on_launch"]
            # Without a word of its node, a job of this workflow writes nothing.
            assert template["job_type"] == "check", name
    (writing,) = [name for name, node in NODES.items() if node.get("job_type") == "run"]
    leading = [(name, link) for name, node in NODES.items() for link in LINKS if writing in node.get(link, [])]
    assert leading == [("approve", "success_nodes")]
    assert "approval_node" in NODES["approve"]


def test_the_playbook_uses_all_that_is_defined() -> None:
    (play,) = yaml.safe_load((ROOT / "playbooks" / "awx.yml").read_text(encoding="utf-8"))
    used: dict[str, set[str]] = {}
    for task in play["tasks"]:
        for name in DEFINED:
            if name in str(task.get("loop", "")):
                used.setdefault(name, set()).update(task["args"])
    parts = {"controller_workflows": {"simplified_workflow_nodes"}}
    assert set(used) == set(DEFINED)
    for name, entries in DEFINED.items():
        for entry in entries:
            assert set(entry) - parts.get(name, set()) <= used[name]
    assert {key for node in NODES.values() for key in node} <= used["controller_workflows"]
