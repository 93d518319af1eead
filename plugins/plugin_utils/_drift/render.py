# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report as text: for programs, tickets, CI systems, people with a browser, and a terminal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from itertools import count
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from ...module_utils._description.kinds import KINDS
from . import effects, page
from .build import ONLY
from .history import SCHEMA_VERSION
from .markdown import LIMIT, as_markdown
from .model import Age, Finding, Past, Place, ReadingTime, Report, Verdict
from .verdicts import FAIL_ON
from .wording import UNCHECKED, WORDS, accepted, change, development, headline, ranks, readable, shortened, utc, where

SCREEN = 20
"""The lines of the summary at most, so that a screen has room for what stands around it."""

WIDTH = 160
"""Characters of a line at most."""

MOST_ON_PAPER = 50
"""With more findings, only those that the reader opens have their cards on paper."""

AT_ONCE = 250
"""Resources in sync that the script of the page reads at a time, so that it never keeps a browser busy for long."""

TEMPLATES = Path(__file__).with_name("templates")


def files(report: Report, markdown_limit: int = LIMIT) -> dict[str, str]:
    """Return the contents of the files of a report by their names. Markdown has so many characters at most."""
    return {
        "drift.json": as_json(report),
        "drift.md": as_markdown(report, markdown_limit),
        "drift.xml": _rendered("drift.xml.j2", report, suites=_suites(report)),
        "drift.html": _page(report),
    }


def as_json(report: Report) -> str:
    """Return the report as a JSON document of SCHEMA_VERSION."""
    content = {
        "schema_version": SCHEMA_VERSION,
        "generated_at": utc(report.at),
        "previous_at": utc(report.previous_at),
        "totals": report.totals,
        "resources": [_resource(finding) for finding in report.findings],
        "repaired": [_past(past) for past in report.repaired],
        "dropped": [_past(past) for past in report.dropped],
        "readings": [_reading(reading) for reading in report.readings],
        "history": [{"generated_at": utc(one.at), **one.totals} for one in report.history],
        "provenance": asdict(report.provenance),
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def summary(report: Report) -> list[str]:
    """Return at most SCREEN lines: the totals, and a line for each resource that is not in sync.

    Resources that have the same problem share a line, which names the first of them. Where a line each would be too
    much, so do those that differ alike.
    """
    rows = [row for row in page.rows(report) if row.finding.verdict in FAIL_ON]
    drift = [[row] for row in rows if not row.finding.problem]
    entries = [*drift, *page.entries(row for row in rows if row.finding.problem)]
    lines = [headline(report), *filter(None, [development(report)])]
    room = SCREEN - len(lines)
    if len(entries) > room:
        entries = page.entries(rows)
    shown = entries if len(entries) <= room else entries[: room - 1]
    cells = [(_who(alike), where(alike[0].finding.place), change(alike[0].finding)) for alike in shown]
    who, at = (max((len(row[column]) for row in cells), default=0) for column in (0, 1))
    lines.extend("  ".join([f"{row[0]:{who}}", *([f"{row[1]:{at}}"] if at else []), row[2]]) for row in cells)
    if left := sum(len(alike) for alike in entries[len(shown) :]):
        lines.append(f"and {left} more; all of them are in the files")
    return [line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…" for line in lines]


def _who(alike: Sequence[page.Row]) -> str:
    finding = alike[0].finding
    name = f" ({shortened(finding.name)})" if finding.name else ""
    return f"{finding.label}{name}" + (f" and {len(alike) - 1} more" if len(alike) > 1 else "")


def _rendered(template: str, report: Report, **more: Any) -> str:
    return _environment().get_template(template).render(report=report, Verdict=Verdict, unchecked=UNCHECKED, **more)


def _page(report: Report) -> str:
    style, script = (TEMPLATES.joinpath(f"drift.{each}").read_text(encoding="utf-8") for each in ("css", "js"))
    return _rendered(
        "drift.html.j2",
        report,
        rows=page.rows(report),
        bars=page.bars(report),
        style=style,
        script=script,
        Age=Age,
        words=WORDS,
        kinds=KINDS,
        only=ONLY,
        check=page.CHECK,
        longest_word=page.LONGEST_WORD,
        most_on_paper=MOST_ON_PAPER,
        at_once=AT_ONCE,
        accepted=accepted,
        commands=page.commands,
        console=page.console,
    )


@dataclass(frozen=True, slots=True)
class _Case:
    """A finding as a test case, which no other case of the report is called like."""

    finding: Finding
    class_name: str
    name: str


def _suites(report: Report) -> dict[str, list[_Case]]:
    # The template's own groupby takes names for the same that differ in case.
    suites: dict[str, list[_Case]] = {}
    taken: set[str] = set()
    for finding in sorted(report.findings, key=lambda finding: finding.place.scope):
        place = finding.place
        class_name = ".".join(filter(None, (place.scope, place.kind, place.connection, place.region)))
        name = f"{finding.label} ({finding.name})" if finding.name else finding.label
        suites.setdefault(place.scope, []).append(_Case(finding, class_name, _unique(class_name, name, taken)))
    return suites


def _unique(class_name: str, name: str, taken: set[str]) -> str:
    # GitLab tells cases apart by the two with an underscore between them, and not by the suite. Others may ignore case.
    names = (name if number == 1 else f"{name} #{number}" for number in count(1))
    unique = next(one for one in names if f"{class_name}_{one}".casefold() not in taken)
    taken.add(f"{class_name}_{unique}".casefold())
    return unique


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        utc=utc,
        readable=readable,
        change=change,
        ranks=ranks,
        effects=effects.lines,
        entries=page.entries,
        policy_hash=page.policy_hash,
        whole=page.whole,
    )
    return environment


def _place(place: Place) -> dict[str, Any]:
    return {
        "scope": place.scope,
        "cloud": KINDS[place.kind].cloud if place.kind else None,
        "kind": place.kind,
        "connection": place.connection,
        "region": place.region,
    }


def _resource(finding: Finding) -> dict[str, Any]:
    problem = finding.problem
    return {
        **_place(finding.place),
        "id": finding.id,
        "name": finding.name,
        "reason": finding.reason,
        "state": finding.state,
        "verdict": str(finding.verdict),
        "problem": {"kind": problem.kind, "message": problem.message} if problem else None,
        "found": None if finding.found is None else list(finding.found),
        "wanted": None if finding.wanted is None else list(finding.wanted),
        "missing": list(finding.missing),
        "extra": list(finding.extra),
        "moved": list(finding.moved),
        "names": dict(finding.names),
        "groups_checked": finding.groups_checked,
        "accepted": finding.accepted
        and {"until": finding.accepted.until.isoformat(), "reason": finding.accepted.reason},
        "effect": finding.effect,
        "since": utc(finding.since),
        "age": str(finding.age) if finding.age else None,
        "repair": finding.repair,
    }


def _past(past: Past) -> dict[str, Any]:
    return {**_place(past.place), "id": past.id, "was": str(past.was), "since": utc(past.since)}


def _reading(reading: ReadingTime) -> dict[str, Any]:
    return {
        **_place(reading.place),
        "resources": reading.resources,
        "first_at": utc(reading.first),
        "last_at": utc(reading.last),
    }
