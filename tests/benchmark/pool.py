# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The floor: what is left of the work without Ansible, planning, states, retries or a report.

Each of 8 threads reads a list, writes it with the group appended, and reads it back. The arguments are a file with
{"ids": [...], "group": "...", "states": ...} in JSON, and perhaps --check. With states, each thread also asks for the
state before it writes, as a tool has to that tells it.
"""

from __future__ import annotations

import json
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import boto3
from botocore.config import Config

THREADS = 8

work = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
efs = boto3.client("efs", config=Config(max_pool_connections=THREADS))


def read(mount_target: str) -> list[str]:
    return efs.describe_mount_target_security_groups(MountTargetId=mount_target)["SecurityGroups"]


def available(mount_target: str) -> bool:
    found = efs.describe_mount_targets(MountTargetId=mount_target)["MountTargets"]
    return found[0]["LifeCycleState"] == "available"


def attach(mount_target: str) -> None:
    if work["states"] and not available(mount_target):
        sys.exit(f"{mount_target} takes no change")
    groups = read(mount_target)
    if work["group"] in groups or "--check" in sys.argv:
        return
    efs.modify_mount_target_security_groups(MountTargetId=mount_target, SecurityGroups=[*groups, work["group"]])
    if work["group"] not in read(mount_target):
        sys.exit(f"{mount_target} does not read back as written")


with ThreadPoolExecutor(THREADS) as pool:
    list(pool.map(attach, work["ids"]))
