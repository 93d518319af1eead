# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Runs jobs and a workflow through ansible-runner, with what AWX hands over.

These are the rules of AWX: a job has a copy of the project and no other disk. Its inventory is what ansible-inventory
exports. Credentials are variables of the environment. Of the extra variables, only those of the template may be
templates. Artifacts of all jobs before a node are its extra variables, and a node that fails follows its failure path.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from jinja2.sandbox import ImmutableSandboxedEnvironment

from tests.awx.definitions import PROJECT, ROOT, definitions

MOST_OF_A_RESULT = "700000"
"""MAX_EVENT_RES_DATA of AWX."""


class Dumper(yaml.SafeDumper):
    """Marks each text as one that is no template."""

    def represent_data(self, data: Any) -> Any:
        return self.represent_scalar("!unsafe", data) if isinstance(data, str) else super().represent_data(data)


@dataclass(frozen=True)
class Job:
    """A job that is over."""

    successful: bool
    output: str = ""
    events: tuple[Mapping[str, Any], ...] = ()

    @property
    def artifacts(self) -> dict[str, Any]:
        found = [one["event_data"] for one in self.events if one["event"] == "playbook_on_stats"]
        return dict(found[0]["artifact_data"]) if found else {}

    @property
    def results(self) -> list[dict[str, Any]]:
        return [one["event_data"]["res"] for one in self.events if "res" in one.get("event_data", {})]

    @property
    def message(self) -> str:
        """What the only task that failed said."""
        (failed,) = [one["event_data"]["res"]["msg"] for one in self.events if one["event"] == "runner_on_failed"]
        return str(failed)


@dataclass
class Controller:
    """A controller with the definitions applied, a project with this inventory, and these credentials.

    ``credentials`` are inputs by the end of the name of their type. ``environment`` is what is set besides.
    """

    folder: Path
    inventory: Mapping[str, Any]
    credentials: Mapping[str, Mapping[str, str]]
    environment: Mapping[str, str]
    jobs: int = 0
    defined: dict[str, list[dict[str, Any]]] = field(default_factory=definitions)

    def launch(
        self,
        name: str,
        *,
        job_type: str | None = None,
        answers: Mapping[str, Any] | None = None,
        artifacts: Mapping[str, Any] | None = None,
    ) -> Job:
        """Run a job of the template whose name ends with this."""
        (template,) = [one for one in self.defined["controller_templates"] if one["name"].endswith(f": {name}")]
        assert job_type is None or template["ask_job_type_on_launch"]
        self.jobs += 1
        data = self.folder / f"job_{self.jobs}"
        shutil.copytree(PROJECT, data / "project")
        (data / "project" / "inventory.yml").write_text(yaml.safe_dump(self.inventory), encoding="utf-8")
        (data / "inventory").mkdir()
        (data / "env").mkdir()
        hosts = data / "inventory" / "hosts"
        hosts.write_text(f"#!{sys.executable}\nprint({self._exported(data)!r})\n", encoding="utf-8")
        hosts.chmod(0o755)
        variables = {**_survey(template, answers or {}), **(artifacts or {}), "awx_job_id": self.jobs}
        (data / "env" / "extravars").write_text(
            _extra_vars(template.get("extra_vars", {}), variables), encoding="utf-8"
        )
        flags = "--check " * ((job_type or template["job_type"]) == "check") + "--diff" * template["diff_mode"]
        (data / "env" / "cmdline").write_text(flags, encoding="utf-8")
        done = self._run("ansible-runner", "run", str(data), "-p", template["playbook"], "-i", "job")
        events = [json.loads(one.read_text("utf-8")) for one in (data / "artifacts/job/job_events").glob("*.json")]
        events.sort(key=lambda event: event["counter"])
        return Job(done.returncode == 0, done.stdout + done.stderr, tuple(events))

    def work(self, approve: Callable[[Mapping[str, Job]], bool]) -> dict[str, Job]:
        """Run the workflow, and return its jobs by their nodes. ``approve`` sees those before it."""
        (workflow,) = self.defined["controller_workflows"]
        nodes = {node["identifier"]: node for node in workflow["simplified_workflow_nodes"]}
        led_to = {one for node in nodes.values() for one in _next(node, None)}
        jobs: dict[str, Job] = {}

        def follow(identifier: str, artifacts: Mapping[str, Any]) -> None:
            node = nodes[identifier]
            if "approval_node" in node:
                job = Job(approve(jobs))
            else:
                name = node["unified_job_template"].rpartition(": ")[2]
                job = self.launch(name, job_type=node.get("job_type"), artifacts=artifacts)
            jobs[identifier] = job
            for one in _next(node, job):
                follow(one, {**artifacts, **job.artifacts})

        for identifier in nodes.keys() - led_to:
            follow(identifier, {})
        return jobs

    def _exported(self, data: Path) -> str:
        path = str(data / "project" / "inventory.yml")
        return self._run("ansible-inventory", "-i", path, "--list", "--export").stdout

    def _run(self, command: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        binaries = Path(sys.executable).parent
        return subprocess.run(
            [str(binaries / command), *arguments],
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
            env={
                "PATH": f"{binaries}:{os.environ['PATH']}",
                "HOME": str(self.folder),
                "LANG": "C.UTF-8",
                "ANSIBLE_COLLECTIONS_PATH": str(ROOT / "collections"),
                "MAX_EVENT_RES": MOST_OF_A_RESULT,
                **self._injected(),
                **self.environment,
            },
        )

    def _injected(self) -> dict[str, str]:
        # A field that is not filled in is rendered as nothing.
        return {
            variable: ImmutableSandboxedEnvironment().from_string(template).render(inputs)
            for end, inputs in self.credentials.items()
            for one in self.defined["controller_credential_types"]
            if one["name"].endswith(f": {end}")
            for variable, template in one["injectors"]["env"].items()
        }


def _next(node: Mapping[str, Any], job: Job | None) -> list[str]:
    """Return the nodes after a node, or after what came of its job."""
    if job is None:
        links = ["success_nodes", "failure_nodes", "always_nodes"]
    else:
        links = ["success_nodes" if job.successful else "failure_nodes", "always_nodes"]
    return [one for link in links for one in node.get(link, [])]


def _survey(template: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
    questions = {one["variable"]: one for one in template.get("survey_spec", {}).get("spec", [])}
    assert answers.keys() <= questions.keys()
    # The default of a question without an answer counts if it is of the question's type.
    defaults = {name: one["default"] for name, one in questions.items() if one["type"] != "integer"}
    return {**defaults, **answers}


def _extra_vars(of_template: Mapping[str, Any], variables: Mapping[str, Any]) -> str:
    trusted = yaml.safe_dump(dict(of_template)) if of_template else ""
    return trusted + yaml.dump(dict(variables), Dumper=Dumper)
