# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Security groups of EC2: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeSecurityGroups.html."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .._ansible.options import MOST_PAGES
from .._ansible.text import line
from .._core.adapter import Group, Snapshot
from .._core.errors import CloudError, ErrorKind, Failure
from .._core.kind import IdForm

if TYPE_CHECKING:
    from .session import Session

SECURITY_GROUP_ID = IdForm(re.compile("sg-[0-9a-f]{8,40}"), "sg-0123456789abcdef0")

BATCH = 200
"""Values that a filter may have."""

PAGE = 1000


class SecurityGroups:
    """Directory of security groups."""

    by_vpc = True

    def __init__(self, session: Session, ec2: Callable[[], Any]) -> None:
        """``ec2`` returns the client of EC2, which is made only where it is needed."""
        self._session = session
        self._ec2 = ec2

    def find(self, references: Sequence[str], /) -> list[Group]:
        call = "DescribeSecurityGroups", "describe_security_groups", "SecurityGroups"
        # By filters, because of several ids one that is unknown has EC2 refuse the call.
        return [
            _group(one, line(one.get("VpcId") or "") or None)
            for filters in _filters(references)
            for one in self._pages(*call, Filters=filters)
        ]

    def of_vpc(self, vpc_id: str | None, references: Sequence[str], /) -> list[Group]:
        """Return groups that are associated with the VPC or that its owner shares, which ``find`` may not show."""
        if vpc_id is None:
            raise CloudError(Failure(ErrorKind.STATE, "the VPC is not known yet"))
        call = "GetSecurityGroupsForVpc", "get_security_groups_for_vpc", "SecurityGroupForVpcs"
        return [
            _group(one, vpc_id)
            for filters in _filters(references)
            for one in self._pages(*call, VpcId=vpc_id, Filters=filters)
        ]

    def misfit(self, seen: Snapshot, group: Group, /) -> str | None:
        if group.vpc_id == seen.vpc_id:
            return None
        return f"belongs to {group.vpc_id} and cannot be attached in {seen.vpc_id or 'a VPC that is not known yet'}"

    def _pages(self, action: str, method: str, entries: str, **arguments: object) -> Iterator[Mapping[str, Any]]:
        ec2, token = self._ec2(), None
        for _number in range(MOST_PAGES):
            more = {"NextToken": token} if token else {}
            with self._session.call(action, permissions=f"ec2:{action}"):
                # A version of botocore that does not know the action has no such method.
                page = getattr(ec2, method)(**arguments, **more, MaxResults=PAGE)
                found, token = list(page[entries]), page.get("NextToken")
            yield from found
            if not token:
                return
        raise CloudError(_undocumented())


def _group(entry: Mapping[str, Any], vpc_id: str | None) -> Group:
    if not SECURITY_GROUP_ID.fits(entry["GroupId"]):
        raise CloudError(_undocumented())
    return Group(entry["GroupId"], entry["GroupName"], vpc_id)


def _undocumented() -> Failure:
    problem = "the list of security groups that AWS answers is not as documented; run the task again"
    return Failure(ErrorKind.TRANSIENT, problem, passes=True)


def _filters(references: Sequence[str]) -> Iterator[list[dict[str, object]]]:
    """Yield filters that together fit all references. Names with a wildcard in them fit other names as well."""
    ids = [one for one in references if SECURITY_GROUP_ID.fits(one)]
    names = [one for one in references if not SECURITY_GROUP_ID.fits(one)]
    for name, values in (("group-id", ids), ("group-name", names)):
        for start in range(0, len(values), BATCH):
            yield [{"Name": name, "Values": values[start : start + BATCH]}]
