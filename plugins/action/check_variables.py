# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Checks the variables of a role before it begins; the module of the same name documents it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from ansible.errors import AnsibleError
from ansible.plugins.action import ActionBase

from ..module_utils._ansible.text import line
from ..plugin_utils._evaluation import evaluated
from ..plugin_utils._plan import UnusablePlanError, read
from ..plugin_utils._role_variables import PLAN, ROLES, file_problems, name_problems, value_problems

ARGUMENTS = {"role": {"type": "str", "required": True, "choices": list(ROLES)}}

UNREAD = "_raw_params"
"""The variable that Ansible makes of what -e is given and is neither ``name=value`` nor ``@file``."""

MOST_PROBLEMS = 20
"""How many sentences a person reads."""


class ActionModule(ActionBase):
    """Runs on the controller and reaches no host."""

    _requires_connection = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        result["changed"] = False
        _valid, arguments = self.validate_argument_spec(argument_spec=ARGUMENTS)
        variables = task_vars or {}
        found = [*file_problems(variables.get(UNREAD)), *name_problems(variables)]
        found = found or self._problems(arguments["role"], variables)
        if found:
            result.update(failed=True, msg=_message(found))
        return result

    def _problems(self, role: str, variables: Mapping[str, Any]) -> list[str]:
        raw = {name: variables[name] for name in ROLES[role] if name in variables}
        values, found = {}, []
        for name, one in raw.items():
            values[name], problems = evaluated(name, one, self._render)
            found += problems
        found = found or value_problems(role, values, variables.get(UNREAD))
        found = found or _plan_problems(values.get(PLAN), variables["inventory_hostname"])
        for secret in sorted(filter(None, _secrets(raw)), key=len, reverse=True) if found else ():
            found = [one.replace(secret, "***") for one in found]
        return found

    def _render(self, raw: object) -> object:
        # In a list, because ansible-core 2.19 and newer raise an error for an omit by itself.
        rendered = self._templar.template([raw])
        return _decrypted(rendered[0]) if rendered else None


def _plan_problems(plan: object, scope: str) -> list[str]:
    if plan is None or plan == "":
        return []
    try:
        read(plan, scope)
    except UnusablePlanError as error:
        return [f"{PLAN}: {error}"]
    return []


def _message(problems: Sequence[str]) -> str:
    more = len(problems) - MOST_PROBLEMS
    return line("; ".join(problems[:MOST_PROBLEMS]) + (f"; and {more} more" if more > 0 else ""))


def _is_encrypted(value: object) -> bool:
    # The classes of inline !vault: that of ansible-core 2.18, which is not a string, and that of newer versions.
    return type(value).__name__ in ("AnsibleVaultEncryptedUnicode", "EncryptedString")


def _decrypted(value: object) -> object:
    if isinstance(value, Mapping):
        return {key: _decrypted(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_decrypted(one) for one in value]
    return str(value) if _is_encrypted(value) else value


def _secrets(raw: object) -> Iterator[str]:
    """Yield what inline !vault holds: a sentence may quote the value of a key."""
    if isinstance(raw, (Mapping, list)):
        for one in raw.values() if isinstance(raw, Mapping) else raw:
            yield from _secrets(one)
    elif _is_encrypted(raw):
        # Without the right password no sentence quotes it.
        with suppress(AnsibleError):
            yield str(raw)
