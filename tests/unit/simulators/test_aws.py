# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The security groups of the simulated AWS, as boto3 sees them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.simulators.aws import ACCOUNT, CREDENTIALS, OTHER_ACCOUNT, REGION, AwsSimulator, Estate, MotoServer
from tests.simulators.server import Refuse

UNKNOWN = "sg-ffffffffffffffff0"


@pytest.fixture(scope="module")
def moto() -> Iterator[MotoServer]:
    with MotoServer() as server:
        yield server


@pytest.fixture
def cloud(moto: MotoServer) -> Iterator[AwsSimulator]:
    with AwsSimulator(moto) as simulator:
        yield simulator


@pytest.fixture
def estate(cloud: AwsSimulator) -> Estate:
    return cloud.populate(mount_targets=1)


def client(cloud: AwsSimulator, service: str = "ec2") -> Any:
    # What botocore would refuse itself is for the cloud to refuse.
    once = Config(retries={"total_max_attempts": 1}, parameter_validation=False)
    return boto3.client(service, region_name=REGION, endpoint_url=cloud.url, config=once, **CREDENTIALS)


def described(cloud: AwsSimulator, *filters: tuple[str, list[str]], **arguments: Any) -> list[str]:
    given = [{"Name": name, "Values": values} for name, values in filters]
    answer = client(cloud).describe_security_groups(Filters=given, **arguments)
    return [one["GroupId"] for one in answer["SecurityGroups"]]


def attachable(cloud: AwsSimulator, vpc: str, *filters: tuple[str, list[str]]) -> dict[str, tuple[str, str, str]]:
    """Return name, owner and VPC of the groups that can be attached in a VPC, by id."""
    given = [{"Name": name, "Values": values} for name, values in filters]
    found = client(cloud).get_security_groups_for_vpc(VpcId=vpc, Filters=given)["SecurityGroupForVpcs"]
    return {one["GroupId"]: (one["GroupName"], one["OwnerId"], one["PrimaryVpcId"]) for one in found}


def attach(cloud: AwsSimulator, mount_target: str, *groups: str) -> None:
    efs = client(cloud, "efs")
    efs.modify_mount_target_security_groups(MountTargetId=mount_target, SecurityGroups=list(groups))


def refused(function: Callable[..., object], *arguments: Any, **named: Any) -> tuple[int, str]:
    """Return the status and the code of the cloud's refusal that a call ends with."""
    with pytest.raises(ClientError) as caught:
        function(*arguments, **named)
    response: Any = caught.value.response
    return response["ResponseMetadata"]["HTTPStatusCode"], response["Error"]["Code"]


def test_groups_are_described_by_filters(cloud: AwsSimulator, estate: Estate) -> None:
    known, foreign = list(estate.security_groups), estate.foreign_group
    vpc = cloud.vpc_of(known[0])
    assert described(cloud, ("group-id", [known[3], UNKNOWN, foreign])) == [known[3], foreign]
    assert described(cloud, ("group-name", ["group-1", "foreign"]), ("vpc-id", [vpc])) == [known[1]]
    assert described(cloud, ("group-name", ["GROUP-1"])) == []
    assert refused(described, cloud, ("color", ["red"])) == (400, "InvalidParameterValue")
    assert len(described(cloud, ("group-id", [*known, *["sg-0"] * 192]))) == len(known)
    assert refused(described, cloud, ("group-id", ["sg-0"] * 201)) == (400, "FilterLimitExceeded")


def test_wildcards_are_two_and_can_be_escaped(cloud: AwsSimulator, estate: Estate) -> None:
    vpc = cloud.vpc_of(estate.foreign_group)
    made = {cloud.add_group(name, vpc): name for name in ("web", "web[1]", "web*", "x[!]y", "WEB")}
    for pattern, names in (
        ("web*", ["web", "web[1]", "web*"]),
        ("we?", ["web"]),
        ("web[1]", ["web[1]"]),
        (r"web\*", ["web*"]),
        ("?[!]*", ["x[!]y"]),
        (r"web\?", []),
    ):
        assert sorted(made[one] for one in described(cloud, ("group-name", [pattern]))) == sorted(names)


def test_one_unknown_id_refuses_all(cloud: AwsSimulator, estate: Estate) -> None:
    known = estate.security_groups
    assert described(cloud, GroupIds=[known[2], known[0]]) == [known[0], known[2]]
    assert refused(described, cloud, GroupIds=[known[0], UNKNOWN]) == (400, "InvalidGroup.NotFound")
    shared = cloud.share_group("shared", cloud.vpc_of(known[0]))
    assert refused(described, cloud, GroupIds=[shared]) == (400, "InvalidGroup.NotFound")


def test_pages(cloud: AwsSimulator, estate: Estate) -> None:
    vpc = cloud.vpc_of(estate.security_groups[0])
    shared = cloud.share_group("shared", vpc)
    for name, key, arguments in (
        ("describe_security_groups", "SecurityGroups", {"Filters": [{"Name": "vpc-id", "Values": [vpc]}]}),
        ("get_security_groups_for_vpc", "SecurityGroupForVpcs", {"VpcId": vpc}),
    ):
        cloud.calls.clear()
        pages = list(client(cloud).get_paginator(name).paginate(**arguments, PaginationConfig={"PageSize": 5}))
        found = [one["GroupId"] for page in pages for one in page[key]]
        assert [len(page[key]) for page in pages] == [5, len(found) - 5]
        assert len(found) == len({*found})
        assert {*found} >= {*estate.security_groups}
        assert (shared in found) == (name == "get_security_groups_for_vpc")
        assert len(cloud.calls) == 2
        for size in (4, 1001):
            call = getattr(client(cloud), name)
            assert refused(call, **arguments, MaxResults=size) == (400, "InvalidParameterValue")


def test_groups_that_can_be_attached_in_a_vpc(cloud: AwsSimulator, estate: Estate) -> None:
    own, foreign = estate.security_groups, estate.foreign_group
    here, there = cloud.vpc_of(own[0]), cloud.vpc_of(foreign)
    assert foreign not in attachable(cloud, here)
    cloud.associate_group(foreign, here)
    shared = cloud.share_group("of others", here)
    found = attachable(cloud, here)
    assert {*found} > {*own, foreign, shared}
    assert found[own[1]] == ("group-1", ACCOUNT, here)
    assert found[foreign] == ("foreign", ACCOUNT, there)
    assert found[shared] == ("of others", OTHER_ACCOUNT, here)
    assert shared not in attachable(cloud, there)
    assert described(cloud, ("group-id", [foreign, shared])) == [foreign]
    for name, value, expected in (
        ("group-id", shared, {shared}),
        ("group-name", "for*", {foreign}),
        ("owner-id", OTHER_ACCOUNT, {shared}),
        ("primary-vpc-id", there, {foreign}),
    ):
        assert {*attachable(cloud, here, (name, [value]))} == expected
    assert refused(attachable, cloud, here, ("vpc-id", [here])) == (400, "InvalidParameterValue")
    assert refused(attachable, cloud, "vpc-0ffffffffffffffff") == (400, "InvalidVpcID.NotFound")
    cloud.reset()
    assert {foreign, shared}.isdisjoint(attachable(cloud, here))


def test_a_mount_target_takes_the_groups_of_its_vpc(cloud: AwsSimulator, estate: Estate) -> None:
    ((target,),) = estate.mount_targets.values()
    here, there = cloud.vpc_of(estate.security_groups[0]), cloud.vpc_of(estate.foreign_group)
    elsewhere = cloud.share_group("shared", there)
    for group in (UNKNOWN, estate.foreign_group, elsewhere):
        assert refused(attach, cloud, target, group) == (400, "SecurityGroupNotFound")
    assert cloud.groups(target) == [estate.security_groups[0]]
    cloud.associate_group(estate.foreign_group, here)
    wanted = [estate.security_groups[1], estate.foreign_group, cloud.share_group("shared", here)]
    attach(cloud, target, *wanted)
    assert sorted(cloud.groups(target)) == sorted(wanted)


@pytest.mark.parametrize(
    ("status", "code"), [(403, "UnauthorizedOperation"), (503, "RequestLimitExceeded"), (500, "InternalError")]
)
def test_faults(cloud: AwsSimulator, estate: Estate, status: int, code: str) -> None:
    vpc = cloud.vpc_of(estate.foreign_group)
    cloud.play(Refuse(status, code), "DescribeSecurityGroups")
    cloud.play(Refuse(status, code), "GetSecurityGroupsForVpc")
    assert refused(described, cloud) == refused(attachable, cloud, vpc) == (status, code)
    assert described(cloud, GroupIds=[estate.foreign_group]) == [estate.foreign_group]
    assert estate.foreign_group in attachable(cloud, vpc)
    assert (cloud.count("DescribeSecurityGroups"), cloud.count("GetSecurityGroupsForVpc")) == (2, 2)
    assert [entry.code for entry in cloud.calls] == [code, code, None, None]
