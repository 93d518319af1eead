# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes the drift report of what the roles read; the module of the same name documents it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase

from ..module_utils._core.lists import Position, State
from ..plugin_utils._drift import files, render, scopes
from ..plugin_utils._drift.build import build
from ..plugin_utils._drift.history import UnreadableReportError
from ..plugin_utils._drift.kinds import KINDS

IDS = 50
"""How many ids a workflow is handed."""

PLACE = {
    "kind": {"type": "str", "required": True, "choices": list(KINDS)},
    "connection": {"type": "str"},
    "region": {"type": "str"},
}
ATTACHMENT = {
    **PLACE,
    "id": {"type": "str", "required": True},
    "security_groups": {"type": "list", "elements": "str", "required": True},
    "state": {"type": "str", "required": True, "choices": list(State)},
    "position": {"type": "str", "choices": list(Position)},
    "name": {"type": "str"},
    "reason": {"type": "str"},
}
BATCH = {**PLACE, "read_at": {"type": "str", "required": True}, "result": {"type": "dict", "required": True}}
SCOPE = {
    "scope": {"type": "str", "required": True},
    "attachments": {"type": "list", "elements": "dict", "required": True, "options": ATTACHMENT},
    "batches": {"type": "list", "elements": "dict", "required": True, "options": BATCH},
    "problem": {"type": "str"},
}
ARGUMENTS = {
    "scopes": {"type": "list", "elements": "dict", "required": True, "options": SCOPE},
    "directory": {"type": "path", "required": True},
    "previous": {"type": "path"},
}


class ActionModule(ActionBase):
    """Runs on the controller and reaches no host."""

    _requires_connection = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        result["changed"] = False
        _valid, arguments = self.validate_argument_spec(argument_spec=ARGUMENTS)
        try:
            report = build(
                scopes.entries(arguments["scopes"]),
                scopes.readings(arguments["scopes"]),
                scopes.gaps(arguments["scopes"]),
                at=datetime.now(UTC),
                history=files.read_previous(Path(arguments["previous"])) if arguments["previous"] else None,
                repairs=True,
            )
            written = files.write(Path(arguments["directory"]), render.files(report))
        except (ValueError, UnreadableReportError) as error:
            return {**result, "failed": True, "msg": str(error)}
        except OSError as error:
            problem = f"{error.filename or arguments['directory']}: {error.strerror or error}"
            return {**result, "failed": True, "msg": f"the report could not be written: {problem}"}
        result.update(
            totals=report.totals,
            ids=[finding.id for finding in report.not_in_sync if finding.id][:IDS],
            files=[str(path.resolve()) for path in written],
            summary=render.summary(report),
        )
        return result
