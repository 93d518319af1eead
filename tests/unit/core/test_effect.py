# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a change opens and closes, against an evaluation of one packet after the other, which is written apart."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from itertools import product
from random import Random
from typing import Any

import pytest
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.effect import (
    MOST_DOUBTFUL_NAMES,
    Effect,
    effect_of,
)
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.regions import (
    ALL_PROTOCOLS,
    Reach,
    Region,
    danger,
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
    joined,
    protocol_number,
    unread,
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
        certain=random.random() < 0.9,
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


POINTS = 104_000
SHARES = 4
A_CHANGE = 80


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
    # A comparison that only ever meets what stays the same would show nothing.
    assert all(seen[one] > POINTS // SHARES // 50 for one in ("opens", "closes", "undecided", "same")), seen


@settings(max_examples=60)
@given(st.randoms(use_true_random=False))
def test_the_engine_agrees_on_changes_that_hypothesis_makes(random: Random) -> None:
    change = random_change(random)
    effect = effect_of(*map(rules, change))
    for _time in range(10):
        packet = random_packet(random, change)
        assert told(effect, packet) == outcome(*change, packet)


# --- What a user reads. ---

WORLD = "in accept tcp 22 0.0.0.0/0"


def groups(text: str) -> list[Group]:
    """Read ``sg-1: in accept tcp 22 10.0.0.0/8; out drop all all any``, a line a group; ``maybe`` is not certain."""
    found = []
    for line in filter(None, map(str.strip, text.splitlines())):
        name, _colon, rest = line.partition(":")
        lines = []
        for words in filter(None, (one.split() for one in rest.split(";"))):
            way, verdict_, protocol, ports, peer = words[:5]
            direction = INGRESS if way == "in" else EGRESS
            lines.append(Line(direction, verdict_ == "accept", protocol, ports, peer, certain=words[5:] != ["maybe"]))
        found.append((name, lines))
    return found


def written(regions: Sequence[Region]) -> list[str]:
    return ["{direction} {protocol} {ports} {peer} by {by}".format(**region.as_dict()) for region in regions]


@pytest.mark.parametrize(
    ("before", "after", "opens", "closes"),
    [
        pytest.param("", f"sg-1: {WORLD}", ["ingress tcp 22 0.0.0.0/0 by sg-1"], [], id="attach what lets all in"),
        pytest.param(f"sg-1: {WORLD}", "", [], ["ingress tcp 22 0.0.0.0/0 by sg-1"], id="detach it"),
        pytest.param(
            f"sg-1: {WORLD}\n sg-2: in accept tcp 20-25 0.0.0.0/0",
            "sg-2: in accept tcp 20-25 0.0.0.0/0",
            [],
            [],
            id="detach what another group lets in too",
        ),
        pytest.param(
            f"sg-1: in drop tcp 22 0.0.0.0/0\n sg-2: {WORLD}",
            f"sg-2: {WORLD}\n sg-1: in drop tcp 22 0.0.0.0/0",
            ["ingress tcp 22 0.0.0.0/0 by sg-2"],
            [],
            id="move the group that drops to the end",
        ),
        pytest.param(
            f"sg-2: {WORLD}\n sg-1: in drop tcp 22 10.0.0.0/8",
            f"sg-1: in drop tcp 22 10.0.0.0/8\n sg-2: {WORLD}",
            [],
            ["ingress tcp 22 10.0.0.0/8 by sg-2"],
            id="move it to the head",
        ),
        pytest.param(
            "sg-1: in drop tcp 23 any\n sg-2: in accept tcp 22 any",
            "sg-2: in accept tcp 22 any\n sg-1: in drop tcp 23 any",
            [],
            [],
            id="move what speaks of something else",
        ),
        pytest.param(
            "sg-1: in accept tcp 22 10.0.0.0/8",
            f"sg-1: in accept tcp 22 10.0.0.0/8\n sg-2: {WORLD}",
            ["ingress tcp 22 0.0.0.0/0 except 10.0.0.0/8 by sg-2"],
            [],
            id="all but what is open already",
        ),
        pytest.param(
            "sg-1: in drop tcp 22 any",
            "sg-1: in drop tcp 22 any\n sg-2: in accept all all any",
            [
                "ingress tcp 0-21, 23-65535 0.0.0.0/0, ::/0 by sg-2",
                "ingress all except tcp all 0.0.0.0/0, ::/0 by sg-2",
            ],
            [],
            id="all protocols but what is dropped",
        ),
        pytest.param(
            "",
            "sg-1: in accept tcp 80 10.0.0.0/9; in accept udp 80 10.128.0.0/9; in accept udp 80 10.0.0.0/9; "
            "in accept tcp 80 10.128.0.0/9; in accept tcp 81 10.0.0.0/8; in accept udp 81 10.0.0.0/8",
            ["ingress tcp, udp 80-81 10.0.0.0/8 by sg-1"],
            [],
            id="joined for reading",
        ),
        pytest.param(
            "",
            "sg-1: in accept icmp 8 any; in accept icmp 3/4 any; in accept icmpv6 all ::/0; in accept 132 all ::/0",
            ["ingress icmpv6, 132 all ::/0 by sg-1", "ingress icmp 3/4, 8 0.0.0.0/0, ::/0 by sg-1"],
            [],
            id="ICMP types",
        ),
        pytest.param(
            "",
            "sg-1: out accept tcp 443 any; in accept tcp 80 10.0.0.0/8; in accept tcp 22 10.0.0.0/8; "
            "in accept tcp 1000-2000 8.8.8.8/32; in accept tcp 80 set-a; in accept tcp 443 ::/0",
            [
                "ingress tcp 443 ::/0 by sg-1",
                "ingress tcp 1000-2000 8.8.8.8/32 by sg-1",
                "ingress tcp 22, 80 10.0.0.0/8 by sg-1",
                "ingress tcp 80 set-a except 10.0.0.0/8 by sg-1",
                "egress tcp 443 0.0.0.0/0, ::/0 by sg-1",
            ],
            [],
            id="the most dangerous first",
        ),
        pytest.param(
            "sg-1: in accept tcp 22 set-a",
            f"sg-2: {WORLD}; in accept tcp 22 set-b",
            ["ingress tcp 22 0.0.0.0/0 except set-a by sg-2", "ingress tcp 22 set-b in ::/0 except set-a by sg-2"],
            ["ingress tcp 22 set-a in ::/0 except set-b by sg-1"],
            id="named sets",
        ),
        pytest.param(
            "sg-1: in accept tcp 22 set-a; in drop tcp 22 set-b; in accept tcp 22 10.0.0.0/8",
            "sg-1: in drop tcp 22 set-b; in accept tcp 22 set-a; in accept tcp 22 10.0.0.0/8",
            [],
            ["ingress tcp 22 set-a and set-b by sg-1"],
            id="peers in two named sets",
        ),
        pytest.param(
            "sg-u: in accept all all any maybe; in drop all all any maybe",
            f"sg-2: {WORLD}\n sg-u: in accept all all any maybe; in drop all all any maybe",
            [],
            [],
            id="before a group that nobody can read",
        ),
        pytest.param(
            "sg-1: in drop tcp 22 0.0.0.0/0\n sg-u: in accept all all any maybe; in drop all all any maybe",
            f"sg-2: {WORLD}\n sg-u: in accept all all any maybe; in drop all all any maybe",
            ["ingress tcp 22 0.0.0.0/0 by sg-2"],
            [],
            id="what earlier groups decide is certain",
        ),
        pytest.param(
            f"sg-1: {WORLD}\n sg-2: {WORLD}\n sg-u: in accept all all any maybe",
            f"sg-u: in accept all all any maybe\n sg-2: {WORLD}",
            [],
            [],
            id="what other groups allow stays allowed",
        ),
    ],
)
def test_what_changes_is_told(before: str, after: str, opens: list[str], closes: list[str]) -> None:
    effect = effect_of(rules(groups(before)), rules(groups(after)))
    assert written(effect.opens) == opens
    assert written(effect.closes) == closes


def test_the_result_has_the_shape_that_users_know() -> None:
    before = Rules(unread("sg-3", "needs DescribeRules", drops=True))
    after = Rules((Rule("sg-2", INGRESS, True, 6, (22, 22), addresses("0.0.0.0/0")), Rule("sg-2", INGRESS, False)))
    assert effect_of(Rules(), after).as_dict() == {
        "opens": [{"direction": "ingress", "protocol": "tcp", "ports": "22", "peer": "0.0.0.0/0", "by": "sg-2"}],
        "closes": [],
        "unknown": [],
    }
    assert effect_of(before, after).as_dict() == {
        "opens": [],
        "closes": [],
        "unknown": [{"group": "sg-3", "reason": "needs DescribeRules"}],
    }


def test_a_group_that_cannot_be_read_and_stays_hides_only_what_it_may_decide() -> None:
    hidden = unread("sg-u", "denied", drops=True)
    added = Rule("sg-2", INGRESS, True, 6, (22, 22), addresses("10.0.0.0/8"))
    behind = effect_of(Rules(hidden), Rules((*hidden, added)))
    assert (behind.opens, behind.closes) == ((), ())
    assert written(behind.undecided) == ["ingress tcp 22 10.0.0.0/8 by sg-u"]
    assert behind.unknown == (("sg-u", "denied"),)
    same = effect_of(Rules((added, *hidden)), Rules((added, *hidden)))
    assert same == Effect((), (), (), ())


def test_a_set_that_could_not_be_resolved_is_told_with_the_regions_it_is_in() -> None:
    template = Rule("sg-1", INGRESS, True, 6, (22, 22), "ipm-1", reason="needs DescribeTemplates")
    effect = effect_of(Rules(), Rules((template,)))
    assert written(effect.opens) == ["ingress tcp 22 ipm-1 by sg-1"]
    assert effect.unknown == (("sg-1", "needs DescribeTemplates"),)
    assert effect_of(Rules((template,)), Rules((template,))).unknown == ()


def test_two_rules_that_look_the_same_may_hide_different_things() -> None:
    hidden = Rule("sg-1", INGRESS, True, certain=False, reason="denied")
    drop = Rule("sg-1", INGRESS, False)
    effect = effect_of(Rules((hidden, hidden, drop)), Rules((hidden, drop)))
    assert written(effect.undecided) == ["ingress all all 0.0.0.0/0, ::/0 by sg-1"]


def test_what_no_rule_matches_may_be_accepted() -> None:
    drop = Rule("sg-1", EGRESS, False, 6)
    effect = effect_of(Rules(accept=True), Rules((drop,), accept=True))
    assert written(effect.closes) == ["egress tcp all 0.0.0.0/0, ::/0 by "]
    assert [region.by for region in effect_of(Rules(), Rules(accept=True)).opens] == ["", ""]
    dropped_no_longer = effect_of(Rules((drop,)), Rules(accept=True)).opens
    assert written(dropped_no_longer) == [f"{way} all all 0.0.0.0/0, ::/0 by " for way in ("ingress", "egress")]


def many_doubtful_sets(random: Random) -> list[Group]:
    """Make more rules that may not match, on named sets, than are told apart."""
    lines = [
        Line(INGRESS, random.random() < 0.5, "tcp", "all", f"set-{letter}", certain=False)
        for letter in "abcdefgh"[: MOST_DOUBTFUL_NAMES + 1]
    ]
    sure = [Line(INGRESS, random.random() < 0.5, "tcp", "22", random.choice(("any", "set-a"))) for _time in range(3)]
    return [("sg-1", random.sample([*lines, *sure], len(lines) + len(sure)))]


@pytest.mark.parametrize("seed", range(5))
def test_with_too_many_doubts_more_is_undecided_but_nothing_wrong(seed: int) -> None:
    random = Random(seed)
    before = many_doubtful_sets(random)
    after = [("sg-0", [Line(INGRESS, random.random() < 0.5, "tcp", "22", "10.0.0.0/8")]), *before]
    effect = effect_of(rules(before), rules(after))
    for _time in range(40):
        sets = frozenset(f"set-{letter}" for letter in "abcdefgh" if random.random() < 0.3)
        packet = Packet(INGRESS, 6, 22, (0, 0), ip_address(random.choice(("10.1.1.1", "9.1.1.1"))), sets)
        assert told(effect, packet) in (outcome(before, after, packet), "undecided")


# --- Regions as text. ---

spans_of_addresses = st.lists(
    st.one_of(
        st.sampled_from([one for one in PEERS if one != "any" and not one.startswith("set-")]).map(addresses),
        st.tuples(st.integers(0, IPV6 - 1), st.integers(0, IPV6 - 1)).map(lambda one: (min(one), max(one))),
        st.tuples(st.integers(IPV6, ANYWHERE[1]), st.integers(IPV6, ANYWHERE[1])).map(lambda o: (min(o), max(o))),
    ),
    min_size=1,
    max_size=5,
).map(joined)
names = st.frozensets(st.sampled_from(["sg-1", "pl-2", "ipmg-3", "eg-f00d"]), max_size=3)
spans_of_ports = st.lists(
    st.tuples(st.integers(0, 65535), st.integers(0, 65535)).map(lambda one: (min(one), max(one))),
    min_size=1,
    max_size=4,
).map(joined)
whole_types = st.lists(st.integers(0, 255).map(icmp_ports), min_size=1, max_size=4).map(joined)
services = st.one_of(
    st.tuples(st.frozensets(st.sampled_from([6, 17]), min_size=1), spans_of_ports),
    st.tuples(st.frozensets(st.sampled_from([1, 58]), min_size=1), st.one_of(spans_of_ports, whole_types)),
    st.tuples(st.frozensets(st.integers(0, 255), min_size=1), st.just((ALL_PORTS,))),
    st.tuples(st.frozensets(st.integers(0, 255), max_size=9).map(ALL_PROTOCOLS.difference), st.just((ALL_PORTS,))),
)


@given(st.sampled_from(Direction), services, spans_of_addresses, names, names, st.sampled_from(["", "sg-1"]))
def test_a_region_that_is_written_and_read_is_the_same(
    direction: Direction,
    service: tuple[frozenset[int], tuple[tuple[int, int], ...]],
    peers: tuple[tuple[int, int], ...],
    inside: frozenset[str],
    outside: frozenset[str],
    by: str,
) -> None:
    region = Region(direction, *service, peers, inside, outside - inside, by)
    assert parsed(region.as_dict()) == region


@pytest.mark.parametrize(
    ("peers", "reach"),
    [
        ("0.0.0.0/0", Reach.INTERNET),
        ("::/0", Reach.INTERNET),
        ("2000::/3", Reach.INTERNET),
        ("0.0.0.0/1", Reach.INTERNET),
        ("11.0.0.0-255.255.255.255", Reach.INTERNET),
        ("8.8.8.8", Reach.PUBLIC),
        ("2001:db8::/32", Reach.PUBLIC),
        ("10.0.0.0/7", Reach.PUBLIC),
        ("192.168.1.0/24", Reach.PRIVATE),
        ("100.64.0.0/10", Reach.PRIVATE),
        ("fd00::/8", Reach.PRIVATE),
    ],
)
def test_how_far_peers_may_be_away(peers: str, reach: Reach) -> None:
    assert Region(INGRESS, addresses=(addresses(peers),)).reach is reach
    assert Region(INGRESS, addresses=(addresses(peers),), inside=frozenset({"sg-1"})).reach is Reach.NAMED


def test_what_is_most_dangerous() -> None:
    def region(direction: Direction, port: int, peers: str) -> Region:
        return Region(direction, frozenset({6}), ((port, port),), (addresses(peers),))

    ranked = [
        (region(INGRESS, 22, "0.0.0.0/0"), False),
        (region(INGRESS, 3389, "0.0.0.0/0"), False),
        (region(INGRESS, 80, "0.0.0.0/0"), False),
        (Region(INGRESS, frozenset({17}), ((22, 22),), (addresses("0.0.0.0/1"),)), False),
        (region(INGRESS, 22, "8.8.0.0/16"), False),
        (region(INGRESS, 22, "8.8.8.8"), False),
        (region(INGRESS, 22, "10.0.0.0/8"), False),
        (region(INGRESS, 22, "0.0.0.0/0"), True),
        (region(EGRESS, 22, "0.0.0.0/0"), False),
        (region(EGRESS, 22, "0.0.0.0/0"), True),
    ]
    shuffled = Random(1).sample(ranked, len(ranked))
    assert sorted(shuffled, key=lambda one: danger(one[0], closes=one[1])) == ranked


# --- What readers of rules hand over. ---


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("10.1.2.3/8", 10 << 24, (11 << 24) - 1),
        ("10.0.0.1-10.0.0.100", (10 << 24) + 1, (10 << 24) + 100),
        (" 10.0.0.1 ", (10 << 24) + 1, (10 << 24) + 1),
        ("::1", IPV6 + 1, IPV6 + 1),
        ("::-::ff", IPV6, IPV6 + 255),
    ],
)
def test_addresses_are_read(text: str, first: int, last: int) -> None:
    assert addresses(text) == (first, last)


@pytest.mark.parametrize("text", ["", "sg-1", "10.0.0.9-10.0.0.1", "10.0.0.1-::1", "10.0.0.0/33", "a-b", "1.2.3"])
def test_what_is_not_an_address_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"address|network|range"):
        addresses(text)


def test_protocols_are_read() -> None:
    words = ("TCP", "udp", "ICMPv6", "47", "All", "-1")
    assert [protocol_number(one) for one in words] == [6, 17, 58, 47, None, None]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"protocol": 256}, "'256' is not an IP protocol"),
        ({"protocol": 6, "ports": (25, 20)}, "are not ports"),
        ({"protocol": 6, "ports": (0, 65536)}, "are not ports"),
        ({"ports": (22, 22)}, "does not have ports"),
        ({"protocol": 47, "ports": (22, 22)}, "does not have ports"),
        ({"peer": "fd00::1"}, "cannot name a set"),
        ({"peer": "sg-1, sg-2"}, "cannot name a set"),
        ({"peer": "except"}, "cannot name a set"),
        ({"peer": (5, 4)}, "are not addresses"),
    ],
)
def test_a_rule_that_means_nothing_is_refused(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Rule("sg-1", INGRESS, True, **wrong)


# --- A thousand rules. ---


def many(random: Random) -> list[Rule]:
    def peer() -> tuple[int, int] | str:
        if random.random() < 0.05:
            return random.choice(("sg-a", "sg-b"))
        network = f"{random.choice((10, 172, 52, 100))}.{random.randrange(256)}.{random.randrange(256)}.0"
        return addresses(f"{network}/{random.choice((0, 8, 16, 24, 24, 32, 32))}")

    ports = [random.choice((22, 80, 443, 3306, random.randrange(65000))) for _number in range(1000)]
    return [
        Rule(f"sg-{number // 200}", INGRESS, random.random() < 0.8, 6, (port, port + random.choice((0, 0, 9))), peer())
        for number, port in enumerate(ports)
    ]


def test_a_thousand_rules_on_each_side_take_no_time_to_speak_of() -> None:
    before = many(Random(1))
    # Half a second where nothing else runs. What grows with the square of the rules takes minutes.
    began = time.process_time()
    assert effect_of(Rules(tuple(before)), Rules((*before[600:], *before[:600]))).opens
    assert time.process_time() - began < 5
