# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Application and Network Load Balancers: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..._ansible.options import ResourceModules, Runtime
from ..._ansible.text import line
from ..._core.adapter import Snapshot
from ..._core.errors import CloudError, ErrorKind, Failure, Meaning
from ..._core.kind import IdForm, Kind
from ..groups import SECURITY_GROUP_ID
from ..listing import Entry, Listing, undocumented
from ..options import CONNECTION
from ..resources import Resources, group_ids

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


def _connect(connection: Mapping[str, Any], runtime: Runtime) -> LoadBalancers:
    # Imported here because importing botocore takes longer than finding out that the arguments are wrong.
    from ..session import Session

    return LoadBalancers(Session(connection, runtime), runtime)


DECLARATION = ResourceModules(
    cloud="AWS",
    kind=LOAD_BALANCER,
    ids="load_balancer_arns",
    id="load_balancer_arn",
    selector="names",
    selector_argument={"type": "list", "elements": "str"},
    selector_problems=_name_problems,
    connection=CONNECTION,
    library="boto3",
    connect=_connect,
)
