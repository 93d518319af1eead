#!/usr/bin/python
# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Generated from plugins/module_utils/_aws/kinds/ec2_eni.py by python -m tests.generate.
from __future__ import annotations

DOCUMENTATION = r"""
module: ec2_eni_sg
short_description: Manage the security groups of EC2 network interfaces
version_added: 1.0.0
author:
  - The crosscloud.security_groups authors (@crosscloud)
description:
  - Attaches security groups to the network interfaces of Amazon EC2, detaches them, or gives network interfaces exactly
    the groups that are named.
  - The filter C(attachment.instance-id) selects the network interfaces of an instance, and C(attachment.device-index)
    V(0) in addition only its primary one.
  - A network interface that an AWS service manages is refused. The message says what to manage instead, where a module
    of this collection can.
  - AWS replaces the whole list with each write. This module reads the list, computes the whole new one, writes it, and
    reads it back until it is as wanted, so groups that the task does not speak of stay, those that somebody else
    attached in the meantime included.
  - All network interfaces are read and planned before the first is written. What cannot succeed, such as an unknown
    network interface or more groups than the account's quota allows, fails before anything is written, in check mode
    too.
  - The order of the groups means nothing to AWS, so the same groups in another order are no change.
extends_documentation_fragment:
  - crosscloud.security_groups.attributes.writing
  - crosscloud.security_groups.aws.action_group
  - crosscloud.security_groups.writes
  - crosscloud.security_groups.aws.looked_up
  - crosscloud.security_groups.aws
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
      - Filters that select the network interfaces of the region that all get the same O(security_groups).
      - The names and values are those of the API call C(DescribeNetworkInterfaces). A value is a string, number or
        boolean, or a list of up to 200 of them, of which one must match. All filters must match.
      - At least one filter. V(requester-managed=false) leaves out most of what AWS services manage.
      - What selects nothing changes nothing. The task then warns, and succeeds with an empty RV(resources).
    type: dict
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
          - The IDs of the security groups that the network interface must have now.
          - A network interface that has other groups is refused with the error C(conflict), unless it is as wanted
            already.
        type: list
        elements: str
      state:
        description: As O(state), whose value is the default.
        type: str
        choices: [present, absent, exact]
notes:
  - Needs the permissions C(ec2:DescribeNetworkInterfaces) and C(ec2:ModifyNetworkInterfaceAttribute).
  - With C(ec2:DescribeAccountAttributes), lists that are longer than the account's quota are refused before anything is
    written. Without it, AWS refuses them one by one.
  - A network interface always has a security group. A task that would leave none fails.
seealso:
  - module: crosscloud.security_groups.ec2_eni_sg_info
  - name: ModifyNetworkInterfaceAttribute
    description: The AWS API call that replaces the list.
    link: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyNetworkInterfaceAttribute.html
"""

EXAMPLES = r"""
- name: Let the monitoring reach an instance through its primary network interface, whatever else is attached
  crosscloud.security_groups.ec2_eni_sg:
    filters:
      attachment.instance-id: i-0a1b2c3d4e5f60718
      attachment.device-index: 0
    security_groups: sg-0a1b2c3d4e5f60718
    region: eu-central-1

- name: Detach a group from all network interfaces that have it and that no service manages
  crosscloud.security_groups.ec2_eni_sg:
    filters:
      group-id: sg-0f9e8d7c6b5a49382
      requester-managed: false
    security_groups: sg-0f9e8d7c6b5a49382
    state: absent
    region: eu-central-1

- name: Give two network interfaces their exact groups, unless more than one would change
  crosscloud.security_groups.ec2_eni_sg:
    state: exact
    max_changes: 1
    attachments:
      - id: eni-0a1b2c3d4e5f60718
        security_groups: [sg-0a1b2c3d4e5f60718]
      - id: eni-0f9e8d7c6b5a49382
        security_groups: [sg-0a1b2c3d4e5f60718, sg-0f9e8d7c6b5a49382]
    region: eu-central-1

- name: Report drift without changing anything
  crosscloud.security_groups.ec2_eni_sg:
    network_interface_id: eni-0a1b2c3d4e5f60718
    security_groups: [sg-0a1b2c3d4e5f60718]
    state: exact
    region: eu-central-1
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
      sample: eni-0a1b2c3d4e5f60718
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
      sample: [sg-0f9e8d7c6b5a49382]
    after:
      description:
        - The groups as they are now or, in check mode, would be. Null where they could not be read.
        - Groups that stay are in the order of RV(resources[].before), and added ones follow, in check mode and not.
      returned: always
      type: list
      elements: str
      sample: [sg-0f9e8d7c6b5a49382, sg-0a1b2c3d4e5f60718]
    added:
      description: The groups in RV(resources[].after) that are not in RV(resources[].before).
      returned: always
      type: list
      elements: str
      sample: [sg-0a1b2c3d4e5f60718]
    removed:
      description: The groups in RV(resources[].before) that are not in RV(resources[].after).
      returned: always
      type: list
      elements: str
      sample: []
    moved:
      description: Always empty, for the order of a network interface's groups means nothing.
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
          sample: [{direction: ingress, protocol: tcp, ports: "22", peer: 0.0.0.0/0, by: sg-0a1b2c3d4e5f60718}]
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
      description: More of the network interface, for people and reports. What AWS does not tell is null.
      returned: always
      type: dict
      contains:
        security_group_names:
          description: The names of security groups before and after the task, by ID.
          returned: where names are known
          type: dict
          sample: {sg-0a1b2c3d4e5f60718: monitoring, sg-0f9e8d7c6b5a49382: web}
        groups_checked:
          description: Always V(false).
          returned: if it was not checked whether the groups to attach exist and fit
          type: bool
          sample: false
        vpc_id:
          description: The ID of the VPC.
          returned: when the network interface could be read
          type: str
          sample: vpc-0a1b2c3d4e5f60718
        subnet_id:
          description: The ID of the subnet.
          returned: when the network interface could be read
          type: str
          sample: subnet-0a1b2c3d4e5f60718
        availability_zone:
          description: The name of the availability zone.
          returned: when the network interface could be read
          type: str
          sample: eu-central-1a
        name:
          description: The value of the tag C(Name).
          returned: when the network interface could be read
          type: str
          sample: web-1
        description:
          description: The description. Services that make network interfaces say there what they are for.
          returned: when the network interface could be read
          type: str
          sample: Primary network interface
        instance_id:
          description: The ID of the instance that it is attached to.
          returned: when the network interface could be read
          type: str
          sample: i-0a1b2c3d4e5f60718
        private_ip:
          description: The primary private IPv4 address.
          returned: when the network interface could be read
          type: str
          sample: 10.0.1.17
        state:
          description: The status, in AWS's words.
          returned: when the network interface could be read
          type: str
          sample: in-use
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
          description: The error code of AWS, or null.
          returned: when this network interface failed
          type: str
          sample: SecurityGroupsPerInterfaceLimitExceeded
        message:
          description: What is wrong, and what to do.
          returned: when this network interface failed
          type: str
          sample: >-
            network interface eni-0a1b2c3d4e5f60718: the account's quota allows no list this long; name fewer security
            groups or have the quota 'Security groups per network interface' raised (ModifyNetworkInterfaceAttribute
            answered SecurityGroupsPerInterfaceLimitExceeded: The maximum number of security groups per interface has
            been reached.)
        request_id:
          description: The ID of the request at AWS, or null.
          returned: when this network interface failed
          type: str
          sample: 2f7a6c1e-0d1b-4c58-9d4a-0c7b1f5f0e11
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
    - before_header: eni-0a1b2c3d4e5f60718
      after_header: eni-0a1b2c3d4e5f60718
      before: "sg-0f9e8d7c6b5a49382\n"
      after: "sg-0f9e8d7c6b5a49382\nsg-0a1b2c3d4e5f60718\n"
msg:
  description: What is wrong, with which network interface, and what to do.
  returned: on failure
  type: str
  sample: >-
    network interface eni-0a1b2c3d4e5f60718: the account's quota allows no list this long; name fewer security groups or
    have the quota 'Security groups per network interface' raised (ModifyNetworkInterfaceAttribute answered
    SecurityGroupsPerInterfaceLimitExceeded: The maximum number of security groups per interface has been reached.)
    (nothing was written)
resource_actions:
  description: The API actions that were called.
  returned: when O(debug_botocore_endpoint_logs=true)
  type: list
  elements: str
  sample: [ec2:DescribeNetworkInterfaces, ec2:DescribeSecurityGroups]
"""

from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.manage import manage
from ansible_collections.crosscloud.security_groups.plugins.module_utils._aws.kinds import ec2_eni


def main() -> None:
    manage(ec2_eni.DECLARATION)


if __name__ == "__main__":
    main()
