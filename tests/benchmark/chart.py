# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A chart of horizontal bars, as an SVG that follows light and dark mode."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, LEFT, RIGHT = 780, 250, 130
BAR, GAP, TITLE, SPACE = 18, 8, 34, 22
STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1f2328; }
  .title { font-weight: 600; }
  .bar { fill: #8c959f; }
  .ours { fill: #1f883d; }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3; }
    .bar { fill: #6e7681; }
    .ours { fill: #3fb950; }
  }
"""


@dataclass(frozen=True)
class Bar:
    """``value`` gives the length, ``text`` stands at its end."""

    label: str
    value: float
    text: str
    ours: bool = False


@dataclass(frozen=True)
class Panel:
    """Bars on one scale, from zero."""

    title: str
    bars: Sequence[Bar]


def draw(panels: Sequence[Panel]) -> str:
    """Return the SVG; the same figures give the same text."""
    parts: list[str] = []
    top = 0
    for panel in panels:
        parts += _panel(panel, top)
        top += TITLE + len(panel.bars) * (BAR + GAP) + SPACE
    body = "\n".join(parts)
    title = escape("; ".join(panel.title for panel in panels))
    size = f'viewBox="0 0 {WIDTH} {top}" width="{WIDTH}" height="{top}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img">\n'
        f"<title>{title}</title>\n<style>{STYLE}</style>\n{body}\n</svg>\n"
    )


def _panel(panel: Panel, top: int) -> Iterator[str]:
    scale = (WIDTH - LEFT - RIGHT) / max(one.value for one in panel.bars)
    yield f'<text class="title" x="0" y="{top + 20}">{escape(panel.title)}</text>'
    for number, one in enumerate(panel.bars):
        y = top + TITLE + number * (BAR + GAP)
        length = max(1, round(one.value * scale))
        kind = "ours" if one.ours else "bar"
        yield f'<text x="{LEFT - 10}" y="{y + 14}" text-anchor="end">{escape(one.label)}</text>'
        yield f'<rect class="{kind}" x="{LEFT}" y="{y}" width="{length}" height="{BAR}" rx="2"/>'
        yield f'<text x="{LEFT + length + 8}" y="{y + 14}">{escape(one.text)}</text>'
