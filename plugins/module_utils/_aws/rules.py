# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules of security groups: what they allow, which is the union of what all groups allow.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_IpPermission.html
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from .._core.errors import CloudError
from .._core.review import reason
from .._core.rules import (
    ALL_PORTS,
    ODD,
    WITH_PORTS,
    WITH_TYPES,
    Direction,
    Peer,
    Rule,
    Span,
    addresses,
    icmp_ports,
    protocol_number,
    unread,
)
from .groups import OF_REGION, PAGE, by_references
from .listing import Entry, Listing

if TYPE_CHECKING:
    from .session import Session

PERMISSION = OF_REGION.permission

ENTRIES = Listing(
    "ec2",
    "GetManagedPrefixListEntries",
    "get_managed_prefix_list_entries",
    "ec2:GetManagedPrefixListEntries",
    "Entries",
    "prefix list entries",
)
UNSEEN = "it does not exist, or belongs to an account that does not show its rules"


def read(session: Session, groups: Sequence[str]) -> dict[str, tuple[Rule, ...]]:
    """Return the rules of groups; raise CloudError where none can be read."""
    found: dict[str, Entry] = {
        entry["GroupId"]: entry
        for filters in by_references(groups)
        for _read_at, page in OF_REGION.pages(session, {"Filters": filters, **PAGE})
        for entry in page
    }
    lists: dict[str, list[Peer]] = {}
    return {
        group: tuple(_rules(session, group, found[group], lists))
        if group in found
        else unread(group, UNSEEN, drops=False)
        for group in groups
    }


def _rules(session: Session, group: str, entry: Entry, lists: dict[str, list[Peer]]) -> Iterator[Rule]:
    for direction, name in ((Direction.INGRESS, "IpPermissions"), (Direction.EGRESS, "IpPermissionsEgress")):
        for permission in entry.get(name) or ():
            try:
                protocol = protocol_number(permission["IpProtocol"])
                ports = _ports(protocol, permission)
                for peer, why in _peers(session, permission, lists):
                    yield Rule(group, direction, True, protocol, ports, peer, reason=why)
            except (KeyError, TypeError, ValueError):
                yield Rule(group, direction, True, certain=False, reason=ODD)


def _ports(protocol: int | None, permission: Entry) -> Span:
    first, last = permission.get("FromPort"), permission.get("ToPort")
    if protocol in WITH_TYPES and first is not None:
        return icmp_ports(first, -1 if last is None else last)
    if protocol in WITH_PORTS and first not in (None, -1) and last is not None:
        return first, last
    return ALL_PORTS


def _peers(session: Session, permission: Entry, lists: dict[str, list[Peer]]) -> Iterator[Peer]:
    for one in permission.get("IpRanges") or ():
        yield addresses(one["CidrIp"]), ""
    for one in permission.get("Ipv6Ranges") or ():
        yield addresses(one["CidrIpv6"]), ""
    for one in permission.get("UserIdGroupPairs") or ():
        yield one["GroupId"], ""
    for one in permission.get("PrefixListIds") or ():
        prefix_list = one["PrefixListId"]
        if prefix_list not in lists:
            lists[prefix_list] = _entries(session, prefix_list)
        yield from lists[prefix_list]


def _entries(session: Session, prefix_list: str) -> list[Peer]:
    try:
        pages = list(ENTRIES.pages(session, {"PrefixListId": prefix_list, "MaxResults": 100}))
    except CloudError as error:
        return [(prefix_list, reason(error.failure, ENTRIES.permission))]
    return [(addresses(entry["Cidr"]), "") for _read_at, page in pages for entry in page]
