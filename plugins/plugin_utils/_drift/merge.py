# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the reports of several hosts or job slices to one report."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from ...module_utils._core.regions import parsed
from ...module_utils._description.entries import Accepted
from .build import dated, unread
from .effects import PARTS
from .history import SCHEMA_VERSION, History, UnreadableReportError, moment
from .model import UNKNOWN, DriftEffect, Finding, Gap, Place, Problem, Provenance, ReadingTime, Report, Verdict

NAME = "drift.json"


@dataclass(frozen=True, slots=True)
class Part:
    """A report that is to be merged."""

    at: datetime
    findings: tuple[Finding, ...]
    readings: tuple[ReadingTime, ...]


def merge(
    parts: Sequence[Part],
    scopes: Iterable[str],
    newer_than: datetime | None,
    *,
    at: datetime,
    history: History | None = None,
    provenance: Provenance = UNKNOWN,
) -> Report:
    """Return one report. Of several parts on one scope the last one counts.

    Each of ``scopes`` has to have a part, and one that is not older than ``newer_than``. One that has not is in the
    report as not read. Without ``scopes``, all parts that are new enough are merged.
    """
    wanted = list(dict.fromkeys(scopes))
    last: dict[str, Part] = {}
    for part in sorted(parts, key=lambda part: part.at):
        if newer_than is None or part.at >= newer_than.replace(microsecond=0):
            last.update(dict.fromkeys((finding.place.scope for finding in part.findings), part))
            last.update(dict.fromkeys((reading.place.scope for reading in part.readings), part))
    chosen = {scope: part for scope, part in last.items() if not wanted or scope in wanted}
    findings = [one for scope, part in chosen.items() for one in part.findings if one.place.scope == scope]
    readings = [one for scope, part in chosen.items() for one in part.readings if one.place.scope == scope]
    missing = "this host failed, or wrote no report in time; the output of the run says why"
    findings += [unread(Gap(Place(scope, None), missing)) for scope in wanted if scope not in chosen]
    return dated(findings, sorted(readings, key=_place), at=at, history=history, provenance=provenance)


def find(paths: Iterable[Path]) -> list[Path]:
    """Return the reports: each path itself, or for a directory the reports in its folders."""
    return [one for path in paths for one in (sorted(path.glob(f"*/{NAME}")) if path.is_dir() else [path])]


def read(path: Path) -> Part:
    """Read a drift.json; raise UnreadableReportError, which names the file."""
    try:
        return _part(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise UnreadableReportError(f"the report {path} cannot be read: {error.strerror}") from error
    except (KeyError, TypeError, ValueError, AttributeError, RecursionError) as error:
        raise UnreadableReportError(
            f"the report {path} is not a whole drift.json of schema version {SCHEMA_VERSION}; make it again"
        ) from error


def _part(content: Mapping[str, Any]) -> Part:
    if content["schema_version"] != SCHEMA_VERSION:
        raise ValueError
    return Part(
        moment(content["generated_at"]),
        tuple(map(_finding, content["resources"])),
        tuple(map(_reading, content["readings"])),
    )


def _finding(one: Mapping[str, Any]) -> Finding:
    problem = one["problem"]
    return Finding(
        _place_of(one),
        one["id"],
        Verdict(one["verdict"]),
        name=one["name"],
        reason=one["reason"],
        state=one["state"],
        found=None if one["found"] is None else tuple(one["found"]),
        wanted=None if one["wanted"] is None else tuple(one["wanted"]),
        missing=tuple(one["missing"]),
        extra=tuple(one["extra"]),
        moved=tuple(one["moved"]),
        # Reports of before these fields have neither.
        names=dict(one.get("names", {}).items()),
        groups_checked=one.get("groups_checked", True),
        accepted=_accepted(one.get("accepted")),
        effect=_effect(one.get("effect")),
        problem=None if problem is None else Problem(problem["kind"], problem["message"]),
        repair=one["repair"],
        since=None if one["since"] is None else moment(one["since"]),
    )


def _accepted(one: Mapping[str, Any] | None) -> Accepted | None:
    return Accepted(date.fromisoformat(one["until"]), one["reason"]) if one else None


def _effect(one: Mapping[str, Any] | None) -> DriftEffect | None:
    if one is None:
        return None
    for region in (*one["opens"], *one["closes"]):
        parsed(region)
    return {part: [{key: str(text) for key, text in each.items()} for each in one[part]] for part in PARTS}


def _reading(one: Mapping[str, Any]) -> ReadingTime:
    return ReadingTime(_place_of(one), moment(one["first_at"]), moment(one["last_at"]), one["resources"])


def _place_of(one: Mapping[str, Any]) -> Place:
    return Place(one["scope"], one["kind"], one["connection"], one["region"])


def _place(reading: ReadingTime) -> tuple[str, ...]:
    place = reading.place
    return (place.scope, place.kind or "", place.connection or "", place.region or "")
