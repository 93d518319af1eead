# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Playbooks that change the same resource at the same moment; ``make races`` has more rounds."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.integration.faults.kinds import ENI, KINDS, Kind
from tests.integration.playbook import started, task
from tests.integration.races import CALL_TAKES, race

ROUNDS = 2


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.module)
def test_no_group_is_lost(request: pytest.FixtureRequest, kind: Kind) -> None:
    found = race(kind, request.getfixturevalue(kind.fixture), ROUNDS)
    assert (found.lost, found.failed) == (0, ())


@pytest.mark.parametrize("kind", [ENI], ids=lambda kind: kind.module)
def test_contradicting_lists_are_no_endless_fight(request: pytest.FixtureRequest, kind: Kind, tmp_path: Path) -> None:
    cloud = request.getfixturevalue(kind.fixture)
    cloud.reset()
    resources, groups = kind.populate(cloud, 1)
    lists = [groups[:2], groups[1:3]]
    with ExitStack() as stack:
        playing = []
        for number, wanted in enumerate(lists):
            # Without the lock that tasks on one machine share.
            locks = tmp_path / str(number)
            locks.mkdir()
            one = task(
                kind.module,
                **kind.connection(cloud),
                **{kind.ids: resources[0]},
                security_groups=wanted,
                state="exact",
                wait_timeout=5,
            )
            playing.append(stack.enter_context(started([one] * 3, environ={"TMPDIR": str(locks)})))
        cloud.delay = CALL_TAKES
        found = [result for one in playing for result in one.run().tasks]
    cloud.delay = 0.0
    assert len(found) == 6
    for result in found:
        assert result.failed == (result.resources[0]["error"] is not None)
        if result.failed:
            assert result.resources[0]["error"]["kind"] == "conflict"
            assert "let one task at a time manage them" in result.msg
    assert kind.attached(cloud, resources[0]) in [kind.in_order(wanted) for wanted in lists]
