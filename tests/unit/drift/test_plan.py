# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a report hands on, and what is made of it, and of a drift.json."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift import render
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._plan import (
    LIMIT,
    UnusablePlanError,
    plan,
    read,
)

from tests.unit.drift.estate import ENI, attachment, batch, many, mixed, report, resource, scope, single

LINE = attachment(ENI, "x", "a b", region="ap-guangzhou", name="web-1", reason="why not")
ENTRY = {
    "kind": ENI,
    "id": "x",
    "security_groups": ["a", "b"],
    "state": "exact",
    "expected": ["a"],
    "region": "ap-guangzhou",
    "name": "web-1",
    "reason": "why not",
}


def fails(given: object, scope_: str = "production") -> str:
    with pytest.raises(UnusablePlanError) as raised:
        read(given, scope_)
    return str(raised.value)


def test_what_is_handed_on_applies_the_same_as_the_file(tmp_path: Path) -> None:
    drifted = resource("x", "a")
    gone = resource("y", None, ("not_found", "it does not exist"))
    lines = [LINE, attachment(ENI, "y", "a", region="ap-guangzhou")]
    found = report(scope(lines, [batch(ENI, [drifted, gone], region="ap-guangzhou")]))
    path = tmp_path / "drift.json"
    path.write_text(render.as_json(found), encoding="utf-8")
    # As it is after its way through an artifact.
    handed = json.loads(json.dumps(plan(found)))
    assert found.totals["would_fail"] == 1
    assert read(str(path), "production") == read(handed, "production") == [ENTRY]


def test_a_scope_without_drift_has_nothing_to_apply_and_another_is_refused() -> None:
    scopes = [
        scope([attachment(ENI, "x", "a b")], [batch(ENI, [resource("x", groups)])], name)
        for name, groups in (("berlin", "a b"), ("paris", "a"))
    ]
    handed = plan(report(*scopes))
    assert (read(handed, "berlin"), [one["id"] for one in read(handed, "paris")]) == ([], ["x"])
    assert fails(handed, "rome") == (
        "the plan is about berlin, paris and not about this host, rome; give a report on this host"
    )


def test_nothing_is_handed_on_of_what_could_not_be_read_whole() -> None:
    handed = plan(mixed())
    assert handed["resources"] == []
    assert fails(handed) == (
        "the plan cannot be applied: 1 of 8 resources could not be read; make a new report when they can"
    )


def test_without_drift_there_is_nothing_to_approve() -> None:
    assert "no resource has drifted" in fails(plan(single(attachment(ENI, "x", "a"), resource("x", "a"))))


def test_a_plan_is_handed_on_up_to_a_limit_and_refused_beyond() -> None:
    small = plan(many(1, 1))
    each = len(json.dumps(small["resources"][0]))
    fit = LIMIT // (each + 20)
    assert fit > 1000
    assert len(read(plan(many(fit, fit)), "production")) == fit
    large = plan(many(2 * fit, 2 * fit))
    assert len(json.dumps(large)) < 1000
    message = fails(large)
    assert message.startswith("the plan cannot be applied: it has ")
    assert f" characters, and {LIMIT} are handed on; report on fewer resources with" in message


@pytest.mark.parametrize("wrong", [{}, {"file": "x"}, {"schema_version": 1}, {"schema_version": 1, "resources": 5}])
def test_what_is_no_plan_is_refused(wrong: object, tmp_path: Path) -> None:
    path = tmp_path / "drift.json"
    path.write_text(json.dumps(wrong), encoding="utf-8")
    for given, name in ((wrong, "the plan"), (str(path), f"the plan {path}")):
        assert fails(given) == (
            f"{name} is not a drift report; give the drift.json of a report, or its artifact security_group_plan"
        )


def test_a_plan_of_another_version_is_refused() -> None:
    assert fails({**plan(many(1, 1)), "schema_version": 2}) == (
        "the plan has the schema_version 2, and this collection applies 1; make a new report"
    )
