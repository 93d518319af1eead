# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes the drift report of a run in check mode."""

from __future__ import annotations

DOCUMENTATION = r"""
name: drift_report
type: aggregate
short_description: Write a drift report of what playbooks would change in check mode
version_added: 1.0.0
author:
  - The crosscloud.security_groups authors (@crosscloud)
description:
  - Collects what M(crosscloud.security_groups.attachments) and the modules for one resource type report in check mode,
    whether by C(--check) or by C(check_mode) of a task, and writes C(drift.json), C(drift.md), C(drift.xml) (JUnit) and
    C(drift.html) when the playbook is over. These are the files of
    M(crosscloud.security_groups.drift_report_files), but for the commands that repair a resource.
  - Prints the totals, and a line for each resource that is not in sync.
  - Without any such task it prints and writes nothing. It ignores tasks that do not run in check mode.
  - Where several tasks speak of one resource, what they ask for adds up in the order of the tasks.
  - C(no_log) on a task hides what it asks for and what it found. The report says that this could not be read.
  - When it fails, it warns, and the play goes on.
requirements:
  - Enable it by its name, as in C(callbacks_enabled = crosscloud.security_groups.drift_report) in C(ansible.cfg).
options:
  directory:
    description:
      - The directory for the files. It is made where it is missing.
    type: path
    default: drift-report
    ini:
      - section: callback_drift_report
        key: directory
    env:
      - name: CROSSCLOUD_DRIFT_REPORT_DIRECTORY
  previous:
    description:
      - The C(drift.json) of the last report, which may be the one that this run replaces. Then the new one tells since
        when each drift has been there, what is new and what was repaired.
      - A file that does not exist is a first report. With one that is no report of this version nothing is written.
    type: path
    ini:
      - section: callback_drift_report
        key: previous
    env:
      - name: CROSSCLOUD_DRIFT_REPORT_PREVIOUS
  markdown_limit:
    description:
      - How many characters C(drift.md) has at most, at least V(1000). An emoji counts as two.
      - If the report is longer, rows are left out, and commands before rows. The text says how many of which verdict;
        the other files have all of them.
      - The default fits a comment on GitHub, and leaves room for a few words of your own. V(32767) fits Jira and
        Bitbucket Server.
    type: int
    default: 60000
    ini:
      - section: callback_drift_report
        key: markdown_limit
    env:
      - name: CROSSCLOUD_DRIFT_REPORT_MARKDOWN_LIMIT
  fail_on:
    description:
      - The verdicts that make C(ansible-playbook) end with exit code 2 after the report is written, V(drift),
        V(would_fail) and V(error). By default none do.
      - V(opens) is drift that lets more traffic through than what the tasks ask for, V(opens_to_internet) drift that
        does so for the whole internet. Drift whose effect is not known counts as well, so run the tasks with
        O(crosscloud.security_groups.attachments#module:effect).
      - Ansible gives a callback no way to say this, so it ends the run. Name it last in C(callbacks_enabled), because
        callbacks that come after it do not see the end of the playbook. Other playbooks of the same command do not run.
    type: list
    elements: str
    default: []
    ini:
      - section: callback_drift_report
        key: fail_on
    env:
      - name: CROSSCLOUD_DRIFT_REPORT_FAIL_ON
seealso:
  - module: crosscloud.security_groups.drift_report_files
"""

EXAMPLES = r"""
enable: >-
  In ansible.cfg, with the report of the last run to compare with:
    [defaults]
    callbacks_enabled = crosscloud.security_groups.drift_report
    [callback_drift_report]
    directory = drift-report
    previous = drift-report/drift.json
run: ansible-playbook site.yml --check
"""

# ruff: noqa: E402 - ansible-test wants imports to follow the documentation
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ansible import context
from ansible.errors import AnsibleError, AnsibleOptionsError
from ansible.plugins.callback import CallbackBase

from ..module_utils._description.kinds import KINDS
from ..plugin_utils._drift import files, render
from ..plugin_utils._drift.build import build
from ..plugin_utils._drift.collect import Collector
from ..plugin_utils._drift.history import History, UnreadableReportError
from ..plugin_utils._drift.markdown import limit_problem
from ..plugin_utils._drift.model import UNKNOWN
from ..plugin_utils._drift.provenance import of_this_run
from ..plugin_utils._drift.verdicts import complaints, fail_on

COLLECTION = "crosscloud.security_groups."
FAILED = 2
"""The exit code of ansible-playbook where a task has failed."""

DESCRIPTION = f"{COLLECTION}attachments"
ROLE = f"{COLLECTION}drift_report : "
ACTIONS = {f"{COLLECTION}{kind}_sg": kind for kind in KINDS}


class CallbackModule(CallbackBase):
    """Listens to the ends of tasks, of loop items, and of the playbook."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = f"{COLLECTION}drift_report"
    CALLBACK_NEEDS_ENABLED = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._collector = Collector()
        self._history: list[History | None] = []
        self._complaints: list[str] = []
        self._provenance = UNKNOWN

    def v2_playbook_on_play_start(self, play: Any) -> None:
        self._guarded(self._trace, play)

    def v2_runner_on_ok(self, result: Any) -> None:
        self._guarded(self._collect, result)

    def v2_runner_on_failed(self, result: Any, ignore_errors: bool = False) -> None:  # noqa: ARG002 - it is given
        self._guarded(self._collect, result)

    def v2_runner_on_unreachable(self, result: Any) -> None:
        self._guarded(self._collect, result)

    def v2_runner_item_on_ok(self, result: Any) -> None:
        self._guarded(self._collect, result)

    def v2_runner_item_on_failed(self, result: Any) -> None:
        self._guarded(self._collect, result)

    def v2_playbook_on_stats(self, stats: Any) -> None:  # noqa: ARG002 - it is given
        if self._collector:
            self._guarded(self._report)
        if self._complaints:
            self._display.error("; ".join(self._complaints), wrap_text=False)
            raise SystemExit(FAILED)

    def _guarded(self, call: Callable[..., None], *arguments: Any) -> None:
        try:
            call(*arguments)
        except (UnreadableReportError, AnsibleError, ValueError) as error:
            self._complain(str(error))
        except OSError as error:
            self._complain(files.said(error, Path(self.get_option("directory"))))
        except Exception as error:
            self._complain(f"{type(error).__name__}: {error}")

    def _complain(self, what: str) -> None:
        self._display.warning(f"the drift report is not complete or not written: {' '.join(what.split())}")

    def _trace(self, play: Any) -> None:
        given = play.get_variable_manager().extra_vars
        user = given.get("awx_user_name") or given.get("tower_user_name")
        called = context.CLIARGS
        inventory = next(iter(called.get("inventory") or ()), None)
        self._provenance = of_this_run(called.get("args", ()), called.get("extra_vars", ()), inventory, user)

    def _collect(self, event: Any) -> None:
        result, task, host = (_part(event, name) for name in ("result", "task", "host"))
        # A loop says the same again when it is over, but when it has not begun only this.
        if "results" in result or not task.check_mode:
            return
        # The role writes a report itself.
        if task.get_name().startswith(ROLE):
            return
        # ansible-core 2.18 does not resolve the name of a templated action, and leaves it here as it was rendered.
        action = task.resolved_action or task.action
        # These have been rendered and hold the module_defaults. With no_log they are nobody's business.
        arguments = {} if "censored" in result else task.args
        if action == DESCRIPTION:
            self._collector.add_description(host.get_name(), arguments, result, datetime.now(UTC))
        elif kind := ACTIONS.get(action):
            self._collector.add(host.get_name(), kind, arguments, result, datetime.now(UTC))

    def _report(self) -> None:
        verdicts = fail_on(self.get_option("fail_on"))
        limit = self.get_option("markdown_limit")
        if problem := limit_problem(limit):
            raise AnsibleOptionsError(problem)
        directory = Path(self.get_option("directory"))
        previous = Path(self.get_option("previous")) if self.get_option("previous") else None
        if not self._history:
            # Nothing is made where it cannot be used.
            files.read_previous(previous)
        with files.writing(directory, self._display.warning) as write:
            # Several playbooks of one run share a report and what came before it.
            if not self._history:
                self._history.append(files.read_previous(previous))
            report = build(
                self._collector.entries,
                self._collector.readings,
                self._collector.gaps,
                at=datetime.now(UTC),
                history=self._history[0],
                provenance=self._provenance,
                repairs=False,
            )
            written = write(render.files(report, limit))
        self._complaints = complaints(report, verdicts)
        self._display.banner("DRIFT REPORT")
        for line in [*render.summary(report), *map(str, written)]:
            self._display.display(line)


def _part(event: Any, name: str) -> Any:
    """Return a part of an event, which ansible-core names in public since 2.19."""
    return getattr(event, name) if hasattr(event, name) else getattr(event, f"_{name}")
