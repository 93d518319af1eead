# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which verdicts make a run fail, and what it then says."""

from __future__ import annotations

from ...module_utils._ansible.text import words
from .model import Report, Verdict

NEVER = "none"
FAIL_ON = (Verdict.DRIFT, Verdict.WOULD_FAIL, Verdict.ERROR)
COMPLAINTS = {
    Verdict.DRIFT: "drifted from their description",
    Verdict.WOULD_FAIL: "cannot be given the groups described",
    Verdict.ERROR: "could not be read",
}


def fail_on(value: object) -> tuple[Verdict, ...]:
    """Return the verdicts that a list or a text names; raise ValueError for anything else.

    ``none`` alone, or an empty list, names no verdict.
    """
    named = words(value)
    known = list(map(str, FAIL_ON))
    if named == [NEVER]:
        return ()
    if unknown := [one for one in named if one not in known]:
        raise ValueError(f"fail_on has '{unknown[0]}'; it takes {', '.join(known)}, or {NEVER} alone")
    return tuple(Verdict(one) for one in named)


def complaints(report: Report, verdicts: tuple[Verdict, ...]) -> list[str]:
    """Return a sentence for each of the verdicts that a resource has."""
    totals = report.totals
    return [
        f"{totals[verdict]} of {totals['total']} resources {COMPLAINTS[verdict]}"
        for verdict in verdicts
        if totals[verdict]
    ]
