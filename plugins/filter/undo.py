# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
name: undo
short_description: Turn the result of a task into what undoes it
version_added: 1.0.0
author:
  - The crosscloud.security_groups authors (@crosscloud)
description:
  - Takes what a module of this collection that manages security groups returned, and returns O(ignore:attachments) for
    the same module that give each resource the list that it had before.
  - A result that failed is as good as one that did not. Resources that were changed before the failure are in it, and
    so are those of which nobody knows whether they were.
  - Left out are resources that the task did not change, and those whose list could not be read.
  - A resource whose list is no longer the one that the task left is refused with the error C(conflict), so what
    others changed in the meantime is not undone by accident. Leave RV(_value[].expected) out to undo it all the
    same.
positional: _input
options:
  _input:
    description:
      - The list RV(ignore:resources) of a result, or the registered result with that list in it, also that of a loop.
      - A task, or an item of a loop, that was skipped changed nothing.
      - One without RV(ignore:resources) is refused, because nothing says what it changed. It ran out of C(timeout) or
        C(async), its host could not be reached, its module was killed, or its arguments could not be rendered. The
        message names the items, and what the others changed.
      - With ansible-core 2.18, a loop in which the arguments of an item cannot be rendered has no results of other
        items either.
      - A job that was started with C(poll=0) is refused. Wait for it with M(ansible.builtin.async_status), and undo the
        result of that.
      - What was tried again, with C(retries), is refused. The result is that of the last attempt, and says nothing of
        what the others changed. RV(ignore:resources) by itself undoes the last attempt.
      - Where a resource is in the list more than once, its list before the first change is restored, if it still has
        the list of the last one.
    type: raw
    required: true
notes:
  - A list that was empty before is restored only where the task says O(ignore:allow_empty=true).
  - The result of a task in check mode gives what would undo it, though nothing happened. Restoring lists that are still
    attached changes nothing.
  - Where C(module_defaults) have a O(ignore:position), say O(ignore:position=keep) in the task that restores. A list
    that is restored has its own order, so any other position is refused.
seealso:
  - module: crosscloud.security_groups.attachments
  - module: crosscloud.security_groups.aliyun_rds_sg
  - module: crosscloud.security_groups.efs_mount_target_sg
  - module: crosscloud.security_groups.qcloud_cvm_sg
  - module: crosscloud.security_groups.qcloud_eni_sg
  - module: ansible.builtin.async_status
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

- name: Undo what is known of a loop of which not all items returned anything
  vars:
    known: "{{ looped.results | selectattr('resources', 'defined') | map(attribute='resources') | flatten }}"
  crosscloud.security_groups.qcloud_cvm_sg:
    attachments: "{{ known | crosscloud.security_groups.undo }}"
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
    expected:
      description:
        - The list that the task left, in its order. A resource that has another list by now is refused.
        - Missing where the task failed on the resource, because its list is not certain then.
      type: list
      elements: str
      sample: [sg-1h4j6b9s, sg-5d8n2w7c]
    kind:
      description: The resource type, if the result is that of M(crosscloud.security_groups.attachments).
      type: str
      sample: qcloud_cvm
    connection:
      description: The name of the connection, if the result has one.
      type: str
      sample: guangzhou
    region:
      description: The region, if the result has one.
      type: str
      sample: ap-guangzhou
"""

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleFilterError

from ..module_utils._ansible.text import short_line

NAMED = 10
"""How many items, or IDs, a message names."""

OTHERS = "result.results | selectattr('resources', 'defined') | map(attribute='resources') | flatten"


WHERE = ("kind", "connection", "region")
"""What the module attachments says of a resource besides its id, and wants to be told."""


def undo(result: Any) -> list[dict[str, Any]]:
    """Return the attachments that restore each ``before``; raise AnsibleFilterError where it is no such result."""
    resources = _resources(result)
    if not isinstance(resources, list) or not all(_is_resource(one) for one in resources):
        raise AnsibleFilterError(
            "undo: this is not what a module of crosscloud.security_groups that manages security groups returned; "
            "give its registered result, or the resources of it"
        )
    changed: dict[tuple[object, ...], list[Mapping[str, Any]]] = {}
    for resource in resources:
        if _is_changed(resource):
            changed.setdefault((resource["id"], *map(resource.get, WHERE)), []).append(resource)
    return [_restoring(each[0], each[-1]) for each in changed.values()]


def _restoring(first: Mapping[str, Any], last: Mapping[str, Any]) -> dict[str, Any]:
    """Return what restores the list from before the first change, if the list is still that of the last one."""
    where = {key: first[key] for key in WHERE if first.get(key) is not None}
    restoring = {"id": first["id"], "security_groups": list(first["before"]), "state": "exact", **where}
    # After a failure nobody knows the list.
    known = not last.get("error") and isinstance(last.get("after"), list)
    return {**restoring, "expected": list(last["after"])} if known else restoring


def _resources(result: Any) -> Any:
    """Return the resources of a result, of all items if it is that of a loop. What else comes in is the caller's."""
    if not isinstance(result, Mapping):
        return result
    if isinstance(result.get("results"), list):
        _refuse_unknown_items(result["results"])
        return [one for item in result["results"] for one in _of(item)]
    if why := _unknown(result):
        raise AnsibleFilterError(f"undo: nothing says what the task changed: {why}; look at the lists")
    return [] if result.get("skipped") else result.get("resources")


def _of(item: Any) -> list[Any]:
    if not isinstance(item, Mapping):
        return [item]
    resources = item.get("resources", [] if item.get("skipped") else None)
    return resources if isinstance(resources, list) else [resources]


def _unknown(result: Mapping[str, Any]) -> str | None:
    """Return why nobody can know what a task, or an item of its loop, changed, or None where its result says it."""
    # Ansible keeps what the last attempt returned. Of one that failed it counts the retries and not the attempts. Of a
    # job in the background they may be those of async_status, which only asks.
    attempts = 0 if "ansible_job_id" in result else result.get("attempts", 0)
    if attempts > 1 or (attempts and result.get("failed")):
        return (
            "it was tried more than once, and its result says only what the last attempt changed "
            "(give its resources to undo that attempt)"
        )
    # Our modules return resources even where they refuse their arguments. With ansible-core 2.18, a loop in which the
    # arguments of an item cannot be rendered has none either, and what its other items changed is lost.
    if "resources" in result or result.get("skipped"):
        return None
    if "ansible_job_id" in result and not result.get("finished"):
        job = result["ansible_job_id"]
        return f"its job {job} runs in the background; wait for its end with async_status, and undo the result of that"
    if "msg" in result or result.get("failed") or result.get("unreachable"):
        return f"it returned no resources: {short_line(str(result.get('msg', 'it does not say why')))}"
    return None


def _refuse_unknown_items(items: list[Any]) -> None:
    reasons = [_unknown(item) if isinstance(item, Mapping) else None for item in items]
    unknown = [
        f"item {number} of {len(items)}{_called(item)}: {why}"
        for number, (item, why) in enumerate(zip(items, reasons, strict=True), start=1)
        if why
    ]
    if not unknown:
        return
    known = [one for item, why in zip(items, reasons, strict=True) if not why for one in _of(item) if _is_resource(one)]
    changed = list(dict.fromkeys(resource["id"] for resource in known if _is_changed(resource)))
    others = f"changed {_few(changed, ', ')}; to undo only that, give {OTHERS}" if changed else "changed nothing"
    raise AnsibleFilterError(
        f"undo: nothing says what these changed: {_few(unknown, '; ')}; look at the lists; the other items {others}"
    )


def _called(item: Mapping[str, Any]) -> str:
    """Return what the loop calls an item, but for what may hold a secret: of a mapping only what names it."""
    value = item.get(item.get("ansible_loop_var", "item"))
    if isinstance(value, Mapping) and "ansible_job_id" in value:
        # A loop of async_status over the jobs that another loop started.
        return _called(value)
    if isinstance(value, Mapping):
        value = next((value[key] for key in ("id", "name", "key") if key in value), None)
    return f" ({short_line(str(value))})" if isinstance(value, str | int) else ""


def _few(texts: list[str], separator: str) -> str:
    more = [f"and {len(texts) - NAMED} more"] if len(texts) > NAMED else []
    return separator.join([*texts[:NAMED], *more])


def _is_changed(resource: Mapping[str, Any]) -> bool:
    return resource["before"] is not None and resource["changed"]


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
