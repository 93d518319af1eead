# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A cloud in memory, and a clock that nobody waits for, to try the loop on."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from string import ascii_lowercase
from typing import Any, TypeVar

from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.adapter import (
    Clock,
    Group,
    Machine,
    OnGroups,
    Snapshot,
)
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.errors import (
    CloudError,
    ErrorKind,
    Failure,
)
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.kind import IdForm, Kind
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.reconcile import (
    Batch,
    Outcome,
    Policy,
    reconcile,
)
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.requests import Request
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.review import RuleReviewer
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.rules import Rule

Answer = TypeVar("Answer")

KIND = Kind(
    noun="gate",
    plural="gates",
    resource_id=IdForm(re.compile("gate-[0-9]+"), "gate-1"),
    group_id=IdForm(re.compile("[a-z]"), "a"),
    ordered=True,
    clearable=True,
    longest=None,
)
THROTTLED = Failure(ErrorKind.THROTTLED, "slow down", code="Throttled", passes=True)
FAILED = Failure(ErrorKind.TRANSIENT, "accepted and then not attached", passes=True)
BROKEN = Failure(ErrorKind.TRANSIENT, "no answer", code="Broken", passes=True)
DOUBTFUL = Failure(ErrorKind.TRANSIENT, "perhaps later", code="Unheard", passes=True, doubtful=True)
DENIED = Failure(ErrorKind.DENIED, "not allowed", code="Denied")
GONE = Failure(ErrorKind.NOT_FOUND, "it does not exist", code="Gone")


class InTurn(Executor):
    """Makes each call at once."""

    def submit(self, call: Callable[..., Answer], /, *args: Any, **kwargs: Any) -> Future[Answer]:
        future: Future[Answer] = Future()
        future.set_result(call(*args, **kwargs))
        return future


@dataclass
class OtherTasks:
    """Locks that other tasks have: ``now`` those of which resources, and when they had those of the others."""

    now: set[str] = field(default_factory=set)
    had_at: dict[str, float] = field(default_factory=dict)
    taken: list[str] = field(default_factory=list)
    given_back: list[str] = field(default_factory=list)

    def take(self, resource_id: str) -> float | None:
        if resource_id in self.now:
            return None
        self.taken.append(resource_id)
        return self.had_at.get(resource_id, 0.0)

    def give_back(self, resource_id: str) -> None:
        self.given_back.append(resource_id)


@dataclass
class Time:
    """A clock that stands still but for sleeping and for what a call takes."""

    at: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += seconds

    def clock(self) -> Clock:
        return Clock(now=lambda: self.at, sleep=self.sleep, jitter=lambda: 1.0)


@dataclass
class Groups:
    """A directory that knows each one-letter group, and those in ``named`` by their names.

    ``asked``, ``asked_of_vpc`` and ``reviewed`` log the calls. Functions in ``before_find``, ``before_of_vpc`` and
    ``before_review`` are called one a call.
    """

    groups: list[Group] = field(default_factory=lambda: [Group(one, "") for one in ascii_lowercase])
    shared: list[Group] = field(default_factory=list)
    by_vpc: bool = False
    asked: list[list[str]] = field(default_factory=list)
    asked_of_vpc: list[tuple[str | None, list[str]]] = field(default_factory=list)
    before_find: list[Callable[[], None]] = field(default_factory=list)
    before_of_vpc: list[Callable[[], None]] = field(default_factory=list)
    rules: dict[str, Sequence[Rule]] = field(default_factory=dict)
    reviewed: list[list[str]] = field(default_factory=list)
    before_review: list[Callable[[], None]] = field(default_factory=list)

    def find(self, references: Sequence[str], /) -> list[Group]:
        self.asked.append(sorted(references))
        step(self.before_find)
        return [one for one in self.groups if one.id in references or one.name in references]

    def of_vpc(self, vpc_id: str | None, references: Sequence[str], /) -> list[Group]:
        self.asked_of_vpc.append((vpc_id, sorted(references)))
        step(self.before_of_vpc)
        shared = [one for one in self.shared if one.vpc_id == vpc_id]
        return [one for one in shared if one.id in references or one.name in references]

    def reviewer(self) -> RuleReviewer:
        return RuleReviewer(self._read_rules, "gates:ReadRules", drops=False)

    def _read_rules(self, groups: Sequence[str]) -> dict[str, Sequence[Rule]]:
        self.reviewed.append(list(groups))
        step(self.before_review)
        return {group: self.rules.get(group, ()) for group in groups}

    def misfit(self, seen: Snapshot, group: Group, /) -> str | None:
        return f"is of {group.vpc_id}" if self.by_vpc and group.vpc_id != seen.vpc_id else None


@dataclass
class Cloud:
    """An adapter whose lists are strings of one-letter groups.

    ``reads`` and ``writes`` log the calls. Functions in ``before_read``, ``before_write`` and ``before_quota`` are
    called one a call, first in first out; a failure they raise is the answer. ``lose_answers`` has writes applied and
    then fail ``lost_as``; ``fail_afterwards`` has that many accepted and not applied, which the next read tells.
    ``early``: whether a reading tells groups before the rest.
    """

    time: Time
    lists: dict[str, str]
    kind: Kind = KIND
    batch: int = 1
    states: dict[str, str] = field(default_factory=dict)
    blocked: dict[str, Failure] = field(default_factory=dict)
    excluded: dict[str, Failure] = field(default_factory=dict)
    quota: int | None = None
    quota_reads: int = 0
    before_quota: list[Callable[[], None]] = field(default_factory=list)
    call_takes: float = 0.0
    reads: list[list[str]] = field(default_factory=list)
    writes: list[tuple[str, str]] = field(default_factory=list)
    before_read: list[Callable[[], None]] = field(default_factory=list)
    before_write: list[Callable[[], None]] = field(default_factory=list)
    lose_answers: int = 0
    lost_as: Failure = BROKEN
    fail_afterwards: int = 0
    failed: set[str] = field(default_factory=set)
    shown: list[str] = field(default_factory=list)
    others: OtherTasks = field(default_factory=OtherTasks)
    directory: Groups = field(default_factory=Groups)
    vpcs: dict[str, str] = field(default_factory=dict)
    early: bool = True

    def machine(self, parallelism: int = 8) -> Machine:
        return Machine(self.time.clock(), self.others, InTurn(), parallelism)

    def read(self, ids: Sequence[str], on_groups: OnGroups | None = None, /) -> dict[str, Snapshot | Failure]:
        self.reads.append(list(ids))
        read_at = self.time.at
        self.time.at += self.call_takes
        try:
            step(self.before_read)
        except CloudError as error:
            return dict.fromkeys(ids, error.failure)
        if on_groups and self.early:
            for gate in ids:
                on_groups(gate, tuple(self.lists.get(gate, "")))
        return {gate: self._snapshot(gate, read_at) for gate in ids}

    def _snapshot(self, gate: str, read_at: float) -> Snapshot | Failure:
        if gate not in self.lists:
            return GONE
        groups = self.shown.pop(0) if self.shown else self.lists[gate]
        state = self.states.get(gate, "open")
        failed = gate in self.failed
        self.failed.discard(gate)
        return Snapshot(
            gate,
            tuple(groups),
            read_at,
            state,
            passing=state == "moving",
            blocked=self.blocked.get(gate),
            excluded=self.excluded.get(gate),
            write_failed=FAILED if failed else None,
            vpc_id=self.vpcs.get(gate),
            details={"state": state},
        )

    def write(self, seen: Snapshot, groups: Sequence[str]) -> None:
        self.writes.append((seen.id, "".join(groups)))
        self.time.at += self.call_takes
        step(self.before_write)
        if self.fail_afterwards:
            self.fail_afterwards -= 1
            self.failed.add(seen.id)
            return
        self.lists[seen.id] = "".join(groups)
        if self.lose_answers:
            self.lose_answers -= 1
            raise CloudError(self.lost_as)

    def longest(self) -> int | None:
        self.quota_reads += 1
        step(self.before_quota)
        return self.quota


def step(steps: list[Callable[[], None]]) -> None:
    """Take the next step, if there is one."""
    if steps:
        steps.pop(0)()


def failing(failure: Failure) -> Callable[[], None]:
    def fail() -> None:
        raise CloudError(failure)

    return fail


def reconcile_one(cloud: Cloud, requests: Sequence[Request], policy: Policy, machine: Machine | None = None) -> Outcome:
    """Run a task that has one batch."""
    return reconcile([Batch(cloud.kind, requests, machine or cloud.machine(), lambda: cloud)], policy)[0][0]
