# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Descriptions, what the module ``attachments`` returned for them, and reports of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from ansible_collections.crosscloud.security_groups.plugins.module_utils._description.entries import read
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift.build import build
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift.described import of_result
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift.history import parse
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift.model import Report
from ansible_collections.crosscloud.security_groups.plugins.plugin_utils._drift.render import as_json

MONDAY = datetime(2026, 11, 16, 6, 0, 8, tzinfo=UTC)
TUESDAY = MONDAY.replace(day=17)
WEDNESDAY = MONDAY.replace(day=18)
READ_AT = "2026-11-16T06:00:04Z"

ENI = "qcloud_eni"
CVM = "qcloud_cvm"
EFS = "efs_mount_target"
RDS = "aliyun_rds"

Dicts = Sequence[dict[str, Any]]


def attachment(kind: str, resource: str, groups: str, state: str = "exact", **more: Any) -> dict[str, Any]:
    """Return a line of a description; groups are words."""
    return {
        "kind": kind,
        "id": resource,
        "security_groups": groups.split(),
        "state": state,
        "position": None,
        "region": None,
        "connection": None,
        "name": None,
        "reason": None,
        **more,
    }


def resource(
    resource_id: str,
    before: str | None,
    error: tuple[str, str] | None = None,
    /,
    effect: dict[str, Any] | None = None,
    **details: Any,
) -> dict[str, Any]:
    """Return an entry of a module's resources; ``error`` is a kind and a message."""
    return {
        "id": resource_id,
        "before": None if before is None else before.split(),
        "effect": effect,
        "details": details,
        "error": error and {"kind": error[0], "code": None, "message": error[1], "request_id": None},
    }


def batch(kind: str, resources: Dicts, *, msg: str | None = None, **more: Any) -> dict[str, Any]:
    """Return a batch that read these resources, and failed if it has a message."""
    result = {"resources": list(resources), "changed": False, "failed": msg is not None}
    if msg is not None:
        result["msg"] = msg
    return {"kind": kind, "connection": None, "region": None, "read_at": READ_AT, "result": result, **more}


def scope(attachments: Dicts, batches: Dicts, name: str = "production", problem: str | None = None) -> dict[str, Any]:
    return {"scope": name, "attachments": list(attachments), "batches": list(batches), "problem": problem}


def report(
    *of: Mapping[str, Any],
    at: datetime = MONDAY,
    last: Report | None = None,
    connections: Mapping[str, Any] | None = None,
) -> Report:
    """Return the report of scopes, after the last one if there was one."""
    found = [
        of_result(one["scope"], read(one["attachments"], connections or {}), result)
        for one in of
        for result in (_results(one["batches"], one["problem"]))
    ]
    # A scope has the same entries whatever was read.
    first = {
        one["scope"]: of_result(one["scope"], read(one["attachments"], connections or {}), {}).entries for one in of
    }
    return build(
        [entry for entries in first.values() for entry in entries],
        [reading for one in found for reading in one.readings],
        [gap for one in found for gap in one.gaps],
        at=at,
        history=parse(as_json(last)) if last else None,
        repairs=True,
    )


def _results(batches: Dicts, problem: str | None) -> Iterator[dict[str, Any]]:
    """Yield what the module returns: one result a batch, as if each were of a task, or that there was none and why."""
    if problem:
        yield {"failed": True, "msg": problem}
    for batch in batches:
        result = batch["result"]
        where = {key: batch[key] for key in ("kind", "connection", "region")}
        if isinstance(result.get("resources"), list):
            yield {
                "resources": [{**one, **where} if isinstance(one, dict) else one for one in result["resources"]],
                "batches": [{**where, "read_at": batch["read_at"], "msg": result.get("msg")}],
            }
        else:
            yield result


def single(line: dict[str, Any], *results: dict[str, Any], at: datetime = MONDAY, last: Report | None = None) -> Report:
    """Return the report of one line, for which a task returned these resources."""
    return report(scope([line], [batch(line["kind"], results)]), at=at, last=last)


def many(number: int, drifted: int) -> Report:
    """Return the report of so many network interfaces, of which so many have a group too many and another order."""
    lines = [
        attachment(ENI, f"eni-{index:08d}", "sg-aaaa1111 sg-bbbb2222", name=f"web-{index}") for index in range(number)
    ]
    found = [
        "sg-bbbb2222 sg-aaaa1111 sg-cccc3333" if index < drifted else "sg-aaaa1111 sg-bbbb2222"
        for index in range(number)
    ]
    read = [resource(line["id"], groups, state="AVAILABLE") for line, groups in zip(lines, found, strict=True)]
    return report(scope(lines, [batch(ENI, read)]))


TENCENT_NAMES = {
    "sg-1h4j6b9s": "deny-all",
    "sg-5d8n2w7c": "web",
    "sg-6r2y8g3f": "monitoring",
    "sg-9z3x7v1b": "Test Frau Müller",
}
AWS_NAMES = {"sg-08125e271d244ae7e": "web", "sg-02ba691e3a600eedb": "backup", "sg-07707b1b9a0b649fd": "default"}


def mixed(at: datetime = TUESDAY) -> Report:
    """Return a report with every verdict, kind and mark, and with a last one."""
    region = {"region": "ap-guangzhou"}
    lines = [
        attachment(
            ENI,
            "eni-7k2m9q4x",
            "sg-1h4j6b9s sg-5d8n2w7c sg-6r2y8g3f",
            reason="The group that denies comes before all others (SEC-118)",
            **region,
        ),
        attachment(ENI, "eni-3w8p5c1z", "sg-1h4j6b9s", "present", position="first", **region),
        attachment(CVM, "ins-3t6v8r1p", "sg-5d8n2w7c sg-1h4j6b9s", reason="Front end", **region),
        attachment(
            EFS,
            "fsmt-0f922ed97a81c2d45",
            "sg-08125e271d244ae7e sg-02ba691e3a600eedb",
            region="eu-central-1",
            name="home, zone a",
            reason="Home directories: web and backup, nothing else",
        ),
        attachment(EFS, "fsmt-0636eb11a93d7f218", "sg-08125e271d244ae7e", region="eu-central-1", name="home, zone b"),
        attachment(EFS, "fsmt-09c1d5e7f3a2b4c68", "sg-08125e271d244ae7e", region="eu-central-1", name="scratch"),
        attachment(
            RDS,
            "pgm-bp1q7w2e9r4t6y8u3",
            "sg-bp195m1bbdpfrsf9x3y7 sg-bp1c4d8e2f6g9h3j5k7l",
            region="cn-hangzhou",
            reason="Only the application and the nightly export",
        ),
        attachment(RDS, "rm-bp1f3k8n5t7v2x9q4", "sg-bp195m1bbdpfrsf9x3y7", region="cn-hangzhou", connection="audit"),
    ]
    dropped = attachment(EFS, "fsmt-0c4d8e2f6a1b3c5d7", "sg-08125e271d244ae7e", region="eu-central-1")

    def batches(eni: str, cvm: str) -> Dicts:
        missing = ("not_found", "mount target fsmt-09c1d5e7f3a2b4c68: it does not exist; check its id and the region")
        return [
            batch(
                ENI,
                [
                    resource(
                        "eni-7k2m9q4x", eni, name="web-1-eth1", state="AVAILABLE", security_group_names=TENCENT_NAMES
                    ),
                    resource("eni-3w8p5c1z", "sg-1h4j6b9s sg-5d8n2w7c", name="web-2-eth1", state="AVAILABLE"),
                ],
                **region,
            ),
            batch(CVM, [resource("ins-3t6v8r1p", cvm, name="web-1", state="RUNNING")], **region),
            batch(
                EFS,
                [
                    resource(
                        "fsmt-0f922ed97a81c2d45",
                        "sg-08125e271d244ae7e sg-07707b1b9a0b649fd",
                        state="available",
                        security_group_names=AWS_NAMES,
                    ),
                    resource("fsmt-0636eb11a93d7f218", "sg-08125e271d244ae7e", state="available"),
                    resource("fsmt-09c1d5e7f3a2b4c68", None, missing),
                    resource("fsmt-0c4d8e2f6a1b3c5d7", "sg-08125e271d244ae7e", state="available"),
                ],
                region="eu-central-1",
            ),
            batch(
                RDS,
                [
                    resource(
                        "pgm-bp1q7w2e9r4t6y8u3",
                        "sg-bp195m1bbdpfrsf9x3y7 sg-bp1m2n8b4v6c1x9z3a5s",
                        status="Running",
                        description="orders",
                        groups_checked=False,
                    )
                ],
                region="cn-hangzhou",
            ),
            batch(
                RDS,
                [],
                msg="the access key is not valid (InvalidAccessKeyId.NotFound); check access_key_id",
                region="cn-hangzhou",
                connection="audit",
            ),
        ]

    last = report(
        scope([*lines, dropped], batches("sg-5d8n2w7c sg-1h4j6b9s sg-6r2y8g3f", "sg-1h4j6b9s sg-5d8n2w7c")), at=MONDAY
    )
    return report(
        scope(lines, batches("sg-5d8n2w7c sg-1h4j6b9s sg-9z3x7v1b", "sg-5d8n2w7c sg-1h4j6b9s")), at=at, last=last
    )


def busy(number: int, at: datetime = TUESDAY) -> Report:
    """Return a report of so many resources in nine places, a quarter of it not in sync, for many causes."""
    lines, read = [], {}
    for index in range(number):
        region = ("ap-guangzhou", "ap-shanghai", "ap-singapore")[index % 3]
        connection = ("production", "staging", "audit")[index // 3 % 3]
        accepted = {"until": "2026-12-31", "reason": "the migration to the new firewall"} if index % 40 == 12 else None
        line = attachment(
            (ENI, CVM)[index % 2],
            f"{('eni', 'ins')[index % 2]}-{index * 7919:08x}",
            "sg-1h4j6b9s sg-5d8n2w7c",
            name=f"web-{index}",
            reason="Deny rules must be evaluated first (SEC-118)" if index % 5 == 0 else None,
            region=region,
            connection=connection,
            accepted=accepted,
        )
        lines.append(line)
        state = {"name": f"web-{index}", "state": "AVAILABLE", "security_group_names": TENCENT_NAMES}
        groups = {0: "sg-5d8n2w7c sg-1h4j6b9s", 4: "sg-1h4j6b9s sg-5d8n2w7c sg-9z3x7v1b", 12: "sg-5d8n2w7c"}
        denied = (
            "the credentials lack a permission; grant vpc:DescribeNetworkInterfaces (AuthFailure.UnauthorizedOperation)"
        )
        if index % 16 == 7 or (connection == "audit" and index % 4 == 1):
            one = resource(line["id"], None, ("denied", denied))
        elif index % 50 == 20:
            one = resource(line["id"], None, ("not_found", "it does not exist; check its id and the region"))
        else:
            found = groups.get(index % (20 if index % 3 else 40), "sg-1h4j6b9s sg-5d8n2w7c")
            one = resource(line["id"], found, **state)
        read.setdefault((line["kind"], region, connection), []).append(one)
    batches = [
        batch(kind, resources, region=region, connection=connection)
        for (kind, region, connection), resources in read.items()
    ]
    connections = {"production": {}, "staging": {}, "audit": {}}
    last = None
    for day in range(12 if number < 1000 else 1):
        last = report(
            scope(lines, [{**one, "result": {"resources": one["result"]["resources"][day:]}} for one in batches]),
            at=MONDAY - timedelta(days=12 - day),
            last=last,
            connections=connections,
        )
    return report(scope(lines, batches), at=at, last=last, connections=connections)
