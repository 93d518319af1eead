#!/usr/bin/python
# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: drift_report_files
short_description: Write the drift report of descriptions of security groups and what was read
version_added: 0.1.0
author:
  - The crosscloud.security_groups authors (@crosscloud)
description:
  - Compares what descriptions want with what the modules of this collection read in check mode, and writes the report
    as C(drift.json), C(drift.md), C(drift.xml) (JUnit) and C(drift.html).
  - The role C(drift_report) of this collection calls it. Those who keep playbooks of their own get the
    same files from the callback plugin P(crosscloud.security_groups.drift_report#callback).
  - What could not be read is never counted as in sync. So is a resource in O(scopes[].attachments) that no batch
    returns.
  - Files are replaced one after the other, each as a whole, once all of them are complete on the disk.
attributes:
  action:
    description: Runs on the controller, and writes the files there. No host is reached, and no cloud.
    support: full
  async:
    description: Whether the task may run in the background.
    support: none
  check_mode:
    description: Whether the module tells in C(check_mode) what it would change, and changes nothing.
    support: full
    details:
      - Writes the files in check mode, too, for they are the report on a run in check mode. It never changes what it
        reports on.
  diff_mode:
    description: Whether the module returns what it changes, or would change in C(check_mode), when asked for a diff.
    support: none
  idempotent:
    description: Whether a second run with the same arguments changes nothing, if nobody else did in between.
    support: N/A
    details:
      - Each run writes the files anew, with the time. As they describe and are not described, that is no change, and
        RV(changed) is always false.
options:
  scopes:
    description: What is described and what was read, for each inventory host.
    type: list
    elements: dict
    required: true
    suboptions:
      scope:
        description: The name of the inventory host.
        type: str
        required: true
      attachments:
        description: The description, a line for each resource. The same resource twice is an error.
        type: list
        elements: dict
        required: true
        suboptions:
          kind:
            description: The kind of the resource. The module of a kind has its name and C(_sg) at the end.
            type: str
            required: true
            choices: [efs_mount_target, qcloud_eni, qcloud_cvm, aliyun_rds]
          id:
            description: The ID of the resource.
            type: str
            required: true
          security_groups:
            description: The IDs of the security groups that this line speaks of.
            type: list
            elements: str
            required: true
          state:
            description: What is wanted of these groups, as in the modules.
            type: str
            required: true
            choices: [present, absent, exact]
          position:
            description: Where these groups stand in the list, as in the modules. V(keep) where it is left out.
            type: str
            choices: [keep, first, last]
          region:
            description: The region of the resource.
            type: str
          connection:
            description: The name of the connection through which the resource is read.
            type: str
          name:
            description: What people call the resource. Where it is left out, the name that the cloud reports.
            type: str
          reason:
            description: Why these groups belong there.
            type: str
      batches:
        description: What was read, an entry for each task.
        type: list
        elements: dict
        required: true
        suboptions:
          kind:
            description: The kind of the resources.
            type: str
            required: true
            choices: [efs_mount_target, qcloud_eni, qcloud_cvm, aliyun_rds]
          connection:
            description: The connection of the resources.
            type: str
          region:
            description: The region of the resources.
            type: str
          read_at:
            description: When they were read, in ISO 8601; in UTC where it names no time zone.
            type: str
            required: true
          result:
            description: What the module returned, whether it failed or not, as registered.
            type: dict
            required: true
      problem:
        description: Why the scope could not be read or its description is not known.
        type: str
  directory:
    description:
      - The directory for the files. It is made where it is missing.
      - A relative path begins at the working directory of C(ansible-playbook).
    type: path
    required: true
  previous:
    description:
      - The C(drift.json) of the last report, which may be the one that this task replaces. Then the new one tells since
        when each drift has been there, what is new and what was repaired.
      - A file that does not exist is a first report. One that is no report of this version fails the task before
        anything is written.
    type: path
seealso:
  - plugin: crosscloud.security_groups.drift_report
    plugin_type: callback
"""

EXAMPLES = r"""
- name: Write the report
  crosscloud.security_groups.drift_report_files:
    directory: "{{ playbook_dir }}/drift-report"
    previous: "{{ playbook_dir }}/drift-report/drift.json"
    scopes:
      - scope: production
        attachments:
          - kind: qcloud_eni
            id: eni-7k2m9q4x
            security_groups: [sg-1h4j6b9s, sg-5d8n2w7c]
            state: exact
            region: ap-guangzhou
            reason: The group that denies comes first
        batches:
          - kind: qcloud_eni
            region: ap-guangzhou
            read_at: "2026-11-21T06:00:00Z"
            result:
              resources:
                - id: eni-7k2m9q4x
                  before: [sg-5d8n2w7c, sg-1h4j6b9s]
                  details: {name: web-1, state: AVAILABLE}
                  error:
"""

RETURN = r"""
changed:
  description: Always false. A report changes nothing that it reports on.
  returned: always
  type: bool
  sample: false
totals:
  description: How many resources have each verdict. A scope whose description is not known counts as one V(error).
  returned: success
  type: dict
  contains:
    in_sync:
      description: Have the groups that are wanted.
      returned: success
      type: int
      sample: 21
    drift:
      description: Have other groups.
      returned: success
      type: int
      sample: 2
    would_fail:
      description: Could not be given the groups that are wanted.
      returned: success
      type: int
      sample: 1
    error:
      description: Could not be read.
      returned: success
      type: int
      sample: 1
    total:
      description: All of them.
      returned: success
      type: int
      sample: 25
ids:
  description: The IDs of what is not in sync, 50 at most, the most pressing first.
  returned: success
  type: list
  elements: str
  sample: [eni-7k2m9q4x]
files:
  description: The paths of the files.
  returned: success
  type: list
  elements: str
  sample: [/runner/project/drift-report/drift.json]
summary:
  description: The report for a terminal, as lines, at most a screen.
  returned: success
  type: list
  elements: str
  sample:
    - "25 described: 1 drift, 24 in sync"
    - "eni-7k2m9q4x  +sg-1h4j6b9s -sg-5d8n2w7c"
"""
