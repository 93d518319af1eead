# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tables on the terminal and in docs/benchmark.md, the figures as JSON, and the chart."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from . import chart
from .contenders import AWS, EFS, EFS_WIDE, EMPTY, ENI, POOL, REPORT
from .estates import ALL_CLOUDS
from .measure import ROOT, Case
from .rows import Row, find, goals
from .scenarios import DELAY, GROWTH

PAGE = ROOT / "docs" / "benchmark.md"
BEGIN, END = "<!-- measured: written by make bench -->", "<!-- end of what make bench wrote -->"
CROWDED = 0.1
"""Part of the added delay above which the simulator's own time is worth a remark."""

PACKAGES = (
    "aliyun-python-sdk-core",
    "ansible",
    "ansible-core",
    "boto3",
    "botocore",
    "c7n",
    "moto",
    "tencentcloud-sdk-python-common",
)
COLLECTIONS = ("amazon.aws", "community.aws")
Table = list[list[str]]


def say(text: str) -> None:
    print(text, flush=True)  # noqa: T201 - this is what the command is for


def line(row: Row) -> str:
    """Return what is shown as soon as a row is measured."""
    peak = "" if row.peak_mib is None else f", peak {row.peak_mib:.0f} MiB"
    limits = ", rate limited" if row.rates else ""
    return (
        f"{row.contender:32} {row.count:6} {row.case}, {row.delay_ms} ms{limits}: {row.seconds:.2f} s"
        f" ({len(row.rounds)} rounds), {row.calls_per_resource:.2f} calls a resource{peak}"
        f", {row.simulator_ms:.1f} ms a call in the simulator"
    )


def as_text(rows: Sequence[Row]) -> str:
    """Return all tables for the terminal."""
    return "\n".join((*(f"\n{title}\n\n{_aligned(table)}" for title, table in _tables(rows)), "", *_room(rows)))


def write(rows: Sequence[Row], load: float, folder: Path) -> None:
    """Write figures, page and chart below a folder."""
    machine = _machine(load)
    content = {"machine": machine, "rows": [asdict(row) for row in rows], "goals": [asdict(one) for one in goals(rows)]}
    (folder / "images").mkdir(parents=True, exist_ok=True)
    (folder / "benchmark.json").write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    (folder / "images" / "benchmark.svg").write_text(chart.draw(_panels(rows)), encoding="utf-8")
    page = PAGE.read_text(encoding="utf-8")
    head, tail = page.partition(BEGIN)[0], page.partition(END)[2]
    tables = [f"### {title}\n\n{_markdown(table)}" for title, table in _tables(rows)]
    measured = "\n\n".join((f"Measured on {_described(machine)}.", *_room(rows), *tables))
    (folder / "benchmark.md").write_text(f"{head}{BEGIN}\n\n{measured}\n\n{END}{tail}", encoding="utf-8")


def _tables(rows: Sequence[Row]) -> Iterator[tuple[str, Table]]:
    for delay_ms in (DELAY, 0):
        for case in Case:
            if table := _times(rows, case, delay_ms):
                yield f"Seconds, {delay_ms} ms added to each call, {case}", table
    shares = [row for row in rows if row.cloud == AWS and row.per_file_system > 1]
    for count in sorted({row.count for row in shares}):
        shared = [row for row in shares if row.count == count]
        first = shared[0]
        title = f"Seconds, {first.delay_ms} ms, {count} EFS mount targets, {first.per_file_system} a file system"
        ours = find(rows, EFS, count, first.case, first.delay_ms, per_file_system=first.per_file_system)
        body = [[row.contender, _seconds(row, ours), str(row.calls)] for row in shared]
        yield title, [["contender", "seconds", "calls"], *body]
    if ends := [row for row in rows if (row.count, row.case, row.delay_ms) == (20, Case.CHANGE, DELAY) and row.calls]:
        yield (
            f"Seconds before the first call and after the last, {DELAY} ms, 20 to change",
            [
                ["contender", "before", "after"],
                *([row.contender, f"{row.before:.2f}", f"{row.after:.2f}"] for row in ends if row.per_file_system == 1),
            ],
        )
    yield "Calls for each resource, and peak memory of the process that makes them", _costs(rows)
    if growth := [row for row in (find(rows, ENI, count, Case.NOTHING, 0, weighed=True) for count in GROWTH) if row]:
        yield (
            "Growth: qcloud_eni_sg, one task, nothing to change, no delay",
            [
                ["ENIs", "seconds", "peak MiB", "calls"],
                *([f"{one.count:,}", f"{one.seconds:.2f}", f"{one.peak_mib:.0f}", str(one.calls)] for one in growth),
            ],
        )
    if reports := [row for row in rows if row.cloud == ALL_CLOUDS]:
        yield (
            "Drift report on a description, nothing to change, no delay",
            [
                ["contender", "resources", "seconds", "MiB in all processes", "calls"],
                *(
                    [one.contender, f"{one.count:,}", f"{one.seconds:.2f}", f"{one.peak_mib:.0f}", f"{one.calls:,}"]
                    for one in reports
                ),
            ],
        )
    if limited := [row for row in rows if row.rates]:
        yield (
            "At the cloud's rate limits, no delay, all to change, none failed",
            [
                ["contender", "resources", "calls a second", "seconds", "calls needed", "calls made", "ratio"],
                *map(_limited, limited),
            ],
        )
    yield (
        "Goals",
        [["goal", "measured", "met"], *([one.text, one.measured, "yes" if one.met else "no"] for one in goals(rows))],
    )


def _room(rows: Sequence[Row]) -> Iterator[str]:
    """Say how much faster the simulator is than eight threads that wait for the added delay need it to be."""
    fastest = [row for row in rows if row.contender == POOL.name and row.case is Case.CHANGE and not row.delay_ms]
    if fastest:
        row = max(fastest, key=lambda one: one.calls / one.seconds)
        yield (
            f"Without a delay, the simulated AWS answered the bare pool {row.calls / row.seconds:.0f} calls a second, "
            f"the pool's start included. With {DELAY} ms, 8 threads make at most {8 * 1000 // DELAY} a second."
        )


def _times(rows: Sequence[Row], case: Case, delay_ms: int) -> Table:
    chosen = [
        row
        for row in rows
        if (row.case, row.delay_ms, row.per_file_system) == (case, delay_ms, 1)
        and not row.rates
        and row.count not in GROWTH[1:]
    ]
    counts = sorted({row.count for row in chosen})
    table = [["contender", "works on", *map(str, counts)]]
    for name in dict.fromkeys(row.contender for row in chosen):
        cells = []
        for count in counts:
            row = next((one for one in chosen if (one.contender, one.count) == (name, count)), None)
            ours = find(rows, EFS, count, case, delay_ms)
            cells.append(_seconds(row, ours) if row else "")
        kind = "" if name == EMPTY.name else next(row.kind for row in chosen if row.contender == name)
        table.append([name, kind, *cells])
    return table if chosen else []


def _seconds(row: Row, ours: Row | None) -> str:
    """Return seconds, and for AWS how many times ours that is; a star where the simulator was slow itself."""
    slow = " *" if row.delay_ms and row.simulator_ms > CROWDED * row.delay_ms else ""
    if row.cloud != AWS or not ours or row is ours:
        return f"{row.seconds:.2f}{slow}"
    return f"{row.seconds:.2f} ({row.seconds / ours.seconds:.1f} x){slow}"


def _costs(rows: Sequence[Row]) -> Table:
    table = [["contender", "resources", "case", "calls a resource", "peak MiB"]]
    for row in rows:
        if (
            row.count in (20, 100)
            and not row.rates
            and row.calls
            and row.delay_ms == DELAY
            and row.per_file_system == 1
        ):
            weighed = next(
                (one for one in rows if one.peak_mib and (one.contender, one.count) == (row.contender, row.count)), None
            )
            peak = f"{weighed.peak_mib:.0f}" if weighed else ""
            table.append([row.contender, str(row.count), row.case, f"{row.calls_per_resource:.2f}", peak])
    return table


def _limited(row: Row) -> list[str]:
    rates = ", ".join(f"{rate} {action}" for action, rate in row.rates.items())
    needed, made = row.calls_needed, row.calls
    return [row.contender, str(row.count), rates, f"{row.seconds:.1f}", str(needed), str(made), f"{made / needed:.2f}"]


def _panels(rows: Sequence[Row]) -> list[chart.Panel]:
    panels = []
    for count in (20, 100):
        chosen = [
            row
            for row in rows
            if (row.cloud, row.count, row.case, row.delay_ms, row.per_file_system)
            == (AWS, count, Case.CHANGE, DELAY, 1)
        ]
        bars = [
            chart.Bar(
                row.contender, row.seconds, f"{row.seconds:.1f} s", ours=row.contender in (EFS.name, EFS_WIDE.name)
            )
            for row in sorted(chosen, key=lambda one: one.seconds)
        ]
        panels.append(chart.Panel(f"{count} resources to change, {DELAY} ms added to each call", bars))
    growth = [row for row in (find(rows, ENI, count, Case.NOTHING, 0, weighed=True) for count in GROWTH) if row]
    bars = [
        chart.Bar(f"{one.count:,} ENIs", one.seconds, f"{one.seconds:.1f} s, {one.peak_mib:.0f} MiB", ours=True)
        for one in growth
    ]
    panels.append(chart.Panel("qcloud_eni_sg, one task, nothing to change: time and peak memory", bars))
    bars = [
        chart.Bar(
            f"{one.contender}, {one.count:,}",
            one.seconds,
            f"{one.seconds:.1f} s, {one.peak_mib:.0f} MiB",
            ours=one.contender == REPORT.name,
        )
        for one in rows
        if one.cloud == ALL_CLOUDS
    ]
    panels.append(chart.Panel("Drift report, nothing to change: time, and peak memory of all processes", bars))
    return [panel for panel in panels if panel.bars]


def _machine(load: float) -> dict[str, object]:
    """Describe what was measured on, without names of the machine or its folders."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "packages": {name: version(name) for name in PACKAGES},
        "collections": {name: _collection_version(name) for name in COLLECTIONS},
        "load_before": round(load, 2),
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    return next(
        (text.partition(":")[2].strip() for text in lines if text.startswith("model name")), "unknown processor"
    )


def _collection_version(name: str) -> str:
    found = find_spec("ansible_collections")
    assert found
    assert found.submodule_search_locations
    folder = Path(next(iter(found.submodule_search_locations)), *name.split("."))
    return str(json.loads((folder / "MANIFEST.json").read_text(encoding="utf-8"))["collection_info"]["version"])


def _described(machine: dict[str, object]) -> str:
    versions = {**machine["packages"], **machine["collections"]}  # type: ignore[dict-item]
    processor = f"{machine['processor']}, {machine['system']}"
    listed = ", ".join(f"{name} {number}" for name, number in versions.items())
    return (
        f"{machine['cores']} cores ({processor}), load {machine['load_before']} before, "
        f"Python {machine['python']}, {listed}"
    )


def _aligned(table: Table) -> str:
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table
    )


def _markdown(table: Table) -> str:
    head, *body = table
    return "\n".join(f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *body))
