# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""DB instances of ApsaraDB RDS: https://help.aliyun.com/document_detail/146749.htm and the calls beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..._ansible.declaration import Declaration
from ..._ansible.options import MOST_PAGES, Runtime
from ..._ansible.text import line
from ..._core.adapter import OnGroups, Snapshot
from ..._core.errors import CloudError, ErrorKind, Failure
from ..._core.kind import IdForm, Kind
from ..answers import entries, required_id, text, undocumented, word
from ..groups import SECURITY_GROUP_ID, SecurityGroups
from ..options import CONNECTION, NO_SUCH_THING, tag_problems

if TYPE_CHECKING:
    from ..client import Client

DB_INSTANCE = Kind(
    noun="DB instance",
    plural="DB instances",
    # Of MySQL, SQL Server and MariaDB, of PostgreSQL, of PPAS, read-only ones too; the oldest have no hyphen.
    resource_id=IdForm(re.compile("(?:(?:rm|rr|pgm|pgr|ppas)-|rds)[a-z0-9]{6,40}"), "rm-bp1f3k8n5t7v2x9q4"),
    # Those of the classic network are shorter, and the oldest have capitals.
    group_id=SECURITY_GROUP_ID,
    ordered=False,
    clearable=True,
    longest=10,
)

# https://help.aliyun.com/document_detail/26315.htm; all others pass.
RUNNING = "Running"
STOPPED = "Stopped"
FINAL_STATUSES = ("Deleting", "Released")

NOTHING = ""
LITERAL_NOTHING = "Empty"
"""What a write sends for an empty list: the documents' word, and that of other tools."""

PAGE = 100

FEWEST_FOR_PAGES = 3
"""With so many instances to ask for, a page of all instances of the region may save calls."""

NETWORK_TYPE = re.compile("Net(?:work)?Type")
"""In the codes of errors about the network type of a group or of an instance."""


class DbInstances:
    """Adapter for DB instances.

    Groups take one call for each instance. Status and details come with pages of all instances of the region, where
    that takes fewer calls than asking for each, and the account permits it.
    """

    kind = DB_INSTANCE
    batch = 1

    def __init__(self, client: Client, directory: SecurityGroups, runtime: Runtime) -> None:
        self.directory = directory
        self._client = client
        self._now = runtime.clock.now
        self._together = runtime.together
        self._described: dict[str, Mapping[str, Any]] = {}
        self._may_list = True
        self._emptied: dict[str, frozenset[str]] = {}
        self._emptied_literally: set[str] = set()

    def select(self, tags: Mapping[str, str] | None) -> list[str]:
        """Return the ids of all DB instances that have all of the tags, or of all where there are no tags.

        The API returns those that have any of them, so each tag is asked for alone.
        """
        each = [{"Tags": json.dumps({key: value})} for key, value in (tags or {}).items()]
        first, *others = self._together(self._listed, each or [{}])
        selected = {one: entry for one, entry in first.items() if all(one in found for found in others)}
        self._described.update(selected)
        return list(selected)

    def read(self, ids: Sequence[str], _on_groups: OnGroups | None = None, /) -> dict[str, Snapshot | Failure]:
        self._describe_by_pages([one for one in ids if not self._is_running(one)])
        return dict(zip(ids, self._together(self._read, ids), strict=True))

    def write(self, seen: Snapshot, groups: Sequence[str]) -> None:
        try:
            if groups:
                self._modify(seen.id, ",".join(groups))
            else:
                self._clear(seen)
        except CloudError as error:
            if error.failure.kind is ErrorKind.STATE:
                self._described.pop(seen.id, None)
            raise CloudError(_with_network_type(error.failure, seen)) from None

    def longest(self) -> int | None:
        return self.kind.longest

    def _read(self, instance: str) -> Snapshot | Failure:
        try:
            described = self._describe(instance)
            read_at = self._now()
            answer = self._client.call("DescribeSecurityGroupConfiguration", DBInstanceId=instance)
            return _snapshot(instance, described, _entries(answer, "EcsSecurityGroupRelation"), read_at)
        except CloudError as error:
            return error.failure

    def _describe_by_pages(self, ids: Sequence[str]) -> None:
        """Learn status and details of many instances at once, where that may save calls. Others are asked for alone."""
        if len(ids) < FEWEST_FOR_PAGES or not self._may_list:
            return
        # What is not Running by then is asked for alone: a list of the whole region says little of a few.
        self._may_list = False
        unknown = set(ids)
        with suppress(CloudError):
            # One after the other, because each page may be the last that is needed.
            for number in range(1, len(ids) + 1):
                page, total = self._page(number)
                self._described.update((one, page[one]) for one in unknown & page.keys())
                unknown -= page.keys()
                if not 0 < -(-total // PAGE) - number < len(unknown):
                    break

    def _page(self, number: int) -> tuple[dict[str, Mapping[str, Any]], int]:
        """Return the instances of a page by ID, and how many there are in all."""
        answer = self._client.call("DescribeDBInstances", PageNumber=str(number), PageSize=str(PAGE))
        found = {
            required_id(entry, "DBInstanceId", DB_INSTANCE.resource_id): entry
            for entry in _entries(answer, "DBInstance")
        }
        total = answer.get("TotalRecordCount")
        return found, total if isinstance(total, int) else len(found)

    def _is_running(self, instance: str) -> bool:
        return self._described.get(instance, {}).get("DBInstanceStatus") == RUNNING

    def _describe(self, instance: str) -> Mapping[str, Any]:
        if self._is_running(instance):
            return self._described[instance]
        # The documents warn that several ids in one call may time out.
        answer = self._client.call("DescribeDBInstanceAttribute", DBInstanceId=instance)
        found = next(iter(_entries(answer, "DBInstanceAttribute")), None)
        if found is None:
            raise CloudError(Failure(ErrorKind.NOT_FOUND, NO_SUCH_THING))
        self._described[instance] = found
        return found

    def _modify(self, instance: str, groups: str) -> None:
        self._client.write("ModifySecurityGroupConfiguration", DBInstanceId=instance, SecurityGroupId=groups)

    def _clear(self, seen: Snapshot) -> None:
        """Detach all groups: as documented, and where that was accepted and did nothing, once with the literal."""
        attached = frozenset(seen.groups)
        if self._emptied.get(seen.id) == attached and seen.id not in self._emptied_literally:
            self._clear_literally(seen.id)
        else:
            self._modify(seen.id, NOTHING)
            self._emptied[seen.id] = attached

    def _clear_literally(self, instance: str) -> None:
        try:
            self._modify(instance, LITERAL_NOTHING)
        except CloudError as error:
            # Taken for a group that does not exist, it is no way to clear a list; the documented one may be slow.
            if error.failure.kind not in (ErrorKind.NOT_FOUND, ErrorKind.INVALID):
                raise
        self._emptied_literally.add(instance)

    def _listed(self, criteria: Mapping[str, str]) -> dict[str, Mapping[str, Any]]:
        """Return all DB instances that fit, by id; raise CloudError where a call fails."""
        found: dict[str, Mapping[str, Any]] = {}
        counted: object = None
        for number in range(1, MOST_PAGES + 1):
            answer = self._client.call("DescribeDBInstances", **criteria, PageNumber=str(number), PageSize=str(PAGE))
            page = _entries(answer, "DBInstance")
            known = len(found)
            found.update((required_id(entry, "DBInstanceId", DB_INSTANCE.resource_id), entry) for entry in page)
            total = answer.get("TotalRecordCount")
            # One that fits no more moves others to a page that was read before, and they would be left out.
            if number > 1 and total != counted:
                problem = "what is selected changed while it was listed; run the task again"
                raise CloudError(Failure(ErrorKind.TRANSIENT, problem, passes=True))
            counted = total
            if len(found) >= total if isinstance(total, int) else len(page) < PAGE:
                return found
            if len(found) == known:
                raise CloudError(undocumented("a list of DB instances with fewer than there are"))
        raise CloudError(undocumented("a list of DB instances without an end"))


def _snapshot(
    instance: str, described: Mapping[str, Any], relations: Sequence[Mapping[str, Any]], read_at: float
) -> Snapshot:
    status = word(described, "DBInstanceStatus")
    return Snapshot(
        id=instance,
        groups=tuple(required_id(relation, "SecurityGroupId", DB_INSTANCE.group_id) for relation in relations),
        read_at=read_at,
        state=str(status),
        # The documents do not say that it may be missing. Where it is, the cloud itself refuses what it cannot take.
        passing=status not in (None, RUNNING, STOPPED, *FINAL_STATUSES),
        blocked=_blocked(status),
        vpc_id=word(described, "VpcId"),
        details={
            "network_type": text(described, "InstanceNetworkType"),
            "status": status,
            "description": text(described, "DBInstanceDescription"),
            "engine": text(described, "Engine"),
            "region": text(described, "RegionId"),
            "zone": text(described, "ZoneId"),
            "vpc_id": text(described, "VpcId"),
            "security_groups": [
                {
                    "id": text(relation, "SecurityGroupId"),
                    "network_type": text(relation, "NetworkType"),
                    "region": text(relation, "RegionId"),
                }
                for relation in relations
            ],
        },
    )


def _blocked(status: str | None) -> Failure | None:
    if status == STOPPED:
        return Failure(ErrorKind.STATE, f"it is '{status}' and takes no change; start it, or leave it out")
    if status in FINAL_STATUSES:
        return Failure(ErrorKind.STATE, f"it is '{status}' and takes no change any more; leave it out")
    return None


def _with_network_type(failure: Failure, seen: Snapshot) -> Failure:
    if failure.code is None or not NETWORK_TYPE.search(failure.code):
        return failure
    return replace(
        failure, message=f"its network type is '{line(str(seen.details['network_type']))}', and {failure.message}"
    )


def _entries(answer: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    # Items is missing or null where there are none.
    return [] if answer.get("Items") is None else entries(answer, "Items", name)


def _connect(connection: Mapping[str, Any], runtime: Runtime) -> DbInstances:
    # Imported here because importing the SDK takes longer than finding out that the arguments are wrong.
    from ..client import ECS, RDS, connect

    client = connect(connection, RDS, runtime)
    return DbInstances(client, SecurityGroups(client.of(ECS)), runtime)


TEXTS = r"""
title: ApsaraDB RDS instances
groups: ECS security groups
resources: DB instances of Alibaba Cloud's ApsaraDB RDS
refused: more than 10 groups
description:
  - All ECS instances of an attached group can reach the DB instance.
description_info:
  - The groups are shown with their network type and region. All ECS instances of an attached group can reach the DB
    instance.
nothing_found: Tags that no DB instance has give an empty list.
selector:
  - Tags that select the DB instances of the region that all get the same O(security_groups), each with its value.
selector_info:
  - Tags that select the DB instances of the region to show, each with its value.
selector_both:
  - A DB instance is selected if it has all of them.
  - At least one tag. Values are strings that are not empty; put numbers and booleans in quotes.
permissions:
  - to: read status and details
    needs: [rds:DescribeDBInstanceAttribute]
  - to: read groups
    needs: [rds:DescribeSecurityGroupConfiguration]
  - to: write groups
    needs: [rds:ModifySecurityGroupConfiguration]
    writes: true
  - to: find DB instances, and read statuses by pages
    needs: [rds:DescribeDBInstances]
    option: O(tags)
  - to: check groups beforehand, and take names
    needs: [ecs:DescribeSecurityGroups]
    optional: true
calls:
  - task: nothing to change
    groups: "*n*"
    status and details: 1 for each 100 DB instances of the region, or *n*
    look-up: 0
    writes: 0
  - task: "*c* of them change"
    groups: "*n* + *c* to read back"
    status and details: the same
    look-up: 1 where a group is attached
    writes: "*c*"
  - task: check mode
    groups: "*n*"
    status and details: the same
    look-up: 1 where a group is attached
    writes: 0
notes_both:
  - With C(rds:DescribeDBInstances), the statuses of up to 100 DB instances are read with one call. Without it, each
    takes a call of its own.
notes:
  - A DB instance whose status passes, such as C(Rebooting), is waited for until it is C(Running) before it is written.
    One that is C(Stopped), C(Deleting) or C(Released) is refused when its groups would have to change.
  - A security group must have the network type of the DB instance, VPC or classic network.
seealso:
  - name: ModifySecurityGroupConfiguration
    description: The API call that replaces the list.
    link: https://www.alibabacloud.com/help/en/doc-detail/146749.htm
examples: |
  - name: Let the application servers' group reach a database, whatever else is attached
    crosscloud.security_groups.aliyun_rds_sg:
      db_instance_id: rm-bp1f3k8n5t7v2x9q4
      security_groups: sg-bp195m1bbdpfrsf9x3y7
      region: cn-hangzhou

  - name: Detach a group from all databases with two tags
    crosscloud.security_groups.aliyun_rds_sg:
      tags:
        env: production
        role: db
      security_groups: sg-bp1h8c2w6d4k0z3m5r9t
      state: absent
      region: cn-hangzhou

  - name: Give two databases their exact groups, unless more than one would change
    crosscloud.security_groups.aliyun_rds_sg:
      state: exact
      max_changes: 1
      attachments:
        - id: rm-bp1f3k8n5t7v2x9q4
          security_groups: [sg-bp195m1bbdpfrsf9x3y7]
        - id: pgm-bp1a6j2s8u4w1y7c3
          security_groups: [sg-bp195m1bbdpfrsf9x3y7, sg-bp1h8c2w6d4k0z3m5r9t]
      region: cn-hangzhou

  - name: Detach all groups
    crosscloud.security_groups.aliyun_rds_sg:
      db_instance_id: rm-bp1f3k8n5t7v2x9q4
      security_groups: []
      state: exact
      allow_empty: true
      region: cn-hangzhou

  - name: Report drift without changing anything
    crosscloud.security_groups.aliyun_rds_sg:
      db_instance_id: rm-bp1f3k8n5t7v2x9q4
      security_groups: [sg-bp195m1bbdpfrsf9x3y7]
      state: exact
      region: cn-hangzhou
    check_mode: true
    diff: true
    register: drift
examples_info: |
  - name: Show the groups of all production databases
    crosscloud.security_groups.aliyun_rds_sg_info:
      tags:
        env: production
      region: cn-hangzhou
    register: found

  - name: Show them by DB instance
    ansible.builtin.debug:
      msg: "{{ found.resources | items2dict(key_name='id', value_name='security_groups') }}"
sample:
  id: rm-bp1f3k8n5t7v2x9q4
  before: [sg-bp195m1bbdpfrsf9x3y7]
  after: [sg-bp195m1bbdpfrsf9x3y7, sg-bp1h8c2w6d4k0z3m5r9t]
  names: {sg-bp195m1bbdpfrsf9x3y7: web, sg-bp1h8c2w6d4k0z3m5r9t: jobs}
  code: InvalidDBInstanceId.NotFound
  message: >-
    it does not exist; check its id and the region (DescribeDBInstanceAttribute answered
    InvalidDBInstanceId.NotFound: The DBInstanceId provided does not exist in records.)
  request_id: 1AD222E9-E606-4A42-BF6D-8A4442913CEF
details:
  network_type:
    description: The network type, V(VPC) or V(Classic), which security groups must have too.
    sample: VPC
  status:
    description: The status, in Alibaba Cloud's words.
    sample: Running
  description:
    description: The description, which the console shows as the name.
    sample: orders
  engine:
    description: The database engine.
    sample: MySQL
  region:
    description: The region.
    sample: cn-hangzhou
  zone:
    description: The zone.
    sample: cn-hangzhou-h
  vpc_id:
    description: The ID of the VPC, or null.
    sample: vpc-bp1opxu1zkhn00g4f2k7s
  security_groups:
    description: The groups that are attached, as last read, with their network type and region.
    type: list
    elements: dict
    sample:
      - id: sg-bp195m1bbdpfrsf9x3y7
        network_type: VPC
        region: cn-hangzhou
"""

DECLARATION = Declaration(
    cloud="Alibaba Cloud",
    kind=DB_INSTANCE,
    ids="db_instance_ids",
    id="db_instance_id",
    selector="tags",
    selector_argument={"type": "dict"},
    selector_problems=tag_problems,
    connection=CONNECTION,
    library="aliyun-python-sdk-core and aliyun-python-sdk-rds",
    connect=_connect,
    extra="opens: servers in an extra group may connect",
    missing="may lock out: servers in a missing group may not connect, unless something else lets them",
    texts=TEXTS,
)
