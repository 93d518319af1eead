# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the last report said."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from .model import Age, Finding, Past, Place, Verdict, order

SCHEMA_VERSION = 1


class UnreadableReportError(Exception):
    """Raised for a file that is no drift.json of this version; says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class History:
    """The last report: its time, and its resources by their place in the report."""

    at: datetime
    resources: Mapping[tuple[str, ...], _Known]

    def of(self, finding: Finding, now: datetime) -> tuple[datetime | None, Age | None]:
        """Return since when a finding of the report of ``now`` has not been in sync, and how it compares."""
        if finding.verdict is Verdict.IN_SYNC:
            return None, None
        known = self.resources.get(order(finding.place, finding.id))
        if known is None or known.past.was is Verdict.IN_SYNC:
            return now, Age.NEW
        same = known.drift == _drift(finding.verdict, finding.missing, finding.extra, finding.moved)
        return known.past.since or self.at, Age.KNOWN if same else Age.CHANGED

    def repaired(self, findings: Sequence[Finding]) -> tuple[Past, ...]:
        """Return what was not in sync and now is."""
        in_sync = {order(one.place, one.id) for one in findings if one.verdict is Verdict.IN_SYNC}
        return self._past(lambda at, past: at in in_sync and past.was is not Verdict.IN_SYNC)

    def dropped(self, findings: Sequence[Finding]) -> tuple[Past, ...]:
        """Return what is not in the report any more."""
        reported = {order(one.place, one.id) for one in findings}
        return self._past(lambda at, _past: at not in reported)

    def _past(self, fits: Callable[[tuple[str, ...], Past], bool]) -> tuple[Past, ...]:
        return tuple(
            known.past
            for at, known in sorted(self.resources.items(), key=lambda item: item[0])
            if known.past.id is not None and fits(at, known.past)
        )


@dataclass(frozen=True, slots=True)
class _Known:
    past: Past
    drift: tuple[object, ...]


def parse(text: str) -> History:
    """Read a drift.json."""
    try:
        content = json.loads(text)
    except ValueError as error:
        raise UnreadableReportError(f"it is no JSON ({error})") from error
    version = content.get("schema_version") if isinstance(content, dict) else None
    if version is None:
        raise UnreadableReportError("it is no drift report: it has no schema_version")
    if version != SCHEMA_VERSION:
        raise UnreadableReportError(f"its schema_version is {version}, and this collection reads {SCHEMA_VERSION}")
    try:
        return History(
            moment(content["generated_at"]),
            {known_at: known for one in content["resources"] for known_at, known in [_known(one)]},
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableReportError(f"it is no whole drift report ({type(error).__name__}: {error})") from error


def moment(text: str) -> datetime:
    """Read an ISO 8601 time, in UTC where it does not say; raise ValueError for anything else."""
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def _known(one: Mapping[str, Any]) -> tuple[tuple[str, ...], _Known]:
    place = Place(one["scope"], one["kind"], one["connection"], one["region"])
    verdict = Verdict(one["verdict"])
    since = moment(one["since"]) if one["since"] else None
    drift = _drift(verdict, one["missing"], one["extra"], one["moved"])
    return order(place, one["id"]), _Known(Past(place, one["id"], verdict, since), drift)


def _drift(verdict: Verdict, *lists: Any) -> tuple[object, ...]:
    return (verdict, *(tuple(groups) for groups in lists))
