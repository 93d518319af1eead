# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules of security groups: the first that matches decides, within a group and from one group to the next.

https://cloud.tencent.com/document/api/215/15804 has the call, https://cloud.tencent.com/document/product/215/38750 the
order of rules.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .._core.errors import CloudError, ErrorKind, Failure
from .._core.review import reason
from .._core.rules import ALL_PORTS, ODD, WITH_PORTS, Direction, Peer, Rule, Span, addresses, protocol_number, unread
from .answers import Entry, entries_of, undocumented

if TYPE_CHECKING:
    from .client import Client

ACTION = "DescribeSecurityGroupPolicies"
PERMISSION = f"vpc:{ACTION}"
ACTIONS = {"ACCEPT": True, "DROP": False}


@dataclass(frozen=True, slots=True)
class _Template:
    """An action that tells what is in a template, or which templates are in a group of them."""

    action: str
    filter: str
    entries: str
    members: str


ADDRESSES = _Template("DescribeAddressTemplates", "address-template-id", "AddressTemplateSet", "AddressSet")
ADDRESS_GROUPS = _Template(
    "DescribeAddressTemplateGroups", "address-template-group-id", "AddressTemplateGroupSet", "AddressTemplateIdSet"
)
SERVICES = _Template("DescribeServiceTemplates", "service-template-id", "ServiceTemplateSet", "ServiceSet")
SERVICE_GROUPS = _Template(
    "DescribeServiceTemplateGroups", "service-template-group-id", "ServiceTemplateGroupSet", "ServiceTemplateIdSet"
)


def read(client: Client, groups: Sequence[str]) -> dict[str, tuple[Rule, ...]]:
    """Return the rules of groups. One that cannot be read hides what those behind it decide."""
    reader = _Reader(client)
    return {group: reader.rules(group) for group in groups}


@dataclass(slots=True)
class _Reader:
    """Reads each template once."""

    _client: Client
    _members: dict[tuple[str, str], list[str] | str] = field(default_factory=dict)

    def rules(self, group: str) -> tuple[Rule, ...]:
        try:
            sides = _sides(self._client.call(ACTION, {"SecurityGroupId": group}))
        except CloudError as error:
            return unread(group, reason(error.failure, PERMISSION), drops=True)
        return tuple(
            rule
            for direction, entries in sides
            for entry in sorted(entries, key=lambda one: one.number("PolicyIndex") or 0)
            for rule in self._rules(group, direction, entry)
        )

    def _rules(self, group: str, direction: Direction, entry: Entry) -> Iterator[Rule]:
        accept = ACTIONS.get((entry.text("Action") or "").upper())
        try:
            services, peers = self._services(entry), self._peers(entry)
        except (CloudError, ValueError) as error:
            services, peers, odd = [], [], error.failure.message if isinstance(error, CloudError) else ODD
        else:
            odd = ODD
        if accept is None or not services or not peers:
            either = (True, False) if accept is None else (accept,)
            yield from (Rule(group, direction, each, certain=False, reason=odd) for each in either)
            return
        for protocol, ports in services:
            for peer, why in peers:
                yield Rule(group, direction, accept, protocol, ports, peer, reason=why)

    def _services(self, entry: Entry) -> list[tuple[int | None, Span]]:
        template, together = entry.text("ServiceTemplate", "ServiceId"), entry.text("ServiceTemplate", "ServiceGroupId")
        if not template and not together:
            return list(_service(entry.text("Protocol") or "ALL", entry.text("Port") or "ALL"))
        found = self._resolved(template, SERVICES, together, SERVICE_GROUPS)
        if isinstance(found, str):
            raise CloudError(Failure(ErrorKind.DENIED, found))
        return [
            one
            for text in found
            for protocol, _colon, ports in [text.partition(":")]
            for one in _service(protocol, ports)
        ]

    def _peers(self, entry: Entry) -> list[Peer]:
        peers: list[Peer] = []
        if cidr := entry.text("CidrBlock"):
            # The documents: 0.0.0.0 with any length of prefix is all of IPv4.
            peers.append((addresses("0.0.0.0/0" if cidr.startswith("0.0.0.0/") else cidr), ""))
        if cidr := entry.text("Ipv6CidrBlock"):
            peers.append((addresses(cidr), ""))
        if group := entry.text("SecurityGroupId"):
            peers.append((group, ""))
        template = entry.text("AddressTemplate", "AddressId") or ""
        together = entry.text("AddressTemplate", "AddressGroupId") or ""
        if template or together:
            found = self._resolved(template, ADDRESSES, together, ADDRESS_GROUPS)
            if isinstance(found, str):
                peers.append((template or together, found))
            else:
                peers += [(addresses(one), "") for one in found]
        return peers

    def _resolved(self, one: str | None, of: _Template, group: str | None, of_group: _Template) -> list[str] | str:
        """Return the members of a template or of a group of them, or why they cannot be known."""
        templates = [one] if one else self._read(of_group, group or "")
        if isinstance(templates, str):
            return templates
        found: list[str] = []
        for template in templates:
            members = self._read(of, template)
            if isinstance(members, str):
                return members
            found += members
        return found

    def _read(self, template: _Template, template_id: str) -> list[str] | str:
        key = template.action, template_id
        if key not in self._members:
            self._members[key] = self._asked(template, template_id)
        return self._members[key]

    def _asked(self, template: _Template, template_id: str) -> list[str] | str:
        which = {"Filters": [{"Name": template.filter, "Values": [template_id]}]}
        try:
            entries = self._client.entries(template.action, which, template.entries)
        except CloudError as error:
            return reason(error.failure, f"vpc:{template.action}")
        return entries[0].texts(template.members) if entries else f"template {template_id} does not exist"


def _sides(response: Mapping[str, Any]) -> list[tuple[Direction, list[Entry]]]:
    policies = response.get("SecurityGroupPolicySet")
    if not isinstance(policies, dict):
        raise CloudError(undocumented("the set SecurityGroupPolicySet"))
    return [(Direction.INGRESS, entries_of(policies, "Ingress")), (Direction.EGRESS, entries_of(policies, "Egress"))]


def _service(protocol: str, ports: str) -> Iterator[tuple[int | None, Span]]:
    number = protocol_number(protocol)
    if number not in WITH_PORTS or ports.upper() in ("ALL", ""):
        yield number, ALL_PORTS
        return
    for span in ports.split(","):
        first, _dash, last = span.partition("-")
        yield number, (int(first), int(last or first))
