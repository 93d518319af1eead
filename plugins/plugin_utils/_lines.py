# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules that write lists add on the controller: lines for people, and why a module died."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import unified_diff
from typing import Any

from ansible.plugins.action.normal import ActionModule as NormalActionModule
from ansible.utils.display import Display

from ..module_utils._ansible.text import short_line


class ActionModule(NormalActionModule):
    """Runs the module of the same name, and shows what came of each resource."""

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        if "resources" not in result and "module_stderr" in result:
            result["msg"] = died(result)
        if not self._task.no_log:
            for line in lines(result):
                Display().vv(line, host=(task_vars or {}).get("inventory_hostname"))
            # Ansible shows the diff of a task that does not fail.
            for line in diff_lines(result) if result.get("failed") else ():
                Display().display(line)
        return result


def diff_lines(result: Mapping[str, Any]) -> Iterator[str]:
    """Yield the lines of the diffs in a result, as Ansible shows those of a task that does not fail."""
    for diff in result.get("diff") or ():
        texts = [diff[side].splitlines() for side in ("before", "after")]
        names = [f"{side}: {diff[f'{side}_header']}" for side in ("before", "after")]
        yield from unified_diff(*texts, *names, lineterm="")
        yield ""


def died(result: Mapping[str, Any]) -> str:
    """Return why a module ended without a result: a broken interpreter or too little memory, as it said itself."""
    printed = str(result["module_stderr"] or result.get("module_stdout") or "").strip().splitlines()
    said = short_line(printed[-1]) if printed else "it printed nothing"
    return f"the module ended without a result (exit code {result.get('rc')}): {said}"


def lines(result: Mapping[str, Any]) -> Iterator[str]:
    """Yield a line for each resource in the result of one of our modules: its id, what changes, and how it went."""
    for resource in result.get("resources") or ():
        changes = [
            *(f"+{group}" for group in resource["added"]),
            *(f"-{group}" for group in resource["removed"]),
        ]
        if resource["moved"]:
            changes.append(f"order {' '.join(resource['moved'])}")
        yield f"{resource['id']}: {' '.join(changes) or 'no change'}, {_outcome(resource)}"


def _outcome(resource: Mapping[str, Any]) -> str:
    if resource["error"]:
        return f"failed: {resource['error']['message']}"
    return "verified" if resource["verified"] else "not written"
