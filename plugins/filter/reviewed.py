# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter that makes a description of a drift report that was reviewed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._plan import UnusablePlanError, read

DOCUMENTATION = r"""
name: reviewed
version_added: 1.0.0
author: The crosscloud.security_groups authors (@crosscloud)
short_description: Turn a reviewed drift report into the entries that apply it
description:
  - Reads a C(drift.json), or the plan that a report handed on, and returns entries for
    O(crosscloud.security_groups.attachments#module:attachments) that apply exactly the drift that the report found.
  - Each entry expects the list that the report found. A resource with another list by then is refused with the error
    kind V(conflict).
  - Resources that would fail or could not be read when the report was made are left out.
  - The role P(crosscloud.security_groups.converge#role) uses it for C(converge_plan).
positional: _input, scope
options:
  _input:
    description:
      - The path of the C(drift.json), or what the module M(crosscloud.security_groups.drift_report_files) returns as
        C(plan). The role P(crosscloud.security_groups.drift_report#role) hands that on as the artifact
        C(security_group_plan).
      - A relative path begins at the working directory of C(ansible-playbook).
    type: raw
    required: true
  scope:
    description: The inventory host whose resources to return. A report that is not about it is an error.
    type: str
    default: localhost
"""

EXAMPLES = r"""
- name: Apply what was reviewed
  crosscloud.security_groups.attachments:
    attachments: "{{ 'drift-report/drift.json' | crosscloud.security_groups.reviewed }}"
    connections: "{{ security_group_connections }}"
"""

RETURN = r"""
_value:
  description: One entry for each resource that drifted.
  type: list
  elements: dict
  sample:
    - kind: qcloud_eni
      id: eni-7k2m9q4x
      security_groups: [sg-aaaa1111, sg-bbbb2222]
      state: exact
      expected: [sg-bbbb2222]
      region: ap-guangzhou
"""


def reviewed(plan: object, scope: str = "localhost") -> list[dict[str, Any]]:
    """Return the entries that apply a report; raise AnsibleFilterError where it is not one on that scope."""
    try:
        return read(plan, scope)
    except UnusablePlanError as error:
        raise AnsibleFilterError(f"reviewed: {error}") from error


class FilterModule:
    """What Ansible looks for in a file with filters."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"reviewed": reviewed}
