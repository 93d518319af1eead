# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The adapters for what is of ECS, on the wire: instances and secondary network interfaces."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from ansible_collections.crosscloud.security_groups.plugins.module_utils._aliyun import listing
from ansible_collections.crosscloud.security_groups.plugins.module_utils._aliyun.kinds import (
    aliyun_ecs,
    aliyun_eni,
    aliyun_rds,
)
from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.options import Runtime
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.adapter import Snapshot
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.errors import (
    CloudError,
    ErrorKind,
    Failure,
)

from tests.simulators.alibabacloud import Estate, RdsSimulator
from tests.simulators.server import Raw, Refuse
from tests.unit.conftest import Connection, throttled_twice

FORBIDDEN = Refuse(403, "Forbidden.RAM", "User not authorized to operate on the specified resource.")


@dataclass(frozen=True)
class Subject:
    """A kind: its module, its calls, where its ids and groups are, and its resources in what populate() made."""

    module: Any
    read: str
    write: str
    sent: str
    path: tuple[str, str]
    id: str
    made: Callable[[Estate], Sequence[str]]
    counts: str
    unknown: str
    busy: str

    @property
    def kind(self) -> Any:
        return self.module.DECLARATION.kind

    def answer(self, entries: object, **more: object) -> Raw:
        outer, inner = self.path
        return Raw(200, json.dumps({"RequestId": "R-1", outer: {inner: entries}, **more}).encode(), "application/json")


SUBJECTS = (
    Subject(
        aliyun_ecs,
        "DescribeInstances",
        "ModifyInstanceAttribute",
        "SecurityGroupIds",
        ("Instances", "Instance"),
        "InstanceId",
        lambda estate: estate.ecs_instances,
        "ecs_instances",
        "i-bp1zzzzzzzzzzzzzzzzz",
        "IncorrectInstanceStatus",
    ),
    Subject(
        aliyun_eni,
        "DescribeNetworkInterfaces",
        "ModifyNetworkInterfaceAttribute",
        "SecurityGroupId",
        ("NetworkInterfaceSets", "NetworkInterfaceSet"),
        "NetworkInterfaceId",
        lambda estate: estate.network_interfaces,
        "network_interfaces",
        "eni-bp1zzzzzzzzzzzzzzzzz",
        "InvalidOperation.InvalidEniState",
    ),
)


@pytest.fixture(params=SUBJECTS, ids=["ecs", "eni"])
def subject(request: pytest.FixtureRequest) -> Subject:
    assert isinstance(request.param, Subject)
    return request.param


@pytest.fixture
def adapter(subject: Subject, connection: Connection, runtime: Runtime) -> Any:
    return subject.module.DECLARATION.connect(connection, runtime)


@pytest.fixture
def one(subject: Subject, estate: Estate) -> str:
    return subject.made(estate)[0]


@pytest.fixture
def instances(connection: Connection, runtime: Runtime) -> Any:
    return aliyun_ecs.DECLARATION.connect(connection, runtime)


@pytest.fixture
def interfaces(connection: Connection, runtime: Runtime) -> Any:
    return aliyun_eni.DECLARATION.connect(connection, runtime)


def snapshot_of(adapter: Any, one: str) -> Snapshot:
    found = adapter.read([one])[one]
    assert isinstance(found, Snapshot), found
    return found


def failure_of(adapter: Any, one: str) -> Failure:
    found = adapter.read([one])[one]
    assert isinstance(found, Failure)
    return found


def refusal(adapter: Any, seen: Snapshot, *groups: str) -> Failure:
    with pytest.raises(CloudError) as caught:
        adapter.write(seen, groups)
    return caught.value.failure


def calls(cloud: RdsSimulator) -> dict[str, int]:
    return dict(Counter(call.action for call in cloud.calls))


class TestIds:
    @pytest.mark.parametrize(
        ("module", "good", "bad"),
        [
            (aliyun_ecs, ["i-bp1c4n7r2v5y8a3d6f9h", "i-23abcde4f"], ["", "i-", "i-BP1", "ins-3t6v8r1p", "i-a,i-b"]),
            (aliyun_eni, ["eni-bp14v2s8k6m0q3w7z5b9"], ["eni-", "i-bp1c4n7r2v5y8a3d6f9h", "eni-a b"]),
        ],
    )
    def test_forms(self, module: Any, good: list[str], bad: list[str]) -> None:
        form = module.DECLARATION.kind.resource_id
        assert all(map(form.fits, [*good, form.example]))
        assert not any(map(form.fits, bad))


class TestRead:
    def test_an_instance(self, cloud: RdsSimulator, instances: Any, estate: Estate) -> None:
        one, groups = estate.ecs_instances[0], sorted(estate.security_groups[:2])
        cloud.attach(one, *groups)
        seen = snapshot_of(instances, one)
        assert seen.groups == tuple(groups)
        assert (seen.state, seen.passing, seen.blocked, seen.excluded) == ("Running", False, None, None)
        assert seen.vpc_id == estate.vpcs[0]
        assert seen.details == {
            "vpc_id": estate.vpcs[0],
            "vswitch_id": estate.vswitches[0],
            "zone": estate.zones[0],
            "name": "web-0",
            "private_ip": "10.0.0.2",
            "status": "Running",
        }

    def test_a_network_interface(self, cloud: RdsSimulator, interfaces: Any, estate: Estate) -> None:
        one, groups = estate.network_interfaces[0], sorted(estate.security_groups[:2])
        cloud.attach(one, *groups)
        seen = snapshot_of(interfaces, one)
        assert seen.groups == tuple(groups)
        assert (seen.state, seen.passing, seen.blocked, seen.excluded) == ("InUse", False, None, None)
        assert seen.details == {
            "vpc_id": estate.vpcs[0],
            "vswitch_id": estate.vswitches[0],
            "zone": estate.zones[0],
            "name": "eni-0",
            "instance_id": estate.ecs_instances[0],
            "private_ip": "10.1.0.2",
            "type": "Secondary",
            "status": "InUse",
        }

    @pytest.mark.parametrize(("asked", "pages"), [(1, 1), (100, 1), (101, 2), (250, 3)])
    def test_a_hundred_are_read_with_one_call(
        self, cloud: RdsSimulator, subject: Subject, adapter: Any, asked: int, pages: int
    ) -> None:
        made = subject.made(cloud.populate(**{subject.counts: 260}))[:asked]
        found = adapter.read(made)
        assert list(found) == list(made)
        assert all(isinstance(one, Snapshot) for one in found.values())
        assert calls(cloud) == {subject.read: pages}

    @pytest.mark.parametrize("refused", [False, True])
    def test_one_that_does_not_exist_leaves_the_others(
        self, cloud: RdsSimulator, subject: Subject, adapter: Any, estate: Estate, refused: bool
    ) -> None:
        cloud.ecs.unknown_interfaces_refused = refused
        others = subject.made(estate)
        found = adapter.read([others[0], subject.unknown, *others[1:]])
        failure = found.pop(subject.unknown)
        assert (failure.kind, failure.passes) == (ErrorKind.NOT_FOUND, False)
        assert failure.message.startswith("it does not exist; check its id and the region")
        assert all(isinstance(one, Snapshot) for one in found.values())

    @pytest.mark.parametrize(
        ("module", "status", "passing", "blocked"),
        [
            (aliyun_ecs, "Stopped", False, False),
            (aliyun_ecs, "Pending", True, False),
            (aliyun_ecs, "Starting", True, False),
            (aliyun_ecs, "Stopping", True, False),
            (aliyun_ecs, "NobodyKnowsThis", False, False),
            (aliyun_eni, "Available", False, False),
            (aliyun_eni, "Attaching", True, False),
            (aliyun_eni, "Detaching", True, False),
            (aliyun_eni, "Deleting", False, True),
            (aliyun_eni, "NobodyKnowsThis", False, False),
        ],
    )
    def test_statuses(
        self,
        cloud: RdsSimulator,
        connection: Connection,
        runtime: Runtime,
        estate: Estate,
        module: Any,
        status: str,
        passing: bool,
        blocked: bool,
    ) -> None:
        one = (estate.ecs_instances if module is aliyun_ecs else estate.network_interfaces)[0]
        cloud.put_in_state(one, status)
        seen = snapshot_of(module.DECLARATION.connect(connection, runtime), one)
        assert (seen.state, seen.passing, seen.blocked is not None) == (status, passing, blocked)
        assert seen.details["status"] == status

    @pytest.mark.parametrize(("reason", "blocked"), [("security", True), ("financial", False)])
    def test_a_lock_for_security_is_told_before_the_write(
        self, cloud: RdsSimulator, instances: Any, estate: Estate, reason: str, blocked: bool
    ) -> None:
        cloud.lock(estate.ecs_instances[0], reason)
        seen = snapshot_of(instances, estate.ecs_instances[0])
        assert (seen.blocked is not None) is blocked
        if seen.blocked:
            assert seen.blocked.kind is ErrorKind.STATE
            assert seen.blocked.message.startswith("it is locked for security reasons and takes no change")

    def test_one_on_the_classic_network_is_excluded(self, instances: Any, estate: Estate) -> None:
        excluded = snapshot_of(instances, estate.classic_ecs_instances[0]).excluded
        assert excluded
        assert excluded.message.startswith("it is on the classic network, where the security groups")

    def test_a_primary_one_points_to_the_module_of_its_instance(self, interfaces: Any, estate: Estate) -> None:
        instance, primary = next(iter(estate.primaries.items()))
        excluded = snapshot_of(interfaces, primary).excluded
        assert excluded
        assert excluded.kind is ErrorKind.INVALID
        assert excluded.message == (
            f"it is the primary network interface of {instance}, whose security groups are managed with aliyun_ecs_sg "
            "and instance_id; leave it out here"
        )

    def test_one_of_a_service_is_excluded(self, interfaces: Any, estate: Estate) -> None:
        excluded = snapshot_of(interfaces, estate.service_interfaces[0]).excluded
        assert excluded
        assert (
            excluded.message
            == "a service of Alibaba Cloud manages it, and only that service may change it; leave it out"
        )

    @pytest.mark.parametrize("groups", [None, {}, {"SecurityGroupId": []}])
    def test_one_of_a_service_may_have_no_groups(
        self, cloud: RdsSimulator, interfaces: Any, estate: Estate, groups: object
    ) -> None:
        managed = {"NetworkInterfaceId": estate.service_interfaces[0], "ServiceManaged": True}
        cloud.play(SUBJECTS[1].answer([{**managed, "SecurityGroupIds": groups}]), "DescribeNetworkInterfaces")
        seen = snapshot_of(interfaces, estate.service_interfaces[0])
        assert (seen.groups, seen.excluded is not None) == ((), True)

    @pytest.mark.parametrize(
        "groups",
        [
            None,
            {},
            [],
            {"SecurityGroupId": None},
            {"SecurityGroupId": []},
            {"SecurityGroupId": "sg-bp195m1bbdpfrsf9x3y7"},
            {"SecurityGroupId": ["sg-bp195m1bbdpfrsf9x3y7", ""]},
            {"SecurityGroupId": ["sg-bp195m1bbdpfrsf9x3y7,sg-bp1f3k8n5t7v2x9q4z6m"]},
            {"SecurityGroupId": [{}]},
        ],
    )
    def test_groups_that_are_not_as_documented_are_no_list(
        self, cloud: RdsSimulator, subject: Subject, adapter: Any, one: str, groups: object
    ) -> None:
        cloud.play(subject.answer([{subject.id: one, "SecurityGroupIds": groups}]), subject.read)
        failure = failure_of(adapter, one)
        assert (failure.kind, failure.passes) == (ErrorKind.TRANSIENT, True)
        assert failure.message == (
            "SecurityGroupIds that Alibaba Cloud answers is not as documented; run the task again"
        )

    @pytest.mark.parametrize("entries", [None, {}, "i-1", [None], ["i-1"], [{}], [{"InstanceId": 7}]])
    def test_entries_that_are_not_as_documented_are_no_answer(
        self, cloud: RdsSimulator, subject: Subject, adapter: Any, one: str, entries: object
    ) -> None:
        cloud.play(subject.answer(entries), subject.read)
        assert failure_of(adapter, one).kind is ErrorKind.TRANSIENT

    def test_details_that_are_not_as_documented_are_null(
        self, cloud: RdsSimulator, subject: Subject, adapter: Any, one: str
    ) -> None:
        odd = {"Status": 7, "VpcAttributes": "vpc-1", "VpcId": [], "OperationLocks": [], "ServiceManaged": "no"}
        groups = {"SecurityGroupIds": {"SecurityGroupId": ["sg-bp195m1bbdpfrsf9x3y7"]}}
        cloud.play(subject.answer([{subject.id: one, **groups, **odd}]), subject.read)
        seen = snapshot_of(adapter, one)
        assert (seen.passing, seen.blocked, seen.excluded, seen.vpc_id) == (False, None, None, None)
        assert set(seen.details.values()) == {None}

    def test_a_missing_permission_is_told(self, cloud: RdsSimulator, subject: Subject, adapter: Any, one: str) -> None:
        cloud.play(FORBIDDEN, subject.read)
        failure = failure_of(adapter, one)
        assert failure.kind is ErrorKind.DENIED
        assert f"grant ecs:{subject.read} (" in failure.message


class TestSelect:
    def test_all_tags_must_match(self, cloud: RdsSimulator, subject: Subject, adapter: Any, estate: Estate) -> None:
        made = list(subject.made(estate))
        assert adapter.select({"role": "web"}) == made[::2]
        assert adapter.select({"role": "web", "number": "0"}) == made[:1]
        assert adapter.select({"role": "web", "number": "1"}) == []
        assert calls(cloud) == {subject.read: 3}

    def test_network_interfaces_are_secondary_ones(self, interfaces: Any, estate: Estate) -> None:
        assert not {*estate.primaries.values()} & {*interfaces.select(None)}
        assert not {*estate.primaries.values()} & {*interfaces.select({"role": "web"})}

    @pytest.mark.parametrize("count", [99, 100, 101, 250])
    def test_all_pages(self, cloud: RdsSimulator, subject: Subject, adapter: Any, count: int) -> None:
        estate = cloud.populate(**{subject.counts: count})
        assert set(subject.made(estate)) <= set(adapter.select(None))
        assert cloud.count(subject.read) == -(-(count + 1) // 100)

    def test_more_than_the_cloud_lists_for_tags_is_no_selection(
        self, cloud: RdsSimulator, subject: Subject, adapter: Any
    ) -> None:
        estate = cloud.populate(**{subject.counts: 2001})
        with pytest.raises(CloudError, match=r"tags matches 1000 resources or more, .*; add a tag") as caught:
            adapter.select({"role": "web"})
        assert caught.value.failure.kind is ErrorKind.LIMIT
        assert len(adapter.select(None)) >= len(subject.made(estate))

    def test_pages_for_ever_end(
        self, cloud: RdsSimulator, subject: Subject, adapter: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(listing, "MOST_PAGES", 3)
        cloud.play(subject.answer([], NextToken="again"), subject.read, times=None)
        with pytest.raises(CloudError, match=f"a list {subject.path[0]} without an end"):
            adapter.select(None)
        assert cloud.count(subject.read) == 3

    def test_tags_are_checked(self, subject: Subject) -> None:
        problems = subject.module.DECLARATION.selector_problems
        assert problems({"role": "web"}) == problems({str(number): "x" for number in range(20)}) == []
        assert problems({str(number): "x" for number in range(21)}) == [
            "tags has 21 tags, and Alibaba Cloud takes 20 at most; leave some out"
        ]
        assert problems({})[0].startswith("tags is empty")


class TestWrite:
    def test_the_whole_list_is_sent_and_nothing_else(
        self, cloud: RdsSimulator, subject: Subject, adapter: Any, estate: Estate, one: str
    ) -> None:
        wanted = list(estate.security_groups[3:6])
        adapter.write(snapshot_of(adapter, one), wanted)
        (sent,) = [call.arguments for call in cloud.calls if call.action == subject.write]
        assert sent == {subject.id: one, subject.sent: wanted, "RegionId": "cn-hangzhou"}
        assert cloud.groups(one) == sorted(wanted)

    def test_the_groups_of_one_are_not_those_of_another(
        self, cloud: RdsSimulator, adapter: Any, estate: Estate, one: str
    ) -> None:
        others = {*estate.ecs_instances, *estate.network_interfaces} - {one}
        before = {other: cloud.groups(other) for other in others}
        adapter.write(snapshot_of(adapter, one), estate.security_groups[3:6])
        assert {other: cloud.groups(other) for other in others} == before

    def test_the_schedule_alone_keeps_the_pace(
        self, cloud: RdsSimulator, subject: Subject, adapter: Any, estate: Estate, one: str, waits: list[float]
    ) -> None:
        before = snapshot_of(adapter, one)
        cloud.rates = {subject.write: 0}
        throttled_twice(lambda: adapter.write(before, estate.security_groups[:2]))
        assert waits == []

    def test_a_missing_permission_is_told_with_what_it_must_be_granted_on(
        self, cloud: RdsSimulator, subject: Subject, adapter: Any, estate: Estate, one: str
    ) -> None:
        cloud.play(FORBIDDEN, subject.write)
        failure = refusal(adapter, snapshot_of(adapter, one), *estate.security_groups[:2])
        assert failure.kind is ErrorKind.DENIED
        what = f"ecs:{subject.write} on the {subject.kind.noun} and on its security groups"
        assert failure.message.startswith(f"the credentials lack a permission; grant {what} (")

    def test_a_status_that_takes_no_change_now_passes(
        self, cloud: RdsSimulator, subject: Subject, adapter: Any, estate: Estate, one: str
    ) -> None:
        seen = snapshot_of(adapter, one)
        cloud.put_in_state(one, "Starting" if subject.module is aliyun_ecs else "Attaching", 1)
        failure = refusal(adapter, seen, *estate.security_groups[:2])
        assert (failure.kind, failure.code, failure.passes) == (ErrorKind.STATE, subject.busy, True)
        assert snapshot_of(adapter, one).passing

    @pytest.mark.parametrize(
        ("groups", "kind", "said"),
        [
            ("unknown", ErrorKind.NOT_FOUND, "a security group does not exist in the region"),
            ("classic", ErrorKind.INVALID, "a security group is not of its VPC; name groups of its VPC"),
            ("elsewhere", ErrorKind.INVALID, "a security group is not of its VPC; name groups of its VPC"),
            ("mixed", ErrorKind.INVALID, "it cannot have basic and advanced security groups together"),
            ("managed", ErrorKind.INVALID, "a service of Alibaba Cloud manages one of the security groups"),
            ("many", ErrorKind.LIMIT, "a quota allows no list this long; name fewer security groups"),
        ],
    )
    def test_groups_that_cannot_be_attached(
        self, cloud: RdsSimulator, adapter: Any, estate: Estate, one: str, groups: str, kind: ErrorKind, said: str
    ) -> None:
        here, known = estate.vpcs[0], estate.security_groups
        lists = {
            "unknown": ["sg-bp1zzzzzzzzzzzzzzzzz"],
            "classic": [estate.classic_security_groups[0]],
            "elsewhere": [cloud.add_group("elsewhere", estate.vpcs[1])],
            "mixed": [known[0], cloud.add_group("advanced", here, enterprise=True)],
            "managed": [known[0], cloud.add_group("managed", here, service_managed=True)],
            "many": known[:6],
        }
        failure = refusal(adapter, snapshot_of(adapter, one), *lists[groups])
        assert (failure.kind, failure.passes) == (kind, False)
        assert failure.message.startswith(said)
        assert cloud.groups(one) == [known[0]]

    def test_a_list_may_change_its_type_as_a_whole(
        self, cloud: RdsSimulator, adapter: Any, estate: Estate, one: str
    ) -> None:
        advanced = cloud.add_group("advanced", estate.vpcs[0], enterprise=True)
        adapter.write(snapshot_of(adapter, one), [advanced])
        assert cloud.groups(one) == [advanced]

    @pytest.mark.parametrize(
        ("code", "kind", "passes"),
        [
            ("InvalidEniId.NotFound", ErrorKind.NOT_FOUND, False),
            ("InvalidInstanceId.NotFound", ErrorKind.NOT_FOUND, False),
            ("InvalidParameter.SecurityGroupIdRepeated", ErrorKind.INVALID, False),
            ("InvalidNetworkType.NotSupported", ErrorKind.INVALID, False),
            ("InvalidOperation.EniServiceManaged", ErrorKind.INVALID, False),
            ("InvalidOperation.PrimaryEniOnlySupportModifyNameAndDesc", ErrorKind.INVALID, False),
            ("AclLimitExceed", ErrorKind.LIMIT, False),
            ("SecurityGroupInstanceLimitExceed", ErrorKind.LIMIT, False),
            ("InvalidOperation.EniCountExceeded", ErrorKind.LIMIT, False),
            ("InstanceLockedForSecurity", ErrorKind.STATE, False),
            ("InvalidOperation.InvalidEcsState", ErrorKind.STATE, True),
            ("InvalidUser.Unauthorized", ErrorKind.DENIED, False),
            ("OperationDenied", ErrorKind.STATE, True),
            ("OperationConflict", ErrorKind.STATE, True),
            ("Throttling.User", ErrorKind.THROTTLED, True),
            ("InternalError", ErrorKind.TRANSIENT, True),
        ],
    )
    def test_codes(
        self,
        cloud: RdsSimulator,
        subject: Subject,
        adapter: Any,
        estate: Estate,
        one: str,
        code: str,
        kind: ErrorKind,
        passes: bool,
    ) -> None:
        cloud.play(Refuse(403, code, "as the cloud says"), subject.write)
        failure = refusal(adapter, snapshot_of(adapter, one), *estate.security_groups[:2])
        assert (failure.kind, failure.passes) == (kind, passes)
        assert f"({subject.write} answered {code}: as the cloud says)" in failure.message

    def test_no_call_tells_how_long_a_list_may_be(self, cloud: RdsSimulator, adapter: Any) -> None:
        assert adapter.longest() is None
        assert cloud.calls == []


def test_the_sdk_for_rds_is_not_needed(
    adapter: Any, connection: Connection, runtime: Runtime, one: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Imported before or not, it is no longer there.
    for name in [*sys.modules, "aliyunsdkrds"]:
        if name.partition(".")[0] == "aliyunsdkrds":
            monkeypatch.setitem(sys.modules, name, None)
    assert isinstance(adapter.read([one])[one], Snapshot)
    with pytest.raises(ImportError, match="aliyunsdkrds"):
        aliyun_rds.DECLARATION.connect(connection, runtime)


class TestGroups:
    def test_a_group_must_be_of_the_vpc(self, cloud: RdsSimulator, adapter: Any, estate: Estate, one: str) -> None:
        seen = snapshot_of(adapter, one)
        elsewhere = cloud.add_group("elsewhere", estate.vpcs[1])
        references = [estate.security_groups[1], elsewhere, estate.classic_security_groups[0]]
        found = {group.id: adapter.directory.misfit(seen, group) for group in adapter.directory.find(references)}
        here = f"and cannot be attached to a resource of {estate.vpcs[0]}"
        assert [found[reference] for reference in references] == [
            None,
            f"is of {estate.vpcs[1]} {here}",
            f"is of the classic network {here}",
        ]

    def test_groups_have_a_type(self, cloud: RdsSimulator, adapter: Any, estate: Estate) -> None:
        advanced = cloud.add_group("advanced", estate.vpcs[0], enterprise=True)
        found = adapter.directory.find([estate.security_groups[0], advanced])
        assert [group.type for group in found] == ["normal", "enterprise"]
