# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Network interfaces that are not an instance's primary one: https://cloud.tencent.com/document/api/215/15817."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..._ansible.declaration import Declaration
from ..._ansible.options import Runtime
from ..._core.adapter import OnGroups, Snapshot
from ..._core.errors import CloudError, ErrorKind, Failure
from ..._core.kind import IdForm, Kind
from ..answers import Entry
from ..errors import VPC
from ..filters import filter_arguments, filter_problems
from ..groups import SecurityGroups
from ..listing import Listing
from ..options import CONNECTION, EXTRA, MISSING, MOVED, NO_SUCH_THING, SECURITY_GROUP_ID

if TYPE_CHECKING:
    from ..client import Client

NETWORK_INTERFACE = Kind(
    noun="network interface",
    plural="network interfaces",
    resource_id=IdForm(re.compile("eni-[a-z0-9]{6,16}"), "eni-7k2m9q4x"),
    group_id=SECURITY_GROUP_ID,
    ordered=True,
    clearable=True,
    longest=None,
)

AVAILABLE = "AVAILABLE"
DELETING = "DELETING"


class NetworkInterfaces:
    """Adapter for network interfaces."""

    kind = NETWORK_INTERFACE

    def __init__(self, client: Client, listing: Listing) -> None:
        self.batch = listing.batch
        self.directory = SecurityGroups(client)
        self._client = client
        self._listing = listing

    def select(self, filters: Mapping[str, Any] | None) -> list[str]:
        return self._listing.select(filter_arguments(filters or {}))

    def read(self, ids: Sequence[str], _on_groups: OnGroups | None = None, /) -> dict[str, Snapshot | Failure]:
        return self._listing.read(ids, _snapshot)

    def write(self, seen: Snapshot, groups: Sequence[str]) -> None:
        if groups:
            arguments = {"NetworkInterfaceId": seen.id, "SecurityGroupIds": list(groups)}
            try:
                self._client.write("ModifyNetworkInterfaceAttribute", arguments)
            except CloudError as error:
                raise CloudError(_with_groups(error.failure, seen, groups)) from None
        else:
            # No document says what Modify does with an empty list, but this call's says that it may detach all.
            arguments = {"NetworkInterfaceIds": [seen.id], "SecurityGroupIds": list(seen.groups)}
            self._client.write("DisassociateNetworkInterfaceSecurityGroups", arguments)

    def longest(self) -> int | None:
        # No call tells the account's quota.
        return None


def _snapshot(entry: Entry, read_at: float) -> Snapshot:
    # The documents do not say that State may be missing. Where it is, the cloud itself refuses what it cannot take.
    state = entry.word("State") or AVAILABLE
    return Snapshot(
        id=entry.raw["NetworkInterfaceId"],
        groups=entry.groups("GroupSet", NETWORK_INTERFACE.group_id),
        read_at=read_at,
        state=state,
        passing=state not in (AVAILABLE, DELETING),
        blocked=_deleted() if state == DELETING else None,
        excluded=_primary(entry) if entry.flag("Primary") else None,
        vpc_id=entry.word("VpcId"),
        details={
            "vpc_id": entry.text("VpcId"),
            "subnet_id": entry.text("SubnetId"),
            "zone": entry.text("Zone"),
            "name": entry.text("NetworkInterfaceName"),
            "instance_id": entry.text("Attachment", "InstanceId"),
            "primary": entry.flag("Primary"),
            "private_ip": _private_ip(entry),
            "state": entry.text("State"),
        },
    )


def _with_groups(failure: Failure, seen: Snapshot, groups: Sequence[str]) -> Failure:
    """Return a refusal with the groups that it is about: the code is the same for those and for the interface."""
    attached = [one for one in groups if one not in seen.groups]
    if failure.kind is not ErrorKind.NOT_FOUND or not attached:
        return failure
    which = f"security group {attached[0]}" if len(attached) == 1 else f"one of {', '.join(attached)}"
    said = failure.message.removeprefix(NO_SUCH_THING)
    return replace(failure, message=f"{which} does not exist in the region; check the ids and the region{said}")


def _deleted() -> Failure:
    return Failure(ErrorKind.STATE, f"it is '{DELETING}' and takes no change any more; leave it out")


def _primary(entry: Entry) -> Failure:
    instance = entry.word("Attachment", "InstanceId") or "an instance"
    return Failure(
        ErrorKind.INVALID,
        f"it is the primary network interface of {instance}, whose security groups are managed with qcloud_cvm_sg "
        "and instance_id; leave it out here, in filters with is-primary: false",
    )


def _private_ip(entry: Entry) -> str | None:
    addresses = entry.entries("PrivateIpAddressSet")
    return next((one.text("PrivateIpAddress") for one in addresses if one.flag("Primary")), None)


def _connect(connection: Mapping[str, Any], runtime: Runtime) -> NetworkInterfaces:
    # Imported here because importing the SDK takes longer than finding out that the arguments are wrong.
    from ..credentials import connect

    client = connect(connection, VPC, runtime)
    listing = Listing(
        client,
        runtime,
        "DescribeNetworkInterfaces",
        ids="NetworkInterfaceIds",
        entries="NetworkInterfaceSet",
        id="NetworkInterfaceId",
        form=NETWORK_INTERFACE.resource_id,
    )
    return NetworkInterfaces(client, listing)


TEXTS = r"""
title: Tencent Cloud network interfaces (ENI)
resources: elastic network interfaces (ENI) of Tencent Cloud
refused: a primary one
description:
  - The groups of an instance's primary network interface are those of the instance, and the module
    M(crosscloud.security_groups.qcloud_cvm_sg) manages them. This module refuses a primary network interface, whether
    or not its groups would change.
description_info:
  - Primary network interfaces are shown like all others.
nothing_found: Filters that fit nothing give an empty list.
selector:
  - Filters that select the network interfaces that all get the same O(security_groups).
  - Add V(is-primary) with V(false) where the other filters would select primary network interfaces too.
selector_info:
  - Filters that select the network interfaces to show.
selector_both:
  - By the names that the API gives them, such as V(vpc-id), V(subnet-id), V(attachment.instance-id),
    V(groups.security-group-id), V(is-primary) or V(tag:NAME), each with a value or a list of values.
  - A network interface is selected if each filter fits it, and a filter fits if one of its values does.
  - At least 1 and at most 10 filters, each with at most 5 values.
permissions:
  - to: read
    needs: [vpc:DescribeNetworkInterfaces]
  - to: write groups
    needs: [vpc:ModifyNetworkInterfaceAttribute]
    writes: true
  - to: detach all groups at once, and for nothing else
    needs: [vpc:DisassociateNetworkInterfaceSecurityGroups]
    option: O(allow_empty)
    writes: true
  - to: check groups beforehand, and take names
    needs: [vpc:DescribeSecurityGroups]
    optional: true
calls:
  - task: nothing to change, or check mode
    reads: one for every 100, begun or full
    writes: 0
  - task: "*c* of them change"
    reads: the same, and about one a second until the last is read back
    writes: "*c*"
  - task: "`filters`"
    reads: one more for every 100 selected
    writes: ""
notes_both:
  - Up to 100 network interfaces are read with one call.
notes:
  - A network interface that is not C(AVAILABLE) is waited for before it is written. One that is C(DELETING) is refused
    when its groups would have to change.
  - How many groups a network interface may have is a quota of the account, which no call tells. Where a list is too
    long, Tencent Cloud refuses it.
seealso:
  - module: crosscloud.security_groups.qcloud_cvm_sg
  - name: DescribeNetworkInterfaces
    description: The API call that reads the list, with the filters it takes.
    link: https://cloud.tencent.com/document/api/215/15817
examples: |
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
examples_info: |
  - name: Show the groups of all network interfaces of an instance
    crosscloud.security_groups.qcloud_eni_sg_info:
      filters:
        attachment.instance-id: ins-3t6v8r1p
      region: ap-guangzhou
    register: found

  - name: Show them by network interface
    ansible.builtin.debug:
      msg: "{{ found.resources | items2dict(key_name='id', value_name='security_groups') }}"
sample:
  id: eni-7k2m9q4x
  before: [sg-5d8n2w7c, sg-1h4j6b9s]
  after: [sg-1h4j6b9s, sg-5d8n2w7c, sg-6r2y8g3f]
  names: {sg-1h4j6b9s: web, sg-5d8n2w7c: deny-all}
  code: ResourceNotFound
  message: it does not exist; check its id and the region (DescribeNetworkInterfaces answered ResourceNotFound)
  request_id: 3f1b9d3c-6f0e-4c58-9d4a-0c7b1f5f0e11
details:
  vpc_id:
    description: The ID of the VPC.
    sample: vpc-2kx9z6h3
  subnet_id:
    description: The ID of the subnet.
    sample: subnet-8v3n6j1q
  zone:
    description: The availability zone.
    sample: ap-guangzhou-6
  name:
    description: The name of the network interface.
    sample: web-1-eth1
  instance_id:
    description: The ID of the instance that the network interface is attached to, or null.
    sample: ins-3t6v8r1p
  primary:
    description: Whether it is the primary network interface of an instance.
    type: bool
    sample: false
  private_ip:
    description: The primary private IPv4 address.
    sample: 10.0.1.17
  state:
    description: The state, in Tencent Cloud's words.
    sample: AVAILABLE
"""

DECLARATION = Declaration(
    cloud="Tencent Cloud",
    kind=NETWORK_INTERFACE,
    ids="network_interface_ids",
    id="network_interface_id",
    selector="filters",
    selector_argument={"type": "dict"},
    selector_problems=filter_problems,
    connection=CONNECTION,
    library="tencentcloud-sdk-python-common",
    connect=_connect,
    extra=EXTRA,
    missing=MISSING,
    moved=MOVED,
    texts=TEXTS,
)
