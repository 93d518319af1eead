# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a module says of arguments that are wrong, before it knows any cloud."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import Any

import pytest
from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.machine import Threads
from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.module import Module
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.errors import CloudError, ErrorKind

from tests.unit.ansible.refusal import refused, testing

MODULE = "aliyun_rds_sg"
ONE = "rm-bp1f3k8n5t7v2x9q4"
GROUP = "sg-bp195m1bbdpfrsf9x3y7"
REQUIRED = "one of the following is required: db_instance_ids, tags, attachments"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"tags": None, "security_groups": GROUP}, REQUIRED),
        ({"db_instance_ids": None, "security_groups": GROUP}, REQUIRED),
        ({"attachments": None}, REQUIRED),
        (
            {"db_instance_id": ONE, "security_groups": None},
            "missing parameter(s) required by 'db_instance_ids': security_groups",
        ),
        (
            {"attachments": [{"id": ONE, "security_groups": None}]},
            "missing required arguments: security_groups found in attachments",
        ),
        (
            {"db_instance_id": ONE, "tags": None, "security_groups": ["two\nlines\x1b[31m"]},
            r"'two\nlines\x1b[31m' is not a security group; give an ID like sg-bp195m1bbdpfrsf9x3y7, or a name",
        ),
    ],
)
def test_null_is_not_given_and_a_message_is_one_line(
    capsys: pytest.CaptureFixture[str], arguments: dict[str, Any], message: str
) -> None:
    assert refused(capsys, MODULE, arguments) == message


@pytest.mark.parametrize("text", [f"{ONE}, {ONE}", f"{ONE},{ONE},", f"{ONE}\n{ONE}\n", f" {ONE} {ONE}"])
def test_commas_and_white_space_separate_a_list_that_is_given_as_text(
    capsys: pytest.CaptureFixture[str], text: str
) -> None:
    message = refused(capsys, MODULE, {"db_instance_id": text, "security_groups": GROUP})
    assert message == f"DB instance {ONE} is named more than once; name it once"
    entries = [{"id": ONE, "security_groups": text.replace(ONE, GROUP)}]
    message = refused(capsys, MODULE, {"attachments": entries})
    assert message == f"DB instance {ONE}: security group {GROUP} is named more than once; name it once"


@pytest.mark.parametrize("number", [float("inf"), float("nan"), "-Infinity", " i_nf", "1e999999999", 10**30, "1e", "½"])
@pytest.mark.parametrize("option", ["max_changes", "parallelism", "wait_timeout"])
def test_a_number_that_is_none(capsys: pytest.CaptureFixture[str], option: str, number: object) -> None:
    message = refused(capsys, MODULE, {"db_instance_id": ONE, "security_groups": GROUP, option: number})
    assert message.startswith(f"argument '{option}' is of type ")
    assert "unable to convert to int" in message


def test_a_failure_is_told_when_its_exception_is_over(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    handled: list[BaseException | None] = []
    fail_json = Module.fail_json

    def note(self: Module, msg: str, **kwargs: Any) -> None:
        handled.append(sys.exc_info()[1])
        fail_json(self, msg, **kwargs)

    monkeypatch.setattr(Module, "fail_json", note)
    assert refused(capsys, MODULE, {"db_instance_id": ONE, "security_groups": GROUP, "region": "nowhere"})
    assert handled == [None]


def test_the_password_of_a_proxy_is_hidden(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", "socks5://me:hush/hush#more@proxy:1080")
    arguments = {"db_instance_id": ONE, "security_groups": GROUP, "region": "hush/hush#more or hush"}
    assert refused(capsys, MODULE, arguments).startswith("'*")


@pytest.mark.parametrize(
    ("module", "arguments"),
    [
        (MODULE, {"db_instance_id": ONE, "security_groups": GROUP, "endpoint": "https://me:hush/hush@rds"}),
        (MODULE, {"db_instance_id": ONE, "state": "other", "endpoint": "me:hush@rds"}),
        ("qcloud_eni_sg", {"network_interface_id": "x", "endpoint": "https://me:hush@vpc"}),
        ("efs_mount_target_sg", {"mount_target_id": "x", "endpoint_url": "https://me:hush@efs"}),
        ("efs_mount_target_sg", {"mount_target_id": "x", "endpoint_url": None, "aws_endpoint_url": "me:hush@efs"}),
        ("efs_mount_target_sg", {"mount_target_id": "x", "aws_config": {"proxies": {"https": "http://me:hush@proxy"}}}),
        (
            "efs_mount_target_sg",
            {"mount_target_id": "x", "aws_config": '{"proxies": {"https": "http://me:hush@proxy"}}'},
        ),
    ],
)
def test_the_password_in_a_url_is_not_among_the_arguments_that_are_shown(
    capsys: pytest.CaptureFixture[str], module: str, arguments: dict[str, Any]
) -> None:
    refused(capsys, module, arguments)


def test_a_message_does_not_quote_without_end(capsys: pytest.CaptureFixture[str]) -> None:
    assert len(refused(capsys, MODULE, {"db_instance_id": "x" * 100_000, "security_groups": GROUP})) < 5010


@pytest.mark.parametrize(
    "arguments",
    [
        {"attachments": [None]},
        {"attachments": 5},
        {"security_token": ["hush\n"], "db_instance_id": None},
        {"access_key_secret": {"hush": ["hush"]}, "state": "other"},
        {"alicloud_security_token": ["hush"], "attachments": [[]]},
        {"access_key_secret": "hush\nhush", "state": "hush\nhush"},
    ],
)
def test_a_secret_is_not_shown_whatever_else_is_wrong(
    capsys: pytest.CaptureFixture[str], arguments: dict[str, Any]
) -> None:
    refused(capsys, MODULE, arguments)


def test_a_machine_without_threads_is_told() -> None:
    def call(_item: int) -> None:
        raise RuntimeError("can't start new thread")

    with pytest.raises(CloudError, match="no threads left for 3 calls at once; lower parallelism") as caught:
        Threads(8)(call, [1, 2, 3])
    assert caught.value.failure.kind is ErrorKind.INVALID


@pytest.mark.parametrize("name", ["efs_mount_target_sg", "efs_mount_target_sg_info"])
def test_what_is_asked_of_nothing_needs_no_cloud(capsys: pytest.CaptureFixture[str], name: str) -> None:
    module = import_module(f"ansible_collections.crosscloud.security_groups.plugins.modules.{name}")
    # Empty is not given: a key and a profile would exclude each other.
    arguments = {"mount_target_ids": [], "access_key": "AKIDEXAMPLE", "secret_key": "hush", "profile": "", "region": ""}
    if not name.endswith("_info"):
        arguments["security_groups"] = "sg-0123456789abcdef0"
    with testing.patch_module_args(arguments), pytest.raises(SystemExit) as ended:
        module.main()
    result = json.loads(capsys.readouterr().out)
    assert (ended.value.code, result["changed"], result["resources"]) == (0, False, [])
