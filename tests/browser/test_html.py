# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The page of the drift report in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift import render
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift.model import Report

from tests.browser import chromium
from tests.browser.chromium import Browser
from tests.unit.drift.estate import ENI, attachment, batch, many, mixed, report, resource, scope

PROGRAM = chromium.find()
pytestmark = pytest.mark.skipif(
    PROGRAM is None, reason="chromium is not on PATH; install it, on Debian with apt-get install chromium"
)

PHONE, DESKTOP = 390, 1280
OVERFLOWING = """
[...document.querySelectorAll("body *")]
  .filter(one => one.getBoundingClientRect().right > document.documentElement.clientWidth + 0.5)
  .map(one => one.outerHTML.slice(0, 120))
"""
FAINT = """
(() => {
  const canvas = document.createElement("canvas").getContext("2d", {willReadFrequently: true});
  const pixel = (colours) => {
    for (const colour of colours) { canvas.fillStyle = colour; canvas.fillRect(0, 0, 1, 1) }
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (colour) => {
    const linear = v => v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
    const [r, g, b] = colour.slice(0, 3).map(v => linear(v / 255));
    return .2126 * r + .7152 * g + .0722 * b;
  };
  const found = [];
  for (const one of document.querySelectorAll("body *")) {
    const shown = [...one.childNodes].some(node => node.nodeType === 3 && node.data.trim());
    if (!shown || !one.checkVisibility() || one.closest(".sr")) continue;
    const behind = [];
    for (let at = one; at; at = at.parentElement) behind.unshift(getComputedStyle(at).backgroundColor);
    const text = luminance(pixel([getComputedStyle(one).color])), ground = luminance(pixel(behind));
    const contrast = (Math.max(text, ground) + .05) / (Math.min(text, ground) + .05);
    if (contrast < 4.5) found.push(`${contrast.toFixed(2)} ${one.outerHTML.slice(0, 80)}`);
  }
  return found;
})()
"""


def hostile() -> Report:
    """Return a report whose texts are long, unbroken, or try to be more than text."""
    script = "<script>alert(1)</script><img src='http://127.0.0.1:9/x.png' onerror='alert(1)'>"
    lines = [
        attachment(ENI, "eni-" + "x" * 90, "sg-" + "y" * 90, name="n" * 300, reason=script, region="r" * 80),
        attachment(ENI, "eni-1", "sg-1", name=script, reason="w" * 300),
        attachment(ENI, "eni-2", "sg-1"),
    ]
    read = [
        resource(
            lines[0]["id"],
            "sg-" + "z" * 90,
            state="S" * 60,
            security_group_names={"sg-" + "z" * 90: "g" * 255, "sg-" + "y" * 90: script},
            groups_checked=False,
        ),
        resource("eni-1", None, ("auth", "m" * 300)),
        resource("eni-2", "sg-1", name="q" * 300, security_group_names={"sg-1": "g" * 255}),
    ]
    return report(scope(lines, [batch(ENI, read, region="r" * 80), batch(ENI, read)], name="s" * 120))


REPORTS: dict[str, Callable[[], Report]] = {
    "five": lambda: many(5, 3),
    "two thousand": lambda: many(2000, 200),
    "every verdict": mixed,
    "nothing": lambda: report(scope([], [])),
    "all in sync": lambda: many(5, 0),
    "hostile": hostile,
}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with Browser(str(PROGRAM)) as started:
        yield started


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    directory = tmp_path_factory.mktemp("pages")
    found = {}
    for name, make in REPORTS.items():
        found[name] = directory / f"{name.replace(' ', '-')}.html"
        found[name].write_text(render.files(make())["drift.html"], encoding="utf-8")
    return found


@pytest.mark.parametrize("name", REPORTS)
@pytest.mark.parametrize(("width", "medium"), [(PHONE, "screen"), (DESKTOP, "screen"), (700, "print")])
def test_a_page_fits_loads_nothing_and_complains_about_nothing(
    browser: Browser, pages: dict[str, Path], name: str, width: int, medium: str
) -> None:
    browser.open(pages[name], width=width, medium=medium)
    browser.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert browser.evaluate("document.documentElement.scrollWidth") == width
    assert browser.evaluate(OVERFLOWING) == []
    assert browser.evaluate("document.scripts.length") == 0
    methods: dict[str, list[Any]] = {}
    for event in browser.events:
        methods.setdefault(event["method"], []).append(event["params"])
    requests = [one["request"]["url"] for one in methods.get("Network.requestWillBeSent", [])]
    assert requests == [pages[name].as_uri()]
    for trouble in (
        "Runtime.consoleAPICalled",
        "Runtime.exceptionThrown",
        "Log.entryAdded",
        "Page.javascriptDialogOpening",
    ):
        assert methods.get(trouble, []) == []


@pytest.mark.parametrize("name", REPORTS)
def test_tiles_show_the_totals(browser: Browser, pages: dict[str, Path], name: str) -> None:
    browser.open(pages[name], width=DESKTOP)
    totals = REPORTS[name]().totals
    for verdict in ("drift", "would_fail", "error", "in_sync"):
        tile = f"document.getElementById('total-{verdict}')"
        assert browser.evaluate(f"{tile}.innerText") == str(totals[verdict])
        assert browser.evaluate(f"{tile}.getBoundingClientRect().height") > 20
        target = browser.evaluate(f"{tile}.closest('a').hash.slice(1)")
        assert bool(totals[verdict]) == bool(target and browser.evaluate(f"!!document.getElementById('{target}')"))


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
def test_found_and_wanted_stand_side_by_side_and_marks_have_shapes(
    browser: Browser, pages: dict[str, Path], width: int
) -> None:
    browser.open(pages["every verdict"], width=width)
    sides = browser.evaluate(
        "[...document.querySelectorAll('.lists')].map(one => [...one.children].map(side => "
        "{const box = side.getBoundingClientRect(); return [box.top, box.left, box.right]}))"
    )
    assert len(sides) == 5
    for (top, _left, right), (other_top, other_left, _other_right) in sides:
        assert top == other_top
        assert right < other_left
    for mark in ("extra", "missing", "moved"):
        marks = browser.evaluate(
            f"[...document.querySelectorAll('.lists li.is-{mark} use')].map(one => "
            "[one.getAttribute('href'), one.getBoundingClientRect().width > 8])"
        )
        assert marks
        assert all(one == [f"#{mark}", True] for one in marks)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["every verdict", "all in sync"])
def test_every_text_stands_out_from_what_is_behind_it(
    browser: Browser, pages: dict[str, Path], name: str, scheme: str
) -> None:
    browser.open(pages[name], width=DESKTOP, scheme=scheme)
    browser.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert browser.evaluate(FAINT) == []


def test_dark_and_light_differ(browser: Browser, pages: dict[str, Path]) -> None:
    shots, grounds = set(), []
    for scheme in ("light", "dark"):
        browser.open(pages["five"], width=DESKTOP, scheme=scheme)
        shots.add(browser.screenshot())
        grounds.append(browser.evaluate("getComputedStyle(document.body).backgroundColor"))
    assert len(shots) == 2
    assert grounds == ["rgb(246, 246, 243)", "rgb(20, 22, 24)"]


def test_what_is_in_sync_is_folded_until_somebody_asks(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["two thousand"], width=PHONE)
    row = "document.querySelector('details tbody tr').checkVisibility()"
    assert browser.evaluate("document.querySelectorAll('details tbody tr').length") == 1800
    assert browser.evaluate(row) is False
    browser.evaluate("document.querySelector('summary').click()")
    assert browser.evaluate(row) is True


def test_on_paper_no_card_is_cut_and_the_fold_is_left_out(browser: Browser, pages: dict[str, Path]) -> None:
    browser.open(pages["every verdict"], width=700, medium="print", scheme="dark")
    assert browser.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert browser.evaluate("getComputedStyle(document.querySelector('.card')).breakInside") == "avoid"
    assert browser.evaluate("document.getElementById('of-in_sync').checkVisibility()") is False
    assert browser.pdf().startswith(b"%PDF-")


def test_two_thousand_resources_are_there_at_once(
    browser: Browser, pages: dict[str, Path], capsys: pytest.CaptureFixture[str]
) -> None:
    seconds = [browser.open(pages["two thousand"], width=width) for width in (PHONE, DESKTOP)]
    assert browser.evaluate("document.querySelectorAll('.card').length") == 200
    with capsys.disabled():
        # Said and not asserted: it depends on the machine.
        print(f"\n2,000 resources, 200 of them cards: laid out after {seconds[0]:.2f} s and {seconds[1]:.2f} s")  # noqa: T201
