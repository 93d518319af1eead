# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Load balancers of CLB: https://cloud.tencent.com/document/api/214/34610 and the calls beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..._ansible.declaration import Declaration
from ..._ansible.options import Runtime
from ..._core.adapter import OnGroups, Snapshot
from ..._core.errors import CloudError, ErrorKind, Failure, Meaning
from ..._core.kind import IdForm, Kind
from ..answers import Entry, came_to_nothing
from ..errors import BUSY, PERHAPS_PASSING_STATE, Service
from ..filters import Parameters, filter_arguments
from ..groups import SecurityGroups
from ..listing import Listing
from ..options import CONNECTION, EXTRA, MISSING, MOVED, NO_SUCH_THING, SECURITY_GROUP_ID

if TYPE_CHECKING:
    from ..client import Client

CLB = Service(
    "clb",
    "2018-03-17",
    meanings=(
        ("FailedOperation.ResourceInOperating", BUSY),
        # The documents do not say which states are meant.
        ("FailedOperation.InvalidLBStatus", PERHAPS_PASSING_STATE),
        ("InvalidParameter.LBIdNotFound", Meaning(ErrorKind.NOT_FOUND, NO_SUCH_THING)),
    ),
    unknown_id=("InvalidParameter.LBIdNotFound", "ResourceNotFound*"),
)

LOAD_BALANCER = Kind(
    noun="load balancer",
    plural="load balancers",
    resource_id=IdForm(re.compile("lb-[a-z0-9]{6,16}"), "lb-6r9w2k5t"),
    group_id=SECURITY_GROUP_ID,
    ordered=True,
    clearable=True,
    longest=None,
)

BATCH = 20

FILTERS = Parameters(
    {"LoadBalancerType": str, "VpcId": str, "SecurityGroup": str, "ProjectId": int, "Forward": int},
    ("charge-type", "internet-charge-type", "master-zone-id", "tag-key", "vip-isp", "sla-type"),
)

CREATING, RUNNING = 0, 1
STATES = {CREATING: "creating", RUNNING: "running"}
TASK_FAILED, TASK_RUNNING = 1, 2

INTERNAL = "INTERNAL"
CLASSIC = 0
NO_VPC = ("", "0")


@dataclass(frozen=True, slots=True)
class _Task:
    """What a write started, and the list that it sets."""

    id: str
    groups: tuple[str, ...]


class LoadBalancers:
    """Adapter for load balancers. A write starts a task of the cloud, and is done once that is."""

    kind = LOAD_BALANCER
    batch = BATCH

    def __init__(self, client: Client, runtime: Runtime, listing: Listing) -> None:
        self.directory = SecurityGroups(client)
        self._client = client
        self._together = runtime.together
        self._listing = listing
        self._tasks: dict[str, _Task] = {}

    def select(self, filters: Mapping[str, Any] | None) -> list[str]:
        given = filters or {}
        others = {name: value for name, value in given.items() if name not in FILTERS.types}
        # The oldest first, so that a new one moves no others to another page.
        order = {"OrderBy": "CreateTime", "OrderType": 0}
        return self._listing.select({**FILTERS.arguments(given), **filter_arguments(others), **order})

    def read(self, ids: Sequence[str], _on_groups: OnGroups | None = None, /) -> dict[str, Snapshot | Failure]:
        # Before the lists, so that a list is never older than the end of the task that set it.
        asked = [one for one in ids if one in self._tasks]
        said = dict(zip(asked, self._together(self._ask, asked), strict=True))
        failed = {one: answer for one, answer in said.items() if isinstance(answer, Failure)}
        told = {one: answer for one, answer in said.items() if isinstance(answer, Entry)}
        read = self._listing.read([one for one in ids if one not in failed], lambda *entry: self._view(*entry, told))
        return {one: failed[one] if one in failed else read[one] for one in ids}

    def write(self, seen: Snapshot, groups: Sequence[str]) -> None:
        self._tasks.pop(seen.id, None)
        arguments = {"LoadBalancerId": seen.id, "SecurityGroups": list(groups)}
        response = self._client.write("SetLoadBalancerSecurityGroups", arguments)
        if task := Entry(response).text("RequestId"):
            self._tasks[seen.id] = _Task(task, tuple(groups))

    def longest(self) -> int | None:
        # The documents name 5, which can be raised, and 50. No call tells the account's quota.
        return None

    def _ask(self, balancer: str) -> Entry | Failure:
        """Return what is said of the last write's task: nothing where it cannot be told, so that the list decides."""
        try:
            return Entry(self._client.call("DescribeTaskStatus", {"TaskId": self._tasks[balancer].id}))
        except CloudError as error:
            return error.failure if error.failure.passes else Entry({})

    def _view(self, entry: Entry, read_at: float, told: Mapping[str, Entry]) -> Snapshot:
        snapshot = _snapshot(entry, read_at)
        said = told.get(snapshot.id)
        if said is None:
            return snapshot
        if said.number("Status") == TASK_RUNNING:
            return replace(snapshot, state="changing its security groups", passing=True)
        task = self._tasks.pop(snapshot.id)
        if said.number("Status") == TASK_FAILED and snapshot.groups != task.groups:
            failure = replace(came_to_nothing(said.text("Message"), task.id), doubtful=True)
            return replace(snapshot, write_failed=failure)
        return snapshot


def _snapshot(entry: Entry, read_at: float) -> Snapshot:
    # The documents name two states, and do not say that there are no others. The cloud refuses what it cannot take.
    status = entry.number("Status")
    return Snapshot(
        id=entry.raw["LoadBalancerId"],
        groups=entry.groups("SecureGroups", LOAD_BALANCER.group_id),
        read_at=read_at,
        state=STATES.get(status, str(status)),
        passing=status == CREATING,
        excluded=_without_groups(entry),
        vpc_id=entry.word("VpcId") or None,
        details={
            "vpc_id": entry.text("VpcId"),
            "name": entry.text("LoadBalancerName"),
            "type": entry.text("LoadBalancerType"),
            "address": next(iter(entry.texts("LoadBalancerVips")), None),
            "domain": entry.text("LoadBalancerDomain") or None,
            "passes_to_targets": entry.flag("LoadBalancerPassToTarget"),
            "state": None if status is None else STATES.get(status, str(status)),
        },
    )


def _without_groups(entry: Entry) -> Failure | None:
    if entry.text("LoadBalancerType") != INTERNAL:
        return None
    if entry.number("Forward") == CLASSIC:
        what = "a classic private network load balancer"
    elif entry.text("VpcId") in NO_VPC:
        what = "a private network load balancer in the classic network"
    else:
        return None
    return Failure(ErrorKind.INVALID, f"it is {what}, which can have no security groups; leave it out")


def _connect(connection: Mapping[str, Any], runtime: Runtime) -> LoadBalancers:
    # Imported here because importing the SDK takes longer than finding out that the arguments are wrong.
    from ..credentials import connect

    client = connect(connection, CLB, runtime)
    listing = Listing(
        client,
        runtime,
        "DescribeLoadBalancers",
        ids="LoadBalancerIds",
        entries="LoadBalancerSet",
        id="LoadBalancerId",
        form=LOAD_BALANCER.resource_id,
        batch=BATCH,
    )
    return LoadBalancers(client, runtime, listing)


TEXTS = r"""
title: Tencent Cloud load balancers (CLB)
resources: load balancers (CLB) of Tencent Cloud
refused: a classic private network load balancer, which can have none
order: >-
  No document says whether the order of a load balancer's groups means anything. In case it does, the list is treated as
  ordered, as that of an instance is.
description_info:
  - Load balancers that can have no security groups are shown like all others.
nothing_found: Filters that fit nothing give an empty list.
selector:
  - Filters that select the load balancers that all get the same O(security_groups).
selector_info:
  - Filters that select the load balancers to show.
selector_both:
  - By the names that the API gives them. V(LoadBalancerType), V(VpcId), V(SecurityGroup), V(ProjectId) and V(Forward)
    take one value. V(tag:NAME), V(tag-key), V(charge-type), V(internet-charge-type), V(master-zone-id), V(vip-isp) and
    V(sla-type) take a value or a list of values.
  - A load balancer is selected if each filter fits it, and a filter fits if one of its values does.
  - At least 1 and at most 10 filters, each with at most 100 values. A name that is not listed here is refused.
allow_empty:
  - Detaching all groups widens access. A load balancer without security groups is not protected by any, and probably
    lets in all traffic to the ports of its listeners.
permissions:
  - to: read
    needs: [clb:DescribeLoadBalancers]
  - to: write groups
    needs: [clb:SetLoadBalancerSecurityGroups]
    writes: true
  - to: learn at once that a change failed, and why
    needs: [clb:DescribeTaskStatus]
    optional: true
    writes: true
  - to: check groups beforehand, and take names
    needs: [vpc:DescribeSecurityGroups]
    optional: true
calls:
  - task: nothing to change, or check mode
    reads: 1 for every 20, begun or full
    writes: 0
  - task: "*c* of them change"
    reads: the same, and about one a second until the last is read back, and at least one more for each that changes
    writes: "*c*"
  - task: "`filters`"
    reads: one more for every 100 selected
    writes: 0
notes_both:
  - Up to 20 load balancers are read with one call.
notes:
  - Tencent Cloud accepts a change and carries it out afterwards. The module follows that task with
    C(DescribeTaskStatus) and then reads the list back. Without the permission for that call, the list alone decides.
  - A load balancer that is being created is waited for before it is written.
  - Classic private network load balancers, and private network load balancers in the classic network, can have no
    security groups. They are refused, whether or not their groups would change.
  - How many groups a load balancer may have is a quota of the account, 5 unless it was raised, which no call tells.
    Where a list is too long, Tencent Cloud refuses it.
  - If a private network load balancer has an elastic IP address (EIP), its security groups may not apply to traffic
    from that address. If RV(resources[].details.passes_to_targets) is true, the security groups of its targets do not
    apply to traffic from the load balancer, so that its own groups are all that protects them.
seealso:
  - module: crosscloud.security_groups.qcloud_eni_sg
  - name: DescribeLoadBalancers
    description: The API call that reads the list, with the filters it takes.
    link: https://cloud.tencent.com/document/api/214/30685
  - name: SetLoadBalancerSecurityGroups
    description: The API call that replaces the list.
    link: https://www.tencentcloud.com/document/product/214/33798
examples: |
  - name: Attach a group to a load balancer, behind its others
    crosscloud.security_groups.qcloud_clb_sg:
      load_balancer_id: lb-6r9w2k5t
      security_groups: sg-5d8n2w7c
      region: ap-guangzhou

  - name: Detach a group from all public load balancers of a VPC that have it
    crosscloud.security_groups.qcloud_clb_sg:
      filters:
        LoadBalancerType: OPEN
        VpcId: vpc-2kx9z6h3
        SecurityGroup: sg-5d8n2w7c
      security_groups: sg-5d8n2w7c
      state: absent
      region: ap-guangzhou

  - name: Give two load balancers their exact groups in order, unless more than one would change
    crosscloud.security_groups.qcloud_clb_sg:
      state: exact
      max_changes: 1
      attachments:
        - id: lb-6r9w2k5t
          security_groups: [sg-1h4j6b9s, sg-5d8n2w7c]
        - id: lb-2m8x4q7d
          security_groups: [sg-5d8n2w7c]
      region: ap-guangzhou

  - name: Detach all groups, which opens the load balancer to everybody
    crosscloud.security_groups.qcloud_clb_sg:
      load_balancer_id: lb-6r9w2k5t
      security_groups: []
      state: exact
      allow_empty: true
      region: ap-guangzhou

  - name: Report drift without changing anything
    crosscloud.security_groups.qcloud_clb_sg:
      load_balancer_id: lb-6r9w2k5t
      security_groups: [sg-1h4j6b9s, sg-5d8n2w7c]
      state: exact
      region: ap-guangzhou
    check_mode: true
    diff: true
    register: drift
examples_info: |
  - name: Show the groups of the load balancers of a VPC
    crosscloud.security_groups.qcloud_clb_sg_info:
      filters:
        VpcId: vpc-2kx9z6h3
      region: ap-guangzhou
    register: found

  - name: Show load balancers without security groups
    ansible.builtin.debug:
      msg: "{{ found.resources | rejectattr('security_groups') | map(attribute='id') }}"
sample:
  id: lb-6r9w2k5t
  before: [sg-5d8n2w7c, sg-1h4j6b9s]
  after: [sg-1h4j6b9s, sg-5d8n2w7c, sg-6r2y8g3f]
  names: {sg-1h4j6b9s: web, sg-5d8n2w7c: deny-all}
  code: InvalidParameter.LBIdNotFound
  message: it does not exist; check its id and the region (DescribeLoadBalancers answered InvalidParameter.LBIdNotFound)
  request_id: 3f1b9d3c-6f0e-4c58-9d4a-0c7b1f5f0e11
details:
  vpc_id:
    description: The ID of the VPC.
    sample: vpc-2kx9z6h3
  name:
    description: The name of the load balancer.
    sample: web-1
  type:
    description: V(OPEN) for a public network, V(INTERNAL) for a private one.
    sample: OPEN
  address:
    description: The first virtual IP address.
    sample: 203.0.113.17
  domain:
    description: The domain name, or null.
    sample: lb-6r9w2k5t-1k3m5p7r.clb.gz-tencentclb.com
  passes_to_targets:
    description: Whether traffic from the load balancer passes the security groups of its targets.
    type: bool
    sample: false
  state:
    description: V(creating) or V(running), or the number that Tencent Cloud has for another state.
    sample: running
"""

DECLARATION = Declaration(
    cloud="Tencent Cloud",
    kind=LOAD_BALANCER,
    ids="load_balancer_ids",
    id="load_balancer_id",
    selector="filters",
    selector_argument={"type": "dict"},
    selector_problems=FILTERS.problems,
    connection=CONNECTION,
    library="tencentcloud-sdk-python-common",
    connect=_connect,
    extra=EXTRA,
    missing=f"{MISSING}; without any group, it probably lets in everything",
    moved=MOVED,
    texts=TEXTS,
)
