# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.errors import (
    CloudError,
    ErrorKind,
    Failure,
)
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.lists import Position, State
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.patience import patiently
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.reconcile import (
    Batch,
    Outcome,
    Policy,
    reconcile,
)
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.requests import Request, Wanted
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.results import as_dict, diffs

from .cloud import BROKEN, DENIED, DOUBTFUL, KIND, THROTTLED, Cloud, Time, failing, reconcile_one

NOTHING_WRITTEN = " (nothing was written)"


@pytest.fixture
def time() -> Time:
    return Time()


@pytest.fixture
def cloud(time: Time) -> Cloud:
    return Cloud(time, {"gate-1": "ab", "gate-2": "c"})


def want(
    groups: str, gate: str = "gate-1", state: State = State.PRESENT, position: Position = Position.KEEP
) -> Request:
    return Request(gate, Wanted(tuple(groups), state, position))


def run(cloud: Cloud, *requests: Request, **policy: object) -> Outcome:
    return reconcile_one(cloud, requests, Policy(**policy))  # type: ignore[arg-type]


def error_of(outcome: Outcome, index: int = 0) -> Failure:
    error = outcome.results[index].error
    assert error is not None
    return error


def lists_of(outcome: Outcome) -> Sequence[tuple[str, str]]:
    return [("".join(r.change.before), "".join(r.change.after)) for r in outcome.results if r.change]


def test_nothing_to_change_is_one_read_and_no_write(cloud: Cloud) -> None:
    outcome = run(cloud, want("a"), want("c", "gate-2"))
    assert outcome.message is None
    assert [(r.changed, r.verified) for r in outcome.results] == [(False, True), (False, True)]
    assert (cloud.reads, cloud.writes) == ([["gate-1", "gate-2"]], [])
    assert diffs(KIND, outcome.results) == []


def test_a_change_is_read_written_and_read_back(cloud: Cloud) -> None:
    outcome = run(cloud, want("d"), want("c", "gate-2"))
    assert lists_of(outcome) == [("ab", "abd"), ("c", "c")]
    assert [(r.changed, r.verified) for r in outcome.results] == [(True, True), (False, True)]
    assert cloud.reads == [["gate-1", "gate-2"], ["gate-1"]]
    assert cloud.writes == [("gate-1", "abd")]
    assert cloud.time.slept == []


def test_check_mode_announces_what_a_real_run_does_and_writes_nothing(cloud: Cloud) -> None:
    requests = [want("ba", state=State.EXACT), want("d", "gate-2", position=Position.FIRST)]
    checked = run(cloud, *requests, check_mode=True)
    assert [(r.changed, r.verified) for r in checked.results] == [(True, False), (True, False)]
    assert cloud.writes == []
    real = run(cloud, *requests)
    assert lists_of(checked) == lists_of(real) == [("ab", "ba"), ("c", "dc")]
    assert diffs(KIND, checked.results) == diffs(KIND, real.results)
    assert not any(result.changed for result in run(cloud, *requests).results)


@pytest.mark.parametrize(
    ("groups", "state", "result"),
    [
        ("dc", State.PRESENT, ("ba", "badc")),
        ("dca", State.EXACT, ("ba", "adc")),
        ("b", State.ABSENT, ("ba", "a")),
        ("ab", State.EXACT, ("ba", "ba")),
    ],
)
def test_where_order_means_nothing_a_run_returns_what_check_mode_foretold(
    cloud: Cloud, groups: str, state: State, result: tuple[str, str]
) -> None:
    cloud.kind = replace(KIND, ordered=False)
    cloud.lists["gate-1"] = "ba"
    request = want(groups, state=state)
    checked = run(cloud, request, check_mode=True)
    cloud.shown = ["ba", "".join(sorted(result[1]))]
    real = run(cloud, request)
    assert lists_of(checked) == lists_of(real) == [result]
    assert diffs(KIND, checked.results) == diffs(KIND, real.results)
    assert [one.change for one in checked.results] == [one.change for one in real.results]


def test_where_order_means_nothing_what_others_attached_comes_last(cloud: Cloud) -> None:
    cloud.kind = replace(KIND, ordered=False)
    cloud.lists["gate-1"] = "cb"
    cloud.shown = ["cb", "abcde"]
    assert lists_of(run(cloud, want("ed"))) == [("cb", "cbeda")]


def test_where_order_means_nothing_a_list_that_stayed_is_told_as_it_was(cloud: Cloud) -> None:
    cloud.kind = replace(KIND, ordered=False)
    cloud.lists["gate-1"] = "cab"
    cloud.shown = ["cab"] + ["abc"] * 100
    assert lists_of(run(cloud, want("a", state=State.ABSENT), wait_timeout=1.0)) == [("cab", "cab")]


def test_a_result_has_the_shape_of_the_contract(cloud: Cloud) -> None:
    cloud.lists["gate-1"] = "abc"
    result = run(cloud, want("xca", state=State.EXACT)).results[0]
    assert as_dict(KIND, result) == {
        "id": "gate-1",
        "changed": True,
        "before": ["a", "b", "c"],
        "after": ["x", "c", "a"],
        "added": ["x"],
        "removed": ["b"],
        "moved": ["c", "a"],
        "verified": True,
        "effect": None,
        "details": {"state": "open"},
        "error": None,
    }
    assert diffs(KIND, [result]) == [
        {
            "before_header": "gate-1",
            "after_header": "gate-1",
            "before": "a\nb\nc\n",
            "after": "x\nc\na\n",
        }
    ]


def test_an_offender_stops_everything_before_the_first_write(cloud: Cloud) -> None:
    outcome = run(cloud, want("d"), want("d", "gate-9"), want("d", "gate-8"))
    assert outcome.message == "2 of 3 gates failed: gates gate-9, gate-8: it does not exist" + NOTHING_WRITTEN
    assert cloud.writes == []
    good, missing = (as_dict(KIND, result) for result in outcome.results[:2])
    assert (good["changed"], good["before"], good["after"], good["verified"], good["error"]) == (
        False,
        ["a", "b"],
        ["a", "b"],
        False,
        None,
    )
    assert (missing["before"], missing["after"], missing["changed"]) == (None, None, False)
    assert missing["error"] == {
        "kind": "not_found",
        "code": "Gone",
        "message": "gate gate-9: it does not exist",
        "request_id": None,
    }


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_list_over_the_quota_is_refused(cloud: Cloud, check_mode: bool) -> None:
    cloud.quota = 2
    outcome = run(cloud, want("c"), want("d", "gate-2"), check_mode=check_mode)
    assert error_of(outcome).kind is ErrorKind.LIMIT
    assert outcome.message == (
        "1 of 2 gates failed: gate gate-1: 3 security groups are more than the 2 that can be attached; "
        "name fewer or detach others" + NOTHING_WRITTEN
    )
    assert cloud.writes == []


@pytest.mark.parametrize("longest", [2, None])
def test_a_list_that_is_too_long_already_may_become_shorter(cloud: Cloud, longest: int | None) -> None:
    cloud.kind = replace(cloud.kind, longest=longest)
    cloud.quota = 2
    cloud.lists["gate-1"] = "abcd"
    assert run(cloud, want("a", state=State.ABSENT)).message is None
    assert run(cloud, want("d", position=Position.FIRST)).message is None
    assert cloud.lists["gate-1"] == "dbc"
    assert error_of(run(cloud, want("e"))).kind is ErrorKind.LIMIT


def test_a_quota_that_is_throttled_is_asked_for_again(cloud: Cloud) -> None:
    cloud.quota = 2
    cloud.before_quota = [failing(THROTTLED)] * 3
    assert error_of(run(cloud, want("c"))).kind is ErrorKind.LIMIT
    assert cloud.quota_reads == 4
    # What nobody can tell is left to the cloud, which refuses a list that is too long itself.
    cloud.before_quota = [failing(THROTTLED)] * 1000
    assert run(cloud, want("c"), wait_timeout=20).message is None
    assert cloud.lists["gate-1"] == "abc"


def test_the_quota_is_asked_for_only_where_a_list_grows(cloud: Cloud) -> None:
    run(cloud, want("a"), want("c", "gate-2"))
    run(cloud, want("ba", state=State.EXACT))
    run(cloud, want("a", state=State.ABSENT))
    assert cloud.quota_reads == 0
    run(cloud, want("x"), check_mode=True)
    assert cloud.quota_reads == 1


def test_an_empty_result_is_refused_unless_it_is_allowed(cloud: Cloud) -> None:
    refused = run(cloud, want("c", "gate-2", State.ABSENT))
    assert refused.message == (
        "gate gate-2: no security group would be left; set allow_empty if that is meant" + NOTHING_WRITTEN
    )
    assert lists_of(run(cloud, want("c", "gate-2", State.ABSENT), allow_empty=True)) == [("c", "")]
    assert run(cloud, want("c", "gate-2", State.ABSENT)).message is None


def test_a_kind_that_is_never_empty_stays_so(cloud: Cloud) -> None:
    cloud.kind = replace(KIND, clearable=False)
    outcome = run(cloud, want("c", "gate-2", State.ABSENT), allow_empty=True)
    assert (
        error_of(outcome).message == "at least one security group must stay attached; name the groups that shall stay"
    )


def test_max_changes_names_every_resource_that_would_change(cloud: Cloud) -> None:
    requests = [want("d"), want("d", "gate-2")]
    outcome = run(cloud, *requests, max_changes=1)
    # What the limit was is told once, for all batches.
    assert outcome.message == "gates gate-1, gate-2"
    assert [result.error.kind for result in outcome.results if result.error] == [ErrorKind.LIMIT] * 2
    assert cloud.writes == []
    assert run(cloud, *requests, max_changes=2).message is None
    assert run(cloud, *requests, max_changes=0).message is None


def test_max_changes_counts_no_resource_that_is_refused_for_another_reason(cloud: Cloud) -> None:
    cloud.blocked["gate-1"] = Failure(ErrorKind.STATE, "it is bricked up")
    outcome = run(cloud, want("d"), want("d", "gate-2"), max_changes=0)
    assert [result.error.message for result in outcome.results if result.error] == [
        "it is bricked up",
        "1 would change, max_changes is 0; raise max_changes if all of them may change",
    ]
    assert run(cloud, want("d"), want("d", "gate-2"), max_changes=1).message == (
        "1 of 2 gates failed: gate gate-1: it is bricked up" + NOTHING_WRITTEN
    )


def test_a_list_that_is_not_as_expected_is_refused_before_anything_is_written(cloud: Cloud) -> None:
    surprised = replace(want("d"), expected=("b", "a"))
    outcome = run(cloud, surprised, want("d", "gate-2"))
    assert error_of(outcome).kind is ErrorKind.CONFLICT
    assert error_of(outcome).message == (
        "its security groups are a, b, not b, a as expected; review the change and plan again"
    )
    assert cloud.writes == []
    assert run(cloud, replace(want("d"), expected=("a", "b"))).message is None
    # Done already, so nothing is in danger.
    assert run(cloud, surprised).message is None
    cloud.lists["gate-1"] = ""
    assert "are none, not b, a as expected" in error_of(run(cloud, surprised)).message
    cloud.kind = replace(KIND, ordered=False)
    cloud.lists["gate-1"] = "ab"
    assert run(cloud, surprised).message is None


def test_a_list_is_as_expected_when_it_is_written_and_not_after(cloud: Cloud) -> None:
    request = replace(want("d"), expected=("a", "b"))

    def intrude() -> None:
        cloud.lists["gate-1"] = "abc"
        raise CloudError(BROKEN)

    cloud.before_write = [intrude]
    assert error_of(run(cloud, request)).kind is ErrorKind.CONFLICT
    assert cloud.lists["gate-1"] == "abc"
    cloud.lists["gate-1"] = "ab"
    cloud.lose_answers = 1
    assert run(cloud, request).message is None
    assert cloud.lists["gate-1"] == "abd"


def test_a_refused_batch_holds_up_no_other_and_max_changes_counts_over_all(time: Time) -> None:
    first, second, third = (Cloud(time, {"gate-1": "ab"}) for _number in range(3))

    def refuse() -> Cloud:
        raise CloudError(DENIED)

    def run_all(*groups: str, **policy: Any) -> list[Outcome]:
        batches = [
            Batch(KIND, [want(each)], one.machine(), lambda one=one: one)
            for one, each in zip((first, second, third), groups, strict=True)
        ]
        return reconcile([*batches, Batch(KIND, [want("d")], first.machine(), refuse)], Policy(**policy))[0]

    outcomes = run_all("d", "d", "a", max_changes=1)
    assert [bool(outcome.message) for outcome in outcomes] == [True, True, False, True]
    assert [one.writes for one in (first, second, third)] == [[], [], []]
    second.blocked["gate-1"] = Failure(ErrorKind.STATE, "it is bricked up")
    outcomes = run_all("d", "d", "a")
    assert [outcome.message for outcome in outcomes] == [
        None,
        "gate gate-1: it is bricked up" + NOTHING_WRITTEN,
        None,
        "not allowed" + NOTHING_WRITTEN,
    ]
    assert error_of(outcomes[3]) == DENIED
    assert (first.lists["gate-1"], second.writes) == ("abd", [])


def test_a_blocked_resource_is_refused_only_when_it_would_change(cloud: Cloud) -> None:
    cloud.blocked["gate-1"] = Failure(ErrorKind.STATE, "it is bricked up")
    assert run(cloud, want("a")).message is None
    assert run(cloud, want("c")).message == "gate gate-1: it is bricked up" + NOTHING_WRITTEN


def test_a_resource_that_is_not_for_the_module_is_refused_always(cloud: Cloud) -> None:
    cloud.excluded["gate-1"] = Failure(ErrorKind.INVALID, "it is a window")
    for group in "ac":
        assert run(cloud, want(group)).message == "gate gate-1: it is a window" + NOTHING_WRITTEN
    assert cloud.writes == []


def test_a_state_that_passes_is_waited_for(cloud: Cloud) -> None:
    cloud.states["gate-1"] = "moving"
    cloud.before_read = [lambda: None, lambda: None, cloud.states.clear]
    assert run(cloud, want("c"), check_mode=True).results[0].changed
    outcome = run(cloud, want("c"))
    assert lists_of(outcome) == [("ab", "abc")]
    assert len(cloud.time.slept) == 1


def test_a_write_is_not_done_before_the_state_has_passed(cloud: Cloud) -> None:
    cloud.before_write = [lambda: cloud.states.update({"gate-1": "moving"})]
    cloud.before_read = [lambda: None, lambda: None, lambda: None, cloud.states.clear]
    outcome = run(cloud, want("c"))
    assert outcome.message is None
    assert (len(cloud.reads), len(cloud.writes)) == (4, 1)
    cloud.before_write = [lambda: cloud.states.update({"gate-1": "moving"})]
    stuck = run(cloud, want("d"), wait_timeout=30)
    assert error_of(stuck).kind is ErrorKind.TIMEOUT
    assert (stuck.results[0].changed, stuck.results[0].verified) == (True, False)


def test_a_list_that_is_right_is_watched_until_an_operation_is_over(cloud: Cloud) -> None:
    cloud.states["gate-1"] = "moving"

    def finish() -> None:
        cloud.states.clear()
        cloud.lists["gate-1"] = "b"

    cloud.before_read = [lambda: None, lambda: None, finish]
    outcome = run(cloud, want("a"))
    # Another run, which was killed after its write, had asked for that list.
    assert (outcome.message, lists_of(outcome)) == (None, [("b", "ba")])


@pytest.mark.parametrize("check_mode", [False, True])
def test_a_list_that_is_right_in_a_state_that_lasts_is_no_error(cloud: Cloud, check_mode: bool) -> None:
    cloud.states["gate-1"] = "moving"
    outcome = run(cloud, want("a"), wait_timeout=30, check_mode=check_mode)
    assert (outcome.message, outcome.changed, cloud.writes) == (None, False, [])
    assert sum(cloud.time.slept) == pytest.approx(0 if check_mode else 30)


def test_a_state_that_does_not_pass_in_time_is_an_error(cloud: Cloud) -> None:
    cloud.states["gate-1"] = "moving"
    outcome = run(cloud, want("c"), wait_timeout=30)
    assert error_of(outcome).kind is ErrorKind.TIMEOUT
    assert outcome.message == (
        "gate gate-1: it stays 'moving'; run the task again when that has passed (given up after 30 s)"
    )
    assert cloud.writes == []
    assert sum(cloud.time.slept) == pytest.approx(30)
    assert cloud.time.slept[0] <= 1
    assert cloud.time.slept[:-1] == sorted(cloud.time.slept[:-1])


def test_a_plan_that_is_no_longer_fresh_is_made_again(cloud: Cloud) -> None:
    cloud.call_takes = 1.2
    cloud.before_read = [lambda: None, lambda: cloud.lists.update({"gate-2": "cz"})]
    outcome = run(cloud, want("d"), want("d", "gate-2"))
    assert lists_of(outcome) == [("ab", "abd"), ("cz", "czd")]
    assert cloud.reads == [["gate-1", "gate-2"], ["gate-2"], ["gate-1"], ["gate-2"]]


@pytest.mark.parametrize(("batch", "reads"), [(1, 2), (100, 3)])
def test_a_first_reading_is_renewed_where_one_call_does_that_for_many(cloud: Cloud, batch: int, reads: int) -> None:
    cloud.batch = batch
    cloud.call_takes = 0.3
    outcome = run(cloud, want("d"))
    assert (outcome.message, cloud.writes, len(cloud.reads)) == (None, [("gate-1", "abd")], reads)


def test_a_plan_that_is_made_again_may_be_refused(cloud: Cloud) -> None:
    cloud.call_takes = 1.2
    cloud.lists["gate-2"] = "cx"
    cloud.before_read = [lambda: None, lambda: cloud.lists.update({"gate-2": "c"})]
    outcome = run(cloud, want("d"), want("c", "gate-2", State.ABSENT))
    assert outcome.message == (
        "1 of 2 gates failed: gate gate-2: no security group would be left; set allow_empty if that is meant"
    )
    assert cloud.writes == [("gate-1", "abd")]
    assert lists_of(outcome) == [("ab", "abd"), ("c", "c")]


def test_a_write_that_was_accepted_and_then_failed_is_made_again(cloud: Cloud) -> None:
    cloud.fail_afterwards = 2
    outcome = run(cloud, want("d"))
    assert (outcome.message, lists_of(outcome)) == (None, [("ab", "abd")])
    # Nobody need wait for a list to be shown that is known not to be attached.
    assert len(cloud.writes) == 3
    assert len(cloud.reads) == 6


@pytest.mark.parametrize("wait_timeout", [0, 5, 30])
def test_a_write_that_always_fails_afterwards_is_no_change(cloud: Cloud, wait_timeout: int) -> None:
    cloud.fail_afterwards = 1000
    outcome = run(cloud, want("d"), wait_timeout=wait_timeout)
    assert (outcome.results[0].changed, lists_of(outcome)) == (False, [("ab", "ab")])
    assert error_of(outcome).message == f"accepted and then not attached (given up after {wait_timeout} s)"


def test_what_others_wrote_while_an_accepted_write_failed_is_as_found(cloud: Cloud) -> None:
    cloud.fail_afterwards = 1
    cloud.before_read = [lambda: None, lambda: cloud.lists.update({"gate-1": "abz"})]
    outcome = run(cloud, want("d"))
    assert (outcome.message, lists_of(outcome)) == (None, [("abz", "abzd")])


def test_what_somebody_else_wrote_in_between_stays(cloud: Cloud) -> None:
    cloud.before_read = [lambda: None, lambda: cloud.lists.update({"gate-1": "abz"})]
    outcome = run(cloud, want("d"))
    assert outcome.message is None
    assert cloud.lists["gate-1"] == "abzd"
    assert cloud.writes == [("gate-1", "abd"), ("gate-1", "abzd")]
    assert lists_of(outcome) == [("ab", "abzd")]


def test_somebody_else_doing_the_work_is_no_change_of_ours(cloud: Cloud) -> None:
    cloud.call_takes = 4
    cloud.before_read = [lambda: None, lambda: cloud.lists.update({"gate-1": "abc"})]
    outcome = run(cloud, want("c"))
    assert (outcome.results[0].changed, cloud.writes) == (False, [])


def test_a_list_that_was_accepted_and_is_not_there_is_told_and_not_what_refused_the_next_try(cloud: Cloud) -> None:
    cloud.shown = [cloud.lists["gate-1"]] * 100
    busy = Failure(ErrorKind.STATE, "its state takes no change now", passes=True)
    cloud.before_write = [lambda: None] + [failing(busy)] * 100
    error = error_of(run(cloud, want("d"), wait_timeout=8))
    assert error.kind is ErrorKind.TIMEOUT
    assert error.message.startswith("the list was written and accepted, but does not read back as written")


def test_an_endless_fight_ends_in_a_conflict(cloud: Cloud) -> None:
    cloud.before_read = [lambda: None] + [lambda: cloud.lists.update({"gate-1": "z"})] * 1000
    outcome = run(cloud, want("d", state=State.EXACT), wait_timeout=60)
    assert error_of(outcome).kind is ErrorKind.CONFLICT
    assert "a concurrent writer changed its security groups" in str(outcome.message)
    assert lists_of(outcome) == [("ab", "z")]
    assert len(cloud.writes) < 15


def test_a_lost_answer_is_read_before_anything_is_written_again(cloud: Cloud) -> None:
    cloud.lose_answers = 1
    outcome = run(cloud, want("d"))
    assert outcome.message is None
    assert (outcome.results[0].changed, outcome.results[0].verified) == (True, True)
    assert cloud.writes == [("gate-1", "abd")]


@pytest.mark.parametrize("failure", [THROTTLED, BROKEN, Failure(ErrorKind.STATE, "not now", passes=True)])
def test_a_write_that_fails_for_a_while_is_tried_again(cloud: Cloud, failure: Failure) -> None:
    cloud.before_write = [failing(failure)] * 3
    outcome = run(cloud, want("d"))
    assert outcome.message is None
    assert cloud.lists["gate-1"] == "abd"
    assert len(cloud.writes) == 4
    assert len(cloud.time.slept) >= 3


def test_a_write_that_keeps_failing_ends_with_the_clouds_own_error(cloud: Cloud) -> None:
    cloud.before_write = [failing(THROTTLED)] * 1000
    outcome = run(cloud, want("d"), wait_timeout=10)
    assert (error_of(outcome).kind, error_of(outcome).code) == (ErrorKind.THROTTLED, "Throttled")
    assert outcome.message == "gate gate-1: slow down (given up after 10 s)"
    assert (outcome.results[0].changed, outcome.results[0].verified) == (False, False)


def test_a_write_that_fails_for_a_doubtful_reason_is_tried_a_few_times(cloud: Cloud) -> None:
    cloud.before_write = [failing(DOUBTFUL)] * 4
    assert (run(cloud, want("d")).message, cloud.lists["gate-1"]) == (None, "abd")
    cloud.writes.clear()
    cloud.before_write = [failing(DOUBTFUL)] * 1000
    outcome = run(cloud, want("e"), want("d", "gate-2"))
    assert outcome.message == (
        "2 of 2 gates failed: gates gate-1, gate-2: perhaps later (given up after 5 tries; the list that was sent last "
        "was not attached when it was read back)"
    )
    assert (error_of(outcome).kind, error_of(outcome).code) == (ErrorKind.TRANSIENT, "Unheard")
    assert [gate for gate, _groups in cloud.writes].count("gate-1") == 5
    assert sum(cloud.time.slept) < 20


def test_a_write_that_failed_for_a_doubtful_reason_is_read_back_in_the_end(cloud: Cloud) -> None:
    cloud.before_write = [failing(DOUBTFUL)] * 4
    cloud.lose_answers = 1
    cloud.lost_as = DOUBTFUL
    outcome = run(cloud, want("d"))
    assert (outcome.message, lists_of(outcome)) == (None, [("ab", "abd")])


def test_a_doubtful_reason_is_told_when_time_is_up_before_its_tries(cloud: Cloud) -> None:
    cloud.before_write = [failing(replace(DOUBTFUL, kind=ErrorKind.STATE))] * 1000
    outcome = run(cloud, want("d"), wait_timeout=1)
    assert outcome.message == "gate gate-1: perhaps later (given up after 1 s)"


@pytest.mark.parametrize("kind", [ErrorKind.TRANSIENT, ErrorKind.STATE])
def test_reading_is_tried_twice_where_it_fails_for_a_doubtful_reason(cloud: Cloud, kind: ErrorKind) -> None:
    cloud.before_read = [failing(replace(DOUBTFUL, kind=kind))] * 1000
    assert run(cloud, want("a")).message == "gate gate-1: perhaps later" + NOTHING_WRITTEN
    assert len(cloud.reads) == 2


def test_a_refused_write_fails_that_resource_and_no_other(cloud: Cloud) -> None:
    cloud.before_write = [failing(DENIED)]
    outcome = run(cloud, want("d"), want("d", "gate-2"))
    assert outcome.message == "1 of 2 gates failed: gate gate-1: not allowed"
    assert lists_of(outcome) == [("ab", "ab"), ("c", "cd")]
    assert [(r.changed, r.verified) for r in outcome.results] == [(False, False), (True, True)]


def test_a_write_that_cannot_be_read_back_is_not_called_done(cloud: Cloud) -> None:
    cloud.before_read = [lambda: None] + [failing(BROKEN)] * 1000
    outcome = run(cloud, want("d"), wait_timeout=10)
    result = outcome.results[0]
    assert (result.changed, result.verified) == (True, False)
    assert outcome.message == (
        "gate gate-1: no answer (given up after 10 s; a list was sent and could not be read back, "
        "so it may or may not be attached)"
    )


def test_a_write_that_was_read_not_to_be_applied_is_no_change(cloud: Cloud) -> None:
    cloud.before_write = [failing(BROKEN)] + [failing(THROTTLED)] * 1000
    outcome = run(cloud, want("d"), wait_timeout=10)
    assert outcome.message == "gate gate-1: slow down (given up after 10 s)"
    assert not outcome.results[0].changed


def test_a_write_without_an_answer_may_be_applied_after_the_last_look(cloud: Cloud) -> None:
    cloud.before_write = [failing(BROKEN)] * 1000
    outcome = run(cloud, want("d"), wait_timeout=10)
    assert outcome.message == (
        "gate gate-1: no answer (given up after 10 s; the list that was sent last was not attached when it was "
        "read back)"
    )
    assert (outcome.results[0].changed, outcome.results[0].verified) == (False, False)


def test_what_others_wrote_while_ours_came_to_nothing_is_as_found(cloud: Cloud) -> None:
    cloud.before_write = [failing(BROKEN)]
    cloud.before_read = [lambda: None, lambda: cloud.lists.update({"gate-1": "abz"})]
    outcome = run(cloud, want("d"))
    # Otherwise undoing it would detach what somebody else attached.
    assert (outcome.message, lists_of(outcome)) == (None, [("abz", "abzd")])


def test_what_others_wrote_while_a_new_order_came_to_nothing_is_as_found(cloud: Cloud) -> None:
    cloud.before_write = [failing(BROKEN)]
    cloud.before_read = [lambda: None, lambda: cloud.lists.update({"gate-1": "abz"})]
    outcome = run(cloud, want("b", position=Position.FIRST))
    assert (outcome.message, lists_of(outcome)) == (None, [("abz", "baz")])


def test_what_others_made_of_a_write_without_an_answer_is_not_as_found(cloud: Cloud) -> None:
    cloud.lose_answers = 1
    cloud.before_read = [lambda: None, lambda: cloud.lists.update({"gate-1": "dz"})]
    outcome = run(cloud, want("cd", state=State.EXACT))
    assert (outcome.message, lists_of(outcome)) == (None, [("ab", "cd")])


def test_a_write_that_was_accepted_keeps_what_was_found_before_it(cloud: Cloud) -> None:
    cloud.before_write = [lambda: None, failing(BROKEN)]
    cloud.before_read = [lambda: None, lambda: cloud.lists.update({"gate-1": "az"})]
    outcome = run(cloud, want("d"))
    # The second write came to nothing, but the first did not: another writer replaced what it had attached.
    assert cloud.writes == [("gate-1", "abd"), ("gate-1", "azd"), ("gate-1", "azd")]
    assert (outcome.message, lists_of(outcome)) == (None, [("ab", "azd")])


def test_a_resource_that_goes_away_after_the_write_is_an_error(cloud: Cloud) -> None:
    cloud.before_read = [lambda: None, cloud.lists.clear]
    outcome = run(cloud, want("d"))
    assert error_of(outcome).kind is ErrorKind.NOT_FOUND
    assert (outcome.results[0].changed, outcome.results[0].verified) == (True, False)


def test_a_refusal_to_read_back_does_not_hide_that_a_list_was_sent(cloud: Cloud) -> None:
    cloud.before_read = [lambda: None, failing(DENIED)]
    outcome = run(cloud, want("d"))
    assert outcome.message == (
        "gate gate-1: not allowed (a list was sent and could not be read back, so it may or may not be attached)"
    )
    assert (outcome.results[0].changed, outcome.results[0].verified) == (True, False)


def test_a_list_that_is_shown_late_is_waited_for_before_it_is_written_again(cloud: Cloud) -> None:
    cloud.shown = ["ab", "ab", "ab"]
    outcome = run(cloud, want("d"))
    assert outcome.message is None
    assert cloud.writes == [("gate-1", "abd")]
    assert len(cloud.time.slept) == 2


def test_what_others_add_to_a_list_that_is_shown_late_stays(cloud: Cloud) -> None:
    cloud.shown = ["ab"] * 4
    cloud.before_read = [lambda: None, lambda: cloud.lists.update({"gate-1": "abdz"})]
    outcome = run(cloud, want("d"))
    assert (outcome.message, cloud.lists["gate-1"]) == (None, "abdz")
    assert cloud.writes == [("gate-1", "abd")]


def test_a_list_that_is_never_shown_is_an_error(cloud: Cloud) -> None:
    cloud.shown = ["ab"] * 1000
    outcome = run(cloud, want("d"), wait_timeout=60)
    assert error_of(outcome).kind is ErrorKind.TIMEOUT
    assert "does not read back as written" in error_of(outcome).message
    assert (outcome.results[0].changed, outcome.results[0].verified) == (True, False)


def test_the_list_is_looked_at_once_more_when_time_is_up(cloud: Cloud) -> None:
    cloud.shown = ["ab", "ab"]
    assert run(cloud, want("d"), wait_timeout=0).message is None


def test_reading_throttled_goes_on_for_the_whole_time(cloud: Cloud) -> None:
    cloud.before_read = [failing(THROTTLED)] * 5
    assert run(cloud, want("a")).message is None
    cloud.before_read = [failing(THROTTLED)] * 1000
    outcome = run(cloud, want("a"), wait_timeout=20)
    assert outcome.message == "gate gate-1: slow down" + NOTHING_WRITTEN


def test_a_state_that_keeps_a_list_from_being_read_is_waited_for(cloud: Cloud) -> None:
    moving = Failure(ErrorKind.STATE, "it is moving", passes=True)
    cloud.before_read = [failing(moving)] * 5
    assert run(cloud, want("d")).message is None
    cloud.before_read = [failing(replace(moving, passes=False))]
    assert run(cloud, want("d")).message == "gate gate-1: it is moving" + NOTHING_WRITTEN


def test_a_cloud_out_of_reach_is_tried_twice(cloud: Cloud) -> None:
    cloud.before_read = [failing(BROKEN)]
    assert run(cloud, want("a")).message is None
    cloud.reads.clear()
    cloud.before_read = [failing(BROKEN)] * 1000
    assert run(cloud, want("a")).message == "gate gate-1: no answer" + NOTHING_WRITTEN
    assert len(cloud.reads) == 2


def test_only_what_failed_is_read_again(cloud: Cloud) -> None:
    cloud.before_read = [failing(THROTTLED)]
    run(cloud, want("a"), want("x", "gate-9"))
    assert cloud.reads == [["gate-1", "gate-9"], ["gate-1", "gate-9"]]


def test_no_requests_is_no_call(cloud: Cloud) -> None:
    assert run(cloud) == Outcome((), None)
    assert cloud.reads == []


def test_a_single_call_has_the_same_patience(time: Time) -> None:
    failures = [THROTTLED] * 4 + [BROKEN]

    def call() -> str:
        if failures:
            failing(failures.pop(0))()
        return "answer"

    with pytest.raises(CloudError, match="no answer"):
        patiently(call, time.clock(), 120)
    assert patiently(call, time.clock(), 120) == "answer"
    failures[:] = [BROKEN]
    assert patiently(call, time.clock(), 120) == "answer"
    failures[:] = [BROKEN] * 3
    with pytest.raises(CloudError, match="no answer"):
        patiently(call, time.clock(), 120)
    assert len(failures) == 1
    failures[:] = [THROTTLED] * 1000
    with pytest.raises(CloudError, match="slow down"):
        patiently(call, time.clock(), 120)
    failures[:] = [DENIED]
    with pytest.raises(CloudError, match="not allowed"):
        patiently(call, time.clock(), 120)
    assert failures == []
