# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from random import Random

import pytest
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.lists import (
    Position,
    State,
    arranged,
    compare,
    plan,
)
from hypothesis import given
from hypothesis import strategies as st

PRESENT, ABSENT, EXACT = State.PRESENT, State.ABSENT, State.EXACT
KEEP, FIRST, LAST = Position.KEEP, Position.FIRST, Position.LAST

lists_of_groups = st.lists(st.sampled_from([f"sg-{letter}" for letter in "abcdefg"]), unique=True)
states = st.sampled_from(State)
positions = st.sampled_from(Position)


@pytest.mark.parametrize(
    ("current", "groups", "state", "position", "ordered", "unordered"),
    [
        ("ab", "", PRESENT, KEEP, "ab", "ab"),
        ("", "ba", PRESENT, KEEP, "ba", "ba"),
        ("ab", "ca", PRESENT, KEEP, "abc", "abc"),
        ("ab", "dc", PRESENT, KEEP, "abdc", "abdc"),
        ("abc", "cd", PRESENT, FIRST, "cdab", "abcd"),
        ("abc", "ad", PRESENT, LAST, "bcad", "abcd"),
        ("abc", "abc", PRESENT, LAST, "abc", "abc"),
        ("abc", "b", ABSENT, KEEP, "ac", "ac"),
        ("abc", "x", ABSENT, KEEP, "abc", "abc"),
        ("abc", "cab", ABSENT, KEEP, "", ""),
        ("abc", "cba", EXACT, KEEP, "cba", "abc"),
        ("abc", "dca", EXACT, KEEP, "dca", "acd"),
        ("abc", "", EXACT, KEEP, "", ""),
        ("aba", "bcb", PRESENT, KEEP, "abc", "abc"),
        ("aba", "bcb", EXACT, KEEP, "bc", "bc"),
    ],
)
def test_the_list_that_results(
    current: str, groups: str, state: State, position: Position, ordered: str, unordered: str
) -> None:
    assert "".join(plan(current, groups, state, position, ordered=True).after) == ordered
    assert "".join(plan(current, groups, state, position, ordered=False).after) == unordered


@pytest.mark.parametrize(
    ("before", "after", "added", "removed", "moved"),
    [
        ("ab", "ab", "", "", ""),
        ("ab", "ba", "", "", "ba"),
        ("abc", "bca", "", "", "bca"),
        ("abc", "acb", "", "", "cb"),
        ("ab", "xab", "x", "", ""),
        ("abc", "bc", "", "a", ""),
        ("abc", "cxb", "x", "a", "cb"),
        ("", "ab", "ab", "", ""),
        ("ab", "", "", "ab", ""),
    ],
)
def test_what_leads_from_one_list_to_another(before: str, after: str, added: str, removed: str, moved: str) -> None:
    ordered = compare(before, after, ordered=True)
    assert ("".join(ordered.added), "".join(ordered.removed), "".join(ordered.moved)) == (added, removed, moved)
    assert ordered.changed == (before != after)
    unordered = compare(before, after, ordered=False)
    assert (unordered.added, unordered.removed, unordered.moved) == (ordered.added, ordered.removed, ())
    assert unordered.changed == (set(before) != set(after))


@given(lists_of_groups, lists_of_groups, states, positions, st.booleans())
def test_a_second_run_changes_nothing(
    current: list[str], groups: list[str], state: State, position: Position, ordered: bool
) -> None:
    first = plan(current, groups, state, position, ordered=ordered)
    second = plan(first.after, groups, state, position, ordered=ordered)
    assert not second.changed
    assert second.after == first.after


@given(lists_of_groups, lists_of_groups, positions, st.booleans())
def test_present_removes_nothing(current: list[str], groups: list[str], position: Position, ordered: bool) -> None:
    change = plan(current, groups, PRESENT, position, ordered=ordered)
    assert change.removed == ()
    assert set(change.after) == {*current, *groups}
    assert [group for group in change.after if group not in groups] == [g for g in current if g not in groups]


@given(lists_of_groups, lists_of_groups, st.booleans())
def test_present_keeps_what_is_attached_where_it_is(current: list[str], groups: list[str], ordered: bool) -> None:
    change = plan(current, groups, PRESENT, ordered=ordered)
    assert list(change.after[: len(current)]) == current
    assert change.moved == ()


@given(lists_of_groups, lists_of_groups)
def test_first_and_last_put_the_groups_given_at_the_ends(current: list[str], groups: list[str]) -> None:
    assert list(plan(current, groups, PRESENT, FIRST, ordered=True).after[: len(groups)]) == groups
    last = plan(current, groups, PRESENT, LAST, ordered=True).after
    assert list(last[len(last) - len(groups) :]) == groups


@given(lists_of_groups, lists_of_groups, st.booleans())
def test_absent_adds_nothing(current: list[str], groups: list[str], ordered: bool) -> None:
    change = plan(current, groups, ABSENT, ordered=ordered)
    assert (change.added, change.moved) == ((), ())
    assert list(change.after) == [group for group in current if group not in groups]


@given(lists_of_groups, lists_of_groups)
def test_exact_gives_exactly_the_request(current: list[str], groups: list[str]) -> None:
    assert list(plan(current, groups, EXACT, ordered=True).after) == groups
    assert set(plan(current, groups, EXACT, ordered=False).after) == set(groups)


@given(lists_of_groups, lists_of_groups, states, positions)
def test_an_unordered_kind_never_moves_anything(
    current: list[str], groups: list[str], state: State, position: Position
) -> None:
    change = plan(current, groups, state, position, ordered=False)
    assert change.moved == ()
    assert change.changed == (set(change.before) != set(change.after))
    if not change.changed:
        assert change.after == change.before


@given(lists_of_groups, lists_of_groups, states, st.randoms(use_true_random=False))
def test_a_list_that_reads_back_in_any_order_is_arranged_as_planned(
    current: list[str], groups: list[str], state: State, random: Random
) -> None:
    planned = plan(current, groups, state, ordered=False)
    found = random.sample(planned.after, len(planned.after))
    assert compare(current, arranged(found, (*current, *planned.after)), ordered=False) == planned


@given(lists_of_groups, lists_of_groups)
def test_what_is_arranged_loses_and_gains_nothing(found: list[str], like: list[str]) -> None:
    after = list(arranged(found, like))
    assert sorted(after) == sorted(found)
    assert [group for group in after if group in like] == [group for group in like if group in found]
    assert [group for group in after if group not in like] == [group for group in found if group not in like]


@given(st.lists(st.text()), st.lists(st.text()), states, positions, st.booleans())
def test_any_lists_have_an_answer_without_repetitions(
    current: list[str], groups: list[str], state: State, position: Position, ordered: bool
) -> None:
    change = plan(current, groups, state, position, ordered=ordered)
    assert len(set(change.after)) == len(change.after)
    assert set(change.after) == (set(change.before) | set(change.added)) - set(change.removed)
