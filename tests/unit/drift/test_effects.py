# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Modules tell what a repair opens and closes. The report tells what the drift does, which is the reverse."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift import merge, render
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift.build import build
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift.collect import Collector
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift.history import UnreadableReportError
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift.model import Finding, Report
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift.verdicts import complaints, fail_on

from tests.unit.drift.estate import (
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

Entry = dict[str, str]


def traffic(ports: str, peer: str, protocol: str = "tcp", direction: str = "ingress") -> Entry:
    return {"direction": direction, "protocol": protocol, "ports": ports, "peer": peer, "by": "sg-extra"}


def repair(*closes: Entry, opens: tuple[Entry, ...] = (), unknown: tuple[Entry, ...] = ()) -> dict[str, Any]:
    """Return what a module says of the change that repairs the drift."""
    return {"opens": list(opens), "closes": list(closes), "unknown": list(unknown)}


SSH = traffic("22", "0.0.0.0/0")
INTERNAL = traffic("443", "10.0.0.0/8")
DENIED = {"group": "sg-extra", "reason": "needs vpc:DescribeSecurityGroupPolicies"}
NOTHING = repair()
TO_INTERNET = "1 of 1 resources are open to the internet beyond their description"


def drifted(effect: dict[str, Any] | None, kind: str = ENI, resource_id: str = "eni-1") -> Report:
    return single(attachment(kind, resource_id, "sg-a"), resource(resource_id, "sg-a sg-extra", effect=effect))


def several(**effects: dict[str, Any] | None) -> Report:
    """Return the report of network interfaces that have a group too many, with the effects of their repairs."""
    ids = {name: f"eni-{name.replace('_', '-')}" for name in effects}
    lines = [attachment(ENI, one, "sg-a") for one in ids.values()]
    read = [resource(ids[name], "sg-a sg-extra", effect=effect) for name, effect in effects.items()]
    return report(scope(lines, [batch(ENI, read)]))


def only(found: Report) -> Finding:
    (finding,) = found.findings
    return finding


def test_what_a_repair_closes_the_drift_opens() -> None:
    finding = only(drifted(repair(SSH, opens=(INTERNAL,), unknown=(DENIED,))))
    assert finding.effect == {"opens": [SSH], "closes": [INTERNAL], "unknown": [DENIED]}


def test_what_is_in_sync_has_no_effect() -> None:
    found = single(attachment(ENI, "eni-1", "sg-a"), resource("eni-1", "sg-a", effect=None))
    assert only(found).effect is None


def test_the_effect_of_one_of_several_tasks_is_not_that_of_all() -> None:
    collector = Collector()
    for groups in ("sg-a", "sg-b"):
        arguments = {"network_interface_ids": ["eni-1"], "security_groups": [groups], "state": "present"}
        result = {"resources": [resource("eni-1", "sg-c", effect=repair(opens=(INTERNAL,)))]}
        collector.add("localhost", ENI, arguments, result, MONDAY)
    found = build(collector.entries, collector.readings, collector.gaps, at=MONDAY, repairs=False)
    assert (only(found).missing, only(found).effect) == (("sg-a", "sg-b"), None)


def test_every_file_tells_what_drift_opens() -> None:
    found = drifted(repair(SSH, opens=(INTERNAL,), unknown=(DENIED,)))
    files = render.files(found)
    (told,) = json.loads(files["drift.json"])["resources"]
    assert told["effect"] == {"opens": [SSH], "closes": [INTERNAL], "unknown": [DENIED]}
    texts = [
        "opens ingress tcp/22 from 0.0.0.0/0 (allowed by sg-extra)",
        "closes ingress tcp/443 from 10.0.0.0/8 (allowed by sg-extra)",
        "may open or close more: sg-extra: needs vpc:DescribeSecurityGroupPolicies",
    ]
    (failure,) = ElementTree.fromstring(files["drift.xml"]).iter("failure")
    assert [text for text in texts if text not in (failure.text or "").splitlines()] == []
    assert f"- `eni-1`: {', '.join(f'`{text}`' for text in texts)}\n" in files["drift.md"]
    assert "opens to the internet" in files["drift.html"]
    assert "needs vpc:DescribeSecurityGroupPolicies" in files["drift.html"]


def test_the_summary_tells_the_most_dangerous_thing_that_is_open() -> None:
    (_totals, line) = render.summary(drifted(repair(SSH, INTERNAL, traffic("80", "10.0.0.0/8"))))
    assert line == "eni-1  production  -sg-extra  opens ingress tcp/22 from 0.0.0.0/0 and 2 more"


def test_drift_that_opens_nothing_says_so() -> None:
    files = render.files(drifted(NOTHING))
    assert "- `eni-1`: `opens and closes nothing`\n" in files["drift.md"]
    assert "opens and closes nothing" in files["drift.html"]


def test_without_an_effect_no_file_speaks_of_one() -> None:
    files = render.files(drifted(None))
    assert json.loads(files["drift.json"])["resources"][0]["effect"] is None
    assert "By security groups only" not in files["drift.md"]


def test_the_most_dangerous_drift_comes_first() -> None:
    found = several(
        closes=repair(opens=(SSH,)), opens=repair(INTERNAL), unknown=repair(unknown=(DENIED,)), to_world=repair(SSH)
    )
    order = ["eni-to-world", "eni-opens", "eni-unknown", "eni-closes"]
    files = render.files(found)
    for text in (files["drift.md"].partition("## Drift")[2], "\n".join(render.summary(found))):
        assert sorted(order, key=text.index) == order


@pytest.mark.parametrize(
    ("chosen", "effect", "told"),
    [
        ("opens", repair(INTERNAL), ["1 of 1 resources let through more than their description does"]),
        ("opens_to_internet", repair(INTERNAL), []),
        ("opens_to_internet", repair(SSH), [TO_INTERNET]),
        ("opens_to_internet", repair(traffic("22", "::/0")), [TO_INTERNET]),
        ("opens_to_internet", repair(traffic("22", "0.0.0.0/0 except 10.0.0.0/8")), [TO_INTERNET]),
        ("opens_to_internet", repair(traffic("all", "0.0.0.0/0", "all", "egress")), []),
        ("opens_to_internet", repair(traffic("22", "sg-b in 0.0.0.0/0")), []),
        ("opens, opens_to_internet", repair(opens=(SSH,)), []),
        ("opens, opens_to_internet", NOTHING, []),
        ("opens", repair(unknown=(DENIED,)), ["1 of 1 resources drifted, and it is not fully known what that opens"]),
        ("opens_to_internet", None, ["1 of 1 resources drifted, and it is not fully known what that opens"]),
        ("error", None, []),
        ("drift", repair(SSH), ["1 of 1 resources drifted from their description"]),
    ],
)  # fmt: skip
def test_a_run_can_fail_for_what_drift_opens(chosen: str, effect: dict[str, Any] | None, told: list[str]) -> None:
    assert complaints(drifted(effect), fail_on(chosen)) == told


def test_what_cannot_be_reached_from_the_internet_is_not_open_to_it() -> None:
    nfs = drifted(repair(traffic("2049", "0.0.0.0/0")), EFS, "fsmt-1")
    assert complaints(nfs, fail_on("opens_to_internet")) == []
    assert complaints(nfs, fail_on("opens")) == ["1 of 1 resources let through more than their description does"]
    members = drifted(repair(traffic("all", "7 ECS instances: i-a, i-b and 5 more", "all")), RDS, "rm-1")
    assert complaints(members, fail_on("opens_to_internet")) == []
    assert "from 7 ECS instances: i-a, i-b and 5 more" in render.files(members)["drift.md"]


def test_what_is_in_sync_opens_nothing_unknown() -> None:
    found = single(attachment(ENI, "eni-1", "sg-a"), resource("eni-1", "sg-a"))
    assert complaints(found, fail_on("opens, opens_to_internet")) == []


def test_a_word_that_is_not_allowed_is_named_with_those_that_are() -> None:
    with pytest.raises(
        ValueError, match="fail_on has 'open'; it takes drift, would_fail, error, opens, opens_to_internet"
    ):
        fail_on("open")


def test_a_merged_report_keeps_effects(tmp_path: Path) -> None:
    found = drifted(repair(SSH, unknown=(DENIED,)))
    path = tmp_path / "drift.json"
    path.write_text(render.as_json(found), encoding="utf-8")
    assert only(merge.merge([merge.read(path)], [], None, at=TUESDAY)).effect == only(found).effect
    path.write_text(
        render.as_json(found).replace('"0.0.0.0/0"', '"0.0.0.0/x"').replace('"22"', '"x"'), encoding="utf-8"
    )
    with pytest.raises(UnreadableReportError, match="of schema version 1"):
        merge.read(path)
