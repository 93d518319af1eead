# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the simulated AWX refuses and how it answers. The modules of awx.awx meet it in tests/awx."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.simulators.awx import TOKEN, AwxSimulator

FIELD = {"id": "key", "label": "Key", "type": "string"}
QUESTION = {"question_name": "Which", "variable": "which", "type": "text", "required": False}
RULE = "DTSTART:20260101T060000Z RRULE:FREQ=DAILY;INTERVAL=1"


@pytest.fixture
def awx() -> Iterator[AwxSimulator]:
    with AwxSimulator("site.yml") as simulator:
        yield simulator


def call(awx: AwxSimulator, method: str, path: str, content: object = None, token: str = TOKEN) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    data = None if content is None else json.dumps(content).encode()
    try:
        with urlopen(Request(f"{awx.url}/api/v2/{path}", data, headers, method=method)) as reply:
            return reply.status, json.loads(reply.read() or b"null")
    except HTTPError as error:
        return error.code, json.loads(error.read())


def credential_type(fields: list[dict[str, Any]], env: dict[str, str], **more: Any) -> dict[str, Any]:
    return {"name": "Cloud", "kind": "cloud", "inputs": {"fields": fields}, "injectors": {"env": env}, **more}


@pytest.mark.parametrize(
    ("fields", "env", "message"),
    [
        ([{"id": "key", "type": "string"}], {}, "'label' is a required property"),
        ([{**FIELD, "id": "a key"}], {}, "does not match"),
        ([{**FIELD, "type": "text"}], {}, "is not one of ['string', 'boolean']"),
        ([{**FIELD, "type": "boolean", "secret": True}], {}, "secret not allowed for boolean type (key)"),
        ([FIELD, FIELD], {}, "field IDs must be unique"),
        ([FIELD], {"KEY": "{{ kee }}"}, "KEY uses an undefined field ('kee' is undefined)"),
        ([FIELD], {"KEY": "{{ key"}, "KEY uses an undefined field"),
        ([FIELD], {"A-KEY": "{{ key }}"}, "does not match any of the regexes"),
        ([FIELD], {"KEY": "schlüssel"}, "does not match"),
        ([FIELD], {"ANSIBLE_CONFIG": "{{ key }}"}, "ANSIBLE_CONFIG is not allowed in credentials"),
        ([FIELD], {"JOB_ID": "{{ key }}"}, "JOB_ID is not allowed in credentials"),
    ],
)
def test_credential_types_are_checked(
    awx: AwxSimulator, fields: list[dict[str, Any]], env: dict[str, str], message: str
) -> None:
    status, answer = call(awx, "POST", "credential_types/", credential_type(fields, env))
    ((said,),) = answer.values()
    assert (status, message in said) == (400, True), said
    assert not awx.objects["credential_types"]
    assert call(awx, "POST", "credential_types/", credential_type([FIELD], {"KEY": "{{ key }}"}))[0] == 201


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"required": "no"}, "'required' missing from survey question 0."),
        ({"type": "number"}, "'number' in survey question 0 is not allowed."),
        ({"type": "integer", "default": "5"}, "Default value 5 in survey question 0 is of a wrong type."),
        ({"max": "10"}, "The limits in survey question 0 expected to be integer."),
        ({"type": "multiplechoice"}, "Survey question 0 must specify choices."),
    ],
)
def test_surveys_are_checked(awx: AwxSimulator, change: dict[str, Any], message: str) -> None:
    url = awx.add("job_templates", name="Report")["related"]["survey_spec"].removeprefix("/api/v2/")
    survey = {"name": "", "description": "", "spec": [{**QUESTION, **change}]}
    assert call(awx, "POST", url, survey) == (400, {"error": message})
    twice = {**survey, "spec": [QUESTION, QUESTION]}
    assert "duplicated" in call(awx, "POST", url, twice)[1]["error"]
    assert call(awx, "GET", url) == (200, {})
    right = {**survey, "spec": [{**QUESTION, "type": "integer", "default": ""}]}
    assert call(awx, "POST", url, right)[0] == 200
    assert call(awx, "GET", url) == (200, right)


def test_a_node_says_only_what_its_template_asks_for(awx: AwxSimulator) -> None:
    workflow = awx.add("workflow_job_templates", name="Workflow")["id"]
    silent = awx.add("job_templates", name="Silent")["id"]
    asking = awx.add("job_templates", name="Asking", ask_job_type_on_launch=True)["id"]
    node = {"identifier": "one", "workflow_job_template": workflow, "job_type": "check"}
    assert call(awx, "POST", "workflow_job_template_nodes/", {**node, "unified_job_template": silent}) == (
        400,
        {"job_type": ["Field is not configured to prompt on launch."]},
    )
    assert call(awx, "POST", "workflow_job_template_nodes/", {**node, "unified_job_template": asking})[0] == 201


def test_what_does_not_exist_cannot_be_used(awx: AwxSimulator) -> None:
    template = {"name": "Report", "project": 99, "playbook": "site.yml"}
    assert call(awx, "POST", "job_templates/", template) == (
        400,
        {"project": ['Invalid pk "99" - object does not exist.']},
    )
    project = call(awx, "POST", "projects/", {"name": "Project"})[1]["id"]
    other = {**template, "project": project, "playbook": "other.yml"}
    assert call(awx, "POST", "job_templates/", other)[1] == {"playbook": ["Playbook not found for project."]}
    assert call(awx, "POST", "job_templates/", {**template, "project": project, "playbok": "site.yml"})[0] == 400
    made = call(awx, "POST", "job_templates/", {**template, "project": project})[1]
    assert call(awx, "POST", "job_templates/", {**template, "project": project})[0] == 400
    for rule in ("every day", "DTSTART:20260101T060000Z RRULE:FREQ=DAILY"):
        schedule = {"name": "Daily", "unified_job_template": made["id"], "rrule": rule}
        assert list(call(awx, "POST", "schedules/", schedule)[1]) == ["rrule"]
    assert call(awx, "POST", "schedules/", {**schedule, "rrule": RULE})[0] == 201
    assert call(awx, "GET", "job_templates/99/") == (404, {"detail": "Not found."})
    assert call(awx, "GET", "job_templates/", token="another")[0] == 401


def test_objects_are_found_and_linked(awx: AwxSimulator) -> None:
    workflow = awx.add("workflow_job_templates", name="Workflow")["id"]
    made = [
        call(awx, "POST", "workflow_job_template_nodes/", {"identifier": name, "workflow_job_template": workflow})[1]
        for name in ("one", "two")
    ]
    first, second = (one["id"] for one in made)
    found = call(awx, "GET", f"workflow_job_template_nodes/?identifier=two&workflow_job_template={workflow}")[1]
    assert (found["count"], found["results"][0]["id"]) == (1, second)
    assert call(awx, "GET", "workflow_job_templates/?or__id=0&or__name=Workflow")[1]["count"] == 1
    links = f"workflow_job_template_nodes/{first}/success_nodes/"
    assert call(awx, "POST", links, {"id": second}) == (204, None)
    assert [one["id"] for one in call(awx, "GET", links)[1]["results"]] == [second]
    assert call(awx, "POST", links, {"id": second, "disassociate": True}) == (204, None)
    assert call(awx, "GET", links)[1]["results"] == []
    approval = {"name": "Approve", "timeout": 60}
    path = f"workflow_job_template_nodes/{first}/create_approval_template/"
    assert call(awx, "POST", path, approval)[0] == 201
    node = call(awx, "GET", f"workflow_job_template_nodes/{first}/")[1]
    url = node["related"]["unified_job_template"].removeprefix("/api/v2/")
    assert call(awx, "PATCH", url, {"timeout": 90})[1]["timeout"] == 90
    assert awx.one("workflow_approval_templates", "Approve")["timeout"] == 90
    assert awx.writes()[:2] == ["POST workflow_job_template_nodes"] * 2


def test_a_job_is_launched_with_what_its_template_asks_for(awx: AwxSimulator) -> None:
    organization = awx.one("organizations", "Default")["id"]
    awx.add("job_templates", name="Report", organization=organization, ask_limit_on_launch=True)
    (template,) = call(awx, "GET", "unified_job_templates/?name=Report")[1]["results"]
    assert template["summary_fields"]["organization"]["name"] == "Default"
    launch = template["related"]["launch"].removeprefix("/api/v2/")
    status, job = call(awx, "POST", launch, {"limit": "localhost", "job_type": "run", "extra_vars": {"a": 1}})
    assert (status, job["limit"], "job_type" in job, "extra_vars" in job) == (201, "localhost", False, False)
    found = call(awx, "GET", f"jobs/?id__in={job['id']},99&page_size=2")[1]
    assert [(one["id"], one["status"]) for one in found["results"]] == [(job["id"], "successful")]
    assert call(awx, "GET", "jobs/?id__in=99")[1]["count"] == 0
    assert call(awx, "GET", "config/")[0] == 200
