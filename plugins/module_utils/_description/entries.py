# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The entries of a description: what is wrong with them, and what to do in one batch.

Whatever YAML can hold may come in. Nothing here reads a file, calls a cloud or changes its arguments.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from .._ansible.text import words
from .._core.kind import Kind
from .._core.lists import Position, State
from .._core.requests import Request, Wanted, expected_problems, id_problems, wanted_problems
from .kinds import KINDS

REQUIRED = ("kind", "id", "security_groups")
OPTIONAL = ("state", "position", "region", "connection", "expected", "name", "reason", "accepted")
LISTS = ("security_groups", "expected")
DAY = re.compile("[0-9]{4}-[0-9]{2}-[0-9]{2}")
ACCEPTED = ("until", "reason")
CHOICES = {"kind": tuple(KINDS), "state": tuple(State), "position": tuple(Position)}


@dataclass(frozen=True, slots=True)
class Names:
    """What messages call the parts of a description: options of a module, or variables of a role."""

    attachments: str = "attachments"
    connections: str = "connections"
    allow_empty: str = "allow_empty"
    only: str = "only"


@dataclass(frozen=True, slots=True)
class Accepted:
    """How long a list that differs from its description is accepted, that day included, and why."""

    until: date
    reason: str


@dataclass(frozen=True, slots=True)
class Attachment:
    """What a resource's list is to be. ``region`` is the entry's own, or else its connection's.

    What is None was not given; the environment may have a region.
    """

    kind: str
    id: str
    security_groups: tuple[str, ...]
    state: State
    position: Position
    expected: tuple[str, ...] | None
    region: str | None
    connection: str | None
    name: str | None
    reason: str | None
    accepted: Accepted | None = None

    @property
    def request(self) -> Request:
        return Request(self.id, Wanted(self.security_groups, self.state, self.position), self.expected)


@dataclass(frozen=True, slots=True)
class Batch:
    """Attachments of one kind, reached through one connection, in one region."""

    kind: str
    connection: str | None
    region: str | None
    attachments: tuple[Attachment, ...]

    @property
    def label(self) -> str:
        kind, number = KINDS[self.kind].kind, len(self.attachments)
        return place(f"{number} {kind.noun if number == 1 else kind.plural}", self.connection, self.region)


def place(what: str, connection: str | None, region: str | None) -> str:
    """Return what is somewhere, and where that is, in words."""
    through = f" through {connection}" if connection is not None else ""
    return f"{what}{through}" + (f" in {region}" if region is not None else "")


def given(entry: Mapping[Any, Any]) -> dict[Any, Any]:
    """Return what an entry gives: neither null nor an empty text nor ``omit``, and lists that are text as lists."""
    return {key: _listed(key, value) for key, value in entry.items() if not _is_nothing(value)}


def problems(
    attachments: object, connections: Mapping[Any, Any], *, allow_empty: bool, names: Names = Names()
) -> list[str]:
    """Return a sentence for each thing that is wrong, which names the entry that it is about.

    No sentence holds the value of a connection option.
    """
    return list(_problems(attachments, connections, allow_empty, names))


def read(attachments: Sequence[Mapping[str, Any]], connections: Mapping[str, Any]) -> list[Attachment]:
    """Return the attachments of a description that has no problems, in its order."""
    return [_attachment(given(entry), connections) for entry in attachments]


def unknown(only: Collection[str], attachments: Sequence[Attachment], names: Names = Names()) -> list[str]:
    """Return a sentence if ``only`` names an id that no entry has."""
    described = {one.id for one in attachments}
    missing = [one for one in dict.fromkeys(only) if one not in described]
    if not missing:
        return []
    return [f"{names.only} names {', '.join(missing)}, and no entry of {names.attachments} has that id; check the ids"]


def batches(attachments: Sequence[Attachment]) -> list[Batch]:
    """Return the attachments by kind, connection and region: the kinds in their order, all else as described."""
    together: dict[tuple[str, str | None, str | None], list[Attachment]] = {}
    for one in attachments:
        together.setdefault((one.kind, one.connection, one.region), []).append(one)
    kinds = list(KINDS)
    ordered = sorted(together.items(), key=lambda item: kinds.index(item[0][0]))
    return [Batch(*key, tuple(found)) for key, found in ordered]


def what(value: object) -> str:
    """Return what a value is, in words that do not show it."""
    if value is None:
        return "null"
    if isinstance(value, str):
        return "a string" if value else "an empty string"
    kinds = {bool: "a bool", int: "a number", float: "a number", list: "a list", Mapping: "a mapping"}
    return next((name for form, name in kinds.items() if isinstance(value, form)), "of another type")


def regions_of(options: object) -> list[str]:
    """Return the regions that a connection names: one as a rule, several as a list or as text."""
    region = given(options).get("region") if isinstance(options, Mapping) else None
    if isinstance(region, list):
        return [one for one in map(str, region) if one]
    return words(str(region)) if region is not None else []


def _problems(attachments: object, connections: Mapping[Any, Any], allow_empty: bool, names: Names) -> Iterator[str]:
    if attachments is None:
        yield f"{names.attachments} is not set; describe there which security groups belong on which resources"
        return
    if not isinstance(attachments, list):
        yield f"{names.attachments} is {what(attachments)} and must be a list of entries{_hint(attachments)}"
        return
    known: dict[int, Attachment] = {}
    for index, one in enumerate(attachments):
        entry = given(one) if isinstance(one, Mapping) else one
        found = list(_form_problems(entry))
        if not found:
            known[index] = _attachment(entry, connections)
            found = list(_meaning_problems(known[index], connections, allow_empty, names))
        for problem in found:
            yield f"{_place(index, entry, names)}: {problem}"
    yield from _repeated(known, names)


def _form_problems(entry: object) -> Iterator[str]:
    if not isinstance(entry, Mapping):
        yield f"it is {what(entry)} and must be a mapping with {', '.join(REQUIRED)}"
        return
    for key in entry:
        if key not in REQUIRED + OPTIONAL:
            yield f"'{key}' is unknown; an entry has {', '.join(REQUIRED)} and may have {', '.join(OPTIONAL)}"
    for key in REQUIRED + OPTIONAL:
        value = entry.get(key)
        if value is None:
            if key in REQUIRED:
                yield f"{key} is missing"
        elif key in LISTS:
            if not isinstance(value, list) or not all(isinstance(group, str) for group in value):
                yield f"{key} must be a list of security group {'IDs' if key == 'expected' else 'IDs or names'}"
        elif key == "accepted":
            yield from _accepted_problems(value)
        elif not isinstance(value, str):
            yield f"{key} is {what(value)} and must be a string"
        elif key in CHOICES and value not in CHOICES[key]:
            yield f"{key} '{value}' is unknown; it is one of {', '.join(CHOICES[key])}"


def _accepted_problems(value: object) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield f"accepted is {what(value)} and must be a mapping with {' and '.join(ACCEPTED)}"
        return
    for key in value:
        if key not in ACCEPTED:
            yield f"accepted has '{key}'; it has {' and '.join(ACCEPTED)}"
    for key in ACCEPTED:
        if _is_nothing(value.get(key)):
            yield f"accepted.{key} is missing"
    until, reason = value.get("until"), value.get("reason")
    if not _is_nothing(until) and _day(until) is None:
        shown = f"'{until}'" if isinstance(until, str) else what(until)
        yield f"accepted.until is {shown} and must be a date such as 2027-01-31"
    if not _is_nothing(reason) and not isinstance(reason, str):
        yield f"accepted.reason is {what(reason)} and must be a string"


def _day(value: object) -> date | None:
    """Return a date, which YAML makes of what has no quotes, or None for anything else."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    if isinstance(value, str) and DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            pass
    return None


def _hint(attachments: object) -> str:
    # ansible-core 2.18 writes a list as text and reads it again, which it cannot do with a date.
    if isinstance(attachments, str) and "datetime.date(" in attachments:
        return "; put the date of accepted.until in quotes, because ansible-core 2.18 cannot hand on any other"
    return ""


def _meaning_problems(
    one: Attachment, connections: Mapping[Any, Any], allow_empty: bool, names: Names
) -> Iterator[str]:
    kind = KINDS[one.kind].kind
    yield from id_problems(kind, [one.id])
    yield from wanted_problems(kind, one.request.wanted, allow_empty=True)
    yield from expected_problems(kind, one.expected)
    if not one.security_groups:
        yield from _empty_problems(kind, one.state, allow_empty, names)
    if one.position is not Position.KEEP and not kind.ordered:
        yield f"position means nothing to {one.kind}, whose lists have no order; leave it out"
    if one.connection is None:
        return
    if one.connection not in connections:
        defined = ", ".join(map(str, connections)) or "none"
        yield f"connection '{one.connection}' is not defined in {names.connections} (defined: {defined})"
    elif one.region is None and len(several := regions_of(connections[one.connection])) > 1:
        yield f"connection '{one.connection}' has several regions; give the entry one of {', '.join(several)}"


def _empty_problems(kind: Kind, state: State, allow_empty: bool, names: Names) -> Iterator[str]:
    if state is not State.EXACT:
        yield f"security_groups is empty, which means nothing with state '{state}'; name some or leave the entry out"
    elif kind.clearable and not allow_empty:
        yield f"security_groups is empty; set {names.allow_empty} if no group is to stay attached"


def _repeated(known: Mapping[int, Attachment], names: Names) -> Iterator[str]:
    first: dict[tuple[str, str, str | None, str | None], int] = {}
    for index, one in known.items():
        resource = KINDS[one.kind].kind.resource_id.key(one.id)
        earlier = first.setdefault((one.kind, resource, one.connection, one.region), index)
        if earlier != index:
            here, there = (f"{names.attachments}[{number}]" for number in (index, earlier))
            yield f"{here} ({one.id}): {there} describes it already; describe it once"


def _attachment(entry: Mapping[str, Any], connections: Mapping[Any, Any]) -> Attachment:
    connection = entry.get("connection")
    regions = regions_of(connections.get(connection))
    expected = entry.get("expected")
    return Attachment(
        kind=entry["kind"],
        id=entry["id"],
        security_groups=tuple(entry["security_groups"]),
        state=State(entry.get("state") or State.EXACT),
        position=Position(entry.get("position") or Position.KEEP),
        expected=None if expected is None else tuple(expected),
        region=entry.get("region") or (regions[0] if len(regions) == 1 else None),
        connection=connection,
        name=entry.get("name"),
        reason=entry.get("reason"),
        accepted=_accepted(entry.get("accepted")),
    )


def _accepted(value: Mapping[str, Any] | None) -> Accepted | None:
    until = _day(value["until"]) if value else None
    return Accepted(until, value["reason"]) if value and until else None


def _listed(key: object, value: object) -> object:
    if key not in LISTS:
        return value
    if isinstance(value, str):
        return words(value)
    return [one for one in value if not _is_omit(one)] if isinstance(value, list) else value


def _is_nothing(value: object) -> bool:
    return value is None or value == "" or _is_omit(value)


def _is_omit(value: object) -> bool:
    # It has no public name. Until ansible-core 2.18 it is a string with random digits at its end, which stays in lists.
    if isinstance(value, str):
        return value.startswith("__omit_place_holder__")
    return type(value).__name__ == "_OmitType"


def _place(index: int, entry: object, names: Names) -> str:
    named = entry.get("id") if isinstance(entry, Mapping) else None
    return f"{names.attachments}[{index}]" + (f" ({named})" if isinstance(named, str) and named else "")
