# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.simulators.tencentcloud import REGION, SECRET_ID, SECRET_KEY, Estate, TencentCloudSimulator
from tests.unit.conftest import Connection, ours

if TYPE_CHECKING:
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.options import Runtime
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._tencentcloud.client import Client
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._tencentcloud.databases import Databases
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._tencentcloud.kinds.qcloud_clb import (
        LoadBalancers,
    )
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._tencentcloud.kinds.qcloud_cvm import (
        Instances,
    )
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._tencentcloud.kinds.qcloud_eni import (
        NetworkInterfaces,
    )

SETTINGS = ("TENCENTCLOUD_", "TCCLI_", "TKE_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY")


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in list(os.environ):
        if name.upper().startswith(SETTINGS):
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path))


@pytest.fixture
def cloud() -> Iterator[TencentCloudSimulator]:
    with TencentCloudSimulator() as simulator:
        yield simulator


@pytest.fixture
def estate(cloud: TencentCloudSimulator) -> Estate:
    return cloud.populate()


@pytest.fixture
def connection(cloud: TencentCloudSimulator) -> Connection:
    given = {"secret_id": SECRET_ID, "secret_key": SECRET_KEY, "region": REGION, "endpoint": cloud.url}
    return {**{option.name: None for option in ours("_tencentcloud.options").CONNECTION}, **given}


@pytest.fixture
def vpc(connection: Connection, runtime: Runtime) -> Client:
    return ours("_tencentcloud.credentials").connect(connection, ours("_tencentcloud.errors").VPC, runtime)


@pytest.fixture
def cvm(connection: Connection, runtime: Runtime) -> Client:
    return ours("_tencentcloud.credentials").connect(connection, ours("_tencentcloud.kinds.qcloud_cvm").CVM, runtime)


@pytest.fixture
def cdb(connection: Connection, runtime: Runtime) -> Client:
    return ours("_tencentcloud.credentials").connect(connection, ours("_tencentcloud.kinds.qcloud_cdb").CDB, runtime)


@pytest.fixture
def interfaces(connection: Connection, runtime: Runtime) -> NetworkInterfaces:
    return ours("_tencentcloud.kinds.qcloud_eni").DECLARATION.connect(connection, runtime)


@pytest.fixture
def balancers(connection: Connection, runtime: Runtime) -> LoadBalancers:
    return ours("_tencentcloud.kinds.qcloud_clb").DECLARATION.connect(connection, runtime)


@pytest.fixture
def databases(connection: Connection, runtime: Runtime) -> Databases:
    return ours("_tencentcloud.kinds.qcloud_cdb").DECLARATION.connect(connection, runtime)


@pytest.fixture
def instances(connection: Connection, runtime: Runtime) -> Instances:
    return ours("_tencentcloud.kinds.qcloud_cvm").DECLARATION.connect(connection, runtime)
