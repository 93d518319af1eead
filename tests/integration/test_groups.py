# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Groups that do not exist or do not fit, groups by their names, and what a diff looks like, for each kind."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.faults.kinds import (
    ALIBABA_CLOUD,
    AWS,
    CDB,
    EC2_ENI,
    EFS,
    ENI,
    KINDS,
    LOOK_UP_DENIED,
    RDS,
    TENCENT_CLOUD,
    TOKEN,
    UNKNOWN_GROUP,
    Estate,
    Kind,
    Simulator,
)
from tests.integration.playbook import Run, play, task
from tests.simulators.alibabacloud import RdsSimulator
from tests.simulators.aws import AwsSimulator
from tests.simulators.tencentcloud import TencentCloudSimulator

LOOK_UP = "DescribeSecurityGroups"
PERMISSION = {
    AWS: "ec2:DescribeSecurityGroups",
    TENCENT_CLOUD: "vpc:DescribeSecurityGroups",
    ALIBABA_CLOUD: "ecs:DescribeSecurityGroups",
}
NAMES_ATTACHED = (CDB, EC2_ENI, EFS)
"""The kinds whose API returns the names of the groups that are attached."""


@pytest.fixture(params=KINDS, ids=lambda kind: kind.module)
def kind(request: pytest.FixtureRequest) -> Kind:
    return request.param


@pytest.fixture
def cloud(kind: Kind, request: pytest.FixtureRequest) -> Any:
    simulator = request.getfixturevalue(kind.fixture)
    simulator.reset()
    return simulator


def work(kind: Kind, cloud: Simulator, resources: list[str], *groups: str, **arguments: Any) -> dict[str, Any]:
    return task(
        kind.module, **kind.connection(cloud), **{kind.ids: resources}, security_groups=list(groups), **arguments
    )


def one_resource(kind: Kind, cloud: Any) -> Estate:
    resources, groups = kind.populate(cloud, 1)
    return resources[:1], groups


def add_group(cloud: Any, kind: Kind, name: str, like: str) -> str:
    """Make a group that fits where another one does."""
    if kind.fixture == AWS:
        return str(cloud.add_group(name, cloud.vpc_of(like)))
    elsewhere = ["vpc-bp1elsewhere00000000"] if kind.fixture == ALIBABA_CLOUD else []
    return str(cloud.add_group(name, *elsewhere))


def test_a_group_that_does_not_exist(kind: Kind, cloud: Any) -> None:
    resources, groups = kind.populate(cloud, 2)
    unknown = UNKNOWN_GROUP[kind.fixture]
    tasks = [
        task(
            kind.module,
            **kind.connection(cloud),
            attachments=[
                {"id": resources[0], "security_groups": [groups[1]]},
                {"id": resources[1], "security_groups": [unknown]},
            ],
        ),
        # What is not attached needs not exist.
        work(kind, cloud, resources, unknown, state="absent"),
    ]
    for flags in (("--check",), ()):
        refused, absent = play(tasks, *flags).tasks
        assert refused.failed
        assert not refused.changed
        assert refused.result["groups_checked"] is True
        where = "in the region" if kind.fixture == TENCENT_CLOUD else "in vpc-"
        said = (
            f"1 of 2 {kind.plural} failed: {kind.noun} {resources[1]}: security group {unknown} does not exist {where}"
        )
        assert refused.msg.startswith(said)
        assert refused.msg.endswith("; check the ID (nothing was written)")
        assert refused.resources[1]["error"]["kind"] == "not_found"
        # In check mode the plan of the other one is shown; for real it is as it is.
        assert refused.resources[0]["after"] == (groups[:2] if flags else groups[:1])
        assert (absent.failed, absent.changed, absent.result["groups_checked"]) == (False, False, None)
    assert cloud.count(kind.write) == 0
    assert cloud.count(LOOK_UP) == (4 if kind.fixture == TENCENT_CLOUD else 2)


def test_without_the_permission_the_cloud_decides(kind: Kind, cloud: Any) -> None:
    resources, groups = one_resource(kind, cloud)
    unknown = UNKNOWN_GROUP[kind.fixture]
    cloud.play(LOOK_UP_DENIED.get(kind.fixture, kind.denied), LOOK_UP, times=None)
    checked = play([work(kind, cloud, resources, groups[1])], "--check")
    good, bad, named = play(
        [
            work(kind, cloud, resources, groups[1]),
            work(kind, cloud, resources, unknown),
            work(kind, cloud, resources, "web"),
        ]
    ).tasks
    permission = PERMISSION[kind.fixture]
    warning = f"it was not checked whether {groups[1]} can be attached, so the cloud may still refuse the write: "
    assert checked.tasks[0].result["warnings"][0].startswith(warning)
    assert permission in checked.tasks[0].result["warnings"][0]
    assert checked.tasks[0].result["groups_checked"] is False
    assert (good.failed, good.changed, good.result["groups_checked"]) == (False, True, False)
    assert bad.failed
    assert "security group" in bad.msg
    assert "it or a security group" not in bad.msg
    assert named.msg.startswith(
        f"{kind.noun} {resources[0]}: the security group 'web' cannot be looked up, so give its ID; "
    )
    assert permission in named.msg
    assert cloud.groups(resources[0]) == kind.in_order(groups[:2])


def test_names(kind: Kind, cloud: Any) -> None:
    resources, groups = one_resource(kind, cloud)
    name = "web servers (1)" if kind.fixture == AWS else "die Web-Server ä (1)"
    web = add_group(cloud, kind, name, groups[0])
    if kind.fixture == ALIBABA_CLOUD:
        # Where a group has a VPC, the resource's is meant.
        web = cloud.add_group(name, cloud.vpc_of(resources[0]))
    attach = work(kind, cloud, resources, name, groups[0])
    checked = play([attach], "--check").tasks[0]
    real, again, detach, gone = play(
        [attach, attach, work(kind, cloud, resources, name, state="absent"), work(kind, cloud, resources, "wEb")]
    ).tasks
    for one in (checked, real):
        assert (one.failed, one.changed, one.result["groups_checked"]) == (False, True, True)
        assert one.each("after") == [[groups[0], web]]
        kept = {groups[0]: "group-0"} if kind in NAMES_ATTACHED else {}
        assert one.resources[0]["details"]["security_group_names"] == {**kept, web: name}
    assert (again.changed, again.result["groups_checked"]) == (False, None)
    assert detach.each("after") == [[groups[0]]]
    assert "has the name 'wEb'" in gone.msg
    assert cloud.groups(resources[0]) == groups[:1]


def test_a_name_of_several_groups(kind: Kind, cloud: Any) -> None:
    resources, groups = one_resource(kind, cloud)
    if kind.fixture == AWS:
        # In a VPC of its own account a name is the only one, but another account may share a group.
        twins = [cloud.add_group("twin", cloud.vpc_of(groups[0]))]
        assert not play([work(kind, cloud, resources, "twin")], "--check").tasks[0].failed
        return
    vpc = [cloud.vpc_of(resources[0])] if kind.fixture == ALIBABA_CLOUD else []
    twins = [cloud.add_group("twin", *vpc) for _number in range(2)]
    (refused,) = play([work(kind, cloud, resources, "twin")], "--check").tasks
    assert refused.msg == (
        f"{kind.noun} {resources[0]}: 2 security groups have the name 'twin': {', '.join(twins)}; give the ID of one "
        "(nothing was written)"
    )


def test_a_group_of_another_vpc(aws: AwsSimulator) -> None:
    estate = aws.populate(file_systems=1, mount_targets=1)
    (target,) = next(iter(estate.mount_targets.values()))
    here, there = aws.vpc_of(estate.security_groups[0]), aws.vpc_of(estate.foreign_group)
    tasks = [work(EFS, aws, [target], estate.foreign_group)]
    for flags in (("--check",), ()):
        (refused,) = play(tasks, *flags).tasks
        assert refused.msg == (
            f"mount target {target}: security group {estate.foreign_group} (foreign) belongs to {there} and cannot be "
            f"attached in {here}; name a group that it can have (nothing was written)"
        )
        assert refused.resources[0]["error"]["kind"] == "invalid"
    # One that is associated with the VPC, or that another account shares, only the other call shows.
    aws.shared[here] = {estate.foreign_group: "foreign"}
    of_other = aws.share_group("of another account", here)
    (accepted,) = play([work(EFS, aws, [target], estate.foreign_group, of_other)]).tasks
    assert (accepted.failed, accepted.result["groups_checked"]) == (False, True)
    # Where that call is denied, nobody knows.
    aws.play(LOOK_UP_DENIED[AWS], "GetSecurityGroupsForVpc", times=None)
    (unchecked,) = play([work(EFS, aws, [target], estate.foreign_group, state="exact")], "--check").tasks
    assert unchecked.result["groups_checked"] is None
    aws.attach(target, estate.security_groups[0])
    (unchecked,) = play([work(EFS, aws, [target], estate.foreign_group)], "--check").tasks
    assert (unchecked.failed, unchecked.result["groups_checked"]) == (False, False)
    assert "ec2:GetSecurityGroupsForVpc" in unchecked.result["warnings"][0]


def test_a_group_of_another_type_of_network(alibabacloud: RdsSimulator) -> None:
    estate = alibabacloud.populate(instances=1)
    alibabacloud.security_token = TOKEN
    (classic,) = estate.classic_security_groups[:1]
    (refused,) = play([work(RDS, alibabacloud, list(estate.instances), classic)], "--check").tasks
    assert refused.msg.startswith(
        f"DB instance {estate.instances[0]}: security group {classic} (group-12) is of the classic network and cannot "
        f"be attached to a resource of {estate.vpcs[0]}; name a group that it can have"
    )


def test_calls_of_a_large_task(tencentcloud: TencentCloudSimulator) -> None:
    estate = tencentcloud.populate(network_interfaces=100, instances=0)
    resources, groups = list(estate.network_interfaces), list(estate.security_groups)
    tencentcloud.eni_quota = 10
    assert play([work(ENI, tencentcloud, resources, *groups[1:6])], "--check").tasks[0].changed
    assert tencentcloud.count(LOOK_UP) == 1
    assert not play([work(ENI, tencentcloud, resources, groups[0])]).tasks[0].changed
    assert tencentcloud.count(LOOK_UP) == 1


def test_a_look_up_that_fails_is_made_again(tencentcloud: TencentCloudSimulator) -> None:
    estate = tencentcloud.populate(network_interfaces=1, instances=0)
    resources, groups = list(estate.network_interfaces), list(estate.security_groups)
    tencentcloud.play(ENI.throttled, LOOK_UP, times=2)
    assert play([work(ENI, tencentcloud, resources, groups[1])], "--check").tasks[0].result["groups_checked"] is True
    tencentcloud.play(ENI.broken, LOOK_UP, times=None)
    (task_result,) = play([work(ENI, tencentcloud, resources, groups[1])], "--check").tasks
    assert task_result.result["groups_checked"] is False
    assert "Tencent Cloud failed to carry out the call" in task_result.result["warnings"][0]


def test_no_unknown_id_has_others_taken_for_unknown(tencentcloud: TencentCloudSimulator) -> None:
    estate = tencentcloud.populate(network_interfaces=1, instances=0, security_groups=150)
    resources, groups = list(estate.network_interfaces), list(estate.security_groups)
    tencentcloud.eni_quota = 200
    for refused in (True, False):
        tencentcloud.unknown_groups_refused = refused
        (one,) = play([work(ENI, tencentcloud, resources, "sg-zzzzzzzz", *groups[100:])], "--check").tasks
        assert one.msg.startswith(
            f"network interface {resources[0]}: security group sg-zzzzzzzz does not exist in the region"
        )
        (one,) = play([work(ENI, tencentcloud, resources, *groups)], "--check").tasks
        assert (one.failed, one.result["groups_checked"]) == (False, True)


def shown(run: Run) -> list[str]:
    """Return the lines of the diffs that were shown."""
    return [line for line in run.output.splitlines() if line.startswith(("+", "-", " ", "@"))]


def test_the_diff_of_an_appended_group_is_one_added_line(kind: Kind, cloud: Any) -> None:
    resources, groups = one_resource(kind, cloud)
    cloud.attach(resources[0], *groups[:3])
    run = play([work(kind, cloud, resources, groups[3])], "--check", "--diff")
    lines = shown(run)
    assert [line for line in lines if line.startswith(("+", "-"))] == [
        f"--- before: {resources[0]}",
        f"+++ after: {resources[0]}",
        f"+{groups[3]}  group-3",
    ]
    assert [line for line in lines if line.startswith(" ")] == [
        f" {one}  group-{groups.index(one)}" for one in cloud.groups(resources[0])
    ]


def test_max_changes_shows_the_plan_and_the_limit_first(tencentcloud: TencentCloudSimulator) -> None:
    estate = tencentcloud.populate(network_interfaces=3, instances=0)
    resources, groups = list(estate.network_interfaces), list(estate.security_groups)
    tasks = [work(ENI, tencentcloud, resources, groups[1], max_changes=2)]
    for flags in (("--check", "--diff"), ("--diff",)):
        run = play(tasks, *flags)
        (refused,) = run.tasks
        assert refused.msg == (
            f"3 would change, max_changes is 2; nothing was written: network interfaces {', '.join(resources)}; "
            "raise max_changes if all of them may change"
        )
        assert [line for line in shown(run) if line.startswith("+sg")] == [f"+{groups[1]}  group-1"] * 3
        assert refused.each("after") == [groups[:2] if "--check" in flags else groups[:1]] * 3
        assert not refused.changed
    assert tencentcloud.count(ENI.write) == 0


def test_expected(kind: Kind, cloud: Any) -> None:
    resources, groups = kind.populate(cloud, 2)
    cloud.attach(resources[1], *groups[1:3])

    def attach(*expected: list[str]) -> dict[str, Any]:
        entries = [
            {"id": one, "security_groups": [groups[4]], "expected": each}
            for one, each in zip(resources, expected, strict=True)
        ]
        return task(kind.module, **kind.connection(cloud), attachments=entries)

    refused, done, again = play(
        [attach(groups[:1], groups[:1]), attach(groups[:1], groups[1:3]), attach(groups[:1], groups[1:3])]
    ).tasks
    assert [error and error["kind"] for error in refused.each("error")] == [None, "conflict"]
    assert "not " + groups[0] + " as expected; review the change and plan again" in refused.msg
    assert (done.failed, done.changed) == (False, True)
    # It is as it is wanted already.
    assert (again.failed, again.changed) == (False, False)
