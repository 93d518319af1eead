# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Resources of all kinds on the simulators, a description of them, and the environment that reaches them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.simulators import alibabacloud as alibaba
from tests.simulators import aws as amazon
from tests.simulators import tencentcloud as tencent
from tests.simulators.alibabacloud import RdsSimulator
from tests.simulators.aws import AwsSimulator
from tests.simulators.tencentcloud import TencentCloudSimulator

SECRETS = {
    "AWS_SECRET_ACCESS_KEY": amazon.CREDENTIALS["aws_secret_access_key"],
    "TENCENTCLOUD_SECRET_KEY": tencent.SECRET_KEY,
    "ALIBABA_CLOUD_ACCESS_KEY_SECRET": alibaba.ACCESS_KEY_SECRET,
}
CREDENTIALS = {
    **SECRETS,
    "AWS_ACCESS_KEY_ID": amazon.CREDENTIALS["aws_access_key_id"],
    "TENCENTCLOUD_SECRET_ID": tencent.SECRET_ID,
    "ALIBABA_CLOUD_ACCESS_KEY_ID": alibaba.ACCESS_KEY_ID,
}


@dataclass(frozen=True)
class Clouds:
    """The simulators, with two resources of each kind, in the order of the kinds, and four groups in each cloud.

    ``resources`` and ``groups`` are by kind.
    """

    aws: AwsSimulator
    tencentcloud: TencentCloudSimulator
    alibabacloud: RdsSimulator
    resources: Mapping[str, Sequence[str]]
    groups: Mapping[str, Sequence[str]]

    @property
    def connections(self) -> dict[str, dict[str, Any]]:
        """Connection options without credentials, by the name of the cloud."""
        return {
            "aws": {"region": amazon.REGION, "endpoint_url": self.aws.url},
            "tencent": {"region": tencent.REGION, "endpoint": self.tencentcloud.url},
            "alibaba": {"region": alibaba.REGION, "endpoint": self.alibabacloud.url},
        }

    def entry(self, kind: str, number: int, *groups: int, **more: Any) -> dict[str, Any]:
        """Return an entry for a resource of a kind, by its number and the numbers of its groups."""
        return {
            "kind": kind,
            "id": self.resources[kind][number],
            "security_groups": [self.groups[kind][group] for group in groups],
            "connection": CONNECTION_OF[kind],
            **more,
        }

    def cloud(self, kind: str) -> AwsSimulator | TencentCloudSimulator | RdsSimulator:
        return {"aws": self.aws, "tencent": self.tencentcloud, "alibaba": self.alibabacloud}[CONNECTION_OF[kind]]

    def attach(self, kind: str, number: int, *groups: int) -> None:
        """Attach groups to a resource as somebody else would."""
        self.cloud(kind).attach(self.resources[kind][number], *(self.groups[kind][group] for group in groups))

    def attached(self, entries: Iterable[Mapping[str, Any]]) -> list[list[str]]:
        return [self.cloud(entry["kind"]).groups(entry["id"]) for entry in entries]

    def writes(self) -> int:
        return (
            self.aws.count(*amazon.WRITES)
            + self.tencentcloud.count(*tencent.WRITES)
            + self.alibabacloud.count(*alibaba.WRITES)
        )

    def calls(self) -> int:
        return sum(len(cloud.calls) for cloud in (self.aws, self.tencentcloud, self.alibabacloud))


CONNECTION_OF = {
    "aliyun_ecs": "alibaba",
    "aliyun_eni": "alibaba",
    "aliyun_rds": "alibaba",
    "ec2_eni": "aws",
    "efs_mount_target": "aws",
    "elbv2_load_balancer": "aws",
    "rds_instance": "aws",
    "qcloud_cdb": "tencent",
    "qcloud_clb": "tencent",
    "qcloud_cvm": "tencent",
    "qcloud_eni": "tencent",
}


def populate(aws: AwsSimulator, tencentcloud: TencentCloudSimulator, alibabacloud: RdsSimulator) -> Clouds:
    """Make two resources of each kind, each with the first group."""
    in_aws = aws.populate(mount_targets=2, security_groups=4, network_interfaces=2, load_balancers=2, db_instances=2)
    in_tencent = tencentcloud.populate(
        network_interfaces=2, instances=2, security_groups=4, load_balancers=2, db_instances=2
    )
    in_alibaba = alibabacloud.populate(
        instances=2, security_groups=4, classic=0, read_only=0, ecs_instances=2, network_interfaces=2
    )
    for instance in in_tencent.instances:
        tencentcloud.attach(instance, in_tencent.security_groups[0])
    return Clouds(
        aws,
        tencentcloud,
        alibabacloud,
        resources={
            "aliyun_ecs": in_alibaba.ecs_instances,
            "aliyun_eni": in_alibaba.network_interfaces,
            "aliyun_rds": in_alibaba.instances,
            "ec2_eni": in_aws.network_interfaces,
            "efs_mount_target": next(iter(in_aws.mount_targets.values())),
            "elbv2_load_balancer": in_aws.load_balancers,
            "rds_instance": in_aws.db_instances,
            "qcloud_cdb": in_tencent.db_instances,
            "qcloud_clb": in_tencent.load_balancers,
            "qcloud_cvm": in_tencent.instances,
            "qcloud_eni": in_tencent.network_interfaces,
        },
        groups={
            "aliyun_ecs": in_alibaba.security_groups,
            "aliyun_eni": in_alibaba.security_groups,
            "aliyun_rds": in_alibaba.security_groups,
            **dict.fromkeys(
                ("ec2_eni", "efs_mount_target", "elbv2_load_balancer", "rds_instance"), in_aws.security_groups
            ),
            "qcloud_cdb": in_tencent.security_groups,
            "qcloud_clb": in_tencent.security_groups,
            "qcloud_cvm": in_tencent.security_groups,
            "qcloud_eni": in_tencent.security_groups,
        },
    )


def variables(clouds: Clouds, entries: Sequence[Mapping[str, Any]], **more: Any) -> dict[str, Any]:
    """Return the variables of the roles for a description."""
    return {
        "security_group_attachments": list(entries),
        "security_group_connections": clouds.connections,
        **more,
    }
