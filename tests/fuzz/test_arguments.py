# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Whatever a user puts into the options of a module ends in a result or in a line that says what is wrong."""

from __future__ import annotations

import string
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fuzz.clouds import MODULES, WRITES, Subject, attach_all, subject
from tests.fuzz.entry import SIZE, run
from tests.simulators.alibabacloud import RdsSimulator
from tests.simulators.aws import AwsSimulator
from tests.simulators.tencentcloud import TencentCloudSimulator
from tests.unit.conftest import ours

CASES = 50 * SIZE
MARK = "a-secret-that-nobody-may-see"
# Among them a digit and a letter that no id has, though they are ones.
ODD_CHARACTERS = [*"\n\0\t\u2028\u202e ,\"'\\%/é\u0663\uff41", "\r\n", "\x1b[31m"]
ODD_TEXTS = [
    "",
    " ",
    "\n",
    "\x00",
    "-",
    "0",
    "-1",
    "1e400",
    "true",
    "null",
    "None",
    "Empty",
    "[]",
    "{}",
    "[",
    '{"a": ["b"]}',
    "{{ lookup('env', 'HOME') }}",
    "{% for x in y %}",
    "%(a)s %s {0} ${HOME}",
    "../../etc/passwd",
    "😀" * 50,
    "x" * 20_000,
]
texts = st.sampled_from(ODD_TEXTS) | st.text(max_size=20)
scalars = st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | texts
anything = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4), max_leaves=8
)
# Names that no resolver is asked for.
ENDPOINTS = [
    "",
    "ftp://127.0.0.1",
    "http://",
    "https://:443",
    "http://127.0.0.1:0",
    "http://127.0.0.1:1",
    "http://127.0.0.1:99999",
    "http://127.0.0.1:80:80",
    "http://[::1",
    "http://[::1]:1",
    "127.0.0.1:1",
    "//127.0.0.1:1",
    "http://127.0.0.1:1/a?b#c",
    "http://user:word@127.0.0.1:1",
    "http://127.0.0.1:1\n",
    "http://127.0.0.1:1\x00",
    "http://127.0.0.1:1/%zz\u2028",
    "http://a..b:1",
    "http://.:1",
    "http://" + "a" * 300 + ":1",
    "http://\u2100:1",
    "http://%31:1",
]
CONFIG_NAMES = [
    "client_cert",
    "connect_timeout",
    "defaults_mode",
    "disable_request_compression",
    "endpoint_discovery_enabled",
    "inject_host_prefix",
    "parameter_validation",
    "proxies_config",
    "read_timeout",
    "region_name",
    "request_checksum_calculation",
    "request_min_compression_size_bytes",
    "retries",
    "s3",
    "signature_version",
    "tcp_keepalive",
    "use_dualstack_endpoint",
    "use_fips_endpoint",
    "user_agent",
    "user_agent_extra",
    "user_agent_appid",
]


@st.composite
def damaged(draw: st.DrawFn, *good: str) -> str:
    """An id with something put into it or in place of a part of it."""
    text = draw(st.sampled_from(good))
    begin, end = sorted((draw(st.integers(0, len(text))), draw(st.integers(0, len(text)))))
    put = draw(st.sampled_from(ODD_CHARACTERS) | st.text(string.printable, max_size=3))
    return text[:begin] + put + text[draw(st.sampled_from((begin, end))) :]


def ids(*good: str) -> st.SearchStrategy[Any]:
    one = st.sampled_from(good) | damaged(*good) | texts
    return one | st.lists(one | anything, max_size=4) | st.lists(st.sampled_from(good), max_size=20) | anything


def values(of: Subject, option: str) -> st.SearchStrategy[Any]:
    """Return what a user may put into an option, be it of the right form or not."""
    modules = of.modules
    secret = st.sampled_from([f"{one}{MARK}{other}" for one in ("", "\n", "é ") for other in ("", "\n", "\x00 b", '"')])
    secrets = {one.name for one in modules.connection if one.secret}
    attachment = st.fixed_dictionaries(
        {},
        optional={
            "id": ids(*of.resources),
            modules.id: ids(*of.resources),
            "security_groups": ids(*of.groups),
            "state": st.sampled_from(["present", "absent", "exact"]) | anything,
            "position": st.sampled_from(["keep", "first", "last"]) | anything,
            "other": anything,
        },
    )
    selector = anything | st.dictionaries(st.sampled_from(["vpc-id", "role", "tag:role", "zone"]) | texts, anything)
    if isinstance(of.selector, str):
        selector = ids(of.selector)
    special: dict[str, st.SearchStrategy[Any]] = {
        modules.ids: ids(*of.resources),
        modules.id: ids(*of.resources),
        modules.selector: selector,
        "security_groups": ids(*of.groups),
        "attachments": st.lists(attachment | anything, max_size=4) | attachment | anything,
        "state": st.sampled_from(["present", "absent", "exact"]) | anything,
        "position": st.sampled_from(["keep", "first", "last"]) | anything,
        "endpoint": st.sampled_from(ENDPOINTS) | st.lists(texts, max_size=2) | st.none(),
        "aws_config": st.dictionaries(st.sampled_from(CONFIG_NAMES) | texts, anything, max_size=3) | anything,
    }
    special["endpoint_url"] = special["endpoint"]
    if option in secrets:
        return secret | secret.map(lambda text: [text]) | secret.map(lambda text: {"a": text}) | st.just("")
    return special.get(option, anything)


@st.composite
def arguments(draw: st.DrawFn, of: Subject, *, info: bool) -> dict[str, Any]:
    """Arguments of which most are right and some are anything."""
    modules = of.modules
    shape = draw(st.sampled_from(("ids", "selector", "attachments")))
    given: dict[str, Any] = dict(of.connection)
    spec = (
        ours("_ansible.options").info_arguments(modules)
        if info
        else ours("_ansible.options").writing_arguments(modules)
    )
    options = sorted(spec["argument_spec"])
    if not info:
        given["wait_timeout"] = 5
    if shape == "selector":
        given[modules.selector] = of.selector
    elif shape == "ids" or info:
        given[modules.ids] = list(of.resources)
    else:
        given["attachments"] = [{"id": one, "security_groups": list(of.groups[:2])} for one in of.resources]
    if not info and shape != "attachments":
        given["security_groups"] = list(of.groups[1:3])
        given["state"] = draw(st.sampled_from(["present", "absent", "exact"]))
    for option in draw(st.lists(st.sampled_from([*options, modules.id]), min_size=1, max_size=3, unique=True)):
        given[option] = draw(values(of, option))
    if draw(st.integers(0, 9)) == 0:
        given[draw(texts.filter(lambda name: not name.startswith("_ansible")))] = draw(anything)
    if draw(st.integers(0, 9)) == 0:
        del given[draw(st.sampled_from(sorted(given)))]
    given["_ansible_check_mode"] = draw(st.booleans())
    given["_ansible_diff"] = draw(st.booleans())
    return given


@pytest.fixture(params=MODULES)
def of(
    request: pytest.FixtureRequest, aws: AwsSimulator, tencentcloud: TencentCloudSimulator, alibabacloud: RdsSimulator
) -> Subject:
    return subject(request.param, aws, tencentcloud, alibabacloud)


@pytest.fixture(autouse=True)
def _no_metadata(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have nobody ask the metadata service of the machine that runs the tests."""
    monkeypatch.setattr(ours("_aliyun.credentials"), "METADATA", "http://127.0.0.1:1/")
    monkeypatch.setattr(ours("_tencentcloud.credentials"), "_of_the_machine", _nothing)


def _nothing() -> None:
    errors = ours("_core.errors")
    raise errors.CloudError(errors.Failure(errors.ErrorKind.AUTH, "no credentials"))


@pytest.mark.parametrize("info", [False, True], ids=["writing", "info"])
def test_any_argument_ends_in_a_result_or_in_a_line(of: Subject, info: bool) -> None:
    every = settings(
        max_examples=CASES, deadline=None, database=None, derandomize=SIZE == 1, suppress_health_check=list(HealthCheck)
    )
    check = _checked(of, info=info)
    every(given(arguments(of, info=info))(check))()


def _checked(of: Subject, *, info: bool) -> Callable[[dict[str, Any]], None]:
    def check(given: dict[str, Any]) -> None:
        of.cloud.calls.clear()
        attach_all(of, of.groups[:1])
        secrets = tuple(one for one in of.secrets if one in given.values())
        ending = run(f"{of.module}{'_info' if info else ''}", given, (*secrets, MARK))
        of.check_calls()
        if info or given["_ansible_check_mode"]:
            assert not any(call.action in WRITES for call in of.cloud.calls)
        if not ending.failed and not info and not given["_ansible_check_mode"]:
            for resource in ending.resources:
                assert resource["verified"]
                attached = of.cloud.groups(resource["id"])
                assert sorted(attached) == sorted(resource["after"])

    return check
