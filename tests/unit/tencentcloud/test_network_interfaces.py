# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Network interfaces: how they are read and written, in batches and on pages. Instances are listed by the same code."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.adapter import Snapshot
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.errors import (
    CloudError,
    ErrorKind,
    Failure,
)
from ansible_collections.crosscloud.security_groups.plugins.module_utils._tencentcloud.filters import filter_problems
from ansible_collections.crosscloud.security_groups.plugins.module_utils._tencentcloud.kinds.qcloud_eni import (
    NETWORK_INTERFACE,
    NetworkInterfaces,
)

from tests.simulators.server import Hang, Meddle, Raw, Refuse
from tests.simulators.tencentcloud import WRITES, Estate, TencentCloudSimulator
from tests.unit.conftest import ours, throttled_twice

READ, WRITE = "DescribeNetworkInterfaces", "ModifyNetworkInterfaceAttribute"
CLEAR = "DisassociateNetworkInterfaceSecurityGroups"
UNKNOWN = ["eni-00000000", "eni-00000001"]


def seen(adapter: NetworkInterfaces, one: str) -> Snapshot:
    answer = adapter.read([one])[one]
    assert isinstance(answer, Snapshot), answer
    return answer


def failed(answers: Mapping[str, Snapshot | Failure]) -> dict[str, Failure]:
    return {one: answer for one, answer in answers.items() if isinstance(answer, Failure)}


def show(cloud: TencentCloudSimulator, *entries: object, **more: object) -> None:
    """Have the next read be answered with these entries."""
    response = {"NetworkInterfaceSet": list(entries), "TotalCount": len(entries), "RequestId": "r-1", **more}
    cloud.play(Raw(200, json.dumps({"Response": response}).encode(), "application/json"), READ)


class TestIds:
    @pytest.mark.parametrize("text", ["eni-7k2m9q4x", "eni-abc123", "eni-0123456789abcdef"])
    def test_good_ones(self, text: str) -> None:
        assert NETWORK_INTERFACE.resource_id.fits(text)

    @pytest.mark.parametrize(
        "text", ["eni-", "eni-12345", "eni-7K2M9Q4X", "ins-7k2m9q4x", "eni-7k2m9q4x\n", "eni-ä2345678"]
    )
    def test_bad_ones(self, text: str) -> None:
        assert not NETWORK_INTERFACE.resource_id.fits(text)

    def test_the_examples_fit(self) -> None:
        for form in (NETWORK_INTERFACE.resource_id, NETWORK_INTERFACE.group_id):
            assert form.fits(form.example)


class TestRead:
    def test_250_take_three_calls_at_once(self, cloud: TencentCloudSimulator, interfaces: NetworkInterfaces) -> None:
        ids = list(reversed(cloud.populate(250).network_interfaces))
        cloud.delay = 0.1
        answers = interfaces.read(ids)
        assert list(answers) == ids
        assert not failed(answers)
        assert sorted(len(call.resources) for call in cloud.calls) == [50, 100, 100]
        assert {call.arguments["Limit"] for call in cloud.calls} == {100}
        assert not any("Filters" in call.arguments for call in cloud.calls)
        assert max(call.began for call in cloud.calls) < min(call.ended for call in cloud.calls)

    def test_none_take_no_call(self, cloud: TencentCloudSimulator, interfaces: NetworkInterfaces) -> None:
        assert interfaces.read([]) == {}
        assert cloud.calls == []

    def test_groups_come_in_the_cloud_s_order_and_details_with_them(
        self, cloud: TencentCloudSimulator, interfaces: NetworkInterfaces, estate: Estate
    ) -> None:
        one, groups = estate.network_interfaces[0], estate.security_groups[4:1:-1]
        cloud.attach(one, *groups)
        before = time.monotonic()
        snapshot = seen(interfaces, one)
        assert snapshot.groups == groups
        assert before <= snapshot.read_at <= cloud.calls[0].began
        assert (snapshot.id, snapshot.state, snapshot.passing, snapshot.blocked) == (one, "AVAILABLE", False, None)
        assert snapshot.details == {
            "vpc_id": estate.vpcs[0],
            "subnet_id": estate.subnets[0],
            "zone": estate.zones[0],
            "name": "eni-0",
            "instance_id": estate.instances[0],
            "primary": False,
            "private_ip": "10.1.0.2",
            "state": "AVAILABLE",
        }

    @pytest.mark.parametrize("refused", [True, False])
    def test_each_unknown_id_fails_alone(
        self, cloud: TencentCloudSimulator, interfaces: NetworkInterfaces, refused: bool
    ) -> None:
        cloud.unknown_enis_refused = refused
        known = list(cloud.populate(98).network_interfaces)
        ids = [*known[:30], UNKNOWN[0], *known[30:], UNKNOWN[1]]
        answers = interfaces.read(ids)
        assert list(answers) == ids
        assert set(failed(answers)) == set(UNKNOWN)
        for failure in failed(answers).values():
            assert (failure.kind, failure.passes) == (ErrorKind.NOT_FOUND, False)
            assert failure.message.startswith("it does not exist; check its id and the region")
            assert failure.request_id
        # By halves: one call, and two for each of the seven halvings on the way to either id, the first in common.
        assert cloud.count(READ) == (1 + 2 * (7 + 7 - 1) if refused else 1)

    @pytest.mark.parametrize(
        "code",
        ["InvalidParameterValue.Malformed", "InvalidParameterValue.NetworkInterfaceNotFound", "ResourceNotFound.Svc"],
    )
    def test_an_id_that_is_refused_in_other_words_does_not_exist_either(
        self, cloud: TencentCloudSimulator, interfaces: NetworkInterfaces, estate: Estate, code: str
    ) -> None:
        one = estate.network_interfaces[0]
        cloud.play(Refuse(200, code), READ, resource=one, times=None)
        answers = interfaces.read(estate.network_interfaces)
        assert failed(answers) == {one: answers[one]}
        assert failed(answers)[one].kind is ErrorKind.NOT_FOUND
        assert failed(answers)[one].code == code

    @pytest.mark.parametrize("code", ["RequestLimitExceeded", "InternalError", "UnauthorizedOperation", "Unknown"])
    def test_what_no_id_is_to_blame_for_is_not_asked_again(
        self, cloud: TencentCloudSimulator, interfaces: NetworkInterfaces, estate: Estate, code: str
    ) -> None:
        cloud.play(Refuse(200, code), READ)
        answers = interfaces.read(estate.network_interfaces)
        assert set(failed(answers)) == set(estate.network_interfaces)
        assert {failure.code for failure in failed(answers).values()} == {code}
        assert cloud.count(READ) == 1

    def test_one_batch_that_fails_leaves_the_others(
        self, cloud: TencentCloudSimulator, interfaces: NetworkInterfaces
    ) -> None:
        ids = cloud.populate(150).network_interfaces
        cloud.play(Hang(), READ, resource=ids[120])
        answers = interfaces.read(ids)
        assert list(failed(answers)) == list(ids[100:])
        assert {failure.kind for failure in failed(answers).values()} == {ErrorKind.TRANSIENT}


class TestOddAnswers:
    @pytest.mark.parametrize(
        "entry",
        [
            {},
            {"State": None, "Attachment": None, "PrivateIpAddressSet": None, "Primary": None},
            {"State": 7, "Attachment": [], "PrivateIpAddressSet": {}, "Primary": "yes", "VpcId": []},
            {"PrivateIpAddressSet": [None, "x", {"Primary": True}], "Attachment": {"InstanceId": 5}},
        ],
    )
    def test_what_is_missing_is_none(
        self, cloud: TencentCloudSimulator, interfaces: NetworkInterfaces, entry: dict[str, Any]
    ) -> None:
        show(cloud, {"NetworkInterfaceId": UNKNOWN[0], "GroupSet": [], **entry})
        snapshot = seen(interfaces, UNKNOWN[0])
        assert (snapshot.groups, snapshot.passing, snapshot.blocked) == ((), False, None)
        assert set(snapshot.details.values()) == {None, False}

    @pytest.mark.parametrize(
        "groups", ["sg-12345678", {"a": 1}, 0, None, [None], [""], ["sg-12345678", 5], [["sg-12345678"]]]
    )
    def test_a_list_that_is_half_understood_is_not_taken_for_a_shorter_one(
        self, cloud: TencentCloudSimulator, interfaces: NetworkInterfaces, groups: object
    ) -> None:
        good = {"NetworkInterfaceId": UNKNOWN[1], "GroupSet": ["sg-12345678"]}
        show(cloud, {"NetworkInterfaceId": UNKNOWN[0], "GroupSet": groups}, good)
        answers = interfaces.read(UNKNOWN)
        assert set(failed(answers)) == {UNKNOWN[0]}
        assert failed(answers)[UNKNOWN[0]].kind is ErrorKind.TRANSIENT

    def test_a_list_that_is_missing_is_not_taken_for_an_empty_one(
        self, cloud: TencentCloudSimulator, interfaces: NetworkInterfaces
    ) -> None:
        show(cloud, {"NetworkInterfaceId": UNKNOWN[0]})
        assert failed(interfaces.read(UNKNOWN[:1]))[UNKNOWN[0]].kind is ErrorKind.TRANSIENT

    def test_entries_that_nobody_asked_for_are_ignored(
        self, cloud: TencentCloudSimulator, interfaces: NetworkInterfaces
    ) -> None:
        show(cloud, None, 7, {"GroupSet": ["sg-1"]}, {"NetworkInterfaceId": None}, {"NetworkInterfaceId": UNKNOWN[1]})
        failure = interfaces.read(UNKNOWN[:1])[UNKNOWN[0]]
        assert isinstance(failure, Failure)
        assert (failure.kind, failure.request_id) == (ErrorKind.NOT_FOUND, "r-1")

    def test_no_entries_at_all(self, cloud: TencentCloudSimulator, interfaces: NetworkInterfaces) -> None:
        show(cloud, NetworkInterfaceSet=None)
        assert failed(interfaces.read(UNKNOWN))[UNKNOWN[0]].kind is ErrorKind.NOT_FOUND
        show(cloud, NetworkInterfaceSet="x")
        assert failed(interfaces.read(UNKNOWN))[UNKNOWN[0]].kind is ErrorKind.TRANSIENT


class TestStates:
    @pytest.mark.parametrize("state", ["PENDING", "ATTACHING", "DETACHING", "NEWLY_INVENTED"])
    def test_those_that_pass(
        self, cloud: TencentCloudSimulator, interfaces: NetworkInterfaces, estate: Estate, state: str
    ) -> None:
        cloud.put_in_state(estate.network_interfaces[0], state)
        snapshot = seen(interfaces, estate.network_interfaces[0])
        assert (snapshot.state, snapshot.passing, snapshot.blocked) == (state, True, None)

    def test_one_that_does_not(
        self, cloud: TencentCloudSimulator, interfaces: NetworkInterfaces, estate: Estate
    ) -> None:
        cloud.put_in_state(estate.network_interfaces[0], "DELETING")
        snapshot = seen(interfaces, estate.network_interfaces[0])
        assert not snapshot.passing
        assert snapshot.blocked == Failure(
            ErrorKind.STATE, "it is 'DELETING' and takes no change any more; leave it out"
        )

    def test_a_primary_one_is_somebody_else_s(self, interfaces: NetworkInterfaces, estate: Estate) -> None:
        instance, primary = next(iter(estate.primaries.items()))
        snapshot = seen(interfaces, primary)
        assert snapshot.excluded
        assert (snapshot.excluded.kind, snapshot.excluded.passes) == (ErrorKind.INVALID, False)
        assert f"primary network interface of {instance}" in snapshot.excluded.message
        assert "qcloud_cvm_sg" in snapshot.excluded.message
        assert seen(interfaces, estate.network_interfaces[0]).excluded is None

    def test_a_primary_one_of_nobody(self, cloud: TencentCloudSimulator, interfaces: NetworkInterfaces) -> None:
        show(cloud, {"NetworkInterfaceId": UNKNOWN[0], "GroupSet": [], "Primary": True})
        excluded = seen(interfaces, UNKNOWN[0]).excluded
        assert excluded
        assert "primary network interface of an instance" in excluded.message


class TestWrite:
    @pytest.mark.parametrize("count", [0, 2])
    def test_the_schedule_alone_keeps_the_pace(
        self,
        cloud: TencentCloudSimulator,
        interfaces: NetworkInterfaces,
        estate: Estate,
        waits: list[float],
        count: int,
    ) -> None:
        before = seen(interfaces, estate.network_interfaces[0])
        cloud.rates = dict.fromkeys(WRITES, 0)
        throttled_twice(lambda: interfaces.write(before, estate.security_groups[:count]))
        assert waits == []

    def test_one_call_replaces_the_list(
        self, cloud: TencentCloudSimulator, interfaces: NetworkInterfaces, estate: Estate
    ) -> None:
        one, groups = estate.network_interfaces[0], estate.security_groups[3:0:-1]
        interfaces.write(seen(interfaces, one), groups)
        assert cloud.history(one) == [[estate.security_groups[0]], list(groups)]
        assert cloud.calls[-1].arguments == {"NetworkInterfaceId": one, "SecurityGroupIds": list(groups)}
        assert (cloud.count(WRITE), cloud.count(*WRITES)) == (1, 1)

    def test_one_call_clears_the_list(
        self, cloud: TencentCloudSimulator, interfaces: NetworkInterfaces, estate: Estate
    ) -> None:
        one, groups = estate.network_interfaces[0], estate.security_groups[:3]
        cloud.attach(one, *groups)
        interfaces.write(seen(interfaces, one), [])
        assert cloud.history(one)[-2:] == [list(groups), []]
        assert cloud.calls[-1].arguments == {"NetworkInterfaceIds": [one], "SecurityGroupIds": list(groups)}
        assert (cloud.count(CLEAR), cloud.count(*WRITES)) == (1, 1)

    def test_what_was_added_since_is_not_cleared(
        self, cloud: TencentCloudSimulator, interfaces: NetworkInterfaces, estate: Estate
    ) -> None:
        one, groups = estate.network_interfaces[0], estate.security_groups
        cloud.play(Meddle(lambda: cloud.attach(one, groups[0], groups[1])), CLEAR)
        interfaces.write(seen(interfaces, one), [])
        assert cloud.groups(one) == [groups[1]]

    def test_a_refusal_is_raised(
        self, cloud: TencentCloudSimulator, interfaces: NetworkInterfaces, estate: Estate
    ) -> None:
        one = estate.network_interfaces[0]
        with pytest.raises(CloudError) as caught:
            interfaces.write(seen(interfaces, one), estate.security_groups[:6])
        assert caught.value.failure.kind is ErrorKind.LIMIT
        assert cloud.groups(one) == [estate.security_groups[0]]

    def test_nobody_knows_how_long_a_list_may_be(self, interfaces: NetworkInterfaces) -> None:
        assert interfaces.longest() is None


class TestSelect:
    def test_all_pages(self, cloud: TencentCloudSimulator, interfaces: NetworkInterfaces) -> None:
        estate = cloud.populate(250)
        assert interfaces.select({"is-primary": False}) == list(estate.network_interfaces)
        assert [call.arguments["Offset"] for call in cloud.calls] == [0, 100, 200]
        assert {call.arguments["Limit"] for call in cloud.calls} == {100}
        assert not any("NetworkInterfaceIds" in call.arguments for call in cloud.calls)

    def test_a_full_last_page_is_the_last(self, cloud: TencentCloudSimulator, interfaces: NetworkInterfaces) -> None:
        cloud.populate(200)
        assert len(interfaces.select({"is-primary": False})) == 200
        assert cloud.count(READ) == 2

    def test_values_become_what_the_api_takes(
        self, cloud: TencentCloudSimulator, interfaces: NetworkInterfaces, estate: Estate
    ) -> None:
        ids = interfaces.select({"is-primary": False, "vpc-id": list(estate.vpcs), "tag:number": [1, "2"]})
        assert ids == list(estate.network_interfaces[1:])
        assert cloud.calls[0].arguments["Filters"] == [
            {"Name": "is-primary", "Values": ["false"]},
            {"Name": "vpc-id", "Values": list(estate.vpcs)},
            {"Name": "tag:number", "Values": ["1", "2"]},
        ]

    def test_nothing_fits(self, interfaces: NetworkInterfaces, estate: Estate) -> None:
        assert estate
        assert interfaces.select({"network-interface-name": "none"}) == []

    def test_a_refusal_is_raised(self, interfaces: NetworkInterfaces, estate: Estate) -> None:
        assert estate
        with pytest.raises(CloudError, match=r"InvalidParameter\.FilterInvalidKey: The filter colour is not known"):
            interfaces.select({"colour": "red"})

    def test_a_listing_that_does_not_end_is_given_up(
        self, cloud: TencentCloudSimulator, interfaces: NetworkInterfaces
    ) -> None:
        page = [{"NetworkInterfaceId": f"eni-{number:08}"} for number in range(100)]
        for total in (10_000, None, "many"):
            cloud.reset()
            for _time in range(5):
                show(cloud, *page, TotalCount=total)
            with pytest.raises(CloudError, match="answers fewer resources than there are") as caught:
                interfaces.select({"vpc-id": "vpc-12345678"})
            assert caught.value.failure.passes
            assert cloud.count(READ) == 2

    def test_a_page_that_is_not_full_is_the_last_only_where_all_are_there(
        self, cloud: TencentCloudSimulator, interfaces: NetworkInterfaces
    ) -> None:
        entries = [{"NetworkInterfaceId": f"eni-{number:08}"} for number in range(150)]
        show(cloud, *entries[:99], TotalCount=150)
        show(cloud, *entries[99:], TotalCount=150)
        assert len(interfaces.select({"vpc-id": "vpc-12345678"})) == 150
        show(cloud, *entries[:99], TotalCount=150)
        show(cloud, TotalCount=150)
        with pytest.raises(CloudError, match=r"fewer resources than there are \(99\); run the task again"):
            interfaces.select({"vpc-id": "vpc-12345678"})

    def test_a_resource_on_two_pages_is_one(self, cloud: TencentCloudSimulator, interfaces: NetworkInterfaces) -> None:
        page = [{"NetworkInterfaceId": f"eni-{number:08}"} for number in range(100)]
        show(cloud, *page, TotalCount=101)
        show(cloud, page[99], {"NetworkInterfaceId": "eni-another0"}, TotalCount=101)
        assert len(interfaces.select({"vpc-id": "vpc-12345678"})) == 101

    def test_pages_between_which_the_list_changed_are_no_list(
        self, cloud: TencentCloudSimulator, interfaces: NetworkInterfaces
    ) -> None:
        estate = cloud.populate(150)
        first, other = estate.network_interfaces[0], estate.security_groups[1]
        cloud.play(Meddle(lambda: cloud.attach(first, other)), READ, skip=1)
        filters = {"groups.security-group-id": estate.security_groups[0], "is-primary": False}
        # The 101st would be on neither page.
        with pytest.raises(CloudError, match="what the filters select changed while it was listed") as caught:
            interfaces.select(filters)
        assert caught.value.failure.passes
        assert interfaces.select(filters) == list(estate.network_interfaces[1:])

    def test_new_pages_for_ever_end(
        self, cloud: TencentCloudSimulator, interfaces: NetworkInterfaces, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(ours("_tencentcloud.listing"), "MOST_PAGES", 3)
        for number in range(4):
            show(cloud, *({"NetworkInterfaceId": f"eni-{number}{one:07}"} for one in range(100)), TotalCount="many")
        with pytest.raises(CloudError, match="a list NetworkInterfaceSet without an end"):
            interfaces.select({"vpc-id": "vpc-12345678"})
        assert cloud.count(READ) == 3

    @pytest.mark.parametrize("odd", [5, None, "", "eni-7k2m9q4x,eni-3w8p5c1z"])
    def test_a_resource_that_has_no_id_is_not_left_out(
        self, cloud: TencentCloudSimulator, interfaces: NetworkInterfaces, odd: object
    ) -> None:
        show(cloud, {"NetworkInterfaceId": "eni-7k2m9q4x"}, {"NetworkInterfaceId": odd})
        with pytest.raises(CloudError, match="the NetworkInterfaceId of a list NetworkInterfaceSet"):
            interfaces.select({"vpc-id": "vpc-12345678"})


BAD_FILTERS: list[tuple[dict[str, Any], str]] = [
    ({}, "filters is empty, which would select everything in the region; name a filter"),
    ({f"f{n}": "x" for n in range(11)}, "11 filters are more than the 10 that the API takes"),
    ({"zone": []}, "the filter 'zone' has no values; name some or leave it out"),
    ({"zone": list("abcdef")}, "the filter 'zone' has 6 values, more than the 5 that the API takes"),
    ({"zone": None}, "the filter 'zone' must be a string, number or bool that is not empty, or a list of them"),
    ({"zone": ""}, "the filter 'zone' must be a string, number or bool that is not empty, or a list of them"),
    ({"zone": {"a": 1}}, "the filter 'zone' must be a string, number or bool that is not empty, or a list of them"),
    ({"zone": ["a", ["b"]]}, "the filter 'zone' must be a string, number or bool that is not empty, or a list of them"),
]


class TestFilters:
    @pytest.mark.parametrize(("filters", "problem"), BAD_FILTERS)
    def test_bad_ones(self, filters: dict[str, Any], problem: str) -> None:
        assert filter_problems(filters) == [problem]

    @pytest.mark.parametrize("values", ["a", 1, 0, 1.5, True, False, ["a"], [1, "b", False]])
    def test_good_ones(self, values: Sequence[object]) -> None:
        assert filter_problems({"zone": values}) == []
