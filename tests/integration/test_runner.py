# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbooks through ansible-runner, which is what AWX executes."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.described import CREDENTIALS, SECRETS, populate, variables
from tests.integration.playbook import ROOT
from tests.simulators.alibabacloud import RdsSimulator
from tests.simulators.aws import REGION, AwsSimulator
from tests.simulators.tencentcloud import TencentCloudSimulator

PROJECT = [
    {"name": each, "ansible.builtin.import_playbook": f"crosscloud.security_groups.{each}"}
    for each in ("converge", "drift_report")
]


@pytest.mark.parametrize("check", [True, False])
def test_job_events_have_diffs_and_the_stats_event_has_totals(
    aws: AwsSimulator,
    tencentcloud: TencentCloudSimulator,
    alibabacloud: RdsSimulator,
    tmp_path: Path,
    check: bool,
) -> None:
    clouds = populate(aws, tencentcloud, alibabacloud)
    entries = [clouds.entry(kind, 0, 1) for kind in clouds.resources]
    # Without a connection everything comes from the environment.
    del next(one for one in entries if one["kind"] == "efs_mount_target")["connection"]
    for name in ("project", "env", "artifacts"):
        (tmp_path / name).mkdir()
    (tmp_path / "project" / "site.yml").write_text(yaml.safe_dump(PROJECT), encoding="utf-8")
    described = variables(clouds, entries, drift_report_directory=str(tmp_path / "report"))
    (tmp_path / "env" / "extravars").write_text(yaml.safe_dump(described), encoding="utf-8")
    (tmp_path / "env" / "cmdline").write_text("--diff" + " --check" * check, encoding="utf-8")
    done = subprocess.run(
        [str(Path(sys.executable).with_name("ansible-runner")), "run", str(tmp_path), "-p", "site.yml", "-i", "job"],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={
            **CREDENTIALS,
            "AWS_REGION": REGION,
            "AWS_URL": aws.url,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "LANG": "C.UTF-8",
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "collections"),
        },
    )
    assert done.returncode == 0, done.stdout + done.stderr
    events = [json.loads(path.read_text()) for path in (tmp_path / "artifacts" / "job" / "job_events").glob("*.json")]

    changes = {
        diff["before_header"]: [line.split("  ")[0] for line in diff["after"].splitlines()]
        for event in events
        if event["event"] == "runner_on_ok"
        for diff in event["event_data"]["res"].get("diff", [])
    }
    assert changes == {entry["id"]: entry["security_groups"] for entry in entries}
    assert clouds.writes() == (0 if check else len(entries))

    handed = stats(events)["security_group_drift"]
    ids = [entry["id"] for entry in entries] if check else []
    assert {**handed, "ids": sorted(handed["ids"])} == {
        "in_sync": 0 if check else len(entries),
        "drift": len(entries) if check else 0,
        "would_fail": 0,
        "error": 0,
        "accepted": 0,
        "total": len(entries),
        "ids": sorted(ids),
    }
    assert not any(secret in json.dumps(events) + done.stdout for secret in SECRETS.values())


def stats(events: list[dict[str, Any]]) -> dict[str, Any]:
    (data,) = [event["event_data"]["artifact_data"] for event in events if event["event"] == "playbook_on_stats"]
    return dict(data)
