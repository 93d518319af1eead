# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Instances: how they are read and written. What they have in common with network interfaces is tested with those."""

from __future__ import annotations

import json

import pytest
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.adapter import Snapshot
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.errors import (
    CloudError,
    ErrorKind,
    Failure,
)
from ansible_collections.crosscloud.security_groups.plugins.module_utils._tencentcloud.kinds.qcloud_cvm import (
    INSTANCE,
    Instances,
)

from tests.simulators.server import Hang, Raw
from tests.simulators.tencentcloud import WRITES, Estate, TencentCloudSimulator
from tests.unit.conftest import throttled_twice

READ, WRITE = "DescribeInstances", "ModifyInstancesAttribute"
UNKNOWN = "ins-00000000"


def seen(adapter: Instances, one: str) -> Snapshot:
    answer = adapter.read([one])[one]
    assert isinstance(answer, Snapshot), answer
    return answer


class TestRead:
    def test_250_take_three_calls(self, cloud: TencentCloudSimulator, instances: Instances) -> None:
        ids = list(reversed(cloud.populate(0, 250).instances))
        answers = instances.read([*ids[:120], UNKNOWN, *ids[120:]])
        assert [one for one, answer in answers.items() if isinstance(answer, Snapshot)] == ids
        failure = answers[UNKNOWN]
        assert isinstance(failure, Failure)
        assert (failure.kind, failure.message) == (
            ErrorKind.NOT_FOUND,
            "it does not exist; check its id and the region",
        )
        assert sorted(len(call.resources) for call in cloud.calls) == [51, 100, 100]
        assert {call.arguments["Limit"] for call in cloud.calls} == {100}

    def test_groups_come_in_the_cloud_s_order_and_details_with_them(
        self, cloud: TencentCloudSimulator, instances: Instances, estate: Estate
    ) -> None:
        one, groups = estate.instances[1], estate.security_groups[4:1:-1]
        cloud.attach(one, *groups)
        snapshot = seen(instances, one)
        assert (snapshot.id, snapshot.groups) == (one, groups)
        assert (snapshot.state, snapshot.passing, snapshot.blocked) == ("RUNNING", False, None)
        assert snapshot.details == {
            "vpc_id": estate.vpcs[1],
            "zone": estate.zones[1],
            "name": "db-1",
            "private_ip": "10.0.0.3",
            "state": "RUNNING",
        }

    def test_what_is_missing_is_none(self, cloud: TencentCloudSimulator, instances: Instances) -> None:
        odd = {"Placement": None, "VirtualPrivateCloud": [], "PrivateIpAddresses": None}
        for entry in ({}, odd, {**odd, "InstanceState": 7, "LatestOperationState": 7, "PrivateIpAddresses": [None]}):
            body = {"Response": {"InstanceSet": [{"InstanceId": UNKNOWN, "SecurityGroupIds": [], **entry}]}}
            cloud.play(Raw(200, json.dumps(body).encode(), "application/json"), READ)
            snapshot = seen(instances, UNKNOWN)
            assert (snapshot.groups, snapshot.passing, snapshot.blocked) == ((), False, None)
            assert set(snapshot.details.values()) == {None}

    def test_filters_select(self, cloud: TencentCloudSimulator, instances: Instances) -> None:
        estate = cloud.populate(0, 130)
        assert instances.select({"tag:role": "web"}) == list(estate.instances[::2])
        assert instances.select({"vpc-id": list(estate.vpcs)}) == list(estate.instances)
        assert [call.arguments["Offset"] for call in cloud.calls] == [0, 0, 100]


class TestStates:
    @pytest.mark.parametrize("state", ["RUNNING", "STOPPED"])
    def test_those_that_take_a_change(
        self, cloud: TencentCloudSimulator, instances: Instances, estate: Estate, state: str
    ) -> None:
        cloud.put_in_state(estate.instances[0], state)
        snapshot = seen(instances, estate.instances[0])
        assert (snapshot.state, snapshot.passing, snapshot.blocked) == (state, False, None)

    @pytest.mark.parametrize(
        "state",
        [
            "PENDING",
            "STARTING",
            "STOPPING",
            "REBOOTING",
            "ENTER_RESCUE_MODE",
            "EXIT_RESCUE_MODE",
            "ENTER_SERVICE_LIVE_MIGRATE",
            "SERVICE_LIVE_MIGRATE",
            "EXIT_SERVICE_LIVE_MIGRATE",
        ],
    )
    def test_those_that_pass(
        self, cloud: TencentCloudSimulator, instances: Instances, estate: Estate, state: str
    ) -> None:
        cloud.put_in_state(estate.instances[0], state)
        snapshot = seen(instances, estate.instances[0])
        assert (snapshot.state, snapshot.passing, snapshot.blocked) == (state, True, None)

    @pytest.mark.parametrize(
        "state",
        ["SHUTDOWN", "ISOLATING", "FREEZING", "TERMINATING", "TERMINATED", "RESCUE_MODE", "LAUNCH_FAILED", "INVENTED"],
    )
    def test_those_that_do_not_are_refused_by_name(
        self, cloud: TencentCloudSimulator, instances: Instances, estate: Estate, state: str
    ) -> None:
        cloud.put_in_state(estate.instances[0], state)
        snapshot = seen(instances, estate.instances[0])
        assert not snapshot.passing
        assert snapshot.blocked
        assert (snapshot.blocked.kind, snapshot.blocked.passes) == (ErrorKind.STATE, False)
        assert snapshot.blocked.message.startswith(f"it is '{state}' and takes no change in that state")


class TestOperations:
    def test_one_under_way_is_waited_for(
        self, cloud: TencentCloudSimulator, instances: Instances, estate: Estate
    ) -> None:
        cloud.put_operation(estate.instances[0], "ResetInstancesPassword", "OPERATING", reads=1)
        snapshot = seen(instances, estate.instances[0])
        assert (snapshot.state, snapshot.passing) == ("ResetInstancesPassword OPERATING", True)
        assert snapshot.details["state"] == "RUNNING"
        assert not seen(instances, estate.instances[0]).passing

    def test_our_own_that_failed_is_told_once(
        self, cloud: TencentCloudSimulator, instances: Instances, estate: Estate
    ) -> None:
        one, groups = estate.instances[0], estate.security_groups
        cloud.fail_next_write(one)
        cloud.operating_reads = 1
        instances.write(seen(instances, one), groups[:2])
        assert seen(instances, one).passing
        snapshot = seen(instances, one)
        failure = snapshot.write_failed
        assert failure
        assert (failure.kind, failure.passes) == (ErrorKind.TRANSIENT, True)
        assert failure.request_id
        assert failure.message == (
            "Tencent Cloud accepted the list and then failed to attach it; run the task again "
            "(it says: The security groups could not be modified)"
        )
        assert snapshot.groups == groups[:1]
        assert seen(instances, one).write_failed is None

    def test_another_s_that_failed_is_not_believed(
        self, cloud: TencentCloudSimulator, instances: Instances, estate: Estate
    ) -> None:
        one = estate.instances[0]
        cloud.put_operation(one, "ResizeInstanceDisks", "FAILED")
        assert not seen(instances, one).passing
        instances.write(seen(instances, one), estate.security_groups[:2])
        cloud.put_operation(one, "ResizeInstanceDisks", "FAILED")
        cloud.attach(one, estate.security_groups[3])
        assert seen(instances, one).groups == (estate.security_groups[3],)

    def test_the_list_counts_and_not_what_is_said_of_the_operation(
        self, cloud: TencentCloudSimulator, instances: Instances, estate: Estate
    ) -> None:
        one, groups = estate.instances[0], estate.security_groups[:2]
        cloud.fail_next_write(one)
        instances.write(seen(instances, one), groups)
        cloud.attach(one, *groups)
        assert seen(instances, one).groups == groups

    def test_a_write_whose_answer_was_lost_is_nobody_s(
        self, cloud: TencentCloudSimulator, instances: Instances, estate: Estate
    ) -> None:
        one, groups = estate.instances[0], estate.security_groups
        instances.write(seen(instances, one), groups[:2])
        cloud.fail_next_write(one)
        cloud.play(Hang(applied=True), WRITE)
        with pytest.raises(CloudError):
            instances.write(seen(instances, one), groups[:3])
        assert seen(instances, one).groups == groups[:2]


class TestWrite:
    def test_the_schedule_alone_keeps_the_pace(
        self, cloud: TencentCloudSimulator, instances: Instances, estate: Estate, waits: list[float]
    ) -> None:
        before = seen(instances, estate.instances[0])
        cloud.rates = dict.fromkeys(WRITES, 0)
        throttled_twice(lambda: instances.write(before, estate.security_groups[:2]))
        assert waits == []

    def test_one_call_replaces_the_list_and_changes_nothing_else(
        self, cloud: TencentCloudSimulator, instances: Instances, estate: Estate
    ) -> None:
        one, groups = estate.instances[0], estate.security_groups[4::-1]
        instances.write(seen(instances, one), groups)
        assert cloud.history(one) == [[estate.security_groups[0]], list(groups)]
        assert cloud.calls[-1].arguments == {"InstanceIds": [one], "SecurityGroups": list(groups)}
        assert (cloud.count(WRITE), cloud.count(*WRITES)) == (1, 1)

    def test_a_refusal_is_raised(self, cloud: TencentCloudSimulator, instances: Instances, estate: Estate) -> None:
        with pytest.raises(CloudError) as caught:
            instances.write(seen(instances, estate.instances[0]), estate.security_groups[:6])
        assert (caught.value.failure.kind, caught.value.failure.code) == (
            ErrorKind.LIMIT,
            "LimitExceeded.AssociateUSGLimitExceeded",
        )
        assert cloud.groups(estate.instances[0]) == [estate.security_groups[0]]

    def test_the_kind(self, instances: Instances) -> None:
        assert (INSTANCE.ordered, INSTANCE.clearable, INSTANCE.longest, instances.longest()) == (True, False, 5, 5)
        assert INSTANCE.resource_id.fits(INSTANCE.resource_id.example)
        assert INSTANCE.group_id.fits(INSTANCE.group_id.example)
