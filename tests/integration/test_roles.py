# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The roles through their playbooks, on all kinds."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.integration.described import CREDENTIALS, SECRETS, Clouds, populate, variables
from tests.integration.playbook import ROOT, Run, run
from tests.integration.playbook import play as play_tasks
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
    """Return what the last task, which failed, said."""
    assert done.exit_code == 2, done.output
    assert done.tasks[-1].failed, done.output
    return done.tasks[-1].msg


def totals(done: Run) -> dict[str, int]:
    """Return what the report handed to a workflow."""
    stats = [task.result["ansible_stats"]["data"] for task in done.tasks if "ansible_stats" in task.result]
    assert len(stats) == 1, done.output
    assert set(stats[0]) == {"security_group_drift"}
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
    for each in (planned, done):
        assert "changed=4 " in each.output
        assert [each.output.count(f"--- before: {entry['id']}") for entry in entries] == [1, 1, 1, 1, 1, 0, 1, 0]
    again = converge("--diff")
    assert clouds.writes() == 6
    assert "changed=0 " in again.output
    assert "--- before" not in again.output


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
    assert found == {"in_sync": 2, "drift": 3, "would_fail": 1, "error": 1, "total": 7}
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
    both = play("drift_report", entries, "-e", "drift_report_fail_on=would_fail,drift")
    assert message(both) == (
        "1 of 4 resources cannot be brought to their description; 1 of 4 resources drifted from their description"
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
    refused = play("converge", entries, converge_max_changes=fewer)
    assert message(refused) == (
        f"{len(entries)} resources would change, and converge_max_changes is {fewer}: "
        f"{', '.join(entry['id'] for entry in entries)}; "
        "see what with the role drift_report, and raise it if they are all meant to (nothing was written)"
    )
    assert clouds.writes() == 0
    # Errors that the play ignores are those of what was tried, not a refusal to try it.
    ignored = play("ignore.yml", entries, role="converge", converge_max_changes=fewer)
    assert message(ignored) == message(refused)
    assert clouds.writes() == 0
    # What cannot be planned is not counted, and not written either, although the cloud would take it a moment later.
    clouds.alibabacloud.access_key_secret = "another"
    clouds.alibabacloud.calls.clear()
    done = play("converge", entries, converge_max_changes=len(entries) - 2)
    assert message(done).startswith("2 DB instances through alibaba in cn-hangzhou: 2 of 2 DB instances failed: ")
    assert message(done).count("2 of 2 DB instances failed") == 1
    assert clouds.writes() == len(entries) - 2
    assert clouds.alibabacloud.count("DescribeDBInstanceAttribute") == 2


def test_what_is_described_as_it_is_is_in_sync(clouds: Clouds, play: Play, tmp_path: Path) -> None:
    clouds.attach("qcloud_eni", 0, 2, 0)
    example = yaml.safe_load((ROOT / "docs" / "examples" / "describe.yml").read_text(encoding="utf-8"))
    given = {
        "region": clouds.connections["tencent"]["region"],
        # These are all there are, and so the primary ones of the instances, too.
        "filters": {"tag:role": ["web", "db"]},
        "description": str(tmp_path / "written.yml"),
    }
    to_simulator = {"crosscloud.security_groups.qcloud_eni_sg_info": clouds.connections["tencent"]}
    flags = ("--extra-vars", json.dumps(given))
    written = play_tasks(example[0]["tasks"], *flags, defaults=to_simulator, environ=CREDENTIALS)
    assert written.exit_code == 0, written.output
    description = yaml.safe_load((tmp_path / "written.yml").read_text(encoding="utf-8"))["security_group_attachments"]
    assert [one["id"] for one in description] == list(clouds.resources["qcloud_eni"])
    assert [one["security_groups"] for one in description] == clouds.attached(description)
    found = play("drift_report", [{**one, "connection": "tencent"} for one in description])
    assert totals(found) == {"in_sync": 2, "drift": 0, "would_fail": 0, "error": 0, "total": 2, "ids": []}


def test_no_more_is_changed_than_was_planned(clouds: Clouds, play: Play, tmp_path: Path) -> None:
    clouds.attach("qcloud_eni", 0, 0, 1)
    entries = [clouds.entry("qcloud_eni", number, 0, 1) for number in (0, 1)]
    # When both were planned, and one is to change, somebody changes the other.
    change = Meddle(lambda: clouds.attach("qcloud_eni", 0, 2))
    clouds.tencentcloud.play(change, "DescribeNetworkInterfaces", skip=1)
    callbacks = {"ANSIBLE_CALLBACKS_ENABLED": "task_results,crosscloud.security_groups.drift_report"}
    done = play("converge", entries, converge_max_changes=1, environ={**CREDENTIALS, **callbacks})
    assert "2 would change, which is more than planned: lists changed since the plan was made; run" in message(done)
    assert "max_changes" not in message(done)
    assert clouds.writes() == 0
    # What the role planned is no business of the callback.
    assert not (tmp_path / "drift-report").exists()


def test_one_bad_batch_does_not_stop_the_others(clouds: Clouds, play: Play) -> None:
    entries = [
        {**clouds.entry("efs_mount_target", 0, 1), "id": "fsmt-00000000"},
        clouds.entry("efs_mount_target", 1, 1),
        clouds.entry("qcloud_eni", 0, 1),
        {**clouds.entry("qcloud_cvm", 0, 1), "connection": "stranger"},
        clouds.entry("qcloud_cvm", 1, 1),
        clouds.entry("aliyun_rds", 0, 1),
    ]
    strangers = {**clouds.connections, "stranger": {**clouds.connections["tencent"], "secret_id": "AKIDstranger"}}
    done = play("converge", entries, security_group_connections=strangers)
    targets, instances = message(done).split("; 1 instance through stranger")
    # A task that cannot succeed writes nothing, and each of these is a task.
    assert (
        "2 mount targets through aws in us-east-1: 1 of 2 mount targets failed: mount target fsmt-00000000" in targets
    )
    assert instances.startswith(" in ap-guangzhou: instance ins-")
    assert clouds.writes() == 3
    assert clouds.attached(entries[1:2]) == [[clouds.groups["efs_mount_target"][0]]]
    assert clouds.attached([entries[2], *entries[4:]]) == [
        entry["security_groups"] for entry in (entries[2], *entries[4:])
    ]


@pytest.mark.parametrize(
    ("hindrance", "why", "more"),
    [
        ("sys.version_info = (3, 10, 0)", "crosscloud.security_groups needs Python 3.11 or newer where its", {}),
        # Of this, each version of ansible-core says something else.
        ("sys.modules['concurrent.futures'] = None", "", {"converge_max_changes": 100}),
    ],
)
def test_modules_that_cannot_begin_fail_the_roles(
    clouds: Clouds, play: Play, tmp_path: Path, hindrance: str, why: str, more: Mapping[str, Any]
) -> None:
    (tmp_path / "sitecustomize.py").write_text(f"import sys\n{hindrance}\n", encoding="utf-8")
    interpreter = tmp_path / "python"
    interpreter.write_text(f'#!/bin/sh\nPYTHONPATH={tmp_path} exec {sys.executable} "$@"\n', encoding="utf-8")
    interpreter.chmod(0o755)
    entries = [clouds.entry(kind, 0, 1) for kind in clouds.resources]
    done = play("converge", entries, ansible_python_interpreter=str(interpreter), **more)
    assert message(done).startswith(f"1 mount target through aws in us-east-1: {why}")
    assert f"; 1 DB instance through alibaba in cn-hangzhou: {why}" in message(done)
    report = play("drift_report", entries, ansible_python_interpreter=str(interpreter))
    assert message(report) == f"{len(entries)} of {len(entries)} resources could not be read"
    found = json.loads((tmp_path / "drift-report" / "drift.json").read_text(encoding="utf-8"))["resources"]
    assert all(why in one["problem"]["message"] for one in found)


def test_a_list_that_would_become_empty_is_refused_with_the_name_of_the_variable(clouds: Clouds, play: Play) -> None:
    refused = play("converge", [clouds.entry("aliyun_rds", 0, 0, state="absent")])
    assert "would be left; set security_group_attachments_allow_empty if that is meant" in message(refused)
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
    assert totals(report) == {"in_sync": 2, "drift": 0, "would_fail": 0, "error": 0, "total": 2, "ids": []}
    calls = clouds.calls()
    # As with a space after the comma: what follows it is lost.
    cut = play("converge", entries, "-e", f"security_group_attachments_only={entries[0]['id']}, {entries[1]['id']}")
    assert f"security_group_attachments_only ends with a comma: {entries[0]['id']},; write the ids" in message(cut)
    unknown = play("converge", entries, security_group_attachments_only=[UNKNOWN, entries[0]["id"]])
    assert message(unknown) == (
        f"security_group_attachments_only names {UNKNOWN}, and no host of this play has an entry for that; "
        "check the ids"
    )
    assert clouds.calls() == calls


@pytest.mark.parametrize("playbook", ["converge", "drift_report"])
def test_a_mistake_is_named_before_any_call(clouds: Clouds, play: Play, tmp_path: Path, playbook: str) -> None:
    entries = [
        clouds.entry("qcloud_eni", 0, 1),
        {**clouds.entry("qcloud_cvm", 0, 1), "kind": "qcloud_vm"},
        {**clouds.entry("aliyun_rds", 0, 1), "connection": "nowhere"},
        {"id": UNKNOWN},
    ]
    eni, cvm, rds = (entry["id"] for entry in entries[:3])
    wrong = {**clouds.connections, "tencent": {"secretkey": "hunter2"}}
    done = play(playbook, entries, "-vvvv", security_group_connections=wrong)
    for problem in (
        f"security_group_attachments[1] ({cvm}): kind 'qcloud_vm' is unknown; it is one of efs_mount_target, ",
        f"security_group_attachments[2] ({rds}): security_group_connections has no 'nowhere'; it has alibaba, aws, ",
        f"security_group_attachments[3] ({UNKNOWN}): kind is missing; ",
        f"security_group_attachments[3] ({UNKNOWN}): security_groups is missing; ",
        "security_group_connections['tencent']: 'secretkey' is no connection option of qcloud_eni; these are: ",
    ):
        assert problem in message(done)
    assert eni not in message(done)
    assert "hunter2" not in done.output
    ignored = play("ignore.yml", entries, role=playbook, security_group_connections=wrong)
    assert message(ignored) == message(done)
    missing = play(playbook, [{**clouds.entry("qcloud_eni", 0), "security_groups": ["{{ sg_web }}"]}])
    assert "'sg_web' is undefined" in message(missing)
    nothing = run(f"crosscloud.security_groups.{playbook}", folder=tmp_path, environ=CREDENTIALS)
    assert message(nothing).startswith("security_group_attachments is not set; ")
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
    expected = {"in_sync": 0, "drift": len(right), "would_fail": 0, "error": 1, "total": len(entries), "ids": 0}
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
    readable = len(entries) - 2

    def role(name: str, **more: Any) -> dict[str, Any]:
        included = {"ansible.builtin.include_role": {"name": f"crosscloud.security_groups.{name}"}, "vars": more}
        return {"block": [included], "rescue": [{"ansible.builtin.debug": {"msg": "went on"}}]}

    # Nothing of one role's run may be left for the next one: neither its choice nor its plan nor its failures.
    clouds.alibabacloud.access_key_secret = "another"
    tasks = [
        role("drift_report", drift_report_fail_on=["drift"], security_group_attachments_only=some),
        role("converge", security_group_attachments_only=some[:1], converge_max_changes=0),
        role("converge", security_group_attachments_only=some),
        role("converge", converge_max_changes=readable - len(some)),
        role("converge", security_group_attachments_only=some, converge_max_changes=0),
        role("drift_report", drift_report_fail_on=["drift"]),
    ]
    content = [{"hosts": "localhost", "gather_facts": False, "tasks": tasks}]
    (tmp_path / "play.yml").write_text(yaml.safe_dump(content), encoding="utf-8")
    done = play("play.yml", entries)
    assert done.exit_code == 0, done.output
    failed = [task.msg for task in done.tasks if task.failed]
    assert failed[0] == "4 of 4 resources drifted from their description"
    assert failed[1].startswith("1 resource would change, and converge_max_changes is 0: ")
    assert failed[2].startswith("2 DB instances through alibaba in cn-hangzhou: 2 of 2 DB instances failed: ")
    assert len(failed) == 3
    assert clouds.writes() == readable
    report = json.loads((tmp_path / "drift-report" / "drift.json").read_text(encoding="utf-8"))
    assert report["totals"] == {"in_sync": readable, "drift": 0, "would_fail": 0, "error": 2, "total": len(entries)}
