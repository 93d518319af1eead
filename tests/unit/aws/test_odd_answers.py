# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Answers that are not AWS's own, which botocore hands on or stumbles over."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.simulators.aws import AwsSimulator
from tests.simulators.server import Raw, Refuse
from tests.unit.conftest import Connection, ours

if TYPE_CHECKING:
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.options import Runtime
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._aws.kinds.efs_mount_target import (
        MountTargets,
    )
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.errors import Failure

TARGETS, GROUPS, QUOTA = "DescribeMountTargets", "DescribeMountTargetSecurityGroups", "DescribeAccountAttributes"
ONE = "fsmt-00000001"
FILE_SYSTEM = "fs-00000001"
SUBNET = "subnet-00000001"
DESCRIBED = {"MountTargetId": ONE, "FileSystemId": FILE_SYSTEM, "SubnetId": SUBNET, "LifeCycleState": "available"}


def answer(cloud: AwsSimulator, action: str, body: object, *, times: int | None = 1, status: int = 200) -> None:
    cloud.play(Raw(status, json.dumps(body).encode(), "application/json"), action, times=times)


def failure_of(targets: MountTargets) -> Failure:
    found = targets.read([ONE])[ONE]
    assert (found.kind, found.passes) == ("transient", True)
    return found


@pytest.mark.parametrize(
    "answered",
    [
        {},
        {"MountTargets": None},
        {"MountTargets": []},
        {"MountTargets": "text"},
        {"MountTargets": [None]},
        {"MountTargets": ["text"]},
        {"MountTargets": [{}]},
        {"MountTargets": [{**DESCRIBED, "MountTargetId": 5}]},
        {"MountTargets": [{**DESCRIBED, "MountTargetId": "fsmt-00000002"}]},
        {"MountTargets": [{**DESCRIBED, "LifeCycleState": None}]},
        {"MountTargets": [{**DESCRIBED, "FileSystemId": ["fs-00000001"]}]},
        {"MountTargets": [{**DESCRIBED, "FileSystemId": "fs-1,fs-2"}]},
        [],
        5,
        None,
    ],
)
def test_mount_targets_that_are_not_as_documented_are_none(
    cloud: AwsSimulator, targets: MountTargets, answered: object
) -> None:
    answer(cloud, TARGETS, answered)
    assert "run the task again" in failure_of(targets).message


@pytest.mark.parametrize(
    "answered",
    [
        {},
        {"SecurityGroups": None},
        {"SecurityGroups": {}},
        {"SecurityGroups": ""},
        {"SecurityGroups": "sg-00000001"},
        {"SecurityGroups": ["sg-00000001", None]},
        {"SecurityGroups": ["sg-00000001", 5]},
        {"SecurityGroups": ["sg-00000001", ""]},
        {"SecurityGroups": {"a": "sg-00000001"}},
        [],
    ],
)
def test_groups_that_are_not_as_documented_are_no_list(
    cloud: AwsSimulator, targets: MountTargets, answered: object
) -> None:
    answer(cloud, TARGETS, {"MountTargets": [DESCRIBED]})
    answer(cloud, GROUPS, answered)
    assert "run the task again" in failure_of(targets).message


@pytest.mark.parametrize(("status", "kind"), [(418, "invalid"), (499, "invalid"), (999, "transient")])
def test_a_status_that_nobody_knows_is_an_error_like_others(
    cloud: AwsSimulator, targets: MountTargets, status: int, kind: str
) -> None:
    answer(cloud, TARGETS, {}, status=status)
    assert targets.read([ONE])[ONE].kind == kind


@pytest.mark.parametrize(
    ("state", "refusal"),
    [
        ("deleting", Refuse(409, "IncorrectMountTargetState")),
        ("error", Refuse(409, "IncorrectMountTargetState")),
        ("deleted", Refuse(404, "MountTargetNotFound")),
    ],
)
def test_one_without_a_network_interface_for_good_is_not_waited_for(
    cloud: AwsSimulator, targets: MountTargets, state: str, refusal: Refuse
) -> None:
    answer(cloud, TARGETS, {"MountTargets": [{**DESCRIBED, "LifeCycleState": state}]})
    cloud.play(refusal, GROUPS)
    found = targets.read([ONE])[ONE]
    assert (found.kind, found.passes) == ("state", False)
    assert found.message.startswith(f"it is '{state}' and takes no change any more")


def test_new_pages_for_ever_end(cloud: AwsSimulator, targets: MountTargets, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours("_aws.kinds.efs_mount_target"), "MOST_PAGES", 3)
    for number in range(5):
        page = [{**DESCRIBED, "MountTargetId": f"fsmt-0000000{number}"}]
        answer(cloud, TARGETS, {"MountTargets": page, "NextMarker": f"marker-{number}"})
    with pytest.raises(ours("_core.errors").CloudError, match="which has no end"):
        targets.select(FILE_SYSTEM)
    assert cloud.count(TARGETS) == 3


@pytest.mark.parametrize(
    "value",
    ["<a/>", "<a", "", "<accountAttributeSet><item><attributeName>{}</attributeName></item></accountAttributeSet>"],
)
def test_a_quota_that_is_not_told_is_not_known(cloud: AwsSimulator, targets: MountTargets, value: str) -> None:
    name = ours("_aws.quota").QUOTA
    body = f"<DescribeAccountAttributesResponse>{value.format(name)}</DescribeAccountAttributesResponse>"
    cloud.play(Raw(200, body.encode(), "text/xml"), QUOTA)
    assert targets.longest() is None
    assert cloud.count(QUOTA) == 1


@pytest.mark.parametrize("name", ["access_key", "secret_key", "session_token"])
@pytest.mark.parametrize("value", ["hush\n", "hush now", "hüsh", "hush\x00"])
def test_a_key_that_no_header_can_hold_is_not_shown(
    connection: Connection, runtime: Runtime, name: str, value: str
) -> None:
    connection[name] = value
    with pytest.raises(ours("_core.errors").CloudError, match=f"^{name} has characters that no key has"):
        ours("_aws.kinds.efs_mount_target").DECLARATION.connect(connection, runtime)


def test_one_page_over_and_over_ends_at_once(cloud: AwsSimulator, targets: MountTargets) -> None:
    for _number in range(3):
        answer(cloud, TARGETS, {"MountTargets": [DESCRIBED], "NextMarker": "marker"})
    with pytest.raises(ours("_core.errors").CloudError, match="which has no end"):
        targets.select(FILE_SYSTEM)
    assert cloud.count(TARGETS) == 2
