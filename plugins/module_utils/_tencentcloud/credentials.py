# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the key of a connection comes from: the task or the environment, a file, a pod or the machine, and a role.

A role is assumed with https://www.tencentcloud.com/document/product/1150/49456. The SDK's own credentials for that
send neither a token nor a policy, know no HTTP and no time-out, and raise what only the guard in ``client`` expects.
"""

from __future__ import annotations

import configparser
import json
import os
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote

from .._ansible.metadata import ask
from .._ansible.options import WAIT_TIMEOUT, Runtime, check_key, check_pair
from .._core.errors import CloudError, ErrorKind, Failure, Meaning
from .._core.patience import patiently
from .answers import Entry
from .client import MISSING, Client, check_region
from .errors import THROTTLED, Service
from .options import CONNECTION

if not MISSING:
    from tencentcloud.common import credential as sdk

DEFAULT_PROFILE = "default"

POD = ("TKE_ROLE_ARN", "TKE_PROVIDER_ID", "TKE_WEB_IDENTITY_TOKEN_FILE", "TKE_REGION")
"""The variables that Tencent Kubernetes Engine sets in a pod whose service account has a role."""

SESSION_NAME = re.compile(r"[A-Za-z0-9_+=,.@-]{2,128}")
LONGEST_SESSION = 43200

_MEANINGS = (
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

STS = Service("sts", "2018-08-13", _MEANINGS)


@dataclass(frozen=True, slots=True)
class _Role:
    """A role to assume. ``duration`` is in seconds; without it the cloud's own holds, which is two hours."""

    arn: str
    session_name: str = "crosscloud.security_groups"
    duration: int | None = None
    policy: str | None = None
    external_id: str | None = None

    def arguments(self) -> dict[str, Any]:
        given = {
            "RoleArn": self.arn,
            "RoleSessionName": self.session_name,
            "DurationSeconds": self.duration,
            # The service decodes it once more than JSON does.
            "Policy": self.policy and quote(self.policy, safe=""),
            "ExternalId": self.external_id,
        }
        return {name: value for name, value in given.items() if value is not None}


@dataclass(frozen=True, slots=True)
class _Found:
    """A key of the SDK's, and the role that it is meant for."""

    key: Any
    role: _Role | None = None


def connect(connection: Mapping[str, Any], service: Service, runtime: Runtime) -> Client:
    """Return the client of a service, with the key and in the role that the connection asks for.

    The key of a role is requested once, here. It is valid for longer than most tasks take.
    """
    if MISSING:
        raise MISSING
    check_region(connection["region"])
    asked = _role(connection)
    found = _given(connection) or _in_files(connection) or _of_the_pod(connection, runtime) or _of_the_machine()
    key = found.key
    for role in filter(None, (found.role, asked)):
        key = _assumed(role, Client(connection, STS, runtime.gate, key), "AssumeRole", role.arguments(), runtime)
    return Client(connection, service, runtime.gate, key)


def _role(connection: Mapping[str, Any]) -> _Role | None:
    arn, name, duration, policy, external_id = (
        connection[f"assume_role_{part}"]
        for part in ("arn", "session_name", "session_duration", "policy", "external_id")
    )
    if arn is None:
        for option, value in (("assume_role_policy", policy), ("assume_role_external_id", external_id)):
            if value is not None:
                raise CloudError(_invalid(f"{option} is set, but not the role that it is for; set assume_role_arn too"))
        return None
    if name is not None and not SESSION_NAME.fullmatch(name):
        problem = f"assume_role_session_name is '{name}'; it must be 2 to 128 letters, digits or characters of _+=,.@-"
        raise CloudError(_invalid(problem))
    role = _Role(arn, duration=_seconds(duration), policy=policy, external_id=external_id)
    return replace(role, session_name=name) if name else role


def _seconds(text: object) -> int | None:
    if text is None:
        return None
    if not re.fullmatch("[0-9]{1,5}", str(text)) or not 0 < int(str(text)) <= LONGEST_SESSION:
        problem = f"assume_role_session_duration is '{text}'; it must be 1 to {LONGEST_SESSION} seconds"
        raise CloudError(_invalid(problem))
    return int(str(text))


def _assumed(role: _Role, client: Client, action: str, arguments: Mapping[str, Any], runtime: Runtime) -> Any:
    """Return the key that a call gives for a role."""
    try:
        answer = Entry(patiently(lambda: client.call(action, arguments), runtime.clock, WAIT_TIMEOUT))
    except CloudError as error:
        raise CloudError(_not_assumed(role, error.failure)) from None
    secret_id, secret_key, token = (
        answer.text("Credentials", name) for name in ("TmpSecretId", "TmpSecretKey", "Token")
    )
    if not (secret_id and secret_key and token):
        problem = Failure(ErrorKind.TRANSIENT, f"there is no key in the response to {action}; run the task again")
        raise CloudError(_not_assumed(role, problem))
    return _key(secret_id, secret_key, token, f" of the role '{role.arn}'")


def _not_assumed(role: _Role, failure: Failure) -> Failure:
    return replace(failure, message=f"the role '{role.arn}' cannot be assumed: {failure.message}")


def _given(connection: Mapping[str, Any]) -> _Found | None:
    key = {name: connection[name] for name in ("secret_id", "secret_key", "token") if connection[name]}
    if not key:
        return None
    check_pair(CONNECTION, connection, "secret_id", "secret_key")
    if "secret_id" not in key:
        raise CloudError(_invalid("token goes with secret_id and secret_key; give all three"))
    # The SDK's provider for the environment ignores TENCENTCLOUD_TOKEN, so the environment was read before.
    return _Found(_key(key["secret_id"], key["secret_key"], key.get("token")))


def _in_files(connection: Mapping[str, Any]) -> _Found | None:
    """Return the key of a profile: one of the command line's if it is named, or else one in the SDK's file."""
    name, folder = connection["profile"], connection["shared_credentials_dir"]
    if not name and not folder:
        return _in_the_sdks_file(DEFAULT_PROFILE)
    name = name or DEFAULT_PROFILE
    path = _path(folder or "~/.tccli") / f"{name}.credential"
    found = _of_the_command_line(path, name) or (None if folder else _in_the_sdks_file(name))
    if found is None:
        other = "" if folder else f", nor has a file of the SDK a section [{name}] with secret_id and secret_key"
        problem = f"the profile '{name}' has no key: {path} does not have secretId and secretKey{other}; check profile"
        raise CloudError(Failure(ErrorKind.AUTH, problem))
    return found


def _of_the_command_line(path: Path, profile: str) -> _Found | None:
    try:
        content = json.loads(_text(path) or "{}")
    except (ValueError, RecursionError) as error:
        raise CloudError(_unreadable(path, error)) from None
    entry = Entry(content if isinstance(content, dict) else {})
    role = _role_of_file(entry.text("role-arn"), entry.text("role-session-name"))
    if entry.text("type") == "cvm-role":
        return replace(_of_the_machine(), role=role)
    secret_id, secret_key = entry.text("secretId"), entry.text("secretKey")
    if not secret_id or not secret_key:
        return None
    return _Found(_key(secret_id, secret_key, entry.text("token"), f" of the profile '{profile}'"), role)


def _in_the_sdks_file(section: str) -> _Found | None:
    """Return the key in a section of the file: the SDK's own reader knows only one section, and no token in it."""
    for path in _sdks_files():
        if (text := _text(path)) is not None:
            break
    else:
        return None
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(text)
    except configparser.Error as error:
        raise CloudError(_unreadable(path, error)) from None
    values = {name: value.strip() for name, value in parser.items(section)} if parser.has_section(section) else {}
    secret_id, secret_key = values.get("secret_id"), values.get("secret_key")
    if not secret_id or not secret_key:
        return None
    key = _key(secret_id, secret_key, values.get("token"), f" of the section [{section}] in {path}")
    return _Found(key, _role_of_file(values.get("role_arn"), values.get("role_session_name")))


def _sdks_files() -> list[Path]:
    # The variable is that of the vendor's SDK for Go.
    if named := os.environ.get("TENCENTCLOUD_CREDENTIALS_FILE"):
        return [_path(named)]
    return [_path("~/.tencentcloud/credentials"), Path("/etc/tencentcloud/credentials")]


def _path(text: str) -> Path:
    # Where nobody knows a home, there is no file in it either.
    with suppress(RuntimeError):
        return Path(text).expanduser()
    return Path(text)


def _text(path: Path) -> str | None:
    """Return what is in a file, or None where there is none."""
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except (OSError, ValueError) as error:
        raise CloudError(_unreadable(path, error)) from None


def _role_of_file(arn: str | None, session_name: str | None) -> _Role | None:
    if not arn:
        return None
    return _Role(arn, session_name) if session_name else _Role(arn)


def _of_the_pod(connection: Mapping[str, Any], runtime: Runtime) -> _Found | None:
    arn, provider, path, region = values = [os.environ.get(name) or "" for name in POD]
    if not any(values):
        return None
    if missing := [name for name, value in zip(POD, values, strict=True) if not value]:
        others = ", ".join(name for name in POD if name not in missing)
        problem = f"the environment has {others}, but not {', '.join(missing)}; set all of them or none"
        raise CloudError(_invalid(problem))
    check_region(region)
    try:
        token = Path(path).read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        problem = f"the file that TKE_WEB_IDENTITY_TOKEN_FILE names, {path}, cannot be read ({type(error).__name__})"
        raise CloudError(Failure(ErrorKind.AUTH, f"{problem}; check the variable and the file")) from None
    role = _Role(arn)
    client = Client({**connection, "region": region}, STS, runtime.gate, None, hidden=[token] if token else [])
    arguments = {**role.arguments(), "ProviderId": provider, "WebIdentityToken": token}
    return _Found(_assumed(role, client, "AssumeRoleWithWebIdentity", arguments, runtime))


def _of_the_machine() -> _Found:
    key = _MachineRole().get_credential()
    if key is None:
        raise CloudError(
            Failure(
                ErrorKind.AUTH,
                "no Tencent Cloud credentials; set secret_id and secret_key, or the environment variables "
                "TENCENTCLOUD_SECRET_ID and TENCENTCLOUD_SECRET_KEY, or name a profile, or write them to "
                "~/.tencentcloud/credentials, or bind a role to the machine",
            )
        )
    return _Found(key)


if not MISSING:

    class _MachineRole(sdk.CVMRoleCredential):
        """The role that is bound to the machine, if it is one of Tencent Cloud's."""

        def update_credential(self) -> None:
            if not self._need_refresh():
                return
            # Where it fails, the SDK's own keeps what there was as well; what that signs is then refused.
            with suppress(OSError, ValueError, LookupError, TypeError):
                role = ask(self._role_endpoint).decode()
                found = json.loads(ask(self._role_endpoint + quote(role, safe="")))
                keys = found["TmpSecretId"], found["TmpSecretKey"], found["Token"], found["ExpiredTime"]
                self._secret_id, self._secret_key, self._token, self._expired_ts = keys


def _key(secret_id: str, secret_key: str, token: str | None, where: str = "") -> Any:
    for name, value in (("secret_id", secret_id), ("secret_key", secret_key), ("token", token)):
        if value:
            check_key(f"{name}{where}", value)
    return sdk.Credential(secret_id, secret_key, token or None)


def _unreadable(path: Path, error: Exception) -> Failure:
    # What the error says may quote the line that is wrong, and with it a key.
    problem = f"the file of credentials, {path}, cannot be read ({type(error).__name__}); correct it or remove it"
    return Failure(ErrorKind.AUTH, problem)


def _invalid(message: str) -> Failure:
    return Failure(ErrorKind.INVALID, message)
