# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs ``ansible-test sanity`` on a copy of the checkout. Arguments are handed on to it.

ansible-test wants to stand in a folder that ends with ansible_collections/crosscloud/security_groups and is no link.
It makes virtual environments without pip and downloads a script that installs pip into them. Where that download is
out of reach, a script that does the same from a wheel takes its place, in a home folder of its own.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

import ansible_test

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "sanity"
HOME = CACHE / "home"
COPY = CACHE / "ansible_collections" / "crosscloud" / "security_groups"

BOOTSTRAP = """\
import runpy
import sys

options = [option for option in sys.argv[1:] if option not in ("--no-setuptools", "--no-wheel")]
sys.path.insert(0, {wheel!r})
sys.argv = ["pip", "install", *options]
runpy.run_module("pip", run_name="__main__", alter_sys=True)
"""


def main() -> int:
    copy_checkout()
    prepare_bootstrap()
    python = f"{sys.version_info.major}.{sys.version_info.minor}"
    command = ["ansible-test", "sanity", "--local", "--color", "no", "--python", python, *sys.argv[1:]]
    # Other checks run beside it, so what it says is kept, and shown if it is not content.
    done = subprocess.run(
        command,
        cwd=COPY,
        env={**os.environ, "HOME": str(HOME)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    skipped = re.findall(r"^WARNING: (?:Required|Skipping) .*$", done.stdout, re.MULTILINE)
    print(done.stdout if done.returncode else "".join(f"{line}\n" for line in skipped), end="", flush=True)
    return done.returncode


def copy_checkout() -> None:
    """Copy what git tracks or would track."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    shutil.rmtree(COPY, ignore_errors=True)
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (COPY / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, COPY / name)
    # ansible-test lists the files that git knows, and would ask the checkout around the copy.
    subprocess.run(["git", "init", "--quiet"], cwd=COPY, check=True)


def prepare_bootstrap() -> None:
    """Put the stand-in where ansible-test keeps its download, if the download cannot be had."""
    sources = Path(ansible_test.__path__[0])
    pip_version = _find(r"pip='([\d.]+)'", sources / "_internal" / "python_requirements.py")
    url = _find(r"url = '(https://[^']+)' % pip_version", sources / "_util" / "target" / "setup" / "requirements.py")
    script = HOME / ".ansible" / "test" / "cache" / f"get_pip_{pip_version.replace('.', '_')}.py"
    if script.exists() or _reachable(url % pip_version):
        return
    print(f"ansible-test's own pip {pip_version} is out of reach; using the one of the package index", flush=True)
    download = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(CACHE)]
    subprocess.run([*download, f"pip=={pip_version}"], check=True)
    script.parent.mkdir(parents=True, exist_ok=True)
    wheel = CACHE / f"pip-{pip_version}-py3-none-any.whl"
    script.write_text(BOOTSTRAP.format(wheel=str(wheel)), encoding="utf-8")


def _find(pattern: str, path: Path) -> str:
    match = re.search(pattern, path.read_text(encoding="utf-8"))
    if match is None:
        sys.exit(f"{path} is not as expected: nothing in it fits {pattern}")
    return match[1]


def _reachable(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=10):
            return True
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(main())
