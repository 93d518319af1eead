# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The simulation finds each of these faults, put into the core on purpose."""

# ruff: noqa: E501

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core import convergence, lists, schedule

from tests.simulation.rules import run

MOST_SEEDS = 3000

C, S, LISTS = convergence, schedule, lists
MUTATIONS: list[tuple[str, ModuleType, str, str]] = [
    ("leave out the read-back", C, "self._look_first = failure is None\n",
     "self.result = self._told(None) if failure is None else None\n"),
    ("retry a write unread", C, " or obstacle.kind is not ErrorKind.THROTTLED", ""),
    ("write upon a plan of long ago", C, "FRESH = 1.0", "FRESH = 100.0"),
    ("never give up", C, "if self.due >= deadline:", "if False:"),
    ("ignore that a write failed", C, "if answer.write_failed:\n                self._stopped", "if False:\n                self._stopped"),
    ("plan upon an old reading", C, "and now - self.seen.read_at <= OLDEST", ""),
    ("take ten seconds for fresh", C, "OLDEST = 3.0", "OLDEST = 10.0"),
    ("forget to merge", C, "plan = self._plan(request, self.seen)", "plan = self._plan(request, self._read[0])"),
    ("write the first plan again", C, "self.groups = plan.change.after", "pass"),
    ("write an accepted list again at once", C, "        if awaited is None or", "        if True or awaited is None or"),
    ("wait for an accepted list for a second", C, "> self._wait_timeout * SHOWN_WITHIN", "> 1"),
    ("believe no list to be late", C, "for one in awaited.known)", "for one in ())"),
    ("give up late", C, "self._deadline = self._clock.now() + self._wait_timeout",
     "self._deadline = self._clock.now() + 9 * self._wait_timeout"),
    ("keep an earlier write that failed", C, "            self._sent.remove(accepted[-1])", "            pass"),
    ("keep an earlier write that came to nothing", C, "                self._sent.clear()", "                pass"),
    ("tell the last list as before", C, "before = (self._sent[0].upon if self._sent else seen).groups", "before = seen.groups"),
    ("tell the first list as after", C, "after = seen.groups if self._ordered", "after = before if self._ordered"),
    ("ignore operations", C, "        if self.seen.passing:", "        if False:"),
    ("do not settle", C, "if not self._settle or not self._sent_any:", "if True:"),
    ("settle for half the time", C, "due = self._right_since + self._settle", "due = self._right_since + self._settle / 2"),
    ("count the time that a list was wrong", C, "        self._right_since = None\n        if plan", "        if plan"),
    ("say verified of failures", C, "verified=error is None", "verified=True"),
    ("succeed without a look when time is up", C, "        if self._given_up:\n            self.result = self._told(obstacle",
     "        if self._given_up:\n            self.result = self._told(None"),
    ("send what grew too old while queued", S, "            if one.fresh:", "            if True:"),
    ("keep locks", S, "            self._locks.give_back(one.seen.id)", "            pass"),
    ("mix up the answers", S, "one.looked(answers[one.seen.id])", "one.looked(answers[ids[0]])"),
    ("present removes others", LISTS, "wanted = attached + missing", "wanted = named"),
    ("absent removes all", LISTS, "wanted = others\n", "wanted = ()\n"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("module", "right", "wrong"), [each[1:] for each in MUTATIONS], ids=[each[0] for each in MUTATIONS]
)
def test_it_is_found(monkeypatch: pytest.MonkeyPatch, module: ModuleType, right: str, wrong: str) -> None:
    assert module.__file__
    source = Path(module.__file__).read_text(encoding="utf-8")
    assert source.count(right) == 1
    other = ModuleType(module.__name__)
    monkeypatch.setitem(sys.modules, module.__name__, other)
    exec(compile(source.replace(right, wrong), module.__file__, "exec"), other.__dict__)
    for name, value in vars(other).items():
        if callable(value) and getattr(value, "__module__", None) == module.__name__ and hasattr(module, name):
            monkeypatch.setattr(module, name, value)
            for user in (convergence, schedule):
                if getattr(user, name, None) is not None and user is not module:
                    monkeypatch.setattr(user, name, value)
    assert any(run(seed)[1] for seed in range(MOST_SEEDS))
