#!/usr/bin/python
# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Generated from plugins/module_utils/_aws/kinds/elbv2_load_balancer.py by python -m tests.generate.
from __future__ import annotations

DOCUMENTATION = r"""
module: elbv2_load_balancer_sg_info
short_description: Show the security groups of Application and Network Load Balancers
version_added: 1.0.0
author:
  - The crosscloud.security_groups authors (@crosscloud)
description:
  - Shows which security groups are attached to the Application and Network Load Balancers of Elastic Load Balancing.
  - Without load balancers the list is empty. A load balancer that cannot be read fails the task.
extends_documentation_fragment:
  - crosscloud.security_groups.attributes.reading
  - crosscloud.security_groups.aws.action_group
  - crosscloud.security_groups.aws
options:
  load_balancer_arns:
    description:
      - The ARNs of the load balancers. One ARN may be given as a plain string.
      - Exactly one of O(load_balancer_arns) and O(names) is required.
    type: list
    elements: str
    aliases: [load_balancer_arn]
  names:
    description:
      - The names of the load balancers to show.
      - A name that no load balancer of the region has is an error.
    type: list
    elements: str
notes:
  - Needs the permission C(elasticloadbalancing:DescribeLoadBalancers).
seealso:
  - module: crosscloud.security_groups.elbv2_load_balancer_sg
"""

EXAMPLES = r"""
- name: Show the groups of two load balancers
  crosscloud.security_groups.elbv2_load_balancer_sg_info:
    names: [web, api]
    region: eu-central-1
  register: found

- name: Show them by load balancer
  ansible.builtin.debug:
    msg: "{{ found.resources | items2dict(key_name='id', value_name='security_groups') }}"
"""

RETURN = r"""
resources:
  description:
    - One entry for each load balancer that could be read, in the order asked for.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: The ARN of the load balancer.
      returned: always
      type: str
      sample: arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188
    security_groups:
      description: The IDs of the security groups that are attached, in the order in which AWS reports them.
      returned: always
      type: list
      elements: str
      sample: [sg-0f9e8d7c6b5a49382, sg-0a1b2c3d4e5f60718]
    details:
      description: More of the load balancer, for people and reports. What AWS does not tell is null.
      returned: always
      type: dict
      sample:
        name: web
        type: application
        scheme: internet-facing
        vpc_id: vpc-0a1b2c3d4e5f60718
        dns_name: web-1234567890.eu-central-1.elb.amazonaws.com
        enforce_security_group_inbound_rules_on_private_link_traffic: null
        state: active
msg:
  description: What is wrong, with which load balancer, and what to do.
  returned: on failure
  type: str
  sample: >-
    load balancer arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188: it does
    not exist; check its ARN, or its name in names, and the region (DescribeLoadBalancers answered LoadBalancerNotFound:
    One or more load balancers not found)
resource_actions:
  description: The API actions that were called.
  returned: when O(debug_botocore_endpoint_logs=true)
  type: list
  elements: str
  sample: [ec2:DescribeNetworkInterfaces, ec2:DescribeSecurityGroups]
"""

from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.manage import inform
from ansible_collections.crosscloud.security_groups.plugins.module_utils._aws.kinds import elbv2_load_balancer


def main() -> None:
    inform(elbv2_load_balancer.DECLARATION)


if __name__ == "__main__":
    main()
