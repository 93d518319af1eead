# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The session of a task with AWS, and what the errors of botocore and of AWS mean.

The session and its clients are those that boto3 makes of botocore. ``import boto3`` itself would bring more: S3's
transfers, and multiprocessing, which take 0.04 s of every task to load.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from http import HTTPStatus
from threading import Lock
from typing import Any

from .._ansible.deadline import RESPONSE_WITHIN, complete_within
from .._ansible.options import Runtime, check_key, check_pair, endpoint_url
from .._ansible.text import line
from .._core.errors import CloudError, ErrorKind, Failure, Meaning
from .options import CONNECTION

try:
    from botocore import exceptions
    from botocore.config import Config
    from botocore.loaders import create_loader
    from botocore.parsers import ResponseParserError
    from botocore.session import Session as BotocoreSession
except ImportError as error:
    MISSING: ImportError | None = error
else:
    MISSING = None

Meanings = Mapping[str, Meaning]

KEYS = Meaning(
    ErrorKind.AUTH,
    "AWS does not accept the credentials; check access_key, secret_key and session_token, or profile, and that the "
    "account has enabled the region",
)
SIGNATURE = Meaning(
    ErrorKind.AUTH,
    "AWS does not accept the credentials; check secret_key and session_token, or profile, and the clock of this "
    "machine",
)
EXPIRED = Meaning(ErrorKind.AUTH, "the session token has expired; get new credentials")
IDENTITY = Meaning(
    ErrorKind.AUTH, "AWS does not accept the web identity token; get a new one, and check the identity provider"
)
CLOCK = Meaning(ErrorKind.AUTH, "the clocks of this machine and of AWS differ too much; set the one of this machine")
DENIED = Meaning(ErrorKind.DENIED, "the credentials lack a permission; grant {permissions}")
DENIED_SOMEHOW = Meaning(
    ErrorKind.DENIED, "AWS denies the request; check that the credentials have the permission {permissions}"
)
ACCOUNT = Meaning(
    ErrorKind.DENIED,
    "the account cannot use the service: it is not signed up for it, not verified yet, or blocked; look at the account",
)
NO_STS = Meaning(ErrorKind.DENIED, "the account has not enabled STS in the region; enable it, or use another region")
REFUSED = Meaning(ErrorKind.INVALID, "AWS refuses the request")
UNKNOWN = Meaning(ErrorKind.NOT_FOUND, "AWS knows no such thing")
BUSY = Meaning(ErrorKind.STATE, "its state allows no change now; run the task again", passes=True, doubtful=True)
THROTTLED = Meaning(
    ErrorKind.THROTTLED,
    "AWS throttles the calls of this account; run the task again or lower parallelism",
    passes=True,
)
FAILED = Meaning(ErrorKind.TRANSIENT, "AWS failed to answer; run the task again", passes=True)

MEANINGS = {
    # The common errors of IAM's and of EC2's reference, which all services have, those of STS in its reference, and
    # what botocore takes for throttled or for failed:
    # https://docs.aws.amazon.com/IAM/latest/APIReference/CommonErrors.html
    # https://docs.aws.amazon.com/ec2/latest/devguide/errors-overview.html
    # A region that the account has not enabled does not know its keys.
    "AuthFailure": KEYS,
    "InvalidClientTokenId": KEYS,
    "MissingAuthenticationToken": KEYS,
    "MissingAuthenticationTokenException": KEYS,
    "UnrecognizedClientException": KEYS,
    "IncompleteSignature": SIGNATURE,
    "InvalidSignatureException": SIGNATURE,
    "SignatureDoesNotMatch": SIGNATURE,
    "ExpiredToken": EXPIRED,
    "ExpiredTokenException": EXPIRED,
    "IDPRejectedClaim": IDENTITY,
    "InvalidIdentityToken": IDENTITY,
    "RequestExpired": CLOCK,
    "RequestTimeTooSkewed": CLOCK,
    "AccessDenied": DENIED,
    "AccessDeniedException": DENIED,
    "NotAuthorized": DENIED,
    "UnauthorizedOperation": DENIED,
    "Blocked": ACCOUNT,
    "OptInRequired": ACCOUNT,
    "PendingVerification": ACCOUNT,
    "SubscriptionRequiredException": ACCOUNT,
    "RegionDisabledException": NO_STS,
    "BandwidthLimitExceeded": THROTTLED,
    "EC2ThrottledException": THROTTLED,
    "PriorRequestNotComplete": THROTTLED,
    "RequestLimitExceeded": THROTTLED,
    "RequestThrottled": THROTTLED,
    "RequestThrottledException": THROTTLED,
    "SlowDown": THROTTLED,
    "ThrottledException": THROTTLED,
    "Throttling": THROTTLED,
    "ThrottlingException": THROTTLED,
    "TooManyRequests": THROTTLED,
    "TooManyRequestsException": THROTTLED,
    "TransactionInProgressException": THROTTLED,
    "DependencyTimeout": FAILED,
    "IDPCommunicationError": FAILED,
    "InternalError": FAILED,
    "InternalFailure": FAILED,
    "InternalServerError": FAILED,
    "InternalServerException": FAILED,
    "RequestAbortedException": FAILED,
    "RequestTimeout": FAILED,
    "RequestTimeoutException": FAILED,
    "ServiceUnavailable": FAILED,
    "ServiceUnavailableException": FAILED,
    "Unavailable": FAILED,
}
MEANINGS_OF_STATUS: Mapping[int, Meaning] = {
    HTTPStatus.UNAUTHORIZED: KEYS,
    HTTPStatus.FORBIDDEN: DENIED_SOMEHOW,
    HTTPStatus.NOT_FOUND: UNKNOWN,
    HTTPStatus.REQUEST_TIMEOUT: FAILED,
    HTTPStatus.CONFLICT: BUSY,
    HTTPStatus.TOO_MANY_REQUESTS: THROTTLED,
}
CERTIFICATE_REFUSED = re.compile("CERTIFICATE_VERIFY_FAILED|doesn't match")

NO_USABLE_CREDENTIALS = (
    "there are no usable AWS credentials; check profile and the AWS configuration of this machine, or give access_key "
    "and secret_key"
)

# The loader keeps what it has read, but threads that come at the same time each list all services of botocore first.
_MAKING_CLIENTS = Lock()


class Session:
    """Clients with the connection that a task asks for."""

    def __init__(
        self, connection: Mapping[str, Any], runtime: Runtime, response_within: float = RESPONSE_WITHIN
    ) -> None:
        if MISSING:
            raise MISSING
        _forget_empty_variables()
        self._endpoint_url = endpoint_url(connection["endpoint_url"])
        self._verify = connection["validate_certs"] and (connection["aws_ca_bundle"] or True)
        self._gate = runtime.gate
        self.now = runtime.clock.now
        self._readers: dict[str, Any] = {}
        self._making_readers = Lock()
        self._config = _config(connection["aws_config"], runtime.parallelism)
        patience = self._config.read_timeout
        # Who has botocore wait longer for one byte wants to wait.
        self._response_within = max(response_within, patience if isinstance(patience, (int, float)) else 0)
        with complete_within(self._response_within), _translated():
            self._session = _open(connection, self._config)
            self._session.register_component("data_loader", _loader(self._session.get_config_variable("data_path")))
            _check_credentials(self._session)
        if connection["debug_botocore_endpoint_logs"]:
            actions: list[str] = []
            runtime.extras["resource_actions"] = actions
            self._session.register("before-call.*.*", _recorder(actions))

    def reader(self, service: str) -> Any:
        """Return the one client that makes calls which read, made where it is first needed."""
        with self._making_readers:
            if service not in self._readers:
                self._readers[service] = self.client(service)
            return self._readers[service]

    def client(self, service: str, *, for_writes: bool = False) -> Any:
        config = self._config
        if for_writes:
            # A write must not be sent again before its list was read again, nor wait for botocore's own pace, which
            # the mode "adaptive" keeps.
            config = config.merge(Config(retries={"mode": "standard", "total_max_attempts": 1}))
        with _MAKING_CLIENTS, _translated():
            return self._session.create_client(
                service, endpoint_url=self._endpoint_url, verify=self._verify, config=config
            )

    @contextmanager
    def call(
        self, action: str, meanings: Meanings | None = None, permissions: str = "", *, writes: bool = False
    ) -> Iterator[None]:
        """Make a call within, when its turn has come; what botocore raises becomes CloudError.

        ``meanings`` are those of the error codes that the API has of its own. ``permissions`` names those that the
        call needs. ``writes`` says that it writes a list.
        """
        turn = self._gate.unpaced() if writes else self._gate.call(action)
        with turn, complete_within(self._response_within), _translated(action, meanings, permissions):
            yield


@cache
def _loader(data_path: str | None) -> Any:
    """Return what loads the models of the services. With one for each of twenty sessions they take 500 MB."""
    return create_loader(data_path)


@contextmanager
def _translated(action: str | None = None, meanings: Meanings | None = None, permissions: str = "") -> Iterator[None]:
    try:
        yield
    except exceptions.ClientError as error:
        if error.operation_name != action:
            # What failed is the call with which botocore gets the credentials of a role.
            meanings, permissions = None, f"sts:{error.operation_name}"
        raise CloudError(_api_failure(error, meanings or {}, permissions)) from None
    except (AttributeError, LookupError, RecursionError, TypeError, UnicodeError) as error:
        # What botocore's parsers come to where an answer is of another form than the API's.
        raise CloudError(_unintelligible(type(error).__name__)) from None
    except (exceptions.BotoCoreError, exceptions.HTTPClientError, ResponseParserError, OSError, ValueError) as error:
        raise CloudError(_client_failure(error)) from None


def _api_failure(error: exceptions.ClientError, meanings: Meanings, permissions: str) -> Failure:
    body = error.response.get("Error", {})
    metadata = error.response.get("ResponseMetadata", {})
    code = line(str(body.get("Code") or "")) or "unknown"
    meaning = meanings.get(code) or MEANINGS.get(code) or _meaning_of_status(metadata.get("HTTPStatusCode"))
    advice = meaning.advice.format(permissions=permissions)
    return Failure(
        meaning.kind,
        f"{advice} ({error.operation_name} answered {code}{_said(body.get('Message'))})",
        code=code,
        request_id=metadata.get("RequestId"),
        passes=meaning.passes,
        doubtful=meaning.doubtful,
    )


def _meaning_of_status(status: int | None) -> Meaning:
    if status is None or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return FAILED
    return MEANINGS_OF_STATUS.get(status, REFUSED)


def _client_failure(error: Exception) -> Failure:
    if isinstance(error, exceptions.NoRegionError):
        return _invalid("no region; set region or the environment variable AWS_REGION")
    if isinstance(error, exceptions.NoCredentialsError):
        return Failure(
            ErrorKind.AUTH,
            "no AWS credentials; set access_key and secret_key, or profile, or the environment variables "
            "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
        )
    said = _first_line(error)
    if isinstance(
        error,
        (
            exceptions.PartialCredentialsError,
            exceptions.ProfileNotFound,
            exceptions.ConfigNotFound,
            exceptions.ConfigParseError,
            exceptions.CredentialRetrievalError,
            exceptions.InvalidConfigError,
            exceptions.MetadataRetrievalError,
            exceptions.RefreshWithMFAUnsupportedError,
            exceptions.SSOError,
            exceptions.TokenRetrievalError,
        ),
    ):
        return Failure(ErrorKind.AUTH, f"{NO_USABLE_CREDENTIALS} ({said})")
    if isinstance(error, exceptions.SSLError) and CERTIFICATE_REFUSED.search(str(error)):
        return _invalid(f"the endpoint's certificate is not trusted; check endpoint_url and aws_ca_bundle ({said})")
    if isinstance(error, (exceptions.ConnectionError, exceptions.HTTPClientError, ResponseParserError)):
        return Failure(
            ErrorKind.TRANSIENT,
            f"AWS cannot be reached; check region, endpoint_url, proxies and the network ({said})",
            code=type(error).__name__,
            passes=True,
        )
    return _invalid(f"the AWS library refuses the request ({said})")


def _unintelligible(code: str) -> Failure:
    return Failure(
        ErrorKind.TRANSIENT,
        "what answers is not the API of AWS, or is out of order; check endpoint_url and proxies, or run the task again",
        code=code,
        passes=True,
    )


def _open(connection: Mapping[str, Any], config: Config) -> BotocoreSession:
    keys = (connection["access_key"], connection["secret_key"])
    check_pair(CONNECTION, connection, "access_key", "secret_key")
    if connection["session_token"] and not all(keys):
        raise CloudError(_invalid("session_token goes with access_key and secret_key; give all three"))
    for name in ("access_key", "secret_key", "session_token"):
        check_key(name, connection[name] or "")
    if all(keys):
        # botocore looks for a profile that the environment names even where it has no use for it.
        for name in ("AWS_PROFILE", "AWS_DEFAULT_PROFILE"):
            os.environ.pop(name, None)
        session = BotocoreSession()
        session.set_credentials(*keys, connection["session_token"])
    else:
        session = _of_profile(connection, config)
    if connection["region"]:
        session.set_config_variable("region", connection["region"])
    return session


def _of_profile(connection: Mapping[str, Any], config: Config) -> BotocoreSession:
    session = BotocoreSession(profile=connection["profile"])
    profile = session.get_scoped_config()
    if "role_arn" in profile and "mfa_serial" in profile:
        said = "the profile asks for a code (mfa_serial), which no task can give; use temporary keys"
        raise CloudError(Failure(ErrorKind.AUTH, said))
    # Without them, the call that takes on the role of a profile would know nothing of the task's options.
    session.set_default_client_config(config)
    if connection["aws_ca_bundle"]:
        session.set_config_variable("ca_bundle", connection["aws_ca_bundle"])
    return session


def _check_credentials(session: BotocoreSession) -> None:
    """Get them now, so that a role or a program that gives none fails the task, and is not asked by each call."""
    try:
        credentials = session.get_credentials()
        found = credentials.get_frozen_credentials() if credentials else ()
    except exceptions.BotoCoreError:
        # Some are OSError, too.
        raise
    except (EOFError, OSError, ValueError) as error:
        raise CloudError(Failure(ErrorKind.AUTH, f"{NO_USABLE_CREDENTIALS} ({_first_line(error)})")) from None
    for name, value in zip(("access key", "secret key", "session token"), found, strict=False):
        check_key(f"the {name} of the AWS credentials", value or "")


def _config(extra: Mapping[str, Any] | None, parallelism: int) -> Config:
    config = Config(
        connect_timeout=5,
        read_timeout=20,
        # The default mode changed between releases of botocore. In this one, threads back off together.
        retries={"mode": "adaptive", "total_max_attempts": 3},
        # The pool makes room for all of them beforehand.
        max_pool_connections=min(parallelism, 100),
        user_agent_extra="ansible/crosscloud.security_groups",
    )
    try:
        return config.merge(Config(**(extra or {})))
    except (exceptions.BotoCoreError, TypeError, ValueError) as error:
        problem = f"aws_config is not what botocore's Config takes ({_first_line(error)})"
        raise CloudError(_invalid(problem)) from None


def _forget_empty_variables() -> None:
    # AWX sets the variables of credential fields that were left blank, and botocore takes an empty region or
    # profile for a name.
    for name, value in list(os.environ.items()):
        if name.startswith("AWS_") and not value:
            del os.environ[name]


def _recorder(actions: list[str]) -> Callable[..., None]:
    def record(model: Any, **_others: object) -> None:
        action = f"{model.service_model.service_name}:{model.name}"
        if action not in actions:
            actions.append(action)

    return record


def _invalid(message: str) -> Failure:
    return Failure(ErrorKind.INVALID, message)


def _said(message: object) -> str:
    return f": {_first_line(message)}" if message else ""


def _first_line(text: object) -> str:
    # The first line is what is meant for people: after it, a refused signature brings the request with its token.
    lines = str(text).strip().splitlines()
    return line(lines[0])[:500] if lines else ""
