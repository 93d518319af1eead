# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task did, in a few lines for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

NAMED = 20
"""How many resources a line names."""

NO_RESULT = (
    "the task ended without a result, so it is not known what it changed; its module may still be writing. Check the "
    "resources, or run it again"
)
CHANGED, WOULD_CHANGE, AS_DESCRIBED = "changed", "would change", "already as described"
REFUSED, FAILED, HELD_UP = "refused", "failed", "not changed because others were refused"


def summary(result: Mapping[str, Any]) -> list[str]:
    """Return how many resources were changed, refused or failed, and a line that names those of each."""
    resources = result.get("resources")
    if not isinstance(resources, list):
        if result.get("skipped"):
            return ["skipped, so nothing was changed"]
        return [NO_RESULT]
    # In check mode, a resource of a refused batch shows what would change; its batch does not.
    wrote = {_batch(one) for one in result.get("batches") or [result] if one.get("changed")}
    came = [(str(one["id"]), _outcome(one, wrote=_batch(one) in wrote)) for one in resources]
    together = {
        outcome: [name for name, each in came if each == outcome]
        for outcome in (CHANGED, WOULD_CHANGE, AS_DESCRIBED, HELD_UP, REFUSED, FAILED)
    }
    number = len(resources)
    counts = ", ".join(f"{len(names)} {outcome}" for outcome, names in together.items() if names)
    return [
        f"{number} resource{'' if number == 1 else 's'}" + (f": {counts}" if counts else ""),
        *(f"{outcome}: {_named(names)}" for outcome, names in together.items() if names and outcome != AS_DESCRIBED),
    ]


def _outcome(resource: Mapping[str, Any], *, wrote: bool) -> str:
    if resource["error"]:
        # A batch with a refused resource writes nothing.
        return FAILED if wrote else REFUSED
    if resource["changed"]:
        if not wrote:
            return HELD_UP
        return CHANGED if resource["verified"] else WOULD_CHANGE
    return AS_DESCRIBED if resource["verified"] else HELD_UP


def _batch(resource: Mapping[str, Any]) -> tuple[object, ...]:
    return tuple(resource.get(key) for key in ("kind", "connection", "region"))


def _named(names: Sequence[str]) -> str:
    more = len(names) - NAMED
    return ", ".join(names[:NAMED]) + (f" and {more} more" if more > 0 else "")
