# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The modules for network interfaces and instances, through ansible-playbook, against a running Tencent Cloud API."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.integration.playbook import Run, TaskResult, play, task
from tests.simulators.server import Effect, Raw, Refuse
from tests.simulators.tencentcloud import REGION, SECRET_ID, SECRET_KEY, WRITES, Estate, TencentCloudSimulator

KEY = {"secret_id": SECRET_ID, "secret_key": SECRET_KEY}
NOTHING_WRITTEN = " (nothing was written)"
GROUP = "sg-12345678"

Play = Callable[..., Run]
Manage = Callable[..., TaskResult]


@dataclass(frozen=True)
class Kind:
    """One of the two kinds: its modules, how resources are named, and the calls that read and write."""

    module: str
    noun: str
    plural: str
    ids: str
    id: str
    example: str
    missing: str
    read: str
    write: str

    @property
    def info(self) -> str:
        return f"{self.module}_info"


ENI = Kind(
    "qcloud_eni_sg",
    "network interface",
    "network interfaces",
    "network_interface_ids",
    "network_interface_id",
    "eni-7k2m9q4x",
    "eni-zzzzzzzz",
    "DescribeNetworkInterfaces",
    "ModifyNetworkInterfaceAttribute",
)
CVM = Kind(
    "qcloud_cvm_sg",
    "instance",
    "instances",
    "instance_ids",
    "instance_id",
    "ins-3t6v8r1p",
    "ins-zzzzzzzz",
    "DescribeInstances",
    "ModifyInstancesAttribute",
)


@pytest.fixture(params=[ENI, CVM], ids=lambda kind: kind.module)
def kind(request: pytest.FixtureRequest) -> Kind:
    found = request.param
    assert isinstance(found, Kind)
    return found


@pytest.fixture
def estate(tencentcloud: TencentCloudSimulator) -> Estate:
    return tencentcloud.populate()


@pytest.fixture
def groups(estate: Estate) -> list[str]:
    return list(estate.security_groups)


@pytest.fixture
def enis(estate: Estate) -> list[str]:
    return list(estate.network_interfaces)


@pytest.fixture
def instances(estate: Estate) -> list[str]:
    return list(estate.instances)


@pytest.fixture
def resources(kind: Kind, enis: list[str], instances: list[str]) -> list[str]:
    """Three resources of the kind, each with the first group."""
    return enis if kind is ENI else instances


@pytest.fixture
def play_tencentcloud(tencentcloud: TencentCloudSimulator) -> Play:
    """Run tasks whose connection comes from the action group's defaults."""

    def run(tasks: Sequence[Mapping[str, Any]], *flags: str, **more: Any) -> Run:
        connection = {**KEY, "region": REGION, "endpoint": tencentcloud.url}
        return play(tasks, *flags, defaults={"group/crosscloud.security_groups.tencentcloud": connection}, **more)

    return run


@pytest.fixture
def manage(play_tencentcloud: Play) -> Manage:
    """Run one task of the writing module of a kind and return its result."""

    def run(kind: Kind, *flags: str, **arguments: Any) -> TaskResult:
        return play_tencentcloud([task(kind.module, **arguments)], *flags).tasks[0]

    return run


class TestTheMainJob:
    def test_check_mode_then_for_real_then_again(
        self,
        tencentcloud: TencentCloudSimulator,
        play_tencentcloud: Play,
        kind: Kind,
        resources: list[str],
        groups: list[str],
    ) -> None:
        a, b, c = groups[:3]
        tencentcloud.attach(resources[0], a, b, c)
        tencentcloud.attach(resources[1], c, b, a)
        wanted = [task(kind.module, **{kind.ids: resources}, security_groups=[c, a], position="first")]

        checked = play_tencentcloud(wanted, "--check", "--diff").tasks[0]
        assert [call.action for call in tencentcloud.calls] == [kind.read]
        assert checked.each("before") == [[a, b, c], [c, b, a], [a]]
        assert checked.each("after") == [[c, a, b], [c, a, b], [c, a]]
        assert checked.each("added") == [[], [], [c]]
        assert checked.each("moved") == [[c, a, b], [a, b], []]
        assert checked.each("changed") == [True] * 3
        assert checked.each("verified") == [False] * 3
        assert checked.result["diff"][0] == {
            "before_header": resources[0],
            "after_header": resources[0],
            "before": f"{a}\n{b}\n{c}\n",
            "after": f"{c}\n{a}\n{b}\n",
        }

        tencentcloud.calls.clear()
        real = play_tencentcloud(wanted, "--diff").tasks[0]
        assert [tencentcloud.groups(one) for one in resources] == checked.each("after") == real.each("after")
        assert real.result["diff"] == checked.result["diff"]
        assert real.each("verified") == [True] * 3
        assert (tencentcloud.count(kind.write), tencentcloud.count(*WRITES)) == (3, 3)
        # On a busy machine more than a second may pass until a write is due; then the list is read once more.
        assert 1 + 1 <= tencentcloud.count(kind.read) <= 1 + 3 + 3

        tencentcloud.calls.clear()
        again = play_tencentcloud(wanted, "--diff").tasks[0]
        assert (again.changed, again.result["diff"]) == (False, [])
        assert [call.action for call in tencentcloud.calls] == [kind.read]

    def test_a_change_of_order_alone_is_a_change(
        self,
        tencentcloud: TencentCloudSimulator,
        play_tencentcloud: Play,
        kind: Kind,
        resources: list[str],
        groups: list[str],
    ) -> None:
        a, b = groups[:2]
        tencentcloud.attach(resources[0], a, b)
        wanted = [task(kind.module, **{kind.id: resources[0]}, security_groups=[b, a], state="exact")]
        for flags in (("--check", "--diff"), ("--diff",)):
            found = play_tencentcloud(wanted, *flags).tasks[0]
            assert found.changed
            assert (found.each("added"), found.each("removed"), found.each("moved")) == ([[]], [[]], [[b, a]])
            assert found.result["diff"][0]["after"] == f"{b}\n{a}\n"
        assert tencentcloud.groups(resources[0]) == [b, a]
        assert not play_tencentcloud(wanted).tasks[0].changed

    def test_states_and_positions_in_one_task(
        self, tencentcloud: TencentCloudSimulator, manage: Manage, kind: Kind, resources: list[str], groups: list[str]
    ) -> None:
        a, b, c, d = groups[:4]
        for resource in resources:
            tencentcloud.attach(resource, a, b, c)
        result = manage(
            kind,
            attachments=[
                {"id": resources[0], "security_groups": [a, d], "position": "last"},
                {kind.id: resources[1], "security_groups": [b, d], "state": "absent"},
                {"id": resources[2], "security_groups": [d, a]},
            ],
        )
        assert result.each("after") == [[b, c, a, d], [a, c], [a, b, c, d]]
        assert result.each("moved") == [[b, c, a], [], []]
        assert [tencentcloud.groups(one) for one in resources] == result.each("after")

    def test_hundreds_of_resources_take_a_read_for_a_hundred(
        self, tencentcloud: TencentCloudSimulator, play_tencentcloud: Play, kind: Kind
    ) -> None:
        estate = tencentcloud.populate(network_interfaces=250, instances=250)
        named = list(estate.network_interfaces if kind is ENI else estate.instances)
        by_id, by_filter, info = play_tencentcloud(
            [
                task(kind.module, **{kind.ids: named}, security_groups=estate.security_groups[0], state="exact"),
                task(
                    kind.module,
                    filters={"tag:role": ["web", "db"], "vpc-id": list(estate.vpcs), **_not_primary(kind)},
                    security_groups=estate.security_groups[0],
                ),
                task(kind.info, filters={"tag:role": "web", **_not_primary(kind)}),
            ]
        ).tasks
        assert (by_id.failed, by_id.changed, by_id.each("id")) == (False, False, named)
        assert sorted(by_filter.each("id")) == sorted(named)
        assert info.each("id") == named[::2]
        assert set(info.resources[0]) == {"id", "security_groups", "details"}
        assert tencentcloud.count(kind.read) == 3 + (3 + 3) + (2 + 2)
        assert tencentcloud.count(*WRITES) == 0

    def test_a_list_is_never_anything_but_the_old_or_the_new_one(
        self, tencentcloud: TencentCloudSimulator, manage: Manage, kind: Kind, resources: list[str], groups: list[str]
    ) -> None:
        a, b, c, d, e = groups[:5]
        tencentcloud.attach(resources[0], a, b, c, d)
        manage(kind, **{kind.id: resources[0]}, security_groups=[e, d, c, a], state="exact")
        assert tencentcloud.history(resources[0]) == [[a], [a, b, c, d], [e, d, c, a]]

    def test_details_and_what_is_selected_by_nothing(
        self, play_tencentcloud: Play, kind: Kind, resources: list[str], estate: Estate
    ) -> None:
        info, nothing, nothing_to_do = play_tencentcloud(
            [
                task(kind.info, **{kind.ids: resources[:1]}),
                task(kind.info, filters={"vpc-id": "vpc-00000000"}),
                task(kind.module, filters={"vpc-id": "vpc-00000000"}, security_groups=[GROUP]),
            ]
        ).tasks
        details = info.each("details")[0]
        assert details["vpc_id"] == estate.vpcs[0]
        assert details["name"] == ("eni-0" if kind is ENI else "web-0")
        assert details["state"] == ("AVAILABLE" if kind is ENI else "RUNNING")
        assert [(one.failed, one.resources) for one in (nothing, nothing_to_do)] == [(False, [])] * 2


def _not_primary(kind: Kind) -> dict[str, Any]:
    return {"is-primary": False} if kind is ENI else {}


class TestWhatIsParticular:
    def test_a_network_interface_is_cleared_where_that_is_allowed(
        self, tencentcloud: TencentCloudSimulator, play_tencentcloud: Play, enis: list[str], groups: list[str]
    ) -> None:
        tencentcloud.attach(enis[0], *groups[:3])
        nothing = {"network_interface_id": enis[0], "security_groups": [], "state": "exact"}
        refused, detached, cleared, again = play_tencentcloud(
            [
                task(ENI.module, **nothing),
                task(ENI.module, network_interface_id=enis[0], security_groups=groups[:3], state="absent"),
                task(ENI.module, **nothing, allow_empty=True),
                task(ENI.module, **nothing, allow_empty=True),
            ],
        ).tasks
        assert refused.msg == "no security group would be left; set allow_empty if that is meant"
        assert detached.msg == (
            f"network interface {enis[0]}: no security group would be left; set allow_empty if that is meant"
            + NOTHING_WRITTEN
        )
        assert (cleared.failed, cleared.each("after"), cleared.each("removed")) == (False, [[]], [groups[:3]])
        assert not again.changed
        assert tencentcloud.history(enis[0])[1:] == [groups[:3], []]
        assert [call.action for call in tencentcloud.calls if call.action in WRITES] == [
            "DisassociateNetworkInterfaceSecurityGroups"
        ]

    def test_a_primary_network_interface_is_refused(
        self, tencentcloud: TencentCloudSimulator, play_tencentcloud: Play, estate: Estate, groups: list[str]
    ) -> None:
        instance, primary = next(iter(estate.primaries.items()))
        due, not_due, shown = play_tencentcloud(
            [
                task(ENI.module, network_interface_id=primary, security_groups=groups[1:2]),
                task(ENI.module, network_interface_id=primary, security_groups=groups[:1]),
                task(ENI.info, network_interface_id=primary),
            ]
        ).tasks
        for refused in (due, not_due):
            assert refused.msg.startswith(
                f"network interface {primary}: it is the primary network interface of {instance}, whose security "
                "groups are managed with qcloud_cvm_sg and instance_id"
            )
            assert refused.each("error")[0]["kind"] == "invalid"
        assert shown.each("security_groups") == [groups[:1]]
        assert tencentcloud.count(*WRITES) == 0

    def test_the_quota_of_a_network_interface_is_the_clouds_to_tell(
        self, tencentcloud: TencentCloudSimulator, manage: Manage, enis: list[str], groups: list[str]
    ) -> None:
        tencentcloud.eni_quota = 3
        result = manage(ENI, network_interface_id=enis[0], security_groups=groups[:4])
        assert (result.each("error")[0]["kind"], result.each("error")[0]["code"]) == ("limit", "LimitExceeded")
        assert "a quota allows no list this long; name fewer security groups" in result.msg
        assert tencentcloud.groups(enis[0]) == groups[:1]

    @pytest.mark.parametrize("flags", [(), ("--check",)])
    def test_an_instance_has_five_groups_at_most_and_one_at_least(
        self,
        tencentcloud: TencentCloudSimulator,
        play_tencentcloud: Play,
        instances: list[str],
        groups: list[str],
        flags: tuple[str, ...],
    ) -> None:
        too_many, one_more, none, none_left = play_tencentcloud(
            [
                task(CVM.module, instance_id=instances[0], security_groups=groups[:6]),
                task(CVM.module, instance_id=instances[0], security_groups=groups[1:6]),
                task(CVM.module, instance_id=instances[0], security_groups=[], state="exact"),
                task(CVM.module, instance_id=instances[0], security_groups=groups[:1], state="absent"),
            ],
            *flags,
        ).tasks
        more_than_five = "6 security groups are more than the 5 that can be attached; name fewer or detach others"
        at_least_one = "at least one security group must stay attached; name the groups that shall stay"
        assert too_many.msg == more_than_five
        assert one_more.msg == f"instance {instances[0]}: {more_than_five}{NOTHING_WRITTEN}"
        assert none.msg == at_least_one
        assert none_left.msg == f"instance {instances[0]}: {at_least_one}{NOTHING_WRITTEN}"
        assert tencentcloud.count(*WRITES) == 0

    def test_the_states_of_an_instance(self, tencentcloud: TencentCloudSimulator, play_tencentcloud: Play) -> None:
        passing = ("PENDING", "STARTING", "STOPPING", "REBOOTING", "ENTER_RESCUE_MODE")
        final = ("SHUTDOWN", "TERMINATING", "FREEZING", "RESCUE_MODE", "LAUNCH_FAILED")
        estate = tencentcloud.populate(0, len(passing) + len(final) + 1)
        instances, groups = list(estate.instances), list(estate.security_groups)
        waited_for, refused, stopped = instances[:5], instances[5:10], instances[10]
        for instance, state in zip([*waited_for, *refused, stopped], [*passing, *final, "STOPPED"], strict=True):
            tencentcloud.put_in_state(instance, state, reads=2 if instance in waited_for else None)
        after_waiting, no_change, as_usual = play_tencentcloud(
            [
                task(CVM.module, instance_ids=waited_for, security_groups=groups[1:2]),
                task(CVM.module, instance_ids=[*refused, waited_for[0]], security_groups=groups[2:3]),
                task(CVM.module, instance_id=stopped, security_groups=groups[1:2]),
            ]
        ).tasks
        assert after_waiting.each("after") == [groups[:2]] * 5
        assert no_change.each("before") == [groups[:1]] * 5 + [groups[:2]]
        for instance, state in zip(refused, final, strict=True):
            assert f"instance {instance}: it is '{state}' and takes no change in that state" in no_change.msg
        assert [error and error["kind"] for error in no_change.each("error")] == ["state"] * 5 + [None]
        assert as_usual.each("after") == [groups[:2]]
        assert tencentcloud.count(*WRITES) == 6

    def test_a_network_interface_that_is_pending_is_waited_for_before_and_after(
        self, tencentcloud: TencentCloudSimulator, manage: Manage, enis: list[str], groups: list[str]
    ) -> None:
        tencentcloud.put_in_state(enis[0], "PENDING", reads=2)
        tencentcloud.pending_reads = 2
        result = manage(ENI, network_interface_id=enis[0], security_groups=groups[1:2])
        assert (result.failed, result.each("details")[0]["state"]) == (False, "AVAILABLE")
        assert (tencentcloud.count(ENI.read), tencentcloud.count(*WRITES)) == (3 + 3, 1)

    def test_an_operation_under_way_is_waited_for(
        self, tencentcloud: TencentCloudSimulator, manage: Manage, instances: list[str], groups: list[str]
    ) -> None:
        tencentcloud.put_operation(instances[0], "ResetInstancesPassword", "OPERATING", reads=2)
        tencentcloud.operating_reads = 2
        result = manage(CVM, instance_id=instances[0], security_groups=groups[1:2])
        assert (result.failed, result.each("after")) == (False, [groups[:2]])
        assert tencentcloud.count(*WRITES) == 1
        actions = [call.action for call in tencentcloud.calls]
        written = actions.index(CVM.write)
        # There are more where the machine is so slow that a plan does not stay fresh.
        assert actions[:written].count(CVM.read) >= 3
        assert actions[written:].count(CVM.read) >= 3

    def test_an_operation_that_fails_is_believed_if_it_is_ours(
        self, tencentcloud: TencentCloudSimulator, manage: Manage, instances: list[str], groups: list[str]
    ) -> None:
        tencentcloud.put_operation(instances[1], "ResizeInstanceDisks", "FAILED")
        tencentcloud.fail_next_write(instances[0])
        result = manage(CVM, instance_ids=instances[:2], security_groups=groups[1:2])
        assert (result.failed, result.each("after")) == (False, [groups[:2]] * 2)
        assert tencentcloud.count(*WRITES) == 3


class TestBadInput:
    def test_an_unknown_resource_that_the_cloud_leaves_out(
        self, tencentcloud: TencentCloudSimulator, manage: Manage, enis: list[str], groups: list[str]
    ) -> None:
        tencentcloud.unknown_enis_refused = False
        result = manage(ENI, network_interface_ids=[*enis, ENI.missing], security_groups=groups[1:2])
        assert result.msg.startswith(
            f"1 of 4 network interfaces failed: network interface {ENI.missing}: it does not exist; check its id and "
            "the region"
        )
        assert [error and error["kind"] for error in result.each("error")] == [None, None, None, "not_found"]
        assert tencentcloud.count(*WRITES) == 0

    @pytest.mark.parametrize("kind", [ENI], indirect=True, ids=lambda kind: kind.module)
    def test_connection(self, tencentcloud: TencentCloudSimulator, kind: Kind, tmp_path: Path) -> None:
        named = {kind.id: kind.example, "security_groups": GROUP}
        where = {"region": REGION, "endpoint": tencentcloud.url}
        no_region, half, wrong_key, nobody, unreachable = play(
            [
                task(kind.module, **named, **KEY),
                task(kind.module, **named, **where, secret_id=SECRET_ID),
                task(kind.module, **named, **where, secret_id=SECRET_ID, secret_key="wr0ng-5ecret"),
                task(kind.module, **named, **where, secret_id="AKIDnobody", secret_key="wr0ng-5ecret"),
                task(kind.module, **named, **KEY, region=REGION, endpoint="http://127.0.0.1:9"),
            ]
        ).tasks
        assert no_region.msg == "no region; set region or the environment variable TENCENTCLOUD_REGION"
        assert half.msg == (
            "secret_id is set and secret_key is missing; set secret_key or the environment variable "
            "TENCENTCLOUD_SECRET_KEY"
        )
        for refused, code in ((wrong_key, "SignatureFailure"), (nobody, "SecretIdNotFound")):
            assert refused.each("error")[0]["kind"] == "auth"
            assert refused.each("error")[0]["code"] == f"AuthFailure.{code}"
            assert "does not accept the credentials; check secret_id, secret_key and token" in refused.msg
        assert "Tencent Cloud cannot be reached; check region, endpoint, proxies and the network" in unreachable.msg
        (tmp_path / "tencentcloud.py").write_text("raise ImportError('No module named tencentcloud')\n")
        run = play([task(kind.module, **named, **KEY, **where)], environ={"PYTHONPATH": str(tmp_path)})
        assert run.tasks[0].msg.startswith(
            "Failed to import the required Python library (tencentcloud-sdk-python-common) on "
        )

    @pytest.mark.parametrize("kind", [ENI], indirect=True, ids=lambda kind: kind.module)
    def test_the_environment_and_a_token(
        self, tencentcloud: TencentCloudSimulator, kind: Kind, resources: list[str], groups: list[str]
    ) -> None:
        environ = {
            "TENCENTCLOUD_SECRET_ID": SECRET_ID,
            "TENCENTCLOUD_SECRET_KEY": SECRET_KEY,
            "TENCENTCLOUD_REGION": REGION,
            "TENCENTCLOUD_TOKEN": "",
        }
        read = task(kind.info, **{kind.id: resources[0]}, endpoint=tencentcloud.url)
        assert play([read], environ=environ).tasks[0].each("security_groups") == [groups[:1]]
        tencentcloud.token = "t0ken-of-the-role"
        with_token = {**environ, "TENCENTCLOUD_TOKEN": "t0ken-of-the-role"}
        own_key = task(kind.info, **{kind.id: resources[0]}, endpoint=tencentcloud.url, **KEY)
        from_environ, without = play([read, own_key], environ=with_token).tasks
        assert from_environ.each("security_groups") == [groups[:1]]
        assert "AuthFailure.TokenFailure" in without.msg

    @pytest.mark.parametrize("kind", [CVM], indirect=True, ids=lambda kind: kind.module)
    def test_a_role(
        self, tencentcloud: TencentCloudSimulator, kind: Kind, resources: list[str], groups: list[str]
    ) -> None:
        role = "qcs::cam::uin/100000000001:roleName/ansible"
        tencentcloud.allow_role(role)
        where = {"region": REGION, "endpoint": tencentcloud.url}
        policy = {"version": "2.0", "statement": [{"effect": "allow", "action": "cvm:*", "resource": "*"}]}
        named = {kind.id: resources[0], "security_groups": groups[1:2], **where}
        in_role, unknown = play(
            [
                task(kind.module, **named, **KEY, assume_role_arn=role, assume_role_policy=policy),
                task(kind.module, **named, **KEY, role_arn="nobody"),
            ]
        ).tasks
        assert (in_role.changed, tencentcloud.groups(resources[0])) == (True, groups[:2])
        assert set(tencentcloud.callers[1:-1]) == {role}
        assert unknown.msg == (
            "the role 'nobody' cannot be assumed: the role does not exist; check its ARN "
            "(AssumeRole answered ResourceNotFound.RoleNotFound: The role nobody does not exist)"
        )
        tencentcloud.callers.clear()
        environ = {
            "TENCENTCLOUD_SECRET_ID": SECRET_ID,
            "TENCENTCLOUD_SECRET_KEY": SECRET_KEY,
            "TENCENTCLOUD_ASSUME_ROLE_ARN": role,
            "TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME": "me",
        }
        read = task(kind.info, **{kind.id: resources[0]}, **where)
        own_key = task(kind.info, **{kind.id: resources[0]}, **where, **KEY)
        assert not any(found.failed for found in play([read, own_key], environ=environ).tasks)
        assert tencentcloud.callers == [None, role, None]
        refused, with_own_key = play(
            [read, own_key], environ={**environ, "TENCENTCLOUD_ASSUME_ROLE_TOKEN_CODE": "123456"}
        ).tasks
        assert refused.msg == (
            "the environment variable TENCENTCLOUD_ASSUME_ROLE_TOKEN_CODE is set and not supported; unset it, or give "
            "keys of a session with secret_id, secret_key and token"
        )
        assert not with_own_key.failed


# One of each sort; the unit tests have all codes.
PERMANENT: list[tuple[str, str, str]] = [
    ("UnauthorizedOperation", "denied", "the credentials lack a permission; grant {service}:{write}"),
    ("AuthFailure.SignatureExpire", "auth", "Tencent Cloud does not accept the credentials"),
    ("ResourceNotFound", "not_found", "{not_found}"),
    ("LimitExceeded.AssociateUSGLimitExceeded", "limit", "a quota allows no list this long"),
    ("InvalidParameterValue.Malformed", "invalid", "Tencent Cloud refuses the request; check the arguments"),
    ("UnsupportedOperation.StoppedModeStopCharging", "state", "its state takes no change"),
]

# Faults that all clouds have are in the matrix.
PASSING: list[Effect] = [
    Refuse(200, "UnsupportedOperation.ResourceProcessing", "busy"),
    Refuse(200, "FailedOperation.UnheardOf", "not now"),
    Raw(200, b'{"Response":{"Error":{"Code":"InternalError","Message":"o"}}}', "application/json; charset=utf-8"),
]


class TestTroubleAtTencentCloud:
    def test_each_permanent_error_has_a_kind_and_says_what_to_do(
        self,
        tencentcloud: TencentCloudSimulator,
        play_tencentcloud: Play,
        kind: Kind,
        resources: list[str],
        groups: list[str],
    ) -> None:
        for row in PERMANENT:
            tencentcloud.play(Refuse(200, row[0], "what the cloud says"), kind.write)
        one = {kind.id: resources[0]}
        run = play_tencentcloud(
            [
                *[task(kind.module, **one, security_groups=groups[1:2])] * len(PERMANENT),
                task(kind.module, **one, security_groups=[GROUP]),
            ]
        )
        for (code, error_kind, advice), found in zip(PERMANENT, run.tasks, strict=False):
            service = "vpc" if kind is ENI else "cvm"
            not_found = f"security group {groups[1]} does not exist in the region; check the ids and the region"
            if kind is not ENI:
                not_found = "it does not exist; check its id and the region"
            says = advice.format(service=service, write=kind.write, not_found=not_found)
            assert found.msg.startswith(f"{kind.noun} {resources[0]}: {says}"), code
            assert f"({kind.write} answered {code}: what the cloud says)" in found.msg
            error = found.each("error")[0]
            assert (error["kind"], error["code"], bool(error["request_id"])) == (error_kind, code, True)
            assert not found.changed
        no_group = run.tasks[-1]
        assert no_group.each("error")[0]["kind"] == "not_found"
        assert no_group.msg.startswith(
            f"{kind.noun} {resources[0]}: security group {GROUP} does not exist in the region"
        )
        assert tencentcloud.groups(resources[0]) == groups[:1]

    def test_what_passes_is_ridden_out(
        self,
        tencentcloud: TencentCloudSimulator,
        play_tencentcloud: Play,
        kind: Kind,
        resources: list[str],
        groups: list[str],
    ) -> None:
        for resource, effect in zip(resources, PASSING, strict=False):
            tencentcloud.play(effect, kind.write, resource=resource)
        named = resources[: len(PASSING)]
        found = play_tencentcloud([task(kind.module, **{kind.ids: named}, security_groups=groups[1:2])]).tasks[0]
        assert (found.failed, found.each("verified")) == (False, [True] * len(PASSING))
        assert [tencentcloud.groups(one) for one in named] == [groups[:2]] * len(PASSING)
        assert tencentcloud.count(kind.write) == 2 * len(PASSING)

    @pytest.mark.parametrize("kind", [ENI], indirect=True, ids=lambda kind: kind.module)
    def test_what_perhaps_passes_is_tried_a_few_times(
        self, tencentcloud: TencentCloudSimulator, manage: Manage, kind: Kind, resources: list[str], groups: list[str]
    ) -> None:
        tencentcloud.play(Refuse(200, "FailedOperation.UnheardOf", "not now"), kind.write, times=None)
        result = manage(kind, **{kind.id: resources[0]}, security_groups=groups[1:2])
        assert result.msg.startswith(
            f"{kind.noun} {resources[0]}: Tencent Cloud failed to carry out the call; run the task again "
            f"({kind.write} answered FailedOperation.UnheardOf: not now) (given up after 5 tries;"
        )
        assert (result.changed, result.each("error")[0]["code"]) == (False, "FailedOperation.UnheardOf")
        assert tencentcloud.count(kind.write) == 5

    def test_a_rate_limit_is_ridden_out(self, tencentcloud: TencentCloudSimulator, manage: Manage, kind: Kind) -> None:
        estate = tencentcloud.populate(network_interfaces=20, instances=20)
        named = list(estate.network_interfaces if kind is ENI else estate.instances)
        tencentcloud.rates = {kind.write: 10}
        result = manage(kind, **{kind.ids: named}, security_groups=estate.security_groups[1])
        assert (result.failed, result.each("verified")) == (False, [True] * 20)
