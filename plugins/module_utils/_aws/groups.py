# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Security groups of EC2: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from .._ansible.text import line
from .._core.adapter import Group, Snapshot
from .._core.errors import CloudError, ErrorKind, Failure
from .._core.kind import IdForm
from .._core.review import RuleReviewer
from .listing import Listing, undocumented

if TYPE_CHECKING:
    from .session import Session

SECURITY_GROUP_ID = IdForm(re.compile("sg-[0-9a-f]{8,40}"), "sg-0123456789abcdef0")

BATCH = 200
"""Values that a filter may have."""

PAGE = {"MaxResults": 1000}

OF_REGION = Listing(
    "ec2",
    "DescribeSecurityGroups",
    "describe_security_groups",
    "ec2:DescribeSecurityGroups",
    "SecurityGroups",
    "security groups",
)
OF_VPC = Listing(
    "ec2",
    "GetSecurityGroupsForVpc",
    "get_security_groups_for_vpc",
    "ec2:GetSecurityGroupsForVpc",
    "SecurityGroupForVpcs",
    "security groups",
)


class SecurityGroups:
    """Directory of security groups."""

    by_vpc = True

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, references: Sequence[str], /) -> list[Group]:
        # By filters, because of several ids one that is unknown has EC2 refuse the call.
        return [
            _group(one, line(one.get("VpcId") or "") or None)
            for filters in by_references(references)
            for _read_at, page in OF_REGION.pages(self._session, {"Filters": filters, **PAGE})
            for one in page
        ]

    def of_vpc(self, vpc_id: str | None, references: Sequence[str], /) -> list[Group]:
        """Return groups that are associated with the VPC or that its owner shares, which ``find`` may not show."""
        if vpc_id is None:
            raise CloudError(Failure(ErrorKind.STATE, "the VPC is not known yet"))
        return [
            _group(one, vpc_id)
            for filters in by_references(references)
            for _read_at, page in OF_VPC.pages(self._session, {"VpcId": vpc_id, "Filters": filters, **PAGE})
            for one in page
        ]

    def misfit(self, seen: Snapshot, group: Group, /) -> str | None:
        if group.vpc_id == seen.vpc_id:
            return None
        return f"belongs to {group.vpc_id} and cannot be attached in {seen.vpc_id or 'a VPC that is not known yet'}"

    def reviewer(self) -> RuleReviewer:
        from . import rules

        return RuleReviewer(partial(rules.read, self._session), rules.PERMISSION, drops=False)


def _group(entry: Mapping[str, Any], vpc_id: str | None) -> Group:
    if not SECURITY_GROUP_ID.fits(entry.get("GroupId")) or not entry.get("GroupName"):
        raise CloudError(undocumented("the list of security groups"))
    return Group(entry["GroupId"], entry["GroupName"], vpc_id)


def by_references(references: Sequence[str]) -> Iterator[list[dict[str, object]]]:
    """Yield filters that together fit all references. Names with a wildcard in them fit other names as well."""
    ids = [one for one in references if SECURITY_GROUP_ID.fits(one)]
    names = [one for one in references if not SECURITY_GROUP_ID.fits(one)]
    for name, values in (("group-id", ids), ("group-name", names)):
        for start in range(0, len(values), BATCH):
            yield [{"Name": name, "Values": values[start : start + BATCH]}]
