#!/usr/bin/python
# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Generated from plugins/module_utils/_aliyun/kinds/aliyun_ecs.py by python -m tests.generate.
from __future__ import annotations

DOCUMENTATION = r"""
module: aliyun_ecs_sg
short_description: Manage the security groups of Alibaba Cloud ECS instances
version_added: 1.0.0
author:
  - The crosscloud.security_groups authors (@crosscloud)
description:
  - Attaches security groups to Alibaba Cloud's ECS instances, detaches them, or gives instances exactly the groups that
    are named.
  - The groups of an instance are those of its primary network interface. The groups of its secondary network interfaces
    are managed with the module M(crosscloud.security_groups.aliyun_eni_sg).
  - Alibaba Cloud replaces the whole list with each write. This module reads the list, computes the whole new one,
    writes it, and reads it back until it is as wanted, so groups that the task does not speak of stay, those that
    somebody else attached in the meantime included.
  - All instances are read and planned before the first is written. What cannot succeed, such as an unknown instance or
    a security group of another VPC, fails before anything is written, in check mode too.
  - The order of the groups means nothing to Alibaba Cloud, so the same groups in another order are no change.
extends_documentation_fragment:
  - crosscloud.security_groups.attributes.writing
  - crosscloud.security_groups.alibabacloud.action_group
  - crosscloud.security_groups.writes
  - crosscloud.security_groups.alibabacloud.looked_up
  - crosscloud.security_groups.alibabacloud
options:
  instance_ids:
    description:
      - The IDs of the instances that all get the same O(security_groups). One ID may be given as a plain string.
      - Exactly one of O(instance_ids), O(tags) and O(attachments) is required.
    type: list
    elements: str
    aliases: [instance_id]
  tags:
    description:
      - Tags that select the instances of the region that all get the same O(security_groups), each with its value.
      - An instance is selected if it has all of them.
      - At least one tag, and at most 20. Values are strings that are not empty; put numbers and booleans in quotes.
      - Alibaba Cloud lists at most 1000 instances that have the tags. A task whose tags match that many fails.
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
  - Needs the permissions C(ecs:DescribeInstances) and C(ecs:ModifyInstanceAttribute).
  - Up to 100 instances are read with one call.
  - The permission C(ecs:ModifyInstanceAttribute) is needed on the instances and on their security groups.
  - An instance that is C(Running) or C(Stopped) can be changed. C(Pending), C(Starting) and C(Stopping) are waited for.
    An instance that is locked for security reasons is refused when its groups would have to change.
  - An instance on the classic network is refused, because Alibaba Cloud does not let its groups change.
  - An instance has at least one security group. A task that would leave none fails. Alibaba Cloud allows five, or up to
    ten where the quota was raised, and refuses more when they are written.
  - Its groups must be of its VPC, and all basic or all advanced, in the words of the API C(normal) or C(enterprise).
  - The write sends the list of groups and nothing else, so no other attribute of the instance can change.
seealso:
  - module: crosscloud.security_groups.aliyun_ecs_sg_info
  - module: crosscloud.security_groups.aliyun_eni_sg
  - name: DescribeInstances
    description: The API call that reads the list.
    link: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-describeinstances
  - name: ModifyInstanceAttribute
    description: The API call that replaces the list.
    link: https://www.alibabacloud.com/help/en/ecs/developer-reference/api-ecs-2014-05-26-modifyinstanceattribute
"""

EXAMPLES = r"""
- name: Attach a group to an instance, whatever else is attached
  crosscloud.security_groups.aliyun_ecs_sg:
    instance_id: i-bp1c4n7r2v5y8a3d6f9h
    security_groups: sg-bp195m1bbdpfrsf9x3y7
    region: cn-hangzhou

- name: Detach a group from all instances with two tags
  crosscloud.security_groups.aliyun_ecs_sg:
    tags:
      env: production
      role: web
    security_groups: sg-bp1h8c2w6d4k0z3m5r9t
    state: absent
    region: cn-hangzhou

- name: Give two instances their exact groups, unless more than one would change
  crosscloud.security_groups.aliyun_ecs_sg:
    state: exact
    max_changes: 1
    attachments:
      - id: i-bp1c4n7r2v5y8a3d6f9h
        security_groups: [sg-bp195m1bbdpfrsf9x3y7]
      - id: i-bp1k0m3q6s9u2w5x8z1b
        security_groups: [sg-bp195m1bbdpfrsf9x3y7, sg-bp1h8c2w6d4k0z3m5r9t]
    region: cn-hangzhou

- name: Report drift without changing anything
  crosscloud.security_groups.aliyun_ecs_sg:
    instance_id: i-bp1c4n7r2v5y8a3d6f9h
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
    - One entry for each instance, in the order asked for. Also returned when the task fails.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the instance.
      returned: always
      type: str
      sample: i-bp1c4n7r2v5y8a3d6f9h
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
      description: Always empty, for the order of an instance's groups means nothing.
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
      description: More of the instance, for people and reports. What Alibaba Cloud does not tell is null.
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
        vpc_id:
          description: The ID of the VPC.
          returned: when the instance could be read
          type: str
          sample: vpc-bp1opxu1zkhn00g4f2k7s
        vswitch_id:
          description: The ID of the vSwitch.
          returned: when the instance could be read
          type: str
          sample: vsw-bp1s5fnvk4gn2tws0u4k7
        zone:
          description: The zone.
          returned: when the instance could be read
          type: str
          sample: cn-hangzhou-h
        name:
          description: The name of the instance.
          returned: when the instance could be read
          type: str
          sample: web-1
        private_ip:
          description: The private IPv4 address of the primary network interface.
          returned: when the instance could be read
          type: str
          sample: 10.0.1.16
        status:
          description: The status, in Alibaba Cloud's words.
          returned: when the instance could be read
          type: str
          sample: Running
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
          description: The error code of Alibaba Cloud, or null.
          returned: when this instance failed
          type: str
          sample: InvalidInstanceId.NotFound
        message:
          description: What is wrong, and what to do.
          returned: when this instance failed
          type: str
          sample: >-
            instance i-bp1c4n7r2v5y8a3d6f9h: it does not exist; check its id and the region (ModifyInstanceAttribute
            answered InvalidInstanceId.NotFound: The specified InstanceId does not exist.)
        request_id:
          description: The ID of the request at Alibaba Cloud, or null.
          returned: when this instance failed
          type: str
          sample: 473469C7-AA6F-4DC5-B3DB-A3DC0DE3C83E
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
    - before_header: i-bp1c4n7r2v5y8a3d6f9h
      after_header: i-bp1c4n7r2v5y8a3d6f9h
      before: "sg-bp195m1bbdpfrsf9x3y7\n"
      after: "sg-bp195m1bbdpfrsf9x3y7\nsg-bp1h8c2w6d4k0z3m5r9t\n"
msg:
  description: What is wrong, with which instance, and what to do.
  returned: on failure
  type: str
  sample: >-
    instance i-bp1c4n7r2v5y8a3d6f9h: it does not exist; check its id and the region (ModifyInstanceAttribute answered
    InvalidInstanceId.NotFound: The specified InstanceId does not exist.) (nothing was written)
"""

from ansible_collections.crosscloud.security_groups.plugins.module_utils._aliyun.kinds import aliyun_ecs
from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.manage import manage


def main() -> None:
    manage(aliyun_ecs.DECLARATION)


if __name__ == "__main__":
    main()
