# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import copy
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils import _plan
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift import files, merge, render
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift.build import build
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift.history import (
    History,
    UnreadableReportError,
    parse,
)
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift.model import Age, Finding, Verdict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.unit.drift.estate import (
    ENI,
    MONDAY,
    TUESDAY,
    WEDNESDAY,
    attachment,
    many,
    mixed,
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


def without_names(text: str) -> str:
    """Return a report as it was before groups had names in it."""
    content = json.loads(text)
    for one in content["resources"]:
        assert {"names", "groups_checked"} <= one.keys()
        del one["names"], one["groups_checked"]
    return json.dumps(content)


def test_a_report_has_the_counts_of_the_last_ones_and_of_no_more_than_thirty() -> None:
    last = None
    for day in range(40):
        found = single(LINE, MISSING if day % 2 else FINE, at=MONDAY + timedelta(days=day), last=last)
        assert [one.at for one in found.history] == [MONDAY + timedelta(days=n) for n in range(max(0, day - 30), day)]
        last = found
    assert [one.totals["drift"] for one in found.history] == [1, 0] * 15
    written = json.loads(render.as_json(found))["history"]
    assert written[0] == {
        "generated_at": "2026-11-25T06:00:08Z",
        "in_sync": 0,
        "drift": 1,
        "would_fail": 0,
        "error": 0,
        "accepted": 0,
        "total": 1,
    }


def test_a_merged_report_has_what_is_accepted(tmp_path: Path) -> None:
    accepted = {"until": "2026-11-16", "reason": "a migration"}
    found = single(attachment(ENI, "x", "a", accepted=accepted), MISSING)
    path = tmp_path / "drift.json"
    path.write_text(render.as_json(found), encoding="utf-8")
    merged = merge.merge([merge.read(path)], [], None, at=TUESDAY)
    assert only(merged).accepted == only(found).accepted
    assert only(merged).verdict is Verdict.ACCEPTED


def test_a_report_of_before_groups_had_names_is_still_read(tmp_path: Path) -> None:
    path = tmp_path / "drift.json"
    now = mixed()
    path.write_text(without_names(render.as_json(now)), encoding="utf-8")
    assert files.read_previous(path) == parse(render.as_json(now))
    part = merge.read(path)
    assert [(one.names, one.groups_checked) for one in part.findings] == [({}, True)] * len(now.findings)
    assert _plan.read(str(path), "production")


def test_a_merged_report_says_of_groups_what_its_parts_say(tmp_path: Path) -> None:
    path = tmp_path / "drift.json"
    path.write_text(render.as_json(mixed()), encoding="utf-8")
    merged = merge.merge([merge.read(path)], [], None, at=WEDNESDAY)
    told = json.loads(render.as_json(merged))["resources"]
    assert [(one["names"], one["groups_checked"]) for one in told] == [
        (one["names"], one["groups_checked"]) for one in json.loads(path.read_text("utf-8"))["resources"]
    ]
    for names in ([], "web", None):
        content = json.loads(path.read_text("utf-8"))
        content["resources"][0]["names"] = names
        path.write_text(json.dumps(content), encoding="utf-8")
        with pytest.raises(UnreadableReportError, match="is not a whole drift"):
            merge.read(path)


def test_a_reviewed_plan_of_names_holds_ids(tmp_path: Path) -> None:
    path = tmp_path / "drift.json"
    read_ = resource("x", "sg-aaaa1111", security_group_names={"sg-aaaa1111": "web", "sg-bbbb2222": "db"})
    path.write_text(render.as_json(single(attachment(ENI, "x", "db web"), read_)), encoding="utf-8")
    (entry,) = _plan.read(str(path), "production")
    assert (entry["security_groups"], entry["expected"]) == (["sg-bbbb2222", "sg-aaaa1111"], ["sg-aaaa1111"])


def test_a_last_report_that_is_not_there_yet_is_none(tmp_path: Path) -> None:
    assert files.read_previous(tmp_path / "drift.json") is None


GOOD = json.loads(render.as_json(single(LINE, MISSING)))


ONE = GOOD["resources"][0]


def changed(**more: Any) -> str:
    return json.dumps({**GOOD, "resources": [ONE, {**ONE, **more}]})


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "it is not valid JSON (Expecting value"),
        ("{", "it is not valid JSON"),
        ("[" * 100_000, "it is not valid JSON (maximum recursion depth exceeded"),
        ("1" * 5000, "it is not valid JSON (Exceeds the limit"),
        ("\udcff", "it is not UTF-8"),
        ("[]", "it is not a drift report: it has no schema_version"),
        ("{}", "it is not a drift report"),
        ("NaN", "it is not a drift report"),
        ('{"schema_version": 2}', "its schema_version is 2, and this collection reads 1"),
        ('{"schema_version": NaN}', "its schema_version is NaN, and this collection reads 1"),
        (json.dumps({"schema_version": [[[]]]}), "its schema_version is a list, and this collection reads 1"),
        ('{"schema_version": 1}', "it has no generated_at"),
        (json.dumps({**GOOD, "generated_at": "today"}), "generated_at is 'today' and must be an ISO 8601 time"),
        (
            json.dumps({**GOOD, "generated_at": "0001-01-01T00:00:00+14:00"}),
            "generated_at is '0001-01-01T00:00:00+14:00' and must be an ISO 8601 time",
        ),
        (json.dumps({**GOOD, "generated_at": None}), "generated_at is null and must be a text of one line"),
        (json.dumps({**GOOD, "resources": None}), "resources is null and must be a list"),
        (json.dumps({**GOOD, "resources": {"x": 1}}), "resources is a mapping and must be a list"),
        (json.dumps({**GOOD, "resources": ["x"]}), "resources[0] is 'x' and must be a mapping"),
        (json.dumps({**GOOD, "resources": [{}]}), "it has no resources[0].kind"),
        (changed(kind="qcloud_vm"), "resources[1].kind is 'qcloud_vm' and must be one of "),
        (changed(kind=[]), "resources[1].kind is a list and must be a text of one line"),
        (changed(id=7), "resources[1].id is 7 and must be a text of one line"),
        (changed(id="half \ud800"), "resources[1].id is 'half' and must be a text of one line"),
        (changed(scope="two\nlines"), "resources[1].scope is 'two lines' and must be a text of one line"),
        (changed(scope=None), "resources[1].scope is null and must be a text of one line"),
        (changed(region=1e400), "resources[1].region is Infinity and must be a text of one line"),
        (
            changed(verdict="fine"),
            "resources[1].verdict is 'fine' and must be one of drift, would_fail, error, accepted, in_sync",
        ),
        (changed(since="0001-01-01T00:00:00+14:00"), "resources[1].since is '0001"),
        (changed(extra=None), "resources[1].extra is null and must be a list of texts"),
        (changed(missing="sg-1"), "resources[1].missing is 'sg-1' and must be a list of texts"),
        (changed(moved=[{}]), "resources[1].moved is a list and must be a list of texts"),
    ],
)
def test_a_last_report_that_cannot_be_used_is_an_error_that_names_it(tmp_path: Path, text: str, problem: str) -> None:
    path = tmp_path / "drift.json"
    path.write_text(text, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(UnreadableReportError) as error:
        files.read_previous(path)
    said = str(error.value)
    assert said.startswith(f"the last report {path} cannot be used: {problem}")
    assert said.endswith("; move or delete it to start a new history")
    assert said.isprintable()


@pytest.mark.parametrize(("name", "problem"), [("", "Is a directory"), ("nul\0", "embedded null byte")])
def test_a_last_report_that_cannot_be_read_is_an_error_that_names_it(tmp_path: Path, name: str, problem: str) -> None:
    with pytest.raises(UnreadableReportError) as error:
        files.read_previous(tmp_path / name)
    assert str(error.value) == (
        f"the last report {tmp_path / name} cannot be read: {problem}; name a file that can, or leave previous out"
    )


PAST = json.loads(render.as_json(mixed()))
texts = st.text(max_size=6) | st.sampled_from(["drift", "in_sync", ENI, "2026-11-16", "\ud800", "\udfff x"])
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=8,
)


@st.composite
def nearly(draw: st.DrawFn) -> Any:
    """Draw a report in which some values, at any place, were replaced or taken out."""
    content = copy.deepcopy(PAST)
    for _change in range(draw(st.integers(1, 3))):
        inside: Any = content
        while inside:
            place = draw(st.sampled_from(list(inside) if isinstance(inside, dict) else range(len(inside))))
            if isinstance(inside[place], dict | list) and draw(st.integers(0, 3)):
                inside = inside[place]
                continue
            if draw(st.booleans()):
                inside[place] = draw(anything)
            else:
                del inside[place]
            break
    return content


@given(nearly() | anything | anything.map(lambda one: {**PAST, "resources": [one]}))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_whatever_the_last_report_holds_is_used_or_refused_in_a_sentence(tmp_path: Path, content: Any) -> None:
    path = tmp_path / "drift.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    history = read(path)
    if isinstance(history, str):
        assert str(path) in history
        assert history.endswith("; move or delete it to start a new history")
        assert history.isprintable()
        assert len(history) < 1000
        return
    now = build([], [], [], at=WEDNESDAY, history=history, repairs=True)
    for text in render.files(now).values():
        assert text.encode("utf-8")
    assert parse(render.as_json(now)).at == WEDNESDAY


@given(st.binary(max_size=60) | st.binary(max_size=20).map(lambda one: json.dumps(PAST).encode() + one))
@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_bytes_the_last_report_has(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "drift.json"
    path.write_bytes(content)
    history = read(path)
    assert not isinstance(history, str) or (str(path) in history and history.isprintable())


def read(path: Path) -> History | str | None:
    """Return the last report, or why it cannot be used; anything else that is raised is a defect."""
    try:
        return files.read_previous(path)
    except UnreadableReportError as error:
        return str(error)
