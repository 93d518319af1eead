#!/usr/bin/python
# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Generated from plugins/module_utils/_tencentcloud/kinds/qcloud_clb.py by python -m tests.generate.
from __future__ import annotations

DOCUMENTATION = r"""
module: qcloud_clb_sg_info
short_description: Show the security groups of Tencent Cloud load balancers (CLB)
version_added: 1.0.0
author:
  - The crosscloud.security_groups authors (@crosscloud)
description:
  - Shows which security groups are attached to load balancers (CLB) of Tencent Cloud, in their order.
  - Load balancers that can have no security groups are shown like all others.
  - Filters that fit nothing give an empty list. A load balancer that cannot be read fails the task.
extends_documentation_fragment:
  - crosscloud.security_groups.attributes.reading
  - crosscloud.security_groups.tencentcloud.action_group
  - crosscloud.security_groups.tencentcloud
options:
  load_balancer_ids:
    description:
      - The IDs of the load balancers. One ID may be given as a plain string.
      - Exactly one of O(load_balancer_ids) and O(filters) is required.
    type: list
    elements: str
    aliases: [load_balancer_id]
  filters:
    description:
      - Filters that select the load balancers to show.
      - By the names that the API gives them. V(LoadBalancerType), V(VpcId), V(SecurityGroup), V(ProjectId) and
        V(Forward) take one value. V(tag:NAME), V(tag-key), V(charge-type), V(internet-charge-type), V(master-zone-id),
        V(vip-isp) and V(sla-type) take a value or a list of values.
      - A load balancer is selected if each filter fits it, and a filter fits if one of its values does.
      - At least 1 and at most 10 filters, each with at most 100 values. A name that is not listed here is refused.
    type: dict
notes:
  - Needs the permission C(clb:DescribeLoadBalancers).
  - Up to 20 load balancers are read with one call.
seealso:
  - module: crosscloud.security_groups.qcloud_clb_sg
"""

EXAMPLES = r"""
- name: Show the groups of the load balancers of a VPC
  crosscloud.security_groups.qcloud_clb_sg_info:
    filters:
      VpcId: vpc-2kx9z6h3
    region: ap-guangzhou
  register: found

- name: Show load balancers without security groups
  ansible.builtin.debug:
    msg: "{{ found.resources | rejectattr('security_groups') | map(attribute='id') }}"
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
      description: The ID of the load balancer.
      returned: always
      type: str
      sample: lb-6r9w2k5t
    security_groups:
      description: The IDs of the security groups that are attached, in the order in which Tencent Cloud reports them.
      returned: always
      type: list
      elements: str
      sample: [sg-1h4j6b9s, sg-5d8n2w7c, sg-6r2y8g3f]
    details:
      description: More of the load balancer, for people and reports. What Tencent Cloud does not tell is null.
      returned: always
      type: dict
      sample:
        vpc_id: vpc-2kx9z6h3
        name: web-1
        type: OPEN
        address: 203.0.113.17
        domain: lb-6r9w2k5t-1k3m5p7r.clb.gz-tencentclb.com
        passes_to_targets: false
        state: running
msg:
  description: What is wrong, with which load balancer, and what to do.
  returned: on failure
  type: str
  sample: >-
    load balancer lb-6r9w2k5t: it does not exist; check its id and the region (DescribeLoadBalancers answered
    InvalidParameter.LBIdNotFound)
"""

from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.manage import inform
from ansible_collections.crosscloud.security_groups.plugins.module_utils._tencentcloud.kinds import qcloud_clb


def main() -> None:
    inform(qcloud_clb.DECLARATION)


if __name__ == "__main__":
    main()
