# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.requests import Wanted
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift import markdown, render
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift.build import build
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift.collect import Collector
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift.model import Entry, Gap, Place, Report
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.integration.playbook import ROOT
from tests.unit.drift.estate import (
    CVM,
    EFS,
    ENI,
    MONDAY,
    attachment,
    batch,
    many,
    mixed,
    report,
    resource,
    scope,
    single,
)

SCHEMA = json.loads((ROOT / "plugins/plugin_utils/_drift/schema.json").read_text(encoding="utf-8"))
HOSTILE = [
    "<script>alert(1)</script>",
    "</title></style><img src=x onerror=alert(1)>",
    "a | b || c",
    "`code` ``two`` ```three",
    "`",
    r"back\slash \| \`",
    "]]> <![CDATA[ &amp; &lt;",
    "*bold* _it_ [link](http://x) ![image](y) ~~gone~~ # - + 1.",
    "{{ 7 * 7 }} {% raw %}",
    "\"quotes\" 'and' $HOME",
    "@team #123 !12 GH-12 $1 ~label %1 &2 :tada: 0f922ed97a81c2d450f922",
    "www.example.org https://example.org/?a=b a@example.org",
    "/close and /assign @team",
    "text 組 é \N{LATIN SMALL LETTER A}\N{COMBINING DIAERESIS} 🙂",
]
HOSTILE_NAMES = [*HOSTILE, "n" * 2000, "sg-1) -sg-2 (web"]
SQUEEZED = [
    ("two\nlines\r\nand\ta tab", "two lines and a tab"),
    ("bell\x07 escape\x1b[31m nul\x00", "bell\ufffd escape\ufffd[31m nul\ufffd"),
    ("turned \u202e around", "turned \ufffd around"),
    ("half \ud800 noncharacter \uffff", "half \ufffd noncharacter \ufffd"),
    ("nel\x85separator\u2028", "nel separator"),
]


def hostile(text: str) -> Report:
    """Return a report in which a text stands wherever users and clouds can write one, with every verdict."""
    lines = [attachment(ENI, name, "sg-1", name=text, reason=text) for name in ("eni-drift", "eni-gone", "eni-unread")]
    lines.append(attachment(ENI, "eni-fine", "sg-1"))
    read = [
        resource("eni-drift", "sg-2", state=text),
        resource("eni-gone", None, ("not_found", text)),
        resource("eni-unread", None, ("auth", text)),
        resource("eni-fine", "sg-1", name=text),
    ]
    last = report(scope(lines, [batch(ENI, [resource("eni-fine", "sg-2")])], name=text))
    return report(scope(lines, [batch(ENI, read)], name=text), last=last)


class Page(HTMLParser):
    """The texts of a page and its elements; every element that must be closed is."""

    def __init__(self, content: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self._open: list[str] = []
        self._goes_on = self._in_word = False
        self.feed(content)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        # Words that do not break stand in elements of their own, in the middle of a text.
        self._goes_on = attrs == [("class", "id")] and tag == "span"
        self._in_word = self._goes_on
        if tag not in ("meta", "use", "path", "circle", "input"):
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag
        self._goes_on, self._in_word = self._in_word, False

    def handle_data(self, data: str) -> None:
        if self._open[-1:] not in (["style"], ["script"]):
            if self._goes_on and self.texts:
                self.texts[-1] += data
            else:
                self.texts.append(data)


@pytest.mark.parametrize("text", HOSTILE)
def test_every_file_holds_hostile_texts_as_they_are(text: str) -> None:
    content = render.files(hostile(text))
    resources = {one["id"]: one for one in json.loads(content["drift.json"])["resources"]}
    assert resources["eni-drift"]["name"] == resources["eni-drift"]["reason"] == resources["eni-drift"]["state"] == text
    assert resources["eni-gone"]["problem"]["message"] == text

    cases = list(ElementTree.fromstring(content["drift.xml"]).iter("testcase"))
    assert cases[0].get("name") == f"eni-drift ({text})"
    assert f"reason: {text}\n" in str(cases[0].find("failure").text)
    assert text in str(cases[2].find("failure").get("message"))

    page = Page(content["drift.html"])
    assert {tag for tag, _attributes in page.elements} & {"img", "link", "iframe", "object"} == set()
    assert [tag for tag, _attributes in page.elements].count("script") == 1
    # Name, reason and scope of three, state and message, and name and scope of what is folded.
    assert sum(text == one.strip() for one in page.texts) >= 11

    html = [one for one in tokens(content["drift.md"]) if one.type in ("html_inline", "html_block")]
    assert {one.content for one in html} == {"<br>"}
    assert not [one for one in tokens(content["drift.md"]) if one.type in ("strong_open", "em_open", "image", "s_open")]
    # Name, reason, message and scope of three, and the scope of what is in sync again.
    quoted = [one.content for one in tokens(content["drift.md"]) if one.type == "code_inline"]
    assert quoted.count(text) == 12
    assert not [one for one in tokens(content["drift.md"]) if one.type == "text" and text in one.content]


def with_names(name: str, **details: Any) -> Report:
    """Return a report in which groups of every mark, and one of a resource in sync, have a name."""
    names = {f"sg-aaaaaaa{number}": name for number in range(1, 5)}
    line = attachment(ENI, "eni-drift", "sg-aaaaaaa3 sg-aaaaaaa2 sg-aaaaaaa1")
    read = resource("eni-drift", "sg-aaaaaaa2 sg-aaaaaaa3 sg-aaaaaaa4", security_group_names=names, **details)
    fine = resource("eni-fine", "sg-aaaaaaa1", security_group_names=names)
    return report(scope([line, attachment(ENI, "eni-fine", "sg-aaaaaaa1")], [batch(ENI, [read, fine])]))


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_every_file_shows_the_names_of_groups_beside_their_ids(name: str) -> None:
    found = with_names(name)
    content = render.files(found)
    called = [f"sg-aaaaaaa{number} ({name})" for number in range(1, 5)]
    drift, fine = json.loads(content["drift.json"])["resources"]
    assert drift["names"] == {f"sg-aaaaaaa{number}": name for number in range(1, 5)}
    assert fine["names"] == {"sg-aaaaaaa1": name}

    failure = next(ElementTree.fromstring(content["drift.xml"]).iter("failure"))
    assert f"\nfound: {called[1]}, {called[2]}, {called[3]}\n" in f"\n{failure.text}"
    assert f"\nwanted: {called[2]}, {called[1]}, {called[0]}\n" in str(failure.text)

    page = Page(content["drift.html"])
    assert {tag for tag, _attributes in page.elements} & {"img", "link", "iframe", "object"} == set()
    assert [tag for tag, _attributes in page.elements].count("script") == 1
    # Two on the line, three found, three wanted, and the one that is folded.
    assert page.texts.count(f"({name})") == 9

    parsed = list(tokens(content["drift.md"]))
    quoted = [one.content for one in parsed if one.type == "code_inline"]
    # Missing, extra, and three found.
    shown = [one if len(one) <= 300 else f"{one[:299]}…" for one in called]
    assert [quoted.count(one) for one in shown] == [1, 1, 1, 2]
    assert not [one for one in parsed if one.type == "text" and name in one.content]
    assert not [one for one in parsed if one.type in ("strong_open", "em_open", "image", "s_open", "html_inline")]
    assert list(cells(content["drift.md"]))

    (line,) = [one for one in render.summary(found) if one.startswith("eni-drift")]
    name = name if len(name) <= 24 else f"{name[:23]}…"
    whole = f"eni-drift  production  +sg-aaaaaaa1 ({name}) -sg-aaaaaaa4 ({name})  order 1↔2"
    assert line == whole


@pytest.mark.parametrize(("name", "line"), SQUEEZED)
def test_names_of_groups_are_a_line(name: str, line: str) -> None:
    content = render.files(with_names(name))
    assert set(json.loads(content["drift.json"])["resources"][0]["names"].values()) == {line}
    for text in content.values():
        assert not set(text) & set(map(chr, [*range(10), *range(11, 32), *range(127, 160), 0x202E, 0xFFFF]))
    assert ElementTree.fromstring(content["drift.xml"]).get("failures") == "1"


@pytest.mark.parametrize("checked", [True, False])
def test_every_file_says_where_groups_could_not_be_checked(checked: bool) -> None:
    found = with_names("web", **({} if checked else {"groups_checked": False}))
    content = render.files(found)
    sentence = "It is not known whether the missing groups exist and can be attached."
    assert [content[f"drift.{each}"].count(sentence) for each in ("md", "xml", "html")] == [not checked] * 3
    resources = json.loads(content["drift.json"])["resources"]
    assert [one["groups_checked"] for one in resources] == [checked, True]
    assert [one.endswith("groups not checked") for one in render.summary(found)[1:]] == [not checked]


def test_a_refused_resource_says_so_too() -> None:
    refused = resource("x", "b", ("limit", "2 would change"), groups_checked=False)
    content = render.files(single(attachment(ENI, "x", "a"), refused))
    assert all("It is not known whether" in content[f"drift.{each}"] for each in ("md", "xml", "html"))


@pytest.mark.parametrize(("text", "line"), SQUEEZED)
def test_what_no_output_can_hold_is_squeezed_into_a_line(text: str, line: str) -> None:
    found = hostile(text)
    assert {one.name for one in found.findings} == {line}
    for content in render.files(found).values():
        assert content == content.encode("utf-8").decode("utf-8")
        assert not set(content) & set(map(chr, [*range(10), *range(11, 32), *range(127, 160), 0x202E, 0xFFFF]))
    ElementTree.fromstring(render.files(found)["drift.xml"])


def test_scopes_that_differ_in_case_are_suites_of_their_own() -> None:
    found = report(*(scope([attachment(ENI, "eni-1", "sg-1")], [], name=name) for name in ("prod", "Prod", "a")))
    suites = ElementTree.fromstring(render.files(found)["drift.xml"]).findall("testsuite")
    assert [(suite.get("name"), suite.get("tests")) for suite in suites] == [("Prod", "1"), ("a", "1"), ("prod", "1")]


def tokens(markdown: str) -> Iterator[Token]:
    for one in MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(markdown):
        yield one
        yield from one.children or ()


def cells(markdown: str) -> Iterator[list[Token]]:
    """Yield what stands in each cell of the tables, all of which have as many cells a row as their heads."""
    parsed = MarkdownIt("commonmark", {"html": True}).enable("table").parse(markdown)
    widths: list[int] = []
    for before, one in pairwise(parsed):
        if one.type == "tr_open":
            widths.append(0)
        if before.type in ("th_open", "td_open"):
            widths[-1] += 1
            yield list(one.children or ())
    assert set(widths) <= {6, 5, 4}


@pytest.mark.parametrize("found", [mixed(), many(3, 1), hostile("x"), report(scope([], []))], ids=range(4))
def test_the_json_is_as_documented(found: Report) -> None:
    Draft202012Validator.check_schema(SCHEMA)
    content = json.loads(render.as_json(found))
    assert list(Draft202012Validator(SCHEMA).iter_errors(content)) == []
    assert content["totals"] == found.totals
    for resource_ in content["resources"]:
        wrong = {**content, "resources": [{**resource_, "surprise": 1}]}
        assert list(Draft202012Validator(SCHEMA).iter_errors(wrong))
        # Reports of before these fields have the same version.
        before = {key: value for key, value in resource_.items() if key not in ("names", "groups_checked", "accepted")}
        assert list(Draft202012Validator(SCHEMA).iter_errors({**content, "resources": [before]})) == []


def test_the_documentation_names_every_field_of_the_json() -> None:
    documentation = (ROOT / "docs" / "drift_report.md").read_text(encoding="utf-8")

    def names(value: object) -> Iterator[str]:
        if isinstance(value, dict):
            yield from value
        for one in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
            yield from names(one)

    fields = {name for name in names(json.loads(render.as_json(mixed()))) if not name.startswith("sg-")}
    assert {name for name in fields if f"`{name}`" not in documentation} == set()


def test_junit_has_a_case_for_each_resource() -> None:
    root = ElementTree.fromstring(render.files(mixed())["drift.xml"])
    suites = list(root.iter("testsuite"))
    cases = list(root.iter("testcase"))
    assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("8", "4", "1")
    assert sum(int(suite.get("tests")) for suite in suites) == len(cases) == 8
    assert {case.get("name"): [(one.tag, one.get("type")) for one in case] for case in cases} == {
        "eni-3w8p5c1z (web-2-eth1)": [],
        "eni-7k2m9q4x (web-1-eth1)": [("failure", "drift")],
        "ins-3t6v8r1p (web-1)": [],
        "fsmt-0636eb11a93d7f218 (home, zone b)": [],
        "fsmt-09c1d5e7f3a2b4c68 (scratch)": [("failure", "would_fail")],
        "fsmt-0f922ed97a81c2d45 (home, zone a)": [("failure", "drift")],
        "pgm-bp1q7w2e9r4t6y8u3 (orders)": [("failure", "drift")],
        "rm-bp1f3k8n5t7v2x9q4": [("error", "error")],
    }


def test_a_resource_that_two_scopes_describe_differently_is_two_cases() -> None:
    found = report(
        *(
            scope(
                [attachment(ENI, "eni-1", groups, region="here")],
                [batch(ENI, [resource("eni-1", "a")], region="here")],
                name,
            )
            for name, groups in (("one", "a"), ("two", "b"))
        )
    )
    cases = list(ElementTree.fromstring(render.files(found)["drift.xml"]).iter("testcase"))
    assert [(case.get("classname"), case.get("name"), len(case)) for case in cases] == [
        ("one.qcloud_eni.here", "eni-1", 0),
        ("two.qcloud_eni.here", "eni-1", 1),
    ]


texts = st.sampled_from(["a", "A", "b", "a.b", "a_b", "a (b)", "a #2", "b #2"])


@st.composite
def lookalikes(draw: st.DrawFn) -> Report:
    """Draw a report of things whose names are easily taken for one another, with gaps in it."""
    place = st.builds(Place, texts, st.sampled_from([ENI, CVM]), st.none() | texts, st.none() | texts)
    described = draw(st.lists(st.tuples(place, texts), unique=True, max_size=12))
    entries = [Entry(one, id_, (Wanted(("g",)),), name=draw(st.none() | texts)) for one, id_ in described]
    unknown = st.builds(Gap, place | st.builds(Place, texts, st.none()), texts)
    return build(entries, [], draw(st.lists(unknown, max_size=6)), at=MONDAY, repairs=False)


@given(lookalikes())
def test_no_two_cases_have_the_same_class_name_and_name(found: Report) -> None:
    cases = list(ElementTree.fromstring(render.files(found)["drift.xml"]).iter("testcase"))
    assert len(cases) == found.totals["total"]
    # GitLab joins the two by an underscore, and others may ignore case.
    for key in (
        lambda case: (case.get("classname"), case.get("name")),
        lambda case: f"{case.get('classname')}_{case.get('name')}".lower(),
    ):
        assert len(set(map(key, cases))) == len(cases)


def test_the_page_shows_totals_marks_and_the_command() -> None:
    found = mixed()
    content = render.files(found)["drift.html"]
    page = Page(content)
    text = " ".join(" ".join(page.texts).split())
    numbers = {attributes["id"] for _tag, attributes in page.elements if "id" in attributes}
    assert {f"total-{verdict}" for verdict in ("drift", "would_fail", "error", "in_sync")} <= numbers
    for finding in found.findings:
        assert finding.id in text
        assert finding.repair is None or finding.repair in page.texts
    classes = [attributes.get("class") for tag, attributes in page.elements if tag == "li"]
    assert [classes.count(f"is-{mark}") for mark in ("extra", "missing", "moved")] == [3, 3, 4]
    assert "No longer described" in text
    assert "Alibaba Cloud DB instance" in text
    assert "since 2026-11-16 06:00 UTC , 1 day" in text


def test_own_playbooks_have_no_command_that_repairs() -> None:
    collector = Collector()
    arguments = {"network_interface_ids": ["x"], "security_groups": ["a"]}
    collector.add("localhost", ENI, arguments, {"resources": [resource("x", "b")]}, MONDAY)
    found = build(collector.entries, collector.readings, collector.gaps, at=MONDAY, repairs=False)
    assert found.totals["drift"] == 1
    assert "ansible-playbook" not in "".join(render.files(found).values())


def test_the_summary_names_what_a_repair_would_change() -> None:
    line = attachment(ENI, "eni-7k2m9q4x", "sg-2 sg-1 sg-3")
    assert render.summary(single(line, resource("eni-7k2m9q4x", "sg-1 sg-3 sg-9"))) == [
        "1 described: 1 drift",
        "eni-7k2m9q4x  production  +sg-2 -sg-9",
    ]
    lines = render.summary(mixed())
    assert lines[:2] == [
        "8 described: 3 drift, 1 would fail, 1 not read, 3 in sync",
        "0 new and 1 in sync again since 2026-11-16 06:00 UTC",
    ]
    assert lines[2:] == [
        (
            "pgm-bp1q7w2e9r4t6y8u3 (orders)         production, cn-hangzhou   "
            "+sg-bp1c4d8e2f6g9h3j5k7l -sg-bp1m2n8b4v6c1x9z3a5s  groups not checked"
        ),
        (
            "fsmt-0f922ed97a81c2d45 (home, zone a)  production, eu-central-1  "
            "+sg-02ba691e3a600eedb (backup) -sg-07707b1b9a0b649fd (default)"
        ),
        (
            "eni-7k2m9q4x (web-1-eth1)              production, ap-guangzhou  "
            "+sg-6r2y8g3f (monitoring) -sg-9z3x7v1b (Test Frau Müller)  order 1↔2"
        ),
        (
            "fsmt-09c1d5e7f3a2b4c68 (scratch)       production, eu-central-1  "
            "would fail: it does not exist; check its id and the region"
        ),
        (
            "rm-bp1f3k8n5t7v2x9q4                   audit, cn-hangzhou        "
            "not read: the access key is not valid (InvalidAccessKeyId.NotFound); check access_key_id"
        ),
    ]


def test_resources_with_the_same_problem_share_a_line_of_the_summary() -> None:
    lines = [attachment(ENI, f"eni-{number}", "a", region="here") for number in range(4)]
    read = [resource(line["id"], None, ("denied", "grant it" if line is not lines[3] else "why")) for line in lines]
    found = report(scope(lines, [batch(ENI, read, region="here")], name="localhost"))
    assert render.summary(found)[1:] == [
        "eni-0 and 2 more  here  not read: grant it",
        "eni-3             here  not read: why",
    ]


@pytest.mark.parametrize("number", [0, 1, 18, 19, 20, 2000])
def test_the_summary_is_at_most_a_screen(number: int) -> None:
    lines = [attachment(ENI, f"eni-{index}", f"sg-{index}") for index in range(number)]
    lines = render.summary(report(scope(lines, [batch(ENI, [resource(line["id"], "") for line in lines])])))
    assert len(lines) == min(number + 1, 20)
    assert (lines[-1] == f"and {number - 18} more; all of them are in the files") == (number > 19)


def test_what_does_not_fit_a_screen_is_a_line_for_each_difference() -> None:
    assert len(render.summary(many(20, 19))) == 20
    (line,) = render.summary(many(30, 20))[1:]
    assert line == "eni-00000000 (web-0) and 19 more  production  -sg-cccc3333  order 1↔2"


def test_lines_of_the_summary_are_not_endless() -> None:
    groups = " ".join(f"sg-{number:08d}" for number in range(9))
    line = render.summary(
        single(attachment(CVM, "ins-3t6v8r1p", groups), resource("ins-3t6v8r1p", "sg-1 sg-2 sg-3 sg-4"))
    )[1]
    assert line == "ins-3t6v8r1p  production  +sg-00000000 +sg-00000001 +sg-00000002 +6 more -sg-1 -sg-2 -sg-3 -1 more"
    error = render.summary(single(attachment(EFS, "fsmt-1", "a"), resource("fsmt-1", None, ("auth", "why " * 99))))[1]
    assert len(error) == 160
    assert error.endswith("…")


@pytest.mark.parametrize(
    ("found", "wanted", "ranks"),
    [
        ("a b", "b a", "1↔2"),
        ("a b c", "c b a", "1↔3"),
        ("a b c", "c a b", "3→1 1→2 2→3"),
        ("a b c d", "b a d c", "1↔2 3↔4"),
        # What is extra or missing has no rank.
        ("x a b", "b y a", "1↔2"),
    ],
)
def test_ranks_are_those_among_the_groups_that_stay(found: str, wanted: str, ranks: str) -> None:
    finding = single(attachment(ENI, "x", wanted), resource("x", found)).findings[0]
    assert render.ranks(finding) == ranks


def every_verdict(number: int, name: str = "", reason: str = "") -> Report:
    """Return a report with so many resources of each verdict, and with a last one that none or other ones were in."""
    region = {"region": "ap-guangzhou", "connection": "production"}
    lines = [
        attachment(ENI, f"eni-{verdict}{index:06d}", "sg-1h4j6b9s sg-5d8n2w7c", name=name, reason=reason, **region)
        for verdict in ("aa", "bb", "cc", "dd")
        for index in range(number)
    ]
    errors = {"bb": ("not_found", reason or "why"), "cc": ("auth", reason or "why")}

    def read(verdict: str, index: int) -> dict[str, Any]:
        error = errors.get(verdict)
        return resource(f"eni-{verdict}{index:06d}", None if error else "sg-5d8n2w7c sg-6r2y8g3f", error, name=name)

    def found(*verdicts: str, as_wanted: str = "") -> Any:
        read_ = [read(verdict, index) for verdict in verdicts for index in range(number)]
        fine = [resource(f"eni-{as_wanted}{index:06d}", "sg-1h4j6b9s sg-5d8n2w7c") for index in range(number)]
        return [batch(ENI, [*read_, *(fine if as_wanted else [])], **region)]

    gone = [attachment(ENI, f"eni-gone{index:04d}", "sg-1h4j6b9s", **region) for index in range(number)]
    last = report(scope([*lines, *gone], found("aa", "dd")))
    return report(scope(lines, found("aa", "bb", "cc", as_wanted="dd")), last=last)


def test_markdown_holds_all_that_fits_and_says_what_does_not() -> None:
    """A hundred of each verdict, with names of 60 characters, had 118,912 characters."""
    content = render.files(every_verdict(100, name="n" * 60, reason="r" * 120))["drift.md"]
    assert 59_000 < size(content) <= 60_000
    for title in ("## Drift", "## Would fail", "## Not read"):
        assert f"\n{title}\n" in content
    shown = [content.count(f"| `eni-{verdict}") for verdict in ("aa", "bb", "cc")]
    assert max(shown) - min(shown) <= 1
    assert [int(number) for number in re.findall(r"\nand ([0-9]+) more\n", content)] == [100 - one for one in shown]
    assert (
        f"\nLeft out, because of the size: {100 - shown[0]} drift, 100 repair commands, {100 - shown[1]} would fail, "
        f"{100 - shown[2]} not read, 100 in sync again, 100 no longer described. "
        "`drift.json` and `drift.html` have all.\n"
    ) in content


def test_markdown_leaves_out_commands_before_rows() -> None:
    found = every_verdict(20)
    whole = markdown.as_markdown(found, 60_000)
    assert (whole.count("| `eni-"), whole.count("ansible-playbook"), "Left out" in whole) == (60, 20, False)
    shown = {
        (content.count("| `eni-"), content.count("ansible-playbook"))
        for content in (markdown.as_markdown(found, limit) for limit in range(1000, size(whole), 250))
    }
    assert all(rows == 60 for rows, commands in shown if commands)
    assert len({commands for _rows, commands in shown}) > 5


@pytest.mark.parametrize("limit", [1000, 1500, 5000, 32_767])
@pytest.mark.parametrize("text", ["|", "`", "`|", "&", "🙂", "<b>", "@a ", "word "])
def test_markdown_keeps_to_its_limit_whatever_it_holds(limit: int, text: str) -> None:
    content = markdown.as_markdown(every_verdict(20, name=text * 99, reason=text * 999), limit)
    assert size(content) <= limit
    assert all(one.type != "text" or text.strip() not in one.content for one in tokens(content))
    assert not [line for line in content.splitlines() if line.startswith(("/", "@"))]
    assert list(cells(content))


@given(st.integers(markdown.LEAST, 9000), st.integers(0, 12), st.text(max_size=400), st.text(max_size=400))
@settings(max_examples=40, deadline=None)
def test_no_text_makes_markdown_longer_than_its_limit(limit: int, number: int, name: str, reason: str) -> None:
    assert size(markdown.as_markdown(every_verdict(number, name, reason), limit)) <= limit


def test_the_documents_say_the_limit_of_markdown() -> None:
    for path in ("plugins/modules/drift_report_files.py", "plugins/callback/drift_report.py"):
        text = (ROOT / path).read_text(encoding="utf-8")
        options = yaml.safe_load(text.partition('DOCUMENTATION = r"""')[2].partition('"""')[0])["options"]
        assert options["markdown_limit"]["default"] == markdown.LIMIT
        assert f"at least V({markdown.LEAST})" in " ".join(options["markdown_limit"]["description"])


def size(text: str) -> int:
    """Return how many characters a text has for those who count an emoji as two."""
    return len(text.encode("utf-16-le")) // 2
