# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Adds entries to the text of a description, and changes nothing else in it.

New entries are inserted as text, so that comments, quotes, tags and anchors stay as they are. If that is not possible,
as in JSON, the whole text is first rewritten in block style. A text is returned only if it reads as it should.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import yaml

try:
    from yaml import CSafeLoader as Loader
except ImportError:
    from yaml import SafeLoader as Loader  # type: ignore[assignment]

KEY = "security_group_attachments"
FIELDS = ("kind", "id", "name", "security_groups", "state", "position", "region", "connection", "reason")
"""The keys of an entry, in the order in which they are written."""
REQUIRED = ("kind", "id", "security_groups")

STRING = "tag:yaml.org,2002:str"
UNSAFE = "!unsafe"
NULL = "tag:yaml.org,2002:null"
COLLECTIONS = ("tag:yaml.org,2002:map", "tag:yaml.org,2002:seq")

LINE = 160
"""The longest line that ansible-lint accepts."""
PART = 100
"""The longest part of a string that is written in one line."""


Place = tuple[str | None, str | None]
"""Connection and region, as far as they are known."""


class DescriptionFileError(Exception):
    """The text is not a description that entries can be added to. The message says what to do."""


class Scalar(NamedTuple):
    """A single value as it is written: templates are not evaluated, and vaults not decrypted."""

    tag: str
    text: str


@dataclass(frozen=True, slots=True)
class Extended:
    """A description and what was done to it.

    ``kept`` is how many entries it had. If it is ``rewritten``, its comments are lost.
    """

    text: str
    added: tuple[Mapping[str, Any], ...]
    kept: int
    rewritten: bool


def extend(text: str, entries: Sequence[Mapping[str, Any]]) -> Extended:
    """Add the entries that a description does not have. An empty text is a description without entries.

    Raise DescriptionFileError for a text to which nothing can be added.
    """
    content = _content(text)
    there = content.get(Scalar(STRING, KEY)) or []
    added = _missing(entries, there)
    if not added:
        return Extended(text, (), len(there), rewritten=False)
    wanted = {**content, Scalar(STRING, KEY): [*there, *map(_as_read, added)]}
    for candidate, rewritten in _candidates(text, added):
        if _reads_as(candidate, wanted):
            return Extended(candidate, added, len(there), rewritten)
    raise DescriptionFileError(
        f"entries cannot be added to {KEY} without a change elsewhere in the file; write it as a list of its own, "
        "without an anchor (&) or alias (*), and begin the line of each entry with '-'"
    )


def in_yaml(entries: Sequence[Mapping[str, Any]]) -> str:
    """Return entries as a description of their own."""
    return f"{KEY}:\n{_items(entries, '  ')}"


def _content(text: str) -> dict[Scalar, Any]:
    if text.startswith("$ANSIBLE_VAULT;"):
        raise DescriptionFileError("the whole file is encrypted; decrypt it, and encrypt single values if need be")
    try:
        content = _read(text)
    except yaml.YAMLError as error:
        raise DescriptionFileError(f"it is not valid YAML: {_problem(error)}; correct it") from error
    if content is None or (isinstance(content, Scalar) and content.tag == NULL):
        return {}
    if not isinstance(content, dict):
        raise DescriptionFileError(f"it holds {_what(content)} and must hold a mapping with {KEY}")
    entries = content.get(Scalar(STRING, KEY), [])
    if isinstance(entries, Scalar) and entries.tag == NULL:
        return {**content, Scalar(STRING, KEY): []}
    if not isinstance(entries, list):
        raise DescriptionFileError(f"{KEY} is {_what(entries)} and must be a list; write its entries out")
    return content


def _what(value: object) -> str:
    if isinstance(value, Scalar):
        return "a template" if _is_template(value.text) else "a single value"
    if isinstance(value, dict):
        return "a mapping"
    return "a list" if isinstance(value, list) else "a value with a tag"


def _problem(error: yaml.YAMLError) -> str:
    # The text of the error quotes lines of the file, which may hold secrets.
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"{error.problem} (line {error.problem_mark.line + 1})"
    return getattr(error, "reason", None) or "it cannot be read"


def _missing(entries: Sequence[Mapping[str, Any]], there: Sequence[Any]) -> tuple[Mapping[str, Any], ...]:
    places: dict[tuple[str | None, str | None], list[Place]] = {}
    for entry in there:
        if isinstance(entry, dict):
            resource = (_known(entry, "kind"), _known(entry, "id"))
            places.setdefault(resource, []).append((_known(entry, "connection"), _known(entry, "region")))
    missing = []
    for entry in sorted(entries, key=_rank):
        given = {field: entry[field] for field in FIELDS if entry.get(field) or field in REQUIRED}
        known = places.setdefault((given["kind"], given["id"]), [])
        place = (given.get("connection"), given.get("region"))
        if not any(_compatible(place, other) for other in known):
            known.append(place)
            missing.append(given)
    return tuple(missing)


def _rank(entry: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(entry.get(field) or "" for field in ("kind", "region", "connection", "id"))


def _known(entry: Mapping[Scalar, Any], field: str) -> str | None:
    """Return a value of an entry, or None if it is missing or only Ansible knows it."""
    value = entry.get(Scalar(STRING, field))
    if not isinstance(value, Scalar) or value.tag not in (STRING, UNSAFE):
        return None
    return None if value.tag == STRING and _is_template(value.text) else value.text


def _compatible(one: Place, other: Place) -> bool:
    return all(mine == yours or mine is None or yours is None for mine, yours in zip(one, other, strict=True))


def _is_template(text: str) -> bool:
    return any(mark in text for mark in ("{{", "{%", "{#"))


class _Reader(Loader):
    """Reads each single value as its tag and text."""


def _construct(reader: _Reader, _suffix: str, node: yaml.Node) -> object:
    if isinstance(node, yaml.SequenceNode):
        value: object = reader.construct_sequence(node, deep=True)
    elif isinstance(node, yaml.MappingNode):
        value = reader.construct_mapping(node, deep=True)
    else:
        return Scalar(node.tag, node.value)
    return value if node.tag in COLLECTIONS else (node.tag, value)


_Reader.yaml_constructors = {}
_Reader.yaml_multi_constructors = {None: _construct}


def _read(text: str) -> Any:
    return yaml.load(text, Loader=_Reader)  # noqa: S506 - it makes nothing but what is above


def _as_read(entry: Mapping[str, Any]) -> dict[Scalar, Any]:
    return {
        Scalar(STRING, field): [*map(_scalar, value)] if isinstance(value, list) else _scalar(value)
        for field, value in entry.items()
    }


def _scalar(text: str) -> Scalar:
    return Scalar(UNSAFE if _is_template(text) else STRING, text)


def _reads_as(text: str, wanted: object) -> bool:
    try:
        return bool(_read(text) == wanted)
    except yaml.YAMLError:
        return False


def _candidates(text: str, entries: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, bool]]:
    """Yield texts with the entries where they may belong, the best first, and whether the whole text is rewritten."""
    root = _compose(text)
    if root is None:
        text = f"{_ended(text)}---\n"
        root = _compose(text)
    yield from ((candidate, False) for candidate in _with_entries(text, root, entries))
    for node in (root, _list_node(root)):
        if isinstance(node, yaml.CollectionNode):
            node.flow_style = False
    text = yaml.serialize(root, Dumper=_Dumper, explicit_start=True, allow_unicode=True, width=PART)
    yield from ((candidate, True) for candidate in _with_entries(text, _compose(text), entries))


def _compose(text: str) -> Any:
    return yaml.compose(text, Loader=Loader)


def _with_entries(text: str, root: yaml.Node, entries: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    if _is_empty(root):
        yield _instead(text, root, in_yaml(entries))
        return
    margin = " " * root.start_mark.column
    found = _list_node(root)
    if found is None:
        yield from _inserted(text, root.end_mark.index, f"{margin}{KEY}:\n{_items(entries, f'{margin}  ')}")
    elif _is_empty(found):
        yield _instead(text, found, _items(entries, f"{margin}  "))
    elif dash := re.compile(r"^( *)-\s", re.MULTILINE).search(text, _line_start(text, found.start_mark.index)):
        yield from _inserted(text, found.end_mark.index, _items(entries, dash[1]))


def _list_node(root: yaml.Node) -> yaml.Node | None:
    pairs = root.value if isinstance(root, yaml.MappingNode) else ()
    return next((value for key, value in reversed(pairs) if key.value == KEY), None)


def _is_empty(node: yaml.Node) -> bool:
    return not node.value or node.tag == NULL


def _instead(text: str, node: yaml.Node, block: str) -> str:
    """Replace a node without content by a block that begins on the next line. A comment after the node stays."""
    rest, _newline, below = text[node.end_mark.index :].partition("\n")
    return f"{_ended(text[: node.start_mark.index].rstrip(' ') + rest)}{_like(text, block)}{below}"


def _inserted(text: str, end: int, block: str) -> Iterator[str]:
    """Insert lines where a list or mapping ends: before the comments there, which belong to what follows, or after."""
    at = end if end == len(text) else _line_start(text, end)
    above, below = _ended(text[:at]), text[at:]
    lines = re.findall(r".*\n", above)
    while lines and (not lines[-1].strip() or lines[-1].startswith("#")):
        lines.pop()
    before = "".join(lines)
    for head in dict.fromkeys((before, above)):
        yield f"{head}{_like(text, block)}{above[len(head) :]}{below}"


def _ended(text: str) -> str:
    return f"{text}\n" if text and not text.endswith("\n") else text


def _line_start(text: str, index: int) -> int:
    return text.rfind("\n", 0, index) + 1


def _like(text: str, block: str) -> str:
    return block.replace("\n", "\r\n") if "\r\n" in text else block


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        # PyYAML writes the dash below the first letter of the key, which ansible-lint does not accept.
        super().increase_indent(flow, indentless=False)

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def _represent(dumper: _Dumper, value: str) -> yaml.ScalarNode:
    text = str.__str__(value)  # Ansible has strings of its own, which PyYAML does not know
    # The emitter may double each apostrophe, and breaks lines only at spaces.
    long = len(text) + text.count("'") > PART
    quoted = '"' if long or any(mark in text for mark in "\n\x85\u2028\u2029") else None
    return dumper.represent_scalar(_scalar(text).tag, text, style=quoted)


_Dumper.add_representer(str, _represent)
_Dumper.add_multi_representer(str, _represent)
# PyYAML reads these as strings. Other readers of YAML 1.1 and 1.2 do not, so they are quoted.
NUMBER = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$|0o[0-7]+$")
_Dumper.add_implicit_resolver("!number", NUMBER, None)
_Dumper.add_implicit_resolver("!bool", re.compile("[yYnN]$"), None)


def _items(entries: Sequence[Mapping[str, Any]], margin: str) -> str:
    text = yaml.dump([*entries], Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=float("inf"))
    return "".join(f"{_broken(margin + line)}\n" for line in text.splitlines())


def _broken(line: str) -> str:
    """Break a line that is too long inside its double quotes, as YAML allows it at any place."""
    if len(line) <= LINE:
        return line
    head, quote, text = line.partition('"')
    parts = [""]
    for character in re.findall(r"\\U.{8}|\\u.{4}|\\x..|\\.|.", text):
        if len(parts[-1]) + len(character) > PART:
            # A space at the beginning of a line would be lost.
            parts.append("\\" if character == " " else "")
        parts[-1] += character
    indent = " " * (len(line) - len(line.lstrip(" ")) + 4)
    return head + quote + f"\\\n{indent}".join(parts)
