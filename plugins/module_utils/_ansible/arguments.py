# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What a task gives as arguments, before AnsibleModule reads them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

MOST_DIGITS = 18
"""Digits that a number in an option may have."""


def given(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in params.items() if value is not None and value != ""}


def named_twice(options: Mapping[str, Any], params: Mapping[str, Any]) -> Iterator[str]:
    """Yield each option that has another value by one of its names than by another: Ansible would choose one."""
    for name, option in options.items():
        names = [each for each in (name, *option.get("aliases", ())) if each in params]
        values = [value if isinstance(value, list) else [value] for value in (params[each] for each in names)]
        if any(list(map(str, value)) != list(map(str, values[0])) for value in values[1:]):
            yield f"{' and '.join(names)} are the same option and have different values; give one of them"


def is_vast(value: object) -> bool:
    """Whether AnsibleModule takes it for a number that has more digits than any makes sense, or endlessly many."""
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        return False
    return number.is_infinite() or (number.is_finite() and number.adjusted() >= MOST_DIGITS)
