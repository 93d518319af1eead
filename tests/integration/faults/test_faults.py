# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fault matrix, kind by fault: the list is as asked and the result says so, or the task fails and tells the truth.

One play for each kind has a task for each fault, on two resources: one in trouble, and a neighbour that is not.
"""

from __future__ import annotations

import re
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest

from tests.integration.conftest import SHARED
from tests.integration.faults.kinds import KINDS, TOKEN, Kind, Simulator, signatures
from tests.integration.faults.matrix import (
    FAULTS,
    MARK,
    REFUSED_AMONG_FIFTY,
    UNKNOWN_AMONG_FIFTY,
    Batch,
    Done,
    Fails,
    Fault,
    List,
    Scene,
    table,
)
from tests.integration.playbook import COLLECTION, RESOURCE_KEYS, ROOT, Run, TaskResult, play, task
from tests.simulators.server import Call

FIFTY = 51
ERROR_KINDS = {
    "auth",
    "denied",
    "not_found",
    "invalid",
    "limit",
    "state",
    "throttled",
    "conflict",
    "transient",
    "timeout",
}
SIGNED = re.compile(
    r"Signature(=|%3D|Method|Nonce|Version|Type)|(AccessKeyId|SecurityToken)(=|%3D)|POST&%2F|X-Amz-|AWS4-HMAC|TC3-HMAC"
)


@dataclass(frozen=True)
class Observed:
    """What a task said of the resource in trouble, and what the cloud had of it and of its neighbour after the play."""

    scene: Scene
    result: TaskResult
    attached: list[str] | None
    neighbour: list[str] | None
    calls: Sequence[Call]

    @property
    def error(self) -> dict[str, Any]:
        return dict(self.result.resources[0]["error"])

    @property
    def writes(self) -> list[list[str]]:
        return self.scene.kind.lists_sent(self.calls)

    def listed(self, key: str, resource: int = 0) -> list[str] | None:
        found = self.result.resources[resource][key]
        return None if found is None else self.scene.kind.in_order(found)


@dataclass(frozen=True)
class Day:
    """A bad day of one kind. ``batches`` holds the result of each, ``fifty`` the lists of their resources after it."""

    kind: Kind
    groups: Sequence[str]
    faults: Mapping[str, Observed]
    batches: Mapping[Batch, TaskResult]
    fifty: Mapping[str, list[str] | None]
    output: str
    secrets: frozenset[str]


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: f"{SHARED} {kind.module}")
def day(request: pytest.FixtureRequest) -> Day:
    kind: Kind = request.param
    cloud: Simulator = request.getfixturevalue(kind.fixture)
    cloud.reset()
    resources, groups = kind.populate(cloud, 2 * len(FAULTS) + FIFTY)
    for resource in resources:
        cloud.attach(resource, *groups[:2])
    happening = [fault for fault in FAULTS if fault.happens_to(kind)]
    pairs = dict(zip(happening, zip(resources[::2], resources[1::2], strict=False), strict=False))
    scenes = {fault: Scene(kind, cloud, pair[0], groups) for fault, pair in pairs.items()}
    for fault, scene in scenes.items():
        fault.play(scene)
    fifty = resources[-FIFTY:]
    cloud.play(kind.denied, kind.write, resource=fifty[7], times=None)
    tasks = {fault: _task(kind, fault, pairs[fault], groups) for fault in happening}
    batches = {
        UNKNOWN_AMONG_FIFTY: task(kind.module, **{kind.ids: [*fifty[1:], kind.missing]}, security_groups=groups[2]),
        REFUSED_AMONG_FIFTY: task(kind.module, **{kind.ids: fifty}, security_groups=groups[2]),
    }
    slow = {fault: one for fault, one in tasks.items() if fault.slow}
    quick = {row: one for row, one in {**tasks, **batches}.items() if row not in slow}

    # One play has the key from its tasks, and the other from the environment.
    with ThreadPoolExecutor(1) as aside:
        running = aside.submit(_play, kind, slow, {kind.endpoint: cloud.url}, kind.environ(cloud))
        run = _play(kind, quick, kind.connection(cloud), {})
        slow_run = running.result()
    while cloud.connections:
        time.sleep(0.01)

    results = {**dict(zip(quick, run.tasks, strict=True)), **dict(zip(slow, slow_run.tasks, strict=True))}
    faults = {
        fault.name: Observed(
            scene=scenes[fault],
            result=results[fault],
            attached=kind.attached(cloud, bad),
            neighbour=kind.attached(cloud, good),
            calls=[call for call in sorted(cloud.calls, key=lambda call: call.began) if bad in call.resources],
        )
        for fault, (bad, good) in pairs.items()
    }
    return Day(
        kind=kind,
        groups=groups,
        faults=faults,
        batches={batch: results[batch] for batch in batches},
        fifty={one: kind.attached(cloud, one) for one in fifty},
        output="".join([run.output, slow_run.output, *map(str, results.values())]),
        secrets=frozenset({TOKEN, *kind.secrets, *signatures(cloud.calls)}),
    )


def _task(kind: Kind, fault: Fault, pair: Sequence[str], groups: Sequence[str]) -> dict[str, Any]:
    arguments: dict[str, Any] = {kind.ids: list(pair), "security_groups": groups[2]}
    if fault.endpoint:
        arguments[kind.endpoint] = fault.endpoint
    if fault.slow:
        arguments |= kind.impatience
    return {**task(kind.module, **arguments, wait_timeout=fault.wait_timeout), "name": fault.name}


def _play(kind: Kind, tasks: Mapping[Any, Any], connection: Mapping[str, Any], environ: Mapping[str, str]) -> Run:
    defaults = {f"{COLLECTION}.{kind.module}": connection}
    return play(list(tasks.values()), "-vvv", "--diff", defaults=defaults, environ=environ)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_the_list_is_as_asked_or_the_task_fails_and_tells_the_truth(day: Day, fault: Fault) -> None:
    if not fault.happens_to(day.kind):
        pytest.skip(f"a {day.kind.noun} has no such state")
    found = day.faults[fault.name]
    check_result(found)
    check_nothing_is_lost(found)
    if isinstance(fault.outcome, Done):
        check_done(found, fault.outcome)
    else:
        check_failed(found, fault.outcome)


def check_result(found: Observed) -> None:
    """Check what holds whatever happened."""
    resource = found.result.resources[0]
    assert set(resource) == RESOURCE_KEYS
    assert resource["id"] == found.scene.resource
    assert found.result.failed == any(one is not None for one in found.result.each("error")), found.result.result
    assert found.result.changed == any(found.result.each("changed"))
    assert resource["verified"] == (resource["error"] is None)
    for error in filter(None, found.result.each("error")):
        assert error["kind"] in ERROR_KINDS
        assert "\n" not in error["message"]
    if found.listed("after") not in (found.attached, None):
        assert resource["error"], "an ok for a list that is not there"
        assert resource["changed"] or found.attached is None, "no change is told, and there is one"


def check_nothing_is_lost(found: Observed) -> None:
    """Check that no group of the old list was ever left out, and that the old list is recorded."""
    old = set(found.scene.old)
    assert all(old | {found.scene.group} == set(one) & {*old, found.scene.group} for one in found.writes)
    assert found.attached is None or old <= set(found.attached)
    assert found.listed("before") in ([None] if not found.writes else []) + [found.scene.kind.in_order(found.scene.old)]


def check_done(found: Observed, outcome: Done) -> None:
    scene = found.scene
    foreign = scene.foreign[: outcome.foreign]
    assert not found.result.failed, found.result.msg
    assert found.listed("before") == scene.kind.in_order(scene.old)
    assert found.listed("after") == found.attached
    assert set(found.attached or []) == {*scene.old, scene.group, *foreign}
    assert found.result.each("verified") == [True, True]
    assert found.result.each("changed") == [True, True]
    assert found.neighbour == scene.kind.in_order(scene.groups[:3])
    if outcome.writes is not None:
        assert len(found.writes) == outcome.writes
    # Read back: the last call that told the list came after the last one that wrote it.
    actions = [call.action for call in found.calls if call.action in (*scene.kind.reads, scene.kind.write)]
    assert actions[-1] in scene.kind.reads


def check_failed(found: Observed, outcome: Fails) -> None:
    scene, kind = found.scene, found.scene.kind
    resource = found.result.resources[0]
    assert found.result.failed
    assert (found.error["kind"], resource["verified"]) == (outcome.error, False)
    assert found.error["message"].startswith(f"{kind.noun} {scene.resource}: ")
    assert outcome.says.format(kind=kind) in found.error["message"]
    assert scene.resource in found.result.msg
    assert found.error["message"].split(": ", 1)[1] in found.result.msg
    old, new = kind.in_order(scene.old), kind.in_order(scene.groups[:3])
    assert found.listed("before") == (old if outcome.known else None)
    assert (
        found.attached
        == {
            List.UNTOUCHED: old,
            List.OLD: old,
            List.NEW: new,
            List.GONE: None,
            List.FOREIGN: found.listed("after"),
        }[outcome.list]
    )
    if outcome.list is List.UNTOUCHED:
        assert (found.writes, found.result.changed, found.neighbour) == ([], False, old)
        assert found.result.msg.endswith("(nothing was written)")
    else:
        assert found.neighbour == found.listed("after", 1) == new
    if outcome.list is List.OLD:
        assert not resource["changed"]


def test_one_unknown_resource_among_fifty(day: Day) -> None:
    result = day.batches[UNKNOWN_AMONG_FIFTY]
    assert (result.failed, result.changed) == (True, False)
    assert result.msg.startswith(f"1 of 51 {day.kind.plural} failed: {day.kind.noun} {day.kind.missing}: ")
    assert [error and error["kind"] for error in result.each("error")] == [None] * 50 + ["not_found"]
    assert [one and day.kind.in_order(one) for one in result.each("before")] == [
        day.kind.in_order(day.groups[:2])
    ] * 50 + [None]


def test_one_refused_write_among_fifty(day: Day) -> None:
    result = day.batches[REFUSED_AMONG_FIFTY]
    old, new = day.kind.in_order(day.groups[:2]), day.kind.in_order(day.groups[:3])
    refused = list(day.fifty)[7]
    assert (result.failed, result.changed) == (True, True)
    assert result.msg.startswith(f"1 of 51 {day.kind.plural} failed: {day.kind.noun} {refused}: the credentials lack")
    # That they all were as before is also what shows that the task before this one wrote nothing.
    assert [day.kind.in_order(one) for one in result.each("before")] == [old] * FIFTY
    for resource, attached in zip(result.resources, day.fifty.values(), strict=True):
        bad = resource["id"] == refused
        assert day.kind.in_order(resource["after"]) == attached == (old if bad else new)
        assert resource["verified"] == resource["changed"] == (not bad)
        assert bool(resource["error"]) == bad


def test_no_secret_reaches_the_output_of_a_bad_day(day: Day) -> None:
    assert len(day.secrets) > 2 * len(FAULTS)
    assert [secret for secret in day.secrets if secret in day.output] == []
    assert SIGNED.search(day.output) is None
    assert "Traceback" not in day.output
    assert "this is a defect" not in day.output


def test_the_table_in_the_documentation_is_that_of_the_matrix() -> None:
    page = (ROOT / "docs" / "faults.md").read_text(encoding="utf-8")
    assert f"{MARK}\n\n{table()}\n" in page, "run: python -m tests.integration.faults"
