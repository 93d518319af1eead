# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift.build import build
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift.collect import Collector
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift.model import Finding, Report, Verdict

from tests.unit.drift.estate import CVM, EFS, ENI, MONDAY, RDS, TUESDAY, resource

Task = tuple[str, dict[str, Any], dict[str, Any]]


def collected(*tasks: Task) -> Report:
    """Return the report of tasks of one host: kind, arguments and result of each."""
    collector = Collector()
    for index, (kind, arguments, result) in enumerate(tasks):
        collector.add("localhost", kind, arguments, result, MONDAY.replace(minute=index))
    return build(collector.entries, collector.readings, collector.gaps, at=TUESDAY, repairs=False)


def eni(groups: str, found: dict[str, Any], state: str = "present", **more: Any) -> Task:
    arguments = {"network_interface_ids": ["x"], "security_groups": groups.split(), "state": state, **more}
    return ENI, arguments, {"resources": [found]}


def only(*tasks: Task) -> Finding:
    (finding,) = collected(*tasks).findings
    return finding


@pytest.mark.parametrize(
    ("kind", "ids"),
    [(EFS, "mount_target_ids"), (ENI, "network_interface_ids"), (CVM, "instance_ids"), (RDS, "db_instance_ids")],
)
def test_what_a_task_asks_for_is_what_is_wanted(kind: str, ids: str) -> None:
    arguments = {ids: ["x", "y"], "security_groups": ["a"], "state": "exact", "region": "here", "secret_key": "hidden"}
    found = collected((kind, arguments, {"resources": [resource("x", "a"), resource("y", "b")]})).findings
    assert [(one.id, one.verdict, one.wanted, one.repair) for one in found] == [
        ("x", Verdict.IN_SYNC, ("a",), None),
        ("y", Verdict.DRIFT, ("a",), None),
    ]
    assert {(one.place.scope, one.place.kind, one.place.connection, one.place.region) for one in found} == {
        ("localhost", kind, None, "here")
    }


def test_attachments_have_their_own_groups_and_the_task_s_state() -> None:
    arguments = {
        "state": "exact",
        "position": "keep",
        "attachments": [
            {"id": "x", "security_groups": ["a"], "state": None, "position": None},
            {"network_interface_id": "y", "security_groups": ["a"], "state": "present", "position": "first"},
        ],
    }
    found = collected((ENI, arguments, {"resources": [resource("x", "b a"), resource("y", "b a")]})).findings
    assert [one.wanted for one in found] == [("a",), ("a", "b")]


def test_what_a_selector_selects_is_what_the_result_has() -> None:
    arguments = {"filters": {"vpc-id": "v"}, "network_interface_ids": None, "security_groups": ["a"], "state": "absent"}
    found = collected((ENI, arguments, {"resources": [resource("x", "a"), resource("y", "")]})).findings
    assert [(one.id, one.verdict) for one in found] == [("x", Verdict.DRIFT), ("y", Verdict.IN_SYNC)]
    assert collected((ENI, arguments, {"resources": []})).findings == ()


def test_a_task_in_the_background_is_told_as_that() -> None:
    started = {"ansible_job_id": "j1.2", "started": 1, "finished": 0, "changed": True}
    arguments = {"network_interface_ids": ["x"], "security_groups": ["a"]}
    finding = only((ENI, arguments, started))
    assert finding.verdict is Verdict.ERROR
    assert finding.problem is not None
    assert "runs in the background (poll: 0)" in finding.problem.message


@pytest.mark.parametrize("result", [{"msg": "no access"}, {"msg": "no access", "resources": []}])
def test_what_a_failed_task_would_have_selected_is_an_error_of_its_own(result: dict[str, Any]) -> None:
    finding = only((ENI, {"filters": {"vpc-id": "v"}, "security_groups": ["a"]}, result))
    assert (finding.id, finding.verdict, finding.problem and finding.problem.message) == (
        None,
        Verdict.ERROR,
        "no access",
    )
    assert finding.label == "network interfaces of localhost"


def test_what_a_task_asked_for_has_to_be_known() -> None:
    finding = only((ENI, {"network_interface_ids": ["x"]}, {"resources": [resource("x", "a")]}))
    assert (finding.id, finding.verdict) == (None, Verdict.ERROR)
    assert finding.problem is not None
    assert finding.problem.message == "what its task asked for is not known"


def test_a_task_whose_result_is_hidden_is_an_error() -> None:
    finding = only((ENI, {}, {"censored": "hidden", "changed": False}))
    assert finding.verdict is Verdict.ERROR
    assert finding.problem is not None
    assert "no_log" in finding.problem.message


@pytest.mark.parametrize(
    "arguments",
    [
        {"network_interface_ids": "x, y", "security_groups": "a", "state": "bogus"},
        {"network_interface_ids": "x\ny\n", "security_groups": "a b"},
        {"network_interface_id": ["x", "y"], "security_groups": 7, "position": 7},
        {"attachments": [{"id": "x"}, {"network_interface_id": "y", "security_groups": 3}, {}]},
    ],
)
def test_arguments_that_the_module_refused_still_name_the_resources(arguments: dict[str, Any]) -> None:
    found = collected((ENI, arguments, {"msg": "bad arguments", "resources": []})).findings
    assert [(one.id, one.verdict, one.problem and one.problem.message) for one in found] == [
        ("x", Verdict.ERROR, "bad arguments"),
        ("y", Verdict.ERROR, "bad arguments"),
    ]


@pytest.mark.parametrize("groups", ["a,b", "a, b", " a b ", "a\nb\n", ["a", "b"]])
def test_a_list_that_is_a_text_has_commas_or_white_space_between_its_words(groups: object) -> None:
    finding = only((ENI, {"network_interface_id": "x", "security_groups": groups}, {"resources": [resource("x", "a")]}))
    assert (finding.id, finding.missing) == ("x", ("b",))


def test_each_resource_is_told_of_its_own_task_alone() -> None:
    good = eni("a", resource("x", "a"))
    bad = (ENI, {"network_interface_ids": ["y"], "security_groups": ["a"]}, {"msg": "no access", "resources": []})
    lost = (ENI, {"network_interface_ids": ["x", "z"], "security_groups": ["a"]}, {**good[2], "msg": "of another"})
    found = collected(bad, good, lost)
    assert {one.id: one.problem and one.problem.message for one in found.findings} == {
        "x": None,
        "y": "no access",
        "z": "it was not read",
    }
    assert [one.resources for one in found.readings] == [1]


@pytest.mark.parametrize(
    "arguments",
    [
        {"network_interface_id": "{{ item }}", "security_groups": ["a"]},
        {"network_interface_ids": "{{ [item, other] }}", "security_groups": ["a"]},
        {"network_interface_ids": ["{{ item }}"], "security_groups": ["a"]},
        {"attachments": [{"id": "{{ item }}", "security_groups": ["a"]}]},
    ],
)
def test_an_id_that_was_never_rendered_is_none(arguments: dict[str, Any]) -> None:
    assert only((ENI, arguments, {"msg": "'item' is undefined"})).id is None


def test_tasks_of_one_resource_add_up() -> None:
    found = resource("x", "c")
    finding = only(eni("a", found), eni("b", found, position="first"), eni("c", found, state="absent"))
    assert (finding.wanted, finding.missing, finding.extra) == (("b", "a"), ("b", "a"), ("c",))
    assert only(eni("a", found), eni("c", found)).verdict is Verdict.DRIFT
    # The same again, in a loop or a retry, counts where it came last.
    finding = only(*[eni(group, found, position="first") for group in "aba"])
    assert finding.wanted == ("a", "b", "c")


def test_what_tasks_know_of_groups_adds_up() -> None:
    web, db = "sg-aaaa1111", "sg-bbbb2222"
    first = resource("x", web, security_group_names={web: "die  Server"}, groups_checked=False)
    # A task that asks for IDs knows no names.
    second = resource("x", web)
    by_name = {"network_interface_ids": ["x"], "security_groups": ["die  Server"], "position": "last"}
    finding = only((ENI, by_name, {"resources": [first]}), eni(db, second))
    assert (finding.wanted, finding.names, finding.groups_checked) == ((web, db), {web: "die Server"}, False)


@pytest.mark.parametrize(
    ("first", "second", "verdict", "found"),
    [
        (resource("x", "b"), resource("x", "a"), Verdict.DRIFT, ("a",)),
        (resource("x", None, ("transient", "why")), resource("x", "a"), Verdict.DRIFT, ("a",)),
        (resource("x", "a"), resource("x", None, ("transient", "why")), Verdict.DRIFT, ("a",)),
        (resource("x", "a", ("limit", "why")), resource("x", "a"), Verdict.WOULD_FAIL, ("a",)),
        (resource("x", "a"), resource("x", None, ("not_found", "why")), Verdict.WOULD_FAIL, ("a",)),
        (resource("x", None, ("auth", "why")), resource("x", None, ("denied", "no")), Verdict.ERROR, None),
    ],
)
def test_the_last_list_read_counts_and_a_refusal_of_any_task(
    first: dict[str, Any], second: dict[str, Any], verdict: Verdict, found: tuple[str, ...] | None
) -> None:
    finding = only(eni("a", first), eni("b", second))
    assert (finding.verdict, finding.found) == (verdict, found)


def test_the_same_task_again_takes_back_what_it_said_before() -> None:
    finding = only(eni("a", resource("x", "b", ("limit", "why"))), eni("a", resource("x", "a")))
    assert finding.verdict is Verdict.IN_SYNC


@pytest.mark.parametrize(
    ("kind", "arguments", "result"),
    [
        eni("a", resource("x", "a")),
        (EFS, {"file_system_id": "y", "security_groups": ["a"]}, {"resources": []}),
        (ENI, {"attachments": []}, {"resources": []}),
    ],
)
def test_a_collector_is_true_once_a_task_ran(kind: str, arguments: dict[str, Any], result: dict[str, Any]) -> None:
    collector = Collector()
    assert not collector
    collector.add("localhost", kind, arguments, result, MONDAY)
    assert collector


def test_what_only_the_module_understands_is_not_left_out() -> None:
    arguments = {"attachments": ["id=x security_groups=a"]}
    finding = only((ENI, arguments, {"changed": True, "resources": [resource("x", "b")]}))
    assert (finding.verdict, finding.problem and finding.problem.message) == (
        Verdict.ERROR,
        "what its task asked for is not known",
    )


@pytest.mark.parametrize("attachments", ["{{ nothing_there }}", ["eni-7k2m9q4x"], [None], {"id": "eni-7k2m9q4x"}, 5])
def test_attachments_that_are_none_are_an_error(attachments: object) -> None:
    result = {"failed": True, "msg": "that is no list of attachments", "resources": []}
    finding = only((ENI, {"attachments": attachments}, result))
    assert (finding.verdict, finding.problem and finding.problem.message) == (
        Verdict.ERROR,
        "that is no list of attachments",
    )
