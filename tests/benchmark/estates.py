# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The resources that contenders work on, in simulated clouds, each with one security group and to get another."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.integration.described import CONNECTION_OF, CREDENTIALS
from tests.simulators import alibabacloud, aws, tencentcloud
from tests.simulators.server import Reply, Request, Simulator

TAGS = "/2015-02-01/tags/"
WRITES = (*aws.WRITES, *tencentcloud.WRITES, *alibabacloud.WRITES)

ALL_CLOUDS = "all clouds"
CONNECTIONS = 20
"""How many connections to each cloud a description has."""


@dataclass(frozen=True)
class Resources:
    """Resources of one kind: ``old`` is attached to each, and ``new`` is to be attached besides.

    ``read`` and ``write`` go past the simulator's log and delay. ``more`` is what a peer has to be told besides ids.
    """

    ids: Sequence[str]
    old: str
    new: str
    read: Callable[[], Mapping[str, list[str]]]
    write: Callable[[str, list[str]], object]
    ordered: bool = True
    more: Mapping[str, Any] = field(default_factory=dict)

    def put(self, groups: Sequence[str]) -> None:
        """Give each resource this list."""
        for resource_id, found in self.read().items():
            if found != list(groups):
                self.write(resource_id, list(groups))

    def differing(self, groups: Sequence[str]) -> list[str]:
        """Return the ids of the resources that have another list than this one."""

        def comparable(one: Sequence[str]) -> Sequence[str]:
            return list(one) if self.ordered else sorted(one)

        return [one for one, found in self.read().items() if comparable(found) != comparable(groups)]


@dataclass(frozen=True)
class Estate:
    """Simulated clouds with resources by kind, and the environment and options that reach them."""

    simulators: Sequence[Simulator]
    resources: Mapping[str, Resources]
    environ: Mapping[str, str]
    options: Mapping[str, str]


class _Aws(aws.AwsSimulator):
    """AWS with what the peers call besides, and quicker at a write than asking moto for the groups of the VPC."""

    def __init__(self, moto: aws.MotoServer) -> None:
        super().__init__(moto)
        self.known: set[str] = set()

    def answer(self, action: str, arguments: Mapping[str, object], request: Request) -> Reply:
        # moto does not know DescribeTags, which community.aws.efs calls.
        if request.target.startswith(TAGS):
            return Reply(200, b'{"Tags": []}', "application/json")
        return super().answer(action, arguments, request)

    def _groups_of_vpc(self, mount_target: str) -> set[str]:  # noqa: ARG002 - all are in one VPC
        return self.known


class Clouds:
    """The simulators of one run of the benchmark."""

    def __init__(self, amazon: _Aws, tencent: tencentcloud.TencentCloudSimulator, alibaba: alibabacloud.RdsSimulator):
        self._aws = amazon
        self._tencent = tencent
        self._alibaba = alibaba

    def populate(self, cloud: str, count: int, per_file_system: int = 1) -> Estate:
        """Empty a cloud and give it so many resources of each of its kinds, or all clouds so many together."""
        if cloud == ALL_CLOUDS:
            return self._populate_all(count, per_file_system)
        if cloud == "AWS":
            return self._populate_aws(count, per_file_system)
        return self._populate_tencent(count) if cloud == "Tencent Cloud" else self._populate_alibaba(count)

    def _populate_aws(self, count: int, per_file_system: int) -> Estate:
        simulator = self._aws
        made = simulator.populate(-(-count // per_file_system), per_file_system, security_groups=2)
        old, new = made.security_groups
        simulator.known = set(made.security_groups)
        efs, ec2 = simulator.client("efs"), simulator.client("ec2")
        described = {
            one["MountTargetId"]: one
            for file_system in made.mount_targets
            for one in efs.describe_mount_targets(FileSystemId=file_system)["MountTargets"]
        }
        ids = list(described)[:count]
        pages = efs.get_paginator("describe_file_systems").paginate()
        names = {one["FileSystemId"]: one["CreationToken"] for page in pages for one in page["FileSystems"]}
        file_systems: dict[str, list[str]] = {}
        for one in ids:
            file_systems.setdefault(names[described[one]["FileSystemId"]], []).append(described[one]["SubnetId"])
        subnet = described[ids[0]]["SubnetId"]
        interfaces = [
            ec2.create_network_interface(SubnetId=subnet, Groups=[old])["NetworkInterface"]["NetworkInterfaceId"]
            for _number in range(count)
        ]
        mount_targets = Resources(
            ids,
            old,
            new,
            lambda: {one: simulator.groups(one) for one in ids},
            lambda one, groups: simulator.attach(one, *groups),
            ordered=False,
            more={"file_systems": [{"name": name, "subnets": found} for name, found in file_systems.items()]},
        )

        def read_interfaces() -> dict[str, list[str]]:
            found = ec2.describe_network_interfaces(NetworkInterfaceIds=interfaces)["NetworkInterfaces"]
            return {one["NetworkInterfaceId"]: [group["GroupId"] for group in one["Groups"]] for one in found}

        network_interfaces = Resources(
            interfaces,
            old,
            new,
            read_interfaces,
            lambda one, groups: ec2.modify_network_interface_attribute(NetworkInterfaceId=one, Groups=groups),
            ordered=False,
        )
        environ = {
            "AWS_ACCESS_KEY_ID": aws.CREDENTIALS["aws_access_key_id"],
            "AWS_SECRET_ACCESS_KEY": aws.CREDENTIALS["aws_secret_access_key"],
            "AWS_REGION": aws.REGION,
            "AWS_DEFAULT_REGION": aws.REGION,
            "AWS_ENDPOINT_URL": simulator.url,
            "AWS_EC2_METADATA_DISABLED": "true",
        }
        kinds = {"EFS mount target": mount_targets, "EC2 network interface": network_interfaces}
        return Estate((simulator,), kinds, environ, {})

    def _populate_tencent(self, count: int) -> Estate:
        made = self._tencent.populate(network_interfaces=count, instances=count, security_groups=2)
        kinds = {
            "Tencent Cloud ENI": _kept(self._tencent, made.network_interfaces, made.security_groups),
            "Tencent Cloud CVM": _kept(self._tencent, made.instances, made.security_groups),
        }
        environ = {"TENCENTCLOUD_SECRET_ID": tencentcloud.SECRET_ID, "TENCENTCLOUD_SECRET_KEY": tencentcloud.SECRET_KEY}
        return Estate((self._tencent,), kinds, environ, {"region": tencentcloud.REGION, "endpoint": self._tencent.url})

    def _populate_alibaba(self, count: int) -> Estate:
        made = self._alibaba.populate(instances=count, security_groups=2, classic=0, read_only=0)
        kinds = {"ApsaraDB RDS": _kept(self._alibaba, made.instances, made.security_groups, ordered=False)}
        environ = {
            "ALIBABA_CLOUD_ACCESS_KEY_ID": alibabacloud.ACCESS_KEY_ID,
            "ALIBABA_CLOUD_ACCESS_KEY_SECRET": alibabacloud.ACCESS_KEY_SECRET,
        }
        return Estate((self._alibaba,), kinds, environ, {"region": alibabacloud.REGION, "endpoint": self._alibaba.url})

    def _populate_all(self, count: int, per_file_system: int) -> Estate:
        each = count // (len(CONNECTION_OF) * CONNECTIONS)
        file_systems = -(-each // per_file_system)
        on_aws = self._aws.populate(CONNECTIONS * file_systems, per_file_system, security_groups=1)
        on_tencent = self._tencent.populate(CONNECTIONS * each, CONNECTIONS * each, security_groups=1)
        on_alibaba = self._alibaba.populate(CONNECTIONS * each, security_groups=1, classic=0, read_only=0)
        found = {
            "efs_mount_target": ([one for each in on_aws.mount_targets.values() for one in each], on_aws),
            "qcloud_eni": (on_tencent.network_interfaces, on_tencent),
            "qcloud_cvm": (on_tencent.instances, on_tencent),
            "aliyun_rds": (on_alibaba.instances, on_alibaba),
        }
        entries = [
            {
                "kind": kind,
                "id": one,
                "security_groups": list(made.security_groups),
                "connection": f"{CONNECTION_OF[kind]}-{number:02}",
            }
            for kind, (ids, made) in found.items()
            for number in range(CONNECTIONS)
            # All mount targets of a file system are in its account.
            for one in ids[number * len(ids) // CONNECTIONS :][:each]
        ]
        options = {
            "aws": {"region": aws.REGION, "endpoint_url": self._aws.url},
            "tencent": {"region": tencentcloud.REGION, "endpoint": self._tencent.url},
            "alibaba": {"region": alibabacloud.REGION, "endpoint": self._alibaba.url},
        }
        variables = {
            "security_group_attachments": entries,
            "security_group_connections": {
                f"{cloud}-{number:02}": dict(found) for cloud, found in options.items() for number in range(CONNECTIONS)
            },
        }
        # Nothing is written to them, so there is nothing to put back.
        described = Resources([entry["id"] for entry in entries], "", "", dict, lambda *_ignored: None, more=variables)
        simulators = (self._aws, self._tencent, self._alibaba)
        return Estate(simulators, {"description": described}, CREDENTIALS, {})


@contextmanager
def running() -> Iterator[Clouds]:
    """Start the simulators, and moto's server."""
    with (
        aws.MotoServer() as moto,
        _Aws(moto) as amazon,
        tencentcloud.TencentCloudSimulator() as tencent,
        alibabacloud.RdsSimulator() as alibaba,
    ):
        yield Clouds(amazon, tencent, alibaba)


def _kept(
    simulator: tencentcloud.TencentCloudSimulator | alibabacloud.RdsSimulator,
    ids: Sequence[str],
    groups: Sequence[str],
    *,
    ordered: bool = True,
) -> Resources:
    return Resources(
        ids,
        groups[0],
        groups[1],
        lambda: {one: simulator.groups(one) for one in ids},
        lambda one, wanted: simulator.attach(one, *wanted),
        ordered=ordered,
    )
