# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Instances, or rather their primary network interfaces: https://cloud.tencent.com/document/api/213/15728."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from .._ansible.options import ResourceModules, Runtime
from .._ansible.text import short_line
from .._core.adapter import OnGroups, Snapshot
from .._core.errors import ErrorKind, Failure
from .._core.kind import IdForm, Kind
from .groups import SecurityGroups
from .options import CONNECTION, SECURITY_GROUP_ID, filter_problems

if TYPE_CHECKING:
    from .client import Client, Entry, Listing

INSTANCE = Kind(
    noun="instance",
    plural="instances",
    resource_id=IdForm(re.compile("ins-[a-z0-9]{6,16}"), "ins-3t6v8r1p"),
    group_id=SECURITY_GROUP_ID,
    ordered=True,
    clearable=False,
    longest=5,
)

WRITABLE = ("RUNNING", "STOPPED")
PASSING = ("PENDING", "STARTING", "STOPPING", "REBOOTING", "SERVICE_LIVE_MIGRATE")
PASSING_BEGINNINGS = ("ENTER_", "EXIT_")


@dataclass(frozen=True, slots=True)
class _Write:
    """The last write to an instance, which its latest operation may be."""

    request_id: str | None
    groups: tuple[str, ...]


class Instances:
    """Adapter for instances."""

    kind = INSTANCE

    def __init__(self, client: Client, listing: Listing) -> None:
        self.batch = listing.batch
        self.directory = SecurityGroups(client.of("vpc"))
        self._client = client
        self._listing = listing
        self._writes: dict[str, _Write] = {}

    def select(self, filters: Mapping[str, Any] | None) -> list[str]:
        return self._listing.select(filters or {})

    def read(self, ids: Sequence[str], _on_groups: OnGroups | None = None, /) -> dict[str, Snapshot | Failure]:
        return self._listing.read(ids, self._view)

    def write(self, seen: Snapshot, groups: Sequence[str]) -> None:
        arguments = {"InstanceIds": [seen.id], "SecurityGroups": list(groups)}
        response = self._client.write("ModifyInstancesAttribute", arguments)
        self._writes[seen.id] = _Write(response.get("RequestId"), tuple(groups))

    def longest(self) -> int | None:
        return self.kind.longest

    def _view(self, entry: Entry, read_at: float) -> Snapshot:
        snapshot = _snapshot(entry, read_at)
        ours = self._writes.get(snapshot.id)
        # The latest operation may be anybody's, and the list tells more than it does.
        if (
            ours
            and ours.request_id
            and entry.text("LatestOperationState") == "FAILED"
            and entry.text("LatestOperationRequestId") == ours.request_id
            and snapshot.groups != ours.groups
        ):
            # Told once: what is read after that is what the next write is planned upon.
            del self._writes[snapshot.id]
            problem = "Tencent Cloud accepted the list and then failed to attach it; run the task again"
            if said := entry.text("LatestOperationErrorMsg"):
                problem += f" (it says: {short_line(said)})"
            failure = Failure(ErrorKind.TRANSIENT, problem, "FAILED", ours.request_id, passes=True)
            return replace(snapshot, write_failed=failure)
        return snapshot


def _snapshot(entry: Entry, read_at: float) -> Snapshot:
    state = entry.word("InstanceState")
    operating = entry.text("LatestOperationState") == "OPERATING"
    return Snapshot(
        id=entry.raw["InstanceId"],
        groups=entry.groups("SecurityGroupIds", INSTANCE.group_id),
        read_at=read_at,
        state=f"{entry.word('LatestOperation') or 'an operation'} OPERATING" if operating else str(state),
        passing=operating or _passes(state),
        blocked=_blocked(state),
        vpc_id=entry.word("VirtualPrivateCloud", "VpcId"),
        details={
            "vpc_id": entry.text("VirtualPrivateCloud", "VpcId"),
            "zone": entry.text("Placement", "Zone"),
            "name": entry.text("InstanceName"),
            "private_ip": next(iter(entry.texts("PrivateIpAddresses")), None),
            "state": state,
        },
    )


def _passes(state: str | None) -> bool:
    return state is not None and (state in PASSING or state.startswith(PASSING_BEGINNINGS))


def _blocked(state: str | None) -> Failure | None:
    # The documents do not say that the state may be missing. Where it is, the cloud itself refuses what it cannot take.
    if state is None or state in WRITABLE or _passes(state):
        return None
    problem = f"it is '{state}' and takes no change in that state; bring it to RUNNING or STOPPED, or leave it out"
    return Failure(ErrorKind.STATE, problem)


def _connect(connection: Mapping[str, Any], runtime: Runtime) -> Instances:
    # Imported here because importing the SDK takes longer than finding out that the arguments are wrong.
    from .client import Listing
    from .credentials import connect

    client = connect(connection, "cvm", runtime)
    listing = Listing(
        client,
        runtime,
        "DescribeInstances",
        ids="InstanceIds",
        entries="InstanceSet",
        id="InstanceId",
        form=INSTANCE.resource_id,
    )
    return Instances(client, listing)


INSTANCE_MODULES = ResourceModules(
    cloud="Tencent Cloud",
    kind=INSTANCE,
    ids="instance_ids",
    id="instance_id",
    selector="filters",
    selector_argument={"type": "dict"},
    selector_problems=filter_problems,
    connection=CONNECTION,
    library="tencentcloud-sdk-python-common",
    connect=_connect,
)
