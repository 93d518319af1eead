# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task says of its resources, in the shape that the contract fixes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .errors import Failure
from .kind import Kind
from .lists import Change


@dataclass(frozen=True, slots=True)
class Result:
    """One resource after the task.

    ``change`` leads from the list as found to the list as it is (in check mode: as it would be); None where the
    list was never read. ``unread_write`` says that a write was sent whose effect could not be read back.
    """

    id: str
    change: Change | None
    verified: bool
    details: Mapping[str, object] = field(default_factory=dict)
    error: Failure | None = None
    unread_write: bool = False

    @property
    def changed(self) -> bool:
        return self.unread_write or (self.change is not None and self.change.changed)


def as_dict(kind: Kind, result: Result) -> dict[str, object]:
    """Return a result as an entry of ``resources``. Lists that were never read are None, not empty."""
    change, error = result.change, result.error
    return {
        "id": result.id,
        "changed": result.changed,
        "before": list(change.before) if change else None,
        "after": list(change.after) if change else None,
        "added": list(change.added) if change else [],
        "removed": list(change.removed) if change else [],
        "moved": list(change.moved) if change else [],
        "verified": result.verified,
        "details": dict(result.details),
        "error": error
        and {
            "kind": str(error.kind),
            "code": error.code,
            "message": f"{kind.noun} {result.id}: {error.message}",
            "request_id": error.request_id,
        },
    }


def diffs(results: Sequence[Result]) -> list[dict[str, object]]:
    """Return what Ansible shows with ``--diff``: one entry for each resource whose list changes."""
    return [
        {
            "before_header": result.id,
            "after_header": result.id,
            "before": {"security_groups": list(result.change.before)},
            "after": {"security_groups": list(result.change.after)},
        }
        for result in results
        if result.change is not None and result.change.changed
    ]


def failure_message(kind: Kind, results: Sequence[Result]) -> str | None:
    """Return one line that names every resource that failed, those that failed alike together; None if none did."""
    alike: dict[str, list[str]] = {}
    for result in results:
        if result.error is not None:
            alike.setdefault(result.error.message, []).append(result.id)
    if not alike:
        return None
    reasons = "; ".join(
        f"{kind.noun if len(ids) == 1 else kind.plural} {', '.join(ids)}: {message}" for message, ids in alike.items()
    )
    if len(results) == 1:
        return reasons
    failed = sum(len(ids) for ids in alike.values())
    return f"{failed} of {len(results)} {kind.plural} failed: {reasons}"
