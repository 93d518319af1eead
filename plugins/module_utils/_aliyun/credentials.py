# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Where the credentials of a task come from, and the roles that they assume.

Roles are assumed with two calls of STS: https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerole
and, with a token of OpenID Connect, https://www.alibabacloud.com/help/en/ram/developer-reference/api-sts-2015-04-01-assumerolewithoidc.
Profiles are those of the vendor's command line: https://github.com/aliyun/aliyun-cli.
"""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from .._ansible.metadata import ask
from .._ansible.options import REGION, check_pair
from .._ansible.text import short_line
from .._core.errors import CloudError, ErrorKind, Failure, Meaning
from .api import MISSING, Access, Api, Service
from .options import CONNECTION, KEYS

if not MISSING:
    from aliyunsdkcore.auth.credentials import AccessKeyCredential, EcsRamRoleCredential, StsTokenCredential
    from aliyunsdkcore.auth.signers.access_key_signer import AccessKeySigner
    from aliyunsdkcore.auth.signers.ecs_ram_role_signer import EcsRamRoleSigner
    from aliyunsdkcore.auth.signers.sts_token_signer import StsTokenSigner

METADATA = "http://100.100.100.200/latest/meta-data/ram/security-credentials/"

PROFILES = "~/.aliyun/config.json"
MODES = {
    "AK": ("access_key_id", "access_key_secret"),
    "StsToken": ("access_key_id", "access_key_secret", "sts_token"),
    "EcsRamRole": ("ram_role_name",),
    "RamRoleArn": ("access_key_id", "access_key_secret", "ram_role_arn"),
    "RamRoleArnWithRoleName": ("ram_role_name", "ram_role_arn"),
    "ChainableRamRoleArn": ("source_profile", "ram_role_arn"),
    "OIDC": ("oidc_provider_arn", "oidc_token_file", "ram_role_arn"),
}
"""The modes of profiles that are supported, each with what a profile of it has."""

STS_HOST = "sts.aliyuncs.com"

SESSION_NAME = "ansible"
"""What a session is called in audit logs unless the user names it, as in the collection alibaba.alicloud."""

SESSION_SECONDS = 3600
SHORTEST_SESSION = 900
LONGEST_SESSION = 43200
"""How long a session lasts: STS's own default, and what it takes for any role."""

STS = Service(
    "sts",
    "2015-04-01",
    (
        (
            "NoPermission*",
            Meaning(
                ErrorKind.DENIED,
                "grant {permission} on the role to these credentials, which must be those of a RAM user or a role, and "
                "name them in the role's trust policy",
            ),
        ),
        (
            "AuthenticationFail.NoPermission",
            Meaning(
                ErrorKind.DENIED,
                "check oidc_provider_arn, and that the role's trust policy admits that provider with this token",
            ),
        ),
        (
            "AuthenticationFail*",
            Meaning(ErrorKind.AUTH, "the OIDC token is not accepted; check oidc_token_file and oidc_provider_arn"),
        ),
        ("EntityNotExist*", Meaning(ErrorKind.NOT_FOUND, "it does not exist; check assume_role_arn")),
        (
            "InvalidParameter*",
            Meaning(ErrorKind.INVALID, "check the options that begin with assume_role_, or the profile's part for it"),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class _Role:
    """A role to assume."""

    arn: str
    session_name: str | None
    seconds: object
    policy: str | None
    external_id: str | None = None

    def form(self) -> dict[str, str]:
        given = {
            "RoleArn": self.arn,
            "RoleSessionName": self.session_name or SESSION_NAME,
            "DurationSeconds": str(_seconds(self.seconds)),
            "Policy": self.policy,
            "ExternalId": self.external_id,
        }
        return {name: value for name, value in given.items() if value}


def access_of(connection: Mapping[str, Any]) -> Access:
    """Return what the calls of a task are signed with, having assumed the role that it names.

    Of several sources the first counts: a key, a token of OpenID Connect, the role of the machine, a profile.
    """
    role = _role(connection)
    if any(connection[name] for name in KEYS):
        check_pair(CONNECTION, connection, "access_key_id", "access_key_secret")
        key_id, secret, token = (connection[name] for name in KEYS)
        found = _key(key_id, secret, token)
    elif connection["oidc_provider_arn"] or connection["oidc_token_file"]:
        return _with_oidc(connection, connection["oidc_provider_arn"], connection["oidc_token_file"], role)
    elif connection["ecs_role_name"]:
        found = _machine(connection["ecs_role_name"])
    elif connection["profile"]:
        found = _profile(connection, connection["profile"])
    else:
        raise CloudError(
            _auth(
                "no Alibaba Cloud credentials; set access_key_id and access_key_secret, or ecs_role_name, or profile, "
                "or the environment variables ALIBABA_CLOUD_ACCESS_KEY_ID and ALIBABA_CLOUD_ACCESS_KEY_SECRET"
            )
        )
    return _session(connection, found, role, "AssumeRole", {}) if role else found


def region_of(connection: Mapping[str, Any], access: Access) -> str:
    """Return the region that the task gives, or else the one that comes with its credentials."""
    region = connection["region"] or access.region
    if not region:
        raise CloudError(_invalid("no region; set region or the environment variable ALIBABA_CLOUD_REGION_ID"))
    # It becomes a part of the host that requests with a signature are sent to.
    if not REGION.fullmatch(region):
        raise CloudError(_invalid(f"'{region}' is no region, such as cn-hangzhou"))
    return str(region)


def _role(connection: Mapping[str, Any]) -> _Role | None:
    policy, external_id = connection["assume_role_policy"], connection["assume_role_external_id"]
    if arn := connection["assume_role_arn"]:
        name, seconds = connection["assume_role_session_name"], connection["assume_role_session_expiration"]
        return _Role(arn, name, seconds, policy, external_id)
    # Without the role, the task would have more permissions than it asks for.
    for option in ("assume_role_policy", "assume_role_external_id"):
        if connection[option]:
            raise CloudError(_invalid(f"{option} is given without a role; give assume_role_arn"))
    return None


def _seconds(given: object) -> int:
    if given is None:
        return SESSION_SECONDS
    try:
        seconds = int(str(given))
    except ValueError:
        seconds = 0
    if not SHORTEST_SESSION <= seconds <= LONGEST_SESSION:
        problem = (
            f"a session cannot last '{short_line(str(given))}' seconds; give {SHORTEST_SESSION} to {LONGEST_SESSION} "
            "as assume_role_session_expiration, or as expired_seconds of the profile"
        )
        raise CloudError(_invalid(problem))
    return seconds


def _key(key_id: str | None, secret: str | None, token: str | None) -> Access:
    if not key_id or not secret:
        problem = "access_key_id and access_key_secret go together, with a token or without; give both"
        raise CloudError(_invalid(problem))
    if token:
        return Access(StsTokenSigner(StsTokenCredential(key_id, secret, token)), {key_id, secret, token})
    return Access(AccessKeySigner(AccessKeyCredential(key_id, secret)), {key_id, secret})


def _machine(role_name: str) -> Access:
    secrets: set[str] = set()
    return Access(_RoleSigner(role_name, secrets), secrets)


def _with_oidc(
    connection: Mapping[str, Any], provider_arn: str | None, token_file: str | None, role: _Role | None
) -> Access:
    if not provider_arn or not token_file or not role:
        problem = "oidc_provider_arn, oidc_token_file and assume_role_arn go together"
        raise CloudError(_invalid(f"{problem}; give all of them, or none, in the task or in the environment"))
    try:
        token = Path(token_file).expanduser().read_text(encoding="utf-8").strip()
    except (OSError, ValueError, RuntimeError) as error:
        problem = f"oidc_token_file, which is '{short_line(token_file)}', cannot be read ({type(error).__name__})"
        raise CloudError(_auth(f"{problem}; give the path of a file with the token")) from None
    if not token:
        raise CloudError(_auth(f"oidc_token_file, which is '{short_line(token_file)}', is empty; put the token there"))
    nobody = Access(_Unsigned(), {token})
    more = {"OIDCProviderArn": provider_arn, "OIDCToken": token}
    return _session(connection, nobody, role, "AssumeRoleWithOIDC", more)


def _session(
    connection: Mapping[str, Any], access: Access, role: _Role, action: str, more: Mapping[str, str]
) -> Access:
    """Return the credentials that STS gives for a role."""
    region = region_of(connection, access)
    sts = Api(STS, connection["endpoint"], STS_HOST, region, access)
    form = {**role.form(), **more}
    try:
        answer = sts.call(action, {}, form)
        key_id, secret, token = _keys(answer.get("Credentials"))
    except CloudError as error:
        problem = f"the role '{short_line(role.arn)}' cannot be assumed: {error.failure.message}"
        raise CloudError(replace(error.failure, message=problem)) from None
    except (LookupError, TypeError):
        problem = f"what STS answered for the role '{short_line(role.arn)}' is not as documented; run the task again"
        raise CloudError(Failure(ErrorKind.TRANSIENT, problem, passes=True)) from None
    signer = StsTokenSigner(StsTokenCredential(key_id, secret, token))
    return Access(signer, access.secrets | {key_id, secret, token}, region)


def _keys(answer: Any) -> tuple[str, str, str]:
    """Return the three parts of temporary credentials; raise LookupError or TypeError where one is missing."""
    keys = answer["AccessKeyId"], answer["AccessKeySecret"], answer["SecurityToken"]
    if not all(isinstance(one, str) and one for one in keys):
        raise TypeError
    return keys


def _profile(connection: Mapping[str, Any], name: str, above: tuple[str, ...] = ()) -> Access:
    """Return what a profile gives. ``above`` are those whose credentials come from this one."""
    path = connection["shared_credentials_file"] or PROFILES
    found = _profiles(path).get(name)
    if found is None:
        raise CloudError(_auth(f"{path} has no profile '{name}'; check {'source_profile' if above else 'profile'}"))
    texts = {key: value for key, value in found.items() if isinstance(value, str) and value}
    mode = texts.get("mode", "")
    if mode not in MODES:
        known = f"{', '.join(list(MODES)[:-1])} or {list(MODES)[-1]}"
        raise CloudError(_auth(f"the profile '{name}' has the mode '{mode}'; use one with the mode {known}"))
    if lacking := [key for key in MODES[mode] if key not in texts]:
        problem = f"the profile '{name}' lacks {' and '.join(lacking)}, which goes with its mode {mode}"
        raise CloudError(_auth(f"{problem}; correct {path}"))
    here = {**connection, "region": connection["region"] or texts.get("region_id")}
    role = _Role(
        texts.get("ram_role_arn", ""),
        texts.get("ram_session_name") or texts.get("role_session_name"),
        found.get("expired_seconds") or None,
        texts.get("policy"),
        texts.get("external_id"),
    )
    if mode == "OIDC":
        return _with_oidc(here, texts["oidc_provider_arn"], texts["oidc_token_file"], role)
    if mode == "ChainableRamRoleArn":
        if texts["source_profile"] in (*above, name):
            raise CloudError(_auth(f"the profile '{name}' is its own source_profile in the end; correct {path}"))
        access = _profile(here, texts["source_profile"], (*above, name))
    elif "ram_role_name" in MODES[mode]:
        access = _machine(texts["ram_role_name"])
    else:
        token = texts.get("sts_token") if mode != "AK" else None
        access = _key(texts["access_key_id"], texts["access_key_secret"], token)
    if "ram_role_arn" in MODES[mode]:
        return _session(here, access, role, "AssumeRole", {})
    return replace(access, region=here["region"] or access.region)


def _profiles(path: str) -> dict[str, dict[str, Any]]:
    try:
        content = json.loads(Path(path).expanduser().read_text(encoding="utf-8"))
        return {profile["name"]: profile for profile in content["profiles"]}
    except FileNotFoundError:
        problem = f"profile is given, and {path} does not exist on this machine; make it with 'aliyun configure'"
        raise CloudError(_auth(f"{problem}, or give access_key_id and access_key_secret")) from None
    except (OSError, ValueError, LookupError, TypeError, RuntimeError) as error:
        # The message may quote what is wrong, and with it a key.
        problem = f"{path}, which profile names a part of, cannot be read ({type(error).__name__})"
        raise CloudError(_auth(f"{problem}; correct it, or give access_key_id and access_key_secret")) from None


class _Unsigned:
    """Signs nothing, in place of a signer of the SDK, which has none for calls that need no signature."""

    def sign(self, _region: str, request: Any) -> tuple[dict[str, str], str]:
        query = {
            "Action": request.get_action_name(),
            "Version": request.get_version(),
            "Format": "JSON",
            "Timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        }
        return {}, f"/?{urlencode(query)}"


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
                keys = _keys(json.loads(ask(METADATA + quote(self._name, safe=""))))
            except (OSError, ValueError, LookupError, TypeError) as error:
                problem = f"the role '{self._name}' gives no credentials on this machine ({type(error).__name__})"
                raise CloudError(
                    _auth(f"{problem}; check ecs_role_name, or bind the role to the ECS instance")
                ) from None
            self._secrets.update(keys)
            self._session_credential = keys
            self._last_update_time = int(time.time())


def _auth(message: str) -> Failure:
    return Failure(ErrorKind.AUTH, message)


def _invalid(message: str) -> Failure:
    return Failure(ErrorKind.INVALID, message)
