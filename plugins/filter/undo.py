# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: undo
short_description: Turn the result of a task into what undoes it
version_added: 0.1.0
author:
  - The crosscloud.security_groups authors (@crosscloud)
description:
  - Takes what a module of this collection that manages security groups returned, and returns O(ignore:attachments) for
    the same module that give each resource the list that it had before.
  - A result that failed is as good as one that did not. Resources that were changed before the failure are in it, and
    so are those of which nobody knows whether they were.
  - Left out are resources that the task did not change, and those whose list could not be read. So what somebody else
    changed in the meantime stays, except on the resources that the task changed.
positional: _input
options:
  _input:
    description:
      - The list RV(ignore:resources) of a result, or the registered result with that list in it, also that of a loop.
      - A task that was skipped changed nothing. An item of a loop that failed without RV(ignore:resources) is left out.
      - A whole task that failed without RV(ignore:resources) is refused. With ansible-core 2.18, it may be a loop with
        items that were done.
      - What was tried again, with C(retries), is refused. The result is that of the last attempt, and says nothing of
        what the others changed. RV(ignore:resources) by itself undoes the last attempt.
      - Where a resource is in the list more than once, the first entry counts.
    type: raw
    required: true
notes:
  - A list that was empty before is restored only where the task says O(ignore:allow_empty=true).
  - The result of a task in check mode gives what would undo it, though nothing happened. Restoring lists that are still
    attached changes nothing.
  - Where C(module_defaults) have a O(ignore:position), say O(ignore:position=keep) in the task that restores. A list
    that is restored has its own order, so any other position is refused.
seealso:
  - module: crosscloud.security_groups.aliyun_rds_sg
  - module: crosscloud.security_groups.efs_mount_target_sg
  - module: crosscloud.security_groups.qcloud_cvm_sg
  - module: crosscloud.security_groups.qcloud_eni_sg
"""

EXAMPLES = r"""
- name: Change security groups and take it back if a health check fails
  vars:
    instances: [ins-3t6v8r1p, ins-9k4m2x7c]
  block:
    - name: Put a new group before all others
      crosscloud.security_groups.qcloud_cvm_sg:
        instance_ids: "{{ instances }}"
        security_groups: sg-1h4j6b9s
        position: first
        region: ap-guangzhou
      register: change

    - name: Wait for the application
      ansible.builtin.wait_for:
        host: app.example.org
        port: 443
        timeout: 30
  rescue:
    - name: Restore the lists as they were
      crosscloud.security_groups.qcloud_cvm_sg:
        attachments: "{{ change.resources | crosscloud.security_groups.undo }}"
        region: ap-guangzhou

- name: Undo a task with a loop
  crosscloud.security_groups.qcloud_cvm_sg:
    attachments: "{{ looped | crosscloud.security_groups.undo }}"
    region: ap-guangzhou
"""

RETURN = r"""
_value:
  description:
    - One entry for each resource to restore, to be given to O(ignore:attachments) of the module whose result it was.
    - Empty where there is nothing to undo. The module then changes nothing.
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the resource.
      type: str
      sample: ins-3t6v8r1p
    security_groups:
      description: The list that it had before, in its order.
      type: list
      elements: str
      sample: [sg-5d8n2w7c]
    state:
      description: Always V(exact).
      type: str
      sample: exact
"""

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleFilterError


def undo(result: Any) -> list[dict[str, Any]]:
    """Return the attachments that restore each ``before``; raise AnsibleFilterError where it is no such result."""
    resources = _resources(result)
    if not isinstance(resources, list) or not all(_is_resource(one) for one in resources):
        raise AnsibleFilterError(
            "undo: this is not what a module of crosscloud.security_groups that manages security groups returned; "
            "give its registered result, or the resources of it"
        )
    before: dict[str, list[str]] = {}
    for resource in resources:
        if resource["before"] is not None and resource["changed"]:
            before.setdefault(resource["id"], list(resource["before"]))
    return [{"id": one, "security_groups": groups, "state": "exact"} for one, groups in before.items()]


def _resources(result: Any) -> Any:
    """Return the resources of a result, of all items if it is that of a loop. What else comes in is the caller's."""
    if not isinstance(result, Mapping):
        return result
    _refuse_retried(result)
    if isinstance(result.get("results"), list):
        return [one for item in result["results"] for one in _of_item(item)]
    # With ansible-core 2.18, a loop in which the arguments of an item cannot be rendered looks like this, and what its
    # other items changed is lost.
    if result.get("failed") and "resources" not in result:
        raise AnsibleFilterError(
            f"undo: the task failed and returned no resources, so nothing says what it changed: {result.get('msg')}"
        )
    return [] if result.get("skipped") else result.get("resources")


def _of_item(item: Any) -> list[Any]:
    if not isinstance(item, Mapping):
        return [item]
    _refuse_retried(item)
    nothing = [] if item.get("skipped") or item.get("failed") else None
    resources = item.get("resources", nothing)
    return resources if isinstance(resources, list) else [resources]


def _refuse_retried(result: Mapping[str, Any]) -> None:
    # Ansible keeps what the last attempt returned. Of one that failed it counts the retries and not the attempts. Of a
    # job in the background they may be those of async_status, which only asks.
    attempts = 0 if "ansible_job_id" in result else result.get("attempts", 0)
    if attempts > 1 or (attempts and result.get("failed")):
        raise AnsibleFilterError(
            "undo: the task was tried more than once, and its result says only what the last attempt changed; look at "
            "the lists, or give the resources of the result to undo that attempt"
        )


def _is_resource(entry: Any) -> bool:
    return (
        isinstance(entry, Mapping)
        and isinstance(entry.get("id"), str)
        and isinstance(entry.get("before", ""), list | None)
        and isinstance(entry.get("changed"), bool)
        and isinstance(entry.get("error", ""), Mapping | None)
    )


class FilterModule:
    """Filters for results."""

    def filters(self) -> dict[str, Any]:
        return {"undo": undo}
