# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What can go wrong with a resource, in the same words for every cloud."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ErrorKind(StrEnum):
    """The values of ``error.kind`` in a result."""

    AUTH = "auth"
    DENIED = "denied"
    NOT_FOUND = "not_found"
    INVALID = "invalid"
    LIMIT = "limit"
    STATE = "state"
    THROTTLED = "throttled"
    CONFLICT = "conflict"
    TRANSIENT = "transient"
    TIMEOUT = "timeout"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why something could not be read or written.

    ``message`` is one line that says what is wrong and what to do; it does not repeat the resource, which the
    result adds. ``code`` and ``request_id`` are the cloud's own, where it gave them. ``passes`` tells whether the
    same call may succeed a little later without anybody doing anything; ``doubtful`` that nobody knows whether it
    will, so that it is retried a few times and no longer.
    """

    kind: ErrorKind
    message: str
    code: str | None = None
    request_id: str | None = None
    passes: bool = False
    doubtful: bool = False


@dataclass(frozen=True, slots=True)
class Meaning:
    """What an error code of a cloud means to the user; ``passes`` and ``doubtful`` are those of a failure."""

    kind: ErrorKind
    advice: str
    passes: bool = False
    doubtful: bool = False


class CloudError(Exception):
    """Raised by adapters, with the failure already in our words."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.message)
        self.failure = failure
