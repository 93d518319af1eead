# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Who takes part: what each is called, what it works on, and the command that does the work."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from .estates import Resources

BIN = Path(sys.executable).parent
OURS = "crosscloud.security_groups"
AWS = "AWS"
WIDE = 16
"""How many calls at once a user may allow who wants it faster than by default."""

Options = Mapping[str, str]
Command = list[str]


@dataclass(frozen=True)
class Contender:
    """A way to attach a group to many resources.

    ``command`` gets the resources, the options that reach the cloud, and an empty folder to write in.
    ``check`` is the argument for a run that changes nothing, if there is one. ``weigh_all``: whether its memory is that
    of all its processes together.
    """

    name: str
    kind: str
    command: Callable[[Resources, Options, Path], Command]
    check: str | None = "--check"
    weigh_all: bool = False


def _playbook(folder: Path, *tasks: Mapping[str, Any]) -> Command:
    play = {"hosts": "localhost", "gather_facts": False, "tasks": list(tasks)}
    file = folder / "play.yml"
    file.write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
    return [str(BIN / "ansible-playbook"), str(file)]


def _one_task(module: str, ids: str, **more: Any) -> Callable[[Resources, Options, Path], Command]:
    def command(resources: Resources, options: Options, folder: Path) -> Command:
        arguments = {ids: list(resources.ids), "security_groups": [resources.new], **more, **options}
        return _playbook(folder, {f"{OURS}.{module}": arguments})

    return command


def _loop(resources: Resources, options: Options, folder: Path) -> Command:
    arguments = {"mount_target_id": "{{ item }}", "security_groups": [resources.new], **options}
    return _playbook(folder, {f"{OURS}.efs_mount_target_sg": arguments, "loop": list(resources.ids)})


def _community_aws_efs(resources: Resources, options: Options, folder: Path) -> Command:
    groups = [resources.old, resources.new]
    items = [
        {
            "name": one["name"],
            "targets": [{"subnet_id": subnet, "security_groups": groups} for subnet in one["subnets"]],
        }
        for one in resources.more["file_systems"]
    ]
    arguments = {"name": "{{ item.name }}", "targets": "{{ item.targets }}", **options}
    return _playbook(folder, {"community.aws.efs": arguments, "loop": items})


def _amazon_aws_ec2_eni(resources: Resources, options: Options, folder: Path) -> Command:
    arguments = {"eni_id": "{{ item }}", "security_groups": [resources.old, resources.new], **options}
    return _playbook(folder, {"amazon.aws.ec2_eni": arguments, "loop": list(resources.ids)})


def _cloud_custodian(resources: Resources, _options: Options, folder: Path) -> Command:
    policy = {
        "name": "attach",
        "resource": "aws.eni",
        "filters": [
            {"type": "value", "key": "NetworkInterfaceId", "op": "in", "value": list(resources.ids)},
            {"type": "value", "key": f"contains(Groups[].GroupId, '{resources.new}')", "value": False},
        ],
        "actions": [{"type": "modify-security-groups", "add": resources.new}],
    }
    file = folder / "policy.yml"
    file.write_text(yaml.safe_dump({"policies": [policy]}, sort_keys=False), encoding="utf-8")
    where = ["--cache-period", "0", "--output-dir", str(folder / "out")]
    return [str(BIN / "custodian"), "run", *where, str(file)]


def _pool(*, states: bool) -> Callable[[Resources, Options, Path], Command]:
    def command(resources: Resources, _options: Options, folder: Path) -> Command:
        file = folder / "work.json"
        work = {"ids": list(resources.ids), "group": resources.new, "states": states}
        file.write_text(json.dumps(work), encoding="utf-8")
        return [sys.executable, str(Path(__file__).with_name("pool.py")), str(file)]

    return command


def _reads(resources: Resources, _options: Options, folder: Path) -> Command:
    return [sys.executable, str(Path(__file__).with_name("reads.py")), str(_variables(resources.more, folder))]


def _drift_report(resources: Resources, _options: Options, folder: Path) -> Command:
    more = {
        "drift_report_directory": str(folder / "drift-report"),
        # All is as described, so a report that finds anything else is wrong.
        "drift_report_fail_on": ["drift", "would_fail", "error"],
    }
    file = _variables({**resources.more, **more}, folder)
    return [str(BIN / "ansible-playbook"), f"{OURS}.drift_report", "--extra-vars", f"@{file}"]


def _variables(variables: Mapping[str, Any], folder: Path) -> Path:
    file = folder / "attachments.yml"
    file.write_text(yaml.safe_dump(dict(variables), sort_keys=False), encoding="utf-8")
    return file


def _nothing(_resources: Resources, _options: Options, folder: Path) -> Command:
    return _playbook(folder)


POOL = Contender("boto3, 8 threads, no Ansible", "EFS mount target", _pool(states=False))
POOL_WITH_STATES = Contender("boto3, 8 threads, with states", "EFS mount target", _pool(states=True))
EMPTY = Contender("empty playbook", "EFS mount target", _nothing)
EFS = Contender(
    "efs_mount_target_sg, one task", "EFS mount target", _one_task("efs_mount_target_sg", "mount_target_ids")
)
EFS_WIDE = Contender(
    f"efs_mount_target_sg, parallelism: {WIDE}",
    "EFS mount target",
    _one_task("efs_mount_target_sg", "mount_target_ids", parallelism=WIDE),
)
EFS_LOOP = Contender("efs_mount_target_sg, loop", "EFS mount target", _loop)
# It has no check mode: it says it supports none, and Ansible skips it.
COMMUNITY_EFS = Contender("community.aws.efs, loop", "EFS mount target", _community_aws_efs, check=None)
EC2_ENI = Contender("amazon.aws.ec2_eni, loop", "EC2 network interface", _amazon_aws_ec2_eni)
CUSTODIAN = Contender("Cloud Custodian", "EC2 network interface", _cloud_custodian, check="--dryrun")
ENI = Contender("qcloud_eni_sg, one task", "Tencent Cloud ENI", _one_task("qcloud_eni_sg", "network_interface_ids"))
ENI_WIDE = Contender(
    f"qcloud_eni_sg, parallelism: {WIDE}",
    "Tencent Cloud ENI",
    _one_task("qcloud_eni_sg", "network_interface_ids", parallelism=WIDE),
)
CVM = Contender("qcloud_cvm_sg, one task", "Tencent Cloud CVM", _one_task("qcloud_cvm_sg", "instance_ids"))
CVM_WIDE = Contender(
    f"qcloud_cvm_sg, parallelism: {WIDE}",
    "Tencent Cloud CVM",
    _one_task("qcloud_cvm_sg", "instance_ids", parallelism=WIDE),
)
RDS = Contender("aliyun_rds_sg, one task", "ApsaraDB RDS", _one_task("aliyun_rds_sg", "db_instance_ids"))
READS = Contender("the same reads, no Ansible", "description", _reads, weigh_all=True)
REPORT = Contender("drift_report, playbook", "description", _drift_report, weigh_all=True)
