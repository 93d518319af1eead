# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From the description, what was read, and the last report to the report."""

from __future__ import annotations

import shlex
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import groupby

from ...module_utils._core import lists
from ...module_utils._core.kind import IdForm
from ...module_utils._core.lists import State
from ...module_utils._core.requests import Wanted
from ...module_utils._description.kinds import KINDS
from .history import History
from .model import (
    UNKNOWN,
    Entry,
    Finding,
    Gap,
    Place,
    Problem,
    Provenance,
    Reading,
    ReadingTime,
    Report,
    Seen,
    Verdict,
    line,
    order,
)
from .results import NOT_READ

LASTING = ("not_found", "state", "invalid")
"""The errors of a resource that was not read which another reading does not help."""

REPAIR = "ansible-playbook crosscloud.security_groups.converge"
ONLY = "-e security_group_attachments_only="


def build(
    entries: Sequence[Entry],
    readings: Sequence[Reading],
    gaps: Sequence[Gap],
    *,
    at: datetime,
    history: History | None = None,
    provenance: Provenance = UNKNOWN,
    repairs: bool,
) -> Report:
    """Return the report of the time ``at``. Its order does not depend on that of the arguments.

    No resource is described by two entries. Of several readings of a resource the last one counts. A gap without a
    kind speaks of a whole scope, and is a finding of its own only where the scope has no entries. ``repairs`` tells
    whether the playbook of this collection repairs what the report finds.
    """
    unreachable = {gap.place.scope: gap.message for gap in gaps if gap.place.kind is None}
    scopes = {entry.place.scope for entry in entries}
    limits = bool((scopes | set(unreachable)) - {"localhost"})
    look_up = _Readings(readings)
    findings = []
    for entry in entries:
        seen = look_up.of(entry, otherwise=unreachable.get(entry.place.scope, NOT_READ))
        finding = _finding(entry, seen, at)
        findings.append(replace(finding, repair=_repair(finding, limits=limits)) if repairs else finding)
    findings += [
        unread(gap) for gap in dict.fromkeys(gaps) if gap.place.kind is not None or gap.place.scope not in scopes
    ]
    return dated(findings, _times(readings), at=at, history=history, provenance=provenance)


def dated(
    findings: Sequence[Finding],
    readings: Sequence[ReadingTime],
    *,
    at: datetime,
    history: History | None,
    provenance: Provenance,
) -> Report:
    """Return the report of the time ``at``, which says since when each finding is not in sync."""
    ordered = sorted(findings, key=lambda one: (order(one.place, one.id), one.problem.message if one.problem else ""))
    if history is None:
        since_now = [one if one.verdict is Verdict.IN_SYNC else replace(one, since=one.since or at) for one in ordered]
        return Report(at, tuple(since_now), tuple(readings), provenance=provenance)
    return Report(
        at,
        tuple(replace(one, since=since, age=age) for one in ordered for since, age in [history.of(one, at)]),
        tuple(readings),
        previous_at=history.at,
        repaired=history.repaired(ordered),
        dropped=history.dropped(ordered),
        history=history.counts,
        provenance=provenance,
    )


def unread(gap: Gap) -> Finding:
    """Return what the report says of resources whose ids are not known."""
    return Finding(gap.place, None, Verdict.ERROR, problem=Problem(None, gap.message))


class _Readings:
    def __init__(self, readings: Sequence[Reading]) -> None:
        self._seen: dict[tuple[str, ...], Seen] = {}
        self._failures: dict[Place, list[str]] = defaultdict(list)
        for one in sorted(readings, key=lambda one: one.at):
            self._seen.update((order(one.place, each), resource) for each, resource in one.resources.items())
            if one.message and not one.resources:
                self._failures[one.place].append(one.message)

    def of(self, entry: Entry, *, otherwise: str) -> Seen:
        """Return what was seen of a resource, or that nothing was and why."""
        if seen := self._seen.get(order(entry.place, entry.id)):
            return seen
        messages = self._failures.get(entry.place, [otherwise])
        return Seen(None, problem=Problem(None, "; ".join(dict.fromkeys(messages))))


def _finding(entry: Entry, seen: Seen, at: datetime) -> Finding:
    kind = KINDS[entry.place.kind or ""].kind
    ordered = kind.ordered
    wanted = _wanted(seen.groups, [_by_id(ask, seen.names, kind.group_id) for ask in entry.wanted], ordered=ordered)

    def listed(groups: Sequence[str]) -> tuple[str, ...]:
        # Where order means nothing the cloud's may differ each time, which is no difference.
        return tuple(groups if ordered else sorted(groups))

    finding = Finding(
        entry.place,
        entry.id,
        Verdict.IN_SYNC,
        name=entry.name or seen.name,
        reason=entry.reason,
        accepted=entry.accepted,
        state=seen.state,
        wanted=None if wanted is None else listed(wanted),
        names={
            group: name
            for group in sorted({*(seen.groups or ()), *(wanted or ())} & seen.names.keys())
            if (name := line(seen.names[group]))
        },
        problem=seen.problem,
    )
    if seen.groups is None or wanted is None:
        lasting = seen.problem is not None and seen.problem.kind in LASTING
        return replace(finding, verdict=Verdict.WOULD_FAIL if lasting else Verdict.ERROR)
    change = lists.compare(seen.groups, wanted, ordered=ordered)
    differs = Verdict.ACCEPTED if entry.accepted and at.date() <= entry.accepted.until else Verdict.DRIFT
    drift = differs if change.changed else Verdict.IN_SYNC
    return replace(
        finding,
        verdict=Verdict.WOULD_FAIL if seen.problem else drift,
        found=listed(seen.groups),
        missing=listed(change.added),
        extra=listed(change.removed),
        moved=change.moved,
        # Each task tells the effect of what it wants itself.
        effect=seen.effect if change.changed and len(entry.wanted) == 1 else None,
        groups_checked=seen.groups_checked or not change.added,
    )


def _by_id(ask: Wanted, names: Mapping[str, str], form: IdForm) -> Wanted:
    """Return what is asked for with IDs for names.

    A name that is none of the known ones, or that of several, stays. ``absent`` then asks nothing, because the names of
    what is attached are known where names are asked for.
    """
    ids = (one if form.fits(one) else _id_of(one, names) for one in ask.groups)
    return replace(ask, groups=tuple(dict.fromkeys(ids)))


def _id_of(name: str, names: Mapping[str, str]) -> str:
    ids = [one for one, called in names.items() if called == name]
    return ids[0] if len(ids) == 1 else line(name)


def _wanted(found: tuple[str, ...] | None, asks: Sequence[Wanted], *, ordered: bool) -> tuple[str, ...] | None:
    """Return the list that all that is asked for, one after the other, makes of the list found.

    Where nothing was found that is still known if one of them asks for an exact list.
    """
    if found is None and not any(ask.state is State.EXACT for ask in asks):
        return None
    groups = found or ()
    for ask in asks:
        groups = lists.plan(groups, ask.groups, ask.state, ask.position, ordered=ordered).after
    return groups


def _repair(finding: Finding, *, limits: bool) -> str | None:
    if finding.id is None or not (finding.missing or finding.extra or finding.moved):
        return None
    # Where hosts are scopes, the inventory has their descriptions.
    where = f"-i inventory.yml --limit {shlex.quote(finding.place.scope)}" if limits else "-e @attachments.yml"
    return f"{REPAIR} {where} {ONLY}{shlex.quote(finding.id)}"


def _times(readings: Sequence[Reading]) -> tuple[ReadingTime, ...]:
    def key(one: Reading) -> tuple[str, ...]:
        return order(one.place, None)

    return tuple(
        ReadingTime(
            same[0].place,
            first=min(one.at for one in same),
            last=max(one.at for one in same),
            resources=len({each for one in same for each, seen in one.resources.items() if seen.groups is not None}),
        )
        for _place, group in groupby(sorted(readings, key=key), key)
        for same in [list(group)]
    )
