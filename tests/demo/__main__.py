# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The demo, on running cloud APIs.

A playbook manages security groups in check mode, for real, and once more. Then all resources are described, a
concurrent writer changes three of them, the drift report finds these three and what they open, and they are repaired.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from tests.simulators import alibabacloud, aws, tencentcloud
from tests.simulators.alibabacloud import RdsSimulator
from tests.simulators.aws import AwsSimulator
from tests.simulators.tencentcloud import TencentCloudSimulator

PLAYBOOK = "tests/demo/demo.yml"
CONVERGE, REPORT = "crosscloud.security_groups.converge", "crosscloud.security_groups.drift_report"
OUTPUT = Path("tests/output/demo")
CLOUDS, DESCRIPTION = OUTPUT / "clouds.yml", OUTPUT / "attachments.yml"
MORNING, EVENING = OUTPUT / "morning", OUTPUT / "evening"
ACTS = (
    ("In check mode, with a diff: what would change?", (PLAYBOOK, "-e", f"@{CLOUDS}", "--check", "--diff")),
    ("For real", (PLAYBOOK, "-e", f"@{CLOUDS}", "--diff")),
    ("Once more: nothing is left to do", (PLAYBOOK, "-e", f"@{CLOUDS}", "--diff")),
    ("Apply one description of all resources", (CONVERGE, "-e", f"@{DESCRIPTION}", "--diff")),
    (
        "A concurrent writer changes three of them: what has drifted, and what does that open?",
        (
            *(REPORT, "-e", f"@{DESCRIPTION}", "-e", f"drift_report_directory={MORNING}"),
            *("-e", "security_group_attachments_effect=true"),
        ),
    ),
    (
        "Repair it, unless more than three would change",
        (CONVERGE, "-e", f"@{DESCRIPTION}", "-e", "converge_max_changes=3"),
    ),
    (
        "What is new since the last report?",
        (
            *(REPORT, "-e", f"@{DESCRIPTION}", "-e", f"drift_report_directory={EVENING}"),
            *("-e", f"drift_report_previous={MORNING}/drift.json"),
        ),
    ),
)
SOMEBODY_ELSE = 5


def main() -> int | str:
    print("==> starting moto's AWS server, and simulators of Tencent Cloud and Alibaba Cloud", flush=True)
    with (
        aws.MotoServer() as moto,
        AwsSimulator(moto) as amazon,
        TencentCloudSimulator() as tencent,
        RdsSimulator() as alibaba,
    ):
        clouds = {
            "AWS": (amazon, aws.WRITES),
            "Tencent Cloud": (tencent, tencentcloud.WRITES),
            "Alibaba Cloud": (alibaba, alibabacloud.WRITES),
        }
        variables = {
            "aws": populate_aws(amazon),
            "tencentcloud": populate_tencentcloud(tencent),
            "alibabacloud": populate_alibabacloud(alibaba),
        }
        write(CLOUDS, variables)
        write(DESCRIPTION, describe(**variables))
        changed: list[str] = []
        for number, (title, arguments) in enumerate(ACTS, start=1):
            print(f"\n==> {number} of {len(ACTS)}: {title}", flush=True)
            if number == SOMEBODY_ELSE:
                changed = change_three(amazon, tencent, alibaba, variables)
            print(f"$ ansible-playbook {' '.join(arguments)}", flush=True)
            if exit_code := run_playbook(arguments):
                return exit_code
            for name, (cloud, writes) in clouds.items():
                print(
                    f"==> {name} received {len(cloud.calls)} calls, {cloud.count(*writes)} of them writes", flush=True
                )
                cloud.calls.clear()
    found = {folder: reported(folder) for folder in (MORNING, EVENING)}
    if found != {MORNING: sorted(changed), EVENING: []}:
        return f"the reports found {found} and not the three that were changed: {changed}"
    print("\nThe report found the three that were changed, and nothing after the repair. To look at:")
    print(f"  the playbook of the first acts  {PLAYBOOK}")
    print(f"  the description                 {DESCRIPTION}")
    print(f"  the report, for a browser       {MORNING.resolve() / 'drift.html'}")
    return 0


def populate_aws(simulator: AwsSimulator) -> dict[str, Any]:
    """Make three mount targets, and return what the playbook calls them."""
    estate = simulator.populate(file_systems=1, mount_targets=3, security_groups=4)
    web, backup, jobs, legacy = estate.security_groups
    mount_targets = next(iter(estate.mount_targets.values()))
    simulator.attach(mount_targets[1], web, backup, legacy)
    return {
        "endpoint": simulator.url,
        "region": aws.REGION,
        "mount_targets": mount_targets,
        "web": web,
        "backup": backup,
        "jobs": jobs,
        "legacy": legacy,
    }


def populate_tencentcloud(simulator: TencentCloudSimulator) -> dict[str, Any]:
    """Make network interfaces and an instance, and return what the playbook calls them."""
    estate = simulator.populate(network_interfaces=2, instances=1, security_groups=3)
    web, deny, ops = estate.security_groups
    simulator.attach(estate.network_interfaces[0], web, deny, ops)
    simulator.attach(estate.instances[0], web, deny)
    ssh = {"Protocol": "TCP", "Port": "22", "CidrBlock": "0.0.0.0/0"}
    simulator.rules.put(web, [{"Protocol": "TCP", "Port": "20-443", "CidrBlock": "0.0.0.0/0"}])
    simulator.rules.put(deny, [{**ssh, "Action": "DROP"}])
    simulator.rules.put(ops, [{**ssh, "CidrBlock": "10.0.0.0/8"}])
    return {
        "endpoint": simulator.url,
        "region": tencentcloud.REGION,
        "network_interfaces": estate.network_interfaces,
        "instances": estate.instances,
        "deny": deny,
        "web": web,
    }


def populate_alibabacloud(simulator: RdsSimulator) -> dict[str, Any]:
    """Make DB instances, and return what the playbook calls them."""
    estate = simulator.populate(instances=2, security_groups=2, classic=0, read_only=0)
    _old_servers, application = estate.security_groups
    return {
        "endpoint": simulator.url,
        "region": alibabacloud.REGION,
        "db_instances": estate.instances,
        "application": application,
    }


def describe(
    aws: Mapping[str, Any], tencentcloud: Mapping[str, Any], alibabacloud: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the variables of the roles for all that was made, most of it as the playbook leaves it."""
    web, deny = tencentcloud["web"], tencentcloud["deny"]
    lists = [
        ("efs_mount_target", aws["mount_targets"][0], [aws["web"], aws["backup"]], "home-a", "backup reads at night"),
        ("efs_mount_target", aws["mount_targets"][1], [aws["web"], aws["backup"]], "home-b", "backup reads at night"),
        ("efs_mount_target", aws["mount_targets"][2], [aws["jobs"]], "home-c", "batch jobs only"),
        ("qcloud_eni", tencentcloud["network_interfaces"][0], [deny, web], "web-0", "what is denied comes first"),
        ("qcloud_eni", tencentcloud["network_interfaces"][1], [deny, web], "web-1", "what is denied comes first"),
        ("qcloud_cvm", tencentcloud["instances"][0], [deny, web], "bastion", "what is denied comes first"),
        *(
            ("aliyun_rds", instance, [alibabacloud["application"]], None, "only the application reads orders")
            for instance in alibabacloud["db_instances"]
        ),
    ]
    connection = {"efs_mount_target": "aws", "qcloud_eni": "tencent", "qcloud_cvm": "tencent", "aliyun_rds": "alibaba"}
    return {
        "security_group_connections": {
            "aws": {"region": aws["region"], "endpoint_url": aws["endpoint"]},
            "tencent": {"region": tencentcloud["region"], "endpoint": tencentcloud["endpoint"]},
            "alibaba": {"region": alibabacloud["region"], "endpoint": alibabacloud["endpoint"]},
        },
        "security_group_attachments": [
            {
                "kind": kind,
                "id": resource,
                "connection": connection[kind],
                "security_groups": groups,
                "name": name,
                "reason": reason,
            }
            for kind, resource, groups, name, reason in lists
        ],
    }


def change_three(
    amazon: AwsSimulator, tencent: TencentCloudSimulator, alibaba: RdsSimulator, variables: Mapping[str, Any]
) -> list[str]:
    """Attach, reorder and detach as somebody else, and return the ids."""
    of_aws, of_tencent, of_alibaba = (variables[name] for name in ("aws", "tencentcloud", "alibabacloud"))
    target, interface = of_aws["mount_targets"][2], of_tencent["network_interfaces"][0]
    instance = of_alibaba["db_instances"][1]
    amazon.attach(target, of_aws["jobs"], of_aws["legacy"])
    tencent.attach(interface, of_tencent["web"], of_tencent["deny"])
    alibaba.attach(instance)
    print(
        f"==> {target} has got another group, {interface} another order, and {instance} has lost its group", flush=True
    )
    return [target, interface, instance]


def reported(folder: Path) -> list[str]:
    """Return the ids of what a report does not find in sync."""
    report = json.loads((folder / "drift.json").read_text(encoding="utf-8"))
    return sorted(one["id"] for one in report["resources"] if one["verdict"] != "in_sync")


def write(path: Path, content: Mapping[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("---\n" + yaml.dump(dict(content), Dumper=_Dumper, sort_keys=False), encoding="utf-8")


class _Dumper(yaml.SafeDumper):
    """Indents lists, as people do and ansible-lint wants it."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, indentless=False)


def run_playbook(arguments: Sequence[str]) -> int:
    """Run a playbook with an environment that has nothing of the user's but where programs are."""
    with tempfile.TemporaryDirectory() as home:
        environ = {
            "PATH": os.environ["PATH"],
            "HOME": home,
            "LANG": "C.UTF-8",
            "ANSIBLE_COLLECTIONS_PATH": str(Path("collections").resolve()),
            "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "false",
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "ANSIBLE_PIPELINING": "true",
            "AWS_ACCESS_KEY_ID": aws.CREDENTIALS["aws_access_key_id"],
            "AWS_SECRET_ACCESS_KEY": aws.CREDENTIALS["aws_secret_access_key"],
            "ALIBABA_CLOUD_ACCESS_KEY_ID": alibabacloud.ACCESS_KEY_ID,
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": alibabacloud.ACCESS_KEY_SECRET,
            "TENCENTCLOUD_SECRET_ID": tencentcloud.SECRET_ID,
            "TENCENTCLOUD_SECRET_KEY": tencentcloud.SECRET_KEY,
        }
        if sys.stdout.isatty():
            environ["ANSIBLE_FORCE_COLOR"] = "true"
        return subprocess.run(["ansible-playbook", *arguments], env=environ, check=False).returncode


def _stop(*_signal: object) -> None:
    sys.exit("stopped")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        _stop()
