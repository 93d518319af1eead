# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter that joins the results of a loop over batches with what the batches were."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

DOCUMENTATION = r"""
name: attachment_results
version_added: 0.1.0
author: The crosscloud.security_groups authors (@crosscloud)
short_description: Join the results of tasks over batches of attachments with the batches
description:
  - Takes the registered results of tasks that loop over what P(crosscloud.security_groups.attachment_batches#filter)
    returns, and gives them the form that M(crosscloud.security_groups.drift_report_files) reads.
  - Meant for the role P(crosscloud.security_groups.drift_report#role).
options:
  _input:
    description: The C(results) of a registered loop over batches.
    type: list
    elements: dict
    required: true
  read_at:
    description: The time before the first of these tasks began, in ISO 8601 and UTC.
    type: str
    required: true
"""

EXAMPLES = r"""
- name: Keep what was read of the network interfaces
  ansible.builtin.set_fact:
    found: "{{ interfaces.results | crosscloud.security_groups.attachment_results(read_at='2026-11-21T06:00:00Z') }}"
"""

RETURN = r"""
_value:
  description: A dictionary for each batch.
  type: list
  elements: dict
  contains:
    kind:
      description: The kind of the resources.
      type: str
      sample: qcloud_eni
    connection:
      description: The name of the connection, or null.
      type: str
      sample: production
    region:
      description: The region, or null.
      type: str
      sample: ap-guangzhou
    read_at:
      description: The O(read_at) given.
      type: str
      sample: "2026-11-21T06:00:00Z"
    result:
      description: What the module returned, C(changed), C(resources), and where it failed C(failed) and C(msg).
      type: dict
      sample:
        failed: false
        changed: false
        resources: []
"""


def attachment_results(results: Iterable[Mapping[str, Any]], read_at: str) -> list[dict[str, Any]]:
    """Return the kind, connection, region and result of each batch."""
    return [
        {
            **{key: result[result["ansible_loop_var"]].get(key) for key in ("kind", "connection", "region")},
            "read_at": read_at,
            "result": _result(result),
        }
        for result in results
    ]


def _result(result: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the module said. A module that fails says why, whatever the task makes of it."""
    kept = {key: result[key] for key in ("changed", "resources", "msg") if key in result}
    return {"failed": "msg" in result, **kept}


class FilterModule:
    """What Ansible looks for in a file with filters."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"attachment_results": attachment_results}
