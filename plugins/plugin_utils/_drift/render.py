# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report as text: for programs, tickets, CI systems, people with a browser, and a terminal."""

from __future__ import annotations

import json
import re
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from .history import SCHEMA_VERSION
from .kinds import KINDS, MOVED
from .model import Age, Finding, Past, Place, ReadingTime, Report, Verdict

SCREEN = 20
"""The lines of the summary at most, so that a screen has room for what stands around it."""

WIDTH = 100
NAMED = 3
"""How many groups of a sort the summary names."""

ROWS = 100
"""How many resources drift.md lists of each verdict: a ticket takes some ten thousand characters."""

WORDS = {
    Verdict.DRIFT: "drift",
    Verdict.WOULD_FAIL: "would fail",
    Verdict.ERROR: "not read",
    Verdict.IN_SYNC: "in sync",
}
MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+!|~&$])")


def files(report: Report) -> dict[str, str]:
    """Return the contents of the files of a report by their names."""
    return {
        "drift.json": as_json(report),
        "drift.md": _rendered("drift.md.j2", report),
        "drift.xml": _rendered("drift.xml.j2", report),
        "drift.html": _rendered("drift.html.j2", report),
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
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def summary(report: Report) -> list[str]:
    """Return at most SCREEN lines: the totals, and a line for each resource that is not in sync."""
    findings = report.not_in_sync
    lines = [headline(report), *filter(None, [development(report)])]
    room = SCREEN - len(lines)
    shown = findings if len(findings) <= room else findings[: room - 1]
    width = max((len(one.label) for one in shown), default=0)
    lines.extend(f"{one.label:{width}}  {change(one)}" for one in shown)
    if len(shown) < len(findings):
        lines.append(f"and {len(findings) - len(shown)} more; all of them are in the files")
    return [line if len(line) <= WIDTH else f"{line[: WIDTH - 1]}…" for line in lines]


def headline(report: Report) -> str:
    """Return the totals in words."""
    totals = report.totals
    words = ", ".join(f"{totals[verdict]} {word}" for verdict, word in WORDS.items() if totals[verdict])
    return f"{totals['total']} described" + (f": {words}" if words else "")


def development(report: Report) -> str | None:
    """Return what became of the last report in words, or None where none was given."""
    if report.previous_at is None:
        return None
    new = sum(finding.age is Age.NEW for finding in report.findings)
    return f"{new} new and {len(report.repaired)} in sync again since {readable(report.previous_at)}"


def change(finding: Finding) -> str:
    """Return in a few words what a repair would change, or what is in the way."""
    parts = [f"+{group}" for group in finding.missing[:NAMED]]
    parts += [f"+{len(finding.missing) - NAMED} more"] if len(finding.missing) > NAMED else []
    parts += [f"-{group}" for group in finding.extra[:NAMED]]
    parts += [f"-{len(finding.extra) - NAMED} more"] if len(finding.extra) > NAMED else []
    text = " ".join(parts)
    if finding.moved:
        text += f"  order {ranks(finding)}"
    if finding.problem:
        text += f"  {WORDS[finding.verdict]}: {finding.problem.message}"
    return text.strip()


def ranks(finding: Finding) -> str:
    """Return how the groups that stay change ranks among each other: ``1↔2``, or ``3→1 1→2 2→3``."""
    stay = [group for group in finding.found or () if group not in finding.extra]
    become = [group for group in finding.wanted or () if group not in finding.missing]
    moves = {old: become.index(group) + 1 for old, group in enumerate(stay, start=1) if group in finding.moved}
    texts = []
    for old, new in sorted(moves.items(), key=lambda move: move[1]):
        if moves.get(new) != old:
            texts.append(f"{old}→{new}")
        elif new < old:
            texts.append(f"{new}↔{old}")
    return " ".join(texts)


def utc(at: datetime | None) -> str | None:
    """Return a time as programs read it, in whole seconds."""
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def readable(at: datetime) -> str:
    """Return a time as people read it."""
    return at.strftime("%Y-%m-%d %H:%M UTC")


def code(text: str) -> Markup:
    """Return a text as code of Markdown that is safe in a table."""
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return Markup(f"{fence}{space}{text}{space}{fence}".replace("|", "\\|"))  # noqa: S704 - Markdown, escaped here


def plain(text: str) -> Markup:
    """Return a text so that Markdown takes it as it is."""
    return Markup(MARKDOWN.sub(r"\\\1", text))  # noqa: S704 - Markdown, escaped here


def _rendered(template: str, report: Report) -> str:
    return (
        _environment()
        .get_template(template)
        .render(
            report=report,
            suites=_by_scope(report),
            headline=headline(report),
            development=development(report),
            Verdict=Verdict,
            Age=Age,
            words=WORDS,
            kinds=KINDS,
            moved=MOVED,
            rows=ROWS,
        )
    )


def _by_scope(report: Report) -> dict[str, list[Finding]]:
    # The template's own groupby takes names for the same that differ in case.
    scopes: dict[str, list[Finding]] = {}
    for finding in sorted(report.findings, key=lambda finding: finding.place.scope):
        scopes.setdefault(finding.place.scope, []).append(finding)
    return scopes


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("templates")),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(utc=utc, readable=readable, code=code, plain=plain, change=change, ranks=ranks)
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
