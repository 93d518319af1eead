#!/bin/sh
# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Runs the tests with the lowest versions of ansible-core and of the SDKs that meta/runtime.yml and
# meta/ee-requirements.txt allow, and with the newest there are, each in an environment made for it. The simulators' own
# tests bring SDKs that would replace these.

set -eu
cd "$(dirname "$0")/.."

for end in lowest newest; do
    folder=.cache/bounds/$end
    rm -rf "$folder"
    mkdir -p "$folder"
    case $end in
    lowest)
        {
            sed "s/>=/==/" meta/ee-requirements.txt
            sed -n 's/^requires_ansible: ">=\([0-9]*\.[0-9]*\)\.0"$/ansible-core==\1.*/p' meta/runtime.yml
        } >"$folder/constraints.txt"
        ;;
    newest) : >"$folder/constraints.txt" ;;
    esac
    tests/setup.sh "$folder/venv" tests/requirements/unit.txt --constraint "$folder/constraints.txt"
    echo "==> tests with the $end versions:"
    "$folder/venv/bin/python" -m pip list --format freeze | grep -E '^(aliyun-|ansible-core|boto|tencentcloud-)'
    PATH=$PWD/$folder/venv/bin:$PATH "$folder/venv/bin/pytest" -q -n auto -p no:cacheprovider \
        --ignore tests/unit/simulators tests/unit tests/integration/test_all_kinds.py tests/integration/test_roles.py
done
