# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Drives a headless Chromium through its own protocol, over two pipes: https://chromedevtools.github.io/devtools-protocol/."""

from __future__ import annotations

import base64
import fcntl
import itertools
import json
import os
import select
import shutil
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Self

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--headless",
    "--remote-debugging-pipe",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
PATIENCE = 60.0
"""Seconds to wait for an answer; a busy machine needs a while to start a browser."""


def find() -> str | None:
    """Return the path of a Chromium, or None where none is installed."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


class Browser:
    """A Chromium with one tab. ``events`` are what it told without being asked, since the last page was opened."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._numbers = itertools.count(1)
        self._buffer = b""
        self.events: list[dict[str, Any]] = []

    def __enter__(self) -> Self:
        self._home = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        commands, self._commands = _pipe()
        self._answers, answers = _pipe()
        flags = [*FLAGS, f"--user-data-dir={self._home.name}"]
        if os.geteuid() == 0:
            flags.append("--no-sandbox")

        def descriptors() -> None:
            os.dup2(commands, 3)
            os.dup2(answers, 4)

        self._process = subprocess.Popen(
            [self._program, *flags, "about:blank"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            preexec_fn=descriptors,
            close_fds=False,
        )
        os.close(commands)
        os.close(answers)
        targets = self.call("Target.getTargets", session=None)["targetInfos"]
        tab = next(target["targetId"] for target in targets if target["type"] == "page")
        self._session = self.call("Target.attachToTarget", session=None, targetId=tab, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._process.terminate()
        self._process.wait(PATIENCE)
        os.close(self._commands)
        os.close(self._answers)
        self._home.cleanup()

    def call(self, method: str, *, session: str | None = "", **parameters: Any) -> dict[str, Any]:
        """Call a method of the protocol and return its result."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = self._session
        os.write(self._commands, json.dumps(message).encode() + b"\0")
        while True:
            answer = self._next(time.monotonic() + PATIENCE)
            if answer.get("id") == number:
                assert "error" not in answer, answer["error"]
                return dict(answer["result"])

    def open(
        self, path: Path, *, width: int, scheme: str = "light", medium: str = "screen", fragment: str = ""
    ) -> float:
        """Open a file in a window of so many CSS pixels; return the seconds until it was loaded and laid out."""
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600
        )
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.call("Emulation.setEmulatedMedia", media=medium, features=features)
        # A page that differs only in its fragment would not be loaded.
        self.events.clear()
        self.call("Page.navigate", url="about:blank")
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self._next(time.monotonic() + PATIENCE)
        self.events.clear()
        began = time.monotonic()
        self.call("Page.navigate", url=path.as_uri() + (f"#{fragment}" if fragment else ""))
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self._next(began + PATIENCE)
        self.evaluate("document.documentElement.getBoundingClientRect().height")
        return time.monotonic() - began

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression in the page."""
        found = self.call("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in found, found["exceptionDetails"]
        return found["result"].get("value")

    def screenshot(self) -> bytes:
        return base64.b64decode(self.call("Page.captureScreenshot", captureBeyondViewport=True)["data"])

    def pdf(self) -> bytes:
        return base64.b64decode(self.call("Page.printToPDF", paperWidth=8.27, paperHeight=11.69)["data"])

    def _next(self, deadline: float) -> dict[str, Any]:
        while b"\0" not in self._buffer:
            left = deadline - time.monotonic()
            ready = left > 0 and select.select([self._answers], [], [], left)[0]
            assert ready, "the browser does not answer"
            received = os.read(self._answers, 1 << 20)
            assert received, "the browser is gone"
            self._buffer += received
        text, self._buffer = self._buffer.split(b"\0", 1)
        message = dict(json.loads(text))
        if "method" in message:
            self.events.append(message)
        return message


def _pipe() -> tuple[int, int]:
    """Return a pipe whose ends do not have the numbers that the browser expects, which are given it later."""
    reading, writing = os.pipe()
    ends = fcntl.fcntl(reading, fcntl.F_DUPFD_CLOEXEC, 10), fcntl.fcntl(writing, fcntl.F_DUPFD_CLOEXEC, 10)
    os.close(reading)
    os.close(writing)
    return ends
