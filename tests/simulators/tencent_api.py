# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the services of the simulated Tencent Cloud have in common: actions, arguments, refusals, filters and ids."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, cast

from .resources import Groups, PassingState
from .server import CloudRefusal

MOST_FILTERS = 10
DEFAULT_PAGE = 20

Arguments = Mapping[str, object]
Answer = Mapping[str, object]


@dataclass(frozen=True)
class Action:
    """What a service can do: what it takes, of which types, what it cannot do without, and the function that does it.

    The function gets the arguments and the id of the request.
    """

    parameters: Mapping[str, type]
    perform: Callable[[Arguments, str], Answer]
    required: tuple[str, ...] = ()


@dataclass
class Resource:
    """Something that has security groups, in a VPC; ``number`` counts what was made."""

    number: int
    id: str
    name: str
    vpc: str
    subnet: str
    zone: str
    address: str
    tags: Mapping[str, str]
    groups: Groups
    state: PassingState


@dataclass(frozen=True)
class Place:
    """Where a resource is made, and with what."""

    number: int
    id: str
    role: str
    vpc: str
    subnet: str
    zone: str
    address: str
    tags: Mapping[str, str]
    groups: Sequence[str]


@dataclass
class Account:
    """What the services of one account share: its security groups, by id."""

    security_groups: Mapping[str, Any] = field(default_factory=dict)


class Service:
    """A service with one kind of resource: ``resources`` by id, made by ``make``, and ``actions`` by name.

    ``id_arguments`` are the arguments that name resources, ``writes`` the actions that change their groups.
    """

    name: str
    version: str
    prefix: str
    id_arguments: tuple[str, ...]
    writes: tuple[str, ...]
    actions: Mapping[str, Action]

    def __init__(self, account: Account) -> None:
        self.account = account
        self.resources: dict[str, Any] = {}
        self.reset()

    def reset(self) -> None:
        """Forget what was asked for, and be as usual again."""
        for one in self.resources.values():
            one.state.put("", 0)
            one.groups.reads_after_write = one.groups.old_reads = 0

    def make(self, place: Place) -> None:
        """Make a resource."""
        raise NotImplementedError

    def known_groups(self, groups: Sequence[str], code: str) -> None:
        for group in groups:
            if group not in self.account.security_groups:
                raise refusal(code, f"The security group {group} does not exist")


def refusal(code: str, message: str) -> CloudRefusal:
    # Tencent Cloud answers 200 to whatever it understood well enough to refuse.
    return CloudRefusal(200, code, message)


def check_arguments(action: Action, arguments: Arguments | None) -> None:
    if arguments is None:
        raise refusal("InvalidParameter", "The body of the request is no JSON object")
    for name, value in arguments.items():
        if name not in action.parameters:
            raise refusal("UnknownParameter", f"The parameter {name} is not known")
        wanted = action.parameters[name]
        if not isinstance(value, wanted) or (isinstance(value, bool) and wanted is int):
            raise refusal("InvalidParameter", f"The parameter {name} is of a wrong type")
    for name in action.required:
        if name not in arguments:
            raise refusal("MissingParameter", f"The request is missing the parameter {name}")


def strings(arguments: Arguments, name: str) -> list[str]:
    value = arguments.get(name, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise refusal("InvalidParameter", f"The parameter {name} is no list of strings")
    return value


def page(arguments: Arguments, largest: int, code: str) -> slice:
    """Return which part of what was found is asked for."""
    offset, limit = cast(int, arguments.get("Offset", 0)), cast(int, arguments.get("Limit", DEFAULT_PAGE))
    if offset < 0 or not 1 <= limit <= largest:
        raise refusal(code, f"Offset is at least 0, and Limit from 1 to {largest}")
    return slice(offset, offset + limit)


def new_id(kind: str, number: int) -> str:
    """Return an id that looks like the cloud's; the factor shares none with 36, so no two numbers get the same."""
    rest, digits = number * 1_295_716_943_171 % 36**8, ""
    for _time in range(8):
        rest, digit = divmod(rest, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[digit] + digits
    return f"{kind}-{digits}"
