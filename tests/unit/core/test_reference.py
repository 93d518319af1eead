# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The ordered kind against a reference that sorts and counts where the core builds lists."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import permutations

import pytest
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.lists import Position, State, plan
from hypothesis import given
from hypothesis import strategies as st

ASKS = [
    (State.PRESENT, Position.KEEP),
    (State.PRESENT, Position.FIRST),
    (State.PRESENT, Position.LAST),
    (State.ABSENT, Position.KEEP),
    (State.EXACT, Position.KEEP),
]
LONGEST = 5


def reference(current: Sequence[str], groups: Sequence[str], state: State, position: Position) -> list[str]:
    """Give each group a rank by what is asked, and sort."""

    def rank(group: str) -> tuple[int, int]:
        if group not in groups:
            return 0, current.index(group)
        if position is Position.KEEP and state is State.PRESENT and group in current:
            return 0, current.index(group)
        return (-1 if position is Position.FIRST else 1), groups.index(group)

    candidates = {*current, *groups}
    if state is State.ABSENT:
        candidates -= set(groups)
    if state is State.EXACT:
        candidates &= set(groups)
    return sorted(candidates, key=rank)


def reference_moved(current: Sequence[str], after: Sequence[str]) -> list[str]:
    """Count for each kept group how many kept ones stand before it."""
    kept = set(current) & set(after)

    def before(group: str, order: Sequence[str]) -> int:
        return sum(order.index(other) < order.index(group) for other in kept)

    return [group for group in after if group in kept and before(group, current) != before(group, after)]


def check(current: Sequence[str], groups: Sequence[str], state: State, position: Position) -> None:
    change = plan(current, groups, state, position, ordered=True)
    wanted = reference(current, groups, state, position)
    assert list(change.after) == wanted
    assert set(change.added) == set(wanted) - set(current)
    assert set(change.removed) == set(current) - set(wanted)
    assert list(change.moved) == reference_moved(current, wanted)
    assert change.changed == (list(current) != wanted)


def every_list(alphabet: str) -> Iterator[tuple[str, ...]]:
    for length in range(LONGEST + 1):
        yield from permutations(alphabet, length)


@pytest.mark.parametrize(("state", "position"), ASKS)
def test_every_list_of_up_to_five_groups(state: State, position: Position) -> None:
    # The names of the groups that are attached mean nothing, so one list of each length stands for all.
    for length in range(LONGEST + 1):
        for groups in every_list("abcdefg"):
            check("abcde"[:length], groups, state, position)


@given(
    st.lists(st.sampled_from("abcdefghij"), unique=True),
    st.lists(st.sampled_from("abcdefghij"), unique=True),
    st.sampled_from(ASKS),
)
def test_lists_of_any_length(current: list[str], groups: list[str], ask: tuple[State, Position]) -> None:
    check(current, groups, *ask)
