# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The values of a report."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ...module_utils._core.requests import Wanted
from ...module_utils._description.entries import Accepted
from ...module_utils._description.kinds import KINDS

UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
"""Control characters, those that turn the direction of text around, and what UTF-8 or XML cannot hold."""


DriftEffect = Mapping[str, Sequence[Mapping[str, str]]]
"""What drift ``opens`` and ``closes``, and what of that is ``unknown``, each as the modules write it."""


class Verdict(StrEnum):
    """What the report says of a resource, the most pressing first."""

    DRIFT = "drift"
    WOULD_FAIL = "would_fail"
    ERROR = "error"
    ACCEPTED = "accepted"
    IN_SYNC = "in_sync"


class Age(StrEnum):
    """How something that is not in sync compares with the last report."""

    NEW = "new"
    CHANGED = "changed"
    KNOWN = "known"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a resource is described and read: the inventory host, and what its modules are told.

    ``kind`` is None for a scope whose description is not known, ``connection`` and ``region`` where none is named.
    """

    scope: str
    kind: str | None
    connection: str | None = None
    region: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A resource of the description, and what is wanted of its list: each in turn, if it is more than one thing."""

    place: Place
    id: str
    wanted: tuple[Wanted, ...]
    name: str | None = None
    reason: str | None = None
    accepted: Accepted | None = None


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a resource could not be read, or could not be given its list. ``kind`` is that of the error, if any."""

    kind: str | None
    message: str


@dataclass(frozen=True, slots=True)
class Seen:
    """A resource as a module returned it. ``groups`` is None where the list was not read.

    ``names`` are those of groups by their IDs, as the cloud writes them. ``groups_checked`` is False where it could not
    be checked whether the groups to be attached exist and fit. ``effect`` is that of the difference which the module
    found, or None where it was not asked for or nothing differs.
    """

    groups: tuple[str, ...] | None
    state: str | None = None
    name: str | None = None
    problem: Problem | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    groups_checked: bool = True
    effect: DriftEffect | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What one task read. ``message`` is what it said when it failed."""

    place: Place
    at: datetime
    resources: Mapping[str, Seen]
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Gap:
    """Resources that could not be read and whose ids are not known."""

    place: Place
    message: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One resource of the report.

    ``id`` is None for a gap. ``found`` is None where the list was not read, ``wanted`` where it depends on that.
    ``missing`` is wanted and not found, ``extra`` is found and not wanted, ``moved`` stays and has another rank,
    in the wanted order. ``repair`` is the command that repairs just this resource. ``since`` is the time of the first
    of the reports in a row that did not see it in sync, and ``age`` how it compares with the last one of them.
    Groups are IDs, but for a name that stands for no group that is known. ``names`` are those of the groups shown, as
    far as they are known. ``groups_checked`` is False where nobody knows whether what is missing exists and fits.
    ``accepted`` is as described, whether that day is over or not. ``effect`` is None where nobody asked for it, or
    several tasks want something of the resource.
    """

    place: Place
    id: str | None
    verdict: Verdict
    name: str | None = None
    reason: str | None = None
    state: str | None = None
    found: tuple[str, ...] | None = None
    wanted: tuple[str, ...] | None = None
    missing: tuple[str, ...] = ()
    extra: tuple[str, ...] = ()
    moved: tuple[str, ...] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    groups_checked: bool = True
    problem: Problem | None = None
    accepted: Accepted | None = None
    effect: DriftEffect | None = None
    repair: str | None = None
    since: datetime | None = None
    age: Age | None = None

    @property
    def cloud(self) -> str | None:
        return KINDS[self.place.kind].cloud if self.place.kind else None

    @property
    def noun(self) -> str:
        return KINDS[self.place.kind].kind.noun if self.place.kind else "scope"

    def called(self, group: str) -> str:
        """Return what a text calls a group: its ID, and its name where that is known."""
        return f"{group} ({self.names[group]})" if group in self.names else group

    @property
    def label(self) -> str:
        """What a person calls it, where there is room for one word."""
        if self.id:
            return self.id
        return f"{KINDS[self.place.kind].kind.plural} of {self.place.scope}" if self.place.kind else self.place.scope


@dataclass(frozen=True, slots=True)
class Past:
    """A resource of the last report that was not in sync before and now is, or that is not described any more."""

    place: Place
    id: str | None
    was: Verdict
    since: datetime | None


@dataclass(frozen=True, slots=True)
class ReadingTime:
    """When the resources of one place were read: the times of the first and of the last reading."""

    place: Place
    first: datetime
    last: datetime
    resources: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many findings of each verdict an earlier report had."""

    at: datetime
    totals: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Job:
    """A job of a system that runs playbooks, such as AWX. ``url`` is its page."""

    system: str
    id: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Description:
    """The file that holds a description. ``commit`` is the last one that changed it.

    ``modified`` is True where it has changes that were not committed, and None where there is no commit.
    """

    file: str
    commit: str | None
    modified: bool | None


@dataclass(frozen=True, slots=True)
class Provenance:
    """Which run made a report: by what, where, for whom, and of which description."""

    playbook: str | None = None
    host: str | None = None
    user: str | None = None
    job: Job | None = None
    collection_version: str | None = None
    description: Description | None = None


UNKNOWN = Provenance()


@dataclass(frozen=True, slots=True)
class Report:
    """The findings and everything else in a stable order. ``previous_at`` is the time of the last report, if given.

    ``history`` has the counts of earlier reports, the oldest first.
    """

    at: datetime
    findings: tuple[Finding, ...]
    readings: tuple[ReadingTime, ...]
    previous_at: datetime | None = None
    repaired: tuple[Past, ...] = ()
    dropped: tuple[Past, ...] = ()
    history: tuple[Counts, ...] = ()
    provenance: Provenance = UNKNOWN

    @property
    def totals(self) -> dict[str, int]:
        """Return how many findings each verdict has, and ``total``."""
        return totals(finding.verdict for finding in self.findings)

    @property
    def not_in_sync(self) -> tuple[Finding, ...]:
        """Return what is neither in sync nor accepted, the most pressing first."""
        pressing = (Verdict.DRIFT, Verdict.WOULD_FAIL, Verdict.ERROR)
        return tuple(one for verdict in pressing for one in self.of(verdict))

    def of(self, verdict: Verdict) -> tuple[Finding, ...]:
        return tuple(finding for finding in self.findings if finding.verdict is verdict)


def totals(verdicts: Iterable[Verdict]) -> dict[str, int]:
    """Return how many there are of each verdict, and of all."""
    counted = Counter(verdicts)
    names = (Verdict.IN_SYNC, Verdict.DRIFT, Verdict.WOULD_FAIL, Verdict.ERROR, Verdict.ACCEPTED)
    return {**{str(verdict): counted[verdict] for verdict in names}, "total": counted.total()}


def order(place: Place, resource_id: str | None) -> tuple[str, ...]:
    """Return where a resource stands in the report; no two resources of it stand at the same place."""
    return (place.scope, place.kind or "", place.connection or "", place.region or "", resource_id or "")


def line(text: object) -> str:
    """Return a text that users or a cloud wrote as one line that every output can hold."""
    return UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", " ".join(str(text).split()))


def line_or_none(text: object) -> str | None:
    """Return a text as one line, or None where there is none."""
    return (line(text) or None) if text is not None else None
