# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts for people."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

# What libraries quote in their errors: the URL of a proxy with its password, and a header that cannot be sent.
USER_OF_URL = re.compile(r"(://)[^\s\"']*@")
HEADER_VALUE = re.compile(r"(?i)(header value:?) .*")

SEPARATORS = re.compile(r"[,\s]+")

LONGEST_QUOTE = 300
"""Characters of a line in which a message quotes what a cloud says."""


def line(text: str) -> str:
    """Return a text as one line of characters that can be shown, without what only libraries would quote."""
    shown = " ".join("".join(one if one.isprintable() else " " for one in text).split())
    return HEADER_VALUE.sub(r"\1 ***", USER_OF_URL.sub(r"\1***@", shown))


def short_line(text: str) -> str:
    """Return a text as one line that is not too long for a message to quote."""
    shown = line(text)
    return shown if len(shown) <= LONGEST_QUOTE else f"{shown[:LONGEST_QUOTE]}…"


def words(value: object) -> list[str]:
    """Return what a list holds, or the words of a text, which commas and white space separate.

    What a list holds stays whole, so that a word with a space in it can be written as an item of a list.
    """
    if value is None:
        return []
    if isinstance(value, Iterable) and not isinstance(value, str | bytes | Mapping):
        return [word for one in value if one is not None and (word := str(one).strip())]
    return [word for word in SEPARATORS.split(str(value)) if word]
