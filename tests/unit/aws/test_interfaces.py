# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Groups of mount targets read through EC2, and when EFS is asked instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from tests.simulators.aws import AwsSimulator, Estate, MotoServer
from tests.simulators.server import Effect, Meddle, Raw, Refuse
from tests.unit.aws.kinds import present
from tests.unit.conftest import ours

if TYPE_CHECKING:
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._aws.kinds.efs_mount_target import (
        MountTargets,
    )

STATE, EC2, EFS = "DescribeMountTargets", "DescribeNetworkInterfaces", "DescribeMountTargetSecurityGroups"
WRITE = "ModifyMountTargetSecurityGroups"


@pytest.fixture
def cloud(_moto: MotoServer) -> Iterator[AwsSimulator]:
    """AWS, where the account may ask EC2 for network interfaces."""
    with AwsSimulator(_moto) as simulator:
        yield simulator


@pytest.fixture
def ids(estate: Estate) -> list[str]:
    return [one for siblings in estate.mount_targets.values() for one in siblings]


def counted(cloud: AwsSimulator) -> Counter[str]:
    """Return how often each action was called, and forget all calls."""
    found = Counter(call.action for call in cloud.calls)
    cloud.calls.clear()
    return found


def attach(targets: MountTargets, one: str, group: str, wait_timeout: float) -> str | None:
    """Have the core attach a group, on a clock that does not wait; return what it says of a failure."""
    return present(targets, [one], group, wait_timeout=wait_timeout).message


def answer_of(cloud: AwsSimulator, lists: Mapping[str, Sequence[str]]) -> bytes:
    """Return an answer of EC2 with lists by mount target."""
    root = ElementTree.Element("DescribeNetworkInterfacesResponse")
    items = ElementTree.SubElement(root, "networkInterfaceSet")
    for target, groups in lists.items():
        item = ElementTree.SubElement(items, "item")
        ElementTree.SubElement(item, "networkInterfaceId").text = cloud.interface_of(target)
        group_set = ElementTree.SubElement(item, "groupSet")
        for group in groups:
            ElementTree.SubElement(ElementTree.SubElement(group_set, "item"), "groupId").text = group
    return ElementTree.tostring(root)


def test_many_lists_take_one_call(cloud: AwsSimulator, estate: Estate, targets: MountTargets, ids: list[str]) -> None:
    cloud.attach(ids[1], *estate.security_groups[:2])
    found = targets.read(ids)
    assert counted(cloud) == {STATE: 4, EC2: 1}
    assert set(found[ids[1]].groups) == set(estate.security_groups[:2])
    assert found[ids[0]].names == {estate.security_groups[0]: "group-0"}
    assert targets.batch == 200
    targets.read(ids)
    assert counted(cloud) == {EC2: 1}


@pytest.mark.usefixtures("_started_moto")
def test_no_filter_has_more_values_than_ec2_takes(cloud: AwsSimulator, targets: MountTargets) -> None:
    cloud.populate(file_systems=70, mount_targets=6)
    found = targets.read(targets.select(None))
    assert len(found) == 420
    assert counted(cloud)[EC2] == 3
    assert all(one.state == "available" for one in found.values())


@pytest.mark.parametrize(
    "effect",
    [
        Refuse(403, "UnauthorizedOperation"),
        Refuse(400, "InvalidAction"),
        Raw(404, b"<UnknownOperationException/>", "text/xml"),
        Raw(403, b'{"message": "Missing Authentication Token"}', "application/json"),
        Raw(200, b"<html></html>", "text/html"),
    ],
)
def test_where_ec2_cannot_be_used_efs_is_asked_and_that_is_found_out_once(
    cloud: AwsSimulator, estate: Estate, targets: MountTargets, ids: list[str], effect: Effect
) -> None:
    cloud.play(effect, EC2, times=None)
    found = targets.read(ids)
    assert counted(cloud) == {STATE: 4, EC2: 1, EFS: 6}
    assert {one.groups for one in found.values()} == {estate.security_groups[:1]}
    assert targets.batch == 1
    targets.read(ids)
    assert counted(cloud) == {EFS: 6}


def test_a_throttled_call_says_nothing_of_what_may_be_used(
    cloud: AwsSimulator, targets: MountTargets, ids: list[str]
) -> None:
    cloud.play(Refuse(503, "RequestLimitExceeded"), EC2)
    assert {one.kind for one in targets.read(ids).values()} == {"throttled"}
    counted(cloud)
    assert {one.state for one in targets.read(ids).values()} == {"available"}
    assert counted(cloud) == {EC2: 1}


def test_where_it_was_throttled_first_it_is_still_found_out_with_one_call(
    cloud: AwsSimulator, targets: MountTargets, ids: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ours("_aws.interfaces"), "BATCH", 2)
    cloud.play(Refuse(503, "RequestLimitExceeded"), EC2)
    cloud.play(Refuse(403, "UnauthorizedOperation"), EC2, times=None)
    found = targets.read(ids)
    assert [getattr(found[one], "kind", None) for one in ids] == ["throttled"] * 2 + [None] * 4
    assert counted(cloud) == {STATE: 4, EC2: 2, EFS: 4}


def test_a_permission_that_is_taken_away_has_efs_asked(
    cloud: AwsSimulator, targets: MountTargets, ids: list[str]
) -> None:
    targets.read(ids)
    cloud.play(Refuse(403, "UnauthorizedOperation"), EC2, times=None)
    counted(cloud)
    assert {one.state for one in targets.read(ids).values()} == {"available"}
    assert counted(cloud) == {EC2: 1, EFS: 6}


def test_once_ec2_answered_a_failure_of_it_is_one(cloud: AwsSimulator, targets: MountTargets, ids: list[str]) -> None:
    targets.read(ids)
    cloud.play(Refuse(500, "InternalError"), EC2)
    failed = targets.read(ids)
    assert {(one.kind, one.passes) for one in failed.values()} == {("transient", True)}
    assert targets.read(ids)[ids[0]].state == "available"


def test_what_ec2_does_not_show_is_asked_for_through_efs(
    cloud: AwsSimulator, targets: MountTargets, ids: list[str]
) -> None:
    cloud.hidden = {cloud.interface_of(ids[2])}
    found = targets.read(ids)
    assert counted(cloud) == {STATE: 4, EC2: 1, EFS: 1}
    assert found[ids[2]].state == "available"
    # EC2 is not asked for it again.
    assert targets.read(ids[2:3])[ids[2]].state == "available"
    assert counted(cloud) == {EFS: 1}


def test_a_list_that_ec2_shows_too_late_is_asked_of_efs(
    cloud: AwsSimulator, estate: Estate, targets: MountTargets, ids: list[str]
) -> None:
    one, groups = ids[0], estate.security_groups
    cloud.serve_old_list_in_ec2(one, 5)
    targets.write(targets.read([one])[one], groups[:2])
    counted(cloud)
    shown = [set(targets.read([one])[one].groups) for _look in range(7)]
    # One look believes EC2 that nothing has come of it yet. Then EFS is asked, until EC2 has caught up.
    assert shown == [{groups[0]}] + [set(groups[:2])] * 6
    assert counted(cloud) == {EC2: 7, EFS: 4}


def test_a_list_from_before_it_was_shown_as_written_is_not_believed(
    cloud: AwsSimulator, estate: Estate, targets: MountTargets, ids: list[str]
) -> None:
    one, groups = ids[0], estate.security_groups
    targets.write(targets.read([one])[one], groups[:2])
    assert set(targets.read([one])[one].groups) == set(groups[:2])
    cloud.play(Raw(200, answer_of(cloud, {one: groups[:1]}), "text/xml"), EC2)
    counted(cloud)
    assert set(targets.read([one])[one].groups) == set(groups[:2])
    assert counted(cloud) == {EC2: 1, EFS: 1}


@pytest.mark.parametrize("wait_timeout", [0.0, 1.0, 5.0])
def test_efs_is_asked_before_a_failure_is_told(
    cloud: AwsSimulator, estate: Estate, targets: MountTargets, ids: list[str], wait_timeout: float
) -> None:
    cloud.serve_old_list_in_ec2(ids[0], 10_000)
    assert attach(targets, ids[0], estate.security_groups[1], wait_timeout) is None
    assert counted(cloud)[WRITE] == 1


def test_a_list_older_than_the_one_written_upon_loses_no_group_of_another_writer(
    cloud: AwsSimulator, estate: Estate, targets: MountTargets, ids: list[str]
) -> None:
    one, groups = ids[0], estate.security_groups
    # EC2 stays behind all the while, so that only EFS shows what the other writer did.
    cloud.serve_old_list_in_ec2(one, 7)
    cloud.play(Meddle(lambda: cloud.attach(one, groups[0], groups[3])), EFS)
    assert attach(targets, one, groups[1], 60.0) is None
    assert set(cloud.groups(one)) == {groups[0], groups[1], groups[3]}


def test_after_a_write_without_an_answer_only_efs_is_believed_that_nothing_was_done(
    cloud: AwsSimulator, estate: Estate, targets: MountTargets, ids: list[str]
) -> None:
    one, groups = ids[0], estate.security_groups
    cloud.serve_old_list_in_ec2(one, 1)
    cloud.play(Raw(500, b"", "text/html", applied=True), WRITE)
    before = targets.read([one])[one]
    with pytest.raises(ours("_core.errors").CloudError):
        targets.write(before, groups[:2])
    assert set(targets.read([one])[one].groups) == set(groups[:2])


@pytest.mark.parametrize(
    "groups", [b"", b"<item><groupId>sg-x</groupId><groupName>a</groupName></item>", b"<item><groupId/></item>"]
)
def test_half_an_answer_is_no_list_and_takes_no_other_with_it(
    cloud: AwsSimulator, targets: MountTargets, ids: list[str], groups: bytes
) -> None:
    targets.read(ids)
    body = answer_of(cloud, {ids[0]: [], ids[1]: ["sg-00000001"]}).replace(
        b"<groupSet />", b"<groupSet>%s</groupSet>" % groups
    )
    cloud.play(Raw(200, body, "text/xml"), EC2)
    found = targets.read(ids[:2])
    failed = found[ids[0]]
    assert (failed.kind, failed.passes) == ("transient", True)
    assert "not as documented" in failed.message
    assert found[ids[1]].groups == ("sg-00000001",)
