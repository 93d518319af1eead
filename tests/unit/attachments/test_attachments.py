# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import copy
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from ansible_collections.crosscloud.security_groups.plugins.filter.attachment_batches import attachment_batches
from ansible_collections.crosscloud.security_groups.plugins.filter.attachment_results import attachment_results
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._attachments import (
    batches,
    problems,
    read,
)
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._kinds import MODULES
from hypothesis import example, given
from hypothesis import strategies as st
from jinja2 import StrictUndefined

OF_TENCENT_CLOUD = ", ".join(option.name for option in MODULES["qcloud_eni"].connection)
ENI = {"kind": "qcloud_eni", "id": "eni-7k2m9q4x", "security_groups": ["sg-aaaa1111"]}
CVM = {"kind": "qcloud_cvm", "id": "ins-7k2m9q4x", "security_groups": ["sg-aaaa1111"]}
EFS = {"kind": "efs_mount_target", "id": "fsmt-0123456789abcdef0", "security_groups": ["sg-0123456789abcdef0"]}
RDS = {"kind": "aliyun_rds", "id": "rm-bp1f3k8n5t7v2x9q4", "security_groups": ["sg-bp195m1bbdpfrsf9x3y7"]}
ALL = [ENI, EFS, RDS, CVM]
FIRST = "security_group_attachments[0]"
HERE = f"{FIRST} (eni-7k2m9q4x): "
THERE = f"{FIRST} (fsmt-0123456789abcdef0): "
FEWER = "name fewer or detach others"
SIX = [f"sg-aaaa111{number}" for number in range(6)]
KEYS = "kind, id, security_groups and may have state, position, region, connection, name, reason"


def test_a_description_of_all_kinds_has_no_problems() -> None:
    described = [
        *ALL,
        {**ENI, "id": "eni-first111", "state": "present", "position": "first", "name": "web-1", "reason": "the doors"},
        {**ENI, "region": "ap-tokyo"},
        {**ENI, "connection": "other"},
        {**ENI, "id": "eni-absent11", "state": "absent", "position": "keep", "region": None, "name": None},
        {**RDS, "id": "pgm-bp1a6j2s8u4w1y7c3", "security_groups": []},
    ]
    assert problems(described, {"other": {"region": "ap-guangzhou", "secret_key": "x"}}, allow_empty=True) == []
    assert problems([], {}, allow_empty=False) == []


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"kind": "qcloud_nic"}, f"kind 'qcloud_nic' is unknown; it is one of {', '.join(MODULES)}"),
        ({"kind": None}, "kind is missing"),
        ({"security_groups": None}, "security_groups is missing"),
        ({"security_groups": "sg-aaaa1111"}, "security_groups must be a list of security group ids"),
        ({"security_groups": [7]}, "security_groups must be a list of security group ids"),
        ({"security_groups": ["sg-1"]}, "'sg-1' is no security group id, such as sg-5d8n2w7c"),
        (
            {"security_groups": ["sg-aaaa1111", "sg-aaaa1111"]},
            "security group sg-aaaa1111 is named more than once; name it once",
        ),
        ({"state": "exactly"}, "state 'exactly' is unknown; it is one of present, absent, exact"),
        ({"state": 1}, "state is a number and must be a string that is not empty"),
        ({"state": None}, "state has no value; leave it out or give one of present, absent, exact"),
        ({"position": None}, "position has no value; leave it out or give one of keep, first, last"),
        ({"position": "middle"}, "position 'middle' is unknown; it is one of keep, first, last"),
        (
            {"position": "first"},
            "position 'first' goes with state 'present' only, not with 'exact'; leave position out or give 'keep'",
        ),
        ({"region": ""}, "region is an empty string and must be a string that is not empty"),
        ({"reason": ["doors"]}, "reason is a list and must be a string that is not empty"),
        ({"groups": []}, f"'groups' is unknown; an entry has {KEYS}"),
        ({7: 7}, f"'7' is unknown; an entry has {KEYS}"),
        ({"connection": "prod"}, "security_group_connections has no 'prod'; it has other, broken"),
        (
            {"security_groups": []},
            "security_groups is empty; set security_group_attachments_allow_empty if none shall stay attached",
        ),
        (
            {"security_groups": [], "state": "absent"},
            "security_groups is empty, which means nothing with state 'absent'; name some or leave the entry out",
        ),
    ],
)
def test_a_mistake_is_named_with_its_entry(change: dict[Any, Any], problem: str) -> None:
    described = [{**ENI, **change}, EFS]
    connections = {"other": {}, "broken": "x"}
    assert problems(described, connections, allow_empty=False) == [HERE + problem]


@pytest.mark.parametrize(
    ("described", "problem"),
    [
        (None, "security_group_attachments is not set; describe there which security groups belong on which resources"),
        ("eni", "security_group_attachments is a string and must be a list of entries"),
        ({}, "security_group_attachments is a mapping and must be a list of entries"),
        (
            [EFS, "eni-7k2m9q4x"],
            "security_group_attachments[1]: it is a string and must be a mapping with kind, id, security_groups",
        ),
        ([{**ENI, "id": None}], "security_group_attachments[0]: id is missing"),
        ([{**ENI, "id": True}], "security_group_attachments[0]: id is a bool and must be a string that is not empty"),
        (
            [{**ENI, "id": "ins-7k2m9q4x"}],
            f"{FIRST} (ins-7k2m9q4x): 'ins-7k2m9q4x' is no network interface id, such as eni-7k2m9q4x",
        ),
        (
            [{**EFS, "security_groups": []}],
            f"{THERE}at least one security group must stay attached; name the groups that shall stay",
        ),
        (
            [{**EFS, "state": "present", "position": "last"}],
            f"{THERE}position means nothing to efs_mount_target, whose lists have no order; leave it out",
        ),
        (
            [{**CVM, "id": "ins-66666666", "security_groups": SIX}],
            f"{FIRST} (ins-66666666): 6 security groups are more than the 5 that can be attached; {FEWER}",
        ),
        (
            [ENI, CVM, {**ENI, "state": "absent"}],
            f"security_group_attachments[2] (eni-7k2m9q4x): {FIRST} describes it already; describe it once",
        ),
    ],
)
def test_what_else_can_be_wrong(described: Any, problem: str) -> None:
    # A list that may become empty is no excuse for any of these.
    assert problems(described, {}, allow_empty=True) == problems(described, {}, allow_empty=False) == [problem]


def test_a_resource_in_two_regions_or_through_two_connections_is_two() -> None:
    through = {**ENI, "connection": "one"}
    connections = {"one": {"region": "ap-tokyo"}, "two": {"region": "ap-tokyo"}}
    different = [ENI, through, {**through, "region": "ap-guangzhou"}, {**ENI, "connection": "two"}]
    assert problems(different, connections, allow_empty=False) == []
    # The connection has this region already.
    assert (
        "describes it already"
        in problems([through, {**through, "region": "ap-tokyo"}], connections, allow_empty=False)[0]
    )


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (None, "it is null and must be a mapping of connection options"),
        (date(2026, 11, 21), "it is of another type and must be a mapping of connection options"),
        (
            {"secret": "hunter2"},
            f"'secret' is no connection option of qcloud_eni; these are: {OF_TENCENT_CLOUD}",
        ),
        ({"secret_key": ["hunter2"]}, "secret_key is a list and must be a single value"),
        ({"region": 1}, "region is a number and must be a string"),
        ({"region": 1.5}, "region is a number and must be a string"),
        ({"region": False}, "region is a bool and must be a string"),
    ],
)
def test_a_wrong_connection_is_named_without_its_values(options: Any, problem: str) -> None:
    found = problems([{**ENI, "connection": "prod"}], {"prod": options}, allow_empty=False)
    assert found == [f"security_group_connections['prod']: {problem}"]
    assert problems([ENI], {"prod": options}, allow_empty=False) == []


@pytest.mark.parametrize(
    ("hint", "said"),
    [
        ("{'a': {'secret_key': 'hunter2', 'region': '{{ b }}'}}: 'b' is undefined", ": 'b' is undefined"),
        ("{'secret_key': 'hunter2'}: 'dict object' has no attribute 'y'", ": 'dict object' has no attribute 'y'"),
        ("hunter2 is something else", ""),
    ],
)
def test_a_missing_variable_is_named_without_what_it_is_missing_in(hint: str, said: str) -> None:
    # Such an object is what ansible-core 2.18 gives a filter.
    missing = StrictUndefined(hint=hint)
    both = [
        f"{name} needs a variable that there is not{said}"
        for name in ("security_group_attachments", "security_group_connections")
    ]
    assert attachment_batches(missing, missing)["problems"] == both
    assert attachment_batches([ENI], missing)["problems"] == both[1:]


def test_connection_options_go_by_their_names_and_fit_their_cloud() -> None:
    to_aws = {"aws_region": "us-east-1", "aws_config": {"retries": {}}, "aws_ca_bundle": "p"}
    described = [{**EFS, "connection": "c"}, {**ENI, "connection": "c"}]
    assert problems(described, {"c": to_aws}, allow_empty=False) == [
        "security_group_connections['c']: write region for aws_region",
        *(
            f"security_group_connections['c']: '{name}' is no connection option of qcloud_eni; these are: "
            f"{OF_TENCENT_CLOUD}"
            for name in to_aws
        ),
    ]
    assert problems([], "prod", allow_empty=False) == [
        "security_group_connections is a string and must be a mapping from names to connection options"
    ]


def test_all_mistakes_are_told_at_once() -> None:
    wrong = [{"kind": "x", "state": "y"}, {**ENI, "id": "e", "security_groups": ["s"]}]
    assert len(problems(wrong, {}, allow_empty=False)) == 4 + 2


def test_batches_are_by_kind_connection_and_region() -> None:
    described = [
        {**ENI, "connection": "b"},
        RDS,
        {**ENI, "id": "eni-aaaa1111", "connection": "a"},
        EFS,
        {**ENI, "id": "eni-aaaa2222", "connection": "b", "region": "ap-tokyo"},
        {**ENI, "id": "eni-aaaa3333", "connection": "b", "region": "ap-guangzhou"},
    ]
    connections = {"a": {"region": "ap-guangzhou"}, "b": {"region": "ap-guangzhou"}}
    found = attachment_batches(described, connections)
    assert [(one["label"], [each["id"] for each in one["attachments"]]) for one in found["batches"]] == [
        ("1 mount target", [EFS["id"]]),
        ("2 network interfaces through b in ap-guangzhou", ["eni-7k2m9q4x", "eni-aaaa3333"]),
        ("1 network interface through a in ap-guangzhou", ["eni-aaaa1111"]),
        ("1 network interface through b in ap-tokyo", ["eni-aaaa2222"]),
        ("1 DB instance", [RDS["id"]]),
    ]
    assert found["batches"][2] == {
        "kind": "qcloud_eni",
        "connection": "a",
        "region": "ap-guangzhou",
        "label": "1 network interface through a in ap-guangzhou",
        "attachments": [
            {"id": "eni-aaaa1111", "security_groups": ["sg-aaaa1111"], "state": "exact", "position": "keep"}
        ],
    }
    assert [one["id"] for one in found["entries"]] == [one["id"] for one in described]


def test_entries_have_all_keys() -> None:
    given_all = {**ENI, "state": "present", "position": "first", "name": "web-1", "reason": "doors"}
    found = attachment_batches([given_all, EFS])
    assert found["entries"] == [
        {**given_all, "region": None, "connection": None},
        {**EFS, "state": "exact", "position": "keep", "region": None, "connection": None, "name": None, "reason": None},
    ]
    assert found["batches"][1]["attachments"] == [
        {"id": ENI["id"], "security_groups": ENI["security_groups"], "state": "present", "position": "first"}
    ]


class FromVault(Sequence[str]):
    """What ansible-core 2.18 makes of a ``!vault`` in a file of variables."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __str__(self) -> str:
        return self.text

    def __len__(self) -> int:
        return len(self.text)

    def __getitem__(self, index: Any) -> str:
        return self.text[index]


@pytest.mark.parametrize(
    ("region", "known"),
    [(FromVault("ap-tokyo"), "ap-tokyo"), ("ap-tokyo", "ap-tokyo"), ("", None), (FromVault(""), None), (None, None)],
)
def test_the_region_of_a_connection_is_text_or_not_given(region: Any, known: str | None) -> None:
    (batch,) = attachment_batches([{**ENI, "connection": "c"}], {"c": {"region": region}})["batches"]
    assert batch["region"] == known
    assert type(batch["region"]) in (str, type(None))


# What templates make of omit: an object, and with ansible-core 2.18 a string.
@pytest.mark.parametrize("omit", [type("_OmitType", (), {})(), f"__omit_place_holder__{'0' * 40}"])
def test_what_is_omitted_is_not_given(omit: Any) -> None:
    left_out = dict.fromkeys(("state", "position", "region", "connection", "name", "reason"), omit)
    assert attachment_batches([{**ENI, **left_out}]) == attachment_batches([ENI])
    connections = {"c": {"region": "ap-tokyo", "token": omit}, "d": {"region": omit}}
    described = [{**ENI, "connection": "c", "region": omit}, {**ENI, "connection": "d"}]
    found = attachment_batches(described, connections)
    assert found["problems"] == []
    assert [one["region"] for one in found["batches"]] == ["ap-tokyo", None]
    assert problems([{**ENI, "id": omit}], {}, allow_empty=False) == [f"{FIRST}: id is missing"]


@pytest.mark.parametrize(
    ("only", "left"),
    [(None, 4), ("", 4), ([], 4), (ENI["id"], 1), ([ENI["id"], CVM["id"], "eni-unknown1"], 2), ("eni-unknown1", 0)],
)
def test_only_restricts_entries_and_batches(only: Any, left: int) -> None:
    found = attachment_batches(ALL, only=only)
    assert len(found["entries"]) == sum(len(one["attachments"]) for one in found["batches"]) == left
    wrong = attachment_batches([*ALL, "junk"], only=only)
    assert (len(wrong["problems"]), wrong["entries"], wrong["batches"]) == (1, [], [])


def test_results_go_with_their_batches() -> None:
    batch = attachment_batches([ENI])["batches"][0]
    came = {"ansible_loop_var": "one", "one": batch, "failed": False, "invocation": {}, "changed": False}
    done = {**came, "resources": [{"id": ENI["id"]}]}
    failed = {**came, "msg": "no", "resources": []}
    place = {"kind": "qcloud_eni", "connection": None, "region": None, "read_at": "2026-11-21T06:00:00Z"}
    assert attachment_results([done, failed], place["read_at"] or "") == [
        {**place, "result": {"failed": False, "changed": False, "resources": done["resources"]}},
        {**place, "result": {"failed": True, "changed": False, "resources": [], "msg": "no"}},
    ]


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
WORDS = st.sampled_from(
    ["kind", "id", "security_groups", "state", "position", "region", "connection", "name", "reason"]
)
VALUES = st.sampled_from([*MODULES, ENI["id"], EFS["id"], ENI["security_groups"], EFS["security_groups"], "exact", "a"])
JUNK = st.recursive(
    SCALARS | VALUES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(SCALARS | WORDS, inner, max_size=9)
)
ENTRIES = st.builds(
    lambda entry, more: {**entry, **more}, st.sampled_from(ALL), st.dictionaries(WORDS, JUNK, max_size=2)
)


@given(JUNK | st.lists(JUNK | ENTRIES, max_size=4), JUNK | st.dictionaries(st.just("a"), JUNK), st.booleans())
@example([{**ENI, "connection": "a"}], {"a": {"region": []}}, False)
def test_any_nesting_gives_problems_or_batches(described: Any, connections: Any, allow_empty: bool) -> None:
    before = copy.deepcopy((described, connections))
    found = problems(described, connections, allow_empty=allow_empty)
    if found:
        assert all(isinstance(one, str) and one.startswith("security_group_") for one in found)
    else:
        grouped = batches(read(described, connections))
        assert sorted(one.id for batch in grouped for one in batch.attachments) == sorted(
            one["id"] for one in described
        )
    assert (described, connections) == before
