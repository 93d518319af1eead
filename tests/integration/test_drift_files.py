# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The action drift_report_files through ansible-playbook, with what the modules return from running clouds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.integration.playbook import Run, play, task
from tests.simulators import tencentcloud as tencent
from tests.simulators.tencentcloud import TencentCloudSimulator

NOW = "{{ now(utc=true).isoformat() }}"


def line(resource: str, *groups: str, **more: Any) -> dict[str, Any]:
    return {"kind": "qcloud_eni", "id": resource, "security_groups": list(groups), "state": "exact", **more}


def files(directory: Path, lines: list[dict[str, Any]], result: Any, **more: Any) -> dict[str, Any]:
    described = {"scope": "production", "attachments": lines, "result": result, **more}
    return task("drift_report_files", directory=str(directory), **described)


def nothing(**more: Any) -> dict[str, Any]:
    """Return what a module returns that read nothing."""
    return {"resources": [], "batches": [], **more}


def written(directory: Path) -> Any:
    return json.loads((directory / "drift.json").read_text(encoding="utf-8"))


def test_from_a_registered_result_to_the_files(tmp_path: Path, tencentcloud: TencentCloudSimulator) -> None:
    estate = tencentcloud.populate()
    first, second, third = estate.network_interfaces
    one, other, *_rest = estate.security_groups
    tencentcloud.attach(first, other, one)
    connection = {
        "secret_id": tencent.SECRET_ID,
        "secret_key": tencent.SECRET_KEY,
        "region": tencent.REGION,
        "endpoint": tencentcloud.url,
    }
    lines = [
        line(first, one, other, name="front", reason="<b>deny</b> | first", connection="c"),
        line(second, one, position="keep", connection="c"),
        line("eni-00000000", one, connection="c"),
        line(third, one, connection="c"),
    ]
    read = task("attachments", attachments=lines[:3], connections={"c": connection})
    directory = tmp_path / "to" / "report"
    connections = {"c": {"region": tencent.REGION}}
    report = files(directory, lines, "{{ read }}", connections=connections, previous=str(directory / "drift.json"))
    run = play([{**read, "register": "read"}, report], "--check", "-vvv")
    assert run.exit_code == 0, run.output
    assert tencentcloud.count(*tencent.WRITES) == 0
    result = run.tasks[1].result
    assert result["changed"] is False
    assert result["totals"] == {"in_sync": 1, "drift": 1, "would_fail": 1, "error": 1, "accepted": 0, "total": 4}
    assert result["ids"] == [first, "eni-00000000", third]
    assert sorted(result["files"]) == sorted(str(directory / f"drift.{kind}") for kind in ("json", "md", "xml", "html"))
    assert result["summary"][0] == "4 described: 1 drift, 1 would fail, 1 not read, 1 in sync"
    assert any(text.startswith(first) and text.endswith("order 1↔2") for text in result["summary"])
    content = written(directory)
    assert content["totals"] == result["totals"]
    assert {found["id"]: (found["verdict"], found["name"]) for found in content["resources"]} == {
        first: ("drift", "front"),
        second: ("in_sync", "eni-1"),
        "eni-00000000": ("would_fail", None),
        third: ("error", None),
    }
    repair = next(found["repair"] for found in content["resources"] if found["id"] == first)
    assert repair.endswith(f" -i inventory.yml --limit production -e security_group_attachments_only={first}")
    assert tencent.SECRET_KEY not in run.output

    # The next morning: repaired by hand, and one that was in sync is not any more.
    tencentcloud.attach(first, one, other)
    tencentcloud.attach(second, other)
    run = play([{**read, "register": "read"}, report], "--check")
    again = written(directory)
    assert again["previous_at"] == content["generated_at"]
    assert [found["id"] for found in again["repaired"]] == [first]
    assert {found["id"]: found["age"] for found in again["resources"]} == {
        first: None,
        second: "new",
        "eni-00000000": "known",
        third: "known",
    }
    assert run.tasks[1].result["summary"][1].startswith("1 new and 1 in sync again since ")


def test_a_workflow_is_handed_fifty_ids(tmp_path: Path) -> None:
    lines = [line(f"eni-{number:08d}", "sg-aaaa1111") for number in range(60)]
    result = play([files(tmp_path, lines, nothing(), fail_on="drift, error")]).tasks[0].result
    assert (result["totals"]["error"], len(result["ids"])) == (60, 50)
    assert result["complaints"] == ["60 of 60 resources could not be read"]
    assert result["page"] == str(tmp_path / "drift.html")


def test_markdown_fits_where_it_is_pasted(tmp_path: Path) -> None:
    lines = [line(f"eni-{number:08d}", "sg-aaaa1111", name="n" * 60, reason="@team: see #123") for number in range(100)]
    play([files(tmp_path, lines, nothing(), markdown_limit=5000)])
    content = (tmp_path / "drift.md").read_text(encoding="utf-8")
    assert 4500 < len(content) <= 5000
    left_out = 100 - content.count("`@team: see #123`")
    assert f"Left out, because of the size: {left_out} not read. `drift.json` and `drift.html` have all." in content
    assert len(written(tmp_path)["resources"]) == 100


def test_a_limit_that_holds_nothing_is_refused(tmp_path: Path) -> None:
    message = refused(tmp_path, markdown_limit=999).tasks[0].msg
    assert message == "markdown_limit is 999 and must be at least 1000"


def refused(tmp_path: Path, **more: Any) -> Run:
    run = play([files(tmp_path / "report", **{"lines": [], "result": nothing(), **more})])
    assert run.tasks[0].failed
    assert run.tasks[0].changed is False
    assert "Traceback" not in run.output
    assert not (tmp_path / "report" / "drift.json").exists()
    return run


def test_a_last_report_that_cannot_be_used_stops_it_before_anything_is_written(tmp_path: Path) -> None:
    last = tmp_path / "last.json"
    last.write_text('{"schema_version": 2}', encoding="utf-8")
    message = refused(tmp_path, previous=str(last)).tasks[0].msg
    assert message == (
        f"the last report {last} cannot be used: its schema_version is 2, and this collection reads 1; "
        "move or delete it to start a new history"
    )


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (
            {"lines": [line("eni-7k2m9q4x", "sg-aaaa1111")] * 2},
            "attachments[1] (eni-7k2m9q4x): attachments[0] describes it already; describe it once",
        ),
        (
            {"result": nothing(batches=[{"kind": "qcloud_eni", "read_at": "now", "msg": None}])},
            "read_at of a batch of result is 'now' and not a time in ISO 8601",
        ),
        (
            {"fail_on": "drift, nothing"},
            "fail_on has 'nothing'; it takes drift, would_fail, error, opens, opens_to_internet, or none alone",
        ),
        ({"reports": "drift-report"}, "parameters are mutually exclusive: result|reports"),
    ],
)
def test_arguments_that_make_no_sense_are_refused(tmp_path: Path, more: dict[str, Any], message: str) -> None:
    assert message in refused(tmp_path, **more).tasks[0].msg


def test_a_directory_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "report").touch()
    message = play([files(tmp_path / "report", [], nothing())]).tasks[0].msg
    assert message == f"the report could not be written: {tmp_path / 'report'}: File exists"


def test_reports_of_several_hosts_are_merged_and_the_last_of_each_counts(tmp_path: Path) -> None:
    lines = [line("eni-7k2m9q4x", "sg-aaaa1111")]
    parts = [files(tmp_path / name, lines, nothing(), scope=name) for name in ("a", "b")]
    merged = task(
        "drift_report_files", directory=str(tmp_path), reports=str(tmp_path), scopes="a, b\nc", fail_on="none"
    )
    run = play([*parts, merged])
    assert run.exit_code == 0, run.output
    result = run.tasks[2].result
    assert (result["totals"]["error"], result["totals"]["total"], result["complaints"]) == (3, 3, [])
    assert [(one["scope"], one["id"]) for one in written(tmp_path)["resources"]] == [
        ("a", "eni-7k2m9q4x"),
        ("b", "eni-7k2m9q4x"),
        ("c", None),
    ]
    (tmp_path / "a" / "drift.json").write_text('{"schema_version": 1}', encoding="utf-8")
    message = play([merged]).tasks[0].msg
    assert message == (
        f"the report {tmp_path}/a/drift.json is not a whole drift.json of schema version 1; make it again"
    )
