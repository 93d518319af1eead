# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the core meets Ansible: options, and the one file that knows AnsibleModule."""

import json
import sys

# All modules import this first, before they can answer. Of what is raised here, Ansible shows a traceback, or nothing
# where a task has failed_when, so this is their answer. Filters import it as well, and must not end Ansible.
if sys.version_info < (3, 11):  # noqa: UP036 - it is for those who have an older one
    problem = (
        f"crosscloud.security_groups needs Python 3.11 or newer where its modules run, and {sys.executable} is Python "
        f"{sys.version_info[0]}.{sys.version_info[1]}; set ansible_python_interpreter"
    )
    if "ansible.plugins" in sys.modules:
        raise ImportError(problem)
    sys.stdout.write(json.dumps({"failed": True, "changed": False, "msg": problem, "resources": []}))
    raise SystemExit(1)
