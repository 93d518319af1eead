#!/usr/bin/python
# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Generated from plugins/module_utils/_tencentcloud/kinds/qcloud_cvm.py by python -m tests.generate.
from __future__ import annotations

DOCUMENTATION = r"""
module: qcloud_cvm_sg
short_description: Manage the security groups of Tencent Cloud CVM instances
version_added: 1.0.0
author:
  - The crosscloud.security_groups authors (@crosscloud)
description:
  - Attaches security groups to CVM instances of Tencent Cloud, detaches them, puts them in order, or gives instances
    exactly the groups that are named.
  - The groups of an instance are those of its primary network interface, and of no other. The groups of its other
    network interfaces are managed with the module M(crosscloud.security_groups.qcloud_eni_sg).
  - The groups take effect in the order of the list, and Tencent Cloud replaces the whole list with each write. This
    module reads the list, computes the whole new one, writes it with one call, and reads it back until it is as wanted.
    So there is never a list in between whose rules are neither the old nor the new ones, and groups that the task does
    not speak of stay, those that somebody else attached in the meantime included.
  - A change of the order alone is a change.
  - All instances are read and planned before the first is written. What cannot succeed, such as an unknown instance or
    more than five groups, fails before anything is written, in check mode too.
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
      - By the names that the API gives them, such as V(zone), V(vpc-id), V(instance-name), V(instance-state),
        V(security-group-id) or V(tag:NAME), each with a value or a list of values.
      - An instance is selected if each filter fits it, and a filter fits if one of its values does.
      - At least 1 and at most 10 filters, each with at most 5 values.
      - What selects nothing changes nothing. The task then warns, and succeeds with an empty RV(resources).
    type: dict
  position:
    description:
      - Where O(security_groups) stand in the list. The first group of the list takes effect first.
      - V(keep) leaves what is attached where it is, and appends what is missing in the order given.
      - V(first) has O(security_groups) be the head of the list, in the order given. Those attached already are moved.
      - V(last) has them be the tail of the list, likewise.
      - V(first) and V(last) go with O(state=present) only. With O(state=exact) the list is in the order given anyway.
    type: str
    choices: [keep, first, last]
    default: keep
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
          - The IDs of the security groups that the instance must have now, in this order.
          - An instance that has other groups is refused with the error C(conflict), unless it is as wanted already.
        type: list
        elements: str
      state:
        description: As O(state), whose value is the default.
        type: str
        choices: [present, absent, exact]
      position:
        description: As O(position), whose value is the default.
        type: str
        choices: [keep, first, last]
notes:
  - Needs the permissions C(cvm:DescribeInstances) and C(cvm:ModifyInstancesAttribute).
  - Up to 100 instances are read with one call.
  - An instance that is C(RUNNING) or C(STOPPED) can be changed. States that pass, such as C(STARTING) or C(REBOOTING),
    and operations that are under way are waited for. An instance in another state, such as C(SHUTDOWN) or
    C(RESCUE_MODE), is refused when its groups would have to change.
  - An instance has at least one security group and at most five. A task that would leave none fails.
seealso:
  - module: crosscloud.security_groups.qcloud_cvm_sg_info
  - module: crosscloud.security_groups.qcloud_eni_sg
  - name: DescribeInstances
    description: The API call that reads the list, with the filters it takes.
    link: https://cloud.tencent.com/document/api/213/15728
  - name: ModifyInstancesAttribute
    description: The API call that replaces the list.
    link: https://www.tencentcloud.com/document/product/213/33246
"""

EXAMPLES = r"""
- name: Let a group take effect before all others of an instance
  crosscloud.security_groups.qcloud_cvm_sg:
    instance_id: ins-3t6v8r1p
    security_groups: sg-1h4j6b9s
    position: first
    region: ap-guangzhou

- name: Detach a group from all instances of a VPC that have it
  crosscloud.security_groups.qcloud_cvm_sg:
    filters:
      vpc-id: vpc-2kx9z6h3
      security-group-id: sg-5d8n2w7c
    security_groups: sg-5d8n2w7c
    state: absent
    region: ap-guangzhou

- name: Give two instances their exact groups in order, unless more than one would change
  crosscloud.security_groups.qcloud_cvm_sg:
    state: exact
    max_changes: 1
    attachments:
      - id: ins-3t6v8r1p
        security_groups: [sg-1h4j6b9s, sg-5d8n2w7c]
      - id: ins-9d4x2m7k
        security_groups: [sg-5d8n2w7c]
    region: ap-guangzhou

- name: Report drift without changing anything
  crosscloud.security_groups.qcloud_cvm_sg:
    instance_id: ins-3t6v8r1p
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
      sample: ins-3t6v8r1p
    changed:
      description: Whether the list was changed or, in check mode, would be.
      returned: always
      type: bool
      sample: true
    before:
      description: The groups as found, in their order. Null where they could not be read.
      returned: always
      type: list
      elements: str
      sample: [sg-5d8n2w7c, sg-1h4j6b9s]
    after:
      description:
        - The groups as they are now or, in check mode, would be, in their order. Null where they could not be read.
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
      description:
        - The groups that stay and whose rank among those that stay changed, in the new order.
      returned: always
      type: list
      elements: str
      sample: [sg-1h4j6b9s, sg-5d8n2w7c]
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
          sample: {sg-1h4j6b9s: web, sg-5d8n2w7c: deny-all}
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
        zone:
          description: The availability zone.
          returned: when the instance could be read
          type: str
          sample: ap-guangzhou-6
        name:
          description: The name of the instance.
          returned: when the instance could be read
          type: str
          sample: web-1
        private_ip:
          description: The first private IPv4 address of the primary network interface.
          returned: when the instance could be read
          type: str
          sample: 10.0.1.16
        state:
          description: The state, in Tencent Cloud's words.
          returned: when the instance could be read
          type: str
          sample: RUNNING
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
          sample: InvalidInstanceId.NotFound
        message:
          description: What is wrong, and what to do.
          returned: when this instance failed
          type: str
          sample: >-
            instance ins-3t6v8r1p: it does not exist; check its id and the region (DescribeInstances answered
            InvalidInstanceId.NotFound)
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
    - before_header: ins-3t6v8r1p
      after_header: ins-3t6v8r1p
      before: "sg-5d8n2w7c\nsg-1h4j6b9s\n"
      after: "sg-1h4j6b9s\nsg-5d8n2w7c\nsg-6r2y8g3f\n"
msg:
  description: What is wrong, with which instance, and what to do.
  returned: on failure
  type: str
  sample: >-
    instance ins-3t6v8r1p: it does not exist; check its id and the region (DescribeInstances answered
    InvalidInstanceId.NotFound) (nothing was written)
"""

from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.manage import manage
from ansible_collections.crosscloud.security_groups.plugins.module_utils._tencentcloud.kinds import qcloud_cvm


def main() -> None:
    manage(qcloud_cvm.DECLARATION)


if __name__ == "__main__":
    main()
