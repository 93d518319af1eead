# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Application and Network Load Balancers: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..._ansible.declaration import Declaration
from ..._ansible.text import line
from ..._core.adapter import Snapshot
from ..._core.errors import CloudError, ErrorKind, Failure, Meaning
from ..._core.kind import IdForm, Kind
from ..groups import SECURITY_GROUP_ID
from ..listing import Entry, Listing, undocumented
from ..options import CONNECTION, EXTRA, MISSING
from ..resources import Resources, connect, group_ids

LOAD_BALANCER = Kind(
    noun="load balancer",
    plural="load balancers",
    resource_id=IdForm(
        re.compile(
            "arn:aws[-a-z]*:elasticloadbalancing:[a-z0-9-]+:[0-9]{12}:"
            "loadbalancer/(app|net|gwy)/[A-Za-z0-9-]{1,32}/[0-9a-f]{8,40}"
        ),
        "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188",
    ),
    group_id=SECURITY_GROUP_ID,
    ordered=False,
    clearable=False,
    longest=None,
)
NAME = re.compile("[A-Za-z0-9-]{1,32}")

BATCH = 20
PAGE = {"PageSize": 400}

UNKNOWN = "LoadBalancerNotFound"
NOT_FOUND = {
    UNKNOWN: Meaning(ErrorKind.NOT_FOUND, "it does not exist; check its ARN, or its name in names, and the region")
}
MEANINGS = {
    **NOT_FOUND,
    "InvalidConfigurationRequest": Meaning(
        ErrorKind.INVALID, "it cannot have these security groups; check how it was created, and the number of groups"
    ),
    "InvalidSecurityGroup": Meaning(
        ErrorKind.NOT_FOUND, "a security group does not exist in the VPC of the load balancer; check the IDs"
    ),
}

PROVISIONING = "provisioning"
PRIVATE_LINK = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic"
PRIVATE_LINK_DETAIL = "enforce_security_group_inbound_rules_on_private_link_traffic"

GATEWAY = Failure(
    ErrorKind.INVALID, "it is a Gateway Load Balancer, which cannot have security groups; remove it from the task"
)
NEVER = Failure(
    ErrorKind.INVALID,
    "it was created without security groups, and a Network Load Balancer then can never have any; create a new one "
    "with security groups, or remove it from the task",
)


class LoadBalancers(Resources):
    """Adapter for load balancers."""

    kind = LOAD_BALANCER
    listing = Listing(
        service="elbv2",
        action="DescribeLoadBalancers",
        method="describe_load_balancers",
        permission="elasticloadbalancing:DescribeLoadBalancers",
        entries="LoadBalancers",
        things="load balancers",
        marker="Marker",
        next_marker="NextMarker",
        meanings=NOT_FOUND,
    )
    id = "LoadBalancerArn"
    batch = BATCH
    of_one = (UNKNOWN,)
    writing = "SetSecurityGroups"
    permission = "elasticloadbalancing:SetSecurityGroups"
    meanings = MEANINGS

    def by_ids(self, ids: Sequence[str]) -> Mapping[str, Any]:
        return {"LoadBalancerArns": list(ids)}

    def selected_by(self, selector: Sequence[str] | None) -> Iterator[Mapping[str, Any]]:
        if selector is None:
            yield PAGE
        for start in range(0, len(selector or ()), BATCH):
            yield {"Names": list(selector or ())[start : start + BATCH]}

    def send(self, client: Any, seen: Snapshot, groups: list[str]) -> None:
        # No document says whether AWS leaves it as it is where a request does not have it. The default is "on".
        more = {PRIVATE_LINK: "off"} if seen.details[PRIVATE_LINK_DETAIL] == "off" else {}
        client.set_security_groups(LoadBalancerArn=seen.id, SecurityGroups=groups, **more)

    def snapshot(self, entry: Entry, read_at: float) -> Snapshot:
        groups, state = group_ids(entry.get("SecurityGroups", ())), line(entry.get("State", {}).get("Code", ""))
        kind = entry.get("Type")
        if not groups and kind not in ("gateway", "network"):
            raise CloudError(undocumented("the list of security groups"))
        return Snapshot(
            id=entry[self.id],
            groups=groups,
            read_at=read_at,
            state=state,
            passing=state == PROVISIONING,
            blocked=None if groups else NEVER,
            excluded=GATEWAY if kind == "gateway" else None,
            vpc_id=entry.get("VpcId"),
            details={
                "name": entry.get("LoadBalancerName"),
                "type": kind,
                "scheme": entry.get("Scheme"),
                "vpc_id": entry.get("VpcId"),
                "dns_name": entry.get("DNSName"),
                PRIVATE_LINK_DETAIL: entry.get(PRIVATE_LINK),
                "state": entry.get("State", {}).get("Code"),
            },
        )


def _name_problems(names: Sequence[str]) -> list[str]:
    return [
        f"names has '{name}', which is not the name of a load balancer; give letters, digits and hyphens, at most 32"
        for name in names
        if not NAME.fullmatch(name)
    ]


TEXTS = r"""
title: Application and Network Load Balancers
resources: the Application and Network Load Balancers of Elastic Load Balancing
refused: a Network Load Balancer that can have no groups
id_word: ARN
description:
  - A Network Load Balancer that was created without security groups can never have any, and neither can a Gateway Load
    Balancer. A task that would attach one fails before anything is written.
  - A Network Load Balancer keeps its setting for traffic through AWS PrivateLink. Where inbound rules are not enforced
    for it, the module sends that setting with the list.
nothing_found: Without load balancers the list is empty.
selector:
  - The names of the load balancers that all get the same O(security_groups).
selector_info:
  - The names of the load balancers to show.
selector_both:
  - A name that no load balancer of the region has is an error.
permissions:
  - to: read
    needs: [elasticloadbalancing:DescribeLoadBalancers]
  - to: write groups
    needs: [elasticloadbalancing:SetSecurityGroups]
    writes: true
  - to: check groups beforehand, and take names
    needs: [ec2:DescribeSecurityGroups, ec2:GetSecurityGroupsForVpc]
    optional: true
calls:
  - task: nothing to change
    reads: 1 for each 20 load balancers, and some more where one does not exist
    writes: 0
  - task: "*c* of them change"
    reads: the same, a few to read back, each for up to 20, and 1 for look-up where a list grows
    writes: "*c*"
  - task: check mode
    reads: as where nothing changes, and 1 for look-up where a list grows
    writes: 0
notes:
  - A load balancer that is C(provisioning) is waited for before it is written.
  - A load balancer that has security groups always keeps one. A task that would leave none fails.
  - Classic Load Balancers have another API. This module does not manage them.
seealso:
  - name: SetSecurityGroups
    description: The AWS API call that replaces the list.
    link: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_SetSecurityGroups.html
examples: |
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
examples_info: |
  - name: Show the groups of two load balancers
    crosscloud.security_groups.elbv2_load_balancer_sg_info:
      names: [web, api]
      region: eu-central-1
    register: found

  - name: Show them by load balancer
    ansible.builtin.debug:
      msg: "{{ found.resources | items2dict(key_name='id', value_name='security_groups') }}"
sample:
  id: arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188
  before: [sg-0f9e8d7c6b5a49382]
  after: [sg-0f9e8d7c6b5a49382, sg-0a1b2c3d4e5f60718]
  names: {sg-0a1b2c3d4e5f60718: public, sg-0f9e8d7c6b5a49382: web}
  code: LoadBalancerNotFound
  message: >-
    it does not exist; check its ARN, or its name in names, and the region (DescribeLoadBalancers answered
    LoadBalancerNotFound: One or more load balancers not found)
  request_id: 2f7a6c1e-0d1b-4c58-9d4a-0c7b1f5f0e11
details:
  name:
    description: The name.
    sample: web
  type:
    description: The type, V(application), V(network) or V(gateway).
    sample: application
  scheme:
    description: Whether it is reached from the Internet, V(internet-facing) or V(internal).
    sample: internet-facing
  vpc_id:
    description: The ID of the VPC.
    sample: vpc-0a1b2c3d4e5f60718
  dns_name:
    description: The DNS name.
    sample: web-1234567890.eu-central-1.elb.amazonaws.com
  enforce_security_group_inbound_rules_on_private_link_traffic:
    description: Whether inbound rules hold for traffic through AWS PrivateLink, V(on) or V(off). Null if AWS does not
      say, as for an Application Load Balancer.
    sample: null
  state:
    description: The state, in AWS's words.
    sample: active
"""

DECLARATION = Declaration(
    cloud="AWS",
    kind=LOAD_BALANCER,
    ids="load_balancer_arns",
    id="load_balancer_arn",
    selector="names",
    selector_argument={"type": "list", "elements": "str"},
    selector_problems=_name_problems,
    connection=CONNECTION,
    library="boto3",
    connect=connect(LoadBalancers),
    extra=EXTRA,
    missing=MISSING,
    texts=TEXTS,
)
