# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the tests of the adapters for network interfaces, load balancers and DB instances share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from tests.unit.clocks import OnClock
from tests.unit.conftest import ours

if TYPE_CHECKING:
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.errors import Failure
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.reconcile import Outcome


def refusal(call: Callable[[], object]) -> Failure:
    with pytest.raises(ours("_core.errors").CloudError) as caught:
        call()
    return caught.value.failure


def present(
    adapter: Any,
    ids: Sequence[str],
    *groups: str,
    state: str = "present",
    check_mode: bool = False,
    wait_timeout: float = 60.0,
) -> Outcome:
    """Have the core do what a task does, on a clock that does not wait."""
    seconds = [1000.0]  # a lock that nobody ever had is of the time 0

    def sleep(pause: float) -> None:
        seconds[0] += pause

    core, lists, reconcile, requests = map(ours, ("_core.adapter", "_core.lists", "_core.reconcile", "_core.requests"))
    clock = core.Clock(lambda: seconds[0], sleep, lambda: 1.0)
    wanted = [requests.Request(one, requests.Wanted(groups, lists.State(state))) for one in ids]
    with ThreadPoolExecutor(1) as executor:
        machine = core.Machine(clock, ours("_ansible.locks").FileLocks(clock.now, print), executor, 1)
        batch = reconcile.Batch(adapter.kind, wanted, machine, lambda: OnClock(adapter, clock.now))
        policy = reconcile.Policy(check_mode=check_mode, wait_timeout=wait_timeout)
        (outcome,), _refused = reconcile.reconcile([batch], policy)
    return outcome
