# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes a drift report; the module of the same name documents it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ansible import context
from ansible.plugins.action import ActionBase

from ..module_utils._ansible.text import words
from ..plugin_utils._drift import files, merge, render
from ..plugin_utils._drift.build import build
from ..plugin_utils._drift.described import described
from ..plugin_utils._drift.history import History, UnreadableReportError, moment
from ..plugin_utils._drift.markdown import LIMIT, limit_problem
from ..plugin_utils._drift.model import Provenance, Report, Verdict
from ..plugin_utils._drift.provenance import of_this_run
from ..plugin_utils._drift.verdicts import complaints, fail_on
from ..plugin_utils._plan import plan

IDS = 50
"""How many ids a workflow is handed."""

DESCRIPTION = ("scope", "attachments", "result")
ARGUMENTS = {
    "scope": {"type": "str"},
    "attachments": {"type": "list", "elements": "raw"},
    "connections": {"type": "dict", "default": {}},
    "only": {"type": "raw"},
    "result": {"type": "dict"},
    "reports": {"type": "raw"},
    "scopes": {"type": "raw"},
    "newer_than": {"type": "str"},
    "directory": {"type": "path", "required": True},
    "previous": {"type": "path"},
    "markdown_limit": {"type": "int", "default": LIMIT},
    "fail_on": {"type": "raw", "default": [Verdict.ERROR]},
}


class ActionModule(ActionBase):
    """Runs on the controller and reaches no host."""

    _requires_connection = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        result["changed"] = False
        # What a role leaves unset comes as null, and with ansible-core 2.18 as an empty text.
        given = {name: value for name, value in self._task.args.items() if value is not None and value != ""}
        # As plain values: ansible-core marks each with where it came from, and validates a copy of them all, which
        # takes a second and more for two thousand resources.
        self._task.args = json.loads(json.dumps(given, default=str))
        _valid, arguments = self.validate_argument_spec(
            argument_spec=ARGUMENTS,
            mutually_exclusive=[("result", "reports")],
            required_one_of=[("result", "reports")],
            required_together=[DESCRIPTION],
        )
        if problem := limit_problem(arguments["markdown_limit"]):
            return {**result, "failed": True, "msg": problem}
        directory = Path(arguments["directory"])
        previous = Path(arguments["previous"]) if arguments["previous"] else None
        try:
            verdicts = fail_on(arguments["fail_on"])
            made = _maker(arguments, self._provenance(task_vars or {}))
            # Nothing is made where it cannot be used.
            files.read_previous(previous)
            with files.writing(directory, self._display.warning) as write:
                report = made(datetime.now(UTC), files.read_previous(previous))
                written = write(render.files(report, arguments["markdown_limit"]))
        except (ValueError, UnreadableReportError) as error:
            return {**result, "failed": True, "msg": str(error)}
        except OSError as error:
            return {**result, "failed": True, "msg": f"the report could not be written: {files.said(error, directory)}"}
        paths = [str(path.resolve()) for path in written]
        result.update(
            totals=report.totals,
            ids=[finding.id for finding in report.not_in_sync if finding.id][:IDS],
            files=paths,
            page=next(path for path in paths if path.endswith(".html")),
            summary=render.summary(report),
            complaints=complaints(report, verdicts),
            plan=plan(report),
        )
        return result

    def _provenance(self, variables: Mapping[str, Any]) -> Provenance:
        user = variables.get("awx_user_name") or variables.get("tower_user_name")
        called = context.CLIARGS
        return of_this_run(called.get("args", ()), called.get("extra_vars", ()), variables.get("inventory_file"), user)


def _maker(arguments: Mapping[str, Any], provenance: Provenance) -> Callable[[datetime, History | None], Report]:
    """Read what the report is made of; return what makes it, given the time and the last report."""
    if arguments["reports"] is None:
        found = described(
            arguments["scope"],
            arguments["attachments"],
            arguments["connections"],
            arguments["only"],
            arguments["result"],
        )
        return lambda at, history: build(
            found.entries,
            found.readings,
            found.gaps,
            at=at,
            history=history,
            provenance=provenance,
            repairs=True,
        )
    paths = merge.find(Path(one).expanduser() for one in words(arguments["reports"]))
    parts = [merge.read(path) for path in paths]
    newer_than = moment(arguments["newer_than"]) if arguments["newer_than"] else None
    scopes = words(arguments["scopes"])
    return lambda at, history: merge.merge(parts, scopes, newer_than, at=at, history=history, provenance=provenance)
