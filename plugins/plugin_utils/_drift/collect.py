# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Collects what our modules report in check mode, where there is no description but the tasks themselves."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from ...module_utils._ansible.text import words
from ...module_utils._core.lists import Position, State
from ...module_utils._core.requests import Wanted
from ...module_utils._description.entries import Accepted
from ...module_utils._description.kinds import KINDS
from .build import LASTING
from .described import described
from .model import Entry, Gap, Place, Problem, Reading, Seen, line, line_or_none
from .results import NOT_READ, failure, reading

UNKNOWN = "what its task asked for is not known"


class Collector:
    """What tasks asked for and found. Several tasks may ask for things of one resource; they add up, in their order."""

    def __init__(self) -> None:
        self._asked: dict[tuple[Place, str], dict[Wanted, Seen]] = {}
        self._words: dict[tuple[Place, str], tuple[str | None, str | None, Accepted | None]] = {}
        self._readings: list[Reading] = []
        self._gaps: list[Gap] = []
        self._ran = False

    def __bool__(self) -> bool:
        """Whether any task ran. One that speaks of nothing is reported, too: what the last report had is dropped."""
        return self._ran

    def add(self, scope: str, kind: str, arguments: Mapping[str, Any], result: Mapping[str, Any], at: datetime) -> None:
        """Add what a task, or an item of its loop, asked for, and what it returned at that time."""
        self._ran = True
        place = Place(line(scope), kind, None, _region(kind, arguments))
        found = reading(place, at, result)
        known = any(arguments.get(name) is not None for name in ("attachments", "security_groups"))
        # What was never rendered, as where a task fails before it begins, is no id.
        asked = {one: wanted for one, wanted in _asked(kind, arguments, found) if known and "{{" not in one}
        if not asked:
            # Entries that are no mappings, such as id=..., are understood by the module alone.
            if message := failure(result) or (None if known and not found.resources else UNKNOWN):
                self._gaps.append(Gap(place, message))
            return
        unread = Seen(None, problem=Problem(None, (not found.resources and found.message) or NOT_READ))
        seen = {resource_id: found.resources.get(resource_id, unread) for resource_id in asked}
        self._readings.append(replace(found, resources=seen))
        for resource_id, wanted in asked.items():
            self._ask(place, resource_id, wanted, seen[resource_id])

    def add_description(
        self, scope: str, arguments: Mapping[str, Any], result: Mapping[str, Any], at: datetime
    ) -> None:
        """Add what a task described for all kinds, and what it returned at that time."""
        self._ran = True
        try:
            found = described(
                scope, arguments.get("attachments"), arguments.get("connections") or {}, arguments.get("only"), result
            )
        except ValueError:
            self._gaps.append(Gap(Place(line(scope), None), failure(result) or UNKNOWN))
            return
        seen = {(one.place, each): one.resources[each] for one in found.readings for each in one.resources}
        messages = {one.place: one.message for one in found.readings}
        by_place: dict[Place, dict[str, Seen]] = {}
        for entry in found.entries:
            message = messages.get(entry.place) or failure(result) or NOT_READ
            one = seen.get((entry.place, entry.id), Seen(None, problem=Problem(None, message)))
            for wanted in entry.wanted:
                self._ask(entry.place, entry.id, wanted, one)
            self._words[entry.place, entry.id] = (entry.name, entry.reason, entry.accepted)
            by_place.setdefault(entry.place, {})[entry.id] = one
        self._readings += [Reading(place, at, resources, messages.get(place)) for place, resources in by_place.items()]

    def _ask(self, place: Place, resource_id: str, wanted: Wanted, seen: Seen) -> None:
        asks = self._asked.setdefault((place, resource_id), {})
        asks.pop(wanted, None)
        asks[wanted] = seen

    @property
    def entries(self) -> list[Entry]:
        return [
            Entry(place, resource_id, tuple(asks), *self._words.get((place, resource_id), ()))
            for (place, resource_id), asks in self._asked.items()
        ]

    @property
    def readings(self) -> list[Reading]:
        """Return what was read, each resource with what all tasks together say of it."""
        return [
            replace(one, resources={each: _together(self._asked[one.place, each].values()) for each in one.resources})
            for one in self._readings
        ]

    @property
    def gaps(self) -> list[Gap]:
        return list(self._gaps)


def _region(kind: str, arguments: Mapping[str, Any]) -> str | None:
    names = [
        name for option in KINDS[kind].connection if option.name == "region" for name in (option.name, *option.aliases)
    ]
    return next((line_or_none(arguments[name]) for name in names if arguments.get(name)), None)


def _asked(kind: str, arguments: Mapping[str, Any], found: Reading) -> Iterator[tuple[str, Wanted]]:
    declared = KINDS[kind]
    if attachments := arguments.get("attachments"):
        # What is no list of entries the module has refused.
        for one in attachments if isinstance(attachments, list) else ():
            if isinstance(one, Mapping) and (resource_id := one.get("id") or one.get(declared.id)):
                yield line(resource_id), _wanted(one, arguments)
        return
    wanted = _wanted(arguments, arguments)
    for resource_id in _texts(arguments.get(declared.ids) or arguments.get(declared.id)) or found.resources:
        yield resource_id, wanted


def _wanted(entry: Mapping[str, Any], arguments: Mapping[str, Any]) -> Wanted:
    try:
        return Wanted(
            # Names are compared as the cloud writes them.
            _given(entry.get("security_groups")),
            State(entry.get("state") or arguments.get("state") or State.PRESENT),
            Position(entry.get("position") or arguments.get("position") or Position.KEEP),
        )
    except ValueError:
        # The module has refused these arguments and read nothing.
        return Wanted(())


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(line, _given(value)))


def _given(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        # What was never rendered is not a text with words.
        return (value,) if "{{" in value else tuple(words(value))
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _together(each: Iterable[Seen]) -> Seen:
    """Return the last list that was read, with the refusal of any of the tasks and the names that any of them knew."""
    seen = list(each)
    read = [one for one in seen if one.groups is not None]
    refusals = [one.problem for one in seen if one.problem and (one.groups is not None or one.problem.kind in LASTING)]
    if read:
        return replace(
            read[-1],
            problem=refusals[0] if refusals else None,
            names={group: name for one in seen for group, name in one.names.items()},
            groups_checked=all(one.groups_checked for one in seen),
        )
    return seen[-1]
