# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task does: read all, plan all, and then apply each plan.

Everything is planned before anything is written, over all batches of a task.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from threading import Lock
from typing import TypeVar

from . import lists
from .adapter import Adapter, Machine, Snapshot
from .convergence import Convergence, Plan
from .errors import CloudError, ErrorKind, Failure
from .groups import Checked, Groups
from .kind import Kind
from .lists import Change, State
from .patience import patiently, read
from .requests import Request, Wanted, empty_problem, expected_problem, length_problem
from .results import RAISE_MAX_CHANGES, Result, failure_message
from .schedule import converge

Item = TypeVar("Item")
Answer = TypeVar("Answer")

BATCHES_AT_ONCE = 16
"""How many batches are worked on at the same time. Each of them makes several calls at once."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How a task goes about it. ``wait_timeout`` and ``settle`` are in seconds, for one resource.

    ``effect``: whether it tells what changes open and close.
    """

    check_mode: bool = False
    allow_empty: bool = False
    max_changes: int | None = None
    wait_timeout: float = 120.0
    settle: float = 0.0
    effect: bool = False


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
    """What became of a batch: a result for each request, in their order, and one line on what failed, or None.

    ``groups_checked`` tells whether all groups to be attached were found to exist and to fit; None where there were
    none to attach. ``refused`` tells that nothing was written, or in check mode would be.
    """

    results: tuple[Result, ...]
    message: str | None
    groups_checked: bool | None = None
    refused: bool = False

    @property
    def changed(self) -> bool:
        """Whether something was changed or, in check mode, would be."""
        return not self.refused and any(result.changed for result in self.results)


def reconcile(batches: Sequence[Batch], policy: Policy) -> tuple[list[Outcome], str | None]:
    """Apply what is wanted to the resources of all batches, or in check mode tell what that would change.

    A batch with a refused resource writes nothing, and the other batches go on. When more resources would change than
    ``policy.max_changes`` allows, no batch writes; then the second value says so.
    """
    reconcilers = [_Reconciler(batch, policy) for batch in batches]
    _at_once(_Reconciler.plan_all, reconcilers)
    due = sum(one.due for one in reconcilers)
    if policy.max_changes is None or due <= policy.max_changes:
        return _at_once(_Reconciler.carry_out, reconcilers), None
    said = f"{due} would change, max_changes is {policy.max_changes}; {RAISE_MAX_CHANGES}"
    for one in reconcilers:
        one.refuse(Failure(ErrorKind.LIMIT, said))
    headline = f"{due} would change, max_changes is {policy.max_changes}; nothing was written"
    return _at_once(_Reconciler.carry_out, reconcilers), headline


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
        self._groups: Groups
        self._policy = policy
        self._lock = Lock()
        self._asked_longest: Future[int | None] | None = None
        self._plans: list[Plan] = []
        self._unread: list[Result] = []
        self._refused_whole: str | None = None
        self._limit: Failure | None = None
        self._checked: dict[str, Checked] = {}

    def plan_all(self) -> None:
        """Read all resources, and plan what is wanted of each."""
        try:
            self._adapter = self._connect()
        except CloudError as error:
            self._refused_whole = error.failure.message
            self._unread = [_unread(request, error.failure) for request in self._requests]
            return
        clock, wait_timeout = self._machine.clock, self._policy.wait_timeout
        groups = Groups(self._adapter.directory, self._kind.group_id, self._machine.executor, clock, wait_timeout)
        self._groups = groups
        wanted = {request.id: request.wanted for request in self._requests}
        names = {one for each in wanted.values() for one in groups.names_in(each)}
        groups.ask(names)
        to_attach = {one for each in wanted.values() if each.state is not State.ABSENT for one in each.groups} - names

        def on_groups(resource_id: str, found: Sequence[str]) -> None:
            if not names.isdisjoint(wanted[resource_id].groups):
                return
            change = self._change(wanted[resource_id], found)
            if not groups.asked(change.added):
                groups.ask(to_attach, also=found)
            if self._kind.longest is None and change.grows:
                self._ask_longest()

        answers = read(self._adapter, list(wanted), clock, wait_timeout, on_groups)
        found = [(request, answers[request.id]) for request in self._requests]
        seen = [(request, answer) for request, answer in found if isinstance(answer, Snapshot)]
        self._unread = [_unread(request, answer) for request, answer in found if isinstance(answer, Failure)]
        for _request, snapshot in seen:
            groups.saw(snapshot)
        groups.learn()
        groups.learn_of_vpcs((snapshot, groups.names_in(request.wanted)) for request, snapshot in seen)
        self._plans = [self._first_plan(request, snapshot) for request, snapshot in seen]
        self._check_groups()

    @property
    def due(self) -> int:
        """How many resources would change, those included that another one of their batch holds up."""
        return len(self._feasible)

    def refuse(self, limit: Failure) -> None:
        """Refuse what could be done."""
        self._limit = limit

    def carry_out(self) -> Outcome:
        """Apply the plans, unless one of them is refused or nothing may be written."""
        refused = bool(self._limit or self._unread) or any(plan.refusal for plan in self._plans)
        if refused:
            results = self._told([*self._unread, *map(self._as_found, self._plans)])
        else:
            applied = {plan.request.id: _as_planned(plan) for plan in self._plans}
            if not self._policy.check_mode:
                on_their_way = [self._convergence(plan) for plan in self._plans if plan.feasible or plan.unsettled]
                converge(self._adapter, on_their_way, self._machine, self._policy.wait_timeout)
                applied.update((one.result.id, one.result) for one in on_their_way if one.result)
            results = self._told(applied.values())
        message = self._refused_whole or failure_message(self._kind, results, self._limit)
        if refused and not self._limit:
            message = f"{message} (nothing was written)"
        return Outcome(results, message, self._groups_checked, refused)

    @property
    def _feasible(self) -> list[Plan]:
        return [plan for plan in self._plans if plan.feasible]

    @property
    def _groups_checked(self) -> bool | None:
        return not any(one.unchecked for one in self._checked.values()) if self._checked else None

    def _first_plan(self, request: Request, seen: Snapshot) -> Plan:
        wanted = self._groups.resolved(request.wanted, seen)
        if isinstance(wanted, Failure):
            return Plan(request, seen, _nothing(seen), seen.excluded or wanted)
        return self._plan(replace(request, wanted=wanted), seen)

    def _check_groups(self) -> None:
        """Refuse what attaches a group that does not exist, or that its resource cannot have."""
        groups = self._groups
        attaching = [plan for plan in self._feasible if plan.change.added]
        if any(groups.needs(plan.seen, plan.change) for plan in attaching):
            kept = dict.fromkeys(one for plan in attaching for one in plan.change.before)
            groups.ask((one for plan in attaching for one in plan.change.added), also=kept)
        groups.learn()
        groups.learn_of_vpcs((plan.seen, plan.change.added) for plan in attaching)
        self._checked = {plan.request.id: groups.check(plan.seen, plan.change) for plan in attaching}
        refusals = {one: checked.refusal for one, checked in self._checked.items()}
        self._plans = [replace(plan, refusal=plan.refusal or refusals.get(plan.request.id)) for plan in self._plans]

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
        policy = self._policy
        return Convergence(
            self._plan, self._kind.ordered, policy.wait_timeout, policy.settle, self._machine.clock, plan
        )

    def _as_found(self, plan: Plan) -> Result:
        """Return the result of a plan that is not carried out; in check mode, what it would have been."""
        seen, planned = plan.seen, None if plan.refusal else plan.change
        change = planned if planned and self._policy.check_mode else _nothing(seen)
        error = plan.refusal or (self._limit if plan.feasible else None)
        verified = not plan.change.changed and error is None
        return Result(seen.id, change, verified, seen.details, error, planned=planned)

    def _told(self, results: Iterable[Result]) -> tuple[Result, ...]:
        """Return results in the order of the requests, with what is known of their groups."""
        by_id = {result.id: self._with_groups(result) for result in results}
        if self._policy.effect:
            by_id = self._with_effects(by_id)
        return tuple(by_id[request.id] for request in self._requests)

    def _with_effects(self, results: Mapping[str, Result]) -> dict[str, Result]:
        """Add what changes open and close. Nothing is read where nothing changes."""
        changes = {
            one: change
            for one, result in results.items()
            for change in [result.planned or result.change]
            if change is not None and change.changed
        }
        if not changes:
            return dict(results)
        reviewer = self._adapter.directory.reviewer()
        reviewer.learn(list(dict.fromkeys(g for one in changes.values() for g in (*one.before, *one.after))))
        effects = {one: reviewer.effect(change) for one, change in changes.items()}
        return {one: replace(result, effect=effects.get(one)) for one, result in results.items()}

    def _with_groups(self, result: Result) -> Result:
        change = result.planned or result.change
        if change is None:
            return result
        checked = self._checked.get(result.id, Checked())
        names = self._groups.names(dict.fromkeys((*change.before, *change.after)))
        return replace(result, names=names, unchecked=checked.unchecked, unchecked_groups=checked.groups)


def _unread(request: Request, failure: Failure) -> Result:
    return Result(request.id, change=None, verified=False, error=failure)


def _nothing(seen: Snapshot) -> Change:
    return lists.compare(seen.groups, seen.groups, ordered=False)


def _as_planned(plan: Plan) -> Result:
    return Result(plan.seen.id, plan.change, not plan.change.changed, plan.seen.details)
