#!/usr/bin/python
# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Generated from plugins/module_utils/_aliyun/kinds/aliyun_eni.py by python -m tests.generate.
from __future__ import annotations

DOCUMENTATION = r"""
module: aliyun_eni_sg_info
short_description: Show the security groups of Alibaba Cloud network interfaces
version_added: 1.0.0
author:
  - The crosscloud.security_groups authors (@crosscloud)
description:
  - Shows which security groups are attached to secondary elastic network interfaces (ENIs) of Alibaba Cloud.
  - Tags select secondary network interfaces only. The groups of primary ones are shown by the module
    M(crosscloud.security_groups.aliyun_ecs_sg_info).
  - Tags that no secondary network interface has give an empty list. A network interface that cannot be read fails the
    task.
extends_documentation_fragment:
  - crosscloud.security_groups.attributes.reading
  - crosscloud.security_groups.alibabacloud.action_group
  - crosscloud.security_groups.alibabacloud
options:
  network_interface_ids:
    description:
      - The IDs of the network interfaces. One ID may be given as a plain string.
      - Exactly one of O(network_interface_ids) and O(tags) is required.
    type: list
    elements: str
    aliases: [network_interface_id]
  tags:
    description:
      - Tags that select the secondary network interfaces of the region to show, each with its value.
      - A network interface is selected if it has all of them.
      - At least one tag, and at most 20. Values are strings that are not empty; put numbers and booleans in quotes.
      - Alibaba Cloud lists at most 1000 network interfaces that have the tags. A task whose tags match that many fails.
    type: dict
notes:
  - Needs the permission C(ecs:DescribeNetworkInterfaces).
  - Up to 100 network interfaces are read with one call.
seealso:
  - module: crosscloud.security_groups.aliyun_eni_sg
"""

EXAMPLES = r"""
- name: Show the groups of all network interfaces of firewalls
  crosscloud.security_groups.aliyun_eni_sg_info:
    tags:
      role: firewall
    region: cn-hangzhou
  register: found

- name: Show them by network interface
  ansible.builtin.debug:
    msg: "{{ found.resources | items2dict(key_name='id', value_name='security_groups') }}"
"""

RETURN = r"""
resources:
  description:
    - One entry for each network interface that could be read, in the order asked for.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the network interface.
      returned: always
      type: str
      sample: eni-bp14v2s8k6m0q3w7z5b9
    security_groups:
      description: The IDs of the security groups that are attached, in the order in which Alibaba Cloud reports them.
      returned: always
      type: list
      elements: str
      sample: [sg-bp195m1bbdpfrsf9x3y7, sg-bp1h8c2w6d4k0z3m5r9t]
    details:
      description: More of the network interface, for people and reports. What Alibaba Cloud does not tell is null.
      returned: always
      type: dict
      sample:
        vpc_id: vpc-bp1opxu1zkhn00g4f2k7s
        vswitch_id: vsw-bp1s5fnvk4gn2tws0u4k7
        zone: cn-hangzhou-h
        name: firewall-1
        instance_id: i-bp1c4n7r2v5y8a3d6f9h
        private_ip: 10.0.1.16
        type: Secondary
        status: InUse
msg:
  description: What is wrong, with which network interface, and what to do.
  returned: on failure
  type: str
  sample: >-
    network interface eni-bp14v2s8k6m0q3w7z5b9: it does not exist; check its id and the region
    (ModifyNetworkInterfaceAttribute answered InvalidEniId.NotFound: The specified EniId does not exist.)
"""

from ansible_collections.crosscloud.security_groups.plugins.module_utils._aliyun.kinds import aliyun_eni
from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.manage import inform


def main() -> None:
    inform(aliyun_eni.DECLARATION)


if __name__ == "__main__":
    main()
