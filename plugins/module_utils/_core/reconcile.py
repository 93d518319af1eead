# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task does: read all, plan all, and then bring each resource to its list.

Everything is planned before anything is written.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from threading import Lock

from . import lists
from .adapter import Adapter, Machine, Snapshot
from .convergence import Convergence, Plan
from .errors import CloudError, ErrorKind, Failure
from .lists import Change
from .patience import patiently, read
from .requests import Request, Wanted, empty_problem, length_problem
from .results import Result, failure_message
from .schedule import converge


@dataclass(frozen=True, slots=True)
class Policy:
    """How a task goes about it. ``wait_timeout`` is in seconds, for one resource."""

    check_mode: bool = False
    allow_empty: bool = False
    max_changes: int | None = None
    wait_timeout: float = 120.0


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a task did: a result for each request, in their order, and one line on what failed, or None."""

    results: tuple[Result, ...]
    message: str | None


def reconcile(adapter: Adapter, requests: Sequence[Request], policy: Policy, machine: Machine) -> Outcome:
    """Bring the lists of all requests' resources to what is wanted, or in check mode tell what that would change."""
    return _Reconciler(adapter, policy, machine).run(requests)


class _Reconciler:
    def __init__(self, adapter: Adapter, policy: Policy, machine: Machine) -> None:
        self._adapter = adapter
        self._kind = adapter.kind
        self._policy = policy
        self._machine = machine
        self._lock = Lock()
        self._asked_longest: Future[int | None] | None = None

    def run(self, requests: Sequence[Request]) -> Outcome:
        wanted = {request.id: request.wanted for request in requests}

        def on_groups(resource_id: str, groups: Sequence[str]) -> None:
            if self._kind.longest is None and self._change(wanted[resource_id], groups).grows:
                self._ask_longest()

        answers = read(self._adapter, list(wanted), self._machine.clock, self._policy.wait_timeout, on_groups)
        plans: list[Plan | Result] = []
        for request in requests:
            answer = answers[request.id]
            if isinstance(answer, Failure):
                plans.append(Result(request.id, change=None, verified=False, error=answer))
            else:
                plans.append(self._plan(request, answer))
        plans = self._within_max_changes(plans)
        if any(isinstance(plan, Result) or plan.refusal for plan in plans):
            results = tuple(plan if isinstance(plan, Result) else _as_found(plan) for plan in plans)
            return Outcome(results, f"{failure_message(self._kind, results)} (nothing was written)")
        return self._carry_out([plan for plan in plans if isinstance(plan, Plan)])

    def _carry_out(self, plans: Sequence[Plan]) -> Outcome:
        results = {plan.request.id: _as_planned(plan) for plan in plans}
        if not self._policy.check_mode:
            on_their_way = [self._convergence(plan) for plan in plans if plan.change.changed]
            converge(self._adapter, on_their_way, self._machine, self._policy.wait_timeout)
            results.update((one.result.id, one.result) for one in on_their_way if one.result)
        ordered = tuple(results.values())
        return Outcome(ordered, failure_message(self._kind, ordered))

    def _plan(self, request: Request, seen: Snapshot) -> Plan:
        change = self._change(request.wanted, seen.groups)
        return Plan(request, seen, change, self._refusal(seen, change))

    def _change(self, wanted: Wanted, groups: Sequence[str]) -> Change:
        return lists.plan(groups, wanted.groups, wanted.state, wanted.position, ordered=self._kind.ordered)

    def _refusal(self, seen: Snapshot, change: Change) -> Failure | None:
        if seen.excluded or not change.changed:
            return seen.excluded
        if seen.blocked:
            return seen.blocked
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

    def _within_max_changes(self, plans: list[Plan | Result]) -> list[Plan | Result]:
        limit = self._policy.max_changes
        due = sum(isinstance(plan, Plan) and plan.feasible for plan in plans)
        if limit is None or due <= limit:
            return plans
        refusal = Failure(
            ErrorKind.LIMIT,
            f"{due} would change, and max_changes is {limit}; raise it if they are all meant to",
        )
        return [replace(plan, refusal=refusal) if isinstance(plan, Plan) and plan.feasible else plan for plan in plans]

    def _convergence(self, plan: Plan) -> Convergence:
        return Convergence(self._plan, self._kind.ordered, self._policy.wait_timeout, self._machine.clock, plan)


def _as_found(plan: Plan) -> Result:
    seen = plan.seen
    as_it_is = lists.compare(seen.groups, seen.groups, ordered=False)
    return Result(seen.id, as_it_is, not plan.change.changed, seen.details, plan.refusal)


def _as_planned(plan: Plan) -> Result:
    return Result(plan.seen.id, plan.change, not plan.change.changed, plan.seen.details)
