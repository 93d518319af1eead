# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ``effect`` tells a person, in the diff and in the result, and what it costs."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.faults.kinds import EC2_ENI, EFS, ENI, RDS, Kind, Simulator
from tests.integration.playbook import Run, play, run, task
from tests.simulators import tencentcloud as tencent
from tests.simulators.alibabacloud import RdsSimulator
from tests.simulators.aws import AwsSimulator
from tests.simulators.server import Refuse
from tests.simulators.tencentcloud import TencentCloudSimulator

Entry = Mapping[str, Any]
POLICIES = "DescribeSecurityGroupPolicies"
WORLD = {"CidrBlock": "0.0.0.0/0"}
SSH = {"Protocol": "TCP", "Port": "22"}


def work(kind: Kind, cloud: Simulator, resources: Sequence[str], groups: Sequence[str], **more: Any) -> dict[str, Any]:
    arguments = {"security_groups": list(groups), "effect": True, **more}
    return task(kind.module, **kind.connection(cloud), **{kind.ids: list(resources)}, **arguments)


def allow(cloud: AwsSimulator, group: str, port: int, **peers: Any) -> None:
    rule = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **peers}
    cloud.client("ec2").authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])


def from_address(address: str) -> dict[str, Any]:
    return {"IpRanges": [{"CidrIp": address}]}


def effects(done: Run) -> list[list[Entry]]:
    return [one.each("effect") for one in done.tasks]


def added_lines(done: Run) -> list[str]:
    """Return what a person sees as added in the diff."""
    return [line.removeprefix("+") for line in done.output.splitlines() if line.startswith("+") and "+++" not in line]


def test_aws(aws: AwsSimulator) -> None:
    resources, groups = EC2_ENI.populate(aws, 3)
    for group, port in zip(groups, (443, 22, 22, 22), strict=False):
        allow(aws, group, port, **from_address("0.0.0.0/0" if group == groups[1] else "10.0.0.0/8"))
    aws.attach(resources[1], groups[2], groups[3])
    offices = aws.client("ec2").create_managed_prefix_list(
        PrefixListName="offices", Entries=[{"Cidr": "192.0.2.0/24"}], MaxEntries=5, AddressFamily="IPv4"
    )["PrefixList"]["PrefixListId"]
    allow(aws, groups[4], 8443, PrefixListIds=[{"PrefixListId": offices}])
    allow(aws, groups[4], 9443, UserIdGroupPairs=[{"GroupId": groups[5]}])
    tasks = [
        work(EC2_ENI, aws, resources[:1], groups[1:2]),
        work(EC2_ENI, aws, resources[1:2], groups[3:4], state="absent"),
        work(EC2_ENI, aws, resources[2:3], groups[4:5]),
    ]
    announced = play(tasks, "--check", "--diff")
    opened, same, named = (one[0] for one in effects(announced))
    ssh = {"direction": "ingress", "protocol": "tcp", "ports": "22", "peer": "0.0.0.0/0", "by": groups[1]}
    assert opened == {"opens": [ssh], "closes": [], "unknown": []}
    assert same == {"opens": [], "closes": [], "unknown": []}
    assert [(one["ports"], one["peer"]) for one in named["opens"]] == [("8443", "192.0.2.0/24"), ("9443", groups[5])]
    assert added_lines(announced) == [
        f"{groups[1]}  group-1",
        "by security groups only, this change",
        f"  opens ingress tcp/22 from 0.0.0.0/0 (allowed by {groups[1]})",
        "  closes nothing",
        "by security groups only, this change",
        "  opens nothing",
        "  closes nothing",
        f"{groups[4]}  group-4",
        "by security groups only, this change",
        f"  opens ingress tcp/8443 from 192.0.2.0/24 (allowed by {groups[4]})",
        f"  opens ingress tcp/9443 from {groups[5]} (allowed by {groups[4]})",
        "  closes nothing",
    ]
    done = play(tasks, "--diff")
    assert (effects(done), added_lines(done)) == (effects(announced), added_lines(announced))
    assert effects(play(tasks)) == [[None]] * 3


def test_efs_speaks_of_nfs(aws: AwsSimulator) -> None:
    targets, groups = EFS.populate(aws, 1)
    allow(aws, groups[1], 2049, **from_address("0.0.0.0/0"))
    allow(aws, groups[1], 22, **from_address("0.0.0.0/0"))
    done = play([work(EFS, aws, targets[:1], groups[1:2])], "--check", "--diff")
    reach = "that is whatever has a route to it, because a mount target has no public address"
    assert added_lines(done)[1:] == [
        "by security groups only, this change",
        f"  opens ingress tcp/2049 from 0.0.0.0/0 (allowed by {groups[1]}); {reach}",
        "  opens other traffic, which has no known effect on NFS",
        "  closes nothing for NFS (tcp/2049)",
    ]


def test_tencent_cloud(tencentcloud: TencentCloudSimulator) -> None:
    resources, (deny, allowed, other, template, *_others) = ENI.populate(tencentcloud, 3)
    tencentcloud.rules.put(deny, [{**SSH, **WORLD, "Action": "DROP"}])
    tencentcloud.rules.put(allowed, [{"Protocol": "TCP", "Port": "ALL", **WORLD}])
    tencentcloud.rules.put(other, [{"Protocol": "UDP", "Port": "53", "CidrBlock": "10.0.0.0/8"}])
    tencentcloud.rules.put(template, [{**SSH, "AddressTemplate": {"AddressId": "ipm-12345678", "AddressGroupId": ""}}])
    tencentcloud.rules.templates["ipm-12345678"] = ["192.0.2.0/24"]
    tencentcloud.attach(resources[0], deny, allowed)
    tencentcloud.attach(resources[1], allowed, other)
    tencentcloud.attach(resources[2], other)
    tasks = [
        work(ENI, tencentcloud, resources[:1], [allowed, deny], state="exact"),
        work(ENI, tencentcloud, resources[1:2], [other, allowed], state="exact"),
        work(ENI, tencentcloud, resources[2:3], [template]),
    ]
    announced = play(tasks, "--check", "--diff")
    opened, same, resolved = (one[0] for one in effects(announced))
    ssh = {"direction": "ingress", "protocol": "tcp", "ports": "22", "peer": "0.0.0.0/0", "by": allowed}
    assert opened == {"opens": [ssh], "closes": [], "unknown": []}
    assert same == {"opens": [], "closes": [], "unknown": []}
    assert [(one["ports"], one["peer"]) for one in resolved["opens"]] == [("22", "192.0.2.0/24")]
    assert f"  opens ingress tcp/22 from 0.0.0.0/0 (allowed by {allowed})" in added_lines(announced)
    assert added_lines(announced).count("  opens nothing") == 1
    assert effects(play(tasks, "--diff")) == effects(announced)


def test_a_denied_permission_is_told_and_fails_nothing(tencentcloud: TencentCloudSimulator) -> None:
    resources, groups = ENI.populate(tencentcloud, 1)
    tencentcloud.play(Refuse(200, "UnauthorizedOperation", "You are not authorized"), POLICIES, times=None)
    (done,) = (run_ := play([work(ENI, tencentcloud, resources, groups[1:2])], "--diff")).tasks
    assert not done.failed
    needs = "needs vpc:DescribeSecurityGroupPolicies"
    assert done.each("effect")[0]["unknown"] == [{"group": one, "reason": needs} for one in groups[:2]]
    assert f"  may do more: {groups[1]}: {needs}" in added_lines(run_)


def test_rds_speaks_of_members(alibabacloud: RdsSimulator) -> None:
    estate = alibabacloud.populate(instances=1, read_only=0, ecs_instances=3)
    first, second, *_others = estate.security_groups
    alibabacloud.attach(estate.instances[0], first)
    alibabacloud.attach(estate.ecs_instances[0], first, second)
    for one in estate.ecs_instances[1:]:
        alibabacloud.attach(one, second)
    done = play([work(RDS, alibabacloud, estate.instances, [second])], "--check", "--diff")
    members = ", ".join(sorted(estate.ecs_instances[1:]))
    assert f"  opens ingress all traffic from 2 ECS instances: {members} (allowed by {second})" in added_lines(done)


def test_each_group_is_read_once_and_none_without_effect(tencentcloud: TencentCloudSimulator) -> None:
    resources, groups = ENI.populate(tencentcloud, 100)
    shared = groups[:5]
    for number, one in enumerate(resources):
        tencentcloud.attach(one, shared[number % 2], shared[2])
    tencentcloud.calls.clear()
    attach = work(ENI, tencentcloud, resources, shared[3:])
    assert (
        play(
            [
                {
                    **attach,
                    f"crosscloud.security_groups.{ENI.module}": {
                        **attach[f"crosscloud.security_groups.{ENI.module}"],
                        "effect": False,
                    },
                }
            ],
            "--check",
        ).exit_code
        == 0
    )
    without = len(tencentcloud.calls)
    assert tencentcloud.count(POLICIES) == 0
    tencentcloud.calls.clear()
    assert play([attach], "--check").exit_code == 0
    assert tencentcloud.count(POLICIES) == len(shared)
    assert len(tencentcloud.calls) == without + len(shared)


@pytest.fixture
def described(tencentcloud: TencentCloudSimulator, tmp_path: Path) -> tuple[Path, dict[str, str], list[str]]:
    """Two network interfaces that drifted, one of them to the internet; the folder, the environment, and the ids."""
    (safe, opened), (deny, allowed, *_others) = ENI.populate(tencentcloud, 2)
    tencentcloud.rules.put(deny, [{**SSH, **WORLD, "Action": "DROP"}])
    tencentcloud.rules.put(allowed, [{"Protocol": "TCP", "Port": "ALL", **WORLD}])
    tencentcloud.attach(opened, allowed, deny)
    tencentcloud.attach(safe, deny)
    variables = {
        "security_group_attachments": [
            {"kind": "qcloud_eni", "id": one, "security_groups": [deny, allowed], "connection": "tencent"}
            for one in (safe, opened)
        ],
        "security_group_connections": {"tencent": {"region": tencent.REGION, "endpoint": tencentcloud.url}},
        "security_group_attachments_effect": True,
    }
    (tmp_path / "attachments.yml").write_text(yaml.safe_dump(variables), encoding="utf-8")
    environ = {"TENCENTCLOUD_SECRET_ID": tencent.SECRET_ID, "TENCENTCLOUD_SECRET_KEY": tencent.SECRET_KEY}
    return tmp_path, environ, [safe, opened, allowed]


def test_the_drift_report_tells_what_drift_opens(described: tuple[Path, dict[str, str], list[str]]) -> None:
    folder, environ, (safe, opened, allowed) = described
    playbook = "crosscloud.security_groups.drift_report"
    arguments = (playbook, "-e", "@attachments.yml", "-e", "drift_report_fail_on=opens_to_internet")
    done = run(*arguments, folder=folder, environ=environ)
    assert done.exit_code == 2, done.output
    assert "1 of 2 resources are open to the internet beyond their description" in done.output
    found = {one["id"]: one for one in json.loads((folder / "drift-report/drift.json").read_text())["resources"]}
    ssh = {"direction": "ingress", "protocol": "tcp", "ports": "22", "peer": "0.0.0.0/0", "by": allowed}
    assert found[opened]["effect"] == {"opens": [ssh], "closes": [], "unknown": []}
    assert found[safe]["effect"]["opens"] == []
    assert done.output.index(opened) < done.output.index(safe)
    converged = run("crosscloud.security_groups.converge", *arguments[1:3], "--diff", folder=folder, environ=environ)
    assert f"  closes ingress tcp/22 from 0.0.0.0/0 (allowed by {allowed})" in converged.output


def test_openings_need_effect(described: tuple[Path, dict[str, str], list[str]]) -> None:
    folder, environ, _ids = described
    arguments = (
        "-e",
        "@attachments.yml",
        "-e",
        "drift_report_fail_on=opens",
        "-e",
        "security_group_attachments_effect=no",
    )
    done = run("crosscloud.security_groups.drift_report", *arguments, folder=folder, environ=environ)
    assert "drift_report_fail_on has 'opens', which needs security_group_attachments_effect: true" in done.output
