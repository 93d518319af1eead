# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The keys of the texts in a declaration, which are YAML."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml


@dataclass(frozen=True)
class Permission:
    """Actions of the cloud that something needs.

    ``to`` says what. ``writes`` is for what only the writing module does. ``option`` is the option, as O(name), without
    which it is not done. Without what is ``optional``, the modules work and can do less.
    """

    to: str
    needs: Sequence[str]
    writes: bool = False
    optional: bool = False
    option: str | None = None


@dataclass(frozen=True)
class Sample:
    """Values for the samples of what is returned. ``message`` is the one of an unknown resource without its ID."""

    id: str
    before: Sequence[str]
    after: Sequence[str]
    names: Mapping[str, str]
    code: str
    message: str
    request_id: str


@dataclass(frozen=True)
class Detail:
    """A key of ``details``."""

    description: str
    sample: object
    type: str = "str"
    elements: str | None = None


@dataclass(frozen=True)
class Texts:
    """What the documentation says of one kind only.

    What ends in ``_info`` is for the info module, what ends in ``_both`` for both modules, and the rest for the module
    that writes.

    ``title`` and ``groups`` stand in "Manage the security groups of EFS mount targets", ``resources`` in "Attaches
    security groups to the mount targets of Amazon EFS file systems", and ``refused`` in "What cannot succeed, such as
    an unknown mount target or more groups than the account's quota allows". ``nothing_found`` is a sentence on a
    selector that selects nothing. The first line of ``selector`` and ``selector_info`` says what it selects.
    ``order`` is what is known of the order of the groups, where no document says what it means. ``allow_empty`` says
    what an empty list means. ``calls`` are rows of a table in the guide, by column.
    """

    title: str
    resources: str
    refused: str
    nothing_found: str
    selector: Sequence[str]
    selector_info: Sequence[str]
    permissions: Sequence[Permission]
    calls: Sequence[Mapping[str, object]]
    examples: str
    examples_info: str
    sample: Sample
    details: Mapping[str, Detail]
    groups: str = "security groups"
    id_word: str = "ID"
    order: str = ""
    description: Sequence[str] = field(default_factory=list)
    description_info: Sequence[str] = field(default_factory=list)
    selector_both: Sequence[str] = field(default_factory=list)
    allow_empty: Sequence[str] = field(default_factory=list)
    notes: Sequence[str] = field(default_factory=list)
    notes_both: Sequence[str] = field(default_factory=list)
    notes_info: Sequence[str] = field(default_factory=list)
    seealso: Sequence[Mapping[str, str]] = field(default_factory=list)
    seealso_info: Sequence[Mapping[str, str]] = field(default_factory=list)


def read(text: str) -> Texts:
    """Read the texts of a declaration; raise TypeError for a key that is unknown or missing."""
    found: dict[str, Any] = yaml.safe_load(text)
    return Texts(
        **{
            **found,
            "permissions": [Permission(**one) for one in found.get("permissions", ())],
            "sample": Sample(**found.get("sample", {})),
            "details": {name: Detail(**one) for name, one in found.get("details", {}).items()},
        }
    )
