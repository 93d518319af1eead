#!/usr/bin/python
# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: description_file
short_description: Add entries to the file of a description of security groups
version_added: 1.0.0
author:
  - The crosscloud.security_groups authors (@crosscloud)
description:
  - Writes entries to the list C(security_group_attachments) of a YAML file, which the roles C(converge) and
    C(drift_report) of this collection read as variables.
  - Adds only entries that the file does not have, at the end of the list, and keeps everything else. The file has an
    entry if C(kind) and C(id) are the same, and C(connection) and C(region) do not differ. A value that is missing,
    encrypted or a template does not differ from any other.
  - Sorts new entries by C(kind), C(region), C(connection) and C(id).
  - Writes text that contains C({{), C({%) or C({#) with the tag C(!unsafe), so Ansible does not take it for a template.
  - Comments, templates, anchors and tags such as C(!vault) in the file stay as they are. If the list is not a block
    list, for example in JSON, the whole file is rewritten in block style. A warning then says that comments are lost.
  - If nothing has to be added, the file is not touched, and a file that does not exist is not created.
notes:
  - Hosts that run this task at the same time with the same O(path) may overwrite each other's entries. Use
    C(run_once), or a file for each host.
attributes:
  action:
    description: Runs on the controller, and writes the file there. No host is reached, and no cloud.
    support: full
  async:
    description: Whether the task may run in the background.
    support: none
  check_mode:
    description: Whether the module tells in C(check_mode) what it would change, and changes nothing.
    support: full
  diff_mode:
    description: Whether the module returns what it changes, or would change in C(check_mode), when asked for a diff.
    support: full
    details:
      - Shows the new entries only. Other lines of the file may hold secrets.
  idempotent:
    description: Whether a second run with the same arguments changes nothing, if nobody else did in between.
    support: full
options:
  path:
    description:
      - The file. Its directory must exist.
      - A relative path begins at the working directory of C(ansible-playbook).
      - A file that exists must be a mapping in YAML or JSON, and C(security_group_attachments) in it a list. Single
        values may be encrypted with ansible-vault, but not the whole file.
      - The file is replaced as a whole, and keeps its mode.
    type: path
    required: true
  attachments:
    description:
      - Entries of a description.
      - Keys without a value, or with an empty string, are not written.
    type: list
    elements: dict
    required: true
    suboptions:
      kind:
        description: The kind of the resource. The module of a kind has its name and C(_sg) at the end.
        type: str
        required: true
      id:
        description: The ID of the resource.
        type: str
        required: true
      name:
        description: What people call the resource.
        type: str
      security_groups:
        description: The IDs or names of the security groups.
        type: list
        elements: str
        required: true
      state:
        description: What is wanted of these groups, as in the modules.
        type: str
        choices: [present, absent, exact]
      position:
        description: Where these groups stand in the list, as in the modules.
        type: str
        choices: [keep, first, last]
      region:
        description: The region of the resource.
        type: str
      connection:
        description: The name of the connection through which the resource is read.
        type: str
      reason:
        description: Why these groups belong there.
        type: str
"""

EXAMPLES = r"""
- name: Add a network interface to the description
  crosscloud.security_groups.description_file:
    path: "{{ playbook_dir }}/attachments.yml"
    attachments:
      - kind: qcloud_eni
        id: eni-7k2m9q4x
        name: web-1
        security_groups: [sg-1h4j6b9s, sg-5d8n2w7c]
        region: ap-guangzhou
        connection: guangzhou
"""

RETURN = r"""
changed:
  description: Whether entries were added, or would be in C(check_mode).
  returned: always
  type: bool
  sample: true
path:
  description: The absolute path of the file.
  returned: success
  type: str
  sample: /runner/project/attachments.yml
added:
  description: How many entries were added, or would be in C(check_mode).
  returned: success
  type: int
  sample: 12
kept:
  description: How many entries the file had before. All of them are kept.
  returned: success
  type: int
  sample: 30
diff:
  description: The entries that are added.
  returned: when something is added and a diff is asked for
  type: dict
  contains:
    before_header:
      description: The path of the file.
      returned: always
      type: str
      sample: /runner/project/attachments.yml
    after_header:
      description: The path of the file.
      returned: always
      type: str
      sample: /runner/project/attachments.yml
    before:
      description: The name of the list, or nothing if the file had no entries.
      returned: always
      type: str
      sample: |
        security_group_attachments:
    after:
      description: The name of the list and the new entries.
      returned: always
      type: str
      sample: |
        security_group_attachments:
          - kind: qcloud_eni
            id: eni-7k2m9q4x
            name: web-1
            security_groups:
              - sg-1h4j6b9s
            region: ap-guangzhou
"""
