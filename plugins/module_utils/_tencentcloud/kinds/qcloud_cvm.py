# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Instances, or rather their primary network interfaces: https://cloud.tencent.com/document/api/213/15728."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..._ansible.declaration import Declaration
from ..._ansible.options import Runtime
from ..._core.adapter import OnGroups, Snapshot
from ..._core.errors import ErrorKind, Failure
from ..._core.kind import IdForm, Kind
from ..answers import Entry, came_to_nothing
from ..errors import Service
from ..filters import filter_arguments, filter_problems
from ..groups import SecurityGroups
from ..listing import Listing
from ..options import CONNECTION, EXTRA, MISSING, MOVED, SECURITY_GROUP_ID

if TYPE_CHECKING:
    from ..client import Client

CVM = Service("cvm", "2017-03-12", unknown_id=("ResourceNotFound*", "InvalidParameterValue.*", "InvalidInstanceId.*"))

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
        self.directory = SecurityGroups(client)
        self._client = client
        self._listing = listing
        self._writes: dict[str, _Write] = {}

    def select(self, filters: Mapping[str, Any] | None) -> list[str]:
        return self._listing.select(filter_arguments(filters or {}))

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
            failure = came_to_nothing(entry.text("LatestOperationErrorMsg"), ours.request_id)
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
    from ..credentials import connect

    client = connect(connection, CVM, runtime)
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


TEXTS = r"""
title: Tencent Cloud CVM instances
resources: CVM instances of Tencent Cloud
refused: more than five groups
description:
  - The groups of an instance are those of its primary network interface, and of no other. The groups of its other
    network interfaces are managed with the module M(crosscloud.security_groups.qcloud_eni_sg).
description_info:
  - These are the groups of the primary network interface. Those of an instance's other network interfaces are shown by
    the module M(crosscloud.security_groups.qcloud_eni_sg_info).
nothing_found: Filters that fit nothing give an empty list.
selector:
  - Filters that select the instances that all get the same O(security_groups).
selector_info:
  - Filters that select the instances to show.
selector_both:
  - By the names that the API gives them, such as V(zone), V(vpc-id), V(instance-name), V(instance-state),
    V(security-group-id) or V(tag:NAME), each with a value or a list of values.
  - An instance is selected if each filter fits it, and a filter fits if one of its values does.
  - At least 1 and at most 10 filters, each with at most 5 values.
permissions:
  - to: read
    needs: [cvm:DescribeInstances]
  - to: write groups
    needs: [cvm:ModifyInstancesAttribute]
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
  - Up to 100 instances are read with one call.
notes:
  - An instance that is C(RUNNING) or C(STOPPED) can be changed. States that pass, such as C(STARTING) or C(REBOOTING),
    and operations that are under way are waited for. An instance in another state, such as C(SHUTDOWN) or
    C(RESCUE_MODE), is refused when its groups would have to change.
  - An instance has at least one security group and at most five. A task that would leave none fails.
seealso:
  - module: crosscloud.security_groups.qcloud_eni_sg
  - name: DescribeInstances
    description: The API call that reads the list, with the filters it takes.
    link: https://cloud.tencent.com/document/api/213/15728
  - name: ModifyInstancesAttribute
    description: The API call that replaces the list.
    link: https://www.tencentcloud.com/document/product/213/33246
examples: |
  - name: Let a group take effect before all others of an instance
    crosscloud.security_groups.qcloud_cvm_sg:
      instance_id: ins-3t6v8r1p
      security_groups: sg-1h4j6b9s
      position: first
      region: ap-guangzhou

  - name: Detach a group from all instances of a VPC that have it
    crosscloud.security_groups.qcloud_cvm_sg:
      filters:
        vpc-id: vpc-2kx9z6h3
        security-group-id: sg-5d8n2w7c
      security_groups: sg-5d8n2w7c
      state: absent
      region: ap-guangzhou

  - name: Give two instances their exact groups in order, unless more than one would change
    crosscloud.security_groups.qcloud_cvm_sg:
      state: exact
      max_changes: 1
      attachments:
        - id: ins-3t6v8r1p
          security_groups: [sg-1h4j6b9s, sg-5d8n2w7c]
        - id: ins-9d4x2m7k
          security_groups: [sg-5d8n2w7c]
      region: ap-guangzhou

  - name: Report drift without changing anything
    crosscloud.security_groups.qcloud_cvm_sg:
      instance_id: ins-3t6v8r1p
      security_groups: [sg-1h4j6b9s, sg-5d8n2w7c]
      state: exact
      region: ap-guangzhou
    check_mode: true
    diff: true
    register: drift
examples_info: |
  - name: Show the groups of the running instances of a VPC
    crosscloud.security_groups.qcloud_cvm_sg_info:
      filters:
        vpc-id: vpc-2kx9z6h3
        instance-state: RUNNING
      region: ap-guangzhou
    register: found

  - name: Show them by instance
    ansible.builtin.debug:
      msg: "{{ found.resources | items2dict(key_name='id', value_name='security_groups') }}"
sample:
  id: ins-3t6v8r1p
  before: [sg-5d8n2w7c, sg-1h4j6b9s]
  after: [sg-1h4j6b9s, sg-5d8n2w7c, sg-6r2y8g3f]
  names: {sg-1h4j6b9s: web, sg-5d8n2w7c: deny-all}
  code: InvalidInstanceId.NotFound
  message: it does not exist; check its id and the region (DescribeInstances answered InvalidInstanceId.NotFound)
  request_id: 3f1b9d3c-6f0e-4c58-9d4a-0c7b1f5f0e11
details:
  vpc_id:
    description: The ID of the VPC.
    sample: vpc-2kx9z6h3
  zone:
    description: The availability zone.
    sample: ap-guangzhou-6
  name:
    description: The name of the instance.
    sample: web-1
  private_ip:
    description: The first private IPv4 address of the primary network interface.
    sample: 10.0.1.16
  state:
    description: The state, in Tencent Cloud's words.
    sample: RUNNING
"""

DECLARATION = Declaration(
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
    extra=EXTRA,
    missing=MISSING,
    moved=MOVED,
    texts=TEXTS,
)
