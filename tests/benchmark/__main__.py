# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""make bench: measures our modules beside what people use today, and reports it.

Usage: python -m tests.benchmark [--quick] [--output FOLDER]
"""

from __future__ import annotations

import argparse
import itertools
import os
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from . import report, scenarios
from .contenders import Contender
from .estates import ALL_CLOUDS, Clouds, Estate, running
from .measure import ROOT, Sample, WrongError, peak_mib, timed
from .rows import Row, goals
from .scenarios import Scenario

ROUNDS = 3
ENOUGH = 12.0
"""Seconds of measuring after which a contender gets no further round."""

IDLE = 0.5
"""Load average above which somebody else is at work too."""


def main() -> int:
    arguments = _arguments()
    began = time.monotonic()
    load = os.getloadavg()[0]
    if load > IDLE:
        report.say(f"==> this machine is busy (load {load:.1f}), so times mean little and ratios not much more")
    chosen = list(scenarios.quick() if arguments.quick else scenarios.full())
    rounds = 1 if arguments.quick else ROUNDS
    rows: list[Row] = []
    with running() as clouds:
        for row in _measured(clouds, chosen, rounds):
            report.say(report.line(row))
            rows.append(row)
    report.say(report.as_text(rows))
    report.write(rows, load, arguments.output)
    took = time.monotonic() - began
    report.say(f"==> took {took / 60:.1f} minutes; figures and chart are in {os.path.relpath(arguments.output)}")
    held = goals(rows)
    report.say(f"==> {sum(goal.met for goal in held)} of {len(held)} goals were met")
    return 0


def _measured(clouds: Clouds, chosen: list[Scenario], rounds: int) -> Iterator[Row]:
    for (cloud, count, per_file_system), group in itertools.groupby(chosen, lambda one: one.estate):
        estate = clouds.populate(cloud, count, per_file_system)
        for scenario in group:
            yield from _side_by_side(estate, scenario, rounds)


def _side_by_side(estate: Estate, scenario: Scenario, rounds: int) -> Iterator[Row]:
    """Give each contender its turn in every round, so that what else the machine does meets all of them."""
    samples: dict[Contender, list[Sample]] = {contender: [] for contender in scenario.contenders}
    for _round in range(rounds):
        for contender, taken in samples.items():
            if taken and sum(one.seconds for one in taken) + taken[-1].seconds > ENOUGH:
                continue
            delay = scenario.delay_ms / 1000
            taken.append(timed(contender, estate, scenario.case, delay, scenario.rates))
    if (
        scenario.cloud == ALL_CLOUDS
        and len({tuple(sorted(taken[0].actions.items())) for taken in samples.values()}) > 1
    ):
        raise WrongError(f"not all make the same calls: {[dict(taken[0].actions) for taken in samples.values()]}")
    for contender, taken in samples.items():
        yield Row(
            cloud=scenario.cloud,
            kind=contender.kind,
            contender=contender.name,
            count=scenario.count,
            per_file_system=scenario.per_file_system,
            case=scenario.case,
            delay_ms=scenario.delay_ms,
            rates=scenario.rates,
            seconds=round(statistics.median(one.seconds for one in taken), 3),
            rounds=[round(one.seconds, 3) for one in taken],
            calls=round(statistics.median(one.calls for one in taken)),
            before=round(statistics.median(one.before for one in taken), 3),
            after=round(statistics.median(one.after for one in taken), 3),
            simulator_ms=round(statistics.median(one.simulator_ms for one in taken), 1),
            # In a run of its own, for noting the peak takes time.
            peak_mib=round(peak_mib(contender, estate, scenario.case), 1) if scenario.weigh else None,
        )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.benchmark", description="Measure our modules beside their peers.")
    parser.add_argument("--quick", action="store_true", help="fewer scenarios, once each; does not touch docs")
    parser.add_argument("--output", type=Path, help="folder for benchmark.json, benchmark.md and images/benchmark.svg")
    arguments = parser.parse_args()
    arguments.output = arguments.output or ROOT / ("tests/output/benchmark" if arguments.quick else "docs")
    return arguments


def _stop(*_signal: object) -> None:
    sys.exit("stopped")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    try:
        sys.exit(main())
    except (WrongError, subprocess.TimeoutExpired) as error:
        sys.exit(f"benchmark: {error}")
    except KeyboardInterrupt:
        _stop()
