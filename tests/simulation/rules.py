# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must hold after each run, and the cases that a seed chooses from."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator, Sequence

from ansible_collections.crosscloud.security_groups.plugins.module_utils._core import lists
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.lists import State

from tests.simulation.world import (
    FAIL_LATER,
    LATE,
    LOSE,
    OPERATION,
    READ_FAULTS,
    STALE,
    THROTTLE,
    WRITE_FAULTS,
    Case,
    Seen,
    Sent,
    Task,
    World,
)

FRESH = 1.0
"""Seconds after a reading, and no later, something is written upon it, where it is not the first."""

OLDEST = 3.0
"""Seconds after which, as the documents promise, a reading is not written upon."""

BOUND = 60.0
"""Seconds that a task may take beyond ``wait_timeout``: for its first reading, slow calls, and a last look."""

MOST_WRITES = 60


def case_of(seed: int) -> Case:
    """Return the case that belongs to a seed."""
    chance = random.Random(f"case {seed}")
    letters = "cdefgh"
    states = chance.choice(([State.PRESENT], [State.PRESENT, State.ABSENT], list(State)))
    number = chance.choice((2, 2, 2, 3, 4, 6))
    settle = chance.choice((0.0, 0.0, 3.0))
    asks = []
    for task in range(number):
        state = chance.choice(states)
        groups = letters[task] if state is not State.ABSENT else chance.choice("ab")
        if state is State.EXACT:
            groups = "".join(chance.sample("abcd", chance.randint(1, 4)))
        asks.append((groups, state, settle))
    possible = (*WRITE_FAULTS, *READ_FAULTS)
    faults = tuple(chance.sample(possible, chance.choice((0, 1, 1, 2, 4))))
    return Case(
        asks=tuple(asks),
        resources=chance.choice((1, 1, 1, 2, 3)),
        ordered=chance.random() < 0.3,
        batch=chance.choice((1, 100)),
        one_machine=chance.random() < 0.3,
        lock_files=chance.random() < 0.8,
        faults=faults,
        trouble=1.0 if len(faults) == 1 and chance.random() < 0.1 else chance.choice((0.1, 0.3)),
        stops=chance.choice((0.0, 0.0, 0.05)),
        intruders=chance.choice((0, 0, 1, 2)),
    )


def small_cases(fault: str, settle: float) -> Iterator[Case]:
    """Yield all cases of two writers, one resource and one fault in one of the first writer's calls.

    The second begins at any time from 1.2 s before the first to 1.2 s after, in steps of half a call.
    """
    for one, other in itertools.product(_SMALL, repeat=2):
        for call, step in itertools.product((1, 2, 3), range(31)):
            yield Case(
                asks=((*one, settle), (*other, settle)), faults=(fault,), starts=(1.2, step * 0.08), fault_at=call
            )


_SMALL = (("c", State.PRESENT), ("a", State.ABSENT), ("ad", State.EXACT))


def problems(world: World) -> Iterator[str]:
    """Yield what does not hold after a run."""
    for task in world.tasks:
        if task.ended == 0.0 and not task.results:
            yield f"task {task.number} does not end"
            continue
        took = task.ended - task.began - 3 * task.stopped
        if took > world.case.wait_timeout + BOUND:
            yield f"task {task.number} took {took:.0f} s"
        for gate in task.results:
            yield from (f"task {task.number}, {gate}: {said}" for said in _of_one(world, task, gate))
    if held := [key for key, holder in world.locks.items() if isinstance(holder, Task)]:
        yield f"locks are not given back: {held}"
    yield from _lost(world)


def _of_one(world: World, task: Task, gate: str) -> Iterator[str]:
    result, change = task.results[gate], task.results[gate].change
    assert change
    sent = [one for one in world.sent if one.task is task and one.upon.id == gate and one.answer != THROTTLE]
    told = [one for one in task.seen[gate] if one.told_at <= task.ended]
    if len(sent) > MOST_WRITES:
        yield f"{len(sent)} writes"
    for one in sent:
        yield from _of_write(world, task, one)
    if result.verified != (result.error is None):
        yield "what is verified did not fail, and what is not did"
    if result.error is None:
        last = told[-1].snapshot
        if sent and last.read_at < max(one.answered or 0.0 for one in sent):
            yield "it is called verified, but was not read after the last write"
        if not _satisfied(world, task, last.groups) or set(change.after) != set(last.groups):
            yield "it is called verified, but was not read as wanted"
        if last.passing and (sent or last.read_at - told[0].snapshot.read_at < world.case.wait_timeout):
            yield "it is called verified while an operation is under way"
        written = any(one.applied is not None for one in sent)
        if task.settle and written and not _stayed(world, task, gate, last.read_at):
            yield "it is called settled, but was not read as wanted for so long"
    applied = [one for one in sent if one.applied is not None or _seems_applied(world, one, told)]
    if applied and result.changed and not any(set(one.upon.groups) == set(change.before) for one in applied):
        yield f"'before' is {''.join(change.before)}, which none of its writes replaced"
    if not applied and result.changed and not result.unread_write:
        yield f"it says changed, and none of its writes was applied: {change.before} -> {change.after}"


def _seems_applied(world: World, one: Sent, told: Sequence[Seen]) -> bool:
    """Whether a write that was lost looks like one that was not, because another writer made a part of the change."""
    if one.answer != LOSE:
        return False
    groups = next((seen.snapshot.groups for seen in told if seen.snapshot.read_at >= (one.answered or 0.0)), ())
    change = lists.compare(one.upon.groups, one.groups, ordered=world.case.ordered)
    nothing = set(groups).isdisjoint(change.added) and set(groups).issuperset(change.removed)
    return not nothing or bool(change.moved and lists.compare(one.upon.groups, groups, ordered=True).moved)


def _of_write(world: World, task: Task, one: Sent) -> Iterator[str]:
    before, after, named = set(one.upon.groups), set(one.groups), set(task.wanted.groups)
    gate = one.upon.id
    if task.wanted.state is State.PRESENT and not (before <= after and after - before <= named):
        yield "present removes a group, or adds another than it names"
    if task.wanted.state is State.ABSENT and not (after <= before and before - after <= named):
        yield "absent adds a group, or removes another than it names"
    if task.wanted.state is State.EXACT and after != named:
        yield "exact writes another list"
    if one.at - one.upon.read_at > OLDEST:
        yield f"a write was sent upon a reading that was {one.at - one.upon.read_at:.1f} s old"
    told = [seen for seen in task.seen[gate] if seen.told_at <= one.at]
    if not told or told[-1].snapshot.read_at > one.upon.read_at:
        yield "a write was sent upon another reading than the last"
    # A process that stops does not learn in time what a call has brought.
    elif len(told) > 1 and not task.stopped and one.at - told[-1].told_at > FRESH + 0.1:
        yield f"a write was sent {one.at - told[-1].told_at:.1f} s after the reading"
    # Judged by truth: the task itself cannot know, but waits for an accepted list longer than a cloud is late.
    true_at = next((seen.true_at for seen in told if seen.snapshot is one.upon), one.at)
    for earlier in world.sent:
        if earlier.task is task and earlier.upon.id == gate and earlier.at < one.at:
            applied, answered = earlier.applied, earlier.answered or 0.0
            if earlier.answer != "accepted" or applied is None or applied > answered:
                applied = None
            since = [seen for seen in told if seen.snapshot.read_at >= answered]
            known = any(
                set(seen.snapshot.groups) == before for seen in told if seen.snapshot.read_at <= earlier.upon.read_at
            )
            unseen = applied is not None and all(
                seen.true_at < applied and not _satisfied(world, task, seen.snapshot.groups) for seen in since
            )
            if known and unseen and applied is not None and true_at < applied <= one.at:
                yield "a write was sent upon a list from before one that was accepted"
            if earlier.answer not in ("accepted", THROTTLE, FAIL_LATER) and not any(
                seen.snapshot.read_at >= (earlier.answered or 0.0) for seen in told
            ):
                yield "a write that may have been applied was sent again without a look"


def _satisfied(world: World, task: Task, groups: Sequence[str]) -> bool:
    named, found = set(task.wanted.groups), set(groups)
    if task.wanted.state is State.PRESENT:
        return named <= found
    if task.wanted.state is State.ABSENT:
        return named.isdisjoint(found)
    return tuple(groups) == task.wanted.groups if world.case.ordered else found == named


def _stayed(world: World, task: Task, gate: str, until: float) -> bool:
    seen = [one.snapshot for one in task.seen[gate] if one.told_at <= task.ended]
    right_since = until
    for one in reversed(seen):
        if not _satisfied(world, task, one.groups):
            break
        right_since = one.read_at
    return until - right_since >= task.settle


def _lost(world: World) -> Iterator[str]:
    """Yield what ``settle`` promises to keep and is gone, where all writers keep their side of it."""
    case = world.case
    tidy = not {STALE, FAIL_LATER, LATE, OPERATION} & set(case.faults)
    agreeing = all(task.wanted.state is not State.EXACT for task in world.tasks)
    for gate in world.lists if tidy and agreeing else ():
        sent = [one for one in world.sent if one.upon.id == gate and one.applied is not None]
        # With more than two, one writer may restore for a moment what a second replaced and a third has read without.
        part = 1 if len(world.tasks) == 2 else 3
        ended = all((one.applied or 0.0) - one.upon.read_at < one.task.settle / part for one in sent)
        for task in world.tasks if ended else ():
            result = task.results.get(gate)
            kept = result and result.error is None and any(one.task is task for one in sent)
            if kept and task.settle and not _satisfied(world, task, world.true(gate)[1]):
                yield f"what task {task.number} did to {gate} is lost: {''.join(world.true(gate)[1])}"


def run(seed: int, case: Case | None = None, *, telling: bool = False) -> tuple[World, list[str]]:
    """Run a seed, and return what does not hold."""
    world = World(seed, case or case_of(seed), telling=telling)
    try:
        world.run()
    except AssertionError as error:
        return world, [f"{type(error).__name__}: {error}"]
    return world, list(problems(world))
