#!/usr/bin/python
# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Generated from plugins/module_utils/_aws/kinds/efs_mount_target.py by python -m tests.generate.
from __future__ import annotations

DOCUMENTATION = r"""
module: efs_mount_target_sg_info
short_description: Show the security groups of EFS mount targets
version_added: 1.0.0
author:
  - The crosscloud.security_groups authors (@crosscloud)
description:
  - Shows which security groups are attached to the mount targets of Amazon EFS file systems.
  - A file system without mount targets gives an empty list. A mount target that cannot be read fails the task.
extends_documentation_fragment:
  - crosscloud.security_groups.attributes.reading
  - crosscloud.security_groups.aws.action_group
  - crosscloud.security_groups.aws
options:
  mount_target_ids:
    description:
      - The IDs of the mount targets. One ID may be given as a plain string.
      - Exactly one of O(mount_target_ids) and O(file_system_id) is required.
    type: list
    elements: str
    aliases: [mount_target_id]
  file_system_id:
    description:
      - The ID or the ARN of a file system, whose mount targets are all shown.
      - A file system of another account is found by its ARN only.
    type: str
notes:
  - Needs the permissions C(elasticfilesystem:DescribeMountTargets),
    C(elasticfilesystem:DescribeMountTargetSecurityGroups) and C(ec2:DescribeNetworkInterfaceAttribute).
  - With C(ec2:DescribeNetworkInterfaces), the groups of up to 200 mount targets are read with one call. Without it,
    each takes a call of its own.
seealso:
  - module: crosscloud.security_groups.efs_mount_target_sg
"""

EXAMPLES = r"""
- name: Show the groups of all mount targets of a file system
  crosscloud.security_groups.efs_mount_target_sg_info:
    file_system_id: fs-0a1b2c3d4e5f60718
    region: eu-central-1
  register: found

- name: Show them by mount target
  ansible.builtin.debug:
    msg: "{{ found.resources | items2dict(key_name='id', value_name='security_groups') }}"
"""

RETURN = r"""
resources:
  description:
    - One entry for each mount target that could be read, in the order asked for.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the mount target.
      returned: always
      type: str
      sample: fsmt-0a1b2c3d4e5f60718
    security_groups:
      description: The IDs of the security groups that are attached, in the order in which AWS reports them.
      returned: always
      type: list
      elements: str
      sample: [sg-0f9e8d7c6b5a49382, sg-0a1b2c3d4e5f60718]
    details:
      description: More of the mount target, for people and reports. What AWS does not tell is null.
      returned: always
      type: dict
      sample:
        file_system_id: fs-0a1b2c3d4e5f60718
        vpc_id: vpc-0a1b2c3d4e5f60718
        subnet_id: subnet-0a1b2c3d4e5f60718
        availability_zone: eu-central-1a
        network_interface_id: eni-0a1b2c3d4e5f60718
        ip_address: 10.0.1.17
        state: available
msg:
  description: What is wrong, with which mount target, and what to do.
  returned: on failure
  type: str
  sample: >-
    mount target fsmt-0a1b2c3d4e5f60718: it does not exist; check its id and the region (DescribeMountTargets answered
    MountTargetNotFound: Mount target 'fsmt-0a1b2c3d4e5f60718' does not exist.)
resource_actions:
  description: The API actions that were called.
  returned: when O(debug_botocore_endpoint_logs=true)
  type: list
  elements: str
  sample: [ec2:DescribeNetworkInterfaces, ec2:DescribeSecurityGroups]
"""

from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.manage import inform
from ansible_collections.crosscloud.security_groups.plugins.module_utils._aws.kinds import efs_mount_target


def main() -> None:
    inform(efs_mount_target.DECLARATION)


if __name__ == "__main__":
    main()
