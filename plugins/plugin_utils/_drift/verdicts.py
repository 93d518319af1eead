# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What makes a run fail, and what it then says."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from ...module_utils._ansible.text import words
from . import effects
from .model import Finding, Report, Verdict

NEVER = "none"
FAIL_ON = (Verdict.DRIFT, Verdict.WOULD_FAIL, Verdict.ERROR)
COMPLAINTS = {
    Verdict.DRIFT: "drifted from their description",
    Verdict.WOULD_FAIL: "cannot be given the groups described",
    Verdict.ERROR: "could not be read",
}


class Opening(StrEnum):
    """What drift may open."""

    OPENS = "opens"
    OPENS_TO_INTERNET = "opens_to_internet"


OPENINGS: dict[Opening, tuple[Callable[[Finding], object], str]] = {
    Opening.OPENS: (effects.opens, "let through more than their description does"),
    Opening.OPENS_TO_INTERNET: (effects.opens_to_internet, "are open to the internet beyond their description"),
}


def fail_on(value: object) -> tuple[Verdict | Opening, ...]:
    """Return what a list or a text names; raise ValueError for anything else.

    ``none`` alone, or an empty list, names nothing.
    """
    named = words(value)
    known = {str(one): one for one in (*FAIL_ON, *Opening)}
    if named == [NEVER]:
        return ()
    if unknown := [one for one in named if one not in known]:
        raise ValueError(f"fail_on has '{unknown[0]}'; it takes {', '.join(known)}, or {NEVER} alone")
    return tuple(known[one] for one in named)


def complaints(report: Report, chosen: tuple[Verdict | Opening, ...]) -> list[str]:
    """Return a sentence for each of these that is true of a resource."""
    totals = report.totals
    counts = [(totals[one], COMPLAINTS[one]) for one in chosen if isinstance(one, Verdict)]
    openings = [OPENINGS[one] for one in chosen if isinstance(one, Opening)]
    if openings:
        # What is not known is never counted as nothing.
        openings.append((effects.is_unknown, "drifted, and it is not fully known what that opens"))
    differing = [one for one in report.not_in_sync if one.missing or one.extra or one.moved]
    counts += [(sum(1 for one in differing if is_true(one)), does) for is_true, does in openings]
    return [f"{number} of {totals['total']} resources {does}" for number, does in counts if number]
