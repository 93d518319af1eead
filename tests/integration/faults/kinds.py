# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kinds on a bad day: what each cloud calls its trouble, and how its resources are made and written."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import unquote

from botocore.exceptions import ClientError

from tests.simulators import alibabacloud, aws, tencentcloud
from tests.simulators.alibabacloud import RdsSimulator
from tests.simulators.aws import AwsSimulator
from tests.simulators.server import Call, Effect, Raw, Refuse
from tests.simulators.tencentcloud import TencentCloudSimulator

TOKEN = "t0ken-of-a-bad-day-7f3a9c"
HTML = b"<html><body>Bad Gateway</body></html>"
SIGNATURE = re.compile(r"Signature=([^&,\s]+)")

Simulator = AwsSimulator | TencentCloudSimulator | RdsSimulator
Estate = tuple[list[str], list[str]]
"""Resources, each with the first of the security groups, and the security groups."""

AWS, TENCENT_CLOUD, ALIBABA_CLOUD = "_aws", "_tencentcloud", "_alibabacloud"
"""What a kind has as its fixture."""

UNKNOWN_GROUP = {AWS: "sg-0badc0de", TENCENT_CLOUD: "sg-zzzzzzzz", ALIBABA_CLOUD: "sg-bp1badc0debadc0debad"}
LOOK_UP_DENIED = {AWS: Refuse(403, "UnauthorizedOperation", "You are not authorized to perform this operation.")}
"""What EC2 says, whichever service a resource belongs to. Elsewhere it is what the kind has as ``denied``."""


@dataclass(frozen=True)
class Kind:
    """A kind of resource.

    ``fixture`` is the simulator. ``missing`` is the id of a resource that does not exist. ``variables`` are the
    environment variables that stand in for options. ``read`` and ``write`` are the actions for the list,
    ``read_by_many`` is another one, which reads many lists where it can, and ``sent`` is what of the write's arguments
    is the list. ``tries`` is how often the SDK makes a call that reads before our code hears of a failure. ``silence``
    is how many seconds without an answer are too long for it, with the options ``impatience``. ``passing`` and
    ``final`` are states, if the kind has any. The rest are the cloud's answers.
    """

    module: str
    noun: str
    plural: str
    title: str
    ids: str
    fixture: str
    read: str
    write: str
    sent: str
    missing: str
    endpoint: str
    secrets: tuple[str, ...]
    variables: Mapping[str, str]
    tries: int
    silence: float
    impatience: Mapping[str, Any]
    passing: str | None
    final: str | None
    throttled: Effect
    broken: Effect
    unavailable: Effect
    denied: Refuse
    unsigned: Refuse
    populate: Callable[[Any, int], Estate]
    connect: Callable[[Any], dict[str, Any]]
    ordered: bool = False
    read_by_many: str | None = None

    @property
    def reads(self) -> tuple[str, ...]:
        """All actions that read the list."""
        return (self.read, *filter(None, [self.read_by_many]))

    def connection(self, cloud: Simulator) -> dict[str, Any]:
        """Return the options with which a task reaches the simulator, a token among them."""
        return {**self.connect(cloud), self.endpoint: cloud.url}

    def environ(self, cloud: Simulator) -> dict[str, str]:
        """Return the environment variables that do the same, but for the endpoint."""
        return {self.variables[option]: value for option, value in self.connect(cloud).items()}

    def in_order(self, groups: Sequence[str]) -> list[str]:
        """Return a list as it compares to another one."""
        return list(groups) if self.ordered else sorted(groups)

    def attached(self, cloud: Simulator, resource: str) -> list[str] | None:
        """Return the list of a resource as it is in the cloud; None where the resource is gone."""
        try:
            return self.in_order(cloud.groups(resource))
        except (LookupError, ClientError):
            return None

    def lists_sent(self, calls: Sequence[Call]) -> list[list[str]]:
        """Return the lists that were sent to be written, whatever became of them."""
        sent = [call.arguments[self.sent] for call in calls if call.action == self.write]
        return [one.split(",") if isinstance(one, str) else list(one) for one in sent]  # type: ignore[call-overload]


def signatures(calls: Sequence[Call]) -> set[str]:
    """Return the signatures of calls, as they came over the wire and as they were meant."""
    found: set[str] = set()
    for call in calls:
        headers = {name.lower(): value for name, value in call.request.headers.items()}
        said = " ".join((call.request.target, call.request.body.decode(), headers.get("authorization", "")))
        found.update(SIGNATURE.findall(said))
    return found | {unquote(one) for one in found}


def _mount_targets(cloud: AwsSimulator, count: int) -> Estate:
    estate = cloud.populate(file_systems=-(-count // 2), mount_targets=2)
    return [one for targets in estate.mount_targets.values() for one in targets], list(estate.security_groups)


def _ec2_interfaces(cloud: AwsSimulator, count: int) -> Estate:
    estate = cloud.populate(file_systems=0, network_interfaces=count)
    return list(estate.network_interfaces), list(estate.security_groups)


def _elb_load_balancers(cloud: AwsSimulator, count: int) -> Estate:
    estate = cloud.populate(file_systems=0, load_balancers=count)
    return list(estate.load_balancers), list(estate.security_groups)


def _rds_instances(cloud: AwsSimulator, count: int) -> Estate:
    estate = cloud.populate(file_systems=0, db_instances=count)
    return list(estate.db_instances), list(estate.security_groups)


def _network_interfaces(cloud: TencentCloudSimulator, count: int) -> Estate:
    estate = cloud.populate(network_interfaces=count, instances=0)
    return list(estate.network_interfaces), list(estate.security_groups)


def _instances(cloud: TencentCloudSimulator, count: int) -> Estate:
    estate = cloud.populate(network_interfaces=0, instances=count)
    return list(estate.instances), list(estate.security_groups)


def _load_balancers(cloud: TencentCloudSimulator, count: int) -> Estate:
    estate = cloud.populate(network_interfaces=0, instances=0, load_balancers=count)
    return list(estate.load_balancers), list(estate.security_groups)


def _databases(cloud: TencentCloudSimulator, count: int) -> Estate:
    estate = cloud.populate(network_interfaces=0, instances=0, db_instances=count)
    return list(estate.db_instances), list(estate.security_groups)


def _db_instances(cloud: RdsSimulator, count: int) -> Estate:
    estate = cloud.populate(instances=count, read_only=0)
    return list(estate.instances), list(estate.security_groups)


def _ecs_instances(cloud: RdsSimulator, count: int) -> Estate:
    estate = cloud.populate(instances=0, ecs_instances=count, network_interfaces=0)
    return list(estate.ecs_instances), list(estate.security_groups)


def _ecs_interfaces(cloud: RdsSimulator, count: int) -> Estate:
    estate = cloud.populate(instances=0, ecs_instances=0, network_interfaces=count)
    return list(estate.network_interfaces), list(estate.security_groups)


def _to_aws(_cloud: AwsSimulator) -> dict[str, Any]:
    key = aws.CREDENTIALS
    return {
        "access_key": key["aws_access_key_id"],
        "secret_key": key["aws_secret_access_key"],
        "session_token": TOKEN,
        "region": aws.REGION,
    }


def _to_tencent_cloud(cloud: TencentCloudSimulator) -> dict[str, Any]:
    cloud.token = TOKEN
    return {
        "secret_id": tencentcloud.SECRET_ID,
        "secret_key": tencentcloud.SECRET_KEY,
        "token": TOKEN,
        "region": tencentcloud.REGION,
    }


def _to_alibaba_cloud(cloud: RdsSimulator) -> dict[str, Any]:
    cloud.security_token = TOKEN
    return {
        "access_key_id": alibabacloud.ACCESS_KEY_ID,
        "access_key_secret": alibabacloud.ACCESS_KEY_SECRET,
        "security_token": TOKEN,
        "region": alibabacloud.REGION,
    }


# What the cloud signs is what the client sent, so the answer to a signature that does not fit quotes the token.
CANONICAL = (
    f"The Canonical String for this request should have been\n\n'GET\n/\nx-amz-security-token:{TOKEN}\n{'ab' * 32}'"
)
TO_SIGN = (
    "Specified signature is not matched with our calculation. server string to sign is:POST&%2F&"
    f"AccessKeyId%3D{alibabacloud.ACCESS_KEY_ID}%26SecurityToken%3D{TOKEN}%26Signature%3D{'ab' * 20}"
)

AWS_VARIABLES = {
    "access_key": "AWS_ACCESS_KEY_ID",
    "secret_key": "AWS_SECRET_ACCESS_KEY",
    "session_token": "AWS_SESSION_TOKEN",
    "region": "AWS_REGION",
}
TENCENT_CLOUD_VARIABLES = {
    "secret_id": "TENCENTCLOUD_SECRET_ID",
    "secret_key": "TENCENTCLOUD_SECRET_KEY",
    "token": "TENCENTCLOUD_TOKEN",
    "region": "TENCENTCLOUD_REGION",
}

EFS = Kind(
    module="efs_mount_target_sg",
    noun="mount target",
    plural="mount targets",
    title="EFS mount target",
    ids="mount_target_ids",
    fixture=AWS,
    read="DescribeMountTargetSecurityGroups",
    read_by_many="DescribeNetworkInterfaces",
    write="ModifyMountTargetSecurityGroups",
    sent="SecurityGroups",
    missing="fsmt-00000000",
    endpoint="endpoint_url",
    secrets=(aws.CREDENTIALS["aws_secret_access_key"],),
    variables=AWS_VARIABLES,
    tries=3,
    silence=2.0,
    impatience={"aws_config": {"read_timeout": 1}},
    passing="updating",
    final="deleting",
    throttled=Refuse(429, "ThrottlingException", "Rate exceeded"),
    broken=Refuse(500, "InternalServerError", "An internal error occurred"),
    unavailable=Refuse(503, "ServiceUnavailable", "Try again later"),
    denied=Refuse(403, "AccessDeniedException", "User is not authorized to perform this operation"),
    unsigned=Refuse(403, "InvalidSignatureException", f"The request signature does not match.\n\n{CANONICAL}"),
    populate=_mount_targets,
    connect=_to_aws,
)
EC2_ENI = Kind(
    module="ec2_eni_sg",
    noun="network interface",
    plural="network interfaces",
    title="EC2 network interface",
    ids="network_interface_ids",
    fixture=AWS,
    read="DescribeNetworkInterfaces",
    write="ModifyNetworkInterfaceAttribute",
    sent="SecurityGroupId",
    missing="eni-00000000",
    endpoint="endpoint_url",
    secrets=(aws.CREDENTIALS["aws_secret_access_key"],),
    variables=AWS_VARIABLES,
    tries=3,
    silence=2.0,
    impatience={"aws_config": {"read_timeout": 1}},
    passing=None,
    final=None,
    throttled=Refuse(503, "RequestLimitExceeded", "Request limit exceeded."),
    broken=Refuse(500, "InternalError", "An internal error has occurred"),
    unavailable=Refuse(503, "Unavailable", "The service is unavailable. Please try again shortly."),
    denied=Refuse(403, "UnauthorizedOperation", "You are not authorized to perform this operation."),
    unsigned=Refuse(401, "AuthFailure", f"AWS was not able to validate the credentials\n\n{CANONICAL}"),
    populate=_ec2_interfaces,
    connect=_to_aws,
)
LOAD_BALANCER = replace(
    EC2_ENI,
    module="elbv2_load_balancer_sg",
    noun="load balancer",
    plural="load balancers",
    title="Load balancer",
    ids="load_balancer_arns",
    read="DescribeLoadBalancers",
    write="SetSecurityGroups",
    sent="SecurityGroups",
    missing="arn:aws:elasticloadbalancing:us-east-1:123456789012:loadbalancer/app/nobody/00000000",
    passing="provisioning",
    throttled=Refuse(400, "Throttling", "Rate exceeded"),
    broken=Refuse(500, "InternalFailure", "An internal error occurred"),
    unavailable=Refuse(503, "ServiceUnavailable", "Try again later"),
    denied=Refuse(403, "AccessDenied", "User is not authorized to perform this operation"),
    unsigned=Refuse(403, "SignatureDoesNotMatch", f"The request signature does not match.\n\n{CANONICAL}"),
    populate=_elb_load_balancers,
)
RDS_INSTANCE = replace(
    LOAD_BALANCER,
    module="rds_instance_sg",
    noun="DB instance",
    plural="DB instances",
    title="RDS DB instance",
    ids="db_instance_identifiers",
    read="DescribeDBInstances",
    write="ModifyDBInstance",
    sent="VpcSecurityGroupIds",
    missing="nobody",
    passing="rebooting",
    final="deleting",
    populate=_rds_instances,
)
ENI = Kind(
    module="qcloud_eni_sg",
    noun="network interface",
    plural="network interfaces",
    title="Tencent Cloud ENI",
    ids="network_interface_ids",
    fixture=TENCENT_CLOUD,
    read="DescribeNetworkInterfaces",
    write="ModifyNetworkInterfaceAttribute",
    sent="SecurityGroupIds",
    missing="eni-zzzzzzzz",
    endpoint="endpoint",
    secrets=(tencentcloud.SECRET_KEY,),
    variables=TENCENT_CLOUD_VARIABLES,
    tries=1,
    silence=21.0,
    impatience={},
    passing="PENDING",
    final="DELETING",
    throttled=Refuse(200, "RequestLimitExceeded", "Your current request times equals to 20 in a second"),
    broken=Refuse(500, "InternalError", "An internal error has occurred"),
    unavailable=Raw(503, HTML, "text/html"),
    denied=Refuse(200, "UnauthorizedOperation", "You are not authorized to perform this operation"),
    unsigned=Refuse(200, "AuthFailure.SignatureFailure", f"token {TOKEN} and signature {'ab' * 32} do not fit"),
    populate=_network_interfaces,
    connect=_to_tencent_cloud,
    ordered=True,
)
CVM = Kind(
    module="qcloud_cvm_sg",
    noun="instance",
    plural="instances",
    title="Tencent Cloud CVM",
    ids="instance_ids",
    fixture=TENCENT_CLOUD,
    read="DescribeInstances",
    write="ModifyInstancesAttribute",
    sent="SecurityGroups",
    missing="ins-zzzzzzzz",
    endpoint="endpoint",
    secrets=(tencentcloud.SECRET_KEY,),
    variables=TENCENT_CLOUD_VARIABLES,
    tries=1,
    silence=21.0,
    impatience={},
    passing="REBOOTING",
    final="TERMINATING",
    throttled=Refuse(200, "RequestLimitExceeded", "Your current request times equals to 20 in a second"),
    broken=Refuse(500, "InternalServerError", "An internal error has occurred"),
    unavailable=Raw(503, HTML, "text/html"),
    denied=Refuse(200, "UnauthorizedOperation", "You are not authorized to perform this operation"),
    unsigned=Refuse(200, "AuthFailure.SignatureFailure", f"token {TOKEN} and signature {'ab' * 32} do not fit"),
    populate=_instances,
    connect=_to_tencent_cloud,
    ordered=True,
)
CLB = replace(
    ENI,
    module="qcloud_clb_sg",
    noun="load balancer",
    plural="load balancers",
    title="Tencent Cloud CLB",
    ids="load_balancer_ids",
    read="DescribeLoadBalancers",
    write="SetLoadBalancerSecurityGroups",
    sent="SecurityGroups",
    missing="lb-zzzzzzzz",
    passing="creating",
    final=None,
    populate=_load_balancers,
)
CDB = replace(
    ENI,
    module="qcloud_cdb_sg",
    noun="instance",
    plural="instances",
    title="TencentDB for MySQL",
    ids="instance_ids",
    read="DescribeDBSecurityGroups",
    write="ModifyDBInstanceSecurityGroups",
    missing="cdb-zzzzzzzz",
    passing="restarting",
    final="isolated",
    populate=_databases,
    ordered=False,
)
RDS = Kind(
    module="aliyun_rds_sg",
    noun="DB instance",
    plural="DB instances",
    title="ApsaraDB RDS instance",
    ids="db_instance_ids",
    fixture=ALIBABA_CLOUD,
    read="DescribeSecurityGroupConfiguration",
    write="ModifySecurityGroupConfiguration",
    sent="SecurityGroupId",
    missing="rm-bp1f3k8n5t7v2x9q4",
    endpoint="endpoint",
    secrets=(alibabacloud.ACCESS_KEY_SECRET,),
    variables={
        "access_key_id": "ALIBABA_CLOUD_ACCESS_KEY_ID",
        "access_key_secret": "ALIBABA_CLOUD_ACCESS_KEY_SECRET",
        "security_token": "ALIBABA_CLOUD_SECURITY_TOKEN",
        "region": "ALIBABA_CLOUD_REGION_ID",
    },
    tries=1,
    silence=21.0,
    impatience={},
    passing="Rebooting",
    final="Deleting",
    throttled=Refuse(400, "Throttling.User", "Request was denied due to user flow control."),
    broken=Refuse(500, "InternalError", "The request processing has failed due to some unknown error."),
    unavailable=Refuse(503, "ServiceUnavailable", "The request has failed due to a temporary failure of the server."),
    denied=Refuse(403, "Forbidden.RAM", "User not authorized to operate on the specified resource."),
    unsigned=Refuse(400, "SignatureDoesNotMatch", TO_SIGN),
    populate=_db_instances,
    connect=_to_alibaba_cloud,
)
ECS = replace(
    RDS,
    module="aliyun_ecs_sg",
    noun="instance",
    plural="instances",
    title="ECS instance",
    ids="instance_ids",
    read="DescribeInstances",
    write="ModifyInstanceAttribute",
    sent="SecurityGroupIds",
    missing="i-bp1zzzzzzzzzzzzzzzzz",
    passing="Starting",
    final=None,
    populate=_ecs_instances,
)
ECS_ENI = replace(
    RDS,
    module="aliyun_eni_sg",
    noun="network interface",
    plural="network interfaces",
    title="ECS network interface",
    ids="network_interface_ids",
    read="DescribeNetworkInterfaces",
    write="ModifyNetworkInterfaceAttribute",
    missing="eni-bp1zzzzzzzzzzzzzzzzz",
    passing="Attaching",
    final="Deleting",
    populate=_ecs_interfaces,
)
KINDS = (EFS, EC2_ENI, LOAD_BALANCER, RDS_INSTANCE, ENI, CVM, CLB, CDB, RDS, ECS, ECS_ENI)
