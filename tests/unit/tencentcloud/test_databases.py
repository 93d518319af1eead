# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Instances of TencentDB for MySQL: how they are read, selected and written."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.options import Runtime
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.adapter import Snapshot
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.errors import (
    CloudError,
    ErrorKind,
    Failure,
)
from ansible_collections.crosscloud.security_groups.plugins.module_utils._tencentcloud.client import Client
from ansible_collections.crosscloud.security_groups.plugins.module_utils._tencentcloud.databases import Databases
from ansible_collections.crosscloud.security_groups.plugins.module_utils._tencentcloud.kinds.qcloud_cdb import (
    CDB,
    DB_INSTANCE,
    MYSQL,
    filter_problems,
)

from tests.simulators.server import Raw, Refuse
from tests.simulators.tencentcloud import WRITES, Estate, TencentCloudSimulator

LIST, READ, WRITE = "DescribeDBInstances", "DescribeDBSecurityGroups", "ModifyDBInstanceSecurityGroups"
UNKNOWN = "cdb-00000000"


def seen(adapter: Databases, one: str) -> Snapshot:
    answer = adapter.read([one])[one]
    assert isinstance(answer, Snapshot), answer
    return answer


def failed(adapter: Databases, one: str) -> Failure:
    answer = adapter.read([one])[one]
    assert isinstance(answer, Failure), answer
    return answer


def answer(cloud: TencentCloudSimulator, action: str, **response: object) -> None:
    """Have the next call be answered with this."""
    body = {"Response": {"RequestId": "r-1", **response}}
    cloud.play(Raw(200, json.dumps(body).encode(), "application/json"), action)


class TestRead:
    def test_130_take_two_calls_and_one_for_each(self, cloud: TencentCloudSimulator, databases: Databases) -> None:
        ids = list(cloud.populate(0, 0, db_instances=130).db_instances)
        answers = databases.read(ids)
        assert list(answers) == ids
        assert all(isinstance(one, Snapshot) for one in answers.values())
        assert (cloud.count(LIST), cloud.count(READ)) == (2, 130)

    @pytest.mark.parametrize("refused", [True, False])
    @pytest.mark.parametrize("code", ["InvalidParameter.InstanceNotFound", "InvalidParameter"])
    def test_an_unknown_one_fails_alone(
        self, cloud: TencentCloudSimulator, databases: Databases, estate: Estate, refused: bool, code: str
    ) -> None:
        cloud.cdb.unknown_refused = refused
        if refused:
            cloud.play(Refuse(200, code), LIST, resource=UNKNOWN, times=None)
        answers = databases.read([*estate.db_instances, UNKNOWN])
        failure = answers[UNKNOWN]
        assert isinstance(failure, Failure)
        assert failure.kind is ErrorKind.NOT_FOUND
        assert failure.message.startswith("it does not exist; check its id and the region")
        assert all(isinstance(answers[one], Snapshot) for one in estate.db_instances)

    def test_groups_come_with_names_and_details(
        self, cloud: TencentCloudSimulator, databases: Databases, estate: Estate
    ) -> None:
        one, groups = estate.db_instances[1], estate.security_groups[4:1:-1]
        cloud.attach(one, *groups)
        cloud.cdb.resources[one].kind = 2
        snapshot = seen(databases, one)
        assert (snapshot.id, snapshot.groups, snapshot.vpc_id) == (one, tuple(sorted(groups)), estate.vpcs[1])
        assert snapshot.names == {group: f"group-{estate.security_groups.index(group)}" for group in groups}
        assert (snapshot.state, snapshot.passing, snapshot.blocked, snapshot.excluded) == ("running", False, None, None)
        assert snapshot.read_at <= cloud.calls[-1].began
        assert snapshot.read_at >= cloud.calls[-2].ended
        assert snapshot.details == {
            "vpc_id": estate.vpcs[1],
            "subnet_id": estate.subnets[1],
            "name": cloud.cdb.resources[one].name,
            "type": "disaster recovery",
            "engine_version": "8.0",
            "private_ip": "10.3.0.3",
            "state": "running",
            "task": None,
        }

    def test_what_is_missing_is_none(self, cloud: TencentCloudSimulator, databases: Databases) -> None:
        odd = {"Status": None, "TaskStatus": "1", "InstanceType": None, "UniqVpcId": 7, "Vip": None}
        for entry in ({}, odd):
            answer(cloud, LIST, Items=[{"InstanceId": UNKNOWN, **entry}])
            answer(cloud, READ, Groups=[{"SecurityGroupId": "sg-5d8n2w7c", "SecurityGroupName": None}])
            snapshot = seen(databases, UNKNOWN)
            assert (snapshot.groups, snapshot.names) == (("sg-5d8n2w7c",), {})
            assert (snapshot.passing, snapshot.blocked) == (False, None)
            assert set(snapshot.details.values()) == {None}
            databases._ready.clear()  # noqa: SLF001 - to have it described once more

    @pytest.mark.parametrize("groups", [None, "sg-5d8n2w7c", [None], [{}], [{"SecurityGroupId": "nonsense"}]])
    def test_a_list_half_understood_is_none(
        self, cloud: TencentCloudSimulator, databases: Databases, estate: Estate, groups: object
    ) -> None:
        answer(cloud, READ, Groups=groups)
        failure = failed(databases, estate.db_instances[0])
        assert "the list Groups" in failure.message
        assert failure.passes


class TestReadOnly:
    @pytest.mark.parametrize("prefix", ["cdbro", "cdb"])
    def test_one_is_refused_without_a_look_at_its_group(
        self, cloud: TencentCloudSimulator, databases: Databases, estate: Estate, prefix: str
    ) -> None:
        one = cloud.cdb.add_read_only(estate.db_instances[0], estate.security_groups[4], prefix=prefix)
        failure = failed(databases, one)
        assert (failure.kind, failure.passes) == (ErrorKind.INVALID, False)
        assert failure.message == (
            "it is a read-only instance, which shares its security groups with its read-only group; "
            "leave it out, and manage them in Tencent Cloud's console"
        )
        assert cloud.count(READ) == 0

    def test_none_is_selected(self, cloud: TencentCloudSimulator, databases: Databases, estate: Estate) -> None:
        cloud.cdb.add_read_only(estate.db_instances[0], estate.security_groups[4])
        cloud.cdb.resources[estate.db_instances[1]].kind = 2
        assert databases.select(None) == list(estate.db_instances)


class TestStates:
    @pytest.mark.parametrize("state", ["creating", "upgrading", "importing data", "restarting"])
    def test_those_that_pass(
        self, cloud: TencentCloudSimulator, databases: Databases, estate: Estate, state: str
    ) -> None:
        one = estate.db_instances[0]
        cloud.put_in_state(one, state, reads=1)
        snapshot = seen(databases, one)
        assert (snapshot.state, snapshot.passing, snapshot.blocked) == (state, True, None)
        assert not seen(databases, one).passing
        assert cloud.count(LIST) == 2

    @pytest.mark.parametrize("state", ["isolating", "isolated"])
    def test_those_that_do_not_are_refused_by_name(
        self, cloud: TencentCloudSimulator, databases: Databases, estate: Estate, state: str
    ) -> None:
        cloud.put_in_state(estate.db_instances[0], state)
        blocked = seen(databases, estate.db_instances[0]).blocked
        assert blocked
        assert (blocked.kind, blocked.passes) == (ErrorKind.STATE, False)
        assert blocked.message == f"it is '{state}' and takes no change in that state; restore it, or leave it out"

    def test_one_that_is_not_documented_is_refused_by_number(
        self, cloud: TencentCloudSimulator, databases: Databases
    ) -> None:
        answer(cloud, LIST, Items=[{"InstanceId": UNKNOWN, "Status": 9}])
        answer(cloud, READ, Groups=[])
        blocked = seen(databases, UNKNOWN).blocked
        assert blocked
        assert blocked.message.startswith("it is '9' and takes no change")

    def test_a_task_that_waits_for_a_person_does_not_keep_others_waiting(
        self, cloud: TencentCloudSimulator, databases: Databases, estate: Estate
    ) -> None:
        one, groups = estate.db_instances[0], estate.security_groups[:2]
        cloud.put_in_state(one, "waiting for a switch")
        snapshot = seen(databases, one)
        assert (snapshot.state, snapshot.passing) == ("running", False)
        databases.write(snapshot, groups)
        assert cloud.groups(one) == sorted(groups)

    def test_what_can_be_changed_is_asked_for_once_until_a_write_is_refused(
        self, cloud: TencentCloudSimulator, databases: Databases, estate: Estate
    ) -> None:
        one = estate.db_instances[0]
        assert seen(databases, one).state == seen(databases, one).state == "running"
        assert (cloud.count(LIST), cloud.count(READ)) == (1, 2)
        cloud.put_in_state(one, "restarting", reads=1)
        with pytest.raises(CloudError):
            databases.write(seen(databases, one), estate.security_groups[:2])
        assert seen(databases, one).passing
        assert not seen(databases, one).passing
        assert cloud.count(LIST) == 3

    def test_one_that_is_gone_is_told(self, cloud: TencentCloudSimulator, databases: Databases, estate: Estate) -> None:
        one = estate.db_instances[0]
        seen(databases, one)
        cloud.remove(one)
        assert [failed(databases, one).kind, failed(databases, one).kind] == [ErrorKind.NOT_FOUND] * 2


class TestSelect:
    def test_by_parameters(self, cloud: TencentCloudSimulator, databases: Databases) -> None:
        estate = cloud.populate(0, 0, db_instances=130)
        assert set(databases.select({"tag:role": "web", "EngineVersions": ["8.0", "5.7"]})) == set(
            estate.db_instances[::2]
        )
        assert cloud.calls[-1].arguments == {
            "EngineVersions": ["8.0", "5.7"],
            "Tags": [{"Key": "role", "Value": "web"}],
            "InstanceTypes": [1, 2],
            "OrderBy": "createTime",
            "OrderDirection": "ASC",
            "Limit": 100,
            "Offset": 0,
        }
        cloud.attach(estate.db_instances[3], estate.security_groups[5])
        filters = {"SecurityGroupId": estate.security_groups[5], "ProjectId": "0", "UniqueVpcIds": estate.vpcs[1]}
        assert databases.select(filters) == [estate.db_instances[3]]
        assert [cloud.calls[-1].arguments[name] for name in ("WithSecurityGroup", "ProjectId")] == [1, 0]

    @pytest.mark.parametrize(
        ("filters", "problem"),
        [
            ({}, "filters is empty, which would select everything in the region; name a filter"),
            ({"SecurityGroupId": ["a", "b"]}, "the filter 'SecurityGroupId' has 2 values, and the API takes one"),
            ({"ProjectId": "mine"}, "the filter 'ProjectId' is 'mine' and must be a number"),
            ({"InstanceNames": "web"}, "the filter 'InstanceNames' is not known; use UniqueVpcIds, "),
            ({"tag:a": "1", "tag:b": "2"}, "filters has more than one tag, or several values for one (tag:a, tag:b);"),
            ({"tag:a": ["1", "2"]}, "filters has more than one tag, or several values for one (tag:a); give one tag"),
        ],
    )
    def test_bad_filters(self, filters: dict[str, Any], problem: str) -> None:
        (found,) = filter_problems(filters)
        assert found.startswith(problem)

    def test_good_filters(self) -> None:
        assert filter_problems({"tag:a": ["1"], "UniqueVpcIds": ["a", "b"], "ProjectId": 7}) == []


class TestWrite:
    def test_one_call_sends_the_list_in_the_order_given(
        self, cloud: TencentCloudSimulator, databases: Databases, estate: Estate
    ) -> None:
        one, groups = estate.db_instances[0], estate.security_groups[4::-1]
        assert list(groups) != sorted(groups)
        databases.write(seen(databases, one), groups)
        assert cloud.calls[-1].arguments == {"InstanceId": one, "SecurityGroupIds": list(groups)}
        assert cloud.history(one) == [[estate.security_groups[0]], sorted(groups)]
        assert (cloud.count(WRITE), cloud.count(*WRITES)) == (1, 1)

    @pytest.mark.parametrize(
        ("code", "kind", "passes", "doubtful"),
        [
            ("InvalidParameter.InstanceNotFound", ErrorKind.NOT_FOUND, False, False),
            ("ResourceNotFound.CdbInstanceNotFoundError", ErrorKind.NOT_FOUND, False, False),
            ("InternalError.DfwError", ErrorKind.TRANSIENT, True, True),
            ("InternalError.SecurityGroupError", ErrorKind.TRANSIENT, True, True),
            ("InternalError.ResourceNotUnique", ErrorKind.TRANSIENT, True, True),
            ("InternalError.DatabaseAccessError", ErrorKind.TRANSIENT, True, True),
            ("CdbError.TaskError", ErrorKind.TRANSIENT, True, True),
            ("InternalError", ErrorKind.TRANSIENT, True, False),
            ("OperationDenied", ErrorKind.STATE, True, True),
            ("OperationDenied.InstanceStatusError", ErrorKind.STATE, True, True),
            ("OperationDenied.ActionInProcess", ErrorKind.TRANSIENT, True, False),
            ("FailedOperation.InstanceTaskConflictError", ErrorKind.TRANSIENT, True, False),
            ("OperationDenied.UserHasNoStrategy", ErrorKind.DENIED, False, False),
            ("AuthFailure.SubAccountDenied", ErrorKind.DENIED, False, False),
            ("AuthFailure", ErrorKind.AUTH, False, False),
            ("LimitExceeded", ErrorKind.LIMIT, False, False),
            ("OperationDenied.InstTypeNotSupport", ErrorKind.INVALID, False, False),
            ("InvalidParameter", ErrorKind.INVALID, False, False),
        ],
    )
    def test_refusals(
        self,
        cloud: TencentCloudSimulator,
        databases: Databases,
        estate: Estate,
        code: str,
        kind: ErrorKind,
        passes: bool,
        doubtful: bool,
    ) -> None:
        before = seen(databases, estate.db_instances[0])
        cloud.play(Refuse(200, code), WRITE)
        with pytest.raises(CloudError) as caught:
            databases.write(before, estate.security_groups[:2])
        failure = caught.value.failure
        assert (failure.kind, failure.passes, failure.doubtful, failure.code) == (kind, passes, doubtful, code)

    def test_the_kind(self, databases: Databases) -> None:
        kind = DB_INSTANCE
        assert (kind.ordered, kind.clearable, kind.longest, databases.longest()) == (False, False, None, None)
        assert kind.resource_id.fits(kind.resource_id.example)
        assert kind.resource_id.fits("cdbro-4k7m2x9q")
        assert not kind.resource_id.fits("crs-4k7m2x9q")


def test_another_product_is_a_row_of_other_names(
    cloud: TencentCloudSimulator, cdb: Client, runtime: Runtime, estate: Estate
) -> None:
    one, groups = estate.db_instances[0], estate.security_groups[:2]
    product = replace(
        MYSQL,
        service=replace(CDB, name="postgres"),
        describe="DescribeInstances",
        ids="Ids",
        id="DBInstanceId",
        read="DescribeDBInstanceSecurityGroups",
        groups="SecurityGroupSet",
        sent="SecurityGroupIdSet",
    )
    databases = Databases(product, cdb, runtime)
    answer(cloud, "DescribeInstances", Items=[{"DBInstanceId": one, "InstanceId": one, "Status": 1}])
    shown = [{"SecurityGroupId": group, "SecurityGroupName": "a"} for group in groups]
    answer(cloud, "DescribeDBInstanceSecurityGroups", SecurityGroupSet=shown)
    answer(cloud, WRITE)
    snapshot = seen(databases, one)
    assert snapshot.groups == groups
    databases.write(snapshot, groups[::-1])
    assert [call.arguments for call in cloud.calls] == [
        {"Ids": [one], "Limit": 100},
        {"DBInstanceId": one},
        {"DBInstanceId": one, "SecurityGroupIdSet": list(groups[::-1])},
    ]
