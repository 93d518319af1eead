# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules for EFS mount targets, through ansible-playbook, against a running AWS API."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.integration.playbook import Run, TaskResult, play, task
from tests.simulators.aws import CREDENTIALS, REGION, AwsSimulator, Estate
from tests.simulators.server import Effect, Hang, Meddle, Raw, Refuse

MODULE, INFO = "efs_mount_target_sg", "efs_mount_target_sg_info"
READ_GROUPS, READ_STATE = "DescribeMountTargetSecurityGroups", "DescribeMountTargets"
INTERFACES = "DescribeNetworkInterfaces"
WRITE, READ_QUOTA = "ModifyMountTargetSecurityGroups", "DescribeAccountAttributes"
NO_SUCH_TARGET = "fsmt-00000000"
KEY = {"access_key": CREDENTIALS["aws_access_key_id"], "secret_key": CREDENTIALS["aws_secret_access_key"]}

Play = Callable[..., Run]


@pytest.fixture
def estate(aws: AwsSimulator) -> Estate:
    return aws.populate()


@pytest.fixture
def targets(estate: Estate) -> list[str]:
    """Three mount targets of one file system, each with the first group."""
    return list(next(iter(estate.mount_targets.values())))


@pytest.fixture
def groups(estate: Estate) -> list[str]:
    return list(estate.security_groups)


@pytest.fixture
def file_system(estate: Estate) -> str:
    return next(iter(estate.mount_targets))


@pytest.fixture
def play_aws(aws: AwsSimulator) -> Play:
    """Run tasks whose connection comes from the action group's defaults."""

    def run(tasks: Sequence[Mapping[str, Any]], *flags: str, **more: Any) -> Run:
        connection = {**KEY, "region": REGION, "endpoint_url": aws.url}
        return play(tasks, *flags, defaults={"group/crosscloud.security_groups.aws": connection}, **more)

    return run


@pytest.fixture
def manage(play_aws: Play) -> Callable[..., TaskResult]:
    """Run one task of the writing module and return its result."""

    def run(*flags: str, **arguments: Any) -> TaskResult:
        return play_aws([task(MODULE, **arguments)], *flags).tasks[0]

    return run


Manage = Callable[..., TaskResult]


class TestTheMainJob:
    def test_check_mode_then_for_real_then_again(
        self, aws: AwsSimulator, play_aws: Play, targets: list[str], groups: list[str]
    ) -> None:
        aws.attach(targets[1], groups[0], groups[3])
        wanted = [task(MODULE, mount_target_ids=targets, security_groups=[groups[3]])]

        checked = play_aws(wanted, "--check", "--diff").tasks[0]
        assert aws.count(WRITE) == 0
        assert (checked.changed, checked.failed) == (True, False)
        assert checked.each("before") == [[groups[0]], [groups[0], groups[3]], [groups[0]]]
        assert checked.each("after") == [[groups[0], groups[3]]] * 3
        assert checked.each("added") == [[groups[3]], [], [groups[3]]]
        assert checked.each("removed") == checked.each("moved") == [[], [], []]
        assert checked.each("changed") == [True, False, True]
        assert checked.each("verified") == [False, True, False]
        assert checked.each("error") == [None] * 3
        assert checked.result["diff"] == [
            {
                "before_header": target,
                "after_header": target,
                "before": f"{groups[0]}  group-0\n",
                "after": f"{groups[0]}  group-0\n{groups[3]}  group-3\n",
            }
            for target in (targets[0], targets[2])
        ]

        aws.calls.clear()
        real = play_aws(wanted, "--diff").tasks[0]
        assert [aws.groups(target) for target in targets] == checked.each("after")
        assert real.result["diff"] == checked.result["diff"]
        assert real.each("after") == checked.each("after")
        assert real.each("verified") == [True] * 3
        assert aws.count(WRITE) == 2
        # On a busy machine more than a second may pass until a write is due; then the list is read once more.
        assert 1 + 1 <= aws.count(INTERFACES) <= 1 + 2 + 2

        aws.calls.clear()
        again = play_aws(wanted, "--diff").tasks[0]
        assert (again.changed, again.result["diff"]) == (False, [])
        assert again.each("verified") == [True] * 3
        assert (aws.count(WRITE), aws.count(INTERFACES), aws.count(READ_STATE)) == (0, 1, 2)
        assert aws.count(READ_GROUPS) == 0
        assert aws.count(READ_QUOTA) == 0

    def test_a_whole_file_system_on_all_pages(
        self, aws: AwsSimulator, manage: Manage, file_system: str, targets: list[str], groups: list[str]
    ) -> None:
        aws.page_size = 2
        result = manage(file_system_id=file_system, security_groups=groups[1:2], state="exact")
        assert result.each("id") == targets
        assert [aws.groups(target) for target in targets] == [groups[1:2]] * 3
        assert (aws.count(READ_STATE), aws.count(READ_GROUPS), aws.count(WRITE)) == (2, 0, 3)
        assert 1 + 1 <= aws.count(INTERFACES) <= 1 + 3 + 3

    def test_states_in_one_task(self, aws: AwsSimulator, play_aws: Play, targets: list[str], groups: list[str]) -> None:
        a, b, c = groups[:3]
        for target in targets:
            aws.attach(target, a, b)
        attachments = [
            {"id": targets[0], "security_groups": [c]},
            {"mount_target_id": targets[1], "security_groups": [a], "state": "absent"},
            {"id": targets[2], "security_groups": [c, b], "state": "exact"},
        ]
        wanted = [task(MODULE, attachments=attachments)]
        assert play_aws(wanted, "--check").tasks[0].each("after") == [[a, b, c], [b], [b, c]]
        assert play_aws(wanted).tasks[0].each("after") == [[a, b, c], [b], [b, c]]
        assert [aws.groups(target) for target in targets] == [[a, b, c], [b], [b, c]]
        assert not play_aws(wanted).tasks[0].changed

    def test_what_is_already_so_changes_nothing_however_it_is_written(
        self, aws: AwsSimulator, play_aws: Play, targets: list[str], groups: list[str], file_system: str
    ) -> None:
        aws.attach(targets[0], *groups[:3])
        other_order, one_id = play_aws(
            [
                task(MODULE, mount_target_id=targets[0], security_groups=groups[2::-1], state="exact"),
                task(MODULE, mount_target_ids=targets[0], security_groups=groups[0]),
            ],
            "--diff",
        ).tasks
        for found in (other_order, one_id):
            assert (found.changed, found.result["diff"]) == (False, [])
            assert (found.each("id"), found.each("after")) == ([targets[0]], [groups[:3]])
        assert aws.count(WRITE) == 0
        details = one_id.each("details")[0]
        assert details["file_system_id"] == file_system
        assert details["state"] == "available"
        assert details["vpc_id"].startswith("vpc-")
        assert details["availability_zone"] == f"{REGION}a"

    def test_no_more_calls_at_once_than_parallelism_allows(self, aws: AwsSimulator, manage: Manage) -> None:
        estate = aws.populate(2, 6)
        ids = [target for ids in estate.mount_targets.values() for target in ids]
        aws.delay = 0.1
        assert manage(mount_target_ids=ids, security_groups=estate.security_groups[1], parallelism=3).changed
        marks = sorted(mark for call in aws.calls for mark in ((call.began, 1), (call.ended, -1)))
        under_way = list(itertools.accumulate(mark[1] for mark in marks))
        assert max(under_way) == 3

    def test_what_is_asked_of_nothing_is_nothing(self, aws: AwsSimulator, play_aws: Play) -> None:
        empty = aws.client("efs").create_file_system(CreationToken="empty")["FileSystemId"]
        run = play_aws(
            [
                task(MODULE, attachments=[]),
                task(MODULE, mount_target_ids=[], security_groups=["sg-00000000"]),
                task(MODULE, file_system_id=empty, security_groups=["sg-00000000"]),
                task(INFO, file_system_id=empty),
            ]
        )
        assert [(one.failed, one.changed, one.resources) for one in run.tasks] == [(False, False, [])] * 4
        assert "file_system_id selects no mount targets" in run.output

    def test_a_file_system_of_another_account_is_found_by_its_arn(
        self, aws: AwsSimulator, play_aws: Play, file_system: str, targets: list[str], groups: list[str]
    ) -> None:
        arn = aws.give_away(file_system)
        by_id, by_arn = play_aws(
            [
                task(INFO, file_system_id=file_system),
                task(MODULE, file_system_id=arn, security_groups=groups[1:2], state="exact"),
            ]
        ).tasks
        assert by_id.msg.startswith(f"file system {file_system}: the file system does not exist")
        assert (by_arn.each("id"), by_arn.each("changed")) == (targets, [True] * 3)
        assert [aws.groups(target) for target in targets] == [groups[1:2]] * 3

    def test_botocore_debugging_returns_the_actions(
        self, manage: Manage, targets: list[str], groups: list[str]
    ) -> None:
        result = manage(mount_target_id=targets[0], security_groups=groups[1:2], debug_botocore_endpoint_logs=True)
        assert sorted(result.result["resource_actions"]) == [
            "ec2:DescribeAccountAttributes",
            "ec2:DescribeNetworkInterfaces",
            "ec2:DescribeSecurityGroups",
            "efs:DescribeMountTargets",
            "efs:ModifyMountTargetSecurityGroups",
        ]


GROUP, TARGET = "sg-0123456789abcdef0", "fsmt-0123456789abcdef0"


class TestBadInput:
    @pytest.mark.parametrize("flags", [(), ("--check",)])
    def test_what_cannot_succeed_is_refused_before_anything_is_written(
        self, aws: AwsSimulator, play_aws: Play, targets: list[str], groups: list[str], flags: tuple[str, ...]
    ) -> None:
        unknown, too_many_groups, none_left, too_many_changes = play_aws(
            [
                task(MODULE, mount_target_ids=[*targets, NO_SUCH_TARGET], security_groups=groups[1:2]),
                task(MODULE, mount_target_id=targets[0], security_groups=groups[:6]),
                task(MODULE, mount_target_id=targets[0], security_groups=groups[:1], state="absent"),
                task(MODULE, mount_target_ids=targets, security_groups=groups[1:2], max_changes=2),
            ],
            *flags,
        ).tasks
        assert unknown.msg == (
            f"1 of 4 mount targets failed: mount target {NO_SUCH_TARGET}: it does not exist; check its id and the "
            f"region (DescribeMountTargets answered MountTargetNotFound: Mount target '{NO_SUCH_TARGET}' does not "
            "exist.) (nothing was written)"
        )
        assert [error and error["kind"] for error in unknown.each("error")] == [None, None, None, "not_found"]
        assert unknown.each("before") == [groups[:1], groups[:1], groups[:1], None]
        assert too_many_groups.msg == (
            f"mount target {targets[0]}: 6 security groups are more than the 5 that can be attached; "
            "name fewer or detach others (nothing was written)"
        )
        assert too_many_groups.each("error")[0]["kind"] == "limit"
        assert none_left.msg == (
            f"mount target {targets[0]}: at least one security group must stay attached; "
            "name the groups that shall stay (nothing was written)"
        )
        assert too_many_changes.msg == (
            f"3 would change, max_changes is 2; nothing was written: mount targets {', '.join(targets)}; "
            "raise max_changes if all of them may change"
        )
        for found in (unknown, too_many_groups, none_left, too_many_changes):
            assert (found.failed, found.changed) == (True, False)
        assert aws.count(WRITE) == 0

    def test_the_quota_is_the_account_s_and_without_permission_to_read_it_aws_decides(
        self, aws: AwsSimulator, play_aws: Play, targets: list[str], groups: list[str]
    ) -> None:
        aws.play(Refuse(403, "UnauthorizedOperation", "You are not authorized"), READ_QUOTA)
        aws.play(Meddle(lambda: setattr(aws, "quota", 6)), READ_QUOTA)
        wanted = task(MODULE, mount_target_ids=targets[:2], security_groups=groups[:6])
        not_permitted, raised = play_aws([wanted, wanted]).tasks
        assert not_permitted.each("error")[0]["kind"] == "limit"
        assert not_permitted.each("error")[0]["code"] == "SecurityGroupLimitExceeded"
        assert not_permitted.msg == (
            f"2 of 2 mount targets failed: mount targets {', '.join(targets[:2])}: the account's quota allows no list "
            "this long; name fewer security groups or have the quota 'Security groups per network interface' raised "
            "(ModifyMountTargetSecurityGroups answered SecurityGroupLimitExceeded: The maximum number of groups has "
            "been reached)"
        )
        assert raised.each("after") == [groups[:6]] * 2
        assert aws.groups(targets[0]) == groups[:6]

    def test_connection(self, aws: AwsSimulator) -> None:
        named = {"mount_target_id": TARGET, "security_groups": GROUP}
        where = {"region": REGION, "endpoint_url": aws.url}
        no_region, no_credentials, half, profile, unreachable = play(
            [
                task(MODULE, **named, **KEY),
                task(MODULE, **named, **where),
                task(MODULE, **named, **where, access_key="AKIDEXAMPLE"),
                task(MODULE, **named, **where, profile="nobody"),
                task(MODULE, **named, **KEY, region=REGION, endpoint_url="http://127.0.0.1:9"),
            ]
        ).tasks
        assert no_region.msg == "no region; set region or the environment variable AWS_REGION"
        assert no_credentials.msg == (
            f"mount target {TARGET}: no AWS credentials; set access_key and secret_key, or profile, or the environment "
            "variables AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY (nothing was written)"
        )
        assert no_credentials.each("error")[0]["kind"] == "auth"
        assert half.msg == (
            "access_key is set and secret_key is missing; set secret_key or the environment variable "
            "AWS_SECRET_ACCESS_KEY"
        )
        assert profile.msg.endswith("(The config profile (nobody) could not be found)")
        assert unreachable.msg == (
            f"mount target {TARGET}: AWS cannot be reached; check region, endpoint_url, proxies and the network (Could "
            f'not connect to the endpoint URL: "http://127.0.0.1:9/2015-02-01/mount-targets?MountTargetId={TARGET}") '
            "(nothing was written)"
        )
        assert aws.calls == []

    def test_no_boto3(self, tmp_path: Path) -> None:
        problem = "No module named 'botocore'"
        (tmp_path / "botocore.py").write_text(f'raise ImportError("{problem}", name="botocore")\n')
        run = play([task(MODULE, mount_target_id=TARGET, security_groups=GROUP)], environ={"PYTHONPATH": str(tmp_path)})
        assert run.tasks[0].msg.startswith("Failed to import the required Python library (boto3) on ")
        assert run.tasks[0].msg.endswith(f"({problem})")
        assert "\n" not in run.tasks[0].msg


REFUSALS: list[tuple[str, Refuse, str, str]] = [
    (
        WRITE,
        Refuse(400, "BadRequest", "bad"),
        "invalid",
        f"AWS takes the request for malformed; check the ids ({WRITE} answered BadRequest: bad)",
    ),
    (
        WRITE,
        Refuse(400, "SecurityGroupNotFound", "The security group 'sg-1' does not exist"),
        "not_found",
        (
            "a security group does not exist in the VPC of the mount target; check the ids "
            f"({WRITE} answered SecurityGroupNotFound: The security group 'sg-1' does not exist)"
        ),
    ),
    (
        WRITE,
        Refuse(404, "MountTargetNotFound", "gone"),
        "not_found",
        f"it does not exist; check its id and the region ({WRITE} answered MountTargetNotFound: gone)",
    ),
    (
        WRITE,
        Refuse(403, "AccessDeniedException", "You shall not"),
        "denied",
        (
            "the credentials lack a permission; grant elasticfilesystem:ModifyMountTargetSecurityGroups and "
            f"ec2:ModifyNetworkInterfaceAttribute ({WRITE} answered AccessDeniedException: You shall not)"
        ),
    ),
    (
        READ_GROUPS,
        Refuse(403, "AccessDeniedException", "You shall not"),
        "denied",
        (
            "the credentials lack a permission; grant elasticfilesystem:DescribeMountTargetSecurityGroups and "
            f"ec2:DescribeNetworkInterfaceAttribute ({READ_GROUPS} answered AccessDeniedException: You shall not) "
            "(nothing was written)"
        ),
    ),
    (
        READ_STATE,
        Refuse(403, "AccessDeniedException", "You shall not"),
        "denied",
        (
            "the credentials lack a permission; grant elasticfilesystem:DescribeMountTargets "
            f"({READ_STATE} answered AccessDeniedException: You shall not) (nothing was written)"
        ),
    ),
    (
        READ_STATE,
        Refuse(403, "UnrecognizedClientException", "The security token is invalid"),
        "auth",
        (
            "AWS does not accept the credentials; check access_key, secret_key and session_token, or profile, and that "
            f"the account has enabled the region ({READ_STATE} answered UnrecognizedClientException: "
            "The security token is invalid) (nothing was written)"
        ),
    ),
    (
        READ_GROUPS,
        Refuse(500, "InternalServerError", "oops"),
        "transient",
        (
            f"AWS failed to answer; run the task again ({READ_GROUPS} answered InternalServerError: oops) "
            "(nothing was written)"
        ),
    ),
    (
        READ_GROUPS,
        Refuse(418, "Teapot", "short and stout"),
        "invalid",
        f"AWS refuses the request ({READ_GROUPS} answered Teapot: short and stout) (nothing was written)",
    ),
    (
        WRITE,
        Refuse(409, "IncorrectMountTargetState", "busy"),
        "state",
        (
            "its lifecycle state takes no change now; run the task again "
            f"({WRITE} answered IncorrectMountTargetState: busy) (given up after 1 s)"
        ),
    ),
    (
        WRITE,
        Refuse(429, "TooManyRequests", "slow down"),
        "throttled",
        (
            "AWS throttles the calls of this account; run the task again or lower parallelism "
            f"({WRITE} answered TooManyRequests: slow down) (given up after 1 s)"
        ),
    ),
]

# What is particular to EFS; faults that all clouds have are in the matrix.
PASSING_FAULTS: list[tuple[str, Effect, int]] = [
    (WRITE, Refuse(409, "IncorrectMountTargetState", "busy"), 2),
    (READ_STATE, Hang(), 2),
    (READ_STATE, Raw(200, b"<html>hello</html>", "text/html"), 1),
    (READ_STATE, Raw(200, b"[]", "application/json"), 1),
    (READ_STATE, Raw(200, b'{"MountTargets": [{}]}', "application/json"), 1),
    (READ_QUOTA, Raw(200, b"<html>hello</html>", "text/html"), 1),
]


@pytest.fixture
def many(aws: AwsSimulator) -> Estate:
    """As many file systems as a table has rows, with one mount target each."""
    return aws.populate(max(len(REFUSALS), len(PASSING_FAULTS)), 1)


class TestTroubleAtAws:
    def test_each_error_has_a_kind_and_says_what_to_do(self, aws: AwsSimulator, play_aws: Play, many: Estate) -> None:
        targets = [one[0] for one in many.mount_targets.values()]
        aws.deny_interfaces()
        for target, row in zip(targets, REFUSALS, strict=False):
            aws.play(row[1], row[0], resource=target, times=None)
        run = play_aws(
            [
                task(MODULE, mount_target_id=target, security_groups=many.security_groups[1], wait_timeout=1)
                for target, _row in zip(targets, REFUSALS, strict=False)
            ]
        )
        for target, (_action, refusal, kind, message), found in zip(targets, REFUSALS, run.tasks, strict=False):
            assert found.msg == f"mount target {target}: {message}"
            error = found.each("error")[0]
            assert (error["kind"], error["code"]) == (kind, refusal.code)
            assert error["request_id"] == "3f1b9d3c-6f0e-4c58-9d4a-0c7b1f5f0e11"
            assert aws.groups(target) == [many.security_groups[0]]
            assert not found.changed

    def test_what_passes_is_ridden_out(self, aws: AwsSimulator, play_aws: Play, many: Estate) -> None:
        targets = [one[0] for one in many.mount_targets.values()][: len(PASSING_FAULTS)]
        aws.deny_interfaces()
        for target, (action, effect, times) in zip(targets, PASSING_FAULTS, strict=True):
            aws.play(effect, action, resource=None if action == READ_QUOTA else target, times=times)
        run = play_aws(
            [task(MODULE, mount_target_id=target, security_groups=many.security_groups[1]) for target in targets]
        )
        for target, row, found in zip(targets, PASSING_FAULTS, run.tasks, strict=True):
            assert (found.failed, found.changed) == (False, True), row
            assert found.each("before") == [[many.security_groups[0]]]
            assert found.each("after") == [aws.groups(target)] == [list(many.security_groups[:2])]

    def test_states(self, aws: AwsSimulator, play_aws: Play, many: Estate) -> None:
        passing, *final = [one[0] for one in many.mount_targets.values()][:4]
        aws.put_in_state(passing, "creating", reads=2)
        states = ("deleting", "deleted", "error")
        for target, state in zip(final, states, strict=True):
            aws.put_in_state(target, state)
        created, *refused = play_aws(
            [
                task(MODULE, mount_target_id=target, security_groups=many.security_groups[1])
                for target in (passing, *final)
            ]
        ).tasks
        assert created.each("after") == [list(many.security_groups[:2])]
        assert created.each("details")[0]["state"] == "available"
        for target, state, found in zip(final, states, refused, strict=True):
            assert found.msg.startswith(f"mount target {target}: it is '{state}' and takes no change any more")
            assert found.each("error")[0]["kind"] == "state"
        assert aws.count(WRITE) == 1


class TestTheEnvironment:
    def test_an_empty_variable_counts_as_not_set(
        self, aws: AwsSimulator, targets: list[str], groups: list[str]
    ) -> None:
        environ = {
            "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_SESSION_TOKEN": "",
            "AWS_PROFILE": "",
            "AWS_REGION": "",
            "AWS_DEFAULT_REGION": REGION,
            "AWS_URL": "",
            "AWS_ENDPOINT_URL": aws.url,
            "AWS_CA_BUNDLE": "",
        }
        found = play([task(INFO, mount_target_id=targets[0])], environ=environ).tasks[0]
        assert found.each("security_groups") == [groups[:1]]

    def test_nothing_in_the_environment_overrides_what_the_task_gives(
        self, aws: AwsSimulator, targets: list[str], groups: list[str]
    ) -> None:
        environ = {
            "AWS_ACCESS_KEY_ID": "WRONG",
            "AWS_SECRET_ACCESS_KEY": "wrong",
            "AWS_PROFILE": "wrong",
            "AWS_REGION": "eu-west-9",
            "AWS_URL": "http://127.0.0.1:9",
            "AWS_ENDPOINT_URL_EFS": "http://127.0.0.1:9",
        }
        connection = {**KEY, "region": REGION, "endpoint_url": aws.url}
        found = play([task(INFO, mount_target_id=targets[0], **connection)], environ=environ).tasks[0]
        assert found.each("security_groups") == [groups[:1]]


class TestInfo:
    def test_it_shows_groups_and_details_and_fails_for_what_cannot_be_read(
        self, aws: AwsSimulator, play_aws: Play, file_system: str, targets: list[str], groups: list[str]
    ) -> None:
        aws.attach(targets[1], groups[2], groups[1])
        by_file_system, by_id, unknown, no_file_system, malformed, nothing = play_aws(
            [
                task(INFO, file_system_id=file_system),
                task(INFO, mount_target_ids=[targets[1]]),
                task(INFO, mount_target_ids=[targets[0], NO_SUCH_TARGET]),
                task(INFO, file_system_id="fs-00000000"),
                task(INFO, mount_target_id="fsmt-x"),
                task(INFO),
            ],
            "--check",
        ).tasks
        assert by_file_system.each("id") == targets
        assert by_file_system.each("security_groups") == [groups[:1], [groups[2], groups[1]], groups[:1]]
        assert by_id.each("security_groups") == [[groups[2], groups[1]]]
        assert by_id.each("details")[0]["file_system_id"] == file_system
        assert set(by_id.resources[0]) == {"id", "security_groups", "details"}
        assert not by_id.changed
        assert unknown.msg.startswith(f"1 of 2 mount targets failed: mount target {NO_SUCH_TARGET}: it does not exist")
        assert unknown.each("security_groups") == [groups[:1]]
        assert no_file_system.msg.startswith("file system fs-00000000: the file system does not exist")
        assert (
            malformed.msg == "'fsmt-x' is not a valid mount target ID (expected something like fsmt-0123456789abcdef0)"
        )
        assert nothing.msg == "one of the following is required: mount_target_ids, file_system_id"
