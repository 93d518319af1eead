# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How long the whole response to a call may take. The time-outs of the SDKs are for the next byte."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from http.client import HTTPConnection, HTTPResponse
from io import BufferedReader, RawIOBase
from time import monotonic
from typing import Any

from .._core.errors import CloudError, ErrorKind

RESPONSE_WITHIN = 30.0
"""Seconds for which a call waits for its response, from the first byte of the headers to the last one of the body."""


@dataclass
class Wait:
    """The seconds that a call may still wait. What an SDK sends again, and sleeps in between, is part of the call."""

    left: float


_WAIT: ContextVar[Wait | None] = ContextVar("_WAIT", default=None)


@contextmanager
def bounded(seconds: float) -> Iterator[Wait]:
    """Have what is read over HTTP within, in this thread, raise TimeoutError when ``seconds`` of waiting are over."""
    # All three SDKs and urllib read through http.client, those with a urllib3 of their own too, and none of them has
    # a place for this. Nothing changes for those who read outside of this function.
    HTTPConnection.response_class = _Response
    wait = Wait(seconds)
    token = _WAIT.set(wait)
    try:
        yield wait
    finally:
        _WAIT.reset(token)


@contextmanager
def complete_within(seconds: float) -> Iterator[None]:
    """Have a call within, which raises CloudError if it fails, say so if it failed because ``seconds`` were over."""
    with bounded(seconds) as wait:
        try:
            yield
        except CloudError as error:
            if wait.left > 0:
                raise
            said = f"the response was not complete within {seconds:g} s"
            failure = replace(
                error.failure,
                kind=ErrorKind.TRANSIENT,
                message=f"{said}; check the network and proxies, or run the task again",
                passes=True,
            )
            raise CloudError(failure) from None


class _Response(HTTPResponse):
    def __init__(self, sock: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        if wait := _WAIT.get():
            # urllib3 hands over a socket inside of its own where TLS is not Python's, or goes through TLS to a proxy.
            plain = getattr(sock, "socket", sock)
            self.fp = BufferedReader(_Bounded(self.fp.detach(), plain, wait))


class _Bounded(RawIOBase):
    """What comes in through a socket, which waits no longer than there is time left."""

    def __init__(self, source: RawIOBase, socket: Any, wait: Wait) -> None:
        self._source = source
        self._socket = socket
        self._wait = wait
        self._until = monotonic() + wait.left

    def readable(self) -> bool:
        return True

    def fileno(self) -> int:
        return self._source.fileno()

    def readinto(self, buffer: Any) -> int | None:
        left = self._until - monotonic()
        patience = self._socket.gettimeout()
        try:
            if left <= 0:
                raise TimeoutError("the response takes too long")
            self._socket.settimeout(left if patience is None else min(left, patience))
            return self._source.readinto(buffer)
        finally:
            # The connection may be used again.
            self._socket.settimeout(patience)
            self._wait.left = self._until - monotonic()

    def close(self) -> None:
        if not self.closed:
            super().close()
            self._source.close()
