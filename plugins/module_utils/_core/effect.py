# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The difference between two lists of rules: what traffic it opens, what it closes, and what nobody can tell.

Addresses are cut where the peer of a rule begins or ends. Between two cuts the same rules are live, and what they
decide is found for all protocols and ports at once: a set of those is an integer, one bit for each part. Named sets,
and rules that may or may not match, are told apart only where they stand before the rule that decides.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from itertools import pairwise, product
from typing import NamedTuple

from .regions import ALL_PROTOCOLS, Region, danger
from .rules import ALL_PORTS, ANYWHERE, WITH_PORTS, Direction, Rule, Rules, Span, joined

MOST_DOUBTFUL_NAMES = 6
"""How many named sets are told apart in rules that may or may not match: each doubles the cases.

Where there are more, such a rule may match any peer. That leaves more undecided, and nothing wrong.
"""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a change of rules does to traffic, the most dangerous first. What is in no region stays as it is.

    ``undecided`` is traffic that may be opened or closed, or stay, for the reasons in ``unknown``: groups and what
    hides their rules. ``unknown`` also tells why named sets of the regions were not resolved.

    A region is true as it stands. Two of them have traffic in common only where a peer is in several named sets.
    """

    opens: tuple[Region, ...]
    closes: tuple[Region, ...]
    undecided: tuple[Region, ...]
    unknown: tuple[tuple[str, str], ...]

    def as_dict(self) -> dict[str, list[dict[str, str]]]:
        """Return what a result has as ``effect``."""
        return {
            "opens": [region.as_dict() for region in self.opens],
            "closes": [region.as_dict() for region in self.closes],
            "unknown": [{"group": group, "reason": reason} for group, reason in self.unknown],
        }


def effect_of(before: Rules, after: Rules) -> Effect:
    """Return what happens to traffic when the rules ``after`` hold in place of those ``before``."""
    found: dict[_Outcome, list[Region]] = {outcome: [] for outcome in _Outcome}
    unknown: dict[tuple[str, str], None] = {}
    for direction in Direction:
        comparison = _Comparison(direction, before, after)
        for outcome, region in comparison.regions():
            found[outcome].append(region)
        unknown.update(dict.fromkeys(comparison.unknown()))
    opens, closes, undecided = (tuple(sorted(regions, key=danger)) for regions in found.values())
    return Effect(opens, closes, undecided, tuple(unknown))


class _Outcome(IntEnum):
    OPENS = 0
    CLOSES = 1
    UNDECIDED = 2


class _Step(NamedTuple):
    """What a rule decides for peers in the set ``name``, or for all. ``doubt`` numbers a rule that may not match."""

    accept: bool
    group: str
    name: str | None = None
    doubt: int | None = None


_Steps = tuple[_Step, ...]
"""What decides, one step behind the other, the last for all peers and for sure."""


class _Case(NamedTuple):
    """What comes of traffic with peers that are in all sets of ``inside`` and in none of ``outside``."""

    outcome: _Outcome
    by: str
    inside: frozenset[str]
    outside: frozenset[str]


class _Live(NamedTuple):
    """A rule as one side has it. A rule that both sides have has the same number on both."""

    number: int
    step: _Step
    services: int


class _Comparison:
    """Both lists of rules, in one direction."""

    def __init__(self, direction: Direction, before: Rules, after: Rules) -> None:
        self._direction = direction
        self._rules = [[rule for rule in side.rules if rule.direction is direction] for side in (before, after)]
        self._defaults = [_Step(side.accept, "") for side in (before, after)]
        self._services = _Services([*self._rules[0], *self._rules[1]])
        self._doubtful: dict[int, Rule] = {}
        self._lives = self._numbered()
        self._cases: dict[tuple[_Steps, _Steps], list[_Case]] = {}
        self._doubts: set[int] = set()
        self._names: set[str] = set()

    def regions(self) -> Iterator[tuple[_Outcome, Region]]:
        """Find everything that differs, joined: services with the same peers, and peers that follow each other."""
        found: dict[_Case, dict[int, list[Span]]] = {}
        known: dict[tuple[tuple[int, ...], ...], dict[_Case, int]] = {}
        for span, before, after in self._sweep():
            key = tuple(one.number for one in before), tuple(one.number for one in after)
            if key not in known:
                known[key] = self._differences(before, after)
            for case, services in known[key].items():
                found.setdefault(case, {}).setdefault(services, []).append(span)
        for case, peers in found.items():
            self._names.update(case.inside, case.outside)
            for spans, services in _by_peers(peers).items():
                for protocols, ports in self._services.apart(services):
                    region = Region(self._direction, protocols, ports, spans, case.inside, case.outside, case.by)
                    yield case.outcome, region

    def unknown(self) -> Iterator[tuple[str, str]]:
        """Tell, once the regions are found, which groups hide something of them, and why."""
        for number in sorted(self._doubts):
            yield self._doubtful[number].group, self._doubtful[number].reason
        for rule in (*self._rules[0], *self._rules[1]):
            if rule.certain and rule.reason and rule.peer in self._names:
                yield rule.group, rule.reason

    def _numbered(self) -> list[list[_Live]]:
        numbers: dict[tuple[Rule, int], int] = {}
        lives: list[list[_Live]] = []
        for rules in self._rules:
            seen: dict[Rule, int] = {}
            side: list[_Live] = []
            for rule in rules:
                # Two rules of a group may look the same and differ in what is hidden.
                seen[rule] = seen.get(rule, -1) + 1
                number = numbers.setdefault((rule, 0 if rule.certain else seen[rule]), len(numbers))
                if not rule.certain:
                    self._doubtful[number] = rule
                name = rule.peer if isinstance(rule.peer, str) else None
                step = _Step(rule.accept, rule.group, name, None if rule.certain else number)
                side.append(_Live(number, step, self._services.of(rule)))
            lives.append(side)
        return lives

    def _sweep(self) -> Iterator[tuple[Span, list[_Live], list[_Live]]]:
        """Go through all addresses; tell for those between two cuts which rules are live before and after."""
        begin: dict[int, list[tuple[int, int]]] = {ANYWHERE[0]: []}
        end: dict[int, list[tuple[int, int]]] = {ANYWHERE[1] + 1: []}
        for side, rules in enumerate(self._rules):
            for place, rule in enumerate(rules):
                first, last = ANYWHERE if isinstance(rule.peer, str) else rule.peer
                begin.setdefault(first, []).append((side, place))
                end.setdefault(last + 1, []).append((side, place))
        live: tuple[list[int], list[int]] = [], []
        for cut, following in pairwise(sorted({*begin, *end})):
            for side, place in end.get(cut, ()):
                del live[side][bisect_left(live[side], place)]
            for side, place in begin.get(cut, ()):
                insort(live[side], place)
            before, after = ([self._lives[side][place] for place in live[side]] for side in (0, 1))
            yield (cut, following - 1), before, after

    def _differences(self, before: Sequence[_Live], after: Sequence[_Live]) -> dict[_Case, int]:
        """Return the services that differ, by what comes of them."""
        touched = self._touched(before, after)
        found: dict[_Case, int] = {}
        if not touched:
            return found
        were, are = (
            _decided(live, default, touched) for live, default in zip((before, after), self._defaults, strict=True)
        )
        for (old, on), (new, there) in product(were.items(), are.items()):
            services = on & there
            if services and old != new:
                if (old, new) not in self._cases:
                    self._cases[old, new] = self._told_apart(old, new)
                for case in self._cases[old, new]:
                    found[case] = found.get(case, 0) | services
        return found

    def _touched(self, before: Sequence[_Live], after: Sequence[_Live]) -> int:
        """Return the services that may differ: those of rules that are not in the same place on both sides."""
        if self._defaults[0] != self._defaults[1]:
            return self._services.all
        shorter = min(len(before), len(after))
        head = 0
        while head < shorter and before[head].number == after[head].number:
            head += 1
        tail = 0
        while tail < shorter - head and before[-1 - tail].number == after[-1 - tail].number:
            tail += 1
        touched = 0
        for side in (before, after):
            for one in side[head : len(side) - tail]:
                touched |= one.services
        return touched

    def _told_apart(self, before: _Steps, after: _Steps) -> list[_Case]:
        """Tell apart peers by the named sets they are in, as far as that changes what comes of their traffic."""
        names = sorted({step.name for step in (*before, *after) if step.name and step.doubt is not None})
        if len(names) > MOST_DOUBTFUL_NAMES:
            before, after = (
                tuple(step._replace(name=None) if step.doubt is not None else step for step in steps)
                for steps in (before, after)
            )
            names = []
        cases: list[_Case] = []
        for are_in in product((False, True), repeat=len(names)):
            inside = frozenset(name for name, is_in in zip(names, are_in, strict=True) if is_in)
            outside = frozenset(names) - inside
            cases += self._by_names(_given(before, inside, outside), _given(after, inside, outside), inside, outside)
        return _widened(cases, names)

    def _by_names(self, before: _Steps, after: _Steps, inside: frozenset[str], outside: frozenset[str]) -> list[_Case]:
        """Pair each step that may decide before with each that may decide after, where only doubts have no name."""
        cases: list[_Case] = []
        for (old, not_in), (new, nor_in) in product(list(_deciders(before)), list(_deciders(after))):
            named = inside | {step.name for step in (old[-1], new[-1]) if step.name}
            apart = outside | not_in | nor_in
            if not named & apart and (outcome := self._judged(old, new)):
                cases.append(_Case(*outcome, named, apart))
        return cases

    def _judged(self, before: _Steps, after: _Steps) -> tuple[_Outcome, str] | None:
        """Return what comes of traffic that only doubts and, behind them, one certain step on each side speak of."""
        verdicts = _verdicts(before, after)
        if all(was == is_now for was, is_now in verdicts):
            return None
        if len(verdicts) == 1:
            if after[-1].accept:
                return _Outcome.OPENS, after[-1].group
            return _Outcome.CLOSES, before[-1].group
        doubts = [step for step in (*after, *before) if step.doubt is not None]
        self._doubts.update(step.doubt for step in doubts if step.doubt is not None)
        return _Outcome.UNDECIDED, doubts[0].group


def _decided(live: Iterable[_Live], default: _Step, services: int) -> dict[_Steps, int]:
    """Return the services by the steps that decide them."""
    decided: dict[_Steps, int] = {}
    # Most services never meet a set or a doubt, so they are kept apart from those that did.
    plain, pending, waiting = services, dict[_Steps, int](), 0
    for _number, step, spoken_of in live:
        certain = step.name is None and step.doubt is None
        to = decided if certain else pending
        if spoken_of & waiting:
            for steps, rest in list(pending.items()):
                hit = rest & spoken_of
                # What a set or a doubt has decided once, it does not decide again.
                if hit and step not in steps:
                    pending[steps] ^= hit
                    to[*steps, step] = to.get((*steps, step), 0) | hit
            if certain:
                waiting &= ~spoken_of
                pending = {steps: rest for steps, rest in pending.items() if rest}
        if hit := plain & spoken_of:
            plain ^= hit
            to[(step,)] = to.get((step,), 0) | hit
            if not certain:
                waiting |= hit
        if not plain and not waiting:
            break
    for steps, rest in (((), plain), *pending.items()):
        if rest:
            decided[*steps, default] = decided.get((*steps, default), 0) | rest
    return decided


def _given(steps: _Steps, inside: frozenset[str], outside: frozenset[str]) -> _Steps:
    """Return the steps for peers of which is known that they are inside some named sets and outside others."""
    found: list[_Step] = []
    for step in steps:
        if step.name in outside:
            continue
        found.append(step._replace(name=None) if step.name in inside else step)
        if found[-1].name is None and found[-1].doubt is None:
            break
    return tuple(found)


def _deciders(steps: _Steps) -> Iterator[tuple[_Steps, frozenset[str]]]:
    """Go through the certain steps. Tell each with the doubts before it, and the sets that peers must not be in for it.

    A set whose step decides the same, with no doubt in between, makes no difference.
    """
    doubts: _Steps = ()
    earlier: frozenset[str] = frozenset()
    since: dict[bool, frozenset[str]] = {True: frozenset(), False: frozenset()}
    for step in steps:
        if step.doubt is not None:
            doubts += (step,)
            earlier |= since[True] | since[False]
            since = {True: frozenset(), False: frozenset()}
            continue
        yield (*doubts, step), earlier | since[not step.accept]
        if step.name:
            since[step.accept] |= {step.name}


def _widened(cases: Sequence[_Case], names: Sequence[str]) -> list[_Case]:
    """Leave out names whose set makes no difference, and cases that others include."""
    wide: list[_Case] = []
    for case in cases:
        for name in names:
            wider = case._replace(outside=case.outside - {name})
            if wider != case and any(_includes(one, wider._replace(inside=case.inside | {name})) for one in cases):
                case = wider
        wide.append(case)
    kept: list[_Case] = []
    for case in sorted(wide, key=lambda one: len(one.inside) + len(one.outside)):
        if not any(_includes(one, case) for one in kept):
            kept.append(case)
    return kept


def _includes(case: _Case, other: _Case) -> bool:
    return case.outcome is other.outcome and case.inside <= other.inside and case.outside <= other.outside


def _verdicts(before: _Steps, after: _Steps) -> set[tuple[bool, bool]]:
    """Return all that may be decided before and after, where a doubt that is on both sides holds on both or on none."""
    found = set()
    denied: set[int | None] = set()
    for old in before:
        for new in after:
            if new.doubt is not None and new.doubt in denied:
                continue
            found.add((old.accept, new.accept))
            if new.doubt is None or new.doubt == old.doubt:
                break
        denied.add(old.doubt)
    return found


def _by_peers(found: Mapping[int, Sequence[Span]]) -> dict[tuple[Span, ...], int]:
    """Return services by their peers, from peers by their services."""
    every = 0
    for services in found:
        every |= services
    parts = [every]
    for services in found:
        parts = [part for one in parts for part in (one & services, one & ~services) if part]
    joint: dict[tuple[Span, ...], int] = {}
    for part in parts:
        peers = joined(span for services, spans in found.items() if services & part for span in spans)
        joint[peers] = joint.get(peers, 0) | part
    return joint


class _Services:
    """All protocols and ports, cut where a rule begins or ends: a part is a bit."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        cuts: dict[int, set[int]] = {}
        for rule in rules:
            if rule.protocol is not None:
                cuts.setdefault(rule.protocol, {ALL_PORTS[0], ALL_PORTS[1] + 1}).update(
                    (rule.ports[0], rule.ports[1] + 1)
                )
        self._parts: list[tuple[frozenset[int], Span]] = []
        self._bit: dict[tuple[int, int], int] = {}
        for protocol, places in cuts.items():
            for cut, following in pairwise(sorted(places)):
                self._bit[protocol, cut] = len(self._parts)
                self._parts.append((frozenset({protocol}), (cut, following - 1)))
            self._bit[protocol, ALL_PORTS[1] + 1] = len(self._parts)
        if others := ALL_PROTOCOLS.difference(cuts):
            self._parts.append((others, ALL_PORTS))
        self.all = (1 << len(self._parts)) - 1

    def of(self, rule: Rule) -> int:
        """Return the services a rule speaks of."""
        if rule.protocol is None:
            return self.all
        return (1 << self._bit[rule.protocol, rule.ports[1] + 1]) - (1 << self._bit[rule.protocol, rule.ports[0]])

    def apart(self, services: int) -> Iterator[tuple[frozenset[int], tuple[Span, ...]]]:
        """Return services as protocols and their ports, those with the same ports together."""
        spans: dict[frozenset[int], list[Span]] = {}
        for bit, (protocols, span) in enumerate(self._parts):
            if services >> bit & 1:
                spans.setdefault(protocols, []).append(span)
        alike: dict[tuple[tuple[Span, ...], bool], frozenset[int]] = {}
        for protocols, found in spans.items():
            ports = joined(found)
            # Only a whole span means the same for ports and for ICMP types.
            key = ports, ports != (ALL_PORTS,) and protocols <= WITH_PORTS
            alike[key] = alike.get(key, frozenset()) | protocols
        for (ports, _with_ports), protocols in alike.items():
            yield protocols, ports
