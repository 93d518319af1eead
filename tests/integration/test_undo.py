# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The playbook of docs/undo.md as written, and the same for the other kinds: a change that fails is taken back."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event
from typing import Any

import pytest
import yaml

from tests.fuzz.clouds import MODULES, Subject, attach_all, subject
from tests.integration.faults.kinds import KINDS
from tests.integration.playbook import ROOT, Run, play, task
from tests.simulators.alibabacloud import RdsSimulator
from tests.simulators.aws import AwsSimulator
from tests.simulators.server import Meddle
from tests.simulators.tencentcloud import TencentCloudSimulator

PLAYBOOK = ROOT / "docs" / "examples" / "rollback.yml"
CHANGE, RESTORE = (
    "Give the mount targets their new security groups",
    "Restore the security groups that were attached before",
)
LOOKED_AFTER = ["ModifyInstancesAttribute", "DescribeInstances"]
DENIED = {kind.module: (kind.write, kind.denied) for kind in KINDS}


@pytest.fixture(params=MODULES)
def of(
    request: pytest.FixtureRequest, aws: AwsSimulator, tencentcloud: TencentCloudSimulator, alibabacloud: RdsSimulator
) -> Subject:
    found = subject(request.param, aws, tencentcloud, alibabacloud)
    for number, resource in enumerate(found.resources):
        found.cloud.attach(resource, *found.groups[number : number + 2])
    return found


@pytest.fixture
def application() -> Iterator[int]:
    """A port that answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def lists(of: Subject) -> list[list[str]]:
    found = [of.cloud.groups(resource) for resource in of.resources]
    return found if of.kind.ordered else [sorted(groups) for groups in found]


def settled(condition: Callable[[], bool]) -> bool:
    """Wait until something is so that goes on after a playbook; return whether it ever was."""
    until = time.monotonic() + 60
    while not condition() and time.monotonic() < until:
        time.sleep(0.05)
    return condition()


def roll_out(of: Subject, port: int, **more: Any) -> Run:
    """Run the playbook of the documentation for a kind, with more keywords on the task that changes."""
    text = PLAYBOOK.read_text(encoding="utf-8")
    text = text.replace("efs_mount_target_sg", of.module).replace("mount_target_ids", of.modules.ids)
    given = {
        "mount_targets": list(of.resources),
        "new_groups": list(of.groups[3:5]),
        "app_host": "127.0.0.1",
        "app_port": port,
        "app_timeout": 1,
    }
    tasks = yaml.safe_load(text)[0]["tasks"]
    tasks[0]["block"][0].update(more)
    return play(tasks, "--extra-vars", json.dumps(given), defaults=connection(of))


def connection(of: Subject) -> dict[str, Any]:
    return {f"crosscloud.security_groups.{of.module}": dict(of.connection)}


@pytest.mark.parametrize("of", ["efs_mount_target_sg"], indirect=True)
def test_a_change_stays_where_the_application_answers(of: Subject, application: int) -> None:
    run = roll_out(of, application)
    assert run.exit_code == 0, run.output
    assert [{*groups} for groups in lists(of)] == [{*of.groups[3:5]}] * len(of.resources)


def test_a_change_is_taken_back_where_it_does_not(of: Subject) -> None:
    before = lists(of)
    run = roll_out(of, 1)
    tasks = {found.task: found for found in run.tasks}
    assert run.exit_code != 0
    assert "Wait until the application answers failed, and the security groups are as they were" in run.output
    assert (tasks[CHANGE].failed, tasks[CHANGE].changed) == (False, True)
    assert (tasks[RESTORE].failed, tasks[RESTORE].changed) == (False, True)
    assert all(tasks[RESTORE].each("verified"))
    assert lists(of) == before


def test_a_change_that_fails_half_way_is_taken_back(of: Subject) -> None:
    before = lists(of)
    action, refusal = DENIED[of.module]
    of.cloud.play(refusal, action, resource=of.resources[1])
    run = roll_out(of, 1)
    tasks = {found.task: found for found in run.tasks}
    assert (tasks[CHANGE].failed, tasks[CHANGE].each("changed")) == (True, [True, False, True])
    assert (tasks[RESTORE].failed, tasks[RESTORE].each("id")) == (False, [of.resources[0], of.resources[2]])
    assert lists(of) == before


@pytest.mark.parametrize("of", ["qcloud_cvm_sg"], indirect=True)
def test_nobody_says_that_the_lists_are_as_they_were_where_nobody_knows(of: Subject) -> None:
    # As a module that was killed, this one does not say what it did.
    run = roll_out(of, 1, vars={"ansible_python_interpreter": "/bin/false"})
    assert "undo: nothing says what the task changed: it returned no resources: " in run.output
    assert "as they were" not in run.output.rpartition("TASK [")[2]
    assert run.exit_code != 0


@pytest.mark.parametrize("of", ["qcloud_cvm_sg"], indirect=True)
def test_nobody_says_that_the_lists_are_as_they_were_where_a_retry_hid_what_changed(of: Subject) -> None:
    action, refusal = DENIED[of.module]
    of.cloud.play(refusal, action, resource=of.resources[1])
    run = roll_out(of, 1, until="change is success", retries=1, delay=0)
    assert (
        "undo: nothing says what the task changed: it was tried more than once, and its result says only what"
        in run.output
    )
    assert "as they were" not in run.output.rpartition("TASK [")[2]
    assert run.exit_code != 0


def test_there_may_be_nothing_to_undo_or_no_result(of: Subject) -> None:
    attach_all(of, of.groups[:1])
    arguments = {of.modules.ids: list(of.resources), "security_groups": of.groups[0]}
    undo = {"attachments": "{{ change | crosscloud.security_groups.undo }}"}
    tasks = [{**task(of.module, **arguments), "register": "change"}, task(of.module, **undo)]
    nothing = {"attachments": "{{ ['x'] | crosscloud.security_groups.undo }}"}
    _change, undone, refused = play([*tasks, task(of.module, **nothing)], defaults=connection(of)).tasks
    assert (undone.failed, undone.changed, undone.resources) == (False, False, [])
    assert "give its registered result, or the resources of it" in refused.msg


@pytest.mark.parametrize("of", ["qcloud_cvm_sg"], indirect=True)
def test_a_loop_of_which_not_all_items_came_to_anything_is_taken_back(of: Subject) -> None:
    before = lists(of)
    changed, skipped, failed = of.resources
    arguments = {
        of.modules.ids: "{{ item }}",
        "security_groups": of.groups[4],
        "parallelism": "{{ 8 if item != failed else 'many' }}",
    }
    change = {**task(of.module, **arguments), "loop": list(of.resources), "when": "item != skipped"}
    restore = {"attachments": "{{ change | crosscloud.security_groups.undo }}"}
    flags = ("--extra-vars", json.dumps({"skipped": skipped, "failed": failed}))
    tasks = [{**change, "register": "change"}, task(of.module, **restore)]
    run = play(tasks, *flags, defaults=connection(of))
    done, undone = run.tasks
    assert [[one["id"] for one in item.get("resources", [])] for item in done.result["results"]] == [[changed], [], []]
    assert (undone.failed, undone.each("id")) == (False, [changed])
    assert lists(of) == before


@pytest.mark.parametrize("of", ["qcloud_cvm_sg"], indirect=True)
def test_an_item_that_ran_out_of_time_and_writes_later_is_named(of: Subject) -> None:
    done, late, _other = of.resources
    until = Event()
    of.cloud.play(Meddle(until.wait), "DescribeInstances", resource=late)
    arguments = {of.modules.ids: "{{ item }}", "security_groups": of.groups[4]}
    change = {
        **task(of.module, **arguments),
        "loop": [done, late],
        # Long enough for its module to begin, on a busy machine too.
        "timeout": f"{{{{ 6 if item == '{late}' else 0 }}}}",
    }
    restore = {"attachments": "{{ change | crosscloud.security_groups.undo }}"}
    known = "change.results | selectattr('resources', 'defined') | map(attribute='resources') | flatten"
    restore_known = {"attachments": f"{{{{ {known} | crosscloud.security_groups.undo }}}}"}
    tasks = [{**change, "register": "change"}, task(of.module, **restore), task(of.module, **restore_known)]
    try:
        run = play(tasks, defaults=connection(of))
    finally:
        until.set()
    _change, refused, undone = run.tasks
    assert refused.failed
    assert f"item 2 of 2 ({late}): it returned no resources: " in refused.msg
    assert f"; look at the lists; the other items changed {done}; to undo only that, give result.results" in refused.msg
    assert (undone.failed, undone.each("id")) == (False, [done])
    assert settled(lambda: [call.action for call in of.cloud.calls if late in call.resources][-2:] == LOOKED_AFTER)
    assert of.groups[4] in of.cloud.groups(late)


@pytest.mark.parametrize("of", ["qcloud_cvm_sg"], indirect=True)
def test_what_was_only_started_is_undone_by_what_async_status_says_of_it(of: Subject, tmp_path: Path) -> None:
    before = lists(of)
    arguments = {of.modules.ids: "{{ item }}", "security_groups": of.groups[4]}
    change = {**task(of.module, **arguments), "loop": list(of.resources[:2]), "async": 60, "poll": 0}
    ask = {
        "ansible.builtin.async_status": {"jid": "{{ item.ansible_job_id }}"},
        "loop": "{{ change.results }}",
        "until": "done is finished",
        "retries": 60,
        "delay": 1,
    }
    tasks = [
        {**change, "register": "change"},
        task(of.module, attachments="{{ change | crosscloud.security_groups.undo }}"),
        {**ask, "register": "done"},
        task(of.module, attachments="{{ done | crosscloud.security_groups.undo }}"),
    ]
    run = play(tasks, defaults=connection(of), environ={"ANSIBLE_ASYNC_DIR": str(tmp_path)})
    refused, undone = run.tasks[1], run.tasks[-1]
    assert "runs in the background; wait for its end with async_status, and undo the result of that" in refused.msg
    assert (undone.failed, undone.changed, undone.each("id")) == (False, True, list(of.resources[:2]))
    assert lists(of) == before
