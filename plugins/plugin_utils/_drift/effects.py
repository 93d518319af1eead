# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What drift opens and closes, and which drift is the most dangerous.

The list found opens what it lets through and the described one would not. It closes what only the described one would.
That is the reverse of what the modules return, which is the effect of the change that repairs the drift.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from ...module_utils._core.regions import Reach, one_line, parsed
from ...module_utils._core.rules import Direction
from ...module_utils._description.kinds import KINDS
from .model import DriftEffect, Finding, Verdict, line

PARTS = {"opens": "closes", "closes": "opens", "unknown": "unknown"}
"""The parts of the effect of drift, and the part of the effect of the repair that each of them is."""

URGENCY = (Verdict.DRIFT, Verdict.WOULD_FAIL, Verdict.ERROR, Verdict.ACCEPTED, Verdict.IN_SYNC)


def of_drift(repair: object) -> DriftEffect | None:
    """Return the effect of drift, given what a module returned as ``effect``; None where it returned none."""
    if not isinstance(repair, Mapping):
        return None
    return {
        part: [{key: line(text) for key, text in one.items()} for one in repair.get(reverse) or ()]
        for part, reverse in PARTS.items()
    }


def opens(finding: Finding) -> Sequence[Mapping[str, str]]:
    """Return what a finding opens, as far as that is known."""
    return (finding.effect or {}).get("opens", ())


def opens_to_internet(finding: Finding) -> list[Mapping[str, str]]:
    """Return what a finding opens to the internet, as far as that is known."""
    if not finding.place.kind or KINDS[finding.place.kind].kind.serves:
        # Who serves one service alone has no public address.
        return []
    regions = ((one, parsed(one)) for one in opens(finding))
    return [one for one, region in regions if region.direction is Direction.INGRESS and region.reach is Reach.INTERNET]


def is_unknown(finding: Finding) -> bool:
    """Tell whether a finding may open more than is known. Rules that were not read may allow anything."""
    return finding.effect is None or bool(finding.effect["unknown"])


def lines(finding: Finding) -> Iterator[str]:
    """Yield what a finding opens and closes, and what is not known of that: each in a line."""
    if finding.effect is None:
        return
    told = [f"{part} {one_line(one)}" for part in ("opens", "closes") for one in finding.effect[part]]
    told += [f"may open or close more: {one['group']}: {one['reason']}" for one in finding.effect["unknown"]]
    yield from told or ["opens and closes nothing"]


def danger(finding: Finding) -> int:
    """Return how urgent a finding is: 0 is the most urgent."""
    if opens_to_internet(finding):
        degree = 0
    elif opens(finding):
        degree = 1
    elif is_unknown(finding):
        degree = 2 if finding.extra or finding.moved else 3
    else:
        degree = 4
    return URGENCY.index(finding.verdict) * 10 + degree
