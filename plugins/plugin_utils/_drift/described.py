# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a description and what the module ``attachments`` returned to what the report is made of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ...module_utils._ansible.text import words
from ...module_utils._description.entries import Accepted, Attachment, problems, read
from .history import moment
from .model import Entry, Gap, Place, Reading, line, line_or_none
from .results import failure, reading


@dataclass(frozen=True, slots=True)
class Described:
    """The entries of a scope, and what was read of them."""

    entries: list[Entry]
    readings: list[Reading]
    gaps: list[Gap]


def described(
    scope: str, attachments: Any, connections: Mapping[str, Any], only: object, result: Mapping[str, Any]
) -> Described:
    """Return what a scope describes and what was read of it; raise ValueError where the description is wrong.

    ``result`` is what the module returned for this description, whether it failed or not.
    """
    if wrong := problems(attachments, connections, allow_empty=True):
        raise ValueError("; ".join(wrong))
    ids = set(words(only))
    chosen = [one for one in read(attachments, connections) if not ids or one.id in ids]
    return of_result(scope, chosen, result)


def of_result(scope: str, attachments: Sequence[Attachment], result: Mapping[str, Any]) -> Described:
    """Return what a scope describes and what was read of it. What is wrong with a description the module has said."""
    readings = list(_readings(line(scope), result))
    gaps = [] if readings or not (message := failure(result)) else [Gap(Place(line(scope), None), message)]
    return Described([_entry(line(scope), one) for one in attachments], readings, gaps)


def _entry(scope: str, one: Attachment) -> Entry:
    place = Place(scope, one.kind, line_or_none(one.connection), line_or_none(one.region))
    accepted = one.accepted and Accepted(one.accepted.until, line(one.accepted.reason))
    return Entry(place, one.id, (one.request.wanted,), line_or_none(one.name), line_or_none(one.reason), accepted)


def _readings(scope: str, result: Mapping[str, Any]) -> Iterator[Reading]:
    resources = [one for one in result.get("resources") or () if isinstance(one, Mapping)]
    for batch in result.get("batches") or ():
        where = _where(batch)
        found = [one for one in resources if _where(one) == where]
        kind, connection, region = where
        place = Place(scope, kind, line_or_none(connection), line_or_none(region))
        told = {"resources": found, **({"msg": batch["msg"]} if batch["msg"] else {})}
        yield reading(place, _moment(batch["read_at"]), told)


def _where(one: Mapping[str, Any]) -> tuple[Any, Any, Any]:
    return one.get("kind"), one.get("connection"), one.get("region")


def _moment(text: str) -> datetime:
    try:
        return moment(text)
    except ValueError as error:
        raise ValueError(f"read_at of a batch of result is '{text}' and not a time in ISO 8601") from error
