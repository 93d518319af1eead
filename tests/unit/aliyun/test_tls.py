# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What concerns TLS, against a local server with a certificate of its own."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import trustme
from ansible_collections.crosscloud.security_groups.plugins.module_utils._aliyun import api as module
from ansible_collections.crosscloud.security_groups.plugins.module_utils._aliyun.client import RDS, Client
from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.errors import CloudError, ErrorKind

from tests.simulators.alibabacloud import RdsSimulator
from tests.unit.conftest import Connection
from tests.unit.gates import open_gate

READ = "DescribeDBInstances"


@dataclass
class TlsCloud:
    """The simulator behind TLS, with a certificate for ``localhost``, and the names that clients asked for.

    ``certificate`` is the file of the authority that issued it.
    """

    simulator: RdsSimulator
    certificate: Path
    names: list[str | None] = field(default_factory=list)

    @property
    def port(self) -> str:
        return self.simulator.endpoint.rpartition(":")[2]


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    served, trusted = folder / "served.pem", folder / "trusted.pem"
    authority = trustme.CA()
    authority.issue_cert("localhost").private_key_and_cert_chain_pem.write_to_path(served)
    authority.cert_pem.write_to_path(trusted)
    return served, trusted


@pytest.fixture
def tls(certificate: tuple[Path, Path]) -> Iterator[TlsCloud]:
    served, trusted = certificate
    simulator = RdsSimulator()
    cloud = TlsCloud(simulator, trusted)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(served)
    context.sni_callback = lambda _socket, name, _context: cloud.names.append(name)
    server = simulator._server  # noqa: SLF001 - the simulator itself speaks no TLS
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with simulator:
        yield cloud


@pytest.fixture
def endpoint(tls: TlsCloud, connection: Connection) -> Connection:
    return {**connection, "endpoint": f"localhost:{tls.port}"}


def refusal_of(connection: Connection) -> str:
    with pytest.raises(CloudError) as caught:
        Client(connection, RDS, open_gate()).call(READ)
    failure = caught.value.failure
    assert (failure.kind, failure.passes) == (ErrorKind.INVALID, False)
    assert "/?" not in failure.message
    return failure.message


class TestTls:
    def test_a_trusted_certificate_is_accepted_and_its_host_named(
        self, tls: TlsCloud, endpoint: Connection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("ALIBABA_CLOUD_CA_BUNDLE", str(tls.certificate))
        assert "Items" in Client(endpoint, RDS, open_gate()).call(READ)
        assert tls.names == ["localhost"]

    def test_the_host_is_named_where_the_sdk_thinks_it_cannot(
        self, tls: TlsCloud, endpoint: Connection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(module.vendored_ssl, "HAS_SNI", False)
        monkeypatch.setenv("ALIBABA_CLOUD_CA_BUNDLE", str(tls.certificate))
        assert "Items" in Client(endpoint, RDS, open_gate()).call(READ)
        assert tls.names == ["localhost"]

    @pytest.mark.parametrize("bundle", [None, ""])
    def test_another_certificate_is_refused(
        self, tls: TlsCloud, endpoint: Connection, bundle: str | None, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        if bundle is not None:
            monkeypatch.setenv("ALIBABA_CLOUD_CA_BUNDLE", bundle)
        assert refusal_of(endpoint).startswith("the endpoint's certificate is not trusted; check endpoint")
        assert tls.simulator.calls == []

    def test_a_certificate_for_another_host_is_refused(
        self, tls: TlsCloud, connection: Connection, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("ALIBABA_CLOUD_CA_BUNDLE", str(tls.certificate))
        message = refusal_of({**connection, "endpoint": f"https://127.0.0.1:{tls.port}"})
        assert message.startswith("the endpoint's certificate is not trusted; check endpoint")
        assert tls.simulator.calls == []

    def test_an_endpoint_without_a_scheme_is_spoken_to_in_tls(self, connection: Connection) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            connection["endpoint"] = f"127.0.0.1:{server.getsockname()[1]}"
            server.settimeout(5)
            first: list[bytes] = []
            thread = _answering(server, first)
            with pytest.raises(CloudError):
                Client(connection, RDS, open_gate()).call(READ)
            thread.join()
        assert first[0][:2] == b"\x16\x03"


def _answering(server: socket.socket, first: list[bytes]) -> threading.Thread:
    def answer() -> None:
        with server.accept()[0] as peer:
            first.append(peer.recv(1024))

    thread = threading.Thread(target=answer)
    thread.start()
    return thread
