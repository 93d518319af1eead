# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secondary network interfaces: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-modifynetworkinterfaceattribute."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..._ansible.declaration import Declaration
from ..._ansible.options import Runtime
from ..._core.adapter import Snapshot
from ..._core.errors import ErrorKind, Failure
from ..._core.kind import IdForm, Kind
from ..answers import Entry, required_ids, text, texts, word
from ..ecs import Calls, EcsResources
from ..groups import SECURITY_GROUP_ID
from ..listing import numbered
from ..options import CONNECTION, EXTRA, MISSING, few_tag_problems

NETWORK_INTERFACE = Kind(
    noun="network interface",
    plural="network interfaces",
    resource_id=IdForm(re.compile("eni-[a-z0-9]{6,40}"), "eni-bp14v2s8k6m0q3w7z5b9"),
    group_id=SECURITY_GROUP_ID,
    ordered=False,
    clearable=False,
    longest=None,
)

PASSING = ("Attaching", "Detaching")
DELETING = "Deleting"
PRIMARY, SECONDARY = "Primary", "Secondary"

CALLS = Calls(
    read="DescribeNetworkInterfaces",
    path=("NetworkInterfaceSets", "NetworkInterfaceSet"),
    id="NetworkInterfaceId",
    by_ids=lambda ids: numbered("NetworkInterfaceId", ids),
    write="ModifyNetworkInterfaceAttribute",
    groups="SecurityGroupId",
    also={"Type": SECONDARY},
)


def _snapshot(entry: Entry, read_at: float) -> Snapshot:
    status, excluded = word(entry, "Status"), _excluded(entry)
    # No document says that an interface of a service has groups.
    path = ("SecurityGroupIds", "SecurityGroupId")
    groups = tuple(texts(entry, *path)) if excluded else required_ids(entry, *path, form=NETWORK_INTERFACE.group_id)
    return Snapshot(
        id=entry["NetworkInterfaceId"],
        groups=groups,
        read_at=read_at,
        state=str(status),
        passing=status in PASSING,
        blocked=_deleted() if status == DELETING else None,
        excluded=excluded,
        vpc_id=word(entry, "VpcId"),
        details={
            "vpc_id": text(entry, "VpcId"),
            "vswitch_id": text(entry, "VSwitchId"),
            "zone": text(entry, "ZoneId"),
            "name": text(entry, "NetworkInterfaceName"),
            "instance_id": text(entry, "InstanceId"),
            "private_ip": text(entry, "PrivateIpAddress"),
            "type": text(entry, "Type"),
            "status": status,
        },
    )


def _deleted() -> Failure:
    return Failure(ErrorKind.STATE, f"it is '{DELETING}' and takes no change; leave it out")


def _excluded(entry: Entry) -> Failure | None:
    if text(entry, "Type") == PRIMARY:
        instance = word(entry, "InstanceId") or "an instance"
        problem = f"it is the primary network interface of {instance}, whose security groups are managed with "
        return Failure(ErrorKind.INVALID, f"{problem}aliyun_ecs_sg and instance_id; leave it out here")
    if entry.get("ServiceManaged") is True:
        problem = "a service of Alibaba Cloud manages it, and only that service may change it; leave it out"
        return Failure(ErrorKind.INVALID, problem)
    return None


def _connect(connection: Mapping[str, Any], runtime: Runtime) -> EcsResources:
    # Imported here because importing the SDK takes longer than finding out that the arguments are wrong.
    from ..client import ECS, connect

    return EcsResources(connect(connection, ECS, runtime), runtime, NETWORK_INTERFACE, CALLS, _snapshot)


TEXTS = r"""
title: Alibaba Cloud network interfaces
resources: secondary elastic network interfaces (ENIs) of Alibaba Cloud
refused: a primary one
description:
  - The groups of a primary network interface are those of its instance, which the module
    M(crosscloud.security_groups.aliyun_ecs_sg) manages. A task that names a primary one fails.
description_info:
  - Tags select secondary network interfaces only. The groups of primary ones are shown by the module
    M(crosscloud.security_groups.aliyun_ecs_sg_info).
nothing_found: Tags that no secondary network interface has give an empty list.
selector:
  - Tags that select the secondary network interfaces of the region that all get the same O(security_groups), each with
    its value.
selector_info:
  - Tags that select the secondary network interfaces of the region to show, each with its value.
selector_both:
  - A network interface is selected if it has all of them.
  - At least one tag, and at most 20. Values are strings that are not empty; put numbers and booleans in quotes.
  - Alibaba Cloud lists at most 1000 network interfaces that have the tags. A task whose tags match that many fails.
permissions:
  - to: read
    needs: [ecs:DescribeNetworkInterfaces]
  - to: write groups (on the network interfaces and on their security groups)
    needs: [ecs:ModifyNetworkInterfaceAttribute]
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
  - Up to 100 network interfaces are read with one call.
notes:
  - The permission C(ecs:ModifyNetworkInterfaceAttribute) is needed on the network interfaces and on their security
    groups.
  - A network interface that is C(Available) or C(InUse) can be changed. C(Attaching) and C(Detaching) are waited for.
    One that is C(Deleting) is refused when its groups would have to change.
  - A network interface that a service of Alibaba Cloud manages is refused, because only that service may change it.
  - A network interface has at least one security group. A task that would leave none fails. Alibaba Cloud allows
    five, or up to ten where the quota was raised, and refuses more when they are written.
  - Its groups must be of its VPC, and all basic or all advanced, in the words of the API C(normal) or C(enterprise).
seealso:
  - module: crosscloud.security_groups.aliyun_ecs_sg
  - name: DescribeNetworkInterfaces
    description: The API call that reads the list.
    link: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-describenetworkinterfaces
  - name: ModifyNetworkInterfaceAttribute
    description: The API call that replaces the list.
    link: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-modifynetworkinterfaceattribute
examples: |
  - name: Attach a group to a network interface, whatever else is attached
    crosscloud.security_groups.aliyun_eni_sg:
      network_interface_id: eni-bp14v2s8k6m0q3w7z5b9
      security_groups: sg-bp195m1bbdpfrsf9x3y7
      region: cn-hangzhou

  - name: Detach a group from all network interfaces with a tag
    crosscloud.security_groups.aliyun_eni_sg:
      tags:
        role: firewall
      security_groups: sg-bp1h8c2w6d4k0z3m5r9t
      state: absent
      region: cn-hangzhou

  - name: Give two network interfaces their exact groups, unless more than one would change
    crosscloud.security_groups.aliyun_eni_sg:
      state: exact
      max_changes: 1
      attachments:
        - id: eni-bp14v2s8k6m0q3w7z5b9
          security_groups: [sg-bp195m1bbdpfrsf9x3y7]
        - id: eni-bp1n7d5f3h1j9l2p4r6t
          security_groups: [sg-bp195m1bbdpfrsf9x3y7, sg-bp1h8c2w6d4k0z3m5r9t]
      region: cn-hangzhou

  - name: Report drift without changing anything
    crosscloud.security_groups.aliyun_eni_sg:
      network_interface_id: eni-bp14v2s8k6m0q3w7z5b9
      security_groups: [sg-bp195m1bbdpfrsf9x3y7]
      state: exact
      region: cn-hangzhou
    check_mode: true
    diff: true
    register: drift
examples_info: |
  - name: Show the groups of all network interfaces of firewalls
    crosscloud.security_groups.aliyun_eni_sg_info:
      tags:
        role: firewall
      region: cn-hangzhou
    register: found

  - name: Show them by network interface
    ansible.builtin.debug:
      msg: "{{ found.resources | items2dict(key_name='id', value_name='security_groups') }}"
sample:
  id: eni-bp14v2s8k6m0q3w7z5b9
  before: [sg-bp195m1bbdpfrsf9x3y7]
  after: [sg-bp195m1bbdpfrsf9x3y7, sg-bp1h8c2w6d4k0z3m5r9t]
  names: {sg-bp195m1bbdpfrsf9x3y7: web, sg-bp1h8c2w6d4k0z3m5r9t: jobs}
  code: InvalidEniId.NotFound
  message: >-
    it does not exist; check its id and the region (ModifyNetworkInterfaceAttribute answered InvalidEniId.NotFound: The
    specified EniId does not exist.)
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
    description: The name of the network interface.
    sample: firewall-1
  instance_id:
    description: The ID of the instance that it is attached to, or null.
    sample: i-bp1c4n7r2v5y8a3d6f9h
  private_ip:
    description: The primary private IPv4 address.
    sample: 10.0.1.16
  type:
    description: The type, in Alibaba Cloud's words.
    sample: Secondary
  status:
    description: The status, in Alibaba Cloud's words.
    sample: InUse
"""

DECLARATION = Declaration(
    cloud="Alibaba Cloud",
    kind=NETWORK_INTERFACE,
    ids="network_interface_ids",
    id="network_interface_id",
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
