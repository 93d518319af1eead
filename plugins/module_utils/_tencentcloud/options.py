# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the Tencent Cloud modules: the connection, ``filters``, and how ids of security groups look."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from .._ansible.options import ConnectionOption
from .._core.kind import IdForm

CONNECTION = (
    ConnectionOption("secret_id", env=("TENCENTCLOUD_SECRET_ID",)),
    ConnectionOption("secret_key", env=("TENCENTCLOUD_SECRET_KEY",), secret=True),
    ConnectionOption("token", env=("TENCENTCLOUD_TOKEN",), secret=True, yields_to=("secret_key",)),
    ConnectionOption("region", env=("TENCENTCLOUD_REGION",)),
    ConnectionOption("endpoint"),
)

SECURITY_GROUP_ID = IdForm(re.compile("sg-[a-z0-9]{6,16}"), "sg-5d8n2w7c")

MOST_FILTERS = 10
MOST_FILTER_VALUES = 5


def filter_values(value: Any) -> list[Any]:
    """Return the values of a filter, which may be given as a value or as a list of values."""
    return value if isinstance(value, list) else [value]


def filter_problems(filters: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each thing that the API would refuse, or take for something else than it looks like."""
    return list(_filter_problems(filters))


def _filter_problems(filters: Mapping[str, Any]) -> Iterator[str]:
    if not filters:
        yield "filters is empty, which would select everything in the region; name a filter"
    if len(filters) > MOST_FILTERS:
        yield f"{len(filters)} filters are more than the {MOST_FILTERS} that the API takes"
    for name, value in filters.items():
        values = filter_values(value)
        if not values:
            yield f"the filter '{name}' has no values; name some or leave it out"
        if len(values) > MOST_FILTER_VALUES:
            yield f"the filter '{name}' has {len(values)} values, more than the {MOST_FILTER_VALUES} that the API takes"
        if not all(isinstance(one, (str, int, float)) and one != "" for one in values):
            yield f"the filter '{name}' must be a string, number or bool that is not empty, or a list of them"
