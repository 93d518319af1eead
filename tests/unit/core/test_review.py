# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task says of what its changes open and close, and what it reads for that."""

from __future__ import annotations

from dataclasses import replace

import pytest
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core import lists
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.errors import CloudError
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.kind import ServedPort
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.lists import State
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.reconcile import Outcome, Policy
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.requests import Request, Wanted
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.results import as_dict, diffs
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.review import MemberReviewer
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.rules import Direction, Rule, addresses

from .cloud import BROKEN, DENIED, KIND, Cloud, Time, failing, reconcile_one


def tcp(group: str, port: int, peer: str, direction: Direction = Direction.INGRESS) -> Rule:
    return Rule(group, direction, True, 6, (port, port), addresses(peer))


@pytest.fixture
def cloud() -> Cloud:
    found = Cloud(Time(), {"gate-1": "ab", "gate-2": "ab", "gate-3": "ad"})
    found.directory.rules = {
        "a": [tcp("a", 443, "10.0.0.0/8")],
        "b": [tcp("b", 443, "10.0.0.0/8")],
        "c": [tcp("c", 22, "0.0.0.0/0"), tcp("c", 80, "0.0.0.0/0")],
    }
    return found


def run(cloud: Cloud, groups: str, state: State = State.PRESENT, **policy: bool) -> Outcome:
    requests = [Request(gate, Wanted(tuple(groups), state)) for gate in cloud.lists]
    return reconcile_one(cloud, requests, Policy(**{"effect": True, **policy}))  # type: ignore[arg-type]


@pytest.mark.parametrize("check_mode", [True, False])
def test_a_group_that_lets_the_internet_in(cloud: Cloud, check_mode: bool) -> None:
    outcome = run(cloud, "c", check_mode=check_mode)
    assert as_dict(KIND, outcome.results[0])["effect"] == {
        "opens": [
            {"direction": "ingress", "protocol": "tcp", "ports": "22, 80", "peer": "0.0.0.0/0", "by": "c"},
        ],
        "closes": [],
        "unknown": [],
    }
    shown = diffs(KIND, outcome.results)[0]
    assert shown["before"] == "a\nb\n"
    assert shown["after"] == (
        "a\nb\nc\n"
        "by security groups only, this change\n"
        "  opens ingress tcp/22, 80 from 0.0.0.0/0 (allowed by c)\n"
        "  closes nothing\n"
    )


def test_a_group_that_another_one_stands_in_for(cloud: Cloud) -> None:
    outcome = run(cloud, "b", State.ABSENT)
    assert diffs(KIND, outcome.results)[0]["after"].endswith("change\n  opens nothing\n  closes nothing\n")


def test_each_group_is_read_once_and_only_where_something_changes(cloud: Cloud) -> None:
    run(cloud, "c")
    assert [sorted(one) for one in cloud.directory.reviewed] == [["a", "b", "c", "d"]]
    outcome = run(cloud, "c")
    assert len(cloud.directory.reviewed) == 1
    assert [result.effect for result in outcome.results] == [None] * 3
    run(cloud, "e", effect=False)
    assert len(cloud.directory.reviewed) == 1


def test_a_refused_task_tells_what_it_would_have_opened(cloud: Cloud) -> None:
    outcome = reconcile_one(
        cloud, [Request("gate-1", Wanted(("c",), State.PRESENT))], Policy(effect=True, max_changes=0)
    )
    assert "opens ingress tcp/22" in diffs(KIND, outcome.results)[0]["after"]


@pytest.mark.parametrize(("failure", "why"), [(DENIED, "needs gates:ReadRules"), (BROKEN, "no answer")])
def test_rules_that_cannot_be_read_are_unknown_and_no_failure(cloud: Cloud, failure: object, why: str) -> None:
    cloud.directory.before_review = [failing(failure)]  # type: ignore[arg-type]
    outcome = run(cloud, "c")
    assert outcome.message is None
    effect = as_dict(KIND, outcome.results[0])["effect"]
    # What c may let in, a or b may have let in before.
    assert effect == {"opens": [], "closes": [], "unknown": [{"group": one, "reason": why} for one in "abc"]}
    assert f"  may do more: c: {why}\n" in diffs(KIND, outcome.results)[0]["after"]


def test_a_kind_that_serves_one_port_speaks_of_that(cloud: Cloud) -> None:
    cloud.directory.rules["c"] = [tcp("c", 2049, "0.0.0.0/0"), tcp("c", 22, "0.0.0.0/0")]
    kind = replace(KIND, serves=ServedPort("NFS", 2049, "that is whatever has a route to it"))
    shown = diffs(kind, run(cloud, "c").results)[0]["after"]
    assert "  opens ingress tcp/2049 from 0.0.0.0/0 (allowed by c); that is whatever has a route to it\n" in shown
    assert "  closes nothing for NFS (tcp/2049)\n" in shown
    cloud.directory.rules["e"] = [tcp("e", 8080, "0.0.0.0/0")]
    shown = diffs(kind, run(cloud, "e").results)[0]["after"]
    assert "  opens nothing for NFS (tcp/2049)\n  opens other traffic, which has no known effect on NFS\n" in shown


def test_a_long_effect_is_cut_in_the_diff_and_whole_in_the_result(cloud: Cloud) -> None:
    cloud.directory.rules["e"] = [tcp("e", 1000 + number, f"192.0.2.{number}/32") for number in range(9)]
    result = run(cloud, "e").results[0]
    assert result.effect
    assert len(result.effect.opens) == 9
    shown = diffs(KIND, [result])[0]["after"]
    assert shown.count("  opens ingress") == 5
    assert "  opens 4 more\n" in shown


MEMBERS = {"a": {"i-1", "i-2"}, "b": {"i-2", "i-3"}, "c": {f"i-{number}" for number in range(1, 9)}}


def members(group: str) -> frozenset[str]:
    if group == "x":
        raise CloudError(DENIED)
    return frozenset(MEMBERS[group])


@pytest.mark.parametrize(
    ("before", "after", "opens", "closes", "unknown"),
    [
        ("a", "ab", ["1 ECS instance: i-3"], [], []),
        ("ab", "a", [], ["1 ECS instance: i-3"], []),
        ("a", "ac", ["6 ECS instances: i-3, i-4, i-5, i-6, i-7 and 1 more"], [], []),
        ("c", "ca", [], [], []),
        ("a", "ax", [], [], ["x"]),
        ("x", "xa", [], [], ["x"]),
        ("ax", "a", [], [], ["x"]),
        ("a", "b", ["1 ECS instance: i-3"], ["1 ECS instance: i-1"], []),
    ],
)
def test_where_members_may_connect_only_those_are_told_who_could_not(
    before: str, after: str, opens: list[str], closes: list[str], unknown: list[str]
) -> None:
    reviewer = MemberReviewer(members, "ecs:DescribeInstances", "ECS instance")
    reviewer.learn([*before, *after])
    effect = reviewer.effect(lists.compare(tuple(before), tuple(after), ordered=False)).as_dict()
    assert [one["peer"] for one in effect["opens"]] == opens
    assert [one["peer"] for one in effect["closes"]] == closes
    assert effect["unknown"] == [{"group": one, "reason": "needs ecs:DescribeInstances"} for one in unknown]
