# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The metadata service of the machine, which gives keys of the role that is bound to it."""

from __future__ import annotations

from http.client import HTTPException
from urllib.request import ProxyHandler, build_opener

from .deadline import RESPONSE_WITHIN, bounded

TIMEOUT = 2.0
"""Seconds to connect to it, and to wait for its next byte."""


def ask(url: str, response_within: float = RESPONSE_WITHIN) -> bytes:
    """Return what it answers; raise OSError where it does not.

    The look-ups of the SDKs have no time-out, and ask a proxy where the environment names one: that would give the
    keys of its own machine, and be shown those of this one.
    """
    try:
        with bounded(response_within), build_opener(ProxyHandler({})).open(url, timeout=TIMEOUT) as answer:
            return bytes(answer.read())
    except HTTPException as error:
        raise OSError(f"no answer of HTTP ({type(error).__name__})") from None
