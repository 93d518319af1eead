# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""From a drift report that was reviewed to the entries that apply exactly what it found."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ._drift.history import SCHEMA_VERSION
from ._drift.model import Verdict

OPTIONAL = ("region", "connection", "name", "reason")


class UnusablePlanError(Exception):
    """Raised for a plan that cannot be applied; says which file, what is wrong and what to do."""


def read(path: str, scope: str) -> list[dict[str, Any]]:
    """Return the entries that apply the drift a report found in a scope; raise UnusablePlanError.

    ``path`` is that of a drift.json. Each entry expects the list that the report found.
    """
    try:
        report = json.loads(Path(path).read_text(encoding="utf-8"))
    except OSError as error:
        raise UnusablePlanError(f"the plan {path} cannot be read: {error.strerror}; check converge_plan") from error
    except (ValueError, RecursionError) as error:
        raise UnusablePlanError(f"the plan {path} is not valid JSON; give the drift.json of a report") from error
    try:
        if report["schema_version"] != SCHEMA_VERSION:
            raise UnusablePlanError(
                f"the plan {path} has the schema_version {report['schema_version']}, and this collection applies "
                f"{SCHEMA_VERSION}; make a new report"
            )
        scopes = dict.fromkeys(one["scope"] for one in report["resources"])
        if scopes and scope not in scopes:
            raise UnusablePlanError(
                f"the plan {path} is about {', '.join(map(str, scopes))} and not about this host, {scope}; "
                "give a report on this host"
            )
        return list(_entries(report["resources"], scope))
    except (KeyError, TypeError, AttributeError) as error:
        raise UnusablePlanError(f"the plan {path} is not a drift report; give the drift.json of a report") from error


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
