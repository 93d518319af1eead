# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The adapter for DB instances, on the wire."""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from ansible_collections.crosscloud.security_groups.plugins.module_utils._aliyun.kinds.aliyun_rds import (
    DB_INSTANCE,
    DECLARATION,
    DbInstances,
)
from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.locks import FileLocks
from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.options import Runtime
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.adapter import Clock, Machine, Snapshot
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.errors import (
    CloudError,
    ErrorKind,
    Failure,
)
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.lists import State
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.reconcile import (
    Batch,
    Outcome,
    Policy,
    reconcile,
)
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.requests import Request, Wanted

from tests.simulators.alibabacloud import REGION, Estate, RdsSimulator
from tests.simulators.server import Hang, Meddle, Raw, Refuse
from tests.unit.clocks import OnClock
from tests.unit.conftest import Connection, ours, throttled_twice

GROUPS = "DescribeSecurityGroupConfiguration"
STATUS = "DescribeDBInstanceAttribute"
LIST = "DescribeDBInstances"
WRITE = "ModifySecurityGroupConfiguration"
JSON = "application/json"


def snapshot_of(instances: DbInstances, one: str) -> Snapshot:
    found = instances.read([one])[one]
    assert isinstance(found, Snapshot)
    return found


def failure_of(instances: DbInstances, one: str) -> Failure:
    found = instances.read([one])[one]
    assert isinstance(found, Failure)
    return found


def calls(cloud: RdsSimulator) -> dict[str, int]:
    return dict(Counter(call.action for call in cloud.calls))


def written(cloud: RdsSimulator) -> list[object]:
    return [call.arguments["SecurityGroupId"] for call in cloud.calls if call.action == WRITE]


def raw(body: object) -> Raw:
    return Raw(200, json.dumps({"RequestId": "R-1", **body}).encode(), JSON)


class TestIds:
    @pytest.mark.parametrize(
        "one", ["rm-bp1f3k8n5t7v2x9q4", "rr-bp1f3k8n5t7v2x9q4", "pgm-2ev213kfnogf7mfi", "pgr-bp1x", "rdsfjjzm2yuznzq"]
    )
    def test_forms_of_instances(self, one: str) -> None:
        assert DB_INSTANCE.resource_id.fits(one) is (one != "pgr-bp1x")

    @pytest.mark.parametrize(
        "one", ["", "rm-", "RM-BP1F3K8N5T", "sg-bp195m1bbdpfrsf9x3y7", "eni-7k2m9q4x", "rm-a,rm-b"]
    )
    def test_what_is_no_instance(self, one: str) -> None:
        assert not DB_INSTANCE.resource_id.fits(one)

    @pytest.mark.parametrize("one", ["sg-bp195m1bbdpfrsf9x3y7", "sg-25abcdef1", "sg-F876FF7BA"])
    def test_forms_of_groups(self, one: str) -> None:
        assert DB_INSTANCE.group_id.fits(one)

    @pytest.mark.parametrize("one", ["Empty", "empty", "", "sg-", "sg-1234,sg-5678", "sg-bp195m1bbdpfrsf9x3y7 "])
    def test_what_is_no_group(self, one: str) -> None:
        assert not DB_INSTANCE.group_id.fits(one)

    def test_examples_fit(self) -> None:
        assert DB_INSTANCE.resource_id.fits(DB_INSTANCE.resource_id.example)
        assert DB_INSTANCE.group_id.fits(DB_INSTANCE.group_id.example)


class TestRead:
    def test_groups_and_details(self, cloud: RdsSimulator, instances: DbInstances, estate: Estate) -> None:
        one = estate.instances[0]
        a, b = sorted(estate.security_groups[:2])
        cloud.attach(one, a, b)
        seen = snapshot_of(instances, one)
        assert seen.groups == (a, b)
        assert (seen.state, seen.passing, seen.blocked) == ("Running", False, None)
        assert seen.details == {
            "network_type": "VPC",
            "status": "Running",
            "description": "web-0",
            "engine": "MySQL",
            "region": REGION,
            "zone": estate.zones[0],
            "vpc_id": estate.vpcs[0],
            "security_groups": [
                {"id": a, "network_type": "VPC", "region": REGION},
                {"id": b, "network_type": "VPC", "region": REGION},
            ],
        }

    def test_one_of_the_classic_network_has_no_vpc(self, instances: DbInstances, estate: Estate) -> None:
        details = snapshot_of(instances, estate.classic_instances[0]).details
        assert (details["network_type"], details["vpc_id"]) == ("Classic", None)
        assert [group["network_type"] for group in details["security_groups"]] == ["Classic"]  # type: ignore[attr-defined]

    def test_the_status_is_asked_once_while_it_is_running(
        self, cloud: RdsSimulator, instances: DbInstances, estate: Estate
    ) -> None:
        instances.read(estate.instances)
        instances.read(estate.instances)
        assert calls(cloud) == {LIST: 1, GROUPS: 6}

    def test_statuses_come_by_pages_where_those_are_fewer_calls(
        self, cloud: RdsSimulator, instances: DbInstances
    ) -> None:
        many = cloud.populate(instances=250).instances
        cloud.put_in_state(many[7], "Rebooting", 1)
        found = instances.read(many[:12])
        assert {one: snapshot.state for one, snapshot in found.items() if snapshot.state != "Running"} == {
            many[7]: "Rebooting"
        }
        assert calls(cloud) == {LIST: 1, STATUS: 1, GROUPS: 12}

    @pytest.mark.parametrize(("asked", "pages", "singly"), [(2, 0, 2), (3, 1, 0), (200, 2, 0)])
    def test_no_more_pages_are_read_than_instances_are_asked_for(
        self, cloud: RdsSimulator, instances: DbInstances, asked: int, pages: int, singly: int
    ) -> None:
        many = cloud.populate(instances=250).instances
        assert {one.state for one in instances.read(many[:asked]).values()} == {"Running"}
        found = calls(cloud)
        assert (found.get(LIST, 0), found.get(STATUS, 0)) == (pages, singly)

    @pytest.mark.parametrize(("begin", "pages"), [(0, 1), (190, 3), (275, 3)])
    def test_no_page_is_read_once_all_are_found(
        self, cloud: RdsSimulator, instances: DbInstances, begin: int, pages: int
    ) -> None:
        made = cloud.populate(instances=500, read_only=0, classic=0).instances
        instances.read(made[begin : begin + 25])
        assert calls(cloud) == {LIST: pages, GROUPS: 25}

    def test_a_page_that_fails_takes_none_of_those_before_with_it(
        self, cloud: RdsSimulator, instances: DbInstances
    ) -> None:
        made = cloud.populate(instances=500, read_only=0, classic=0).instances
        cloud.play(Refuse(500, "InternalError"), LIST, skip=1)
        found = instances.read(made[90:110])
        assert all(isinstance(one, Snapshot) for one in found.values())
        assert calls(cloud) == {LIST: 2, STATUS: 10, GROUPS: 20}

    def test_pages_that_lead_nowhere_are_not_read(self, cloud: RdsSimulator, instances: DbInstances) -> None:
        many = cloud.populate(instances=1000).instances
        assert {one.state for one in instances.read(many[-3:]).values()} == {"Running"}
        assert calls(cloud) == {LIST: 1, STATUS: 3, GROUPS: 3}

    @pytest.mark.parametrize("code", ["Forbidden.RAM", "Throttling.User", "InternalError"])
    def test_where_pages_cannot_be_read_each_is_asked_alone_from_then_on(
        self, cloud: RdsSimulator, instances: DbInstances, estate: Estate, code: str
    ) -> None:
        cloud.play(Refuse(403, code), LIST, times=None)
        for _time in range(2):
            assert {one.state for one in instances.read(estate.instances).values()} == {"Running"}
        assert calls(cloud) == {LIST: 1, STATUS: 3, GROUPS: 6}

    def test_the_status_is_asked_again_until_it_is_running(
        self, cloud: RdsSimulator, instances: DbInstances, estate: Estate
    ) -> None:
        one = estate.instances[0]
        cloud.put_in_state(one, "Rebooting", 2)
        assert [snapshot_of(instances, one).passing for _look in range(4)] == [True, True, False, False]
        assert calls(cloud) == {STATUS: 3, GROUPS: 4}

    @pytest.mark.parametrize(
        "status",
        [
            "Creating",
            "Rebooting",
            "Stopping",
            "DBInstanceClassChanging",
            "TRANSING",
            "EngineVersionUpgrading",
            "TransingToOthers",
            "GuardDBInstanceCreating",
            "Restoring",
            "Importing",
            "ImportingFromOthers",
            "DBInstanceNetTypeChanging",
            "GuardSwitching",
            "INS_CLONING",
            "NobodyKnowsThis",
        ],
    )
    def test_statuses_that_pass(self, cloud: RdsSimulator, instances: DbInstances, estate: Estate, status: str) -> None:
        cloud.put_in_state(estate.instances[0], status)
        seen = snapshot_of(instances, estate.instances[0])
        assert (seen.state, seen.passing, seen.blocked) == (status, True, None)
        assert seen.details["status"] == status

    @pytest.mark.parametrize("status", ["Deleting", "Released", "Stopped"])
    def test_statuses_that_stay(self, cloud: RdsSimulator, instances: DbInstances, estate: Estate, status: str) -> None:
        cloud.put_in_state(estate.instances[0], status)
        seen = snapshot_of(instances, estate.instances[0])
        assert not seen.passing
        assert seen.blocked
        assert seen.blocked.kind is ErrorKind.STATE
        assert seen.blocked.message.startswith(f"it is '{status}' and takes no change")

    @pytest.mark.parametrize("code", ["InvalidDBInstanceId.NotFound", "InvalidDBInstanceName.NotFound"])
    def test_an_unknown_instance_is_not_found(
        self, cloud: RdsSimulator, instances: DbInstances, estate: Estate, code: str
    ) -> None:
        cloud.unknown_instance = code
        unknown = "rm-bp1zzzzzzzzzzzzzz"
        found = instances.read([unknown, estate.instances[0]])
        assert isinstance(found[estate.instances[0]], Snapshot)
        failure = found[unknown]
        assert isinstance(failure, Failure)
        assert (failure.kind, failure.code) == (ErrorKind.NOT_FOUND, code)
        assert failure.message.startswith("it does not exist; check its id and the region")

    @pytest.mark.parametrize("empty", ["list", "null", "missing"])
    def test_no_groups_in_all_ways(
        self, cloud: RdsSimulator, instances: DbInstances, estate: Estate, empty: Any
    ) -> None:
        cloud.empty_items = empty
        cloud.attach(estate.instances[0])
        assert snapshot_of(instances, estate.instances[0]).groups == ()

    @pytest.mark.parametrize(
        "items",
        [
            7,
            "sg-bp195m1bbdpfrsf9x3y7",
            [],
            {},
            {"EcsSecurityGroupRelation": None},
            {"EcsSecurityGroupRelation": [{"SecurityGroupId": "sg-bp195m1bbdpfrsf9x3y7,sg-bp1f3k8n5t7v2x9q4z6m"}]},
            [{"SecurityGroupId": "sg-bp195m1bbdpfrsf9x3y7"}],
            {"EcsSecurityGroupRelation": "sg-bp195m1bbdpfrsf9x3y7"},
            {"EcsSecurityGroupRelation": {"SecurityGroupId": "sg-bp195m1bbdpfrsf9x3y7"}},
            {"EcsSecurityGroupRelation": [{"SecurityGroupId": "sg-bp195m1bbdpfrsf9x3y7"}, "sg-bp1h8c2w6d4k0z3m5r9t"]},
            {"EcsSecurityGroupRelation": [{"SecurityGroupId": "sg-bp195m1bbdpfrsf9x3y7"}, {"SecurityGroupId": None}]},
            {"EcsSecurityGroupRelation": [{"SecurityGroupId": "sg-bp195m1bbdpfrsf9x3y7"}, {"SecurityGroupId": ""}]},
            {"EcsSecurityGroupRelation": [{"SecurityGroupId": ["sg-bp195m1bbdpfrsf9x3y7"]}]},
            {"EcsSecurityGroupRelation": [{}]},
        ],
    )
    def test_groups_that_are_not_as_documented_are_no_list(
        self, cloud: RdsSimulator, instances: DbInstances, estate: Estate, items: object
    ) -> None:
        cloud.play(raw({"Items": items}), GROUPS)
        failure = failure_of(instances, estate.instances[0])
        assert (failure.kind, failure.passes) == (ErrorKind.TRANSIENT, True)
        assert failure.message.endswith("that Alibaba Cloud answers is not as documented; run the task again")

    @pytest.mark.parametrize(
        ("items", "kind"),
        [
            ({"DBInstanceAttribute": []}, ErrorKind.NOT_FOUND),
            (None, ErrorKind.NOT_FOUND),
            ({"DBInstanceAttribute": ["Running"]}, ErrorKind.TRANSIENT),
            ("Running", ErrorKind.TRANSIENT),
        ],
    )
    def test_an_instance_that_is_not_described(
        self, cloud: RdsSimulator, instances: DbInstances, estate: Estate, items: object, kind: ErrorKind
    ) -> None:
        cloud.play(raw({"Items": items}), STATUS)
        assert failure_of(instances, estate.instances[0]).kind is kind

    def test_details_that_are_not_as_documented_are_null(
        self, cloud: RdsSimulator, instances: DbInstances, estate: Estate
    ) -> None:
        cloud.play(raw({"Items": {"DBInstanceAttribute": [{"DBInstanceStatus": 7, "Engine": ["MySQL"]}]}}), STATUS)
        cloud.play(
            raw({"Items": {"EcsSecurityGroupRelation": [{"SecurityGroupId": "sg-12345678", "RegionId": 7}]}}), GROUPS
        )
        seen = snapshot_of(instances, estate.instances[0])
        assert (seen.passing, seen.blocked) == (False, None)
        assert seen.details == {
            "network_type": None,
            "status": None,
            "description": None,
            "engine": None,
            "region": None,
            "zone": None,
            "vpc_id": None,
            "security_groups": [{"id": "sg-12345678", "network_type": None, "region": None}],
        }


class TestSelect:
    def test_all_tags_must_match(self, cloud: RdsSimulator, instances: DbInstances, estate: Estate) -> None:
        web = [one for one in estate.instances if estate.tags[one]["role"] == "web"]
        assert instances.select({"role": "web"}) == web
        assert instances.select({"role": "web", "number": "0"}) == web[:1]
        assert instances.select({"role": "web", "number": "1"}) == []
        assert instances.select({"role": "nothing"}) == []
        assert calls(cloud) == {LIST: 6}

    def test_what_is_selected_needs_no_call_for_its_status(
        self, cloud: RdsSimulator, connection: Connection, runtime: Runtime, estate: Estate
    ) -> None:
        by_id = snapshot_of(DECLARATION.connect(connection, runtime), estate.instances[0])
        cloud.calls.clear()
        instances = DECLARATION.connect(connection, runtime)
        selected = instances.select({"number": "0", "role": "web"})
        assert snapshot_of(instances, selected[0]).details == by_id.details
        assert calls(cloud) == {LIST: 2, GROUPS: 1}

    def test_what_is_selected_and_not_running_is_asked(
        self, cloud: RdsSimulator, instances: DbInstances, estate: Estate
    ) -> None:
        cloud.put_in_state(estate.instances[0], "Rebooting", 1)
        selected = instances.select({"number": "0", "role": "web"})
        assert [snapshot_of(instances, selected[0]).passing for _look in range(2)] == [True, False]

    @pytest.mark.parametrize("count", [99, 100, 101, 200, 250])
    def test_all_pages(self, cloud: RdsSimulator, connection: Connection, runtime: Runtime, count: int) -> None:
        estate = cloud.populate(instances=2 * count, read_only=0)
        instances = DECLARATION.connect(connection, runtime)
        assert len(instances.select({"role": "web"})) == count
        assert set(instances.select({"role": "web"})) == {
            one for one in estate.instances if estate.tags[one]["role"] == "web"
        }
        assert calls(cloud) == {LIST: 2 * -(-count // 100)}

    def test_the_same_page_for_ever_ends(self, cloud: RdsSimulator, instances: DbInstances) -> None:
        page = [{"DBInstanceId": f"rm-{number:014}"} for number in range(100)]
        cloud.play(raw({"Items": {"DBInstance": page}}), LIST, times=None)
        with pytest.raises(CloudError, match="a list of DB instances with fewer than there are"):
            instances.select({"role": "web"})
        assert cloud.count(LIST) == 2

    def test_a_page_that_is_not_full_is_the_last_only_where_all_are_there(
        self, cloud: RdsSimulator, instances: DbInstances
    ) -> None:
        entries = [{"DBInstanceId": f"rm-{number:014}"} for number in range(150)]
        for pages in ((entries[:99], entries[99:]), (entries[:99], [])):
            for page in pages:
                cloud.play(raw({"Items": {"DBInstance": page}, "TotalRecordCount": 150}), LIST)
        assert len(instances.select({"role": "web"})) == 150
        with pytest.raises(CloudError, match="a list of DB instances with fewer than there are"):
            instances.select({"role": "web"})

    def test_pages_between_which_the_list_changed_are_no_list(
        self, cloud: RdsSimulator, connection: Connection, runtime: Runtime
    ) -> None:
        estate = cloud.populate(instances=300, read_only=0)
        instances = DECLARATION.connect(connection, runtime)
        web = [one for one in estate.instances if estate.tags[one]["role"] == "web"]
        cloud.play(Meddle(lambda: cloud.remove(web[0])), LIST, skip=1)
        # The 101st would be on neither page.
        with pytest.raises(CloudError, match="what is selected changed while it was listed") as caught:
            instances.select({"role": "web"})
        assert caught.value.failure.passes
        assert instances.select({"role": "web"}) == web[1:]

    def test_new_pages_for_ever_end(
        self, cloud: RdsSimulator, instances: DbInstances, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(ours("_aliyun.kinds.aliyun_rds"), "MOST_PAGES", 3)
        for number in range(4):
            page = [{"DBInstanceId": f"rm-{number}{one:013}"} for one in range(100)]
            cloud.play(raw({"Items": {"DBInstance": page}}), LIST)
        with pytest.raises(CloudError, match="a list of DB instances without an end"):
            instances.select({"role": "web"})
        assert cloud.count(LIST) == 3

    @pytest.mark.parametrize(
        "items",
        [
            {"DBInstance": [{}]},
            {"DBInstance": [{"DBInstanceId": "rm 1"}]},
            {"DBInstance": "rm-1"},
            {"DBInstance": [None]},
            [],
        ],
    )
    def test_a_list_that_is_not_as_documented_is_none(
        self, cloud: RdsSimulator, instances: DbInstances, items: object
    ) -> None:
        cloud.play(raw({"Items": items, "TotalRecordCount": 1}), LIST)
        with pytest.raises(CloudError) as caught:
            instances.select({"role": "web"})
        assert (caught.value.failure.kind, caught.value.failure.passes) == (ErrorKind.TRANSIENT, True)

    def test_a_refusal_is_told(self, cloud: RdsSimulator, instances: DbInstances) -> None:
        cloud.play(Refuse(403, "Forbidden.RAM"), LIST)
        with pytest.raises(CloudError, match="grant rds:DescribeDBInstances "):
            instances.select({"role": "web", "number": "1"})

    @pytest.mark.parametrize(
        ("tags", "problem"),
        [
            ({}, "tags is empty, which would select everything in the region; name a tag"),
            ({"cost": 5}, "the tag 'cost' must have a name, and a value that is a string and not empty"),
            ({"on": True}, "the tag 'on' must have a name, and a value"),
            ({"role": ""}, "the tag 'role' must have a name, and a value"),
            ({"role": None}, "the tag 'role' must have a name, and a value"),
            ({"role": ["web"]}, "the tag 'role' must have a name, and a value"),
            ({"": "web"}, "the tag '' must have a name, and a value"),
        ],
    )
    def test_what_is_no_tag_is_refused(self, tags: dict[str, Any], problem: str) -> None:
        (told,) = DECLARATION.selector_problems(tags)
        assert told.startswith(problem)

    def test_tags_are_right(self) -> None:
        assert DECLARATION.selector_problems({"role": "web", "env": "prod"}) == []


class TestWrite:
    def test_the_schedule_alone_keeps_the_pace(
        self, cloud: RdsSimulator, instances: DbInstances, estate: Estate, waits: list[float]
    ) -> None:
        before = snapshot_of(instances, estate.instances[0])
        cloud.rates = {WRITE: 0}
        throttled_twice(lambda: instances.write(before, estate.security_groups[:2]))
        assert waits == []

    def test_the_whole_list_is_sent(self, cloud: RdsSimulator, instances: DbInstances, estate: Estate) -> None:
        one, wanted = estate.instances[0], list(estate.security_groups[3:6])
        instances.write(snapshot_of(instances, one), wanted)
        assert written(cloud) == [",".join(wanted)]
        assert cloud.groups(one) == sorted(wanted)

    @pytest.mark.parametrize("which", ["instances", "read_only_instances"])
    def test_a_refusal_for_its_status_has_it_asked_again(
        self, cloud: RdsSimulator, instances: DbInstances, estate: Estate, which: str
    ) -> None:
        one = getattr(estate, which)[0]
        seen = snapshot_of(instances, one)
        cloud.put_in_state(one, "DBInstanceClassChanging", 1)
        with pytest.raises(CloudError) as caught:
            instances.write(seen, estate.security_groups[:1])
        assert (caught.value.failure.kind, caught.value.failure.passes) == (ErrorKind.STATE, True)
        assert snapshot_of(instances, one).state == "DBInstanceClassChanging"
        assert snapshot_of(instances, one).state == "Running"

    def test_a_group_of_another_network_is_told_with_the_network_of_the_instance(
        self, instances: DbInstances, estate: Estate
    ) -> None:
        seen = snapshot_of(instances, estate.instances[0])
        with pytest.raises(CloudError) as caught:
            instances.write(seen, estate.classic_security_groups)
        assert caught.value.failure.kind is ErrorKind.INVALID
        assert caught.value.failure.message == (
            "its network type is 'VPC', and a security group has another network type than the DB instance; name "
            "groups of its own type (ModifySecurityGroupConfiguration answered OperationDenied.DBInstanceNetType: "
            "Operation is denied by the network type of current database instance.)"
        )

    def test_more_groups_than_the_cloud_allows_are_told(
        self, cloud: RdsSimulator, instances: DbInstances, estate: Estate
    ) -> None:
        cloud.quota = 3
        with pytest.raises(CloudError) as caught:
            instances.write(snapshot_of(instances, estate.instances[0]), estate.security_groups[:4])
        assert (caught.value.failure.kind, caught.value.failure.passes) == (ErrorKind.LIMIT, False)
        assert instances.longest() == 10


class TestClearing:
    """The core drives the adapter here, on a clock that does not wait."""

    @pytest.fixture
    def quick(self, runtime: Runtime) -> Clock:
        time = [1000.0]  # a lock that nobody ever had is of the time 0

        def sleep(seconds: float) -> None:
            time[0] += seconds

        return Clock(lambda: time[0], sleep, runtime.clock.jitter)

    @pytest.fixture
    def clear(self, instances: DbInstances, estate: Estate, quick: Clock) -> Any:
        def run(wait_timeout: float = 120.0) -> Outcome:
            wanted = [Request(estate.instances[0], Wanted((), State.EXACT))]
            policy = Policy(allow_empty=True, wait_timeout=wait_timeout)
            with ThreadPoolExecutor(1) as executor:
                machine = Machine(quick, FileLocks(quick.now, print), executor, 1)
                return reconcile(
                    [Batch(instances.kind, wanted, machine, lambda: OnClock(instances, quick.now))], policy
                )[0][0]

        return run

    def test_with_the_empty_string(self, cloud: RdsSimulator, estate: Estate, clear: Any) -> None:
        assert clear().message is None
        assert written(cloud) == [""]
        assert cloud.groups(estate.instances[0]) == []
        assert calls(cloud) == {STATUS: 1, GROUPS: 2, WRITE: 1}

    def test_with_the_literal_where_the_empty_string_does_nothing(
        self, cloud: RdsSimulator, estate: Estate, clear: Any
    ) -> None:
        cloud.clears_with = "Empty"
        assert clear().message is None
        assert written(cloud) == ["", "Empty"]
        assert cloud.groups(estate.instances[0]) == []

    def test_a_slow_cloud_does_not_fail_for_refusing_the_literal(
        self, cloud: RdsSimulator, estate: Estate, clear: Any
    ) -> None:
        cloud.serve_old_list(estate.instances[0], 10)
        outcome = clear()
        assert outcome.message is None
        assert outcome.results[0].verified
        assert written(cloud) == ["", "Empty"]

    def test_the_literal_is_sent_once(self, cloud: RdsSimulator, estate: Estate, clear: Any) -> None:
        groups = {"EcsSecurityGroupRelation": [{"SecurityGroupId": estate.security_groups[0]}]}
        cloud.play(raw({"Items": groups}), GROUPS, times=None)
        outcome = clear(60.0)
        assert outcome.results[0].error.kind is ErrorKind.TIMEOUT
        assert written(cloud).count("Empty") == 1
        assert len(written(cloud)) > 2

    def test_a_write_that_never_arrived_is_no_reason_for_the_literal(self, cloud: RdsSimulator, clear: Any) -> None:
        cloud.play(Hang(applied=False), WRITE)
        cloud.play(Refuse(400, "Throttling.User"), WRITE)
        assert clear().message is None
        assert written(cloud) == ["", "", ""]

    def test_another_writer_is_no_reason_for_the_literal(self, cloud: RdsSimulator, estate: Estate, clear: Any) -> None:
        one = estate.instances[0]
        cloud.play(Meddle(lambda: cloud.attach(one, estate.security_groups[5])), GROUPS, skip=1)
        assert clear().message is None
        assert written(cloud) == ["", ""]

    def test_a_literal_that_failed_is_sent_again(self, cloud: RdsSimulator, clear: Any) -> None:
        cloud.clears_with = "Empty"
        cloud.play(Refuse(400, "Throttling.User"), WRITE, skip=1)
        assert clear().message is None
        assert written(cloud) == ["", "Empty", "Empty"]
