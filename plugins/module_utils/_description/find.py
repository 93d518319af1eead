# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The module that finds what is attached where, for all kinds of the clouds that connections lead to."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

from .._ansible.module import run
from .._ansible.options import WAIT_TIMEOUT, Runtime, SelectingAdapter
from .._core.adapter import Clock, Snapshot
from .._core.errors import CloudError, ErrorKind, Failure
from .._core.patience import patiently
from .._core.patience import read as read_all
from .._core.reconcile import BATCHES_AT_ONCE
from .._core.results import Result, failure_message
from .connections import fits
from .entries import place, regions_of
from .kinds import CLOUDS, KINDS
from .module import PARALLELISM, ConnectionsModule, Where, extras, runtimes

ARGUMENTS = {
    "connections": {"type": "dict", "default": {}},
    "kinds": {"type": "list", "elements": "str", "choices": list(KINDS)},
    "security_groups": {"type": "list", "elements": "str"},
}


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found of a kind in one place, and what failed there, or None.

    ``names`` are those of the groups asked for that a group has there.
    """

    kind: str
    where: Where
    snapshots: Sequence[Snapshot]
    message: str | None
    names: Collection[str] = ()


def main() -> None:
    """Run the module."""
    run(ConnectionsModule(argument_spec=ARGUMENTS, supports_check_mode=True), _find)


def _find(module: ConnectionsModule) -> None:
    found_kinds = _kinds(module)
    places = [
        (kind, where)
        for kind in KINDS
        for name, kinds in found_kinds.items()
        if kind in kinds
        for where in _places(name, module.connections.get(name) if name is not None else None)
    ]
    with runtimes((where for _kind, where in places), PARALLELISM, WAIT_TIMEOUT, writes=False) as everywhere:

        def find(kind_and_where: tuple[str, Where]) -> _Found:
            kind, where = kind_and_where
            return _found(module, kind, where, everywhere[where][0])

        with ThreadPoolExecutor(BATCHES_AT_ONCE) as pool:
            found = list(pool.map(find, places))
        more = extras(runtime for runtime, _executor in everywhere.values())
    failed = [
        f"{place(KINDS[one.kind].kind.plural, one.where.connection, one.where.region)}: {one.message}"
        for one in found
        if one.message
    ]
    known = {name for one in found for name in one.names}
    if not failed and (unknown := [name for name in _names(module) if name not in known]):
        problem = f"security_groups has {', '.join(unknown)}, which no security group has as its ID or its name"
        module.refuse([f"{problem} in these regions; check the names"])
    having = [(one, snapshot) for one in found for snapshot in one.snapshots]
    answer: dict[str, Any] = {
        "changed": False,
        "resources": [_resource(one, snapshot) for one, snapshot in having],
        # A description with an empty list is refused unless that is allowed, so what has no groups is left out.
        "attachments": [_attachment(one, snapshot) for one, snapshot in having if snapshot.groups],
        **more,
    }
    if failed:
        module.fail_json(msg="; ".join(failed), **answer)
    module.exit_json(**answer)


def _kinds(module: ConnectionsModule) -> dict[str | None, list[str]]:
    """Return the kinds to look for by connection; fail where a connection does not tell its cloud."""
    asked = module.params["kinds"] or list(KINDS)
    if not module.connections:
        if not module.params["kinds"]:
            module.refuse(["connections is empty; give connections, or kinds to find with what the environment has"])
        return {None: asked}
    kinds: dict[str | None, list[str]] = {}
    problems = []
    for name, options in module.connections.items():
        clouds = [cloud for cloud, of in CLOUDS.items() if any(fits(kind, options) for kind in _of(of))]
        if len(clouds) > 1:
            names = " or ".join(clouds)
            problems.append(f"connections['{name}'] does not tell its cloud; add cloud: {names}")
        elif not clouds:
            problems.append(f"connections['{name}'] has options that no cloud has together; check their names")
        else:
            kinds[name] = [kind for kind in asked if KINDS[kind].cloud == CLOUDS[clouds[0]]]
    module.refuse(problems)
    return kinds


def _of(cloud: str) -> list[str]:
    return [kind for kind, declared in KINDS.items() if declared.cloud == cloud]


def _places(connection: str | None, options: object) -> list[Where]:
    regions: list[str | None] = [*regions_of(options)] or [None]
    return [Where(connection, region) for region in regions]


def _found(module: ConnectionsModule, kind: str, where: Where, runtime: Runtime) -> _Found:
    clock = runtime.clock
    try:
        adapter = module.connect_to(kind, where, runtime)
        ids = patiently(partial(adapter.select, None), clock, WAIT_TIMEOUT)
        answers = read_all(adapter, ids, clock, WAIT_TIMEOUT)
        groups = _groups(module, adapter, clock)
    except CloudError as error:
        return _Found(kind, where, (), error.failure.message)
    snapshots = [
        one
        for one in answers.values()
        if isinstance(one, Snapshot)
        and not one.excluded
        and (groups is None or not groups.keys().isdisjoint(one.groups))
    ]
    # What was deleted since it was listed is attached to nothing.
    failures = {
        each: one for each, one in answers.items() if isinstance(one, Failure) and one.kind is not ErrorKind.NOT_FOUND
    }
    results = [Result(each, None, verified=False, error=failure) for each, failure in failures.items()]
    return _Found(kind, where, snapshots, failure_message(KINDS[kind].kind, results), (groups or {}).values())


def _names(module: ConnectionsModule) -> list[str]:
    """Return the groups to look for that are given by name in every cloud that is asked."""
    forms = {id(declared.kind.group_id): declared.kind.group_id for declared in KINDS.values()}.values()
    return [one for one in module.params["security_groups"] or () if not any(form.fits(one) for form in forms)]


def _groups(module: ConnectionsModule, adapter: SelectingAdapter, clock: Clock) -> dict[str, str] | None:
    """Return the groups to look for, each id with what it was asked for as, or None for any group.

    A name is that of all groups in the region that have it, whatever their VPC.
    """
    references = module.params["security_groups"]
    if not references:
        return None
    form = adapter.kind.group_id
    names = [one for one in references if not form.fits(one)]
    found = patiently(partial(adapter.directory.find, names), clock, WAIT_TIMEOUT) if names else []
    return {one: one for one in references if form.fits(one)} | {one.id: one.name for one in found if one.name in names}


def _resource(found: _Found, snapshot: Snapshot) -> dict[str, Any]:
    return {
        "id": snapshot.id,
        "security_groups": list(snapshot.groups),
        "details": dict(snapshot.details),
        "kind": found.kind,
        "connection": found.where.connection,
        "region": found.where.region,
        "name": _name(snapshot.details),
    }


def _attachment(found: _Found, snapshot: Snapshot) -> dict[str, Any]:
    more = {"name": _name(snapshot.details), "region": found.where.region, "connection": found.where.connection}
    return {
        "kind": found.kind,
        "id": snapshot.id,
        "security_groups": list(snapshot.groups),
        **{key: value for key, value in more.items() if value is not None},
    }


def _name(details: Mapping[str, object]) -> str | None:
    name = details.get("name") or details.get("description")
    return str(name) if name else None
