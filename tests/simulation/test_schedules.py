# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The core on many schedules. SIMULATION_SEED=n shows and replays one; SIMULATION_RUNS=n tries more than 10,000."""

from __future__ import annotations

import os

import pytest

from tests.simulation.rules import problems, run, small_cases
from tests.simulation.world import READ_FAULTS, WRITE_FAULTS, World

RUNS = int(os.environ.get("SIMULATION_RUNS", "10000"))
PARTS = 10


def failed(seed: int, world: World, said: list[str]) -> str:
    return "\n".join([f"SIMULATION_SEED={seed}", str(world.case), *world.story, *said])


@pytest.mark.parametrize("part", range(PARTS))
def test_what_is_promised_holds_on_every_schedule(part: int) -> None:
    if seed := os.environ.get("SIMULATION_SEED"):
        world, said = run(int(seed), telling=True)
        assert not said, failed(int(seed), world, said)
        return
    for number in range(part, RUNS, PARTS):
        if run(number)[1]:
            world, said = run(number, telling=True)
            pytest.fail(failed(number, world, said))


@pytest.mark.parametrize("settle", [0.0, 3.0])
@pytest.mark.parametrize("fault", [*WRITE_FAULTS, *READ_FAULTS])
def test_two_writers_one_resource_and_one_fault_in_all_combinations(fault: str, settle: float) -> None:
    for case in small_cases(fault, settle):
        if run(0, case)[1]:
            world, said = run(0, case, telling=True)
            pytest.fail(failed(0, world, said))


def test_a_seed_is_a_schedule() -> None:
    for seed in range(20):
        first, again = (run(seed, telling=True)[0] for _time in range(2))
        assert first.story == again.story
        assert list(problems(first)) == []
