#!/usr/bin/python
# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Generated from plugins/module_utils/_aliyun/kinds/aliyun_rds.py by python -m tests.generate.
from __future__ import annotations

DOCUMENTATION = r"""
module: aliyun_rds_sg
short_description: Manage the ECS security groups of ApsaraDB RDS instances
version_added: 1.0.0
author:
  - The crosscloud.security_groups authors (@crosscloud)
description:
  - Attaches ECS security groups to DB instances of Alibaba Cloud's ApsaraDB RDS, detaches them, or gives DB instances
    exactly the groups that are named.
  - All ECS instances of an attached group can reach the DB instance.
  - Alibaba Cloud replaces the whole list with each write. This module reads the list, computes the whole new one,
    writes it, and reads it back until it is as wanted, so groups that the task does not speak of stay, those that
    somebody else attached in the meantime included.
  - All DB instances are read and planned before the first is written. What cannot succeed, such as an unknown DB
    instance or more than 10 groups, fails before anything is written, in check mode too.
  - The order of the groups means nothing to Alibaba Cloud, so the same groups in another order are no change.
extends_documentation_fragment:
  - crosscloud.security_groups.attributes.writing
  - crosscloud.security_groups.alibabacloud.action_group
  - crosscloud.security_groups.writes
  - crosscloud.security_groups.alibabacloud.looked_up
  - crosscloud.security_groups.alibabacloud
options:
  db_instance_ids:
    description:
      - The IDs of the DB instances that all get the same O(security_groups). One ID may be given as a plain string.
      - Exactly one of O(db_instance_ids), O(tags) and O(attachments) is required.
    type: list
    elements: str
    aliases: [db_instance_id]
  tags:
    description:
      - Tags that select the DB instances of the region that all get the same O(security_groups), each with its value.
      - A DB instance is selected if it has all of them.
      - At least one tag. Values are strings that are not empty; put numbers and booleans in quotes.
      - What selects nothing changes nothing. The task then warns, and succeeds with an empty RV(resources).
    type: dict
  allow_empty:
    description:
      - Whether a DB instance may be left without any security group.
      - Without it, a task that would detach the last group fails before anything is written.
    type: bool
    default: false
  attachments:
    description:
      - One entry for each DB instance, where they do not all get the same groups.
      - The same DB instance twice is an error.
    type: list
    elements: dict
    suboptions:
      id:
        description: The ID of the DB instance.
        type: str
        required: true
        aliases: [db_instance_id]
      security_groups:
        description: The security groups that this entry is about, by ID or name, as O(security_groups).
        type: list
        elements: str
        required: true
      expected:
        description:
          - The IDs of the security groups that the DB instance must have now.
          - A DB instance that has other groups is refused with the error C(conflict), unless it is as wanted already.
        type: list
        elements: str
      state:
        description: As O(state), whose value is the default.
        type: str
        choices: [present, absent, exact]
notes:
  - Needs the permissions C(rds:DescribeDBInstanceAttribute), C(rds:DescribeSecurityGroupConfiguration) and
    C(rds:ModifySecurityGroupConfiguration), and with O(tags) also C(rds:DescribeDBInstances).
  - With C(rds:DescribeDBInstances), the statuses of up to 100 DB instances are read with one call. Without it, each
    takes a call of its own.
  - A DB instance whose status passes, such as C(Rebooting), is waited for until it is C(Running) before it is written.
    One that is C(Stopped), C(Deleting) or C(Released) is refused when its groups would have to change.
  - A security group must have the network type of the DB instance, VPC or classic network.
seealso:
  - module: crosscloud.security_groups.aliyun_rds_sg_info
  - name: ModifySecurityGroupConfiguration
    description: The API call that replaces the list.
    link: https://www.alibabacloud.com/help/en/doc-detail/146749.htm
"""

EXAMPLES = r"""
- name: Let the application servers' group reach a database, whatever else is attached
  crosscloud.security_groups.aliyun_rds_sg:
    db_instance_id: rm-bp1f3k8n5t7v2x9q4
    security_groups: sg-bp195m1bbdpfrsf9x3y7
    region: cn-hangzhou

- name: Detach a group from all databases with two tags
  crosscloud.security_groups.aliyun_rds_sg:
    tags:
      env: production
      role: db
    security_groups: sg-bp1h8c2w6d4k0z3m5r9t
    state: absent
    region: cn-hangzhou

- name: Give two databases their exact groups, unless more than one would change
  crosscloud.security_groups.aliyun_rds_sg:
    state: exact
    max_changes: 1
    attachments:
      - id: rm-bp1f3k8n5t7v2x9q4
        security_groups: [sg-bp195m1bbdpfrsf9x3y7]
      - id: pgm-bp1a6j2s8u4w1y7c3
        security_groups: [sg-bp195m1bbdpfrsf9x3y7, sg-bp1h8c2w6d4k0z3m5r9t]
    region: cn-hangzhou

- name: Detach all groups
  crosscloud.security_groups.aliyun_rds_sg:
    db_instance_id: rm-bp1f3k8n5t7v2x9q4
    security_groups: []
    state: exact
    allow_empty: true
    region: cn-hangzhou

- name: Report drift without changing anything
  crosscloud.security_groups.aliyun_rds_sg:
    db_instance_id: rm-bp1f3k8n5t7v2x9q4
    security_groups: [sg-bp195m1bbdpfrsf9x3y7]
    state: exact
    region: cn-hangzhou
  check_mode: true
  diff: true
  register: drift
"""

RETURN = r"""
resources:
  description:
    - One entry for each DB instance, in the order asked for. Also returned when the task fails.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the DB instance.
      returned: always
      type: str
      sample: rm-bp1f3k8n5t7v2x9q4
    changed:
      description: Whether the list was changed or, in check mode, would be.
      returned: always
      type: bool
      sample: true
    before:
      description: The groups as found. Null where they could not be read.
      returned: always
      type: list
      elements: str
      sample: [sg-bp195m1bbdpfrsf9x3y7]
    after:
      description:
        - The groups as they are now or, in check mode, would be. Null where they could not be read.
        - Groups that stay are in the order of RV(resources[].before), and added ones follow, in check mode and not.
      returned: always
      type: list
      elements: str
      sample: [sg-bp195m1bbdpfrsf9x3y7, sg-bp1h8c2w6d4k0z3m5r9t]
    added:
      description: The groups in RV(resources[].after) that are not in RV(resources[].before).
      returned: always
      type: list
      elements: str
      sample: [sg-bp1h8c2w6d4k0z3m5r9t]
    removed:
      description: The groups in RV(resources[].before) that are not in RV(resources[].after).
      returned: always
      type: list
      elements: str
      sample: []
    moved:
      description: Always empty, for the order of a DB instance's groups means nothing.
      returned: always
      type: list
      elements: str
      sample: []
    verified:
      description:
        - Whether the list was read and found as wanted, after a write or without one. False in check mode where a
          change is due.
      returned: always
      type: bool
      sample: true
    effect:
      description:
        - What the change opens and closes, the most dangerous first. Null without O(effect), and where nothing changes.
        - A server that may connect, where members of groups count and not rules, is in C(peer) as well.
      returned: always
      type: dict
      contains:
        opens:
          description:
            - Traffic that the change lets through and that was dropped before, as C(direction), C(protocol), C(ports),
              C(peer), and C(by), the group that allows it.
          returned: when there is an effect
          type: list
          elements: dict
          sample: [{direction: ingress, protocol: tcp, ports: "22", peer: 0.0.0.0/0, by: sg-bp1h8c2w6d4k0z3m5r9t}]
        closes:
          description: Traffic that the change drops and that was let through before, in the same form.
          returned: when there is an effect
          type: list
          elements: dict
          sample: []
        unknown:
          description:
            - What could not be known, as C(group) and C(reason). What is told of other groups is certain all the same.
          returned: when there is an effect
          type: list
          elements: dict
          sample: []
      sample: null
    details:
      description: More of the DB instance, for people and reports. What Alibaba Cloud does not tell is null.
      returned: always
      type: dict
      contains:
        security_group_names:
          description: The names of security groups before and after the task, by ID.
          returned: where names are known
          type: dict
          sample: {sg-bp195m1bbdpfrsf9x3y7: web, sg-bp1h8c2w6d4k0z3m5r9t: jobs}
        groups_checked:
          description: Always V(false).
          returned: if it was not checked whether the groups to attach exist and fit
          type: bool
          sample: false
        network_type:
          description: The network type, V(VPC) or V(Classic), which security groups must have too.
          returned: when the DB instance could be read
          type: str
          sample: VPC
        status:
          description: The status, in Alibaba Cloud's words.
          returned: when the DB instance could be read
          type: str
          sample: Running
        description:
          description: The description, which the console shows as the name.
          returned: when the DB instance could be read
          type: str
          sample: orders
        engine:
          description: The database engine.
          returned: when the DB instance could be read
          type: str
          sample: MySQL
        region:
          description: The region.
          returned: when the DB instance could be read
          type: str
          sample: cn-hangzhou
        zone:
          description: The zone.
          returned: when the DB instance could be read
          type: str
          sample: cn-hangzhou-h
        vpc_id:
          description: The ID of the VPC, or null.
          returned: when the DB instance could be read
          type: str
          sample: vpc-bp1opxu1zkhn00g4f2k7s
        security_groups:
          description: The groups that are attached, as last read, with their network type and region.
          returned: when the DB instance could be read
          type: list
          elements: dict
          sample:
            - id: sg-bp195m1bbdpfrsf9x3y7
              network_type: VPC
              region: cn-hangzhou
    error:
      description: What went wrong with this DB instance, or null.
      returned: always
      type: dict
      contains:
        kind:
          description:
            - One of V(auth), V(denied), V(not_found), V(invalid), V(limit), V(state), V(throttled), V(conflict),
              V(transient), V(timeout), the same words in all modules of this collection.
          returned: when this DB instance failed
          type: str
          sample: not_found
        code:
          description: The error code of Alibaba Cloud, or null.
          returned: when this DB instance failed
          type: str
          sample: InvalidDBInstanceId.NotFound
        message:
          description: What is wrong, and what to do.
          returned: when this DB instance failed
          type: str
          sample: >-
            DB instance rm-bp1f3k8n5t7v2x9q4: it does not exist; check its id and the region
            (DescribeDBInstanceAttribute answered InvalidDBInstanceId.NotFound: The DBInstanceId provided does not exist
            in records.)
        request_id:
          description: The ID of the request at Alibaba Cloud, or null.
          returned: when this DB instance failed
          type: str
          sample: 1AD222E9-E606-4A42-BF6D-8A4442913CEF
      sample: null
groups_checked:
  description:
    - Whether every security group to attach was found to exist and to fit its resource. V(false) if the credentials may
      not list security groups, which the task warns of.
    - Null if nothing is to be attached.
  returned: always
  type: bool
  sample: true
diff:
  description:
    - What the list of each resource that changes is before and after, one security group on each line. The names of the
      groups follow their IDs if all names of the list are known. With O(effect), what the change opens and closes
      follows the list.
    - A task that is refused shows what it would have changed.
  returned: in diff mode
  type: list
  elements: dict
  sample:
    - before_header: rm-bp1f3k8n5t7v2x9q4
      after_header: rm-bp1f3k8n5t7v2x9q4
      before: "sg-bp195m1bbdpfrsf9x3y7\n"
      after: "sg-bp195m1bbdpfrsf9x3y7\nsg-bp1h8c2w6d4k0z3m5r9t\n"
msg:
  description: What is wrong, with which DB instance, and what to do.
  returned: on failure
  type: str
  sample: >-
    DB instance rm-bp1f3k8n5t7v2x9q4: it does not exist; check its id and the region (DescribeDBInstanceAttribute
    answered InvalidDBInstanceId.NotFound: The DBInstanceId provided does not exist in records.) (nothing was written)
"""

from ansible_collections.crosscloud.security_groups.plugins.module_utils._aliyun.kinds import aliyun_rds
from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.manage import manage


def main() -> None:
    manage(aliyun_rds.DECLARATION)


if __name__ == "__main__":
    main()
