# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How Alibaba Cloud is called: parameters, signatures and errors, which are the same for all of its services.

Signatures follow what the two SDKs send: HMAC-SHA1 in the parameters, or ACS3-HMAC-SHA256 in the headers.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import itertools
import json
import re
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

from .server import CloudRefusal, Reply, Request

REGION = "cn-hangzhou"
LARGEST_PAGE = 100
RPC = ("AccessKeyId", "Signature", "SignatureMethod", "SignatureNonce", "SignatureVersion")
COMMON = frozenset({*RPC, "Action", "Format", "SecurityToken", "SignatureType", "Timestamp", "Version"})
OWNERS = frozenset({"OwnerAccount", "OwnerId", "RegionId", "ResourceOwnerAccount", "ResourceOwnerId"})
ACS3_HEADERS = frozenset({"host", "x-acs-action", "x-acs-content-sha256", "x-acs-date", "x-acs-signature-nonce"})
AUTHORIZATION = re.compile(
    r"ACS3-HMAC-SHA256 Credential=(?P<key_id>[^,]+), *SignedHeaders=(?P<signed>[a-z0-9;-]+), *"
    r"Signature=(?P<signature>[0-9a-f]{64})"
)
# How many characters follow the prefix that all ids of the region have.
ID_LENGTHS = {"rm": 14, "sg": 17, "vpc": 18, "vsw": 18, "i": 17, "eni": 17}
# An item of a list, or a member of an item: SecurityGroupIds.1, Tag.1.Key.
NUMBERED = re.compile(r"(\w+)\.([1-9][0-9]{0,3})(?:\.(\w+))?")
Pairs = Sequence[tuple[str, str]]
Arguments = Mapping[str, Any]
"""Of an action, lists with their items in order."""


@dataclass(frozen=True)
class Action:
    """An action of the API of a service: what carries it out, and what it takes.

    ``about`` is the parameter that names the resources. ``lists`` are parameters whose items are numbered.
    """

    version: str
    perform: Callable[[Arguments], Mapping[str, object]]
    parameters: frozenset[str]
    required: tuple[str, ...] = ()
    about: str | None = None
    lists: frozenset[str] = frozenset()
    signed: bool = True

    def check(self, given: Arguments, request: Request) -> None:
        version = named(request, "Version")
        if not version:
            raise missing("Version")
        if version != self.version:
            raise CloudRefusal(400, "InvalidVersion", "Specified parameter Version is not valid.")
        for name, value in given.items():
            # The cloud has more parameters than these; a client that sends another one finds out here.
            if name not in (self.lists if isinstance(value, list) else self.parameters):
                raise CloudRefusal(400, "UnsupportedParameter", f'The parameter "{name}" is not supported.')
        for name in self.required:
            if not given.get(name):
                raise missing(name)

    def resources(self, given: Arguments) -> tuple[str, ...]:
        """Return the ids that a request is about. A list of them may be text in JSON."""
        value = given.get(self.about or "", ())
        if isinstance(value, str) and value.startswith("["):
            try:
                value = json.loads(value)
            except ValueError:
                return ()
        return (value,) if isinstance(value, str) else tuple(one for one in value if isinstance(one, str))


def arguments_of(request: Request) -> Arguments:
    """Return the parameters of the action itself, those that are numbered as lists."""
    plain: dict[str, Any] = {}
    numbers: dict[str, dict[int, Any]] = {}
    for name, value in parameters_of(request):
        item = NUMBERED.fullmatch(name)
        if name in COMMON or not item:
            plain |= {} if name in COMMON else {name: value}
        elif item[3] is None:
            numbers.setdefault(item[1], {})[int(item[2])] = value
        else:
            members = numbers.setdefault(item[1], {}).setdefault(int(item[2]), {})
            if isinstance(members, dict):
                members[item[3]] = value
    return plain | {name: [items[index] for index in sorted(items)] for name, items in numbers.items()}


@dataclass(frozen=True)
class Claim:
    """Who a request says it is from, and what proves it: ``signature`` is ``sign(secret, to_sign)``."""

    key_id: str
    token: str | None
    timestamp: str
    nonce: str
    signature: str
    to_sign: str
    sign: Callable[[str, str], str]


def check_request(request: Request) -> None:
    if request.method not in ("GET", "POST"):
        raise CloudRefusal(403, "UnsupportedHTTPMethod", "This http method is not supported.")
    if urlsplit(request.target).path != "/":
        raise no_such_action()


def rpc_claim(request: Request) -> Claim:
    pairs = parameters_of(request)
    given = dict(pairs)
    for name in RPC:
        if not given.get(name):
            raise missing(name)
    if not given.get("Timestamp"):
        raise CloudRefusal(400, "IllegalTimestamp", missing("Timestamp").message)
    if given["SignatureMethod"] != "HMAC-SHA1" or given["SignatureVersion"] != "1.0":
        raise CloudRefusal(400, "InvalidSignatureMethod", "Specified signature method is not valid.")
    # XML is the default, and this simulator does not speak it.
    if given.get("Format", "XML").upper() != "JSON":
        raise CloudRefusal(400, "InvalidParameter.Format", "This simulator answers in JSON only.")
    signed = canonical([pair for pair in pairs if pair[0] != "Signature"])
    return Claim(
        key_id=given["AccessKeyId"],
        token=given.get("SecurityToken") or None,
        timestamp=given["Timestamp"],
        nonce=given["SignatureNonce"],
        signature=given["Signature"],
        to_sign=f"{request.method}&%2F&{quoted(signed)}",
        sign=_rpc_signature,
    )


def _rpc_signature(secret: str, to_sign: str) -> str:
    return base64.b64encode(hmac.digest(f"{secret}&".encode(), to_sign.encode(), "sha1")).decode()


def acs3_claim(request: Request) -> Claim:
    headers = headers_of(request)
    claimed = AUTHORIZATION.fullmatch(headers["authorization"])
    signed = claimed["signed"].split(";") if claimed else []
    # Every header that says something must be signed, or it could be changed on the way.
    needed = ACS3_HEADERS | {name for name in headers if name.startswith("x-acs-") or name == "content-type"}
    if not claimed or not needed <= {*signed} or not {*signed} <= {*headers}:
        raise CloudRefusal(400, "IncompleteSignature", "The request signature does not conform to Aliyun standards.")
    # Taken from the body itself: what x-acs-content-sha256 says may be untrue.
    payload = hashlib.sha256(request.body).hexdigest()
    parts = urlsplit(request.target)
    lines = "".join(f"{name}:{headers[name].strip()}\n" for name in sorted(signed))
    query = canonical(parse_qsl(parts.query, keep_blank_values=True))
    whole = "\n".join((request.method, parts.path, query, lines, claimed["signed"], payload))
    return Claim(
        key_id=claimed["key_id"],
        token=headers.get("x-acs-security-token") or None,
        timestamp=headers["x-acs-date"],
        nonce=headers["x-acs-signature-nonce"],
        signature=claimed["signature"],
        to_sign=f"ACS3-HMAC-SHA256\n{hashlib.sha256(whole.encode()).hexdigest()}",
        sign=_acs3_signature,
    )


def _acs3_signature(secret: str, to_sign: str) -> str:
    return hmac.digest(secret.encode(), to_sign.encode(), "sha256").hex()


def key_id_of(request: Request) -> str | None:
    if is_acs3(request):
        return acs3_claim(request).key_id
    return dict(parameters_of(request)).get("AccessKeyId")


def named(request: Request, name: str) -> str | None:
    """Return Action or Version, which are in the headers of what ACS3 signed, and may be where nothing is signed."""
    given, in_headers = dict(parameters_of(request)), headers_of(request).get(f"x-acs-{name.lower()}")
    if is_acs3(request):
        return in_headers
    return given.get(name) or (None if "Signature" in given else in_headers)


def is_acs3(request: Request) -> bool:
    return "authorization" in headers_of(request)


def headers_of(request: Request) -> dict[str, str]:
    return {name.lower(): value for name, value in request.headers.items()}


def parameters_of(request: Request) -> Pairs:
    """Return the parameters, be they in the query or in a form."""
    pairs = parse_qsl(urlsplit(request.target).query, keep_blank_values=True)
    if headers_of(request).get("content-type", "").startswith("application/x-www-form-urlencoded"):
        pairs += parse_qsl(request.body.decode(errors="replace"), keep_blank_values=True)
    return pairs


def canonical(pairs: Pairs) -> str:
    return "&".join(f"{quoted(name)}={quoted(value)}" for name, value in sorted(pairs))


def quoted(text: str) -> str:
    return quote(text, safe="~")


def seconds_of(timestamp: str) -> float:
    try:
        return datetime.strptime(timestamp, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()
    except ValueError:
        message = "Specified time stamp or date value is not well formatted."
        raise CloudRefusal(400, "InvalidTimeStamp.Format", message) from None


def number(given: Mapping[str, str], name: str, default: int, smallest: int, largest: int) -> int:
    text = given.get(name, str(default))
    if not re.fullmatch("[0-9]{1,10}", text) or not smallest <= int(text) <= largest:
        # The code is that of PolarDB; the documents of RDS have none.
        raise CloudRefusal(400, f"Invalid{name}.Malformed", f"The specified parameter {name} is not valid.")
    return int(text)


def json_list(given: Mapping[str, str], name: str) -> list[str]:
    try:
        ids = json.loads(given.get(name, "[]"))
    except ValueError:
        raise invalid(name) from None
    if not isinstance(ids, list) or len(ids) > LARGEST_PAGE or not all(isinstance(one, str) for one in ids):
        raise invalid(name)
    return ids


def missing(name: str) -> CloudRefusal:
    message = f'The input parameter "{name}" that is mandatory for processing this request is not supplied.'
    return CloudRefusal(400, "MissingParameter", message)


def invalid(name: str) -> CloudRefusal:
    return CloudRefusal(400, "InvalidParameter", f'The specified parameter "{name}" is not valid.')


def no_such_action() -> CloudRefusal:
    return CloudRefusal(404, "InvalidAction.NotFound", "Specified api is not found, please check your url and method.")


def json_reply(body: Mapping[str, object], status: int) -> Reply:
    return Reply(status, json.dumps(body).encode(), "application/json")


def new_request_id() -> str:
    return str(uuid.uuid4()).upper()


def new_ids(kind: str, numbers: Iterator[int], count: int) -> tuple[str, ...]:
    return tuple(new_id(kind, number) for number in itertools.islice(numbers, count))


def new_id(kind: str, number: int) -> str:
    """Return an id that looks like the cloud's; ids of consecutive numbers are in no order."""
    rest, digits = int(hashlib.sha256(f"{kind}-{number}".encode()).hexdigest(), 16), ""
    for _index in range(ID_LENGTHS[kind]):
        rest, digit = divmod(rest, 36)
        digits += "0123456789abcdefghijklmnopqrstuvwxyz"[digit]
    return f"{kind}-bp1{digits}"
