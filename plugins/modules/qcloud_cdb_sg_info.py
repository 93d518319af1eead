#!/usr/bin/python
# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Generated from plugins/module_utils/_tencentcloud/kinds/qcloud_cdb.py by python -m tests.generate.
from __future__ import annotations

DOCUMENTATION = r"""
module: qcloud_cdb_sg_info
short_description: Show the security groups of TencentDB for MySQL instances
version_added: 1.0.0
author:
  - The crosscloud.security_groups authors (@crosscloud)
description:
  - Shows which security groups are attached to instances of TencentDB for MySQL.
  - Filters do not select read-only instances. The ID of one is an error, because Tencent Cloud would show the groups of
    its read-only group.
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
      - By the names that the API gives them. V(SecurityGroupId) and V(ProjectId) take one value, V(UniqueVpcIds),
        V(UniqSubnetIds) and V(EngineVersions) a value or a list of values.
      - V(tag:NAME) takes one value and can be given once. Tencent Cloud does not find an instance by its tags while it
        is being created.
      - An instance is selected if each filter fits it, and a filter fits if one of its values does.
      - At least 1 and at most 10 filters, each with at most 100 values. A name that is not listed here is refused.
    type: dict
notes:
  - Needs the permissions C(cdb:DescribeDBInstances) and C(cdb:DescribeDBSecurityGroups).
  - The groups of each instance take one call. State and details of up to 100 instances come with one more.
seealso:
  - module: crosscloud.security_groups.qcloud_cdb_sg
"""

EXAMPLES = r"""
- name: Show the groups of the instances of a VPC
  crosscloud.security_groups.qcloud_cdb_sg_info:
    filters:
      UniqueVpcIds: vpc-2kx9z6h3
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
      sample: cdb-4k7m2x9q
    security_groups:
      description: The IDs of the security groups that are attached, in the order in which Tencent Cloud reports them.
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
        subnet_id: subnet-8v3n6j1q
        name: orders
        type: master
        engine_version: '8.0'
        private_ip: 10.0.1.18
        state: running
        task: restarting
msg:
  description: What is wrong, with which instance, and what to do.
  returned: on failure
  type: str
  sample: >-
    instance cdb-4k7m2x9q: it does not exist; check its id and the region (DescribeDBInstances answered
    InvalidParameter.InstanceNotFound)
"""

from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.manage import inform
from ansible_collections.crosscloud.security_groups.plugins.module_utils._tencentcloud.kinds import qcloud_cdb


def main() -> None:
    inform(qcloud_cdb.DECLARATION)


if __name__ == "__main__":
    main()
