# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Security groups of ECS: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-describesecuritygroups."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from .._core.adapter import Group, Reviewer, Snapshot
from .._core.errors import CloudError
from .._core.kind import IdForm
from .._core.review import MemberReviewer, RuleReviewer
from .._core.rules import Rule, unread
from .answers import Entry, required_id, undocumented, word
from .listing import BATCH, pages

if TYPE_CHECKING:
    from .client import Client

SECURITY_GROUP_ID = IdForm(re.compile("sg-[a-zA-Z0-9]{8,40}"), "sg-bp195m1bbdpfrsf9x3y7")

INSTANCE_ID = IdForm(re.compile("i-[a-zA-Z0-9]{6,40}"), "i-bp1c4n7r2v5y8a3d6f9h")

NOT_COMPARED = "rules of ECS are not compared"


class SecurityGroups:
    """Directory of security groups. Those of the classic network have no VPC.

    ``strict``: whether a resource has groups of its own VPC and of one type alone, as ECS asks. No document asks for
    more of a DB instance and its groups than that they have the same type of network.
    """

    by_vpc = True

    def __init__(self, client: Client, *, strict: bool = False) -> None:
        self._client = client
        self._strict = strict

    def find(self, references: Sequence[str], /) -> list[Group]:
        found = [
            entry
            for which in _selections(references)
            for entry in pages(self._client, "DescribeSecurityGroups", which, "SecurityGroups", "SecurityGroup")
        ]
        return [self._group(entry) for entry in found]

    def of_vpc(self, _vpc_id: str | None, _references: Sequence[str], /) -> list[Group]:
        return []

    def misfit(self, seen: Snapshot, group: Group, /) -> str | None:
        if group.vpc_id == seen.vpc_id or (not self._strict and group.vpc_id and seen.vpc_id):
            return None
        here, there = (f"of {vpc_id}" if vpc_id else "of the classic network" for vpc_id in (seen.vpc_id, group.vpc_id))
        return f"is {there} and cannot be attached to a resource {here}"

    def reviewer(self) -> Reviewer:
        if self._strict:
            return RuleReviewer(_unread_rules, "", drops=True)
        return MemberReviewer(self._members, "ecs:DescribeInstances", "ECS instance")

    def _members(self, group: str) -> frozenset[str]:
        found = pages(self._client, "DescribeInstances", {"SecurityGroupId": group}, "Instances", "Instance")
        return frozenset(required_id(entry, "InstanceId", INSTANCE_ID) for entry in found)

    def _group(self, entry: Entry) -> Group:
        group_id, name = required_id(entry, "SecurityGroupId", SECURITY_GROUP_ID), entry.get("SecurityGroupName")
        if not isinstance(name, str):
            raise CloudError(undocumented("SecurityGroupName"))
        group_type = word(entry, "SecurityGroupType") if self._strict else None
        return Group(group_id, name, word(entry, "VpcId"), group_type)


def _unread_rules(groups: Sequence[str]) -> dict[str, Sequence[Rule]]:
    return {group: unread(group, NOT_COMPARED, drops=True) for group in groups}


def _selections(references: Sequence[str]) -> Iterator[dict[str, str]]:
    ids = [one for one in references if SECURITY_GROUP_ID.fits(one)]
    for start in range(0, len(ids), BATCH):
        yield {"SecurityGroupIds": json.dumps(ids[start : start + BATCH])}
    # The action takes one name at a time.
    yield from ({"SecurityGroupName": one} for one in references if not SECURITY_GROUP_ID.fits(one))
