# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Instances of ECS: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-modifyinstanceattribute."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from ..._ansible.declaration import Declaration
from ..._ansible.options import Runtime
from ..._core.adapter import Snapshot
from ..._core.errors import ErrorKind, Failure
from ..._core.kind import IdForm, Kind
from ..answers import Entry, at, required_ids, text, texts, word
from ..ecs import Calls, EcsResources
from ..groups import SECURITY_GROUP_ID
from ..options import CONNECTION, EXTRA, MISSING, few_tag_problems

INSTANCE = Kind(
    noun="instance",
    plural="instances",
    resource_id=IdForm(re.compile("i-[a-z0-9]{6,40}"), "i-bp1c4n7r2v5y8a3d6f9h"),
    group_id=SECURITY_GROUP_ID,
    ordered=False,
    clearable=False,
    longest=None,
)

PASSING = ("Pending", "Starting", "Stopping")
SECURITY = "security"
CLASSIC = "classic"

CALLS = Calls(
    read="DescribeInstances",
    path=("Instances", "Instance"),
    id="InstanceId",
    by_ids=lambda ids: {"InstanceIds": json.dumps(list(ids))},
    write="ModifyInstanceAttribute",
    groups="SecurityGroupIds",
)


def _snapshot(entry: Entry, read_at: float) -> Snapshot:
    status = word(entry, "Status")
    return Snapshot(
        id=entry["InstanceId"],
        groups=required_ids(entry, "SecurityGroupIds", "SecurityGroupId", form=INSTANCE.group_id),
        read_at=read_at,
        state=str(status),
        passing=status in PASSING,
        blocked=_locked() if SECURITY in _locks(entry) else None,
        excluded=_classic() if text(entry, "InstanceNetworkType") == CLASSIC else None,
        vpc_id=word(entry, "VpcAttributes", "VpcId"),
        details={
            "vpc_id": text(entry, "VpcAttributes", "VpcId"),
            "vswitch_id": text(entry, "VpcAttributes", "VSwitchId"),
            "zone": text(entry, "ZoneId"),
            "name": text(entry, "InstanceName"),
            "private_ip": next(iter(texts(entry, "VpcAttributes", "PrivateIpAddress", "IpAddress")), None),
            "status": status,
        },
    )


def _locks(entry: Entry) -> list[str | None]:
    found = at(entry, "OperationLocks", "LockReason")
    return [text(one, "LockReason") for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def _locked() -> Failure:
    problem = "it is locked for security reasons and takes no change; have it unlocked in the console, or leave it out"
    return Failure(ErrorKind.STATE, problem)


def _classic() -> Failure:
    problem = "it is on the classic network, where the security groups of an instance cannot be changed; leave it out"
    return Failure(ErrorKind.INVALID, problem)


def _connect(connection: Mapping[str, Any], runtime: Runtime) -> EcsResources:
    # Imported here because importing the SDK takes longer than finding out that the arguments are wrong.
    from ..client import ECS, connect

    return EcsResources(connect(connection, ECS, runtime), runtime, INSTANCE, CALLS, _snapshot)


TEXTS = r"""
title: Alibaba Cloud ECS instances
resources: Alibaba Cloud's ECS instances
refused: a security group of another VPC
description:
  - The groups of an instance are those of its primary network interface. The groups of its secondary network
    interfaces are managed with the module M(crosscloud.security_groups.aliyun_eni_sg).
description_info:
  - These are the groups of the primary network interface. Those of secondary network interfaces are shown by the
    module M(crosscloud.security_groups.aliyun_eni_sg_info).
nothing_found: Tags that no instance has give an empty list.
selector:
  - Tags that select the instances of the region that all get the same O(security_groups), each with its value.
selector_info:
  - Tags that select the instances of the region to show, each with its value.
selector_both:
  - An instance is selected if it has all of them.
  - At least one tag, and at most 20. Values are strings that are not empty; put numbers and booleans in quotes.
  - Alibaba Cloud lists at most 1000 instances that have the tags. A task whose tags match that many fails.
permissions:
  - to: read
    needs: [ecs:DescribeInstances]
  - to: write groups (on the instances and on their security groups)
    needs: [ecs:ModifyInstanceAttribute]
    writes: true
  - to: check groups beforehand, and take names
    needs: [ecs:DescribeSecurityGroups]
    optional: true
calls:
  - task: nothing to change
    reads: one for every 100, begun or full
    look-up: 0
    writes: 0
  - task: "*c* of them change"
    reads: the same, and about one a second until the last is read back
    look-up: 1 where a group is attached
    writes: "*c*"
  - task: check mode
    reads: one for every 100, begun or full
    look-up: 1 where a group is attached
    writes: 0
  - task: "`tags`"
    reads: one more for every 100 selected
    look-up: ""
    writes: ""
notes_both:
  - Up to 100 instances are read with one call.
notes:
  - The permission C(ecs:ModifyInstanceAttribute) is needed on the instances and on their security groups.
  - An instance that is C(Running) or C(Stopped) can be changed. C(Pending), C(Starting) and C(Stopping) are waited
    for. An instance that is locked for security reasons is refused when its groups would have to change.
  - An instance on the classic network is refused, because Alibaba Cloud does not let its groups change.
  - An instance has at least one security group. A task that would leave none fails. Alibaba Cloud allows five, or up
    to ten where the quota was raised, and refuses more when they are written.
  - Its groups must be of its VPC, and all basic or all advanced, in the words of the API C(normal) or C(enterprise).
  - The write sends the list of groups and nothing else, so no other attribute of the instance can change.
seealso:
  - module: crosscloud.security_groups.aliyun_eni_sg
  - name: DescribeInstances
    description: The API call that reads the list.
    link: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstances
  - name: ModifyInstanceAttribute
    description: The API call that replaces the list.
    link: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-modifyinstanceattribute
examples: |
  - name: Attach a group to an instance, whatever else is attached
    crosscloud.security_groups.aliyun_ecs_sg:
      instance_id: i-bp1c4n7r2v5y8a3d6f9h
      security_groups: sg-bp195m1bbdpfrsf9x3y7
      region: cn-hangzhou

  - name: Detach a group from all instances with two tags
    crosscloud.security_groups.aliyun_ecs_sg:
      tags:
        env: production
        role: web
      security_groups: sg-bp1h8c2w6d4k0z3m5r9t
      state: absent
      region: cn-hangzhou

  - name: Give two instances their exact groups, unless more than one would change
    crosscloud.security_groups.aliyun_ecs_sg:
      state: exact
      max_changes: 1
      attachments:
        - id: i-bp1c4n7r2v5y8a3d6f9h
          security_groups: [sg-bp195m1bbdpfrsf9x3y7]
        - id: i-bp1k0m3q6s9u2w5x8z1b
          security_groups: [sg-bp195m1bbdpfrsf9x3y7, sg-bp1h8c2w6d4k0z3m5r9t]
      region: cn-hangzhou

  - name: Report drift without changing anything
    crosscloud.security_groups.aliyun_ecs_sg:
      instance_id: i-bp1c4n7r2v5y8a3d6f9h
      security_groups: [sg-bp195m1bbdpfrsf9x3y7]
      state: exact
      region: cn-hangzhou
    check_mode: true
    diff: true
    register: drift
examples_info: |
  - name: Show the groups of all production instances
    crosscloud.security_groups.aliyun_ecs_sg_info:
      tags:
        env: production
      region: cn-hangzhou
    register: found

  - name: Show them by instance
    ansible.builtin.debug:
      msg: "{{ found.resources | items2dict(key_name='id', value_name='security_groups') }}"
sample:
  id: i-bp1c4n7r2v5y8a3d6f9h
  before: [sg-bp195m1bbdpfrsf9x3y7]
  after: [sg-bp195m1bbdpfrsf9x3y7, sg-bp1h8c2w6d4k0z3m5r9t]
  names: {sg-bp195m1bbdpfrsf9x3y7: web, sg-bp1h8c2w6d4k0z3m5r9t: jobs}
  code: InvalidInstanceId.NotFound
  message: >-
    it does not exist; check its id and the region (ModifyInstanceAttribute answered InvalidInstanceId.NotFound: The
    specified InstanceId does not exist.)
  request_id: 473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E
details:
  vpc_id:
    description: The ID of the VPC.
    sample: vpc-bp1opxu1zkhn00g4f2k7s
  vswitch_id:
    description: The ID of the vSwitch.
    sample: vsw-bp1s5fnvk4gn2tws0u4k7
  zone:
    description: The zone.
    sample: cn-hangzhou-h
  name:
    description: The name of the instance.
    sample: web-1
  private_ip:
    description: The private IPv4 address of the primary network interface.
    sample: 10.0.1.16
  status:
    description: The status, in Alibaba Cloud's words.
    sample: Running
"""

DECLARATION = Declaration(
    cloud="Alibaba Cloud",
    kind=INSTANCE,
    ids="instance_ids",
    id="instance_id",
    selector="tags",
    selector_argument={"type": "dict"},
    selector_problems=few_tag_problems,
    connection=CONNECTION,
    library="aliyun-python-sdk-core",
    connect=_connect,
    extra=EXTRA,
    missing=MISSING,
    texts=TEXTS,
)
