# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import copy
from datetime import date, datetime
from typing import Any

import pytest
from ansible_collections.crosscloud.security_groups.plugins.module_utils._description import connections as connecting
from ansible_collections.crosscloud.security_groups.plugins.module_utils._description.entries import (
    Accepted,
    Attachment,
    batches,
    problems,
    read,
    regions_of,
    unknown,
)
from ansible_collections.crosscloud.security_groups.plugins.module_utils._description.kinds import KINDS
from hypothesis import example, given
from hypothesis import strategies as st

OTHER_CLOUD = (
    "cloud 'aws' is not that of qcloud_eni, which is Tencent Cloud; use one of alibabacloud, aws, tencentcloud, "
    "or leave it out"
)
ENI = {"kind": "qcloud_eni", "id": "eni-7k2m9q4x", "security_groups": ["sg-aaaa1111"]}
CVM = {"kind": "qcloud_cvm", "id": "ins-7k2m9q4x", "security_groups": ["sg-aaaa1111"]}
EFS = {"kind": "efs_mount_target", "id": "fsmt-0123456789abcdef0", "security_groups": ["sg-0123456789abcdef0"]}
RDS = {"kind": "aliyun_rds", "id": "rm-bp1f3k8n5t7v2x9q4", "security_groups": ["sg-bp195m1bbdpfrsf9x3y7"]}
ALL = [ENI, EFS, RDS, CVM]
FIRST = "attachments[0]"
HERE = f"{FIRST} (eni-7k2m9q4x): "
THERE = f"{FIRST} (fsmt-0123456789abcdef0): "
FEWER = "name fewer or detach others"
SIX = [f"sg-aaaa111{number}" for number in range(6)]
KEYS = "kind, id, security_groups and may have state, position, region, connection, expected, name, reason, accepted"


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
        ({"kind": "qcloud_nic"}, f"kind 'qcloud_nic' is unknown; it is one of {', '.join(KINDS)}"),
        ({"kind": None}, "kind is missing"),
        ({"security_groups": None}, "security_groups is missing"),
        ({"security_groups": 7}, "security_groups must be a list of security group IDs or names"),
        ({"security_groups": [7]}, "security_groups must be a list of security group IDs or names"),
        ({"expected": {}}, "expected must be a list of security group IDs"),
        (
            {"expected": "sg-1"},
            "expected has 'sg-1', which is not a security group ID such as sg-5d8n2w7c",
        ),
        ({"security_groups": [""]}, "'' is not a security group; give an ID like sg-5d8n2w7c, or a name"),
        (
            {"security_groups": ["sg-aaaa1111", "sg-aaaa1111"]},
            "security group sg-aaaa1111 is named more than once; name it once",
        ),
        ({"state": "exactly"}, "state 'exactly' is unknown; it is one of present, absent, exact"),
        ({"state": 1}, "state is a number and must be a string"),
        ({"position": "middle"}, "position 'middle' is unknown; it is one of keep, first, last"),
        (
            {"position": "first"},
            "position 'first' goes with state 'present' only, not with 'exact'; leave position out or give 'keep'",
        ),
        ({"reason": ["doors"]}, "reason is a list and must be a string"),
        ({"groups": []}, f"'groups' is unknown; an entry has {KEYS}"),
        ({7: 7}, f"'7' is unknown; an entry has {KEYS}"),
        ({"connection": "prod"}, "connection 'prod' is not defined in connections (defined: other, broken)"),
        (
            {"security_groups": []},
            "security_groups is empty; set allow_empty if no group is to stay attached",
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
        (None, "attachments is not set; describe there which security groups belong on which resources"),
        ("eni", "attachments is a string and must be a list of entries"),
        ({}, "attachments is a mapping and must be a list of entries"),
        (
            [EFS, "eni-7k2m9q4x"],
            "attachments[1]: it is a string and must be a mapping with kind, id, security_groups",
        ),
        ([{**ENI, "id": None}], "attachments[0]: id is missing"),
        ([{**ENI, "id": True}], "attachments[0]: id is a bool and must be a string"),
        (
            [{**ENI, "id": "ins-7k2m9q4x"}],
            (
                f"{FIRST} (ins-7k2m9q4x): 'ins-7k2m9q4x' is not a valid network interface ID (expected something like "
                "eni-7k2m9q4x)"
            ),
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
            f"attachments[2] (eni-7k2m9q4x): {FIRST} describes it already; describe it once",
        ),
    ],
)
def test_what_else_can_be_wrong(described: Any, problem: str) -> None:
    # A list that may become empty is no excuse for any of these.
    assert problems(described, {}, allow_empty=True) == problems(described, {}, allow_empty=False) == [problem]


UNTIL = {"until": "2027-01-31", "reason": "a migration"}


@pytest.mark.parametrize("until", ["2027-01-31", date(2027, 1, 31)])
def test_drift_is_accepted_until_a_day(until: object) -> None:
    entry = {**ENI, "accepted": {**UNTIL, "until": until}}
    assert problems([entry], {}, allow_empty=False) == []
    assert read([entry], {})[0].accepted == Accepted(date(2027, 1, 31), "a migration")


@pytest.mark.parametrize(
    ("accepted", "problem"),
    [
        ("2027-01-31", "accepted is a string and must be a mapping with until and reason"),
        ({}, "accepted.until is missing"),
        ({**UNTIL, "reason": ""}, "accepted.reason is missing"),
        ({**UNTIL, "reason": 5}, "accepted.reason is a number and must be a string"),
        ({**UNTIL, "by": "me"}, "accepted has 'by'; it has until and reason"),
        ({**UNTIL, "until": "31.01.2027"}, "accepted.until is '31.01.2027' and must be a date such as 2027-01-31"),
        ({**UNTIL, "until": "2027-02-30"}, "accepted.until is '2027-02-30' and must be a date such as 2027-01-31"),
        (
            {**UNTIL, "until": datetime(2027, 1, 31)},
            "accepted.until is of another type and must be a date such as 2027-01-31",
        ),
    ],
)
def test_what_is_wrong_with_what_is_accepted(accepted: object, problem: str) -> None:
    assert HERE + problem in problems([{**ENI, "accepted": accepted}], {}, allow_empty=False)


def test_a_list_that_an_unquoted_date_made_a_text_says_so() -> None:
    text = str([{**ENI, "accepted": {**UNTIL, "until": date(2027, 1, 31)}}])
    (problem,) = problems(text, {}, allow_empty=False)
    assert "put the date of accepted.until in quotes" in problem


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
            "'secret' is not a connection option of qcloud_eni; these are: "
            + ", ".join(option.name for option in KINDS["qcloud_eni"].connection),
        ),
        ({"secret_key": ["hunter2"]}, "secret_key is a list and must be a single value"),
        ({"region": 1}, "region is a number and must be a string"),
        ({"region": 1.5}, "region is a number and must be a string"),
        ({"region": False}, "region is a bool and must be a string"),
        (
            {"cloud": "aws"},
            OTHER_CLOUD,
        ),
    ],
)
def test_a_wrong_connection_is_named_without_its_secrets(options: Any, problem: str) -> None:
    assert connecting.problems("qcloud_eni", "connections['prod']", options) == [f"connections['prod']: {problem}"]


def test_connection_options_go_by_their_names_and_fit_their_cloud() -> None:
    to_aws = {"aws_region": "us-east-1", "aws_config": {"retries": {}}, "cloud": "aws", "session_token": None}
    assert connecting.problems("efs_mount_target", "c", to_aws) == ["c: use 'region' instead of the alias 'aws_region'"]
    assert len(connecting.problems("qcloud_eni", "c", to_aws)) == 3
    assert connecting.form_problems("prod", "connections") == [
        "connections is a string and must be a mapping from names to connection options"
    ]


@pytest.mark.parametrize(
    ("connection", "clouds"),
    [
        ({"secret_id": "a", "region": "r"}, {"Tencent Cloud"}),
        ({"access_key_id": "a", "endpoint": "e"}, {"Alibaba Cloud"}),
        ({"validate_certs": False, "profile": ""}, {"AWS"}),
        ({"region": "eu-central-1"}, {"AWS", "Tencent Cloud", "Alibaba Cloud"}),
        ({"region": "eu-central-1", "cloud": "aws"}, {"AWS"}),
        ({"secret_id": "a", "access_key_id": "b"}, set()),
        ({"cloud": ["aws"]}, set()),
        ("aws", set()),
    ],
)
def test_a_connection_tells_its_cloud_by_its_options_or_says_it(connection: Any, clouds: set[str]) -> None:
    assert {one.cloud for kind, one in KINDS.items() if connecting.fits(kind, connection)} == clouds


def test_what_may_be_a_secret_is_not_shown() -> None:
    connections = {
        "c": {"secret_key": "hunter2", "alicloud_secret_key": "hunter3", "secret_kye": "hunter4", "region": "r"},
        "d": "hunter5",
    }
    assert [*connecting.secrets(connections)] == ["hunter2", "hunter3"]
    shown = connecting.shown(connections)
    assert "hunter" not in str(shown)
    assert shown["c"]["region"] == "r"


def test_all_mistakes_are_told_at_once() -> None:
    wrong = [{"kind": "x", "state": "y"}, {**ENI, "id": "e", "security_groups": ["s", "s"]}]
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
    found = batches(read(described, connections))
    assert [(one.label, [each.id for each in one.attachments]) for one in found] == [
        ("1 DB instance", [RDS["id"]]),
        ("1 mount target", [EFS["id"]]),
        ("2 network interfaces through b in ap-guangzhou", ["eni-7k2m9q4x", "eni-aaaa3333"]),
        ("1 network interface through a in ap-guangzhou", ["eni-aaaa1111"]),
        ("1 network interface through b in ap-tokyo", ["eni-aaaa2222"]),
    ]


@pytest.mark.parametrize(
    ("region", "regions"),
    [("ap-tokyo", ["ap-tokyo"]), ("", []), (None, []), (["a-1", "b-2"], ["a-1", "b-2"]), ("a-1, b-2", ["a-1", "b-2"])],
)
def test_the_regions_of_a_connection(region: Any, regions: list[str]) -> None:
    connections = {"c": {"region": region}}
    assert regions_of(connections["c"]) == regions
    found = problems([{**ENI, "connection": "c"}], connections, allow_empty=False)
    several = f"{HERE}connection 'c' has several regions; give the entry one of a-1, b-2"
    assert found == ([several] if len(regions) > 1 else [])
    (one,) = read([{**ENI, "connection": "c", "region": "b-2"}], connections)
    assert one.region == "b-2"


# What templates make of omit: an object, and with ansible-core 2.18 a string.
@pytest.mark.parametrize(
    "nothing",
    [type("_OmitType", (), {})(), f"__omit_place_holder__{'0' * 40}", None, ""],
    ids=["2.19", "2.18", "null", "empty"],
)
def test_what_is_nothing_is_not_given(nothing: Any) -> None:
    left_out = dict.fromkeys(("state", "position", "region", "connection", "expected", "name", "reason"), nothing)
    assert read([{**ENI, **left_out}], {}) == read([ENI], {})
    connections = {"c": {"region": "ap-tokyo", "token": nothing}, "d": {"region": nothing}}
    described = [{**ENI, "connection": "c", "region": nothing}, {**ENI, "connection": "d"}]
    assert problems(described, connections, allow_empty=False) == []
    assert [one.region for one in read(described, connections)] == ["ap-tokyo", None]
    assert problems([{**ENI, "id": nothing}], {}, allow_empty=False) == [f"{FIRST}: id is missing"]


@pytest.mark.parametrize("omit", [type("_OmitType", (), {})(), f"__omit_place_holder__{'0' * 40}"])
def test_an_omitted_group_is_no_group(omit: Any) -> None:
    assert read([{**ENI, "security_groups": [*ENI["security_groups"], omit]}], {}) == read([ENI], {})


@pytest.mark.parametrize("text", ["sg-aaaa1111, sg-bbbb2222", "sg-aaaa1111\nsg-bbbb2222\n", "sg-aaaa1111,sg-bbbb2222,"])
def test_commas_and_white_space_separate_groups_that_are_text(text: str) -> None:
    groups: Attachment = read([{**ENI, "security_groups": text, "expected": text}], {})[0]
    assert groups.security_groups == groups.expected == ("sg-aaaa1111", "sg-bbbb2222")


def test_ids_that_no_entry_has_are_named() -> None:
    attachments = read(ALL, {})
    assert unknown([ENI["id"], CVM["id"]], attachments) == []
    assert unknown(["eni-unknown1", ENI["id"], "eni-unknown2"], attachments) == [
        "only names eni-unknown1, eni-unknown2, and no entry of attachments has that id; check the ids"
    ]


SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8)
WORDS = st.sampled_from(
    ["kind", "id", "security_groups", "state", "position", "region", "connection", "name", "reason"]
)
VALUES = st.sampled_from([*KINDS, ENI["id"], EFS["id"], ENI["security_groups"], EFS["security_groups"], "exact", "a"])
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
    names = connections if isinstance(connections, dict) else {}
    found = problems(described, names, allow_empty=allow_empty)
    if found:
        assert all(isinstance(one, str) and one.startswith("attachments") for one in found)
    else:
        grouped = batches(read(described, names))
        assert sorted(one.id for batch in grouped for one in batch.attachments) == sorted(
            one["id"] for one in described
        )
    assert (described, connections) == before
