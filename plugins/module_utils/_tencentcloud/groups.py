# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Security groups: https://cloud.tencent.com/document/api/215/15808. They belong to a region and not to a VPC."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING

from .._ansible.options import MOST_PAGES
from .._core.adapter import Group, Snapshot
from .._core.errors import CloudError, ErrorKind
from .._core.review import RuleReviewer
from .answers import undocumented
from .errors import VPC
from .filters import MOST_FILTER_VALUES
from .options import SECURITY_GROUP_ID

if TYPE_CHECKING:
    from .client import Client

BATCH = 100
"""How many ids a call may name, and how many groups a page may hold."""


class SecurityGroups:
    """Directory of security groups."""

    by_vpc = False

    def __init__(self, client: Client) -> None:
        self._client = client.of(VPC)

    def find(self, references: Sequence[str], /) -> list[Group]:
        ids = [one for one in references if SECURITY_GROUP_ID.fits(one)]
        names = [one for one in references if not SECURITY_GROUP_ID.fits(one)]
        found: list[Group] = []
        for values in _parts(ids, BATCH):
            try:
                found += self._pages({"SecurityGroupIds": values})
            except CloudError as error:
                if error.failure.kind is not ErrorKind.NOT_FOUND:
                    raise
                # One id that is unknown may have the cloud refuse them all. Their region has few pages of groups.
                return self._pages({})
        for values in _parts(names, MOST_FILTER_VALUES):
            found += self._pages({"Filters": [{"Name": "security-group-name", "Values": values}]})
        return found

    def of_vpc(self, _vpc_id: str | None, _references: Sequence[str], /) -> list[Group]:
        return []

    def misfit(self, _seen: Snapshot, _group: Group, /) -> str | None:
        return None

    def reviewer(self) -> RuleReviewer:
        from . import rules

        return RuleReviewer(partial(rules.read, self._client), rules.PERMISSION, drops=True)

    def _pages(self, which: Mapping[str, object]) -> list[Group]:
        found: dict[str, Group] = {}
        for number in range(MOST_PAGES):
            # Unlike those of most actions, these two are strings.
            page = {"Limit": str(BATCH), "Offset": str(number * BATCH)}
            entries = self._client.entries("DescribeSecurityGroups", {**which, **page}, "SecurityGroupSet")
            for entry in entries:
                group_id, name = entry.text("SecurityGroupId"), entry.text("SecurityGroupName")
                if group_id is None or name is None or not SECURITY_GROUP_ID.fits(group_id):
                    raise CloudError(undocumented("the list SecurityGroupSet"))
                found[group_id] = Group(group_id, name)
            if len(entries) < BATCH:
                return list(found.values())
        raise CloudError(undocumented("a list SecurityGroupSet without an end"))


def _parts(values: Sequence[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(values), size):
        yield list(values[start : start + size])
