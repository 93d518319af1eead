#!/usr/bin/python
# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Generated from plugins/module_utils/_aliyun/kinds/aliyun_ecs.py by python -m tests.generate.
from __future__ import annotations

DOCUMENTATION = r"""
module: aliyun_ecs_sg_info
short_description: Show the security groups of Alibaba Cloud ECS instances
version_added: 1.0.0
author:
  - The crosscloud.security_groups authors (@crosscloud)
description:
  - Shows which security groups are attached to Alibaba Cloud's ECS instances.
  - These are the groups of the primary network interface. Those of secondary network interfaces are shown by the module
    M(crosscloud.security_groups.aliyun_eni_sg_info).
  - Tags that no instance has give an empty list. An instance that cannot be read fails the task.
extends_documentation_fragment:
  - crosscloud.security_groups.attributes.reading
  - crosscloud.security_groups.alibabacloud.action_group
  - crosscloud.security_groups.alibabacloud
options:
  instance_ids:
    description:
      - The IDs of the instances. One ID may be given as a plain string.
      - Exactly one of O(instance_ids) and O(tags) is required.
    type: list
    elements: str
    aliases: [instance_id]
  tags:
    description:
      - Tags that select the instances of the region to show, each with its value.
      - An instance is selected if it has all of them.
      - At least one tag, and at most 20. Values are strings that are not empty; put numbers and booleans in quotes.
      - Alibaba Cloud lists at most 1000 instances that have the tags. A task whose tags match that many fails.
    type: dict
notes:
  - Needs the permission C(ecs:DescribeInstances).
  - Up to 100 instances are read with one call.
seealso:
  - module: crosscloud.security_groups.aliyun_ecs_sg
"""

EXAMPLES = r"""
- name: Show the groups of all production instances
  crosscloud.security_groups.aliyun_ecs_sg_info:
    tags:
      env: production
    region: cn-hangzhou
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
      sample: i-bp1c4n7r2v5y8a3d6f9h
    security_groups:
      description: The IDs of the security groups that are attached, in the order in which Alibaba Cloud reports them.
      returned: always
      type: list
      elements: str
      sample: [sg-bp195m1bbdpfrsf9x3y7, sg-bp1h8c2w6d4k0z3m5r9t]
    details:
      description: More of the instance, for people and reports. What Alibaba Cloud does not tell is null.
      returned: always
      type: dict
      sample:
        vpc_id: vpc-bp1opxu1zkhn00g4f2k7s
        vswitch_id: vsw-bp1s5fnvk4gn2tws0u4k7
        zone: cn-hangzhou-h
        name: web-1
        private_ip: 10.0.1.16
        status: Running
msg:
  description: What is wrong, with which instance, and what to do.
  returned: on failure
  type: str
  sample: >-
    instance i-bp1c4n7r2v5y8a3d6f9h: it does not exist; check its id and the region (ModifyInstanceAttribute answered
    InvalidInstanceId.NotFound: The specified InstanceId does not exist.)
"""

from ansible_collections.crosscloud.security_groups.plugins.module_utils._aliyun.kinds import aliyun_ecs
from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.manage import inform


def main() -> None:
    inform(aliyun_ecs.DECLARATION)


if __name__ == "__main__":
    main()
