# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Security groups: which ones a task means by a name, and which ones a resource can have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, replace
from itertools import islice
from threading import Lock

from .adapter import Clock, Directory, Group, Snapshot
from .errors import CloudError, ErrorKind, Failure
from .kind import IdForm
from .lists import Change
from .patience import patiently
from .requests import Wanted

ONE_CALL = 100
"""How many groups one call can look up in every cloud."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of checking the groups that are to be attached to a resource.

    ``refusal`` says why the resource cannot have one of them, ``unchecked`` why nobody knows whether it can have
    ``groups``.
    """

    refusal: Failure | None = None
    unchecked: Failure | None = None
    groups: tuple[str, ...] = ()


class Groups:
    """What a task learns of security groups, in one region. ``ask`` may be called by several threads at once."""

    def __init__(
        self, directory: Directory, id_form: IdForm, executor: Executor, clock: Clock, wait_timeout: float
    ) -> None:
        self._directory = directory
        self._id_form = id_form
        self._executor = executor
        self._clock = clock
        self._wait_timeout = wait_timeout
        self._lock = Lock()
        self._asked: set[str] = set()
        self._answers: list[Future[Sequence[Group] | Failure]] = []
        self._failure: Failure | None = None
        self._known: dict[str, list[Group]] = {}
        self._of_vpc: dict[tuple[str | None, str], Failure | None] = {}
        self._attached: set[tuple[str | None, str]] = set()
        self._names: dict[str, str] = {}

    def names_in(self, wanted: Wanted) -> list[str]:
        """Return what is not an id."""
        return [one for one in wanted.groups if not self._id_form.fits(one)]

    def ask(self, references: Iterable[str], also: Iterable[str] = ()) -> None:
        """Start to look up ids and names, unless that was done before. ``learn`` waits for the answer.

        ``also`` are ids whose names people like to see. They are looked up as far as that takes no call of its own.
        """
        needed = list(dict.fromkeys(references))
        room = max(0, ONE_CALL - len(needed))
        with self._lock:
            new = [one for one in dict.fromkeys((*needed, *islice(also, room))) if one not in self._asked]
            if new:
                self._asked.update(new)
                self._answers.append(self._executor.submit(self._find, new))

    def asked(self, references: Iterable[str]) -> bool:
        """Tell whether all of these are looked up."""
        with self._lock:
            return self._asked.issuperset(references)

    def saw(self, seen: Snapshot) -> None:
        """Note that other resources in the same VPC can have what this one has."""
        self._attached.update((self._vpc(seen), one) for one in seen.groups)
        self._names.update(seen.names)

    def needs(self, seen: Snapshot, change: Change) -> bool:
        """Tell whether something has to be looked up to check what is to be attached to a resource."""
        with self._lock:
            return any(
                one not in self._asked and one not in self._known and (self._vpc(seen), one) not in self._attached
                for one in change.added
            )

    def learn(self) -> None:
        """Wait for everything that was asked."""
        for answer in self._answers:
            found = answer.result()
            if isinstance(found, Failure):
                self._failure = found
            else:
                self._note(found)
        self._answers = []

    def learn_of_vpcs(self, needed: Iterable[tuple[Snapshot, Iterable[str]]]) -> None:
        """Ask for those that a resource cannot have as far as is known: its VPC may share groups with other ones."""
        if self._failure:
            return
        together: dict[str | None, dict[str, None]] = {}
        for seen, references in needed:
            for one in references:
                if not self._fits(seen, one) and (seen.vpc_id, one) not in self._of_vpc:
                    together.setdefault(seen.vpc_id, {})[one] = None
        for vpc_id, unknown in together.items():
            failure = None
            try:
                self._note(self._patiently_of_vpc(vpc_id, list(unknown)))
            except CloudError as error:
                failure = error.failure
            self._of_vpc.update(((vpc_id, one), failure) for one in unknown)

    def resolved(self, wanted: Wanted, seen: Snapshot) -> Wanted | Failure:
        """Return what is wanted with ids for names, or why a name does not stand for one group."""
        ids: list[str] = []
        for one in wanted.groups:
            found = one if self._id_form.fits(one) else self._id_of(one, seen)
            if isinstance(found, Failure):
                return found
            if found in ids:
                twice = f"security group {self.label(found)} is named more than once; name it once"
                return Failure(ErrorKind.INVALID, twice)
            ids.append(found)
        return replace(wanted, groups=tuple(ids))

    def check(self, seen: Snapshot, change: Change) -> Checked:
        """Return whether a resource can have the groups that are to be attached to it."""
        unchecked, groups = None, []
        for one in change.added:
            if self._fits(seen, one):
                continue
            if failure := self._failure or self._of_vpc.get((seen.vpc_id, one)):
                unchecked = failure
                groups.append(one)
            else:
                return Checked(self._unfit(seen, one))
        return Checked(self._mixed(change), unchecked, tuple(groups))

    def names(self, ids: Iterable[str]) -> dict[str, str]:
        """Return the names of groups by id, as far as they are known."""
        return {one: _shown(self._names[one]) for one in ids if self._names.get(one)}

    def label(self, group_id: str) -> str:
        """Return what messages call a group: its id, and its name where that is known."""
        name = self.names([group_id]).get(group_id)
        return f"{group_id} ({name})" if name else group_id

    def _find(self, references: Sequence[str]) -> Sequence[Group] | Failure:
        try:
            return patiently(lambda: self._directory.find(references), self._clock, self._wait_timeout)
        except CloudError as error:
            return error.failure

    def _patiently_of_vpc(self, vpc_id: str | None, references: Sequence[str]) -> Sequence[Group]:
        return patiently(lambda: self._directory.of_vpc(vpc_id, references), self._clock, self._wait_timeout)

    def _note(self, found: Iterable[Group]) -> None:
        for group in found:
            self._names[group.id] = group.name
            # What has the form of an id is an id, whatever is called like that.
            for reference in (group.id, group.name):
                if (reference == group.id) == self._id_form.fits(reference):
                    self._known.setdefault(reference, []).append(group)

    def _vpc(self, seen: Snapshot) -> str | None:
        return seen.vpc_id if self._directory.by_vpc else None

    def _fits(self, seen: Snapshot, reference: str) -> bool:
        return (self._vpc(seen), reference) in self._attached or bool(self._fitting(seen, reference))

    def _fitting(self, seen: Snapshot, reference: str) -> list[Group]:
        known = self._known.get(reference, [])
        if self._id_form.fits(reference):
            return [one for one in known if not self._directory.misfit(seen, one)]
        # A name is looked for in the VPC of the resource, whatever else it may have.
        return [one for one in known if not self._directory.by_vpc or one.vpc_id == seen.vpc_id]

    def _id_of(self, name: str, seen: Snapshot) -> str | Failure:
        ids = list(dict.fromkeys(one.id for one in self._fitting(seen, name)))
        if len(ids) == 1:
            return ids[0]
        if ids:
            several = f"{len(ids)} security groups have the name '{name}': {', '.join(ids)}; give the ID of one"
            return Failure(ErrorKind.INVALID, several)
        if failure := self._failure or self._of_vpc.get((seen.vpc_id, name)):
            unknown = f"the security group '{name}' cannot be looked up, so give its ID; {failure.message}"
            return replace(failure, message=unknown)
        where = f"in {seen.vpc_id}" if self._directory.by_vpc and seen.vpc_id else "in the region"
        said = f"no security group {where} has the name '{name}'"
        if others := dict.fromkeys(f"{one.id} of {one.vpc_id or 'no VPC'}" for one in self._known.get(name, ())):
            said += f", only {', '.join(others)}"
        return Failure(ErrorKind.NOT_FOUND, f"{said}; check the name, or give an ID like {self._id_form.example}")

    def _mixed(self, change: Change) -> Failure | None:
        """Return why a resource cannot have all groups of a list together, as far as their types are known."""
        types = {group.type: group for one in change.after for group in self._known.get(one, ()) if group.type}
        if len(types) < 2:
            return None
        named = " and ".join(f"{self.label(group.id)} of the type '{name}'" for name, group in types.items())
        problem = f"a resource cannot have the security groups {named} together; name groups of one type"
        return Failure(ErrorKind.INVALID, problem)

    def _unfit(self, seen: Snapshot, group_id: str) -> Failure:
        if found := self._known.get(group_id):
            reason = f"security group {self.label(group_id)} {self._directory.misfit(seen, found[0])}"
            return Failure(ErrorKind.INVALID, f"{reason}; name a group that it can have")
        where = f"in {seen.vpc_id}" if self._directory.by_vpc and seen.vpc_id else "in the region"
        return Failure(ErrorKind.NOT_FOUND, f"security group {group_id} does not exist {where}; check the ID")


def _shown(name: str) -> str:
    return "".join(one if one.isprintable() else " " for one in name)
