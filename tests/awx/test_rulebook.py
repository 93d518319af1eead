# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rulebook with ansible-rulebook, if there is one on the path, with the Java that it needs."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

import pytest

from tests.awx.definitions import PROJECT, definitions
from tests.simulators.awx import TOKEN, AwxSimulator

RULEBOOK = shutil.which("ansible-rulebook")
SECRET = "hook-7c1d"
LONGEST = 60.0

pytestmark = pytest.mark.skipif(RULEBOOK is None, reason="there is no ansible-rulebook")


@pytest.fixture
def awx() -> Iterator[AwxSimulator]:
    with AwxSimulator() as simulator:
        organization = simulator.one("organizations", "Default")["id"]
        for template in definitions()["controller_templates"]:
            simulator.add("job_templates", name=template["name"], organization=organization)
        yield simulator


@pytest.fixture
def post(awx: AwxSimulator, tmp_path: Path) -> Iterator[Callable[..., int]]:
    """Post an event to the running rulebook, which waits for seconds instead of minutes."""
    rules = (PROJECT / "rulebooks" / "drift.yml").read_text(encoding="utf-8")
    (tmp_path / "drift.yml").write_text(rules.replace("2 minutes", "1 seconds"), encoding="utf-8")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    given = {"webhook_port": port, "webhook_token": SECRET}
    (tmp_path / "vars.yml").write_text(json.dumps(given), encoding="utf-8")
    assert RULEBOOK
    command = [RULEBOOK, "--rulebook", "drift.yml", "--vars", "vars.yml"]
    environ = {
        **os.environ,
        "PATH": f"{Path(RULEBOOK).parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "EDA_JOB_TEMPLATE_REFRESH_DELAY": "0.1",
        "EDA_CONTROLLER_URL": awx.url,
        "EDA_CONTROLLER_TOKEN": TOKEN,
    }
    with (
        (tmp_path / "output").open("w") as output,
        subprocess.Popen(command, cwd=tmp_path, stdout=output, stderr=subprocess.STDOUT, env=environ) as running,
    ):

        def post(path: str, event: object, token: str = SECRET) -> int:
            headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
            request = Request(f"http://127.0.0.1:{port}/{path}", json.dumps(event).encode(), headers)
            deadline = time.monotonic() + LONGEST
            while True:
                try:
                    with urlopen(request) as reply:
                        return int(reply.status)
                except HTTPError as error:
                    return error.code
                except URLError:
                    assert running.poll() is None, (tmp_path / "output").read_text(encoding="utf-8")
                    assert time.monotonic() < deadline
                    time.sleep(0.1)

        yield post
        running.terminate()


def test_a_changed_list_leads_to_one_report(awx: AwxSimulator, post: Callable[..., int]) -> None:
    change = {"detail": {"eventName": "ModifyMountTargetSecurityGroups"}}
    assert post("aws", change, "another") == 401
    assert post("aws", {"detail": {"eventName": "DescribeMountTargets"}}) == 200
    assert [post("aws", change), post("aws", change)] == [200, 200]
    assert reports(awx, 1) == ["Security groups: report drift"]
    # What is told later is another report.
    for number, name in enumerate(("ModifyInstancesAttribute", "ModifySecurityGroupConfiguration"), start=2):
        assert post("tencentcloud", {"data": {"eventName": name}}) == 200
        assert reports(awx, number) == ["Security groups: report drift"] * number
    # The whole description, whatever hosts the rulebook has.
    assert {job["limit"] for job in awx.objects["jobs"].values()} == {""}


def reports(awx: AwxSimulator, number: int) -> list[str]:
    """Wait for so many jobs to be launched, and return what they are called."""
    deadline = time.monotonic() + LONGEST
    while len(awx.objects["jobs"]) < number:
        assert time.monotonic() < deadline
        time.sleep(0.1)
    return [job["name"] for job in list(awx.objects["jobs"].values())]
