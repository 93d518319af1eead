#!/bin/sh
# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Looks up known vulnerabilities of what meta/ee-requirements.txt asks for, in the newest versions it allows, and of
# what those need. Ends with 1 where there is one, and with 0 where there is none or where the service that knows them
# is out of reach, which it then says.

set -eu
cd "$(dirname "$0")/.."
venv=.cache/audit

tests/setup.sh "$venv" tests/requirements/audit.txt
# Mirrors of the index may answer for the service without knowing any; these are of 2023.
if ! "$venv/bin/python" - 2>/dev/null <<'PROBE'; then
import json, urllib.request
with urllib.request.urlopen("https://pypi.org/pypi/urllib3/2.0.0/json", timeout=10) as answer:
    assert json.load(answer)["vulnerabilities"]
PROBE
    echo "audit: the service that knows vulnerabilities, pypi.org, is out of reach; nothing was looked up"
    exit 0
fi
exec "$venv/bin/pip-audit" --progress-spinner off --requirement meta/ee-requirements.txt
