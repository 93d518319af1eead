# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs one contender once, counts its calls, and makes sure that it did what it was to do."""

from __future__ import annotations

import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from .contenders import EMPTY, Contender
from .estates import WRITES, Estate

ROOT = Path(__file__).resolve().parents[2]
PEAK = Path(__file__).with_name("peak.py")
TIMEOUT = 900
KIB_IN_MIB = 1024


class Case(StrEnum):
    """What is to be done to every resource."""

    CHANGE = "all to change"
    NOTHING = "nothing to change"
    CHECK = "check mode, all to change"


@dataclass(frozen=True)
class Sample:
    """One run: seconds of the whole process, calls that reached the cloud, and the simulator's own ms for a call.

    ``actions`` are the calls by action.
    ``before`` and ``after`` are the seconds before the first call and after the last, where there was any.
    """

    seconds: float
    calls: int
    simulator_ms: float
    before: float = 0.0
    after: float = 0.0
    actions: Mapping[str, int] = field(default_factory=dict)


class WrongError(Exception):
    """A contender failed, wrote where nothing is to change, or left lists behind that are not as they should be."""


def timed(
    contender: Contender, estate: Estate, case: Case, delay: float, rates: Mapping[str, int] | None = None
) -> Sample:
    """Let a contender do the work once. ``delay`` is seconds added to each call, ``rates`` are the cloud's limits."""
    with tempfile.TemporaryDirectory() as scratch:
        return _run(contender, estate, case, Path(scratch), delay=delay, rates=rates)


def peak_mib(contender: Contender, estate: Estate, case: Case) -> float:
    """Let a contender do the work once and return the peak memory, in MiB, of the process that makes the calls.

    For a playbook that is the module's process, the largest one of a loop. Where all are weighed, it is the peak of all
    together.
    """
    with tempfile.TemporaryDirectory() as scratch:
        file = Path(scratch) / "peaks"
        _run(contender, estate, case, Path(scratch), peaks=file)
        return max(map(int, file.read_text(encoding="ascii").split())) / KIB_IN_MIB


def _run(
    contender: Contender,
    estate: Estate,
    case: Case,
    folder: Path,
    *,
    delay: float = 0.0,
    rates: Mapping[str, int] | None = None,
    peaks: Path | None = None,
) -> Sample:
    resources = estate.resources[contender.kind]
    done = [resources.old, resources.new]
    before = done if case is Case.NOTHING else done[:1]
    resources.put(before)
    command = contender.command(resources, estate.options, folder)
    if case is Case.CHECK:
        assert contender.check
        command.append(contender.check)
    if peaks:
        command = _noting_peaks(contender, command, peaks, folder)
    for simulator in estate.simulators:
        simulator.reset()
        simulator.delay = delay
        if rates:
            simulator.rates = dict(rates)
    began = time.monotonic()
    ended = subprocess.run(
        command, capture_output=True, text=True, check=False, timeout=TIMEOUT, env=_environment(estate, folder)
    )
    seconds = time.monotonic() - began
    calls = [call for simulator in estate.simulators for call in simulator.calls]
    for simulator in estate.simulators:
        simulator.reset()
    if ended.returncode:
        raise WrongError(f"{contender.name} failed:\n{ended.stdout[-2000:]}{ended.stderr[-2000:]}")
    wanted = before if case is Case.CHECK or contender is EMPTY else done
    if wrong := resources.differing(wanted):
        raise WrongError(f"{contender.name}, {case}: {len(wrong)} lists are not as they should be, such as {wrong[0]}")
    actions = Counter(call.action for call in calls)
    if case is not Case.CHANGE and (written := actions.keys() & WRITES):
        raise WrongError(f"{contender.name}, {case}: it called {', '.join(written)}")
    if not calls:
        return Sample(seconds, 0, 0.0)
    own = statistics.median(call.ended - call.began - delay for call in calls)
    before = min(call.began for call in calls) - began
    after = began + seconds - max(call.ended for call in calls)
    return Sample(seconds, len(calls), 1000 * own, before, after, actions)


def _noting_peaks(contender: Contender, command: Sequence[str], peaks: Path, folder: Path) -> list[str]:
    noting = [sys.executable, "-I", "-S", str(PEAK), str(peaks)]
    if contender.weigh_all:
        return [*noting, "--all", *command]
    if not command[0].endswith("ansible-playbook"):
        return [*noting, *command]
    # The module runs in a process of its own, in the interpreter that Ansible is told to use.
    interpreter = folder / "python"
    interpreter.write_text(f'#!/bin/sh\nexec {shlex.join([*noting, sys.executable])} "$@"\n', encoding="utf-8")
    interpreter.chmod(0o755)
    return [*command, "--extra-vars", f"ansible_python_interpreter={interpreter}"]


def _environment(estate: Estate, home: Path) -> dict[str, str]:
    return {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(home),
        "LANG": "C.UTF-8",
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "collections"),
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_PIPELINING": "true",
        **estate.environ,
    }
