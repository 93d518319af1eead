# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Instances of TencentDB. Its products have the same calls under other names, which a kind declares as a Product."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .._ansible.options import Runtime
from .._core.adapter import OnGroups, Snapshot
from .._core.errors import CloudError, Failure
from .._core.kind import Kind
from .answers import Entry, entries_of, undocumented
from .errors import Service
from .groups import SecurityGroups
from .listing import Listing

if TYPE_CHECKING:
    from .client import Client


@dataclass(frozen=True)
class Product:
    """A product of TencentDB: what its calls and their arguments are called.

    ``describe`` lists instances, ``items`` in its answer, with ``id`` as an argument of the other two calls too.
    ``read`` answers the list ``groups`` of one instance, and ``write`` replaces it by ``sent``. ``selection`` is what
    ``describe`` selects by, ``always`` what it is always sent for that. ``view`` makes of an item a snapshot without
    groups, or says why the instance is not for this kind.
    """

    service: Service
    kind: Kind
    describe: str
    ids: str
    items: str
    id: str
    read: str
    groups: str
    write: str
    sent: str
    selection: Callable[[Mapping[str, Any]], Mapping[str, Any]]
    view: Callable[[Entry, float], Snapshot | Failure]


class Databases:
    """Adapter for the instances of a product.

    Groups take one call for each instance. State and details come with one for many, and are not asked for again while
    the last ones let an instance be changed: where they no longer do, the cloud refuses the write.
    """

    batch = 1

    def __init__(self, product: Product, client: Client, runtime: Runtime) -> None:
        self.kind = product.kind
        self.directory = SecurityGroups(client)
        self._product = product
        self._client = client
        self._now = runtime.clock.now
        self._together = runtime.together
        self._ready: dict[str, Snapshot] = {}
        self._listing = Listing(
            client,
            runtime,
            product.describe,
            ids=product.ids,
            entries=product.items,
            id=product.id,
            form=product.kind.resource_id,
        )

    def select(self, filters: Mapping[str, Any] | None) -> list[str]:
        return self._listing.select(self._product.selection(filters or {}))

    def read(self, ids: Sequence[str], _on_groups: OnGroups | None = None, /) -> dict[str, Snapshot | Failure]:
        # The list last: what is written upon it must be as new as can be.
        described = self._listing.read([one for one in ids if one not in self._ready], self._product.view)
        self._ready.update(
            (one, answer)
            for one, answer in described.items()
            if isinstance(answer, Snapshot) and not (answer.passing or answer.blocked)
        )
        answers = [described.get(one) or self._ready[one] for one in ids]
        return dict(zip(ids, self._together(self._with_groups, answers), strict=True))

    def write(self, seen: Snapshot, groups: Sequence[str]) -> None:
        try:
            self._client.write(self._product.write, {self._product.id: seen.id, self._product.sent: list(groups)})
        except CloudError:
            self._ready.pop(seen.id, None)
            raise

    def longest(self) -> int | None:
        # No document names a limit, and no call tells one.
        return self.kind.longest

    def _with_groups(self, described: Snapshot | Failure) -> Snapshot | Failure:
        if isinstance(described, Failure):
            return described
        read_at = self._now()
        try:
            response = self._client.call(self._product.read, {self._product.id: described.id})
            groups = self._groups(response)
            names = {one: name for one, entry in groups.items() if (name := entry.text("SecurityGroupName"))}
        except CloudError as error:
            self._ready.pop(described.id, None)
            return error.failure
        return replace(described, groups=tuple(groups), names=names, read_at=read_at)

    def _groups(self, response: Mapping[str, Any]) -> dict[str, Entry]:
        """Return the groups of a list by ID, in its order. One half understood would be written without the rest."""
        name = self._product.groups
        found = {entry.text("SecurityGroupId") or "": entry for entry in entries_of(response, name)}
        if response.get(name) is None or not all(map(self.kind.group_id.fits, found)):
            raise CloudError(undocumented(f"the list {name}"))
        return found
