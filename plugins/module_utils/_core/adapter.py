# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the core needs of a cloud, of the clock, and of the machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass, field
from typing import Protocol

from .effect import Effect
from .errors import Failure
from .kind import Kind
from .lists import Change


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One resource as it was read.

    ``groups`` is the list in the cloud's order. ``read_at`` is the clock's time, in seconds, before the call that
    returned it. ``state`` is the cloud's own word; ``passing`` says that the resource leaves that state by
    itself, that it takes no change before, and that a write is not done before; ``blocked`` says why its list can
    not be changed any more; ``excluded`` says why it is not for this kind's module, whether or not its list would
    change. ``write_failed`` says that the cloud accepted the last write, and why it then came to nothing. ``vpc_id`` is
    the VPC that the resource is in, or None where it is in none or that is not known. ``names`` are those of groups by
    id, where the cloud tells them with the list. ``details`` are for people and reports.
    """

    id: str
    groups: tuple[str, ...]
    read_at: float
    state: str
    passing: bool = False
    blocked: Failure | None = None
    excluded: Failure | None = None
    write_failed: Failure | None = None
    vpc_id: str | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    details: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Group:
    """A security group.

    ``vpc_id`` is the VPC that it belongs to, or None where it has none. ``type`` is what all groups of one resource
    must have in common, or None where there is no such thing.
    """

    id: str
    name: str
    vpc_id: str | None = None
    type: str | None = None


class Reviewer(Protocol):
    """Tells what changes of lists do to traffic, in one region."""

    def learn(self, groups: Sequence[str], /) -> None:
        """Read what decides about traffic, once for each group. What cannot be read is unknown, and not an error."""

    def effect(self, change: Change, /) -> Effect:
        """Return what a change does. All its groups were learned before."""


class Directory(Protocol):
    """Looks up security groups, in one region. Used by several threads at once."""

    @property
    def by_vpc(self) -> bool:
        """Whether a group belongs to a VPC."""

    def find(self, references: Sequence[str], /) -> Sequence[Group]:
        """Return the groups that have these ids, or names; raise CloudError where that cannot be known.

        A name may be that of several.
        """

    def of_vpc(self, vpc_id: str | None, references: Sequence[str], /) -> Sequence[Group]:
        """Return those groups that a resource in a VPC can have although ``find`` does not tell so.

        Raise CloudError where that cannot be known.
        """

    def misfit(self, seen: Snapshot, group: Group, /) -> str | None:
        """Return why a resource cannot have a group, as what is said of the group, or None where it can."""

    def reviewer(self) -> Reviewer:
        """Return what tells the effect of changes."""


OnGroups = Callable[[str, Sequence[str]], None]
"""Called with the id of a resource and its groups, perhaps by several threads at once."""


class Adapter(Protocol):
    """Reads and writes the lists of one kind of resource. Used by several threads at once."""

    @property
    def kind(self) -> Kind:
        """The resource type whose lists it reads and writes."""

    @property
    def directory(self) -> Directory:
        """What looks up the groups that the resources may have."""

    @property
    def batch(self) -> int:
        """How many resources one call can read."""

    def read(self, ids: Sequence[str], on_groups: OnGroups | None = None, /) -> Mapping[str, Snapshot | Failure]:
        """Return a snapshot or a failure for each of the ids, however many.

        Where the rest of a snapshot comes later than the groups, ``on_groups`` is told those at once.
        """

    def write(self, seen: Snapshot, groups: Sequence[str]) -> None:
        """Replace the whole list of a resource that was last seen like this; raise CloudError where that fails."""

    def longest(self) -> int | None:
        """Return how long a list may be in this account, or None where that cannot be known.

        Only asked where the kind's own ``longest`` is None. Raise CloudError where it may be known a little later.
        """


@dataclass(frozen=True, slots=True)
class Clock:
    """Time, injected: ``now`` and ``sleep`` in seconds, ``jitter`` between 0 and 1."""

    now: Callable[[], float]
    sleep: Callable[[float], None]
    jitter: Callable[[], float]


class Locks(Protocol):
    """Keep tasks on one machine from writing to the same resource at the same time."""

    def take(self, resource_id: str) -> float | None:
        """Take a resource's lock; return when another task last had it, by the clock, or None where one has it now."""

    def give_back(self, resource_id: str) -> None:
        """Let other tasks have the lock."""


@dataclass(frozen=True, slots=True)
class Machine:
    """What a task runs on. ``parallelism`` is how many of its calls may be under way at once."""

    clock: Clock
    locks: Locks
    executor: Executor
    parallelism: int
