# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filters of the templates: YAML that looks as people write it, in lines that are not too long."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping, Sequence

import yaml

WIDTH = 120


class _Dumper(yaml.SafeDumper):
    """Writes YAML as people do, who indent the items of a list."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        super().increase_indent(flow, indentless=False)


def a(noun: str) -> str:
    """Return a noun with its article."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def series(words: Sequence[str]) -> str:
    """Return words with commas and an and between them."""
    return f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else "".join(words)


def scalar(value: object) -> str:
    """Return a value on one line of YAML."""
    if isinstance(value, str):
        return scalar_text(value)
    return yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=10**6).removesuffix("\n...\n").strip()


def listed(lines: Iterable[str], indent: int) -> str:
    """Return the items of a list of texts, each on as many lines as it needs."""
    return "\n".join(filled(scalar_text(line), f"{' ' * indent}- ", indent + 2) for line in lines)


def as_list(text: str, indent: int) -> str:
    """Return a description as a list of one item."""
    return f"{' ' * indent}description:\n{listed([text], indent + 2)}"


def described(text: str, indent: int) -> str:
    """Return ``description: text``, as a list of one item if that does not fit on a line."""
    whole = f"{' ' * indent}description: {scalar_text(text)}"
    return whole if len(whole) <= WIDTH else as_list(text, indent)


def sample(value: object, indent: int) -> str:
    """Return ``sample: value`` for a value of any sort."""
    start = f"{' ' * indent}sample:"
    if isinstance(value, str) and (len(f"{start} {value}") > WIDTH or not _is_plain(value)):
        return f"{start} >-\n{filled(value, ' ' * (indent + 2), indent + 2)}"
    if isinstance(value, Sequence) and value and isinstance(value[0], Mapping):
        return f"{start}\n{block(value, indent + 2)}"
    return f"{start} {scalar(value)}"


def block(value: object, indent: int) -> str:
    """Return a value on a line for each of its parts."""
    text = yaml.dump(value, Dumper=_Dumper, sort_keys=False, width=WIDTH - indent)
    return textwrap.indent(text.rstrip("\n"), " " * indent)


def choices(names: Iterable[str], indent: int) -> str:
    """Return ``choices: [...]`` on as many lines as it needs."""
    return filled(f"{', '.join(names)}]", f"{' ' * indent}choices: [", indent + 2)


def items(values: Iterable[Mapping[str, object]], indent: int) -> str:
    """Return the items of a list of mappings."""
    return block([dict(one) for one in values], indent)


def keyed(text: str, key: str) -> str:
    return f"{key}: {scalar_text(text)}"


def scalar_text(text: str) -> str:
    """Return a text as YAML takes it, which is as it is unless it would mean something."""
    return text if _is_plain(text) else '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def filled(text: str, first: str, indent: int) -> str:
    """Return a text on as many lines as it needs, the first of which begins with something."""
    return textwrap.fill(
        text,
        WIDTH,
        initial_indent=first,
        subsequent_indent=" " * indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _is_plain(text: str) -> bool:
    return bool(_loads(text) == text)


def _loads(text: str) -> object:
    try:
        return yaml.safe_load(f"x: {text}")["x"]
    except yaml.YAMLError:
        return None
