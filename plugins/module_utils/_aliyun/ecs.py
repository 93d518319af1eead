# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Resources of ECS, which have calls of the same shape."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .._ansible.options import Runtime
from .._core.adapter import OnGroups, Snapshot
from .._core.errors import CloudError, ErrorKind, Failure
from .._core.kind import Kind
from .answers import Entry, required_id, undocumented
from .groups import SecurityGroups
from .listing import BATCH, numbered, pages
from .options import NO_SUCH_THING

if TYPE_CHECKING:
    from .client import Client

MOST_TAGGED = 1000
"""So many resources at most are returned for tags, according to Alibaba Cloud; the rest are left out silently."""


@dataclass(frozen=True, slots=True)
class Calls:
    """The calls of a kind, ``read`` and ``write``.

    ``path`` is where the answer to ``read`` has the resources, and ``id`` is what both call an id. ``by_ids`` makes
    arguments of ids, and ``also`` are those with which resources are selected. ``groups`` is the list to write.
    """

    read: str
    path: tuple[str, str]
    id: str
    by_ids: Callable[[Sequence[str]], Mapping[str, str]]
    write: str
    groups: str
    also: Mapping[str, str] = field(default_factory=dict)


class EcsResources:
    """Adapter for the resources of a kind. ``view`` makes a snapshot of an entry and the time before it was read."""

    batch = BATCH

    def __init__(
        self, client: Client, runtime: Runtime, kind: Kind, calls: Calls, view: Callable[[Entry, float], Snapshot]
    ) -> None:
        self.kind = kind
        self.directory = SecurityGroups(client, strict=True)
        self._client = client
        self._now = runtime.clock.now
        self._together = runtime.together
        self._calls = calls
        self._view = view

    def select(self, tags: Mapping[str, str] | None) -> list[str]:
        """Return the ids of all resources that have all of the tags, or of all where there are no tags."""
        arguments = dict(self._calls.also)
        for number, (key, value) in enumerate((tags or {}).items(), 1):
            arguments |= {f"Tag.{number}.Key": key, f"Tag.{number}.Value": value}
        found = pages(self._client, self._calls.read, arguments, *self._calls.path)
        if tags and len(found) >= MOST_TAGGED:
            problem = f"tags matches {MOST_TAGGED} resources or more, and Alibaba Cloud lists no more of them"
            raise CloudError(Failure(ErrorKind.LIMIT, f"{problem}; add a tag, so that fewer match"))
        return list(dict.fromkeys(map(self._id_of, found)))

    def read(self, ids: Sequence[str], _on_groups: OnGroups | None = None, /) -> dict[str, Snapshot | Failure]:
        batches = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
        answers = self._together(self._read, batches)
        return {one: answer for each in answers for one, answer in each.items()}

    def write(self, seen: Snapshot, groups: Sequence[str]) -> None:
        # These calls can also change names and passwords, so that they get nothing but the list.
        arguments = {self._calls.id: seen.id, **numbered(self._calls.groups, groups)}
        self._client.write(self._calls.write, **arguments)

    def longest(self) -> int | None:
        # Five, unless the account's quota was raised, which no call of ECS tells.
        return None

    def _id_of(self, entry: Entry) -> str:
        return required_id(entry, self._calls.id, self.kind.resource_id)

    def _read(self, ids: Sequence[str]) -> dict[str, Snapshot | Failure]:
        read_at = self._now()
        try:
            listed = pages(self._client, self._calls.read, self._calls.by_ids(ids), *self._calls.path)
            found = {self._id_of(entry): entry for entry in listed}
        except CloudError as error:
            # No document says whether one id that is unknown has the cloud refuse them all.
            if error.failure.kind is ErrorKind.NOT_FOUND and len(ids) > 1:
                half = len(ids) // 2
                return self._read(ids[:half]) | self._read(ids[half:])
            return dict.fromkeys(ids, error.failure)
        unknown = Failure(ErrorKind.NOT_FOUND, NO_SUCH_THING)
        return {one: self._viewed(found[one], read_at) if one in found else unknown for one in ids}

    def _viewed(self, entry: Entry, read_at: float) -> Snapshot | Failure:
        try:
            snapshot = self._view(entry, read_at)
        except CloudError as error:
            return error.failure
        # According to Alibaba Cloud each has a group at least, so a list without any is one that was lost on the way.
        return snapshot if snapshot.groups or snapshot.excluded else undocumented("SecurityGroupIds")
