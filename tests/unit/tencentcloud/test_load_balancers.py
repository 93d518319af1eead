# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Load balancers: how they are read, selected and written. What all lists have in common is tested with interfaces."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.adapter import Snapshot
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.errors import (
    CloudError,
    ErrorKind,
    Failure,
)
from ansible_collections.crosscloud.security_groups.plugins.module_utils._tencentcloud.kinds.qcloud_clb import (
    FILTERS,
    LOAD_BALANCER,
    LoadBalancers,
)

from tests.simulators.server import Hang, Raw, Refuse
from tests.simulators.tencentcloud import WRITES, Estate, TencentCloudSimulator

READ, WRITE, TASK = "DescribeLoadBalancers", "SetLoadBalancerSecurityGroups", "DescribeTaskStatus"
UNKNOWN = "lb-00000000"


def seen(adapter: LoadBalancers, one: str) -> Snapshot:
    answer = adapter.read([one])[one]
    assert isinstance(answer, Snapshot), answer
    return answer


class TestRead:
    def test_45_take_three_calls_and_an_unknown_one_fails_alone(
        self, cloud: TencentCloudSimulator, balancers: LoadBalancers
    ) -> None:
        ids = list(cloud.populate(0, 0, load_balancers=45).load_balancers)
        answers = balancers.read(ids)
        assert list(answers) == ids
        assert all(isinstance(one, Snapshot) for one in answers.values())
        assert sorted(len(call.resources) for call in cloud.calls) == [5, 20, 20]
        for refused in (True, False):
            cloud.clb.unknown_refused = refused
            answers = balancers.read([*ids[:3], UNKNOWN, *ids[3:]])
            assert [one for one, answer in answers.items() if isinstance(answer, Snapshot)] == ids
            failure = answers[UNKNOWN]
            assert isinstance(failure, Failure)
            assert failure.kind is ErrorKind.NOT_FOUND
            assert failure.message.startswith("it does not exist; check its id and the region")

    def test_groups_come_in_the_cloud_s_order_and_details_with_them(
        self, cloud: TencentCloudSimulator, balancers: LoadBalancers, estate: Estate
    ) -> None:
        one, groups = estate.load_balancers[1], estate.security_groups[4:1:-1]
        cloud.attach(one, *groups)
        snapshot = seen(balancers, one)
        assert (snapshot.id, snapshot.groups, snapshot.vpc_id) == (one, groups, estate.vpcs[1])
        assert (snapshot.state, snapshot.passing, snapshot.blocked, snapshot.excluded) == ("running", False, None, None)
        assert snapshot.details == {
            "vpc_id": estate.vpcs[1],
            "name": cloud.clb.resources[one].name,
            "type": "OPEN",
            "address": "10.2.0.3",
            "domain": None,
            "passes_to_targets": False,
            "state": "running",
        }

    def test_one_that_is_created_passes(
        self, cloud: TencentCloudSimulator, balancers: LoadBalancers, estate: Estate
    ) -> None:
        cloud.put_in_state(estate.load_balancers[0], "creating", reads=1)
        snapshot = seen(balancers, estate.load_balancers[0])
        assert (snapshot.state, snapshot.passing) == ("creating", True)
        assert not seen(balancers, estate.load_balancers[0]).passing

    @pytest.mark.parametrize(
        ("forward", "in_vpc", "what"),
        [
            (0, True, "a classic private network load balancer"),
            (1, False, "a private network load balancer in the classic network"),
            (1, True, None),
        ],
    )
    def test_a_private_one_that_can_have_no_groups_is_excluded(
        self,
        cloud: TencentCloudSimulator,
        balancers: LoadBalancers,
        estate: Estate,
        forward: int,
        in_vpc: bool,
        what: str | None,
    ) -> None:
        one = cloud.clb.resources[estate.load_balancers[0]]
        one.forward, one.vpc = forward, one.vpc if in_vpc else ""
        assert seen(balancers, one.id).excluded is None
        one.kind = "INTERNAL"
        excluded = seen(balancers, one.id).excluded
        assert (excluded and excluded.message) == (
            what and f"it is {what}, which can have no security groups; leave it out"
        )

    def test_what_is_missing_is_none(self, cloud: TencentCloudSimulator, balancers: LoadBalancers) -> None:
        odd = {"VpcId": None, "LoadBalancerVips": None, "Status": None, "LoadBalancerType": 7}
        for entry in ({}, odd, {**odd, "Status": "1", "LoadBalancerVips": [None]}):
            shown = {"LoadBalancerId": UNKNOWN, "SecureGroups": [], **entry}
            answer(cloud, READ, LoadBalancerSet=[shown])
            snapshot = seen(balancers, UNKNOWN)
            assert (snapshot.groups, snapshot.passing, snapshot.excluded) == ((), False, None)
            assert set(snapshot.details.values()) == {None, False}

    @pytest.mark.parametrize("groups", [None, "sg-5d8n2w7c", [{}], ["nonsense"]])
    def test_a_list_half_understood_is_none(
        self, cloud: TencentCloudSimulator, balancers: LoadBalancers, groups: object
    ) -> None:
        answer(cloud, READ, LoadBalancerSet=[{"LoadBalancerId": UNKNOWN, "SecureGroups": groups}])
        failure = balancers.read([UNKNOWN])[UNKNOWN]
        assert isinstance(failure, Failure)
        assert "the list SecureGroups" in failure.message


def answer(cloud: TencentCloudSimulator, action: str, **response: object) -> None:
    """Have the next call be answered with this."""
    body = {"Response": {"RequestId": "r-1", **response}}
    cloud.play(Raw(200, json.dumps(body).encode(), "application/json"), action)


class TestSelect:
    def test_by_parameters_and_filters(self, cloud: TencentCloudSimulator, balancers: LoadBalancers) -> None:
        estate = cloud.populate(0, 0, load_balancers=130)
        assert balancers.select(None) == list(estate.load_balancers)
        assert [call.arguments["Offset"] for call in cloud.calls] == [0, 100]
        assert set(balancers.select({"tag:role": "web", "LoadBalancerType": "OPEN", "ProjectId": 0})) == set(
            estate.load_balancers[::2]
        )
        assert {name: cloud.calls[-1].arguments[name] for name in ("Filters", "LoadBalancerType", "ProjectId")} == {
            "Filters": [{"Name": "tag:role", "Values": ["web"]}],
            "LoadBalancerType": "OPEN",
            "ProjectId": 0,
        }
        cloud.attach(estate.load_balancers[3], estate.security_groups[5])
        filters = {"SecurityGroup": [estate.security_groups[5]], "VpcId": estate.vpcs[1], "Forward": "1"}
        assert balancers.select(filters) == [estate.load_balancers[3]]

    @pytest.mark.parametrize(
        ("filters", "problem"),
        [
            ({}, "filters is empty, which would select everything in the region; name a filter"),
            ({"tag:a": list("a" * 101)}, "the filter 'tag:a' has 101 values, more than the 100 that the API takes"),
            ({"VpcId": ["a", "b"]}, "the filter 'VpcId' has 2 values, and the API takes one; give one"),
            ({"Forward": "yes"}, "the filter 'Forward' is 'yes' and must be a number"),
        ],
    )
    def test_bad_filters(self, filters: dict[str, Any], problem: str) -> None:
        assert FILTERS.problems(filters) == [problem]

    @pytest.mark.parametrize("name", ["LoadBalancerName", "vpc-id", "tag:", "TAG:a", "loadbalancertype"])
    def test_a_filter_that_is_not_known_is_refused(self, name: str) -> None:
        (problem,) = FILTERS.problems({name: "web"})
        assert problem.startswith(f"the filter '{name}' is not known; use LoadBalancerType, VpcId, ")

    def test_good_filters(self) -> None:
        good = {"tag:a": ["b", "c"], "tag-key": "a", "VpcId": "vpc-2kx9z6h3", "Forward": 1, "ProjectId": "0"}
        assert FILTERS.problems(good) == []


class TestWrite:
    def test_one_call_sets_the_list_and_one_tells_that_it_is_done(
        self, cloud: TencentCloudSimulator, balancers: LoadBalancers, estate: Estate
    ) -> None:
        one, groups = estate.load_balancers[0], estate.security_groups[4::-1]
        balancers.write(seen(balancers, one), groups)
        assert cloud.calls[-1].arguments == {"LoadBalancerId": one, "SecurityGroups": list(groups)}
        assert seen(balancers, one).groups == groups
        assert [call.action for call in cloud.calls] == [READ, WRITE, TASK, READ]
        assert not seen(balancers, one).passing
        assert cloud.count(TASK) == 1

    def test_an_empty_list_is_sent_as_one(
        self, cloud: TencentCloudSimulator, balancers: LoadBalancers, estate: Estate
    ) -> None:
        one = estate.load_balancers[0]
        balancers.write(seen(balancers, one), ())
        assert cloud.calls[-1].arguments == {"LoadBalancerId": one, "SecurityGroups": []}
        assert cloud.groups(one) == []
        assert cloud.count(*WRITES) == 1

    def test_a_task_that_runs_is_waited_for(
        self, cloud: TencentCloudSimulator, balancers: LoadBalancers, estate: Estate
    ) -> None:
        one, groups = estate.load_balancers[0], estate.security_groups[:2]
        cloud.clb.task_reads = 3
        balancers.write(seen(balancers, one), groups)
        snapshot = seen(balancers, one)
        assert (snapshot.passing, snapshot.state) == (True, "changing its security groups")
        assert seen(balancers, one).passing
        snapshot = seen(balancers, one)
        assert (snapshot.passing, snapshot.groups) == (False, groups)

    def test_one_that_failed_is_told_once(
        self, cloud: TencentCloudSimulator, balancers: LoadBalancers, estate: Estate
    ) -> None:
        one, groups = estate.load_balancers[0], estate.security_groups
        cloud.fail_next_write(one)
        balancers.write(seen(balancers, one), groups[:2])
        snapshot = seen(balancers, one)
        failure = snapshot.write_failed
        assert failure
        assert (failure.kind, failure.passes, failure.doubtful) == (ErrorKind.TRANSIENT, True, True)
        assert failure.request_id
        assert failure.message == (
            "Tencent Cloud accepted the list and then failed to attach it; run the task again "
            "(it says: The security groups could not be bound)"
        )
        assert snapshot.groups == groups[:1]
        assert seen(balancers, one).write_failed is None

    def test_one_that_failed_does_not_count_where_the_list_is_there(
        self, cloud: TencentCloudSimulator, balancers: LoadBalancers, estate: Estate
    ) -> None:
        one, groups = estate.load_balancers[0], estate.security_groups[:2]
        cloud.fail_next_write(one)
        balancers.write(seen(balancers, one), groups)
        cloud.attach(one, *groups)
        assert (seen(balancers, one).groups, seen(balancers, one).write_failed) == (groups, None)

    @pytest.mark.parametrize("code", ["UnauthorizedOperation", "InvalidParameter", "NobodyKnowsThis"])
    def test_where_a_task_cannot_be_asked_for_the_list_decides(
        self, cloud: TencentCloudSimulator, balancers: LoadBalancers, estate: Estate, code: str
    ) -> None:
        one, groups = estate.load_balancers[0], estate.security_groups[:2]
        cloud.play(Refuse(200, code), TASK)
        balancers.write(seen(balancers, one), groups)
        assert (seen(balancers, one).groups, seen(balancers, one).passing) == (groups, False)
        assert cloud.count(TASK) == 1

    def test_a_task_that_is_asked_for_in_vain_is_asked_for_again(
        self, cloud: TencentCloudSimulator, balancers: LoadBalancers, estate: Estate
    ) -> None:
        (one, other), groups = estate.load_balancers[:2], estate.security_groups[:2]
        cloud.play(Refuse(200, "RequestLimitExceeded"), TASK)
        balancers.write(seen(balancers, one), groups)
        answers = balancers.read([other, one])
        assert isinstance(answers[other], Snapshot)
        failure = answers[one]
        assert isinstance(failure, Failure)
        assert (failure.kind, failure.passes) == (ErrorKind.THROTTLED, True)
        assert seen(balancers, one).groups == groups

    def test_a_write_whose_answer_was_lost_has_no_task(
        self, cloud: TencentCloudSimulator, balancers: LoadBalancers, estate: Estate
    ) -> None:
        one, groups = estate.load_balancers[0], estate.security_groups
        balancers.write(seen(balancers, one), groups[:2])
        cloud.fail_next_write(one)
        cloud.play(Hang(applied=True), WRITE)
        with pytest.raises(CloudError):
            balancers.write(seen(balancers, one), groups[:3])
        snapshot = seen(balancers, one)
        assert (snapshot.groups, snapshot.write_failed) == (groups[:2], None)

    @pytest.mark.parametrize(
        ("code", "kind", "passes", "doubtful"),
        [
            ("FailedOperation.ResourceInOperating", ErrorKind.TRANSIENT, True, False),
            ("FailedOperation.InvalidLBStatus", ErrorKind.STATE, True, True),
            ("FailedOperation", ErrorKind.TRANSIENT, True, False),
            ("InternalError", ErrorKind.TRANSIENT, True, False),
            ("InvalidParameter.LBIdNotFound", ErrorKind.NOT_FOUND, False, False),
            ("InvalidParameter.FormatError", ErrorKind.INVALID, False, False),
            ("InvalidParameterValue.Length", ErrorKind.INVALID, False, False),
            ("LimitExceeded", ErrorKind.LIMIT, False, False),
            ("UnauthorizedOperation", ErrorKind.DENIED, False, False),
        ],
    )
    def test_refusals(
        self,
        cloud: TencentCloudSimulator,
        balancers: LoadBalancers,
        estate: Estate,
        code: str,
        kind: ErrorKind,
        passes: bool,
        doubtful: bool,
    ) -> None:
        before = seen(balancers, estate.load_balancers[0])
        cloud.play(Refuse(200, code), WRITE)
        with pytest.raises(CloudError) as caught:
            balancers.write(before, estate.security_groups[:2])
        failure = caught.value.failure
        assert (failure.kind, failure.passes, failure.doubtful, failure.code) == (kind, passes, doubtful, code)
        if kind is ErrorKind.DENIED:
            assert "clb:SetLoadBalancerSecurityGroups" in failure.message

    def test_the_kind(self, balancers: LoadBalancers) -> None:
        kind = LOAD_BALANCER
        assert (kind.ordered, kind.clearable, kind.longest, balancers.longest()) == (True, True, None, None)
        assert kind.resource_id.fits(kind.resource_id.example)
        assert not kind.resource_id.fits("alb-6r9w2k5t")
