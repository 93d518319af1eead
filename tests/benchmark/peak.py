# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs a program and appends its peak resident memory, in KiB, to a file.

Usage: peak.py FILE [--all] PROGRAM [ARGUMENT...]

The kernel counts what this small process holds itself until the program takes its place, which is less than any
Python program that imports something.

With --all it is the peak of the program and all processes below it together, with what they share counted once. The
kernel keeps no such peak, so the memory is read ten times per second.
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path


def together(process: int) -> int:
    """Return the KiB of a process and of all below it."""
    try:
        rows = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
        children = Path(f"/proc/{process}/task/{process}/children").read_text(encoding="ascii").split()
    except OSError:
        # It has ended.
        return 0
    own = sum(int(row.split()[1]) for row in rows if row.startswith("Pss:"))
    return own + sum(together(int(child)) for child in children)


file, *command = sys.argv[1:]
weigh_all = command[0] == "--all"
program, *arguments = command[weigh_all:]
started = os.posix_spawn(program, [program, *arguments], os.environ)
peak = 0
while weigh_all and not os.waitid(os.P_PID, started, os.WEXITED | os.WNOHANG | os.WNOWAIT):
    peak = max(peak, together(started))
    time.sleep(0.1)
_pid, status, usage = os.wait4(started, 0)
with Path(file).open("a", encoding="ascii") as peaks:
    peaks.write(f"{peak if weigh_all else usage.ru_maxrss}\n")
sys.exit(os.waitstatus_to_exitcode(status))
