# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Alibaba Cloud answers: entries of lists, and what in them is as documented."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._ansible.text import line
from .._core.errors import CloudError, ErrorKind, Failure
from .._core.kind import IdForm

Entry = Mapping[str, Any]


def at(entry: Entry, *path: str) -> Any:
    """Return what is at a path, or None where there is nothing or something else on the way."""
    value: Any = entry
    for name in path:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def text(entry: Entry, *path: str) -> str | None:
    """Return a text that is not empty."""
    value = at(entry, *path)
    return value if isinstance(value, str) and value else None


def word(entry: Entry, *path: str) -> str | None:
    """Return a text that messages quote."""
    return line(text(entry, *path) or "") or None


def texts(entry: Entry, *path: str) -> list[str]:
    found = at(entry, *path)
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def entries(answer: Entry, *path: str) -> list[Entry]:
    """Return the entries of a list; raise CloudError where they are not as documented.

    A list that is only half understood would be written back without the rest.
    """
    found = at(answer, *path)
    if not isinstance(found, list) or not all(isinstance(entry, dict) for entry in found):
        raise CloudError(undocumented(" with ".join(path)))
    return found


def required_id(entry: Entry, name: str, form: IdForm) -> str:
    value = entry.get(name)
    if not form.fits(value):
        raise CloudError(undocumented(name))
    return str(value)


def required_ids(entry: Entry, *path: str, form: IdForm) -> tuple[str, ...]:
    found = at(entry, *path)
    if not isinstance(found, list) or not all(map(form.fits, found)):
        raise CloudError(undocumented(path[0]))
    return tuple(found)


def undocumented(what: str) -> Failure:
    problem = f"{what} that Alibaba Cloud answers is not as documented; run the task again"
    return Failure(ErrorKind.TRANSIENT, problem, passes=True)
