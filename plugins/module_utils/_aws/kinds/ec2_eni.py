# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Network interfaces: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkInterface.html."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ..._ansible.options import ResourceModules, Runtime
from ..._ansible.text import line
from ..._core.adapter import Snapshot
from ..._core.errors import CloudError, ErrorKind, Failure, Meaning
from ..._core.kind import Kind
from ..groups import SECURITY_GROUP_ID
from ..interfaces import BATCH, INTERFACE_ID, INTERFACES, PAGE, by_ids
from ..listing import Entry, undocumented
from ..options import CONNECTION
from ..quota import TOO_MANY, groups_per_interface
from ..resources import Resources, group_ids, tags

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


def _connect(connection: Mapping[str, Any], runtime: Runtime) -> NetworkInterfaces:
    # Imported here because importing botocore takes longer than finding out that the arguments are wrong.
    from ..session import Session

    return NetworkInterfaces(Session(connection, runtime), runtime)


DECLARATION = ResourceModules(
    cloud="AWS",
    kind=NETWORK_INTERFACE,
    ids="network_interface_ids",
    id="network_interface_id",
    selector="filters",
    selector_argument={"type": "dict"},
    selector_problems=lambda filters: list(_filter_problems(filters)),
    connection=CONNECTION,
    library="boto3",
    connect=_connect,
)
