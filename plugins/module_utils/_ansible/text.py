# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts for people."""

from __future__ import annotations

import re

# What libraries quote in their errors: the URL of a proxy with its password, and a header that cannot be sent.
USER_OF_URL = re.compile(r"(://)[^\s\"']*@")
HEADER_VALUE = re.compile(r"(?i)(header value:?) .*")

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


def words(text: str) -> list[str]:
    """Return the parts of a list that is written as text: commas and white space separate them."""
    return text.replace(",", " ").split()
