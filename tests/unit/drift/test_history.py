# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift import files, render
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift.history import UnreadableReportError
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift.model import Age, Finding, Verdict

from tests.unit.drift.estate import (
    ENI,
    MONDAY,
    TUESDAY,
    WEDNESDAY,
    attachment,
    many,
    report,
    resource,
    scope,
    single,
)

LINE = attachment(ENI, "x", "a")
FINE, MISSING, EXTRA = resource("x", "a"), resource("x", "b"), resource("x", "a b")
UNREAD = resource("x", None, ("auth", "why"))


def only(of: Any) -> Finding:
    return of.findings[0]


def test_the_first_report_knows_no_past() -> None:
    first = single(LINE, MISSING)
    assert (first.previous_at, only(first).since, only(first).age) == (None, MONDAY, None)
    assert only(single(LINE, FINE)).since is None


@pytest.mark.parametrize(
    ("monday", "tuesday", "since", "age"),
    [
        (FINE, MISSING, TUESDAY, Age.NEW),
        (MISSING, MISSING, MONDAY, Age.KNOWN),
        (MISSING, EXTRA, MONDAY, Age.CHANGED),
        (MISSING, UNREAD, MONDAY, Age.CHANGED),
        (UNREAD, UNREAD, MONDAY, Age.KNOWN),
        (UNREAD, MISSING, MONDAY, Age.CHANGED),
        (MISSING, FINE, None, None),
        (FINE, FINE, None, None),
    ],
)
def test_since_when_and_how_it_compares(monday: Any, tuesday: Any, since: Any, age: Any) -> None:
    last = single(LINE, monday)
    now = single(LINE, tuesday, at=TUESDAY, last=last)
    assert now.previous_at == MONDAY
    assert (only(now).since, only(now).age) == (since, age)
    repaired = only(last).verdict is not Verdict.IN_SYNC and only(now).verdict is Verdict.IN_SYNC
    assert [(one.id, one.was, one.since) for one in now.repaired] == (
        [("x", only(last).verdict, MONDAY)] if repaired else []
    )


def test_since_lasts_over_reports_that_could_not_read_it() -> None:
    tuesday = single(LINE, UNREAD, at=TUESDAY, last=single(LINE, MISSING))
    assert only(single(LINE, MISSING, at=WEDNESDAY, last=tuesday)).since == MONDAY


def test_a_resource_that_came_back_drifts_anew() -> None:
    tuesday = single(LINE, FINE, at=TUESDAY, last=single(LINE, MISSING))
    assert only(single(LINE, MISSING, at=WEDNESDAY, last=tuesday)).since == WEDNESDAY


def test_what_is_described_anew_is_new_and_what_is_not_any_more_is_named() -> None:
    last = single(LINE, FINE)
    now = single(attachment(ENI, "y", "a"), resource("y", "b"), at=TUESDAY, last=last)
    assert only(now).age is Age.NEW
    assert [(one.id, one.was) for one in now.dropped] == [("x", Verdict.IN_SYNC)]
    assert now.repaired == ()


def test_a_scope_out_of_reach_has_a_past_but_is_neither_repaired_nor_dropped() -> None:
    monday = report(scope([], [], problem="no route"))
    tuesday = report(scope([], [], problem="no route"), at=TUESDAY, last=monday)
    assert (only(tuesday).since, only(tuesday).age) == (MONDAY, Age.KNOWN)
    wednesday = single(LINE, FINE, at=WEDNESDAY, last=tuesday)
    assert (wednesday.repaired, wednesday.dropped) == ((), ())


def test_only_what_happened_differs_between_two_reports() -> None:
    monday = many(50, drifted=0)
    text = render.as_json(monday).splitlines()
    later = render.as_json(many(50, drifted=1)).splitlines()
    assert sum(one not in later for one in text) < 10


def test_a_last_report_that_is_not_there_yet_is_none(tmp_path: Path) -> None:
    assert files.read_previous(tmp_path / "drift.json") is None


GOOD = json.loads(render.as_json(single(LINE, MISSING)))


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "it is no JSON"),
        ("{", "it is no JSON"),
        ("[]", "it is no drift report"),
        ("{}", "it is no drift report"),
        ('{"schema_version": 2}', "its schema_version is 2, and this collection reads 1"),
        ('{"schema_version": 1}', "it is no whole drift report (KeyError: 'generated_at')"),
        (json.dumps({**GOOD, "generated_at": "today"}), "it is no whole drift report (ValueError"),
        (json.dumps({**GOOD, "generated_at": None}), "it is no whole drift report (TypeError"),
        (json.dumps({**GOOD, "resources": None}), "it is no whole drift report (TypeError"),
        (json.dumps({**GOOD, "resources": ["x"]}), "it is no whole drift report (TypeError"),
        (
            json.dumps({**GOOD, "resources": [{**GOOD["resources"][0], "verdict": "fine"}]}),
            "'fine' is not a valid Verdict",
        ),
        (json.dumps({**GOOD, "resources": [{**GOOD["resources"][0], "extra": None}]}), "it is no whole drift report"),
        ("\udcff", "it is no UTF-8"),
    ],
)
def test_a_last_report_that_cannot_be_used_is_an_error_that_names_it(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "drift.json"
    path.write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(UnreadableReportError) as error:
        files.read_previous(path)
    assert str(path) in str(error.value)
    assert problem in str(error.value)


def test_a_directory_is_no_last_report(tmp_path: Path) -> None:
    with pytest.raises(UnreadableReportError, match="Is a directory"):
        files.read_previous(tmp_path)
