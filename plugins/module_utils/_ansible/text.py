# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Texts for people."""

from __future__ import annotations


def line(text: str) -> str:
    """Return a text as one line of characters that can be shown."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())
