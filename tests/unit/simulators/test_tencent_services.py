# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CLB and TencentDB of the simulated Tencent Cloud, as the vendor's own SDK and command line see them."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

from tests.simulators.tencentcloud import REGION, VERSIONS, WRITES, Estate, TencentCloudSimulator

BALANCERS, SET = "DescribeLoadBalancers", "SetLoadBalancerSecurityGroups"
DATABASES, GROUPS, MODIFY = "DescribeDBInstances", "DescribeDBSecurityGroups", "ModifyDBInstanceSecurityGroups"


@pytest.fixture
def cloud() -> Iterator[TencentCloudSimulator]:
    with TencentCloudSimulator() as simulator:
        yield simulator


@pytest.fixture
def estate(cloud: TencentCloudSimulator) -> Estate:
    return cloud.populate()


def call(cloud: TencentCloudSimulator, action: str, /, **arguments: object) -> dict[str, Any]:
    service = "cdb" if "DB" in action else "clb"
    credential = Credential(cloud.secret_id, cloud.secret_key)
    profile = ClientProfile(httpProfile=HttpProfile(protocol="http", endpoint=cloud.endpoint))
    client = CommonClient(service, VERSIONS[service], credential, REGION, profile)
    response: dict[str, Any] = client.call_json(action, arguments)["Response"]
    return response


def code_of(cloud: TencentCloudSimulator, action: str, /, **arguments: object) -> str:
    with pytest.raises(TencentCloudSDKException) as caught:
        call(cloud, action, **arguments)
    return str(caught.value.get_code())


def balancers(cloud: TencentCloudSimulator, **arguments: object) -> list[str]:
    return [one["LoadBalancerId"] for one in call(cloud, BALANCERS, **arguments)["LoadBalancerSet"]]


def databases(cloud: TencentCloudSimulator, **arguments: object) -> list[str]:
    return [one["InstanceId"] for one in call(cloud, DATABASES, **arguments)["Items"]]


def attached(cloud: TencentCloudSimulator, one: str, **arguments: object) -> list[str]:
    return [group["SecurityGroupId"] for group in call(cloud, GROUPS, InstanceId=one, **arguments)["Groups"]]


class TestLoadBalancers:
    def test_a_list_is_set_in_order_and_unset(self, cloud: TencentCloudSimulator, estate: Estate) -> None:
        one, groups = estate.load_balancers[0], estate.security_groups
        for wanted in ([groups[3], groups[0]], [], [groups[1]]):
            task = call(cloud, SET, LoadBalancerId=one, SecurityGroups=wanted)["RequestId"]
            (shown,) = call(cloud, BALANCERS, LoadBalancerIds=[one])["LoadBalancerSet"]
            assert shown["SecureGroups"] == wanted == cloud.groups(one)
            answer = call(cloud, "DescribeTaskStatus", TaskId=task)
            assert (answer["Status"], answer["LoadBalancerIds"], answer["Message"]) == (0, [one], None)
        call(cloud, SET, LoadBalancerId=one)
        assert cloud.groups(one) == []
        assert cloud.count(*WRITES) == 4

    def test_a_task_takes_its_time_and_may_fail(self, cloud: TencentCloudSimulator, estate: Estate) -> None:
        one, groups = estate.load_balancers[0], estate.security_groups
        cloud.clb.task_reads = 1
        task = call(cloud, SET, LoadBalancerId=one, SecurityGroups=[groups[1]])["RequestId"]
        assert code_of(cloud, SET, LoadBalancerId=one, SecurityGroups=[]) == "FailedOperation.ResourceInOperating"
        assert call(cloud, "DescribeTaskStatus", TaskId=task)["Status"] == 2
        assert cloud.groups(one) == [groups[0]]
        assert call(cloud, "DescribeTaskStatus", TaskId=task)["Status"] == 0
        assert cloud.groups(one) == [groups[1]]
        cloud.clb.task_reads = 0
        cloud.fail_next_write(one)
        task = call(cloud, SET, LoadBalancerId=one, SecurityGroups=[groups[2]])["RequestId"]
        answer = call(cloud, "DescribeTaskStatus", TaskId=task)
        assert (answer["Status"], answer["Message"]) == (1, "The security groups could not be bound")
        assert cloud.groups(one) == [groups[1]]

    def test_they_are_selected_and_paged(self, cloud: TencentCloudSimulator) -> None:
        estate = cloud.populate(0, 0, load_balancers=45)
        newest_first = list(reversed(estate.load_balancers))
        assert call(cloud, BALANCERS)["TotalCount"] == 45
        assert balancers(cloud) == newest_first[:20]
        assert balancers(cloud, Limit=100, Offset=40) == newest_first[40:]
        assert balancers(cloud, Limit=1, OrderBy="CreateTime", OrderType=0) == newest_first[-1:]
        web = {"Name": "tag:role", "Values": ["web"]}
        assert balancers(cloud, Limit=100, Filters=[web], LoadBalancerType="OPEN") == newest_first[::2]
        assert balancers(cloud, Limit=100, VpcId=estate.vpcs[1]) == newest_first[1::2]
        cloud.attach(newest_first[0], estate.security_groups[5])
        assert balancers(cloud, SecurityGroup=estate.security_groups[5]) == newest_first[:1]
        assert balancers(cloud, LoadBalancerType="INTERNAL") == []

    @pytest.mark.parametrize(
        ("action", "arguments", "code"),
        [
            (BALANCERS, {"LoadBalancerIds": ["lb-00000000"]}, "InvalidParameter.LBIdNotFound"),
            (BALANCERS, {"LoadBalancerIds": ["ins-0000000"]}, "InvalidParameter.FormatError"),
            (BALANCERS, {"LoadBalancerIds": ["lb-00000000"] * 21}, "InvalidParameterValue.Length"),
            (BALANCERS, {"Limit": 101}, "InvalidParameterValue.Range"),
            (BALANCERS, {"Filters": [{"Name": "nonsense", "Values": ["a"]}]}, "InvalidParameterValue.InvalidFilter"),
            (BALANCERS, {"Nonsense": 1}, "UnknownParameter"),
            (SET, {"SecurityGroups": []}, "MissingParameter"),
            (SET, {"LoadBalancerId": "lb-00000000"}, "InvalidParameter.LBIdNotFound"),
            ("DescribeTaskStatus", {}, "MissingParameter"),
            ("DescribeTaskStatus", {"TaskId": "none"}, "InvalidParameter"),
        ],
    )
    @pytest.mark.usefixtures("estate")
    def test_refusals(self, cloud: TencentCloudSimulator, action: str, arguments: dict[str, Any], code: str) -> None:
        assert code_of(cloud, action, **arguments) == code

    def test_lists_that_are_refused(self, cloud: TencentCloudSimulator, estate: Estate) -> None:
        one, groups = estate.load_balancers[0], list(estate.security_groups)
        for wanted, code in (
            (groups[:6], "LimitExceeded"),
            ([groups[0]] * 2, "InvalidParameterValue.Duplicate"),
            (["sg-00000000"], "InvalidParameterValue"),
            (["nonsense"], "InvalidParameter.FormatError"),
        ):
            assert code_of(cloud, SET, LoadBalancerId=one, SecurityGroups=wanted) == code
        cloud.put_in_state(one, "creating")
        assert code_of(cloud, SET, LoadBalancerId=one) == "FailedOperation.InvalidLBStatus"
        assert cloud.history(one) == [groups[:1]]


class TestDatabases:
    def test_a_list_is_replaced(self, cloud: TencentCloudSimulator, estate: Estate) -> None:
        one, groups = estate.db_instances[0], estate.security_groups
        call(cloud, MODIFY, InstanceId=one, SecurityGroupIds=[groups[3], groups[1]])
        assert attached(cloud, one) == sorted([groups[3], groups[1]]) == cloud.groups(one)
        (shown, _other) = call(cloud, GROUPS, InstanceId=one)["Groups"]
        assert shown["SecurityGroupName"].startswith("group-")
        assert [entry.resources for entry in cloud.calls] == [(one,)] * 3

    def test_the_id_of_a_read_only_instance_stands_for_its_group(
        self, cloud: TencentCloudSimulator, estate: Estate
    ) -> None:
        one, groups = estate.db_instances[0], estate.security_groups
        replica = cloud.cdb.add_read_only(one, groups[4])
        assert attached(cloud, replica) == [groups[4]]
        assert attached(cloud, replica, ForReadonlyInstance=True) == [groups[0]]
        call(cloud, MODIFY, InstanceId=replica, SecurityGroupIds=[groups[5]])
        assert attached(cloud, replica) == [groups[5]]
        assert cloud.groups(replica) == [groups[0]]

    def test_they_are_selected_and_paged(self, cloud: TencentCloudSimulator) -> None:
        estate = cloud.populate(0, 0, db_instances=25)
        newest_first = list(reversed(estate.db_instances))
        replica = cloud.cdb.add_read_only(newest_first[0])
        assert databases(cloud) == [replica, *newest_first[:19]]
        assert databases(cloud, Limit=2000, InstanceTypes=[1, 2]) == newest_first
        assert databases(cloud, Limit=1, OrderBy="createTime", OrderDirection="ASC") == newest_first[-1:]
        assert databases(cloud, Limit=100, UniqueVpcIds=[estate.vpcs[1]]) == newest_first[1::2]
        web = {"Key": "role", "Value": "web"}
        assert databases(cloud, Limit=100, Tags=[web]) == newest_first[::2]
        cloud.attach(newest_first[1], estate.security_groups[5])
        only = {"SecurityGroupId": estate.security_groups[5], "Limit": 100}
        assert databases(cloud, **only, WithSecurityGroup=1) == newest_first[1:2]
        assert len(databases(cloud, **only)) == 26

    def test_refusals(self, cloud: TencentCloudSimulator, estate: Estate) -> None:
        one, groups = estate.db_instances[0], list(estate.security_groups)
        for action, arguments, code in (
            (DATABASES, {"InstanceIds": ["cdb-00000000"]}, "InvalidParameter.InstanceNotFound"),
            (DATABASES, {"Limit": 2001}, "InvalidParameter"),
            (GROUPS, {"InstanceId": "cdb-00000000"}, "InvalidParameter.InstanceNotFound"),
            (GROUPS, {}, "MissingParameter"),
            (MODIFY, {"InstanceId": one}, "MissingParameter"),
            (MODIFY, {"InstanceId": one, "SecurityGroupIds": []}, "InvalidParameter"),
            (MODIFY, {"InstanceId": one, "SecurityGroupIds": groups[:1] * 2}, "InvalidParameter"),
            (MODIFY, {"InstanceId": one, "SecurityGroupIds": ["sg-00000000"]}, "InternalError.DfwError"),
        ):
            assert code_of(cloud, action, **arguments) == code
        cloud.put_in_state(one, "restarting", reads=1)
        assert code_of(cloud, MODIFY, InstanceId=one, SecurityGroupIds=groups) == "OperationDenied"
        (shown,) = call(cloud, DATABASES, InstanceIds=[one])["Items"]
        assert (shown["Status"], shown["TaskStatus"]) == (1, 10)
        call(cloud, MODIFY, InstanceId=one, SecurityGroupIds=groups)
        assert cloud.groups(one) == sorted(groups)


@pytest.mark.parametrize(
    ("action", "key"),
    [(BALANCERS, "LoadBalancerSet"), (DATABASES, "Items"), (GROUPS, "Groups"), ("DescribeTaskStatus", None)],
)
def test_answers_have_the_fields_of_the_vendors_examples(
    cloud: TencentCloudSimulator, estate: Estate, action: str, key: str | None
) -> None:
    spec = importlib.util.find_spec("tccli")
    assert spec
    assert spec.origin
    folder = Path(spec.origin).parent / "services"
    of = "cdb/v20170320" if "DB" in action else "clb/v20180317"
    examples = json.loads((folder / of / "examples.json").read_text(encoding="utf-8"))["actions"]
    example = json.loads(examples[action][0]["output"])["Response"]
    arguments: dict[str, dict[str, object]] = {
        GROUPS: {"InstanceId": estate.db_instances[0]},
        "DescribeTaskStatus": {"TaskId": call(cloud, SET, LoadBalancerId=estate.load_balancers[0])["RequestId"]},
    }
    answer = call(cloud, action, **arguments.get(action, {}))
    assert set(example) <= set(answer)
    if key:
        assert set(example[key][0]) <= set(answer[key][0])


def test_the_vendors_command_line_reads_and_changes_lists(
    cloud: TencentCloudSimulator, estate: Estate, tmp_path: Path
) -> None:
    def tccli(*arguments: str) -> Any:
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(tmp_path),
            "TENCENTCLOUD_SECRET_ID": cloud.secret_id,
            "TENCENTCLOUD_SECRET_KEY": cloud.secret_key,
            "TENCENTCLOUD_REGION": REGION,
        }
        program = [sys.executable, "-c", "import sys, tccli.main; sys.exit(tccli.main.main())"]
        command = [*program, *arguments, "--endpoint", cloud.url]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    balancer, database = estate.load_balancers[0], estate.db_instances[0]
    new = [estate.security_groups[4], estate.security_groups[0]]
    done = tccli("clb", SET, "--LoadBalancerId", balancer, "--SecurityGroups", json.dumps(new))
    assert tccli("clb", "DescribeTaskStatus", "--TaskId", done["RequestId"])["Status"] == 0
    shown = tccli("clb", BALANCERS, "--LoadBalancerIds", json.dumps([balancer]))["LoadBalancerSet"]
    assert [one["SecureGroups"] for one in shown] == [new]
    tccli("cdb", MODIFY, "--InstanceId", database, "--SecurityGroupIds", json.dumps(new))
    shown = tccli("cdb", GROUPS, "--InstanceId", database)["Groups"]
    assert [one["SecurityGroupId"] for one in shown] == sorted(new)
    assert tccli("cdb", DATABASES, "--InstanceIds", json.dumps([database]))["Items"][0]["InstanceId"] == database
