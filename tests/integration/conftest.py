# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.simulators.alibabacloud import RdsSimulator
from tests.simulators.aws import AwsSimulator, MotoServer
from tests.simulators.tencentcloud import TencentCloudSimulator


@pytest.fixture(scope="session")
def _aws() -> Iterator[AwsSimulator]:
    with MotoServer() as moto, AwsSimulator(moto) as simulator:
        yield simulator


@pytest.fixture
def aws(_aws: AwsSimulator) -> AwsSimulator:
    """AWS without faults; what it holds is up to the test."""
    _aws.reset()
    return _aws


@pytest.fixture(scope="session")
def _tencentcloud() -> Iterator[TencentCloudSimulator]:
    with TencentCloudSimulator() as simulator:
        yield simulator


@pytest.fixture
def tencentcloud(_tencentcloud: TencentCloudSimulator) -> TencentCloudSimulator:
    """Tencent Cloud without faults; what it holds is up to the test."""
    _tencentcloud.reset()
    return _tencentcloud


@pytest.fixture(scope="session")
def _alibabacloud() -> Iterator[RdsSimulator]:
    with RdsSimulator() as simulator:
        yield simulator


@pytest.fixture
def alibabacloud(_alibabacloud: RdsSimulator) -> RdsSimulator:
    """Alibaba Cloud without faults; what it holds is up to the test."""
    _alibabacloud.reset()
    return _alibabacloud
