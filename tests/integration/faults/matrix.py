# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can go wrong, how it is played on a simulator, and how the task must end. The table in docs/ is made of this."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from tests.integration.faults.kinds import HTML, KINDS, Kind, Simulator
from tests.simulators.server import Effect, Hang, Meddle, Raw

FOR_GOOD = None
NOBODY = "http://127.0.0.1:9"
"""An endpoint where no one listens."""


@dataclass(frozen=True)
class Scene:
    """A resource with two security groups, to which a task attaches a third, and what goes wrong with it."""

    kind: Kind
    cloud: Simulator
    resource: str
    groups: Sequence[str]

    @property
    def old(self) -> list[str]:
        return list(self.groups[:2])

    @property
    def group(self) -> str:
        return self.groups[2]

    @property
    def foreign(self) -> Sequence[str]:
        """Groups that only another writer attaches."""
        return self.groups[3:]

    def on_read(self, effect: Effect, times: int | None = 1) -> None:
        self.cloud.play(effect, *self.kind.reads, resource=self.resource, times=times)

    def on_write(self, effect: Effect, times: int | None = 1) -> None:
        self.cloud.play(effect, self.kind.write, resource=self.resource, times=times)

    def after_write(self, effect: Effect, times: int | None = 1) -> None:
        """Have the reads after the first write misbehave."""
        self.on_write(Meddle(lambda: self.on_read(effect, times)))

    def put_in_state(self, state: str | None, reads: int | None = None) -> None:
        self.cloud.put_in_state(self.resource, str(state), reads)

    def remove(self) -> None:
        self.cloud.remove(self.resource)

    def attach(self, *groups: str) -> None:
        """Be another writer."""
        self.cloud.attach(self.resource, *groups)

    def attach_others_in_turn(self) -> Callable[[], None]:
        turns = itertools.cycle(self.foreign[:2])
        return lambda: self.attach(*self.old, next(turns))


class List(StrEnum):
    """What is attached to the resource after a task that failed."""

    UNTOUCHED = "nothing written"
    OLD = "list as before"
    NEW = "list as asked, not read back"
    GONE = "resource gone"
    FOREIGN = "list of another writer"


@dataclass(frozen=True)
class Done:
    """The task succeeds, and the list is as asked. ``writes`` is how many it takes; None where it may be any number."""

    writes: int | None = 1
    foreign: int = 0

    def __str__(self) -> str:
        return "done"


@dataclass(frozen=True)
class Fails:
    """The task fails with an error of this kind. ``says`` is what its message holds, with what the kind calls it.

    ``known`` tells whether the list could be read at all, so that ``before`` is recorded.
    """

    error: str
    list: List
    says: str
    known: bool = True

    def __str__(self) -> str:
        return f"`{self.error}`, {self.list}"


@dataclass(frozen=True)
class Fault:
    """A row of the table. ``slow`` says that it takes the time-out of the SDK, and so is played beside the others.

    ``state`` is which state of a kind it takes: it cannot happen to a kind without.
    """

    name: str
    outcome: Done | Fails
    play: Callable[[Scene], object]
    wait_timeout: int = 60
    slow: bool = False
    endpoint: str | None = None
    state: str | None = None

    def happens_to(self, kind: Kind) -> bool:
        return self.state is None or getattr(kind, self.state) is not None


BRIEF = 1
MARK = "<!-- Made by: python -m tests.integration.faults -->"
"""The line above the table in docs/faults.md."""

FAULTS = (
    Fault(
        "Reads are throttled for a while",
        Done(),
        lambda one: one.on_read(one.kind.throttled, 2 * one.kind.tries),
    ),
    Fault(
        "Reads stay throttled",
        Fails("throttled", List.UNTOUCHED, "throttles the calls of this account", known=False),
        lambda one: one.on_read(one.kind.throttled, FOR_GOOD),
        wait_timeout=BRIEF,
    ),
    Fault(
        "A read is answered with HTTP 500",
        Done(),
        lambda one: one.on_read(one.kind.broken, one.kind.tries),
    ),
    Fault(
        "All reads are answered with HTTP 503",
        Fails("transient", List.UNTOUCHED, "run the task again", known=False),
        lambda one: one.on_read(one.kind.unavailable, FOR_GOOD),
        wait_timeout=BRIEF,
    ),
    Fault(
        "Connections are refused",
        Fails("transient", List.UNTOUCHED, "cannot be reached; check region, endpoint", known=False),
        lambda _one: None,
        wait_timeout=BRIEF,
        endpoint=NOBODY,
    ),
    Fault(
        "The connection is reset during a read",
        Done(),
        lambda one: one.on_read(Hang(reset=True), one.kind.tries),
    ),
    Fault(
        "Reads are never answered",
        Fails("transient", List.UNTOUCHED, "cannot be reached; check region, endpoint", known=False),
        lambda one: one.on_read(Hang(seconds=one.kind.silence), FOR_GOOD),
        wait_timeout=BRIEF,
        slow=True,
    ),
    Fault(
        "The answer to a read is not JSON",
        Done(),
        lambda one: one.on_read(Raw(200, HTML, "text/html")),
    ),
    Fault(
        "The answer to a read is empty",
        Done(),
        lambda one: one.on_read(Raw(200, b"", "application/json")),
    ),
    Fault(
        "The answer to a read is JSON of another shape",
        Done(),
        lambda one: one.on_read(Raw(200, b"{}", "application/json")),
    ),
    Fault(
        "Writes are throttled for a while",
        Done(writes=3),
        lambda one: one.on_write(one.kind.throttled, 2),
    ),
    Fault(
        "Writes stay throttled",
        Fails("throttled", List.OLD, "throttles the calls of this account"),
        lambda one: one.on_write(one.kind.throttled, FOR_GOOD),
        wait_timeout=BRIEF,
    ),
    Fault(
        "A write is answered with HTTP 500",
        Done(writes=2),
        lambda one: one.on_write(one.kind.broken),
    ),
    Fault(
        "A write is answered with HTTP 503",
        Done(writes=2),
        lambda one: one.on_write(one.kind.unavailable),
    ),
    Fault(
        "All writes are answered with HTTP 500",
        Fails("transient", List.OLD, "run the task again"),
        lambda one: one.on_write(one.kind.broken, FOR_GOOD),
        wait_timeout=BRIEF,
    ),
    Fault(
        "The connection is reset during a write, which was not applied",
        Done(writes=2),
        lambda one: one.on_write(Hang(reset=True)),
    ),
    Fault(
        "The answer is lost after the write was applied",
        Done(writes=1),
        lambda one: one.on_write(Hang(applied=True)),
    ),
    Fault(
        "The answer is lost, and another writer adds a group to what was written",
        Done(writes=1, foreign=1),
        lambda one: one.on_write(Meddle(lambda: one.attach(*one.groups[:4]), then=Hang())),
    ),
    Fault(
        "The write is never answered, but was applied",
        Done(writes=1),
        lambda one: one.on_write(Hang(applied=True, seconds=one.kind.silence)),
        slow=True,
    ),
    Fault(
        "The answer to a write is not JSON, but the write was applied",
        Done(writes=1),
        lambda one: one.on_write(Raw(200, HTML, "text/html", applied=True)),
    ),
    Fault(
        "The answer to a write is not JSON, and the write was not applied",
        Done(writes=2),
        lambda one: one.on_write(Raw(200, HTML, "text/html")),
    ),
    Fault(
        "All reads after the write fail",
        Fails("transient", List.NEW, "may or may not be attached"),
        lambda one: one.after_write(Hang(reset=True), FOR_GOOD),
        wait_timeout=BRIEF,
    ),
    Fault(
        "Reads show the old list for a while",
        Done(writes=1),
        lambda one: one.cloud.serve_old_list(one.resource, reads=2),
    ),
    Fault(
        "Reads go on showing the old list",
        Fails("timeout", List.NEW, "written and accepted, but does not read back as written"),
        lambda one: one.cloud.serve_old_list(one.resource, reads=10_000),
        wait_timeout=BRIEF,
    ),
    Fault(
        "Reading is permitted, writing is not",
        Fails("denied", List.OLD, "the credentials lack a permission; grant"),
        lambda one: one.on_write(one.kind.denied, FOR_GOOD),
    ),
    Fault(
        "The credentials end between read and write",
        Fails("auth", List.OLD, "does not accept the credentials"),
        lambda one: one.on_write(one.kind.unsigned, FOR_GOOD),
    ),
    Fault(
        "The resource is in a passing state",
        Done(writes=1),
        lambda one: one.put_in_state(one.kind.passing, reads=3),
        state="passing",
    ),
    Fault(
        "The resource stays in a passing state",
        Fails("timeout", List.OLD, "it stays '{kind.passing}'"),
        lambda one: one.put_in_state(one.kind.passing),
        wait_timeout=BRIEF,
        state="passing",
    ),
    Fault(
        "The resource enters a passing state between read and write",
        Done(writes=None),
        lambda one: one.on_write(Meddle(lambda: one.put_in_state(one.kind.passing, reads=2))),
        state="passing",
    ),
    Fault(
        "The resource is in a final state",
        Fails("state", List.UNTOUCHED, "it is '{kind.final}' and takes no change"),
        lambda one: one.put_in_state(one.kind.final),
        state="final",
    ),
    Fault(
        "The resource is deleted between read and write",
        Fails("not_found", List.GONE, "does not exist"),
        lambda one: one.on_write(Meddle(one.remove)),
    ),
    Fault(
        "The resource is deleted between write and reading back",
        Fails("not_found", List.GONE, "does not exist"),
        lambda one: one.after_write(Meddle(one.remove)),
    ),
    Fault(
        "Another writer adds a group between read and write",
        Done(writes=None, foreign=1),
        lambda one: one.after_write(Meddle(lambda: one.attach(*one.old, one.foreign[0]))),
    ),
    Fault(
        "Another writer keeps undoing what is written",
        Fails("conflict", List.FOREIGN, "a concurrent writer changed its security groups"),
        lambda one: one.after_write(Meddle(one.attach_others_in_turn()), FOR_GOOD),
        wait_timeout=BRIEF,
    ),
)


@dataclass(frozen=True)
class Batch:
    """A row about many resources at once. Its tests are beside the matrix."""

    name: str
    outcome: str


UNKNOWN_AMONG_FIFTY = Batch("One of 51 resources does not exist", "`not_found`, nothing written")
REFUSED_AMONG_FIFTY = Batch("The write of one of 51 resources is refused", "`denied` for that one, 50 done")
KILLED = Batch("The process is killed in the middle of 30 resources, and the playbook run again", "done")
BATCHES = (UNKNOWN_AMONG_FIFTY, REFUSED_AMONG_FIFTY, KILLED)


def table() -> str:
    """Return the table of all faults and kinds, in Markdown."""
    rows = [
        ["what happens", *(kind.title for kind in KINDS)],
        ["---"] * (1 + len(KINDS)),
        *([row.name, *(str(row.outcome) if row.happens_to(kind) else "-" for kind in KINDS)] for row in FAULTS),
        *([row.name, *[row.outcome] * len(KINDS)] for row in BATCHES),
    ]
    return "".join(f"| {' | '.join(row)} |\n" for row in rows)
