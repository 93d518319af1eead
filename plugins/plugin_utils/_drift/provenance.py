# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Which run makes a report, and of which description."""

from __future__ import annotations

import getpass
import json
import os
import re
import socket
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import yaml

from .model import Description, Job, Provenance, line_or_none

COLLECTION = Path(__file__).parents[3]

ATTACHMENTS = re.compile(r"^[ \t]*[\"']?security_group_attachments[\"']?\s*:", re.MULTILINE)
"""How a file begins that holds a description, in YAML as in JSON."""

LARGEST = 20_000_000
"""Bytes of a file that is searched for a description."""

PATIENCE = 10
"""Seconds that git has."""


def of_this_run(playbooks: Sequence[str], extra_vars: Iterable[object], inventory: object, user: object) -> Provenance:
    """Return what is known of the run of this process.

    ``extra_vars`` are what the command line has with ``-e``, ``inventory`` is the file of the inventory, and ``user``
    whom AWX runs the job for.
    """
    return Provenance(
        playbook=line_or_none(" ".join(playbooks)),
        host=line_or_none(socket.gethostname()),
        user=line_or_none(user or actor(os.environ) or _login()),
        job=job(os.environ),
        collection_version=_version(),
        description=_description([str(one)[1:] for one in extra_vars if str(one).startswith("@")], inventory),
    )


def job(environ: Mapping[str, str]) -> Job | None:
    """Return the job that the variables of AWX, GitHub Actions or GitLab CI/CD name, or None."""
    get = environ.get
    if get("GITHUB_ACTIONS") and get("GITHUB_RUN_ID"):
        url = f"{get('GITHUB_SERVER_URL')}/{get('GITHUB_REPOSITORY')}/actions/runs/{get('GITHUB_RUN_ID')}"
        return _job("GitHub", get("GITHUB_RUN_ID"), url)
    if get("GITLAB_CI") and get("CI_JOB_ID"):
        return _job("GitLab", get("CI_JOB_ID"), get("CI_JOB_URL"))
    # JOB_ID by itself is also what other systems call a job of theirs.
    if get("AWX_HOST") and get("JOB_ID"):
        return _job("AWX", get("JOB_ID"), f"{environ['AWX_HOST'].rstrip('/')}/#/jobs/playbook/{get('JOB_ID')}/output")
    return None


def actor(environ: Mapping[str, str]) -> str | None:
    """Return who started the job, as GitHub or GitLab says."""
    if environ.get("GITHUB_ACTIONS"):
        return environ.get("GITHUB_ACTOR")
    return environ.get("GITLAB_USER_LOGIN") if environ.get("GITLAB_CI") else None


def _job(system: str, number: str | None, url: str | None) -> Job:
    # A browser runs what follows javascript:, so nothing else becomes a link.
    link = line_or_none(url)
    return Job(system, line_or_none(number) or "", link if link and link.startswith(("https://", "http://")) else None)


def _login() -> str | None:
    # A container may run as a user that has no name.
    with suppress(OSError, KeyError):
        return getpass.getuser()
    return None


def _version() -> str | None:
    """Return the version of the collection, as an installation or a checkout has it."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        manifest = json.loads((COLLECTION / "MANIFEST.json").read_text(encoding="utf-8"))
        return line_or_none(manifest["collection_info"]["version"])
    with suppress(OSError, ValueError, KeyError, TypeError, yaml.YAMLError):
        return line_or_none(yaml.safe_load((COLLECTION / "galaxy.yml").read_text(encoding="utf-8"))["version"])
    return None


def _description(given: Sequence[str], inventory: object) -> Description | None:
    """Return the file that has the description: the last one of the command line, or else the inventory."""
    places = [*reversed(given), *([inventory] if isinstance(inventory, str) else [])]
    found = next((path for path in map(Path, places) if _describes(path)), None)
    if found is None:
        return None
    commit = _git(found, "log", "-1", "--format=%H", "--", found.name)
    modified = bool(_git(found, "status", "--porcelain", "--", found.name)) if commit else None
    return Description(line_or_none(found) or "", commit or None, modified)


def _describes(path: Path) -> bool:
    with suppress(OSError, ValueError):
        if path.is_file() and path.stat().st_size <= LARGEST:
            return ATTACHMENTS.search(path.read_text(encoding="utf-8")) is not None
    return False


def _git(path: Path, *arguments: str) -> str:
    """Return what git says of a file, or nothing where there is no git or no repository."""
    with suppress(OSError, subprocess.SubprocessError):
        return subprocess.run(  # noqa: S603
            ["git", "-c", "core.fsmonitor=false", "-C", str(path.resolve().parent), *arguments],  # noqa: S607
            capture_output=True,
            check=True,
            encoding="utf-8",
            errors="replace",
            env={**os.environ, "GIT_OPTIONAL_LOCKS": "0"},
            timeout=PATIENCE,
        ).stdout.strip()
    return ""
