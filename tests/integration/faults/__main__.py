# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Print the fault matrix, and write it to the page of the documentation that shows it."""

from __future__ import annotations

import re
import sys

from tests.integration.faults.matrix import MARK, table
from tests.integration.playbook import ROOT

PAGE = ROOT / "docs" / "faults.md"
sys.stdout.write(table())
shown = re.sub(rf"{MARK}\n\n(\|.*\n)*\n*", f"{MARK}\n\n{table()}\n", PAGE.read_text(encoding="utf-8"))
PAGE.write_text(shown, encoding="utf-8")
