# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Playbooks that change the same resource at the same moment; ``make races`` has more rounds."""

from __future__ import annotations

import pytest

from tests.integration.faults.kinds import KINDS, Kind
from tests.integration.races import race

ROUNDS = 2


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.module)
def test_no_group_is_lost(request: pytest.FixtureRequest, kind: Kind) -> None:
    found = race(kind, request.getfixturevalue(kind.fixture), ROUNDS)
    assert (found.lost, found.failed) == (0, ())
