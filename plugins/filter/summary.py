# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter that says what a task did."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._summary import summary

DOCUMENTATION = r"""
name: summary
version_added: 1.0.0
author: The crosscloud.security_groups authors (@crosscloud)
short_description: Say in a few lines what a task did to security groups
description:
  - Says how many resources were changed, refused or failed, and names them.
  - For a task that ended without a result, says that its module may still write. This happens when a C(timeout) ends
    the task.
positional: _input
options:
  _input:
    description: The registered result of a module of this collection that manages security groups.
    type: dict
    required: true
"""

EXAMPLES = r"""
- name: Apply a description
  crosscloud.security_groups.attachments:
    attachments: "{{ security_group_attachments }}"
  register: applied

- name: Show what was done
  ansible.builtin.debug:
    msg: "{{ applied | crosscloud.security_groups.summary }}"
"""

RETURN = r"""
_value:
  description: The lines.
  type: list
  elements: str
  sample:
    - "12 resources: 2 changed, 9 already as described, 1 failed"
    - "changed: eni-7k2m9q4x, fsmt-0123456789abcdef0"
    - "failed: rm-bp1f3k8n5t7v2x9q4"
"""


class FilterModule:
    """What Ansible looks for in a file with filters."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"summary": summary}
