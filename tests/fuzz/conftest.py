# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import botocore.loaders
import botocore.session
import pytest

from tests.fuzz.entry import tally
from tests.simulators.alibabacloud import RdsSimulator
from tests.simulators.aws import AwsSimulator, MotoServer
from tests.simulators.tencentcloud import TencentCloudSimulator

SETTINGS = ("ALIBABA_CLOUD_", "ALICLOUD_", "ALIYUN_", "AWS_", "TCCLI_", "TENCENTCLOUD_", "TKE_")
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY")


@pytest.fixture(scope="session", autouse=True)
def _clean_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.upper().startswith((*SETTINGS, *PROXIES)):
                patch.delenv(name)
        patch.setenv("HOME", str(home))
        patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
        yield home


@pytest.fixture(scope="session", autouse=True)
def _models_are_read_once() -> Iterator[None]:
    """Have botocore read its models once for all cases, where reading them takes most of the time."""
    loader = botocore.loaders.create_loader()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(botocore.session, "create_loader", lambda *_paths: loader)
        yield


@pytest.fixture(scope="session")
def aws() -> Iterator[AwsSimulator]:
    with MotoServer() as moto, AwsSimulator(moto) as simulator:
        yield simulator


@pytest.fixture(scope="session")
def tencentcloud() -> Iterator[TencentCloudSimulator]:
    with TencentCloudSimulator() as simulator:
        yield simulator


@pytest.fixture(scope="session")
def alibabacloud() -> Iterator[RdsSimulator]:
    with RdsSimulator() as simulator:
        yield simulator


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[Any]) -> None:
    if call.when == "call":
        item.user_properties.append(("cases", tally.cases))
        tally.cases = 0


def pytest_terminal_summary(terminalreporter: Any) -> None:
    reports = [report for key in ("passed", "failed") for report in terminalreporter.getreports(key)]
    cases = sum(value for report in reports for name, value in report.user_properties if name == "cases")
    if cases:
        terminalreporter.write_line(f"{cases} fuzz cases ran")
