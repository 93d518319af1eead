# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An inventory whose hosts are scopes: the one of docs/examples, which has fifty of them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml

from tests.integration.playbook import ROOT, Run, run
from tests.simulators import aws as amazon
from tests.simulators.aws import AwsSimulator

EXAMPLE = ROOT / "docs" / "examples" / "scopes"
REGIONS = ("eu-central-1", "eu-west-1", "us-east-1", "us-west-2", "ap-southeast-1")
HOSTS = [f"account{number:02}.{region}" for region in REGIONS for number in range(1, 11)]
UNREACHABLE, MISTAKEN, DRIFTED = HOSTS[3], HOSTS[17], HOSTS[20]
PROBLEM = "state 'exactly' is unknown; it is one of present, absent, exact"
ACCOUNTS = [f"account{number:02}" for number in range(1, 11)]
Play = Callable[..., Run]


@pytest.fixture
def scopes(aws: AwsSimulator, tmp_path: Path) -> dict[str, dict[str, Any]]:
    """Make the example's folder, with a mount target of its own for each host; return the entries by host.

    One host cannot be reached, one has a mistake in its description, and one wants another list than there is.
    """
    aws.populate(file_systems=0)
    shutil.copytree(EXAMPLE, tmp_path, dirs_exist_ok=True)
    keys = "\n".join(f"{name} = {value}" for name, value in amazon.CREDENTIALS.items())
    (tmp_path / ".aws").mkdir()
    profiles = [f"[{account}]\n{keys}\n" for account in ACCOUNTS]
    (tmp_path / ".aws" / "credentials").write_text("\n".join(profiles), encoding="utf-8")
    entries = {}
    for region in REGIONS:
        groups, targets = populate(aws, region)
        for host, target in zip((host for host in HOSTS if host.endswith(region)), targets, strict=True):
            wanted = groups[1:] if host == DRIFTED else groups[:1]
            entries[host] = {
                "kind": "efs_mount_target",
                "id": target,
                "security_groups": wanted,
                "connection": "scope",
            }
    for host, entry in entries.items():
        described: dict[str, Any] = {"security_group_attachments": [entry]}
        if host == UNREACHABLE:
            described |= {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 1}
        if host == MISTAKEN:
            entry["state"] = "exactly"
        (tmp_path / "host_vars" / f"{host}.yml").write_text(yaml.safe_dump(described), encoding="utf-8")
    return entries


@pytest.fixture
def play(aws: AwsSimulator, scopes: Mapping[str, Any], tmp_path: Path) -> Play:  # noqa: ARG001 - the inventory is made
    def play(playbook: str, *flags: str) -> Run:
        arguments = ("-i", "inventory.yml", "--forks", "10", playbook, *flags)
        return run(*arguments, folder=tmp_path, environ={"AWS_URL": aws.url})

    return play


def populate(aws: AwsSimulator, region: str) -> tuple[list[str], list[str]]:
    """Make ten mount targets in a region, each with the first of two groups; return the groups and the targets."""
    # The simulator's own clients go past its log, and are of one region.
    url = aws.client("efs").meta.endpoint_url
    ec2, efs = (
        boto3.client(name, region_name=region, endpoint_url=url, **amazon.CREDENTIALS) for name in ("ec2", "efs")
    )
    vpc = ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/20")["Subnet"]["SubnetId"]
    groups = [
        ec2.create_security_group(VpcId=vpc, GroupName=name, Description=name)["GroupId"] for name in ("web", "jobs")
    ]
    systems = [efs.create_file_system(CreationToken=f"{region}-{number}")["FileSystemId"] for number in range(10)]
    return groups, [
        efs.create_mount_target(FileSystemId=one, SubnetId=subnet, SecurityGroups=groups[:1])["MountTargetId"]
        for one in systems
    ]


def report(folder: Path) -> dict[str, Any]:
    return dict(json.loads((folder / "drift-report" / "drift.json").read_text(encoding="utf-8")))


def test_one_report_covers_all_scopes(aws: AwsSimulator, scopes: Mapping[str, Any], play: Play, tmp_path: Path) -> None:
    # Of each region one, as each takes a process.
    some = [host for host in HOSTS if host.startswith("account01") or host in (UNREACHABLE, MISTAKEN, DRIFTED)]

    def reported() -> Run:
        return play("crosscloud.security_groups.drift_report", "--limit", ",".join([*some, "localhost"]))

    done = reported()
    assert done.exit_code != 0, done.output
    assert aws.count(*amazon.WRITES) == 0
    found = report(tmp_path)
    assert found["totals"] == {
        "in_sync": len(some) - 3,
        "drift": 1,
        "would_fail": 0,
        "error": 2,
        "accepted": 0,
        "total": len(some),
    }
    by_scope = {one["scope"]: one for one in found["resources"]}
    assert set(by_scope) == set(some)
    described = [host for host in some if host not in (UNREACHABLE, MISTAKEN)]
    assert {host: by_scope[host]["id"] for host in described} == {host: scopes[host]["id"] for host in described}
    assert by_scope[DRIFTED]["verdict"] == "drift"
    for host in (UNREACHABLE, MISTAKEN):
        assert by_scope[host]["problem"]["message"].startswith("this host failed, or wrote no report in time")
    assert [task.msg for task in done.tasks if task.failed] == [
        f"security_group_attachments[0] ({scopes[MISTAKEN]['id']}): {PROBLEM}",
        f"2 of {len(some)} resources could not be read",
    ]
    assert sum("ansible_stats" in task.result for task in done.tasks) == 1
    # What a host wrote in an earlier run is too old.
    (tmp_path / "host_vars" / f"{DRIFTED}.yml").write_text("security_group_attachments: nothing", encoding="utf-8")
    reported()
    late = {one["scope"]: one["verdict"] for one in report(tmp_path)["resources"]}
    assert late[DRIFTED] == "error"


def test_some_scopes_without_localhost_report_each_for_itself(
    scopes: Mapping[str, Any], play: Play, tmp_path: Path
) -> None:
    assert scopes
    some = [DRIFTED, HOSTS[21]]
    flags = ("--limit", ",".join(some), "-e", "drift_report_fail_on=drift")
    done = play("crosscloud.security_groups.drift_report", *flags)
    assert done.exit_code == 2, done.output
    assert [task.msg for task in done.tasks if task.failed] == ["1 of 1 resources drifted from their description"]
    verdicts = {host: report_of(tmp_path, host)["resources"][0]["verdict"] for host in some}
    assert verdicts == {DRIFTED: "drift", HOSTS[21]: "in_sync"}
    assert not (tmp_path / "drift-report" / "drift.json").exists()


def report_of(folder: Path, host: str) -> dict[str, Any]:
    path = folder / "drift-report" / host / "drift.json"
    return dict(json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize("how", [{"serial": 1}, {"strategy": "free"}])
def test_the_roles_with_serial_and_with_the_strategy_free(
    aws: AwsSimulator, scopes: Mapping[str, Any], play: Play, tmp_path: Path, how: dict[str, Any]
) -> None:
    some = [host for host in HOSTS if host.endswith("us-east-1")][:2]
    content = [
        {
            "hosts": "security_group_scopes",
            "gather_facts": False,
            "roles": [f"crosscloud.security_groups.{name}" for name in ("converge", "drift_report")],
            **how,
        }
    ]
    (tmp_path / "play.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    # Each host by itself may change one, and each has its own report.
    done = play("play.yml", "--limit", ",".join(some), "-e", "converge_max_changes=1")
    assert done.exit_code == 0, done.output
    assert aws.count(*amazon.WRITES) == 1
    assert aws.groups(scopes[DRIFTED]["id"]) == scopes[DRIFTED]["security_groups"]
    totals = [report_of(tmp_path, host)["totals"] for host in some] if how != {"serial": 1} else []
    assert all(one["in_sync"] == 1 for one in totals)
