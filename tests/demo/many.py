# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Measures one drift report on 2,000 resources in 20 scopes: ``python -m tests.demo.many``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from tests.integration.described import CONNECTION_OF, CREDENTIALS
from tests.simulators import alibabacloud, aws, tencentcloud

SCOPES, RESOURCES, FORKS = 20, 2000, 10
ZONES = 6


def main() -> int:
    each = RESOURCES // len(CONNECTION_OF)
    with (
        aws.MotoServer() as moto,
        aws.AwsSimulator(moto) as amazon,
        tencentcloud.TencentCloudSimulator() as tencent,
        alibabacloud.RdsSimulator() as alibaba,
        tempfile.TemporaryDirectory() as scratch,
    ):
        in_aws = amazon.populate(file_systems=-(-each // ZONES), mount_targets=ZONES)
        in_tencent = tencent.populate(network_interfaces=each, instances=each)
        in_alibaba = alibaba.populate(instances=each, classic=0, read_only=0)
        targets = [target for found in in_aws.mount_targets.values() for target in found]
        estates = {
            "efs_mount_target": (targets[:each], in_aws.security_groups[0]),
            "qcloud_eni": (in_tencent.network_interfaces, in_tencent.security_groups[0]),
            "qcloud_cvm": (in_tencent.instances, in_tencent.security_groups[0]),
            "aliyun_rds": (in_alibaba.instances, in_alibaba.security_groups[0]),
        }
        hosts = {
            f"scope-{number:02}": {
                "security_group_attachments": [
                    {"kind": kind, "id": one, "security_groups": [group], "connection": CONNECTION_OF[kind]}
                    for kind, (ids, group) in estates.items()
                    for one in ids[number::SCOPES]
                ]
            }
            for number in range(SCOPES)
        }
        connections = {
            "aws": {"region": aws.REGION, "endpoint_url": amazon.url},
            "tencent": {"region": tencentcloud.REGION, "endpoint": tencent.url},
            "alibaba": {"region": alibabacloud.REGION, "endpoint": alibaba.url},
        }
        seconds, peak, totals = report(Path(scratch), hosts, connections)
        calls = sum(len(cloud.calls) for cloud in (amazon, tencent, alibaba))
        writes = amazon.count(*aws.WRITES) + tencent.count(*tencentcloud.WRITES) + alibaba.count(*alibabacloud.WRITES)
    print(f"{SCOPES} scopes with {FORKS} forks: {totals}")
    print(f"{seconds:.1f} s, {peak / 1024:.0f} MiB at most, {calls} calls to the clouds, {writes} of them writes")
    return 0


def report(folder: Path, hosts: dict[str, Any], connections: dict[str, Any]) -> tuple[float, int, dict[str, int]]:
    """Return the seconds of a run, the most memory of all its processes together in KiB, and the report's totals."""
    variables = {"security_group_connections": connections, "ansible_python_interpreter": sys.executable}
    inventory = folder / "inventory.json"
    inventory.write_text(json.dumps({"security_group_scopes": {"hosts": hosts, "vars": variables}}), encoding="utf-8")
    command = [
        "ansible-playbook",
        "-i",
        str(inventory),
        "--forks",
        str(FORKS),
        *sys.argv[1:],
        "crosscloud.security_groups.drift_report",
    ]
    environ = {
        **CREDENTIALS,
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(folder),
        "LANG": "C.UTF-8",
        "ANSIBLE_COLLECTIONS_PATH": str(Path("collections").resolve()),
        "ANSIBLE_DISPLAY_OK_HOSTS": "false",
        "ANSIBLE_DISPLAY_SKIPPED_HOSTS": "false",
        "ANSIBLE_PIPELINING": "true",
    }
    began = time.monotonic()
    run = subprocess.Popen(command, cwd=folder, env=environ)
    peak = 0
    while run.poll() is None:
        peak = max(peak, memory(run.pid))
        time.sleep(0.5)
    seconds = time.monotonic() - began
    if run.returncode:
        sys.exit(run.returncode)
    return seconds, peak, json.loads((folder / "drift-report" / "drift.json").read_text(encoding="utf-8"))["totals"]


def memory(process: int) -> int:
    """Return the KiB of a process and its descendants, what they share counted once."""
    try:
        rollup = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii")
        children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    except OSError:
        return 0
    own = sum(int(row.split()[1]) for row in rollup.splitlines() if row.startswith("Pss:"))
    return own + sum(memory(int(child)) for child in children)


if __name__ == "__main__":
    sys.exit(main())
