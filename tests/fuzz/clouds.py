# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kinds as the fuzz tests see them: how to connect, what to name, and what a call may hold."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.simulators import alibabacloud, aws, tencentcloud
from tests.simulators.alibabacloud import RdsSimulator
from tests.simulators.aws import AwsSimulator
from tests.simulators.server import Call
from tests.simulators.tencentcloud import TencentCloudSimulator
from tests.unit.conftest import ours

WRITES = (*aws.WRITES, *tencentcloud.WRITES, *alibabacloud.WRITES)
MODULES = {
    "ec2_eni_sg": "_aws.kinds.ec2_eni",
    "efs_mount_target_sg": "_aws.kinds.efs_mount_target",
    "elbv2_load_balancer_sg": "_aws.kinds.elbv2_load_balancer",
    "rds_instance_sg": "_aws.kinds.rds_instance",
    "qcloud_eni_sg": "_tencentcloud.kinds.qcloud_eni",
    "qcloud_cvm_sg": "_tencentcloud.kinds.qcloud_cvm",
    "qcloud_clb_sg": "_tencentcloud.kinds.qcloud_clb",
    "qcloud_cdb_sg": "_tencentcloud.kinds.qcloud_cdb",
    "aliyun_rds_sg": "_aliyun.kinds.aliyun_rds",
    "aliyun_ecs_sg": "_aliyun.kinds.aliyun_ecs",
    "aliyun_eni_sg": "_aliyun.kinds.aliyun_eni",
}


@dataclass(frozen=True)
class Subject:
    """A kind with its module and a populated cloud.

    ``selector`` is a value of the module's selector that selects some of ``resources``.
    """

    module: str
    modules: Any
    cloud: AwsSimulator | TencentCloudSimulator | RdsSimulator
    connection: Mapping[str, Any]
    secrets: tuple[str, ...]
    resources: tuple[str, ...]
    groups: tuple[str, ...]
    selector: Any

    @property
    def kind(self) -> Any:
        return self.modules.kind

    def written(self) -> Iterator[tuple[Call, list[str]]]:
        """Yield each call that writes with the whole list that it leaves attached."""
        for call in self.cloud.calls:
            if call.action == "DisassociateNetworkInterfaceSecurityGroups":
                yield call, []
            elif call.action in WRITES:
                yield call, groups_in(call)

    def check_calls(self) -> None:
        """Fail where a call holds an id that is none."""
        for call in self.cloud.calls:
            assert call.action != "unknown"
            for one in call.resources:
                assert self.kind.resource_id.fits(one) or (one == self.selector and call.action not in WRITES)
            for group in groups_in(call):
                assert self.kind.group_id.fits(group)


def groups_in(call: Call) -> list[str]:
    for name in ("SecurityGroups", "SecurityGroupIds", "SecurityGroupId", "VpcSecurityGroupIds"):
        value = call.arguments.get(name)
        if isinstance(value, list):
            return value
        if isinstance(value, str) and value.startswith("["):
            return json.loads(value)
        if isinstance(value, str):
            return [] if value in ("", "Empty") else value.split(",")
    return []


def subject(module: str, amazon: AwsSimulator, tencent: TencentCloudSimulator, alibaba: RdsSimulator) -> Subject:
    """Populate the cloud of a module, and return what it holds."""
    modules = ours(MODULES[module]).DECLARATION
    if modules.cloud == "AWS":
        amazon.reset()
        in_aws = amazon.populate(mount_targets=3, network_interfaces=3, load_balancers=3, db_instances=3)
        key = {
            "access_key": aws.CREDENTIALS["aws_access_key_id"],
            "secret_key": aws.CREDENTIALS["aws_secret_access_key"],
            "session_token": "token-of-the-example",
        }
        more = {"region": aws.REGION, "endpoint_url": amazon.url, "aws_config": {"retries": {"total_max_attempts": 1}}}
        secrets = (key["secret_key"], key["session_token"])
        file_system, targets = next(iter(in_aws.mount_targets.items()))
        resources, selector = {
            "ec2_eni_sg": (in_aws.network_interfaces, {"requester-managed": False}),
            "efs_mount_target_sg": (targets, file_system),
            "elbv2_load_balancer_sg": (in_aws.load_balancers, ["balancer-0", "balancer-2"]),
            "rds_instance_sg": (in_aws.db_instances, {"team": "shop"}),
        }[module]
        return Subject(module, modules, amazon, key | more, secrets, resources, in_aws.security_groups, selector)
    if module.startswith("qcloud"):
        tencent.reset()
        in_tencent = tencent.populate()
        key = {"secret_id": tencentcloud.SECRET_ID, "secret_key": tencentcloud.SECRET_KEY}
        more = {"region": tencentcloud.REGION, "endpoint": tencent.url}
        vpc = in_tencent.vpcs[0]
        resources, selector = {
            "qcloud_eni_sg": (in_tencent.network_interfaces, {"vpc-id": vpc, "is-primary": False}),
            "qcloud_cvm_sg": (in_tencent.instances, {"vpc-id": vpc}),
            "qcloud_clb_sg": (in_tencent.load_balancers, {"VpcId": vpc}),
            "qcloud_cdb_sg": (in_tencent.db_instances, {"UniqueVpcIds": vpc}),
        }[module]
        secrets = (tencentcloud.SECRET_KEY,)
        return Subject(module, modules, tencent, key | more, secrets, resources, in_tencent.security_groups, selector)
    alibaba.reset()
    in_alibaba = alibaba.populate()
    key = {"access_key_id": alibabacloud.ACCESS_KEY_ID, "access_key_secret": alibabacloud.ACCESS_KEY_SECRET}
    more = {"region": alibabacloud.REGION, "endpoint": alibaba.url}
    secrets = (alibabacloud.ACCESS_KEY_SECRET,)
    resources = {
        "aliyun_rds_sg": in_alibaba.instances,
        "aliyun_ecs_sg": in_alibaba.ecs_instances,
        "aliyun_eni_sg": in_alibaba.network_interfaces,
    }[module]
    groups = in_alibaba.security_groups
    return Subject(module, modules, alibaba, key | more, secrets, resources, groups, {"role": "web"})


def attach_all(subject: Subject, groups: Sequence[str]) -> None:
    for resource in subject.resources:
        subject.cloud.attach(resource, *groups)
