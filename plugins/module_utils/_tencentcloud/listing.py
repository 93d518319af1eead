# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the resources of a kind are listed, by ids and by filters, in batches and on pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from .._ansible.options import MOST_PAGES, Runtime
from .._core.adapter import Snapshot
from .._core.errors import CloudError, ErrorKind, Failure
from .._core.kind import IdForm
from .answers import Entry, entries_of, undocumented
from .options import NO_SUCH_THING

if TYPE_CHECKING:
    from .client import Client

PAGE = 100
"""How many resources a page may hold."""


class Listing:
    """Reads the resources of one kind, by ids or by filters, with the action that describes them.

    ``ids`` is the action's argument, ``entries`` and ``id`` are what it answers, and ``form`` is how an id looks.
    ``batch`` is how many ids a call may name.
    """

    def __init__(
        self,
        client: Client,
        runtime: Runtime,
        action: str,
        *,
        ids: str,
        entries: str,
        id: str,  # noqa: A002 - as in the answers
        form: IdForm,
        batch: int = PAGE,
    ) -> None:
        self.batch = batch
        self._client = client
        self._now = runtime.clock.now
        self._together = runtime.together
        self._action = action
        self._ids = ids
        self._entries = entries
        self._id = id
        self._form = form

    def read(
        self, ids: Sequence[str], view: Callable[[Entry, float], Snapshot | Failure]
    ) -> dict[str, Snapshot | Failure]:
        """Return what ``view`` makes of each resource's entry and of the time just before it was read.

        One id that the cloud does not know may have it refuse the whole batch. Such a batch is read again by halves,
        until those ids are alone.
        """
        answers: dict[str, Snapshot | Failure] = {}
        batches = [ids[start : start + self.batch] for start in range(0, len(ids), self.batch)]
        while batches:
            halves: list[Sequence[str]] = []
            for batch, found in zip(
                batches, self._together(lambda batch: self._read(batch, view), batches), strict=True
            ):
                if not isinstance(found, Failure):
                    answers.update(found)
                elif not self._speaks_of_an_id(found):
                    answers.update(dict.fromkeys(batch, found))
                elif len(batch) > 1:
                    halves += [batch[: len(batch) // 2], batch[len(batch) // 2 :]]
                else:
                    message = f"{NO_SUCH_THING} ({self._action} answered {found.code})"
                    answers[batch[0]] = replace(found, kind=ErrorKind.NOT_FOUND, message=message)
            batches = halves
        return {resource_id: answers[resource_id] for resource_id in ids}

    def select(self, criteria: Mapping[str, Any]) -> list[str]:
        """Return the ids of all resources that fit the action's arguments, on all pages, or of all without any.

        Raise CloudError where a call fails.
        """
        found: dict[str, None] = {}
        counted: object = None
        for number in range(MOST_PAGES):
            response = self._client.call(self._action, {**criteria, "Limit": PAGE, "Offset": number * PAGE})
            page = entries_of(response, self._entries)
            known = len(found)
            found.update((self._id_of(entry), None) for entry in page)
            total = response.get("TotalCount")
            # One that fits no more moves others to a page that was read before, and they would be left out.
            if number > 0 and total != counted:
                problem = "what the filters select changed while it was listed; run the task again"
                raise CloudError(Failure(ErrorKind.TRANSIENT, problem, passes=True))
            counted = total
            if len(found) >= total if isinstance(total, int) else len(page) < PAGE:
                return list(found)
            if len(found) == known:
                problem = f"{self._action} answers fewer resources than there are ({len(found)}); run the task again"
                raise CloudError(Failure(ErrorKind.TRANSIENT, problem, passes=True))
        raise CloudError(undocumented(f"a list {self._entries} without an end"))

    def _speaks_of_an_id(self, failure: Failure) -> bool:
        patterns = self._client.service.unknown_id
        return failure.code is not None and any(fnmatchcase(failure.code, one) for one in patterns)

    def _id_of(self, entry: Entry) -> str:
        found = entry.text(self._id)
        if found is None or not self._form.fits(found):
            raise CloudError(undocumented(f"the {self._id} of a list {self._entries}"))
        return found

    def _read(
        self, ids: Sequence[str], view: Callable[[Entry, float], Snapshot | Failure]
    ) -> dict[str, Snapshot | Failure] | Failure:
        read_at = self._now()
        try:
            response = self._client.call(self._action, {self._ids: list(ids), "Limit": PAGE})
            entries = {entry.text(self._id): entry for entry in entries_of(response, self._entries)}
        except CloudError as error:
            return error.failure
        request_id = Entry(response).text("RequestId")
        unknown = Failure(ErrorKind.NOT_FOUND, NO_SUCH_THING, request_id=request_id)
        return {one: _viewed(entries[one], read_at, view) if one in entries else unknown for one in ids}


def _viewed(entry: Entry, read_at: float, view: Callable[[Entry, float], Snapshot | Failure]) -> Snapshot | Failure:
    try:
        return view(entry, read_at)
    except CloudError as error:
        return error.failure
