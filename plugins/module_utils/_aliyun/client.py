# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client of a task: the one guard around Alibaba Cloud's SDK, and what errors mean.

Error codes are those of https://help.aliyun.com/document_detail/26313.html, those of
https://www.alibabacloud.com/help/en/rds/developer-reference/api-rds-2014-08-15-errorcodes, and those on the pages of
the calls. Of the SDK, https://github.com/aliyun/aliyun-openapi-python-sdk, the core sends the calls, and the part for
RDS knows the endpoints.
"""

from __future__ import annotations

import json
import logging
import os
import re
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from fnmatch import fnmatchcase
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

from .._ansible.metadata import ask
from .._ansible.options import REGION, bare_endpoint
from .._ansible.text import line, short_line
from .._core.errors import CloudError, ErrorKind, Failure, Meaning
from .._core.pace import Gate
from .options import KEYS

try:
    from aliyunsdkcore.acs_exception.exceptions import ClientException, ServerException
    from aliyunsdkcore.auth.credentials import AccessKeyCredential, EcsRamRoleCredential, StsTokenCredential
    from aliyunsdkcore.auth.signers.access_key_signer import AccessKeySigner
    from aliyunsdkcore.auth.signers.ecs_ram_role_signer import EcsRamRoleSigner
    from aliyunsdkcore.auth.signers.sts_token_signer import StsTokenSigner
    from aliyunsdkcore.client import AcsClient
    from aliyunsdkcore.http import protocol_type
    from aliyunsdkcore.request import RpcRequest
    from aliyunsdkcore.vendored.requests.packages.urllib3.util import ssl_ as vendored_ssl
    from aliyunsdkcore.vendored.requests.utils import get_environ_proxies
    from aliyunsdkrds.endpoint import endpoint_data
except ImportError as error:
    MISSING: ImportError | None = error
else:
    MISSING = None

VERSION = "2014-08-15"

CONNECT_TIMEOUT = 5
READ_TIMEOUT = 20
"""Seconds to connect, and to wait for the next byte of an answer."""

METADATA = "http://100.100.100.200/latest/meta-data/ram/security-credentials/"

PROFILES = "~/.aliyun/config.json"

UNREACHABLE = "SDK.HttpError"
UNINTELLIGIBLE = "SDK.UnknownServerError"
"""The SDK's own codes for no answer, and for an answer that is not the API's."""


AUTH = Meaning(
    ErrorKind.AUTH,
    "Alibaba Cloud does not accept the credentials; check access_key_id, access_key_secret and security_token, or "
    "ecs_role_name or profile, and the clock of this machine",
)
DENIED = Meaning(ErrorKind.DENIED, "the credentials lack a permission; grant rds:{action}")
THROTTLED = Meaning(
    ErrorKind.THROTTLED,
    "Alibaba Cloud throttles the calls of this account; run the task again or lower parallelism",
    passes=True,
)
FAILED = Meaning(ErrorKind.TRANSIENT, "Alibaba Cloud failed to carry out the call; run the task again", passes=True)
PASSING_STATE = Meaning(ErrorKind.STATE, "its status takes no change now; run the task again", passes=True)
PASSING_STATE_OF_OTHERS = Meaning(
    ErrorKind.STATE,
    "the status of its primary or read-only DB instance takes no change now; run the task again",
    passes=True,
)
LOCKED = Meaning(
    ErrorKind.STATE,
    "it is locked, as after an unpaid bill or with a full disk, and takes no change; have it unlocked, or leave it out",
)
NO_INSTANCE = Meaning(ErrorKind.NOT_FOUND, "it does not exist; check its id and the region")
OTHER_NETWORK = Meaning(
    ErrorKind.INVALID, "a security group has another network type than the DB instance; name groups of its own type"
)
UNTRUSTED = Meaning(
    ErrorKind.INVALID,
    "the endpoint's certificate is not trusted; check endpoint, and the environment variable ALIBABA_CLOUD_CA_BUNDLE",
)
REFUSED = Meaning(ErrorKind.INVALID, "Alibaba Cloud refuses the request; check the arguments")

MEANINGS = (
    ("InvalidAccessKey*", AUTH),
    ("SignatureDoesNotMatch", AUTH),
    ("IncompleteSignature", AUTH),
    ("InvalidSecurityToken*", AUTH),
    ("MissingSecurityToken", AUTH),
    ("InvalidTimeStamp*", AUTH),
    ("IllegalTimestamp", AUTH),
    ("Forbidden.InstanceNotFound", NO_INSTANCE),
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
    # Said of the second copy of a request that something on the way sent twice, so the first may have been done.
    ("SignatureNonceUsed", FAILED),
    ("OperationDenied.DBInstanceStatus", PASSING_STATE),
    ("OperationDenied.ReadDBInstanceStatus", PASSING_STATE),
    ("IncorrectDBInstanceState", PASSING_STATE),
    ("OperationDenied.MasterDBInstanceState", PASSING_STATE_OF_OTHERS),
    ("OperationDenied.PrimaryDBInstanceStatus", PASSING_STATE_OF_OTHERS),
    ("OperationDenied.LockMode", LOCKED),
    ("IncorrectDBInstanceLockMode*", LOCKED),
    ("InvalidDBInstanceId.NotFound", NO_INSTANCE),
    ("InvalidDBInstanceName.NotFound", NO_INSTANCE),
    ("InvalidDBInstance.NotFound", NO_INSTANCE),
    (
        "InvalidSecurityGroupId.NotFound",
        Meaning(ErrorKind.NOT_FOUND, "a security group does not exist in the region; check the ids and the region"),
    ),
    ("*NetType*", OTHER_NETWORK),
    ("*NetworkType*", OTHER_NETWORK),
    (
        "AssociatedEcsSecurityGroupIdQuotaExceed",
        Meaning(ErrorKind.LIMIT, "a quota allows no list this long; name fewer security groups"),
    ),
    ("InvalidRegionId*", Meaning(ErrorKind.INVALID, "the region is not known; check region")),
    ("*", REFUSED),
)

CERTIFICATE_REFUSED = re.compile("CERTIFICATE_VERIFY_FAILED|CertificateError|doesn't match")
# A URL with its query, or what a signature is computed from. Both hold the key's id and the token.
SIGNED = re.compile(r"(?:/\?|(?:GET|POST)&%2F&)\S+")
# Of an object in memory, which differs from call to call.
ADDRESS = re.compile("<[^<>]* object at 0x[0-9a-f]+>(?:: )?")


class Client:
    """Calls RDS with the connection that a task asks for. Used by several threads at once."""

    def __init__(self, connection: Mapping[str, Any], gate: Gate) -> None:
        if MISSING:
            raise MISSING
        _quieten()
        # From Python 3.12 on the SDK's copy of urllib3 fails to find out that TLS can name the host it wants.
        vendored_ssl.HAS_SNI = ssl.HAS_SNI
        access = _access(connection)
        self._region = _region(connection["region"] or access.region)
        self._protocol, self._host = _protocol_and_host(connection["endpoint"], self._region)
        self._gate = gate
        self._signer = access.signer
        self._secrets = access.secrets
        self._idle: list[AcsClient] = []

    def call(self, action: str, **arguments: str) -> dict[str, Any]:
        """Return the answer of an action; raise CloudError for anything else that may come back."""
        with self._gate.call(action):
            return self._call(action, arguments)

    def write(self, action: str, **arguments: str) -> None:
        """Call an action that writes a list; raise CloudError for anything but its answer."""
        with self._gate.unpaced():
            self._call(action, arguments)

    def _call(self, action: str, arguments: Mapping[str, str]) -> dict[str, Any]:
        try:
            with self._client() as client:
                answer = json.loads(client.do_action_with_exception(self._request(action, arguments)))
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

    def _request(self, action: str, arguments: Mapping[str, str]) -> RpcRequest:
        request = RpcRequest("Rds", VERSION, action)
        request.set_method("POST")
        # Without an endpoint the SDK looks one up on the network, for regions that it does not know.
        request.set_endpoint(self._host)
        # It is plain HTTP unless this is the SDK's own constant: it compares identities.
        request.set_protocol_type(self._protocol)
        for name, value in arguments.items():
            request.add_query_param(name, value)
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
        # Where ~/.netrc has an entry for the host, or a default, its password would be sent.
        client.session.trust_env = False
        return client

    def _failure(self, action: str, refusal: _Refusal) -> Failure:
        meaning = _meaning(refusal)
        said, code = self._quote(refusal.said), line(refusal.code)
        return Failure(
            meaning.kind,
            f"{meaning.advice.format(action=action)} ({action} answered {code}{said and ': '}{said})",
            code=code,
            request_id=refusal.request_id,
            passes=meaning.passes,
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


@dataclass(frozen=True, slots=True)
class _Access:
    """What signs requests, what of it must not be shown, and the region that comes with it, if one does."""

    signer: Any
    secrets: set[str]
    region: str | None = None


def _refusal_in(answer: object) -> _Refusal:
    if not isinstance(answer, dict) or not isinstance(answer.get("Code"), str):
        return _Refusal(UNINTELLIGIBLE, "no answer of the API")
    request_id = answer.get("RequestId")
    return _Refusal(answer["Code"], answer.get("Message") or "", request_id if isinstance(request_id, str) else None)


def _meaning(refusal: _Refusal) -> Meaning:
    if refusal.code == UNREACHABLE and CERTIFICATE_REFUSED.search(str(refusal.said)):
        return UNTRUSTED
    meaning = next(meaning for pattern, meaning in MEANINGS if fnmatchcase(refusal.code, pattern))
    broken = refusal.status is not None and refusal.status >= HTTPStatus.INTERNAL_SERVER_ERROR
    return FAILED if broken and meaning is REFUSED else meaning


def _region(region: str | None) -> str:
    if not region:
        raise CloudError(_invalid("no region; set region or the environment variable ALIBABA_CLOUD_REGION_ID"))
    # It becomes a part of the host that requests with a signature are sent to.
    if not REGION.fullmatch(region):
        raise CloudError(_invalid(f"'{region}' is no region, such as cn-hangzhou"))
    return region


def _protocol_and_host(endpoint: str | None, region: str) -> tuple[str, str]:
    """Return what the SDK takes apart: its own constant for the protocol, and the host with its port."""
    scheme, host = bare_endpoint(endpoint) or (None, None)
    if host is None:
        host = endpoint_data.getEndpointMap().get(region, f"rds.{region}.aliyuncs.com")
    return protocol_type.HTTP if scheme == "http" else protocol_type.HTTPS, host


def _access(connection: Mapping[str, Any]) -> _Access:
    if any(connection[name] for name in KEYS):
        key_id, secret, token = (connection[name] for name in KEYS)
        return _key(key_id, secret, token, both="access_key_id and access_key_secret")
    if connection["ecs_role_name"]:
        return _role(connection["ecs_role_name"])
    if connection["profile"]:
        return _profile(connection["profile"])
    raise CloudError(
        Failure(
            ErrorKind.AUTH,
            "no Alibaba Cloud credentials; set access_key_id and access_key_secret, or ecs_role_name, or profile, or "
            "the environment variables ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET",
        )
    )


def _key(key_id: str | None, secret: str | None, token: str | None, *, both: str, region: str | None = None) -> _Access:
    if not key_id or not secret:
        raise CloudError(_invalid(f"{both} go together, with a token or without; give both"))
    if token:
        return _Access(StsTokenSigner(StsTokenCredential(key_id, secret, token)), {key_id, secret, token}, region)
    return _Access(AccessKeySigner(AccessKeyCredential(key_id, secret)), {key_id, secret}, region)


def _role(name: str, region: str | None = None) -> _Access:
    secrets: set[str] = set()
    return _Access(_RoleSigner(name, secrets), secrets, region)


def _profile(name: str) -> _Access:
    """Return what a profile of the vendor's command line gives: https://github.com/aliyun/aliyun-cli."""
    found = _profiles().get(name)
    if found is None:
        raise CloudError(_auth(f"{PROFILES} has no profile '{name}'; check profile"))
    mode, region = found.get("mode"), found.get("region_id")
    if mode in ("AK", "StsToken"):
        token = found.get("sts_token") if mode == "StsToken" else None
        both = f"access_key_id and access_key_secret of the profile '{name}'"
        return _key(found.get("access_key_id"), found.get("access_key_secret"), token, both=both, region=region)
    if mode == "EcsRamRole" and found.get("ram_role_name"):
        return _role(found["ram_role_name"], region)
    raise CloudError(
        _auth(
            f"the profile '{name}' has the mode '{mode}' or lacks what goes with it; use one with the mode AK, "
            "StsToken or EcsRamRole"
        )
    )


def _profiles() -> dict[str, dict[str, str]]:
    try:
        content = json.loads(Path(PROFILES).expanduser().read_text(encoding="utf-8"))
        return {profile["name"]: profile for profile in content["profiles"]}
    except FileNotFoundError:
        problem = f"profile is given, and {PROFILES} does not exist on this machine; make it with 'aliyun configure'"
        raise CloudError(_auth(f"{problem}, or give access_key_id and access_key_secret")) from None
    except (OSError, ValueError, LookupError, TypeError) as error:
        # The message may quote what is wrong, and with it a key.
        problem = f"{PROFILES}, which profile names a part of, cannot be read ({type(error).__name__})"
        raise CloudError(_auth(f"{problem}; correct it, or give access_key_id and access_key_secret")) from None


if not MISSING:

    class _RoleSigner(EcsRamRoleSigner):
        """Signs with the role that is bound to the ECS instance this runs on, and remembers what not to show."""

        def __init__(self, name: str, secrets: set[str]) -> None:
            super().__init__(EcsRamRoleCredential(name))
            self._name = name
            self._secrets = secrets
            # At once, so that a role that gives nothing fails the task and not each resource.
            self._refresh_session_ak_and_sk()

        def _refresh_session_ak_and_sk(self) -> None:
            try:
                found = json.loads(ask(METADATA + quote(self._name, safe="")))
                keys = found["AccessKeyId"], found["AccessKeySecret"], found["SecurityToken"]
            except (OSError, ValueError, LookupError, TypeError) as error:
                problem = f"the role '{self._name}' gives no credentials on this machine ({type(error).__name__})"
                raise CloudError(
                    _auth(f"{problem}; check ecs_role_name, or bind the role to the ECS instance")
                ) from None
            self._secrets.update(keys)
            self._session_credential = keys
            self._last_update_time = int(time.time())


def _quieten() -> None:
    # Both print requests with their signatures: one where a call fails, the other with DEBUG=sdk in the environment.
    for name in ("aliyunsdkcore.client", "aliyunsdkcore.http.http_response"):
        logging.getLogger(name).disabled = True


def _auth(message: str) -> Failure:
    return Failure(ErrorKind.AUTH, message)


def _invalid(message: str) -> Failure:
    return Failure(ErrorKind.INVALID, message)
