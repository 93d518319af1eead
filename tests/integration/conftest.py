# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.simulators.alibabacloud import RdsSimulator
from tests.simulators.aws import AwsSimulator, MotoServer
from tests.simulators.tencentcloud import TencentCloudSimulator

SHARED = "the play of"
"""With this begins the id of a module's fixture that is costly to make, so that one worker runs all tests with it."""


class _ByFixture(LoadScopeScheduling):
    # The mark xdist_group would say it, but has no effect with pytest 9.2 and xdist 3.8.
    def _split_scope(self, nodeid: str) -> str:
        if "test_demo.py" in nodeid:
            # All demos of a checkout write to the same folder.
            return "the demo"
        shared = re.search(rf"\[({SHARED} [^-\]]+)", nodeid)
        return shared[1] if shared else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    return _ByFixture(config, log)


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
