# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import pytest
from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.options import (
    ConnectionOption,
    endpoint_url,
    resolve,
    service_host,
)
from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.text import line
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.errors import CloudError

OPTIONS = (
    ConnectionOption("key", env=("KEY", "OLD_KEY")),
    ConnectionOption("secret", env=("SECRET",), secret=True),
    ConnectionOption("token", env=("TOKEN",), secret=True, yields_to=("secret",)),
    ConnectionOption("verify", type="bool", default=True),
    ConnectionOption("debug", type="bool", env=("DEBUG",)),
)
PROFILE = ConnectionOption("profile", env=("PROFILE",), yields_to=("secret",), refused={"KEYS_URI": "set profile"})


@pytest.mark.parametrize(
    ("given", "environ", "resolved"),
    [
        ({}, {}, {"key": None, "secret": None, "token": None, "verify": True, "debug": None}),
        ({"key": "k"}, {"KEY": "e"}, {"key": "k"}),
        ({}, {"KEY": "e", "OLD_KEY": "o"}, {"key": "e"}),
        ({}, {"KEY": "", "OLD_KEY": "o"}, {"key": "o"}),
        ({"key": ""}, {"KEY": "e"}, {"key": "e"}),
        ({}, {"SECRET": "s", "TOKEN": "t"}, {"secret": "s", "token": "t"}),
        ({"secret": "mine"}, {"SECRET": "s", "TOKEN": "t"}, {"secret": "mine", "token": None}),
        ({"secret": "mine", "token": "m"}, {"TOKEN": "t"}, {"token": "m"}),
        ({"verify": False}, {}, {"verify": False}),
        ({}, {"DEBUG": "yes"}, {"debug": True}),
        ({}, {"DEBUG": "0"}, {"debug": False}),
        ({"debug": False}, {"DEBUG": "true"}, {"debug": False}),
    ],
)
def test_the_task_comes_before_the_environment(
    given: dict[str, object], environ: dict[str, str], resolved: dict[str, object]
) -> None:
    found = resolve(OPTIONS, given, environ)
    assert {name: found[name] for name in resolved} == resolved


@pytest.mark.parametrize("given", [{}, {"key": "k"}, {"profile": ""}])
def test_a_variable_that_is_not_supported_is_refused_with_advice(given: dict[str, object]) -> None:
    problem = "^the environment variable KEYS_URI is set and not supported; set profile$"
    with pytest.raises(CloudError, match=problem) as caught:
        resolve((*OPTIONS, PROFILE), given, {"KEYS_URI": "http://127.0.0.1/", "PROFILE": "p"})
    assert caught.value.failure.kind == "invalid"


@pytest.mark.parametrize(("given", "value"), [({"profile": "p"}, "p"), ({"secret": "s"}, None)])
def test_a_variable_that_is_not_supported_forbids_nothing_that_the_task_gives(
    given: dict[str, object], value: str | None
) -> None:
    assert resolve((*OPTIONS, PROFILE), given, {"KEYS_URI": "http://127.0.0.1/"})["profile"] == value


def test_an_empty_variable_is_not_refused() -> None:
    assert resolve((*OPTIONS, PROFILE), {}, {"KEYS_URI": ""})["profile"] is None


@pytest.mark.parametrize(
    ("text", "url"),
    [
        (None, None),
        ("efs.example.org", "https://efs.example.org"),
        ("127.0.0.1:5000", "https://127.0.0.1:5000"),
        ("http://127.0.0.1:5000", "http://127.0.0.1:5000"),
        ("https://[::1]:5000/path", "https://[::1]:5000/path"),
    ],
)
def test_an_endpoint_is_https_unless_it_says_http(text: str | None, url: str | None) -> None:
    assert endpoint_url(text) == url


@pytest.mark.parametrize("text", ["ftp://host", "http://", "host:port", "host:0", "host name", "http://[::1", "://x"])
def test_what_is_no_endpoint_is_named(text: str) -> None:
    with pytest.raises(CloudError, match="is not an endpoint; write a host, host:port, or a URL"):
        endpoint_url(text)


@pytest.mark.parametrize("text", ["https://me:geheim@host", "me:geheim@host:443", "ftp://me:geheim@host"])
def test_an_endpoint_with_a_password_is_refused_and_not_quoted(text: str) -> None:
    with pytest.raises(CloudError, match=r"^the endpoint has a user or a password in it; leave them out$"):
        endpoint_url(text)


@pytest.mark.parametrize(
    ("host", "asked"),
    [
        ("cvm.tencentcloudapi.com", "vpc.tencentcloudapi.com"),
        ("vpc.ap-shanghai-fsi.tencentcloudapi.com", "vpc.ap-shanghai-fsi.tencentcloudapi.com"),
        ("cvm.ap-shanghai-fsi.tencentcloudapi.com", "vpc.ap-shanghai-fsi.tencentcloudapi.com"),
        ("CVM.example.org:8443", "vpc.example.org:8443"),
        ("cvm", "cvm"),
        ("cvm.", "cvm."),
        ("cvm:8443", "cvm:8443"),
        ("cvm-gateway.example.org", "cvm-gateway.example.org"),
        ("gateway.cvm.example.org", "gateway.cvm.example.org"),
        ("127.0.0.1:8443", "127.0.0.1:8443"),
        ("[::1]:8443", "[::1]:8443"),
    ],
)
def test_a_host_of_one_service_stands_for_the_domain_of_all(host: str, asked: str) -> None:
    assert service_host(host, ("cvm", "vpc"), "vpc") == asked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\tb\r\n c\x00", "a b c"),
        ("Failed to parse: http://me:geh#e/im@host:99999", "Failed to parse: http://***@host:99999"),
        ('proxy URL: "http://socks5://me:geheim@host"', 'proxy URL: "http://***@host"'),
        ("Invalid header value b'geheim\\n'", "Invalid header value ***"),
        ("or return character(s) in header value: 'geheim'", "or return character(s) in header value: ***"),
        ('to the URL: "http://host/path" of me@host', 'to the URL: "http://host/path" of me@host'),
    ],
)
def test_a_line_holds_no_secret_that_a_library_quotes(text: str, shown: str) -> None:
    assert line(text) == shown
