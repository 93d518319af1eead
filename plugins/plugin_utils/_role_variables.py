# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of the roles: the table of their names and types, and what is wrong with those that a play sets.

Nothing here knows Ansible. Values come in as templates have made them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ..module_utils._ansible.arguments import MOST_DIGITS
from ..module_utils._ansible.text import short_line, words
from ..module_utils._description.connections import form_problems
from ..module_utils._description.entries import Names, given, problems, read, unknown, what
from ..module_utils._description.kinds import KINDS
from ._drift.verdicts import FAIL_ON, NEVER, Opening

ATTACHMENTS = "security_group_attachments"
CONNECTIONS = "security_group_connections"
ONLY = "security_group_attachments_only"
ALLOW_EMPTY = "security_group_attachments_allow_empty"
EFFECT = "security_group_attachments_effect"
FAIL_ON_VARIABLE = "drift_report_fail_on"
PLAN = "converge_plan"
NAMES = Names(attachments=ATTACHMENTS, connections=CONNECTIONS, allow_empty=ALLOW_EMPTY, only=ONLY)

TRUE = frozenset({"y", "yes", "on", "1", "true", "t"})
FALSE = frozenset({"n", "no", "off", "0", "false", "f"})
"""What Ansible takes for a bool."""


@dataclass(frozen=True, slots=True)
class Type:
    """What the value of a variable may be: in the words of a message, and as a check."""

    allowed: str
    fits: Callable[[object], bool]


def items(value: object) -> list[object]:
    """Return the parts of a list, which may be written as text."""
    if isinstance(value, str):
        return list(words(value))
    return [one for one in value if given({"value": one})] if isinstance(value, list) else [value]


def _is_whole_number(value: object) -> bool:
    digits = str(value).strip() if isinstance(value, (int, str)) else ""
    return digits.isascii() and digits.isdigit() and len(digits) <= MOST_DIGITS


def _is_bool(value: object) -> bool:
    return _is_single(value) and str(value).strip().lower() in TRUE | FALSE


def _is_single(value: object) -> bool:
    return isinstance(value, (bool, int, float, str))


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _is_plan(value: object) -> bool:
    return isinstance(value, (str, Mapping))


def _are_ids(value: object) -> bool:
    return isinstance(value, (str, list)) and all(isinstance(one, str) for one in items(value))


def _fit_fail_on(value: object) -> bool:
    return items(value) == [NEVER] or _are_of(FAIL_ON_WORDS)(value)


def _are_of(choices: Collection[str]) -> Callable[[object], bool]:
    return lambda value: _are_ids(value) and all(one in choices for one in items(value))


FAIL_ON_WORDS = tuple(map(str, (*FAIL_ON, *Opening)))
DESCRIPTION = Type("a description", lambda _value: True)  # it has sentences of its own
WHOLE_NUMBER = Type("a whole number, 0 or more", _is_whole_number)
BOOL = Type("true or false", _is_bool)
TEXT = Type("text", _is_text)
PATH_OR_PLAN = Type("the path of a drift.json, or the plan that a report handed on", _is_plan)
IDS = Type("a list of resource IDs, or IDs with commas between them", _are_ids)
SOME_KINDS = Type(f"one or several of {', '.join(KINDS)}", _are_of(KINDS))
WHAT_FAILS = Type(f"one or several of {', '.join(FAIL_ON_WORDS)}, or {NEVER} by itself", _fit_fail_on)

SHARED: Mapping[str, Type] = {ATTACHMENTS: DESCRIPTION, CONNECTIONS: DESCRIPTION, ONLY: IDS, ALLOW_EMPTY: BOOL}
ROLES: Mapping[str, Mapping[str, Type]] = {
    "converge": {
        **SHARED,
        EFFECT: BOOL,
        "converge_max_changes": WHOLE_NUMBER,
        PLAN: PATH_OR_PLAN,
    },
    "drift_report": {
        **SHARED,
        EFFECT: BOOL,
        "drift_report_directory": TEXT,
        "drift_report_previous": TEXT,
        FAIL_ON_VARIABLE: WHAT_FAILS,
        "drift_report_markdown_limit": WHOLE_NUMBER,
    },
    "describe": {
        **SHARED,
        "describe_file": TEXT,
        "describe_kinds": SOME_KINDS,
    },
}
"""The variables that each role reads, with their types."""

KNOWN = frozenset(name for variables in ROLES.values() for name in variables)


def name_problems(defined: Iterable[str]) -> Iterator[str]:
    """Yield a sentence for each name that looks like one of ours and is not."""
    for name in sorted(defined):
        if meant := _meant(name):
            yield f"{name} is not a variable of the roles; did you mean {meant}? If {name} is your own, rename it"


def file_problems(unread: object) -> Iterator[str]:
    """Yield a sentence for each file that was given without @, of what Ansible could not read as ``name=value``."""
    for word in unread.split() if isinstance(unread, str) else ():
        if re.fullmatch(r"(?i)\S+\.(ya?ml|json)", word):
            yield f"-e {word} was not read as a file; write -e @{word}"


def value_problems(role: str, values: Mapping[str, object], unread: object = None) -> list[str]:
    """Return a sentence for each thing that is wrong with the variables of a role. An empty value is not set."""
    values = given(values)
    found = [
        f"{name} is {_shown(values[name])} and must be {type_.allowed}"
        for name, type_ in ROLES[role].items()
        if name in values and not type_.fits(values[name])
    ]
    connections = values.get(CONNECTIONS, {})
    found += _without_effect(values)
    found += [*_cut_off(values.get(ONLY), unread), *form_problems(connections, CONNECTIONS)]
    if found or not isinstance(connections, Mapping):
        return found
    attachments = values.get(ATTACHMENTS)
    if attachments is None and (role == "describe" or (role == "converge" and PLAN in values)):
        return []
    allow_empty = _is_true(values.get(ALLOW_EMPTY))
    found = problems(attachments, connections, allow_empty=allow_empty, names=NAMES)
    if found or not isinstance(attachments, list):
        return found
    only = [str(one) for one in items(values.get(ONLY, []))]
    return unknown(only, read(attachments, connections), NAMES)


def _without_effect(values: Mapping[str, object]) -> Iterator[str]:
    if not _is_true(values.get(EFFECT)):
        for one in items(values.get(FAIL_ON_VARIABLE, [])):
            if one in list(Opening):
                yield f"{FAIL_ON_VARIABLE} has '{one}', which needs {EFFECT}: true"


def _is_true(value: object) -> bool:
    return str(value).strip().lower() in TRUE


def _cut_off(only: object, unread: object) -> Iterator[str]:
    # With -e, a value ends at a space. The role would handle the IDs before it, and succeed.
    if isinstance(only, str) and (unread or only.rstrip().endswith(",")):
        yield (
            f"{ONLY} is '{short_line(only)}', and -e may have lost what follows a space; write the IDs with commas "
            "and no spaces between them, or as a list"
        )


def _shown(value: object) -> str:
    if isinstance(value, list) and all(map(_is_single, value)):
        return f"'{short_line(', '.join(map(str, value)))}'"
    if isinstance(value, bool):
        return str(value).lower()
    return f"'{short_line(str(value))}'" if _is_single(value) else what(value)


def _meant(name: str) -> str | None:
    """Return the name of ours that a name is a misspelling of.

    A word more makes another name, and so does a digit: people build our variables from theirs, such as
    ``security_group_attachments_production``. An underscore before a name is nobody's mistake.
    """
    if name in KNOWN or name.startswith("_") or any(char.isdigit() for char in name):
        return None
    distances = {known: _distance(_words(name), _words(known)) for known in KNOWN}
    near = [known for known, distance in distances.items() if distance is not None]
    return min(near, key=lambda known: (distances[known], known), default=None)


def _words(name: str) -> list[str]:
    return [word[:1] + word[1:].removesuffix("s") for word in name.lower().split("_")]


def _distance(name: Sequence[str], known: Sequence[str]) -> int | None:
    """Return how many edits are between the words of two names, or None if it is more than a misspelling."""
    if "".join(name) == "".join(known):
        return 0
    start = _shared(name, known)
    end = _shared(name[start:][::-1], known[start:][::-1])
    wrong, right = ("_".join(one[start : len(one) - end]) for one in (name, known))
    limit = 2 if len(right) >= 8 else min(len(right), 1)
    if abs(len(wrong) - len(right)) > limit or (edits := _edits(wrong, right)) > limit:
        return None
    return edits


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    return next(
        (number for number, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )


def _edits(one: str, other: str) -> int:
    """Return the Damerau-Levenshtein distance in which no part is edited twice."""
    before: list[int] = []
    last = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            row.append(min(last[j] + 1, row[-1] + 1, last[j - 1] + (a != b)))
            if i > 1 and j > 1 and (a, b) == (other[j - 2], one[i - 2]):
                row[-1] = min(row[-1], before[j - 2] + 1)
        before, last = last, row
    return last[-1]
