# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Writes the files that follow from the declarations of the kinds, or, with --check, says which are not up to date."""

from __future__ import annotations

import argparse
import sys

from tests.generate.files import ROOT, files


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.generate", description=__doc__)
    parser.add_argument("--check", action="store_true", help="change nothing")
    check = parser.parse_args().check
    stale = []
    for name, text in files():
        path = ROOT / name
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not check:
            path.write_text(text, encoding="utf-8")
    for name in stale:
        print(f"{name}: {'not as its declaration says' if check else 'written'}")
    if stale and check:
        print("run: python -m tests.generate")
    return 1 if stale and check else 0


if __name__ == "__main__":
    sys.exit(main())
