# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The jobs and the workflow that are defined for AWX, from the report to what is applied."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.awx.controller import Controller, Job
from tests.awx.definitions import SETTINGS
from tests.integration.described import CREDENTIALS, SECRETS, Clouds, populate, variables
from tests.integration.playbook import run
from tests.simulators.alibabacloud import RdsSimulator
from tests.simulators.aws import AwsSimulator
from tests.simulators.tencentcloud import TencentCloudSimulator

# With every field that the credential type has for temporary keys and roles left empty.
KEYS = {
    "Tencent Cloud": {
        "secret_id": CREDENTIALS["TENCENTCLOUD_SECRET_ID"],
        "secret_key": CREDENTIALS["TENCENTCLOUD_SECRET_KEY"],
    },
    "Alibaba Cloud": {
        "access_key_id": CREDENTIALS["ALIBABA_CLOUD_ACCESS_KEY_ID"],
        "access_key_secret": CREDENTIALS["ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
    },
}
AMAZON = {name: value for name, value in CREDENTIALS.items() if name.startswith("AWS_")}
"""What AWX sets for a credential of its own type."""

Controlled = Callable[[Sequence[Mapping[str, Any]]], Controller]


@pytest.fixture
def clouds(aws: AwsSimulator, tencentcloud: TencentCloudSimulator, alibabacloud: RdsSimulator) -> Clouds:
    return populate(aws, tencentcloud, alibabacloud)


@pytest.fixture
def controlled(clouds: Clouds, tmp_path: Path) -> Controlled:
    """Return a controller whose inventory has these entries."""

    def controlled(entries: Sequence[Mapping[str, Any]]) -> Controller:
        here = {"ansible_connection": "local", "ansible_python_interpreter": "{{ ansible_playbook_python }}"}
        inventory = {"all": {"hosts": {"localhost": here}, "vars": variables(clouds, entries)}}
        return Controller(tmp_path, inventory, KEYS, {**AMAZON, "AWS_EC2_METADATA_DISABLED": "true"})

    return controlled


def changes(job: Job) -> dict[str, list[str]]:
    """Return the list of each resource of the diffs that a job shows, as it would be or is."""
    return {
        diff["before_header"]: [line.split("  ")[0] for line in diff["after"].splitlines()]
        for result in job.results
        for diff in result.get("diff", [])
    }


def test_what_was_approved_is_applied_but_for_what_changed_since(clouds: Clouds, controlled: Controlled) -> None:
    entries = [clouds.entry(kind, 0, 1, name="web-1", reason="as approved") for kind in clouds.resources]
    # It is in no plan.
    in_sync = clouds.entry("qcloud_eni", 1, 0)
    clouds.attach("qcloud_eni", 1, 0)
    ids = {entry["id"] for entry in entries}
    changed = next(entry for entry in entries if entry["kind"] == "qcloud_eni")
    wanted = {entry["id"]: entry["security_groups"] for entry in entries}

    def approve(jobs: Mapping[str, Job]) -> bool:
        assert (jobs["report"].successful, jobs["preview"].successful) == (False, True)
        plan = jobs["report"].artifacts["security_group_plan"]
        assert {one["id"]: one["wanted"] for one in plan["resources"]} == wanted
        assert all(one in jobs["report"].output for one in ids)
        assert changes(jobs["preview"]) == wanted
        assert clouds.writes() == 0
        clouds.attach("qcloud_eni", 0, 3)
        return True

    jobs = controlled([*entries, in_sync]).work(approve)
    assert list(jobs) == ["report", "preview", "approve", "apply", "report_again"]
    (applied,) = [result for result in jobs["apply"].results if "batches" in result]
    assert {one["id"]: one["error"]["kind"] for one in applied["resources"] if one["error"]} == {
        changed["id"]: "conflict"
    }
    assert f"network interface {changed['id']}: its security groups are {clouds.groups['qcloud_eni'][3]}" in str(
        jobs["apply"].message
    )
    assert clouds.writes() == len(entries) - 1
    assert clouds.attached([changed, in_sync]) == [[clouds.groups["qcloud_eni"][3]], in_sync["security_groups"]]
    left = jobs["report_again"].artifacts
    assert left["security_group_drift"] == {
        "in_sync": len(entries),
        "drift": 1,
        "would_fail": 0,
        "error": 0,
        "accepted": 0,
        "total": len(entries) + 1,
        "ids": [changed["id"]],
    }
    assert [one["id"] for one in left["security_group_plan"]["resources"]] == [changed["id"]]
    assert not jobs["report_again"].successful
    shown = "".join(job.output + json.dumps(job.events) for job in jobs.values())
    assert not any(secret in shown for secret in SECRETS.values())


def test_an_error_leads_to_no_approval_and_no_write(clouds: Clouds, controlled: Controlled) -> None:
    clouds.alibabacloud.access_key_secret = "another"
    entries = [clouds.entry(kind, 0, 1) for kind in clouds.resources]
    unread = [entry for entry in entries if entry["connection"] == "alibaba"]

    def approve(_jobs: Mapping[str, Job]) -> bool:
        raise AssertionError

    jobs = controlled(entries).work(approve)
    assert list(jobs) == ["report", "preview"]
    assert jobs["report"].artifacts["security_group_drift"]["drift"] == len(entries) - len(unread)
    problem = f"{len(unread)} of {len(entries)} resources could not be read; make a new report when they can"
    assert f"No plan is handed on: {problem}" in jobs["report"].output
    assert jobs["preview"].message == f"converge_plan: the plan cannot be applied: {problem}"
    assert clouds.writes() == 0


def test_a_job_by_hand_takes_a_survey_and_needs_no_plan(clouds: Clouds, controlled: Controlled) -> None:
    entries = [clouds.entry(kind, 0, 1) for kind in clouds.resources]
    controller = controlled(entries)
    alone = controller.launch("apply the reported plan", job_type="run")
    assert alone.message == "converge_plan needs the variable 'security_group_plan', which is not defined"
    some = "\n".join(entry["id"] for entry in entries[:3])
    answers = {"security_group_attachments_only": some, "converge_max_changes": 2}
    refused = controller.launch("converge", job_type="run", answers=answers)
    assert "3 would change, max_changes is 2" in refused.message
    assert clouds.writes() == 0
    checked = controller.launch("converge")
    assert (checked.successful, len(changes(checked))) == (True, len(entries))
    assert clouds.writes() == 0


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({}, "Set crosscloud_awx_project_url, the URL of a Git repository"),
        (
            {**SETTINGS, "crosscloud_awx_collection": "nobody.nothing"},
            "nobody.nothing cannot be used: ",
        ),
    ],
)
def test_what_the_playbook_needs_is_said(settings: Mapping[str, str], message: str, tmp_path: Path) -> None:
    done = run("crosscloud.security_groups.awx", "-e", json.dumps(settings), folder=tmp_path)
    assert done.exit_code == 2
    assert message in done.tasks[-1].msg
    assert not settings or "ansible-galaxy collection install nobody.nothing" in done.tasks[-1].msg
