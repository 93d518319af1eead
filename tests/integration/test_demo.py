# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEMO = [sys.executable, "-m", "tests.demo"]


def environ() -> dict[str, str]:
    return {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}


def test_the_demo_announces_does_and_is_done() -> None:
    done = subprocess.run(DEMO, cwd=ROOT, env=environ(), capture_output=True, text=True, check=False, timeout=300)
    assert done.returncode == 0, done.stdout + done.stderr
    writes = re.findall(r"(\d+) of them writes", done.stdout)
    assert " ".join(writes) == "0 0 0 3 3 2 0 0 0 1 1 0 0 0 0 1 1 1 0 0 0"
    assert re.findall(r"changed=(\d)", done.stdout) == ["4", "4", "0", "1", "0", "1", "0"]
    # The demo itself fails unless the report finds exactly what somebody else changed.
    assert "8 described: 3 drift, 5 in sync" in done.stdout
    page = re.search(r"(/.*/drift[.]html)$", done.stdout, re.MULTILINE)
    assert page
    assert Path(page[1]).is_file()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_demo_that_is_interrupted_leaves_nothing_running(how: signal.Signals) -> None:
    # A shell that starts the tests in the background has SIGINT ignored, and so would the demo.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        demo = subprocess.Popen(
            DEMO, cwd=ROOT, env=environ(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
    finally:
        signal.signal(signal.SIGINT, before)
    assert demo.stdout
    with demo, demo.stdout as output:
        next(line for line in output if line.startswith("$ ansible-playbook"))
        servers = children(demo.pid, "moto.server")
        assert servers
        demo.send_signal(how)
        assert demo.wait(timeout=60) != 0
    wait_until_gone(servers)


def children(parent: int, name: str) -> list[int]:
    listing = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(maxsplit=2) for line in listing.splitlines()]
    return [int(pid) for pid, ppid, args in rows if int(ppid) == parent and name in args]


def wait_until_gone(pids: list[int]) -> None:
    deadline = time.monotonic() + 30
    while any(Path(f"/proc/{pid}").exists() for pid in pids):
        assert time.monotonic() < deadline
        time.sleep(0.05)
