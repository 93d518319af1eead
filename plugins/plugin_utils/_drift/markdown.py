# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The report as Markdown that fits where people paste it.

What users and clouds wrote stands in code, where nothing means anything: no markup, no @mention, and no #123.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from ...module_utils._description.kinds import KINDS
from .effects import danger, lines
from .model import Age, Finding, Past, Place, Report, Verdict
from .wording import UNCHECKED, WORDS, development, headline, made_by, ranks, readable

LIMIT = 60_000
"""Characters that a text has at most, unless the user says otherwise. A comment on GitHub has 65,536."""

LEAST = 1_000
"""The lowest limit: the title, the totals and what is left out have fewer characters."""

LONGEST_ORIGIN = 60
"""Characters that are quoted of each thing that says where the report is from."""

LONGEST = 300
"""Characters that are quoted of a name, a reason or a message."""

MOST_GROUPS = 50
"""How many groups a cell names."""

SIGNS = "`+` is missing and would be added, `-` is extra and would be removed, `↕` is in the wrong position."
TABLE = "| resource | where | change | found | since |\n| --- | --- | --- | --- | --- |\n"
TABLE_OF_PROBLEMS = "| resource | where | why | since |\n| --- | --- | --- | --- |\n"
TABLE_OF_ACCEPTED = "| resource | where | change | accepted | since |\n| --- | --- | --- | --- | --- |\n"
EFFECTS = "By security groups only, drift opens and closes:"
MOST_EFFECTS = 10
"""How much of what a resource opens and closes is told."""

TURNS = (1, 2, 3)


def as_markdown(report: Report, limit: int) -> str:
    """Return the report as a text that has at most ``limit`` characters, and says what is left out."""
    parts = [part for part in _parts(report) if part.lines]
    head = _head(report)
    room = limit - _size(head + _left_out(parts))
    for turn in TURNS:
        at_once = [part for part in parts if part.turn == turn]
        room = _fill(at_once, room)
        if any(part.left for part in at_once):
            break
    return "".join([head, _left_out(parts), *(part.text for part in parts if part.shown)])


def limit_problem(limit: int) -> str | None:
    """Return why a text cannot be kept to this limit, or None where it can."""
    return None if limit >= LEAST else f"markdown_limit is {limit} and must be at least {LEAST}"


def code(text: str) -> str:
    """Return a text as code; a long one is cut."""
    text = _short(text)
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    fence = "`" * (longest + 1)
    space = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{fence}{space}{text}{space}{fence}"


@dataclass
class _Part:
    """Lines, and what stands before and after them.

    ``turn`` says when they get room: once all lines of earlier turns have it. ``shown`` is how many lines fit.
    """

    called: str
    turn: int
    before: str
    lines: Sequence[str]
    after: str = ""
    shown: int = 0

    @property
    def left(self) -> int:
        return len(self.lines) - self.shown

    @property
    def text(self) -> str:
        return "".join([self.before, *self.lines[: self.shown], self.after, self._more])

    @property
    def cost_of_next(self) -> int:
        line = self.lines[self.shown]
        return _size(line if self.shown else f"{self.before}{line}{self.after}{self._more}")

    @property
    def _more(self) -> str:
        return f"\nand {self.left} more\n" if self.left else ""


def _fill(parts: Sequence[_Part], room: int) -> int:
    """Show of each part one line more, in turn, until they do not fit; return the room that is left."""
    filling = list(parts)
    while filling:
        for part in list(filling):
            fits = part.cost_of_next <= room
            if fits:
                room -= part.cost_of_next
                part.shown += 1
            if not fits or not part.left:
                filling.remove(part)
    return room


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


def _size(text: str) -> int:
    # Jira and Bitbucket Server count what UTF-16 makes of a character, which is two for an emoji.
    return len(text.encode("utf-16-le")) // 2


def _head(report: Report) -> str:
    since = development(report)
    totals = report.totals
    row = " | ".join(str(totals[each]) for each in ("in_sync", "drift", "would_fail", "error", "accepted", "total"))
    made = made_by(report.provenance, LONGEST_ORIGIN, code)
    return (
        f"# Security group drift\n\n{readable(report.at)}. {headline(report)}.{f' {since}.' if since else ''}\n\n"
        "| in sync | drift | would fail | error | accepted | total |\n| ---: | ---: | ---: | ---: | ---: | ---: |\n"
        f"| {row} |\n" + (f"\n{made}.\n" if made else "")
    )


def _left_out(parts: Sequence[_Part]) -> str:
    counts = ", ".join(f"{part.left} {part.called}" for part in parts if part.left)
    return f"\nLeft out, because of the size: {counts}. `drift.json` and `drift.html` have all.\n" if counts else ""


def _parts(report: Report) -> Iterator[_Part]:
    drift = sorted(report.of(Verdict.DRIFT), key=danger)
    commands = [f"{one.repair}\n" for one in drift if one.repair]
    yield _Part("drift", 1, f"\n## Drift\n\n{SIGNS}\n\n{TABLE}", list(map(_drift, drift)))
    yield _Part("notes on what drift can do", 1, "\nWhat drift can do:\n\n", list(_meanings(drift)))
    yield _Part("lines on what is opened and closed", 1, f"\n{EFFECTS}\n\n", [*_effects(report.not_in_sync)])
    yield _Part("repair commands", 2, "\nWhat repairs each of them:\n\n```\n", commands, "```\n")
    for verdict, title in ((Verdict.WOULD_FAIL, "Would fail"), (Verdict.ERROR, "Not read")):
        rows = list(map(_problem, report.of(verdict)))
        yield _Part(WORDS[verdict], 1, f"\n## {title}\n\n{TABLE_OF_PROBLEMS}", rows)
    accepted = list(map(_accepted, report.of(Verdict.ACCEPTED)))
    yield _Part("accepted", 2, f"\n## Accepted\n\n{TABLE_OF_ACCEPTED}", accepted)
    yield _Part("in sync again", 3, "\n## In sync again since the last report\n\n", list(map(_past, report.repaired)))
    yield _Part("no longer described", 3, "\n## No longer described\n\n", list(map(_past, report.dropped)))


def _drift(finding: Finding) -> str:
    was = ""
    if finding.accepted:
        was = f"<br>was accepted until {finding.accepted.until}: {code(finding.accepted.reason)}"
    return _row(finding, _change(finding) + was, _groups(finding, finding.found or ()) or "none")


def _change(finding: Finding) -> str:
    signed = [
        _groups(finding, finding.missing, "+"),
        _groups(finding, finding.extra, "-"),
        f"↕ {_short(ranks(finding))}" if finding.moved else "",
    ]
    return " ".join(filter(None, signed)) + _unchecked(finding)


def _problem(finding: Finding) -> str:
    return _row(finding, (code(finding.problem.message) if finding.problem else "") + _unchecked(finding))


def _accepted(finding: Finding) -> str:
    until = f"until {finding.accepted.until}<br>{code(finding.accepted.reason)}" if finding.accepted else ""
    return _row(finding, _change(finding), until)


def _unchecked(finding: Finding) -> str:
    return "" if finding.groups_checked else f"<br>{UNCHECKED}"


def _row(finding: Finding, *cells: str) -> str:
    resource = "<br>".join(code(text) for text in (finding.label, finding.name, finding.reason) if text)
    since = readable(finding.since) if finding.since else ""
    age = f", {finding.age}" if finding.age and finding.age is not Age.KNOWN else ""
    row = " | ".join(cell.replace("|", r"\|") for cell in (resource, _where(finding.place), *cells, since + age))
    return f"| {row} |\n"


def _past(past: Past) -> str:
    since = f" since {readable(past.since)}" if past.since else ""
    return f"- {code(past.id or '')}, {_where(past.place)}: was {WORDS[past.was]}{since}\n"


def _where(place: Place) -> str:
    return ", ".join(code(text) for text in (place.scope, place.connection, place.region) if text)


def _groups(finding: Finding, groups: Sequence[str], sign: str = "") -> str:
    more = [f"{sign}{len(groups) - MOST_GROUPS} more"] if len(groups) > MOST_GROUPS else []
    return " ".join([*(f"{sign}{code(finding.called(group))}" for group in groups[:MOST_GROUPS]), *more])


def _effects(findings: Sequence[Finding]) -> Iterator[str]:
    for finding in sorted(findings, key=danger):
        texts = list(lines(finding))
        more = [f"{len(texts) - MOST_EFFECTS} more"] if len(texts) > MOST_EFFECTS else []
        if texts:
            yield f"- {code(finding.label)}: {', '.join([*map(code, texts[:MOST_EFFECTS]), *more])}\n"


def _meanings(drift: Sequence[Finding]) -> Iterator[str]:
    def kind(finding: Finding) -> str:
        return finding.place.kind or ""

    for name, group in groupby(sorted(drift, key=kind), kind):
        findings = list(group)
        for sign, does, has in (
            ("-", KINDS[name].extra, _has(findings, lambda one: one.extra)),
            ("+", KINDS[name].missing, _has(findings, lambda one: one.missing)),
            ("↕", KINDS[name].moved, _has(findings, lambda one: one.moved)),
        ):
            if has:
                yield f"- `{sign}` {name}: {does}.\n"


def _has(findings: Sequence[Finding], part: Callable[[Finding], Sequence[str]]) -> bool:
    return any(part(finding) for finding in findings)
