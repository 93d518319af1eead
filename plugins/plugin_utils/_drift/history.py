# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the last report said."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from ...module_utils._ansible.text import short_line
from ...module_utils._description.kinds import KINDS
from .model import Age, Counts, Finding, Past, Place, Verdict, line, order, totals

SCHEMA_VERSION = 1

REMEMBERED = 30
"""How many earlier reports a report has the counts of."""


class UnreadableReportError(Exception):
    """Raised for a file that is no drift.json of this version; says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class History:
    """The last report: its time, and its resources by their place in the report."""

    at: datetime
    resources: Mapping[tuple[str, ...], _Known]
    before: tuple[Counts, ...] = ()

    @property
    def counts(self) -> tuple[Counts, ...]:
        """Return how many findings the last reports had, the oldest first."""
        last = Counts(self.at, totals(known.past.was for known in self.resources.values()))
        return (*self.before, last)[-REMEMBERED:]

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
    """Read a drift.json; raise UnreadableReportError for anything that no report of this version can be."""
    try:
        content = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise UnreadableReportError(f"it is not valid JSON ({line(error)})") from error
    version = content.get("schema_version") if isinstance(content, dict) else None
    if version is None:
        raise UnreadableReportError("it is not a drift report: it has no schema_version")
    if version != SCHEMA_VERSION:
        raise UnreadableReportError(
            f"its schema_version is {_what(version)}, and this collection reads {SCHEMA_VERSION}"
        )
    report = _Part("", content)
    # Reports of before this field have none.
    before = tuple(map(_counts, report.parts("history"))) if "history" in content else ()
    return History(report.moment("generated_at"), dict(map(_known, report.parts("resources"))), before)


def moment(text: str) -> datetime:
    """Read an ISO 8601 time, in UTC where it does not say; raise ValueError for anything else."""
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class _Part:
    """A mapping in a drift.json, and where it is. What it should hold and does not is an error that says where."""

    at: str
    content: Mapping[str, Any]

    def text(self, key: str) -> str:
        value = self._value(key)
        # Reports hold texts as lines. Anything else may be what no file can hold.
        if not isinstance(value, str) or line(value) != value:
            raise self._wrong(key, "a text of one line")
        return value

    def text_or_none(self, key: str) -> str | None:
        return None if self._value(key) is None else self.text(key)

    def one_of(self, key: str, choices: Iterable[str]) -> str:
        if (text := self.text(key)) not in choices:
            raise self._wrong(key, f"one of {', '.join(choices)}")
        return text

    def moment(self, key: str) -> datetime:
        try:
            return moment(self.text(key))
        except (ValueError, OverflowError) as error:
            raise self._wrong(key, "an ISO 8601 time") from error

    def count(self, key: str) -> int:
        value = self._value(key)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self._wrong(key, "a whole number, 0 or more")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        value = self._value(key)
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise self._wrong(key, "a list of texts")
        return tuple(value)

    def parts(self, key: str) -> Iterator[_Part]:
        value = self._value(key)
        if not isinstance(value, list):
            raise self._wrong(key, "a list")
        for number, one in enumerate(value):
            at = f"{self.at}{key}[{number}]"
            if not isinstance(one, dict):
                raise UnreadableReportError(f"{at} is {_what(one)} and must be a mapping")
            yield _Part(f"{at}.", one)

    def _value(self, key: str) -> Any:
        if key not in self.content:
            raise UnreadableReportError(f"it has no {self.at}{key}")
        return self.content[key]

    def _wrong(self, key: str, expected: str) -> UnreadableReportError:
        return UnreadableReportError(f"{self.at}{key} is {_what(self.content[key])} and must be {expected}")


def _counts(one: _Part) -> Counts:
    return Counts(one.moment("generated_at"), {key: one.count(key) for key in totals(())})


def _known(one: _Part) -> tuple[tuple[str, ...], _Known]:
    kind = None if one.text_or_none("kind") is None else one.one_of("kind", KINDS)
    place = Place(one.text("scope"), kind, one.text_or_none("connection"), one.text_or_none("region"))
    resource_id = one.text_or_none("id")
    verdict = Verdict(one.one_of("verdict", list(Verdict)))
    since = None if one.text_or_none("since") is None else one.moment("since")
    drift = _drift(verdict, one.texts("missing"), one.texts("extra"), one.texts("moved"))
    return order(place, resource_id), _Known(Past(place, resource_id, verdict, since), drift)


def _drift(verdict: Verdict, *lists: tuple[str, ...]) -> tuple[object, ...]:
    return (verdict, *lists)


def _what(value: object) -> str:
    if isinstance(value, str):
        return f"'{short_line(value)}'"
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "a mapping"
    return short_line(json.dumps(value))
