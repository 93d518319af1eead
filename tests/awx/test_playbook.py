# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook ``awx`` with the modules of awx.awx, from the source in the PyPI package ``ansible``."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.awx.definitions import SETTINGS, definitions
from tests.integration.playbook import ROOT, Run, run
from tests.simulators.awx import FIELDS, LINKS, REFERENCES, TOKEN, AwxSimulator

KEPT = {
    "credential_types": "controller_credential_types",
    "execution_environments": "controller_execution_environments",
    "projects": "controller_projects",
    "inventories": "controller_inventories",
    "inventory_sources": "controller_inventory_sources",
    "job_templates": "controller_templates",
    "workflow_job_templates": "controller_workflows",
    "schedules": "controller_schedules",
}
ELSEWHERE = {"extra_vars"}
"""What is compared by itself."""

Play = Callable[..., Run]


@pytest.fixture
def awx() -> Iterator[AwxSimulator]:
    with AwxSimulator("drift_report.yml", "converge.yml", "apply_plan.yml") as simulator:
        simulator.add("organizations", name="Platform")
        yield simulator


@pytest.fixture
def play(awx: AwxSimulator, tmp_path: Path) -> Play:
    """Run the playbook with settings, and forget the calls of the last run."""

    def play(**settings: object) -> Run:
        awx.calls.clear()
        environ = {
            "ANSIBLE_COLLECTIONS_PATH": f"{ROOT / 'collections'}:{os.environ['AWX_COLLECTIONS']}",
            "CONTROLLER_HOST": awx.url,
            "CONTROLLER_OAUTH_TOKEN": TOKEN,
        }
        given = json.dumps({**SETTINGS, **settings})
        return run("crosscloud.security_groups.awx", "-e", given, folder=tmp_path, environ=environ)

    return play


def test_the_second_run_changes_nothing_and_what_others_made_stays(awx: AwxSimulator, play: Play) -> None:
    credential = awx.add("credentials", name="Tencent Cloud production")
    settings = {
        "crosscloud_awx_name": "Groups",
        "crosscloud_awx_organization": "Platform",
        "crosscloud_awx_project_branch": "production",
        "crosscloud_awx_project_credential": credential["name"],
        "crosscloud_awx_inventory_file": "inventories/production.yml",
        "crosscloud_awx_approval_timeout": 600,
    }
    first = play(**settings)
    assert first.exit_code == 0, first.output
    defined = definitions(**settings)
    names = {
        one["id"]: one.get("name", one.get("identifier"))
        for objects in awx.objects.values()
        for one in objects.values()
    }
    for kind, variable in KEPT.items():
        for made, wanted in zip(awx.objects[kind].values(), defined[variable], strict=True):
            for key in wanted.keys() & FIELDS[kind].keys() - ELSEWHERE:
                value = names.get(made[key]) if key in REFERENCES else made[key]
                assert value == (wanted[key] or FIELDS[kind][key]), (variable, key)
    assert awx.one("projects", "Groups")["credential"] == credential["id"]
    for template in defined["controller_templates"]:
        made = awx.one("job_templates", template["name"])
        assert json.loads(made["extra_vars"].replace("---", "{}")) == template.get("extra_vars", {})
        assert awx.surveys.get(made["related"]["survey_spec"]) == template.get("survey_spec")
        assert not awx.associated.get(f"{made['url']}credentials/")
    assert _nodes(awx, names) == _defined_nodes(defined)
    assert awx.one("workflow_approval_templates", "Groups: approve the plan")["timeout"] == 600
    assert not any(action.startswith("DELETE") for action in awx.writes())

    # A user attaches a credential, adds a node that nothing leads to yet, and makes a workflow.
    report = awx.one("job_templates", "Groups: report drift")
    awx.associated[f"{report['url']}credentials/"] = [credential["id"]]
    workflow = awx.one("workflow_job_templates", "Groups: report, approve, apply")
    awx.add("workflow_job_template_nodes", identifier="ticket", workflow_job_template=workflow["id"])
    awx.add("workflow_job_templates", name="Another")
    second = play(**settings)
    assert second.exit_code == 0, second.output
    assert "changed=0 " in second.output
    assert awx.writes() == []
    assert awx.calls

    report["playbook"] = "converge.yml"
    third = play(**settings, crosscloud_awx_converge_credentials=[credential["name"]])
    assert third.exit_code == 0, third.output
    others = [awx.one("job_templates", f"Groups: {name}") for name in ("converge", "apply the reported plan")]
    assert [awx.associated[f"{one['url']}credentials/"] for one in (report, *others)] == [[credential["id"]]] * 3
    assert report["playbook"] == "drift_report.yml"
    assert awx.writes() == ["PATCH job_templates"] + ["POST job_templates credentials"] * 2


def test_what_the_controller_refuses_is_said(awx: AwxSimulator, play: Play) -> None:
    refused = play(crosscloud_awx_organization="Nowhere")
    assert refused.exit_code == 2
    assert "organizations/?name=Nowhere returned 0 items, expected 1" in refused.output
    assert awx.writes() == ["POST credential_types"] * 2


def _nodes(awx: AwxSimulator, names: dict[int, str]) -> dict[str, Any]:
    nodes = awx.objects["workflow_job_template_nodes"].values()

    def linked(node: dict[str, Any], link: str) -> list[str]:
        return [names[number] for number in awx.associated.get(f"{node['url']}{link}/", [])]

    return {
        node["identifier"]: {
            "runs": names[node["unified_job_template"]],
            "job_type": node["job_type"],
            **{link: linked(node, link) for link in LINKS},
        }
        for node in nodes
    }


def _defined_nodes(defined: dict[str, Any]) -> dict[str, Any]:
    (workflow,) = defined["controller_workflows"]
    return {
        node["identifier"]: {
            "runs": node["approval_node"]["name"] if "approval_node" in node else node["unified_job_template"],
            "job_type": node.get("job_type"),
            **{link: node.get(link, []) for link in LINKS},
        }
        for node in workflow["simplified_workflow_nodes"]
    }
