# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The definitions for AWX in playbooks/vars/awx, with their settings filled in as Ansible does it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml
from jinja2 import StrictUndefined
from jinja2.nativetypes import NativeEnvironment

ROOT = Path(__file__).resolve().parents[2]
PROJECT = ROOT / "docs" / "examples" / "awx"
FOLDER = ROOT / "playbooks" / "vars" / "awx"
SETTINGS = {
    "crosscloud_awx_project_url": "https://git.example.org/platform/security-groups.git",
    "crosscloud_awx_image": "registry.example.org/ansible/security-groups:1.0.0",
}
"""What has no default."""


class Unsafe(str):
    """A text that Ansible takes for no template."""

    __slots__ = ()


class Loader(yaml.SafeLoader):
    """Knows the tag of Ansible."""


Loader.add_constructor("!unsafe", lambda loader, node: Unsafe(loader.construct_scalar(node)))


def definitions(**settings: object) -> dict[str, list[dict[str, Any]]]:
    """Return the definitions by their variables."""
    variables: dict[str, Any] = {}
    for path in sorted(FOLDER.glob("*.yml")):
        variables |= yaml.load(path.read_text(encoding="utf-8"), Loader)
    known = {name: value for name, value in variables.items() if name.startswith("crosscloud_awx_")}
    filled = {**known, **SETTINGS, **settings}
    return {name: _rendered(value, filled) for name, value in variables.items() if name not in known}


def _rendered(value: Any, settings: dict[str, object]) -> Any:
    if isinstance(value, dict):
        return {key: _rendered(one, settings) for key, one in value.items()}
    if isinstance(value, list):
        return [_rendered(one, settings) for one in value]
    if isinstance(value, str) and not isinstance(value, Unsafe) and "{{" in value:
        return NativeEnvironment(undefined=StrictUndefined).from_string(value).render(settings)
    return value
