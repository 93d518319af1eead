# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""EFS mount targets: https://docs.aws.amazon.com/efs/latest/ug/api-reference.html."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ..._ansible.declaration import Declaration
from ..._ansible.options import MOST_PAGES, Runtime
from ..._ansible.text import line
from ..._core.adapter import OnGroups, Snapshot
from ..._core.errors import CloudError, ErrorKind, Failure, Meaning
from ..._core.kind import IdForm, Kind, ServedPort
from ..groups import SECURITY_GROUP_ID, SecurityGroups
from ..interfaces import BATCH, INTERFACE_ID, Interface, Interfaces
from ..listing import undocumented
from ..options import CONNECTION, EXTRA, MISSING
from ..quota import TOO_MANY, groups_per_interface
from ..resources import connect, final

if TYPE_CHECKING:
    from ..session import Session

MOUNT_TARGET = Kind(
    noun="mount target",
    plural="mount targets",
    resource_id=IdForm(re.compile("fsmt-[0-9a-f]{8,40}"), "fsmt-0123456789abcdef0"),
    group_id=SECURITY_GROUP_ID,
    ordered=False,
    clearable=False,
    longest=None,
    # https://docs.aws.amazon.com/efs/latest/ug/network-access.html
    serves=ServedPort("NFS", 2049, "that is whatever has a route to it, because a mount target has no public address"),
)
FILE_SYSTEM_ID = IdForm(
    re.compile("(arn:aws[-a-z]*:elasticfilesystem:[a-z0-9-]+:[0-9]{12}:file-system/)?fs-[0-9a-f]{8,40}"),
    "fs-0123456789abcdef0",
)
"""Or its ARN, by which alone a file system of another account is found. The form is that of the API's model."""

AVAILABLE = "available"
FINAL_STATES = ("deleting", "deleted", "error")

MEANINGS = {
    "BadRequest": Meaning(ErrorKind.INVALID, "AWS takes the request for malformed; check the ids"),
    "FileSystemNotFound": Meaning(ErrorKind.NOT_FOUND, "the file system does not exist; check its id and the region"),
    "IncorrectMountTargetState": Meaning(
        ErrorKind.STATE, "its lifecycle state takes no change now; run the task again", passes=True
    ),
    "MountTargetNotFound": Meaning(ErrorKind.NOT_FOUND, "it does not exist; check its id and the region"),
    "SecurityGroupLimitExceeded": TOO_MANY,
    "SecurityGroupNotFound": Meaning(
        ErrorKind.NOT_FOUND, "a security group does not exist in the VPC of the mount target; check the ids"
    ),
}
# EFS acts on the network interface of the mount target in the caller's name, so each call on groups needs both.
READ_GROUPS = "elasticfilesystem:DescribeMountTargetSecurityGroups and ec2:DescribeNetworkInterfaceAttribute"
WRITE_GROUPS = "elasticfilesystem:ModifyMountTargetSecurityGroups and ec2:ModifyNetworkInterfaceAttribute"
READ_STATE = "elasticfilesystem:DescribeMountTargets"
READ_FILE_SYSTEMS = "elasticfilesystem:DescribeFileSystems"

GONE = Failure(ErrorKind.NOT_FOUND, "it no longer exists; leave it out")

LATE_LOOKS = 1
"""How often EC2 may show another list than was written until EFS itself is asked. EC2 answers eventually.

The core looks at least twice before it writes such a list again, or gives up.
"""


@dataclass(frozen=True, slots=True)
class _Write:
    """A list that was sent, and how often EC2 may show another one before EFS is asked."""

    sent: frozenset[str]
    late_looks: int


class MountTargets:
    """Adapter for mount targets.

    State and details take one call for a file system. Groups are those of the network interface, so EC2 is asked for
    many of them with one call, if the account permits that. Otherwise EFS is asked, one call for a mount target.
    """

    kind = MOUNT_TARGET

    def __init__(self, session: Session, runtime: Runtime) -> None:
        self.directory = SecurityGroups(session)
        self._interfaces = Interfaces(session, runtime)
        self._hidden: set[str] = set()
        self._writes: dict[str, _Write] = {}
        self._session = session
        self._efs = session.client("efs")
        self._runtime = runtime
        if runtime.writes:
            self._efs_for_writes = session.client("efs", for_writes=True)
        self._described: dict[str, Mapping[str, Any]] = {}
        self._file_system: str | None = None

    @property
    def batch(self) -> int:
        return 1 if self._interfaces.usable is False else BATCH

    def select(self, file_system_id: str | None) -> list[str]:
        """Return the ids of all mount targets of a file system, given by its ID or its ARN, or of all in the region."""
        if file_system_id is None:
            each = self._runtime.together(self._of_file_system, self._file_systems())
            return [target for targets in each for target in targets]
        return self._of_file_system(file_system_id)

    def _file_systems(self) -> list[str]:
        found: dict[str, None] = {}
        page_of: dict[str, str] = {}
        for _number in range(MOST_PAGES):
            with self._session.call("DescribeFileSystems", MEANINGS, READ_FILE_SYSTEMS):
                page = self._efs.describe_file_systems(**page_of)
                found.update((one["FileSystemId"], None) for one in page["FileSystems"])
            marker = page.get("NextMarker")
            if not marker or marker == page_of.get("Marker"):
                return list(found)
            page_of["Marker"] = marker
        raise CloudError(undocumented("the list of file systems, which has no end,"))

    def _of_file_system(self, file_system_id: str) -> list[str]:
        found = self._describe(FileSystemId=file_system_id)
        if isinstance(found, Failure):
            raise CloudError(replace(found, message=f"file system {file_system_id}: {found.message}"))
        self._file_system = file_system_id
        return found

    def read(self, ids: Sequence[str], on_groups: OnGroups | None = None, /) -> dict[str, Snapshot | Failure]:
        unsettled = [target for target in ids if not self._is_available(target)]
        parts: list[Callable[[], Any]] = [lambda: self._describe_all(unsettled)]
        if on_groups:
            # Made while answers are awaited: between reading a list and writing it, it would give others the time to.
            parts.append(self._prepare_ec2)
        # Upon these groups a list is written, so they must not grow old while the state is awaited.
        unknown = self._runtime.together(lambda part: part(), parts)[0]
        groups = self._read_groups([target for target in ids if target not in unknown])
        for target, found in groups.items():
            if on_groups and isinstance(found, Interface):
                on_groups(target, found.groups)
        return {target: unknown.get(target) or self._snapshot(target, groups[target]) for target in ids}

    def write(self, seen: Snapshot, groups: Sequence[str]) -> None:
        try:
            with self._session.call("ModifyMountTargetSecurityGroups", MEANINGS, WRITE_GROUPS, writes=True):
                self._efs_for_writes.modify_mount_target_security_groups(
                    MountTargetId=seen.id, SecurityGroups=list(groups)
                )
        except CloudError as error:
            if error.failure.kind is ErrorKind.STATE:
                self._described.pop(seen.id, None)
            if error.failure.kind is ErrorKind.TRANSIENT:
                # Nobody knows whether it was applied, so what is read next must be true.
                self._writes[seen.id] = _Write(frozenset(groups), late_looks=0)
            raise
        self._writes[seen.id] = _Write(frozenset(groups), LATE_LOOKS)

    def longest(self) -> int | None:
        return groups_per_interface(self._session)

    def _prepare_ec2(self) -> None:
        # Where it fails, EC2 cannot be asked, and EFS is.
        with suppress(CloudError):
            self._session.reader("ec2")

    def _describe_all(self, ids: Sequence[str]) -> dict[str, Failure]:
        """Learn state and details of mount targets; return the failures.

        A file system that the task names is asked as it names it: mount targets tell its ID, by which one of another
        account is not found. Of the others, one mount target tells its file system, which tells all its siblings. So
        one is asked, and then its file system; how many siblings that had tells how many to ask next, and so on until
        all are known. A file system is not asked for the sake of one mount target that was asked already.
        """
        if ids and self._file_system:
            selected = self._describe(FileSystemId=self._file_system)
            if isinstance(selected, Failure):
                return dict.fromkeys(ids, selected)
            return dict.fromkeys(set(ids).difference(selected), GONE)
        failures: dict[str, Failure] = {}
        unknown = list(ids)
        siblings = len(unknown)
        while unknown:
            # Siblings are likely to be neighbours.
            parts = [unknown[start : start + siblings] for start in range(0, len(unknown), siblings)]
            asked = [part[0] for part in parts]
            answers = self._runtime.together(lambda target: self._describe(MountTargetId=target), asked)
            failures.update(
                (target, answer) for target, answer in zip(asked, answers, strict=True) if isinstance(answer, Failure)
            )
            known = set(asked)
            telling = [part[0] for part in parts if len(part) > 1 and part[0] not in failures]
            file_systems = {self._described[target]["FileSystemId"] for target in telling}
            found = self._runtime.together(lambda one: self._describe(FileSystemId=one), sorted(file_systems))
            known.update(target for targets in found if not isinstance(targets, Failure) for target in targets)
            before = len(unknown)
            unknown = [target for target in unknown if target not in known]
            siblings = max(1, (before - len(unknown)) // len(asked))
        return failures

    def _describe(self, **which: str) -> list[str] | Failure:
        found: dict[str, Mapping[str, Any]] = {}
        page_of = dict(which)
        try:
            # A paginator knows that a page was the last only when it is asked for one more, which here takes a turn.
            for _number in range(MOST_PAGES):
                with self._session.call("DescribeMountTargets", MEANINGS, READ_STATE):
                    page = self._efs.describe_mount_targets(**page_of)
                    found.update((target["MountTargetId"], target) for target in page["MountTargets"])
                marker = page.get("NextMarker")
                if not marker or marker == page_of.get("Marker"):
                    break
                page_of["Marker"] = marker
        except CloudError as error:
            return error.failure
        if marker:
            return undocumented("the list of mount targets, which has no end,")
        wanted = which.get("MountTargetId")
        if not all(map(_is_described, found.values())) or (wanted is not None and wanted not in found):
            return undocumented("the list of mount targets")
        self._described.update(found)
        return list(found)

    def _is_available(self, target: str) -> bool:
        return self._described.get(target, {}).get("LifeCycleState") == AVAILABLE

    def _read_groups(self, targets: Sequence[str]) -> dict[str, Interface | Failure]:
        """Return the groups of mount targets as EC2 shows them, or else EFS."""
        interfaces: dict[str, str] = {
            interface: target
            for target in targets
            for interface in [self._described[target].get("NetworkInterfaceId")]
            if INTERFACE_ID.fits(interface) and interface not in self._hidden
        }
        shown = self._interfaces.read(list(interfaces)) if self._interfaces.usable is not False else {}
        found = {interfaces[one]: answer for one, answer in shown.items() if one in interfaces}
        if self._interfaces.usable:
            # EC2 hides interfaces that a service manages where an account is set so.
            self._hidden.update(interfaces.keys() - shown.keys())
        rest = [target for target in targets if target not in found or self._is_late(target, found[target])]
        found.update(zip(rest, self._runtime.together(self._read_through_efs, rest), strict=True))
        return found

    def _is_late(self, target: str, shown: Interface | Failure) -> bool:
        """Tell whether EC2 shows another list than was written, and has to be believed no longer.

        It may be the list from before any of the writes, so a write upon it would undo what others did since.
        """
        write = self._writes.get(target)
        if write is None or isinstance(shown, Failure):
            return False
        as_sent = frozenset(shown.groups) == write.sent
        # Once EC2 has shown the list, another one is older or of another writer.
        self._writes[target] = replace(write, late_looks=0 if as_sent else write.late_looks - 1)
        return not as_sent and write.late_looks <= 0

    def _read_through_efs(self, target: str) -> Interface | Failure:
        try:
            with self._session.call("DescribeMountTargetSecurityGroups", MEANINGS, READ_GROUPS):
                read_at = self._runtime.clock.now()
                answer = self._efs.describe_mount_target_security_groups(MountTargetId=target)
        except CloudError as error:
            return error.failure
        groups = answer.get("SecurityGroups")
        # A list that is only half understood would be written back without the rest. A mount target always has a
        # group, and botocore makes an empty list of some things that are none.
        if not groups or not isinstance(groups, list) or not all(map(MOUNT_TARGET.group_id.fits, groups)):
            return undocumented("the list of security groups")
        return Interface(tuple(groups), {}, read_at)

    def _snapshot(self, target: str, groups: Interface | Failure) -> Snapshot | Failure:
        described = self._described[target]
        state = described["LifeCycleState"]
        refused = isinstance(groups, Failure) and groups.kind is ErrorKind.STATE
        # The documents let nothing read the groups of one that is deleted or has no network interface. One whose
        # creation failed never gets one.
        if state == "deleted" or (refused and state in FINAL_STATES):
            return final(state)
        return groups if isinstance(groups, Failure) else _snapshot(described, groups)


def _is_described(target: Mapping[str, Any]) -> bool:
    return (
        MOUNT_TARGET.resource_id.fits(target["MountTargetId"])
        and FILE_SYSTEM_ID.fits(target.get("FileSystemId"))
        and isinstance(target.get("LifeCycleState"), str)
    )


def _snapshot(described: Mapping[str, Any], found: Interface) -> Snapshot:
    state, vpc_id = line(described["LifeCycleState"]), described.get("VpcId")
    return Snapshot(
        id=described["MountTargetId"],
        groups=found.groups,
        read_at=found.read_at,
        state=state,
        passing=state not in (AVAILABLE, *FINAL_STATES),
        blocked=final(state) if state in FINAL_STATES else None,
        # botocore hands on what JSON has, whatever the model says.
        vpc_id=line(vpc_id) or None if isinstance(vpc_id, str) else None,
        names=found.names,
        details={
            "file_system_id": described["FileSystemId"],
            "vpc_id": described.get("VpcId"),
            "subnet_id": described.get("SubnetId"),
            "availability_zone": described.get("AvailabilityZoneName"),
            "network_interface_id": described.get("NetworkInterfaceId"),
            "ip_address": described.get("IpAddress"),
            "state": state,
        },
    )


def _file_system_problems(file_system_id: str) -> list[str]:
    if FILE_SYSTEM_ID.fits(file_system_id):
        return []
    expected = f"the ID of a file system (expected something like {FILE_SYSTEM_ID.example}) nor its ARN"
    return [f"file_system_id '{file_system_id}' is neither {expected}"]


TEXTS = r"""
title: EFS mount targets
resources: the mount targets of Amazon EFS file systems
refused: more groups than the account's quota allows
nothing_found: A file system without mount targets gives an empty list.
selector:
  - The ID or the ARN of a file system, whose mount targets all get the same O(security_groups).
selector_info:
  - The ID or the ARN of a file system, whose mount targets are all shown.
selector_both:
  - A file system of another account is found by its ARN only.
permissions:
  - to: read state and details
    needs: [elasticfilesystem:DescribeMountTargets]
  - to: read groups of many mount targets with one call
    needs: [ec2:DescribeNetworkInterfaces]
    optional: true
  - to: read groups otherwise
    needs: [elasticfilesystem:DescribeMountTargetSecurityGroups, ec2:DescribeNetworkInterfaceAttribute]
  - to: write groups
    needs: [elasticfilesystem:ModifyMountTargetSecurityGroups, ec2:ModifyNetworkInterfaceAttribute]
    writes: true
  - to: know the quota beforehand
    needs: [ec2:DescribeAccountAttributes]
    optional: true
  - to: check groups beforehand, and take names
    needs: [ec2:DescribeSecurityGroups, ec2:GetSecurityGroupsForVpc]
    optional: true
calls:
  - task: nothing to change
    groups, through EC2: 1 for each 200 mount targets
    state and details: 2 for each file system, but never more than *n* + 1
    quota and look-up: 0
    writes: 0
  - task: "*c* of them change"
    groups, through EC2: the same, and a few to read back, each for up to 200
    state and details: the same
    quota and look-up: 1 each where a list grows
    writes: "*c*"
  - task: check mode
    groups, through EC2: as where nothing changes
    state and details: the same
    quota and look-up: 1 each where a list grows
    writes: 0
notes_both:
  - With C(ec2:DescribeNetworkInterfaces), the groups of up to 200 mount targets are read with one call. Without it,
    each takes a call of its own.
notes:
  - With C(ec2:DescribeAccountAttributes), lists that are longer than the account's quota are refused before anything
    is written. Without it, AWS refuses them one by one.
  - A mount target that is C(creating) or C(updating) is waited for before it is written. One that is C(deleting),
    C(deleted) or in C(error) is refused when its groups would have to change.
  - A mount target always has a security group. A task that would leave none fails.
seealso:
  - name: ModifyMountTargetSecurityGroups
    description: The AWS API call that replaces the list.
    link: https://docs.aws.amazon.com/efs/latest/ug/API_ModifyMountTargetSecurityGroups.html
examples: |
  - name: Let the web servers' group reach a mount target, whatever else is attached
    crosscloud.security_groups.efs_mount_target_sg:
      mount_target_id: fsmt-0a1b2c3d4e5f60718
      security_groups: sg-0a1b2c3d4e5f60718
      region: eu-central-1

  - name: Detach a group from all mount targets of a file system
    crosscloud.security_groups.efs_mount_target_sg:
      file_system_id: fs-0a1b2c3d4e5f60718
      security_groups: sg-0f9e8d7c6b5a49382
      state: absent
      region: eu-central-1

  - name: Give two mount targets their exact groups, unless more than one would change
    crosscloud.security_groups.efs_mount_target_sg:
      state: exact
      max_changes: 1
      attachments:
        - id: fsmt-0a1b2c3d4e5f60718
          security_groups: [sg-0a1b2c3d4e5f60718]
        - id: fsmt-0f9e8d7c6b5a49382
          security_groups: [sg-0a1b2c3d4e5f60718, sg-0f9e8d7c6b5a49382]
      region: eu-central-1

  - name: Report drift without changing anything
    crosscloud.security_groups.efs_mount_target_sg:
      mount_target_id: fsmt-0a1b2c3d4e5f60718
      security_groups: [sg-0a1b2c3d4e5f60718]
      state: exact
      region: eu-central-1
    check_mode: true
    diff: true
    register: drift
examples_info: |
  - name: Show the groups of all mount targets of a file system
    crosscloud.security_groups.efs_mount_target_sg_info:
      file_system_id: fs-0a1b2c3d4e5f60718
      region: eu-central-1
    register: found

  - name: Show them by mount target
    ansible.builtin.debug:
      msg: "{{ found.resources | items2dict(key_name='id', value_name='security_groups') }}"
sample:
  id: fsmt-0a1b2c3d4e5f60718
  before: [sg-0f9e8d7c6b5a49382]
  after: [sg-0f9e8d7c6b5a49382, sg-0a1b2c3d4e5f60718]
  names: {sg-0a1b2c3d4e5f60718: web, sg-0f9e8d7c6b5a49382: nfs}
  code: MountTargetNotFound
  message: >-
    it does not exist; check its id and the region (DescribeMountTargets answered MountTargetNotFound: Mount target
    'fsmt-0a1b2c3d4e5f60718' does not exist.)
  request_id: 3f1b9d3c-6f0e-4c58-9d4a-0c7b1f5f0e11
details:
  file_system_id:
    description: The ID of the file system.
    sample: fs-0a1b2c3d4e5f60718
  vpc_id:
    description: The ID of the VPC.
    sample: vpc-0a1b2c3d4e5f60718
  subnet_id:
    description: The ID of the subnet.
    sample: subnet-0a1b2c3d4e5f60718
  availability_zone:
    description: The name of the availability zone.
    sample: eu-central-1a
  network_interface_id:
    description: The ID of the network interface that EFS made for the mount target.
    sample: eni-0a1b2c3d4e5f60718
  ip_address:
    description: The IP address of the mount target.
    sample: 10.0.1.17
  state:
    description: The lifecycle state, in AWS's words.
    sample: available
"""

DECLARATION = Declaration(
    cloud="AWS",
    kind=MOUNT_TARGET,
    ids="mount_target_ids",
    id="mount_target_id",
    selector="file_system_id",
    selector_argument={"type": "str"},
    selector_problems=_file_system_problems,
    connection=CONNECTION,
    library="boto3",
    connect=connect(MountTargets),
    extra=EXTRA,
    missing=MISSING,
    texts=TEXTS,
)
