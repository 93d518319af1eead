# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task says of its resources, in the shape that the contract fixes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .effect import Effect
from .errors import Failure
from .kind import Kind, ServedPort
from .lists import Change
from .regions import Reach, Region

RAISE_MAX_CHANGES = "raise max_changes if all of them may change"

MOST_REGIONS = 5
"""How many regions that open, and how many that close, a diff shows."""


@dataclass(frozen=True, slots=True)
class Result:
    """One resource after the task.

    ``change`` leads from the list as found to the list as it is (in check mode: as it would be); None where the
    list was never read. ``unread_write`` says that a write was sent whose effect could not be read back. ``planned`` is
    what was planned where the task was refused as a whole, for ``diffs``. ``names`` are those of groups, as far as they
    are known. ``unchecked`` says why nobody knows whether ``unchecked_groups``, which were to be attached, exist and
    fit. ``effect`` is what the change does to traffic, where that was asked for.
    """

    id: str
    change: Change | None
    verified: bool
    details: Mapping[str, object] = field(default_factory=dict)
    error: Failure | None = None
    unread_write: bool = False
    planned: Change | None = None
    names: Mapping[str, str] = field(default_factory=dict)
    unchecked: Failure | None = None
    unchecked_groups: tuple[str, ...] = ()
    effect: Effect | None = None

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
        "effect": result.effect and result.effect.as_dict(),
        "details": {
            **result.details,
            **({"security_group_names": dict(result.names)} if result.names else {}),
            **({"groups_checked": False} if result.unchecked else {}),
        },
        "error": error
        and {
            "kind": str(error.kind),
            "code": error.code,
            "message": f"{kind.noun} {result.id}: {error.message}",
            "request_id": error.request_id,
        },
    }


def diffs(kind: Kind, results: Sequence[Result]) -> list[dict[str, str]]:
    """Return what Ansible shows with ``--diff``: one entry for each resource whose list changes, a group a line.

    What the change opens and closes follows the list.
    """
    shown = ((result, result.planned or result.change) for result in results)
    return [
        {
            "before_header": result.id,
            "after_header": result.id,
            "before": _lines(change.before, names),
            "after": _lines(change.after, names) + _effect_lines(kind, result.effect),
        }
        for result, change in shown
        if change is not None and change.changed
        for names in [_all_names(result, change)]
    ]


def _all_names(result: Result, change: Change) -> Mapping[str, str]:
    """Return the names that a diff shows: none unless all are known, so that a line is the same on both sides."""
    return result.names if result.names.keys() >= {*change.before, *change.after} else {}


def _lines(groups: Sequence[str], names: Mapping[str, str]) -> str:
    return "".join(f"{group}  {names[group]}\n" if names else f"{group}\n" for group in groups)


def _effect_lines(kind: Kind, effect: Effect | None) -> str:
    if effect is None:
        return ""
    lines = ["by security groups only, this change"]
    for word, regions in (("opens", effect.opens), ("closes", effect.closes)):
        lines += [f"  {word} {text}" for text in _region_texts(kind.serves, regions)]
    lines += [f"  may do more: {group}: {reason}" for group, reason in effect.unknown]
    return "".join(f"{line}\n" for line in lines)


def _region_texts(served: ServedPort | None, regions: Sequence[Region]) -> Iterator[str]:
    told = [one.narrowed_to_tcp(served.port) if served else one for one in regions]
    shown = [one for one in told if one is not None]
    if not shown:
        yield "nothing" if served is None else f"nothing for {served.name} (tcp/{served.port})"
    for region in shown[:MOST_REGIONS]:
        reach = f"; {served.reach}" if served and region.reach is Reach.INTERNET else ""
        yield f"{region}{reach}"
    if len(shown) > MOST_REGIONS:
        yield f"{len(shown) - MOST_REGIONS} more"
    if served and told != list(regions):
        yield f"other traffic, which has no known effect on {served.name}"


def unchecked_warning(results: Iterable[Result]) -> str | None:
    """Return what a task says where nobody knows whether groups exist and fit, or None where all were checked."""
    unchecked = [result for result in results if result.unchecked]
    if not unchecked:
        return None
    groups = dict.fromkeys(group for one in unchecked for group in one.unchecked_groups)
    reasons = dict.fromkeys(one.unchecked.message for one in unchecked if one.unchecked)
    return (
        f"it was not checked whether {', '.join(groups)} can be attached, so the cloud may still refuse the write: "
        f"{'; '.join(reasons)}"
    )


def failure_message(kind: Kind, results: Sequence[Result], limit: Failure | None = None) -> str | None:
    """Return one line that names every resource that failed, those that failed alike together; None if none did.

    Those that failed for ``limit``, which the task tells once, are only named.
    """
    alike: dict[str, list[str]] = {"": []} if limit else {}
    for result in results:
        if result.error is not None:
            alike.setdefault("" if result.error is limit else result.error.message, []).append(result.id)
    if limit and not alike[""]:
        del alike[""]
    if not alike:
        return None
    reasons = "; ".join(
        f"{kind.noun if len(ids) == 1 else kind.plural} {', '.join(ids)}" + (message and f": {message}")
        for message, ids in alike.items()
    )
    if len(results) == 1 or limit:
        return reasons
    failed = sum(len(ids) for ids in alike.values())
    return f"{failed} of {len(results)} {kind.plural} failed: {reasons}"
