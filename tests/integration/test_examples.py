# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The examples of each module run as written: what they name does not exist, and nothing else is wrong with them."""

from __future__ import annotations

import ast
from typing import Any

import pytest
import yaml

from tests.integration.playbook import ROOT, play
from tests.simulators import alibabacloud, aws, tencentcloud
from tests.simulators.alibabacloud import RdsSimulator
from tests.simulators.aws import AwsSimulator
from tests.simulators.tencentcloud import TencentCloudSimulator

CLOUD_OF_CONNECTION = {"frankfurt": 0, "guangzhou": 1, "china": 1}
MODULES = sorted((ROOT / "plugins" / "modules").glob("*.py"))


def examples(source: str) -> list[dict[str, Any]]:
    for statement in ast.parse(source).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "EXAMPLES":
            return [{**one, "ignore_errors": True} for one in yaml.safe_load(ast.literal_eval(statement.value))]
    raise AssertionError("the module has no examples")


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.stem)
def test_examples_run_as_written(
    module: Any, aws: AwsSimulator, tencentcloud: TencentCloudSimulator, alibabacloud: RdsSimulator
) -> None:
    tasks = examples(module.read_text(encoding="utf-8"))
    access = list(connections(aws, tencentcloud, alibabacloud).values())
    # Connections have no module_defaults.
    for task in tasks:
        for options in (*task.values(), {"connections": task.get("vars", {}).get("security_group_connections")}):
            given = options.get("connections") if isinstance(options, dict) else None
            for name, connection in given.items() if isinstance(given, dict) else ():
                connection.pop("profile", None)
                connection |= access[CLOUD_OF_CONNECTION[name]]
    run = play(tasks, "--check", defaults=connections(aws, tencentcloud, alibabacloud))
    assert len(run.tasks) == len(tasks)
    for found in run.tasks:
        # A simulator is of one region.
        assert not found.failed or "does not exist" in found.msg or "ap-guangzhou only" in found.msg, found.msg


def connections(
    amazon: AwsSimulator, tencent: TencentCloudSimulator, alibaba: RdsSimulator
) -> dict[str, dict[str, Any]]:
    """Return module_defaults with what the examples leave to the environment."""
    return {
        "group/crosscloud.security_groups.aws": {
            "access_key": aws.CREDENTIALS["aws_access_key_id"],
            "secret_key": aws.CREDENTIALS["aws_secret_access_key"],
            "endpoint_url": amazon.url,
        },
        "group/crosscloud.security_groups.tencentcloud": {
            "secret_id": tencentcloud.SECRET_ID,
            "secret_key": tencentcloud.SECRET_KEY,
            "endpoint": tencent.url,
        },
        "group/crosscloud.security_groups.alibabacloud": {
            "access_key_id": alibabacloud.ACCESS_KEY_ID,
            "access_key_secret": alibabacloud.ACCESS_KEY_SECRET,
            "endpoint": alibaba.url,
        },
    }
