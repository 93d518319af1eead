# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._summary import summary


def resource(name: str, *, changed: bool = False, verified: bool = False, error: str | None = None) -> dict[str, Any]:
    where = {"kind": "qcloud_eni", "connection": None, "region": None}
    return {"id": name, "changed": changed, "verified": verified, "error": error and {"message": error}, **where}


CHANGED = resource("a", changed=True, verified=True)
FINE = resource("b", verified=True)
PLANNED = resource("c", changed=True)
HELD_UP = resource("c")
OFFENDER = resource("d", error="security group sg-cccc3333 does not exist")
OVER_THE_LIMIT = resource("d", changed=True, error="2 would change, max_changes is 1")


@pytest.mark.parametrize("batches", [True, False])
@pytest.mark.parametrize(
    ("resources", "changed", "lines"),
    [
        ([CHANGED, FINE], True, ["2 resources: 1 changed, 1 already as described", "changed: a"]),
        ([PLANNED, FINE], True, ["2 resources: 1 would change, 1 already as described", "would change: c"]),
        ([CHANGED, OFFENDER], True, ["2 resources: 1 changed, 1 failed", "changed: a", "failed: d"]),
        # A task that is refused shows its plan in check mode, and would change nothing.
        *(
            (
                [one, FINE, OFFENDER],
                False,
                [
                    "3 resources: 1 already as described, 1 not changed because others were refused, 1 refused",
                    "not changed because others were refused: c",
                    "refused: d",
                ],
            )
            for one in (HELD_UP, PLANNED)
        ),
        ([OVER_THE_LIMIT], False, ["1 resource: 1 refused", "refused: d"]),
    ],
)
def test_what_a_task_did_and_in_check_mode_would_do(
    batches: bool, resources: list[dict[str, Any]], changed: bool, lines: list[str]
) -> None:
    result = {"resources": resources, "changed": changed}
    if batches:
        batch = {"kind": "qcloud_eni", "connection": None, "region": None, "changed": changed, "msg": None}
        assert summary({**result, "batches": [batch]}) == lines
    else:
        of_one_kind = [{key: one[key] for key in ("id", "changed", "verified", "error")} for one in resources]
        assert summary({**result, "resources": of_one_kind}) == lines
