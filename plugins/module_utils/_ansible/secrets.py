# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What must not be shown: which values of a task are secrets, or have one in them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

SHORTEST_PART = 4
"""Characters that a part of a password has at least: what is shorter is in many a word, which would be hidden, too."""

MAY_HOLD_A_PASSWORD = ("endpoint", "endpoint_url", "aws_endpoint_url", "aws_config")
"""Options in which a URL may have a password, which is refused or a proxy's. Ansible shows all options at -vvv."""


def passwords_of_proxies(environ: Mapping[str, str]) -> Iterator[str]:
    for name, value in environ.items():
        if name.lower() in ("http_proxy", "https_proxy", "all_proxy"):
            yield from passwords(value)


def passwords(url: str) -> Iterator[str]:
    """Yield the password whole, and in the parts that a library may take for a host or a port."""
    user, at, _host = url.rpartition("@")
    password = user.rpartition("://")[2].partition(":")[2]
    if at:
        yield from (part for part in (password, *re.split("[#/?]", password)) if len(part) >= SHORTEST_PART)


def texts(value: object) -> Iterator[str]:
    """Yield each string in a value, however deep, and what it is as a string."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from (*texts(key), *texts(inner))
    elif isinstance(value, list):
        for inner in value:
            yield from texts(inner)
    if value not in (None, ""):
        yield str(value)
