# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client of a task: the one guard around Tencent Cloud's SDK, what errors mean, and how resources are listed.

Error codes are those of ``errorcodes.py`` in the SDK's vpc, cvm and sts parts. Of the SDK itself,
https://github.com/TencentCloud/tencentcloud-sdk-python, the ``common`` part is all that is needed.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Any

from .._ansible.deadline import RESPONSE_WITHIN, complete_within
from .._ansible.options import MOST_PAGES, REGION, Runtime, bare_endpoint
from .._ansible.text import line, short_line
from .._core.adapter import Snapshot
from .._core.errors import CloudError, ErrorKind, Failure, Meaning
from .._core.kind import IdForm
from .._core.pace import Gate
from .options import NO_SUCH_THING, filter_values

try:
    from tencentcloud.common.common_client import CommonClient
    from tencentcloud.common.exception.tencent_cloud_sdk_exception import TencentCloudSDKException
    from tencentcloud.common.profile.client_profile import ClientProfile
    from tencentcloud.common.profile.http_profile import HttpProfile
except ImportError as error:
    MISSING: ImportError | None = error
else:
    MISSING = None

VERSIONS = {"vpc": "2017-03-12", "cvm": "2017-03-12", "sts": "2018-08-13"}
"""Of the APIs of the services that are called."""

TIMEOUTS = (5, 20)
"""Seconds to connect, and to wait for the next byte of an answer."""

BATCH = 100
"""How many ids a read may name, and how many resources a page may hold."""

UNREACHABLE = "ClientNetworkError"
UNINTELLIGIBLE = "ServerNetworkError"
"""The SDK's own codes for no answer, and for an answer that is not the API's."""


AUTH = Meaning(
    ErrorKind.AUTH,
    "Tencent Cloud does not accept the credentials; check secret_id, secret_key and token, and the clock of this "
    "machine",
)
DENIED = Meaning(ErrorKind.DENIED, "the credentials lack a permission; grant {permission}")
THROTTLED = Meaning(
    ErrorKind.THROTTLED,
    "Tencent Cloud throttles the calls of this account; run the task again or lower parallelism",
    passes=True,
)
FAILED = Meaning(ErrorKind.TRANSIENT, "Tencent Cloud failed to carry out the call; run the task again", passes=True)
BUSY = Meaning(ErrorKind.TRANSIENT, "another operation on it is under way; run the task again", passes=True)
PERHAPS_FAILED = replace(FAILED, doubtful=True)
PERHAPS_BUSY = replace(BUSY, doubtful=True)
PASSING_STATE = Meaning(ErrorKind.STATE, "its state takes no change now; run the task again", passes=True)
PERHAPS_PASSING_STATE = replace(PASSING_STATE, doubtful=True)
FINAL_STATE = Meaning(ErrorKind.STATE, "its state takes no change; bring it into another state, or leave it out")
UNTRUSTED = Meaning(
    ErrorKind.INVALID,
    "the endpoint's certificate is not trusted; check endpoint, and the environment variable REQUESTS_CA_BUNDLE",
)
REFUSED = Meaning(ErrorKind.INVALID, "Tencent Cloud refuses the request; check the arguments")
MANAGED = Meaning(ErrorKind.INVALID, "a service of Tencent Cloud manages it, and nobody else may; leave it out")
APPROVAL = Meaning(
    ErrorKind.DENIED, "the change needs an approval; have it approved in Tencent Cloud's console and run the task again"
)
NO_GROUP = Meaning(ErrorKind.NOT_FOUND, "a security group does not exist in the region; check the ids and the region")

MEANINGS = (
    ("AuthFailure.UnauthorizedOperation*", DENIED),
    ("UnauthorizedOperation.InvalidToken", AUTH),
    ("UnauthorizedOperation.NeedApproval", APPROVAL),
    ("UnsupportedOperation.BpaasResources", APPROVAL),
    ("UnauthorizedOperation*", DENIED),
    ("AuthFailure*", AUTH),
    (
        UNREACHABLE,
        Meaning(
            ErrorKind.TRANSIENT,
            "Tencent Cloud cannot be reached; check region, endpoint, proxies and the network",
            passes=True,
        ),
    ),
    (
        UNINTELLIGIBLE,
        Meaning(
            ErrorKind.TRANSIENT,
            "what answers is not the API of Tencent Cloud, or is out of order; check endpoint and proxies, or run the "
            "task again",
            passes=True,
        ),
    ),
    ("RequestLimitExceeded*", THROTTLED),
    ("LimitExceeded.ActionLimited", THROTTLED),
    ("InternalError*", FAILED),
    ("InternalServerError", FAILED),
    ("ServiceUnavailable*", FAILED),
    ("FailedOperation", FAILED),
    ("FailedOperation.SecurityGroupActionFailed", FAILED),
    ("SecGroupActionFailure", FAILED),
    ("FailedOperation.InvalidInstanceApplicationRole*", MANAGED),
    # DescribeInstances says so of a filter.
    ("FailedOperation.*Tag*", REFUSED),
    ("ResourceInUse", BUSY),
    ("ResourceInUse.DiskRollbacking", BUSY),
    ("ResourceUnavailable", BUSY),
    ("ResourceUnavailable.SnapshotCreating", BUSY),
    ("UnsupportedOperation.MutexOperationTaskRunning", BUSY),
    ("UnsupportedOperation.ResourceProcessing", BUSY),
    ("UnsupportedOperation.IdempotentProcessing", BUSY),
    ("UnsupportedOperation.TagAllocate", BUSY),
    ("UnsupportedOperation.TagFree", BUSY),
    ("UnsupportedOperation.LocalDiskMigratingToCloudDisk", BUSY),
    ("OperationDenied.MutexTaskRunning", BUSY),
    ("OperationDenied.InstanceOperationInProgress", BUSY),
    ("DesOperation.MutexTaskRunning", BUSY),
    ("MutexOperation.TaskRunning", BUSY),
    ("UnsupportedOperation.InvalidState", PASSING_STATE),
    ("UnsupportedOperation.ResourceIsInvalidState", PASSING_STATE),
    ("UnsupportedOperation.InstanceStatePending", PASSING_STATE),
    ("UnsupportedOperation.InstanceStateStarting", PASSING_STATE),
    ("UnsupportedOperation.InstanceStateStopping", PASSING_STATE),
    ("UnsupportedOperation.InstanceStateRebooting", PASSING_STATE),
    ("UnsupportedOperation.InstanceStateEnterRescueMode", PASSING_STATE),
    ("UnsupportedOperation.InstanceStateExitRescueMode", PASSING_STATE),
    ("UnsupportedOperation.InstanceStateEnterServiceLiveMigrate", PASSING_STATE),
    ("UnsupportedOperation.InstanceStateServiceLiveMigrate", PASSING_STATE),
    ("UnsupportedOperation.InstanceStateExitServiceLiveMigrate", PASSING_STATE),
    *(
        (f"UnsupportedOperation.InstanceState{state}", FINAL_STATE)
        for state in (
            "Banning",
            "Corrupted",
            "Freezing",
            "Isolating",
            "LaunchFailed",
            "NotRunning",
            "RescueMode",
            "Running",
            "Shutdown",
            "Stopped",
            "Terminated",
            "Terminating",
        )
    ),
    ("UnsupportedOperation.InstanceReinstallFailed", FINAL_STATE),
    ("UnsupportedOperation.StoppedModeStopCharging", FINAL_STATE),
    # CVM writes "Id", VPC "ID".
    ("InvalidSecurityGroupI[dD].NotFound", NO_GROUP),
    (
        "InvalidInstanceId.NotFound",
        Meaning(ErrorKind.NOT_FOUND, "the instance does not exist; check its id and the region"),
    ),
    (
        "ResourceNotFound*",
        Meaning(ErrorKind.NOT_FOUND, NO_SUCH_THING),
    ),
    (
        "LimitExceeded.CvmsVifsPerSecGroupLimitExceeded",
        Meaning(
            ErrorKind.LIMIT,
            "a security group is attached to as many network interfaces as its quota allows; name another one, or have "
            "the quota raised",
        ),
    ),
    (
        "LimitExceeded*",
        Meaning(
            ErrorKind.LIMIT,
            "a quota allows no list this long; name fewer security groups or have the quota raised",
        ),
    ),
    ("UnsupportedOperation.EniServiceManaged", MANAGED),
    ("UnsupportedRegion", Meaning(ErrorKind.INVALID, "the region is not known; check region")),
    # No document lists these for the calls made here. Most that are known of these families and words pass.
    ("FailedOperation*", PERHAPS_FAILED),
    ("ResourceInUse*", PERHAPS_BUSY),
    ("ResourceUnavailable*", PERHAPS_BUSY),
    ("*Busy*", PERHAPS_BUSY),
    ("*InProgress*", PERHAPS_BUSY),
    ("*.Locked*", PERHAPS_BUSY),
    ("*Mutex*", PERHAPS_BUSY),
    ("*Processing*", PERHAPS_BUSY),
    ("*TaskRunning*", PERHAPS_BUSY),
    ("*InvalidState*", PERHAPS_PASSING_STATE),
    ("*InvalidInstanceState*", PERHAPS_PASSING_STATE),
    ("UnsupportedOperation.InstanceState*", PERHAPS_PASSING_STATE),
    ("*", REFUSED),
)

STS_MEANINGS = (
    (
        "ResourceNotFound.RoleNotFound",
        Meaning(ErrorKind.NOT_FOUND, "the role does not exist; check its ARN"),
    ),
    ("InternalError.IllegalRole", Meaning(ErrorKind.INVALID, "it is not a role that can be assumed; check its ARN")),
    (
        "InvalidParameter.OverTimeError",
        Meaning(ErrorKind.INVALID, "the role allows no session that long; lower assume_role_session_duration"),
    ),
    ("InvalidParameter.OverLimit", THROTTLED),
    (
        "InvalidParameter.WebIdentityTokenError",
        Meaning(ErrorKind.AUTH, "the token of the pod is not accepted; check TKE_PROVIDER_ID and restart the pod"),
    ),
    *(
        (f"InvalidParameter.{code}", Meaning(ErrorKind.INVALID, "the policy is not accepted; check assume_role_policy"))
        for code in ("ExtendStrategyOverSize", "GrantOtherResource", "PolicyTooLong", "ResouceError", "Strategy*")
    ),
    (
        "FailedOperation.*MFA*",
        Meaning(ErrorKind.DENIED, "the role asks for MFA, which is not supported; give keys of a session instead"),
    ),
    (
        "FailedOperation.TempKeyNotAllowed",
        Meaning(ErrorKind.DENIED, "temporary keys may not assume it; give the keys of a user"),
    ),
    (
        "*UnauthorizedOperation*",
        Meaning(ErrorKind.DENIED, "the credentials lack a permission; grant {permission}, and let the role trust them"),
    ),
)

# DescribeNetworkInterfaces lists the first two kinds of code for ids it does not know, DescribeInstances the others.
UNKNOWN_ID = ("ResourceNotFound*", "InvalidParameterValue.*", "InvalidNetworkInterfaceId.*", "InvalidInstanceId.*")

CERTIFICATE_REFUSED = re.compile("CERTIFICATE_VERIFY_FAILED|doesn't match")
SIGNATURE = re.compile(r"\b[0-9a-f]{64}\b")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of an answer. What is missing, null or of another type than documented is None or empty."""

    raw: Mapping[str, Any]

    def text(self, *path: str) -> str | None:
        value = self._at(path)
        return value if isinstance(value, str) else None

    def word(self, *path: str) -> str | None:
        """Return a text that messages quote."""
        text = self.text(*path)
        return text and line(text)

    def texts(self, *path: str) -> list[str]:
        return [one for one in _list(self._at(path)) if isinstance(one, str)]

    def entries(self, *path: str) -> list[Entry]:
        return [Entry(one) for one in _list(self._at(path)) if isinstance(one, dict)]

    def flag(self, *path: str) -> bool:
        return self._at(path) is True

    def groups(self, name: str, form: IdForm) -> tuple[str, ...]:
        """Return a list of security groups; raise CloudError where it is not as documented.

        A list that is missing or only half understood would be written back without the rest.
        """
        value = self.raw.get(name)
        if not isinstance(value, list) or not all(map(form.fits, value)):
            raise CloudError(undocumented(f"the list {name}"))
        return tuple(value)

    def _at(self, path: Sequence[str]) -> Any:
        value: Any = self.raw
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return value


class Client:
    """Calls one service of one region. Used by several threads at once."""

    def __init__(
        self,
        connection: Mapping[str, Any],
        service: str,
        gate: Gate,
        credential: Any,
        *,
        hidden: Sequence[str] = (),
        response_within: float = RESPONSE_WITHIN,
    ) -> None:
        """``credential`` is the SDK's, or None for calls that are not signed; ``hidden`` is never quoted either."""
        self._connection = connection
        self._region = connection["region"]
        self._service = service
        self._gate = gate
        self._profile = _profile(connection)
        self._credential = credential
        self._hidden = hidden
        self._response_within = response_within
        self._idle: list[CommonClient] = []

    def of(self, service: str) -> Client:
        """Return the client of a service with the same connection."""
        if service == self._service:
            return self
        within = self._response_within
        return Client(self._connection, service, self._gate, self._credential, response_within=within)

    def call(self, action: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return the ``Response`` of an action; raise CloudError for anything else that may come back."""
        with self._gate.call(action), complete_within(self._response_within):
            return self._call(action, arguments)

    def entries(self, action: str, arguments: Mapping[str, Any], name: str) -> list[Entry]:
        """Return the entries of a list in what an action answers."""
        return _entries(self.call(action, arguments), name)

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
            version = VERSIONS[self._service]
            client = CommonClient(self._service, version, self._credential, self._region, self._profile)
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
        meaning = _meaning(refusal, STS_MEANINGS + MEANINGS if self._service == "sts" else MEANINGS)
        advice = meaning.advice.format(permission=f"{self._service}:{action}")
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


class Listing:
    """Reads the resources of one kind, by ids or by filters, with the action that describes them.

    ``ids`` is the action's argument, ``entries`` and ``id`` are what it answers, and ``form`` is how an id looks.
    """

    batch = BATCH

    def __init__(
        self,
        client: Client,
        runtime: Runtime,
        action: str,
        *,
        ids: str,
        entries: str,
        id: str,  # noqa: A002 - as in the answers
        form: IdForm,
    ) -> None:
        self._client = client
        self._now = runtime.clock.now
        self._together = runtime.together
        self._action = action
        self._ids = ids
        self._entries = entries
        self._id = id
        self._form = form

    def read(
        self, ids: Sequence[str], view: Callable[[Entry, float], Snapshot | Failure]
    ) -> dict[str, Snapshot | Failure]:
        """Return what ``view`` makes of each resource's entry and of the time just before it was read.

        One id that the cloud does not know may have it refuse the whole batch. Such a batch is read again by halves,
        until those ids are alone.
        """
        answers: dict[str, Snapshot | Failure] = {}
        batches = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
        while batches:
            halves: list[Sequence[str]] = []
            for batch, found in zip(
                batches, self._together(lambda batch: self._read(batch, view), batches), strict=True
            ):
                if not isinstance(found, Failure):
                    answers.update(found)
                elif not _speaks_of_an_id(found):
                    answers.update(dict.fromkeys(batch, found))
                elif len(batch) > 1:
                    halves += [batch[: len(batch) // 2], batch[len(batch) // 2 :]]
                else:
                    message = f"{NO_SUCH_THING} ({self._action} answered {found.code})"
                    answers[batch[0]] = replace(found, kind=ErrorKind.NOT_FOUND, message=message)
            batches = halves
        return {resource_id: answers[resource_id] for resource_id in ids}

    def select(self, filters: Mapping[str, Any]) -> list[str]:
        """Return the ids of all resources that fit the filters, on all pages; raise CloudError where a call fails.

        Without filters all resources of the region fit.
        """
        criteria = [
            {"Name": name, "Values": [_as_text(one) for one in filter_values(filters[name])]} for name in filters
        ]
        arguments = {"Filters": criteria, "Limit": BATCH} if criteria else {"Limit": BATCH}
        found: dict[str, None] = {}
        counted: object = None
        for number in range(MOST_PAGES):
            response = self._client.call(self._action, {**arguments, "Offset": number * BATCH})
            page = _entries(response, self._entries)
            known = len(found)
            found.update((self._id_of(entry), None) for entry in page)
            total = response.get("TotalCount")
            # One that fits no more moves others to a page that was read before, and they would be left out.
            if number > 0 and total != counted:
                problem = "what the filters select changed while it was listed; run the task again"
                raise CloudError(Failure(ErrorKind.TRANSIENT, problem, passes=True))
            counted = total
            if len(found) >= total if isinstance(total, int) else len(page) < BATCH:
                return list(found)
            if len(found) == known:
                problem = f"{self._action} answers fewer resources than there are ({len(found)}); run the task again"
                raise CloudError(Failure(ErrorKind.TRANSIENT, problem, passes=True))
        raise CloudError(undocumented(f"a list {self._entries} without an end"))

    def _id_of(self, entry: Entry) -> str:
        found = entry.text(self._id)
        if found is None or not self._form.fits(found):
            raise CloudError(undocumented(f"the {self._id} of a list {self._entries}"))
        return found

    def _read(
        self, ids: Sequence[str], view: Callable[[Entry, float], Snapshot | Failure]
    ) -> dict[str, Snapshot | Failure] | Failure:
        read_at = self._now()
        try:
            response = self._client.call(self._action, {self._ids: list(ids), "Limit": BATCH})
            entries = {entry.text(self._id): entry for entry in _entries(response, self._entries)}
        except CloudError as error:
            return error.failure
        request_id = Entry(response).text("RequestId")
        unknown = Failure(ErrorKind.NOT_FOUND, NO_SUCH_THING, request_id=request_id)
        return {one: _viewed(entries[one], read_at, view) if one in entries else unknown for one in ids}


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


def _speaks_of_an_id(failure: Failure) -> bool:
    return failure.code is not None and any(fnmatchcase(failure.code, pattern) for pattern in UNKNOWN_ID)


def _viewed(entry: Entry, read_at: float, view: Callable[[Entry, float], Snapshot | Failure]) -> Snapshot | Failure:
    try:
        return view(entry, read_at)
    except CloudError as error:
        return error.failure


def _entries(response: Mapping[str, Any], name: str) -> list[Entry]:
    value = response.get(name)
    if value is not None and not isinstance(value, list):
        raise CloudError(undocumented(f"the list {name}"))
    return [Entry(one if isinstance(one, dict) else {}) for one in value or []]


def undocumented(what: str) -> Failure:
    """Return what is said of an answer of another form than the documents have it."""
    problem = f"{what} that Tencent Cloud answers is not as documented; run the task again"
    return Failure(ErrorKind.TRANSIENT, problem, passes=True)


def _profile(connection: Mapping[str, Any]) -> ClientProfile:
    protocol, host = bare_endpoint(connection["endpoint"]) or ("https", None)
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


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _parsed(text: object) -> object:
    try:
        return json.loads(_decoded(text))
    except (ValueError, RecursionError):
        return None


def _decoded(said: object) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)


def _invalid(message: str) -> Failure:
    return Failure(ErrorKind.INVALID, message)
