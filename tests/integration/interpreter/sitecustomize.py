# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Keeps what modules import compiled from one task to the next, as Python does for all that is no zip.

Ansible sends a module as a zip of sources. Python compiles them in each process anew, which takes a third of the time
of a task here; for its users that happens once a task, and for these tests 700 times. Nothing else is different.
"""

from __future__ import annotations

import hashlib
import marshal
import os
import zipimport
from pathlib import Path
from types import CodeType

FOLDER = Path(os.environ["COMPILED_MODULES"])
_compile = zipimport._compile_source  # type: ignore[attr-defined]  # noqa: SLF001 - nothing public is asked


def _compiled(path: str, source: bytes) -> CodeType:
    kept = FOLDER / hashlib.sha256(source).hexdigest()
    try:
        code: CodeType = marshal.loads(kept.read_bytes())
    except FileNotFoundError:
        code = _compile(path, source)
        written = kept.with_suffix(f".{os.getpid()}")
        written.write_bytes(marshal.dumps(code))
        written.replace(kept)
    return code


zipimport._compile_source = _compiled  # type: ignore[attr-defined]  # noqa: SLF001
