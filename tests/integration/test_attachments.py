# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules that work on all kinds at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from tests.integration.described import CONNECTION_OF, CREDENTIALS, SECRETS, Clouds, populate
from tests.integration.playbook import Run, TaskResult, play, task
from tests.simulators.alibabacloud import RdsSimulator
from tests.simulators.aws import AwsSimulator
from tests.simulators.tencentcloud import TencentCloudSimulator

KINDS = list(CONNECTION_OF)
SECRET_OPTION = {"aws": "secret_key", "tencent": "secret_key", "alibaba": "access_key_secret"}
KEY_OPTION = {"aws": "access_key", "tencent": "secret_id", "alibaba": "access_key_id"}
SECRET_VARIABLE = {
    "aws": "AWS_SECRET_ACCESS_KEY",
    "tencent": "TENCENTCLOUD_SECRET_KEY",
    "alibaba": "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
}
KEY_VARIABLE = {
    "aws": "AWS_ACCESS_KEY_ID",
    "tencent": "TENCENTCLOUD_SECRET_ID",
    "alibaba": "ALIBABA_CLOUD_ACCESS_KEY_ID",
}


@pytest.fixture
def clouds(aws: AwsSimulator, tencentcloud: TencentCloudSimulator, alibabacloud: RdsSimulator) -> Clouds:
    return populate(aws, tencentcloud, alibabacloud)


def with_keys(clouds: Clouds) -> dict[str, dict[str, Any]]:
    """Return connections that need nothing of the environment."""
    return {
        name: {
            **options,
            KEY_OPTION[name]: CREDENTIALS[KEY_VARIABLE[name]],
            SECRET_OPTION[name]: CREDENTIALS[SECRET_VARIABLE[name]],
        }
        for name, options in clouds.connections.items()
    }


def apply(
    clouds: Clouds,
    entries: Sequence[Mapping[str, Any]],
    *flags: str,
    environ: Mapping[str, str] = CREDENTIALS,
    **more: Any,
) -> tuple[TaskResult, Run]:
    arguments = {"attachments": list(entries), "connections": clouds.connections, **more}
    done = play([task("attachments", **arguments)], *flags, environ=environ)
    (result,) = done.tasks
    assert "Traceback" not in done.output
    return result, done


def test_a_description_of_all_kinds_in_check_mode_for_real_and_again(clouds: Clouds) -> None:
    entries = [
        clouds.entry("aliyun_rds", 0, 1, 3, name="orders", reason="the web servers read it"),
        clouds.entry("qcloud_cvm", 0, 2, 1),
        clouds.entry("qcloud_eni", 0, 1, state="present", position="first"),
        clouds.entry("qcloud_clb", 0, 1, state="present", position="first"),
        clouds.entry("qcloud_cdb", 0, 2, 1),
        clouds.entry("aliyun_ecs", 0, 1, 2),
        clouds.entry("aliyun_eni", 0, 1, 2),
        clouds.entry("ec2_eni", 0, 1, 2),
        clouds.entry("elbv2_load_balancer", 0, 1, 2),
        clouds.entry("rds_instance", 0, 1, 2),
        clouds.entry("efs_mount_target", 0, 1, 2),
        clouds.entry("efs_mount_target", 1, 0),
    ]
    changes = len(entries) - 1
    before = clouds.attached(entries)
    planned, shown = apply(clouds, entries, "--check", "--diff", "-vv")
    assert clouds.writes() == 0
    assert clouds.attached(entries) == before
    done, _shown = apply(clouds, entries)
    assert clouds.writes() == changes
    for told in (planned, done):
        assert not told.failed, told.msg
        assert told.each("id") == [entry["id"] for entry in entries]
        assert told.each("kind") == [entry["kind"] for entry in entries]
        assert told.each("connection") == [entry["connection"] for entry in entries]
        assert told.each("changed") == [True] * changes + [False]
        assert told.each("after") == planned.each("after")
        assert (told.resources[0]["name"], told.resources[0]["reason"]) == ("orders", "the web servers read it")
        # The kinds in their order, and one batch for both mount targets.
        assert [one["kind"] for one in told.result["batches"]] == KINDS
        assert [one["msg"] for one in told.result["batches"]] == [None] * len(KINDS)
        assert all(one["read_at"].endswith("Z") for one in told.result["batches"])
    assert [one["before_header"] for one in planned.result["diff"]] == [entry["id"] for entry in entries[:changes]]
    assert f"{entries[changes]['id']}: no change, verified" in shown.output
    assert list(map(set, clouds.attached(entries))) == list(map(set, done.each("after")))
    again, _shown = apply(clouds, entries)
    assert clouds.writes() == changes
    assert (again.changed, again.failed) == (False, False)


def test_one_description_with_a_wrong_key_an_unknown_resource_and_drift(clouds: Clouds) -> None:
    entries = [
        clouds.entry("aliyun_rds", 0, 1),
        clouds.entry("qcloud_cvm", 0, 1),
        {**clouds.entry("qcloud_cvm", 1, 1), "id": "ins-unknown1"},
        clouds.entry("efs_mount_target", 0, 1),
    ]
    connections = {**clouds.connections, "alibaba": {**clouds.connections["alibaba"], "access_key_id": "wrong"}}
    connections["alibaba"]["access_key_secret"] = "hunter2hunter2"
    for flags in (("--check",), ()):
        told, shown = apply(clouds, entries, *flags, "-vvv", connections=connections)
        assert told.failed
        assert "hunter2hunter2" not in shown.output
        rds, cvm, unknown, efs = told.resources
        assert [one["error"] and one["error"]["kind"] for one in told.resources] == ["auth", None, "not_found", None]
        # What is held up shows its plan in check mode.
        assert (rds["before"], cvm["changed"], unknown["before"], efs["changed"]) == (None, bool(flags), None, True)
        assert efs["verified"] is not bool(flags)
        messages = {one["kind"]: one["msg"] for one in told.result["batches"]}
        assert messages["efs_mount_target"] is None
        assert "1 of 2 instances failed: instance ins-unknown1: it does not exist" in messages["qcloud_cvm"]
        assert "(nothing was written)" in messages["qcloud_cvm"]
        for kind in ("qcloud_cvm", "aliyun_rds"):
            assert messages[kind] in told.msg
        assert "1 DB instance through alibaba in cn-hangzhou: " in told.msg
    assert clouds.writes() == 1
    again, _shown = apply(clouds, entries, connections=connections)
    assert (again.failed, again.changed, clouds.writes()) == (True, False, 1)


def test_wrong_options_of_a_connection_refuse_its_batches_and_no_others(clouds: Clouds) -> None:
    entries = [clouds.entry("qcloud_eni", 0, 1), clouds.entry("qcloud_cvm", 0, 1), clouds.entry("aliyun_rds", 0, 1)]
    connections = {**clouds.connections, "tencent": {"secret_kye": "hunter2hunter2", **clouds.connections["tencent"]}}
    told, shown = apply(clouds, entries, "-vvv", connections=connections)
    assert told.failed
    assert "hunter2" not in shown.output
    assert [one["changed"] for one in told.resources] == [False, False, True]
    assert (
        "connections['tencent']: 'secret_kye' is not a connection option of qcloud_eni; these are: secret_id"
        in told.msg
    )
    assert told.resources[0]["error"]["kind"] == "invalid"


def test_options_of_a_connection_have_the_types_of_the_modules(clouds: Clouds) -> None:
    entries = [
        {**clouds.entry("efs_mount_target", number, 0), "connection": name} for number, name in ((0, "a"), (1, "b"))
    ]
    options = {**clouds.connections["aws"], "validate_certs": "no", "aws_config": '{"retries": {"mode": "standard"}}'}
    told, _shown = apply(clouds, entries, connections={"a": options, "b": {**options, "validate_certs": "perhaps"}})
    assert [one["error"] and one["error"]["kind"] for one in told.resources] == [None, "invalid"]
    assert "connections['b']: argument 'validate_certs' is of type" in told.msg


def test_max_changes_counts_over_everything(clouds: Clouds) -> None:
    entries = [clouds.entry(kind, 0, 1) for kind in KINDS]
    told, _shown = apply(clouds, entries, max_changes=3)
    assert told.failed
    assert clouds.writes() == 0
    assert f"{len(KINDS)} would change, max_changes is 3; nothing was written: " in told.msg
    told, _shown = apply(clouds, entries, max_changes=len(KINDS))
    assert (told.failed, clouds.writes()) == (False, len(KINDS))


def test_only_restricts_and_expected_refuses_what_another_writer_changed(clouds: Clouds) -> None:
    groups = clouds.groups["qcloud_eni"]
    entries = [
        clouds.entry("qcloud_eni", 0, 1, expected=[groups[0]]),
        clouds.entry("qcloud_eni", 1, 1, expected=[groups[2]]),
    ]
    told, _shown = apply(clouds, entries, only=f"{entries[0]['id']}, eni-unknown1")
    assert told.msg == "only names eni-unknown1, and no entry of attachments has that id; check the ids"
    told, _shown = apply(clouds, entries)
    assert told.resources[1]["error"]["kind"] == "conflict"
    assert f"its security groups are {groups[0]}, not {groups[2]} as expected" in told.msg
    assert clouds.writes() == 0
    told, _shown = apply(clouds, entries, only=[entries[0]["id"]])
    assert (told.failed, told.each("id"), clouds.writes()) == (False, [entries[0]["id"]], 1)


def test_a_mistake_is_named_with_its_entry_before_any_call(clouds: Clouds) -> None:
    unknown = {**clouds.entry("qcloud_eni", 1), "kind": "qcloud_nic"}
    told, _shown = apply(clouds, [clouds.entry("qcloud_eni", 0, 1), unknown, "eni-7k2m9q4x"])
    assert told.msg == (
        f"attachments[1] ({unknown['id']}): kind 'qcloud_nic' is unknown; it is one of {', '.join(KINDS)}; "
        "attachments[2]: it is a string and must be a mapping with kind, id, security_groups"
    )
    told, _shown = apply(clouds, [clouds.entry("qcloud_eni", 0)])
    assert told.msg.endswith("security_groups is empty; set allow_empty if no group is to stay attached")
    assert clouds.calls() == 0
    told, shown = apply(clouds, [])
    assert (told.failed, told.resources) == (False, [])
    assert "attachments is empty, so there is nothing to do" in shown.output


def test_secrets_of_connections_are_never_shown(clouds: Clouds) -> None:
    connections = with_keys(clouds)
    connections["tencent"]["token"] = "hunter3hunter3"
    connections["unused"] = {"secret_key": "hunter2hunter2", "aws_secret_key": "hunter4hunter4"}
    entries = [clouds.entry(kind, 0, 1) for kind in KINDS]
    told, shown = apply(clouds, entries, "-vvv", "--check", environ={}, connections=connections)
    assert told.resources[0]["changed"]
    for secret in [*SECRETS.values(), "hunter2", "hunter3", "hunter4"]:
        assert secret not in shown.output


def test_connections_do_not_take_each_others_variables(clouds: Clouds) -> None:
    # A connection with keys has no use for the profile that the environment names, and another one has.
    (aws,) = (options for name, options in with_keys(clouds).items() if name == "aws")
    connections = {"keys": aws, "profile": clouds.connections["aws"]}
    entries = [
        {**clouds.entry("efs_mount_target", number, 1), "connection": name}
        for number, name in enumerate(("keys", "profile"))
    ]
    told, _shown = apply(clouds, entries, "--check", environ={"AWS_PROFILE": "nowhere"}, connections=connections)
    assert [one["error"] and one["error"]["kind"] for one in told.resources] == [None, "auth"]
    assert "nowhere" in told.msg


def find(**arguments: Any) -> tuple[TaskResult, Run]:
    done = play([task("attachments_info", **arguments)], environ=CREDENTIALS)
    (result,) = done.tasks
    return result, done


def in_clouds(clouds: Clouds) -> dict[str, dict[str, Any]]:
    names = {"aws": "aws", "tencent": "tencentcloud", "alibaba": "alibabacloud"}
    return {name: {**options, "cloud": names[name]} for name, options in clouds.connections.items()}


def test_what_is_attached_is_found_and_is_a_description_in_sync(clouds: Clouds) -> None:
    clouds.attach("qcloud_cvm", 0, 2, 1)
    # Nothing is attached to it, so it cannot be described.
    clouds.attach("qcloud_eni", 1)
    found, _shown = find(connections=in_clouds(clouds))
    assert not found.failed, found.msg
    assert found.each("id") == [one for kind in KINDS for one in clouds.resources[kind]]
    by_id = {one["id"]: one for one in found.resources}
    instance = by_id[clouds.resources["qcloud_cvm"][0]]
    assert instance["security_groups"] == [clouds.groups["qcloud_cvm"][group] for group in (2, 1)]
    assert (instance["name"], instance["region"], instance["connection"]) == ("web-0", "ap-guangzhou", "tencent")
    described = found.result["attachments"]
    assert [one["id"] for one in described] == [one for one in found.each("id") if by_id[one]["security_groups"]]
    assert clouds.writes() == 0
    told, _shown = apply(clouds, described)
    assert (told.failed, told.changed, clouds.writes()) == (False, False, 0)


def test_what_still_uses_a_group_is_found(clouds: Clouds) -> None:
    group = clouds.groups["aliyun_rds"][2]
    clouds.attach("aliyun_rds", 1, 0, 2)
    found, _shown = find(connections=in_clouds(clouds), security_groups=f"{group}, sg-unknown1")
    assert found.each("id") == [clouds.resources["aliyun_rds"][1]]
    # In the simulated clouds, groups of the same number have the same name.
    found, _shown = find(connections=in_clouds(clouds), security_groups=["group-2"])
    assert found.each("id") == [clouds.resources["aliyun_rds"][1]]
    found, _shown = find(connections=in_clouds(clouds), security_groups=["web servers", group])
    assert found.msg == (
        "security_groups has web servers, which no security group has as its ID or its name in these regions; "
        "check the names"
    )
    found, _shown = find(connections={"c": clouds.connections["tencent"]}, kinds=["qcloud_eni"])
    assert found.msg == "connections['c'] does not tell its cloud; add cloud: alibabacloud or tencentcloud"
    found, _shown = find()
    assert found.msg == "connections is empty; give connections, or kinds to find with what the environment has"


def test_what_fails_in_one_region_does_not_hide_the_others(clouds: Clouds) -> None:
    connections = in_clouds(clouds)
    connections["tencent"]["region"] = ["ap-guangzhou", "ap_shanghai"]
    found, _shown = find(connections=connections, kinds=["qcloud_eni", "aliyun_rds"])
    assert found.failed
    assert "network interfaces through tencent in ap_shanghai: 'ap_shanghai' is" in found.msg
    assert len(found.resources) == 4
