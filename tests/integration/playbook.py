# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs tasks through ansible-playbook, as a user would, and keeps what each of them returned."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
COLLECTION = "crosscloud.security_groups"
RESOURCE_KEYS = frozenset(
    {"id", "changed", "before", "after", "added", "removed", "moved", "verified", "details", "effect", "error"}
)
"""What a writing module returns of each resource."""


@dataclass(frozen=True)
class TaskResult:
    """What a task returned, and whether it failed."""

    task: str
    failed: bool
    result: dict[str, Any]

    @property
    def msg(self) -> str:
        return str(self.result["msg"])

    @property
    def resources(self) -> list[dict[str, Any]]:
        return list(self.result["resources"])

    @property
    def changed(self) -> bool:
        return bool(self.result["changed"])

    def each(self, key: str) -> list[Any]:
        """Return the value of a key of each resource."""
        return [resource[key] for resource in self.resources]


@dataclass(frozen=True)
class Run:
    """What ansible-playbook printed, its exit code, and its tasks."""

    exit_code: int
    output: str
    tasks: tuple[TaskResult, ...]


def task(module: str, /, **arguments: Any) -> dict[str, Any]:
    """Return a task that runs one of our modules; a failure does not end the play."""
    return {f"{COLLECTION}.{module}": arguments, "name": module, "ignore_errors": True}


def play(
    tasks: Sequence[Mapping[str, Any]],
    *flags: str,
    defaults: Mapping[str, Any] | None = None,
    environ: Mapping[str, str | None] | None = None,
) -> Run:
    """Run tasks on localhost. ``defaults`` are module_defaults; ``environ`` adds to an otherwise clean environment."""
    with started(tasks, *flags, defaults=defaults, environ=environ) as playing:
        return playing.run()


@dataclass(frozen=True)
class Playing:
    """An ansible-playbook that was started, and the file that its tasks' results are written to."""

    process: subprocess.Popen[str]
    results: Path

    def run(self) -> Run:
        """Wait for its end."""
        output, _errors = self.process.communicate(timeout=300)
        lines = self.results.read_text(encoding="utf-8").splitlines()
        return Run(self.process.returncode, output, tuple(TaskResult(**json.loads(line)) for line in lines))


@contextmanager
def started(
    tasks: Sequence[Mapping[str, Any]],
    *flags: str,
    defaults: Mapping[str, Any] | None = None,
    environ: Mapping[str, str | None] | None = None,
) -> Iterator[Playing]:
    """Start what ``play`` runs, and do not wait for it."""
    with tempfile.TemporaryDirectory() as scratch:
        playbook = Path(scratch, "play.yml")
        content = {
            "hosts": "localhost",
            "gather_facts": False,
            "module_defaults": dict(defaults or {}),
            "tasks": [dict(one) for one in tasks],
        }
        playbook.write_text(yaml.safe_dump([content], sort_keys=False), encoding="utf-8")
        with running(str(playbook), *flags, folder=Path(scratch), environ=environ) as playing:
            yield playing


def run(*arguments: str, folder: Path, environ: Mapping[str, str | None] | None = None) -> Run:
    """Run ansible-playbook in a folder, which is its home, too. ``environ`` adds to an otherwise clean environment."""
    with running(*arguments, folder=folder, environ=environ) as playing:
        return playing.run()


@contextmanager
def running(*arguments: str, folder: Path, environ: Mapping[str, str | None] | None = None) -> Iterator[Playing]:
    """Start what ``run`` runs, and do not wait for it. What ``environ`` has as None is taken away."""
    results = folder / "results.jsonl"
    results.write_text("", encoding="utf-8")
    given: dict[str, str | None] = {**_environment(folder, results), **(environ or {})}
    with subprocess.Popen(
        [str(Path(sys.executable).with_name("ansible-playbook")), *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
        env={key: value for key, value in given.items() if value is not None},
    ) as process:
        try:
            yield Playing(process, results)
        finally:
            process.kill()


@cache
def _compiled_modules() -> Path:
    return Path(tempfile.mkdtemp())


def _environment(home: Path, results: Path) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(home),
        "TMPDIR": tempfile.gettempdir(),
        "LANG": "C.UTF-8",
        "ANSIBLE_CONFIG": str(Path(__file__).with_name("ansible.cfg")),
        "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "collections"),
        "ANSIBLE_CALLBACK_PLUGINS": str(Path(__file__).with_name("callback")),
        "ANSIBLE_CALLBACKS_ENABLED": "task_results",
        "ANSIBLE_LOCALHOST_WARNING": "false",
        "ANSIBLE_INVENTORY_UNPARSED_WARNING": "false",
        "ANSIBLE_NOCOLOR": "true",
        "ANSIBLE_PIPELINING": "true",
        "AWS_EC2_METADATA_DISABLED": "true",
        "PYTHONPATH": str(Path(__file__).with_name("interpreter")),
        "COMPILED_MODULES": str(_compiled_modules()),
        "TASK_RESULTS": str(results),
    }
