# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Responses that trickle in, so that no time-out of an SDK ends them, against servers that do that."""

from __future__ import annotations

import contextlib
import itertools
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO
from urllib.request import build_opener

import pytest
import trustme
from tencentcloud.common.credential import Credential

from tests.unit.conftest import Connection, ours

if TYPE_CHECKING:
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.options import Runtime

WITHIN = 0.5
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
STARTS = {
    "headers": HEAD + b"X-More: ",
    "body": HEAD + b"Content-Length: 100000\r\n\r\n{",
    "chunks": HEAD + b"Transfer-Encoding: chunked\r\n\r\n",
}
DRIP = {"headers": b"x", "body": b" ", "chunks": b"1\r\n \r\n"}
BUNDLES = ("AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "ALIBABA_CLOUD_CA_BUNDLE")
"""The variables that name the file of the authorities that are trusted."""

Call = Callable[[], object]


def whole_request(received: BinaryIO) -> bool:
    """Whether a request was read to its end; a client may send its headers and its body separately."""
    length = 0
    for line in received:
        if not line.strip():
            return len(received.read(length)) == length
        name, _colon, value = line.partition(b":")
        if name.lower() == b"content-length":
            length = int(value)
    return False


@dataclass(frozen=True)
class Slow:
    """A server that responds at once to so many calls on a connection, and then never comes to an end."""

    part: str
    at_once: int = 0

    def serve(self, client: socket.socket) -> None:
        with contextlib.suppress(OSError), client, client.makefile("rb") as received:
            for number in itertools.count():
                if not whole_request(received):
                    return
                if number == self.at_once:
                    break
                client.sendall(HEAD + b"Content-Length: 2\r\n\r\n{}")
            client.sendall(STARTS[self.part])
            # Not without end, so that nothing hangs where it is waited for.
            for _drip in range(200):
                time.sleep(0.05)
                client.sendall(DRIP[self.part])


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    authority = trustme.CA()
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(folder / "served.pem")
    authority.cert_pem.write_to_path(folder / "trusted.pem")
    return folder / "served.pem", folder / "trusted.pem"


@pytest.fixture
def start(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Slow, str], str]]:
    servers: list[socket.socket] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate[0])
    for name in BUNDLES:
        monkeypatch.setenv(name, str(certificate[1]))

    def accept(server: socket.socket, slow: Slow, scheme: str) -> None:
        with contextlib.suppress(OSError):
            while True:
                client = server.accept()[0]
                if scheme == "https":
                    client = context.wrap_socket(client, server_side=True)
                threading.Thread(target=slow.serve, args=(client,), daemon=True).start()

    def start(slow: Slow, scheme: str) -> str:
        server = socket.create_server(("127.0.0.1", 0))
        servers.append(server)
        threading.Thread(target=accept, args=(server, slow, scheme), daemon=True).start()
        return f"{scheme}://localhost:{server.getsockname()[1]}"

    yield start
    for server in servers:
        server.close()


def aws(url: str, runtime: Runtime, read_timeout: float = WITHIN) -> tuple[Call, Call]:
    given: Connection = {
        "access_key": "AKIDEXAMPLE",
        "secret_key": "secret",
        "region": "us-east-1",
        "endpoint_url": url,
    }
    given |= {"aws_ca_bundle": os.environ["AWS_CA_BUNDLE"], "aws_config": {"read_timeout": read_timeout}}
    connection = _defaults("_aws.options") | given
    session = ours("_aws.session").Session(connection, runtime, WITHIN)
    targets = ours("_aws.kinds.efs_mount_target").MountTargets(session, runtime)
    before = ours("_core.adapter").Snapshot("fsmt-00000001", ("sg-00000001",), 0.0, "available")
    return lambda: targets.select("fs-00000001"), lambda: targets.write(before, ["sg-00000002"])


def tencentcloud(url: str, runtime: Runtime) -> tuple[Call, Call]:
    connection = _defaults("_tencentcloud.options") | {"region": "ap-guangzhou", "endpoint": url}
    key = Credential("an-id", "a-key")
    client = ours("_tencentcloud.client").Client(
        connection, ours("_tencentcloud.errors").VPC, runtime.gate, key, response_within=WITHIN
    )
    return (
        lambda: client.call("DescribeNetworkInterfaces", {}),
        lambda: client.write("ModifyNetworkInterfaceAttribute", {}),
    )


def alibabacloud(url: str, runtime: Runtime) -> tuple[Call, Call]:
    given = {"access_key_id": "an-id", "access_key_secret": "a-key", "region": "cn-hangzhou", "endpoint": url}
    connection = _defaults("_aliyun.options") | given
    module = ours("_aliyun.client")
    client = module.Client(connection, module.RDS, runtime.gate, WITHIN)
    return lambda: client.call("DescribeDBInstances"), lambda: client.write("ModifySecurityGroupConfiguration")


def _defaults(options: str) -> dict[str, Any]:
    return {option.name: option.default for option in ours(options).CONNECTION}


def refused(call: Call) -> None:
    with pytest.raises(ours("_core.errors").CloudError) as caught:
        call()
    failure = caught.value.failure
    assert (failure.kind, failure.passes) == ("transient", True)
    assert failure.message.endswith(
        "the response was not complete within 0.5 s; check the network and proxies, or run the task again"
    )


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("part", STARTS)
@pytest.mark.parametrize("cloud", [aws, tencentcloud, alibabacloud])
def test_a_response_that_trickles_in_is_not_waited_for(
    cloud: Callable[[str, Runtime], tuple[Call, Call]],
    part: str,
    scheme: str,
    start: Callable[[Slow, str], str],
    runtime: Runtime,
) -> None:
    read, _write = cloud(start(Slow(part), scheme), runtime)
    refused(read)


@pytest.mark.parametrize("cloud", [aws, tencentcloud, alibabacloud])
def test_whether_a_list_was_written_is_not_known_then(
    cloud: Callable[[str, Runtime], tuple[Call, Call]], start: Callable[[Slow, str], str], runtime: Runtime
) -> None:
    _read, write = cloud(start(Slow("body"), "http"), runtime)
    refused(write)


@pytest.mark.parametrize("cloud", [aws, tencentcloud, alibabacloud])
def test_a_connection_that_is_used_again_is_no_exception(
    cloud: Callable[[str, Runtime], tuple[Call, Call]], start: Callable[[Slow, str], str], runtime: Runtime
) -> None:
    read, _write = cloud(start(Slow("body", at_once=1), "https"), runtime)
    # It is complete, and not what the API would say.
    with pytest.raises(ours("_core.errors").CloudError, match="run the task again") as caught:
        read()
    assert "not complete" not in caught.value.failure.message
    refused(read)


@pytest.mark.parametrize("part", STARTS)
def test_the_metadata_service_is_no_exception(part: str, start: Callable[[Slow, str], str]) -> None:
    url = start(Slow(part), "http")
    with pytest.raises(TimeoutError):
        ours("_ansible.metadata").ask(url, WITHIN)


def test_waiting_is_counted_over_all_that_one_call_sends(serve: Callable[[bytes | None], str]) -> None:
    """As where botocore tries again, whose pauses in between are not counted."""
    url, opener, waited = serve(None), build_opener(), 0.0
    with ours("_ansible.deadline").bounded(WITHIN):
        for _attempt in range(5):
            time.sleep(WITHIN / 5)
            began = time.monotonic()
            with pytest.raises(TimeoutError):
                opener.open(url, timeout=WITHIN / 2.5)
            waited += time.monotonic() - began
    assert WITHIN <= waited < WITHIN * 1.8


def test_nothing_changes_for_others(start: Callable[[Slow, str], str]) -> None:
    url = start(Slow("body", at_once=1), "http")
    with ours("_ansible.deadline").bounded(0.0):
        pass
    assert build_opener().open(url, timeout=5).read() == b"{}"


def test_a_longer_time_out_in_aws_config_is_kept_to(start: Callable[[Slow, str], str], runtime: Runtime) -> None:
    read, _write = aws(start(Slow("body"), "http"), runtime, read_timeout=1.5)
    began = time.monotonic()
    with pytest.raises(ours("_core.errors").CloudError, match=r"not complete within 1\.5 s"):
        read()
    assert time.monotonic() - began >= 1.5
