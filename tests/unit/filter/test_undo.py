# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible.errors import AnsibleFilterError
from ansible_collections.crosscloud.security_groups.plugins.filter.undo import FilterModule
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.errors import Failure
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.lists import Position, State
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.reconcile import Policy
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.requests import Request, Wanted
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.results import as_dict
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.core.cloud import BROKEN, DENIED, THROTTLED, Cloud, Time, failing, reconcile_one

undo = FilterModule().filters()["undo"]


def entry(name: str, before: list[str] | None, *, changed: bool = True, error: str | None = None) -> dict[str, Any]:
    return {"id": name, "before": before, "changed": changed, "error": error and {"kind": error}}


def restored(name: str, *groups: str) -> dict[str, Any]:
    return {"id": name, "security_groups": list(groups), "state": "exact"}


@pytest.mark.parametrize(
    ("resources", "attachments"),
    [
        ([], []),
        ([entry("one", ["b", "a"])], [restored("one", "b", "a")]),
        ([entry("one", [])], [restored("one")]),
        ([entry("one", ["a"], changed=False)], []),
        ([entry("one", ["a"], changed=False, error="denied")], []),
        ([entry("one", ["a"], changed=False, error="timeout")], []),
        ([entry("one", ["a"], error="transient")], [restored("one", "a")]),
        ([entry("one", None, changed=False, error="not_found")], []),
        ([entry("one", ["a"]), entry("two", ["b"]), entry("one", ["c"])], [restored("one", "a"), restored("two", "b")]),
    ],
)
def test_each_list_that_may_have_changed_is_restored(
    resources: list[dict[str, Any]], attachments: list[dict[str, Any]]
) -> None:
    assert undo(resources) == attachments
    assert undo({"failed": True, "changed": True, "resources": resources}) == attachments


def test_a_list_is_expected_to_be_as_the_last_change_left_it() -> None:
    first = {**entry("one", ["a"]), "after": ["a", "b"]}
    last = {**entry("one", ["a", "b"]), "after": ["c"]}
    assert undo([first]) == [{**restored("one", "a"), "expected": ["a", "b"]}]
    assert undo([first, last]) == [{**restored("one", "a"), "expected": ["c"]}]
    # After a failure the list is not certain.
    assert undo([first, {**last, "error": {"kind": "timeout"}}]) == [restored("one", "a")]


@pytest.mark.parametrize(
    "other",
    [
        None,
        "text",
        5,
        {},
        {"changed": True},
        {"resources": "text"},
        {"failed": True, "resources": "text"},
        {"results": [{"resources": [entry("one", ["a"])]}, {"stdout": "text", "changed": True}]},
        {"results": ["text"]},
        {"results": "text"},
        ["fsmt-0123456789abcdef0"],
        [{"id": "one", "security_groups": ["a"], "details": {}}],
        [{**entry("one", ["a"]), "before": "a"}],
        [{"id": "one", "changed": True, "error": None}],
    ],
)
def test_what_is_no_result_is_refused(other: object) -> None:
    with pytest.raises(AnsibleFilterError, match="give its registered result, or the resources of it"):
        undo(other)


def test_the_results_of_a_loop_are_undone_together() -> None:
    """Also where an item was skipped, or failed before it wrote anything."""
    items = [
        {"changed": True, "resources": [entry("one", ["a"])], "item": 1},
        {"changed": False, "skipped": True, "skip_reason": "Conditional result was False"},
        {"changed": False, "failed": True, "msg": "the key is wrong", "resources": []},
        {"changed": True, "failed": True, "resources": [entry("one", ["c"]), entry("two", [])]},
    ]
    assert undo({"changed": True, "failed": True, "results": items}) == [restored("one", "a"), restored("two")]
    assert undo({"changed": False, "skipped": True, "results": []}) == []
    assert undo({"changed": False, "skipped": True}) == []


STARTED = {"changed": True, "failed": False, "ansible_job_id": "j1.2", "started": True, "finished": False}
UNKNOWN = [
    ({"failed": True, "msg": "Task failed: Timed out after 2 second(s).", "timedout": {"period": 2}}, "Timed out"),
    ({"failed": True, "msg": "Module result deserialization failed", "rc": 1}, "Module result deserialization failed"),
    # With failed_when, and a module that was killed.
    ({"failed": False, "msg": "MODULE FAILURE\nSee stdout", "failed_when_result": False}, "MODULE FAILURE See stdout"),
    ({"unreachable": True, "msg": "Connection refused", "changed": False}, "Connection refused"),
    ({"failed": True, "msg": "async task did not complete", "async_result": STARTED}, "async task did not complete"),
    ({"failed": True, "msg": "could not find job", "ansible_job_id": "j1.2", "finished": 1}, "could not find job"),
    ({"failed": True, "msg": "'ids' is undefined"}, "'ids' is undefined"),
    ({"failed": True}, "it does not say why"),
    (STARTED, "its job j1.2 runs in the background; wait for its end with async_status, and undo the result of that"),
    ({**STARTED, "started": 1, "finished": 0, "failed": 0}, "its job j1.2 runs in the background"),
]


@pytest.mark.parametrize(("result", "why"), UNKNOWN)
def test_what_returned_no_resources_is_refused(result: dict[str, Any], why: str) -> None:
    with pytest.raises(AnsibleFilterError) as error:
        undo(result)
    assert str(error.value).startswith("undo: nothing says what the task changed: ")
    assert why in str(error.value)


@pytest.mark.parametrize(("result", "why"), UNKNOWN)
def test_an_item_that_returned_no_resources_is_named_with_what_the_others_changed(
    result: dict[str, Any], why: str
) -> None:
    done = {"changed": True, "item": "one", "resources": [entry("one", ["a"]), entry("fine", ["a"], changed=False)]}
    with pytest.raises(AnsibleFilterError) as error:
        undo({"results": [done, {**result, "item": "two"}, {"skipped": True, "item": "three"}]})
    said = str(error.value)
    assert said.startswith("undo: nothing says what these changed: item 2 of 3 (two): ")
    assert why in said
    assert "; look at the lists; the other items changed one; to undo only that, give result.results | " in said
    with pytest.raises(AnsibleFilterError, match="the other items changed nothing"):
        undo({"results": [result, {**done, "resources": []}]})


@pytest.mark.parametrize(
    ("named", "item"),
    [
        ({"item": "one"}, " (one)"),
        ({"item": 7}, " (7)"),
        ({"item": "one", "ansible_loop_var": "item"}, " (one)"),
        ({"each": "one", "ansible_loop_var": "each"}, " (one)"),
        ({"item": {"id": "one", "secret_key": "hidden"}}, " (one)"),
        ({"item": {"key": "one", "value": "hidden"}}, " (one)"),
        ({"item": {"secret_key": "hidden"}}, ""),
        ({"item": ["hidden"]}, ""),
        ({}, ""),
        # A loop of async_status over what another loop started.
        ({"item": {**STARTED, "each": "one", "ansible_loop_var": "each"}}, " (one)"),
    ],
)
def test_an_item_is_called_what_the_loop_calls_it(named: dict[str, Any], item: str) -> None:
    with pytest.raises(AnsibleFilterError) as error:
        undo({"results": [{**UNKNOWN[0][0], **named}]})
    assert f": item 1 of 1{item}: it returned no resources" in str(error.value)
    assert "hidden" not in str(error.value)


def test_a_message_about_many_items_is_not_endless() -> None:
    items = [{"failed": True, "msg": "why " * 999, "item": str(number)} for number in range(500)]
    done = {"resources": [entry(f"r-{number}", []) for number in range(500)]}
    with pytest.raises(AnsibleFilterError) as error:
        undo({"results": [*items, done]})
    assert "; and 490 more; look at the lists; the other items changed r-0, " in str(error.value)
    assert "r-9, and 490 more; to undo" in str(error.value)
    assert len(str(error.value)) < 5000


@pytest.mark.parametrize("tried", [{"attempts": 2}, {"attempts": 1, "failed": True}])
def test_of_a_task_that_was_tried_again_nobody_knows_what_the_first_attempt_changed(tried: dict[str, Any]) -> None:
    last = {"changed": False, "resources": [entry("one", ["a"], changed=False)], **tried}
    for result in (last, {"changed": False, "results": [{"changed": True, "resources": [entry("two", ["b"])]}, last]}):
        with pytest.raises(AnsibleFilterError, match=r"says only what the last attempt changed .*look at the lists"):
            undo(result)


@pytest.mark.parametrize("tried", [{"attempts": 1, "failed": False}, {"attempts": 7, "ansible_job_id": "j1.2"}])
def test_a_task_that_needed_no_retry_is_undone(tried: dict[str, Any]) -> None:
    """Also one in the background that async_status asked for several times."""
    assert undo({"changed": True, "resources": [entry("one", ["a"])], **tried}) == [restored("one", "a")]


lists = st.lists(st.sampled_from("abcdef"), unique=True).map("".join)
wanted = st.builds(Wanted, lists.map(tuple), st.sampled_from(State), st.just(Position.KEEP))
accidents = st.none() | st.sampled_from([BROKEN, DENIED, THROTTLED])


@given(
    st.dictionaries(st.integers(1, 9).map("gate-{}".format), st.tuples(lists, wanted), min_size=1),
    st.lists(accidents, max_size=30),
    st.integers(0, 9),
)
def test_a_change_and_its_undoing_leave_all_lists_as_they_were(
    gates: dict[str, tuple[str, Wanted]], accidents: list[Failure | None], lost: int
) -> None:
    time = Time()
    found = {name: groups for name, (groups, _wanted) in gates.items()}
    cloud = Cloud(time, dict(found), lose_answers=lost)
    cloud.before_write = [failing(one) if one else nothing for one in accidents]
    policy = Policy(allow_empty=True, wait_timeout=5.0)
    requests = [Request(name, wanted) for name, (_groups, wanted) in gates.items()]
    outcome = reconcile_one(cloud, requests, policy)
    resources = [as_dict(cloud.kind, result) for result in outcome.results]
    changed = {name for name in found if cloud.lists[name] != found[name]}

    cloud.before_write, cloud.lose_answers = [], 0
    attachments = undo(resources)
    assert changed <= {one["id"] for one in attachments}
    restoring = [Request(one["id"], Wanted(tuple(one["security_groups"]), State(one["state"]))) for one in attachments]
    assert reconcile_one(cloud, restoring, policy).message is None
    assert cloud.lists == found


def nothing() -> None:
    """What happens before a write that nothing happens to."""
