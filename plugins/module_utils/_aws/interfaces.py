# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The groups of network interfaces, many with one call of EC2.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeNetworkInterfaces.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .._ansible.options import Runtime
from .._core.errors import CloudError, ErrorKind, Failure
from .._core.kind import IdForm
from .groups import SECURITY_GROUP_ID
from .listing import Listing, undocumented

if TYPE_CHECKING:
    from .session import Session

INTERFACE_ID = IdForm(re.compile("eni-[0-9a-f]{8,40}"), "eni-0123456789abcdef0")
BATCH = 200
"""How many network interfaces a filter may name."""

PAGE = {"MaxResults": 1000}

INTERFACES = Listing(
    "ec2",
    "DescribeNetworkInterfaces",
    "describe_network_interfaces",
    "ec2:DescribeNetworkInterfaces",
    "NetworkInterfaces",
    "network interfaces",
)


@dataclass(frozen=True, slots=True)
class Interface:
    """The security groups of a network interface, with their names by ID, and the clock's time before the reading."""

    groups: tuple[str, ...]
    names: Mapping[str, str]
    read_at: float


class Interfaces:
    """Reads network interfaces, if the account permits it.

    Whether it does is found out with one call. ``usable`` is None before that.
    """

    def __init__(self, session: Session, runtime: Runtime) -> None:
        self.usable: bool | None = None
        self._session = session
        self._runtime = runtime

    def read(self, ids: Sequence[str]) -> dict[str, Interface | Failure]:
        """Return what EC2 shows of network interfaces by ID; nothing of those that it does not show.

        Nothing at all once EC2 cannot be used.
        """
        batches = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
        found: dict[str, Interface | Failure] = {}
        while batches and self.usable is None:
            found.update(self._tried(batches.pop(0)))
        if self.usable:
            for answer in self._runtime.together(self._tried, batches):
                found.update(answer)
        return found

    def _tried(self, ids: Sequence[str]) -> Mapping[str, Interface | Failure]:
        answer = self._read(ids)
        if not isinstance(answer, Failure):
            self.usable = True
            return answer
        if answer.kind is ErrorKind.THROTTLED or (self.usable and answer.passes):
            return dict.fromkeys(ids, answer)
        # The account may not, or no longer, or it is an endpoint that is not one of EC2.
        self.usable = False
        return {}

    def _read(self, ids: Sequence[str]) -> dict[str, Interface | Failure] | Failure:
        try:
            return {
                one.get("NetworkInterfaceId", ""): _interface(one, read_at)
                for read_at, page in INTERFACES.pages(self._session, by_ids(ids))
                for one in page
            }
        except CloudError as error:
            return error.failure


def by_ids(ids: Sequence[str]) -> dict[str, Any]:
    """Return the arguments that list network interfaces by their IDs.

    By a filter, because of several IDs one that is unknown has EC2 refuse the call.
    """
    return {"Filters": [{"Name": "network-interface-id", "Values": list(ids)}], **PAGE}


def _interface(entry: Mapping[str, Any], read_at: float) -> Interface | Failure:
    groups = [(one.get("GroupId"), one.get("GroupName")) for one in entry.get("Groups", ())]
    # A list that is only half understood would be written back without the rest. An interface always has a group.
    if not groups or not all(SECURITY_GROUP_ID.fits(group_id) for group_id, _name in groups):
        return undocumented("the list of security groups")
    names = {group_id: name for group_id, name in groups if isinstance(name, str) and name}
    return Interface(tuple(group_id for group_id, _name in groups), names, read_at)
