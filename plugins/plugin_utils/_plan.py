# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The plan of a drift report: what a report hands on to another job, and the entries that apply it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ._drift.history import SCHEMA_VERSION
from ._drift.model import Finding, Report, Verdict
from ._drift.wording import utc

OPTIONAL = ("region", "connection", "name", "reason")

LIMIT = 500_000
"""The characters of a plan that is handed on. AWX drops what a task returns if it has more than 700,000."""


class UnusablePlanError(Exception):
    """Raised for a plan that cannot be applied; says which file, what is wrong and what to do."""


def plan(report: Report) -> dict[str, Any]:
    """Return what a report hands on, which ``read`` reads, too: what drifted, or the ``problem`` that there is."""
    made = {
        "schema_version": SCHEMA_VERSION,
        "generated_at": utc(report.at),
        "scopes": sorted({finding.place.scope for finding in report.findings}),
        "resources": [_resource(finding) for finding in report.of(Verdict.DRIFT)],
    }
    problem = _problem(report.totals, len(json.dumps(made)))
    return {**made, "resources": [], "problem": problem} if problem else made


def read(plan: object, scope: str) -> list[dict[str, Any]]:
    """Return the entries that apply the drift a report found in a scope; raise UnusablePlanError.

    ``plan`` is the path of a drift.json, or what a report handed on. Each entry expects the list that the report found.
    """
    name, content = ("the plan", plan) if isinstance(plan, Mapping) else (f"the plan {plan}", _loaded(str(plan)))
    try:
        if content["schema_version"] != SCHEMA_VERSION:
            raise UnusablePlanError(
                f"{name} has the schema_version {content['schema_version']}, and this collection applies "
                f"{SCHEMA_VERSION}; make a new report"
            )
        if "problem" in content:
            raise UnusablePlanError(f"{name} cannot be applied: {content['problem']}")
        scopes = content.get("scopes") or dict.fromkeys(one["scope"] for one in content["resources"])
        if scopes and scope not in scopes:
            raise UnusablePlanError(
                f"{name} is about {', '.join(map(str, scopes))} and not about this host, {scope}; "
                "give a report on this host"
            )
        return list(_entries(content["resources"], scope))
    except (KeyError, TypeError, AttributeError) as error:
        raise UnusablePlanError(
            f"{name} is not a drift report; give the drift.json of a report, or its artifact security_group_plan"
        ) from error


def _loaded(path: str) -> Any:
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise UnusablePlanError(f"the plan {path} cannot be read: {error.strerror}; check the path") from error
    except (ValueError, RecursionError) as error:
        raise UnusablePlanError(f"the plan {path} is not valid JSON; give the drift.json of a report") from error


def _problem(totals: Mapping[str, int], size: int) -> str | None:
    """Return why nothing is handed on. An approval of a part would say nothing of what could not be read."""
    if unread := totals[Verdict.ERROR]:
        return f"{unread} of {totals['total']} resources could not be read; make a new report when they can"
    if not totals[Verdict.DRIFT]:
        return "no resource has drifted, so there is nothing to apply"
    if size > LIMIT:
        return (
            f"it has {size} characters, and {LIMIT} are handed on; report on fewer resources with "
            "security_group_attachments_only, or set converge_plan to the path of a drift.json that both jobs can read"
        )
    return None


def _resource(finding: Finding) -> dict[str, Any]:
    place = finding.place
    return {
        "scope": place.scope,
        "kind": place.kind,
        "connection": place.connection,
        "region": place.region,
        "id": finding.id,
        "name": finding.name,
        "reason": finding.reason,
        "verdict": str(finding.verdict),
        "found": list(finding.found or ()),
        "wanted": list(finding.wanted or ()),
    }


def _entries(resources: list[Mapping[str, Any]], scope: str) -> Iterator[dict[str, Any]]:
    for one in resources:
        if one["scope"] == scope and one["verdict"] == Verdict.DRIFT:
            yield {
                "kind": one["kind"],
                "id": one["id"],
                "security_groups": list(one["wanted"]),
                "state": "exact",
                "expected": list(one["found"]),
                **{key: one[key] for key in OPTIONAL if one[key] is not None},
            }
