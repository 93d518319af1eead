# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The callback drift_report through ansible-playbook, on playbooks that know nothing of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from tests.integration.playbook import COLLECTION, ROOT, Run, play, task
from tests.simulators import alibabacloud as alibaba
from tests.simulators import aws as amazon
from tests.simulators import tencentcloud as tencent
from tests.simulators.alibabacloud import RdsSimulator
from tests.simulators.aws import AwsSimulator
from tests.simulators.tencentcloud import TencentCloudSimulator

FILES = {"drift.json", "drift.md", "drift.xml", "drift.html"}
SECRETS = (
    amazon.CREDENTIALS["aws_secret_access_key"],
    tencent.SECRET_KEY,
    alibaba.ACCESS_KEY_SECRET,
    "wrong-secret-key",
)
SCHEMA = json.loads((ROOT / "plugins/plugin_utils/_drift/schema.json").read_text(encoding="utf-8"))
ACTIONS = f"group/{COLLECTION}"


def reported(
    tasks: Sequence[Mapping[str, Any]],
    directory: Path,
    *flags: str,
    previous: Path | None = None,
    **more: Any,
) -> Run:
    environ = {
        "ANSIBLE_CALLBACKS_ENABLED": f"task_results,{COLLECTION}.drift_report",
        "CROSSCLOUD_DRIFT_REPORT_DIRECTORY": str(directory),
        **({"CROSSCLOUD_DRIFT_REPORT_PREVIOUS": str(previous)} if previous else {}),
        **more.pop("environ", {}),
    }
    return play(tasks, *flags, environ=environ, **more)


def resources(directory: Path) -> dict[str | None, dict[str, Any]]:
    content = json.loads((directory / "drift.json").read_text(encoding="utf-8"))
    assert list(Draft202012Validator(SCHEMA).iter_errors(content)) == []
    return {one["id"]: one for one in content["resources"]}


@pytest.fixture
def to_tencent(tencentcloud: TencentCloudSimulator) -> dict[str, str]:
    return {
        "secret_id": tencent.SECRET_ID,
        "secret_key": tencent.SECRET_KEY,
        "region": tencent.REGION,
        "endpoint": tencentcloud.url,
    }


def test_all_kinds_in_one_playbook_with_a_history(
    tmp_path: Path,
    aws: AwsSimulator,
    tencentcloud: TencentCloudSimulator,
    alibabacloud: RdsSimulator,
    to_tencent: dict[str, str],
) -> None:
    in_aws, in_tencent, in_alibaba = aws.populate(), tencentcloud.populate(), alibabacloud.populate()
    defaults = {
        f"{ACTIONS}.aws": {
            "access_key": amazon.CREDENTIALS["aws_access_key_id"],
            "secret_key": amazon.CREDENTIALS["aws_secret_access_key"],
            "region": amazon.REGION,
            "endpoint_url": aws.url,
        },
        f"{ACTIONS}.tencentcloud": to_tencent,
        f"{ACTIONS}.alibabacloud": {
            "access_key_id": alibaba.ACCESS_KEY_ID,
            "access_key_secret": alibaba.ACCESS_KEY_SECRET,
            "region": alibaba.REGION,
            "endpoint": alibabacloud.url,
        },
    }
    target = next(iter(in_aws.mount_targets.values()))[0]
    first, second, third = in_tencent.network_interfaces
    instance, hidden, unreached = in_tencent.instances
    sg, other, *_rest = in_tencent.security_groups
    databases = in_alibaba.instances[:2]
    tencentcloud.attach(first, other, sg)
    tasks = [
        # Drift, and the same resource in another task: what they ask for adds up.
        task("qcloud_eni_sg", network_interface_id=first, security_groups=[sg], position="first"),
        task("qcloud_eni_sg", network_interface_id=first, security_groups=[in_tencent.security_groups[2]]),
        # A loop, of which one item names what does not exist.
        {
            **task("qcloud_eni_sg", network_interface_id="{{ item }}", security_groups=[sg], state="exact"),
            "loop": [second, "eni-00000000"],
        },
        # Names that are not written in full, and a templated one.
        {
            "aliyun_rds_sg": {"db_instance_ids": list(databases), "security_groups": in_alibaba.security_groups[0]},
            "collections": [COLLECTION],
        },
        {
            "action": {
                "module": "{{ 'crosscloud.security_groups' }}.efs_mount_target_sg",
                "mount_target_id": target,
                "security_groups": in_aws.security_groups[2],
            }
        },
        # Written although the rest is in check mode: no part of the report.
        {**task("qcloud_eni_sg", network_interface_id=third, security_groups=[other]), "check_mode": False},
        task("qcloud_cvm_sg", instance_id=instance, security_groups=[sg], secret_key="wrong-secret-key"),
        {**task("qcloud_cvm_sg", instance_id=hidden, security_groups=[sg]), "no_log": True},
        {
            **task("qcloud_cvm_sg", instance_id=unreached, security_groups=[sg]),
            "delegate_to": "nowhere",
            "ignore_unreachable": True,
            "vars": {"ansible_connection": "ssh", "ansible_host": "127.0.0.1", "ansible_port": 1},
        },
        task("efs_mount_target_sg", file_system_id="fs-00000000", security_groups=[in_aws.security_groups[0]]),
        task("qcloud_eni_sg_info", network_interface_id=first),
        {"ansible.builtin.command": "true"},
    ]
    directory = tmp_path / "report"
    run = reported(tasks, directory, "--check", "-vvv", previous=directory / "drift.json", defaults=defaults)
    assert run.exit_code == 0, run.output
    assert "Traceback" not in run.output
    assert {path.name for path in directory.iterdir()} == FILES
    found = resources(directory)
    assert {name: one["verdict"] for name, one in found.items() if name} == {
        first: "drift",
        second: "in_sync",
        "eni-00000000": "would_fail",
        databases[0]: "in_sync",
        databases[1]: "in_sync",
        target: "drift",
        instance: "error",
        unreached: "error",
    }
    wanted = [sg, other, in_tencent.security_groups[2]]
    assert (found[first]["found"], found[first]["wanted"]) == ([other, sg], wanted)
    assert (found[first]["moved"], found[first]["region"], found[first]["scope"]) == (
        [sg, other],
        tencent.REGION,
        "localhost",
    )
    assert found[first]["name"] == "eni-0"
    content = json.loads((directory / "drift.json").read_text(encoding="utf-8"))
    unknown = [one["problem"]["message"] for one in content["resources"] if one["id"] is None]
    assert len(unknown) == 2
    assert sum("no_log" in message for message in unknown) == 1
    assert sum("fs-00000000" in message for message in unknown) == 1
    assert content["totals"] == {"in_sync": 3, "drift": 2, "would_fail": 1, "error": 4, "accepted": 0, "total": 10}
    assert f"\n{first}" in run.output.split("DRIFT REPORT")[1]
    assert "order 1↔2" in run.output.split("DRIFT REPORT")[1]
    assert not [one for one in FILES if any(secret in (directory / one).read_text("utf-8") for secret in SECRETS)]
    assert aws.count(*amazon.WRITES) + alibabacloud.count(*alibaba.WRITES) == 0

    tencentcloud.attach(first, *wanted)
    run = reported(tasks[:5], directory, "--check", previous=directory / "drift.json", defaults=defaults)
    again = json.loads((directory / "drift.json").read_text(encoding="utf-8"))
    assert again["previous_at"] == content["generated_at"]
    assert [(one["id"], one["was"], one["since"]) for one in again["repaired"]] == [
        (first, "drift", content["generated_at"])
    ]
    assert {one["id"] for one in again["dropped"]} == {instance, unreached}
    ages = {one["id"]: one["age"] for one in again["resources"]}
    assert (ages[first], ages[target], ages["eni-00000000"]) == (None, "known", "known")


def test_only_check_mode_is_reported(
    tmp_path: Path, tencentcloud: TencentCloudSimulator, to_tencent: dict[str, str]
) -> None:
    estate = tencentcloud.populate()
    first, second, _third = estate.network_interfaces
    arguments = {**to_tencent, "security_groups": [estate.security_groups[1]]}
    written = task("qcloud_eni_sg", network_interface_id=first, **arguments)
    directory = tmp_path / "report"
    run = reported([written], directory)
    assert not directory.exists()
    assert "DRIFT REPORT" not in run.output
    looked = {**task("qcloud_eni_sg", network_interface_id=second, **arguments), "check_mode": "{{ true }}"}
    reported([written, looked], directory)
    assert {name: one["verdict"] for name, one in resources(directory).items()} == {second: "drift"}


def test_what_nothing_selects_any_more_is_no_longer_in_the_report(
    tmp_path: Path, tencentcloud: TencentCloudSimulator, to_tencent: dict[str, str]
) -> None:
    estate = tencentcloud.populate()
    selected = {"security_groups": [estate.security_groups[1]], "filters": {"tag:role": "web", "is-primary": False}}
    looked = task("qcloud_eni_sg", **to_tencent, **selected)
    reported([looked], tmp_path / "report", "--check")
    assert resources(tmp_path / "report")
    tencentcloud.populate(network_interfaces=0)
    reported([looked], tmp_path / "report", "--check")
    assert not resources(tmp_path / "report")


def test_a_description_is_collected_and_fail_on_ends_the_run(
    tmp_path: Path, tencentcloud: TencentCloudSimulator, to_tencent: dict[str, str]
) -> None:
    estate = tencentcloud.populate()
    wanted = {"kind": "qcloud_eni", "security_groups": list(estate.security_groups[:2]), "connection": "c"}
    entries = [
        {**wanted, "id": estate.network_interfaces[0], "name": "web", "reason": "doors"},
        {**wanted, "id": "eni-00000000"},
    ]
    tasks = [task("attachments", attachments=entries, connections={"c": to_tencent})]
    environ = {"CROSSCLOUD_DRIFT_REPORT_FAIL_ON": "drift, error"}
    done = reported(tasks, tmp_path / "report", "--check", environ=environ)
    # The task is refused, and ignored, so the callback alone makes the run fail.
    assert done.exit_code == 2, done.output
    assert "1 of 2 resources drifted from their description" in done.output
    assert tencent.SECRET_KEY not in done.output
    found = resources(tmp_path / "report")
    assert {one: each["verdict"] for one, each in found.items()} == {
        entries[0]["id"]: "drift",
        "eni-00000000": "would_fail",
    }
    first = found[entries[0]["id"]]
    assert [first[key] for key in ("name", "reason", "connection", "region")] == ["web", "doors", "c", tencent.REGION]
    fine = reported(tasks, tmp_path / "report", "--check", environ={"CROSSCLOUD_DRIFT_REPORT_FAIL_ON": "error"})
    assert fine.exit_code == 0, fine.output


def test_a_name_that_another_collection_redirects(
    tmp_path: Path, tencentcloud: TencentCloudSimulator, to_tencent: dict[str, str]
) -> None:
    estate = tencentcloud.populate()
    meta = tmp_path / "ansible_collections" / "acme" / "network" / "meta"
    meta.mkdir(parents=True)
    redirect = f"plugin_routing: {{modules: {{eni_groups: {{redirect: {COLLECTION}.qcloud_eni_sg}}}}}}"
    (meta / "runtime.yml").write_text(redirect, encoding="utf-8")
    arguments = {"network_interface_id": estate.network_interfaces[0], "security_groups": [estate.security_groups[1]]}
    reported(
        [{"acme.network.eni_groups": {**to_tencent, **arguments}}],
        tmp_path / "report",
        "--check",
        environ={"ANSIBLE_COLLECTIONS_PATH": f"{tmp_path}:{ROOT / 'collections'}"},
    )
    assert [one["verdict"] for one in resources(tmp_path / "report").values()] == ["drift"]


TROUBLES = {
    "previous": "schema_version is 9",
    "directory": "File exists",
    "limit": "markdown_limit is 10 and must be at least 1000",
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_its_own_failure_is_a_warning_and_nothing_else(
    tmp_path: Path, tencentcloud: TencentCloudSimulator, to_tencent: dict[str, str], trouble: str
) -> None:
    estate = tencentcloud.populate()
    tasks = [
        task(
            "qcloud_eni_sg",
            network_interface_id=estate.network_interfaces[0],
            security_groups=[estate.security_groups[1]],
            **to_tencent,
        )
    ]
    directory, previous = tmp_path / "report", tmp_path / "drift.json"
    if trouble == "previous":
        previous.write_text('{"schema_version": 9}', encoding="utf-8")
    if trouble == "directory":
        directory.touch()
    environ = {"CROSSCLOUD_DRIFT_REPORT_MARKDOWN_LIMIT": "10" if trouble == "limit" else "1000"}
    run = reported(tasks, directory, "--check", previous=previous, environ=environ)
    assert run.exit_code == 0
    assert "Traceback" not in run.output
    assert run.output.count("the drift report is not complete or not written") == 1
    assert TROUBLES[trouble] in " ".join(run.output.split())
    assert "DRIFT REPORT" not in run.output
    assert not directory.is_dir()
