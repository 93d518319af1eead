# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Instances of TencentDB for MySQL: https://cloud.tencent.com/document/api/236/15850 and the calls beside it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..._ansible.declaration import Declaration
from ..._ansible.options import Runtime
from ..._core.adapter import Snapshot
from ..._core.errors import ErrorKind, Failure, Meaning
from ..._core.kind import IdForm, Kind
from ..answers import Entry
from ..databases import Databases, Product
from ..errors import BUSY, DENIED, PERHAPS_FAILED, PERHAPS_PASSING_STATE, Service
from ..filters import TAG, Parameters, texts
from ..options import CONNECTION, EXTRA, MISSING, NO_SUCH_THING, SECURITY_GROUP_ID

NO_INSTANCE = Meaning(ErrorKind.NOT_FOUND, NO_SUCH_THING)
GROUPS_FAILED = Meaning(
    ErrorKind.TRANSIENT,
    "Tencent Cloud failed to change the security groups; check that they exist in the region and run the task again",
    passes=True,
    doubtful=True,
)

PERHAPS_DENIED = Meaning(
    ErrorKind.STATE,
    "Tencent Cloud denies the operation, perhaps because of the instance's state; look at it and run the task again",
    passes=True,
    doubtful=True,
)

CDB = Service(
    "cdb",
    "2017-03-20",
    meanings=(
        ("InvalidParameter.InstanceNotFound", NO_INSTANCE),
        ("InvalidParameter.ResourceNot*", NO_INSTANCE),
        # Of groups, of instances and of much else; the documents do not say which of them pass.
        ("InternalError.DfwError", GROUPS_FAILED),
        ("InternalError.SecurityGroupError", GROUPS_FAILED),
        ("InternalError.ResourceNotUnique", GROUPS_FAILED),
        ("InternalError.DatabaseAccessError", PERHAPS_FAILED),
        ("CdbError*", PERHAPS_FAILED),
        ("AuthFailure.SubAccountDenied", DENIED),
        ("OperationDenied.SubAccountOperationDenied", DENIED),
        ("OperationDenied.UserHasNoStrategy", DENIED),
        ("OperationDenied", PERHAPS_DENIED),
        *(
            (f"OperationDenied.{code}", BUSY)
            for code in ("ActionInProcess", "FlowConflict", "InstanceLockerConflict", "InstanceTaskRunning")
        ),
        *(
            (f"FailedOperation.{code}", BUSY)
            for code in (
                "CdbInstanceLockFailError",
                "InstanceTaskConflictError",
                "OperationInConflictError",
                "StatusConflict",
                "TaskConflictError",
            )
        ),
        *(
            (f"OperationDenied.{code}", PERHAPS_PASSING_STATE)
            for code in ("InstanceStatusError", "InstanceTaskStatusError", "WrongStatus")
        ),
    ),
    # With the first of these an unknown ID is refused as well, as other tools have found.
    unknown_id=("InvalidParameter", "InvalidParameter.InstanceNotFound", "ResourceNotFound*"),
)

DB_INSTANCE = Kind(
    noun="instance",
    plural="instances",
    # Those with ro are read-only ones, and are told apart from what is no id at all.
    resource_id=IdForm(re.compile("cdb(?:ro)?-[a-z0-9]{6,16}"), "cdb-4k7m2x9q"),
    group_id=SECURITY_GROUP_ID,
    ordered=False,
    clearable=False,
    longest=None,
)

CREATING, RUNNING = 0, 1
STATES = {CREATING: "creating", RUNNING: "running", 4: "isolating", 5: "isolated"}

NO_TASK = 0
TASKS = {
    1: "upgrading",
    2: "importing data",
    3: "opening a replica",
    4: "opening public access",
    5: "running a batch operation",
    6: "rolling back",
    7: "closing public access",
    8: "changing a password",
    9: "changing the name",
    10: "restarting",
    12: "migrating",
    13: "deleting databases or tables",
    14: "synchronizing for disaster recovery",
    16: "switching over",
}
"""Tasks that run. The others wait for a time window or for a person, and may do so for days."""

READ_ONLY = 3
MANAGED_TYPES = {1: "master", 2: "disaster recovery"}

FILTERS = Parameters(
    {"UniqueVpcIds": list, "UniqSubnetIds": list, "SecurityGroupId": str, "EngineVersions": list, "ProjectId": int}
)


def filter_problems(filters: Mapping[str, Any]) -> list[str]:
    """Return what is wrong with filters; the documents do not say what several tags mean together."""
    tags = [name for name in filters if name.startswith(TAG)]
    problems = FILTERS.problems(filters)
    if not problems and (sum(len(texts(filters[tag])) for tag in tags) > 1):
        problems = [f"filters has more than one tag, or several values for one ({', '.join(tags)}); give one tag"]
    return problems


def _selection(filters: Mapping[str, Any]) -> Mapping[str, Any]:
    tags = [
        {"Key": name.removeprefix(TAG), "Value": texts(value)[0]}
        for name, value in filters.items()
        if name.startswith(TAG)
    ]
    return {
        **FILTERS.arguments(filters),
        **({"WithSecurityGroup": 1} if "SecurityGroupId" in filters else {}),
        **({"Tags": tags} if tags else {}),
        "InstanceTypes": list(MANAGED_TYPES),
        # The oldest first, so that a new one moves no others to another page.
        "OrderBy": "createTime",
        "OrderDirection": "ASC",
    }


def _view(entry: Entry, read_at: float) -> Snapshot | Failure:
    instance, kind_of = entry.raw["InstanceId"], entry.number("InstanceType")
    # In the calls about groups the ID of a read-only instance stands for its group of such instances.
    if kind_of == READ_ONLY or instance.startswith("cdbro-"):
        problem = "it is a read-only instance, which shares its security groups with its read-only group"
        return Failure(ErrorKind.INVALID, f"{problem}; leave it out, and manage them in Tencent Cloud's console")
    status, task = entry.number("Status"), entry.number("TaskStatus")
    state = None if status is None else STATES.get(status, str(status))
    doing = TASKS.get(task) if task is not None else None
    return Snapshot(
        id=instance,
        groups=(),
        read_at=read_at,
        state=doing or str(state),
        passing=status == CREATING or doing is not None,
        blocked=_blocked(status, state),
        vpc_id=entry.word("UniqVpcId") or None,
        details={
            "vpc_id": entry.text("UniqVpcId"),
            "subnet_id": entry.text("UniqSubnetId"),
            "name": entry.text("InstanceName"),
            "type": MANAGED_TYPES.get(kind_of) if kind_of is not None else None,
            "engine_version": entry.text("EngineVersion"),
            "private_ip": entry.text("Vip"),
            "state": state,
            "task": doing,
        },
    )


def _blocked(status: int | None, state: str | None) -> Failure | None:
    # The documents do not say that the state may be missing. Where it is, the cloud itself refuses what it cannot take.
    if status in (None, CREATING, RUNNING):
        return None
    return Failure(ErrorKind.STATE, f"it is '{state}' and takes no change in that state; restore it, or leave it out")


MYSQL = Product(
    service=CDB,
    kind=DB_INSTANCE,
    describe="DescribeDBInstances",
    ids="InstanceIds",
    items="Items",
    id="InstanceId",
    read="DescribeDBSecurityGroups",
    groups="Groups",
    write="ModifyDBInstanceSecurityGroups",
    sent="SecurityGroupIds",
    selection=_selection,
    view=_view,
)


def _connect(connection: Mapping[str, Any], runtime: Runtime) -> Databases:
    # Imported here because importing the SDK takes longer than finding out that the arguments are wrong.
    from ..credentials import connect

    return Databases(MYSQL, connect(connection, MYSQL.service, runtime), runtime)


TEXTS = r"""
title: TencentDB for MySQL instances
resources: instances of TencentDB for MySQL
refused: a read-only instance
order: >-
  The order of the groups is not compared, because no document says that it means anything, or that Tencent Cloud shows
  groups in the order in which they were written. Groups that are attached are sent in the order that Tencent Cloud
  shows, and new ones behind them in the order given.
description:
  - Manages master and disaster recovery instances. In Tencent Cloud's calls about security groups, the ID of a
    read-only instance stands for its whole read-only group, so this module refuses read-only instances.
description_info:
  - Filters do not select read-only instances. The ID of one is an error, because Tencent Cloud would show the groups of
    its read-only group.
nothing_found: Filters that fit nothing give an empty list.
selector:
  - Filters that select the instances that all get the same O(security_groups).
selector_info:
  - Filters that select the instances to show.
selector_both:
  - By the names that the API gives them. V(SecurityGroupId) and V(ProjectId) take one value, V(UniqueVpcIds),
    V(UniqSubnetIds) and V(EngineVersions) a value or a list of values.
  - V(tag:NAME) takes one value and can be given once. Tencent Cloud does not find an instance by its tags while it is
    being created.
  - An instance is selected if each filter fits it, and a filter fits if one of its values does.
  - At least 1 and at most 10 filters, each with at most 100 values. A name that is not listed here is refused.
permissions:
  - to: read
    needs: [cdb:DescribeDBInstances, cdb:DescribeDBSecurityGroups]
  - to: write groups
    needs: [cdb:ModifyDBInstanceSecurityGroups]
    writes: true
  - to: check groups beforehand, and take names
    needs: [vpc:DescribeSecurityGroups]
    optional: true
calls:
  - task: nothing to change, or check mode
    reads: 1 for each, and 1 for every 100, begun or full
    writes: 0
  - task: "*c* of them change"
    reads: the same, and at least one more for each that changes
    writes: "*c*"
  - task: "`filters`"
    reads: one more for every 100 selected
    writes: 0
notes_both:
  - The groups of each instance take one call. State and details of up to 100 instances come with one more.
notes:
  - An instance that is being created, or on which a task runs, such as a restart or a rollback, is waited for before it
    is written. A task that waits for a time window or for a person, such as a switch after an upgrade, is not waited
    for. An instance that is isolated, or about to be, is refused when its groups would have to change.
  - An instance has at least one security group. A task that would leave none fails.
  - No document names a limit for the number of groups. Where a list is too long, Tencent Cloud refuses it.
seealso:
  - name: DescribeDBSecurityGroups
    description: The API call that reads the list.
    link: https://cloud.tencent.com/document/api/236/15854
  - name: ModifyDBInstanceSecurityGroups
    description: The API call that replaces the list.
    link: https://cloud.tencent.com/document/api/236/15853
  - name: DescribeDBInstances
    description: The API call that lists instances, with the parameters it takes.
    link: https://cloud.tencent.com/document/api/236/15872
examples: |
  - name: Attach a group to an instance
    crosscloud.security_groups.qcloud_cdb_sg:
      instance_id: cdb-4k7m2x9q
      security_groups: sg-5d8n2w7c
      region: ap-guangzhou

  - name: Detach a group from all instances that have it
    crosscloud.security_groups.qcloud_cdb_sg:
      filters:
        SecurityGroupId: sg-5d8n2w7c
      security_groups: sg-5d8n2w7c
      state: absent
      region: ap-guangzhou

  - name: Give two instances their exact groups, unless more than one would change
    crosscloud.security_groups.qcloud_cdb_sg:
      state: exact
      max_changes: 1
      attachments:
        - id: cdb-4k7m2x9q
          security_groups: [sg-1h4j6b9s, sg-5d8n2w7c]
        - id: cdb-8t3w6n1z
          security_groups: [sg-5d8n2w7c]
      region: ap-guangzhou

  - name: Report drift without changing anything
    crosscloud.security_groups.qcloud_cdb_sg:
      instance_id: cdb-4k7m2x9q
      security_groups: [sg-1h4j6b9s, sg-5d8n2w7c]
      state: exact
      region: ap-guangzhou
    check_mode: true
    diff: true
    register: drift
examples_info: |
  - name: Show the groups of the instances of a VPC
    crosscloud.security_groups.qcloud_cdb_sg_info:
      filters:
        UniqueVpcIds: vpc-2kx9z6h3
      region: ap-guangzhou
    register: found

  - name: Show them by instance
    ansible.builtin.debug:
      msg: "{{ found.resources | items2dict(key_name='id', value_name='security_groups') }}"
sample:
  id: cdb-4k7m2x9q
  before: [sg-1h4j6b9s, sg-5d8n2w7c]
  after: [sg-1h4j6b9s, sg-5d8n2w7c, sg-6r2y8g3f]
  names: {sg-1h4j6b9s: office, sg-5d8n2w7c: app}
  code: InvalidParameter.InstanceNotFound
  message: it does not exist; check its id and the region (DescribeDBInstances answered
    InvalidParameter.InstanceNotFound)
  request_id: 3f1b9d3c-6f0e-4c58-9d4a-0c7b1f5f0e11
details:
  vpc_id:
    description: The ID of the VPC.
    sample: vpc-2kx9z6h3
  subnet_id:
    description: The ID of the subnet.
    sample: subnet-8v3n6j1q
  name:
    description: The name of the instance.
    sample: orders
  type:
    description: V(master) or V(disaster recovery).
    sample: master
  engine_version:
    description: The version of the database engine.
    sample: "8.0"
  private_ip:
    description: The private IPv4 address.
    sample: 10.0.1.18
  state:
    description: >-
      V(creating), V(running), V(isolating) or V(isolated), or the number that Tencent Cloud has for another state.
    sample: running
  task:
    description: The task that runs on the instance, such as V(restarting), or null.
    sample: restarting
"""

DECLARATION = Declaration(
    cloud="Tencent Cloud",
    kind=DB_INSTANCE,
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
    texts=TEXTS,
)
