# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a module in this process with arguments that are wrong."""

from __future__ import annotations

import json
from importlib import import_module
from typing import Any

import pytest

testing = pytest.importorskip("ansible.module_utils.testing", reason="ansible-core 2.18 cannot do this, and runs plays")

SECRET = "hush-hush"
NOBODY = "http://127.0.0.1:1"
"""An endpoint where no one listens: a call would be told from a refusal by its message."""

_AWS = {
    "access_key": "an-id",
    "secret_key": SECRET,
    "region": "eu-central-1",
    "endpoint_url": NOBODY,
}
_TENCENT_CLOUD = {"secret_id": "an-id", "secret_key": SECRET, "region": "ap-guangzhou", "endpoint": NOBODY}
_ALIBABA_CLOUD = {"access_key_id": "an-id", "access_key_secret": SECRET, "region": "cn-hangzhou", "endpoint": NOBODY}
CONNECTIONS: dict[str, dict[str, Any]] = {
    "ec2_eni_sg": _AWS,
    "efs_mount_target_sg": _AWS,
    "elbv2_load_balancer_sg": _AWS,
    "rds_instance_sg": _AWS,
    "qcloud_eni_sg": _TENCENT_CLOUD,
    "qcloud_cvm_sg": _TENCENT_CLOUD,
    "qcloud_clb_sg": _TENCENT_CLOUD,
    "qcloud_cdb_sg": _TENCENT_CLOUD,
    "aliyun_rds_sg": _ALIBABA_CLOUD,
    "aliyun_ecs_sg": _ALIBABA_CLOUD,
    "aliyun_eni_sg": _ALIBABA_CLOUD,
}


def refused(capsys: pytest.CaptureFixture[str], name: str, arguments: dict[str, Any]) -> str:
    """Return what a module says of its arguments; fail where it takes them, or shows a secret."""
    module = import_module(f"ansible_collections.crosscloud.security_groups.plugins.modules.{name}")
    with testing.patch_module_args({**CONNECTIONS[name], **arguments}), pytest.raises(SystemExit):
        module.main()
    printed = capsys.readouterr().out
    assert "hush" not in printed
    result = json.loads(printed)
    assert (result["failed"], result["changed"], result["resources"]) == (True, False, [])
    message = str(result["msg"])
    assert "\n" not in message
    return message
