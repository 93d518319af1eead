# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The loop that brings resources to their lists: read, plan, write, read back, until what is read is what is wanted.

Everything is planned before anything is written. After that the loop only ever believes what it reads: a lost
answer, a throttled call, a state that passes and another writer are all the same thing to it, a list that is not
yet what is wanted.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from . import lists
from .adapter import Adapter, Answer, Clock, Snapshot, Together
from .errors import CloudError, ErrorKind, Failure
from .lists import Change
from .requests import Request, empty_problem, length_problem
from .results import Result, failure_message

FRESH = 1.0
"""Seconds for which a reading may be written upon."""

SETTLING_LOOKS = 3
"""How often a list may read back as it was before the write before it is written again."""

HOPEFUL_READS = 2
"""How often the first reading of a resource is tried when the cloud is out of reach or out of order."""


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


def reconcile(
    adapter: Adapter, requests: Sequence[Request], policy: Policy, clock: Clock, together: Together
) -> Outcome:
    """Bring the lists of all requests' resources to what is wanted, or in check mode tell what that would change."""
    return _Reconciler(adapter, policy, clock, together).run(requests)


def read(adapter: Adapter, ids: Sequence[str], clock: Clock, wait_timeout: float) -> dict[str, Snapshot | Failure]:
    """Read all resources; throttled calls are tried again for ``wait_timeout`` seconds, others that pass a little."""
    answers: dict[str, Snapshot | Failure] = {}
    pending = list(ids)
    pauses = _pauses(clock, clock.now() + wait_timeout)
    reads = 0
    while pending:
        answers.update(adapter.read(pending))
        reads += 1
        pending = [resource_id for resource_id in pending if _worth_another_read(answers[resource_id], reads)]
        if pending and not next(pauses):
            break
    return answers


def patiently(call: Callable[[], Answer], clock: Clock, wait_timeout: float) -> Answer:
    """Make one call with the patience that ``read`` has with many; raise CloudError once that is over."""
    pauses = _pauses(clock, clock.now() + wait_timeout)
    calls = 0
    while True:
        try:
            return call()
        except CloudError as error:
            calls += 1
            if not _worth_another_read(error.failure, calls) or not next(pauses):
                raise


def _worth_another_read(answer: Snapshot | Failure, reads: int) -> bool:
    if isinstance(answer, Snapshot) or not answer.passes:
        return False
    return answer.kind is ErrorKind.THROTTLED or reads < HOPEFUL_READS


def _pauses(clock: Clock, deadline: float) -> Iterator[bool]:
    """Sleep at each step, at first for less than half a second and later for up to ten; False once time is up."""
    longest = 0.5
    while True:
        if (left := deadline - clock.now()) > 0:
            clock.sleep(min(left, longest * (1 + clock.jitter()) / 2))
            longest = min(longest * 2, 10.0)
        yield clock.now() < deadline


@dataclass(frozen=True, slots=True)
class _Plan:
    request: Request
    seen: Snapshot
    change: Change
    refusal: Failure | None


class _Reconciler:
    def __init__(self, adapter: Adapter, policy: Policy, clock: Clock, together: Together) -> None:
        self._adapter = adapter
        self._kind = adapter.kind
        self._policy = policy
        self._clock = clock
        self._together = together

    def run(self, requests: Sequence[Request]) -> Outcome:
        answers = read(self._adapter, [request.id for request in requests], self._clock, self._policy.wait_timeout)
        plans: list[_Plan | Result] = []
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
        return self._carry_out([plan for plan in plans if isinstance(plan, _Plan)])

    def _carry_out(self, plans: Sequence[_Plan]) -> Outcome:
        results = {plan.request.id: _as_planned(plan) for plan in plans}
        if not self._policy.check_mode:
            due = [plan for plan in plans if plan.change.changed]
            results.update((result.id, result) for result in self._together(self._converge, due))
        ordered = tuple(results.values())
        return Outcome(ordered, failure_message(self._kind, ordered))

    def _plan(self, request: Request, seen: Snapshot) -> _Plan:
        wanted = request.wanted
        change = lists.plan(seen.groups, wanted.groups, wanted.state, wanted.position, ordered=self._kind.ordered)
        return _Plan(request, seen, change, self._refusal(seen, change))

    def _refusal(self, seen: Snapshot, change: Change) -> Failure | None:
        if seen.excluded or not change.changed:
            return seen.excluded
        if seen.blocked:
            return seen.blocked
        if not change.after and (problem := empty_problem(self._kind, allow_empty=self._policy.allow_empty)):
            return Failure(ErrorKind.INVALID, problem)
        longest = self._kind.longest
        if longest is None and len(change.after) > len(change.before):
            longest = self._adapter.longest()
        if problem := length_problem(len(change.after), longest):
            return Failure(ErrorKind.LIMIT, problem)
        return None

    def _within_max_changes(self, plans: list[_Plan | Result]) -> list[_Plan | Result]:
        limit = self._policy.max_changes
        due = sum(isinstance(plan, _Plan) and plan.change.changed for plan in plans)
        if limit is None or due <= limit:
            return plans
        refusal = Failure(
            ErrorKind.LIMIT,
            f"{due} {self._kind.plural} would change, and max_changes is {limit}; raise it if they are all meant to",
        )
        return [
            replace(plan, refusal=plan.refusal or refusal) if isinstance(plan, _Plan) and plan.change.changed else plan
            for plan in plans
        ]

    def _converge(self, plan: _Plan) -> Result:
        return _Convergence(self._adapter, self._plan, self._policy.wait_timeout, self._clock, plan).run()


def _as_found(plan: _Plan) -> Result:
    seen = plan.seen
    as_it_is = lists.compare(seen.groups, seen.groups, ordered=False)
    return Result(seen.id, as_it_is, not plan.change.changed, seen.details, plan.refusal)


def _as_planned(plan: _Plan) -> Result:
    return Result(plan.seen.id, plan.change, not plan.change.changed, plan.seen.details)


class _Convergence:
    """One resource on its way to its list."""

    def __init__(
        self,
        adapter: Adapter,
        plan: Callable[[Request, Snapshot], _Plan],
        wait_timeout: float,
        clock: Clock,
        first: _Plan,
    ) -> None:
        self._adapter = adapter
        self._plan = plan
        self._wait_timeout = wait_timeout
        self._clock = clock
        self._request = first.request
        self._seen = first.seen
        self._must_look = clock.now() - first.seen.read_at > FRESH
        self._first_written_upon: Snapshot | None = None
        self._settling_upon: Snapshot | None = None
        self._settling_looks = 0
        self._contested = False
        self._unread_write = False

    def run(self) -> Result:
        pauses = _pauses(self._clock, self._clock.now() + self._wait_timeout)
        given_up: Failure | None = None
        while True:
            try:
                self._advance(given_up)
                return self._result(None)
            except CloudError as error:
                obstacle = error.failure
            if given_up:
                return self._result(self._out_of_time(obstacle))
            if not obstacle.passes:
                return self._result(obstacle)
            if not next(pauses):
                given_up = obstacle
            self._must_look = True

    def _advance(self, given_up: Failure | None) -> None:
        """Look and write until the list is as wanted; raise what is in the way. Once given up, only look."""
        while True:
            if self._must_look:
                self._look()
            plan = self._plan(self._request, self._seen)
            if not plan.change.changed:
                if self._first_written_upon:
                    self._check_state()
                return
            if failure := plan.refusal or given_up:
                raise CloudError(failure)
            self._check_state()
            self._check_last_write()
            self._write(plan.change)

    def _look(self) -> None:
        answer = self._adapter.read([self._request.id])[self._request.id]
        if isinstance(answer, Failure):
            raise CloudError(answer)
        self._seen = answer
        self._must_look = self._unread_write = False

    def _check_state(self) -> None:
        if self._seen.passing:
            raise CloudError(
                Failure(
                    ErrorKind.TIMEOUT,
                    f"it stays '{self._seen.state}'; run the task again when that has passed",
                    passes=True,
                )
            )

    def _check_last_write(self) -> None:
        upon, self._settling_upon = self._settling_upon, None
        if upon is None:
            return
        if self._contested or self._compare(upon, self._seen).changed:
            self._contested = True
            raise CloudError(
                Failure(
                    ErrorKind.CONFLICT,
                    "somebody else changed its security groups at the same time; "
                    "let one task at a time manage them and run it again",
                    passes=True,
                )
            )
        self._settling_looks += 1
        if self._settling_looks % SETTLING_LOOKS:
            self._settling_upon = upon
            raise CloudError(
                Failure(
                    ErrorKind.TIMEOUT,
                    "the list was written and accepted, but does not read back as written; look at it and run again",
                    passes=True,
                )
            )

    def _write(self, change: Change) -> None:
        upon = self._seen
        self._must_look = True
        try:
            self._adapter.write(upon, change.after)
        except CloudError as error:
            # Only here may the write have been applied although it failed: the other kinds are refusals.
            if error.failure.kind is ErrorKind.TRANSIENT:
                self._sent(upon)
            raise
        self._sent(upon)
        self._settling_upon = upon

    def _sent(self, upon: Snapshot) -> None:
        self._unread_write = True
        self._first_written_upon = self._first_written_upon or upon

    def _out_of_time(self, obstacle: Failure) -> Failure:
        message = f"{obstacle.message} (given up after {self._wait_timeout:g} s"
        if self._unread_write:
            message += "; a list was sent and could not be read back, so it may or may not be attached"
        return replace(obstacle, message=message + ")")

    def _compare(self, old: Snapshot, new: Snapshot) -> Change:
        return lists.compare(old.groups, new.groups, ordered=self._adapter.kind.ordered)

    def _result(self, error: Failure | None) -> Result:
        seen = self._seen
        return Result(
            seen.id,
            self._compare(self._first_written_upon or seen, seen),
            verified=error is None,
            details=seen.details,
            error=error,
            unread_write=self._unread_write,
        )
