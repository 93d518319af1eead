# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of ECS: those that it answers, which come in pages, and those that it takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from .._ansible.options import MOST_PAGES
from .._core.errors import CloudError
from .answers import Entry, entries, text, undocumented

if TYPE_CHECKING:
    from .client import Client

BATCH = 100
"""How many ids a call may name, and how many entries a page may hold."""


def pages(client: Client, action: str, arguments: Mapping[str, str], *path: str) -> list[Entry]:
    """Return the entries of a list, of all its pages; raise CloudError where a call fails."""
    found: list[Entry] = []
    more: dict[str, str] = {}
    for _number in range(MOST_PAGES):
        answer = client.call(action, **arguments, **more, MaxResults=str(BATCH))
        found += entries(answer, *path)
        token = text(answer, "NextToken")
        if token is None:
            return found
        more = {"NextToken": token}
    raise CloudError(undocumented(f"a list {path[0]} without an end"))


def numbered(name: str, values: Sequence[str]) -> dict[str, str]:
    """Return a list as ECS takes it: as parameters whose names end with numbers from 1 on."""
    return {f"{name}.{number}": value for number, value in enumerate(values, 1)}
