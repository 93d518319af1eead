#!/usr/bin/python
# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Generated from plugins/module_utils/_aws/kinds/ec2_eni.py by python -m tests.generate.
from __future__ import annotations

DOCUMENTATION = r"""
module: ec2_eni_sg_info
short_description: Show the security groups of EC2 network interfaces
version_added: 1.0.0
author:
  - The crosscloud.security_groups authors (@crosscloud)
description:
  - Shows which security groups are attached to the network interfaces of Amazon EC2.
  - Filters that nothing matches give an empty list. A network interface that cannot be read fails the task.
extends_documentation_fragment:
  - crosscloud.security_groups.attributes.reading
  - crosscloud.security_groups.aws.action_group
  - crosscloud.security_groups.aws
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
      - Filters that select the network interfaces of the region to show.
      - The names and values are those of the API call C(DescribeNetworkInterfaces). A value is a string, number or
        boolean, or a list of up to 200 of them, of which one must match. All filters must match.
      - At least one filter. V(requester-managed=false) leaves out most of what AWS services manage.
    type: dict
notes:
  - Needs the permission C(ec2:DescribeNetworkInterfaces).
seealso:
  - module: crosscloud.security_groups.ec2_eni_sg
"""

EXAMPLES = r"""
- name: Show the groups of the network interfaces of a VPC that no service manages
  crosscloud.security_groups.ec2_eni_sg_info:
    filters:
      vpc-id: vpc-0a1b2c3d4e5f60718
      requester-managed: false
    region: eu-central-1
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
      sample: eni-0a1b2c3d4e5f60718
    security_groups:
      description: The IDs of the security groups that are attached, in the order in which AWS reports them.
      returned: always
      type: list
      elements: str
      sample: [sg-0f9e8d7c6b5a49382, sg-0a1b2c3d4e5f60718]
    details:
      description: More of the network interface, for people and reports. What AWS does not tell is null.
      returned: always
      type: dict
      sample:
        vpc_id: vpc-0a1b2c3d4e5f60718
        subnet_id: subnet-0a1b2c3d4e5f60718
        availability_zone: eu-central-1a
        name: web-1
        description: Primary network interface
        instance_id: i-0a1b2c3d4e5f60718
        private_ip: 10.0.1.17
        state: in-use
msg:
  description: What is wrong, with which network interface, and what to do.
  returned: on failure
  type: str
  sample: >-
    network interface eni-0a1b2c3d4e5f60718: the account's quota allows no list this long; name fewer security groups or
    have the quota 'Security groups per network interface' raised (ModifyNetworkInterfaceAttribute answered
    SecurityGroupsPerInterfaceLimitExceeded: The maximum number of security groups per interface has been reached.)
resource_actions:
  description: The API actions that were called.
  returned: when O(debug_botocore_endpoint_logs=true)
  type: list
  elements: str
  sample: [ec2:DescribeNetworkInterfaces, ec2:DescribeSecurityGroups]
"""

from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.manage import inform
from ansible_collections.crosscloud.security_groups.plugins.module_utils._aws.kinds import ec2_eni


def main() -> None:
    inform(ec2_eni.DECLARATION)


if __name__ == "__main__":
    main()
