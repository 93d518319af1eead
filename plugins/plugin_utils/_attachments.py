# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A description of which security groups belong on which resources: what is wrong with it, and what to do in one task.

Whatever YAML can hold may come in. Nothing here reads a file, calls a cloud or changes its arguments.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..module_utils._core.kind import Kind
from ..module_utils._core.lists import Position, State
from ..module_utils._core.requests import Wanted, id_problems, wanted_problems
from ._kinds import MODULES

REQUIRED = ("kind", "id", "security_groups")
OPTIONAL = ("state", "position", "region", "connection", "name", "reason")
CHOICES = {"kind": tuple(MODULES), "state": tuple(State), "position": tuple(Position)}

ATTACHMENTS = "security_group_attachments"
CONNECTIONS = "security_group_connections"


@dataclass(frozen=True, slots=True)
class Attachment:
    """What a resource's list shall be. ``region`` is the entry's own, or else its connection's.

    What is None was not given; the environment may have a region.
    """

    kind: str
    id: str
    security_groups: tuple[str, ...]
    state: State
    position: Position
    region: str | None
    connection: str | None
    name: str | None
    reason: str | None


@dataclass(frozen=True, slots=True)
class Batch:
    """What one task can do: attachments of one kind, reached through one connection, in one region."""

    kind: str
    connection: str | None
    region: str | None
    attachments: tuple[Attachment, ...]

    @property
    def label(self) -> str:
        kind, number = MODULES[self.kind].kind, len(self.attachments)
        text = f"{number} {kind.noun if number == 1 else kind.plural}"
        if self.connection is not None:
            text += f" through {self.connection}"
        if self.region is not None:
            text += f" in {self.region}"
        return text


def problems(attachments: object, connections: object, *, allow_empty: bool) -> list[str]:
    """Return a sentence for each thing that is wrong, which names the entry or the connection that it is about.

    No sentence holds the value of a connection option.
    """
    return list(_problems(attachments, connections, allow_empty))


def read(attachments: Sequence[Mapping[str, Any]], connections: Mapping[str, Mapping[str, Any]]) -> list[Attachment]:
    """Return the attachments of a description that has no problems, in its order."""
    return [_attachment(_given(entry), connections) for entry in attachments]


def batches(attachments: Sequence[Attachment]) -> list[Batch]:
    """Return the attachments by kind, connection and region: the kinds in their order, all else as described."""
    together: dict[tuple[str, str | None, str | None], list[Attachment]] = {}
    for one in attachments:
        together.setdefault((one.kind, one.connection, one.region), []).append(one)
    kinds = list(MODULES)
    ordered = sorted(together.items(), key=lambda item: kinds.index(item[0][0]))
    return [Batch(*key, tuple(found)) for key, found in ordered]


def _problems(attachments: object, connections: object, allow_empty: bool) -> Iterator[str]:
    if attachments is None:
        yield f"{ATTACHMENTS} is not set; describe there which security groups belong on which resources"
        return
    if not isinstance(attachments, list):
        yield f"{ATTACHMENTS} is {_what(attachments)} and must be a list of entries"
        return
    if not isinstance(connections, Mapping):
        yield f"{CONNECTIONS} is {_what(connections)} and must be a mapping from names to connection options"
        return
    known: dict[int, Attachment] = {}
    for index, one in enumerate(attachments):
        entry = _given(one) if isinstance(one, Mapping) else one
        found = list(_form_problems(entry))
        if not found:
            known[index] = _attachment(entry, connections)
            found = list(_meaning_problems(known[index], connections, allow_empty))
        for problem in found:
            yield f"{_place(index, entry)}: {problem}"
    yield from _repeated(known)
    for name, kind in dict.fromkeys((one.connection, one.kind) for one in known.values()):
        if name in connections:
            for problem in _connection_problems(kind, connections[name]):
                yield f"{CONNECTIONS}['{name}']: {problem}"


def _form_problems(entry: object) -> Iterator[str]:
    if not isinstance(entry, Mapping):
        yield f"it is {_what(entry)} and must be a mapping with {', '.join(REQUIRED)}"
        return
    for key in entry:
        if key not in REQUIRED + OPTIONAL:
            yield f"'{key}' is unknown; an entry has {', '.join(REQUIRED)} and may have {', '.join(OPTIONAL)}"
    for key in REQUIRED + OPTIONAL:
        value = entry.get(key)
        if value is None:
            if key in REQUIRED:
                yield f"{key} is missing"
            elif key in CHOICES and key in entry:
                yield f"{key} has no value; leave it out or give one of {', '.join(CHOICES[key])}"
        elif key == "security_groups":
            if not isinstance(value, list) or not all(isinstance(group, str) for group in value):
                yield "security_groups must be a list of security group ids"
        elif not isinstance(value, str) or not value:
            yield f"{key} is {_what(value)} and must be a string that is not empty"
        elif key in CHOICES and value not in CHOICES[key]:
            yield f"{key} '{value}' is unknown; it is one of {', '.join(CHOICES[key])}"


def _meaning_problems(one: Attachment, connections: Mapping[Any, Any], allow_empty: bool) -> Iterator[str]:
    kind = MODULES[one.kind].kind
    yield from id_problems(kind, [one.id])
    yield from wanted_problems(kind, Wanted(one.security_groups, one.state, one.position), allow_empty=True)
    if not one.security_groups:
        yield from _empty_problems(kind, one.state, allow_empty)
    if one.position is not Position.KEEP and not kind.ordered:
        yield f"position means nothing to {one.kind}, whose lists have no order; leave it out"
    if one.connection is not None and one.connection not in connections:
        yield f"{CONNECTIONS} has no '{one.connection}'; it has {', '.join(map(str, connections)) or 'nothing'}"


def _empty_problems(kind: Kind, state: State, allow_empty: bool) -> Iterator[str]:
    if state is not State.EXACT:
        yield f"security_groups is empty, which means nothing with state '{state}'; name some or leave the entry out"
    elif kind.clearable and not allow_empty:
        yield f"security_groups is empty; set {ATTACHMENTS}_allow_empty if none shall stay attached"


def _repeated(known: Mapping[int, Attachment]) -> Iterator[str]:
    first: dict[tuple[str, str, str | None, str | None], int] = {}
    for index, one in known.items():
        earlier = first.setdefault((one.kind, one.id, one.connection, one.region), index)
        if earlier != index:
            yield f"{ATTACHMENTS}[{index}] ({one.id}): {ATTACHMENTS}[{earlier}] describes it already; describe it once"


def _connection_problems(kind: str, options: object) -> Iterator[str]:
    if not isinstance(options, Mapping):
        yield f"it is {_what(options)} and must be a mapping of connection options"
        return
    known = {option.name: option for option in MODULES[kind].connection}
    proper = {alias: option.name for option in known.values() for alias in option.aliases}
    for name, value in options.items():
        if name in proper:
            yield f"write {proper[name]} for {name}"
        elif name not in known:
            yield f"'{name}' is no connection option of {kind}; these are: {', '.join(known)}"
        elif known[name].type != "dict" and isinstance(value, (Mapping, list)):
            yield f"{name} is {_what(value)} and must be a single value"
        elif name == "region" and isinstance(value, (bool, int, float)):
            yield f"{name} is {_what(value)} and must be a string"


def _attachment(entry: Mapping[str, Any], connections: Mapping[Any, Any]) -> Attachment:
    connection = entry.get("connection")
    options = connections.get(connection)
    region = entry.get("region") or (_given(options).get("region") if isinstance(options, Mapping) else None)
    return Attachment(
        kind=entry["kind"],
        id=entry["id"],
        security_groups=tuple(entry["security_groups"]),
        state=State(entry.get("state") or State.EXACT),
        position=Position(entry.get("position") or Position.KEEP),
        # With ansible-core 2.18, a value from a vault is an object that str() decrypts.
        region=(str(region) or None) if region is not None else None,
        connection=connection,
        name=entry.get("name"),
        reason=entry.get("reason"),
    )


def _given(options: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is not ``omit``, which ansible-core takes out of a value only after the filters have seen it."""
    return {key: value for key, value in options.items() if not _is_omit(value)}


def _is_omit(value: object) -> bool:
    # It has no public name. Until ansible-core 2.18 it is a string with random digits at its end.
    if isinstance(value, str):
        return value.startswith("__omit_place_holder__")
    return type(value).__name__ == "_OmitType"


def _place(index: int, entry: object) -> str:
    named = entry.get("id") if isinstance(entry, Mapping) else None
    return f"{ATTACHMENTS}[{index}]" + (f" ({named})" if isinstance(named, str) and named else "")


def _what(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, str):
        return "a string" if value else "an empty string"
    names = {bool: "a bool", int: "a number", float: "a number", list: "a list", Mapping: "a mapping"}
    return next((name for form, name in names.items() if isinstance(value, form)), "of another type")
