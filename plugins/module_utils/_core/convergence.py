# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One resource on its way to its list: what it needs next, and what came of it.

It only ever believes what was read. A lost answer, a throttled call, a state that passes and another writer are all
the same thing to it: a list that is not yet what is wanted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, auto

from . import lists
from .adapter import Clock, Snapshot
from .errors import CloudError, ErrorKind, Failure
from .lists import Change
from .patience import pauses
from .requests import Request
from .results import Result

FRESH = 1.0
"""Seconds for which a plan may be carried out."""

OLDEST = 3.0
"""Seconds for which a first reading may be written upon, however new its plan: planning many resources takes time."""

NOT_READ_BACK = Failure(
    ErrorKind.TIMEOUT,
    "the list was written and accepted, but does not read back as written; look at it and run again",
    passes=True,
)

SHOWN_WITHIN = 0.25
"""For which part of ``wait_timeout`` an accepted list may read back as before until it is written again.

Clouds show lists seconds late, and what another writer added meanwhile to the accepted one would be lost.
"""

SETTLE_JITTER = 0.2
"""By which part of ``settle`` a look may come later. Writers that find each other's work must not keep in step."""

DOUBTFUL_TRIES = 5
"""How often in all a call is made that keeps failing for doubtful reasons: for some seconds, as pauses grow."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a request means for a resource as it was seen, and why it cannot be done, if so."""

    request: Request
    seen: Snapshot
    change: Change
    refusal: Failure | None

    @property
    def feasible(self) -> bool:
        """Whether there is something to do that can be done."""
        return self.change.changed and not self.refusal

    @property
    def unsettled(self) -> bool:
        """Whether there is nothing to do, unless an operation that is under way changes the list."""
        return not self.change.changed and not self.refusal and self.seen.passing


@dataclass(frozen=True, slots=True)
class _Sent:
    """A write that may have been applied: after which readings, and when it was accepted; None where nobody said so."""

    known: tuple[Snapshot, ...]
    groups: tuple[str, ...]
    accepted_at: float | None

    @property
    def upon(self) -> Snapshot:
        return self.known[-1]


class Need(Enum):
    """What a resource on its way needs next."""

    LOOK = auto()
    WRITE = auto()


class Convergence:
    """One resource on its way to its list.

    ``need`` tells what it needs next, not before ``due``; None once there is a ``result``. The time that it may take
    is counted from its first write, or from the first thing that keeps it from that. ``settle`` is for how many seconds
    a list that was written has to stay as wanted.
    """

    def __init__(
        self,
        plan: Callable[[Request, Snapshot], Plan],
        ordered: bool,
        wait_timeout: float,
        settle: float,
        clock: Clock,
        first: Plan,
    ) -> None:
        self.seen = first.seen
        self.groups = first.change.after
        self.due = self._planned_at = clock.now()
        self.result: Result | None = None
        self._plan = plan
        self._ordered = ordered
        self._wait_timeout = wait_timeout
        self._settle = settle
        self._right_since: float | None = None
        self._clock = clock
        self._pauses = pauses(clock)
        self._request = first.request
        self._deadline: float | None = None
        self._given_up: Failure | None = None
        self._given_up_after = f"{wait_timeout:g} s"
        self._doubts = 0
        self._look_first = False
        self._looked = False
        self._read = [first.seen]
        self._sent: list[_Sent] = []
        self._sent_any = False
        # The accepted write that was not read back yet.
        self._awaited: _Sent | None = None
        # The accepted write after which a list of another writer was read.
        self._contested: _Sent | None = None
        self._unread_write = False
        self._unanswered_write = False

    @property
    def urgency(self) -> tuple[float, float]:
        """What to sort by: those whose time is running go first, and then those that were read last."""
        return (self._deadline or float("inf"), -self.seen.read_at)

    @property
    def fresh(self) -> bool:
        """Whether its plan may be carried out without another look."""
        now = self._clock.now()
        return now - self._planned_at <= FRESH and now - self.seen.read_at <= OLDEST

    @property
    def ageing(self) -> bool:
        """Whether its plan will soon be too old."""
        return not self.fresh or self._clock.now() - self._planned_at > FRESH / 2

    def need(self) -> Need | None:
        """Decide upon what was seen last."""
        if not self.result and not self._look_first:
            try:
                if self._decide():
                    return Need.WRITE
                self._settled()
            except CloudError as error:
                self._stopped(error.failure)
        return None if self.result else Need.LOOK

    def looked(self, answer: Snapshot | Failure) -> None:
        if isinstance(answer, Failure):
            self._look_first = True
            self._stopped(answer)
        else:
            if answer.write_failed:
                self._forget_failed()
            elif self._came_to_nothing(answer):
                self._sent.clear()
            self.seen = answer
            self._read.append(answer)
            self._planned_at = self._clock.now()
            self._look_first = False
            self._looked = True
            # As long as an accepted list is not shown, it may be attached all the same.
            self._unread_write = self._awaited is not None and self._may_be_late(self._awaited)
            if answer.write_failed:
                self._stopped(answer.write_failed)

    def wrote(self, failure: Failure | None) -> None:
        self._begun()
        self._look_first = failure is None
        # Only where nobody knows may the write have been applied although it failed: the other kinds are refusals.
        self._unanswered_write = failure is not None and failure.kind is ErrorKind.TRANSIENT
        if failure is None or self._unanswered_write:
            self._unread_write = True
            sent = _Sent(tuple(self._read), self.groups, None if failure else self._clock.now())
            self._sent.append(sent)
            self._sent_any = True
            self._awaited = sent if failure is None else None
        if failure:
            self._stopped(failure)

    def must_look(self) -> None:
        """Learn that what was seen is too old to be written upon."""
        self._look_first = True

    def locked_out(self) -> None:
        """Learn that another task on this machine is writing to the resource."""
        self._stopped(
            Failure(
                ErrorKind.CONFLICT,
                "another task on this machine is changing its security groups all the time; run the task again",
                passes=True,
            )
        )

    def give_up(self, refusal: Failure) -> None:
        """Learn that the cloud takes no writes at all, so that one more look is all that is left to do."""
        self._given_up = refusal
        self._look_first = True

    def _begun(self) -> float:
        """Return the time at which this is given up."""
        if self._deadline is None:
            self._deadline = self._clock.now() + self._wait_timeout
        return self._deadline

    def _decide(self) -> bool:
        """Return whether a write is due; raise what is in the way. Once given up, nothing is written."""
        # What is expected is the list that the first write replaces.
        request = replace(self._request, expected=None) if self._sent else self._request
        plan = self._plan(request, self.seen)
        self.groups = plan.change.after
        if not plan.change.changed:
            # The list may be that of an operation that is still under way, whoever began it. In the end that is
            # only in the way of what was written here: a state may last for hours.
            if self._sent_any or not self._given_up:
                self._check_state()
            return False
        self._right_since = None
        if plan.refusal:
            raise CloudError(plan.refusal)
        if self._given_up:
            # A list that was accepted and is not there matters more than what refused the next try.
            is_late = self._awaited is not None and self._may_be_late(self._awaited)
            raise CloudError(NOT_READ_BACK if is_late and not self._contested else self._given_up)
        self._check_state()
        self._check_last_write()
        self._check_age()
        return True

    def _settled(self) -> None:
        """End with the list as wanted, if it was written and has stayed so for long enough, or else look again."""
        if not self._settle or not self._sent_any:
            self.result = self._told(None)
            return
        if self._right_since is None:
            self._right_since = self.seen.read_at
            # It is there. Should the old list be seen again, another writer wrote it.
            self._awaited = None
        due = self._right_since + self._settle
        if self.seen.read_at >= due:
            self.result = self._told(None)
        elif due > self._begun() or self._given_up:
            problem = f"its list was as wanted, but did not stay so for {self._settle:g} s"
            advice = "let one task at a time manage its security groups, or raise wait_timeout, and run the task again"
            self.result = self._told(Failure(ErrorKind.CONFLICT, f"{problem}; {advice}"))
        else:
            self.due = min(due + self._settle * SETTLE_JITTER * self._clock.jitter(), self._begun())
            self._look_first = True

    def _stopped(self, obstacle: Failure) -> None:
        if self._given_up:
            self.result = self._told(obstacle, f"given up after {self._given_up_after}")
        elif not obstacle.passes:
            self.result = self._told(obstacle)
        else:
            now, deadline = self._clock.now(), self._begun()
            self._doubts += obstacle.doubtful
            self.due = min(now + next(self._pauses), max(now, deadline))
            if self.due >= deadline:
                self._given_up = obstacle
            elif self._doubts == DOUBTFUL_TRIES:
                self._given_up, self._given_up_after, self.due = obstacle, f"{DOUBTFUL_TRIES} tries", now
            # Throttled, nothing was done, and what was seen is as good as before.
            self._look_first = self._look_first or bool(self._given_up) or obstacle.kind is not ErrorKind.THROTTLED

    def _check_state(self) -> None:
        if self.seen.passing:
            raise CloudError(
                Failure(
                    ErrorKind.TIMEOUT,
                    f"it stays '{self.seen.state}'; run the task again when that has passed",
                    passes=True,
                )
            )

    def _check_last_write(self) -> None:
        awaited = self._awaited
        if awaited is None or awaited.accepted_at is None:
            return
        late = self._may_be_late(awaited)
        if late and self.seen.read_at - awaited.accepted_at > self._wait_timeout * SHOWN_WITHIN:
            return
        if not late and self._contested is awaited:
            return
        if not late:
            self._contested = awaited
        if self._contested:
            raise CloudError(
                Failure(
                    ErrorKind.CONFLICT,
                    "a concurrent writer changed its security groups; "
                    "let one task at a time manage them and run the task again",
                    passes=True,
                )
            )
        raise CloudError(
            Failure(
                ErrorKind.TIMEOUT,
                "the list was written and accepted, but does not read back as written; look at it and run again",
                passes=True,
            )
        )

    def _may_be_late(self, awaited: _Sent) -> bool:
        """Whether what was seen last may be older than the accepted write: a list that was read before that."""
        return any(not self._compare(one, self.seen).changed for one in awaited.known)

    def _check_age(self) -> None:
        """Refuse to write upon a look that took so long that others may well have written since."""
        took = self._planned_at - self.seen.read_at
        if self._looked and took > OLDEST:
            problem = f"it took {took:.0f} s to read its list, and upon a list that old nothing is written"
            raise CloudError(Failure(ErrorKind.TIMEOUT, f"{problem}; run the task again", passes=True))

    def _came_to_nothing(self, answer: Snapshot) -> bool:
        """Whether all that was sent had no answer and nothing of it is there, so that the list is as others left it."""
        if not self._sent or any(one.accepted_at is not None for one in self._sent):
            return False
        last = self._sent[-1]
        sent = lists.compare(last.upon.groups, last.groups, ordered=self._ordered)
        found = set(answer.groups)
        in_old_order = not sent.moved or not self._compare(last.upon, answer).moved
        return found.isdisjoint(sent.added) and found.issuperset(sent.removed) and in_old_order

    def _forget_failed(self) -> None:
        """Learn that the last accepted write was not applied after all."""
        self._awaited = None
        accepted = [one for one in self._sent if one.accepted_at is not None]
        if accepted:
            self._sent.remove(accepted[-1])

    def _compare(self, old: Snapshot, new: Snapshot) -> Change:
        return lists.compare(old.groups, new.groups, ordered=self._ordered)

    def _told(self, error: Failure | None, *remarks: str) -> Result:
        seen = self.seen
        if self._unread_write:
            remarks += ("a list was sent and could not be read back, so it may or may not be attached",)
        elif self._unanswered_write:
            # Read back at once, it may still be on its way.
            remarks += ("the list that was sent last was not attached when it was read back",)
        if error and remarks:
            error = replace(error, message=f"{error.message} ({'; '.join(remarks)})")
        before = (self._sent[0].upon if self._sent else seen).groups
        first_sent = self._sent[0].groups if self._sent else ()
        # The order that a cloud reports may not be the one that check mode foretold.
        after = seen.groups if self._ordered else lists.arranged(seen.groups, (*before, *first_sent))
        return Result(
            seen.id,
            lists.compare(before, after, ordered=self._ordered),
            verified=error is None,
            details=seen.details,
            error=error,
            unread_write=self._unread_write,
        )
