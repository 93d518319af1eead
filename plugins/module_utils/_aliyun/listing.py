# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Lists of ECS, which come in pages, and resources that are read by ids or selected by tags."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from .._ansible.options import MOST_PAGES, Runtime
from .._core.adapter import Snapshot
from .._core.errors import CloudError, ErrorKind, Failure
from .._core.kind import IdForm
from .answers import Entry, entries, required_id, text, undocumented
from .options import NO_SUCH_THING

if TYPE_CHECKING:
    from .client import Client

BATCH = 100
"""How many ids a call may name, and how many entries a page may hold."""

MOST_TAGGED = 1000
"""So many resources at most are returned for tags, according to Alibaba Cloud; the rest are left out silently."""

View = Callable[[Entry, float], Snapshot]


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


class Listing:
    """Reads the resources of one kind with the action that describes them.

    ``path`` is where that answers with them, ``id`` is what it calls an id, and ``form`` is how that looks. ``by_ids``
    makes arguments of ids, and ``also`` are those with which resources are selected.
    """

    batch = BATCH

    def __init__(
        self,
        client: Client,
        runtime: Runtime,
        action: str,
        *path: str,
        id: str,  # noqa: A002 - as in the answers
        form: IdForm,
        by_ids: Callable[[Sequence[str]], Mapping[str, str]],
        also: Mapping[str, str] | None = None,
    ) -> None:
        self._client = client
        self._now = runtime.clock.now
        self._together = runtime.together
        self._action = action
        self._path = path
        self._id = id
        self._form = form
        self._by_ids = by_ids
        self._also = also or {}

    def select(self, tags: Mapping[str, str] | None) -> list[str]:
        """Return the ids of all resources that have all of the tags, or of all where there are no tags."""
        arguments = dict(self._also)
        for number, (key, value) in enumerate((tags or {}).items(), 1):
            arguments |= {f"Tag.{number}.Key": key, f"Tag.{number}.Value": value}
        found = pages(self._client, self._action, arguments, *self._path)
        if tags and len(found) >= MOST_TAGGED:
            problem = f"{MOST_TAGGED} resources or more have these tags, and Alibaba Cloud lists no more of them"
            raise CloudError(Failure(ErrorKind.LIMIT, f"{problem}; add a tag, so that fewer have them all"))
        return list(dict.fromkeys(required_id(entry, self._id, self._form) for entry in found))

    def read(self, ids: Sequence[str], view: View) -> dict[str, Snapshot | Failure]:
        """Return what ``view`` makes of each resource's entry and of the time just before it was read."""
        batches = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
        answers = self._together(lambda batch: self._read(batch, view), batches)
        return {one: answer for each in answers for one, answer in each.items()}

    def _read(self, ids: Sequence[str], view: View) -> dict[str, Snapshot | Failure]:
        read_at = self._now()
        try:
            listed = pages(self._client, self._action, self._by_ids(ids), *self._path)
            found = {required_id(entry, self._id, self._form): entry for entry in listed}
        except CloudError as error:
            # No document says whether one id that is unknown has the cloud refuse them all.
            if error.failure.kind is ErrorKind.NOT_FOUND and len(ids) > 1:
                half = len(ids) // 2
                return self._read(ids[:half], view) | self._read(ids[half:], view)
            return dict.fromkeys(ids, error.failure)
        unknown = Failure(ErrorKind.NOT_FOUND, NO_SUCH_THING)
        return {one: _viewed(found[one], read_at, view) if one in found else unknown for one in ids}


def _viewed(entry: Entry, read_at: float, view: View) -> Snapshot | Failure:
    try:
        return view(entry, read_at)
    except CloudError as error:
        return error.failure
