# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a module in this process, through its own main(), and checks what no input may ever break."""

from __future__ import annotations

import contextlib
import gc
import io
import json
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import import_module
from types import SimpleNamespace
from typing import Any
from unittest import mock

from ansible.module_utils.testing import patch_module_args

from tests.integration.playbook import RESOURCE_KEYS

SIZE = int(os.environ.get("FUZZ_SIZE", "1"))
"""How many times the cases of make test are run. Only those are the same in each run."""

COLLECTION = "ansible_collections.crosscloud.security_groups.plugins"
LONGEST_MESSAGE = 6000
LONGEST_RUN = 20.0
"""Seconds that one case may compute, far more than any takes that ends by itself."""

CLEARED_AFTER = 50
"""Cases after which garbage is collected: what a module left frozen never counts towards the interpreter doing so."""

tally = SimpleNamespace(cases=0)


@dataclass(frozen=True)
class Ending:
    """How a module ended: what it returned, and everything it printed."""

    failed: bool
    result: dict[str, Any]
    printed: str

    @property
    def resources(self) -> list[dict[str, Any]]:
        return list(self.result["resources"])


class SkippingTime:
    """In place of the module ``time``: sleeping takes no time, and the clock goes on as if it had."""

    def __init__(self) -> None:
        self._skipped = 0.0

    def monotonic(self) -> float:
        return time.monotonic() + self._skipped

    def sleep(self, seconds: float) -> None:
        self._skipped += seconds


def run(name: str, arguments: Mapping[str, Any], secrets: tuple[str, ...] = ()) -> Ending:
    """Run a module and return how it ended; fail where that is no answer of a module."""
    tally.cases += 1
    module = import_module(f"{COLLECTION}.modules.{name}")
    shell = import_module(f"{COLLECTION}.module_utils._ansible.machine")
    out, err = io.StringIO(), io.StringIO()
    code: object = "none"
    began = time.process_time()
    with (
        patch_module_args(dict(arguments)),
        mock.patch.object(shell, "time", SkippingTime()),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            module.main()
        except SystemExit as end:
            code = end.code
        finally:
            # A module takes it that its process ends with it.
            gc.unfreeze()
            gc.enable()
            if tally.cases % CLEARED_AFTER == 0:
                gc.collect()
    printed = out.getvalue() + err.getvalue()
    assert code in (0, 1), printed
    assert time.process_time() - began < LONGEST_RUN
    assert "Traceback" not in printed
    for secret in secrets:
        assert secret not in printed
    lines = out.getvalue().strip().splitlines()
    assert len(lines) == 1, printed
    ending = Ending(code == 1, json.loads(lines[0]), printed)
    _check(name, ending)
    return ending


def _check(name: str, ending: Ending) -> None:
    result = ending.result
    assert isinstance(result["changed"], bool)
    assert bool(result.get("failed")) == ending.failed
    if ending.failed:
        _check_sentence(result["msg"])
        assert not result["changed"] or ending.resources
    keys = {"id", "security_groups", "details"} if name.endswith("_info") else RESOURCE_KEYS
    for resource in ending.resources:
        assert set(resource) == keys
        if error := resource.get("error"):
            _check_sentence(error["message"])
            assert ending.failed
            assert not resource["verified"]
            assert isinstance(error["code"], str | None)
            assert isinstance(error["request_id"], str | None)


def _check_sentence(text: str) -> None:
    assert text
    assert text.isprintable(), text
    assert len(text) <= LONGEST_MESSAGE
    # What the shell says of an exception that nothing expected.
    assert "this is a defect" not in text, text
