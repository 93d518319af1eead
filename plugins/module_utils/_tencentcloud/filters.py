# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The option ``filters``: what is wrong with it, and what an action is told that it stands for.

The names are the API's own: those of its ``Filters``, which are small, and those of its parameters, which are not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

MOST_FILTERS = 10
MOST_FILTER_VALUES = 5

TAG = "tag:"

NUMBER = re.compile("[0-9]{1,18}")


def filter_problems(filters: Mapping[str, Any], most_values: int = MOST_FILTER_VALUES) -> list[str]:
    """Return a sentence for each thing that the API would refuse, or take for something else than it looks like."""
    return list(_filter_problems(filters, most_values))


def filter_arguments(filters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the argument ``Filters`` for filters, or nothing where there are none."""
    listed = [{"Name": name, "Values": texts(filters[name])} for name in filters]
    return {"Filters": listed} if listed else {}


@dataclass(frozen=True, slots=True)
class Parameters:
    """What selects resources by parameters of an action, and by ``Filters`` where it has them.

    ``types`` are those of the parameters. ``filters`` are the names that ``Filters`` may have; ``tag:NAME`` is always
    one. Any other name is refused, because no document says that an action refuses what it does not know.
    """

    types: Mapping[str, type[str] | type[int] | type[list[str]]]
    filters: Collection[str] = ()
    most_values: int = 100

    def problems(self, filters: Mapping[str, Any]) -> list[str]:
        found = filter_problems(filters, self.most_values)
        return found or list(self._problems(filters))

    def arguments(self, filters: Mapping[str, Any]) -> dict[str, Any]:
        """Return the parameters among filters as arguments."""
        return {name: _typed(value, self.types[name]) for name, value in filters.items() if name in self.types}

    def _problems(self, filters: Mapping[str, Any]) -> Iterator[str]:
        for name, value in filters.items():
            wanted = self.types.get(name)
            if wanted is None and name not in self.filters and not (name.startswith(TAG) and name != TAG):
                yield f"the filter '{name}' is not known; use {', '.join((*self.types, *self.filters))} or tag:NAME"
            elif wanted in (str, int) and len(_values(value)) > 1:
                yield f"the filter '{name}' has {len(_values(value))} values, and the API takes one; give one"
            elif wanted is int and not NUMBER.fullmatch(texts(value)[0]):
                yield f"the filter '{name}' is '{texts(value)[0]}' and must be a number"


def texts(value: Any) -> list[str]:
    """Return the values of a filter as the API takes them."""
    return [_as_text(one) for one in _values(value)]


def _values(value: Any) -> list[Any]:
    """Return the values of a filter, which may be given as a value or as a list of values."""
    return value if isinstance(value, list) else [value]


def _typed(value: Any, wanted: Callable[..., Any]) -> Any:
    given = texts(value)
    return given if wanted is list else wanted(given[0])


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _filter_problems(filters: Mapping[str, Any], most_values: int) -> Iterator[str]:
    if not filters:
        yield "filters is empty, which would select everything in the region; name a filter"
    if len(filters) > MOST_FILTERS:
        yield f"{len(filters)} filters are more than the {MOST_FILTERS} that the API takes"
    for name, value in filters.items():
        values = _values(value)
        if not values:
            yield f"the filter '{name}' has no values; name some or leave it out"
        if len(values) > most_values:
            yield f"the filter '{name}' has {len(values)} values, more than the {most_values} that the API takes"
        if not all(isinstance(one, (str, int, float)) and one != "" for one in values):
            yield f"the filter '{name}' must be a string, number or bool that is not empty, or a list of them"
