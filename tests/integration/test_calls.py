# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the guides say of calls, counted; and what a large task shows."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from tests.integration.playbook import play, task
from tests.simulators import alibabacloud as alibaba
from tests.simulators import aws as amazon
from tests.simulators import tencentcloud as tencent
from tests.simulators.alibabacloud import RdsSimulator
from tests.simulators.aws import AwsSimulator
from tests.simulators.server import Simulator
from tests.simulators.tencentcloud import TencentCloudSimulator


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
    key = amazon.CREDENTIALS
    connection = {
        "access_key": key["aws_access_key_id"],
        "secret_key": key["aws_secret_access_key"],
        "region": amazon.REGION,
        "endpoint_url": aws.url,
    }
    tasks = [
        task(
            "efs_mount_target_sg",
            **connection,
            mount_target_ids=targets,
            security_groups=list(estate.security_groups[:2]),
        )
    ]
    reads = {"DescribeMountTargetSecurityGroups": 8, "DescribeMountTargets": 4}
    quota = {"DescribeAccountAttributes": 1}
    check_mode, for_real, again = counted(aws, tasks)
    assert check_mode == {**reads, **quota}
    assert for_real == {
        **reads,
        **quota,
        "DescribeMountTargetSecurityGroups": 16,
        "ModifyMountTargetSecurityGroups": 8,
    }
    assert again == reads


def test_efs_with_a_file_system_for_each(aws: AwsSimulator) -> None:
    estate = aws.populate(file_systems=9, mount_targets=1)
    targets = [target for siblings in estate.mount_targets.values() for target in siblings]
    key = amazon.CREDENTIALS
    connection = {
        "access_key": key["aws_access_key_id"],
        "secret_key": key["aws_secret_access_key"],
        "region": amazon.REGION,
        "endpoint_url": aws.url,
    }
    aws.calls.clear()
    assert play([task("efs_mount_target_sg_info", **connection, mount_target_ids=targets)]).exit_code == 0
    assert Counter(call.action for call in aws.calls) == {
        "DescribeMountTargetSecurityGroups": 9,
        "DescribeMountTargets": 10,
    }


def test_tencent_cloud(tencentcloud: TencentCloudSimulator) -> None:
    estate = tencentcloud.populate(network_interfaces=120, instances=120)
    connection = {
        "secret_id": tencent.SECRET_ID,
        "secret_key": tencent.SECRET_KEY,
        "region": tencent.REGION,
        "endpoint": tencentcloud.url,
    }
    groups = list(estate.security_groups[:2])
    tasks = [
        task(
            "qcloud_eni_sg",
            **connection,
            network_interface_ids=list(estate.network_interfaces),
            security_groups=groups,
        ),
        task("qcloud_cvm_sg", **connection, instance_ids=list(estate.instances), security_groups=groups),
    ]
    reads = {"DescribeNetworkInterfaces": 2, "DescribeInstances": 2}
    writes = {"ModifyNetworkInterfaceAttribute": 120, "ModifyInstancesAttribute": 120}
    check_mode, for_real, again = counted(tencentcloud, tasks)
    assert check_mode == again == reads
    assert {action: for_real[action] for action in writes} == writes
    # How often it is looked at depends on how long the writes take; at the least 100 are read back with one call.
    assert all(2 + 2 <= for_real[action] <= 12 for action in reads)


def test_rds(alibabacloud: RdsSimulator) -> None:
    estate = alibabacloud.populate(instances=6)
    connection = {
        "access_key_id": alibaba.ACCESS_KEY_ID,
        "access_key_secret": alibaba.ACCESS_KEY_SECRET,
        "region": alibaba.REGION,
        "endpoint": alibabacloud.url,
    }
    tasks = [
        task(
            "aliyun_rds_sg",
            **connection,
            db_instance_ids=list(estate.instances),
            security_groups=list(estate.security_groups[:2]),
        )
    ]
    reads = {"DescribeSecurityGroupConfiguration": 6, "DescribeDBInstanceAttribute": 6}
    check_mode, for_real, again = counted(alibabacloud, tasks)
    assert check_mode == again == reads
    assert for_real == {
        **reads,
        "DescribeSecurityGroupConfiguration": 12,
        "ModifySecurityGroupConfiguration": 6,
    }


def test_a_line_for_each_resource_with_vv(tencentcloud: TencentCloudSimulator) -> None:
    estate = tencentcloud.populate(network_interfaces=3)
    first, second, third = estate.network_interfaces
    one, two, three = estate.security_groups[:3]
    tencentcloud.attach(first, one, two, three)
    connection = {
        "secret_id": tencent.SECRET_ID,
        "secret_key": tencent.SECRET_KEY,
        "region": tencent.REGION,
        "endpoint": tencentcloud.url,
    }
    entries = [
        {"id": first, "security_groups": [three, two]},
        {"id": second, "security_groups": [one]},
        {"id": third, "security_groups": [one, two]},
    ]
    tasks = [task("qcloud_eni_sg", **connection, attachments=entries, state="exact")]
    for flags, outcome in (("--check", "not written"), ("--diff", "verified")):
        lines = [
            f"<localhost> {first}: -{one} order {three} {two}, {outcome}",
            f"<localhost> {second}: no change, verified",
            f"<localhost> {third}: +{two}, {outcome}",
        ]
        output = play(tasks, flags, "-vv").output.splitlines()
        assert [line for line in output if line in lines] == lines
    assert not any(line.startswith("<localhost>") for line in play(tasks, "-v").output.splitlines())


def test_in_the_background(tencentcloud: TencentCloudSimulator, tmp_path: Path) -> None:
    estate = tencentcloud.populate(network_interfaces=3)
    connection = {
        "secret_id": tencent.SECRET_ID,
        "secret_key": tencent.SECRET_KEY,
        "region": tencent.REGION,
        "endpoint": tencentcloud.url,
    }
    wanted = {"network_interface_ids": list(estate.network_interfaces), "security_groups": estate.security_groups[1]}
    one = {**task("qcloud_eni_sg", **connection, **wanted), "async": 60, "poll": 1}
    environ = {"ANSIBLE_ASYNC_DIR": str(tmp_path)}
    assert play([one], "--check", environ=environ).tasks[0].each("verified") == [False] * 3
    assert tencentcloud.count(*tencent.WRITES) == 0
    assert play([one], environ=environ).tasks[0].each("verified") == [True] * 3
    assert tencentcloud.count(*tencent.WRITES) == 3
