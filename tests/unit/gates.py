# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A gate that nothing has slowed down yet."""

from __future__ import annotations

import time

from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.adapter import Clock
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.pace import Gate


def open_gate() -> Gate:
    return Gate(8, Clock(time.monotonic, time.sleep, lambda: 1.0), 120)
