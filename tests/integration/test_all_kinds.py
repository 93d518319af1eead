# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All kinds in one playbook: the same table through each of them, and no difference but order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests.integration.playbook import TaskResult, play, task
from tests.simulators import alibabacloud as alibaba
from tests.simulators import aws as amazon
from tests.simulators import tencentcloud as tencent
from tests.simulators.alibabacloud import RdsSimulator
from tests.simulators.aws import AwsSimulator
from tests.simulators.tencentcloud import TencentCloudSimulator

ORDERED = ("qcloud_eni_sg", "qcloud_cvm_sg")


@dataclass(frozen=True)
class Kind:
    """A module, a resource that it manages, groups by one-letter names, and how to connect."""

    module: str
    id: str
    resource: str
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
    in_aws, in_tencent, in_alibaba = aws.populate(), tencentcloud.populate(), alibabacloud.populate()
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

    target = next(iter(in_aws.mount_targets.values()))[0]
    eni, instance, db_instance = in_tencent.network_interfaces[0], in_tencent.instances[0], in_alibaba.instances[0]
    of_aws, of_tencent, of_alibaba = map(
        named, (in_aws.security_groups, in_tencent.security_groups, in_alibaba.security_groups)
    )
    return [
        Kind("efs_mount_target_sg", "mount_target_id", target, aws, of_aws, to_aws),
        Kind("qcloud_eni_sg", "network_interface_id", eni, tencentcloud, of_tencent, to_tencent),
        Kind("qcloud_cvm_sg", "instance_id", instance, tencentcloud, of_tencent, to_tencent),
        Kind("aliyun_rds_sg", "db_instance_id", db_instance, alibabacloud, of_alibaba, to_alibaba),
    ]


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
KEYS = {"id", "changed", "before", "after", "added", "removed", "moved", "verified", "details", "error"}


@pytest.mark.parametrize("flags", [("--check",), ()])
def test_every_state_through_every_module(kinds: list[Kind], flags: tuple[str, ...]) -> None:
    for before, state, groups, after in TABLE:
        for kind in kinds:
            kind.cloud.attach(kind.resource, *kind.lists(before))
        tasks = [
            task(
                kind.module,
                **kind.connection,
                **{kind.id: kind.resource},
                security_groups=kind.lists(groups),
                state=state,
            )
            for kind in kinds
        ]
        # All kinds in one run, and for real a second time.
        found = play(tasks if flags else [*tasks, *tasks], *flags).tasks
        for kind, first in zip(kinds, found, strict=False):
            check(kind, first, before, after, real=not flags)
        for kind, second in zip(kinds, found[len(kinds) :], strict=False):
            check(kind, second, after, after, real=True)


def check(kind: Kind, found: TaskResult, before: str, after: str, *, real: bool) -> None:
    resource = found.resources[0]
    was, becomes = (text if kind.ordered else "".join(sorted(text)) for text in (before, after))
    assert not found.failed
    assert set(resource) == KEYS
    assert (kind.letters(resource["before"]), kind.letters(resource["after"])) == (was, becomes)
    assert set(kind.letters(resource["added"])) == set(after) - set(before)
    assert set(kind.letters(resource["removed"])) == set(before) - set(after)
    kept_before, kept_after = ([one for one in text if one in before and one in after] for text in (was, becomes))
    moved = [new for old, new in zip(kept_before, kept_after, strict=True) if old != new] if kind.ordered else []
    assert kind.letters(resource["moved"]) == "".join(moved)
    assert resource["changed"] == found.changed == (was != becomes)
    assert resource["verified"] == (real or was == becomes)
    assert kind.letters(kind.cloud.groups(kind.resource)) == (becomes if real else was)
