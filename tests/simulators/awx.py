# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""AWX: the part of its API, version 2, that sets up jobs and workflows.

It keeps what is posted and runs nothing: a job that is launched is over at once.
It checks what AWX checks for credential types, surveys, prompts of workflow nodes and schedules, and answers as AWX
does. Unlike AWX, it refuses fields that it does not know, because AWX ignores them without a word.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from jinja2 import StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jsonschema import Draft4Validator

from .server import CloudRefusal, Reply, Request, Simulator

TOKEN = "awx-token-3f9a"
ROOT = "/api/v2/"
VERSION = "24.6.1"
CREATED = "2026-01-01T06:00:00Z"
READS = ("GET", "HEAD")

BLOCKED_VARIABLES = frozenset(
    [
        "VIRTUAL_ENV",
        "PATH",
        "PYTHONPATH",
        "JOB_ID",
        "INVENTORY_ID",
        "INVENTORY_SOURCE_ID",
        "INVENTORY_UPDATE_ID",
        "AD_HOC_COMMAND_ID",
        "REST_API_URL",
        "REST_API_TOKEN",
        "MAX_EVENT_RES",
        "CALLBACK_QUEUE",
        "CALLBACK_CONNECTION",
        "CACHE",
        "JOB_CALLBACK_DEBUG",
        "INVENTORY_HOSTVARS",
        "AWX_HOST",
        "PROJECT_REVISION",
        "SUPERVISOR_CONFIG_PATH",
    ]
)
"""The variables that AWX sets for a job, and no credential may."""

INPUTS = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "required": {"type": "array", "items": {"type": "string"}},
        "fields": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["id", "label"],
                "properties": {
                    "id": {"type": "string", "pattern": "^[a-zA-Z_]+[a-zA-Z0-9_]*$"},
                    "label": {"type": "string"},
                    "help_text": {"type": "string"},
                    "type": {"enum": ["string", "boolean"]},
                    "format": {"enum": ["ssh_private_key", "url"]},
                    "choices": {"type": "array", "minItems": 1, "items": {"type": "string"}, "uniqueItems": True},
                    "multiline": {"type": "boolean"},
                    "secret": {"type": "boolean"},
                    "ask_at_runtime": {"type": "boolean"},
                    "default": {},
                },
            },
        },
    },
}
OF_STRINGS = ("choices", "multiline", "format", "secret")
INJECTORS = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "file": {"type": "object"},
        "env": {
            "type": "object",
            "additionalProperties": False,
            "patternProperties": {"^[a-zA-Z_]+[a-zA-Z0-9_]*$": {"type": "string", "pattern": "^[\x00-\x7f]*$"}},
        },
        "extra_vars": {"type": "object"},
    },
}
QUESTION_TYPES: Mapping[str, tuple[type, ...]] = {
    "text": (str,),
    "textarea": (str,),
    "password": (str,),
    "multiplechoice": (str,),
    "multiselect": (str,),
    "integer": (int,),
    "float": (float, int),
}

PROMPTS: Mapping[str, object] = {
    "extra_data": {},
    "inventory": None,
    "scm_branch": None,
    "job_type": None,
    "job_tags": None,
    "skip_tags": None,
    "limit": None,
    "diff_mode": None,
    "verbosity": None,
}
"""What a node of a workflow and a schedule may say for a job whose template asks for it."""

ASKED = (
    "diff_mode",
    "inventory",
    "job_type",
    "labels",
    "limit",
    "scm_branch",
    "skip_tags",
    "tags",
    "variables",
    "verbosity",
)
ASKS = {f"ask_{what}_on_launch": False for what in ASKED}
NAMED: Mapping[str, object] = {"name": None, "description": ""}
FIELDS: Mapping[str, Mapping[str, object]] = {
    "organizations": NAMED,
    "credentials": {**NAMED, "organization": None, "credential_type": None, "inputs": {}},
    "credential_types": {**NAMED, "kind": None, "managed": False, "inputs": {}, "injectors": {}},
    "execution_environments": {**NAMED, "organization": None, "image": None, "credential": None, "pull": ""},
    "projects": {
        **NAMED,
        "organization": None,
        "scm_type": "",
        "scm_url": "",
        "scm_branch": "",
        "credential": None,
        "scm_update_on_launch": False,
    },
    "project_updates": {"project": None, "status": "successful"},
    "inventories": {**NAMED, "organization": None, "kind": "", "host_filter": None, "variables": ""},
    "inventory_sources": {
        **NAMED,
        "inventory": None,
        "source": "",
        "source_path": "",
        "source_project": None,
        "execution_environment": None,
        "overwrite": False,
        "overwrite_vars": False,
        "update_on_launch": False,
    },
    "job_templates": {
        **NAMED,
        **ASKS,
        "organization": None,
        "job_type": "run",
        "inventory": None,
        "project": None,
        "playbook": "",
        "execution_environment": None,
        "extra_vars": "---",
        "diff_mode": False,
        "survey_enabled": False,
    },
    "workflow_job_templates": {
        **NAMED,
        **ASKS,
        "organization": None,
        "extra_vars": "---",
        "allow_simultaneous": False,
        "survey_enabled": False,
    },
    "workflow_job_template_nodes": {
        **PROMPTS,
        "identifier": None,
        "workflow_job_template": None,
        "unified_job_template": None,
        "all_parents_must_converge": False,
    },
    "workflow_approval_templates": {**NAMED, "timeout": 0},
    "jobs": {**NAMED, "job_template": None, "status": "successful", "limit": "", "artifacts": {}, "created": CREATED},
    "schedules": {**NAMED, **PROMPTS, "unified_job_template": None, "rrule": None, "enabled": True},
}
"""The fields of each type, with what they are if they are not given."""

REQUIRED: Mapping[str, tuple[str, ...]] = {
    "credential_types": ("name", "kind"),
    "execution_environments": ("name", "image"),
    "inventories": ("name", "organization"),
    "inventory_sources": ("name", "inventory", "source"),
    "job_templates": ("name", "project", "playbook"),
    "workflow_job_template_nodes": ("workflow_job_template",),
    "workflow_approval_templates": ("name",),
    "schedules": ("name", "unified_job_template", "rrule"),
}
REFERENCES: Mapping[str, str] = {
    "organization": "organizations",
    "credential": "credentials",
    "credential_type": "credential_types",
    "execution_environment": "execution_environments",
    "project": "projects",
    "source_project": "projects",
    "inventory": "inventories",
    "workflow_job_template": "workflow_job_templates",
    "unified_job_template": "unified_job_templates",
}
UNIFIED = ("projects", "inventory_sources", "job_templates", "workflow_job_templates", "workflow_approval_templates")
LINKS = ("success_nodes", "failure_nodes", "always_nodes")
ASSOCIATED: Mapping[str, Mapping[str, str]] = {
    "job_templates": {"credentials": "credentials"},
    "workflow_job_template_nodes": {"credentials": "credentials"} | dict.fromkeys(LINKS, "workflow_job_template_nodes"),
}
PAGING = ("id__in", "page_size")
WITH_SURVEY = ("job_templates", "workflow_job_templates")


class AwxSimulator(Simulator):
    """A controller with an organization, ``Default``. Each project has ``playbooks``.

    ``objects`` are by the type and the id, ``surveys`` and ``associated`` by the path of what has them.
    """

    def __init__(self, *playbooks: str) -> None:
        super().__init__()
        self.playbooks = playbooks
        self.objects: dict[str, dict[int, dict[str, Any]]] = {kind: {} for kind in FIELDS}
        self.surveys: dict[str, dict[str, Any]] = {}
        self.associated: dict[str, list[int]] = {}
        self.add("organizations", name="Default")

    def add(self, kind: str, /, **fields: Any) -> dict[str, Any]:
        """Keep a new object, as if a user of the controller had made it."""
        number = sum(map(len, self.objects.values())) + 1
        url = f"{ROOT}{kind}/{number}/"
        related = {part: f"{url}{part}/" for part in ("survey_spec", "launch")} if kind in WITH_SURVEY else {}
        made = {
            **deepcopy(dict(FIELDS[kind])),
            "id": number,
            "type": kind.removesuffix("s") if kind != "inventories" else "inventory",
            "url": url,
            "related": related,
            "summary_fields": {},
            **fields,
        }
        self.objects[kind][number] = made
        return made

    def one(self, kind: str, name: str) -> dict[str, Any]:
        """Return the only object of a type with a name."""
        (found,) = [one for one in self.objects[kind].values() if name in (one.get("name"), one.get("identifier"))]
        return found

    def writes(self) -> list[str]:
        """Return the actions of the calls that change something."""
        return [call.action for call in self.calls if not call.action.startswith(READS)]

    def identify(self, request: Request) -> tuple[str, tuple[str, ...], Mapping[str, object]]:
        url = urlsplit(request.target)
        parts = url.path.removeprefix(ROOT).strip("/").split("/")
        action = " ".join((request.method, *(part for part in parts if not part.isdigit())))
        arguments = dict(parse_qsl(url.query)) if request.method in READS else json.loads(request.body or b"{}")
        return action, tuple(part for part in parts if part.isdigit()), arguments

    def answer(self, action: str, arguments: Mapping[str, object], request: Request) -> Reply:  # noqa: ARG002 - given
        if request.headers.get("Authorization") != f"Bearer {TOKEN}":
            raise CloudRefusal(401, "detail", "Authentication credentials were not provided.")
        kind, *rest = urlsplit(request.target).path.removeprefix(ROOT).strip("/").split("/")
        if kind == "config":
            return _reply(200, {"version": VERSION})
        if not rest:
            if request.method == "POST":
                return _reply(201, self._create(kind, arguments))
            return _reply(200, _page(self._search(kind, arguments)))
        found = self._found(kind, rest[0])
        if len(rest) == 1:
            if request.method == "PATCH":
                self._check(kind, arguments, found)
                found.update(arguments)
            return _reply(200, self._shown(kind, found))
        return self._part(request.method, kind, found, rest[1], arguments)

    def error(self, action: str, refusal: CloudRefusal) -> Reply:  # noqa: ARG002 - given
        message = refusal.message if refusal.code in ("detail", "error") else [refusal.message]
        return _reply(refusal.status, {refusal.code: message})

    def _part(self, method: str, kind: str, found: dict[str, Any], part: str, arguments: Mapping[str, object]) -> Reply:
        path = f"{found['url']}{part}/"
        if part == "survey_spec" and kind in WITH_SURVEY:
            if method == "POST":
                survey_problems(arguments)
                self.surveys[path] = dict(arguments)
            return _reply(200, self.surveys.get(path, {}))
        if part == "launch" and kind == "job_templates" and method == "POST":
            return _reply(201, self._launch(found, arguments))
        if part == "create_approval_template" and kind == "workflow_job_template_nodes" and method == "POST":
            made = self._create("workflow_approval_templates", arguments)
            found["unified_job_template"] = made["id"]
            return _reply(201, made)
        if part in ASSOCIATED.get(kind, {}):
            if method == "POST":
                self._associate(path, ASSOCIATED[kind][part], arguments)
                return Reply(204, b"", "application/json")
            of = self.objects[ASSOCIATED[kind][part]]
            return _reply(200, _page(of[number] for number in self.associated.get(path, ())))
        raise CloudRefusal(404, "detail", "Not found.")

    def _launch(self, template: Mapping[str, Any], arguments: Mapping[str, object]) -> dict[str, Any]:
        # What the template does not ask for is ignored.
        taken = {
            field: value
            for field, value in arguments.items()
            if template.get("ask_variables_on_launch" if field == "extra_vars" else f"ask_{field}_on_launch")
        }
        return self.add("jobs", name=template["name"], job_template=template["id"], **taken)

    def _associate(self, path: str, kind: str, arguments: Mapping[str, object]) -> None:
        number = arguments["id"]
        assert isinstance(number, int)
        self._found(kind, str(number))
        numbers = self.associated.setdefault(path, [])
        if arguments.get("disassociate"):
            numbers.remove(number)
        else:
            numbers.append(number)

    def _create(self, kind: str, arguments: Mapping[str, object]) -> dict[str, Any]:
        for field in REQUIRED.get(kind, ("name",)):
            if arguments.get(field) in (None, ""):
                raise CloudRefusal(400, field, "This field is required.")
        self._check(kind, arguments)
        fields = {name: value for name, value in arguments.items() if name in FIELDS[kind]}
        made = self.add(kind, **deepcopy(fields))
        if kind == "projects":
            # A project is updated as soon as it is there.
            update = self.add("project_updates", project=made["id"])
            made.update(scm_revision="0" * 40, summary_fields={"current_update": {"id": update["id"]}})
        return self._shown(kind, made)

    def _check(self, kind: str, arguments: Mapping[str, object], existing: Mapping[str, object] | None = None) -> None:
        """Raise CloudRefusal where the fields of an object cannot be what they would be."""
        for field, value in arguments.items():
            if field not in FIELDS[kind] and field != "type":
                raise CloudRefusal(400, field, f"{kind} have no such field.")
            if field in REFERENCES and value is not None:
                self._found(REFERENCES[field], str(value), field)
        whole = {**FIELDS[kind], **(existing or {}), **arguments}
        same = [one for one in self.objects[kind].values() if one is not existing and _key(one) == _key(whole)]
        if same and "name" in FIELDS[kind] and kind != "workflow_approval_templates":
            raise CloudRefusal(400, "__all__", "Object with this name already exists.")
        if check := CHECKS.get(kind):
            check(self, whole)

    def check_job_template(self, whole: Mapping[str, Any]) -> None:
        if whole["playbook"] not in self.playbooks:
            raise CloudRefusal(400, "playbook", "Playbook not found for project.")

    def check_prompts(self, whole: Mapping[str, Any]) -> None:
        """Refuse what a template does not ask for."""
        if whole["unified_job_template"] is None:
            return
        template = self._found("unified_job_templates", str(whole["unified_job_template"]))
        for field, nothing in PROMPTS.items():
            asks = "ask_variables_on_launch" if field == "extra_data" else f"ask_{field}_on_launch"
            if whole[field] != nothing and not template.get(asks):
                raise CloudRefusal(400, field, "Field is not configured to prompt on launch.")

    def _search(self, kind: str, query: Mapping[str, object]) -> list[dict[str, Any]]:
        kinds = UNIFIED if kind == "unified_job_templates" else (kind,)
        if any(each not in self.objects for each in kinds):
            raise CloudRefusal(404, "detail", "Not found.")
        known = {"id", "type", *PAGING, *(field for each in kinds for field in FIELDS[each])}
        if unknown := [name for name in query if name.removeprefix("or__") not in known]:
            raise CloudRefusal(400, "detail", f"{kind} cannot be searched by {unknown[0]}.")
        every = {name: value for name, value in query.items() if not name.startswith("or__") and name not in PAGING}
        some = {name.removeprefix("or__"): value for name, value in query.items() if name.startswith("or__")}
        return [
            self._shown(each, one)
            for each in kinds
            for one in self.objects[each].values()
            if all(str(one.get(name)) == value for name, value in every.items())
            and str(one["id"]) in str(query.get("id__in", one["id"])).split(",")
            and (not some or any(str(one.get(name)) == value for name, value in some.items()))
        ]

    def _found(self, kind: str, number: str, field: str | None = None) -> dict[str, Any]:
        kinds = UNIFIED if kind == "unified_job_templates" else (kind,)
        for each in kinds:
            if number.isdigit() and (found := self.objects.get(each, {}).get(int(number))):
                return found
        if field:
            raise CloudRefusal(400, field, f'Invalid pk "{number}" - object does not exist.')
        raise CloudRefusal(404, "detail", "Not found.")

    def _shown(self, kind: str, one: dict[str, Any]) -> dict[str, Any]:
        if organization := one.get("organization"):
            one["summary_fields"]["organization"] = {"name": self.objects["organizations"][organization]["name"]}
        if kind == "workflow_job_template_nodes" and one["unified_job_template"]:
            template = self._found("unified_job_templates", str(one["unified_job_template"]))
            one["related"]["unified_job_template"] = template["url"]
        return one


def check_credential_type(_simulator: AwxSimulator, whole: Mapping[str, Any]) -> None:
    """Refuse what AWX refuses for the fields and the injectors of a credential type."""
    if whole["kind"] not in ("cloud", "net"):
        raise CloudRefusal(400, "kind", "Must be 'cloud' or 'net'.")
    inputs, injectors = whole["inputs"], whole["injectors"]
    for name, value, schema in (("inputs", inputs, INPUTS), ("injectors", injectors, INJECTORS)):
        for error in Draft4Validator(schema).iter_errors(value):
            raise CloudRefusal(400, name, error.message)
    fields = inputs.get("fields", [])
    ids = [field["id"] for field in fields]
    if len(set(ids)) < len(ids) or "tower" in ids:
        raise CloudRefusal(400, "inputs", "field IDs must be unique, and none is tower")
    for field in fields:
        field.setdefault("type", "string")
        if field["type"] != "string" and (wrong := [key for key in OF_STRINGS if key in field]):
            raise CloudRefusal(400, "inputs", f"{wrong[0]} not allowed for {field['type']} type ({field['id']})")
    for variable, template in injectors.get("env", {}).items():
        if variable.startswith("ANSIBLE_") or variable in BLOCKED_VARIABLES:
            raise CloudRefusal(400, "injectors", f"Environment variable {variable} is not allowed in credentials.")
        try:
            rendering = ImmutableSandboxedEnvironment(undefined=StrictUndefined).from_string(template)
            rendering.render(dict.fromkeys(ids, "EXAMPLE"))
        except TemplateError as error:
            raise CloudRefusal(400, "injectors", f"{variable} uses an undefined field ({error})") from error


def survey_problems(survey: Mapping[str, Any]) -> None:
    """Refuse what AWX refuses for a survey."""
    for field, kind in (("name", str), ("description", str), ("spec", list)):
        if not isinstance(survey.get(field), kind):
            raise CloudRefusal(400, "error", f"Field '{field}' is missing from survey spec, or of the wrong type.")
    if not survey["spec"]:
        raise CloudRefusal(400, "error", "'spec' doesn't contain any items.")
    variables: set[str] = set()
    for number, question in enumerate(survey["spec"]):
        for field, kind in (("type", str), ("question_name", str), ("variable", str), ("required", bool)):
            if not isinstance(question.get(field), kind):
                raise CloudRefusal(400, "error", f"'{field}' missing from survey question {number}.")
        if question["variable"] in variables:
            raise CloudRefusal(400, "error", f"'variable' '{question['variable']}' duplicated in question {number}.")
        variables.add(question["variable"])
        if question["type"] not in QUESTION_TYPES:
            raise CloudRefusal(400, "error", f"'{question['type']}' in survey question {number} is not allowed.")
        default = question.get("default", "")
        if default != "" and not isinstance(default, QUESTION_TYPES[question["type"]]):
            raise CloudRefusal(400, "error", f"Default value {default} in survey question {number} is of a wrong type.")
        if any(question.get(limit) is not None and not isinstance(question[limit], int) for limit in ("min", "max")):
            raise CloudRefusal(400, "error", f"The limits in survey question {number} expected to be integer.")
        if question["type"].startswith("multi") and "choices" not in question:
            raise CloudRefusal(400, "error", f"Survey question {number} must specify choices.")


def check_schedule(simulator: AwxSimulator, whole: Mapping[str, Any]) -> None:
    """Refuse what AWX refuses for the times and the prompts of a schedule."""
    rule = whole["rrule"]
    if not re.match(r"DTSTART(;TZID=[^:]+)?:\d{8}T\d{6}Z?\s", rule):
        raise CloudRefusal(400, "rrule", "Valid DTSTART required in rrule. Value should start with: DTSTART:...Z")
    if "RRULE:" not in rule or "INTERVAL=" not in rule or "SECONDLY" in rule:
        raise CloudRefusal(400, "rrule", "RRULE and INTERVAL required in rrule, and SECONDLY is not supported.")
    simulator.check_prompts(whole)


CHECKS: Mapping[str, Callable[[AwxSimulator, Mapping[str, Any]], None]] = {
    "credential_types": check_credential_type,
    "job_templates": AwxSimulator.check_job_template,
    "workflow_job_template_nodes": AwxSimulator.check_prompts,
    "schedules": check_schedule,
}


def _key(one: Mapping[str, Any]) -> tuple[object, ...]:
    return one.get("name"), one.get("organization"), one.get("inventory"), one.get("unified_job_template")


def _page(results: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    found = list(results)
    return {"count": len(found), "next": None, "previous": None, "results": found}


def _reply(status: int, content: object) -> Reply:
    headers = {"X-API-Product-Name": "AWX", "X-API-Product-Version": VERSION}
    return Reply(status, json.dumps(content).encode(), "application/json", headers)
