# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the two modules of a kind do: one writes lists, and its info twin reads them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from .._core.adapter import Clock, Machine, Snapshot
from .._core.errors import Failure
from .._core.lists import Position, State
from .._core.patience import patiently, read
from .._core.reconcile import Batch, Policy, reconcile
from .._core.requests import Request, Wanted, expected_problems, id_problems, wanted_problems
from .._core.results import RAISE_MAX_CHANGES, Result, as_dict, diffs, failure_message, unchecked_warning
from .declaration import Declaration
from .locks import FileLocks
from .machine import runtime as new_runtime
from .module import Module, run
from .options import (
    PARALLELISM,
    WAIT_TIMEOUT,
    SelectingAdapter,
    info_arguments,
    number_problems,
    writing_arguments,
)


def manage(declared: Declaration) -> None:
    """Run the module that writes lists."""
    run(Module(**writing_arguments(declared), supports_check_mode=True), partial(_manage, declared))


def inform(declared: Declaration) -> None:
    """Run the module that only reads lists."""
    run(Module(**info_arguments(declared), supports_check_mode=True), partial(_inform, declared))


def _manage(declared: Declaration, module: Module) -> None:
    params = module.params
    allow_empty = bool(params.get("allow_empty"))
    named = _named(declared, params)
    module.refuse([*number_problems(params), *_problems(declared, params, named, allow_empty=allow_empty)])
    if named == []:
        module.exit_json(
            changed=False, groups_checked=None, resources=[], **({"diff": []} if module.wants_diff else {})
        )
    runtime = new_runtime(params["parallelism"], params["wait_timeout"], writes=not module.check_mode)
    adapter = module.connect(declared, params, runtime)
    if named is None:
        wanted = _wanted(params, params)
        ids = _select(module, declared, adapter, runtime.clock, params["wait_timeout"])
        named = [Request(resource_id, wanted) for resource_id in ids]
    policy = Policy(
        check_mode=module.check_mode,
        allow_empty=allow_empty,
        max_changes=params["max_changes"],
        wait_timeout=params["wait_timeout"],
        settle=params["settle"],
        effect=params["effect"],
    )
    with ThreadPoolExecutor(runtime.parallelism) as executor:
        machine = Machine(runtime.clock, FileLocks(runtime.clock.now, module.warn), executor, runtime.parallelism)
        (outcome,), refused = reconcile([Batch(declared.kind, named, machine, lambda: adapter)], policy)
    answer: dict[str, Any] = {
        "changed": outcome.changed,
        "groups_checked": outcome.groups_checked,
        "resources": [as_dict(declared.kind, result) for result in outcome.results],
        **runtime.extras,
    }
    if module.wants_diff:
        answer["diff"] = diffs(declared.kind, outcome.results)
    if problem := unchecked_warning(outcome.results):
        module.warn(problem)
    if refused:
        module.fail_json(msg=f"{refused}: {outcome.message}; {RAISE_MAX_CHANGES}", **answer)
    if outcome.message:
        module.fail_json(msg=outcome.message, **answer)
    module.exit_json(**answer)


def _inform(declared: Declaration, module: Module) -> None:
    ids = module.params[declared.ids]
    module.refuse(list(_selection_problems(declared, module.params)))
    if ids == []:
        module.exit_json(changed=False, resources=[])
    runtime = new_runtime(PARALLELISM, WAIT_TIMEOUT, writes=False)
    adapter = module.connect(declared, module.params, runtime)
    if ids is None:
        ids = _select(module, declared, adapter, runtime.clock, WAIT_TIMEOUT)
    answers = read(adapter, ids, runtime.clock, WAIT_TIMEOUT)
    answer: dict[str, Any] = {
        "changed": False,
        "resources": [
            {"id": seen.id, "security_groups": list(seen.groups), "details": dict(seen.details)}
            for seen in answers.values()
            if isinstance(seen, Snapshot)
        ],
        **runtime.extras,
    }
    results = [
        Result(resource_id, None, verified=False, error=found if isinstance(found, Failure) else None)
        for resource_id, found in answers.items()
    ]
    if message := failure_message(declared.kind, results):
        module.fail_json(msg=message, **answer)
    module.exit_json(**answer)


def _wanted(entry: dict[str, Any], params: dict[str, Any]) -> Wanted:
    return Wanted(
        groups=tuple(entry["security_groups"]),
        state=State(entry["state"] or params["state"]),
        position=Position(entry.get("position") or params.get("position") or Position.KEEP),
    )


def _expected(groups: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if groups is None else tuple(groups)


def _named(declared: Declaration, params: dict[str, Any]) -> list[Request] | None:
    """Return the requests for resources that the task names, or None where it selects them by something else."""
    if params["attachments"] is not None:
        return [
            Request(entry["id"], _wanted(entry, params), _expected(entry["expected"]))
            for entry in params["attachments"]
        ]
    if params[declared.ids] is not None:
        wanted = _wanted(params, params)
        return [Request(resource_id, wanted) for resource_id in params[declared.ids]]
    return None


def _selection_problems(declared: Declaration, params: dict[str, Any]) -> Iterator[str]:
    yield from id_problems(declared.kind, params[declared.ids] or [])
    if params[declared.selector] is not None:
        yield from declared.selector_problems(params[declared.selector])


def _problems(
    declared: Declaration, params: dict[str, Any], named: list[Request] | None, *, allow_empty: bool
) -> Iterator[str]:
    yield from _selection_problems(declared, params)
    if params["attachments"] is None:
        yield from wanted_problems(declared.kind, _wanted(params, params), allow_empty=allow_empty)
        return
    requests = named or []
    yield from id_problems(declared.kind, [request.id for request in requests])
    for request in requests:
        for problem in wanted_problems(declared.kind, request.wanted, allow_empty=allow_empty):
            yield f"{declared.kind.noun} {request.id}: {problem}"
        for problem in expected_problems(declared.kind, request.expected):
            yield f"{declared.kind.noun} {request.id}: {problem}"


def _select(
    module: Module, declared: Declaration, adapter: SelectingAdapter, clock: Clock, wait_timeout: float
) -> Sequence[str]:
    selector = module.params[declared.selector]
    ids = patiently(lambda: adapter.select(selector), clock, wait_timeout)
    if not ids:
        module.warn(f"{declared.selector} selects no {declared.kind.plural}")
    return ids
