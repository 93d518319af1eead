# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What all texts of the report say in the same words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from ...module_utils._core.regions import one_line
from ...module_utils._description.entries import Accepted
from . import effects
from .model import Age, Finding, Place, Provenance, Report, Verdict

NAMED = 3
"""How many groups of a sort the summary names."""

LONGEST_NAME = 24
"""Characters that the summary shows of a name."""

LOCALHOST = "localhost"
"""The host of a description that is not of an inventory, which says nothing of where a resource is."""

UNCHECKED = "It is not known whether the missing groups exist and can be attached."

WORDS = {
    Verdict.DRIFT: "drift",
    Verdict.WOULD_FAIL: "would fail",
    Verdict.ERROR: "not read",
    Verdict.ACCEPTED: "accepted",
    Verdict.IN_SYNC: "in sync",
}


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
    text = difference(finding)
    if opened := effects.opens(finding):
        more = f" and {len(opened) - 1} more" if len(opened) > 1 else ""
        text += f"  opens {one_line({**opened[0], 'by': ''})}{more}"
    if not finding.groups_checked:
        text += "  groups not checked"
    if finding.problem:
        text += f"  {WORDS[finding.verdict]}: {finding.problem.message}"
    if finding.accepted:
        text += f"  {accepted(finding, finding.accepted)}"
    return text.strip()


def difference(finding: Finding) -> str:
    """Return in a few words how a list differs from the description."""
    parts = [f"+{_short(finding, group)}" for group in finding.missing[:NAMED]]
    parts += [f"+{len(finding.missing) - NAMED} more"] if len(finding.missing) > NAMED else []
    parts += [f"-{_short(finding, group)}" for group in finding.extra[:NAMED]]
    parts += [f"-{len(finding.extra) - NAMED} more"] if len(finding.extra) > NAMED else []
    return " ".join(parts) + (f"  order {ranks(finding)}" if finding.moved else "")


def accepted(finding: Finding, until: Accepted) -> str:
    """Return until when drift is accepted, or was, and why."""
    was = "" if finding.verdict is Verdict.ACCEPTED else "was "
    return f"{was}accepted until {until.until}: {until.reason}"


def _short(finding: Finding, group: str) -> str:
    return f"{group} ({shortened(finding.names[group])})" if group in finding.names else group


def shortened(name: str) -> str:
    """Return a name as the summary shows it."""
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"


def where(place: Place) -> str:
    """Return in a few words where a resource is: the connection, or else the host, and the region."""
    host = place.scope if place.scope != LOCALHOST else None
    return ", ".join(filter(None, [place.connection or host, place.region]))


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
    # strftime writes a year such as 1 as it is, which is no ISO 8601.
    return at.replace(tzinfo=None).isoformat(timespec="seconds") + "Z" if at else None


def readable(at: datetime) -> str:
    """Return a time as people read it."""
    return at.strftime("%Y-%m-%d %H:%M UTC")


def made_by(provenance: Provenance, longest: int, quoted: Callable[[str], str]) -> str:
    """Return where a report is from in words, or nothing where that is not known.

    ``quoted`` makes of what users wrote what a text can hold; of each it gets ``longest`` characters.
    """

    def cut(text: str) -> str:
        return quoted(text if len(text) <= longest else f"{text[: longest - 1]}…")

    found, job = provenance.description, provenance.job
    parts = [f"{job.system} job {cut(job.id)}"] if job else []
    parts += [f"playbook {cut(provenance.playbook)}"] if provenance.playbook else []
    parts += [f"for {cut(provenance.user)}"] if provenance.user else []
    parts += [f"on {cut(provenance.host)}"] if provenance.host else []
    parts += [f"description {cut(found.file)}"] if found else []
    parts += [f"commit {cut(found.commit[:12])}"] if found and found.commit else []
    parts += ["with changes that are not committed"] if found and found.modified else []
    return f"Made by {', '.join(parts)}" if parts else ""
