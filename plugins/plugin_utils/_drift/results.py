# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From what our modules return to what the report knows."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ...module_utils._description.kinds import KINDS
from .effects import of_drift
from .model import Place, Problem, Reading, Seen, line, line_or_none

NOT_READ = "it was not read"


def reading(place: Place, at: datetime, result: Mapping[str, Any]) -> Reading:
    """Return what the result of a writing module says, whatever else there may be in it."""
    resources = result.get("resources")
    seen = {
        line(one["id"]): _seen(place, one)
        for one in (resources if isinstance(resources, list) else [])
        if isinstance(one, Mapping) and one.get("id")
    }
    return Reading(place, at, seen, failure(result))


def failure(result: Mapping[str, Any]) -> str | None:
    """Return what a result says went wrong as a whole, or None where nothing did."""
    if message := line_or_none(result.get("msg")):
        return message
    if result.get("censored"):
        return "no_log hides the result of its task"
    if not isinstance(result.get("resources"), list):
        if "ansible_job_id" in result:
            return "its task runs in the background (poll: 0), where the report does not follow it"
        return "its task returned no resources"
    return None


def _seen(place: Place, resource: Mapping[str, Any]) -> Seen:
    before, error, details = resource.get("before"), resource.get("error"), resource.get("details")
    groups = tuple(line(group) for group in before) if isinstance(before, list) else None
    problem = None
    if isinstance(error, Mapping):
        # The report names the resource already.
        named = f"{KINDS[place.kind or ''].kind.noun} {resource['id']}: "
        message = line(error.get("message") or NOT_READ).removeprefix(named)
        problem = Problem(line_or_none(error.get("kind")), message)
    elif groups is None:
        problem = Problem(None, NOT_READ)
    details = details if isinstance(details, Mapping) else {}
    return Seen(
        groups,
        state=line_or_none(details.get("state") or details.get("status")),
        name=line_or_none(details.get("name") or details.get("description")),
        problem=problem,
        names=_names(details.get("security_group_names")),
        groups_checked=details.get("groups_checked") is not False,
        effect=of_drift(resource.get("effect")),
    )


def _names(named: object) -> dict[str, str]:
    return {line(one): str(name) for one, name in named.items()} if isinstance(named, Mapping) else {}
