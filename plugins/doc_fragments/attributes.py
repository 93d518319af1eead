# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """What modules say of check mode, diff mode and running twice."""

    WRITING = r"""
options: {}
attributes:
  check_mode:
    description: Whether the module tells in C(check_mode) what it would change, and changes nothing.
    support: full
    details:
      - Makes no call that writes. What it announces is what a run without check mode does, refusals included.
      - A refused task shows its plan, with RV(ignore:resources[].after) as it would be.
  diff_mode:
    description: Whether the module returns what it changes, or would change in C(check_mode), when asked for a diff.
    support: full
  idempotent:
    description: Whether a second run with the same arguments changes nothing, if nobody else did in between.
    support: full
    details:
      - A second run reads the lists, and writes nothing.
"""

    READING = r"""
options: {}
attributes:
  check_mode:
    description: Whether the module tells in C(check_mode) what it would change, and changes nothing.
    support: full
    details:
      - This module does not modify state.
  diff_mode:
    description: Whether the module returns what it changes, or would change in C(check_mode), when asked for a diff.
    support: N/A
    details:
      - This module does not modify state.
  idempotent:
    description: Whether a second run with the same arguments changes nothing, if nobody else did in between.
    support: full
    details:
      - This module does not modify state.
"""
