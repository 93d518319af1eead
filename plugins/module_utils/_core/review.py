# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the changes of a task open and close: each group is read once, and each change is compared once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from .effect import Effect, effect_of
from .errors import CloudError, ErrorKind, Failure
from .lists import Change
from .regions import Region
from .rules import Direction, Rule, Rules, unread

NAMED_MEMBERS = 5
"""How many members of groups an effect names."""


def reason(failure: Failure, permission: str) -> str:
    """Return why something could not be read."""
    return f"needs {permission}" if failure.kind is ErrorKind.DENIED else failure.message


class RuleReviewer:
    """Reviews changes by the rules of groups.

    ``read`` returns the rules of each group in their order, and what ``rules.unread`` returns for a group that does not
    exist. Where it raises CloudError, no rule is known; ``permission`` is the one that it needs. ``drops`` tells
    whether rules may drop traffic.
    """

    def __init__(
        self, read: Callable[[Sequence[str]], Mapping[str, Sequence[Rule]]], permission: str, *, drops: bool
    ) -> None:
        self._read = read
        self._permission = permission
        self._drops = drops
        self._rules: dict[str, tuple[Rule, ...]] = {}
        self._effects: dict[tuple[tuple[str, ...], tuple[str, ...]], Effect] = {}

    def learn(self, groups: Sequence[str], /) -> None:
        new = [group for group in dict.fromkeys(groups) if group not in self._rules]
        if not new:
            return
        try:
            self._rules.update((group, tuple(rules)) for group, rules in self._read(new).items())
        except CloudError as error:
            why = reason(error.failure, self._permission)
            self._rules.update((group, unread(group, why, drops=self._drops)) for group in new)

    def effect(self, change: Change, /) -> Effect:
        key = change.before, change.after
        if key not in self._effects:
            before, after = (Rules(tuple(rule for group in side for rule in self._rules[group])) for side in key)
            self._effects[key] = effect_of(before, after)
        return self._effects[key]


class MemberReviewer:
    """Reviews changes where a group stands for the servers in it: each of them may connect.

    ``read`` returns the ids of the members of a group, or raises CloudError; ``permission`` is the one that it needs.
    ``noun`` is what people call one member.
    """

    def __init__(self, read: Callable[[str], frozenset[str]], permission: str, noun: str) -> None:
        self._read = read
        self._permission = permission
        self._noun = noun
        self._members: dict[str, frozenset[str]] = {}
        self._unknown: dict[str, str] = {}

    def learn(self, groups: Sequence[str], /) -> None:
        for group in groups:
            if group not in self._members and group not in self._unknown:
                try:
                    self._members[group] = self._read(group)
                except CloudError as error:
                    self._unknown[group] = reason(error.failure, self._permission)

    def effect(self, change: Change, /) -> Effect:
        return Effect(
            opens=self._apart(change.added, change.before),
            closes=self._apart(change.removed, change.after),
            undecided=(),
            unknown=tuple((one, self._unknown[one]) for one in (*change.before, *change.added) if one in self._unknown),
        )

    def _apart(self, groups: Sequence[str], others: Sequence[str]) -> tuple[Region, ...]:
        """Return those who are members of these groups alone, each once."""
        # Who is in a group that could not be read may have been let in before, or may be let in still.
        if any(one in self._unknown for one in others):
            return ()
        known = {member for one in others for member in self._members[one]}
        found: list[Region] = []
        for group in groups:
            if members := sorted(self._members.get(group, frozenset()) - known):
                named = ", ".join(members[:NAMED_MEMBERS])
                more = f" and {len(members) - NAMED_MEMBERS} more" if len(members) > NAMED_MEMBERS else ""
                noun = self._noun if len(members) == 1 else f"{self._noun}s"
                peers = f"{len(members)} {noun}: {named}{more}"
                found.append(Region(Direction.INGRESS, inside=frozenset({peers}), by=group))
                known.update(members)
        return tuple(found)
