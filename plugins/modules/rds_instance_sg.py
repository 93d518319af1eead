#!/usr/bin/python
# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Generated from plugins/module_utils/_aws/kinds/rds_instance.py by python -m tests.generate.
from __future__ import annotations

DOCUMENTATION = r"""
module: rds_instance_sg
short_description: Manage the security groups of RDS DB instances
version_added: 1.0.0
author:
  - The crosscloud.security_groups authors (@crosscloud)
description:
  - Attaches security groups to DB instances of Amazon RDS, detaches them, or gives DB instances exactly the groups that
    are named.
  - RDS applies a list some time after it has accepted it. The module is done when every group of the list is C(active)
    and no other is left. It does not send C(ApplyImmediately), so other changes that wait for the maintenance window go
    on waiting.
  - The groups of a member of a DB cluster are those of the cluster. A task that names one fails before anything is
    written, and says which cluster it is. So does one that names an instance of RDS Custom.
  - Capital letters in an identifier mean the same as small ones. Results have the identifier as the task gives it.
  - AWS replaces the whole list with each write. This module reads the list, computes the whole new one, writes it, and
    reads it back until it is as wanted, so groups that the task does not speak of stay, those that somebody else
    attached in the meantime included.
  - All DB instances are read and planned before the first is written. What cannot succeed, such as an unknown DB
    instance or a member of a DB cluster, fails before anything is written, in check mode too.
  - The order of the groups means nothing to AWS, so the same groups in another order are no change.
extends_documentation_fragment:
  - crosscloud.security_groups.attributes.writing
  - crosscloud.security_groups.aws.action_group
  - crosscloud.security_groups.writes
  - crosscloud.security_groups.aws.looked_up
  - crosscloud.security_groups.aws
options:
  db_instance_identifiers:
    description:
      - The identifiers of the DB instances that all get the same O(security_groups). One identifier may be given as a
        plain string.
      - Exactly one of O(db_instance_identifiers), O(tags) and O(attachments) is required.
    type: list
    elements: str
    aliases: [db_instance_identifier]
  tags:
    description:
      - Tags that select the DB instances of the region that all get the same O(security_groups), each with its value.
      - A DB instance is selected if it has all of them, and is not a member of a DB cluster.
      - At least one tag. Values are strings; put numbers and booleans in quotes.
      - What selects nothing changes nothing. The task then warns, and succeeds with an empty RV(resources).
    type: dict
  attachments:
    description:
      - One entry for each DB instance, where they do not all get the same groups.
      - The same DB instance twice is an error.
    type: list
    elements: dict
    suboptions:
      id:
        description: The identifier of the DB instance.
        type: str
        required: true
        aliases: [db_instance_identifier]
      security_groups:
        description: The security groups that this entry is about, by ID or name, as O(security_groups).
        type: list
        elements: str
        required: true
      expected:
        description:
          - The IDs of the security groups that the DB instance must have now.
          - A DB instance that has other groups is refused with the error C(conflict), unless it is as wanted already.
        type: list
        elements: str
      state:
        description: As O(state), whose value is the default.
        type: str
        choices: [present, absent, exact]
notes:
  - Needs the permissions C(rds:DescribeDBInstances) and C(rds:ModifyDBInstance).
  - A DB instance in a state that it leaves by itself, such as C(rebooting), is waited for. One that is C(deleting),
    C(failed) or C(incompatible-network), for example, is refused when its groups would have to change.
  - While RDS applies an earlier list, the module waits, and counts as attached what is C(adding) and not what is
    C(removing).
  - A DB instance always has a security group. A task that would leave none fails.
seealso:
  - module: crosscloud.security_groups.rds_instance_sg_info
  - name: ModifyDBInstance
    description: The AWS API call that replaces the list.
    link: https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html
"""

EXAMPLES = r"""
- name: Let the application servers' group reach a database, whatever else is attached
  crosscloud.security_groups.rds_instance_sg:
    db_instance_identifier: orders
    security_groups: sg-0a1b2c3d4e5f60718
    region: eu-central-1

- name: Detach a group from all databases with two tags
  crosscloud.security_groups.rds_instance_sg:
    tags:
      env: production
      role: db
    security_groups: sg-0f9e8d7c6b5a49382
    state: absent
    region: eu-central-1

- name: Give two databases their exact groups, unless more than one would change
  crosscloud.security_groups.rds_instance_sg:
    state: exact
    max_changes: 1
    attachments:
      - id: orders
        security_groups: [sg-0a1b2c3d4e5f60718]
      - id: customers
        security_groups: [sg-0a1b2c3d4e5f60718, sg-0f9e8d7c6b5a49382]
    region: eu-central-1

- name: Report drift without changing anything
  crosscloud.security_groups.rds_instance_sg:
    db_instance_identifier: orders
    security_groups: [sg-0a1b2c3d4e5f60718]
    state: exact
    region: eu-central-1
  check_mode: true
  diff: true
  register: drift
"""

RETURN = r"""
resources:
  description:
    - One entry for each DB instance, in the order asked for. Also returned when the task fails.
  returned: always
  type: list
  elements: dict
  contains:
    id:
      description: The identifier of the DB instance.
      returned: always
      type: str
      sample: orders
    changed:
      description: Whether the list was changed or, in check mode, would be.
      returned: always
      type: bool
      sample: true
    before:
      description: The groups as found. Null where they could not be read.
      returned: always
      type: list
      elements: str
      sample: [sg-0f9e8d7c6b5a49382]
    after:
      description:
        - The groups as they are now or, in check mode, would be. Null where they could not be read.
        - Groups that stay are in the order of RV(resources[].before), and added ones follow, in check mode and not.
      returned: always
      type: list
      elements: str
      sample: [sg-0f9e8d7c6b5a49382, sg-0a1b2c3d4e5f60718]
    added:
      description: The groups in RV(resources[].after) that are not in RV(resources[].before).
      returned: always
      type: list
      elements: str
      sample: [sg-0a1b2c3d4e5f60718]
    removed:
      description: The groups in RV(resources[].before) that are not in RV(resources[].after).
      returned: always
      type: list
      elements: str
      sample: []
    moved:
      description: Always empty, for the order of a DB instance's groups means nothing.
      returned: always
      type: list
      elements: str
      sample: []
    verified:
      description:
        - Whether the list was read and found as wanted, after a write or without one. False in check mode where a
          change is due.
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
          sample: [{direction: ingress, protocol: tcp, ports: "22", peer: 0.0.0.0/0, by: sg-0a1b2c3d4e5f60718}]
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
      description: More of the DB instance, for people and reports. What AWS does not tell is null.
      returned: always
      type: dict
      contains:
        security_group_names:
          description: The names of security groups before and after the task, by ID.
          returned: where names are known
          type: dict
          sample: {sg-0a1b2c3d4e5f60718: jobs, sg-0f9e8d7c6b5a49382: web}
        groups_checked:
          description: Always V(false).
          returned: if it was not checked whether the groups to attach exist and fit
          type: bool
          sample: false
        engine:
          description: The database engine.
          returned: when the DB instance could be read
          type: str
          sample: postgres
        vpc_id:
          description: The ID of the VPC.
          returned: when the DB instance could be read
          type: str
          sample: vpc-0a1b2c3d4e5f60718
        availability_zone:
          description: The name of the availability zone.
          returned: when the DB instance could be read
          type: str
          sample: eu-central-1a
        endpoint:
          description: The DNS name of the endpoint.
          returned: when the DB instance could be read
          type: str
          sample: orders.c1a2b3d4e5f6.eu-central-1.rds.amazonaws.com
        cluster:
          description: The identifier of the DB cluster that it is a member of.
          returned: when the DB instance could be read
          type: str
          sample: null
        state:
          description: The status, in AWS's words.
          returned: when the DB instance could be read
          type: str
          sample: available
    error:
      description: What went wrong with this DB instance, or null.
      returned: always
      type: dict
      contains:
        kind:
          description:
            - One of V(auth), V(denied), V(not_found), V(invalid), V(limit), V(state), V(throttled), V(conflict),
              V(transient), V(timeout), the same words in all modules of this collection.
          returned: when this DB instance failed
          type: str
          sample: not_found
        code:
          description: The error code of AWS, or null.
          returned: when this DB instance failed
          type: str
          sample: InvalidDBInstanceState
        message:
          description: What is wrong, and what to do.
          returned: when this DB instance failed
          type: str
          sample: >-
            DB instance orders: it is 'stopped' and takes no change; bring it to 'available' first
        request_id:
          description: The ID of the request at AWS, or null.
          returned: when this DB instance failed
          type: str
          sample: 2f7a6c1e-0d1b-4c58-9d4a-0c7b1f5f0e11
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
    - before_header: orders
      after_header: orders
      before: "sg-0f9e8d7c6b5a49382\n"
      after: "sg-0f9e8d7c6b5a49382\nsg-0a1b2c3d4e5f60718\n"
msg:
  description: What is wrong, with which DB instance, and what to do.
  returned: on failure
  type: str
  sample: >-
    DB instance orders: it is 'stopped' and takes no change; bring it to 'available' first (nothing was written)
resource_actions:
  description: The API actions that were called.
  returned: when O(debug_botocore_endpoint_logs=true)
  type: list
  elements: str
  sample: [ec2:DescribeNetworkInterfaces, ec2:DescribeSecurityGroups]
"""

from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.manage import manage
from ansible_collections.crosscloud.security_groups.plugins.module_utils._aws.kinds import rds_instance


def main() -> None:
    manage(rds_instance.DECLARATION)


if __name__ == "__main__":
    main()
