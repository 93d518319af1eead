# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task does: read all, plan all, and then apply each plan.

Everything is planned before anything is written, over all batches of a task.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Lock
from typing import TypeVar

from . import lists
from .adapter import Adapter, Machine, Snapshot
from .convergence import Convergence, Plan
from .errors import CloudError, ErrorKind, Failure
from .kind import Kind
from .lists import Change
from .patience import patiently, read
from .requests import Request, Wanted, empty_problem, expected_problem, length_problem
from .results import Result, failure_message
from .schedule import converge

Item = TypeVar("Item")
Answer = TypeVar("Answer")

BATCHES_AT_ONCE = 16
"""How many batches are worked on at the same time. Each of them makes several calls at once."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How a task goes about it. ``wait_timeout`` is in seconds, for one resource."""

    check_mode: bool = False
    allow_empty: bool = False
    max_changes: int | None = None
    wait_timeout: float = 120.0


@dataclass(frozen=True, slots=True)
class Batch:
    """Requests for resources of one kind that one connection reaches in one region.

    ``connect`` returns the adapter, or raises CloudError; then no resource of the batch can be read.
    """

    kind: Kind
    requests: Sequence[Request]
    machine: Machine
    connect: Callable[[], Adapter]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a batch: a result for each request, in their order, and one line on what failed, or None."""

    results: tuple[Result, ...]
    message: str | None


def reconcile(batches: Sequence[Batch], policy: Policy) -> list[Outcome]:
    """Apply what is wanted to the resources of all batches, or in check mode tell what that would change.

    A batch with a refused resource writes nothing, and the other batches go on. When more resources would change than
    ``policy.max_changes`` allows, no batch writes.
    """
    reconcilers = [_Reconciler(batch, policy) for batch in batches]
    _at_once(_Reconciler.plan_all, reconcilers)
    due = sum(one.due for one in reconcilers)
    if policy.max_changes is not None and due > policy.max_changes:
        refusal = Failure(
            ErrorKind.LIMIT,
            f"{due} would change, and max_changes is {policy.max_changes}; raise it if they are all meant to",
        )
        for one in reconcilers:
            one.refuse(refusal)
    return _at_once(_Reconciler.carry_out, reconcilers)


def _at_once(call: Callable[[Item], Answer], items: Sequence[Item]) -> list[Answer]:
    if len(items) == 1:
        return [call(items[0])]
    with ThreadPoolExecutor(BATCHES_AT_ONCE) as pool:
        return list(pool.map(call, items))


class _Reconciler:
    """One batch: ``plan_all`` first, then ``refuse`` if need be, then ``carry_out``."""

    def __init__(self, batch: Batch, policy: Policy) -> None:
        self._kind = batch.kind
        self._requests = batch.requests
        self._machine = batch.machine
        self._connect = batch.connect
        self._adapter: Adapter
        self._policy = policy
        self._lock = Lock()
        self._asked_longest: Future[int | None] | None = None
        self._plans: list[Plan | Result] = []
        self._refused_whole: str | None = None

    def plan_all(self) -> None:
        """Read all resources, and plan what is wanted of each."""
        try:
            self._adapter = self._connect()
        except CloudError as error:
            self._refused_whole = error.failure.message
            self._plans = [Result(one.id, change=None, verified=False, error=error.failure) for one in self._requests]
            return
        wanted = {request.id: request.wanted for request in self._requests}

        def on_groups(resource_id: str, groups: Sequence[str]) -> None:
            if self._kind.longest is None and self._change(wanted[resource_id], groups).grows:
                self._ask_longest()

        answers = read(self._adapter, list(wanted), self._machine.clock, self._policy.wait_timeout, on_groups)
        for request in self._requests:
            answer = answers[request.id]
            if isinstance(answer, Failure):
                self._plans.append(Result(request.id, change=None, verified=False, error=answer))
            else:
                self._plans.append(self._plan(request, answer))

    @property
    def due(self) -> int:
        """How many resources would change, those included that another one of their batch holds up."""
        return sum(isinstance(plan, Plan) and plan.feasible for plan in self._plans)

    def refuse(self, refusal: Failure) -> None:
        """Refuse what could be done."""
        self._plans = [
            replace(plan, refusal=refusal) if isinstance(plan, Plan) and plan.feasible else plan for plan in self._plans
        ]

    def carry_out(self) -> Outcome:
        """Apply the plans, unless one of them is refused or nothing may be written."""
        if self._refused:
            results = tuple(plan if isinstance(plan, Result) else _as_found(plan) for plan in self._plans)
            message = self._refused_whole or failure_message(self._kind, results)
            return Outcome(results, f"{message} (nothing was written)")
        plans = [plan for plan in self._plans if isinstance(plan, Plan)]
        applied = {plan.request.id: _as_planned(plan) for plan in plans}
        if not self._policy.check_mode:
            on_their_way = [self._convergence(plan) for plan in plans if plan.change.changed]
            converge(self._adapter, on_their_way, self._machine, self._policy.wait_timeout)
            applied.update((one.result.id, one.result) for one in on_their_way if one.result)
        ordered = tuple(applied.values())
        return Outcome(ordered, failure_message(self._kind, ordered))

    @property
    def _refused(self) -> bool:
        return any(isinstance(plan, Result) or plan.refusal for plan in self._plans)

    def _plan(self, request: Request, seen: Snapshot) -> Plan:
        change = self._change(request.wanted, seen.groups)
        return Plan(request, seen, change, self._refusal(request, seen, change))

    def _change(self, wanted: Wanted, groups: Sequence[str]) -> Change:
        return lists.plan(groups, wanted.groups, wanted.state, wanted.position, ordered=self._kind.ordered)

    def _refusal(self, request: Request, seen: Snapshot, change: Change) -> Failure | None:
        if seen.excluded or not change.changed:
            return seen.excluded
        if seen.blocked:
            return seen.blocked
        if problem := expected_problem(self._kind, request.expected, seen.groups):
            return Failure(ErrorKind.CONFLICT, problem)
        if not change.after and (problem := empty_problem(self._kind, allow_empty=self._policy.allow_empty)):
            return Failure(ErrorKind.INVALID, problem)
        # A list that was longer before tells that the account may have such lists.
        if change.grows:
            longest = self._ask_longest().result() if self._kind.longest is None else self._kind.longest
            if problem := length_problem(len(change.after), longest):
                return Failure(ErrorKind.LIMIT, problem)
        return None

    def _ask_longest(self) -> Future[int | None]:
        """Ask that, once for the task. While resources are still read this takes no time of its own."""
        with self._lock:
            if self._asked_longest is None:
                self._asked_longest = self._machine.executor.submit(self._longest)
            return self._asked_longest

    def _longest(self) -> int | None:
        try:
            return patiently(self._adapter.longest, self._machine.clock, self._policy.wait_timeout)
        except CloudError:
            return None

    def _convergence(self, plan: Plan) -> Convergence:
        return Convergence(self._plan, self._kind.ordered, self._policy.wait_timeout, self._machine.clock, plan)


def _as_found(plan: Plan) -> Result:
    seen = plan.seen
    as_it_is = lists.compare(seen.groups, seen.groups, ordered=False)
    return Result(seen.id, as_it_is, not plan.change.changed, seen.details, plan.refusal)


def _as_planned(plan: Plan) -> Result:
    return Result(plan.seen.id, plan.change, not plan.change.changed, plan.seen.details)
