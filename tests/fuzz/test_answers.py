# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever an API answers, a module ends with a result or a line, and never drops a group that it did not understand.

The answers are those of the simulators with something wrong put into them. No change makes another list of groups
that is as documented: what a cloud says in its own words is believed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any
from xml.etree import ElementTree

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.clouds import MODULES, WRITES, Subject, attach_all, subject
from tests.fuzz.entry import SIZE, run
from tests.simulators.alibabacloud import RdsSimulator
from tests.simulators.aws import AwsSimulator
from tests.simulators.server import Reply, Request
from tests.simulators.tencentcloud import TencentCloudSimulator

CASES = 40 * SIZE
GIGANTIC = 20_000 if SIZE == 1 else 100_000
MISSING = object()
LISTS = ("SecurityGroups", "GroupSet", "SecurityGroupIds", "EcsSecurityGroupRelation")
GROUP = "SecurityGroupId"
# Documented as another way to say that no group is attached.
NO_GROUPS = ("Items",)
ODD = [
    MISSING,
    None,
    True,
    0,
    -1,
    10**30,
    1.5,
    float("inf"),
    "",
    " ",
    "text",
    "a,b",
    "sg-12345678,sg-87654321",
    "line\nline",
    "\x00",
    [],
    {},
    [None],
    [[]],
    [{}],
    {"Code": "x"},
    {"a": {"b": ["c"]}},
]
ODD_LISTS = [one for one in ODD if one != []]
XML_LISTS = ("groupSet", "SecurityGroups")
XML_LIST = re.compile(rb"(<(groupSet|SecurityGroups|VpcSecurityGroups)>)(.*?)(</\2>)", re.DOTALL)
ODD_TEXTS = [None, "", " ", "text", "5", "sg-12345678,sg-87654321", "a\u2028b"]
BODIES = [
    b"",
    b"null",
    b"[]",
    b"{}",
    b"5",
    b'"text"',
    b"<html><body>502 Bad Gateway</body></html>",
    b"\xff\xfe\x00",
    b'{"Response": ',
    b'{"Response": {}}',
    b'{"Response": null}',
    b'{"Response": {"Error": {}}}',
    b'{"Response": {"Error": {"Code": 5, "Message": {"a": 1}}, "RequestId": []}}',
    b'{"Response": {"Error": "text"}}',
    b'{"Error": {"Code": "x"}}',
    b'{"ErrorCode": 5, "Message": ["a"]}',
    b'{"Code": "x"}',
    b'{"Code": 5, "Message": 7, "RequestId": {}}',
    b'{"message": null}',
    b"[" * 100_000,
    b'{"a":' * 100_000,
    b'{"a": ' + b"9" * 10_000 + b"}",
    b'{"Items": NaN}',
    b"<Response><Errors><Error><Code></Code></Error></Errors></Response>",
    b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;",
]
STATUSES = [200, 201, 204, 299, 301, 304, 307, 400, 403, 404, 409, 413, 418, 429, 499, 500, 502, 503, 504, 599, 999]
TYPES = [
    "application/json",
    "application/json; charset=utf-8",
    "text/plain",
    "text/html",
    "text/xml",
    "",
    "x",
    "a/b; c",
]
HEADERS = [
    {},
    {"Content-Encoding": "gzip"},
    {"Content-Encoding": "br, gzip, x"},
    {"Location": "http://127.0.0.1:1/"},
    {"x-amzn-ErrorType": "Thing:http://example.org/"},
    {"x-amzn-ErrorType": ""},
    {"Retry-After": "soon"},
    {"Date": "yesterday"},
]


@dataclass(frozen=True)
class Change:
    """Something wrong with an answer: in the part that ``where`` picks there is ``value``, or all of it is ``body``."""

    where: int | None = None
    value: int = 0
    body: bytes | None = None
    cut: int | None = None
    status: int | None = None
    content_type: str | None = None
    headers: Mapping[str, str] | None = None

    def __call__(self, reply: Reply) -> Reply:
        body = reply.body
        if self.where is not None:
            body = _altered(body, self.where, self.value)
        if self.body is not None:
            body = self.body
        if self.cut is not None:
            body = body[: self.cut % (len(body) + 1)]
        return replace(
            reply,
            status=reply.status if self.status is None else self.status,
            body=body,
            content_type=reply.content_type if self.content_type is None else self.content_type,
            headers={**reply.headers, **(self.headers or {})},
        )


def _altered(body: bytes, where: int, value: int) -> bytes:
    if body.startswith(b"<"):
        return _altered_xml(body, where, value)
    try:
        answer = json.loads(body)
    except ValueError:
        return body
    paths = [path for path in _paths(answer, ()) if path not in ((), NO_GROUPS)]
    if not paths:
        return body
    # The lists are what matters most, and a small part of an answer.
    lists = [path for path in paths if any(name in LISTS for name in path)]
    chosen = lists if lists and where % 2 else paths
    path = chosen[where // 2 % len(chosen)]
    # What follows must not be another list of groups, or another group.
    odd = ODD_LISTS if path[-1] in LISTS else ODD
    if GROUP in path or any(name in LISTS for name in path[:-1]):
        odd = [one for one in ODD if one is not MISSING or path[-1] == GROUP]
    put = odd[value % len(odd)]
    holder = answer
    for step in path[:-1]:
        holder = holder[step]
    if put is not MISSING:
        holder[path[-1]] = put
    else:
        del holder[path[-1]]
    return json.dumps(answer).encode()


def _altered_xml(body: bytes, where: int, value: int) -> bytes:
    root = ElementTree.fromstring(body)
    parents = {child: parent for parent in root.iter() for child in parent}
    if not parents:
        return body
    one = list(parents)[where % len(parents)]
    odd = ODD_TEXTS[value % len(ODD_TEXTS)]
    # A list that is shorter by a whole group is another list.
    if odd is None and not parents[one].tag.endswith(XML_LISTS):
        parents[one].remove(one)
    else:
        one[:] = []
        one.text = odd
    return ElementTree.tostring(root)


def _paths(value: Any, path: tuple[Any, ...]) -> Iterator[tuple[Any, ...]]:
    yield path
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, one in inner:
        yield from _paths(one, (*path, step))


numbers = st.integers(0, 10_000)
changes = (
    st.builds(Change, where=numbers, value=numbers)
    | st.builds(Change, where=numbers, value=numbers, status=st.sampled_from(STATUSES))
    | st.builds(Change, where=numbers, value=numbers, content_type=st.sampled_from(TYPES))
    | st.builds(
        Change,
        body=st.sampled_from(BODIES),
        status=st.none() | st.sampled_from(STATUSES),
        content_type=st.none() | st.sampled_from(TYPES),
        headers=st.sampled_from(HEADERS),
    )
    | st.builds(Change, cut=numbers, headers=st.sampled_from(HEADERS))
    | st.builds(Change, status=st.sampled_from(STATUSES), headers=st.sampled_from(HEADERS))
)


# What becomes of each call in turn, and after that of all others.
stories = st.tuples(st.lists(st.none() | changes, max_size=8), st.none() | st.none() | changes)


@pytest.fixture(params=MODULES)
def of(
    request: pytest.FixtureRequest, aws: AwsSimulator, tencentcloud: TencentCloudSimulator, alibabacloud: RdsSimulator
) -> Iterator[Subject]:
    found = subject(request.param, aws, tencentcloud, alibabacloud)
    yield found
    found.cloud.__dict__.pop("respond", None)


def answering(of: Subject, answer: Callable[[Request, Reply], Reply]) -> None:
    """Have the cloud's replies go through a function."""
    of.cloud.__dict__.pop("respond", None)
    respond = of.cloud.respond
    of.cloud.respond = lambda request: answer(request, respond(request))  # type: ignore[method-assign]


def every(*strategies: st.SearchStrategy[Any]) -> Callable[[Callable[..., None]], Callable[[], None]]:
    sized = settings(
        max_examples=CASES,
        deadline=None,
        database=None,
        derandomize=SIZE == 1,
        suppress_health_check=list(HealthCheck),
        phases=[__import__("hypothesis").Phase.generate],
    )
    return lambda check: sized(given(*strategies)(check))


@pytest.mark.parametrize("info", [False, True], ids=["writing", "info"])
def test_any_answer_ends_in_a_result_or_in_a_line(of: Subject, info: bool) -> None:
    attached = list(of.groups[:3])

    @every(stories, st.sampled_from(["present", "absent", "exact"]), st.booleans(), st.sampled_from([0, 20]))
    def check(story: tuple[list[Change | None], Change | None], state: str, select: bool, wait: int) -> None:
        of.cloud.calls.clear()
        attach_all(of, attached)
        first, always = story
        left = list(first)
        refused: set[str] = set()

        def answer(request: Request, reply: Reply) -> Reply:
            change = left.pop(0) if left else always
            changed = change(reply) if change else reply
            action, resources, _arguments = of.cloud.identify(request)
            if action in WRITES and 300 <= changed.status < 500:
                refused.update(resources)
            return changed

        answering(of, answer)
        arguments = {
            **of.connection,
            **({of.modules.selector: of.selector} if select else {of.modules.ids: list(of.resources)}),
        }
        groups = of.groups[2:5] if state != "absent" else of.groups[2:3]
        if not info:
            arguments |= {"security_groups": list(groups), "state": state, "wait_timeout": wait, "parallelism": 1}
        ending = run(f"{of.module}{'_info' if info else ''}", arguments, of.secrets)
        of.check_calls()
        if info:
            assert not any(call.action in WRITES for call in of.cloud.calls)
            for resource in ending.resources:
                assert sorted(resource["security_groups"]) == sorted(attached)
            return
        wanted = {
            "present": {*attached, *groups},
            "absent": {*attached} - {*groups},
            "exact": {*groups},
        }[state]
        for _call, written in of.written():
            assert {*written} == wanted
        for resource in ending.resources:
            if resource["before"] is not None:
                assert sorted(resource["before"]) == sorted(attached)
            if resource["verified"]:
                assert {*of.cloud.groups(resource["id"])} == {*resource["after"]} == wanted
            # What the cloud refuses is believed, and what failed otherwise is looked at.
            if resource["id"] in refused:
                continue
            if not resource["changed"] and (resource["error"] or {"kind": "timeout"})["kind"] in (
                "timeout",
                "transient",
            ):
                assert sorted(of.cloud.groups(resource["id"])) == sorted(attached)

    check()


@pytest.mark.parametrize("state", ["present"] if SIZE == 1 else ["present", "absent", "exact"])
def test_a_gigantic_list_takes_no_gigantic_time(of: Subject, state: str) -> None:
    one, known = of.resources[0], of.groups[0]
    digits = len(known) - len("sg-")
    many = [known, *(f"sg-{number:0{digits}}" for number in range(GIGANTIC))]

    def answer(_request: Request, reply: Reply) -> Reply:
        if reply.content_type == "text/xml":
            return replace(reply, body=XML_LIST.sub(longer, reply.body))
        return replace(reply, body=json.dumps(lengthened(json.loads(reply.body))).encode())

    def lengthened(value: Any) -> Any:
        """Return it with many groups for each list of the one group, be it of IDs or of mappings."""
        match value:
            case [str(group)] if group == known:
                return many
            case [{"SecurityGroupId": group, **more}] if group == known:
                return [{**more, "SecurityGroupId": each} for each in many]
            case list():
                return [lengthened(each) for each in value]
            case dict():
                return {key: lengthened(each) for key, each in value.items()}
        return value

    def longer(found: re.Match[bytes]) -> bytes:
        items = (found[3].replace(known.encode(), one.encode()) for one in many)
        return found[1] + b"".join(items) + found[4]

    attach_all(of, [known])
    answering(of, answer)
    if of.module.startswith("efs"):
        of.cloud.deny_interfaces()  # type: ignore[union-attr]
    arguments = {**of.connection, of.modules.ids: one, "security_groups": of.groups[1], "state": state}
    ending = run(of.module, {**arguments, "wait_timeout": 0, "_ansible_check_mode": True}, of.secrets)
    assert len(ending.resources[0]["before"]) == len(many)
