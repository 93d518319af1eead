# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Sequence
from types import MappingProxyType
from typing import Any

import pytest
from ansible_collections.crosscloud.security_groups.plugins.module_utils._description.kinds import KINDS
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift import render, verdicts
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift.described import described
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift.model import Finding, Problem, Verdict
from hypothesis import given
from hypothesis import strategies as st

from tests.integration.playbook import ROOT
from tests.unit.drift.estate import (
    CVM,
    EFS,
    ENI,
    MONDAY,
    RDS,
    TUESDAY,
    attachment,
    batch,
    report,
    resource,
    scope,
    single,
)

IN_SYNC, DRIFT, WOULD_FAIL, ERROR = Verdict.IN_SYNC, Verdict.DRIFT, Verdict.WOULD_FAIL, Verdict.ERROR


@pytest.mark.parametrize(
    ("line", "found", "verdict", "wanted", "missing", "extra", "moved"),
    [
        (attachment(ENI, "x", "a b"), "a b", IN_SYNC, "a b", "", "", ""),
        (attachment(ENI, "x", "a b"), "b a", DRIFT, "a b", "", "", "a b"),
        (attachment(ENI, "x", "a b"), "b c", DRIFT, "a b", "a", "c", ""),
        (attachment(ENI, "x", "b", "present"), "a", DRIFT, "a b", "b", "", ""),
        (attachment(ENI, "x", "b", "present"), "a b", IN_SYNC, "a b", "", "", ""),
        (attachment(ENI, "x", "b", "present", position="first"), "a b", DRIFT, "b a", "", "", "b a"),
        (attachment(ENI, "x", "a", "present", position="last"), "a b", DRIFT, "b a", "", "", "b a"),
        (attachment(ENI, "x", "b", "absent"), "a b", DRIFT, "a", "", "b", ""),
        (attachment(ENI, "x", ""), "a", DRIFT, "", "", "a", ""),
        (attachment(CVM, "x", "a b"), "b a", DRIFT, "a b", "", "", "a b"),
        # Where order means nothing every list is sorted.
        (attachment(EFS, "x", "b a"), "a b", IN_SYNC, "a b", "", "", ""),
        (attachment(EFS, "x", "c a"), "d a", DRIFT, "a c", "c", "d", ""),
        (attachment(RDS, "x", "b", "present"), "c a", DRIFT, "a b c", "b", "", ""),
    ],
)
def test_drift_is_what_the_entry_makes_of_the_list_found(
    line: dict[str, Any], found: str, verdict: Verdict, wanted: str, missing: str, extra: str, moved: str
) -> None:
    finding = single(line, resource("x", found)).findings[0]
    ordered = line["kind"] in (ENI, CVM)
    assert finding.verdict is verdict
    assert finding.found == tuple(found.split() if ordered else sorted(found.split()))
    assert finding.wanted == tuple(wanted.split())
    assert (finding.missing, finding.extra, finding.moved) == tuple(
        tuple(one.split()) for one in (missing, extra, moved)
    )


@pytest.mark.parametrize(
    ("before", "error", "verdict"),
    [
        (None, "not_found", WOULD_FAIL),
        (None, "state", WOULD_FAIL),
        (None, "invalid", WOULD_FAIL),
        (None, "auth", ERROR),
        (None, "denied", ERROR),
        (None, "throttled", ERROR),
        (None, "transient", ERROR),
        (None, "timeout", ERROR),
        (None, "conflict", ERROR),
        ("b", "limit", WOULD_FAIL),
        ("b", "state", WOULD_FAIL),
        ("b", "invalid", WOULD_FAIL),
        # A primary network interface is refused even where its list would not change.
        ("a", "invalid", WOULD_FAIL),
    ],
)
def test_an_error_of_the_module_is_no_drift_and_never_in_sync(before: str | None, error: str, verdict: Verdict) -> None:
    finding = single(attachment(ENI, "x", "a"), resource("x", before, (error, "network interface x: why"))).findings[0]
    assert finding.verdict is verdict
    assert finding.problem is not None
    assert (finding.problem.kind, finding.problem.message) == (error, "why")
    assert finding.found == (None if before is None else (before,))
    assert finding.missing == (("a",) if before == "b" else ())


def test_the_list_wanted_is_known_without_the_list_found_only_if_it_is_exact() -> None:
    exact, present = (
        single(attachment(ENI, "x", "a", state), resource("x", None, ("auth", "why"))).findings[0]
        for state in ("exact", "present")
    )
    assert (exact.wanted, present.wanted) == (("a",), None)


def test_resources_beside_one_that_fails_are_judged_by_what_was_found() -> None:
    # The module reports them as they are then, so their after says nothing.
    lines = [attachment(ENI, "gone", "a"), attachment(ENI, "off", "a"), attachment(ENI, "fine", "a")]
    read = [resource("gone", None, ("not_found", "why")), resource("off", "b"), resource("fine", "a")]
    found = report(scope(lines, [batch(ENI, [{**one, "after": one["before"]} for one in read], msg="gone failed")]))
    assert [(one.id, one.verdict) for one in found.findings] == [
        ("fine", IN_SYNC),
        ("gone", WOULD_FAIL),
        ("off", DRIFT),
    ]


def test_too_many_changes_are_said_of_each_that_would_change() -> None:
    refusal = ("limit", "network interface off: 1 would change, and max_changes is 0")
    lines = [attachment(ENI, "off", "a"), attachment(ENI, "fine", "a")]
    found = report(scope(lines, [batch(ENI, [resource("off", "b", refusal), resource("fine", "a")], msg="no")]))
    off = found.findings[1]
    assert [one.verdict for one in found.findings] == [IN_SYNC, WOULD_FAIL]
    assert (off.missing, off.extra, off.repair is not None) == (("a",), ("b",), True)


ONE, TWO, THREE = "sg-aaaa1111", "sg-bbbb2222", "sg-cccc3333"
NAMES = MappingProxyType({ONE: "web", TWO: "die Web-Server ä", THREE: "db"})


def named(asked: Sequence[str], found: str, state: str = "exact", names: Any = NAMES, **more: Any) -> Finding:
    """Return what the report says of groups that are asked for by name, where the module told these names."""
    line = {**attachment(ENI, "x", "", state, **more), "security_groups": list(asked)}
    return single(line, resource("x", found, security_group_names=names)).findings[0]


@pytest.mark.parametrize(
    ("asked", "found", "state", "more", "wanted", "missing", "extra", "moved"),
    [
        (["web", NAMES[TWO]], [ONE, TWO], "exact", {}, [ONE, TWO], [], [], []),
        (["web", NAMES[TWO]], [TWO, ONE], "exact", {}, [ONE, TWO], [], [], [ONE, TWO]),
        (["web", NAMES[TWO]], [ONE, THREE], "exact", {}, [ONE, TWO], [TWO], [THREE], []),
        ([TWO, "web"], [ONE], "present", {"position": "first"}, [TWO, ONE], [TWO], [], []),
        (["web"], [ONE, TWO], "absent", {}, [TWO], [], [ONE], []),
        # What is not attached need not have a name that is known.
        (["cache"], [ONE], "absent", {}, [ONE], [], [], []),
        # One group that is named twice, which the module refuses, is one group.
        (["web", ONE], [ONE], "exact", {}, [ONE], [], [], []),
    ],
)
def test_names_stand_for_ids(
    asked: list[str],
    found: list[str],
    state: str,
    more: dict[str, Any],
    wanted: list[str],
    missing: list[str],
    extra: list[str],
    moved: list[str],
) -> None:
    finding = named(asked, " ".join(found), state, **more)
    assert finding.found == tuple(found)
    lists = (finding.wanted, finding.missing, finding.extra, finding.moved)
    assert lists == tuple(map(tuple, (wanted, missing, extra, moved)))
    assert finding.names == {group: NAMES[group] for group in {*found, *wanted}}
    changes = missing or extra or moved
    assert finding.verdict is (DRIFT if changes else IN_SYNC)


@pytest.mark.parametrize("names", [{}, {ONE: "web", TWO: "web"}, {ONE: "Web"}])
def test_a_name_that_does_not_stand_for_one_group_stays(names: dict[str, str]) -> None:
    finding = named(["web"], ONE, names=names)
    assert (finding.wanted, finding.missing, finding.extra) == (("web",), ("web",), (ONE,))
    assert named(["a  b"], ONE, names=names).wanted == ("a b",)


def test_what_has_the_form_of_an_id_is_an_id_whatever_is_called_like_it() -> None:
    assert named([THREE], ONE, names={ONE: THREE}).wanted == (THREE,)
    # That of another cloud is a name.
    of_aws = "sg-0123456789abcdef0"
    assert named([of_aws], ONE, names={ONE: of_aws}).verdict is IN_SYNC


def test_names_are_compared_as_the_cloud_writes_them_and_shown_as_lines() -> None:
    finding = named(["a  b"], f"{ONE} {TWO}", names={ONE: "a b", TWO: "a  b", THREE: "elsewhere"})
    assert (finding.wanted, finding.names) == ((TWO,), {ONE: "a b", TWO: "a b"})


@pytest.mark.parametrize(
    ("kind", "message"),
    [
        ("not_found", f"security group {THREE} does not exist in the region; check the ID"),
        ("invalid", f"security group {THREE} (db) belongs to vpc-1 and cannot be attached in vpc-2"),
        ("invalid", f"2 security groups have the name 'db': {TWO}, {THREE}; give the ID of one"),
        ("denied", "the security group 'db' cannot be looked up, so give its ID; not allowed"),
    ],
)
def test_a_group_that_cannot_be_attached_would_fail(kind: str, message: str) -> None:
    refused = resource("x", ONE, (kind, f"network interface x: {message}"), security_group_names={ONE: "web"})
    finding = single(attachment(ENI, "x", f"web {THREE}"), refused).findings[0]
    assert (finding.verdict, finding.problem) == (WOULD_FAIL, Problem(kind, message))
    assert (finding.found, finding.missing) == ((ONE,), (THREE,))


def test_groups_that_could_not_be_checked_are_those_that_are_missing() -> None:
    line = attachment(ENI, "x", "a")
    assert [
        single(line, resource("x", found, groups_checked=checked)).findings[0].groups_checked
        for found, checked in (("b", False), ("a", False), ("b", True))
    ] == [False, True, True]


@pytest.mark.parametrize(
    ("batches", "message"),
    [
        ([], "it was not read"),
        ([batch(ENI, [], msg="the key is wrong")], "the key is wrong"),
        ([batch(ENI, [], msg="one\n two"), batch(ENI, [], msg="three")], "one two; three"),
        ([batch(ENI, [resource("other", "a")])], "it was not read"),
        ([batch(ENI, [resource("other", None, ("auth", "why"))], msg="of another")], "it was not read"),
        ([batch(ENI, [resource("x", "a")], region="elsewhere")], "it was not read"),
        ([batch(ENI, [resource("x", "a")], connection="another")], "it was not read"),
        ([batch(CVM, [resource("x", "a")])], "it was not read"),
        ([batch(ENI, [{"id": "x", "before": None, "error": None}])], "it was not read"),
        ([batch(ENI, [], result={"censored": "hidden"})], "no_log hides the result of its task"),
        ([batch(ENI, [], result={"skipped": True})], "its task returned no resources"),
        ([batch(ENI, [], result={"resources": "no list"})], "its task returned no resources"),
        ([batch(ENI, [], result={"resources": ["no mapping", {}], "msg": "broken"})], "broken"),
    ],
)
def test_what_no_batch_returned_is_an_error(batches: Sequence[dict[str, Any]], message: str) -> None:
    found = report(scope([attachment(ENI, "x", "a")], batches))
    assert [one.verdict for one in found.findings] == [ERROR]
    assert found.findings[0].problem is not None
    assert found.findings[0].problem.message == message


def test_the_last_of_several_readings_counts() -> None:
    late = batch(ENI, [resource("x", "a")], read_at="2026-11-16T07:00:00+01:00")
    later = batch(ENI, [resource("x", "b")], read_at="2026-11-16T06:00:01Z")
    found = report(scope([attachment(ENI, "x", "a")], [later, late]))
    assert found.findings[0].found == ("b",)
    assert [(one.resources, one.first.second, one.last.second) for one in found.readings] == [(1, 0, 1)]


ACCEPTED = {"until": "2026-11-16", "reason": "a\nmigration"}


@pytest.mark.parametrize(("at", "verdict"), [(MONDAY, Verdict.ACCEPTED), (TUESDAY, Verdict.DRIFT)])
def test_drift_is_accepted_until_the_end_of_a_day_and_fails_nothing_until_then(at: Any, verdict: Verdict) -> None:
    found = single(attachment(ENI, "x", "a", accepted=ACCEPTED), resource("x", "b"), at=at)
    (finding,) = found.findings
    assert (finding.verdict, finding.accepted.reason) == (verdict, "a migration")
    assert found.totals[verdict] == 1
    is_drift = verdict is Verdict.DRIFT
    assert bool(found.not_in_sync) == is_drift
    assert bool(verdicts.complaints(found, verdicts.FAIL_ON)) == is_drift
    content = render.files(found)
    assert (
        content["drift.xml"].count("<skipped message=") == content["drift.xml"].count('skipped="1"') == (not is_drift)
    )
    for text in content.values():
        assert "2026-11-16" in text
        assert "a migration" in text
    assert ("1 accepted" in render.summary(found)[0]) == (not is_drift)


@pytest.mark.parametrize(
    ("read", "verdict"),
    [
        (resource("x", "a"), Verdict.IN_SYNC),
        (resource("x", "b", ("limit", "2 would change")), Verdict.WOULD_FAIL),
        (resource("x", None, ("auth", "why")), Verdict.ERROR),
    ],
)
def test_only_drift_is_accepted(read: dict[str, Any], verdict: Verdict) -> None:
    assert single(attachment(ENI, "x", "a", accepted=ACCEPTED), read).findings[0].verdict is verdict


def test_a_scope_out_of_reach_is_named_by_its_entries_or_counts_itself() -> None:
    described = scope([attachment(ENI, "x", "a")], [], name="described", problem="no route")
    unknown = scope([], [], name="unknown", problem="no vars")
    found = report(described, unknown)
    assert found.totals == {"in_sync": 0, "drift": 0, "would_fail": 0, "error": 2, "accepted": 0, "total": 2}
    assert [(one.id, one.problem and one.problem.message) for one in found.findings] == [
        ("x", "no route"),
        (None, "no vars"),
    ]


def test_a_wrong_description_is_refused() -> None:
    line = {"kind": ENI, "id": "eni-7k2m9q4x", "security_groups": ["sg-aaaa1111"]}
    with pytest.raises(ValueError, match=r"attachments\[0\] describes it already; describe it once"):
        described("production", [line, line], {}, None, {})
    chosen = described("production", [line, {**line, "id": "eni-aaaa1111"}], {}, "eni-aaaa1111,", {})
    assert [one.id for one in chosen.entries] == ["eni-aaaa1111"]
    assert [one.message for one in chosen.gaps] == ["its task returned no resources"]


def test_a_reading_without_a_time_is_refused() -> None:
    with pytest.raises(ValueError, match="read_at of a batch of result is 'today'"):
        report(scope([], [batch(ENI, [], read_at="today")]))


def test_the_command_that_repairs_names_the_resource_and_where_needed_the_scope() -> None:
    lines = [attachment(ENI, "x", "a"), attachment(ENI, "fine", "b"), attachment(ENI, "gone", "a")]
    read = [batch(ENI, [resource("x", "b"), resource("fine", "b")])]
    command = (
        "ansible-playbook crosscloud.security_groups.converge -e @attachments.yml -e security_group_attachments_only=x"
    )
    alone = report(scope(lines, read, name="localhost"))
    assert {one.id: one.repair for one in alone.findings} == {"x": command, "fine": None, "gone": None}
    # A host of an inventory has its description there, whether or not others are in the report.
    limited = command.replace("-e @attachments.yml", """-i inventory.yml --limit 'it'"'"'s'""")
    for others in ([], [scope([attachment(ENI, "y", "a")], [], name="localhost")]):
        found = report(scope(lines, read, name="it's"), *others)
        assert {one.repair for one in found.findings} == {None, limited}


def test_the_names_of_kinds_lead_to_their_modules() -> None:
    for kind in KINDS:
        assert (ROOT / "plugins" / "modules" / f"{kind}_sg.py").is_file()


def test_no_sdk_is_needed() -> None:
    code = f"""
import sys
for name in ("boto3", "botocore", "tencentcloud", "aliyunsdkcore", "aliyunsdkrds"):
    sys.modules[name] = None
sys.path.insert(0, {str(ROOT / "collections")!r})
import ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift.build
"""
    subprocess.run([sys.executable, "-c", code], check=True)


groups = st.lists(st.sampled_from("abcdef"), unique=True, max_size=5).map(" ".join)
errors = st.sampled_from(["not_found", "auth", "limit", "transient"]).map(lambda kind: (kind, "why"))


@st.composite
def estates(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Scopes with lines, some of which were read, some with an error, some not at all."""
    found = []
    for name in draw(st.lists(st.sampled_from(["one", "two", "three"]), unique=True)):
        lines, batches = [], []
        for kind in (ENI, EFS):
            ids = draw(st.lists(st.sampled_from("klmnop"), unique=True))
            states = st.sampled_from(["present", "absent", "exact"])
            lines += [attachment(kind, one, draw(groups), draw(states)) for one in ids]
            read = [
                resource(one, draw(st.none() | groups), draw(st.none() | errors)) for one in ids if draw(st.booleans())
            ]
            batches.append(batch(kind, read, msg=draw(st.none() | st.just("failed"))))
        found.append(scope(lines, batches, name=name, problem=draw(st.none() | st.just("no route"))))
    return found


@given(estates(), st.randoms(use_true_random=False))
def test_totals_add_up_order_is_stable_and_nothing_unread_is_in_sync(
    estate: list[dict[str, Any]], chance: random.Random
) -> None:
    found = report(*estate)
    described = [line for one in estate for line in one["attachments"]]
    unknown = [one for one in estate if one["problem"] and not one["attachments"]]
    totals = found.totals
    assert totals["total"] == sum(totals[verdict] for verdict in Verdict) == len(described) + len(unknown)
    for one in found.findings:
        if one.verdict is IN_SYNC:
            assert one.found is not None
            assert one.found == one.wanted
            assert one.problem is None
        else:
            assert one.problem or one.found != one.wanted
    for one in estate:
        chance.shuffle(one["attachments"])
        chance.shuffle(one["batches"])
        for each in one["batches"]:
            chance.shuffle(each["result"]["resources"])
    chance.shuffle(estate)
    assert render.files(report(*estate)) == render.files(found)
