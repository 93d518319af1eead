#!/usr/bin/python
# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Generated from plugins/module_utils/_tencentcloud/kinds/qcloud_clb.py by python -m tests.generate.
from __future__ import annotations

DOCUMENTATION = r"""
module: qcloud_clb_sg
short_description: Manage the security groups of Tencent Cloud load balancers (CLB)
version_added: 1.0.0
author:
  - The crosscloud.security_groups authors (@crosscloud)
description:
  - Attaches security groups to load balancers (CLB) of Tencent Cloud, detaches them, puts them in order, or gives load
    balancers exactly the groups that are named.
  - No document says whether the order of a load balancer's groups means anything. In case it does, the list is treated
    as ordered, as that of an instance is. Tencent Cloud replaces the whole list with each write. This module reads the
    list, computes the whole new one, writes it with one call, and reads it back until it is as wanted. So there is
    never a list in between whose rules are neither the old nor the new ones, and groups that the task does not speak of
    stay, those that somebody else attached in the meantime included.
  - A change of the order alone is a change.
  - All load balancers are read and planned before the first is written. What cannot succeed, such as an unknown load
    balancer or a classic private network load balancer, which can have none, fails before anything is written, in check
    mode too.
extends_documentation_fragment:
  - crosscloud.security_groups.attributes.writing
  - crosscloud.security_groups.tencentcloud.action_group
  - crosscloud.security_groups.writes
  - crosscloud.security_groups.tencentcloud.looked_up
  - crosscloud.security_groups.tencentcloud
options:
  load_balancer_ids:
    description:
      - The IDs of the load balancers that all get the same O(security_groups). One ID may be given as a plain string.
      - Exactly one of O(load_balancer_ids), O(filters) and O(attachments) is required.
    type: list
    elements: str
    aliases: [load_balancer_id]
  filters:
    description:
      - Filters that select the load balancers that all get the same O(security_groups).
      - By the names that the API gives them. V(LoadBalancerType), V(VpcId), V(SecurityGroup), V(ProjectId) and
        V(Forward) take one value. V(tag:NAME), V(tag-key), V(charge-type), V(internet-charge-type), V(master-zone-id),
        V(vip-isp) and V(sla-type) take a value or a list of values.
      - A load balancer is selected if each filter fits it, and a filter fits if one of its values does.
      - At least 1 and at most 10 filters, each with at most 100 values. A name that is not listed here is refused.
      - What selects nothing changes nothing. The task then warns, and succeeds with an empty RV(resources).
    type: dict
  position:
    description:
      - Where O(security_groups) stand in the list.
      - V(keep) leaves what is attached where it is, and appends what is missing in the order given.
      - V(first) has O(security_groups) be the head of the list, in the order given. Those attached already are moved.
      - V(last) has them be the tail of the list, likewise.
      - V(first) and V(last) go with O(state=present) only. With O(state=exact) the list is in the order given anyway.
    type: str
    choices: [keep, first, last]
    default: keep
  allow_empty:
    description:
      - Whether a load balancer may be left without any security group.
      - Without it, a task that would detach the last group fails before anything is written.
      - Detaching all groups widens access. A load balancer without security groups is not protected by any, and
        probably lets in all traffic to the ports of its listeners.
    type: bool
    default: false
  attachments:
    description:
      - One entry for each load balancer, where they do not all get the same groups.
      - The same load balancer twice is an error.
    type: list
    elements: dict
    suboptions:
      id:
        description: The ID of the load balancer.
        type: str
        required: true
        aliases: [load_balancer_id]
      security_groups:
        description: The security groups that this entry is about, by ID or name, as O(security_groups).
        type: list
        elements: str
        required: true
      expected:
        description:
          - The IDs of the security groups that the load balancer must have now, in this order.
          - A load balancer that has other groups is refused with the error C(conflict), unless it is as wanted already.
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
  - Needs the permissions C(clb:DescribeLoadBalancers) and C(clb:SetLoadBalancerSecurityGroups).
  - Up to 20 load balancers are read with one call.
  - Tencent Cloud accepts a change and carries it out afterwards. The module follows that task with
    C(DescribeTaskStatus) and then reads the list back. Without the permission for that call, the list alone decides.
  - A load balancer that is being created is waited for before it is written.
  - Classic private network load balancers, and private network load balancers in the classic network, can have no
    security groups. They are refused, whether or not their groups would change.
  - How many groups a load balancer may have is a quota of the account, 5 unless it was raised, which no call tells.
    Where a list is too long, Tencent Cloud refuses it.
  - If a private network load balancer has an elastic IP address (EIP), its security groups may not apply to traffic
    from that address. If RV(resources[].details.passes_to_targets) is true, the security groups of its targets do not
    apply to traffic from the load balancer, so that its own groups are all that protects them.
seealso:
  - module: crosscloud.security_groups.qcloud_clb_sg_info
  - module: crosscloud.security_groups.qcloud_eni_sg
  - name: DescribeLoadBalancers
    description: The API call that reads the list, with the filters it takes.
    link: https://cloud.tencent.com/document/api/214/30685
  - name: SetLoadBalancerSecurityGroups
    description: The API call that replaces the list.
    link: https://www.tencentcloud.com/document/product/214/33798
"""

EXAMPLES = r"""
- name: Attach a group to a load balancer, behind its others
  crosscloud.security_groups.qcloud_clb_sg:
    load_balancer_id: lb-6r9w2k5t
    security_groups: sg-5d8n2w7c
    region: ap-guangzhou

- name: Detach a group from all public load balancers of a VPC that have it
  crosscloud.security_groups.qcloud_clb_sg:
    filters:
      LoadBalancerType: OPEN
      VpcId: vpc-2kx9z6h3
      SecurityGroup: sg-5d8n2w7c
    security_groups: sg-5d8n2w7c
    state: absent
    region: ap-guangzhou

- name: Give two load balancers their exact groups in order, unless more than one would change
  crosscloud.security_groups.qcloud_clb_sg:
    state: exact
    max_changes: 1
    attachments:
      - id: lb-6r9w2k5t
        security_groups: [sg-1h4j6b9s, sg-5d8n2w7c]
      - id: lb-2m8x4q7d
        security_groups: [sg-5d8n2w7c]
    region: ap-guangzhou

- name: Detach all groups, which opens the load balancer to everybody
  crosscloud.security_groups.qcloud_clb_sg:
    load_balancer_id: lb-6r9w2k5t
    security_groups: []
    state: exact
    allow_empty: true
    region: ap-guangzhou

- name: Report drift without changing anything
  crosscloud.security_groups.qcloud_clb_sg:
    load_balancer_id: lb-6r9w2k5t
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
    - One entry for each load balancer, in the order asked for. Also returned when the task fails.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the load balancer.
      returned: always
      type: str
      sample: lb-6r9w2k5t
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
      description: More of the load balancer, for people and reports. What Tencent Cloud does not tell is null.
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
          returned: when the load balancer could be read
          type: str
          sample: vpc-2kx9z6h3
        name:
          description: The name of the load balancer.
          returned: when the load balancer could be read
          type: str
          sample: web-1
        type:
          description: V(OPEN) for a public network, V(INTERNAL) for a private one.
          returned: when the load balancer could be read
          type: str
          sample: OPEN
        address:
          description: The first virtual IP address.
          returned: when the load balancer could be read
          type: str
          sample: 203.0.113.17
        domain:
          description: The domain name, or null.
          returned: when the load balancer could be read
          type: str
          sample: lb-6r9w2k5t-1k3m5p7r.clb.gz-tencentclb.com
        passes_to_targets:
          description: Whether traffic from the load balancer passes the security groups of its targets.
          returned: when the load balancer could be read
          type: bool
          sample: false
        state:
          description: V(creating) or V(running), or the number that Tencent Cloud has for another state.
          returned: when the load balancer could be read
          type: str
          sample: running
    error:
      description: What went wrong with this load balancer, or null.
      returned: always
      type: dict
      contains:
        kind:
          description:
            - One of V(auth), V(denied), V(not_found), V(invalid), V(limit), V(state), V(throttled), V(conflict),
              V(transient), V(timeout), the same words in all modules of this collection.
          returned: when this load balancer failed
          type: str
          sample: not_found
        code:
          description: The error code of Tencent Cloud, or null.
          returned: when this load balancer failed
          type: str
          sample: InvalidParameter.LBIdNotFound
        message:
          description: What is wrong, and what to do.
          returned: when this load balancer failed
          type: str
          sample: >-
            load balancer lb-6r9w2k5t: it does not exist; check its id and the region (DescribeLoadBalancers answered
            InvalidParameter.LBIdNotFound)
        request_id:
          description: The ID of the request at Tencent Cloud, or null.
          returned: when this load balancer failed
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
    - before_header: lb-6r9w2k5t
      after_header: lb-6r9w2k5t
      before: "sg-5d8n2w7c\nsg-1h4j6b9s\n"
      after: "sg-1h4j6b9s\nsg-5d8n2w7c\nsg-6r2y8g3f\n"
msg:
  description: What is wrong, with which load balancer, and what to do.
  returned: on failure
  type: str
  sample: >-
    load balancer lb-6r9w2k5t: it does not exist; check its id and the region (DescribeLoadBalancers answered
    InvalidParameter.LBIdNotFound) (nothing was written)
"""

from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.manage import manage
from ansible_collections.crosscloud.security_groups.plugins.module_utils._tencentcloud.kinds import qcloud_clb


def main() -> None:
    manage(qcloud_clb.DECLARATION)


if __name__ == "__main__":
    main()
