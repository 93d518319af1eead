#!/usr/bin/python
# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Generated from plugins/module_utils/_tencentcloud/kinds/qcloud_cdb.py by python -m tests.generate.
from __future__ import annotations

DOCUMENTATION = r"""
module: qcloud_cdb_sg
short_description: Manage the security groups of TencentDB for MySQL instances
version_added: 1.0.0
author:
  - The crosscloud.security_groups authors (@crosscloud)
description:
  - Attaches security groups to instances of TencentDB for MySQL, detaches them, or gives instances exactly the groups
    that are named.
  - Manages master and disaster recovery instances. In Tencent Cloud's calls about security groups, the ID of a
    read-only instance stands for its whole read-only group, so this module refuses read-only instances.
  - Tencent Cloud replaces the whole list with each write. This module reads the list, computes the whole new one,
    writes it, and reads it back until it is as wanted, so groups that the task does not speak of stay, those that
    somebody else attached in the meantime included.
  - All instances are read and planned before the first is written. What cannot succeed, such as an unknown instance or
    a read-only instance, fails before anything is written, in check mode too.
  - The order of the groups is not compared, because no document says that it means anything, or that Tencent Cloud
    shows groups in the order in which they were written. Groups that are attached are sent in the order that Tencent
    Cloud shows, and new ones behind them in the order given. The same groups in another order are not a change.
extends_documentation_fragment:
  - crosscloud.security_groups.attributes.writing
  - crosscloud.security_groups.tencentcloud.action_group
  - crosscloud.security_groups.writes
  - crosscloud.security_groups.tencentcloud.looked_up
  - crosscloud.security_groups.tencentcloud
options:
  instance_ids:
    description:
      - The IDs of the instances that all get the same O(security_groups). One ID may be given as a plain string.
      - Exactly one of O(instance_ids), O(filters) and O(attachments) is required.
    type: list
    elements: str
    aliases: [instance_id]
  filters:
    description:
      - Filters that select the instances that all get the same O(security_groups).
      - By the names that the API gives them. V(SecurityGroupId) and V(ProjectId) take one value, V(UniqueVpcIds),
        V(UniqSubnetIds) and V(EngineVersions) a value or a list of values.
      - V(tag:NAME) takes one value and can be given once. Tencent Cloud does not find an instance by its tags while it
        is being created.
      - An instance is selected if each filter fits it, and a filter fits if one of its values does.
      - At least 1 and at most 10 filters, each with at most 100 values. A name that is not listed here is refused.
      - What selects nothing changes nothing. The task then warns, and succeeds with an empty RV(resources).
    type: dict
  attachments:
    description:
      - One entry for each instance, where they do not all get the same groups.
      - The same instance twice is an error.
    type: list
    elements: dict
    suboptions:
      id:
        description: The ID of the instance.
        type: str
        required: true
        aliases: [instance_id]
      security_groups:
        description: The security groups that this entry is about, by ID or name, as O(security_groups).
        type: list
        elements: str
        required: true
      expected:
        description:
          - The IDs of the security groups that the instance must have now.
          - An instance that has other groups is refused with the error C(conflict), unless it is as wanted already.
        type: list
        elements: str
      state:
        description: As O(state), whose value is the default.
        type: str
        choices: [present, absent, exact]
notes:
  - Needs the permissions C(cdb:DescribeDBInstances), C(cdb:DescribeDBSecurityGroups) and
    C(cdb:ModifyDBInstanceSecurityGroups).
  - The groups of each instance take one call. State and details of up to 100 instances come with one more.
  - An instance that is being created, or on which a task runs, such as a restart or a rollback, is waited for before it
    is written. A task that waits for a time window or for a person, such as a switch after an upgrade, is not waited
    for. An instance that is isolated, or about to be, is refused when its groups would have to change.
  - An instance has at least one security group. A task that would leave none fails.
  - No document names a limit for the number of groups. Where a list is too long, Tencent Cloud refuses it.
seealso:
  - module: crosscloud.security_groups.qcloud_cdb_sg_info
  - name: DescribeDBSecurityGroups
    description: The API call that reads the list.
    link: https://cloud.tencent.com/document/api/236/15854
  - name: ModifyDBInstanceSecurityGroups
    description: The API call that replaces the list.
    link: https://cloud.tencent.com/document/api/236/15853
  - name: DescribeDBInstances
    description: The API call that lists instances, with the parameters it takes.
    link: https://cloud.tencent.com/document/api/236/15872
"""

EXAMPLES = r"""
- name: Attach a group to an instance
  crosscloud.security_groups.qcloud_cdb_sg:
    instance_id: cdb-4k7m2x9q
    security_groups: sg-5d8n2w7c
    region: ap-guangzhou

- name: Detach a group from all instances that have it
  crosscloud.security_groups.qcloud_cdb_sg:
    filters:
      SecurityGroupId: sg-5d8n2w7c
    security_groups: sg-5d8n2w7c
    state: absent
    region: ap-guangzhou

- name: Give two instances their exact groups, unless more than one would change
  crosscloud.security_groups.qcloud_cdb_sg:
    state: exact
    max_changes: 1
    attachments:
      - id: cdb-4k7m2x9q
        security_groups: [sg-1h4j6b9s, sg-5d8n2w7c]
      - id: cdb-8t3w6n1z
        security_groups: [sg-5d8n2w7c]
    region: ap-guangzhou

- name: Report drift without changing anything
  crosscloud.security_groups.qcloud_cdb_sg:
    instance_id: cdb-4k7m2x9q
    security_groups: [sg-1h4j6b9s, sg-5d8n2w7c]
    state: exact
    region: ap-guangzhou
  check_mode: true
  diff: true
  register: drift
"""

RETURN = r"""
resources:
  description:
    - One entry for each instance, in the order asked for. Also returned when the task fails.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the instance.
      returned: always
      type: str
      sample: cdb-4k7m2x9q
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
      sample: [sg-1h4j6b9s, sg-5d8n2w7c]
    after:
      description:
        - The groups as they are now or, in check mode, would be. Null where they could not be read.
        - Groups that stay are in the order of RV(resources[].before), and added ones follow, in check mode and not.
      returned: always
      type: list
      elements: str
      sample: [sg-1h4j6b9s, sg-5d8n2w7c, sg-6r2y8g3f]
    added:
      description: The groups in RV(resources[].after) that are not in RV(resources[].before).
      returned: always
      type: list
      elements: str
      sample: [sg-6r2y8g3f]
    removed:
      description: The groups in RV(resources[].before) that are not in RV(resources[].after).
      returned: always
      type: list
      elements: str
      sample: []
    moved:
      description: Always empty, because the order of an instance's groups is not compared.
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
          sample: [{direction: ingress, protocol: tcp, ports: "22", peer: 0.0.0.0/0, by: sg-6r2y8g3f}]
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
      description: More of the instance, for people and reports. What Tencent Cloud does not tell is null.
      returned: always
      type: dict
      contains:
        security_group_names:
          description: The names of security groups before and after the task, by ID.
          returned: where names are known
          type: dict
          sample: {sg-1h4j6b9s: office, sg-5d8n2w7c: app}
        groups_checked:
          description: Always V(false).
          returned: if it was not checked whether the groups to attach exist and fit
          type: bool
          sample: false
        vpc_id:
          description: The ID of the VPC.
          returned: when the instance could be read
          type: str
          sample: vpc-2kx9z6h3
        subnet_id:
          description: The ID of the subnet.
          returned: when the instance could be read
          type: str
          sample: subnet-8v3n6j1q
        name:
          description: The name of the instance.
          returned: when the instance could be read
          type: str
          sample: orders
        type:
          description: V(master) or V(disaster recovery).
          returned: when the instance could be read
          type: str
          sample: master
        engine_version:
          description: The version of the database engine.
          returned: when the instance could be read
          type: str
          sample: >-
            8.0
        private_ip:
          description: The private IPv4 address.
          returned: when the instance could be read
          type: str
          sample: 10.0.1.18
        state:
          description:
            - V(creating), V(running), V(isolating) or V(isolated), or the number that Tencent Cloud has for another
              state.
          returned: when the instance could be read
          type: str
          sample: running
        task:
          description: The task that runs on the instance, such as V(restarting), or null.
          returned: when the instance could be read
          type: str
          sample: restarting
    error:
      description: What went wrong with this instance, or null.
      returned: always
      type: dict
      contains:
        kind:
          description:
            - One of V(auth), V(denied), V(not_found), V(invalid), V(limit), V(state), V(throttled), V(conflict),
              V(transient), V(timeout), the same words in all modules of this collection.
          returned: when this instance failed
          type: str
          sample: not_found
        code:
          description: The error code of Tencent Cloud, or null.
          returned: when this instance failed
          type: str
          sample: InvalidParameter.InstanceNotFound
        message:
          description: What is wrong, and what to do.
          returned: when this instance failed
          type: str
          sample: >-
            instance cdb-4k7m2x9q: it does not exist; check its id and the region (DescribeDBInstances answered
            InvalidParameter.InstanceNotFound)
        request_id:
          description: The ID of the request at Tencent Cloud, or null.
          returned: when this instance failed
          type: str
          sample: 3f1b9d3c-6f0e-4c58-9d4a-0c7b1f5f0e11
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
    - before_header: cdb-4k7m2x9q
      after_header: cdb-4k7m2x9q
      before: "sg-1h4j6b9s\nsg-5d8n2w7c\n"
      after: "sg-1h4j6b9s\nsg-5d8n2w7c\nsg-6r2y8g3f\n"
msg:
  description: What is wrong, with which instance, and what to do.
  returned: on failure
  type: str
  sample: >-
    instance cdb-4k7m2x9q: it does not exist; check its id and the region (DescribeDBInstances answered
    InvalidParameter.InstanceNotFound) (nothing was written)
"""

from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.manage import manage
from ansible_collections.crosscloud.security_groups.plugins.module_utils._tencentcloud.kinds import qcloud_cdb


def main() -> None:
    manage(qcloud_cdb.DECLARATION)


if __name__ == "__main__":
    main()
