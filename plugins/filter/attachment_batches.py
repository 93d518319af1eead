# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The filter that checks a description of attachments, and makes tasks of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from typing import Any

from ansible.errors import AnsibleUndefinedVariable
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._attachments import (
    ATTACHMENTS,
    CONNECTIONS,
    Attachment,
    batches,
    problems,
    read,
)
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._kinds import MODULES
from jinja2 import Undefined, UndefinedError

DOCUMENTATION = r"""
name: attachment_batches
version_added: 0.1.0
author: The crosscloud.security_groups authors (@crosscloud)
short_description: Check a description of attachments, and group it into what one task can do
description:
  - Says what is wrong with a description of which security groups belong on which resources, and names the entry.
  - Groups the description by kind, connection and region, so that one task can do each group of it.
  - The roles P(crosscloud.security_groups.converge#role) and P(crosscloud.security_groups.drift_report#role) use it.
    Use it in a test to check a description without any call to a cloud.
options:
  _input:
    description: The description, in the form of the variable C(security_group_attachments) of the roles.
    type: list
    elements: dict
    required: true
  connections:
    description:
      - Connection options by name, in the form of the variable C(security_group_connections) of the roles.
      - Of these options only names and regions come into the result.
    type: dict
    default: {}
  only:
    description: One or several resource IDs. The result is about these and no others. Empty means all.
    type: list
    elements: str
    default: []
  allow_empty:
    description: Whether an entry with the state V(exact) may have no security groups, where its kind allows it.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: Refuse a description with mistakes, before anything reads it
  ansible.builtin.assert:
    that: checked.problems == []
    fail_msg: "{{ checked.problems | join('; ') }}"
  vars:
    checked: >-
      {{ security_group_attachments
         | crosscloud.security_groups.attachment_batches(connections=security_group_connections) }}
"""

RETURN = r"""
_value:
  description: What is wrong, and what is described.
  type: dict
  contains:
    problems:
      description: A sentence for each mistake, which names the entry. Nothing else is returned where there is one.
      type: list
      elements: str
      sample:
        - >-
          security_group_attachments[3] (eni-7k2m9q4x): kind 'qcloud_nic' is unknown; it is one of efs_mount_target,
          qcloud_eni, qcloud_cvm, aliyun_rds
    entries:
      description: The entries, in their order, each with all keys. What nothing says is null.
      type: list
      elements: dict
      sample:
        - kind: qcloud_eni
          id: eni-7k2m9q4x
          security_groups: [sg-aaaa1111]
          state: exact
          position: keep
          region: ap-guangzhou
          connection: production
          name: web-1
          reason: null
    batches:
      description: The entries by kind, connection and region.
      type: list
      elements: dict
      contains:
        kind:
          description: The kind of all these resources.
          type: str
          sample: qcloud_eni
        connection:
          description: The name of the connection, or null.
          type: str
          sample: production
        region:
          description: The region, of the entry or else of the connection, or null.
          type: str
          sample: ap-guangzhou
        label:
          description: Words for people.
          type: str
          sample: 1 network interface through production in ap-guangzhou
        attachments:
          description: The value for the option O(crosscloud.security_groups.qcloud_eni_sg#module:attachments).
          type: list
          elements: dict
          sample:
            - id: eni-7k2m9q4x
              security_groups: [sg-aaaa1111]
              state: exact
              position: keep
"""


def attachment_batches(
    attachments: Any, connections: Any = None, only: Any = None, *, allow_empty: bool = False
) -> dict[str, Any]:
    """Return the mistakes in a description, its entries, and its batches."""
    connections = {} if connections is None else connections
    undefined = [*_undefined(ATTACHMENTS, attachments), *_undefined(CONNECTIONS, connections)]
    found = undefined or problems(attachments, connections, allow_empty=allow_empty)
    if found:
        return {"problems": found, "entries": [], "batches": []}
    wanted = [only] if isinstance(only, str) else only
    described = [one for one in read(attachments, connections) if not only or one.id in wanted]
    return {
        "problems": [],
        "entries": [_entry(one) for one in described],
        "batches": [
            {
                "kind": batch.kind,
                "connection": batch.connection,
                "region": batch.region,
                "label": batch.label,
                "attachments": [_argument(one) for one in batch.attachments],
            }
            for batch in batches(described)
        ],
    }


def _undefined(name: str, value: Any) -> Iterator[str]:
    """Yield what ansible-core 2.18 finds missing in a variable. It quotes the whole of it, which may hold secrets."""
    if isinstance(value, Undefined):
        try:
            str(value)
        except (AnsibleUndefinedVariable, UndefinedError) as error:
            missing = re.search(r"'[\w ]+' (is undefined|has no attribute '\w+')$", str(error))
            yield f"{name} needs a variable that there is not" + (f": {missing[0]}" if missing else "")


def _entry(one: Attachment) -> dict[str, Any]:
    return {**{field.name: getattr(one, field.name) for field in fields(one)}, **_wanted(one)}


def _argument(one: Attachment) -> dict[str, Any]:
    # Modules of kinds without order have no option position. The others take what is left out from module_defaults.
    ordered = MODULES[one.kind].kind.ordered
    return {"id": one.id, **{key: value for key, value in _wanted(one).items() if key != "position" or ordered}}


def _wanted(one: Attachment) -> dict[str, Any]:
    """Return what is wanted in the types that templates know."""
    return {
        "security_groups": list(one.security_groups),
        "state": one.state.value,
        "position": one.position.value,
    }


class FilterModule:
    """What Ansible looks for in a file with filters."""

    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"attachment_batches": attachment_batches}
