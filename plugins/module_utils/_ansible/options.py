# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the modules: connection options, and those that all kinds share."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any, Protocol, TypeVar
from urllib.parse import urlsplit

from .._core.adapter import Adapter, Clock
from .._core.errors import CloudError, ErrorKind, Failure
from .._core.lists import Position, State
from .._core.pace import Gate

if TYPE_CHECKING:
    from .declaration import Declaration

Item = TypeVar("Item")
Answer = TypeVar("Answer")

PARALLELISM = 8
WAIT_TIMEOUT = 120
MOST_PAGES = 1000
"""After so many pages a list of resources is taken for one without an end."""

REGION = re.compile("[a-z0-9]+(-[a-z0-9]+)+")
"""How clouds name their regions. The name becomes a part of what is sent with a signature."""

TRUE = ("1", "on", "t", "true", "y", "yes")


@dataclass(frozen=True)
class ConnectionOption:
    """An option that says how to reach a cloud.

    ``env`` are the environment variables that stand in for it, the preferred one first. They do not where the task
    gives one of ``yields_to``: a token in the environment belongs to the environment's key, not to the task's. Two
    options that yield to each other exclude each other. ``refused`` are variables that other tools take it from and
    that are not read, each with what to do: ignoring one would mean acting as another user than those tools do.
    """

    name: str
    type: str = "str"
    aliases: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    secret: bool = False
    default: object = None
    yields_to: tuple[str, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)

    def argument(self) -> dict[str, Any]:
        return {
            "type": self.type,
            "aliases": list(self.aliases),
            "no_log": self.secret,
            "default": self.default,
        }


def resolve(
    options: Sequence[ConnectionOption], params: Mapping[str, Any], environ: Mapping[str, str]
) -> dict[str, Any]:
    """Return each connection option as the task gives it, or else the environment. Empty counts as not given.

    Raise CloudError for a variable that would stand in for an option and is not supported.
    """
    given = {option.name for option in options if params.get(option.name) not in (None, "")}
    return {option.name: _resolve(option, params, environ, given) for option in options}


def _resolve(option: ConnectionOption, params: Mapping[str, Any], environ: Mapping[str, str], given: set[str]) -> Any:
    if option.name in given:
        return params[option.name]
    if given.isdisjoint(option.yields_to):
        for name, advice in option.refused.items():
            if environ.get(name):
                problem = f"the environment variable {name} is set and not supported; {advice}"
                raise CloudError(Failure(ErrorKind.INVALID, problem))
        for value in filter(None, map(environ.get, option.env)):
            return value.strip().lower() in TRUE if option.type == "bool" else value
    return option.default


def endpoint_url(text: str | None) -> str | None:
    """Return an endpoint, written as a host, as host:port or as a URL, as a URL: HTTPS unless it says http://."""
    if text is None:
        return None
    url = text if "://" in text else f"https://{text}"
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        valid = False
    if "@" in text:
        problem = "the endpoint has a user or a password in it; leave them out"
        raise CloudError(Failure(ErrorKind.INVALID, problem))
    if not valid or any(character.isspace() for character in text):
        problem = f"'{text}' is not an endpoint; write a host, host:port, or a URL with https:// or http://"
        raise CloudError(Failure(ErrorKind.INVALID, problem))
    return url


def bare_endpoint(text: str | None) -> tuple[str, str] | None:
    """Return the scheme of an endpoint, and its host with the port, for an SDK that wants them apart."""
    url = endpoint_url(text or None)
    if url is None:
        return None
    parts = urlsplit(url)
    if parts.path.strip("/") or parts.query or parts.fragment:
        problem = "the endpoint has more than a host and a port; leave the rest out"
        raise CloudError(Failure(ErrorKind.INVALID, problem))
    return parts.scheme, parts.netloc


def service_host(host: str, services: Collection[str], service: str) -> str:
    """Return where a service is at an endpoint, which is a host, perhaps with a port.

    A host that begins with the name of one of the cloud's services stands for the domain behind that name, where each
    service has a host of its own. Any other host serves them all.
    """
    name, _dot, domain = host.partition(".")
    return f"{service}.{domain}" if domain and name.lower() in services else host


def check_key(name: str, value: str) -> None:
    """Raise CloudError for a part of a key that no header can hold, which would end up in another message."""
    if not value.isascii() or not value.isprintable() or " " in value:
        problem = f"{name} has characters that no key has, such as a space or the end of a line; check it"
        raise CloudError(Failure(ErrorKind.AUTH, problem))


def check_pair(options: Sequence[ConnectionOption], connection: Mapping[str, Any], one: str, other: str) -> None:
    """Raise CloudError where only one of two options that go together is set, by the task or by the environment."""
    missing = next((name for name in (one, other) if not connection[name]), None)
    if missing and (connection[one] or connection[other]):
        variable = next(option.env[0] for option in options if option.name == missing)
        problem = f"{other if missing == one else one} is set and {missing} is missing"
        advice = f"set {missing} or the environment variable {variable}"
        raise CloudError(Failure(ErrorKind.INVALID, f"{problem}; {advice}"))


class Together(Protocol):
    """Calls a function for each item, several at once, and returns the answers in the order of the items."""

    def __call__(self, call: Callable[[Item], Answer], items: Sequence[Item], /) -> list[Answer]:
        """Call ``call`` with each item."""


@dataclass(frozen=True)
class Runtime:
    """What a connection gets besides its options.

    Each API call is made within ``gate.call``, or within ``gate.unpaced`` if it writes a list. ``writes`` says whether
    lists may be written. The connection may add to the task's result through ``extras``.
    """

    clock: Clock
    gate: Gate
    together: Together
    parallelism: int
    writes: bool
    extras: dict[str, object] = field(default_factory=dict)


class SelectingAdapter(Adapter, Protocol):
    """An adapter that also finds resources by something else than their ids."""

    def select(self, selector: Any) -> Sequence[str]:
        """Return the ids of all resources that the selector's value fits, or of all for None, on all pages."""


def info_arguments(declared: Declaration) -> dict[str, Any]:
    """Return the arguments of AnsibleModule for the module that only reads."""
    return {
        "argument_spec": {**_selection(declared), **connection_arguments(declared)["argument_spec"]},
        "mutually_exclusive": [(declared.ids, declared.selector), *_exclusive(declared)],
        "required_one_of": [(declared.ids, declared.selector)],
    }


def writing_arguments(declared: Declaration) -> dict[str, Any]:
    """Return the arguments of AnsibleModule for the module that writes."""
    kind = declared.kind
    state = {"type": "str", "choices": list(State)}
    position = {"type": "str", "choices": list(Position)}
    groups = {"type": "list", "elements": "str"}
    attachment = {
        "id": {"type": "str", "required": True, "aliases": [declared.id]},
        "security_groups": {**groups, "required": True},
        "state": state,
        "expected": groups,
    }
    options: dict[str, Any] = {
        **_selection(declared),
        "security_groups": groups,
        "state": {**state, "default": State.PRESENT},
        "attachments": {"type": "list", "elements": "dict", "options": attachment},
        "max_changes": {"type": "int"},
        "parallelism": {"type": "int", "default": PARALLELISM},
        "wait_timeout": {"type": "int", "default": WAIT_TIMEOUT},
        "settle": {"type": "int", "default": 0},
        "effect": {"type": "bool", "default": False},
        **connection_arguments(declared)["argument_spec"],
    }
    if kind.ordered:
        options["position"] = {**position, "default": Position.KEEP}
        attachment["position"] = position
    if kind.clearable:
        options["allow_empty"] = {"type": "bool", "default": False}
    return {
        "argument_spec": options,
        "mutually_exclusive": [
            (declared.ids, declared.selector, "attachments"),
            ("security_groups", "attachments"),
            *_exclusive(declared),
        ],
        "required_one_of": [(declared.ids, declared.selector, "attachments")],
        "required_by": {declared.ids: "security_groups", declared.selector: "security_groups"},
    }


def _selection(declared: Declaration) -> dict[str, Any]:
    return {
        declared.ids: {"type": "list", "elements": "str", "aliases": [declared.id]},
        declared.selector: dict(declared.selector_argument),
    }


def connection_arguments(declared: Declaration) -> dict[str, Any]:
    """Return the arguments of AnsibleModule, or of its validator, for the connection options alone."""
    return {
        "argument_spec": {option.name: option.argument() for option in declared.connection},
        "mutually_exclusive": _exclusive(declared),
    }


def _exclusive(declared: Declaration) -> list[tuple[str, str]]:
    return [
        (one.name, other.name)
        for one, other in combinations(declared.connection, 2)
        if other.name in one.yields_to and one.name in other.yields_to
    ]


def number_problems(params: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for each number that is too small."""
    for name, least in (("max_changes", 0), ("parallelism", 1), ("wait_timeout", 0), ("settle", 0)):
        if params[name] is not None and params[name] < least:
            yield f"{name} is {params[name]} and must be at least {least}"
    settle, wait_timeout = params["settle"], params["wait_timeout"]
    if 0 < settle >= wait_timeout:
        yield f"settle is {settle} and wait_timeout is {wait_timeout}; wait_timeout must be longer than settle"
