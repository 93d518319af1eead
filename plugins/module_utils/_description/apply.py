# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module that applies a description, in one process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._ansible.locks import FileLocks
from .._ansible.machine import real_clock
from .._ansible.module import run
from .._ansible.options import WAIT_TIMEOUT, SelectingAdapter, number_problems
from .._core import reconcile as core
from .._core.adapter import Machine
from .._core.lists import Position, State
from .._core.results import RAISE_MAX_CHANGES, Result, as_dict, diffs, unchecked_warning
from .entries import Attachment, Batch, batches, given, problems, read, unknown
from .kinds import KINDS
from .module import PARALLELISM, ConnectionsModule, Where, extras, runtimes, utc_now

LIST = {"type": "list", "elements": "str"}
ATTACHMENT = {
    "kind": {"type": "str", "required": True, "choices": list(KINDS)},
    "id": {"type": "str", "required": True},
    "security_groups": {**LIST, "required": True},
    "state": {"type": "str", "choices": list(State)},
    "position": {"type": "str", "choices": list(Position)},
    "region": {"type": "str"},
    "connection": {"type": "str"},
    "expected": LIST,
    "name": {"type": "str"},
    "reason": {"type": "str"},
    "accepted": {
        "type": "dict",
        "options": {"until": {"type": "str", "required": True}, "reason": {"type": "str", "required": True}},
    },
}
ARGUMENTS = {
    "attachments": {"type": "list", "elements": "dict", "required": True, "options": ATTACHMENT},
    "connections": {"type": "dict", "default": {}},
    "only": LIST,
    "allow_empty": {"type": "bool", "default": False},
    "max_changes": {"type": "int"},
    "parallelism": {"type": "int", "default": PARALLELISM},
    "wait_timeout": {"type": "int", "default": WAIT_TIMEOUT},
    "settle": {"type": "int", "default": 0},
    "effect": {"type": "bool", "default": False},
}


def main() -> None:
    """Run the module."""
    run(_Module(argument_spec=ARGUMENTS, supports_check_mode=True), _apply)


class _Module(ConnectionsModule):
    """Finds what is wrong with the description before AnsibleModule would, which does not name the entry."""

    def _load_params(self) -> None:
        super()._load_params()
        if (entries := self.params.get("attachments")) is None:
            return
        # Whether a list may become empty is known once AnsibleModule has read the options.
        found = problems(entries, self.connections, allow_empty=True)
        self._contradictions += found
        self.params["attachments"] = [] if found else [given(entry) for entry in entries]


def _apply(module: _Module) -> None:
    params = module.params
    described = [given(entry) for entry in params["attachments"]]
    found = problems(described, module.connections, allow_empty=params["allow_empty"])
    module.refuse([*number_problems(params), *found])
    attachments = read(described, module.connections)
    if only := params["only"]:
        module.refuse(unknown(only, attachments))
        attachments = [one for one in attachments if one.id in only]
    if not attachments:
        module.warn("attachments is empty, so there is nothing to do")
    together = batches(attachments)
    policy = core.Policy(
        check_mode=module.check_mode,
        allow_empty=params["allow_empty"],
        max_changes=params["max_changes"],
        wait_timeout=params["wait_timeout"],
        settle=params["settle"],
        effect=params["effect"],
    )
    locks = FileLocks(real_clock().now, module.warn)
    places = [Where(one.connection, one.region) for one in together]
    read_at: dict[Batch, str] = {}
    with runtimes(places, params["parallelism"], params["wait_timeout"], writes=not module.check_mode) as everywhere:

        def prepared(batch: Batch, where: Where) -> core.Batch:
            runtime, executor = everywhere[where]

            def connect() -> SelectingAdapter:
                read_at[batch] = utc_now()
                return module.connect_to(batch.kind, where, runtime)

            machine = Machine(runtime.clock, locks, executor, runtime.parallelism)
            requests = [one.request for one in batch.attachments]
            return core.Batch(KINDS[batch.kind].kind, requests, machine, connect)

        outcomes, refused = core.reconcile(list(map(prepared, together, places)), policy)
        answer = extras(runtime for runtime, _executor in everywhere.values())
    _tell(
        module,
        attachments,
        [(batch, read_at[batch], came) for batch, came in zip(together, outcomes, strict=True)],
        answer,
        refused,
    )


def _tell(
    module: _Module,
    attachments: Sequence[Attachment],
    came: Sequence[tuple[Batch, str, core.Outcome]],
    answer: Mapping[str, Any],
    refused: str | None,
) -> None:
    """End the module with what came of each batch; resources are in the order of the description.

    ``refused`` says why nothing was written at all, if so.
    """
    results = {
        attachment: result
        for batch, _read_at, outcome in came
        for attachment, result in zip(batch.attachments, outcome.results, strict=True)
    }
    told: dict[str, Any] = {
        "changed": any(outcome.changed for _batch, _read_at, outcome in came),
        "groups_checked": _groups_checked([outcome.groups_checked for _batch, _read_at, outcome in came]),
        "resources": [_resource(one, results[one]) for one in attachments],
        "batches": [
            {
                "kind": batch.kind,
                "connection": batch.connection,
                "region": batch.region,
                "changed": outcome.changed,
                "read_at": read_at,
                "msg": outcome.message,
            }
            for batch, read_at, outcome in came
        ],
        **answer,
    }
    if module.wants_diff:
        told["diff"] = [each for one in attachments for each in diffs(KINDS[one.kind].kind, [results[one]])]
    for problem in dict.fromkeys(unchecked_warning(outcome.results) for _batch, _read_at, outcome in came):
        if problem:
            module.warn(problem)
    failed = "; ".join(f"{batch.label}: {outcome.message}" for batch, _read_at, outcome in came if outcome.message)
    if refused:
        module.fail_json(msg=f"{refused}: {failed}; {RAISE_MAX_CHANGES}", **told)
    if failed:
        module.fail_json(msg=failed, **told)
    module.exit_json(**told)


def _groups_checked(of_batches: Sequence[bool | None]) -> bool | None:
    known = [one for one in of_batches if one is not None]
    return all(known) if known else None


def _resource(one: Attachment, result: Result) -> dict[str, Any]:
    where = {"kind": one.kind, "connection": one.connection, "region": one.region}
    return {**as_dict(KINDS[one.kind].kind, result), **where, "name": one.name, "reason": one.reason}
