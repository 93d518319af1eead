# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The declaration of a kind: all that is particular to it, in one place."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .._core.kind import Kind
from .options import ConnectionOption, Runtime, SelectingAdapter


@dataclass(frozen=True)
class Declaration:
    """A kind of resource, as its file in the folder ``kinds`` of its cloud declares it.

    The file is named as the kind is in descriptions. From this follow the two modules of the kind, its place in
    descriptions and reports, and the tests that hold for all kinds.

    ``cloud`` is what people call the cloud. ``ids`` is the option that names resources and ``id`` its alias.
    ``selector`` is the option that selects them by something else. ``library`` is the Python package that ``connect``
    imports.

    ``extra``, ``missing`` and ``moved`` say in reports what a group too many, one too few and one at another place
    does. ``moved`` is empty where order means nothing.
    ``console`` and ``group_console`` are the addresses of a resource and of a security group in the cloud's console,
    with ``{region}`` and ``{id}`` in them; None where the vendor documents none. ``texts`` is documentation in YAML,
    with the keys of ``tests/generate/texts.py``.
    """

    cloud: str
    kind: Kind
    ids: str
    id: str
    selector: str
    selector_argument: Mapping[str, Any]
    selector_problems: Callable[[Any], Sequence[str]]
    connection: tuple[ConnectionOption, ...]
    library: str
    connect: Callable[[Mapping[str, Any], Runtime], SelectingAdapter]
    extra: str
    missing: str
    texts: str
    moved: str = ""
    console: str | None = None
    group_console: str | None = None
