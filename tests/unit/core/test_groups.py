# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Groups that do not exist or do not fit, and groups by their names."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.adapter import Group
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.errors import ErrorKind
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.kind import IdForm
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.lists import State
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.reconcile import Outcome, Policy
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.requests import Request, Wanted
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.results import (
    as_dict,
    diffs,
    unchecked_warning,
)

from tests.unit.core.cloud import DENIED, KIND, THROTTLED, Cloud, Groups, Time, failing, reconcile_one

NOTHING_WRITTEN = " (nothing was written)"
NAMED = [Group("a", "admins"), Group("b", "web"), Group("c", "web"), Group("d", "die Web-Server ä")]


def cloud_of(lists: dict[str, str], groups: Groups | None = None, **vpcs: str) -> Cloud:
    named = {gate.replace("_", "-"): vpc for gate, vpc in vpcs.items()}
    return Cloud(Time(), lists, directory=groups or Groups(list(NAMED)), vpcs=named)


def want(*groups: str, gate: str = "gate-1", state: State = State.PRESENT) -> Request:
    return Request(gate, Wanted(groups, state))


def run(cloud: Cloud, *requests: Request, check_mode: bool = False) -> Outcome:
    outcome = reconcile_one(cloud, requests, Policy(check_mode=check_mode, wait_timeout=20))
    if not check_mode:
        foretold = reconcile_one(replace(cloud, time=Time()), requests, Policy(check_mode=True, wait_timeout=20))
        assert foretold.message == outcome.message or not outcome.refused
    return outcome


def of_vpcs() -> Groups:
    return Groups([Group("a", "web", "vpc-1"), Group("b", "web", "vpc-2"), Group("c", "db", "vpc-2")], by_vpc=True)


def test_a_group_that_does_not_exist_is_refused_before_anything_is_written() -> None:
    cloud = cloud_of({"gate-1": "a", "gate-2": "a"})
    outcome = run(cloud, want("x"), want("b", gate="gate-2"))
    assert outcome.message == (
        "1 of 2 gates failed: gate gate-1: security group x does not exist in the region; check the ID"
        + NOTHING_WRITTEN
    )
    assert (cloud.writes, outcome.groups_checked, outcome.refused) == ([], True, True)
    assert [result.error and result.error.kind for result in outcome.results] == [ErrorKind.NOT_FOUND, None]


def test_a_group_of_another_vpc_is_refused_with_its_name_and_both_vpcs() -> None:
    cloud = cloud_of({"gate-1": "a"}, of_vpcs(), gate_1="vpc-1")
    assert run(cloud, want("c")).message == (
        "gate gate-1: security group c (db) is of vpc-2; name a group that it can have" + NOTHING_WRITTEN
    )
    assert run(cloud, want("x")).message == (
        "gate gate-1: security group x does not exist in vpc-1; check the ID" + NOTHING_WRITTEN
    )


def test_a_group_that_the_vpc_shares_is_accepted() -> None:
    groups = of_vpcs()
    groups.shared = [Group("c", "db", "vpc-1"), Group("x", "of its owner", "vpc-1")]
    cloud = cloud_of({"gate-1": "a"}, groups, gate_1="vpc-1")
    outcome = run(cloud, want("c", "x"))
    assert (outcome.message, outcome.groups_checked) == (None, True)
    assert cloud.lists["gate-1"] == "acx"
    assert groups.asked_of_vpc[0] == ("vpc-1", ["c", "x"])


def test_where_nobody_may_say_what_the_vpc_shares_the_cloud_decides() -> None:
    groups = of_vpcs()
    groups.before_of_vpc = [failing(DENIED)]
    cloud = cloud_of({"gate-1": "a"}, groups, gate_1="vpc-1")
    outcome = reconcile_one(cloud, [want("c")], Policy())
    assert (outcome.message, outcome.groups_checked, cloud.lists["gate-1"]) == (None, False, "ac")
    assert unchecked_warning(outcome.results) == (
        "it was not checked whether c can be attached, so the cloud may still refuse the write: not allowed"
    )
    assert as_dict(KIND, outcome.results[0])["details"] == {
        "state": "open",
        "security_group_names": {"a": "web", "c": "db"},
        "groups_checked": False,
    }


def test_without_the_permission_the_task_goes_on() -> None:
    cloud = cloud_of({"gate-1": "a"})
    cloud.directory.before_find = [failing(DENIED)]
    outcome = reconcile_one(cloud, [want("x")], Policy())
    assert (outcome.message, outcome.groups_checked, cloud.lists["gate-1"]) == (None, False, "ax")


def test_a_warning_names_the_groups_of_a_write_that_failed_too() -> None:
    cloud = cloud_of({"gate-1": "a"})
    cloud.directory.before_find = [failing(DENIED)]
    cloud.before_write = [failing(DENIED)]
    outcome = reconcile_one(cloud, [want("x")], Policy())
    assert outcome.results[0].error
    assert (unchecked_warning(outcome.results) or "").startswith("it was not checked whether x can be attached")


def test_a_look_up_that_is_throttled_is_made_again_and_in_the_end_counts_as_not_permitted() -> None:
    cloud = cloud_of({"gate-1": "a"})
    cloud.directory.before_find = [failing(THROTTLED)] * 3
    assert reconcile_one(cloud, [want("b")], Policy()).groups_checked is True
    assert len(cloud.directory.asked) == 4
    cloud = cloud_of({"gate-1": "a"})
    cloud.directory.before_find = [failing(THROTTLED)] * 99
    outcome = reconcile_one(cloud, [want("b")], Policy(wait_timeout=5))
    assert (outcome.message, outcome.groups_checked) == (None, False)
    assert "slow down" in (unchecked_warning(outcome.results) or "")


def test_nothing_to_attach_costs_no_look_up() -> None:
    cloud = cloud_of({"gate-1": "ab"})
    for request in (want("a"), want("z", state=State.ABSENT), want("b", state=State.EXACT)):
        outcome = reconcile_one(cloud, [request], Policy(check_mode=True))
        assert (outcome.message, outcome.groups_checked) == (None, None)
    assert cloud.directory.asked == []


def test_new_groups_of_many_resources_cost_one_look_up() -> None:
    cloud = cloud_of({f"gate-{number}": "a" for number in range(100)}, Groups())
    outcome = reconcile_one(cloud, [want(*"bcdef", gate=gate) for gate in cloud.lists], Policy(check_mode=True))
    assert (outcome.groups_checked, cloud.directory.asked) == (True, [list("abcdef")])


def test_a_long_list_is_not_looked_up_for_its_names() -> None:
    cloud = cloud_of({"gate-1": "".join(map(chr, range(0x4E00, 0x4E00 + 5000)))}, Groups())
    cloud.kind = replace(KIND, group_id=IdForm(re.compile("."), "a"))
    reconcile_one(cloud, [want("a", "b")], Policy(check_mode=True))
    assert [len(asked) for asked in cloud.directory.asked] == [100]


def test_what_another_resource_of_the_vpc_has_is_not_looked_up() -> None:
    cloud = cloud_of({"gate-1": "a", "gate-2": "ab"}, of_vpcs(), gate_1="vpc-1", gate_2="vpc-1")
    requests = [want("b"), want("b", gate="gate-2")]
    # A reading that tells groups early finds out too late that the other one has it.
    cloud.early = False
    outcome = reconcile_one(cloud, requests, Policy(check_mode=True))
    assert (outcome.message, outcome.groups_checked, cloud.directory.asked) == (None, True, [])
    cloud.vpcs["gate-2"] = "vpc-2"
    assert "is of vpc-2" in (reconcile_one(cloud, requests, Policy(check_mode=True)).message or "")


def test_names_stand_for_ids() -> None:
    cloud = cloud_of({"gate-1": "a"})
    outcome = run(cloud, want("die Web-Server ä", "admins"))
    assert (outcome.message, cloud.lists["gate-1"]) == (None, "ad")
    assert outcome.results[0].names == {"a": "admins", "d": "die Web-Server ä"}
    assert run(cloud, want("admins", state=State.ABSENT)).results[0].changed
    assert cloud.lists["gate-1"] == "d"
    assert run(cloud, want("die Web-Server ä", state=State.EXACT)).groups_checked is None


def test_a_name_is_one_of_the_resources_vpc() -> None:
    cloud = cloud_of({"gate-1": "", "gate-2": ""}, of_vpcs(), gate_1="vpc-1", gate_2="vpc-2")
    assert run(cloud, want("web"), want("web", gate="gate-2")).message is None
    assert cloud.lists == {"gate-1": "a", "gate-2": "b"}


@pytest.mark.parametrize(
    ("name", "state", "message"),
    [
        ("web", State.PRESENT, "2 security groups have the name 'web': b, c; give the ID of one"),
        (
            "Admins",
            State.ABSENT,
            "no security group in the region has the name 'Admins'; check the name, or give an ID like a",
        ),
        (
            "sg-1a2b3c4d",
            State.EXACT,
            "no security group in the region has the name 'sg-1a2b3c4d'; check the name, or give an ID like a",
        ),
    ],
)
def test_a_name_that_does_not_stand_for_one_group_is_refused(name: str, state: State, message: str) -> None:
    cloud = cloud_of({"gate-1": "b"})
    outcome = run(cloud, want(name, state=state))
    assert not outcome.results[0].verified
    assert outcome.message == f"gate gate-1: {message}{NOTHING_WRITTEN}"
    assert cloud.writes == []


def test_a_name_of_another_vpc_is_told() -> None:
    cloud = cloud_of({"gate-1": "a"}, of_vpcs(), gate_1="vpc-1")
    assert run(cloud, want("db")).message == (
        "gate gate-1: no security group in vpc-1 has the name 'db', only c of vpc-2; check the name, or give an ID "
        "like a" + NOTHING_WRITTEN
    )


def test_a_name_that_may_not_be_looked_up_is_refused() -> None:
    cloud = cloud_of({"gate-1": "a"})
    cloud.directory.before_find = [failing(DENIED)]
    outcome = reconcile_one(cloud, [want("web")], Policy())
    assert outcome.message == (
        "gate gate-1: the security group 'web' cannot be looked up, so give its ID; not allowed" + NOTHING_WRITTEN
    )
    assert outcome.results[0].error
    assert outcome.results[0].error.kind is ErrorKind.DENIED


def test_a_group_that_is_named_by_id_and_by_name_is_named_twice() -> None:
    assert run(cloud_of({"gate-1": "b"}), want("a", "admins")).message == (
        "gate gate-1: security group a (admins) is named more than once; name it once" + NOTHING_WRITTEN
    )


def test_a_diff_is_one_group_a_line_with_names_where_all_are_known() -> None:
    cloud = cloud_of({"gate-1": "a", "gate-2": "z"})
    requests = [want("d"), want("d", gate="gate-2")]
    outcome = reconcile_one(cloud, requests, Policy(check_mode=True))
    assert diffs(KIND, outcome.results) == [
        {
            "before_header": "gate-1",
            "after_header": "gate-1",
            "before": "a  admins\n",
            "after": "a  admins\nd  die Web-Server ä\n",
        },
        {"before_header": "gate-2", "after_header": "gate-2", "before": "z\n", "after": "z\nd\n"},
    ]


def test_a_refused_task_shows_its_plan() -> None:
    cloud = cloud_of({"gate-1": "a", "gate-2": "a"})
    requests = [want("d"), want("x", gate="gate-2")]
    for check_mode in (True, False):
        outcome = reconcile_one(cloud, requests, Policy(check_mode=check_mode))
        (shown,) = diffs(KIND, outcome.results)
        assert (shown["after_header"], shown["after"]) == ("gate-1", "a  admins\nd  die Web-Server ä\n")
        after = as_dict(KIND, outcome.results[0])["after"]
        assert (after, outcome.changed) == (["a", "d"] if check_mode else ["a"], False)
    assert cloud.writes == []


TYPES = [Group("a", "admins", type="plain"), Group("b", "web", type="plain"), Group("c", "db", type="large")]


def test_groups_of_two_types_are_refused_together() -> None:
    cloud = cloud_of({"gate-1": "a", "gate-2": "a"}, Groups(TYPES))
    outcome = run(cloud, want("c"), want("b", gate="gate-2"))
    assert outcome.message == (
        "1 of 2 gates failed: gate gate-1: a resource cannot have the security groups a (admins) of the type 'plain' "
        "and c (db) of the type 'large' together; name groups of one type" + NOTHING_WRITTEN
    )
    assert (cloud.writes, outcome.groups_checked) == ([], True)
    assert [result.error and result.error.kind for result in outcome.results] == [ErrorKind.INVALID, None]


@pytest.mark.parametrize(
    ("before", "request_", "after"),
    [
        ("ab", want("c", state=State.EXACT), "c"),
        ("a", want("b"), "ab"),
        # Nobody knows the type of a group that cannot be found.
        ("z", want("c"), "zc"),
    ],
)
def test_groups_of_one_type_may_replace_those_of_another(before: str, request_: Request, after: str) -> None:
    cloud = cloud_of({"gate-1": before}, Groups(TYPES))
    assert run(cloud, request_).message is None
    assert cloud.lists["gate-1"] == after
