# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The connections of a description: named sets of connection options, and ``cloud``, which says whose they are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .._ansible.options import ConnectionOption
from .entries import given, what
from .kinds import CLOUDS, KINDS

CLOUD = "cloud"

HIDDEN = "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"
"""What AnsibleModule shows in place of a secret."""


def form_problems(connections: object, name: str) -> list[str]:
    """Return a sentence if connections are not what connections can be."""
    if isinstance(connections, Mapping):
        return []
    return [f"{name} is {what(connections)} and must be a mapping from names to connection options"]


def problems(kind: str, name: str, options: object) -> list[str]:
    """Return a sentence for each thing that is wrong with a connection for resources of a kind.

    ``name`` is what messages call the connection. No sentence holds the value of an option.
    """
    return [f"{name}: {problem}" for problem in _problems(kind, options)]


def options_of(connection: Mapping[str, Any]) -> dict[str, Any]:
    """Return the connection options that a connection gives."""
    return {name: value for name, value in given(connection).items() if name != CLOUD}


def fits(kind: str, connection: object) -> bool:
    """Whether a connection may be one to the cloud of a kind."""
    if not isinstance(connection, Mapping):
        return False
    if cloud := connection.get(CLOUD):
        return CLOUDS.get(cloud) == KINDS[kind].cloud if isinstance(cloud, str) else False
    return {option.name for option in KINDS[kind].connection}.issuperset(options_of(connection))


def secrets(connections: object) -> Iterator[object]:
    """Yield the value of each option that is a secret of some cloud, whatever is wrong with the connection."""
    for options in connections.values() if isinstance(connections, Mapping) else ():
        for name, value in options.items() if isinstance(options, Mapping) else ():
            if name in SECRETS:
                yield value


def shown(connections: object) -> dict[str, Any]:
    """Return connections as they may be shown. What is not known may be a misspelt name of a secret."""
    if not isinstance(connections, Mapping):
        return {}
    return {
        str(name): {str(key): value if key in OPEN else HIDDEN for key, value in options.items()}
        if isinstance(options, Mapping)
        else HIDDEN
        for name, options in connections.items()
    }


def _all_options() -> Iterator[ConnectionOption]:
    for declared in KINDS.values():
        yield from declared.connection


def _names(option: ConnectionOption) -> tuple[str, ...]:
    return (option.name, *option.aliases)


SECRETS = frozenset(name for option in _all_options() if option.secret for name in _names(option))
OPEN = frozenset(name for option in _all_options() for name in _names(option)) - SECRETS | {CLOUD}


def _problems(kind: str, options: object) -> Iterator[str]:
    if not isinstance(options, Mapping):
        yield f"it is {what(options)} and must be a mapping of connection options"
        return
    if (cloud := given(options).get(CLOUD)) is not None and not fits(kind, options):
        of = KINDS[kind].cloud
        yield f"cloud '{cloud}' is not that of {kind}, which is {of}; use one of {', '.join(CLOUDS)}, or leave it out"
    known = {option.name: option for option in KINDS[kind].connection}
    proper = {alias: option.name for option in known.values() for alias in option.aliases}
    for name, value in options_of(options).items():
        if name in proper:
            yield f"use '{proper[name]}' instead of the alias '{name}'"
        elif name not in known:
            yield f"'{name}' is not a connection option of {kind}; these are: {', '.join(known)}"
        elif name == "region":
            if isinstance(value, (bool, int, float, Mapping)):
                yield f"{name} is {what(value)} and must be a string"
        elif known[name].type != "dict" and isinstance(value, (Mapping, list)):
            yield f"{name} is {what(value)} and must be a single value"
