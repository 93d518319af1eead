# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the guides say of calls, counted; and what a large task shows."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

from tests.integration.faults.kinds import CVM, ECS, ECS_ENI, EFS, ENI, RDS, Kind, Simulator
from tests.integration.playbook import play, task
from tests.simulators import tencentcloud as tencent
from tests.simulators.alibabacloud import RdsSimulator
from tests.simulators.aws import AwsSimulator
from tests.simulators.tencentcloud import TencentCloudSimulator

LOOK_UP = "DescribeSecurityGroups"
INTERFACES = "DescribeNetworkInterfaces"


def work(kind: Kind, cloud: Simulator, resources: list[str], **arguments: Any) -> dict[str, Any]:
    """Return a task that does the work on resources."""
    return task(kind.module, **kind.connection(cloud), **{kind.ids: resources}, **arguments)


def counted(cloud: Simulator, tasks: list[dict[str, Any]]) -> list[Counter[str]]:
    """Run tasks in check mode, for real, and again, and count the calls of each run."""
    runs = []
    for flags in (("--check",), (), ()):
        cloud.calls.clear()
        assert play(tasks, *flags).exit_code == 0
        runs.append(Counter(call.action for call in cloud.calls))
    return runs


def test_efs(aws: AwsSimulator) -> None:
    estate = aws.populate(file_systems=2, mount_targets=4)
    targets = [target for siblings in estate.mount_targets.values() for target in siblings]
    tasks = [work(EFS, aws, targets, security_groups=list(estate.security_groups[:2]))]
    reads = {INTERFACES: 1, "DescribeMountTargets": 4}
    more = {"DescribeAccountAttributes": 1, LOOK_UP: 1}
    check_mode, for_real, again = counted(aws, tasks)
    assert check_mode == {**reads, **more}
    # How often it is looked at depends on how long the writes take.
    assert for_real.pop(INTERFACES) in range(2, 6)
    assert for_real == {"DescribeMountTargets": 4, **more, EFS.write: 8}
    assert again == reads


def test_efs_where_ec2_may_not_be_asked(aws: AwsSimulator) -> None:
    estate = aws.populate(file_systems=2, mount_targets=4)
    targets = [target for siblings in estate.mount_targets.values() for target in siblings]
    aws.deny_interfaces()
    tasks = [work(EFS, aws, targets, security_groups=list(estate.security_groups[:2]))]
    check_mode, for_real, again = counted(aws, tasks)
    reads = {EFS.read: 8, "DescribeMountTargets": 4, INTERFACES: 1}
    more = {"DescribeAccountAttributes": 1, LOOK_UP: 1}
    assert check_mode == {**reads, **more}
    # On a busy machine a plan may become too old before its turn.
    assert for_real.pop(EFS.read) in range(16, 25)
    assert for_real == {"DescribeMountTargets": 4, INTERFACES: 1, **more, EFS.write: 8}
    assert again == reads


def test_efs_with_a_file_system_for_each(aws: AwsSimulator) -> None:
    """What mount targets cost most: at most 1.1 calls for each that stays as it is, and 2.6 for each that changes."""
    estate = aws.populate(file_systems=100, mount_targets=1)
    targets = [target for siblings in estate.mount_targets.values() for target in siblings]
    tasks = [work(EFS, aws, targets, security_groups=list(estate.security_groups[:2]))]
    check_mode, for_real, again = counted(aws, tasks)
    assert again == {INTERFACES: 1, "DescribeMountTargets": 101}
    assert check_mode == {**again, "DescribeAccountAttributes": 1, LOOK_UP: 1}
    assert (for_real[EFS.write], for_real[EFS.read]) == (100, 0)
    assert sum(for_real.values()) <= 260


def test_tencent_cloud(tencentcloud: TencentCloudSimulator) -> None:
    estate = tencentcloud.populate(network_interfaces=120, instances=120)
    groups = list(estate.security_groups[:2])
    tasks = [
        work(ENI, tencentcloud, list(estate.network_interfaces), security_groups=groups),
        work(CVM, tencentcloud, list(estate.instances), security_groups=groups),
    ]
    check_mode, for_real, again = counted(tencentcloud, tasks)
    assert again == {ENI.read: 2, CVM.read: 2}
    assert check_mode == {**again, LOOK_UP: 2}
    for kind in (ENI, CVM):
        assert for_real[kind.write] == 120
        # How often it is looked at depends on how long the writes take; at the least 100 are read back with one call.
        assert 2 + 2 <= for_real[kind.read] <= 12


def test_rds(alibabacloud: RdsSimulator) -> None:
    estate = alibabacloud.populate(instances=6)
    tasks = [work(RDS, alibabacloud, list(estate.instances), security_groups=list(estate.security_groups[:2]))]
    reads = {RDS.read: 6, "DescribeDBInstances": 1}
    check_mode, for_real, again = counted(alibabacloud, tasks)
    assert again == reads
    assert check_mode == {**reads, LOOK_UP: 1}
    assert for_real.pop(RDS.read) in range(12, 19)
    assert for_real == {"DescribeDBInstances": 1, RDS.write: 6, LOOK_UP: 1}


def test_ecs(alibabacloud: RdsSimulator) -> None:
    estate = alibabacloud.populate(ecs_instances=101, network_interfaces=101)
    groups = list(estate.security_groups[:2])
    tasks = [
        work(ECS, alibabacloud, list(estate.ecs_instances), security_groups=groups),
        work(ECS_ENI, alibabacloud, list(estate.network_interfaces), security_groups=groups),
    ]
    check_mode, for_real, again = counted(alibabacloud, tasks)
    assert again == {ECS.read: 2, ECS_ENI.read: 2}
    assert check_mode == {**again, LOOK_UP: 2}
    for kind in (ECS, ECS_ENI):
        assert for_real[kind.write] == 101
        assert 2 + 2 <= for_real[kind.read] <= 12


def test_a_line_for_each_resource_that_changed_and_with_vv_for_the_others(tencentcloud: TencentCloudSimulator) -> None:
    estate = tencentcloud.populate(network_interfaces=3)
    first, second, third = estate.network_interfaces
    one, two, three = estate.security_groups[:3]
    tencentcloud.attach(first, one, two, three)
    entries = [
        {"id": first, "security_groups": [three, two]},
        {"id": second, "security_groups": [one]},
        {"id": third, "security_groups": [one, two]},
    ]
    tasks = [task(ENI.module, **ENI.connection(tencentcloud), attachments=entries, state="exact")]

    def lines(outcome: str) -> list[str]:
        return [
            f"<localhost> {first} (eni-0): -{one} order {three} {two}, {outcome}",
            f"<localhost> {second} (eni-1): no change, verified",
            f"<localhost> {third} (eni-2): +{two}, {outcome}",
        ]

    def shown(tasks: list[dict[str, Any]], *flags: str) -> list[str]:
        return [line for line in play(tasks, *flags).output.splitlines() if line.startswith("<localhost> eni-")]

    assert shown(tasks, "--check") == []
    assert shown(tasks, "--check", "-vv") == lines("not written")
    hidden = [{**tasks[0], "no_log": True}]
    assert shown(hidden, "--check", "-vv") == []
    assert shown(tasks) == lines("verified")[::2]
    assert shown(tasks) == []
    tencentcloud.attach(third, one)
    assert shown(tasks, "-vv") == [
        lines("verified")[2],
        f"<localhost> {first} (eni-0): no change, verified",
        lines("verified")[1],
    ]


def test_with_vv_a_changed_resource_is_one_line_and_of_many_only_the_number_is_told(
    tencentcloud: TencentCloudSimulator,
) -> None:
    estate = tencentcloud.populate(network_interfaces=21)
    group = estate.security_groups[1]
    one, *others = estate.network_interfaces

    def output(resources: list[str], *flags: str) -> list[str]:
        done = play([work(ENI, tencentcloud, resources, security_groups=group)], *flags)
        return [line for line in done.output.splitlines() if line.startswith("<localhost>")]

    assert [line for line in output([one], "-vv") if one in line] == [f"<localhost> {one} (eni-0): +{group}, verified"]
    tencentcloud.attach(one, estate.security_groups[0])
    assert output([one, *others]) == ["<localhost> 21 resources: 21 changed"]
    assert output([one], "--check") == []


def test_a_task_that_fails_says_why_and_does_not_print_the_results_of_many(
    tencentcloud: TencentCloudSimulator,
) -> None:
    estate = tencentcloud.populate(network_interfaces=20)
    refused = work(ENI, tencentcloud, [*estate.network_interfaces, "eni-zzzzzzzz"], security_groups="sg-zzzzzzzz")
    count = {"ansible.builtin.debug": {"msg": "{{ came.resources | length }} came, {{ came.msg | length > 9 }}"}}
    tasks = [{**refused, "register": "came"}, count]
    environ = {"ANSIBLE_CALLBACKS_ENABLED": None}
    for flags in ((), ("--check",)):
        output = play(tasks, *flags, environ=environ).output
        assert len(re.findall("of 21 network interfaces failed", output)) == 1
        assert '"resources"' not in output
        assert "21 came, True" in output
    assert '"resources"' in play(tasks, "-v", environ=environ).output
    assert '"resources"' in play(tasks).output


def test_in_the_background(tencentcloud: TencentCloudSimulator, tmp_path: Path) -> None:
    estate = tencentcloud.populate(network_interfaces=3)
    change = work(ENI, tencentcloud, list(estate.network_interfaces), security_groups=estate.security_groups[1])
    one = {**change, "async": 60, "poll": 1}
    environ = {"ANSIBLE_ASYNC_DIR": str(tmp_path)}
    assert play([one], "--check", environ=environ).tasks[0].each("verified") == [False] * 3
    assert tencentcloud.count(*tencent.WRITES) == 0
    assert play([one], environ=environ).tasks[0].each("verified") == [True] * 3
    assert tencentcloud.count(*tencent.WRITES) == 3
