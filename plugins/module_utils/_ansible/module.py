# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""AnsibleModule as all modules of the collection use it: the one file that knows it."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NoReturn, TypeVar

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from .._core.errors import CloudError, ErrorKind, Failure
from .arguments import given, is_vast, named_twice
from .declaration import Declaration
from .options import Runtime, SelectingAdapter, resolve
from .secrets import MAY_HOLD_A_PASSWORD, passwords, passwords_of_proxies, texts
from .text import line, words

AnyModule = TypeVar("AnyModule", bound="Module")

REQUIRED = ("one of the following is required", "missing")
"""How AnsibleModule begins to say that an option is not given."""

LONGEST_COMPLAINT = 5000
"""Characters of what is said of arguments, which it may quote."""


class Module(AnsibleModule):
    """An AnsibleModule whose failures have the shape of its successes, those of its own argument checks included.

    An option that is null or an empty string counts as not given, where AnsibleModule takes it for one that is. A list
    that is given as text is split at commas and white space, where AnsibleModule splits at commas alone.
    """

    def __init__(self, **arguments: Any) -> None:
        self._contradictions: list[str] = []
        self._empty: list[str] = []
        # Connections are made one after the other, and making one may take variables away.
        self._environ = dict(os.environ)
        super().__init__(**arguments)
        self.refuse(self._contradictions)

    def _load_params(self) -> None:
        super()._load_params()
        self._empty = [name for name, value in self.params.items() if value == "" and not name.startswith("_")]
        self.params = given(self.params)
        self._contradictions += named_twice(self.argument_spec, self.params)
        for name, option in self.argument_spec.items():
            # AnsibleModule makes an integer of any decimal: of an infinite one it raises what it does not expect, and
            # with one of a billion digits it never ends.
            if option.get("type") == "int" and is_vast(value := self.params.get(name)):
                self.params[name] = f"{value}, which is too large"
        _split_texts(self.argument_spec, self.params)
        urls = (text for name in MAY_HOLD_A_PASSWORD for text in texts(self.params.get(name)))
        self.no_log_values.update(password for url in urls for password in passwords(url))
        if isinstance(entries := self.params.get("attachments"), list):
            self.params["attachments"] = [given(one) if isinstance(one, dict) else one for one in entries]
            options = self.argument_spec.get("attachments", {}).get("options", {})
            for number, entry in enumerate(self.params["attachments"]):
                if isinstance(entry, dict):
                    self._contradictions += [f"attachments[{number}]: {one}" for one in named_twice(options, entry)]
                    _split_texts(options, entry)

    def fail_json(self, msg: str, **kwargs: Any) -> NoReturn:
        self._hide_secrets()
        said = msg
        if self._empty and msg.startswith(REQUIRED):
            said += f" ({', '.join(self._empty)}: empty, which counts as not given)"
        for secret in sorted(self.no_log_values, key=len, reverse=True):
            said = said.replace(secret, "***")
        said = line(said)
        if "resources" not in kwargs and len(said) > LONGEST_COMPLAINT:
            said = f"{said[:LONGEST_COMPLAINT]}…"
        always: dict[str, Any] = {"changed": False, "resources": []}
        if "wait_timeout" in self.argument_spec:
            # A module that writes.
            always["groups_checked"] = None
        super().fail_json(said, **{**always, **kwargs})

    @property
    def wants_diff(self) -> bool:
        return bool(self._diff)

    def refuse(self, problems: Sequence[str]) -> None:
        """Fail if there are any problems."""
        if problems:
            self.fail_json(msg="; ".join(problems))

    def hide(self, secrets: Iterable[object]) -> None:
        """Keep values out of all that is printed from now on."""
        self.no_log_values.update(text for secret in secrets for text in texts(secret))

    def connect(self, declared: Declaration, options: Mapping[str, Any], runtime: Runtime) -> SelectingAdapter:
        """Return the adapter that these connection options, and for the others the environment, lead to.

        Raise CloudError where they do not work, or where the Python package of the cloud is missing.
        """
        connection = resolve(declared.connection, options, self._environ)
        self.hide(connection[option.name] for option in declared.connection if option.secret)
        self.no_log_values.update(passwords_of_proxies(self._environ))
        # What an SDK loads stays, so looking for garbage in it only takes time.
        gc.disable()
        try:
            return declared.connect(connection, runtime)
        except ImportError as error:
            problem = f"{missing_required_lib(declared.library)} ({error})"
            raise CloudError(Failure(ErrorKind.INVALID, problem)) from None
        finally:
            gc.freeze()
            gc.enable()

    def _hide_secrets(self) -> None:
        # AnsibleModule stops gathering them at the first option that is of a wrong type, and gathers what is no
        # string before it makes a string of it.
        for name, option in self.argument_spec.items():
            if option.get("no_log"):
                self.hide(self.params.get(key) for key in (name, *option.get("aliases", ())))


def run(module: AnyModule, main: Callable[[AnyModule], None]) -> None:
    """Run what a module does; whatever it raises becomes a failure."""
    # While an exception is handled, ansible-core 2.18 shows its traceback at -vvv.
    if problem := _what_went_wrong(module, main):
        module.fail_json(msg=problem)


def _what_went_wrong(module: AnyModule, main: Callable[[AnyModule], None]) -> str | None:
    try:
        main(module)
    except CloudError as error:
        return error.failure.message
    except Exception as error:
        return f"unexpected {type(error).__name__}: {error}; this is a defect, report it"
    finally:
        # The interpreter looks for garbage in all that is left before it ends; with an SDK in it that takes 0.1 s.
        gc.freeze()
    return None


def _split_texts(options: Mapping[str, Any], params: dict[str, Any]) -> None:
    for name, option in options.items():
        if option.get("type") == "list" and option.get("elements") == "str":
            for key in (name, *option.get("aliases", ())):
                if isinstance(value := params.get(key), str):
                    params[key] = words(value)
