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
      - The IDs of the security groups that this task speaks of.
      - Required unless O(attachments) is given.
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
      - Fail before anything is written when more resources than this would change, and name them all.
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
"""
