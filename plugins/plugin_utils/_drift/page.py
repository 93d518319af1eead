# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the page of the report shows besides the findings: causes, danger, links, commands and a chart."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from urllib.parse import quote

from markupsafe import Markup, escape

from ...module_utils._description.kinds import KINDS
from . import effects
from .build import ONLY
from .model import Finding, Report, Verdict

ALIKE = 3
"""So many findings with the same cause are one entry that can be opened."""

LONGEST_WORD = 40
"""Characters of an ID that never breaks. A longer one would not fit a phone."""

CHECK = " --check --diff"


@dataclass(frozen=True, slots=True)
class Row:
    """A finding on the page. ``cause`` is the same for findings that differ for the same reason.

    ``more`` is what a search finds besides the line that is shown.
    """

    finding: Finding
    number: int
    anchor: str
    cause: str
    danger: int
    opens: str

    @property
    def groups(self) -> list[str]:
        return sorted({*(self.finding.found or ()), *(self.finding.wanted or ())})

    @property
    def more(self) -> str:
        finding = self.finding
        accepted = finding.accepted.reason if finding.accepted else None
        return " ".join(filter(None, [finding.reason, accepted, finding.state, *finding.names.values()]))


@dataclass(frozen=True, slots=True)
class Command:
    """What checks and what repairs several resources, and how many."""

    check: str
    repair: str
    resources: int


def rows(report: Report) -> list[Row]:
    """Return the findings, the most dangerous first."""
    taken: set[str] = set()
    found = [_row(finding, number, taken) for number, finding in enumerate(report.findings)]
    return sorted(found, key=lambda row: row.danger)


def entries(found: Iterable[Row]) -> list[list[Row]]:
    """Return rows by what is one entry: many with the same cause, or one."""
    together: dict[str, list[Row]] = {}
    for row in found:
        together.setdefault(row.cause, []).append(row)
    return [
        part for alike in together.values() for part in ([alike] if len(alike) >= ALIKE else [[row] for row in alike])
    ]


def commands(found: Iterable[Row]) -> list[Command]:
    """Return what repairs all that has drifted: a command for each way to name the description."""
    ids: dict[str, list[str]] = {}
    for row in found:
        if row.finding.verdict is Verdict.DRIFT and row.finding.repair:
            command, _only, resource = row.finding.repair.partition(ONLY)
            ids.setdefault(command + ONLY, []).append(resource)
    repairs = ((f"{command}{','.join(each)}", len(each)) for command, each in ids.items())
    return [Command(repair + CHECK, repair, number) for repair, number in repairs]


def console(finding: Finding, group: str | None = None) -> str | None:
    """Return the address of a resource, or of a group that it has, in the cloud's console, where that is known."""
    place = finding.place
    if not place.kind or not place.region or not finding.id:
        return None
    declared = KINDS[place.kind]
    if group is not None and not declared.kind.group_id.fits(group):
        return None
    address = declared.console if group is None else declared.group_console
    filled = {"{region}": place.region, "{id}": group or finding.id}
    for part, value in filled.items():
        address = address and address.replace(part, quote(value, safe=""))
    return address


def policy_hash(content: str) -> str:
    """Return how a content security policy names an inline script or style."""
    return f"sha256-{b64encode(sha256(content.encode()).digest()).decode()}"


def whole(text: str) -> Markup:
    """Return a text in which words with a hyphen, such as IDs, do not break at it."""
    parts = re.split(r"(\S+)", text)
    return Markup().join(
        Markup('<span class="id">{}</span>').format(part) if "-" in part and len(part) <= LONGEST_WORD else escape(part)
        for part in parts
    )


def bars(report: Report) -> list[tuple[str, int, float]]:
    """Return the time, the number and the share of the highest number that was not in sync, for each report."""
    counted = [(one.at, one.totals) for one in report.history]
    times = [*counted, (report.at, report.totals)]
    numbers = [sum(totals[verdict] for verdict in ("drift", "would_fail", "error")) for _at, totals in times]
    most = max(numbers) or 1
    return [
        (f"{at:%Y-%m-%d %H:%M}", number, number / most) for (at, _totals), number in zip(times, numbers, strict=True)
    ]


def _row(finding: Finding, number: int, taken: set[str]) -> Row:
    opens = "internet" if effects.opens_to_internet(finding) else "yes" if effects.opens(finding) else ""
    return Row(finding, number, _anchor(finding, taken), _cause(finding), effects.danger(finding), opens)


def _anchor(finding: Finding, taken: set[str]) -> str:
    name = "at-" + re.sub("[^A-Za-z0-9]+", "-", finding.label)[:80].strip("-")
    unique, number = name, 1
    while unique in taken:
        number += 1
        unique = f"{name}--{number}"
    taken.add(unique)
    return unique


def _cause(finding: Finding) -> str:
    why: Iterable[object] = [finding.problem.message] if finding.problem else _difference(finding)
    return sha256(repr((str(finding.verdict), *why)).encode()).hexdigest()[:10]


def _difference(finding: Finding) -> Iterator[object]:
    yield from (finding.place.kind, finding.missing, finding.extra)
    # Which groups moved matters, and so do those that stayed.
    yield (finding.found, finding.wanted) if finding.moved else None
