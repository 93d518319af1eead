# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the cloud answers, read with care."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._ansible.text import line, short_line
from .._core.errors import CloudError, ErrorKind, Failure
from .._core.kind import IdForm


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of an answer. What is missing, null or of another type than documented is None or empty."""

    raw: Mapping[str, Any]

    def text(self, *path: str) -> str | None:
        value = self._at(path)
        return value if isinstance(value, str) else None

    def word(self, *path: str) -> str | None:
        """Return a text that messages quote."""
        text = self.text(*path)
        return text and line(text)

    def texts(self, *path: str) -> list[str]:
        return [one for one in _list(self._at(path)) if isinstance(one, str)]

    def entries(self, *path: str) -> list[Entry]:
        return [Entry(one) for one in _list(self._at(path)) if isinstance(one, dict)]

    def number(self, *path: str) -> int | None:
        value = self._at(path)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def flag(self, *path: str) -> bool:
        return self._at(path) is True

    def groups(self, name: str, form: IdForm) -> tuple[str, ...]:
        """Return a list of security groups; raise CloudError where it is not as documented.

        A list that is missing or only half understood would be written back without the rest.
        """
        value = self.raw.get(name)
        if not isinstance(value, list) or not all(map(form.fits, value)):
            raise CloudError(undocumented(f"the list {name}"))
        return tuple(value)

    def _at(self, path: Sequence[str]) -> Any:
        value: Any = self.raw
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return value


def entries_of(response: Mapping[str, Any], name: str) -> list[Entry]:
    """Return the entries of a list in an answer; raise CloudError where it is not a list."""
    value = response.get(name)
    if value is not None and not isinstance(value, list):
        raise CloudError(undocumented(f"the list {name}"))
    return [Entry(one if isinstance(one, dict) else {}) for one in value or []]


def undocumented(what: str) -> Failure:
    """Return what is said of an answer of another form than the documents have it."""
    problem = f"{what} that Tencent Cloud answers is not as documented; run the task again"
    return Failure(ErrorKind.TRANSIENT, problem, passes=True)


def came_to_nothing(said: str | None, request_id: str) -> Failure:
    """Return what is said of a write that the cloud accepted, and that it could not carry out then."""
    problem = "Tencent Cloud accepted the list and then failed to attach it; run the task again"
    if said:
        problem += f" (it says: {short_line(said)})"
    return Failure(ErrorKind.TRANSIENT, problem, "FAILED", request_id, passes=True)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
