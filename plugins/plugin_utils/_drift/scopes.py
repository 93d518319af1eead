# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what the roles hand over, checked for types already, to what the report is made of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...module_utils._core.lists import Position, State
from ...module_utils._core.requests import Wanted
from .history import moment
from .model import Entry, Gap, Place, Reading, line, line_or_none, order
from .results import reading

Scope = Mapping[str, Any]


def entries(scopes: Sequence[Scope]) -> list[Entry]:
    """Return the lines of all descriptions; raise ValueError where one resource has two."""
    found = [
        Entry(
            _place(scope, one),
            line(one["id"]),
            (
                Wanted(
                    tuple(map(line, one["security_groups"])),
                    State(one["state"]),
                    Position(one["position"] or Position.KEEP),
                ),
            ),
            line_or_none(one["name"]),
            line_or_none(one["reason"]),
        )
        for scope in scopes
        for one in scope["attachments"]
    ]
    times = Counter(order(entry.place, entry.id) for entry in found)
    if twice := [at for at, many in times.items() if many > 1]:
        raise ValueError(
            f"{twice[0][1]} {twice[0][-1]} of scope {twice[0][0]} is described more than once; describe it once"
        )
    return found


def readings(scopes: Sequence[Scope]) -> list[Reading]:
    """Return what the batches of all scopes read; raise ValueError where one does not say when."""
    return list(_readings(scopes))


def gaps(scopes: Sequence[Scope]) -> list[Gap]:
    """Return the scopes that could not be reached."""
    return [
        Gap(Place(line(scope["scope"]), None), problem)
        for scope in scopes
        if (problem := line_or_none(scope["problem"]))
    ]


def _readings(scopes: Sequence[Scope]) -> Iterator[Reading]:
    for scope in scopes:
        for batch in scope["batches"]:
            try:
                at = moment(batch["read_at"])
            except ValueError as error:
                problem = f"read_at of a batch of scope {scope['scope']} is '{batch['read_at']}' and no ISO 8601 time"
                raise ValueError(problem) from error
            yield reading(_place(scope, batch), at, batch["result"])


def _place(scope: Scope, one: Mapping[str, Any]) -> Place:
    return Place(line(scope["scope"]), one["kind"], line_or_none(one["connection"]), line_or_none(one["region"]))
