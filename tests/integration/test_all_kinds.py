# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All kinds in one playbook: the same table through each of them, and no difference but order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from tests.integration.faults.kinds import KINDS
from tests.integration.playbook import RESOURCE_KEYS, play, task
from tests.simulators import alibabacloud as alibaba
from tests.simulators import aws as amazon
from tests.simulators import tencentcloud as tencent
from tests.simulators.alibabacloud import RdsSimulator
from tests.simulators.aws import AwsSimulator
from tests.simulators.tencentcloud import TencentCloudSimulator

ORDERED = [kind.module for kind in KINDS if kind.ordered]

# Attached, state, groups, and what is attached after: in order, and sorted where order means nothing.
TABLE = [
    ("a", "present", "b", "ab"),
    ("ab", "present", "a", "ab"),
    ("ab", "present", "ca", "abc"),
    ("ba", "present", "dc", "badc"),
    ("abc", "absent", "b", "ac"),
    ("ab", "absent", "cd", "ab"),
    ("cba", "absent", "cb", "a"),
    ("ab", "exact", "ba", "ba"),
    ("ab", "exact", "ab", "ab"),
    ("abc", "exact", "dca", "dca"),
    ("abc", "exact", "e", "e"),
]


@dataclass(frozen=True)
class Kind:
    """A module, a resource for each row of the table, groups by one-letter names, and how to connect."""

    module: str
    resources: Sequence[str]
    cloud: AwsSimulator | TencentCloudSimulator | RdsSimulator
    groups: Mapping[str, str]
    connection: Mapping[str, Any]

    @property
    def ordered(self) -> bool:
        return self.module in ORDERED

    def lists(self, letters: str) -> list[str]:
        return [self.groups[letter] for letter in letters]

    def letters(self, groups: list[str]) -> str:
        names = {group: letter for letter, group in self.groups.items()}
        found = "".join(names[group] for group in groups)
        return found if self.ordered else "".join(sorted(found))


@pytest.fixture
def kinds(aws: AwsSimulator, tencentcloud: TencentCloudSimulator, alibabacloud: RdsSimulator) -> list[Kind]:
    rows = len(TABLE)
    in_aws = aws.populate(file_systems=-(-rows // 3), network_interfaces=rows, load_balancers=rows, db_instances=rows)
    in_tencent = tencentcloud.populate(network_interfaces=rows, instances=rows, load_balancers=rows, db_instances=rows)
    in_alibaba = alibabacloud.populate(instances=2 * rows, ecs_instances=rows, network_interfaces=rows)
    to_aws = {
        "access_key": amazon.CREDENTIALS["aws_access_key_id"],
        "secret_key": amazon.CREDENTIALS["aws_secret_access_key"],
        "region": amazon.REGION,
        "endpoint_url": aws.url,
    }
    to_tencent = {
        "secret_id": tencent.SECRET_ID,
        "secret_key": tencent.SECRET_KEY,
        "region": tencent.REGION,
        "endpoint": tencentcloud.url,
    }
    to_alibaba = {
        "access_key_id": alibaba.ACCESS_KEY_ID,
        "access_key_secret": alibaba.ACCESS_KEY_SECRET,
        "region": alibaba.REGION,
        "endpoint": alibabacloud.url,
    }

    def named(groups: tuple[str, ...]) -> dict[str, str]:
        return dict(zip("abcde", groups, strict=False))

    targets = [target for targets in in_aws.mount_targets.values() for target in targets]
    of_aws, of_tencent, of_alibaba = map(
        named, (in_aws.security_groups, in_tencent.security_groups, in_alibaba.security_groups)
    )
    return [
        Kind("efs_mount_target_sg", targets, aws, of_aws, to_aws),
        Kind("ec2_eni_sg", in_aws.network_interfaces, aws, of_aws, to_aws),
        Kind("elbv2_load_balancer_sg", in_aws.load_balancers, aws, of_aws, to_aws),
        Kind("rds_instance_sg", in_aws.db_instances, aws, of_aws, to_aws),
        Kind("qcloud_eni_sg", in_tencent.network_interfaces, tencentcloud, of_tencent, to_tencent),
        Kind("qcloud_cvm_sg", in_tencent.instances, tencentcloud, of_tencent, to_tencent),
        Kind("qcloud_clb_sg", in_tencent.load_balancers, tencentcloud, of_tencent, to_tencent),
        Kind("qcloud_cdb_sg", in_tencent.db_instances, tencentcloud, of_tencent, to_tencent),
        # Every other one, for neighbours are in different VPCs.
        Kind("aliyun_rds_sg", in_alibaba.instances[::2], alibabacloud, of_alibaba, to_alibaba),
        Kind("aliyun_ecs_sg", in_alibaba.ecs_instances, alibabacloud, of_alibaba, to_alibaba),
        Kind("aliyun_eni_sg", in_alibaba.network_interfaces, alibabacloud, of_alibaba, to_alibaba),
    ]


@pytest.mark.parametrize("flags", [("--check",), ()])
def test_every_state_through_every_module(kinds: list[Kind], flags: tuple[str, ...]) -> None:
    tasks = []
    for kind in kinds:
        attachments = []
        for resource, (before, state, groups, _after) in zip(kind.resources, TABLE, strict=False):
            kind.cloud.attach(resource, *kind.lists(before))
            attachments.append({"id": resource, "security_groups": kind.lists(groups), "state": state})
        tasks.append(task(kind.module, **kind.connection, attachments=attachments))
    # All kinds in one run, and for real a second time.
    found = play(tasks if flags else [*tasks, *tasks], *flags).tasks
    for kind, first in zip(kinds, found, strict=False):
        assert not first.failed, first.msg
        assert first.changed
        for (before, _state, _groups, after), resource in zip(TABLE, first.resources, strict=True):
            check(kind, resource, before, after, real=not flags)
    for kind, second in zip(kinds, found[len(kinds) :], strict=False):
        assert not second.changed
        for (_before, _state, _groups, after), resource in zip(TABLE, second.resources, strict=True):
            check(kind, resource, after, after, real=True)


def check(kind: Kind, resource: Mapping[str, Any], before: str, after: str, *, real: bool) -> None:
    was, becomes = (text if kind.ordered else "".join(sorted(text)) for text in (before, after))
    assert set(resource) == RESOURCE_KEYS
    assert (kind.letters(resource["before"]), kind.letters(resource["after"])) == (was, becomes)
    assert set(kind.letters(resource["added"])) == set(after) - set(before)
    assert set(kind.letters(resource["removed"])) == set(before) - set(after)
    kept_before, kept_after = ([one for one in text if one in before and one in after] for text in (was, becomes))
    moved = [new for old, new in zip(kept_before, kept_after, strict=True) if old != new] if kind.ordered else []
    assert kind.letters(resource["moved"]) == "".join(moved)
    assert resource["changed"] == (was != becomes)
    assert resource["verified"] == (real or was == becomes)
    assert kind.letters(kind.cloud.groups(resource["id"])) == (becomes if real else was)
