# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action description_file through ansible-playbook, and what Ansible and ansible-lint make of its files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from ansible.constants import DEFAULT_VAULT_ID_MATCH
from ansible.parsing.vault import VaultLib, VaultSecret

from tests.integration.playbook import play, task

ENI = {"kind": "qcloud_eni", "id": "eni-7k2m9q4x", "security_groups": ["sg-1h4j6b9s"], "region": "ap-guangzhou"}
ODD = ["yes", "1e3", "012", "2026-11-25", "a: b", "# a", "- a", "two\nlines", "😀 組", "x" * 255, "long words " * 20]
TEMPLATES = ["{{ lookup('pipe', 'touch executed') }}", "{% if", "{#", "a {{ undefined }}"]
MANY = [
    {**ENI, "id": f"eni-{number:08d}", "name": "{% raw %}" + name + "{% endraw %}"}
    for number, name in enumerate(ODD + TEMPLATES)
]
"""Entries with names that YAML or Ansible would take for something else. A playbook needs ``raw`` to have such text."""
PASSWORD = "correct horse"


def add(path: Path, *entries: dict[str, Any], **more: Any) -> dict[str, Any]:
    return task("description_file", path=str(path), attachments=list(entries)) | more


def test_a_new_file_in_check_mode_then_written_and_then_again(tmp_path: Path) -> None:
    path = tmp_path / "attachments.yml"
    run = play([add(path, ENI)], "--check", "--diff", "-vvv")
    (checked,) = run.tasks
    assert not path.exists()
    entry = (
        "  - kind: qcloud_eni\n    id: eni-7k2m9q4x\n    security_groups:\n      - sg-1h4j6b9s\n"
        "    region: ap-guangzhou\n"
    )
    written = f"security_group_attachments:\n{entry}"
    told = {"changed": True, "path": str(path), "added": 1, "kept": 0}
    assert checked.result["diff"] == {
        "before": "",
        "after": written,
        "before_header": str(path),
        "after_header": str(path),
    }
    assert told.items() <= checked.result.items()
    assert "+  - kind: qcloud_eni\n" in run.output

    before = os.umask(0o027)
    try:
        first, second, third = play([add(path, ENI), add(path, ENI), add(path, ENI, {**ENI, "id": "eni-2"})]).tasks
    finally:
        os.umask(before)
    assert told.items() <= first.result.items()
    assert path.stat().st_mode & 0o777 == 0o640
    assert {**told, "changed": False, "added": 0, "kept": 1}.items() <= second.result.items()
    assert {**told, "kept": 1}.items() <= third.result.items()
    assert path.read_text(encoding="utf-8") == f"---\n{written}{entry.replace('eni-7k2m9q4x', 'eni-2')}"
    assert [one.name for one in tmp_path.iterdir()] == [path.name]


def test_an_existing_file_keeps_what_it_has_and_loads_as_it_was_and_verbatim(tmp_path: Path) -> None:
    vault = VaultLib([(DEFAULT_VAULT_ID_MATCH, VaultSecret(PASSWORD.encode()))])
    secret = vault.encrypt("for nobody's eyes").decode().replace("\n", "\n      ").rstrip()
    text = (
        "# Reviewed every Monday\n"
        "security_group_connections:\n  guangzhou:\n    secret_id: plain-secret\n"
        f"    secret_key: !vault |\n      {secret}\n"
        "security_group_attachments:\n"
        "  - kind: qcloud_eni\n    id: eni-old # the first\n    security_groups: ['{{ group }}']\n"
        "    region: \"{{ my_region | default('ap-guangzhou') }}\"\n"
    )
    path, link = tmp_path / "attachments.yml", tmp_path / "link.yml"
    path.write_text(text + "\n# End\ngroup: sg-old\n", encoding="utf-8")
    path.chmod(0o600)
    link.symlink_to(path)
    run = play([add(link, *MANY, {**ENI, "id": "eni-old"})], "--diff", "-vvv")
    assert (run.tasks[0].result["added"], run.tasks[0].result["kept"]) == (len(MANY), 1)
    assert "plain-secret" not in run.output
    now = path.read_text(encoding="utf-8")
    assert now.startswith(text)
    assert now.endswith("\n# End\ngroup: sg-old\n")
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o600

    password = tmp_path / "password"
    password.write_text(PASSWORD, encoding="utf-8")
    shown = {
        "ansible.builtin.debug": {"msg": ["{{ security_group_attachments }}", "{{ security_group_connections }}"]},
        "name": "show",
    }
    run = play([shown], "-e", f"@{path}", "--vault-password-file", str(password))
    (old, *new), connections = run.tasks[0].result["msg"]
    assert connections["guangzhou"]["secret_key"] == "for nobody's eyes"
    assert old == {**ENI, "id": "eni-old", "security_groups": ["sg-old"]}
    assert new == [{**ENI, "id": f"eni-{number:08d}", "name": name} for number, name in enumerate(ODD + TEMPLATES)]
    assert "executed" not in [one.name for one in tmp_path.iterdir()]


def test_a_file_in_json_is_rewritten_with_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "attachments.json"
    path.write_text('{"security_group_attachments": [{"kind": "qcloud_eni", "id": "eni-1"}]}', encoding="utf-8")
    run = play([add(path, ENI, check_mode=True), add(path, ENI)])
    warning = (
        f"{path}: security_group_attachments is not a block list, in which a line with '-' begins each entry; "
        "adding entries rewrites the whole file in block style, without its comments"
    )
    assert [found.result["warnings"] for found in run.tasks] == [[warning], [warning]]
    assert path.read_text(encoding="utf-8").startswith(
        '---\n"security_group_attachments":\n  - {"kind": "qcloud_eni", '
    )


def test_what_cannot_be_extended_is_named_and_left_alone(tmp_path: Path) -> None:
    contents = {
        "vault.yml": b"$ANSIBLE_VAULT;1.1;AES256\n6162\n",
        "latin.yml": "name: Z\xfcrich\n".encode("latin-1"),
        "broken.yml": b"secret_key: hunter2: x\n",
        "playbook.yml": b"- hosts: all\n",
        "template.yml": b"security_group_attachments: '{{ a + b }}'\n",
    }
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    missing, folder = tmp_path / "missing" / "new.yml", tmp_path / "folder"
    folder.mkdir()
    tasks = [
        *(add(tmp_path / name, ENI) for name in contents),
        add(missing, ENI),
        add(missing, ENI, check_mode=True),
        add(folder, ENI),
        add(tmp_path / "new.yml", {**ENI, "nmae": "web"}),
        add(tmp_path / "new.yml", {**ENI, "state": "absnt"}),
    ]
    run = play(tasks, "-vvv")
    assert all(found.failed and not found.changed for found in run.tasks)
    directory = f"{missing}: its directory does not exist or is not writable; create it or correct its mode"
    yaml = "it is not valid YAML: mapping values are not allowed in this context (line 1); correct it"
    mapping = "it holds a list and must hold a mapping with security_group_attachments"
    listed = "security_group_attachments is a template and must be a list; write its entries out"
    assert [found.msg.removesuffix(", or set path to another file") for found in run.tasks[:-2]] == [
        f"{tmp_path}/vault.yml: the whole file is encrypted; decrypt it, and encrypt single values if need be",
        f"{tmp_path}/latin.yml: it is not UTF-8; convert it",
        f"{tmp_path}/broken.yml: {yaml}",
        f"{tmp_path}/playbook.yml: {mapping}",
        f"{tmp_path}/template.yml: {listed}",
        directory,
        directory,
        f"{folder}: Is a directory; correct that",
    ]
    assert "nmae" in run.tasks[-2].msg
    assert "absnt" in run.tasks[-1].msg
    assert "hunter2" not in run.output
    assert "Traceback" not in run.output
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()} == contents


def test_ansible_lint_accepts_a_new_file(tmp_path: Path) -> None:
    lint = Path(sys.executable).with_name("ansible-lint")
    if not lint.exists():
        pytest.skip("this environment has no ansible-lint")
    folder = tmp_path / "group_vars"
    folder.mkdir()
    play([add(folder / "all.yml", *MANY)])
    checked = subprocess.run(
        [str(lint), "--offline", "--profile", "production", "--strict", "group_vars/all.yml"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        check=False,
    )
    assert checked.returncode == 0, checked.stdout + checked.stderr
    assert " 1 file" in checked.stderr
