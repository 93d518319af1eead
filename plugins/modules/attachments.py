#!/usr/bin/python
# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
from __future__ import annotations

DOCUMENTATION = r"""
module: attachments
short_description: Apply a description of security groups to resources of all kinds, accounts, regions and clouds
version_added: 1.0.0
author:
  - The crosscloud.security_groups authors (@crosscloud)
description:
  - Does in one process what one task for each kind and connection of this collection does.
  - Entries with the same kind, connection and region are a batch. All batches are read and planned before anything is
    written. A batch with a resource that is refused writes nothing. The other batches go on, and the task fails at its
    end.
  - A batch whose credentials, endpoint or connection options do not work is refused whole.
  - Each resource is retried until it reads back as requested or O(wait_timeout) expires.
  - The role P(crosscloud.security_groups.converge#role) applies a description with this module, and
    P(crosscloud.security_groups.drift_report#role) reports what differs from it.
extends_documentation_fragment:
  - crosscloud.security_groups.attributes.writing
options:
  attachments:
    description:
      - The description, one entry for each resource.
      - A mistake fails the task before any call to a cloud. The message names the entry.
      - A key that is null or empty counts as not given.
    type: list
    elements: dict
    required: true
    suboptions:
      kind:
        description: The resource type. The module of a type has its name and C(_sg) at the end.
        type: str
        required: true
        choices: [aliyun_ecs, aliyun_eni, aliyun_rds, ec2_eni, efs_mount_target, elbv2_load_balancer, rds_instance,
          qcloud_cdb, qcloud_clb, qcloud_cvm, qcloud_eni]
      id:
        description: The ID of the resource. Each resource may appear only once.
        type: str
        required: true
      security_groups:
        description:
          - The security groups to attach, detach or set, by ID or name. Names are looked up as by the module of the
            resource type.
        type: list
        elements: str
        required: true
      state:
        description:
          - V(exact) attaches these groups and detaches all others. Where order counts, they are in this order.
          - V(present) attaches these groups and keeps the others. V(absent) detaches these groups and keeps the others.
          - The default is V(exact).
        type: str
        choices: [present, absent, exact]
      position:
        description:
          - Where the groups are in the list, for types whose order counts, with the state V(present).
          - V(keep) leaves attached groups where they are and appends what is missing. V(first) and V(last) move the
            groups to the top or to the end of the list.
          - The default is V(keep).
        type: str
        choices: [keep, first, last]
      region:
        description: The region, if it is not that of the connection.
        type: str
      connection:
        description: The name of a set of options in O(connections). Without it, the environment is used.
        type: str
      expected:
        description:
          - The list that the resource must have now. The order counts for types whose order counts.
          - A resource with another list is refused with RV(ignore:error.kind=conflict), unless its list is already as
            wanted.
        type: list
        elements: str
      name:
        description: What people call the resource. Returned as it is.
        type: str
      reason:
        description: Why the resource has these groups. Returned as it is.
        type: str
      accepted:
        description:
          - A difference from the description that is known and may stay for a while. Only the drift report reads it.
          - The module applies the entry all the same.
        type: dict
        suboptions:
          until:
            description: The last day, in UTC, on which drift of this resource is accepted, such as V(2027-01-31).
            type: str
            required: true
          reason:
            description: Why it is accepted.
            type: str
            required: true
  connections:
    description:
      - Sets of connection options by name. Each has the options of the modules of its cloud, by their names and not by
        their aliases.
      - C(cloud), one of V(aws), V(tencentcloud) and V(alibabacloud), may say whose options these are.
      - If an option is unset, the environment variables of the module's option are used.
      - No output shows the secrets in it.
    type: dict
    default: {}
  only:
    description:
      - Resource IDs. The task handles the entries with these IDs and no others. Empty means all.
      - An ID that no entry has is an error.
    type: list
    elements: str
  allow_empty:
    description: Whether an entry may leave a resource without any security group, for types that allow it.
    type: bool
    default: false
  max_changes:
    description:
      - Fail before anything is written when more resources than this would change in all batches together.
      - Without it, any number may change.
    type: int
  parallelism:
    description: How many API calls may be under way at once, for each connection and region.
    type: int
    default: 16
  wait_timeout:
    description:
      - For one resource, how many seconds to wait for a state in which it can be changed, and for the list to read
        back as written.
      - Polling starts within one second and then backs off.
    type: int
    default: 120
  settle:
    description:
      - After a list that was written reads back as wanted, look once more this many seconds later, and do the work
        again if another writer replaced the list.
      - A resource is done once its list has stayed as wanted for that long. If O(wait_timeout) expires before, it fails
        with RV(resources[].error.kind=conflict). O(wait_timeout) must be longer.
      - Protects against writers on other machines, which a lock on this one does not. It should be longer than the time
        that any of them takes from reading a list to writing it.
    type: int
    default: 0
  effect:
    description:
      - Also tell what traffic each change opens and closes, in RV(resources[].effect) and in the diff.
      - Reads the rules of the groups before and after a change, once for each group, and only where something changes.
        What may not be read is told, and fails nothing.
      - It speaks of security groups only. No network ACL, route, whitelist or firewall is looked at.
    type: bool
    default: false
notes:
  - The Python package of a cloud is needed only if the description has a resource of that cloud.
  - Needs the permissions that the modules of the described types need. Those for looking up security groups are
    optional.
seealso:
  - module: crosscloud.security_groups.attachments_info
  - plugin: crosscloud.security_groups.undo
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Apply a description to two clouds
  crosscloud.security_groups.attachments:
    connections:
      frankfurt:
        profile: production
        region: eu-central-1
      guangzhou:
        region: ap-guangzhou
    attachments:
      - kind: efs_mount_target
        id: fsmt-0123456789abcdef0
        security_groups: [sg-0123456789abcdef0, sg-0fedcba9876543210]
        connection: frankfurt
      - kind: qcloud_eni
        id: eni-7k2m9q4x
        security_groups: [sg-aaaa1111]
        state: present
        position: first
        connection: guangzhou
        reason: Deny rules must be evaluated first
    max_changes: 2

- name: Report drift without changing anything
  crosscloud.security_groups.attachments:
    attachments: "{{ security_group_attachments }}"
    connections: "{{ security_group_connections }}"
  check_mode: true
  diff: true
  register: drift
  vars:
    security_group_connections:
      guangzhou:
        region: ap-guangzhou
    security_group_attachments:
      - kind: qcloud_cvm
        id: ins-3t6v8r1p
        security_groups: [sg-1h4j6b9s, sg-5d8n2w7c]
        connection: guangzhou
"""

RETURN = r"""
resources:
  description:
    - One entry for each entry of the description, in its order. Also returned when the task fails.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: The ID of the resource.
      returned: always
      type: str
      sample: eni-7k2m9q4x
    kind:
      description: The resource type.
      returned: always
      type: str
      sample: qcloud_eni
    connection:
      description: The name of the connection, or null.
      returned: always
      type: str
      sample: guangzhou
    region:
      description: The region of the entry or else of the connection, or null.
      returned: always
      type: str
      sample: ap-guangzhou
    name:
      description: The name in the description, or null.
      returned: always
      type: str
      sample: web-1
    reason:
      description: The reason in the description, or null.
      returned: always
      type: str
      sample: Deny rules must be evaluated first
    changed:
      description: Whether the list was changed or, in check mode, would be.
      returned: always
      type: bool
      sample: true
    before:
      description: The groups as found. Null if they could not be read.
      returned: always
      type: list
      elements: str
      sample: [sg-5d8n2w7c]
    after:
      description: The groups as they are now or, in check mode, would be. Null if they could not be read.
      returned: always
      type: list
      elements: str
      sample: [sg-aaaa1111, sg-5d8n2w7c]
    added:
      description: The groups in RV(resources[].after) that are not in RV(resources[].before).
      returned: always
      type: list
      elements: str
      sample: [sg-aaaa1111]
    removed:
      description: The groups in RV(resources[].before) that are not in RV(resources[].after).
      returned: always
      type: list
      elements: str
      sample: []
    moved:
      description:
        - For types whose order counts, the kept groups whose rank among the kept ones changed, in the new order.
      returned: always
      type: list
      elements: str
      sample: []
    verified:
      description: Whether the list was read and found as wanted. False in check mode if a change is due.
      returned: always
      type: bool
      sample: true
    effect:
      description:
        - What the change opens and closes, the most dangerous first. Null without O(effect), and where nothing changes.
        - A server that may connect, where members of groups count and not rules, is in C(peer) as well.
      returned: always
      type: dict
      contains:
        opens:
          description:
            - Traffic that the change lets through and that was dropped before, as C(direction), C(protocol), C(ports),
              C(peer), and C(by), the group that allows it.
          returned: when there is an effect
          type: list
          elements: dict
          sample: [{direction: ingress, protocol: tcp, ports: "22", peer: 0.0.0.0/0, by: sg-0123456789abcdef0}]
        closes:
          description: Traffic that the change drops and that was let through before, in the same form.
          returned: when there is an effect
          type: list
          elements: dict
          sample: []
        unknown:
          description:
            - What could not be known, as C(group) and C(reason). What is told of other groups is certain all the same.
          returned: when there is an effect
          type: list
          elements: dict
          sample: []
      sample: null
    details:
      description: More about the resource, as the module of its type returns it.
      returned: always
      type: dict
      sample: {vpc_id: vpc-2kx9z6h3, name: web-1, state: AVAILABLE}
    error:
      description: What went wrong with this resource, or null.
      returned: always
      type: dict
      contains:
        kind:
          description:
            - One of V(auth), V(denied), V(not_found), V(invalid), V(limit), V(state), V(throttled), V(conflict),
              V(transient), V(timeout), the same words in all modules of this collection.
          returned: when this resource failed
          type: str
          sample: not_found
        code:
          description: The error code of the cloud, or null.
          returned: when this resource failed
          type: str
          sample: ResourceNotFound
        message:
          description: What is wrong, and what to do.
          returned: when this resource failed
          type: str
          sample: "network interface eni-7k2m9q4x: it does not exist; check its id and the region"
        request_id:
          description: The ID of the request at the cloud, or null.
          returned: when this resource failed
          type: str
          sample: 3f1b9d3c-6f0e-4c58-9d4a-0c7b1f5f0e11
      sample: null
groups_checked:
  description:
    - Whether every security group to attach was found to exist and to fit its resource. V(false) if the credentials may
      not list security groups, which the task warns of.
    - Null if nothing is to be attached.
  returned: always
  type: bool
  sample: true
diff:
  description:
    - What the list of each resource that changes is before and after, one security group on each line. The names of the
      groups follow their IDs if all names of the list are known. With O(effect), what the change opens and closes
      follows the list.
    - A task that is refused shows what it would have changed.
  returned: in diff mode
  type: list
  elements: dict
  sample:
    - before_header: eni-7k2m9q4x
      after_header: eni-7k2m9q4x
      before: "sg-aaaa1111\n"
      after: "sg-aaaa1111\nsg-bbbb2222\n"
batches:
  description: One entry for each batch, which is what has the same kind, connection and region.
  returned: always
  type: list
  elements: dict
  contains:
    kind:
      description: The resource type.
      returned: always
      type: str
      sample: qcloud_eni
    connection:
      description: The name of the connection, or null.
      returned: always
      type: str
      sample: guangzhou
    region:
      description: The region, or null.
      returned: always
      type: str
      sample: ap-guangzhou
    changed:
      description: Whether a resource of the batch was changed or, in check mode, would be.
      returned: always
      type: bool
      sample: true
    read_at:
      description: When reading the batch began, in ISO 8601 and UTC.
      returned: always
      type: str
      sample: "2026-11-25T06:00:00Z"
    msg:
      description: What failed, or null if nothing did.
      returned: always
      type: str
      sample: null
msg:
  description: What is wrong, with which batch and resource, and what to do.
  returned: on failure
  type: str
  sample: >-
    1 network interface through guangzhou in ap-guangzhou: network interface eni-7k2m9q4x: it does not exist; check its
    id and the region (nothing was written)
"""

from ansible_collections.crosscloud.security_groups.plugins.module_utils._description.apply import main

if __name__ == "__main__":
    main()
