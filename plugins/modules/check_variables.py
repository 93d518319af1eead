#!/usr/bin/python
# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: check_variables
short_description: Check the variables of a role of this collection (internal)
version_added: 1.0.0
author:
  - The crosscloud.security_groups authors (@crosscloud)
description:
  - Internal to the roles of this collection, which run it before anything else. It may change at any time.
  - Fails with one message if a variable of the role has a wrong value, cannot be evaluated, or has a name that is
    almost one of the roles' names. The message never shows a template or the value of a connection option.
attributes:
  action:
    description: Runs on the controller. No host is reached, and no cloud.
    support: full
  async:
    description: Whether the task may run in the background.
    support: none
  check_mode:
    description: Whether the module tells in C(check_mode) what it would change, and changes nothing.
    support: full
    details:
      - This module does not modify state.
  diff_mode:
    description: Whether the module returns what it changes, or would change in C(check_mode), when asked for a diff.
    support: N/A
    details:
      - This module does not modify state.
options:
  role:
    description: The role whose variables are checked.
    type: str
    required: true
    choices: [converge, drift_report, describe]
"""

EXAMPLES = r"""
- name: Check the variables of the role converge
  crosscloud.security_groups.check_variables:
    role: converge
  vars:
    security_group_attachments: []
"""

RETURN = r"""
changed:
  description: Always false.
  returned: always
  type: bool
  sample: false
"""
