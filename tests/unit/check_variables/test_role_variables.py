# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The names and types of the roles' variables."""

from __future__ import annotations

from string import ascii_lowercase
from typing import Any

import pytest
from ansible_collections.crosscloud.security_groups.plugins.module_utils._description.kinds import KINDS
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._role_variables import (
    ALLOW_EMPTY,
    ATTACHMENTS,
    CONNECTIONS,
    EFFECT,
    FAIL_ON_WORDS,
    KNOWN,
    ONLY,
    ROLES,
    file_problems,
    name_problems,
    value_problems,
)
from hypothesis import given
from hypothesis import strategies as st

NAMED = ", ".join(FAIL_ON_WORDS)

ENI = {"kind": "qcloud_eni", "id": "eni-7k2m9q4x", "security_groups": ["sg-aaaa1111"]}
RDS = {"kind": "aliyun_rds", "id": "rm-bp1f3k8n5t7v2x9q4", "security_groups": []}
OMIT = "__omit_place_holder__8d323681912967bc86cc258fbaa8b0df4ea424df"
LOST = "and -e may have lost what follows a space; write the IDs with commas and no spaces between them, or as a list"
ALLOWED = f"set {ALLOW_EMPTY} if no group is to stay attached"
NOT_SET = "security_group_attachments is not set; describe there which security groups belong on which resources"


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("security_groups_attachments_only", ONLY),
        ("security_group_attachments_onyl", ONLY),
        ("security_group_attachments_onl", ONLY),
        ("security_group_attachment", ATTACHMENTS),
        ("Security_group_attachments", ATTACHMENTS),
        ("SECURITY_GROUP_ATTACHMENTS", ATTACHMENTS),
        ("securitygroup_attachments", ATTACHMENTS),
        ("security_group_atachments", ATTACHMENTS),
        ("security_group_attachements", ATTACHMENTS),
        ("security_group_atachements", ATTACHMENTS),
        ("secuirty_group_attachments", ATTACHMENTS),
        ("security_group_connection", CONNECTIONS),
        ("security_group_conections", CONNECTIONS),
        ("security_group_attachments_allowempty", ALLOW_EMPTY),
        ("security_group_attachments_allow_emtpy", ALLOW_EMPTY),
        ("converge_max_change", "converge_max_changes"),
        ("converge_maxchanges", "converge_max_changes"),
        ("converge_plans", "converge_plan"),
        ("drift_report_fail_no", "drift_report_fail_on"),
        ("drift_reports_fail_on", "drift_report_fail_on"),
        ("driftreportfailon", "drift_report_fail_on"),
        ("drift_report_directroy", "drift_report_directory"),
        ("drift_report_previuos", "drift_report_previous"),
        ("describe_kind", "describe_kinds"),
        ("describe_files", "describe_file"),
    ],
)
def test_a_misspelt_name_is_refused_with_the_one_that_was_meant(name: str, meant: str) -> None:
    assert list(name_problems([name, *KNOWN])) == [
        f"{name} is not a variable of the roles; did you mean {meant}? If {name} is your own, rename it"
    ]


@pytest.mark.parametrize(
    "name",
    [
        *sorted(KNOWN),
        # What people build our variables from.
        "security_group_attachments_production",
        "security_group_attachments_eu",
        "security_group_attachments_a",
        "security_group_attachments_old",
        "security_group_attachments_one",
        "security_group_attachments_2",
        "security_group_attachments2",
        "security_group_attachment_x",
        "security_groups_attachments_eu",
        "security_group_attachments_eu_only",
        "security_group_attachments_only_eu",
        "security_group_connections_eu",
        "eu_security_group_attachments",
        "x_security_group_attachments",
        "_security_group_attachments",
        "__security_group_attachment",
        "security_groups",
        "security_group_ids",
        "security_group_scopes",
        "security_group_drift",
        "attachments",
        "connections",
        "converge",
        "converge_notify_channel",
        "converge_result",
        "converge_max_changes_eu",
        "converge_changes",
        "drift_report",
        "drift_report_fail",
        "drift_report_files",
        "drift_report_token",
        "describe_name",
        "describe_role",
        "ansible_facts",
        "_raw_params",
        "",
    ],
)
def test_another_name_passes(name: str) -> None:
    assert list(name_problems([name])) == []


@given(st.sampled_from(sorted(KNOWN)), st.text(ascii_lowercase, min_size=1), st.booleans())
def test_a_name_with_a_word_more_passes_unless_it_is_near_another(known: str, word: str, behind: bool) -> None:
    name = f"{known}_{word}" if behind else f"{word}_{known}"
    near = any(one.startswith(f"{known}_") and abs(len(one) - len(name)) <= 2 for one in KNOWN)
    assert near or list(name_problems([name])) == []


@given(st.text(ascii_lowercase + "_"))
def test_a_name_that_is_far_away_passes(name: str) -> None:
    letters = {one: len(set(one) - set(name)) for one in KNOWN}
    assert min(letters.values()) <= 2 or list(name_problems([name])) == []


@given(st.sampled_from(sorted(KNOWN)), st.data())
def test_a_swap_of_letters_in_a_long_word_is_noticed(known: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(known) - 2))
    one, other = known[at], known[at + 1]
    swapped = known[:at] + other + one + known[at + 2 :]
    if one != other and "_" not in one + other:
        assert [f"did you mean {known}?" in sentence for sentence in name_problems([swapped])] == [True]


@pytest.mark.parametrize(
    ("unread", "files"),
    [
        ("attachments.yml", ["attachments.yml"]),
        ("/srv/a.YAML b.json", ["/srv/a.YAML", "b.json"]),
        ("eni-2", []),
        (".yml", []),
        ("", []),
        (None, []),
        (["a.yml"], []),
    ],
)
def test_a_file_without_its_at_sign_is_named(unread: object, files: list[str]) -> None:
    assert list(file_problems(unread)) == [f"-e {one} was not read as a file; write -e @{one}" for one in files]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("converge_max_changes", 0),
        ("converge_max_changes", "7"),
        ("converge_max_changes", " 7 "),
        ("drift_report_markdown_limit", 65536),
        *((ALLOW_EMPTY, value) for value in (True, False, "yes", "No", "true", "off", 1, "0")),
        *(("drift_report_fail_on", value) for value in (["drift"], "drift, would_fail", "error drift", [], "none")),
        ("drift_report_fail_on", ["none"]),
        ("drift_report_directory", "a directory"),
        ("drift_report_previous", "drift.json"),
        ("converge_plan", "drift.json"),
        ("describe_file", "attachments.yml"),
        ("describe_kinds", "qcloud_eni, aliyun_rds"),
        ("describe_kinds", list(KINDS)),
        (ONLY, "eni-7k2m9q4x"),
        (ONLY, "eni-7k2m9q4x,eni-7k2m9q4x\neni-7k2m9q4x"),
        (ONLY, ["eni-7k2m9q4x", OMIT, None, ""]),
        (ONLY, []),
        (ONLY, "\n"),
        *((name, nothing) for name in sorted(KNOWN - {ATTACHMENTS}) for nothing in (None, "", OMIT)),
    ],
)
def test_what_is_allowed_passes(name: str, value: object) -> None:
    for role, variables in ROLES.items():
        if name in variables:
            assert value_problems(role, {ATTACHMENTS: [ENI], name: value}) == []


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("converge_max_changes", "ten", "'ten' and must be a whole number, 0 or more"),
        ("converge_max_changes", -1, "'-1' and must be a whole number, 0 or more"),
        ("converge_max_changes", 1.5, "'1.5' and must be a whole number, 0 or more"),
        ("converge_max_changes", True, "true and must be a whole number, 0 or more"),
        ("converge_max_changes", "٣", "'٣' and must be a whole number, 0 or more"),
        ("converge_max_changes", 10**18, f"'{10**18}' and must be a whole number, 0 or more"),
        ("converge_max_changes", [3], "'3' and must be a whole number, 0 or more"),
        ("converge_max_changes", {"a": 1}, "a mapping and must be a whole number, 0 or more"),
        ("drift_report_markdown_limit", "1e3", "'1e3' and must be a whole number, 0 or more"),
        (ALLOW_EMPTY, "maybe", "'maybe' and must be true or false"),
        (ALLOW_EMPTY, 2, "'2' and must be true or false"),
        (ALLOW_EMPTY, {}, "a mapping and must be true or false"),
        (
            "drift_report_fail_on",
            "drift, drfit",
            f"'drift, drfit' and must be one or several of {NAMED}, or none by itself",
        ),
        (
            "drift_report_fail_on",
            ["none", "drift"],
            f"'none, drift' and must be one or several of {NAMED}, or none by itself",
        ),
        (
            "drift_report_fail_on",
            {"drift": 1},
            f"a mapping and must be one or several of {NAMED}, or none by itself",
        ),
        ("drift_report_directory", ["a", "b"], "'a, b' and must be text"),
        ("drift_report_previous", 5, "'5' and must be text"),
        (
            "converge_plan",
            ["drift.json"],
            "'drift.json' and must be the path of a drift.json, or the plan that a report handed on",
        ),
        ("describe_kinds", "qcloud_enis", f"'qcloud_enis' and must be one or several of {', '.join(KINDS)}"),
        ("describe_kinds", [["qcloud_eni"]], f"a list and must be one or several of {', '.join(KINDS)}"),
        ("describe_file", True, "true and must be text"),
        (ONLY, {"eni-1": 1}, "a mapping and must be a list of resource IDs, or IDs with commas between them"),
        (ONLY, [5], "'5' and must be a list of resource IDs, or IDs with commas between them"),
    ],
)
def test_a_wrong_value_is_shown_with_what_is_allowed(name: str, value: object, shown: str) -> None:
    for role, variables in ROLES.items():
        if name in variables:
            assert value_problems(role, {ATTACHMENTS: [ENI], name: value}) == [f"{name} is {shown}"]


@pytest.mark.parametrize(("opening", "effect"), [("opens", False), ("opens_to_internet", "no"), ("opens", None)])
def test_drift_that_opens_is_known_with_effect_alone(opening: str, effect: object) -> None:
    values = {
        ATTACHMENTS: [ENI],
        "drift_report_fail_on": f"error, {opening}",
        "security_group_attachments_effect": effect,
    }
    assert value_problems("drift_report", values) == [
        f"drift_report_fail_on has '{opening}', which needs security_group_attachments_effect: true"
    ]
    assert value_problems("drift_report", {**values, EFFECT: "yes"}) == []


def test_a_long_value_is_cut() -> None:
    (problem,) = value_problems("converge", {ATTACHMENTS: [], "converge_max_changes": "9" * 9999})
    assert len(problem) < 400


@pytest.mark.parametrize(
    ("role", "values", "found"),
    [
        ("converge", {}, [NOT_SET]),
        ("drift_report", {ATTACHMENTS: None}, [NOT_SET]),
        ("drift_report", {ATTACHMENTS: ""}, [NOT_SET]),
        ("converge", {"converge_plan": ""}, [NOT_SET]),
        ("converge", {"converge_plan": "drift.json", ONLY: "eni-unknown1"}, []),
        ("converge", {"converge_plan": {"schema_version": 1}}, []),
        ("describe", {}, []),
        ("converge", {ATTACHMENTS: "[]"}, [f"{ATTACHMENTS} is a string and must be a list of entries"]),
        (
            "describe",
            {ATTACHMENTS: [{**ENI, "kind": "eni"}]},
            [f"security_group_attachments[0] (eni-7k2m9q4x): kind 'eni' is unknown; it is one of {', '.join(KINDS)}"],
        ),
        (
            "converge",
            {ATTACHMENTS: [ENI], CONNECTIONS: ["hunter2"]},
            [f"{CONNECTIONS} is a list and must be a mapping from names to connection options"],
        ),
        (
            "converge",
            {ATTACHMENTS: [{**ENI, "connection": "eu"}], CONNECTIONS: {"us": {}}},
            [f"{ATTACHMENTS}[0] (eni-7k2m9q4x): connection 'eu' is not defined in {CONNECTIONS} (defined: us)"],
        ),
        # The module refuses only what goes through this connection.
        ("converge", {ATTACHMENTS: [{**ENI, "connection": "eu"}], CONNECTIONS: {"eu": {"secretkey": "hunter2"}}}, []),
        (
            "converge",
            {ATTACHMENTS: [RDS]},
            [f"{ATTACHMENTS}[0] ({RDS['id']}): security_groups is empty; {ALLOWED}"],
        ),
        ("converge", {ATTACHMENTS: [RDS], ALLOW_EMPTY: "Yes"}, []),
        (
            "drift_report",
            {ATTACHMENTS: [ENI], ONLY: "eni-unknown1 eni-7k2m9q4x"},
            [f"{ONLY} names eni-unknown1, and no entry of {ATTACHMENTS} has that id; check the ids"],
        ),
        ("converge", {ATTACHMENTS: [ENI], ONLY: "eni-7k2m9q4x,"}, [f"{ONLY} is 'eni-7k2m9q4x,', {LOST}"]),
        (
            "converge",
            {
                ATTACHMENTS: [
                    {**ENI, "region": "", "state": None, "name": OMIT, "security_groups": ["sg-aaaa1111", OMIT]}
                ]
            },
            [],
        ),
    ],
)
def test_a_description_is_checked_in_the_names_of_the_roles(
    role: str, values: dict[str, Any], found: list[str]
) -> None:
    assert value_problems(role, values) == found


def test_ids_that_were_cut_off_at_a_space_are_refused() -> None:
    values = {ATTACHMENTS: [ENI], ONLY: "eni-7k2m9q4x"}
    assert value_problems("converge", values, "eni-2") == [f"{ONLY} is 'eni-7k2m9q4x', {LOST}"]
    assert value_problems("converge", {**values, ONLY: ["eni-7k2m9q4x"]}, "eni-2") == []
