# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.kind import IdForm, Kind
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.lists import Position, State
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.requests import (
    Wanted,
    id_problems,
    wanted_problems,
)

KIND = Kind(
    noun="gate",
    plural="gates",
    resource_id=IdForm(re.compile("gate-[0-9]+"), "gate-1"),
    group_id=IdForm(re.compile("sg-[a-z]"), "sg-a"),
    ordered=True,
    clearable=True,
    longest=3,
)


def test_good_requests_have_no_problems() -> None:
    assert not list(id_problems(KIND, ["gate-1", "gate-2"]))
    assert not list(wanted_problems(KIND, Wanted(("sg-0123456789", "die Web-Server ä")), allow_empty=False))
    assert not list(wanted_problems(KIND, Wanted(("sg-a", "sg-b"), position=Position.LAST), allow_empty=False))


def test_ids_are_checked() -> None:
    assert list(id_problems(KIND, ["gate-1", "gate-1", "gate-x", " gate-1"])) == [
        "'gate-x' is not a valid gate ID (expected something like gate-1)",
        "' gate-1' is the ID gate-1 with a space, a comma or something like that around it; remove it",
        "gate gate-1 is named more than once; name it once",
    ]


def test_where_case_means_nothing_one_id_may_be_written_in_two_ways() -> None:
    folding = replace(KIND, resource_id=IdForm(re.compile("gate-[a-zA-Z]+"), "gate-a", folds_case=True))
    assert list(id_problems(folding, ["gate-a", "gate-A", "gate-b"])) == [
        "gate gate-a is named more than once; name it once"
    ]
    assert not list(
        id_problems(replace(folding, resource_id=replace(folding.resource_id, folds_case=False)), ["gate-a", "gate-A"])
    )


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        (
            Wanted(("sg-a\n",)),
            r"'sg-a\n' is the ID sg-a with a space, a comma or something like that around it; remove it",
        ),
        (
            Wanted(("sg-a,",)),
            "'sg-a,' is the ID sg-a with a space, a comma or something like that around it; remove it",
        ),
        (Wanted((" ",)), "' ' is not a security group; give an ID like sg-a, or a name"),
        (Wanted(("web\nservers",)), r"'web\nservers' is not a security group; give an ID like sg-a, or a name"),
        (Wanted(("sg-a", "sg-a")), "security group sg-a is named more than once; name it once"),
        (
            Wanted(("sg-a",), State.ABSENT, Position.FIRST),
            "position 'first' goes with state 'present' only, not with 'absent'; leave position out or give 'keep'",
        ),
        (Wanted((), State.EXACT), "no security group would be left; set allow_empty if that is meant"),
        (
            Wanted(("sg-a", "sg-b", "sg-c", "sg-d")),
            "4 security groups are more than the 3 that can be attached; name fewer or detach others",
        ),
    ],
)
def test_what_is_wanted_is_checked(wanted: Wanted, problem: str) -> None:
    assert list(wanted_problems(KIND, wanted, allow_empty=False)) == [problem]


def test_an_empty_list_may_be_wanted_where_kind_and_task_allow_it() -> None:
    nothing = Wanted((), State.EXACT)
    assert not list(wanted_problems(KIND, nothing, allow_empty=True))
    assert list(wanted_problems(replace(KIND, clearable=False), nothing, allow_empty=True)) == [
        "at least one security group must stay attached; name the groups that shall stay"
    ]


def test_groups_to_detach_may_be_more_than_can_be_attached() -> None:
    assert not list(wanted_problems(KIND, Wanted(("sg-a", "sg-b", "sg-c", "sg-d"), State.ABSENT), allow_empty=False))
