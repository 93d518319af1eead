# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The shell around the core: the one file that knows AnsibleModule."""

from __future__ import annotations

import gc
import os
import random
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any, NoReturn, TypeVar

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from .._core.adapter import Clock, Machine, Snapshot
from .._core.errors import CloudError, ErrorKind, Failure
from .._core.lists import Position, State
from .._core.pace import Gate
from .._core.patience import patiently, read
from .._core.reconcile import Policy, reconcile
from .._core.requests import Request, Wanted, id_problems, wanted_problems
from .._core.results import Result, as_dict, diffs, failure_message
from .locks import FileLocks
from .options import (
    PARALLELISM,
    WAIT_TIMEOUT,
    ResourceModules,
    Runtime,
    SelectingAdapter,
    info_arguments,
    resolve,
    writing_arguments,
)
from .text import line

Item = TypeVar("Item")
Answer = TypeVar("Answer")

MOST_DIGITS = 18
"""Digits that a number in an option may have."""

SHORTEST_PART = 4
"""Characters that a part of a password has at least: what is shorter is in many a word, which would be hidden, too."""

MAY_HOLD_A_PASSWORD = ("endpoint", "endpoint_url", "aws_endpoint_url", "aws_config")
"""Options in which a URL may have a password, which is refused or a proxy's. Ansible shows all options at -vvv."""

LONGEST_COMPLAINT = 5000
"""Characters of what is said of arguments, which it may quote."""


class _Module(AnsibleModule):
    """An AnsibleModule whose failures have the shape of its successes, those of its own argument checks included.

    An option that is null or an empty string counts as not given, where AnsibleModule takes it for one that is.
    """

    def __init__(self, **arguments: Any) -> None:
        self._contradictions: list[str] = []
        super().__init__(**arguments)
        if self._contradictions:
            self.fail_json(msg="; ".join(self._contradictions))

    def _load_params(self) -> None:
        super()._load_params()
        self.params = _given(self.params)
        self._contradictions += _named_twice(self.argument_spec, self.params)
        for name, option in self.argument_spec.items():
            # AnsibleModule makes an integer of any decimal: of an infinite one it raises what it does not expect, and
            # with one of a billion digits it never ends.
            if option.get("type") == "int" and _is_vast(value := self.params.get(name)):
                self.params[name] = f"{value}, which is too large"
        urls = (text for name in MAY_HOLD_A_PASSWORD for text in _texts(self.params.get(name)))
        self.no_log_values.update(password for url in urls for password in _passwords(url))
        if isinstance(entries := self.params.get("attachments"), list):
            self.params["attachments"] = [_given(one) if isinstance(one, dict) else one for one in entries]
            options = self.argument_spec.get("attachments", {}).get("options", {})
            for number, entry in enumerate(self.params["attachments"]):
                found = _named_twice(options, entry) if isinstance(entry, dict) else ()
                self._contradictions += [f"attachments[{number}]: {one}" for one in found]

    def fail_json(self, msg: str, **kwargs: Any) -> NoReturn:
        self._hide_secrets()
        said = msg
        for secret in sorted(self.no_log_values, key=len, reverse=True):
            said = said.replace(secret, "***")
        said = line(said)
        if "resources" not in kwargs and len(said) > LONGEST_COMPLAINT:
            said = f"{said[:LONGEST_COMPLAINT]}…"
        super().fail_json(said, **{"changed": False, "resources": [], **kwargs})

    def _hide_secrets(self) -> None:
        # AnsibleModule stops gathering them at the first option that is of a wrong type, and gathers what is no
        # string before it makes a string of it.
        for name, option in self.argument_spec.items():
            if option.get("no_log"):
                given = (self.params.get(key) for key in (name, *option.get("aliases", ())))
                self.no_log_values.update(text for value in given for text in _texts(value))


def manage(modules: ResourceModules) -> None:
    """Run the module that writes lists."""
    module = _Module(**writing_arguments(modules), supports_check_mode=True)
    _guarded(module, modules, _manage)


def inform(modules: ResourceModules) -> None:
    """Run the module that only reads lists."""
    module = _Module(**info_arguments(modules), supports_check_mode=True)
    _guarded(module, modules, _inform)


def _guarded(module: _Module, modules: ResourceModules, run: Callable[[_Module, ResourceModules], None]) -> None:
    # While an exception is handled, ansible-core 2.18 shows its traceback at -vvv.
    if problem := _what_went_wrong(module, modules, run):
        module.fail_json(msg=problem)


def _what_went_wrong(
    module: _Module, modules: ResourceModules, run: Callable[[_Module, ResourceModules], None]
) -> str | None:
    try:
        run(module, modules)
    except CloudError as error:
        return error.failure.message
    except ImportError as error:
        return f"{missing_required_lib(modules.library)} ({error})"
    except Exception as error:
        return f"unexpected {type(error).__name__}: {error}; this is a defect, report it"
    finally:
        # The interpreter looks for garbage in all that is left before it ends; with an SDK in it that takes 0.1 s.
        gc.freeze()
    return None


def _manage(module: _Module, modules: ResourceModules) -> None:
    params = module.params
    allow_empty = bool(params.get("allow_empty"))
    named = _named(modules, params)
    _refuse(module, [*_number_problems(params), *_problems(modules, params, named, allow_empty=allow_empty)])
    if named == []:
        module.exit_json(changed=False, resources=[], **({"diff": []} if module._diff else {}))
    adapter, runtime = _connect(module, modules, params["parallelism"], params["wait_timeout"], writes=True)
    if named is None:
        wanted = _wanted(params, params)
        ids = _select(module, modules, adapter, runtime.clock, params["wait_timeout"])
        named = [Request(resource_id, wanted) for resource_id in ids]
    policy = Policy(
        check_mode=module.check_mode,
        allow_empty=allow_empty,
        max_changes=params["max_changes"],
        wait_timeout=params["wait_timeout"],
    )
    with ThreadPoolExecutor(runtime.parallelism) as executor:
        machine = Machine(runtime.clock, FileLocks(runtime.clock.now, module.warn), executor, runtime.parallelism)
        outcome = reconcile(adapter, named, policy, machine)
    answer: dict[str, Any] = {
        "changed": any(result.changed for result in outcome.results),
        "resources": [as_dict(modules.kind, result) for result in outcome.results],
        **runtime.extras,
    }
    if module._diff:
        answer["diff"] = diffs(outcome.results)
    if outcome.message:
        module.fail_json(msg=outcome.message, **answer)
    module.exit_json(**answer)


def _inform(module: _Module, modules: ResourceModules) -> None:
    ids = module.params[modules.ids]
    _refuse(module, list(_selection_problems(modules, module.params)))
    if ids == []:
        module.exit_json(changed=False, resources=[])
    adapter, runtime = _connect(module, modules, PARALLELISM, WAIT_TIMEOUT, writes=False)
    if ids is None:
        ids = _select(module, modules, adapter, runtime.clock, WAIT_TIMEOUT)
    answers = read(adapter, ids, runtime.clock, WAIT_TIMEOUT)
    answer: dict[str, Any] = {
        "changed": False,
        "resources": [
            {"id": seen.id, "security_groups": list(seen.groups), "details": dict(seen.details)}
            for seen in answers.values()
            if isinstance(seen, Snapshot)
        ],
        **runtime.extras,
    }
    results = [
        Result(resource_id, None, verified=False, error=found if isinstance(found, Failure) else None)
        for resource_id, found in answers.items()
    ]
    if message := failure_message(modules.kind, results):
        module.fail_json(msg=message, **answer)
    module.exit_json(**answer)


def _wanted(entry: dict[str, Any], params: dict[str, Any]) -> Wanted:
    return Wanted(
        groups=tuple(entry["security_groups"]),
        state=State(entry["state"] or params["state"]),
        position=Position(entry.get("position") or params.get("position") or Position.KEEP),
    )


def _named(modules: ResourceModules, params: dict[str, Any]) -> list[Request] | None:
    """Return the requests for resources that the task names, or None where it selects them by something else."""
    if params["attachments"] is not None:
        return [Request(entry["id"], _wanted(entry, params)) for entry in params["attachments"]]
    if params[modules.ids] is not None:
        wanted = _wanted(params, params)
        return [Request(resource_id, wanted) for resource_id in params[modules.ids]]
    return None


def _number_problems(params: dict[str, Any]) -> Iterator[str]:
    for name, least in (("max_changes", 0), ("parallelism", 1), ("wait_timeout", 0)):
        if params[name] is not None and params[name] < least:
            yield f"{name} is {params[name]} and must be at least {least}"


def _selection_problems(modules: ResourceModules, params: dict[str, Any]) -> Iterator[str]:
    yield from id_problems(modules.kind, params[modules.ids] or [])
    if params[modules.selector] is not None:
        yield from modules.selector_problems(params[modules.selector])


def _problems(
    modules: ResourceModules, params: dict[str, Any], named: list[Request] | None, *, allow_empty: bool
) -> Iterator[str]:
    yield from _selection_problems(modules, params)
    if params["attachments"] is None:
        yield from wanted_problems(modules.kind, _wanted(params, params), allow_empty=allow_empty)
        return
    requests = named or []
    yield from id_problems(modules.kind, [request.id for request in requests])
    for request in requests:
        for problem in wanted_problems(modules.kind, request.wanted, allow_empty=allow_empty):
            yield f"{modules.kind.noun} {request.id}: {problem}"


def _refuse(module: _Module, problems: Sequence[str]) -> None:
    if problems:
        module.fail_json(msg="; ".join(problems))


def _connect(
    module: _Module, modules: ResourceModules, parallelism: int, wait_timeout: float, *, writes: bool
) -> tuple[SelectingAdapter, Runtime]:
    connection = resolve(modules.connection, module.params, os.environ)
    module.no_log_values.update(
        connection[option.name] for option in modules.connection if option.secret and connection[option.name]
    )
    module.no_log_values.update(_passwords_of_proxies(os.environ))
    clock = Clock(now=time.monotonic, sleep=time.sleep, jitter=random.random)
    gate = Gate(parallelism, clock, wait_timeout)
    runtime = Runtime(clock, gate, _Threads(parallelism), parallelism, writes)
    # What an SDK loads stays, so looking for garbage in it only takes time.
    gc.disable()
    adapter = modules.connect(connection, runtime)
    gc.freeze()
    gc.enable()
    return adapter, runtime


def _select(
    module: _Module, modules: ResourceModules, adapter: SelectingAdapter, clock: Clock, wait_timeout: float
) -> Sequence[str]:
    selector = module.params[modules.selector]
    ids = patiently(lambda: adapter.select(selector), clock, wait_timeout)
    if not ids:
        module.warn(f"{modules.selector} selects no {modules.kind.plural}")
    return ids


class _Threads:
    """Calls in as many threads as ``parallelism`` allows; one item is called in the caller's own thread."""

    def __init__(self, parallelism: int) -> None:
        self._parallelism = parallelism

    def __call__(self, call: Callable[[Item], Answer], items: Sequence[Item], /) -> list[Answer]:
        workers = min(self._parallelism, len(items))
        if workers <= 1:
            return [call(item) for item in items]
        try:
            with ThreadPoolExecutor(workers) as pool:
                return list(pool.map(call, items))
        except RuntimeError as error:
            problem = f"this machine has no threads left for {workers} calls at once; lower parallelism ({error})"
            raise CloudError(Failure(ErrorKind.INVALID, problem)) from None


def _is_vast(value: object) -> bool:
    """Whether AnsibleModule takes it for a number that has more digits than any makes sense, or endlessly many."""
    try:
        number = Decimal(str(value))
    except ArithmeticError:
        return False
    return number.is_infinite() or (number.is_finite() and number.adjusted() >= MOST_DIGITS)


def _passwords_of_proxies(environ: Mapping[str, str]) -> Iterator[str]:
    for name, value in environ.items():
        if name.lower() in ("http_proxy", "https_proxy", "all_proxy"):
            yield from _passwords(value)


def _passwords(url: str) -> Iterator[str]:
    """Yield the password whole, and in the parts that a library may take for a host or a port."""
    user, at, _host = url.rpartition("@")
    password = user.rpartition("://")[2].partition(":")[2]
    if at:
        yield from (part for part in (password, *re.split("[#/?]", password)) if len(part) >= SHORTEST_PART)


def _named_twice(options: Mapping[str, Any], params: Mapping[str, Any]) -> Iterator[str]:
    """Yield each option that has another value by one of its names than by another: Ansible would choose one."""
    for name, option in options.items():
        names = [each for each in (name, *option.get("aliases", ())) if each in params]
        values = [value if isinstance(value, list) else [value] for value in (params[each] for each in names)]
        if any(list(map(str, value)) != list(map(str, values[0])) for value in values[1:]):
            yield f"{' and '.join(names)} are the same option and have different values; give one of them"


def _given(params: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in params.items() if value is not None and value != ""}


def _texts(value: object) -> Iterator[str]:
    """Yield each string in a value, however deep, and what it is as a string."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from (*_texts(key), *_texts(inner))
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    if value not in (None, ""):
        yield str(value)
