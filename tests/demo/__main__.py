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

from tests.simulators.aws import CREDENTIALS, REGION, AwsSimulator, Estate, MotoServer

PLAYBOOK = Path(__file__).with_name("efs.yml")
ACTS = (
    ("In check mode, with a diff: what would change?", ("--check", "--diff")),
    ("For real", ("--diff",)),
    ("Once more: nothing is left to do", ("--diff",)),
)
WRITE = "ModifyMountTargetSecurityGroups"


def main() -> int:
    print("==> starting moto's AWS server", flush=True)
    with MotoServer() as moto, AwsSimulator(moto) as aws:
        estate = aws.populate(file_systems=1, mount_targets=3, security_groups=4)
        web, backup, _jobs, legacy = estate.security_groups
        aws.attach(next(iter(estate.mount_targets.values()))[1], web, backup, legacy)
        for number, (title, flags) in enumerate(ACTS, start=1):
            aws.calls.clear()
            print(f"\n==> {number} of {len(ACTS)}: {title}", flush=True)
            print(f"$ ansible-playbook efs.yml {' '.join(flags)}", flush=True)
            if exit_code := run_playbook(aws, estate, flags):
                return exit_code
            print(f"==> AWS received {len(aws.calls)} calls, {aws.count(WRITE)} of them writes", flush=True)
        print(f"\nThe playbook: {PLAYBOOK.relative_to(Path.cwd())}")
    return 0


def run_playbook(aws: AwsSimulator, estate: Estate, flags: tuple[str, ...]) -> int:
    """Run the playbook with an environment that has nothing of the user's but where programs are."""
    _web, backup, jobs, legacy = estate.security_groups
    variables = {
        "backup": backup,
        "jobs": jobs,
        "legacy": legacy,
        "mount_targets": next(iter(estate.mount_targets.values())),
    }
    with tempfile.TemporaryDirectory() as home:
        environ = {
            "PATH": os.environ["PATH"],
            "HOME": home,
            "LANG": "C.UTF-8",
            "ANSIBLE_COLLECTIONS_PATH": str(Path("collections").resolve()),
            "ANSIBLE_CALLBACK_RESULT_FORMAT": "yaml",
            "ANSIBLE_LOCALHOST_WARNING": "false",
            "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
            "AWS_ACCESS_KEY_ID": CREDENTIALS["aws_access_key_id"],
            "AWS_SECRET_ACCESS_KEY": CREDENTIALS["aws_secret_access_key"],
            "AWS_REGION": REGION,
            "AWS_URL": aws.url,
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
