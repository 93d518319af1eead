# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""List arithmetic: from the list that is attached and what is asked for to the list that should be attached."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """What a task wants of the groups it names."""

    PRESENT = "present"
    ABSENT = "absent"
    EXACT = "exact"


class Position(StrEnum):
    """Where the groups named by ``present`` stand in an ordered list."""

    KEEP = "keep"
    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True, slots=True)
class Change:
    """The difference between two lists of one resource.

    ``moved`` holds, for an ordered kind, the kept groups whose rank among the kept ones differs, in the new order.
    ``changed`` is False when the two lists mean the same.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]
    added: tuple[str, ...]
    removed: tuple[str, ...]
    moved: tuple[str, ...]

    @property
    def changed(self) -> bool:
        return bool(self.added or self.removed or self.moved)

    @property
    def grows(self) -> bool:
        return len(self.after) > len(self.before)


def compare(before: Sequence[str], after: Sequence[str], *, ordered: bool) -> Change:
    """Return what leads from ``before`` to ``after``."""
    old, new = _distinct(before), _distinct(after)
    # As sets, because a list may be as long as a cloud answers it.
    were, are = set(old), set(new)
    kept_before = [group for group in old if group in are]
    kept_after = [group for group in new if group in were]
    moved = [group for was, group in zip(kept_before, kept_after, strict=True) if was != group] if ordered else []
    return Change(
        before=old,
        after=new,
        added=tuple(group for group in new if group not in were),
        removed=tuple(group for group in old if group not in are),
        moved=tuple(moved),
    )


def plan(
    current: Sequence[str],
    groups: Sequence[str],
    state: State,
    position: Position = Position.KEEP,
    *,
    ordered: bool,
) -> Change:
    """Return the change that gives ``current`` what ``state`` asks of ``groups``.

    ``position`` matters to ``present`` on an ordered kind alone. Where order means nothing, groups that stay keep
    the order in which the cloud reported them.
    """
    attached, named = _distinct(current), _distinct(groups)
    in_attached, in_named = set(attached), set(named)
    others = tuple(group for group in attached if group not in in_named)
    missing = tuple(group for group in named if group not in in_attached)
    if state is State.ABSENT:
        wanted = others
    elif state is State.EXACT:
        wanted = named if ordered else tuple(group for group in attached if group in in_named) + missing
    elif ordered and position is Position.FIRST:
        wanted = named + others
    elif ordered and position is Position.LAST:
        wanted = others + named
    else:
        wanted = attached + missing
    return compare(attached, wanted, ordered=ordered)


def arranged(found: Sequence[str], like: Sequence[str]) -> tuple[str, ...]:
    """Return the same groups in the order of ``like``, and behind them, as found, those that ``like`` does not have."""
    there = set(found)
    return _distinct([group for group in like if group in there] + list(found))


def _distinct(groups: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(groups))
