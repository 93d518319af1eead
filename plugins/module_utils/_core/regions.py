# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Regions of traffic: how they are written, and how dangerous it is when they open."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import IntEnum
from ipaddress import IPv4Address, IPv6Address, summarize_address_range
from itertools import islice

from .rules import (
    ALL_PORTS,
    ANYWHERE,
    IPV6,
    PROTOCOLS,
    WITH_TYPES,
    Direction,
    Span,
    addresses,
    icmp_ports,
    is_addresses,
    joined,
    protocol_number,
    without,
)

ALL_PROTOCOLS = frozenset(range(256))

FAMILIES: tuple[tuple[Span, str], ...] = (((0, IPV6 - 1), "0.0.0.0/0"), ((IPV6, ANYWHERE[1]), "::/0"))

MOST_NETWORKS = 3
"""How many networks stand for a range of addresses. What takes more is written as its first and last address."""

PRIVATE = joined(
    addresses(one)
    for one in ("10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16")
)

INTERNET = tuple(without([addresses(one)], PRIVATE) for one in ("0.0.0.0-223.255.255.255", "2000::/3"))
"""The addresses of the internet, those of IPv4 and those of IPv6."""

SENSITIVE = (22, 3389, 445, 2049, 3306, 5432, 1433, 6379, 27017, 9200, 11211, 2375, 6443)
"""TCP ports that are attacked once they are open, the worst first."""

_WORDS = {number: word for word, number in PROTOCOLS.items()}


class Reach(IntEnum):
    """How far peers may be away: half of the internet or more, some of it, none of it, or in a set with a name."""

    INTERNET = 0
    PUBLIC = 1
    PRIVATE = 2
    NAMED = 3


@dataclass(frozen=True, slots=True)
class Region:
    """Traffic in one direction: each of the protocols, on each of the ports, with each of the peers.

    A peer has one of the ``addresses``, is in all the named sets of ``inside`` and in none of ``outside``. Spans are
    in order and apart. ``by`` is the group that lets it through: of what opens, afterwards; of what closes, before.
    """

    direction: Direction
    protocols: frozenset[int] = ALL_PROTOCOLS
    ports: tuple[Span, ...] = (ALL_PORTS,)
    addresses: tuple[Span, ...] = (ANYWHERE,)
    inside: frozenset[str] = frozenset()
    outside: frozenset[str] = frozenset()
    by: str = ""

    @property
    def reach(self) -> Reach:
        if self.inside:
            return Reach.NAMED
        wholes = [(_size(family), _size(family) - _size(without(family, self.addresses))) for family in INTERNET]
        if any(2 * reached >= whole for whole, reached in wholes):
            return Reach.INTERNET
        return Reach.PUBLIC if any(reached for _whole, reached in wholes) else Reach.PRIVATE

    def narrowed_to_tcp(self, port: int) -> Region | None:
        """Return the part of it that is this TCP port which peers connect to, or None where there is none."""
        tcp = self.direction is Direction.INGRESS and PROTOCOLS["tcp"] in self.protocols
        if not tcp or not any(low <= port <= high for low, high in self.ports):
            return None
        return replace(self, protocols=frozenset({PROTOCOLS["tcp"]}), ports=((port, port),))

    def __str__(self) -> str:
        """Return it in one line, such as ``ingress tcp/22 from 0.0.0.0/0 (allowed by sg-1)``."""
        return one_line(self.as_dict())

    def as_dict(self) -> dict[str, str]:
        """Return it as users see it. ``parsed`` makes the same region of that.

        protocol: ``tcp``, ``tcp, udp``, ``47``, ``all``, ``all except tcp``.
        ports: ``22``, ``20-25, 80``, ``all``; of ICMP types, ``8``, or a type and a code, ``3/4``.
        peer: ``10.0.0.0/8, fd00::/8``, ``0.0.0.0/0 except 10.0.0.0/8, sg-1``, ``sg-1``, ``sg-1 and sg-2 in ::/0``.
        """
        return {
            "direction": str(self.direction),
            "protocol": _protocol_text(self.protocols),
            "ports": _ports_text(self.protocols, self.ports),
            "peer": _peer_text(self),
            "by": self.by,
        }


def one_line(entry: Mapping[str, str]) -> str:
    """Return what ``as_dict`` has written in one line."""
    ports = "" if entry["ports"] == "all" else f"/{entry['ports']}"
    what = "all traffic" if (entry["protocol"], ports) == ("all", "") else f"{entry['protocol']}{ports}"
    way = "from" if entry["direction"] == Direction.INGRESS else "to"
    by = f" (allowed by {entry['by']})" if entry["by"] else ""
    return f"{entry['direction']} {what} {way} {entry['peer']}{by}"


def parsed(entry: Mapping[str, str]) -> Region:
    """Return the region that ``as_dict`` has written."""
    protocols = _parsed_protocols(entry["protocol"])
    spans, inside, outside = _parsed_peer(entry["peer"])
    return Region(
        direction=Direction(entry["direction"]),
        protocols=protocols,
        ports=_parsed_ports(protocols, entry["ports"]),
        addresses=spans,
        inside=inside,
        outside=outside,
        by=entry["by"],
    )


def danger(region: Region, *, closes: bool = False) -> tuple[object, ...]:
    """Return what regions are sorted by to have the most dangerous first."""
    sensitive = len(SENSITIVE)
    if PROTOCOLS["tcp"] in region.protocols:
        reached = (n for n, port in enumerate(SENSITIVE) if any(low <= port <= high for low, high in region.ports))
        sensitive = next(reached, sensitive)
    size = len(region.protocols) * _size(region.ports) * _size(region.addresses)
    entry = region.as_dict()
    return (
        region.direction is Direction.EGRESS,
        closes,
        region.reach,
        sensitive,
        -size,
        entry["protocol"],
        entry["peer"],
        entry["by"],
    )


def _size(spans: Iterable[Span]) -> int:
    return sum(last - first + 1 for first, last in spans)


def _protocol_text(protocols: frozenset[int]) -> str:
    others = ALL_PROTOCOLS - protocols
    if not others:
        return "all"
    if len(others) < len(protocols):
        return f"all except {_protocol_text(others)}"
    return ", ".join(_WORDS.get(one, str(one)) for one in sorted(protocols))


def _parsed_protocols(text: str) -> frozenset[int]:
    if text == "all":
        return ALL_PROTOCOLS
    if text.startswith("all except "):
        return ALL_PROTOCOLS - _parsed_protocols(text.removeprefix("all except "))
    return frozenset(number for word in text.split(", ") if (number := protocol_number(word)) is not None)


def _ports_text(protocols: frozenset[int], ports: tuple[Span, ...]) -> str:
    if ports == (ALL_PORTS,):
        return "all"
    return ", ".join(_types_text(one) if protocols <= WITH_TYPES else _span_text(*one) for one in ports)


def _span_text(first: object, last: object) -> str:
    return f"{first}" if first == last else f"{first}-{last}"


def _types_text(span: Span) -> str:
    (first, code), (last, last_code) = divmod(span[0], 256), divmod(span[1], 256)
    if (code, last_code) == (0, 255):
        return _span_text(first, last)
    return _span_text(f"{first}/{code}", f"{last}/{last_code}")


def _parsed_ports(protocols: frozenset[int], text: str) -> tuple[Span, ...]:
    if text == "all":
        return (ALL_PORTS,)
    spans = []
    for term in text.split(", "):
        first, _dash, last = term.partition("-")
        ends = [
            _parsed_type(one) if protocols <= WITH_TYPES else (int(one), int(one)) for one in (first, last or first)
        ]
        spans.append((ends[0][0], ends[1][1]))
    return tuple(spans)


def _parsed_type(text: str) -> Span:
    icmp_type, slash, code = text.partition("/")
    return icmp_ports(int(icmp_type), int(code) if slash else -1)


def _peer_text(region: Region) -> str:
    """Write a peer. Of each family what takes fewer words: the addresses, or those that it is without."""
    terms: list[str] = []
    but: list[str] = []
    for (first, last), whole in FAMILIES:
        spans = [(max(first, low), min(last, high)) for low, high in region.addresses if low <= last and high >= first]
        written = [term for span in spans for term in _networks(span)]
        missing = [term for span in without([(first, last)], spans) for term in _networks(span)]
        if spans and len(missing) < len(written):
            written = [whole]
            but += missing
        terms += written
    names = " and ".join(sorted(region.inside))
    everywhere = terms == [whole for _family, whole in FAMILIES]
    text = names if names and everywhere else " in ".join(filter(None, (names, ", ".join(terms))))
    but += sorted(region.outside)
    return f"{text} except {', '.join(but)}" if but else text


def _networks(span: Span) -> list[str]:
    low, high = (_address(one) for one in span)
    networks = list(islice(summarize_address_range(low, high), MOST_NETWORKS + 1))
    return [f"{low}-{high}"] if len(networks) > MOST_NETWORKS else [str(one) for one in networks]


def _address(number: int) -> IPv4Address | IPv6Address:
    return IPv4Address(number) if number < IPV6 else IPv6Address(number - IPV6)


def _parsed_peer(text: str) -> tuple[tuple[Span, ...], frozenset[str], frozenset[str]]:
    peers, _except, but = text.partition(" except ")
    names, within, terms = peers.partition(" in ")
    if not within and is_addresses(names.split(", ")[0]):
        names, terms = "", peers
    spans = joined(addresses(one) for one in terms.split(", ")) if terms else (ANYWHERE,)
    missing = [one for one in but.split(", ") if one]
    outside = frozenset(one for one in missing if not is_addresses(one))
    spans = without(spans, joined(addresses(one) for one in missing if one not in outside))
    return spans, frozenset(names.split(" and ")) if names else frozenset(), outside
