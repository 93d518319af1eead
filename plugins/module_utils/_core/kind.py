# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is true of one sort of resource."""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class IdForm:
    """How ids of one sort look: a pattern for the whole id, and an example for messages.

    ``folds_case`` says that the cloud does not tell capital letters from small ones.
    """

    pattern: re.Pattern[str]
    example: str
    folds_case: bool = False

    def fits(self, text: object) -> bool:
        return isinstance(text, str) and self.pattern.fullmatch(text) is not None

    def key(self, text: str) -> str:
        """Return what is the same for all ways to write an id."""
        return text.lower() if self.folds_case else text


@dataclass(frozen=True, slots=True)
class ServedPort:
    """What a kind of resource serves, and nothing else: a TCP port, as people call it.

    ``reach`` says who the whole internet is where such a resource never has a public address.
    """

    name: str
    port: int
    reach: str


@dataclass(frozen=True, slots=True)
class Kind:
    """One of the kinds of resource that security groups are attached to.

    ``longest`` is the number of groups every account may attach, or None where the account's quota decides; then
    the adapter is asked. ``clearable`` tells whether a list may become empty when the user allows it. ``serves`` is
    what such a resource serves, or None where that may be anything, to anybody.
    """

    noun: str
    plural: str
    resource_id: IdForm
    group_id: IdForm
    ordered: bool
    clearable: bool
    longest: int | None
    serves: ServedPort | None = None
