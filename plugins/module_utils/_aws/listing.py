# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Actions that list things, on several pages."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .._ansible.options import MOST_PAGES
from .._core.errors import CloudError, ErrorKind, Failure, Meaning

if TYPE_CHECKING:
    from .session import Session

Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Listing:
    """An action of a service that lists ``things``.

    ``method`` is what the client calls it. ``entries`` is the part of a response that holds the things. ``marker`` is
    the argument that asks for the next page, and ``next_marker`` the part of a response that it is set to.
    """

    service: str
    action: str
    method: str
    permission: str
    entries: str
    things: str
    marker: str = "NextToken"
    next_marker: str = "NextToken"
    meanings: Mapping[str, Meaning] = field(default_factory=dict)

    def pages(self, session: Session, arguments: Mapping[str, Any]) -> Iterator[tuple[float, list[Entry]]]:
        """Yield each page with the clock's time before it was read; raise CloudError where that fails."""
        client, marker = session.reader(self.service), None
        for _number in range(MOST_PAGES):
            more = {self.marker: marker} if marker else {}
            with session.call(self.action, self.meanings, self.permission):
                read_at = session.now()
                # A version of botocore that does not know the action has no such method.
                answer = getattr(client, self.method)(**arguments, **more)
                found, marker = list(answer[self.entries]), answer.get(self.next_marker)
            yield read_at, found
            if not marker:
                return
        raise CloudError(undocumented(f"the list of {self.things}, which has no end,"))


def undocumented(what: str) -> Failure:
    """Return what is said of an answer of another form than the documents have it."""
    problem = f"{what} that AWS answers is not as documented; run the task again"
    return Failure(ErrorKind.TRANSIENT, problem, passes=True)
