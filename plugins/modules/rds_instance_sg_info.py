#!/usr/bin/python
# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Generated from plugins/module_utils/_aws/kinds/rds_instance.py by python -m tests.generate.
from __future__ import annotations

DOCUMENTATION = r"""
module: rds_instance_sg_info
short_description: Show the security groups of RDS DB instances
version_added: 1.0.0
author:
  - The crosscloud.security_groups authors (@crosscloud)
description:
  - Shows which security groups are attached to DB instances of Amazon RDS.
  - Tags that no DB instance has give an empty list. A DB instance that cannot be read fails the task.
extends_documentation_fragment:
  - crosscloud.security_groups.attributes.reading
  - crosscloud.security_groups.aws.action_group
  - crosscloud.security_groups.aws
options:
  db_instance_identifiers:
    description:
      - The identifiers of the DB instances. One identifier may be given as a plain string.
      - Exactly one of O(db_instance_identifiers) and O(tags) is required.
    type: list
    elements: str
    aliases: [db_instance_identifier]
  tags:
    description:
      - Tags that select the DB instances of the region to show, each with its value.
      - A DB instance is selected if it has all of them, and is not a member of a DB cluster.
      - At least one tag. Values are strings; put numbers and booleans in quotes.
    type: dict
notes:
  - Needs the permission C(rds:DescribeDBInstances).
seealso:
  - module: crosscloud.security_groups.rds_instance_sg
"""

EXAMPLES = r"""
- name: Show the groups of all production databases
  crosscloud.security_groups.rds_instance_sg_info:
    tags:
      env: production
    region: eu-central-1
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
      description: The identifier of the DB instance.
      returned: always
      type: str
      sample: orders
    security_groups:
      description: The IDs of the security groups that are attached, in the order in which AWS reports them.
      returned: always
      type: list
      elements: str
      sample: [sg-0f9e8d7c6b5a49382, sg-0a1b2c3d4e5f60718]
    details:
      description: More of the DB instance, for people and reports. What AWS does not tell is null.
      returned: always
      type: dict
      sample:
        engine: postgres
        vpc_id: vpc-0a1b2c3d4e5f60718
        availability_zone: eu-central-1a
        endpoint: orders.c1a2b3d4e5f6.eu-central-1.rds.amazonaws.com
        cluster: null
        state: available
msg:
  description: What is wrong, with which DB instance, and what to do.
  returned: on failure
  type: str
  sample: >-
    DB instance orders: it is 'stopped' and takes no change; bring it to 'available' first
resource_actions:
  description: The API actions that were called.
  returned: when O(debug_botocore_endpoint_logs=true)
  type: list
  elements: str
  sample: [ec2:DescribeNetworkInterfaces, ec2:DescribeSecurityGroups]
"""

from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.manage import inform
from ansible_collections.crosscloud.security_groups.plugins.module_utils._aws.kinds import rds_instance


def main() -> None:
    inform(rds_instance.DECLARATION)


if __name__ == "__main__":
    main()
