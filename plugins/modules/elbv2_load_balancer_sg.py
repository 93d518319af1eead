#!/usr/bin/python
# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Generated from plugins/module_utils/_aws/kinds/elbv2_load_balancer.py by python -m tests.generate.
from __future__ import annotations

DOCUMENTATION = r"""
module: elbv2_load_balancer_sg
short_description: Manage the security groups of Application and Network Load Balancers
version_added: 1.0.0
author:
  - The crosscloud.security_groups authors (@crosscloud)
description:
  - Attaches security groups to the Application and Network Load Balancers of Elastic Load Balancing, detaches them, or
    gives load balancers exactly the groups that are named.
  - A Network Load Balancer that was created without security groups can never have any, and neither can a Gateway Load
    Balancer. A task that would attach one fails before anything is written.
  - A Network Load Balancer keeps its setting for traffic through AWS PrivateLink. Where inbound rules are not enforced
    for it, the module sends that setting with the list.
  - AWS replaces the whole list with each write. This module reads the list, computes the whole new one, writes it, and
    reads it back until it is as wanted, so groups that the task does not speak of stay, those that somebody else
    attached in the meantime included.
  - All load balancers are read and planned before the first is written. What cannot succeed, such as an unknown load
    balancer or a Network Load Balancer that can have no groups, fails before anything is written, in check mode too.
  - The order of the groups means nothing to AWS, so the same groups in another order are no change.
extends_documentation_fragment:
  - crosscloud.security_groups.attributes.writing
  - crosscloud.security_groups.aws.action_group
  - crosscloud.security_groups.writes
  - crosscloud.security_groups.aws.looked_up
  - crosscloud.security_groups.aws
options:
  load_balancer_arns:
    description:
      - The ARNs of the load balancers that all get the same O(security_groups). One ARN may be given as a plain string.
      - Exactly one of O(load_balancer_arns), O(names) and O(attachments) is required.
    type: list
    elements: str
    aliases: [load_balancer_arn]
  names:
    description:
      - The names of the load balancers that all get the same O(security_groups).
      - A name that no load balancer of the region has is an error.
      - What selects nothing changes nothing. The task then warns, and succeeds with an empty RV(resources).
    type: list
    elements: str
  attachments:
    description:
      - One entry for each load balancer, where they do not all get the same groups.
      - The same load balancer twice is an error.
    type: list
    elements: dict
    suboptions:
      id:
        description: The ARN of the load balancer.
        type: str
        required: true
        aliases: [load_balancer_arn]
      security_groups:
        description: The security groups that this entry is about, by ID or name, as O(security_groups).
        type: list
        elements: str
        required: true
      expected:
        description:
          - The IDs of the security groups that the load balancer must have now.
          - A load balancer that has other groups is refused with the error C(conflict), unless it is as wanted already.
        type: list
        elements: str
      state:
        description: As O(state), whose value is the default.
        type: str
        choices: [present, absent, exact]
notes:
  - Needs the permissions C(elasticloadbalancing:DescribeLoadBalancers) and C(elasticloadbalancing:SetSecurityGroups).
  - A load balancer that is C(provisioning) is waited for before it is written.
  - A load balancer that has security groups always keeps one. A task that would leave none fails.
  - Classic Load Balancers have another API. This module does not manage them.
seealso:
  - module: crosscloud.security_groups.elbv2_load_balancer_sg_info
  - name: SetSecurityGroups
    description: The AWS API call that replaces the list.
    link: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSecurityGroups.html
"""

EXAMPLES = r"""
- name: Let a group reach a load balancer, whatever else is attached
  crosscloud.security_groups.elbv2_load_balancer_sg:
    load_balancer_arn: arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188
    security_groups: sg-0a1b2c3d4e5f60718
    region: eu-central-1

- name: Detach a group from two load balancers
  crosscloud.security_groups.elbv2_load_balancer_sg:
    names: [web, api]
    security_groups: sg-0f9e8d7c6b5a49382
    state: absent
    region: eu-central-1

- name: Give two load balancers their exact groups, unless more than one would change
  crosscloud.security_groups.elbv2_load_balancer_sg:
    state: exact
    max_changes: 1
    attachments:
      - id: arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188
        security_groups: [sg-0a1b2c3d4e5f60718]
      - id: arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/net/api/73e2d6bc24d8a067
        security_groups: [sg-0a1b2c3d4e5f60718, sg-0f9e8d7c6b5a49382]
    region: eu-central-1

- name: Report drift without changing anything
  crosscloud.security_groups.elbv2_load_balancer_sg:
    names: web
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
    - One entry for each load balancer, in the order asked for. Also returned when the task fails.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: The ARN of the load balancer.
      returned: always
      type: str
      sample: arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188
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
      description: Always empty, for the order of a load balancer's groups means nothing.
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
      description: More of the load balancer, for people and reports. What AWS does not tell is null.
      returned: always
      type: dict
      contains:
        security_group_names:
          description: The names of security groups before and after the task, by ID.
          returned: where names are known
          type: dict
          sample: {sg-0a1b2c3d4e5f60718: public, sg-0f9e8d7c6b5a49382: web}
        groups_checked:
          description: Always V(false).
          returned: if it was not checked whether the groups to attach exist and fit
          type: bool
          sample: false
        name:
          description: The name.
          returned: when the load balancer could be read
          type: str
          sample: web
        type:
          description: The type, V(application), V(network) or V(gateway).
          returned: when the load balancer could be read
          type: str
          sample: application
        scheme:
          description: Whether it is reached from the Internet, V(internet-facing) or V(internal).
          returned: when the load balancer could be read
          type: str
          sample: internet-facing
        vpc_id:
          description: The ID of the VPC.
          returned: when the load balancer could be read
          type: str
          sample: vpc-0a1b2c3d4e5f60718
        dns_name:
          description: The DNS name.
          returned: when the load balancer could be read
          type: str
          sample: web-1234567890.eu-central-1.elb.amazonaws.com
        enforce_security_group_inbound_rules_on_private_link_traffic:
          description:
            - Whether inbound rules hold for traffic through AWS PrivateLink, V(on) or V(off). Null if AWS does not say,
              as for an Application Load Balancer.
          returned: when the load balancer could be read
          type: str
          sample: null
        state:
          description: The state, in AWS's words.
          returned: when the load balancer could be read
          type: str
          sample: active
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
          description: The error code of AWS, or null.
          returned: when this load balancer failed
          type: str
          sample: LoadBalancerNotFound
        message:
          description: What is wrong, and what to do.
          returned: when this load balancer failed
          type: str
          sample: >-
            load balancer arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188:
            it does not exist; check its ARN, or its name in names, and the region (DescribeLoadBalancers answered
            LoadBalancerNotFound: One or more load balancers not found)
        request_id:
          description: The ID of the request at AWS, or null.
          returned: when this load balancer failed
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
    - before_header: arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188
      after_header: arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188
      before: "sg-0f9e8d7c6b5a49382\n"
      after: "sg-0f9e8d7c6b5a49382\nsg-0a1b2c3d4e5f60718\n"
msg:
  description: What is wrong, with which load balancer, and what to do.
  returned: on failure
  type: str
  sample: >-
    load balancer arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188: it does
    not exist; check its ARN, or its name in names, and the region (DescribeLoadBalancers answered LoadBalancerNotFound:
    One or more load balancers not found) (nothing was written)
resource_actions:
  description: The API actions that were called.
  returned: when O(debug_botocore_endpoint_logs=true)
  type: list
  elements: str
  sample: [ec2:DescribeNetworkInterfaces, ec2:DescribeSecurityGroups]
"""

from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.manage import manage
from ansible_collections.crosscloud.security_groups.plugins.module_utils._aws.kinds import elbv2_load_balancer


def main() -> None:
    manage(elbv2_load_balancer.DECLARATION)


if __name__ == "__main__":
    main()
