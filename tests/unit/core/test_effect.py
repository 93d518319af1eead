# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a change opens and closes, against an evaluation of one packet after the other, which is written apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from itertools import product
from random import Random
from typing import Any

import pytest
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.effect import Effect, effect_of
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.regions import (
    Region,
    parsed,
)
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.rules import (
    ALL_PORTS,
    ANYWHERE,
    IPV6,
    Direction,
    Rule,
    Rules,
    addresses,
    icmp_ports,
    protocol_number,
)
from hypothesis import given, settings
from hypothesis import strategies as st

INGRESS, EGRESS = Direction.INGRESS, Direction.EGRESS
Address = IPv4Address | IPv6Address

# --- Rules as words, and what they do to one packet. Nothing below looks at how the engine does it. ---


@dataclass(frozen=True)
class Line:
    """A rule as a person writes it: ``22``, ``20-25``, of ICMP ``8`` or ``3/4``; a network, a range or a name."""

    direction: str
    accept: bool
    protocol: str
    ports: str
    peer: str
    certain: bool = True


@dataclass(frozen=True)
class Packet:
    direction: str
    protocol: int
    port: int
    icmp: tuple[int, int]
    address: Address
    sets: frozenset[str]


NUMBERS = {"icmp": 1, "tcp": 6, "udp": 17, "gre": 47, "icmpv6": 58, "132": 132}

Group = tuple[str, Sequence[Line]]


def speaks_of(line: Line, packet: Packet) -> bool:
    if line.direction != packet.direction:
        return False
    if line.protocol != "all" and NUMBERS[line.protocol] != packet.protocol:
        return False
    if line.ports != "all":
        if line.protocol.startswith("icmp"):
            icmp_type, _slash, code = line.ports.partition("/")
            if int(icmp_type) != packet.icmp[0] or (code and int(code) != packet.icmp[1]):
                return False
        else:
            first, _dash, last = line.ports.partition("-")
            if not int(first) <= packet.port <= int(last or first):
                return False
    return from_peer(line.peer, packet)


def from_peer(peer: str, packet: Packet) -> bool:
    if peer == "any":
        return True
    if peer.startswith("set-"):
        return peer in packet.sets
    first, last = ends(peer)
    return first.version == packet.address.version and first <= packet.address <= last


@cache
def ends(peer: str) -> tuple[Any, Any]:
    if "-" in peer:
        first, last = (ip_address(one) for one in peer.split("-"))
        return first, last
    return ip_network(peer)[0], ip_network(peer)[-1]


def verdict(groups: Sequence[Group], packet: Packet, matching: frozenset[tuple[str, int]]) -> bool:
    """Go through the rules, where those of the uncertain ones match that are in ``matching``."""
    for name, lines in groups:
        for place, line in enumerate(lines):
            if speaks_of(line, packet) and (line.certain or (name, place) in matching):
                return line.accept
    return False


def outcome(before: Sequence[Group], after: Sequence[Group], packet: Packet) -> str:
    """Try everything that the uncertain rules may do."""
    uncertain = {
        (name, place)
        for name, lines in (*before, *after)
        for place, line in enumerate(lines)
        if not line.certain and speaks_of(line, packet)
    }
    found = set()
    for chosen in product((False, True), repeat=len(uncertain)):
        matching = frozenset(one for one, matches in zip(uncertain, chosen, strict=True) if matches)
        found.add((verdict(before, packet, matching), verdict(after, packet, matching)))
    if found == {(False, True)}:
        return "opens"
    if found == {(True, False)}:
        return "closes"
    return "same" if all(was == is_now for was, is_now in found) else "undecided"


# --- The same rules for the engine, and where it has a packet. ---


def rules(groups: Sequence[Group]) -> Rules:
    return Rules(tuple(rule(name, line) for name, lines in groups for line in lines))


def rule(group: str, line: Line) -> Rule:
    ports = ALL_PORTS
    if line.ports != "all":
        if line.protocol.startswith("icmp"):
            ports = icmp_ports(*(int(one) for one in line.ports.split("/")))
        else:
            first, _dash, last = line.ports.partition("-")
            ports = int(first), int(last or first)
    peer = ANYWHERE if line.peer == "any" else line.peer if line.peer.startswith("set-") else addresses(line.peer)
    reason = "" if line.certain else "unreadable"
    return Rule(
        group, Direction(line.direction), line.accept, protocol_number(line.protocol), ports, peer, line.certain, reason
    )


def holds(region: Region, packet: Packet) -> bool:
    port = packet.icmp[0] * 256 + packet.icmp[1] if packet.protocol in (1, 58) else packet.port
    address = int(packet.address) + (IPV6 if packet.address.version == 6 else 0)
    return (
        region.direction == packet.direction
        and packet.protocol in region.protocols
        and region.inside <= packet.sets
        and not region.outside & packet.sets
        and any(first <= port <= last for first, last in region.ports)
        and any(first <= address <= last for first, last in region.addresses)
    )


def told(effect: Effect, packet: Packet) -> str:
    found = [
        name
        for name, regions in (("opens", effect.opens), ("closes", effect.closes), ("undecided", effect.undecided))
        if [region for region in regions if holds(region, packet)]
    ]
    assert len(found) < 2, found
    return found[0] if found else "same"


# --- Random rules and packets. ---

PEERS = (
    "any",
    "0.0.0.0/0",
    "::/0",
    "10.0.0.0/8",
    "10.1.0.0/16",
    "10.1.2.3/32",
    "10.1.2.250-10.1.3.9",
    "128.0.0.0/1",
    "255.255.255.255/32",
    "0.0.0.0/32",
    "fd00::/8",
    "fd00::7-fd00::1:5",
    "::/128",
    "2000::/3",
    "set-a",
    "set-b",
    "set-c",
)
PORTS = ("all", "0", "22", "20-25", "23-80", "80", "65535", "1024-65535")
TYPES = ("all", "0", "8", "3/4", "3", "255/255")


def random_line(random: Random, *, drops: bool) -> Line:
    protocol = random.choice(("all", "tcp", "tcp", "udp", "icmp", "icmpv6", "gre", "132"))
    ports = "all"
    if protocol in ("tcp", "udp"):
        ports = random.choice(PORTS)
    elif protocol.startswith("icmp"):
        ports = random.choice(TYPES)
    return Line(
        direction=random.choice((INGRESS, INGRESS, EGRESS)),
        accept=not drops or random.random() < 0.6,
        protocol=protocol,
        ports=ports,
        peer=random.choice(PEERS),
        certain=random.random() < 0.85,
    )


def random_group(random: Random, name: str, *, drops: bool) -> Group:
    if random.random() < 0.1:
        # What cannot be read at all: it may let through anything, and where there are drops, drop anything.
        verdicts = (True, False) if drops else (True,)
        return name, [Line(way, accept, "all", "all", "any", certain=False) for way in Direction for accept in verdicts]
    return name, [random_line(random, drops=drops) for _time in range(random.randrange(7))]


def random_change(random: Random) -> tuple[list[Group], list[Group]]:
    drops = random.random() < 0.7
    groups = [random_group(random, f"sg-{number}", drops=drops) for number in range(4)]
    before = random.sample(groups, random.randrange(5))
    if random.random() < 0.3:
        return before, random.sample(before, len(before))
    return before, random.sample(groups, random.randrange(5))


def random_packet(random: Random, change: tuple[Sequence[Group], Sequence[Group]]) -> Packet:
    """Make a packet that stands at the border of a rule, mostly."""
    lines = [line for groups in change for _name, lines in groups for line in lines]
    line = random.choice(lines) if lines else Line(INGRESS, True, "all", "all", "any")
    edges = [int(one) for one in line.ports.split("-")] if line.ports != "all" and "icmp" not in line.protocol else [0]
    types = [int(one) for one in line.ports.split("/")] if line.ports != "all" and "icmp" in line.protocol else [0]
    port = random.choice([*edges, 22, 80, random.randrange(65536)]) + random.choice((-1, 0, 0, 1))
    icmp = random.choice([types[0], 3, 8]) + random.choice((-1, 0, 0, 1)), random.choice([types[-1], 0, 4, 255])
    return Packet(
        direction=line.direction if random.random() < 0.9 else random.choice((INGRESS, EGRESS)),
        protocol=NUMBERS.get(line.protocol, 0) if random.random() < 0.7 else random.choice((1, 6, 17, 47, 58, 132, 99)),
        port=min(max(port, 0), 65535),
        icmp=(min(max(icmp[0], 0), 255), icmp[1]),
        address=random_address(random, line.peer if random.random() < 0.7 else random.choice(PEERS)),
        sets=frozenset(one for one in ("set-a", "set-b", "set-c") if random.random() < 0.35),
    )


def random_address(random: Random, peer: str) -> Address:
    if peer == "any" or peer.startswith("set-"):
        peer = random.choice(("0.0.0.0/0", "::/0"))
    first, last = ends(peer)
    number = random.choice((int(first), int(last), random.randint(int(first), int(last)))) + random.choice(
        (-1, 0, 0, 1)
    )
    return type(first)(min(max(number, 0), (1 << first.max_prefixlen) - 1))


POINTS = 130_000
SHARES = 4
A_CHANGE = 65


@pytest.mark.parametrize("share", range(SHARES))
def test_the_engine_agrees_with_one_packet_after_the_other(share: int) -> None:
    random = Random(share)
    seen: Counter[str] = Counter()
    while seen.total() < POINTS // SHARES:
        change = random_change(random)
        effect = effect_of(*map(rules, change))
        for region in (*effect.opens, *effect.closes, *effect.undecided):
            assert parsed(region.as_dict()) == region
        for _time in range(A_CHANGE):
            packet = random_packet(random, change)
            wanted = outcome(*change, packet)
            assert told(effect, packet) == wanted, (change, packet)
            seen[wanted] += 1
    print(seen)
    # A comparison that only ever meets what stays the same would show nothing.
    assert all(seen[one] > POINTS // SHARES // 50 for one in ("opens", "closes", "undecided", "same")), seen


@settings(max_examples=150)
@given(st.randoms(use_true_random=False))
def test_the_engine_agrees_on_changes_that_hypothesis_makes(random: Random) -> None:
    change = random_change(random)
    effect = effect_of(*map(rules, change))
    for _time in range(10):
        packet = random_packet(random, change)
        assert told(effect, packet) == outcome(*change, packet)
