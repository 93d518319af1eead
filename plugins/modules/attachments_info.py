#!/usr/bin/python
# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: attachments_info
short_description: Find which security groups are attached to which resources, for all kinds, accounts and clouds
version_added: 1.0.0
author:
  - The crosscloud.security_groups authors (@crosscloud)
description:
  - Lists all resources of the types that a cloud has, and reads the security groups attached to each of them.
  - Returns the same as entries of a description as well.
  - With O(security_groups), it answers which resources still use a group.
extends_documentation_fragment:
  - crosscloud.security_groups.attributes.reading
options:
  connections:
    description:
      - Sets of connection options by name, as for M(crosscloud.security_groups.attachments).
      - RV(ignore:region) may be a list here. Resources are then looked for in all of these regions.
      - A connection tells its cloud by its options. If all of its options are options of several clouds, add
        C(cloud), which is one of V(aws), V(tencentcloud) and V(alibabacloud).
      - If empty, the environment says how to connect, and O(kinds) is required.
    type: dict
    default: {}
  kinds:
    description:
      - The resource types to look for. Without it, all types of the clouds of the connections.
    type: list
    elements: str
    choices: [aliyun_ecs, aliyun_eni, aliyun_rds, ec2_eni, efs_mount_target, elbv2_load_balancer, rds_instance,
      qcloud_cdb, qcloud_clb, qcloud_cvm, qcloud_eni]
  security_groups:
    description:
      - Security groups, by ID or name. Only resources that have one of these are returned.
      - A name stands for all groups of that name in a region, whatever their VPC. A name that no group has in any of
        the regions is an error.
    type: list
    elements: str
notes:
  - Needs the permissions of the C(_info) modules of these types, and for EFS also
    C(elasticfilesystem:DescribeFileSystems). Names in O(security_groups) need the permission to list security groups.
  - Resources that the module of their type refuses are left out, such as primary network interfaces in Tencent Cloud.
    Their security groups are those of the instance.
  - If a connection or a type fails, the others go on, and the task fails at its end with what was found.
seealso:
  - module: crosscloud.security_groups.attachments
"""

EXAMPLES = r"""
- name: Find what still uses a security group
  crosscloud.security_groups.attachments_info:
    connections:
      china:
        secret_id: "{{ lookup('ansible.builtin.env', 'TENCENTCLOUD_SECRET_ID') }}"
        region: [ap-guangzhou, ap-shanghai]
    security_groups: sg-5d8n2w7c
  register: used

- name: Show it
  ansible.builtin.debug:
    msg: "{{ used.resources | map(attribute='id') }}"
"""

RETURN = r"""
resources:
  description: One entry for each resource that was found, by kind, connection and region.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the resource.
      returned: always
      type: str
      sample: eni-7k2m9q4x
    kind:
      description: The resource type.
      returned: always
      type: str
      sample: qcloud_eni
    connection:
      description: The name of the connection, or null.
      returned: always
      type: str
      sample: china
    region:
      description: The region, or null if the environment says which.
      returned: always
      type: str
      sample: ap-guangzhou
    name:
      description: The name that the cloud has for it, or null.
      returned: always
      type: str
      sample: web-1
    security_groups:
      description: The security groups attached to it, in the order that the cloud reports.
      returned: always
      type: list
      elements: str
      sample: [sg-1h4j6b9s, sg-5d8n2w7c]
    details:
      description: More about the resource, as the module of its type returns it.
      returned: always
      type: dict
      sample: {vpc_id: vpc-2kx9z6h3, name: web-1, state: AVAILABLE}
attachments:
  description:
    - The same as entries of a description. Resources without any security group are left out.
  returned: always
  type: list
  elements: dict
  sample:
    - kind: qcloud_eni
      id: eni-7k2m9q4x
      security_groups: [sg-1h4j6b9s, sg-5d8n2w7c]
      name: web-1
      region: ap-guangzhou
      connection: china
msg:
  description: What is wrong, where, and what to do.
  returned: on failure
  type: str
  sample: >-
    network interfaces through china in ap-shanghai: Tencent Cloud cannot be reached; check region, endpoint, proxies
    and the network
"""

from ansible_collections.crosscloud.security_groups.plugins.module_utils._description.find import main

if __name__ == "__main__":
    main()
