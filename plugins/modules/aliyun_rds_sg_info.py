#!/usr/bin/python
# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Generated from plugins/module_utils/_aliyun/kinds/aliyun_rds.py by python -m tests.generate.
from __future__ import annotations

DOCUMENTATION = r"""
module: aliyun_rds_sg_info
short_description: Show the ECS security groups of ApsaraDB RDS instances
version_added: 1.0.0
author:
  - The crosscloud.security_groups authors (@crosscloud)
description:
  - Shows which ECS security groups are attached to DB instances of Alibaba Cloud's ApsaraDB RDS.
  - The groups are shown with their network type and region. All ECS instances of an attached group can reach the DB
    instance.
  - Tags that no DB instance has give an empty list. A DB instance that cannot be read fails the task.
extends_documentation_fragment:
  - crosscloud.security_groups.attributes.reading
  - crosscloud.security_groups.alibabacloud.action_group
  - crosscloud.security_groups.alibabacloud
options:
  db_instance_ids:
    description:
      - The IDs of the DB instances. One ID may be given as a plain string.
      - Exactly one of O(db_instance_ids) and O(tags) is required.
    type: list
    elements: str
    aliases: [db_instance_id]
  tags:
    description:
      - Tags that select the DB instances of the region to show, each with its value.
      - A DB instance is selected if it has all of them.
      - At least one tag. Values are strings that are not empty; put numbers and booleans in quotes.
    type: dict
notes:
  - Needs the permissions C(rds:DescribeDBInstanceAttribute) and C(rds:DescribeSecurityGroupConfiguration), and with
    O(tags) also C(rds:DescribeDBInstances).
  - With C(rds:DescribeDBInstances), the statuses of up to 100 DB instances are read with one call. Without it, each
    takes a call of its own.
seealso:
  - module: crosscloud.security_groups.aliyun_rds_sg
"""

EXAMPLES = r"""
- name: Show the groups of all production databases
  crosscloud.security_groups.aliyun_rds_sg_info:
    tags:
      env: production
    region: cn-hangzhou
  register: found

- name: Show them by DB instance
  ansible.builtin.debug:
    msg: "{{ found.resources | items2dict(key_name='id', value_name='security_groups') }}"
"""

RETURN = r"""
resources:
  description:
    - One entry for each DB instance that could be read, in the order asked for.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the DB instance.
      returned: always
      type: str
      sample: rm-bp1f3k8n5t7v2x9q4
    security_groups:
      description: The IDs of the security groups that are attached, in the order in which Alibaba Cloud reports them.
      returned: always
      type: list
      elements: str
      sample: [sg-bp195m1bbdpfrsf9x3y7, sg-bp1h8c2w6d4k0z3m5r9t]
    details:
      description: More of the DB instance, for people and reports. What Alibaba Cloud does not tell is null.
      returned: always
      type: dict
      sample:
        network_type: VPC
        status: Running
        description: orders
        engine: MySQL
        region: cn-hangzhou
        zone: cn-hangzhou-h
        vpc_id: vpc-bp1opxu1zkhn00g4f2k7s
        security_groups:
          - id: sg-bp195m1bbdpfrsf9x3y7
            network_type: VPC
            region: cn-hangzhou
msg:
  description: What is wrong, with which DB instance, and what to do.
  returned: on failure
  type: str
  sample: >-
    DB instance rm-bp1f3k8n5t7v2x9q4: it does not exist; check its id and the region (DescribeDBInstanceAttribute
    answered InvalidDBInstanceId.NotFound: The DBInstanceId provided does not exist in records.)
"""

from ansible_collections.crosscloud.security_groups.plugins.module_utils._aliyun.kinds import aliyun_rds
from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.manage import inform


def main() -> None:
    inform(aliyun_rds.DECLARATION)


if __name__ == "__main__":
    main()
