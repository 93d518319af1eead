# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Network interfaces that are not an instance's primary one: https://cloud.tencent.com/document/api/215/15817."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from .._ansible.options import ResourceModules, Runtime
from .._core.adapter import OnGroups, Snapshot
from .._core.errors import CloudError, ErrorKind, Failure
from .._core.kind import IdForm, Kind
from .groups import SecurityGroups
from .options import CONNECTION, NO_SUCH_THING, SECURITY_GROUP_ID, filter_problems

if TYPE_CHECKING:
    from .client import Client, Entry, Listing

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
        self.directory = SecurityGroups(client.of("vpc"))
        self._client = client
        self._listing = listing

    def select(self, filters: Mapping[str, Any] | None) -> list[str]:
        return self._listing.select(filters or {})

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
    from .client import Listing
    from .credentials import connect

    client = connect(connection, "vpc", runtime)
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


NETWORK_INTERFACE_MODULES = ResourceModules(
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
)
