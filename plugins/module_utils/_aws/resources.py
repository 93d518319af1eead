# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What adapters have in common whose resources one action lists, each with its groups, state and details."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from .._core.adapter import OnGroups, Snapshot
from .._core.errors import CloudError, ErrorKind, Failure, Meaning
from .._core.kind import Kind
from .groups import SECURITY_GROUP_ID, SecurityGroups
from .listing import Entry, Listing, undocumented

if TYPE_CHECKING:
    from .._ansible.options import Runtime
    from .session import Session

Adapter = TypeVar("Adapter")
Answers = dict[str, Snapshot | Failure]

UNKNOWN = Failure(ErrorKind.NOT_FOUND, "it does not exist; check its ID and the region")


class Resources(ABC):
    """Adapter for resources of one kind.

    ``listing`` is the action that lists them, ``id`` the part of an entry that holds the ID, and ``batch`` how many can
    be asked for by their IDs with one call. ``of_one`` are error codes with which AWS refuses such a call because of
    one of the IDs, or because there are too many. ``writing`` is the action that writes a list, with the permission
    that it needs and what its error codes mean.
    """

    kind: ClassVar[Kind]
    listing: ClassVar[Listing]
    id: ClassVar[str]
    batch: ClassVar[int]
    of_one: ClassVar[tuple[str, ...]] = ()
    writing: ClassVar[str]
    permission: ClassVar[str]
    meanings: ClassVar[Mapping[str, Meaning]]

    def __init__(self, session: Session, runtime: Runtime) -> None:
        self.directory = SecurityGroups(session)
        self._session = session
        self._together = runtime.together
        self._listed: Answers = {}
        if runtime.writes:
            self._for_writes = session.client(self.listing.service, for_writes=True)

    @abstractmethod
    def by_ids(self, ids: Sequence[str]) -> Mapping[str, Any]:
        """Return the arguments that list resources by their IDs, at most ``batch``."""

    @abstractmethod
    def selected_by(self, selector: Any) -> Iterator[Mapping[str, Any]]:
        """Yield the arguments of each call that is needed to list what the selector selects."""

    @abstractmethod
    def snapshot(self, entry: Entry, read_at: float) -> Snapshot:
        """Return what an entry tells; raise CloudError where that is not as documented."""

    @abstractmethod
    def send(self, client: Any, seen: Snapshot, groups: list[str]) -> None:
        """Make the call that writes a list."""

    def is_selected(self, entry: Entry, selector: Any) -> bool:  # noqa: ARG002
        """Tell whether the selector selects an entry that was listed for it."""
        return True

    def select(self, selector: Any) -> list[str]:
        found: Answers = {}
        for arguments in self.selected_by(selector):
            for read_at, page in self.listing.pages(self._session, arguments):
                found.update(self._viewed(one, read_at) for one in page if self.is_selected(one, selector))
        # The first reading takes them from here, and so no call of its own.
        self._listed.update(found)
        return list(found)

    def read(self, ids: Sequence[str], _on_groups: OnGroups | None = None, /) -> Answers:
        answers = {one: self._listed.pop(one) for one in ids if one in self._listed}
        rest = [one for one in ids if one not in answers]
        batches = [rest[start : start + self.batch] for start in range(0, len(rest), self.batch)]
        for found in self._together(self._read, batches):
            answers.update(found)
        return {one: answers[one] for one in ids}

    def write(self, seen: Snapshot, groups: Sequence[str]) -> None:
        if not groups:
            # botocore leaves an empty list out of some requests, which then ask for nothing and succeed.
            raise CloudError(Failure(ErrorKind.INVALID, "at least one security group must remain"))
        with self._session.call(self.writing, self.meanings, self.permission, writes=True):
            self.send(self._for_writes, seen, list(groups))

    def longest(self) -> int | None:
        return None

    def _read(self, ids: Sequence[str]) -> Answers:
        try:
            found = dict(
                self._viewed(one, read_at)
                for read_at, page in self.listing.pages(self._session, self.by_ids(ids))
                for one in page
            )
        except CloudError as error:
            if len(ids) > 1 and error.failure.code in self.of_one:
                middle = len(ids) // 2
                return self._read(ids[:middle]) | self._read(ids[middle:])
            return dict.fromkeys(ids, error.failure)
        return {one: self._found(one, found) for one in ids}

    def _found(self, resource_id: str, answers: Answers) -> Snapshot | Failure:
        found = answers.get(self.kind.resource_id.key(resource_id), UNKNOWN)
        return replace(found, id=resource_id) if isinstance(found, Snapshot) else found

    def _viewed(self, entry: Entry, read_at: float) -> tuple[str, Snapshot | Failure]:
        resource_id = entry.get(self.id)
        if not self.kind.resource_id.fits(resource_id):
            raise CloudError(undocumented(f"the list of {self.kind.plural}"))
        try:
            return str(resource_id), self.snapshot(entry, read_at)
        except CloudError as error:
            return str(resource_id), error.failure


def connect(adapter: Callable[[Session, Runtime], Adapter]) -> Callable[[Mapping[str, Any], Runtime], Adapter]:
    """Return what makes an adapter of connection options."""

    def connected(connection: Mapping[str, Any], runtime: Runtime) -> Adapter:
        # Imported here because importing botocore takes longer than finding out that the arguments are wrong.
        from .session import Session

        return adapter(Session(connection, runtime), runtime)

    return connected


def group_ids(found: Sequence[object]) -> tuple[str, ...]:
    """Return IDs of security groups; raise CloudError where some are not.

    A list that is only half understood would be written back without the rest.
    """
    ids = tuple(one for one in found if isinstance(one, str) and SECURITY_GROUP_ID.fits(one))
    if len(ids) < len(found):
        raise CloudError(undocumented("the list of security groups"))
    return ids


def final(state: str) -> Failure:
    """Return what is said of a resource in a state that it does not leave."""
    return Failure(ErrorKind.STATE, f"it is '{state}' and takes no change any more; leave it out, or create it anew")


def tags(entry: Entry, key: str) -> dict[str, str]:
    """Return the tags of an entry."""
    return {one.get("Key", ""): one.get("Value", "") for one in entry.get(key, ())}
