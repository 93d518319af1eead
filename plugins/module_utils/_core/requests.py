# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task asks for, and the checks that need no call to the cloud."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .kind import IdForm, Kind
from .lists import Position, State, compare

STRAY = " \t\r\n,;'\""
"""What is often around an id that was copied or that a command printed."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is wanted of a resource's list. ``groups`` are ids, or names where the cloud was not asked for ids yet."""

    groups: tuple[str, ...]
    state: State = State.PRESENT
    position: Position = Position.KEEP


@dataclass(frozen=True, slots=True)
class Request:
    """What is wanted of one resource.

    ``expected`` is the list that it must have now, or None where any will do.
    """

    id: str
    wanted: Wanted
    expected: tuple[str, ...] | None = None


def id_problems(kind: Kind, ids: Sequence[str]) -> Iterator[str]:
    """Yield a sentence for each id that is malformed or named twice."""
    for resource_id in dict.fromkeys(ids):
        if not kind.resource_id.fits(resource_id):
            yield stray_problem(kind.resource_id, resource_id) or (
                f"'{resource_id}' is not a valid {kind.noun} ID (expected something like {kind.resource_id.example})"
            )
    for resource_id in _repeated([kind.resource_id.key(one) for one in ids]):
        yield f"{kind.noun} {resource_id} is named more than once; name it once"


def wanted_problems(kind: Kind, wanted: Wanted, *, allow_empty: bool) -> Iterator[str]:
    """Yield a sentence for each thing that is wrong with what is wanted, whatever the resource's list is now."""
    yield from group_problems(kind, wanted.groups)
    for group in _repeated(wanted.groups):
        yield f"security group {group} is named more than once; name it once"
    if wanted.position is not Position.KEEP and wanted.state is not State.PRESENT:
        yield (
            f"position '{wanted.position}' goes with state 'present' only, not with '{wanted.state}'; "
            "leave position out or give 'keep'"
        )
    if wanted.state is State.EXACT and not wanted.groups and (problem := empty_problem(kind, allow_empty=allow_empty)):
        yield problem
    if wanted.state is not State.ABSENT and (problem := length_problem(len(wanted.groups), kind.longest)):
        yield problem


def group_problems(kind: Kind, groups: Sequence[str]) -> Iterator[str]:
    """Yield a sentence for each security group that is neither an id nor can be a name."""
    for group in dict.fromkeys(groups):
        if problem := stray_problem(kind.group_id, group):
            yield problem
        elif not group.strip() or not group.isprintable():
            yield f"{group!r} is not a security group; give an ID like {kind.group_id.example}, or a name"


def stray_problem(form: IdForm, text: str) -> str | None:
    """Return what is around an id that does not belong to it, as in the output of a command; None if nothing is."""
    bare = text.strip(STRAY)
    if text == bare or not form.fits(bare):
        return None
    return f"{text!r} is the ID {bare} with a space, a comma or something like that around it; remove it"


def expected_problems(kind: Kind, expected: Sequence[str] | None) -> Iterator[str]:
    """Yield a sentence for each thing in an expected list that is not an id."""
    for group in dict.fromkeys(expected or ()):
        if not kind.group_id.fits(group):
            yield stray_problem(kind.group_id, group) or (
                f"expected has '{group}', which is not a security group ID such as {kind.group_id.example}"
            )


def empty_problem(kind: Kind, *, allow_empty: bool) -> str | None:
    """Return why the list of a resource of this kind may not become empty, or None where it may."""
    if not kind.clearable:
        return "at least one security group must stay attached; name the groups that shall stay"
    if not allow_empty:
        return "no security group would be left; set allow_empty if that is meant"
    return None


def length_problem(length: int, longest: int | None) -> str | None:
    """Return why a list of ``length`` groups is too long, or None where it is not or nobody knows."""
    if longest is None or length <= longest:
        return None
    return f"{length} security groups are more than the {longest} that can be attached; name fewer or detach others"


def expected_problem(kind: Kind, expected: Sequence[str] | None, groups: Sequence[str]) -> str | None:
    """Return why a list is not the one that is expected, or None where it is or any will do."""
    if expected is None or not compare(expected, groups, ordered=kind.ordered).changed:
        return None
    are, were = (", ".join(each) or "none" for each in (groups, expected))
    return f"its security groups are {are}, not {were} as expected; review the change and plan again"


def _repeated(names: Sequence[str]) -> list[str]:
    return [name for name, times in Counter(names).items() if times > 1]
