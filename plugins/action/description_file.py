# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Adds entries to the file of a description; the module of the same name documents it."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from ansible.plugins.action import ActionBase

from ..module_utils._core.lists import Position, State
from ..plugin_utils._description_file import KEY, DescriptionFileError, extend, in_yaml

ENTRY = {
    "kind": {"type": "str", "required": True},
    "id": {"type": "str", "required": True},
    "name": {"type": "str"},
    "security_groups": {"type": "list", "elements": "str", "required": True},
    "state": {"type": "str", "choices": list(State)},
    "position": {"type": "str", "choices": list(Position)},
    "region": {"type": "str"},
    "connection": {"type": "str"},
    "reason": {"type": "str"},
}
ARGUMENTS = {
    "path": {"type": "path", "required": True},
    "attachments": {"type": "list", "elements": "dict", "required": True, "options": ENTRY},
}


class ActionModule(ActionBase):
    """Runs on the controller and reaches no host."""

    _requires_connection = False
    _supports_check_mode = True
    _supports_async = False

    def run(self, tmp: None = None, task_vars: dict[str, Any] | None = None) -> dict[str, Any]:
        result: dict[str, Any] = super().run(tmp, task_vars)
        result["changed"] = False
        _valid, arguments = self.validate_argument_spec(argument_spec=ARGUMENTS)
        path = Path(arguments["path"]).absolute()
        try:
            text = _read(path)
            extended = extend(text, arguments["attachments"])
            if extended.added:
                _write(path, extended.text, check_mode=self._task.check_mode)
        except DescriptionFileError as error:
            return {**result, "failed": True, "msg": f"{path}: {error}, or set path to another file"}
        except OSError as error:
            problem = error.strerror or error
            return {**result, "failed": True, "msg": f"{path}: {problem}; correct that, or set path to another file"}
        result.update(changed=bool(extended.added), path=str(path), added=len(extended.added), kept=extended.kept)
        if extended.rewritten:
            layout = "not a block list, in which a line with '-' begins each entry"
            loss = "adding entries rewrites the whole file in block style, without its comments"
            result["warnings"] = [f"{path}: {KEY} is {layout}; {loss}"]
        if self._task.diff and extended.added:
            # The other lines of the file may hold secrets.
            before = f"{KEY}:\n" if extended.kept else ""
            after = in_yaml(extended.added)
            result["diff"] = {"before": before, "after": after, "before_header": str(path), "after_header": str(path)}
        return result


def _read(path: Path) -> str:
    try:
        return path.read_bytes().decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        raise DescriptionFileError("it is not UTF-8; convert it") from error


def _write(path: Path, text: str, *, check_mode: bool) -> None:
    """Replace a file as a whole. What a link points to is replaced, and not the link."""
    target = path.resolve()
    if not os.access(target.parent, os.W_OK | os.X_OK):
        raise DescriptionFileError("its directory does not exist or is not writable; create it or correct its mode")
    if check_mode:
        return
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=".description-") as scratch:
        new = Path(scratch, target.name)
        new.write_text(text, encoding="utf-8", newline="")
        if target.exists():
            shutil.copymode(target, new)
        new.replace(target)
