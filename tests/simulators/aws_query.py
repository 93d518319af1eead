# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What goes over the wire of AWS's services that take forms and answer in XML: EC2, Elastic Load Balancing and RDS."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import escape

from botocore.loaders import Loader
from botocore.model import ListShape, ServiceModel, Shape, StructureShape

from .server import CloudRefusal, Reply

REQUEST_ID = "2f7a6c1e-0000-4000-8000-000000000000"
LIST = re.compile(r"(\w+?)(?:\.[A-Za-z]+)?\.\d+")
MOST_FILTER_VALUES = 200


def parsed(body: bytes) -> dict[str, Any]:
    """Return the arguments of a form. A list stands under its name as well as under the name of each item."""
    form = {name: values[-1] for name, values in parse_qs(body.decode(), keep_blank_values=True).items()}
    lists: dict[str, list[str]] = {}
    for key, value in form.items():
        if match := LIST.fullmatch(key):
            lists.setdefault(match[1], []).append(value)
    return {**form, **lists}


def answered(service: str, action: str, result: Mapping[str, Any]) -> Reply:
    """Return an answer with what the service's model knows of a result, which has the form that boto3 gives it."""
    model = _model(service)
    shape = model.operation_model(action).output_shape
    fields = _members(shape, result) if isinstance(shape, StructureShape) else ""
    namespace = model.metadata.get("xmlNamespace") or f"http://{service}.amazonaws.com/doc/{model.api_version}/"
    if model.metadata["protocol"] == "ec2":
        inner = f"<requestId>{REQUEST_ID}</requestId>{fields}"
    else:
        inner = (
            f"<{action}Result>{fields}</{action}Result><ResponseMetadata><RequestId>{REQUEST_ID}</RequestId>"
            "</ResponseMetadata>"
        )
    return Reply(200, f'<{action}Response xmlns="{namespace}">{inner}</{action}Response>'.encode(), "text/xml")


def refused(service: str, refusal: CloudRefusal) -> Reply:
    """Return an error in the words of the service."""
    said = f"<Code>{escape(refusal.code)}</Code><Message>{escape(refusal.message)}</Message>"
    if service == "ec2":
        body = f"<Response><Errors><Error>{said}</Error></Errors><RequestID>{REQUEST_ID}</RequestID></Response>"
    else:
        body = (
            f"<ErrorResponse><Error><Type>Sender</Type>{said}</Error><RequestId>{REQUEST_ID}</RequestId>"
            "</ErrorResponse>"
        )
    return Reply(refusal.status, body.encode(), "text/xml")


def filters(form: Mapping[str, Any], known: Collection[str]) -> dict[str, list[str]]:
    """Return the filters of a form, which has each name and each value under a number of its own."""
    found: dict[str, list[str]] = {}
    for key, name in form.items():
        if match := re.fullmatch(r"((?:Filters\.)?Filter\.\d+)\.Name", key):
            if name not in known and not (name.startswith("tag:") and "tag:" in known):
                raise CloudRefusal(400, "InvalidParameterValue", f"The filter '{name}' is invalid")
            values = [value for each, value in form.items() if re.match(rf"{re.escape(match[1])}\.Value", each)]
            if len(values) > MOST_FILTER_VALUES:
                raise CloudRefusal(400, "FilterLimitExceeded", "The maximum number of filter values is 200")
            found[name] = values
    return found


def fits(values: Sequence[str], text: str) -> bool:
    """Tell whether one of the values of a filter of EC2 fits: ``*`` and ``?`` are wildcards, not after a backslash."""
    wildcards = {"*": ".*", "?": "."}
    patterns = (
        "".join(wildcards.get(part) or re.escape(part[-1]) for part in re.findall(r"\\[*?\\]|.", value, re.DOTALL))
        for value in values
    )
    return re.fullmatch("|".join(patterns), text, re.DOTALL) is not None


def page(
    found: Sequence[Any], size: object, marker: object, sizes: range, refusal: Callable[[], CloudRefusal]
) -> tuple[list[Any], str | None]:
    """Return one page of what was found, and what asks for the next."""
    length = int(str(size)) if size is not None else sizes[-1]
    if length not in sizes:
        raise refusal()
    begin = int(str(marker or 0))
    return list(found[begin : begin + length]), str(begin + length) if begin + length < len(found) else None


@cache
def _model(service: str) -> ServiceModel:
    return ServiceModel(Loader(include_default_search_paths=True).load_service_model(service, "service-2"), service)


def _members(shape: StructureShape, value: Mapping[str, Any]) -> str:
    return "".join(
        _element(member.serialization.get("name", name), member, value[name])
        for name, member in shape.members.items()
        if value.get(name) is not None
    )


def _element(name: str, shape: Shape, value: Any) -> str:
    if isinstance(shape, StructureShape):
        inner = _members(shape, value)
    elif isinstance(shape, ListShape):
        item = shape.member.serialization.get("name", "member")
        inner = "".join(_element(item, shape.member, one) for one in value)
    elif isinstance(value, datetime):
        inner = value.isoformat()
    else:
        inner = str(value).lower() if isinstance(value, bool) else escape(str(value))
    return f"<{name}>{inner}</{name}>"
