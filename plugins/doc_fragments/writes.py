# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The options that all writing modules share."""

    DOCUMENTATION = r"""
options:
  security_groups:
    description:
      - The security groups that this task is about, by ID or name. Required unless O(attachments) is given.
      - What has the form of an ID is an ID. Anything else is a name, which must match exactly. Security groups that
        belong to a VPC are looked up in the VPC of the resource, others in the region.
      - A name that no group has, or more than one, is refused before anything is written. The results hold IDs.
      - Write a name that has a space or a comma in it as an item of a list, because text is split there.
      - With O(state=absent), an ID that no group has is not an error.
    type: list
    elements: str
  state:
    description:
      - V(present) attaches these groups; others stay.
      - V(absent) detaches these groups; others stay.
      - V(exact) attaches these groups and detaches all others.
    type: str
    choices: [present, absent, exact]
    default: present
  max_changes:
    description:
      - Fail before anything is written when more resources than this would change. The failed task names them all, and
        shows what would change.
      - Without it, any number may change.
    type: int
  parallelism:
    description:
      - How many API calls may be under way at once.
    type: int
    default: 8
  wait_timeout:
    description:
      - For one resource, how many seconds to wait for a state in which it can be changed, and for the list to read
        back as written.
      - The first look is taken within a second, later ones less often.
    type: int
    default: 120
  settle:
    description:
      - After a list that was written reads back as wanted, look once more this many seconds later, and do the work
        again if another writer replaced the list.
      - A resource is done once its list has stayed as wanted for that long. If O(wait_timeout) expires before, it fails
        with RV(ignore:resources[].error.kind=conflict). O(wait_timeout) must be longer.
      - Protects against writers on other machines, which a lock on this one does not. It should be longer than the time
        that any of them takes from reading a list to writing it.
    type: int
    default: 0
  effect:
    description:
      - Also tell what traffic each change opens and closes, in RV(ignore:resources[].effect) and in the diff.
      - Reads the rules of the groups before and after a change, once for each group, and only where something changes.
        What may not be read is told, and fails nothing.
      - It speaks of security groups only. No network ACL, route, whitelist or firewall is looked at.
    type: bool
    default: false
"""
