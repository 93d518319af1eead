# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client of a task: the one guard around Tencent Cloud's SDK.

Of the SDK, https://github.com/TencentCloud/tencentcloud-sdk-python, the ``common`` part is all that is needed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from .._ansible.deadline import RESPONSE_WITHIN, complete_within
from .._ansible.options import REGION, bare_endpoint, service_host
from .._ansible.text import line, short_line
from .._core.errors import CloudError, ErrorKind, Failure, Meaning
from .._core.pace import Gate
from .answers import Entry, entries_of
from .errors import FAILED, HOSTS, MEANINGS, REFUSED, UNINTELLIGIBLE, UNREACHABLE, UNTRUSTED, Service

try:
    from tencentcloud.common.common_client import CommonClient
    from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
    from tencentcloud.common.profile.client_profile import ClientProfile
    from tencentcloud.common.profile.http_profile import HttpProfile
except ImportError as error:
    MISSING: ImportError | None = error
else:
    MISSING = None

TIMEOUTS = (5, 20)
"""Seconds to connect, and to wait for the next byte of an answer."""

CERTIFICATE_REFUSED = re.compile("CERTIFICATE_VERIFY_FAILED|doesn't match")
SIGNATURE = re.compile(r"\b[0-9a-f]{64}\b")


class Client:
    """Calls one service of one region. Used by several threads at once."""

    def __init__(
        self,
        connection: Mapping[str, Any],
        service: Service,
        gate: Gate,
        credential: Any,
        *,
        hidden: Sequence[str] = (),
        response_within: float = RESPONSE_WITHIN,
    ) -> None:
        """``credential`` is the SDK's, or None for calls that are not signed; ``hidden`` is never quoted either."""
        self._connection = connection
        self._region = connection["region"]
        self.service = service
        self._gate = gate
        self._profile = _profile(connection, service.name)
        self._credential = credential
        self._hidden = hidden
        self._response_within = response_within
        self._idle: list[CommonClient] = []

    def of(self, service: Service) -> Client:
        """Return the client of a service with the same connection."""
        if service == self.service:
            return self
        within = self._response_within
        return Client(self._connection, service, self._gate, self._credential, response_within=within)

    def call(self, action: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return the ``Response`` of an action; raise CloudError for anything else that may come back."""
        with self._gate.call(action), complete_within(self._response_within):
            return self._call(action, arguments)

    def entries(self, action: str, arguments: Mapping[str, Any], name: str) -> list[Entry]:
        """Return the entries of a list in what an action answers."""
        return entries_of(self.call(action, arguments), name)

    def write(self, action: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return the ``Response`` of an action that writes a list; raise CloudError for anything else."""
        with self._gate.unpaced(), complete_within(self._response_within):
            return self._call(action, arguments)

    def _call(self, action: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        try:
            with self._client() as client:
                answer = client.call_json(action, dict(arguments), options={"SkipSign": self._credential is None})
        except TencentCloudSDKException as error:
            # HTTP other than 200 brings the body, as bytes and unread, in place of a message.
            refused = _refusal_in(_parsed(error.message))
            refusal = replace(refused, out_of_order=True) if refused else _refused(error)
        except OSError as error:
            # The SDK catches what goes wrong until the headers are there, and reads the body after that.
            refusal = _Refusal(UNREACHABLE, error)
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            # An answer that is no JSON gives ValueError, one that is not an object with Response the others, and one
            # that is an object in an object and so on the last.
            refusal = _Refusal(UNINTELLIGIBLE, "no answer of the API")
        else:
            # An error under any other content type than two exact ones is returned like a success.
            response = answer.get("Response") if isinstance(answer, dict) else None
            refusal = _refusal_in(answer) or _Refusal(UNINTELLIGIBLE, "no answer of the API")
            if isinstance(response, dict) and "Error" not in response:
                return response
        raise CloudError(self._failure(action, refusal))

    @contextmanager
    def _client(self) -> Iterator[CommonClient]:
        """Lend a client, with its open connection, to one thread at a time: no document says that threads may share."""
        try:
            client = self._idle.pop()
        except IndexError:
            service = self.service
            client = CommonClient(service.name, service.version, self._credential, self._region, self._profile)
            # The SDK looks for hosts as substrings of NO_PROXY, so that neither a domain there nor a host with a port
            # here fits. Without a proxy of its own, requests reads the same variables properly.
            client.request.conn.proxy = None
            # Likewise requests reads REQUESTS_CA_BUNDLE, unless the SDK hands it a file of its own.
            client.request.conn.certification = True
            session = client.request.conn._session  # noqa: SLF001 - has no public name
            # Where ~/.netrc has an entry for the host, or a default, its password would be sent in place of the
            # signature. A session that signs for itself is not given one.
            session.auth = _as_signed
            # What is signed for a host is meant for that one, and over the protocol that the user chose.
            session.max_redirects = 0
        try:
            yield client
        finally:
            self._idle.append(client)

    def _failure(self, action: str, refusal: _Refusal) -> Failure:
        meaning = _meaning(refusal, self.service.meanings + MEANINGS)
        advice = meaning.advice.format(permission=f"{self.service.name}:{action}")
        said = self._quote(refusal.said)
        return Failure(
            meaning.kind,
            f"{advice} ({action} answered {refusal.code}{said and ': '}{said})",
            code=refusal.code,
            request_id=refusal.request_id,
            passes=meaning.passes,
            doubtful=meaning.doubtful,
        )

    def _quote(self, said: object) -> str:
        """Return what was said in one line without credentials or signatures, not too long."""
        text = line(_decoded(said))
        key = self._credential.get_credential_info() if self._credential else ()
        for secret in filter(None, (*self._hidden, *key)):
            text = text.replace(secret, "***")
        return short_line(SIGNATURE.sub("***", text))


@dataclass(frozen=True, slots=True)
class _Refusal:
    code: str
    said: object
    request_id: str | None = None
    out_of_order: bool = False
    """Whether it came with another HTTP status than the API gives its refusals."""


def check_region(region: str | None) -> None:
    """Raise CloudError for what is not a region."""
    if not region:
        raise CloudError(_invalid("no region; set region or the environment variable TENCENTCLOUD_REGION"))
    if not REGION.fullmatch(region):
        raise CloudError(_invalid(f"'{region}' is no region, such as ap-guangzhou"))


def _meaning(refusal: _Refusal, meanings: Sequence[tuple[str, Meaning]]) -> Meaning:
    if refusal.code == UNREACHABLE and CERTIFICATE_REFUSED.search(str(refusal.said)):
        return UNTRUSTED
    meaning = next(meaning for pattern, meaning in meanings if fnmatchcase(refusal.code, pattern))
    return FAILED if refusal.out_of_order and meaning is REFUSED else meaning


def _refused(error: TencentCloudSDKException) -> _Refusal:
    request_id = error.requestId if isinstance(error.requestId, str) else None
    return _Refusal(str(error.code), error.message, request_id)


def _refusal_in(answer: object) -> _Refusal | None:
    """Return the error that an answer holds, whatever else is wrong with it."""
    response = answer.get("Response") if isinstance(answer, dict) else None
    error = response.get("Error") if isinstance(response, dict) else None
    if not isinstance(response, dict) or not isinstance(error, dict):
        return None
    # Without a code it may be anybody's error, and no refusal: what was asked for may have been done.
    code = line(Entry(error).text("Code") or "") or UNINTELLIGIBLE
    return _Refusal(code, error.get("Message") or "", Entry(response).text("RequestId"))


def _profile(connection: Mapping[str, Any], service: str) -> ClientProfile:
    protocol, host = bare_endpoint(connection["endpoint"]) or ("https", None)
    host = host and service_host(host, HOSTS, service)
    return ClientProfile(
        httpProfile=HttpProfile(protocol=protocol, endpoint=host, reqTimeout=TIMEOUTS),
        # Messages are Chinese unless it is set.
        language="en-US",
        # The SDK's other retryer raises the first error even where a later try succeeded, and a write must not be
        # sent again before its list was read again.
        retryer=None,
    )


def _as_signed(request: Any) -> Any:
    return request


def _parsed(text: object) -> object:
    try:
        return json.loads(_decoded(text))
    except (ValueError, RecursionError):
        return None


def _decoded(said: object) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


def _invalid(message: str) -> Failure:
    return Failure(ErrorKind.INVALID, message)
