# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The demo: a playbook that manages security groups on running cloud APIs, in check mode, for real, and again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.simulators import alibabacloud, aws, tencentcloud

PLAYBOOK = Path(__file__).with_name("demo.yml")
ACTS = (
    ("In check mode, with a diff: what would change?", ("--check", "--diff")),
    ("For real", ("--diff",)),
    ("Once more: nothing is left to do", ("--diff",)),
)


def main() -> int:
    print("==> starting moto's AWS server, and simulators of Tencent Cloud and Alibaba Cloud", flush=True)
    with (
        aws.MotoServer() as moto,
        aws.AwsSimulator(moto) as amazon,
        tencentcloud.TencentCloudSimulator() as tencent,
        alibabacloud.RdsSimulator() as alibaba,
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
        for number, (title, flags) in enumerate(ACTS, start=1):
            print(f"\n==> {number} of {len(ACTS)}: {title}", flush=True)
            print(f"$ ansible-playbook {PLAYBOOK.name} {' '.join(flags)}", flush=True)
            if exit_code := run_playbook(variables, flags):
                return exit_code
            for name, (cloud, writes) in clouds.items():
                print(
                    f"==> {name} received {len(cloud.calls)} calls, {cloud.count(*writes)} of them writes", flush=True
                )
                cloud.calls.clear()
    print(f"\nThe playbook: {PLAYBOOK.relative_to(Path.cwd())}")
    return 0


def populate_aws(simulator: aws.AwsSimulator) -> dict[str, Any]:
    """Make three mount targets, and return what the playbook calls them."""
    estate = simulator.populate(file_systems=1, mount_targets=3, security_groups=4)
    web, backup, jobs, legacy = estate.security_groups
    mount_targets = next(iter(estate.mount_targets.values()))
    simulator.attach(mount_targets[1], web, backup, legacy)
    return {
        "endpoint": simulator.url,
        "region": aws.REGION,
        "mount_targets": mount_targets,
        "backup": backup,
        "jobs": jobs,
        "legacy": legacy,
    }


def populate_tencentcloud(simulator: tencentcloud.TencentCloudSimulator) -> dict[str, Any]:
    """Make network interfaces and an instance, and return what the playbook calls them."""
    estate = simulator.populate(network_interfaces=2, instances=1, security_groups=3)
    web, deny, ops = estate.security_groups
    simulator.attach(estate.network_interfaces[0], web, deny, ops)
    simulator.attach(estate.instances[0], web, deny)
    return {
        "endpoint": simulator.url,
        "region": tencentcloud.REGION,
        "network_interfaces": estate.network_interfaces,
        "instances": estate.instances,
        "deny": deny,
        "web": web,
    }


def populate_alibabacloud(simulator: alibabacloud.RdsSimulator) -> dict[str, Any]:
    """Make DB instances, and return what the playbook calls them."""
    estate = simulator.populate(instances=2, security_groups=2, classic=0, read_only=0)
    _old_servers, application = estate.security_groups
    return {
        "endpoint": simulator.url,
        "region": alibabacloud.REGION,
        "db_instances": estate.instances,
        "application": application,
    }


def run_playbook(variables: dict[str, Any], flags: tuple[str, ...]) -> int:
    """Run the playbook with an environment that has nothing of the user's but where programs are."""
    with tempfile.TemporaryDirectory() as home:
        environ = {
            "PATH": os.environ["PATH"],
            "HOME": home,
            "LANG": "C.UTF-8",
            "ANSIBLE_COLLECTIONS_PATH": str(Path("collections").resolve()),
            "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml",
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "AWS_ACCESS_KEY_ID": aws.CREDENTIALS["aws_access_key_id"],
            "AWS_SECRET_ACCESS_KEY": aws.CREDENTIALS["aws_secret_access_key"],
            "ALIBABA_CLOUD_ACCESS_KEY_ID": alibabacloud.ACCESS_KEY_ID,
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": alibabacloud.ACCESS_KEY_SECRET,
            "TENCENTCLOUD_SECRET_ID": tencentcloud.SECRET_ID,
            "TENCENTCLOUD_SECRET_KEY": tencentcloud.SECRET_KEY,
        }
        if sys.stdout.isatty():
            environ["ANSIBLE_FORCE_COLOR"] = "true"
        command = ["ansible-playbook", str(PLAYBOOK), "--extra-vars", json.dumps(variables), *flags]
        return subprocess.run(command, env=environ, check=False).returncode


def _stop(*_signal: object) -> None:
    sys.exit("stopped")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        _stop()
