#!/bin/sh
# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# Makes a virtual environment where there is none, and installs the requirements of a file into it.
# Usage: tests/setup.sh VENV REQUIREMENTS [OPTION OF PIP AND OF UV]...

set -eu
venv=$1
requirements=$2
shift 2

stop() {
    echo "setup: $*" >&2
    exit 1
}

command -v git >/dev/null || stop "git is missing; install it and run make again"

if [ ! -x "$venv/bin/python" ]; then
    for python in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            found=$python
            break
        fi
    done
    [ -n "${found:-}" ] || stop "found no Python 3.11 or newer; install one, or name it with: make PYTHON=/path/to/python"
    echo "==> setting up $venv with $("$found" --version)"
    "$found" -m venv "$venv" ||
        stop "$found cannot make virtual environments; install its venv module (on Debian and Ubuntu: python3-venv)"
fi

echo "==> installing the packages of $requirements"
# uv does in seconds what takes pip a minute, but it does not read pip's configuration, which may name the only package
# index within reach. So pip has a second try, and both say why they failed.
export UV_CACHE_DIR="${UV_CACHE_DIR:-$PWD/.cache/uv}"
if "$venv/bin/python" -m pip install --quiet "uv >= 0.9, < 1" &&
    "$venv/bin/uv" pip install --quiet --python "$venv/bin/python" --requirement "$requirements" "$@"; then
    exit 0
fi
echo "setup: uv could not install the packages of $requirements, see its message above; trying pip" >&2
"$venv/bin/python" -m pip install --quiet --no-compile --requirement "$requirements" "$@" ||
    stop "pip could not install the packages of $requirements; see its message above, and check the network"
