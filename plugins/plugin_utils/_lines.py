# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the modules that write lists add on the controller: lines for people, and why a module died."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import unified_diff
from typing import Any

from ansible import constants as C  # noqa: N812 - what all of Ansible calls it
from ansible.plugins.action.normal import ActionModule as NormalActionModule
from ansible.utils.display import Display

from ..module_utils._ansible.text import short_line
from ._summary import summary

MOST_LINES = 20
"""With more resources that were changed, only their number is shown."""


class ActionModule(NormalActionModule):
    """Runs the module of the same name, and shows what came of each resource."""

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        if "resources" not in result and "module_stderr" in result:
            result["msg"] = died(result)
        if not self._task.no_log:
            self._show(result, (task_vars or {}).get("inventory_hostname", ""))
        return result

    def _show(self, result: dict[str, Any], host: str) -> None:
        display = Display()
        # A program that reads what Ansible prints would stumble over a line.
        is_read = "json" in C.DEFAULT_STDOUT_CALLBACK
        told = [] if self._task.check_mode or is_read else list(done(result))
        for line in told:
            display.display(f"<{host}> {line}")
        for line in lines(result):
            if line not in told:
                display.vv(line, host=host)
        if not result.get("failed"):
            return
        # Ansible shows the diff of a task that does not fail.
        for line in diff_lines(result):
            display.display(line)
        if len(result.get("resources") or ()) > MOST_LINES and display.verbosity == 0 and _only_people_read():
            # Ansible prints all that a task which failed returns, and has no other way to keep it from that. What is
            # registered has everything.
            result["_ansible_no_log"] = True
            # Since ansible-core 2.19 it prints the message by itself, beforehand.
            if "exception" not in result:
                display.display(f"<{host}> {result['msg']}", color=C.COLOR_ERROR)
            display.display(f"<{host}> the results are not shown; -v shows them")


def _only_people_read() -> bool:
    """Whether nothing but the screen gets what tasks return, such as AWX or a callback that writes a report."""
    return C.DEFAULT_STDOUT_CALLBACK in ("default", "ansible.builtin.default") and not C.CALLBACKS_ENABLED


def done(result: Mapping[str, Any]) -> list[str]:
    """Return a line for each resource that was changed, or how many were if they are more than a person reads."""
    changed = [one for one in result.get("resources") or () if one["changed"] and not one["error"]]
    return [_line(one) for one in changed] if len(changed) <= MOST_LINES else summary(result)[:1]


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
    yield from map(_line, result.get("resources") or ())


def _line(resource: Mapping[str, Any]) -> str:
    changes = [
        *(f"+{group}" for group in resource["added"]),
        *(f"-{group}" for group in resource["removed"]),
    ]
    if resource["moved"]:
        changes.append(f"order {' '.join(resource['moved'])}")
    return f"{_called(resource)}: {' '.join(changes) or 'no change'}, {_outcome(resource)}"


def _called(resource: Mapping[str, Any]) -> str:
    name = resource.get("name") or (resource.get("details") or {}).get("name")
    return f"{resource['id']} ({short_line(str(name))})" if name else str(resource["id"])


def _outcome(resource: Mapping[str, Any]) -> str:
    if resource["error"]:
        # The message of the task has that of the error.
        return f"failed ({resource['error']['kind']})"
    return "verified" if resource["verified"] else "not written"
