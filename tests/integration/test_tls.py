# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""TLS in every cloud: a certificate that is not right is refused before anything is sent."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trustme

from tests.fuzz.clouds import Subject, subject
from tests.integration.playbook import TaskResult, play, task
from tests.simulators.alibabacloud import RdsSimulator
from tests.simulators.aws import AwsSimulator
from tests.simulators.tencentcloud import TencentCloudSimulator

CLOUDS = ("efs_mount_target_sg", "qcloud_cvm_sg", "aliyun_rds_sg")
# How each says which authority to trust: an option, or a variable.
BUNDLES = {
    "efs_mount_target_sg": "AWS_CA_BUNDLE",
    "qcloud_cvm_sg": "REQUESTS_CA_BUNDLE",
    "aliyun_rds_sg": "ALIBABA_CLOUD_CA_BUNDLE",
}


@dataclass(frozen=True)
class Certificates:
    """Files: what a server shows, good and bad, and the authority behind all but one of them."""

    good: Path
    other_host: Path
    expired: Path
    other_authority: Path
    trusted: Path


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Certificates:
    folder = tmp_path_factory.mktemp("tls")
    authority, stranger = trustme.CA(), trustme.CA()
    yesterday = datetime.now(UTC) - timedelta(days=1)

    def write(name: str, leaf: trustme.LeafCert) -> Path:
        leaf.private_key_and_cert_chain_pem.write_to_path(folder / name)
        return folder / name

    authority.cert_pem.write_to_path(folder / "trusted.pem")
    return Certificates(
        good=write("good.pem", authority.issue_cert("localhost")),
        other_host=write("other-host.pem", authority.issue_cert("elsewhere.example.org")),
        expired=write("expired.pem", authority.issue_cert("localhost", not_after=yesterday)),
        other_authority=write("other-authority.pem", stranger.issue_cert("localhost")),
        trusted=folder / "trusted.pem",
    )


@pytest.fixture(params=CLOUDS)
def of(
    request: pytest.FixtureRequest, aws: AwsSimulator, tencentcloud: TencentCloudSimulator, alibabacloud: RdsSimulator
) -> Subject:
    return subject(request.param, aws, tencentcloud, alibabacloud)


@pytest.fixture
def behind_tls(of: Subject) -> Iterator[Callable[[Path], str]]:
    """Start a server that shows a certificate and hands what it then gets on to the cloud; return its host and port."""
    servers: list[socket.socket] = []

    def pump(source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                sink.sendall(data)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def serve(server: socket.socket, context: ssl.SSLContext) -> None:
        while True:
            try:
                plain = server.accept()[0]
            except OSError:
                return
            try:
                client = context.wrap_socket(plain, server_side=True)
            except OSError:
                continue
            host, _colon, port = of.cloud.endpoint.partition(":")
            cloud = socket.create_connection((host, int(port)))
            for ends in ((client, cloud), (cloud, client)):
                threading.Thread(target=pump, args=ends, daemon=True).start()

    def start(certificate: Path) -> str:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server = socket.create_server(("127.0.0.1", 0))
        servers.append(server)
        threading.Thread(target=serve, args=(server, context), daemon=True).start()
        return f"localhost:{server.getsockname()[1]}"

    yield start
    for server in servers:
        server.close()


def reading(of: Subject, endpoint: str, environ: Mapping[str, str], **more: Any) -> Mapping[str, Any]:
    option = "endpoint_url" if of.module.startswith("efs") else "endpoint"
    arguments = {**of.connection, option: endpoint, of.modules.ids: of.resources[0], **more}
    return {**task(f"{of.module}_info", **arguments), "environment": dict(environ)}


def read(of: Subject, endpoint: str, environ: Mapping[str, str], **more: Any) -> TaskResult:
    return play([reading(of, endpoint, environ, **more)]).tasks[0]


def test_a_certificate_that_is_not_right_is_refused(
    of: Subject, certificates: Certificates, behind_tls: Callable[[Path], str]
) -> None:
    trusting = {BUNDLES[of.module]: str(certificates.trusted)}
    found = play(
        [
            reading(of, scheme + behind_tls(certificate), environ)
            for scheme, certificate, environ in (
                ("", certificates.good, {}),
                ("https://", certificates.good, {}),
                ("", certificates.other_authority, trusting),
                ("", certificates.other_host, trusting),
                ("", certificates.expired, trusting),
            )
        ]
    ).tasks
    assert len(found) == 5
    for one in found:
        assert one.failed
        assert "the endpoint's certificate is not trusted; check endpoint" in one.msg
    assert of.cloud.calls == []


def test_the_certificate_of_a_trusted_authority_is_accepted(
    of: Subject, certificates: Certificates, behind_tls: Callable[[Path], str]
) -> None:
    found = read(of, behind_tls(certificates.good), {BUNDLES[of.module]: str(certificates.trusted)})
    assert not found.failed, found.msg
    assert found.each("id") == [of.resources[0]]


def test_aws_has_options_for_both(of: Subject, certificates: Certificates, behind_tls: Callable[[Path], str]) -> None:
    if not of.module.startswith("efs"):
        return
    assert not read(of, behind_tls(certificates.good), {}, aws_ca_bundle=str(certificates.trusted)).failed
    assert not read(of, behind_tls(certificates.other_host), {}, validate_certs=False).failed


def test_an_endpoint_without_a_scheme_gets_nothing_in_plain_http(of: Subject) -> None:
    got: list[bytes] = []

    def answer(server: socket.socket) -> None:
        while True:
            try:
                with server.accept()[0] as client:
                    got.append(client.recv(65536))
            except OSError:
                return

    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=answer, args=(server,), daemon=True).start()
        assert read(of, f"127.0.0.1:{server.getsockname()[1]}", {}).failed
    assert got
    assert all(first[:2] == b"\x16\x03" for first in got)
