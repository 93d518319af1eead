# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Each argument that a user can get wrong is named, with what to write instead, and before any call."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.crosscloud.security_groups.plugins.module_utils._description.kinds import KINDS

from tests.unit.ansible.refusal import refused

Rows = list[tuple[dict[str, Any], str]]

TARGET, SG = "fsmt-0123456789abcdef0", "sg-0123456789abcdef0"
ACCESS_POINT = "arn:aws:elasticfilesystem:eu-west-1:123456789012:access-point/fsap-01234567"
EFS: Rows = [
    ({}, "one of the following is required: mount_target_ids, file_system_id, attachments"),
    ({"mount_target_id": TARGET}, "missing parameter(s) required by 'mount_target_ids': security_groups"),
    ({"file_system_id": "fs-01234567"}, "missing parameter(s) required by 'file_system_id': security_groups"),
    (
        {"mount_target_id": TARGET, "attachments": []},
        "parameters are mutually exclusive: mount_target_ids|file_system_id|attachments",
    ),
    (
        {"attachments": [{"id": TARGET, "security_groups": [SG]}], "security_groups": [SG]},
        "parameters are mutually exclusive: security_groups|attachments",
    ),
    (
        {"attachments": [{"id": TARGET}]},
        "missing required arguments: security_groups found in attachments",
    ),
    (
        {"mount_target_id": "eni-01234567", "security_groups": [SG]},
        "'eni-01234567' is not a valid mount target ID (expected something like fsmt-0123456789abcdef0)",
    ),
    (
        {"mount_target_ids": [TARGET, TARGET], "security_groups": [SG]},
        f"mount target {TARGET} is named more than once; name it once",
    ),
    (
        {"attachments": [{"id": TARGET, "security_groups": [SG]}] * 2},
        f"mount target {TARGET} is named more than once; name it once",
    ),
    (
        {"file_system_id": "fsmt-01234567", "security_groups": [SG]},
        (
            "file_system_id 'fsmt-01234567' is neither the ID of a file system (expected something like "
            "fs-0123456789abcdef0) nor its ARN"
        ),
    ),
    (
        {"file_system_id": ACCESS_POINT, "security_groups": [SG]},
        f"file_system_id '{ACCESS_POINT}' is neither the ID of a file system",
    ),
    (
        {"mount_target_id": TARGET, "security_groups": [f"{SG}\n", SG]},
        f"'{SG}\\n' is the ID {SG} with a space, a comma or something like that around it; remove it",
    ),
    (
        {"mount_target_id": "", "security_groups": [SG]},
        (
            "one of the following is required: mount_target_ids, file_system_id, attachments "
            "(mount_target_id: empty, which counts as not given)"
        ),
    ),
    (
        {"mount_target_id": TARGET, "security_groups": [SG, SG]},
        f"security group {SG} is named more than once; name it once",
    ),
    (
        {"attachments": [{"id": TARGET, "security_groups": [" "]}]},
        f"mount target {TARGET}: ' ' is not a security group; give an ID like sg-0123456789abcdef0, or a name",
    ),
    (
        {"attachments": [{"id": TARGET, "security_groups": [SG], "expected": ["web"]}]},
        f"mount target {TARGET}: expected has 'web', which is not a security group ID such as sg-0123456789abcdef0",
    ),
    (
        {"mount_target_id": TARGET, "security_groups": [], "state": "exact"},
        "at least one security group must stay attached; name the groups that shall stay",
    ),
    (
        {"mount_target_id": TARGET, "security_groups": SG, "state": "purged"},
        "value of state must be one of: present, absent, exact, got: purged",
    ),
    (
        {"mount_target_id": TARGET, "security_groups": SG, "parallelism": 0, "max_changes": -1, "wait_timeout": -5},
        (
            "max_changes is -1 and must be at least 0; parallelism is 0 and must be at least 1; "
            "wait_timeout is -5 and must be at least 0"
        ),
    ),
    (
        {"mount_target_id": TARGET, "security_groups": SG, "endpoint_url": "ftp://efs"},
        "'ftp://efs' is not an endpoint; write a host, host:port, or a URL with https:// or http://",
    ),
    (
        {"mount_target_id": TARGET, "security_groups": SG, "profile": "mine"},
        "parameters are mutually exclusive: access_key|profile",
    ),
    (
        {"mount_target_id": TARGET, "security_groups": SG, "aws_config": {"speed": "high"}},
        "aws_config is not what botocore's Config takes (Got unexpected keyword argument 'speed')",
    ),
]


def tencent_cloud(
    noun: str, ids: str, example: str, *, vpc: str = "vpc-id", most: int = 5, ordered: bool = True
) -> Rows:
    group = "sg-12345678"
    one = {ids.removesuffix("s"): example}
    return [
        ({}, f"one of the following is required: {ids}, filters, attachments"),
        (one, f"missing parameter(s) required by '{ids}': security_groups"),
        (
            {**one, "filters": {vpc: "vpc-1"}, "security_groups": group},
            f"parameters are mutually exclusive: {ids}|filters|attachments",
        ),
        (
            {ids.removesuffix("s"): "fsmt-01234567", "security_groups": group},
            f"'fsmt-01234567' is not a valid {noun} ID (expected something like {example})",
        ),
        (
            {ids: [example] * 2, "security_groups": group},
            f"{noun} {example} is named more than once; name it once",
        ),
        *(
            (
                {**one, "security_groups": group, "state": state, "position": position},
                f"position '{position}' goes with state 'present' only, not with '{state}'; "
                "leave position out or give 'keep'"
                if ordered
                else "Unsupported parameters for ",
            )
            for state, position in (("absent", "first"), ("exact", "last"))
        ),
        ({"filters": {}, "security_groups": group}, "filters is empty, which would select everything"),
        ({"filters": {vpc: []}, "security_groups": group}, f"the filter '{vpc}' has no values"),
        ({"filters": {vpc: {"a": 1}}, "security_groups": group}, f"the filter '{vpc}' must be a string"),
        (
            {"filters": {vpc: ["a"] * (most + 1)}, "security_groups": group},
            f"the filter '{vpc}' has {most + 1} values, more than the {most} that the API takes",
        ),
        ({**one, "security_groups": group, "endpoint": "ftp://x"}, "'ftp://x' is not an endpoint"),
        (
            {**one, ids: [example[:-1] + "0"], "security_groups": group},
            f"{ids} and {ids.removesuffix('s')} are the same option and have different values; give one of them",
        ),
        (
            {"attachments": [{"id": example, ids.removesuffix("s"): example[:-1] + "0", "security_groups": [group]}]},
            f"attachments[0]: id and {ids.removesuffix('s')} are the same option and have different values",
        ),
    ]


ALIBABA_GROUP = "sg-bp195m1bbdpfrsf9x3y7"


def alibaba_cloud(noun: str, ids: str, example: str) -> Rows:
    group = ALIBABA_GROUP
    one = {ids.removesuffix("s"): example}
    return [
        ({}, f"one of the following is required: {ids}, tags, attachments"),
        (one, f"missing parameter(s) required by '{ids}': security_groups"),
        (
            {**one, "tags": {"a": "b"}, "security_groups": group},
            f"parameters are mutually exclusive: {ids}|tags|attachments",
        ),
        (
            {ids: "ins-12345678", "security_groups": group},
            f"'ins-12345678' is not a valid {noun} ID (expected something like {example})",
        ),
        ({ids: [example] * 2, "security_groups": group}, f"{noun} {example} is named more than once; name it once"),
        ({"tags": {}, "security_groups": group}, "tags is empty, which would select everything in the region"),
        ({"tags": {"role": 1}, "security_groups": group}, "the tag 'role' must have a name, and a value that is"),
        ({**one, "security_groups": group, "endpoint": "ftp://x"}, "'ftp://x' is not an endpoint"),
        (
            {**one, "security_groups": group, "profile": "mine"},
            "parameters are mutually exclusive: access_key_id|profile",
        ),
        ({**one, "security_groups": group, "position": "first"}, "Unsupported parameters for "),
    ]


def ecs(noun: str, ids: str, example: str) -> Rows:
    return [
        *alibaba_cloud(noun, ids, example),
        (
            {"tags": {str(number): "x" for number in range(21)}, "security_groups": ALIBABA_GROUP},
            "tags has 21 tags, and Alibaba Cloud takes 20 at most; leave some out",
        ),
        (
            {ids: example, "security_groups": [], "state": "exact"},
            "at least one security group must stay attached; name the groups that shall stay",
        ),
        ({ids: example, "security_groups": ALIBABA_GROUP, "allow_empty": True}, "Unsupported parameters for "),
    ]


ENI, ARN = (
    "eni-0123456789abcdef0",
    "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/web/0123456789abcdef",
)
EC2_ENI: Rows = [
    ({}, "one of the following is required: network_interface_ids, filters, attachments"),
    (
        {"network_interface_id": "eni-web", "security_groups": [SG]},
        "'eni-web' is not a valid network interface ID (expected something like eni-0123456789abcdef0)",
    ),
    ({"filters": {}, "security_groups": [SG]}, "filters is empty, which would select everything in the region"),
    ({"filters": {"vpc-id": []}, "security_groups": [SG]}, "the filter 'vpc-id' has 0 values; give 1 to 200"),
    (
        {"network_interface_id": ENI, "security_groups": [], "state": "exact"},
        "at least one security group must stay attached",
    ),
]
LOAD_BALANCER: Rows = [
    ({}, "one of the following is required: load_balancer_arns, names, attachments"),
    (
        {"load_balancer_arn": ARN.replace("/app/web/0123456789abcdef", "/classic"), "security_groups": [SG]},
        (
            "'arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/classic' is not a valid load balancer "
            "ID (expected something like arn:aws:elasticloadbalancing:"
        ),
    ),
    ({"names": "a.b", "security_groups": [SG]}, "names has 'a.b', which is not the name of a load balancer"),
    (
        {"load_balancer_arn": ARN, "names": "web"},
        "parameters are mutually exclusive: load_balancer_arns|names|attachments",
    ),
]
RDS_INSTANCE: Rows = [
    ({}, "one of the following is required: db_instance_identifiers, tags, attachments"),
    (
        {"db_instance_identifier": "orders_db", "security_groups": [SG]},
        "'orders_db' is not a valid DB instance ID (expected something like orders-db)",
    ),
    (
        {"db_instance_identifiers": ["orders", "Orders"], "security_groups": [SG]},
        "DB instance orders is named more than once; name it once",
    ),
    ({"tags": {}, "security_groups": [SG]}, "tags is empty, which would select everything in the region"),
    ({"tags": {"team": 7}, "security_groups": [SG]}, "the tag 'team' must have a name, and a value that is a string"),
]

TABLES = {
    "ec2_eni_sg": EC2_ENI,
    "elbv2_load_balancer_sg": LOAD_BALANCER,
    "rds_instance_sg": RDS_INSTANCE,
    "efs_mount_target_sg": EFS,
    "qcloud_eni_sg": tencent_cloud("network interface", "network_interface_ids", "eni-7k2m9q4x"),
    "qcloud_cvm_sg": tencent_cloud("instance", "instance_ids", "ins-3t6v8r1p"),
    "qcloud_clb_sg": [
        *tencent_cloud("load balancer", "load_balancer_ids", "lb-6r9w2k5t", vpc="VpcId", most=100),
        (
            {"filters": {"LoadBalancerName": "web"}, "security_groups": "sg-12345678"},
            "the filter 'LoadBalancerName' is not known; use LoadBalancerType, VpcId, SecurityGroup, ProjectId, ",
        ),
        (
            {"load_balancer_id": "lb-6r9w2k5t", "security_groups": [], "state": "exact"},
            "no security group would be left; set allow_empty if that is meant",
        ),
    ],
    "qcloud_cdb_sg": [
        *tencent_cloud("instance", "instance_ids", "cdb-4k7m2x9q", vpc="UniqueVpcIds", most=100, ordered=False),
        (
            {"filters": {"tag:a": ["b", "c"]}, "security_groups": "sg-12345678"},
            "filters has more than one tag, or several values for one (tag:a); give one tag",
        ),
        (
            {"instance_id": "cdb-4k7m2x9q", "security_groups": [], "state": "exact"},
            "at least one security group must stay attached; name the groups that shall stay",
        ),
    ],
    "aliyun_rds_sg": [
        *alibaba_cloud("DB instance", "db_instance_ids", "rm-bp1f3k8n5t7v2x9q4"),
        (
            {
                "db_instance_id": "rm-bp1f3k8n5t7v2x9q4",
                "security_groups": [f"sg-bp1{number:017d}" for number in range(11)],
            },
            "11 security groups are more than the 10 that can be attached; name fewer or detach others",
        ),
    ],
    "aliyun_ecs_sg": ecs("instance", "instance_ids", "i-bp1c4n7r2v5y8a3d6f9h"),
    "aliyun_eni_sg": ecs("network interface", "network_interface_ids", "eni-bp14v2s8k6m0q3w7z5b9"),
}


def test_every_kind_has_a_table() -> None:
    assert set(TABLES) == {f"{kind}_sg" for kind in KINDS}


@pytest.mark.parametrize(
    ("module", "arguments", "message"),
    [(module, *row) for module, table in TABLES.items() for row in table],
)
def test_bad_arguments_are_named_before_any_call(
    capsys: pytest.CaptureFixture[str], module: str, arguments: dict[str, Any], message: str
) -> None:
    assert refused(capsys, module, arguments).startswith(message)
