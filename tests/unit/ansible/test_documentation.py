# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What ansible-doc shows of each module."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

MODULES = Path(__file__).resolve().parents[3] / "plugins" / "modules"


def test_every_module_tells_of_check_mode_diff_and_running_twice() -> None:
    names = [f"crosscloud.security_groups.{path.stem}" for path in MODULES.glob("*_sg*.py")]
    command = [str(Path(sys.executable).with_name("ansible-doc")), "--json", *names]
    shown = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    assert set(shown) == set(names)
    for name, module in shown.items():
        attributes = {key: value["support"] for key, value in module["doc"]["attributes"].items()}
        diff = "N/A" if name.endswith("_info") else "full"
        assert attributes == {"action_group": "full", "check_mode": "full", "diff_mode": diff, "idempotent": "full"}
