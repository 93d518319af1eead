# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
from typing import Any

import pytest
import yaml
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._description_file import (
    DescriptionFileError,
    extend,
)
from hypothesis import assume, example, given
from hypothesis import strategies as st

KEY = "security_group_attachments"
ENI = {"kind": "qcloud_eni", "id": "eni-7k2m9q4x", "security_groups": ["sg-1h4j6b9s"]}
ADDED = """\
  - kind: qcloud_eni
    id: eni-7k2m9q4x
    security_groups:
      - sg-1h4j6b9s
"""


SHARED = (
    f"entries cannot be added to {KEY} without a change elsewhere in the file; write it as a list of its own, without "
    "an anchor (&) or alias (*), and begin the line of each entry with '-'"
)


class Tagged(str):
    """A value with a tag of its own."""

    __slots__ = ("tag",)


class _Loader(yaml.SafeLoader):
    """Reads a file as Ansible does, but leaves a vault encrypted."""


def _tagged(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Tagged:
    value = Tagged(loader.construct_scalar(node))
    value.tag = node.tag
    return value


_Loader.add_constructor("!vault", _tagged)
_Loader.add_constructor("!unsafe", _tagged)


def load(text: str) -> Any:
    return yaml.load(text, Loader=_Loader)


def with_entry(text: str) -> str:
    """Return a text with one entry more; adding it again must change nothing."""
    extended = extend(text, [ENI])
    assert extended.added == (ENI,)
    again = extend(extended.text, [ENI])
    assert (again.text, again.added, again.kept) == (extended.text, (), extended.kept + 1)
    return extended.text


def test_a_new_description_is_grouped_and_its_keys_have_an_order() -> None:
    entries = [
        {**ENI, "id": "eni-2", "region": "ap-shanghai"},
        {**ENI, "id": "eni-9", "region": "ap-guangzhou", "connection": "b"},
        {**ENI, "id": "eni-3", "region": "ap-guangzhou", "connection": "b"},
        {"reason": "why", "connection": "a", "region": "ap-guangzhou", "position": "first", "state": "present"}
        | {"name": "web", **ENI},
        {**ENI, "id": "eni-1", "name": None, "reason": "", "state": None},
        {"kind": "aliyun_rds", "id": "rm-1", "security_groups": []},
    ]
    extended = extend("", entries)
    assert (len(extended.added), extended.kept, extended.rewritten) == (6, 0, False)
    assert extended.text == (
        """\
---
security_group_attachments:
  - kind: aliyun_rds
    id: rm-1
    security_groups: []
  - kind: qcloud_eni
    id: eni-1
    security_groups:
      - sg-1h4j6b9s
  - kind: qcloud_eni
    id: eni-7k2m9q4x
    name: web
    security_groups:
      - sg-1h4j6b9s
    state: present
    position: first
    region: ap-guangzhou
    connection: a
    reason: why
  - kind: qcloud_eni
    id: eni-3
    security_groups:
      - sg-1h4j6b9s
    region: ap-guangzhou
    connection: b
  - kind: qcloud_eni
    id: eni-9
    security_groups:
      - sg-1h4j6b9s
    region: ap-guangzhou
    connection: b
  - kind: qcloud_eni
    id: eni-2
    security_groups:
      - sg-1h4j6b9s
    region: ap-shanghai
"""
    )


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("yes", "'yes'"),
        ("Off", "'Off'"),
        ("y", "'y'"),
        ("null", "'null'"),
        ("~", "'~'"),
        ("1e3", "'1e3'"),
        ("1E-3", "'1E-3'"),
        ("012", "'012'"),
        ("08", "'08'"),
        ("0o17", "'0o17'"),
        ("0x1f", "'0x1f'"),
        ("1_000", "'1_000'"),
        ("190:20:30", "'190:20:30'"),
        ("2026-11-25", "'2026-11-25'"),
        ("1.5.2", "1.5.2"),
        ("db:primary", "db:primary"),
        ("db: primary", "'db: primary'"),
        ("db #1", "'db #1'"),
        ("- db", "'- db'"),
        ("it's", "it's"),
        ("'it'", "'''it'''"),
        (" db ", "' db '"),
        ("組 😀", "組 😀"),
        ("two\nlines", r'"two\nlines"'),
        ("tab\tand \x07", r'"tab\tand \a"'),
        ("\x85\u2028", r'"\N\L"'),
        ("{{ lookup('pipe', 'id') }}", "!unsafe '{{ lookup(''pipe'', ''id'') }}'"),
        ("a {% if", "!unsafe 'a {% if'"),
        ("C{#5}", "!unsafe 'C{#5}'"),
        ("{{\n}}", r'!unsafe "{{\n}}"'),
    ],
)
def test_what_yaml_or_ansible_would_take_for_something_else(name: str, written: str) -> None:
    entry = {**ENI, "id": name, "name": name, "security_groups": [name]}
    text = extend("", [entry]).text
    assert f"\n    name: {written}\n" in text
    (found,) = load(text)[KEY]
    assert found == entry
    if "!unsafe" in written:
        assert [value.tag for value in (found["id"], found["name"], *found["security_groups"])] == ["!unsafe"] * 3


@pytest.mark.parametrize(
    "name",
    ["x" * 255, "word " * 60, " " * 255, "😀 " * 128, "😀\n" * 128, '"\\' * 128, "'" * 100, "{{ x }}" * 40, "組" * 256],
)
def test_no_line_is_too_long(name: str) -> None:
    entry = {**ENI, "name": name, "security_groups": [name]}
    for text in ("", f"{KEY}:\n          - kind: x\n", f'{{"{KEY}": [{{"kind": "x"}}]}}'):
        extended = extend(text, [entry]).text
        assert max(map(len, extended.split("\n"))) <= 160
        assert " \n" not in extended
        assert load(extended)[KEY][-1] == entry


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("---\n", f"---\n{KEY}:\n{ADDED}"),
        ("---", f"---\n{KEY}:\n{ADDED}"),
        ("# ours\n", f"# ours\n---\n{KEY}:\n{ADDED}"),
        ("{}\n", f"{KEY}:\n{ADDED}"),
        ("--- null # none\n", f"--- # none\n{KEY}:\n{ADDED}"),
        ("a: 1\n", f"a: 1\n{KEY}:\n{ADDED}"),
        ("a: 1", f"a: 1\n{KEY}:\n{ADDED}"),
        ("a: 1\n...\n", f"a: 1\n{KEY}:\n{ADDED}...\n"),
        (f"{KEY}: []\n", f"{KEY}:\n{ADDED}"),
        (f"{KEY}: [] # none\nb: 1\n", f"{KEY}: # none\n{ADDED}b: 1\n"),
        (f"{KEY}:\n\nb: 1\n", f"{KEY}:\n{ADDED}\nb: 1\n"),
        (f"{KEY}: ~\n", f"{KEY}:\n{ADDED}"),
        (f"{KEY}:", f"{KEY}:\n{ADDED}"),
    ],
)
def test_a_file_without_entries(text: str, expected: str) -> None:
    assert with_entry(text) == expected


@pytest.mark.parametrize(
    ("above", "below"),
    [
        (f"---\n# head\na: 1  # one\n\n{KEY}:  # all\n  # first\n  - kind: x # x\n", ""),
        (f"{KEY}:\n  - kind: x\n    id: y\n", "\n# next\nb: 1\n"),
        (f"{KEY}:\n  - kind: x\n  # - kind: y\n", "# end\n"),
        (f"{KEY}:\n  - {{kind: x, security_groups: [a, 'b']}}\n", ""),
        (f"{KEY}:\n  -\n    kind: x\n", "b:\n  - c\n"),
        (f"{KEY}:\n  - kind: x\n    reason: |\n      # no comment\n", ""),
        (f"{KEY}:\n  - kind: x\n    reason: >-\n      folded\n      text\n", "\nb: 1\n"),
        (f"{KEY}:\n  - kind: x\n    reason: |+\n      kept\n\n\n", "b: 1\n"),
        (f'{KEY}:\n  - kind: x\n    name: "a\n\n# no comment"\n\n# next\n', "b: 1\n"),
        (f'{KEY}:\n  - kind: "{{{{ x }}}}"\n    id: \'y\'\n  - "{{{{ more }}}}"\n', ""),
        (f"{KEY}:\n  - name: !vault |\n      $ANSIBLE_VAULT;1.1;AES256\n      6162\n", "c: !vault |\n  6162\n"),
        (f"x: &x {{region: r}}\n{KEY}:\n  - <<: *x\n    kind: x\n  - *x\n", "y: *x\n"),
        (f"{KEY}: &all\n  - kind: x\n", "b: 1\n"),
        (f"%YAML 1.1\n%TAG !e! tag:e,2000:\n---\n{KEY}:\n  - kind: !e!x y\n", "...\n"),
        (f"{KEY}:\n  - kind: w\nb: 1\n{KEY}:\n  - kind: x\n", ""),
        (f"{KEY}:\n  - kind: yes\n    id: 1e3\n    name: 012\n    reason: 2026-11-25\n    region: .nan\n", ""),
    ],
)
def test_everything_in_the_file_stays_as_it_is(above: str, below: str) -> None:
    assert with_entry(above + below) == above + ADDED + below


@pytest.mark.parametrize("margin", ["", " ", "      "])
def test_new_entries_are_indented_like_the_others(margin: str) -> None:
    text = f"{KEY}:\n{margin}-   kind: x\n{margin}    id: y\n"
    lines = ADDED.splitlines(keepends=True)
    assert with_entry(text) == text + "".join(f"{margin}{line[2:]}" for line in lines)


def test_a_file_that_is_indented_stays_so() -> None:
    text = f"  a: 1\n  {KEY}: []\n  b: 1\n"
    indented = "".join(f"  {line}" for line in ADDED.splitlines(keepends=True))
    assert with_entry(text) == f"  a: 1\n  {KEY}:\n{indented}  b: 1\n"


def test_a_file_with_lines_from_windows_stays_so() -> None:
    text = f"{KEY}:\n  - kind: x\n# end\n".replace("\n", "\r\n")
    assert with_entry(text) == f"{KEY}:\n  - kind: x\n{ADDED}# end\n".replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            f'{{"{KEY}": [{{"kind": "x", "security_groups": ["a"]}}], "b": [1]}}',
            f'---\n"{KEY}":\n  - {{"kind": "x", "security_groups": ["a"]}}\n{ADDED}"b": [1]\n',
        ),
        (
            f"# gone\n{KEY}: [{{kind: x, id: '1e3'}},\n  {{kind: z}}]\nb: !vault |\n  6162\n",
            f"---\n{KEY}:\n  - {{kind: x, id: '1e3'}}\n  - {{kind: z}}\n{ADDED}b: !vault |\n  6162\n",
        ),
        (
            f"a: &a {{region: 0o17}}\n{KEY}: [*a]\nb: *a\n",
            f"---\na: &id001 {{region: '0o17'}}\n{KEY}:\n  - *id001\n{ADDED}b: *id001\n",
        ),
        (f"{KEY}:\n  - kind: |\n      x", f"---\n{KEY}:\n  - kind: |-\n      x\n{ADDED}"),
    ],
)
def test_a_list_that_is_not_in_block_style_is_rewritten(text: str, expected: str) -> None:
    assert extend(text, [ENI]).rewritten
    assert with_entry(text) == expected


@pytest.mark.parametrize(
    ("there", "given", "missing"),
    [
        ({}, {}, False),
        ({"id": "eni-2"}, {}, True),
        ({"kind": "qcloud_cvm"}, {}, True),
        ({"security_groups": ["sg-2"], "name": "a"}, {"name": "b"}, False),
        ({"region": "a"}, {"region": "a"}, False),
        ({"region": "a"}, {"region": "b"}, True),
        ({"region": "a"}, {}, False),
        ({"region": None}, {"region": "a"}, False),
        ({}, {"region": "a"}, False),
        ({"region": "{{ r }}"}, {"region": "a"}, False),
        ({"connection": "a"}, {"connection": "b"}, True),
        ({"connection": "a", "region": "x"}, {"connection": "a"}, False),
        ({"connection": "{{ c }}", "region": "x"}, {"connection": "a", "region": "y"}, True),
        ({"id": "{{ eni }}"}, {}, True),
        ({"id": 7}, {"id": "7"}, True),
        ({"<<": {"region": "a"}}, {"region": "b"}, True),
    ],
)
def test_which_entries_are_there(there: dict[str, Any], given: dict[str, Any], missing: bool) -> None:
    lines = "".join(f"    {key}: {json.dumps(value)}\n" for key, value in {**ENI, **there}.items())
    text = f"{KEY}:\n  -\n{lines}"
    extended = extend(text, [{**ENI, **given}])
    assert (len(extended.added), extended.kept) == (missing, 1)
    assert (extended.text == text) is not missing


@pytest.mark.parametrize(("region", "missing"), [("!vault '6162'", False), ("!unsafe a", False), ("!unsafe b", True)])
def test_a_vault_may_stand_for_any_region(region: str, missing: bool) -> None:
    text = f"{KEY}:\n  - kind: qcloud_eni\n    id: eni-7k2m9q4x\n    region: {region}\n"
    assert bool(extend(text, [{**ENI, "region": "a"}]).added) is missing


def test_a_resource_that_is_given_twice_is_added_once() -> None:
    entries = [{**ENI, "connection": "a"}, {**ENI, "connection": "b"}, {**ENI, "connection": "a", "name": "again"}]
    assert [entry["connection"] for entry in extend("", entries).added] == ["a", "b"]


def test_where_nothing_is_added_nothing_changes() -> None:
    for text in ("", "# only this\n", f"# {{}}\n{KEY}:   [ ]\n"):
        extended = extend(text, [])
        assert (extended.text, extended.added, extended.kept, extended.rewritten) == (text, (), 0, False)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("- hosts: all\n", f"it holds a list and must hold a mapping with {KEY}"),
        ("{{ x }}: 1\n", "it is not valid YAML: found unhashable key (line 1); correct it"),
        ("'{{ x }}'\n", f"it holds a template and must hold a mapping with {KEY}"),
        ("some text\n", f"it holds a single value and must hold a mapping with {KEY}"),
        ("!x {a: 1}\n", f"it holds a value with a tag and must hold a mapping with {KEY}"),
        (f"{KEY}: '{{{{ a + b }}}}'\n", f"{KEY} is a template and must be a list; write its entries out"),
        (f"{KEY}: eni-1\n", f"{KEY} is a single value and must be a list; write its entries out"),
        (f"{KEY}: {{a: 1}}\n", f"{KEY} is a mapping and must be a list; write its entries out"),
        (f"{KEY}: !unsafe []\n", f"{KEY} is a value with a tag and must be a list; write its entries out"),
        (
            "$ANSIBLE_VAULT;1.1;AES256\n6162\n",
            "the whole file is encrypted; decrypt it, and encrypt single values if need be",
        ),
        (
            "a: 1\n b: secret\n",
            "it is not valid YAML: mapping values are not allowed in this context (line 2); correct it",
        ),
        ("a: 1\n---\nb: 1\n", "it is not valid YAML: but found another document (line 2); correct it"),
        ("a: &a [*a]\n", "it is not valid YAML: found unconstructable recursive node (line 1); correct it"),
        ("a: \x00\n", "it is not valid YAML: control characters are not allowed; correct it"),
        (f"a: &a\n  - kind: x\n{KEY}: *a\n", SHARED),
        (f"{KEY}: &a\n  - kind: x\na: *a\n", SHARED),
        (f"a: &a\n  {KEY}:\n    - kind: x\n<<: *a\n", SHARED),
    ],
)
def test_texts_that_cannot_be_extended(text: str, message: str) -> None:
    with pytest.raises(DescriptionFileError) as caught:
        extend(text, [ENI])
    assert str(caught.value) == message


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=200) | st.sampled_from(
    [
        "yes",
        "1e3",
        "012",
        "a: b",
        "{{ x }}",
        "# a",
        "- a",
        "a\n b\n",
        "\n",
        " ",
        "'",
        '"',
        "😀",
        "2026-11-25",
        "a\n\n",
        " a\n  b\nc d\n",
    ]
)
SCALAR = TEXT | st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.dates()
PLACE = {"connection": st.sampled_from("ab"), "region": st.sampled_from("rs")}
ENTRY = st.fixed_dictionaries(
    {"kind": st.sampled_from("kl"), "id": st.sampled_from("xyz") | TEXT, "security_groups": st.lists(TEXT, max_size=3)},
    optional={**PLACE, "name": TEXT, "reason": TEXT},
)
OTHER = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=5
)
DESCRIPTION = st.dictionaries(TEXT.filter(lambda key: key not in (KEY, "<<", "=")), OTHER, max_size=3).flatmap(
    lambda others: st.permutations([*others.items(), (KEY, None)]).flatmap(
        lambda items: st.lists(ENTRY | OTHER, max_size=4).map(
            lambda entries: {key: entries if key == KEY else value for key, value in items}
        )
    )
)


class _Indented(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, indentless=False)


def _block(dumper: _Indented, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|>"[len(value) % 2] if " " in value else None)


_Indented.add_representer(str, _block)


@st.composite
def files(draw: st.DrawFn) -> str:
    """Return the text of a description, in one of the many ways to write it."""
    text = yaml.dump(
        draw(DESCRIPTION),
        Dumper=draw(st.sampled_from([yaml.SafeDumper, _Indented])),
        default_flow_style=draw(st.sampled_from([False, None, True])),
        default_style=draw(st.sampled_from([None, None, '"', "'"])),
        indent=draw(st.integers(2, 6)),
        width=draw(st.sampled_from([20, 80])),
        allow_unicode=draw(st.booleans()),
        explicit_start=draw(st.booleans()),
        explicit_end=draw(st.booleans()),
        sort_keys=False,
    )
    lines = text.splitlines(keepends=True)
    commented = list(lines)
    for at in draw(st.lists(st.integers(0, len(lines)), max_size=3)):
        commented.insert(at, draw(st.sampled_from(["# comment\n", "    # comment\n", "\n"])))
    text = draw(st.sampled_from([text, "".join(commented), text.removesuffix("\n")]))
    try:
        load(text)
    except yaml.YAMLError:
        assume(False)
    return text


@given(files(), st.lists(ENTRY, max_size=4))
@example(f"{KEY}:\n- a: |+\n\n# comment\n", [ENI])
def test_old_entries_are_kept_and_new_ones_are_added_once(text: str, entries: list[dict[str, Any]]) -> None:
    before = load(text)
    extended = extend(text, entries)
    assert load(extended.text) == {**before, KEY: [*before[KEY], *extended.added]}
    assert extended.kept == len(before[KEY])
    resources = {(entry.get("kind"), entry.get("id")) for entry in load(extended.text)[KEY] if isinstance(entry, dict)}
    assert {(entry["kind"], entry["id"]) for entry in entries} <= resources
    again = extend(extended.text, entries)
    assert (again.text, again.added) == (extended.text, ())
