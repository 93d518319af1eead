# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The variables of the roles are checked before anything is read, with one message for a person."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml
from ansible.parsing.vault import VaultLib, VaultSecret

from tests.integration.playbook import COLLECTION, Run, run

ENI = {"kind": "qcloud_eni", "id": "eni-7k2m9q4x", "security_groups": ["sg-aaaa1111"]}
ENTRY = "security_group_attachments[0] (eni-7k2m9q4x)"
SECRET = "hunter2"
PLAN = {"schema_version": 1, "scopes": ["localhost"], "resources": []}
PASSWORD = b"of the vault"
OMITTED = "{{ nothing | default(omit) }}"
OPTIONAL = ("state", "position", "region", "connection", "expected", "name", "reason")
CHECK = "check its template"
LOST = "and -e may have lost what follows a space; write the IDs with commas and no spaces between them, or as a list"


class Vaulted(str):
    """A text that is written as inline ``!vault``."""


class Dumper(yaml.SafeDumper):
    """Writes what is to be encrypted so."""


def encrypted(dumper: Dumper, text: Vaulted) -> yaml.Node:
    ciphertext = VaultLib([("default", VaultSecret(PASSWORD))]).encrypt(str(text)).decode()
    return dumper.represent_scalar("!vault", ciphertext, style="|")


Dumper.add_representer(Vaulted, encrypted)

PASS: Sequence[tuple[str, dict[str, Any]]] = [
    ("converge", {"security_group_attachments": [ENI]}),
    ("describe", {}),
    ("converge", {"converge_plan": PLAN, "security_group_attachments": None}),
    # Names from which people build ours.
    (
        "drift_report",
        {
            "security_group_attachments_production": [ENI],
            "security_group_attachments_old": [{"region": "{{ nowhere }}"}],
            "security_group_attachments": "{{ security_group_attachments_production }}",
            "security_group_connections_eu": {"eu": {"region": OMITTED, "secret_key": SECRET}},
            "security_group_connections": "{{ security_group_connections_eu }}",
            "converge_notify_channel": "#ops",
        },
    ),
    # What is omitted, empty or null is not given.
    (
        "converge",
        {
            "security_group_attachments": [
                {**ENI, "security_groups": ["sg-aaaa1111", OMITTED], **dict.fromkeys(OPTIONAL, OMITTED)},
                {**ENI, "id": "eni-7k2m9q4y", **dict.fromkeys(OPTIONAL, "")},
                {**ENI, "id": "eni-7k2m9q4z", **dict.fromkeys(OPTIONAL)},
                {**ENI, "id": "eni-7k2m9q40", "security_groups": "sg-aaaa1111, sg-bbbb2222"},
            ],
            "security_group_attachments_only": ["eni-7k2m9q4y", OMITTED],
            "security_group_attachments_allow_empty": OMITTED,
            "security_group_connections": OMITTED,
            "converge_max_changes": "",
        },
    ),
    ("converge", {"security_group_attachments": [ENI], "security_group_attachments_only": "eni-7k2m9q4x\n"}),
    ("converge", {"security_group_attachments": [ENI], "converge_max_changes": "{{ 3 + 4 }}"}),
    ("drift_report", {"security_group_attachments": [ENI], "drift_report_fail_on": "none"}),
    (
        "converge",
        {
            "security_group_attachments": [
                {key: [Vaulted(value[0])] if isinstance(value, list) else Vaulted(value) for key, value in ENI.items()}
                | {"connection": Vaulted("guangzhou")}
            ],
            "security_group_connections": {"guangzhou": {"region": "ap-guangzhou", "secret_key": Vaulted(SECRET)}},
        },
    ),
]
FAIL: Sequence[tuple[str, dict[str, Any], str]] = [
    (
        "converge",
        {"security_group_attachments": [ENI], "security_groups_attachments_only": "eni-7k2m9q4x"},
        (
            "security_groups_attachments_only is not a variable of the roles; did you mean "
            "security_group_attachments_only? If security_groups_attachments_only is your own, rename it"
        ),
    ),
    (
        "drift_report",
        {"security_group_attachment": [{"region": "{{ nowhere }}"}]},
        (
            "security_group_attachment is not a variable of the roles; did you mean security_group_attachments? "
            "If security_group_attachment is your own, rename it"
        ),
    ),
    (
        "drift_report",
        {"security_group_attachments": None},
        "security_group_attachments is not set; describe there which security groups belong on which resources",
    ),
    (
        "converge",
        {
            "nested": "{{ my_region }}",
            "security_group_attachments": [
                {**ENI, "region": f"{SECRET}{{{{ my_region }}}}", "name": "{{ nested }}", "reason": "{{ 1 // 0 }}"},
                {**ENI, "id": "{{ my_id | mandatory }}", "state": f"{{{{ '{SECRET}' | nofilter }}}}"},
                "{{ my_entry }}",
            ],
            "security_group_connections": {
                "guangzhou": {"secret_key": f"{SECRET}{{{{ my_key }}}}", "token": Vaulted(SECRET)},
                "tokyo": "{{ my_connection }}",
            },
            "converge_max_changes": "{{ my_number }}",
        },
        (
            f"{ENTRY}: region needs the variable 'my_region', which is not defined; "
            f"{ENTRY}: name needs the variable 'my_region', which is not defined; "
            f"{ENTRY}: reason could not be evaluated (ERROR); {CHECK}; "
            "security_group_attachments[1]: id needs the variable 'my_id', which is not defined; "
            f"security_group_attachments[1]: state could not be evaluated (ERROR); {CHECK}; "
            "security_group_attachments[2] needs the variable 'my_entry', which is not defined; "
            "security_group_connections['guangzhou']: secret_key needs the variable 'my_key', which is not defined; "
            "security_group_connections['tokyo'] needs the variable 'my_connection', which is not defined; "
            "converge_max_changes needs the variable 'my_number', which is not defined"
        ),
    ),
    (
        "converge",
        {
            "mine": [{**ENI, "name": SECRET, "region": "{{ my_region }}"}],
            "theirs": [],
            "security_group_attachments": "{{ theirs + mine }}",
        },
        "security_group_attachments needs the variable 'my_region', which is not defined",
    ),
    (
        "converge",
        {
            "regions": {"eu": SECRET},
            "security_group_attachments": [{**ENI, "region": "{{ regions.us }}", "name": "{{ regions[regions.eu] }}"}],
        },
        (
            f"{ENTRY}: region needs 'us' of a variable that does not have it; "
            f"{ENTRY}: name could not be evaluated (ERROR); {CHECK}"
        ),
    ),
    (
        "converge",
        {"security_group_attachments": [{**ENI, "state": Vaulted(SECRET)}]},
        f"{ENTRY}: state '***' is unknown; it is one of present, absent, exact",
    ),
    (
        "converge",
        {"security_group_attachments": [{**ENI, "connection": "gz"}], "security_group_connections": {"eu": SECRET}},
        f"{ENTRY}: connection 'gz' is not defined in security_group_connections (defined: eu)",
    ),
    (
        "converge",
        {"security_group_attachments": [ENI], "security_group_connections": [SECRET]},
        "security_group_connections is a list and must be a mapping from names to connection options",
    ),
    (
        "converge",
        {"security_group_attachments": [ENI], "security_group_attachments_only": ["eni-unknown1", "eni-7k2m9q4x"]},
        (
            "security_group_attachments_only names eni-unknown1, and no entry of security_group_attachments has that "
            "id; check the ids"
        ),
    ),
    (
        "converge",
        {"security_group_attachments": [ENI], "converge_max_changes": "ten"},
        "converge_max_changes is 'ten' and must be a whole number, 0 or more",
    ),
    (
        "drift_report",
        {
            "security_group_attachments": [ENI],
            "security_group_attachments_allow_empty": "{{ 'perhaps' }}",
            "drift_report_fail_on": "drift, drfit",
        },
        (
            "security_group_attachments_allow_empty is 'perhaps' and must be true or false; drift_report_fail_on is "
            "'drift, drfit' and must be one or several of drift, would_fail, error, opens, opens_to_internet, or none "
            "by itself"
        ),
    ),
    (
        "converge",
        {"security_group_attachments": [{"id": f"eni-{number}"} for number in range(15)]},
        "; ".join(
            f"security_group_attachments[{number}] (eni-{number}): {key} is missing"
            for number in range(10)
            for key in ("kind", "security_groups")
        )
        + "; and 10 more",
    ),
    (
        "converge",
        {"converge_plan": "drift.json"},
        "converge_plan: the plan drift.json cannot be read: No such file or directory; check the path",
    ),
    (
        "converge",
        {"converge_plan": {**PLAN, "scopes": ["berlin"]}},
        "converge_plan: the plan is about berlin and not about this host, localhost; give a report on this host",
    ),
]
ROLE = f"{COLLECTION}.check_variables"


def checked(done: Run) -> list[tuple[bool, str | None]]:
    """Return of each check whether it failed, and its message."""
    return [(task.failed, task.result.get("msg")) for task in done.tasks if task.task.endswith("Check the variables")]


def written(folder: Path, plays: object) -> str:
    (folder / "play.yml").write_text(yaml.dump(plays, Dumper=Dumper, sort_keys=False), encoding="utf-8")
    (folder / "password").write_bytes(PASSWORD)
    return "play.yml"


def test_each_mistake_has_one_message_and_no_secret(tmp_path: Path) -> None:
    tasks = [
        {
            "name": "Check the variables",
            "vars": variables,
            f"{COLLECTION}.check_variables": {"role": role},
            # At the end, because ansible-core shows these lines of the playbook with the next error.
            "ignore_errors": True,
        }
        for role, variables, *_message in (*PASS, *FAIL)
    ]
    playbook = written(tmp_path, [{"hosts": "localhost", "gather_facts": False, "tasks": tasks}])
    done = run(playbook, "-vvv", "--check", "--vault-password-file", "password", folder=tmp_path)
    found = checked(done)
    assert list(found[: len(PASS)]) == [(False, None)] * len(PASS), done.output
    # Versions of ansible-core have errors of their own.
    messages = [re.sub(r"(evaluated) \(\w+\)", r"\1 (ERROR)", str(msg)) for failed, msg in found[len(PASS) :] if failed]
    assert messages == [message for _role, _variables, message in FAIL], done.output
    results = json.dumps([task.result for task in done.tasks])
    assert SECRET not in done.output + results
    assert "Traceback" not in done.output
    assert all(task.result["changed"] is False for task in done.tasks)


def test_dependencies_are_checked_first_whatever_the_play_selects_and_ignores(tmp_path: Path) -> None:
    wrong = [{**ENI, "region": "{{ my_region }}"}]
    roles = []
    for name, role, described in (("one", "describe", [ENI]), ("two", "converge", wrong)):
        roles.append({"role": name, "vars": {"security_group_attachments": described}})
        meta = tmp_path / "roles" / name / "meta"
        meta.mkdir(parents=True)
        needed = {"role": ROLE, "vars": {"check_variables_role": role}}
        (meta / "main.yml").write_text(yaml.safe_dump({"dependencies": [needed]}), encoding="utf-8")
        options = {"security_group_attachments": {"type": "list", "elements": "dict", "required": True}}
        specs = {"argument_specs": {"main": {"options": options}}}
        (meta / "argument_specs.yml").write_text(yaml.safe_dump(specs), encoding="utf-8")
    after = {"ansible.builtin.debug": {"msg": "went on"}, "tags": "always"}
    plays = [
        {"hosts": "localhost", "gather_facts": False, "ignore_errors": True, "roles": roles, "post_tasks": [after]}
    ]
    done = run(written(tmp_path, plays), "--tags", "another", folder=tmp_path)
    assert done.exit_code == 2, done.output
    message = f"{ENTRY}: region needs the variable 'my_region', which is not defined"
    assert checked(done) == [(False, None), (True, message)]
    assert done.tasks[-1].msg == message
    assert "went on" not in done.output


def test_what_the_command_line_loses_is_told(tmp_path: Path) -> None:
    (tmp_path / "attachments.yml").write_text(yaml.safe_dump({"security_group_attachments": [ENI]}), encoding="utf-8")
    roles = [{"role": ROLE, "vars": {"check_variables_role": "converge"}}]
    playbook = written(tmp_path, [{"hosts": "localhost", "gather_facts": False, "roles": roles}])
    file = run(playbook, "-e", "attachments.yml", folder=tmp_path)
    assert checked(file) == [(True, "-e attachments.yml was not read as a file; write -e @attachments.yml")]
    cut = "security_group_attachments_only=eni-7k2m9q4x, eni-7k2m9q4y"
    ids = run(playbook, "-e", "@attachments.yml", "-e", cut, folder=tmp_path)
    assert checked(ids) == [(True, f"security_group_attachments_only is 'eni-7k2m9q4x,', {LOST}")]
    assert ids.output.count("TASK [") == 1
