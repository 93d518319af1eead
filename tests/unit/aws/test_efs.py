# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The adapter for mount targets against the simulator: what it reads, with which calls, and what it writes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from tests.simulators.aws import ACCOUNT, OTHER_ACCOUNT, REGION, AwsSimulator, Estate
from tests.simulators.server import Refuse
from tests.unit.conftest import ours

if TYPE_CHECKING:
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.options import Runtime
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._aws.kinds.efs_mount_target import (
        MountTargets,
    )
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.errors import Failure

STATE, GROUPS, WRITE = "DescribeMountTargets", "DescribeMountTargetSecurityGroups", "ModifyMountTargetSecurityGroups"
QUOTA = "DescribeAccountAttributes"
MISSING = "fsmt-0123456789abcdef0"


def asked(cloud: AwsSimulator, action: str = STATE) -> list[str]:
    """Return what each call of an action was about, and forget all calls."""
    found = [call.resources[0] for call in cloud.calls if call.action == action]
    cloud.calls.clear()
    return found


def refusal(call: Callable[[], object]) -> Failure:
    with pytest.raises(ours("_core.errors").CloudError) as caught:
        call()
    return caught.value.failure


@pytest.fixture
def file_systems(estate: Estate) -> tuple[str, str]:
    one, other = estate.mount_targets
    return one, other


class TestReading:
    def test_a_snapshot_has_groups_state_and_details(
        self, cloud: AwsSimulator, estate: Estate, targets: MountTargets, runtime: Runtime
    ) -> None:
        file_system, (first, *_others) = next(iter(estate.mount_targets.items()))
        cloud.attach(first, *estate.security_groups[:3])
        began = runtime.clock.now()
        found = targets.read([first])[first]
        assert found.id == first
        assert set(found.groups) == set(estate.security_groups[:3])
        assert (found.state, found.passing, found.blocked) == ("available", False, None)
        assert began <= found.read_at <= runtime.clock.now()
        described = cloud.client("efs").describe_mount_targets(MountTargetId=first)["MountTargets"][0]
        assert found.details == {
            "file_system_id": file_system,
            "vpc_id": described["VpcId"],
            "subnet_id": described["SubnetId"],
            "availability_zone": described["AvailabilityZoneName"],
            "network_interface_id": described["NetworkInterfaceId"],
            "ip_address": described["IpAddress"],
            "state": "available",
        }

    @pytest.mark.parametrize(
        ("state", "passing", "blocked"),
        [("creating", True, False), ("updating", True, False), ("deleting", False, True), ("error", False, True)],
    )
    def test_a_state_passes_or_is_final(
        self, cloud: AwsSimulator, estate: Estate, targets: MountTargets, state: str, passing: bool, blocked: bool
    ) -> None:
        first = next(iter(estate.mount_targets.values()))[0]
        cloud.put_in_state(first, state)
        found = targets.read([first])[first]
        assert (found.state, found.passing, found.blocked is not None) == (state, passing, blocked)

    def test_siblings_are_known_by_two_calls(
        self, cloud: AwsSimulator, estate: Estate, targets: MountTargets, file_systems: tuple[str, str]
    ) -> None:
        ids = [target for two in zip(*estate.mount_targets.values(), strict=True) for target in two]
        assert list(targets.read(ids)) == ids
        asked_for = asked(cloud)
        # Of the first file system one mount target and then all; of the other the same, of those that were left.
        assert len(asked_for) == 4
        assert set(file_systems) < set(asked_for)
        assert set(asked_for) - set(file_systems) < set(ids)

    def test_mount_targets_of_file_systems_of_their_own_are_asked_one_by_one(
        self, cloud: AwsSimulator, estate: Estate, targets: MountTargets
    ) -> None:
        ids = [two[0] for two in estate.mount_targets.values()]
        assert all(found.state == "available" for found in targets.read(ids).values())
        assert len(asked(cloud)) <= len(ids) + 1

    def test_mount_targets_are_asked_one_by_one_where_their_file_system_tells_none(
        self, cloud: AwsSimulator, estate: Estate, targets: MountTargets, file_systems: tuple[str, str]
    ) -> None:
        cloud.play(Refuse(403, "AccessDeniedException"), STATE, resource=file_systems[0], times=None)
        ids = estate.mount_targets[file_systems[0]]
        found = targets.read(ids)
        assert [snapshot.state for snapshot in found.values()] == ["available"] * 3
        assert [snapshot.details["file_system_id"] for snapshot in found.values()] == [file_systems[0]] * 3
        asked_for = asked(cloud)
        assert (sorted(asked_for), asked_for[1]) == (sorted([*ids, file_systems[0]]), file_systems[0])

    def test_one_that_does_not_exist_takes_no_other_with_it(self, estate: Estate, targets: MountTargets) -> None:
        ids = [MISSING, *next(iter(estate.mount_targets.values()))]
        found = targets.read(ids)
        assert list(found) == ids
        assert found[MISSING].kind == "not_found"
        assert [found[target].state for target in ids[1:]] == ["available"] * 3

    def test_one_that_is_available_stays_so_without_a_call(
        self, cloud: AwsSimulator, estate: Estate, targets: MountTargets
    ) -> None:
        first, second, _third = next(iter(estate.mount_targets.values()))
        cloud.put_in_state(first, "updating", reads=2)
        targets.read([first, second])
        cloud.calls.clear()
        targets.read([second])
        assert asked(cloud) == []
        assert targets.read([first])[first].state == "available"
        assert asked(cloud) == [first]

    def test_a_list_that_cannot_be_read_is_that_ones_failure(
        self, cloud: AwsSimulator, estate: Estate, targets: MountTargets
    ) -> None:
        first, second, _third = next(iter(estate.mount_targets.values()))
        cloud.play(Refuse(403, "AccessDeniedException"), GROUPS, resource=first)
        found = targets.read([first, second])
        assert (found[first].kind, found[second].state) == ("denied", "available")


class TestFileSystems:
    def test_all_mount_targets_are_selected_on_all_pages(
        self, cloud: AwsSimulator, targets: MountTargets, file_systems: tuple[str, str], estate: Estate
    ) -> None:
        cloud.page_size = 1
        assert sorted(targets.select(file_systems[1])) == sorted(estate.mount_targets[file_systems[1]])
        assert cloud.count(STATE) == 3

    def test_what_was_selected_needs_no_other_call(
        self, cloud: AwsSimulator, targets: MountTargets, file_systems: tuple[str, str]
    ) -> None:
        ids = targets.select(file_systems[0])
        assert [snapshot.state for snapshot in targets.read(ids).values()] == ["available"] * 3
        assert asked(cloud) == [file_systems[0]]

    @pytest.mark.usefixtures("estate")
    def test_one_that_does_not_exist_is_named(self, targets: MountTargets) -> None:
        failure = refusal(lambda: targets.select("fs-0123456789abcdef0"))
        assert failure.kind == "not_found"
        assert failure.message.startswith("file system fs-0123456789abcdef0: the file system does not exist; check its")

    def test_an_arn_selects_as_the_id_does(
        self, targets: MountTargets, file_systems: tuple[str, str], estate: Estate
    ) -> None:
        arn = f"arn:aws:elasticfilesystem:{REGION}:{ACCOUNT}:file-system/{file_systems[0]}"
        assert sorted(targets.select(arn)) == sorted(estate.mount_targets[file_systems[0]])

    @pytest.mark.parametrize(
        ("name", "fits"),
        [
            ("fs-01234567", True),
            ("arn:aws:elasticfilesystem:us-east-1:123456789012:file-system/fs-01234567", True),
            ("arn:aws-cn:elasticfilesystem:cn-north-1:123456789012:file-system/fs-0123456789abcdef0", True),
            ("arn:aws-us-gov:elasticfilesystem:us-gov-west-1:123456789012:file-system/fs-01234567", True),
            ("arn:aws:elasticfilesystem:us-east-1::file-system/fs-01234567", False),
            ("arn:aws:ec2:us-east-1:123456789012:file-system/fs-01234567", False),
            ("arn:aws:elasticfilesystem:us-east-1:123456789012:file-system/fs-01234567\n", False),
        ],
    )
    def test_an_arn_is_of_any_partition(self, name: str, fits: bool) -> None:
        assert (list(ours("_aws.kinds.efs_mount_target").DECLARATION.selector_problems(name)) == []) is fits

    def test_a_file_system_of_another_account_is_always_asked_for_by_its_arn(
        self, cloud: AwsSimulator, targets: MountTargets, file_systems: tuple[str, str], estate: Estate
    ) -> None:
        arn = cloud.give_away(file_systems[0])
        assert OTHER_ACCOUNT in arn
        assert refusal(lambda: targets.select(file_systems[0])).kind == "not_found"
        first, second, third = estate.mount_targets[file_systems[0]]
        for target in (first, second):
            cloud.put_in_state(target, "updating", reads=2)
        cloud.calls.clear()
        ids = targets.select(arn)
        found = targets.read(ids)
        assert [found[target].state for target in (first, second, third)] == ["updating", "updating", "available"]
        assert targets.read([first])[first].state == "available"
        assert set(asked(cloud)) == {arn}
        # And the answers hold the ID, as those for a file system of one's own do.
        assert found[first].details["file_system_id"] == file_systems[0]

    def test_one_that_cannot_be_asked_again_is_the_failure_of_its_mount_targets(
        self, cloud: AwsSimulator, targets: MountTargets, file_systems: tuple[str, str], estate: Estate
    ) -> None:
        for target in estate.mount_targets[file_systems[0]]:
            cloud.put_in_state(target, "creating")
        ids = targets.select(file_systems[0])
        cloud.play(Refuse(400, "ThrottlingException"), STATE, times=None)
        found = targets.read(ids)
        assert [failure.kind for failure in found.values()] == ["throttled"] * 3

    def test_a_mount_target_that_is_gone_is_not_found(
        self, cloud: AwsSimulator, targets: MountTargets, file_systems: tuple[str, str], estate: Estate
    ) -> None:
        first = estate.mount_targets[file_systems[0]][0]
        cloud.put_in_state(first, "updating")
        ids = targets.select(file_systems[0])
        cloud.remove(first)
        assert targets.read(ids)[first].kind == "not_found"

    def test_one_that_takes_no_change_and_then_is_gone_is_not_found(
        self, cloud: AwsSimulator, targets: MountTargets, file_systems: tuple[str, str], estate: Estate
    ) -> None:
        first, *_others = targets.select(file_systems[0])
        seen = targets.read([first])[first]
        cloud.put_in_state(first, "updating")
        assert refusal(lambda: targets.write(seen, estate.security_groups[:2])).kind == "state"
        cloud.remove(first)
        assert targets.read([first])[first].kind == "not_found"


class TestWriting:
    def test_the_whole_list_is_replaced(self, cloud: AwsSimulator, estate: Estate, targets: MountTargets) -> None:
        first, second, _third = next(iter(estate.mount_targets.values()))
        wanted = list(estate.security_groups[1:3])
        targets.write(targets.read([first])[first], wanted)
        assert sorted(cloud.groups(first)) == sorted(wanted)
        assert cloud.groups(second) == [estate.security_groups[0]]
        (call,) = [call for call in cloud.calls if call.action == WRITE]
        assert (call.resources, call.arguments) == ((first,), {"SecurityGroups": wanted})

    def test_a_refusal_is_told_and_changes_nothing(
        self, cloud: AwsSimulator, estate: Estate, targets: MountTargets
    ) -> None:
        first = next(iter(estate.mount_targets.values()))[0]
        seen = targets.read([first])[first]
        for groups, kind in (
            ([estate.foreign_group], "not_found"),
            (estate.security_groups[:6], "limit"),
            ([], "invalid"),
        ):
            assert refusal(lambda groups=groups: targets.write(seen, groups)).kind == kind
        assert cloud.groups(first) == [estate.security_groups[0]]

    def test_a_state_that_refuses_a_write_is_looked_at_again(
        self, cloud: AwsSimulator, estate: Estate, targets: MountTargets
    ) -> None:
        first = next(iter(estate.mount_targets.values()))[0]
        seen = targets.read([first])[first]
        cloud.put_in_state(first, "updating")
        failure = refusal(lambda: targets.write(seen, estate.security_groups[:2]))
        assert (failure.kind, failure.passes) == ("state", True)
        assert targets.read([first])[first].state == "updating"

    def test_any_other_refusal_leaves_the_state_as_it_was(
        self, cloud: AwsSimulator, estate: Estate, targets: MountTargets
    ) -> None:
        first = next(iter(estate.mount_targets.values()))[0]
        seen = targets.read([first])[first]
        cloud.play(Refuse(400, "ThrottlingException"), WRITE)
        cloud.calls.clear()
        refusal(lambda: targets.write(seen, estate.security_groups[:2]))
        assert targets.read([first])[first].state == "available"
        assert asked(cloud) == []


class TestQuota:
    @pytest.mark.usefixtures("estate")
    def test_it_is_the_accounts(self, cloud: AwsSimulator, targets: MountTargets) -> None:
        cloud.quota = 7
        assert targets.longest() == 7

    @pytest.mark.parametrize(("status", "code"), [(403, "UnauthorizedOperation"), (400, "UnknownOperationException")])
    def test_it_is_not_known_where_it_may_not_be_asked(
        self, cloud: AwsSimulator, targets: MountTargets, status: int, code: str
    ) -> None:
        cloud.play(Refuse(status, code), QUOTA)
        assert targets.longest() is None

    def test_it_is_asked_for_again_where_that_is_throttled(self, cloud: AwsSimulator, targets: MountTargets) -> None:
        cloud.play(Refuse(503, "RequestLimitExceeded"), QUOTA)
        assert refusal(targets.longest).kind == "throttled"

    def test_what_asks_for_it_is_made_once_while_lists_are_read(
        self, estate: Estate, targets: MountTargets, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        made: list[str] = []
        session = ours("_aws.session").Session
        plain = session.client
        monkeypatch.setattr(
            session, "client", lambda *args, **options: (made.append(args[1]), plain(*args, **options))[1]
        )
        ids = next(iter(estate.mount_targets.values()))
        targets.read(ids, lambda _target, _groups: None)
        assert made == ["ec2"]
        targets.longest()
        targets.longest()
        assert made == ["ec2"]
