# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is measured: contenders, numbers of resources, added delays and cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from .contenders import (
    AWS,
    COMMUNITY_EFS,
    CUSTODIAN,
    CVM,
    CVM_WIDE,
    EC2_ENI,
    EFS,
    EFS_LOOP,
    EFS_WIDE,
    EMPTY,
    ENI,
    ENI_WIDE,
    POOL,
    POOL_WITH_STATES,
    RDS,
    READS,
    REPORT,
    Contender,
)
from .estates import ALL_CLOUDS
from .measure import Case

DELAY = 80
"""Milliseconds added to each call, as a cloud in another part of the world does."""
SHARED = 6
"""Mount targets of a file system where those of several share one: a region has up to six availability zones."""

AWS_SIZES: Mapping[Contender, tuple[int, ...]] = {
    POOL: (1, 20, 100, 500),
    POOL_WITH_STATES: (20, 100),
    EMPTY: (20,),
    EFS: (1, 20, 100, 500),
    EFS_WIDE: (20, 100, 500),
    EFS_LOOP: (20,),
    CUSTODIAN: (1, 20, 100),
    EC2_ENI: (1, 20),
    COMMUNITY_EFS: (1, 20),
}
ON_TENCENT = (ENI, ENI_WIDE, CVM, CVM_WIDE)
SLOW = (EFS_LOOP, EC2_ENI, COMMUNITY_EFS)
GROWTH = (100, 1_000, 10_000)
DESCRIBED = (2_000, 10_000)
"""How many resources a description has."""


@dataclass(frozen=True)
class Scenario:
    """Contenders that do the same work side by side, on ``count`` resources each.

    ``delay_ms`` is added to each call. ``rates`` are calls a second that the cloud admits. ``weigh``: whether the
    peak memory is measured as well.
    """

    cloud: str
    count: int
    case: Case
    delay_ms: int
    contenders: tuple[Contender, ...]
    per_file_system: int = 1
    rates: Mapping[str, int] = field(default_factory=dict)
    weigh: bool = False

    @property
    def estate(self) -> tuple[str, int, int]:
        """What has to be populated for it."""
        return self.cloud, self.count, self.per_file_system


def full() -> Iterator[Scenario]:
    for count in (1, 20, 100, 500):
        for case, delay_ms in _CASES:
            # Half a minute each, and with a delay it differs most.
            if count == max(AWS_SIZES[EFS]) and not delay_ms:
                continue
            contenders = tuple(_on_aws(count, case, delay_ms))
            yield Scenario(AWS, count, case, delay_ms, contenders, weigh=(case, delay_ms) == (Case.CHANGE, 0))
    # The same work where file systems have several mount targets, and a loop over them so much fewer items.
    for count in (20, 100):
        contenders = (POOL, EFS, COMMUNITY_EFS) if count in AWS_SIZES[COMMUNITY_EFS] else (POOL, EFS)
        yield Scenario(AWS, count, Case.CHANGE, DELAY, contenders, per_file_system=SHARED)
    for count in (1, 20, 100, 500):
        for case, delay_ms in _CASES:
            contenders = ON_TENCENT if (count, case, delay_ms) == (100, Case.CHANGE, DELAY) else (ENI,)
            yield Scenario("Tencent Cloud", count, case, delay_ms, contenders)
    yield from (Scenario("Tencent Cloud", count, Case.NOTHING, 0, (ENI,), weigh=True) for count in GROWTH)
    yield from _limited()
    yield Scenario("Alibaba Cloud", 100, Case.CHANGE, DELAY, (RDS,), weigh=True)
    yield from map(_report, DESCRIBED)


def quick() -> Iterator[Scenario]:
    yield Scenario(AWS, 20, Case.CHANGE, 0, (POOL, EFS), weigh=True)
    yield Scenario(AWS, 20, Case.CHANGE, DELAY, (POOL, POOL_WITH_STATES, EMPTY, EFS, CUSTODIAN, EC2_ENI, COMMUNITY_EFS))
    yield Scenario(AWS, 100, Case.CHANGE, DELAY, (POOL, POOL_WITH_STATES, EFS, EFS_WIDE))
    yield Scenario("Tencent Cloud", 100, Case.CHANGE, DELAY, ON_TENCENT)
    yield Scenario("Tencent Cloud", 500, Case.NOTHING, DELAY, (ENI,))
    yield from (Scenario("Tencent Cloud", count, Case.NOTHING, 0, (ENI,), weigh=True) for count in GROWTH)
    yield from _limited()
    yield Scenario("Alibaba Cloud", 100, Case.CHANGE, DELAY, (RDS,))
    yield _report(DESCRIBED[0])


_CASES = (
    (Case.CHANGE, 0),
    (Case.NOTHING, 0),
    (Case.CHANGE, DELAY),
    (Case.NOTHING, DELAY),
    (Case.CHECK, DELAY),
)


def _on_aws(count: int, case: Case, delay_ms: int) -> Iterator[Contender]:
    main = (case, delay_ms) == (Case.CHANGE, DELAY)
    for contender, sizes in AWS_SIZES.items():
        if contender is COMMUNITY_EFS and count == max(AWS_SIZES[CUSTODIAN]) and main:
            # Three minutes, once: it is what people do today.
            yield contender
        if (
            count not in sizes
            or (case is Case.CHECK and not contender.check)
            or (contender in (EMPTY, POOL_WITH_STATES, EFS_WIDE) and not main)
        ):
            continue
        # What takes half a minute is measured where it differs most.
        if contender in SLOW and (case is Case.CHECK or (case is Case.NOTHING and delay_ms == 0)):
            continue
        yield contender


def _limited() -> Iterator[Scenario]:
    """The published rates of the two actions. Without a delay, so that a client has every chance to exceed them."""
    yield Scenario("Tencent Cloud", 100, Case.CHANGE, 0, (CVM,), rates={"ModifyInstancesAttribute": 10})
    yield Scenario("Tencent Cloud", 500, Case.CHANGE, 0, (ENI,), rates={"ModifyNetworkInterfaceAttribute": 100})


def _report(count: int) -> Scenario:
    """Without a delay: while clouds are waited for, it costs nothing what else is done."""
    return Scenario(ALL_CLOUDS, count, Case.NOTHING, 0, (READS, REPORT), per_file_system=SHARED, weigh=True)
