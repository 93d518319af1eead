# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check mode announces what a run does, and refuses what a run refuses, whatever is asked of the simulated clouds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest
from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.locks import FileLocks
from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.machine import runtime as new_runtime
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.adapter import Machine
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.lists import Position, State
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.reconcile import (
    Batch,
    Outcome,
    Policy,
    reconcile,
)
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.requests import (
    Request,
    Wanted,
    wanted_problems,
)
from ansible_collections.crosscloud.security_groups.plugins.module_utils._description.kinds import KINDS as DECLARED
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.integration.faults.kinds import AWS, KINDS, LOOK_UP_DENIED, TENCENT_CLOUD, UNKNOWN_GROUP, Kind
from tests.simulators.alibabacloud import RdsSimulator
from tests.simulators.aws import AwsSimulator, MotoServer
from tests.simulators.tencentcloud import TencentCloudSimulator

RESOURCES = 3


@dataclass(frozen=True)
class Account:
    """An account of a simulated cloud: resources, groups that fit, and other things that may be asked for."""

    kind: Kind
    cloud: Any
    resources: Sequence[str]
    groups: Sequence[str]
    others: Sequence[str]

    def run(self, requests: Sequence[Request], policy: Policy) -> tuple[Outcome, str | None]:
        modules = DECLARED[self.kind.module.removesuffix("_sg")]
        options = {option.name: option.default for option in modules.connection} | self.kind.connection(self.cloud)
        runtime = new_runtime(4, policy.wait_timeout, writes=not policy.check_mode)
        with ThreadPoolExecutor(4) as executor:
            machine = Machine(runtime.clock, FileLocks(runtime.clock.now, lambda _problem: None), executor, 4)
            batch = Batch(modules.kind, requests, machine, lambda: modules.connect(options, runtime))
            (outcome,), refused = reconcile([batch], policy)
        return outcome, refused


@contextmanager
def made(kind: Kind) -> Iterator[Account]:
    with ExitStack() as stack:
        cloud: Any
        if kind.fixture == AWS:
            cloud = stack.enter_context(AwsSimulator(stack.enter_context(MotoServer())))
            resources, groups = kind.populate(cloud, RESOURCES)
            vpc = cloud.vpc_of(groups[0])
            (foreign,) = cloud.client("ec2").describe_security_groups(GroupNames=["foreign"])["SecurityGroups"]
            # Not shown by the first call, and accepted all the same.
            others = [foreign["GroupId"], cloud.share_group("shared", vpc), "shared", "foreign"]
        elif kind.fixture == TENCENT_CLOUD:
            cloud = stack.enter_context(TencentCloudSimulator())
            resources, groups = kind.populate(cloud, RESOURCES)
            others = [*(cloud.add_group("twin") for _number in range(2)), "twin"]
        else:
            cloud = stack.enter_context(RdsSimulator())
            resources, groups = kind.populate(cloud, RESOURCES)
            others = [cloud.add_group("twin", cloud.vpc_of(resources[0])) for _number in range(2)]
            others += ["twin", cloud.add_group("classic"), "classic"]
        yield Account(
            kind,
            cloud,
            resources,
            groups[:6],
            [*others, UNKNOWN_GROUP[kind.fixture], "group-1", "group-2", "nobody's"],
        )


@pytest.fixture(scope="module", params=KINDS, ids=lambda kind: kind.module)
def account(request: pytest.FixtureRequest) -> Iterator[Account]:
    with made(request.param) as found:
        yield found


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_check_mode_keeps_its_word(account: Account, data: st.DataObject) -> None:
    kind, cloud = account.kind, account.cloud
    cloud.calls.clear()
    shared = getattr(cloud, "shared", None)
    cloud.reset()
    if shared is not None:
        cloud.shared = shared
    if kind.fixture == TENCENT_CLOUD:
        # No call tells this quota, so only the write meets it.
        cloud.eni_quota = len(account.groups) + len(account.others)
    lists = st.lists(st.sampled_from(account.groups), min_size=1, max_size=4, unique=True)
    for one in account.resources:
        cloud.attach(one, *data.draw(lists))
    asked = st.lists(st.sampled_from([*account.groups, *account.groups, *account.others]), max_size=3, unique=True)
    modules = DECLARED[kind.module.removesuffix("_sg")]
    requests = []
    for one in data.draw(st.lists(st.sampled_from(account.resources), min_size=1, unique=True)):
        state = data.draw(st.sampled_from(State))
        first = kind.ordered and state is State.PRESENT and data.draw(st.booleans())
        wanted = Wanted(tuple(data.draw(asked)), state, Position.FIRST if first else Position.KEEP)
        if not list(wanted_problems(modules.kind, wanted, allow_empty=True)):
            expected = data.draw(st.none() | st.just(tuple(cloud.groups(one))) | lists.map(tuple))
            requests.append(Request(one, wanted, expected))
    if data.draw(st.integers(0, 9)) == 0:
        requests.append(Request(kind.missing, Wanted((account.groups[0],))))
    if data.draw(st.integers(0, 9)) == 0:
        cloud.put_in_state(account.resources[0], kind.final)
    if data.draw(st.integers(0, 4)) == 0:
        cloud.play(LOOK_UP_DENIED.get(kind.fixture, kind.denied), "DescribeSecurityGroups", times=None)
    if not requests:
        return
    policy = Policy(
        check_mode=True,
        allow_empty=modules.kind.clearable and data.draw(st.booleans()),
        max_changes=data.draw(st.none() | st.integers(0, 2)),
        wait_timeout=5,
    )
    before = {one: cloud.groups(one) for one in account.resources}

    announced, stopped = account.run(requests, policy)
    assert cloud.count(kind.write) == 0
    done, stopped_too = account.run(requests, replace(policy, check_mode=False))

    assert (stopped, announced.refused) == (stopped_too, done.refused)
    if announced.refused:
        assert announced.message == done.message
        assert cloud.count(kind.write) == 0
        assert {one: cloud.groups(one) for one in account.resources} == before
    elif announced.groups_checked is not False:
        assert (done.message, done.changed) == (None, announced.changed)
        for foretold, result in zip(announced.results, done.results, strict=True):
            assert foretold.change == result.change
            assert result.verified
            assert result.change
            assert kind.attached(cloud, result.id) == kind.in_order(result.change.after)
    # What nobody could check, the cloud decides; what it refuses stays as it was.
    for result in done.results:
        if result.error and result.change:
            assert (
                kind.attached(cloud, result.id)
                == kind.in_order(result.change.after)
                == kind.in_order(before[result.id])
            )
