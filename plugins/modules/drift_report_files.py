#!/usr/bin/python
# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: drift_report_files
short_description: Write a drift report, or merge the drift reports of several hosts into one
version_added: 1.0.0
author:
  - The crosscloud.security_groups authors (@crosscloud)
description:
  - Compares a description with what M(crosscloud.security_groups.attachments) returned for it in check mode, and writes
    the report as C(drift.json), C(drift.md), C(drift.xml) (JUnit) and C(drift.html).
  - With O(reports), merges reports that were written before. So one report covers the hosts of an inventory, or the
    slices of a job.
  - The role P(crosscloud.security_groups.drift_report#role) uses it. If you write your own tasks, the callback plugin
    P(crosscloud.security_groups.drift_report#callback) writes the same files.
  - Neither unread resources nor resources missing from the result are counted as in sync.
  - Each file is replaced as a whole, once all of them are complete on the disk.
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
  attachments:
    description:
      - The description, as for O(crosscloud.security_groups.attachments#module:attachments).
      - Required together with O(scope) and O(result).
    type: list
    elements: raw
  connections:
    description: The connections of the description. Of these, only names and regions get into the report.
    type: dict
    default: {}
  only:
    description: Resource IDs, as a list or as text. The report is about these entries and no others.
    type: raw
  scope:
    description: What the report calls the whole description, most often the inventory host.
    type: str
  result:
    description:
      - What M(crosscloud.security_groups.attachments) returned for it, as registered, whether it failed or not.
    type: dict
  reports:
    description:
      - Paths of C(drift.json) files to merge, as a list or as text. For a directory, all C(drift.json) in its folders.
      - If several reports are about one scope, the newest counts.
      - Exactly one of O(result) and O(reports) is required.
    type: raw
  scopes:
    description:
      - With O(reports), the scopes that must have a report. One without is in the merged report as not read. Reports on
        other scopes are left out.
      - Without it, all scopes of the reports are merged.
    type: raw
  newer_than:
    description: With O(reports), a time in ISO 8601. Older reports are left out.
    type: str
  directory:
    description:
      - The directory for the files. It is made if it is missing.
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
  markdown_limit:
    description:
      - How many characters C(drift.md) has at most, at least V(1000). An emoji counts as two.
      - If the report is longer, rows are left out, and commands before rows. The text says how many of which verdict;
        the other files have all of them.
      - The default fits a comment on GitHub, and leaves room for a few words of your own. V(32767) fits Jira and
        Bitbucket Server.
    type: int
    default: 60000
  fail_on:
    description:
      - What RV(complaints) is about, as a list or as text. V(drift), V(would_fail) and V(error) are verdicts. V(none)
        alone means nothing. The module itself never fails because of this option.
      - V(opens) is drift that lets more traffic through than the description, V(opens_to_internet) drift that does so
        for the whole internet. Drift whose effect is not known counts as well, so run the task that reads with
        O(crosscloud.security_groups.attachments#module:effect).
    type: raw
    default: [error]
seealso:
  - module: crosscloud.security_groups.attachments
  - plugin: crosscloud.security_groups.drift_report
    plugin_type: callback
"""

EXAMPLES = r"""
- name: Compare the resources with the description
  crosscloud.security_groups.attachments:
    attachments: &attachments
      - kind: qcloud_eni
        id: eni-7k2m9q4x
        security_groups: [sg-1h4j6b9s, sg-5d8n2w7c]
        region: ap-guangzhou
        reason: Deny rules must be evaluated first
  check_mode: true
  register: compared
  failed_when: false

- name: Write the report
  crosscloud.security_groups.drift_report_files:
    scope: production
    attachments: *attachments
    result: "{{ compared }}"
    directory: "{{ playbook_dir }}/drift-report/production"
    previous: "{{ playbook_dir }}/drift-report/production/drift.json"

- name: Merge the reports of all scopes
  crosscloud.security_groups.drift_report_files:
    reports: "{{ playbook_dir }}/drift-report"
    scopes: [production]
    directory: "{{ playbook_dir }}/drift-report"
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
      description: Number of resources whose groups are as described.
      returned: success
      type: int
      sample: 21
    drift:
      description: Number of resources whose groups differ.
      returned: success
      type: int
      sample: 2
    would_fail:
      description: Number of resources to which the described groups cannot be applied.
      returned: success
      type: int
      sample: 1
    error:
      description: Number of resources that could not be read.
      returned: success
      type: int
      sample: 1
    accepted:
      description: Number of resources whose groups differ, which their C(accepted) allows until a day to come.
      returned: success
      type: int
      sample: 1
    total:
      description: Number of all resources.
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
page:
  description: The path of C(drift.html).
  returned: success
  type: str
  sample: /runner/project/drift-report/drift.html
plan:
  description:
    - What drifted, for a job that applies exactly that with the variable C(converge_plan) of the role
      P(crosscloud.security_groups.converge#role).
    - Has no resources, and says why in C(problem), if a resource could not be read, if nothing drifted, or if it would
      have more than 500,000 characters as JSON.
  returned: success
  type: dict
  sample:
    schema_version: 1
    generated_at: "2026-11-23T06:00:04Z"
    scopes: [production]
    resources:
      - scope: production
        kind: qcloud_eni
        connection: null
        region: ap-guangzhou
        id: eni-7k2m9q4x
        name: web-1
        reason: Deny rules must be evaluated first
        verdict: drift
        found: [sg-5d8n2w7c]
        wanted: [sg-1h4j6b9s, sg-5d8n2w7c]
complaints:
  description: A sentence for each verdict in O(fail_on) that a resource has.
  returned: success
  type: list
  elements: str
  sample: ["2 of 25 resources drifted from their description"]
summary:
  description: The report for a terminal, as lines, at most a screen.
  returned: success
  type: list
  elements: str
  sample:
    - "25 described: 1 drift, 24 in sync"
    - "eni-7k2m9q4x  +sg-1h4j6b9s -sg-5d8n2w7c"
"""
