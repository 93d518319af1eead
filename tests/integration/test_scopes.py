# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An inventory whose hosts are scopes: the one of docs/examples, which has fifty of them."""

from __future__ import annotations

import json
import shutil
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import boto3
import pytest
import yaml

from tests.integration.playbook import ROOT, Run, run
from tests.simulators import aws as amazon
from tests.simulators import tencentcloud as tencent
from tests.simulators.aws import AwsSimulator
from tests.simulators.server import Meddle
from tests.simulators.tencentcloud import TencentCloudSimulator

EXAMPLE = ROOT / "docs" / "examples" / "scopes"
REGIONS = ("eu-central-1", "eu-west-1", "us-east-1", "us-west-2", "ap-southeast-1")
HOSTS = [f"account{number:02}.{region}" for region in REGIONS for number in range(1, 11)]
UNREACHABLE, MISTAKEN, DRIFTED = HOSTS[3], HOSTS[17], HOSTS[20]
PROBLEM = "state 'exactly' is unknown; it is one of present, absent, exact"
ACCOUNTS = [f"account{number:02}" for number in range(1, 11)]
Play = Callable[..., Run]
LATE = 3.0
"""Seconds after which an answer comes that is later than all others."""


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
    done = play("crosscloud.security_groups.drift_report", "--limit", ",".join(some))
    assert done.exit_code != 0, done.output
    assert aws.count(*amazon.WRITES) == 0
    found = report(tmp_path)
    assert found["totals"] == {"in_sync": len(some) - 3, "drift": 1, "would_fail": 0, "error": 2, "total": len(some)}
    by_scope = {one["scope"]: one for one in found["resources"]}
    assert set(by_scope) == set(some)
    assert {host: by_scope[host]["id"] for host in some if host != MISTAKEN} == {
        host: scopes[host]["id"] for host in some if host != MISTAKEN
    }
    assert by_scope[DRIFTED]["verdict"] == "drift"
    for host in (UNREACHABLE, MISTAKEN):
        assert by_scope[host]["problem"]["message"].startswith("this host failed or could not be reached")
    assert [task.msg for task in done.tasks if task.failed] == [
        f"security_group_attachments[0] ({scopes[MISTAKEN]['id']}): {PROBLEM}",
        f"2 of {len(some)} resources could not be read",
    ]
    assert sum("ansible_stats" in task.result for task in done.tasks) == 1


@pytest.mark.parametrize("how", [{"serial": 1}, {"strategy": "free"}])
def test_the_roles_with_serial_and_with_the_strategy_free(
    aws: AwsSimulator, scopes: Mapping[str, Any], play: Play, tmp_path: Path, how: dict[str, Any]
) -> None:
    some = [host for host in HOSTS if host.endswith("us-east-1")][:2]

    def run_role(name: str, **more: Any) -> Run:
        role = {"role": f"crosscloud.security_groups.{name}", **more}
        content = [{"hosts": "security_group_scopes", "gather_facts": False, "roles": [role], **how}]
        (tmp_path / "play.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
        return play("play.yml", "--limit", ",".join(some))

    # The report waits for the last host.
    done = run_role("drift_report", drift_report_fail_on=["drift"])
    assert done.exit_code == 2, done.output
    assert {task.msg for task in done.tasks if task.failed} == {"1 of 2 resources drifted from their description"}
    assert report(tmp_path)["totals"] == {"in_sync": 1, "drift": 1, "would_fail": 0, "error": 0, "total": 2}
    # Two would change, and to plan all before the first write is not possible, so nothing is written: by the last host
    # neither, which plans when the others have been refused.
    late = scopes[some[-1]]
    changed = aws.groups(scopes[DRIFTED]["id"]) + scopes[DRIFTED]["security_groups"]
    aws.attach(late["id"], *changed)
    aws.play(Meddle(lambda: time.sleep(LATE)), "DescribeMountTargetSecurityGroups", resource=late["id"])
    refused = run_role("converge", converge_max_changes=1)
    assert refused.exit_code == 2, refused.output
    assert "converge_max_changes counts the changes on all hosts of the play before the first write" in refused.output
    assert aws.count(*amazon.WRITES) == 0
    only = run_role("converge", security_group_attachments_only=scopes[DRIFTED]["id"])
    assert only.exit_code == 0, only.output
    assert aws.count(*amazon.WRITES) == 1
    assert aws.groups(scopes[DRIFTED]["id"]) == scopes[DRIFTED]["security_groups"]


def test_changes_are_counted_over_all_scopes(aws: AwsSimulator, scopes: Mapping[str, Any], play: Play) -> None:
    some = [host for host in HOSTS if host.endswith("us-east-1")][:2]
    ids = [scopes[host]["id"] for host in some]
    for target in ids[1:]:
        aws.attach(target, *scopes[DRIFTED]["security_groups"])

    def converge(most: int) -> Run:
        flags = ("--limit", ",".join(some), "-e", f"converge_max_changes={most}")
        return play("crosscloud.security_groups.converge", *flags)

    refused = converge(1)
    assert refused.exit_code == 2, refused.output
    assert refused.tasks[-1].msg.startswith("2 resources would change, and converge_max_changes is 1: ")
    assert all(target in refused.tasks[-1].msg for target in ids)
    assert aws.count(*amazon.WRITES) == 0
    done = converge(2)
    assert done.exit_code == 0, done.output
    assert aws.count(*amazon.WRITES) == 2


@pytest.fixture
def web(tencentcloud: TencentCloudSimulator, tmp_path: Path) -> list[tuple[str, str]]:
    """Make an inventory of two hosts, each with one ENI that lacks the only group it is to have.

    Return the ids of the ENI and of the group of each.
    """
    made = tencentcloud.populate(network_interfaces=2, instances=1)
    wanted = [(interface, made.security_groups[2]) for interface in made.network_interfaces]
    hosts = {
        f"web{number}": {
            "security_group_attachments": [
                {"kind": "qcloud_eni", "id": interface, "security_groups": [group], "connection": "tencent"}
            ]
        }
        for number, (interface, group) in enumerate(wanted)
    }
    connection = {
        "region": tencent.REGION,
        "endpoint": tencentcloud.url,
        "secret_id": tencent.SECRET_ID,
        "secret_key": tencent.SECRET_KEY,
    }
    common = {
        "ansible_connection": "local",
        "ansible_python_interpreter": sys.executable,
        "security_group_connections": {"tencent": connection},
    }
    inventory = {"all": {"hosts": hosts, "vars": common}}
    (tmp_path / "inventory.yml").write_text(yaml.safe_dump(inventory), encoding="utf-8")
    return wanted


def run_plays(folder: Path, *plays: Mapping[str, Any]) -> Run:
    """Run plays on both hosts, in one run of ansible-playbook."""
    content = [{"hosts": "all", "gather_facts": False, **play} for play in plays]
    (folder / "plays.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    return run("-i", "inventory.yml", "plays.yml", folder=folder)


def role(name: str, **more: Any) -> dict[str, Any]:
    return {"roles": [{"role": f"crosscloud.security_groups.{name}", **more}]}


@pytest.mark.parametrize("how", [{"serial": 1}, {"strategy": "free"}])
def test_a_play_does_not_count_what_an_earlier_one_left(
    tencentcloud: TencentCloudSimulator, web: list[tuple[str, str]], tmp_path: Path, how: dict[str, Any]
) -> None:
    first, second = (interface for interface, _group in web)
    done = run_plays(
        tmp_path,
        role("drift_report", drift_report_fail_on=[]),
        role("converge", security_group_attachments_only=[first]),
        {**how, **role("converge", security_group_attachments_only=[second])},
        {**how, **role("drift_report", drift_report_fail_on=["drift"])},
    )
    assert done.exit_code == 0, done.output
    assert [tencentcloud.groups(interface) for interface, _group in web] == [[group] for _interface, group in web]
    assert report(tmp_path)["totals"] == {"in_sync": 2, "drift": 0, "would_fail": 0, "error": 0, "total": 2}
    if "serial" in how:
        assert "No report yet: nothing was read of web1 of this play" in done.output


def test_run_once_is_about_one_host(
    tencentcloud: TencentCloudSimulator, web: list[tuple[str, str]], tmp_path: Path
) -> None:
    def once(name: str, **more: Any) -> dict[str, Any]:
        included = {"name": f"crosscloud.security_groups.{name}", "apply": {"run_once": True}}
        return {"ansible.builtin.include_role": included, "run_once": True, "vars": more}

    tasks = [once("drift_report"), once("converge", converge_max_changes=1)]
    done = run_plays(tmp_path, {"tasks": tasks})
    assert done.exit_code == 0, done.output
    assert report(tmp_path)["totals"]["total"] == 1
    assert [[group] == tencentcloud.groups(interface) for interface, group in web] == [True, False]


def test_a_report_that_some_hosts_have_no_part_in_says_what_it_waits_for(
    web: list[tuple[str, str]], tmp_path: Path
) -> None:
    assert len(web) == 2
    done = run_plays(tmp_path, role("drift_report", when="inventory_hostname == 'web0'"))
    assert "No report yet: nothing was read of web1 of this play" in done.output
    assert not (tmp_path / "drift-report").exists()


def test_a_limit_on_changes_needs_all_hosts_of_the_play(
    tencentcloud: TencentCloudSimulator, web: list[tuple[str, str]], tmp_path: Path
) -> None:
    done = run_plays(tmp_path, role("converge", converge_max_changes=2, when="inventory_hostname == 'web0'"))
    assert done.exit_code == 2
    assert "there is no plan of web1 yet; have all hosts of the play take part in the role" in done.output
    assert [tencentcloud.groups(interface) == [group] for interface, group in web] == [False, False]
