# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What came out of a scenario for one contender, and what it is held against."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .contenders import (
    COMMUNITY_EFS,
    CVM,
    CVM_WIDE,
    EFS,
    EFS_WIDE,
    ENI,
    ENI_WIDE,
    POOL,
    POOL_WITH_STATES,
    READS,
    REPORT,
    WIDE,
    Contender,
)
from .measure import Case
from .scenarios import DELAY, DESCRIBED, GROWTH, SHARED

BATCH = 100
"""Ids that Tencent Cloud takes in a read."""


@dataclass(frozen=True)
class Row:
    """What came of the rounds, as medians.

    ``seconds`` are those of the whole process, ``before`` those before its first call and ``after`` those after its
    last. ``simulator_ms`` is the simulator's own time for a call.
    """

    cloud: str
    kind: str
    contender: str
    count: int
    per_file_system: int
    case: Case
    delay_ms: int
    rates: Mapping[str, int]
    seconds: float
    rounds: Sequence[float]
    calls: int
    before: float
    after: float
    simulator_ms: float
    peak_mib: float | None

    @property
    def calls_per_resource(self) -> float:
        return self.calls / self.count

    @property
    def calls_needed(self) -> int:
        """Calls that it takes on Tencent Cloud to change all: read by batches, write each, and read back by batches."""
        return 2 * -(-self.count // BATCH) + self.count


@dataclass(frozen=True)
class Goal:
    """What was aimed at, and what was measured."""

    text: str
    measured: str
    met: bool


def find(
    rows: Sequence[Row],
    contender: Contender,
    count: int,
    case: Case = Case.CHANGE,
    delay_ms: int = DELAY,
    *,
    per_file_system: int = 1,
    limited: bool = False,
    weighed: bool = False,
) -> Row | None:
    """Return the row of a scenario, or None where that was not measured."""
    wanted = (contender.name, count, case, delay_ms, per_file_system, limited)
    for row in rows:
        found = (row.contender, row.count, row.case, row.delay_ms, row.per_file_system, bool(row.rates))
        if found == wanted and (row.peak_mib is not None or not weighed):
            return row
    return None


def goals(rows: Sequence[Row]) -> list[Goal]:
    """Return each goal that these rows tell something about."""
    found: list[Goal] = []

    def hold(text: str, value: float | None, bound: float, *, least: bool = False, form: str = "{:.2f}") -> None:
        if value is not None:
            met = value >= bound if least else value <= bound
            found.append(Goal(text, form.format(value), met))

    def ratio(one: Row | None, other: Row | None) -> float | None:
        return one.seconds / other.seconds if one and other else None

    for count, most, fewest in ((20, 1.9, 15.0), (100, 1.0, 35.0)):
        what = f"{count} EFS mount targets, 80 ms"
        for pool, shared, calls in (
            (POOL_WITH_STATES, 1, "asks for states"),
            (POOL, SHARED, f"does not, {SHARED} a file system"),
            (POOL, 1, "does not, one a file system"),
        ):
            times = ratio(*(find(rows, one, count, per_file_system=shared) for one in (EFS, pool)))
            hold(f"{what}: at most {most} times a bare pool that {calls}", times, most, form="{:.2f} times")
        wide = find(rows, EFS_WIDE, count)
        text = f"{what}, parallelism: {WIDE}: at most {most} times a bare pool of 8 that makes no calls for states"
        hold(text, ratio(wide, find(rows, POOL, count)), most, form="{:.2f} times")
        for ours, of in ((find(rows, EFS, count), ""), (wide, f", parallelism: {WIDE}")):
            text = f"{what}{of}: a loop over community.aws.efs takes at least {fewest:.0f} times ours"
            hold(text, ratio(find(rows, COMMUNITY_EFS, count), ours), fewest, least=True, form="{:.1f} times")
    for case, most_calls in ((Case.CHANGE, 2.6), (Case.NOTHING, 1.1)):
        row = find(rows, EFS, 100, case)
        text = f"100 EFS mount targets, each with a file system of its own, {case}: at most {most_calls} calls for each"
        hold(text, row and row.calls_per_resource, most_calls, form="{:.2f} calls")
    for contender in (ENI, ENI_WIDE, CVM, CVM_WIDE):
        row = find(rows, contender, 100)
        of = f", parallelism: {WIDE}" if contender in (ENI_WIDE, CVM_WIDE) else ""
        hold(f"{contender.kind}, 100 to change, 80 ms{of}: less than 3 s", row and row.seconds, 3.0, form="{:.2f} s")
    row = find(rows, ENI, 500, Case.NOTHING)
    hold("500 ENIs, nothing to change: 5 calls", row and row.calls, 5, form="{:.0f} calls")
    thousand, most_enis = (find(rows, ENI, count, Case.NOTHING, 0, weighed=True) for count in GROWTH[1:])
    if thousand and most_enis and thousand.peak_mib and most_enis.peak_mib:
        text = "10,000 ENIs take at most 10 times what 1,000 take"
        hold(f"{text}: time", most_enis.seconds / thousand.seconds, 10, form="{:.1f} times")
        hold(f"{text}: memory", most_enis.peak_mib / thousand.peak_mib, 10, form="{:.1f} times")
        hold("10,000 ENIs: under 200 MiB", most_enis.peak_mib, 200, form="{:.0f} MiB")
    for contender, count in ((CVM, 100), (ENI, 500)):
        limited = find(rows, contender, count, delay_ms=0, limited=True)
        text = f"{contender.kind}, {count} to change at the cloud's rate: fewer than 1.2 calls for each that it takes"
        hold(text, limited and limited.calls / limited.calls_needed, 1.2, form="{:.2f} calls, none failed")
    reads, reports = (
        [find(rows, one, count, Case.NOTHING, 0, per_file_system=SHARED) for count in DESCRIBED]
        for one in (READS, REPORT)
    )
    few, many = (f"report on {count:,} resources" for count in DESCRIBED)
    for what, report, bare in zip((few, many), reports, reads, strict=True):
        text = f"{what}: at most 2 times a bare script that makes the same reads"
        hold(text, ratio(report, bare), 2.0, form="{:.2f} times")
    hold(f"{few}: at most 0.4 calls for each", reports[0] and reports[0].calls_per_resource, 0.4, form="{:.2f} calls")
    hold(f"{few}: under 250 MiB in all processes", reports[0] and reports[0].peak_mib, 250, form="{:.0f} MiB")
    hold(
        f"{many}: at most 5.5 times the time for {DESCRIBED[0]:,}", ratio(*reversed(reports)), 5.5, form="{:.1f} times"
    )
    return found
