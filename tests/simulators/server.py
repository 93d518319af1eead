# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""An HTTP server that simulates a cloud's API, and can be told to misbehave.

A simulator of a cloud subclasses Simulator and says which action a request asks for, what the cloud would answer,
and how it words an error. The log of calls, delays and faults are the same for all of them.
"""

from __future__ import annotations

import contextlib
import os
import socket
import struct
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


@dataclass(frozen=True)
class Request:
    """What came over the wire. ``target`` is the path with its query."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """What goes back over the wire."""

    status: int
    body: bytes
    content_type: str
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Call:
    """An entry of the log: the action, the resources it is about, and the cloud's error code if it refused.

    ``arguments`` are the action's own. ``began`` and ``ended`` are seconds of the monotonic clock. ``fault`` is the
    effect that was played, if any.
    """

    action: str
    resources: tuple[str, ...]
    arguments: Mapping[str, object]
    began: float
    ended: float
    status: int
    code: str | None
    fault: Effect | None
    request: Request


class CloudRefusal(Exception):
    """The cloud's own error answer."""

    def __init__(self, status: int, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.status = status
        self.code = code
        self.message = message or code


@dataclass(frozen=True)
class Refuse:
    """Answer with an error; nothing is applied."""

    status: int
    code: str
    message: str = ""


@dataclass(frozen=True)
class Raw:
    """Answer with these bytes; the call is applied first where ``applied`` says so."""

    status: int
    body: bytes
    content_type: str
    applied: bool = False


@dataclass(frozen=True)
class Hang:
    """Close the connection without an answer after ``seconds``; apply the call first where ``applied`` says so.

    With ``reset`` the client's side is told that the connection is broken (RST), not that it is over (FIN).
    """

    applied: bool = False
    seconds: float = 0.0
    reset: bool = False


@dataclass(frozen=True)
class Meddle:
    """Call a function, for instance another writer's, just before the call is applied, or ``then`` is played."""

    function: Callable[[], object]
    then: Effect | None = None


Effect = Refuse | Raw | Hang | Meddle


@dataclass
class _Script:
    effect: Effect
    actions: tuple[str, ...]
    resource: str | None
    skip: int
    times: int | None


class _Disconnected(Exception):
    def __init__(self, *, reset: bool) -> None:
        super().__init__()
        self.reset = reset


class Simulator(ABC):
    """A server on a free port of 127.0.0.1, to be used in a ``with`` statement.

    ``delay`` is seconds a call. ``connections`` are open; without one, no call is under way.
    """

    def __init__(self) -> None:
        self.delay = 0.0
        self.calls: list[Call] = []
        self.connections = 0
        self._scripts: list[_Script] = []
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _Handler)
        self._server.simulator = self
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    @abstractmethod
    def identify(self, request: Request) -> tuple[str, tuple[str, ...], Mapping[str, object]]:
        """Return the action that the request asks for, the resources it is about, and its arguments."""

    @abstractmethod
    def answer(self, action: str, arguments: Mapping[str, object], request: Request) -> Reply:
        """Apply the request and return the cloud's answer; raise CloudRefusal where the cloud refuses."""

    @abstractmethod
    def error(self, action: str, refusal: CloudRefusal) -> Reply:
        """Return an error in the cloud's words."""

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def endpoint(self) -> str:
        host, port = self._server.server_address[:2]
        return f"{host!s}:{port}"

    @property
    def url(self) -> str:
        return f"http://{self.endpoint}"

    def reset(self) -> None:
        """Forget calls and faults, and be quick again."""
        with self._lock:
            self.delay = 0.0
            self.calls = []
            self._scripts = []

    def play(
        self, effect: Effect, *actions: str, resource: str | None = None, skip: int = 0, times: int | None = 1
    ) -> None:
        """Have calls of these actions misbehave: ``times`` of them (None: all), after ``skip`` that do not.

        What was told first is played first; ``skip`` counts the calls that nothing told earlier takes.
        """
        with self._lock:
            self._scripts.append(_Script(effect, actions, resource, skip, times))

    def count(self, *actions: str) -> int:
        """Return how many calls of these actions came in."""
        with self._lock:
            return sum(call.action in actions for call in self.calls)

    def connected(self, change: int) -> None:
        with self._lock:
            self.connections += change

    def respond(self, request: Request) -> Reply:
        began = time.monotonic()
        action, resources, arguments = self.identify(request)
        effect = self._next_effect(action, resources)
        if self.delay:
            time.sleep(self.delay)
        code: str | None = None
        status = 0
        try:
            try:
                reply = self._apply(effect, action, arguments, request)
            except CloudRefusal as refusal:
                code = refusal.code
                reply = self.error(action, refusal)
            status = reply.status
            return reply
        finally:
            call = Call(action, resources, arguments, began, time.monotonic(), status, code, effect, request)
            with self._lock:
                self.calls.append(call)

    def _apply(self, effect: Effect | None, action: str, arguments: Mapping[str, object], request: Request) -> Reply:
        if isinstance(effect, Refuse):
            raise CloudRefusal(effect.status, effect.code, effect.message)
        if isinstance(effect, Meddle):
            effect.function()
            return self._apply(effect.then, action, arguments, request)
        if isinstance(effect, (Raw, Hang)):
            if effect.applied:
                self.answer(action, arguments, request)
            if isinstance(effect, Raw):
                return Reply(effect.status, effect.body, effect.content_type)
            time.sleep(effect.seconds)
            raise _Disconnected(reset=effect.reset)
        return self.answer(action, arguments, request)

    def _next_effect(self, action: str, resources: Sequence[str]) -> Effect | None:
        with self._lock:
            for script in self._scripts:
                if action not in script.actions or (script.resource is not None and script.resource not in resources):
                    continue
                if script.skip > 0:
                    script.skip -= 1
                    continue
                if script.times is None or script.times > 0:
                    script.times = None if script.times is None else script.times - 1
                    return script.effect
        return None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128
    simulator: Simulator

    def process_request(self, request: Any, client_address: Any) -> None:
        self.simulator.connected(1)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        self.simulator.connected(-1)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Headers and body are two writes, and the second would wait 40 ms for the client to acknowledge the first.
    disable_nagle_algorithm = True
    server: _Server

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = self.rfile.read(length)
        if len(body) < length:
            # The client went away in the middle of its request, which so never became a call.
            self.close_connection = True
            return
        request = Request(self.command, self.path, dict(self.headers.items()), body)
        try:
            reply = self.server.simulator.respond(request)
        except _Disconnected as disconnected:
            self.close_connection = True
            if disconnected.reset:
                self._reset()
            return
        self.send_response(reply.status)
        for name, value in {**reply.headers, "Content-Type": reply.content_type}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            self.wfile.write(reply.body)

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        # A socket that files were made of stays open until they are closed, so its descriptor is closed itself.
        os.close(self.connection.detach())

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

    def log_message(self, format: str, *args: object) -> None:
        """Calls are in the simulator's own log."""
