# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where in a variable a template fails. Templates are made by Jinja itself, and by no Ansible."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._evaluation import evaluated
from jinja2 import Environment, StrictUndefined

DEFINED = {"region": "ap-guangzhou", "keys": {"hunter2": 1}, "secret": "hunter3"}
CHECK = "check its template"


def render(raw: Any) -> Any:
    if isinstance(raw, Mapping):
        return {key: render(value) for key, value in raw.items()}
    if isinstance(raw, list):
        return [render(one) for one in raw]
    if isinstance(raw, str):
        return Environment(undefined=StrictUndefined, autoescape=True).from_string(raw).render(DEFINED)
    return raw


def test_a_variable_without_problems_has_its_value() -> None:
    raw = [{"id": "eni-1", "region": "{{ region }}", "n": 5}, "x"]
    value = [{"id": "eni-1", "region": "ap-guangzhou", "n": 5}, "x"]
    assert evaluated("described", raw, render) == (value, [])


@pytest.mark.parametrize(
    ("raw", "problems"),
    [
        ("{{ mine }}", ["v needs the variable 'mine', which is not defined"]),
        ("hunter2 {{ mine | upper }}", ["v needs the variable 'mine', which is not defined"]),
        (["x", "{{ mine }}"], ["v[1] needs the variable 'mine', which is not defined"]),
        (
            [{"id": "eni-{{ 1 }}", "a": "{{ mine }}", "b": ["x", "{{ other }}"]}, {"id": "{{ mine }}"}],
            [
                "v[0] (eni-1): a needs the variable 'mine', which is not defined",
                "v[0] (eni-1): b needs the variable 'other', which is not defined",
                "v[1]: id needs the variable 'mine', which is not defined",
            ],
        ),
        (
            {"gz": {"key": "hunter2 {{ mine }}", "x": "y"}, "eu": "{{ other }}"},
            [
                "v['gz']: key needs the variable 'mine', which is not defined",
                "v['eu'] needs the variable 'other', which is not defined",
            ],
        ),
        ("{{ keys.mine }}", ["v needs 'mine' of a variable that does not have it"]),
        # The name of the key is the value of a variable.
        ("{{ keys[secret] }}", [f"v could not be evaluated (UndefinedError); {CHECK}"]),
        ("{{ 1 / 0 }} hunter2", [f"v could not be evaluated (ZeroDivisionError); {CHECK}"]),
        ("{{ hunter2", [f"v could not be evaluated (TemplateSyntaxError); {CHECK}"]),
    ],
)
def test_the_place_and_the_missing_name_are_told_and_nothing_else(raw: object, problems: list[str]) -> None:
    assert evaluated("v", raw, render) == (None, problems)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("{{ x }}hunter2 'other' is undefined: 'mine' is undefined", "needs the variable 'mine', which is not defined"),
        ("Mandatory variable 'mine'  not defined.", "needs the variable 'mine', which is not defined"),
        (
            "The filter plugin 'ansible.builtin.mandatory' failed: Mandatory variable 'mine' not defined.",
            "needs the variable 'mine', which is not defined",
        ),
        ("'hunter2' is undefined, or so", f"could not be evaluated (ValueError); {CHECK}"),
        ("\"hostvars['hunter2']\" is undefined", f"could not be evaluated (ValueError); {CHECK}"),
        ("object of type 'dict' has no attribute 'mine'", "needs 'mine' of a variable that does not have it"),
        ("object of type 'dict' has no attribute 'hunter2'", f"could not be evaluated (ValueError); {CHECK}"),
    ],
)
def test_names_are_taken_from_what_ansible_says(said: str, told: str) -> None:
    def fail(_raw: object) -> object:
        raise ValueError(said)

    assert evaluated("v", "{{ a.mine }}", fail) == (None, [f"v {told}"])
