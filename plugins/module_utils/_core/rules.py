# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules of security groups, in the one form that those of every cloud can be written in.

A list of rules is read from top to bottom. The first rule that matches decides, and what no rule matches is dropped.
Where rules only allow and their order means nothing, any order of them is such a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address, ip_network
from typing import TypeAlias

Span = tuple[int, int]
"""The first and the last of consecutive numbers."""

ALL_PORTS: Span = (0, 65535)

IPV6 = 1 << 32
"""Where the addresses of IPv6 begin: behind those of IPv4, on one axis."""

ANYWHERE: Span = (0, IPV6 + (1 << 128) - 1)

PROTOCOLS = {"icmp": 1, "tcp": 6, "udp": 17, "gre": 47, "icmpv6": 58}
"""The protocols that have a name in rules. Others are numbers."""

WITH_PORTS = frozenset({6, 17})
WITH_TYPES = frozenset({1, 58})

_NAME = re.compile(r"[A-Za-z][^\s,]*")
_WORDS = frozenset({"all", "and", "except", "in"})


class Direction(StrEnum):
    """Which way a connection is opened, seen from the resource. Rules are stateful: the way back is open."""

    INGRESS = "ingress"
    EGRESS = "egress"


Peer: TypeAlias = "tuple[Span | str, str]"
"""The peer of a rule, and why it was not resolved where it could have been."""

ODD = "one of its rules is not as documented"
"""Why a rule was not understood."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, for one protocol (None is all of them), one span of ports and one peer.

    What a cloud writes as one rule with several ports or peers is several here, one behind the other.

    ``ports`` of ICMP are types and codes as ``icmp_ports`` counts them. Protocols without either have all ports.

    ``peer`` is a span of addresses as ``addresses`` counts them, or the name of a set of addresses nobody has resolved:
    another group, a template, a prefix list. Any address may be in such a set, and in several.

    ``certain`` is False for a rule that was not understood completely: within what it says here it may or may not
    match. ``reason`` says why, or why the peer was not resolved where it could have been.
    """

    group: str
    direction: Direction
    accept: bool
    protocol: int | None = None
    ports: Span = ALL_PORTS
    peer: Span | str = ANYWHERE
    certain: bool = True
    reason: str = ""

    def __post_init__(self) -> None:
        if self.protocol is not None and not 0 <= self.protocol <= 255:
            raise ValueError(f"'{self.protocol}' is not an IP protocol; give a number from 0 to 255")
        if not ALL_PORTS[0] <= self.ports[0] <= self.ports[1] <= ALL_PORTS[1]:
            raise ValueError(f"{self.ports} are not ports; give the first and the last, from 0 to 65535")
        if self.ports != ALL_PORTS and self.protocol not in WITH_PORTS | WITH_TYPES:
            raise ValueError(f"protocol {self.protocol} does not have ports; give all of them")
        if isinstance(self.peer, str):
            if not _NAME.fullmatch(self.peer) or self.peer in _WORDS or is_addresses(self.peer):
                raise ValueError(f"'{self.peer}' cannot name a set of addresses; give its ID")
        elif not ANYWHERE[0] <= self.peer[0] <= self.peer[1] <= ANYWHERE[1]:
            raise ValueError(f"{self.peer} are not addresses; give the first and the last")


@dataclass(frozen=True, slots=True)
class Rules:
    """The rules that hold for a resource, first those that are looked at first.

    ``accept`` is what becomes of traffic that no rule matches.
    """

    rules: tuple[Rule, ...] = ()
    accept: bool = False


def unread(group: str, reason: str, *, drops: bool) -> tuple[Rule, ...]:
    """Return what stands for the rules of a group that could not be read.

    Where groups may drop traffic, it hides what the groups behind it decide; elsewhere what they allow stays allowed.
    """
    return tuple(
        Rule(group, direction, accept, certain=False, reason=reason)
        for direction in Direction
        for accept in ((True, False) if drops else (True,))
    )


def protocol_number(word: str) -> int | None:
    """Return the number of a protocol that is written as a name or a number, None for all: ``all`` or ``-1``."""
    lower = word.lower()
    if lower in ("all", "-1"):
        return None
    return PROTOCOLS[lower] if lower in PROTOCOLS else int(lower)


def icmp_ports(icmp_type: int, code: int = -1) -> Span:
    """Return the span that stands for an ICMP type and code: 256 codes a type. -1 is any."""
    if icmp_type == -1:
        return ALL_PORTS
    return (icmp_type * 256, icmp_type * 256 + 255) if code == -1 else (icmp_type * 256 + code,) * 2


def addresses(text: str) -> Span:
    """Return the span of an address, a network or ``first-last``. A network may have host bits set, as some clouds do.

    Raises ValueError for anything else.
    """
    first, dash, last = text.partition("-")
    if not dash:
        network = ip_network(text.strip(), strict=False)
        base = 0 if network.version == 4 else IPV6
        return base + int(network.network_address), base + int(network.broadcast_address)
    low, high = ip_address(first.strip()), ip_address(last.strip())
    if low.version != high.version or int(low) > int(high):
        raise ValueError(f"'{text}' is not a range of addresses")
    base = 0 if low.version == 4 else IPV6
    return base + int(low), base + int(high)


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return the same numbers as few spans, in order."""
    found: list[Span] = []
    for first, last in sorted(spans):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


def without(spans: Iterable[Span], taken: Sequence[Span]) -> tuple[Span, ...]:
    """Return what remains of ``spans``, which are in order and apart, as those of ``taken`` are."""
    found: list[Span] = []
    for first, last in spans:
        start = first
        for low, high in taken:
            if high < start or low > last:
                continue
            if low > start:
                found.append((start, low - 1))
            start = high + 1
        if start <= last:
            found.append((start, last))
    return tuple(found)


def is_addresses(text: str) -> bool:
    """Tell whether ``addresses`` can read it."""
    try:
        addresses(text)
    except ValueError:
        return False
    return True
