# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of a report on disk."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from pathlib import Path

from .history import History, UnreadableReportError, parse


def read_previous(path: Path) -> History | None:
    """Read the last report, or return None where there is none yet; raise UnreadableReportError for anything else."""
    try:
        return parse(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableReportError(f"the last report {path} cannot be read: {_why(error)}") from error
    except UnreadableReportError as error:
        raise UnreadableReportError(
            f"the last report {path} cannot be used: {error}; move it away to begin a new history"
        ) from error


def write(directory: Path, contents: Mapping[str, str]) -> list[Path]:
    """Write files into a directory, which is made where it is missing; return their paths. Raise OSError.

    Nobody ever finds half of a file, nor any new one unless all of them could be written to the disk.
    """
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=directory, prefix=".drift-") as scratch:
        for name, content in contents.items():
            Path(scratch, name).write_text(content, encoding="utf-8")
        return [Path(scratch, name).replace(directory / name) for name in contents]


def _why(error: OSError | UnicodeDecodeError) -> str:
    return (error.strerror or type(error).__name__) if isinstance(error, OSError) else "it is no UTF-8"
