# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Adapters under the core, on a clock that does not wait."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any


class OnClock:
    """An adapter whose readings are of the time of another clock than its own."""

    def __init__(self, adapter: Any, now: Callable[[], float]) -> None:
        self._adapter = adapter
        self._now = now

    def __getattr__(self, name: str) -> Any:
        return getattr(self._adapter, name)

    def read(self, ids: Sequence[str], on_groups: Any = None, /) -> dict[str, Any]:
        read_at = self._now()
        found = self._adapter.read(ids, on_groups)
        return {
            one: replace(answer, read_at=read_at) if hasattr(answer, "read_at") else answer
            for one, answer in found.items()
        }
