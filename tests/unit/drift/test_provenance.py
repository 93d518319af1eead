# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift import provenance, render
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift.model import Job
from jsonschema import Draft202012Validator

from tests.integration.playbook import ROOT
from tests.unit.drift.estate import many
from tests.unit.drift.test_render import SCHEMA

GITHUB = {
    "GITHUB_ACTIONS": "true",
    "GITHUB_SERVER_URL": "https://github.example.org",
    "GITHUB_REPOSITORY": "net/groups",
    "GITHUB_RUN_ID": "77",
    "GITHUB_ACTOR": "mona",
}
GITLAB = {
    "GITLAB_CI": "true",
    "CI_JOB_ID": "12",
    "CI_JOB_URL": "https://gitlab.example.org/net/groups/-/jobs/12",
    "GITLAB_USER_LOGIN": "tanuki",
}
AWX = {"AWX_HOST": "https://awx.example.org/", "JOB_ID": "9"}
NAMES = (*GITHUB, *GITLAB, *AWX)


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("environ", "job", "actor"),
    [
        ({}, None, None),
        ({"JOB_ID": "9"}, None, None),
        (GITHUB, Job("GitHub", "77", "https://github.example.org/net/groups/actions/runs/77"), "mona"),
        (GITLAB, Job("GitLab", "12", "https://gitlab.example.org/net/groups/-/jobs/12"), "tanuki"),
        (AWX, Job("AWX", "9", "https://awx.example.org/#/jobs/playbook/9/output"), None),
        ({**GITLAB, "CI_JOB_URL": "javascript:alert(1)"}, Job("GitLab", "12", None), "tanuki"),
    ],
)
def test_a_job_is_known_by_the_variables_of_its_system(environ: dict[str, str], job: Any, actor: Any) -> None:
    assert (provenance.job(environ), provenance.actor(environ)) == (job, actor)


def git(folder: Path, *arguments: str) -> str:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    done = subprocess.run(["git", "-C", str(folder), *who, *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def of_this_run(*extra_vars: str, inventory: object = None, user: object = None) -> Any:
    return provenance.of_this_run(["site.yml"], extra_vars, inventory, user)


def test_the_description_is_the_last_file_that_has_one_with_its_commit(tmp_path: Path) -> None:
    first, described, other = (tmp_path / name for name in ("first.yml", "described.json", "other.yml"))
    first.write_text("security_group_attachments: []\n", encoding="utf-8")
    described.write_text(json.dumps({"security_group_attachments": []}, indent=1), encoding="utf-8")
    other.write_text("a: security_group_attachments\n", encoding="utf-8")
    given = ["x=1", f"@{first}", f"@{described}", f"@{other}", "@/nowhere.yml"]

    found = of_this_run(*given).description
    assert (found.file, found.commit, found.modified) == (str(described), None, None)

    git(tmp_path, "init", "-q")
    assert of_this_run(*given).description.commit is None
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "describe")
    commit = git(tmp_path, "rev-parse", "HEAD")
    other.write_text("b: 1\n", encoding="utf-8")
    git(tmp_path, "commit", "-qam", "something else")
    found = of_this_run(*given).description
    assert (found.commit, found.modified) == (commit, False)
    described.write_text('{\n "security_group_attachments": [1]}', encoding="utf-8")
    assert of_this_run(*given).description.modified is True


def test_without_a_file_on_the_command_line_the_inventory_may_have_the_description(tmp_path: Path) -> None:
    inventory = tmp_path / "inventory.yml"
    inventory.write_text("all:\n  vars:\n    security_group_attachments: []\n", encoding="utf-8")
    assert of_this_run(inventory=str(inventory)).description.file == str(inventory)
    for nothing in (None, str(tmp_path), "localhost,"):
        assert of_this_run(inventory=nothing).description is None


def test_a_report_says_by_what_and_for_whom_it_was_made(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in GITHUB.items():
        monkeypatch.setenv(name, value)
    made = of_this_run()
    assert (made.playbook, made.user, made.job.id) == ("site.yml", "mona", "77")
    assert made.collection_version == yaml.safe_load((ROOT / "galaxy.yml").read_text(encoding="utf-8"))["version"]
    assert of_this_run(user="somebody").user == "somebody"

    report = replace(many(3, 1), provenance=made)
    content = json.loads(render.as_json(report))
    assert list(Draft202012Validator(SCHEMA).iter_errors(content)) == []
    assert content["provenance"]["job"]["url"] == made.job.url
    written = render.files(report)
    assert "Made by GitHub job `77`, playbook `site.yml`, for `mona`, on" in written["drift.md"]
