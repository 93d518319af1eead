#!/usr/bin/python
# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Generated from plugins/module_utils/_tencentcloud/kinds/qcloud_eni.py by python -m tests.generate.
from __future__ import annotations

DOCUMENTATION = r"""
module: qcloud_eni_sg
short_description: Manage the security groups of Tencent Cloud network interfaces (ENI)
version_added: 1.0.0
author:
  - The crosscloud.security_groups authors (@crosscloud)
description:
  - Attaches security groups to elastic network interfaces (ENI) of Tencent Cloud, detaches them, puts them in order, or
    gives network interfaces exactly the groups that are named.
  - The groups of an instance's primary network interface are those of the instance, and the module
    M(crosscloud.security_groups.qcloud_cvm_sg) manages them. This module refuses a primary network interface, whether
    or not its groups would change.
  - The groups take effect in the order of the list, and Tencent Cloud replaces the whole list with each write. This
    module reads the list, computes the whole new one, writes it with one call, and reads it back until it is as wanted.
    So there is never a list in between whose rules are neither the old nor the new ones, and groups that the task does
    not speak of stay, those that somebody else attached in the meantime included.
  - A change of the order alone is a change.
  - All network interfaces are read and planned before the first is written. What cannot succeed, such as an unknown
    network interface or a primary one, fails before anything is written, in check mode too.
extends_documentation_fragment:
  - crosscloud.security_groups.attributes.writing
  - crosscloud.security_groups.tencentcloud.action_group
  - crosscloud.security_groups.writes
  - crosscloud.security_groups.tencentcloud.looked_up
  - crosscloud.security_groups.tencentcloud
options:
  network_interface_ids:
    description:
      - The IDs of the network interfaces that all get the same O(security_groups). One ID may be given as a plain
        string.
      - Exactly one of O(network_interface_ids), O(filters) and O(attachments) is required.
    type: list
    elements: str
    aliases: [network_interface_id]
  filters:
    description:
      - Filters that select the network interfaces that all get the same O(security_groups).
      - By the names that the API gives them, such as V(vpc-id), V(subnet-id), V(attachment.instance-id),
        V(groups.security-group-id), V(is-primary) or V(tag:NAME), each with a value or a list of values.
      - A network interface is selected if each filter fits it, and a filter fits if one of its values does.
      - At least 1 and at most 10 filters, each with at most 5 values.
      - What selects nothing changes nothing. The task then warns, and succeeds with an empty RV(resources).
      - Add V(is-primary) with V(false) where the other filters would select primary network interfaces too.
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
  allow_empty:
    description:
      - Whether a network interface may be left without any security group.
      - Without it, a task that would detach the last group fails before anything is written.
    type: bool
    default: false
  attachments:
    description:
      - One entry for each network interface, where they do not all get the same groups.
      - The same network interface twice is an error.
    type: list
    elements: dict
    suboptions:
      id:
        description: The ID of the network interface.
        type: str
        required: true
        aliases: [network_interface_id]
      security_groups:
        description: The security groups that this entry is about, by ID or name, as O(security_groups).
        type: list
        elements: str
        required: true
      expected:
        description:
          - The IDs of the security groups that the network interface must have now, in this order.
          - A network interface that has other groups is refused with the error C(conflict), unless it is as wanted
            already.
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
  - Needs the permissions C(vpc:DescribeNetworkInterfaces) and C(vpc:ModifyNetworkInterfaceAttribute), and with
    O(allow_empty) also C(vpc:DisassociateNetworkInterfaceSecurityGroups).
  - Up to 100 network interfaces are read with one call.
  - A network interface that is not C(AVAILABLE) is waited for before it is written. One that is C(DELETING) is refused
    when its groups would have to change.
  - How many groups a network interface may have is a quota of the account, which no call tells. Where a list is too
    long, Tencent Cloud refuses it.
seealso:
  - module: crosscloud.security_groups.qcloud_eni_sg_info
  - module: crosscloud.security_groups.qcloud_cvm_sg
  - name: DescribeNetworkInterfaces
    description: The API call that reads the list, with the filters it takes.
    link: https://cloud.tencent.com/document/api/215/15817
"""

EXAMPLES = r"""
- name: Let a group take effect before all others of a network interface
  crosscloud.security_groups.qcloud_eni_sg:
    network_interface_id: eni-7k2m9q4x
    security_groups: sg-1h4j6b9s
    position: first
    region: ap-guangzhou

- name: Detach a group from all secondary network interfaces of a VPC
  crosscloud.security_groups.qcloud_eni_sg:
    filters:
      vpc-id: vpc-2kx9z6h3
      is-primary: false
    security_groups: sg-5d8n2w7c
    state: absent
    region: ap-guangzhou

- name: Give two network interfaces their exact groups in order, unless more than one would change
  crosscloud.security_groups.qcloud_eni_sg:
    state: exact
    max_changes: 1
    attachments:
      - id: eni-7k2m9q4x
        security_groups: [sg-1h4j6b9s, sg-5d8n2w7c]
      - id: eni-3w8p5c1z
        security_groups: [sg-5d8n2w7c]
    region: ap-guangzhou

- name: Detach all groups
  crosscloud.security_groups.qcloud_eni_sg:
    network_interface_id: eni-7k2m9q4x
    security_groups: []
    state: exact
    allow_empty: true
    region: ap-guangzhou

- name: Report drift without changing anything
  crosscloud.security_groups.qcloud_eni_sg:
    network_interface_id: eni-7k2m9q4x
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
    - One entry for each network interface, in the order asked for. Also returned when the task fails.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the network interface.
      returned: always
      type: str
      sample: eni-7k2m9q4x
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
      description: More of the network interface, for people and reports. What Tencent Cloud does not tell is null.
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
          returned: when the network interface could be read
          type: str
          sample: vpc-2kx9z6h3
        subnet_id:
          description: The ID of the subnet.
          returned: when the network interface could be read
          type: str
          sample: subnet-8v3n6j1q
        zone:
          description: The availability zone.
          returned: when the network interface could be read
          type: str
          sample: ap-guangzhou-6
        name:
          description: The name of the network interface.
          returned: when the network interface could be read
          type: str
          sample: web-1-eth1
        instance_id:
          description: The ID of the instance that the network interface is attached to, or null.
          returned: when the network interface could be read
          type: str
          sample: ins-3t6v8r1p
        primary:
          description: Whether it is the primary network interface of an instance.
          returned: when the network interface could be read
          type: bool
          sample: false
        private_ip:
          description: The primary private IPv4 address.
          returned: when the network interface could be read
          type: str
          sample: 10.0.1.17
        state:
          description: The state, in Tencent Cloud's words.
          returned: when the network interface could be read
          type: str
          sample: AVAILABLE
    error:
      description: What went wrong with this network interface, or null.
      returned: always
      type: dict
      contains:
        kind:
          description:
            - One of V(auth), V(denied), V(not_found), V(invalid), V(limit), V(state), V(throttled), V(conflict),
              V(transient), V(timeout), the same words in all modules of this collection.
          returned: when this network interface failed
          type: str
          sample: not_found
        code:
          description: The error code of Tencent Cloud, or null.
          returned: when this network interface failed
          type: str
          sample: ResourceNotFound
        message:
          description: What is wrong, and what to do.
          returned: when this network interface failed
          type: str
          sample: >-
            network interface eni-7k2m9q4x: it does not exist; check its id and the region (DescribeNetworkInterfaces
            answered ResourceNotFound)
        request_id:
          description: The ID of the request at Tencent Cloud, or null.
          returned: when this network interface failed
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
    - before_header: eni-7k2m9q4x
      after_header: eni-7k2m9q4x
      before: "sg-5d8n2w7c\nsg-1h4j6b9s\n"
      after: "sg-1h4j6b9s\nsg-5d8n2w7c\nsg-6r2y8g3f\n"
msg:
  description: What is wrong, with which network interface, and what to do.
  returned: on failure
  type: str
  sample: >-
    network interface eni-7k2m9q4x: it does not exist; check its id and the region (DescribeNetworkInterfaces answered
    ResourceNotFound) (nothing was written)
"""

from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.manage import manage
from ansible_collections.crosscloud.security_groups.plugins.module_utils._tencentcloud.kinds import qcloud_eni


def main() -> None:
    manage(qcloud_eni.DECLARATION)


if __name__ == "__main__":
    main()
