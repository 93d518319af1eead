# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.simulators.alibabacloud import ACCESS_KEY_ID, ACCESS_KEY_SECRET, REGION, Estate, RdsSimulator
from tests.unit.conftest import Connection, ours

if TYPE_CHECKING:
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._aliyun.client import Client
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._aliyun.kinds.aliyun_rds import DbInstances
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.options import Runtime

SETTINGS = ("ALIBABA_CLOUD_", "ALICLOUD_", "ALIYUN_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY", "DEBUG")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.upper().startswith(SETTINGS):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def cloud() -> Iterator[RdsSimulator]:
    with RdsSimulator() as simulator:
        yield simulator


@pytest.fixture
def estate(cloud: RdsSimulator) -> Estate:
    return cloud.populate()


@pytest.fixture
def nothing_given() -> Connection:
    return {
        "access_key_id": None,
        "access_key_secret": None,
        "security_token": None,
        "oidc_provider_arn": None,
        "oidc_token_file": None,
        "ecs_role_name": None,
        "profile": None,
        "shared_credentials_file": None,
        "assume_role_arn": None,
        "assume_role_session_name": None,
        "assume_role_session_expiration": None,
        "assume_role_policy": None,
        "assume_role_external_id": None,
        "region": REGION,
        "endpoint": None,
    }


@pytest.fixture
def connection(cloud: RdsSimulator, nothing_given: Connection) -> Connection:
    key = {"access_key_id": ACCESS_KEY_ID, "access_key_secret": ACCESS_KEY_SECRET}
    return {**nothing_given, **key, "endpoint": cloud.url}


@pytest.fixture
def client(connection: Connection, runtime: Runtime) -> Client:
    module = ours("_aliyun.client")
    return module.Client(connection, module.RDS, runtime.gate)


@pytest.fixture
def instances(connection: Connection, runtime: Runtime) -> DbInstances:
    return ours("_aliyun.kinds.aliyun_rds").DECLARATION.connect(connection, runtime)
