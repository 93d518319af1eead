# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Security groups of ECS: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-describesecuritygroups."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .._ansible.options import MOST_PAGES
from .._ansible.text import line
from .._core.adapter import Group, Snapshot
from .._core.errors import CloudError, ErrorKind, Failure
from .._core.kind import IdForm

if TYPE_CHECKING:
    from .client import Client

SECURITY_GROUP_ID = IdForm(re.compile("sg-[a-zA-Z0-9]{8,40}"), "sg-bp195m1bbdpfrsf9x3y7")

BATCH = 100
"""How many ids a call may name, and how many groups a page may hold."""


class SecurityGroups:
    """Directory of security groups. Those of the classic network have no VPC."""

    by_vpc = True

    def __init__(self, client: Client) -> None:
        self._client = client

    def find(self, references: Sequence[str], /) -> list[Group]:
        return [group for which in _selections(references) for group in self._pages(which)]

    def of_vpc(self, _vpc_id: str | None, _references: Sequence[str], /) -> list[Group]:
        return []

    def misfit(self, seen: Snapshot, group: Group, /) -> str | None:
        # No document asks for more of a DB instance and its groups than that they have the same type of network.
        if (group.vpc_id is None) == (seen.vpc_id is None):
            return None
        here, there = (f"of {vpc_id}" if vpc_id else "of the classic network" for vpc_id in (seen.vpc_id, group.vpc_id))
        return f"is {there} and cannot be attached to a resource {here}"

    def _pages(self, which: Mapping[str, str]) -> list[Group]:
        found: list[Group] = []
        more: dict[str, str] = {}
        for _number in range(MOST_PAGES):
            answer = self._client.call_ecs("DescribeSecurityGroups", **which, **more, MaxResults=str(BATCH))
            groups = answer.get("SecurityGroups")
            entries = groups.get("SecurityGroup") if isinstance(groups, dict) else None
            if not isinstance(entries, list):
                raise CloudError(_undocumented())
            found += map(_group, entries)
            token = answer.get("NextToken")
            if not token or not isinstance(token, str):
                return found
            more = {"NextToken": token}
        raise CloudError(_undocumented())


def _selections(references: Sequence[str]) -> Iterator[dict[str, str]]:
    ids = [one for one in references if SECURITY_GROUP_ID.fits(one)]
    for start in range(0, len(ids), BATCH):
        yield {"SecurityGroupIds": json.dumps(ids[start : start + BATCH])}
    # The action takes one name at a time.
    yield from ({"SecurityGroupName": one} for one in references if not SECURITY_GROUP_ID.fits(one))


def _group(entry: Any) -> Group:
    texts = [entry.get(name) for name in ("SecurityGroupId", "SecurityGroupName")] if isinstance(entry, dict) else []
    if not texts or not isinstance(texts[1], str) or not SECURITY_GROUP_ID.fits(texts[0]):
        raise CloudError(_undocumented())
    vpc_id = entry.get("VpcId")
    return Group(*texts, vpc_id=line(vpc_id) or None if isinstance(vpc_id, str) else None)


def _undocumented() -> Failure:
    problem = "the list of security groups that Alibaba Cloud answers is not as documented; run the task again"
    return Failure(ErrorKind.TRANSIENT, problem, passes=True)
