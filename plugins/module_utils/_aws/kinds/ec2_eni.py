# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Network interfaces: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkInterface.html."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..._ansible.declaration import Declaration
from ..._ansible.text import line
from ..._core.adapter import Snapshot
from ..._core.errors import CloudError, ErrorKind, Failure, Meaning
from ..._core.kind import Kind
from ..groups import SECURITY_GROUP_ID
from ..interfaces import BATCH, INTERFACE_ID, INTERFACES, PAGE, by_ids
from ..listing import Entry, undocumented
from ..options import CONNECTION, EXTRA, MISSING
from ..quota import TOO_MANY, groups_per_interface
from ..resources import Resources, connect, group_ids, tags

NETWORK_INTERFACE = Kind(
    noun="network interface",
    plural="network interfaces",
    resource_id=INTERFACE_ID,
    group_id=SECURITY_GROUP_ID,
    ordered=False,
    clearable=False,
    longest=None,
)

NO_GROUP = Meaning(
    ErrorKind.NOT_FOUND, "a security group does not exist in the VPC of the network interface; check the IDs"
)
MEANINGS = {
    # The code for keys that do not work, and for a resource that these keys may not change.
    "AuthFailure": Meaning(
        ErrorKind.AUTH,
        "AWS does not accept the credentials, or does not let them change this network interface; check them, and who "
        "manages it",
    ),
    "IncorrectState": Meaning(
        ErrorKind.STATE, "its state allows no change now; run the task again", passes=True, doubtful=True
    ),
    "InvalidGroup.NotFound": NO_GROUP,
    "InvalidNetworkInterfaceID.NotFound": Meaning(
        ErrorKind.NOT_FOUND, "it does not exist; check its ID and the region"
    ),
    "InvalidSecurityGroupID.NotFound": NO_GROUP,
    "OperationNotPermitted": Meaning(
        ErrorKind.DENIED, "EC2 lets nobody but the service that manages it change it; remove it from the task"
    ),
    "SecurityGroupsPerInterfaceLimitExceeded": TOO_MANY,
}

OWNERS = (
    (r"EFS mount target for \S+ \((fsmt-[0-9a-f]+)\)", "{} with efs_mount_target_sg and mount_target_id"),
    (r"ELB ((?:app|net)/\S+)", "the load balancer {} with elbv2_load_balancer_sg and load_balancer_arn"),
    ("(RDSNetworkInterface)", "the DB instance with rds_instance_sg and db_instance_identifier"),
)
"""How services describe their network interfaces, and what to manage instead. Seen in many accounts, not documented."""


class NetworkInterfaces(Resources):
    """Adapter for network interfaces."""

    kind = NETWORK_INTERFACE
    listing = INTERFACES
    id = "NetworkInterfaceId"
    batch = BATCH
    writing = "ModifyNetworkInterfaceAttribute"
    permission = "ec2:ModifyNetworkInterfaceAttribute"
    meanings = MEANINGS

    def by_ids(self, ids: Sequence[str]) -> Mapping[str, Any]:
        return by_ids(ids)

    def selected_by(self, selector: Mapping[str, Any] | None) -> Iterator[Mapping[str, Any]]:
        filters = [{"Name": name, "Values": _values(value)} for name, value in (selector or {}).items()]
        yield {"Filters": filters, **PAGE}

    def send(self, client: Any, seen: Snapshot, groups: list[str]) -> None:
        client.modify_network_interface_attribute(NetworkInterfaceId=seen.id, Groups=groups)

    def longest(self) -> int | None:
        return groups_per_interface(self._session)

    def snapshot(self, entry: Entry, read_at: float) -> Snapshot:
        found, excluded = entry.get("Groups", ()), _excluded(entry)
        groups = group_ids([one.get("GroupId") for one in found])
        # Each has a group, but for some that services manage.
        if not groups and not excluded:
            raise CloudError(undocumented("the list of security groups"))
        return Snapshot(
            id=entry[self.id],
            groups=groups,
            read_at=read_at,
            state=line(entry.get("Status", "")),
            excluded=excluded,
            vpc_id=entry.get("VpcId"),
            names={one["GroupId"]: one["GroupName"] for one in found if one.get("GroupName")},
            details={
                "vpc_id": entry.get("VpcId"),
                "subnet_id": entry.get("SubnetId"),
                "availability_zone": entry.get("AvailabilityZone"),
                "name": tags(entry, "TagSet").get("Name"),
                "description": entry.get("Description"),
                "instance_id": entry.get("Attachment", {}).get("InstanceId"),
                "private_ip": entry.get("PrivateIpAddress"),
                "state": entry.get("Status"),
            },
        )


def _excluded(entry: Entry) -> Failure | None:
    operator = entry.get("Operator", {})
    if not entry.get("RequesterManaged") and not operator.get("Managed"):
        return None
    description = line(entry.get("Description", ""))
    for pattern, instead in OWNERS:
        if match := re.match(pattern, description):
            advice = f"manage {instead.format(match[1])}"
            break
    else:
        who = line(operator.get("Principal") or entry.get("RequesterId", ""))
        advice = f"manage what it belongs to ({', '.join(filter(None, (who, description))) or 'not described'})"
    said = f"an AWS service manages it, so its security groups cannot be changed here; {advice} instead"
    return Failure(ErrorKind.INVALID, f"{said}, and remove it here, in filters with requester-managed: false")


def _values(value: object) -> list[str]:
    values = value if isinstance(value, list) else [value]
    return [str(one).lower() if isinstance(one, bool) else str(one) for one in values]


def _filter_problems(filters: Mapping[str, Any]) -> Iterator[str]:
    if not filters:
        yield "filters is empty, which would select everything in the region; name a filter"
    for name, value in filters.items():
        values = value if isinstance(value, list) else [value]
        if not 0 < len(values) <= BATCH:
            yield f"the filter '{name}' has {len(values)} values; give 1 to {BATCH}"
        if not all(isinstance(one, (str, int, float)) and one != "" for one in values):
            yield f"the filter '{name}' must be a string, number or bool that is not empty, or a list of them"


TEXTS = r"""
title: EC2 network interfaces
resources: the network interfaces of Amazon EC2
refused: more groups than the account's quota allows
description:
  - The filter C(attachment.instance-id) selects the network interfaces of an instance, and C(attachment.device-index)
    V(0) in addition only its primary one.
  - A network interface that an AWS service manages is refused. The message says what to manage instead, where a module
    of this collection can.
nothing_found: Filters that nothing matches give an empty list.
selector:
  - Filters that select the network interfaces of the region that all get the same O(security_groups).
selector_info:
  - Filters that select the network interfaces of the region to show.
selector_both:
  - The names and values are those of the API call C(DescribeNetworkInterfaces). A value is a string, number or boolean,
    or a list of up to 200 of them, of which one must match. All filters must match.
  - At least one filter. V(requester-managed=false) leaves out most of what AWS services manage.
permissions:
  - to: read
    needs: [ec2:DescribeNetworkInterfaces]
  - to: write groups
    needs: [ec2:ModifyNetworkInterfaceAttribute]
    writes: true
  - to: know the quota beforehand
    needs: [ec2:DescribeAccountAttributes]
    optional: true
  - to: check groups beforehand, and take names
    needs: [ec2:DescribeSecurityGroups, ec2:GetSecurityGroupsForVpc]
    optional: true
calls:
  - task: nothing to change
    reads: 1 for each 200 network interfaces, or 1 for each 1,000 that filters select
    writes: 0
  - task: "*c* of them change"
    reads: the same, a few to read back, each for up to 200, and 1 each for quota and look-up where a list grows
    writes: "*c*"
  - task: check mode
    reads: as where nothing changes, and 1 each for quota and look-up where a list grows
    writes: 0
notes:
  - With C(ec2:DescribeAccountAttributes), lists that are longer than the account's quota are refused before anything
    is written. Without it, AWS refuses them one by one.
  - A network interface always has a security group. A task that would leave none fails.
seealso:
  - name: ModifyNetworkInterfaceAttribute
    description: The AWS API call that replaces the list.
    link: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_ModifyNetworkInterfaceAttribute.html
examples: |
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
examples_info: |
  - name: Show the groups of the network interfaces of a VPC that no service manages
    crosscloud.security_groups.ec2_eni_sg_info:
      filters:
        vpc-id: vpc-0a1b2c3d4e5f60718
        requester-managed: false
      region: eu-central-1
    register: found

  - name: Show them by network interface
    ansible.builtin.debug:
      msg: "{{ found.resources | items2dict(key_name='id', value_name='security_groups') }}"
sample:
  id: eni-0a1b2c3d4e5f60718
  before: [sg-0f9e8d7c6b5a49382]
  after: [sg-0f9e8d7c6b5a49382, sg-0a1b2c3d4e5f60718]
  names: {sg-0a1b2c3d4e5f60718: monitoring, sg-0f9e8d7c6b5a49382: web}
  code: SecurityGroupsPerInterfaceLimitExceeded
  message: >-
    the account's quota allows no list this long; name fewer security groups or have the quota 'Security groups per
    network interface' raised (ModifyNetworkInterfaceAttribute answered SecurityGroupsPerInterfaceLimitExceeded: The
    maximum number of security groups per interface has been reached.)
  request_id: 2f7a6c1e-0d1b-4c58-9d4a-0c7b1f5f0e11
details:
  vpc_id:
    description: The ID of the VPC.
    sample: vpc-0a1b2c3d4e5f60718
  subnet_id:
    description: The ID of the subnet.
    sample: subnet-0a1b2c3d4e5f60718
  availability_zone:
    description: The name of the availability zone.
    sample: eu-central-1a
  name:
    description: The value of the tag C(Name).
    sample: web-1
  description:
    description: The description. Services that make network interfaces say there what they are for.
    sample: Primary network interface
  instance_id:
    description: The ID of the instance that it is attached to.
    sample: i-0a1b2c3d4e5f60718
  private_ip:
    description: The primary private IPv4 address.
    sample: 10.0.1.17
  state:
    description: The status, in AWS's words.
    sample: in-use
"""

DECLARATION = Declaration(
    cloud="AWS",
    kind=NETWORK_INTERFACE,
    ids="network_interface_ids",
    id="network_interface_id",
    selector="filters",
    selector_argument={"type": "dict"},
    selector_problems=lambda filters: list(_filter_problems(filters)),
    connection=CONNECTION,
    library="boto3",
    connect=connect(NetworkInterfaces),
    extra=EXTRA,
    missing=MISSING,
    texts=TEXTS,
)
