# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules for DB instances of ApsaraDB RDS, through ansible-playbook, against a running RDS API."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

import pytest

from tests.integration.playbook import Run, TaskResult, play, task
from tests.simulators.alibabacloud import ACCESS_KEY_ID, ACCESS_KEY_SECRET, REGION, WRITES, Estate, RdsSimulator
from tests.simulators.server import Refuse

MODULE, INFO = "aliyun_rds_sg", "aliyun_rds_sg_info"
READ_GROUPS, READ_STATUS = "DescribeSecurityGroupConfiguration", "DescribeDBInstanceAttribute"
WRITE, LIST = "ModifySecurityGroupConfiguration", "DescribeDBInstances"
KEY = {"access_key_id": ACCESS_KEY_ID, "access_key_secret": ACCESS_KEY_SECRET}
GROUP, INSTANCE = "sg-bp195m1bbdpfrsf9x3y7", "rm-bp1f3k8n5t7v2x9q4"
NOTHING_WRITTEN = " (nothing was written)"

Play = Callable[..., Run]
Manage = Callable[..., TaskResult]


@pytest.fixture
def estate(alibabacloud: RdsSimulator) -> Estate:
    return alibabacloud.populate()


@pytest.fixture
def instances(estate: Estate) -> list[str]:
    """Three DB instances, each with the first group."""
    return list(estate.instances)


@pytest.fixture
def groups(estate: Estate) -> list[str]:
    return list(estate.security_groups)


@pytest.fixture
def play_alibabacloud(alibabacloud: RdsSimulator) -> Play:
    """Run tasks whose connection comes from the action group's defaults."""

    def run(tasks: Sequence[Mapping[str, Any]], *flags: str, **more: Any) -> Run:
        connection = {**KEY, "region": REGION, "endpoint": alibabacloud.url}
        return play(tasks, *flags, defaults={"group/crosscloud.security_groups.alibabacloud": connection}, **more)

    return run


@pytest.fixture
def manage(play_alibabacloud: Play) -> Manage:
    """Run one task of the writing module and return its result."""

    def run(*flags: str, **arguments: Any) -> TaskResult:
        return play_alibabacloud([task(MODULE, **arguments)], *flags).tasks[0]

    return run


class TestTheMainJob:
    def test_check_mode_then_for_real_then_again(
        self, alibabacloud: RdsSimulator, play_alibabacloud: Play, instances: list[str], groups: list[str]
    ) -> None:
        alibabacloud.attach(instances[1], groups[0], groups[3])
        wanted = [task(MODULE, db_instance_ids=instances, security_groups=[groups[3]])]

        checked = play_alibabacloud(wanted, "--check", "--diff").tasks[0]
        assert alibabacloud.count(*WRITES) == 0
        assert checked.each("changed") == [True, False, True]
        assert checked.each("verified") == [False, True, False]
        assert [one["after_header"] for one in checked.result["diff"]] == [instances[0], instances[2]]

        alibabacloud.calls.clear()
        real = play_alibabacloud(wanted, "--diff").tasks[0]
        assert real.each("after") == checked.each("after")
        assert real.result["diff"] == checked.result["diff"]
        assert [alibabacloud.groups(one) for one in instances] == [sorted([groups[0], groups[3]])] * 3
        assert real.each("verified") == [True] * 3
        assert alibabacloud.count(WRITE) == 2
        # On a busy machine more than a second may pass until a write is due; then the list is read once more.
        assert 3 + 2 <= alibabacloud.count(READ_GROUPS) <= 3 + 2 + 2

        alibabacloud.calls.clear()
        again = play_alibabacloud(wanted, "--diff").tasks[0]
        assert (again.changed, again.result["diff"]) == (False, [])
        assert [alibabacloud.count(action) for action in (WRITE, READ_GROUPS, READ_STATUS, LIST)] == [0, 3, 0, 1]

    def test_states_in_one_task_and_another_order(
        self, alibabacloud: RdsSimulator, play_alibabacloud: Play, instances: list[str], groups: list[str]
    ) -> None:
        a, b, c = groups[:3]
        for instance in instances:
            alibabacloud.attach(instance, a, b)
        attachments = [
            {"id": instances[0], "security_groups": [c]},
            {"db_instance_id": instances[1], "security_groups": [a], "state": "absent"},
            {"id": instances[2], "security_groups": [c, b], "state": "exact"},
        ]
        first, second, reordered = play_alibabacloud(
            [
                task(MODULE, attachments=attachments),
                task(MODULE, attachments=attachments),
                task(MODULE, db_instance_id=instances[0], security_groups=[c, b, a], state="exact"),
            ]
        ).tasks
        assert [set(after) for after in first.each("after")] == [{a, b, c}, {b}, {b, c}]
        assert first.each("moved") == [[], [], []]
        assert not second.changed
        assert not reordered.changed
        assert alibabacloud.count(WRITE) == 3

    def test_tags_select_instances_that_have_all_of_them(
        self, alibabacloud: RdsSimulator, play_alibabacloud: Play
    ) -> None:
        estate = alibabacloud.populate(instances=230)
        by_two, by_one, by_none = play_alibabacloud(
            [
                task(MODULE, tags={"role": "db", "number": "7"}, security_groups=estate.security_groups[1]),
                task(INFO, tags={"role": "web"}),
                task(INFO, tags={"role": "nobody"}),
            ]
        ).tasks
        assert by_two.each("id") == [estate.instances[7]]
        assert by_one.each("id") == list(estate.instances[::2])
        assert (by_none.failed, by_none.resources) == (False, [])

    def test_info_shows_network_type_and_region_of_each_group(
        self, play_alibabacloud: Play, estate: Estate, instances: list[str], groups: list[str]
    ) -> None:
        classic = estate.classic_instances[0]
        found = play_alibabacloud([task(INFO, db_instance_ids=[instances[0], classic])]).tasks[0]
        assert found.each("security_groups") == [groups[:1], list(estate.classic_security_groups[:1])]
        assert [details["network_type"] for details in found.each("details")] == ["VPC", "Classic"]
        assert found.each("details")[1]["security_groups"] == [
            {"id": estate.classic_security_groups[0], "network_type": "Classic", "region": REGION}
        ]
        assert found.each("details")[0]["status"] == "Running"


class TestClearing:
    @pytest.mark.parametrize(
        ("clears_with", "writes", "empty_items"), [("", 1, "list"), ("Empty", 2, "null"), ("", 1, "missing")]
    )
    def test_a_list_is_cleared_where_that_is_allowed(
        self,
        alibabacloud: RdsSimulator,
        play_alibabacloud: Play,
        instances: list[str],
        groups: list[str],
        clears_with: Literal["", "Empty"],
        writes: int,
        empty_items: Literal["list", "null", "missing"],
    ) -> None:
        alibabacloud.clears_with, alibabacloud.empty_items = clears_with, empty_items
        nothing = {"db_instance_id": instances[0], "security_groups": [], "state": "exact"}
        refused, last, cleared, again = play_alibabacloud(
            [
                task(MODULE, **nothing),
                task(MODULE, db_instance_id=instances[0], security_groups=groups[:1], state="absent"),
                task(MODULE, **nothing, allow_empty=True),
                task(MODULE, **nothing, allow_empty=True),
            ]
        ).tasks
        assert refused.msg == "no security group would be left; set allow_empty if that is meant"
        assert last.msg == f"DB instance {instances[0]}: {refused.msg}{NOTHING_WRITTEN}"
        assert (cleared.failed, cleared.each("before"), cleared.each("after")) == (False, [groups[:1]], [[]])
        assert not again.changed
        sent = [call.arguments["SecurityGroupId"] for call in alibabacloud.calls if call.action == WRITE]
        assert sent == ["", "Empty"][:writes]
        assert alibabacloud.groups(instances[0]) == []


class TestBadInput:
    @pytest.mark.parametrize("flags", [(), ("--check",)])
    def test_what_cannot_succeed_is_refused_before_anything_is_written(
        self,
        alibabacloud: RdsSimulator,
        play_alibabacloud: Play,
        instances: list[str],
        groups: list[str],
        flags: tuple[str, ...],
    ) -> None:
        alibabacloud.attach(instances[1], *groups[:10])
        unknown, too_many = play_alibabacloud(
            [
                task(MODULE, db_instance_ids=[*instances, INSTANCE], security_groups=groups[1]),
                task(MODULE, db_instance_ids=instances, security_groups=groups[11]),
            ],
            *flags,
        ).tasks
        assert unknown.msg.startswith(f"1 of 4 DB instances failed: DB instance {INSTANCE}: it does not exist")
        assert [error and error["kind"] for error in unknown.each("error")] == [None, None, None, "not_found"]
        assert too_many.msg == (
            f"1 of 3 DB instances failed: DB instance {instances[1]}: 11 security groups are more than the 10 that can "
            f"be attached; name fewer or detach others{NOTHING_WRITTEN}"
        )
        assert alibabacloud.count(*WRITES) == 0

    def test_a_group_of_another_network_type(
        self, alibabacloud: RdsSimulator, manage: Manage, estate: Estate, instances: list[str]
    ) -> None:
        alibabacloud.play(Refuse(403, "Forbidden.RAM"), "DescribeSecurityGroups")
        result = manage(db_instance_id=instances[0], security_groups=estate.classic_security_groups[0])
        assert result.msg.startswith(
            f"DB instance {instances[0]}: its network type is 'VPC', and a security group has another network type "
            "than the DB instance; name groups of its own type (ModifySecurityGroupConfiguration answered "
        )
        assert result.each("error")[0]["kind"] == "invalid"
        assert len(alibabacloud.groups(instances[0])) == 1

    def test_connection(self, alibabacloud: RdsSimulator, instances: list[str], tmp_path: Path) -> None:
        named = {"db_instance_id": instances[0], "security_groups": GROUP}
        where = {"region": REGION, "endpoint": alibabacloud.url}
        no_region, none, half, wrong, nobody, unreachable = play(
            [
                task(MODULE, **named, **KEY),
                task(MODULE, **named, **where),
                task(MODULE, **named, **where, access_key_id=ACCESS_KEY_ID),
                task(MODULE, **named, **where, access_key_id=ACCESS_KEY_ID, access_key_secret="wr0ng-5ecret"),
                task(MODULE, **named, **where, access_key_id="LTAInobody", access_key_secret="wr0ng-5ecret"),
                task(MODULE, **named, **KEY, region=REGION, endpoint="http://127.0.0.1:9"),
            ],
        ).tasks
        assert no_region.msg == "no region; set region or the environment variable ALIBABA_CLOUD_REGION_ID"
        assert none.msg.startswith("no Alibaba Cloud credentials; set access_key_id and access_key_secret, or")
        assert half.msg.startswith(
            "access_key_id is set and access_key_secret is missing; set access_key_secret or the"
        )
        for refused in (wrong, nobody):
            assert refused.each("error")[0]["kind"] == "auth"
            assert "Alibaba Cloud does not accept the credentials; check access_key_id" in refused.msg
        assert "Alibaba Cloud cannot be reached; check region, endpoint, proxies and the network" in unreachable.msg
        (tmp_path / "aliyunsdkcore.py").write_text("raise ImportError('No module named aliyunsdkcore')\n")
        run = play([task(MODULE, **named, **KEY, **where)], environ={"PYTHONPATH": str(tmp_path)})
        assert run.tasks[0].msg.startswith(
            "Failed to import the required Python library (aliyun-python-sdk-core and aliyun-python-sdk-rds) on "
        )

    def test_the_environment(self, alibabacloud: RdsSimulator, instances: list[str], groups: list[str]) -> None:
        alibabacloud.security_token = "t0ken-of-the-role"
        read = task(INFO, db_instance_id=instances[0], endpoint=alibabacloud.url)
        own_key = task(INFO, db_instance_id=instances[0], endpoint=alibabacloud.url, **KEY)
        new = {
            "ALIBABA_CLOUD_ACCESS_KEY_ID": ACCESS_KEY_ID,
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": ACCESS_KEY_SECRET,
            "ALIBABA_CLOUD_SECURITY_TOKEN": "t0ken-of-the-role",
            "ALIBABA_CLOUD_REGION_ID": REGION,
            "ALIBABA_CLOUD_PROFILE": "",
            "ALIYUN_ACCESS_KEY_ID": "somebody",
            "ALIYUN_ACCESS_KEY_SECRET": "else",
        }
        old = {
            "ALIBABA_CLOUD_ACCESS_KEY_ID": "",
            "ALICLOUD_ACCESS_KEY": ACCESS_KEY_ID,
            "ALICLOUD_SECRET_KEY": ACCESS_KEY_SECRET,
            "ALICLOUD_SECURITY_TOKEN": "t0ken-of-the-role",
            "ALICLOUD_REGION": REGION,
        }
        for environ in (new, old):
            from_environ, without_token = play([read, own_key], environ=environ).tasks
            assert from_environ.each("security_groups") == [groups[:1]]
            assert without_token.each("security_groups") == []
            assert "does not accept the credentials" in without_token.msg

    def test_a_role_of_the_shell(self, alibabacloud: RdsSimulator, instances: list[str], groups: list[str]) -> None:
        alibabacloud.roles_only = True
        arn, mine = alibabacloud.add_role("of-the-shell"), alibabacloud.add_role("mine")
        named = {"db_instance_id": instances[0], "endpoint": alibabacloud.url, "region": REGION}
        key = {"ALICLOUD_ACCESS_KEY": ACCESS_KEY_ID, "ALICLOUD_SECRET_KEY": ACCESS_KEY_SECRET}
        of_shell, of_task, own_key, nobody = play(
            [
                task(INFO, **named),
                task(INFO, **named, assume_role_arn=mine, assume_role_policy={"Version": "1", "Statement": []}),
                task(INFO, **named, **KEY),
                task(INFO, **named, alicloud_assume_role_arn=f"{mine}-x"),
            ],
            "-vvv",
            environ={**key, "ALICLOUD_ASSUME_ROLE_ARN": arn, "ALICLOUD_ASSUME_ROLE_SESSION_NAME": "me@work"},
        ).tasks
        assert of_shell.each("security_groups") == of_task.each("security_groups") == [groups[:1]]
        assert set(alibabacloud.signers(READ_STATUS, READ_GROUPS)) == {arn, mine, None}
        assumed = [call.arguments for call in alibabacloud.calls if call.action == "AssumeRole"]
        assert [one["RoleSessionName"] for one in assumed] == ["me@work"] * 3
        assert assumed[1]["Policy"] == '{"Version": "1", "Statement": []}'
        assert "the credentials lack a permission; grant rds:" in own_key.msg
        assert nobody.msg.startswith(f"the role '{mine}-x' cannot be assumed: it does not exist; check assume_role_arn")

    def test_variables_that_only_other_tools_read(self, alibabacloud: RdsSimulator, instances: list[str]) -> None:
        named = {"db_instance_id": instances[0], "endpoint": alibabacloud.url, "region": REGION}
        refused, own_key = play(
            [task(INFO, **named), task(INFO, **named, **KEY)],
            environ={"ALIBABA_CLOUD_CREDENTIALS_URI": "http://127.0.0.1:9/"},
        ).tasks
        assert refused.msg == (
            "the environment variable ALIBABA_CLOUD_CREDENTIALS_URI is set and not supported; give the task "
            "credentials of its own, such as profile, or unset the variable"
        )
        assert not own_key.failed


# One of each sort; the unit tests have all codes. Faults that all clouds have are in the matrix.
PERMANENT: list[tuple[int, str, str, str]] = [
    (403, "Forbidden.RAM", "denied", "the credentials lack a permission; grant rds:ModifySecurityGroupConfiguration"),
    (400, "InvalidAccessKeyId.NotFound", "auth", "Alibaba Cloud does not accept the credentials"),
    (404, "InvalidDBInstanceId.NotFound", "not_found", "it does not exist; check its id and the region"),
    (404, "InvalidSecurityGroupId.NotFound", "not_found", "a security group does not exist in the region"),
    (400, "AssociatedEcsSecurityGroupIdQuotaExceed", "limit", "a quota allows no list this long"),
    (400, "InvalidParameter", "invalid", "Alibaba Cloud refuses the request; check the arguments"),
    (200, "InvalidSecurityGroupId.NotFound", "not_found", "a security group does not exist in the region"),
]


class TestTroubleAtAlibabaCloud:
    def test_each_permanent_error_has_a_kind_and_says_what_to_do(
        self, alibabacloud: RdsSimulator, play_alibabacloud: Play, instances: list[str], groups: list[str]
    ) -> None:
        for row in PERMANENT:
            alibabacloud.play(Refuse(row[0], row[1], "what the cloud says"), WRITE)
        wanted = task(MODULE, db_instance_id=instances[0], security_groups=groups[1])
        run = play_alibabacloud([wanted] * len(PERMANENT))
        for (_status, code, kind, advice), found in zip(PERMANENT, run.tasks, strict=True):
            assert found.msg.startswith(f"DB instance {instances[0]}: {advice}"), code
            assert f"({WRITE} answered {code}: what the cloud says" in found.msg
            error = found.each("error")[0]
            assert (error["kind"], error["code"], bool(error["request_id"])) == (kind, code, True)
            assert not found.changed
        assert alibabacloud.groups(instances[0]) == groups[:1]

    def test_what_says_later_is_tried_again(
        self, alibabacloud: RdsSimulator, manage: Manage, instances: list[str], groups: list[str]
    ) -> None:
        codes = ("ConcurrentTaskExceeded", "OperationDenied.ResourceProcessing")
        for code in codes:
            alibabacloud.play(Refuse(400, code, "what the cloud says"), WRITE)
        result = manage(db_instance_id=instances[0], security_groups=groups[1])
        assert (result.failed, result.changed, alibabacloud.count(WRITE)) == (False, True, 3)
