# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""DB instances of RDS: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBInstance.html."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from ..._ansible.declaration import Declaration
from ..._ansible.text import line
from ..._core.adapter import Snapshot
from ..._core.errors import CloudError, ErrorKind, Failure, Meaning
from ..._core.kind import IdForm, Kind
from ..groups import SECURITY_GROUP_ID
from ..listing import Entry, Listing, undocumented
from ..options import CONNECTION, EXTRA, MISSING
from ..resources import Resources, connect, final, group_ids, tags

DB_INSTANCE = Kind(
    noun="DB instance",
    plural="DB instances",
    resource_id=IdForm(re.compile(r"(?=.{1,63}\Z)[A-Za-z](-?[A-Za-z0-9])*"), "orders-db", folds_case=True),
    group_id=SECURITY_GROUP_ID,
    ordered=False,
    clearable=False,
    longest=None,
)

BATCH = 100
PAGE = {"MaxRecords": 100}

ACTIVE, REMOVING = "active", "removing"
PASSING = (
    "creating",
    "maintenance",
    "rebooting",
    "renaming",
    "resetting-master-credentials",
    "starting",
    "stopping",
    "upgrading",
)
"""States in which an instance is not ready. In others that it leaves by itself, RDS tells whether it takes a change."""

LASTING = ("inaccessible-encryption-credentials-recoverable", "stopped", "storage-full")
FINAL = ("deleting", "failed", "inaccessible-encryption-credentials", "restore-error")

WRONG_STATE = "InvalidDBInstanceState"
NO_SUCH_INSTANCE = Meaning(ErrorKind.NOT_FOUND, "it does not exist; check its identifier and the region")
MEANINGS = {
    WRONG_STATE: Meaning(ErrorKind.STATE, "its state takes no change now; run the task again", passes=True),
    "DBInstanceNotFound": NO_SUCH_INSTANCE,
    "DBInstanceNotFoundFault": NO_SUCH_INSTANCE,
    "InvalidParameterCombination": Meaning(
        ErrorKind.INVALID, "RDS does not change its security groups; it may be a member of a cluster"
    ),
    "InvalidParameterValue": Meaning(
        ErrorKind.INVALID, "RDS refuses the security groups; check that they exist in the VPC of the DB instance"
    ),
    "InvalidVPCNetworkStateFault": Meaning(
        ErrorKind.INVALID, "the VPC of the DB instance does not allow this; check the VPC and its subnets"
    ),
}


class DbInstances(Resources):
    """Adapter for DB instances."""

    kind = DB_INSTANCE
    listing = Listing(
        service="rds",
        action="DescribeDBInstances",
        method="describe_db_instances",
        permission="rds:DescribeDBInstances",
        entries="DBInstances",
        things="DB instances",
        marker="Marker",
        next_marker="Marker",
    )
    id = "DBInstanceIdentifier"
    batch = BATCH
    # No document says how many values the filter takes.
    of_one = ("InvalidParameterValue",)
    writing = "ModifyDBInstance"
    permission = "rds:ModifyDBInstance"
    meanings = MEANINGS

    def by_ids(self, ids: Sequence[str]) -> Mapping[str, Any]:
        # By a filter, because without it the action takes one identifier. RDS keeps identifiers in small letters, and
        # no document says that this filter tells capital ones from them no more than other parameters do.
        return {"Filters": [{"Name": "db-instance-id", "Values": [one.lower() for one in ids]}], **PAGE}

    def selected_by(self, _selector: Mapping[str, str] | None) -> Iterator[Mapping[str, Any]]:
        yield PAGE

    def is_selected(self, entry: Entry, selector: Mapping[str, str] | None) -> bool:
        return selector is None or (tags(entry, "TagList").items() >= selector.items() and not _excluded(entry))

    def send(self, client: Any, seen: Snapshot, groups: list[str]) -> None:
        # Without ApplyImmediately, which would apply other changes that wait for the maintenance window.
        client.modify_db_instance(DBInstanceIdentifier=self.kind.resource_id.key(seen.id), VpcSecurityGroupIds=groups)

    def write(self, seen: Snapshot, groups: Sequence[str]) -> None:
        try:
            super().write(seen, groups)
        except CloudError as error:
            if error.failure.code == WRONG_STATE and seen.details["state"] in LASTING:
                problem = f"it is '{seen.details['state']}' and takes no change; bring it to 'available' first"
                raise CloudError(replace(error.failure, message=problem, passes=False)) from None
            raise

    def snapshot(self, entry: Entry, read_at: float) -> Snapshot:
        status, excluded = line(entry.get("DBInstanceStatus", "")), _excluded(entry)
        found = {
            one.get("VpcSecurityGroupId"): line(one.get("Status", "")) for one in entry.get("VpcSecurityGroups", ())
        }
        groups = group_ids(list(found))
        if not groups and not excluded:
            raise CloudError(undocumented("the list of security groups"))
        changing = [f"{state} {group}" for group, state in found.items() if state != ACTIVE]
        return Snapshot(
            id=entry[self.id],
            groups=tuple(group for group in groups if found[group] != REMOVING),
            read_at=read_at,
            state=f"{status}, {', '.join(changing)}" if changing else status,
            passing=bool(changing) or status in PASSING,
            blocked=final(status) if status in FINAL or status.startswith("incompatible-") else None,
            excluded=excluded,
            vpc_id=entry.get("DBSubnetGroup", {}).get("VpcId"),
            details={
                "engine": entry.get("Engine"),
                "vpc_id": entry.get("DBSubnetGroup", {}).get("VpcId"),
                "availability_zone": entry.get("AvailabilityZone"),
                "endpoint": entry.get("Endpoint", {}).get("Address"),
                "cluster": entry.get("DBClusterIdentifier"),
                "state": entry.get("DBInstanceStatus"),
            },
        )


def _excluded(entry: Entry) -> Failure | None:
    if cluster := line(entry.get("DBClusterIdentifier", "")):
        said = f"it is a member of the DB cluster {cluster}, to which its security groups belong"
        return Failure(ErrorKind.INVALID, f"{said}; remove it from the task and change them for the cluster")
    if entry.get("Engine", "").startswith("custom-"):
        said = "it is an instance of RDS Custom, whose security groups RDS does not change"
        return Failure(ErrorKind.INVALID, f"{said}; remove it from the task")
    return None


def _tag_problems(wanted: Mapping[str, Any]) -> Iterator[str]:
    if not wanted:
        yield "tags is empty, which would select everything in the region; name a tag"
    for key, value in wanted.items():
        if not key or not isinstance(value, str):
            yield f"the tag '{key}' must have a name, and a value that is a string; put it in quotes"


TEXTS = r"""
title: RDS DB instances
resources: DB instances of Amazon RDS
refused: a member of a DB cluster
id_word: identifier
description:
  - RDS applies a list some time after it has accepted it. The module is done when every group of the list is C(active)
    and no other is left. It does not send C(ApplyImmediately), so other changes that wait for the maintenance window
    go on waiting.
  - The groups of a member of a DB cluster are those of the cluster. A task that names one fails before anything is
    written, and says which cluster it is. So does one that names an instance of RDS Custom.
  - Capital letters in an identifier mean the same as small ones. Results have the identifier as the task gives it.
nothing_found: Tags that no DB instance has give an empty list.
selector:
  - Tags that select the DB instances of the region that all get the same O(security_groups), each with its value.
selector_info:
  - Tags that select the DB instances of the region to show, each with its value.
selector_both:
  - A DB instance is selected if it has all of them, and is not a member of a DB cluster.
  - At least one tag. Values are strings; put numbers and booleans in quotes.
permissions:
  - to: read
    needs: [rds:DescribeDBInstances]
  - to: write groups
    needs: [rds:ModifyDBInstance]
    writes: true
  - to: check groups beforehand, and take names
    needs: [ec2:DescribeSecurityGroups, ec2:GetSecurityGroupsForVpc]
    optional: true
calls:
  - task: nothing to change
    reads: 1 for each 100 DB instances, or for each 100 of the region with tags
    writes: 0
  - task: "*c* of them change"
    reads: the same, more to read back, each for up to 100, and 1 for look-up where a list grows
    writes: "*c*"
  - task: check mode
    reads: as where nothing changes, and 1 for look-up where a list grows
    writes: 0
notes:
  - A DB instance in a state that it leaves by itself, such as C(rebooting), is waited for. One that is C(deleting),
    C(failed) or C(incompatible-network), for example, is refused when its groups would have to change.
  - While RDS applies an earlier list, the module waits, and counts as attached what is C(adding) and not what is
    C(removing).
  - A DB instance always has a security group. A task that would leave none fails.
seealso:
  - name: ModifyDBInstance
    description: The AWS API call that replaces the list.
    link: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html
examples: |
  - name: Let the application servers' group reach a database, whatever else is attached
    crosscloud.security_groups.rds_instance_sg:
      db_instance_identifier: orders
      security_groups: sg-0a1b2c3d4e5f60718
      region: eu-central-1

  - name: Detach a group from all databases with two tags
    crosscloud.security_groups.rds_instance_sg:
      tags:
        env: production
        role: db
      security_groups: sg-0f9e8d7c6b5a49382
      state: absent
      region: eu-central-1

  - name: Give two databases their exact groups, unless more than one would change
    crosscloud.security_groups.rds_instance_sg:
      state: exact
      max_changes: 1
      attachments:
        - id: orders
          security_groups: [sg-0a1b2c3d4e5f60718]
        - id: customers
          security_groups: [sg-0a1b2c3d4e5f60718, sg-0f9e8d7c6b5a49382]
      region: eu-central-1

  - name: Report drift without changing anything
    crosscloud.security_groups.rds_instance_sg:
      db_instance_identifier: orders
      security_groups: [sg-0a1b2c3d4e5f60718]
      state: exact
      region: eu-central-1
    check_mode: true
    diff: true
    register: drift
examples_info: |
  - name: Show the groups of all production databases
    crosscloud.security_groups.rds_instance_sg_info:
      tags:
        env: production
      region: eu-central-1
    register: found

  - name: Show them by DB instance
    ansible.builtin.debug:
      msg: "{{ found.resources | items2dict(key_name='id', value_name='security_groups') }}"
sample:
  id: orders
  before: [sg-0f9e8d7c6b5a49382]
  after: [sg-0f9e8d7c6b5a49382, sg-0a1b2c3d4e5f60718]
  names: {sg-0a1b2c3d4e5f60718: jobs, sg-0f9e8d7c6b5a49382: web}
  code: InvalidDBInstanceState
  message: >-
    it is 'stopped' and takes no change; bring it to 'available' first
  request_id: 2f7a6c1e-0d1b-4c58-9d4a-0c7b1f5f0e11
details:
  engine:
    description: The database engine.
    sample: postgres
  vpc_id:
    description: The ID of the VPC.
    sample: vpc-0a1b2c3d4e5f60718
  availability_zone:
    description: The name of the availability zone.
    sample: eu-central-1a
  endpoint:
    description: The DNS name of the endpoint.
    sample: orders.c1a2b3d4e5f6.eu-central-1.rds.amazonaws.com
  cluster:
    description: The identifier of the DB cluster that it is a member of.
    sample: null
  state:
    description: The status, in AWS's words.
    sample: available
"""

DECLARATION = Declaration(
    cloud="AWS",
    kind=DB_INSTANCE,
    ids="db_instance_identifiers",
    id="db_instance_identifier",
    selector="tags",
    selector_argument={"type": "dict"},
    selector_problems=lambda wanted: list(_tag_problems(wanted)),
    connection=CONNECTION,
    library="boto3",
    connect=connect(DbInstances),
    extra=EXTRA,
    missing=MISSING,
    texts=TEXTS,
)
