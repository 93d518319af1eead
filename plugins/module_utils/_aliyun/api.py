# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The one guard around Alibaba Cloud's SDK: calls of one service, and what errors mean.

Of the SDK, https://github.com/aliyun/aliyun-openapi-python-sdk, the core sends the calls. Error codes are those of
https://help.aliyun.com/document_detail/26313.html and of the pages that the services name.
"""

from __future__ import annotations

import json
import logging
import os
import re
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from http import HTTPStatus
from typing import Any

from .._ansible.deadline import RESPONSE_WITHIN, complete_within
from .._ansible.options import bare_endpoint, service_host
from .._ansible.text import line, short_line
from .._core.errors import CloudError, ErrorKind, Failure, Meaning

try:
    from aliyunsdkcore.acs_exception.exceptions import ClientException, ServerException
    from aliyunsdkcore.client import AcsClient
    from aliyunsdkcore.http import protocol_type
    from aliyunsdkcore.request import RpcRequest
    from aliyunsdkcore.vendored.requests.packages.urllib3.util import ssl_ as vendored_ssl
    from aliyunsdkcore.vendored.requests.utils import get_environ_proxies
except ImportError as error:
    MISSING: ImportError | None = error
else:
    MISSING = None

Meanings = tuple[tuple[str, Meaning], ...]
"""Patterns of error codes, of which the first that fits counts."""

CONNECT_TIMEOUT = 5
READ_TIMEOUT = 20
"""Seconds to connect, and to wait for the next byte of an answer."""

HOSTS = ("ecs", "rds", "sts", "vpc")
"""With these names begin the hosts of the services; those for calls from within a VPC have -vpc behind them."""

UNREACHABLE = "SDK.HttpError"
UNINTELLIGIBLE = "SDK.UnknownServerError"
"""The SDK's own codes for no answer, and for an answer that is not the API's."""

AUTH = Meaning(
    ErrorKind.AUTH,
    "Alibaba Cloud does not accept the credentials; check access_key_id, access_key_secret and security_token, or "
    "ecs_role_name or profile, and the clock of this machine",
)
DENIED = Meaning(ErrorKind.DENIED, "the credentials lack a permission; grant {permission}")
ACCOUNT = Meaning(
    ErrorKind.DENIED,
    "Alibaba Cloud refuses the call for the account itself; look in its console for an unpaid bill, a verification "
    "that is due, or a risk that was found",
)
THROTTLED = Meaning(
    ErrorKind.THROTTLED,
    "Alibaba Cloud throttles the calls of this account; run the task again or lower parallelism",
    passes=True,
)
FAILED = Meaning(ErrorKind.TRANSIENT, "Alibaba Cloud failed to carry out the call; run the task again", passes=True)
PERHAPS_FAILED = replace(FAILED, doubtful=True)
PERHAPS_BUSY = Meaning(
    ErrorKind.STATE,
    "Alibaba Cloud refuses the call, perhaps only for now; run the task again, or check what the message says",
    passes=True,
    doubtful=True,
)
UNTRUSTED = Meaning(
    ErrorKind.INVALID,
    "the endpoint's certificate is not trusted; check endpoint, and the environment variable ALIBABA_CLOUD_CA_BUNDLE",
)
REFUSED = Meaning(ErrorKind.INVALID, "Alibaba Cloud refuses the request; check the arguments")

COMMON: Meanings = (
    ("InvalidAccessKey*", AUTH),
    ("SignatureDoesNotMatch", AUTH),
    ("IncompleteSignature", AUTH),
    ("InvalidSecurityToken*", AUTH),
    ("MissingSecurityToken", AUTH),
    ("InvalidTimeStamp*", AUTH),
    ("IllegalTimestamp", AUTH),
    ("Forbidden.RiskControl", ACCOUNT),
    ("Forbidden.Authentication", ACCOUNT),
    ("RealNameAuthentication*", ACCOUNT),
    ("InsufficientBalance", ACCOUNT),
    # The documents write this one with an "e".
    ("Forb[ei]dden*", DENIED),
    ("ActionUnauthorized", DENIED),
    ("NoPermission*", DENIED),
    ("Throttling*", THROTTLED),
    ("Rejected.Throttling", THROTTLED),
    (
        UNREACHABLE,
        Meaning(
            ErrorKind.TRANSIENT,
            "Alibaba Cloud cannot be reached; check region, endpoint, proxies and the network",
            passes=True,
        ),
    ),
    (
        UNINTELLIGIBLE,
        Meaning(
            ErrorKind.TRANSIENT,
            "what answers is not the API of Alibaba Cloud, or is out of order; check endpoint and proxies, or run the "
            "task again",
            passes=True,
        ),
    ),
    ("ServiceUnavailable*", FAILED),
    ("InternalError*", FAILED),
    ("InternalFailure*", FAILED),
    ("InternalServerError*", FAILED),
    ("AcsServerTimeOut", FAILED),
    # Said of the second copy of a request that something on the way sent twice, so the first may have been done.
    ("SignatureNonceUsed", FAILED),
    ("InvalidRegionId*", Meaning(ErrorKind.INVALID, "the region is not known; check region")),
    # What is wrong with a parameter stays wrong, whatever the parameter is called.
    ("InvalidParameter*", REFUSED),
    ("*.Malformed", REFUSED),
    ("*.Format", REFUSED),
    # Families of codes. Nobody has listed them all.
    ("*Tim[Ee][Oo]ut*", PERHAPS_FAILED),
    ("*Unavailable*", PERHAPS_FAILED),
    ("*Busy*", PERHAPS_BUSY),
    ("*Conflict*", PERHAPS_BUSY),
    ("*Concurrent*", PERHAPS_BUSY),
    ("*InProgress*", PERHAPS_BUSY),
    ("*Processing*", PERHAPS_BUSY),
    ("*Status*", PERHAPS_BUSY),
    ("*State*", PERHAPS_BUSY),
    ("*", REFUSED),
)

CERTIFICATE_REFUSED = re.compile("CERTIFICATE_VERIFY_FAILED|CertificateError|doesn't match")
# A URL with its query, or what a signature is computed from. Both hold the key's id and the token.
SIGNED = re.compile(r"(?:/\?|(?:GET|POST)&%2F&)\S+")
# Of an object in memory, which differs from call to call.
ADDRESS = re.compile("<[^<>]* object at 0x[0-9a-f]+>(?:: )?")


@dataclass(frozen=True, slots=True)
class Service:
    """A service of Alibaba Cloud: the name that its host and its permissions begin with, and what its errors mean.

    ``scopes`` says by action what a permission must be granted on, where that is more than the resource itself.
    """

    name: str
    version: str
    meanings: Meanings
    scopes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Access:
    """What signs requests, what of it must not be shown, and the region that comes with it, if one does."""

    signer: Any
    secrets: set[str]
    region: str | None = None


class Api:
    """Calls one service. Used by several threads at once.

    ``host`` is where the service is unless the user gives an endpoint. ``response_within`` is in seconds.
    """

    def __init__(
        self,
        service: Service,
        endpoint: str | None,
        host: str,
        region: str,
        access: Access,
        response_within: float = RESPONSE_WITHIN,
    ) -> None:
        if MISSING:
            raise MISSING
        _quieten()
        # From Python 3.12 on the SDK's copy of urllib3 fails to find out that TLS can name the host it wants.
        vendored_ssl.HAS_SNI = ssl.HAS_SNI
        self._service = service
        self._protocol, self._host = _protocol_and_host(endpoint, service.name, host)
        self._region = region
        self._signer = access.signer
        self._secrets = access.secrets
        self._response_within = response_within
        self._idle: list[AcsClient] = []

    def call(self, action: str, arguments: Mapping[str, str], form: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Return the answer of an action; raise CloudError for anything else that may come back.

        ``arguments`` become a part of the URL, ``form`` the body of the request.
        """
        with complete_within(self._response_within):
            return self._call(action, arguments, form or {})

    def _call(self, action: str, arguments: Mapping[str, str], form: Mapping[str, str]) -> dict[str, Any]:
        try:
            with self._client() as client:
                answer = json.loads(client.do_action_with_exception(self._request(action, arguments, form)))
        except ServerException as error:
            request_id = error.request_id if isinstance(error.request_id, str) else None
            refusal = _Refusal(str(error.error_code), error.message, request_id, error.http_status)
        except ClientException as error:
            refusal = _Refusal(str(error.error_code), error.message)
        except IndexError:
            # The SDK wants what was signed from behind the colon of this error's message, where there may be none.
            refusal = _Refusal("SignatureDoesNotMatch", "")
        except (ValueError, TypeError, AttributeError, RecursionError):
            # An answer that is no JSON gives ValueError, an error that is no object the next two, and an answer that
            # is an object in an object and so on the last.
            refusal = _Refusal(UNINTELLIGIBLE, "no answer of the API")
        else:
            # Each answer has an id. One that has nothing else may say that no group is attached.
            if isinstance(answer, dict) and isinstance(answer.get("RequestId"), str) and not answer.get("Code"):
                return answer
            # An error under HTTP 200 is returned like a success.
            refusal = _refusal_in(answer)
        raise CloudError(self._failure(action, refusal))

    def _request(self, action: str, arguments: Mapping[str, str], form: Mapping[str, str]) -> RpcRequest:
        request = RpcRequest(self._service.name, self._service.version, action)
        request.set_method("POST")
        # Without an endpoint the SDK looks one up on the network, for regions that it does not know.
        request.set_endpoint(self._host)
        # It is plain HTTP unless this is the SDK's own constant: it compares identities.
        request.set_protocol_type(self._protocol)
        for name, value in arguments.items():
            request.add_query_param(name, value)
        for name, value in form.items():
            request.add_body_params(name, value)
        return request

    @contextmanager
    def _client(self) -> Iterator[AcsClient]:
        """Lend a client, with its open connection, to one thread at a time: no document says that threads may share."""
        try:
            client = self._idle.pop()
        except IndexError:
            client = self._new_client()
        try:
            yield client
        finally:
            self._idle.append(client)

    def _new_client(self) -> AcsClient:
        client = AcsClient(
            # A constructor without a key fails, and then prints noise when its half-made client is thrown away.
            ak="",
            secret="",
            region_id=self._region,
            # A write must not be sent again before its list was read again.
            auto_retry=False,
            connect_timeout=CONNECT_TIMEOUT,
            timeout=READ_TIMEOUT,
            # An empty variable, which the SDK would read itself, switches the verification of certificates off.
            verify=os.environ.get("ALIBABA_CLOUD_CA_BUNDLE") or True,
            # The SDK reads the variables for proxies itself unless there is something here, but not NO_PROXY.
            proxy=get_environ_proxies(f"https://{self._host}", no_proxy=None) or {"http": None, "https": None},
        )
        # The constructor takes ALIYUN_ACCESS_KEY_ID from the environment rather than a credential that it is given.
        client._signer = self._signer  # noqa: SLF001 - has no public name
        # Each holds 400 KB of endpoints, and a description has hundreds of clients. Requests have an endpoint.
        client._endpoint_resolver = None  # noqa: SLF001 - has no public name
        # Where ~/.netrc has an entry for the host, or a default, its password would be sent.
        client.session.trust_env = False
        return client

    def _failure(self, action: str, refusal: _Refusal) -> Failure:
        meaning = _meaning(refusal, self._service.meanings)
        permission = f"{self._service.name}:{action}{self._service.scopes.get(action, '')}"
        said, code = self._quote(refusal.said), line(refusal.code)
        return Failure(
            meaning.kind,
            f"{meaning.advice.format(permission=permission)} ({action} answered {code}{said and ': '}{said})",
            code=code,
            request_id=refusal.request_id,
            passes=meaning.passes,
            doubtful=meaning.doubtful,
        )

    def _quote(self, said: object) -> str:
        """Return what was said in one line without credentials or signatures, not too long."""
        text = ADDRESS.sub("", SIGNED.sub("***", str(said)))
        for secret in sorted(self._secrets, key=len, reverse=True):
            text = text.replace(secret, "***")
        return short_line(text)


@dataclass(frozen=True, slots=True)
class _Refusal:
    code: str
    said: object
    request_id: str | None = None
    status: int | None = None


def _refusal_in(answer: object) -> _Refusal:
    if not isinstance(answer, dict) or not isinstance(answer.get("Code"), str):
        return _Refusal(UNINTELLIGIBLE, "no answer of the API")
    request_id = answer.get("RequestId")
    return _Refusal(answer["Code"], answer.get("Message") or "", request_id if isinstance(request_id, str) else None)


def _meaning(refusal: _Refusal, meanings: Meanings) -> Meaning:
    if refusal.code == UNREACHABLE and CERTIFICATE_REFUSED.search(str(refusal.said)):
        return UNTRUSTED
    meaning = next(meaning for pattern, meaning in meanings + COMMON if fnmatchcase(refusal.code, pattern))
    broken = refusal.status is not None and refusal.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return FAILED if broken and meaning is REFUSED else meaning


def _protocol_and_host(endpoint: str | None, service: str, host: str) -> tuple[str, str]:
    """Return what the SDK takes apart: its own constant for the protocol, and the host with its port."""
    scheme, given = bare_endpoint(endpoint) or (None, None)
    if given is not None:
        host = service_host(given, HOSTS, service)
        host = service_host(host, [f"{name}-vpc" for name in HOSTS], f"{service}-vpc")
    return protocol_type.HTTP if scheme == "http" else protocol_type.HTTPS, host


def _quieten() -> None:
    # Both print requests with their signatures: one where a call fails, the other with DEBUG=sdk in the environment.
    for name in ("aliyunsdkcore.client", "aliyunsdkcore.http.http_response"):
        logging.getLogger(name).disabled = True
