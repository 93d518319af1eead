# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The roles through their playbooks, on all kinds."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.described import CREDENTIALS, SECRETS, Clouds, populate, variables
from tests.integration.playbook import Run, run
from tests.simulators.alibabacloud import RdsSimulator
from tests.simulators.aws import AwsSimulator
from tests.simulators.server import Meddle
from tests.simulators.tencentcloud import TencentCloudSimulator

Entries = Sequence[Mapping[str, Any]]
Play = Callable[..., Run]
UNKNOWN = "eni-unknown1"
OMITTED = "{{ nothing | default(omit) }}"
LEFT_OUT = dict.fromkeys(("state", "position", "region", "name", "reason"), OMITTED)
IGNORE = """
- hosts: localhost
  gather_facts: false
  ignore_errors: true
  tasks:
    - ansible.builtin.import_role:
        name: "crosscloud.security_groups.{{ role }}"
      ignore_errors: true
"""


@pytest.fixture
def clouds(aws: AwsSimulator, tencentcloud: TencentCloudSimulator, alibabacloud: RdsSimulator) -> Clouds:
    return populate(aws, tencentcloud, alibabacloud)


@pytest.fixture
def play(clouds: Clouds, tmp_path: Path) -> Play:
    """Run a playbook of the collection, or another one, with a description."""

    def play(
        playbook: str, entries: Entries, *flags: str, environ: Mapping[str, str] = CREDENTIALS, **more: Any
    ) -> Run:
        description = tmp_path / "attachments.yml"
        description.write_text(yaml.safe_dump(variables(clouds, entries, **more)), encoding="utf-8")
        (tmp_path / "ignore.yml").write_text(IGNORE, encoding="utf-8")
        name = playbook if playbook.endswith(".yml") else f"crosscloud.security_groups.{playbook}"
        return run(name, "-e", f"@{description}", *flags, folder=tmp_path, environ=environ)

    return play


def message(done: Run) -> str:
    """Return what the only task that failed said."""
    assert done.exit_code == 2, done.output
    (failed,) = [task for task in done.tasks if task.failed]
    return failed.msg


def totals(done: Run) -> dict[str, int]:
    """Return what the report handed to a workflow."""
    stats = [task.result["ansible_stats"]["data"] for task in done.tasks if "ansible_stats" in task.result]
    assert len(stats) == 1, done.output
    assert set(stats[0]) == {"security_group_drift", "security_group_plan"}
    return dict(stats[0]["security_group_drift"])


def test_converge_brings_all_kinds_to_their_lists(clouds: Clouds, play: Play) -> None:
    clouds.attach("qcloud_cvm", 0, 1, 2)
    entries = [
        clouds.entry("efs_mount_target", 0, 1, 2),
        clouds.entry("efs_mount_target", 1, 1, state="present"),
        clouds.entry("qcloud_eni", 0, 1, state="present", position="first", name="web-1", reason="deny first"),
        clouds.entry("qcloud_eni", 1),
        clouds.entry("qcloud_cvm", 0, 2, 1),
        clouds.entry("qcloud_cvm", 1, 0),
        clouds.entry("aliyun_rds", 0, 1, 3),
        clouds.entry("aliyun_rds", 1, 2, state="absent"),
    ]
    before = clouds.attached(entries)
    aws, tencent, alibaba = (clouds.groups[kind] for kind in ("efs_mount_target", "qcloud_eni", "aliyun_rds"))
    after = [
        [aws[1], aws[2]],
        [aws[0], aws[1]],
        [tencent[1], tencent[0]],
        [],
        [tencent[2], tencent[1]],
        [tencent[0]],
        sorted([alibaba[1], alibaba[3]]),
        [alibaba[0]],
    ]

    def converge(*flags: str) -> Run:
        done = play("converge", entries, *flags, security_group_attachments_allow_empty=True)
        assert done.exit_code == 0, done.output
        return done

    planned = converge("--check", "--diff")
    assert clouds.writes() == 0
    assert clouds.attached(entries) == before
    done = converge("--diff")
    assert clouds.writes() == 6
    assert list(map(set, clouds.attached(entries))) == list(map(set, after))
    assert clouds.attached(entries)[2:6] == after[2:6]
    assert "8 resources: 6 would change, 2 already as described" in planned.output
    assert "8 resources: 6 changed, 2 already as described" in done.output
    for each in (planned, done):
        assert "changed=1 " in each.output
        assert [each.output.count(f"--- before: {entry['id']}") for entry in entries] == [1, 1, 1, 1, 1, 0, 1, 0]
    again = converge("--diff")
    assert clouds.writes() == 6
    assert "changed=0 " in again.output
    assert "--- before" not in again.output
    assert "8 resources: 8 already as described" in again.output


def test_a_description_that_keeps_the_order_keeps_it_whatever_module_defaults_say(
    clouds: Clouds, play: Play, tmp_path: Path
) -> None:
    clouds.attach("qcloud_eni", 0, 0, 1)
    entries = [
        clouds.entry("qcloud_eni", 0, 2, 1, state="present"),
        clouds.entry("qcloud_eni", 1, 2, 1),
    ]
    defaults = {"crosscloud.security_groups.qcloud_eni_sg": {"position": "first"}}
    roles = ["crosscloud.security_groups.converge"]
    playbook = [{"hosts": "localhost", "gather_facts": False, "module_defaults": defaults, "roles": roles}]
    (tmp_path / "defaults.yml").write_text(yaml.safe_dump(playbook), encoding="utf-8")
    done = play("defaults.yml", entries)
    assert done.exit_code == 0, done.output
    groups = clouds.groups["qcloud_eni"]
    assert clouds.attached(entries) == [[groups[0], groups[1], groups[2]], [groups[2], groups[1]]]


def test_groups_by_name_and_groups_that_no_run_could_attach(clouds: Clouds, play: Play, tmp_path: Path) -> None:
    twins = [clouds.tencentcloud.add_group("twin") for _number in range(2)]
    entries = [
        {**clouds.entry("efs_mount_target", 0), "security_groups": ["group-0", "group-1"]},
        {**clouds.entry("qcloud_eni", 0), "security_groups": ["group-0"]},
        {**clouds.entry("qcloud_eni", 1), "security_groups": ["twin"]},
        {**clouds.entry("qcloud_cvm", 0), "security_groups": ["sg-zzzzzzzz"], "state": "present"},
        {**clouds.entry("aliyun_rds", 0), "security_groups": ["nobody's"]},
    ]
    done = play("drift_report", entries)
    found = totals(done)
    assert [found[verdict] for verdict in ("in_sync", "drift", "would_fail", "error")] == [1, 1, 3, 0]
    written = json.loads((tmp_path / "drift-report" / "drift.json").read_text(encoding="utf-8"))
    report = {one["id"]: one for one in written["resources"]}
    drifted, twin = report[entries[0]["id"]], report[entries[2]["id"]]
    groups = clouds.groups["efs_mount_target"]
    assert (drifted["missing"], drifted["names"][groups[1]]) == ([groups[1]], "group-1")
    assert twin["problem"]["message"] == (
        f"2 security groups have the name 'twin': {', '.join(twins)}; give the ID of one"
    )
    assert f"+{groups[1]} (group-1)" in done.output
    assert clouds.writes() == 0


@pytest.mark.parametrize("flags", [(), ("--check", "--diff")])
def test_the_report_never_writes(clouds: Clouds, play: Play, tmp_path: Path, flags: tuple[str, ...]) -> None:
    clouds.attach("qcloud_cvm", 0, 1, 0)
    unknown = {**clouds.entry("qcloud_eni", 0, 0), "id": UNKNOWN, "reason": "it was there"}
    entries = [
        clouds.entry("efs_mount_target", 0, 0, 1),
        clouds.entry("efs_mount_target", 1, 0),
        clouds.entry("qcloud_eni", 0, 0, **LEFT_OUT),
        unknown,
        clouds.entry("qcloud_cvm", 0, 0, 1),
        clouds.entry("aliyun_rds", 0, 1),
        {**clouds.entry("aliyun_rds", 1, 0), "connection": "stranger"},
    ]
    reachable = [entry for entry in entries if entry is not unknown]
    before = clouds.attached(reachable)
    stranger = {**clouds.connections["alibaba"], "access_key_id": "LTAIstranger", "security_token": OMITTED}
    strangers = {**clouds.connections, "stranger": stranger, "of another host": {"region": OMITTED}}
    done = play(
        "drift_report",
        entries,
        *flags,
        security_group_connections=strangers,
        drift_report_fail_on=[],
        drift_report_directory="report/of/today",
    )
    assert done.exit_code == 0, done.output
    assert clouds.writes() == 0
    assert clouds.attached(reachable) == before
    found = totals(done)
    ids = found.pop("ids")
    assert found == {"in_sync": 2, "drift": 3, "would_fail": 1, "error": 1, "accepted": 0, "total": 7}
    assert sorted(ids) == sorted(entries[index]["id"] for index in (0, 3, 4, 5, 6))
    assert "changed=0 " in done.output
    assert "--- before" not in done.output
    assert not any("diff" in item for task in done.tasks for item in task.result.get("results", []))
    assert f"The report: {tmp_path}/report/of/today/drift.html" in done.output
    report = json.loads((tmp_path / "report/of/today/drift.json").read_text(encoding="utf-8"))
    assert report["totals"] == found
    assert [one["reason"] for one in report["resources"] if one["id"] == UNKNOWN] == ["it was there"]


def test_fail_on_decides_and_says_why(clouds: Clouds, play: Play, tmp_path: Path) -> None:
    entries = [
        clouds.entry("qcloud_eni", 0, 0, 1),
        clouds.entry("qcloud_eni", 1, 0),
        {**clouds.entry("qcloud_cvm", 0, 0), "id": "ins-unknown1"},
        clouds.entry("aliyun_rds", 0, 0),
    ]
    clouds.alibabacloud.access_key_secret = "another"
    # A survey gives an empty string for a question without an answer.
    by_default = play("drift_report", entries, "-e", "drift_report_directory=")
    assert message(by_default) == "1 of 4 resources could not be read"
    assert [path.name for path in tmp_path.glob("drift*")] == ["drift-report"]
    assert totals(by_default)["error"] == 1
    both = play("drift_report", entries, "-e", "{drift_report_fail_on: 'would_fail, drift'}")
    assert message(both) == (
        "1 of 4 resources cannot be given the groups described; 1 of 4 resources drifted from their description"
    )
    clouds.alibabacloud.reset()
    clouds.attach("qcloud_eni", 0, 0, 1)
    last = tmp_path / "drift-report" / "drift.json"
    fine = play("drift_report", entries, drift_report_fail_on=["drift", "error"], drift_report_previous=str(last))
    assert fine.exit_code == 0, fine.output
    assert json.loads(last.read_text(encoding="utf-8"))["previous_at"]


def test_more_changes_than_allowed_fail_before_the_first_write(clouds: Clouds, play: Play) -> None:
    entries = [clouds.entry(kind, number, 0, 1) for kind in clouds.resources for number in (0, 1)]
    fewer = len(entries) - 1
    # A survey gives text.
    refused = play("converge", entries, "-e", f"converge_max_changes={fewer}")
    assert f"{len(entries)} would change, max_changes is {fewer}" in message(refused)
    assert all(entry["id"] in message(refused) for entry in entries)
    assert clouds.writes() == 0

    def calls(**more: Any) -> int:
        before = clouds.calls()
        assert play("converge", entries, "--check", **more).exit_code == 0
        return clouds.calls() - before

    assert calls(converge_max_changes=len(entries)) == calls(converge_max_changes="")
    done = play("converge", entries, converge_max_changes=len(entries))
    assert done.exit_code == 0, done.output
    assert clouds.writes() == len(entries)


def test_what_was_described_from_the_clouds_is_in_sync(clouds: Clouds, play: Play, tmp_path: Path) -> None:
    clouds.attach("qcloud_eni", 0, 2, 0)
    resources = sum(map(len, clouds.resources.values()))
    kinds = {"aws": "aws", "tencent": "tencentcloud", "alibaba": "alibabacloud"}
    connections = {name: {**options, "cloud": kinds[name]} for name, options in clouds.connections.items()}
    more = {"security_group_connections": connections, "describe_file": str(tmp_path / "written.yml")}
    described = play("describe", [], **more)
    assert described.exit_code == 0, described.output
    assert f"{tmp_path}/written.yml: {resources} added, 0 kept" in described.output
    written = yaml.safe_load((tmp_path / "written.yml").read_text(encoding="utf-8"))["security_group_attachments"]
    assert {one["id"] for one in written} == {one for ids in clouds.resources.values() for one in ids}
    assert f"{resources} added" not in play("describe", [], **more).output
    calls = clouds.writes()
    found = play("converge", written, "--check", security_group_connections=connections)
    assert f"{resources} resources: {resources} already as described" in found.output
    assert (found.exit_code, clouds.writes()) == (0, calls)


def test_a_reviewed_report_is_applied_where_nothing_changed_since(clouds: Clouds, play: Play, tmp_path: Path) -> None:
    chosen = ("aliyun_rds", "qcloud_eni", "efs_mount_target")
    others = [kind for kind in clouds.resources if kind not in chosen]
    entries = [clouds.entry(kind, number, 0, 1) for kind in (*chosen, *others) for number in (0, 1)]
    plan = tmp_path / "drift-report" / "drift.json"
    only = [entry["id"] for entry in entries[:6]]
    report = play("drift_report", entries, security_group_attachments_only=only)
    assert report.exit_code == 0, report.output
    # Another writer comes in between, and the description has changed as well, which does not matter.
    clouds.attach("qcloud_eni", 1, 2)
    done = play("converge", [], converge_plan=str(plan))
    assert f"network interface {entries[3]['id']}: its security groups are " in message(done)
    assert "as expected; review the change and plan again" in message(done)
    # A batch with a refused resource writes nothing.
    assert clouds.writes() == 4
    assert clouds.attached(entries[3:4]) == [[clouds.groups["qcloud_eni"][2]]]
    assert list(map(set, clouds.attached(entries[:2]))) == [set(entry["security_groups"]) for entry in entries[:2]]
    result = next(task.result for task in done.tasks if "batches" in task.result)
    assert {one["error"]["kind"] for one in result["resources"] if one["error"]} == {"conflict"}
    missing = play("converge", [], converge_plan=str(tmp_path / "nowhere.json"))
    assert message(missing) == (
        f"converge_plan: the plan {tmp_path}/nowhere.json cannot be read: No such file or directory; check the path"
    )
    assert "its module may still be writing" not in missing.output
    # An empty mapping is not taken for no plan, which would apply the whole description.
    empty = play("converge", entries, converge_plan={})
    assert "converge_plan: the plan is not a drift report" in message(empty)
    assert clouds.writes() == 4


def test_the_result_of_the_role_can_be_taken_back(clouds: Clouds, play: Play, tmp_path: Path) -> None:
    entries = [clouds.entry(kind, 0, 0, 1) for kind in clouds.resources]
    before = clouds.attached(entries)
    restore = {
        "crosscloud.security_groups.attachments": {
            "attachments": "{{ converge_result | crosscloud.security_groups.undo }}",
            "connections": "{{ security_group_connections }}",
        }
    }
    content = [
        {
            "hosts": "localhost",
            "gather_facts": False,
            "roles": ["crosscloud.security_groups.converge"],
            "post_tasks": [restore],
        }
    ]
    (tmp_path / "play.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    done = play("play.yml", entries)
    assert done.exit_code == 0, done.output
    assert clouds.writes() == 2 * len(entries)
    assert list(map(set, clouds.attached(entries))) == list(map(set, before))


def test_a_task_that_ran_out_of_time_says_that_its_module_may_still_write(clouds: Clouds, play: Play) -> None:
    clouds.tencentcloud.play(Meddle(lambda: time.sleep(6.0)), "DescribeNetworkInterfaces")
    done = play("converge", [clouds.entry("qcloud_eni", 0, 1)], environ={**CREDENTIALS, "ANSIBLE_TASK_TIMEOUT": "4"})
    assert done.exit_code == 2
    assert "it is not known what it changed; its module may still be writing. Check the" in done.output
    # And so it does.
    deadline = time.monotonic() + 60
    while not clouds.tencentcloud.count("ModifyNetworkInterfaceAttribute"):
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("hindrance", "why"),
    [
        ("sys.version_info = (3, 10, 0)", "crosscloud.security_groups needs Python 3.11 or newer where its"),
        ("import os; os.write(2, b'the interpreter is broken'); os._exit(7)", "the interpreter is broken"),
    ],
)
def test_a_module_that_cannot_begin_fails_the_roles(
    clouds: Clouds, play: Play, tmp_path: Path, hindrance: str, why: str
) -> None:
    (tmp_path / "sitecustomize.py").write_text(f"import sys\n{hindrance}\n", encoding="utf-8")
    interpreter = tmp_path / "python"
    interpreter.write_text(f'#!/bin/sh\nPYTHONPATH={tmp_path} exec {sys.executable} "$@"\n', encoding="utf-8")
    interpreter.chmod(0o755)
    entries = [clouds.entry(kind, 0, 1) for kind in clouds.resources]
    done = play("converge", entries, ansible_python_interpreter=str(interpreter))
    (failed,) = [task for task in done.tasks if task.failed]
    assert (done.exit_code, why in failed.msg) == (2, True), done.output
    report = play("drift_report", entries, ansible_python_interpreter=str(interpreter))
    assert message(report) == f"{len(entries)} of {len(entries)} resources could not be read"
    found = json.loads((tmp_path / "drift-report" / "drift.json").read_text(encoding="utf-8"))["resources"]
    assert all(why in one["problem"]["message"] for one in found)


def test_a_list_that_would_become_empty_is_refused_with_the_name_of_the_variable(clouds: Clouds, play: Play) -> None:
    refused = play("converge", [clouds.entry("aliyun_rds", 0, 0, state="absent")])
    assert "no security group would be left; set allow_empty if that is meant" in message(refused)
    assert clouds.writes() == 0


def test_only_some_of_the_description(clouds: Clouds, play: Play) -> None:
    entries = [clouds.entry(kind, number, 1) for kind in clouds.resources for number in (0, 1)]
    chosen = [entries[0], entries[5]]
    done = play("converge", entries, security_group_attachments_only=[entry["id"] for entry in chosen])
    assert done.exit_code == 0, done.output
    assert clouds.writes() == 2
    assert clouds.attached(chosen) == [entry["security_groups"] for entry in chosen]
    ids = ",".join(entry["id"] for entry in chosen)
    report = play("drift_report", entries, "-e", f"security_group_attachments_only={ids}")
    assert totals(report) == {
        "in_sync": 2,
        "drift": 0,
        "would_fail": 0,
        "error": 0,
        "accepted": 0,
        "total": 2,
        "ids": [],
    }


@pytest.mark.parametrize("playbook", ["converge", "drift_report", "describe"])
def test_a_mistake_ends_each_role_before_any_call(clouds: Clouds, play: Play, tmp_path: Path, playbook: str) -> None:
    done = play(playbook, [clouds.entry("qcloud_eni", 0, 1)], security_group_conections={"tencent": {}})
    assert "security_group_conections" in message(done)
    assert "security_group_connections" in message(done)
    assert len([task for task in done.tasks if task.failed]) == 1
    assert done.output.count("TASK [") == 1
    assert not (tmp_path / "drift-report").exists()
    assert clouds.calls() == 0


def test_secrets_of_connections_stay_secret(clouds: Clouds, play: Play, tmp_path: Path) -> None:
    right = [clouds.entry(kind, 0, 0, 1) for kind in clouds.resources]
    entries = [*right, {**clouds.entry("aliyun_rds", 1, 1), "connection": "wrong"}]
    given = {
        "aws": {"access_key": "AWS_ACCESS_KEY_ID", "secret_key": "AWS_SECRET_ACCESS_KEY"},
        "tencent": {"secret_id": "TENCENTCLOUD_SECRET_ID", "secret_key": "TENCENTCLOUD_SECRET_KEY"},
        "alibaba": {
            "access_key_id": "ALIBABA_CLOUD_ACCESS_KEY_ID",
            "access_key_secret": "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
        },
    }
    connections = {
        name: {**options, **{option: CREDENTIALS[variable] for option, variable in given[name].items()}}
        for name, options in clouds.connections.items()
    }
    wrong = {"access_key_secret": "wrong-secret-9d2f", "security_token": "wrong-token-9d2f"}
    connections["wrong"] = {**connections["alibaba"], **wrong}

    def told(playbook: str, **more: Any) -> Run:
        flags = ("-vvvv", "--diff")
        return play(playbook, entries, *flags, environ={}, security_group_connections=connections, **more)

    report = told("drift_report")
    expected = {
        "in_sync": 0,
        "drift": len(right),
        "would_fail": 0,
        "error": 1,
        "accepted": 0,
        "total": len(entries),
        "ids": 0,
    }
    assert {**totals(report), "ids": 0} == expected
    done = told("converge", converge_max_changes=len(right))
    assert message(done).startswith("1 DB instance through wrong in cn-hangzhou: DB instance rm-")
    assert list(map(set, clouds.attached(right))) == [set(entry["security_groups"]) for entry in right]
    shown = [report.output, done.output, json.dumps([task.result for task in (*report.tasks, *done.tasks)])]
    shown += [path.read_text(encoding="utf-8") for path in (tmp_path / "drift-report").iterdir()]
    for secret in (*SECRETS.values(), *wrong.values()):
        assert not any(secret in text for text in shown)


def test_the_roles_one_after_the_other_in_one_play(clouds: Clouds, play: Play, tmp_path: Path) -> None:
    entries = [clouds.entry(kind, number, 0, 1) for kind in clouds.resources for number in (0, 1)]
    some = [entry["id"] for entry in entries[:4]]

    def role(name: str, **more: Any) -> dict[str, Any]:
        included = {"ansible.builtin.include_role": {"name": f"crosscloud.security_groups.{name}"}, "vars": more}
        return {"block": [included], "rescue": [{"ansible.builtin.debug": {"msg": "went on"}}]}

    # Nothing of one role's run may be left for the next one: neither its choice nor its failures.
    tasks = [
        role("drift_report", drift_report_fail_on=["drift"], security_group_attachments_only=some),
        role("converge", security_group_attachments_only=some[:1], converge_max_changes=0),
        role("converge", security_group_attachments_only=some),
        role("drift_report", drift_report_fail_on="drift, error"),
    ]
    content = [{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]
    (tmp_path / "play.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    done = play("play.yml", entries)
    assert done.exit_code == 0, done.output
    failed = [task.msg for task in done.tasks if task.failed]
    assert failed[0] == "4 of 4 resources drifted from their description"
    assert "1 would change, max_changes is 0" in failed[1]
    assert failed[2] == f"{len(entries) - len(some)} of {len(entries)} resources drifted from their description"
    assert len(failed) == 3
    assert clouds.writes() == len(some)
