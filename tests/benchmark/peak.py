# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a program and appends its peak resident memory, in KiB, to a file.

Usage: peak.py FILE PROGRAM [ARGUMENT...]

The kernel counts what this small process holds itself until the program takes its place, which is less than any
Python program that imports something.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

file, program, *arguments = sys.argv[1:]
_pid, status, usage = os.wait4(os.posix_spawn(program, [program, *arguments], os.environ), 0)
with Path(file).open("a", encoding="ascii") as peaks:
    peaks.write(f"{usage.ru_maxrss}\n")
sys.exit(os.waitstatus_to_exitcode(status))
