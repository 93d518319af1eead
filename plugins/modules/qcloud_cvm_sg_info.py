#!/usr/bin/python
# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Generated from plugins/module_utils/_tencentcloud/kinds/qcloud_cvm.py by python -m tests.generate.
from __future__ import annotations

DOCUMENTATION = r"""
module: qcloud_cvm_sg_info
short_description: Show the security groups of Tencent Cloud CVM instances
version_added: 1.0.0
author:
  - The crosscloud.security_groups authors (@crosscloud)
description:
  - Shows which security groups are attached to CVM instances of Tencent Cloud, in the order in which they take effect.
  - These are the groups of the primary network interface. Those of an instance's other network interfaces are shown by
    the module M(crosscloud.security_groups.qcloud_eni_sg_info).
  - Filters that fit nothing give an empty list. An instance that cannot be read fails the task.
extends_documentation_fragment:
  - crosscloud.security_groups.attributes.reading
  - crosscloud.security_groups.tencentcloud.action_group
  - crosscloud.security_groups.tencentcloud
options:
  instance_ids:
    description:
      - The IDs of the instances. One ID may be given as a plain string.
      - Exactly one of O(instance_ids) and O(filters) is required.
    type: list
    elements: str
    aliases: [instance_id]
  filters:
    description:
      - Filters that select the instances to show.
      - By the names that the API gives them, such as V(zone), V(vpc-id), V(instance-name), V(instance-state),
        V(security-group-id) or V(tag:NAME), each with a value or a list of values.
      - An instance is selected if each filter fits it, and a filter fits if one of its values does.
      - At least 1 and at most 10 filters, each with at most 5 values.
    type: dict
notes:
  - Needs the permission C(cvm:DescribeInstances).
  - Up to 100 instances are read with one call.
seealso:
  - module: crosscloud.security_groups.qcloud_cvm_sg
"""

EXAMPLES = r"""
- name: Show the groups of the running instances of a VPC
  crosscloud.security_groups.qcloud_cvm_sg_info:
    filters:
      vpc-id: vpc-2kx9z6h3
      instance-state: RUNNING
    region: ap-guangzhou
  register: found

- name: Show them by instance
  ansible.builtin.debug:
    msg: "{{ found.resources | items2dict(key_name='id', value_name='security_groups') }}"
"""

RETURN = r"""
resources:
  description:
    - One entry for each instance that could be read, in the order asked for.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the instance.
      returned: always
      type: str
      sample: ins-3t6v8r1p
    security_groups:
      description: The IDs of the security groups that are attached, in the order in which they take effect.
      returned: always
      type: list
      elements: str
      sample: [sg-1h4j6b9s, sg-5d8n2w7c, sg-6r2y8g3f]
    details:
      description: More of the instance, for people and reports. What Tencent Cloud does not tell is null.
      returned: always
      type: dict
      sample:
        vpc_id: vpc-2kx9z6h3
        zone: ap-guangzhou-6
        name: web-1
        private_ip: 10.0.1.16
        state: RUNNING
msg:
  description: What is wrong, with which instance, and what to do.
  returned: on failure
  type: str
  sample: >-
    instance ins-3t6v8r1p: it does not exist; check its id and the region (DescribeInstances answered
    InvalidInstanceId.NotFound)
"""

from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.manage import inform
from ansible_collections.crosscloud.security_groups.plugins.module_utils._tencentcloud.kinds import qcloud_cvm


def main() -> None:
    inform(qcloud_cvm.DECLARATION)


if __name__ == "__main__":
    main()
