# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The floor of a drift report: the same calls in one process, without Ansible, checks or a report.

The argument is the file with the description. Each of its connections has 16 threads, as ours has. Credentials come
from the environment.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import boto3
import yaml
from aliyunsdkcore.client import AcsClient
from aliyunsdkcore.http import protocol_type
from aliyunsdkcore.request import RpcRequest
from botocore.config import Config
from tencentcloud.common.common_client import CommonClient
from tencentcloud.common.credential import Credential
from tencentcloud.common.profile.client_profile import ClientProfile
from tencentcloud.common.profile.http_profile import HttpProfile

THREADS = 16
BATCH = 100
"""IDs that Tencent Cloud takes in one call."""

Read = Callable[[], object]
Options = dict[str, str]


def main() -> None:
    description = yaml.load(Path(sys.argv[1]).read_text(encoding="utf-8"), yaml.CSafeLoader)
    batches: dict[tuple[str, str], list[str]] = {}
    for one in description["security_group_attachments"]:
        batches.setdefault((one["kind"], one["connection"]), []).append(one["id"])
    # boto3 does not let threads make clients.
    reads = [
        KINDS[kind](description["security_group_connections"][connection], ids)
        for (kind, connection), ids in batches.items()
    ]
    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(lambda read: read(), reads))


def mount_targets(options: Options, ids: Sequence[str]) -> Read:
    efs = boto3.client(
        "efs",
        region_name=options["region"],
        endpoint_url=options["endpoint_url"],
        config=Config(max_pool_connections=THREADS),
    )

    ec2 = boto3.client("ec2", region_name=options["region"], endpoint_url=options["endpoint_url"])

    def read() -> None:
        interfaces: dict[str, str] = {}
        while unknown := [one for one in ids if one not in interfaces]:
            found = efs.describe_mount_targets(MountTargetId=unknown[0])["MountTargets"]
            if len(unknown) > 1:
                found = efs.describe_mount_targets(FileSystemId=found[0]["FileSystemId"])["MountTargets"]
            interfaces.update((one["MountTargetId"], one["NetworkInterfaceId"]) for one in found)
        values = [interfaces[one] for one in ids]
        ec2.describe_network_interfaces(Filters=[{"Name": "network-interface-id", "Values": values}], MaxResults=1000)

    return read


def by_hundreds(service: str, action: str, argument: str) -> Callable[[Options, Sequence[str]], Read]:
    def prepare(options: Options, ids: Sequence[str]) -> Read:
        scheme, _separator, host = options["endpoint"].partition("://")
        profile = ClientProfile(httpProfile=HttpProfile(protocol=scheme, endpoint=host))
        credential = Credential(os.environ["TENCENTCLOUD_SECRET_ID"], os.environ["TENCENTCLOUD_SECRET_KEY"])

        def read_hundred(start: int) -> dict[str, Any]:
            client = CommonClient(service, "2017-03-12", credential, options["region"], profile)
            return client.call_json(action, {argument: list(ids[start : start + BATCH]), "Limit": BATCH})

        def read() -> None:
            with ThreadPoolExecutor(THREADS) as pool:
                list(pool.map(read_hundred, range(0, len(ids), BATCH)))

        return read

    return prepare


def db_instances(options: Options, ids: Sequence[str]) -> Read:
    client = AcsClient(
        os.environ["ALIBABA_CLOUD_ACCESS_KEY_ID"],
        os.environ["ALIBABA_CLOUD_ACCESS_KEY_SECRET"],
        options["region"],
        pool_size=THREADS,
    )

    def call(action: str, **arguments: object) -> dict[str, Any]:
        request = RpcRequest("Rds", "2014-08-15", action)
        request.set_method("POST")
        request.set_endpoint(options["endpoint"].partition("://")[2])
        request.set_protocol_type(protocol_type.HTTP)
        for name, value in arguments.items():
            request.add_query_param(name, value)
        answer: dict[str, Any] = json.loads(client.do_action_with_exception(request))
        return answer

    def read() -> None:
        unknown = set(ids)
        number = 0
        while unknown:
            number += 1
            page = call("DescribeDBInstances", PageNumber=number, PageSize=BATCH)["Items"]["DBInstance"]
            unknown -= {one["DBInstanceId"] for one in page}
        with ThreadPoolExecutor(THREADS) as pool:
            list(pool.map(lambda one: call("DescribeSecurityGroupConfiguration", DBInstanceId=one), ids))

    return read


KINDS = {
    "efs_mount_target": mount_targets,
    "qcloud_eni": by_hundreds("vpc", "DescribeNetworkInterfaces", "NetworkInterfaceIds"),
    "qcloud_cvm": by_hundreds("cvm", "DescribeInstances", "InstanceIds"),
    "aliyun_rds": db_instances,
}

main()
