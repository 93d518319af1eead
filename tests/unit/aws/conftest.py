# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.simulators.aws import REGION, AwsSimulator, Estate, MotoServer
from tests.unit.conftest import Connection, ours

if TYPE_CHECKING:
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.options import Runtime
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._aws.kinds.efs_mount_target import (
        MountTargets,
    )


@pytest.fixture(scope="session")
def _moto() -> MotoServer:
    return MotoServer()


@pytest.fixture(scope="session")
def _started_moto(_moto: MotoServer) -> Iterator[None]:
    with _moto:
        yield


@pytest.fixture
def cloud(_moto: MotoServer) -> Iterator[AwsSimulator]:
    """AWS without anything behind it, unless there is an estate: each test says what is answered.

    The account may not ask EC2 for network interfaces, so EFS is asked for each list.
    """
    with AwsSimulator(_moto) as simulator:
        simulator.deny_interfaces()
        yield simulator


@pytest.fixture
def estate(cloud: AwsSimulator, _started_moto: None) -> Estate:
    """Two file systems with three mount targets each, in moto."""
    return cloud.populate(file_systems=2)


@pytest.fixture
def connection(cloud: AwsSimulator) -> Connection:
    options = ours("_aws.options").CONNECTION
    given = {"access_key": "AKIDEXAMPLE", "secret_key": "secret", "region": REGION, "endpoint_url": cloud.url}
    once = {"aws_config": {"retries": {"total_max_attempts": 1}}}
    return {option.name: option.default for option in options} | given | once


@pytest.fixture
def targets(connection: Connection, runtime: Runtime) -> MountTargets:
    return ours("_aws.kinds.efs_mount_target").DECLARATION.connect(connection, runtime)
