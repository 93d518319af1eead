#!/usr/bin/python
# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Generated from plugins/module_utils/_tencentcloud/kinds/qcloud_eni.py by python -m tests.generate.
from __future__ import annotations

DOCUMENTATION = r"""
module: qcloud_eni_sg_info
short_description: Show the security groups of Tencent Cloud network interfaces (ENI)
version_added: 1.0.0
author:
  - The crosscloud.security_groups authors (@crosscloud)
description:
  - Shows which security groups are attached to elastic network interfaces (ENI) of Tencent Cloud, in the order in which
    they take effect.
  - Primary network interfaces are shown like all others.
  - Filters that fit nothing give an empty list. A network interface that cannot be read fails the task.
extends_documentation_fragment:
  - crosscloud.security_groups.attributes.reading
  - crosscloud.security_groups.tencentcloud.action_group
  - crosscloud.security_groups.tencentcloud
options:
  network_interface_ids:
    description:
      - The IDs of the network interfaces. One ID may be given as a plain string.
      - Exactly one of O(network_interface_ids) and O(filters) is required.
    type: list
    elements: str
    aliases: [network_interface_id]
  filters:
    description:
      - Filters that select the network interfaces to show.
      - By the names that the API gives them, such as V(vpc-id), V(subnet-id), V(attachment.instance-id),
        V(groups.security-group-id), V(is-primary) or V(tag:NAME), each with a value or a list of values.
      - A network interface is selected if each filter fits it, and a filter fits if one of its values does.
      - At least 1 and at most 10 filters, each with at most 5 values.
    type: dict
notes:
  - Needs the permission C(vpc:DescribeNetworkInterfaces).
  - Up to 100 network interfaces are read with one call.
seealso:
  - module: crosscloud.security_groups.qcloud_eni_sg
"""

EXAMPLES = r"""
- name: Show the groups of all network interfaces of an instance
  crosscloud.security_groups.qcloud_eni_sg_info:
    filters:
      attachment.instance-id: ins-3t6v8r1p
    region: ap-guangzhou
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
      sample: eni-7k2m9q4x
    security_groups:
      description: The IDs of the security groups that are attached, in the order in which they take effect.
      returned: always
      type: list
      elements: str
      sample: [sg-1h4j6b9s, sg-5d8n2w7c, sg-6r2y8g3f]
    details:
      description: More of the network interface, for people and reports. What Tencent Cloud does not tell is null.
      returned: always
      type: dict
      sample:
        vpc_id: vpc-2kx9z6h3
        subnet_id: subnet-8v3n6j1q
        zone: ap-guangzhou-6
        name: web-1-eth1
        instance_id: ins-3t6v8r1p
        primary: false
        private_ip: 10.0.1.17
        state: AVAILABLE
msg:
  description: What is wrong, with which network interface, and what to do.
  returned: on failure
  type: str
  sample: >-
    network interface eni-7k2m9q4x: it does not exist; check its id and the region (DescribeNetworkInterfaces answered
    ResourceNotFound)
"""

from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.manage import inform
from ansible_collections.crosscloud.security_groups.plugins.module_utils._tencentcloud.kinds import qcloud_eni


def main() -> None:
    inform(qcloud_eni.DECLARATION)


if __name__ == "__main__":
    main()
