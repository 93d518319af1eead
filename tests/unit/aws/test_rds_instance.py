# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The adapter for DB instances against the simulator: what it reads, with which calls, and what it writes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from tests.simulators.aws import AwsSimulator, Estate, MotoServer
from tests.simulators.server import Hang, Raw, Refuse
from tests.unit.aws.kinds import present, refusal
from tests.unit.conftest import Connection, ours

if TYPE_CHECKING:
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.options import Runtime
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._aws.kinds.rds_instance import DbInstances

READ, WRITE = "DescribeDBInstances", "ModifyDBInstance"


@pytest.fixture
def cloud(_moto: MotoServer) -> Iterator[AwsSimulator]:
    with AwsSimulator(_moto) as simulator:
        yield simulator


@pytest.fixture
def estate(cloud: AwsSimulator, _started_moto: None) -> Estate:
    return cloud.populate(file_systems=0, db_instances=3)


@pytest.fixture
def adapter(connection: Connection, runtime: Runtime) -> DbInstances:
    return ours("_aws.kinds.rds_instance").DECLARATION.connect(connection, runtime)


@pytest.fixture
def member(cloud: AwsSimulator, estate: Estate) -> str:
    more = {"DBClusterIdentifier": "orders", "Engine": "aurora-postgresql"}
    return cloud.db_instances.add(estate.subnets, estate.security_groups[:1], "orders-1", **more)


class TestReading:
    def test_a_snapshot_has_groups_state_and_details(
        self, cloud: AwsSimulator, estate: Estate, adapter: DbInstances, runtime: Runtime
    ) -> None:
        cloud.attach("db-0", *estate.security_groups[:2])
        began = runtime.clock.now()
        found = adapter.read(["db-0"])["db-0"]
        assert (found.id, {*found.groups}) == ("db-0", {*estate.security_groups[:2]})
        assert (found.state, found.passing, found.blocked, found.excluded) == ("available", False, None, None)
        assert began <= found.read_at <= runtime.clock.now()
        assert found.vpc_id == cloud.vpc_of(estate.security_groups[0])
        assert found.details == {
            "engine": "postgres",
            "vpc_id": found.vpc_id,
            "availability_zone": "us-east-1a",
            "endpoint": found.details["endpoint"],
            "cluster": None,
            "state": "available",
        }
        assert found.details["endpoint"].startswith("db-0.")

    @pytest.mark.parametrize(
        ("state", "passing", "blocked"),
        [
            ("creating", True, False),
            ("rebooting", True, False),
            ("modifying", False, False),
            ("backing-up", False, False),
            ("stopped", False, False),
            ("deleting", False, True),
            ("failed", False, True),
            ("incompatible-network", False, True),
        ],
    )
    def test_a_state_passes_or_is_final(
        self, cloud: AwsSimulator, estate: Estate, adapter: DbInstances, state: str, passing: bool, blocked: bool
    ) -> None:
        (one, *_others) = estate.db_instances
        cloud.put_in_state(one, state)
        found = adapter.read([one])[one]
        assert (found.state, found.passing, found.blocked is not None) == (state, passing, blocked)

    def test_many_take_one_call_and_one_that_is_unknown_takes_no_other_with_it(
        self, cloud: AwsSimulator, estate: Estate, adapter: DbInstances
    ) -> None:
        found = adapter.read(["nobody", *estate.db_instances])
        assert list(found) == ["nobody", *estate.db_instances]
        assert (found["nobody"].kind, found["nobody"].passes) == ("not_found", False)
        assert {found[one].state for one in estate.db_instances} == {"available"}
        assert cloud.count(READ) == 1

    def test_where_the_filter_takes_fewer_values_there_are_more_calls(
        self, cloud: AwsSimulator, estate: Estate, adapter: DbInstances
    ) -> None:
        cloud.db_instances.most_values = 2
        found = adapter.read(["nobody", *estate.db_instances])
        assert {found[one].state for one in estate.db_instances} == {"available"}
        assert found["nobody"].kind == "not_found"
        assert cloud.count(READ) == 3

    def test_an_identifier_is_the_same_in_capital_letters(
        self, cloud: AwsSimulator, estate: Estate, adapter: DbInstances
    ) -> None:
        found = adapter.read(["DB-1", "Db-2"])
        assert {key: one.id for key, one in found.items()} == {"DB-1": "DB-1", "Db-2": "Db-2"}
        assert present(adapter, ["DB-1"], estate.security_groups[1]).message is None
        assert {*cloud.groups("db-1")} == {*estate.security_groups[:2]}

    @pytest.mark.parametrize(
        ("identifier", "fits"),
        [
            ("orders", True),
            ("Orders-2", True),
            ("a" * 63, True),
            ("a" * 64, False),
            ("2orders", False),
            ("orders-", False),
            ("a--b", False),
            ("a_b", False),
            ("arn:aws:rds:us-east-1:123456789012:db:orders", False),
            ("", False),
        ],
    )
    def test_identifiers(self, identifier: str, fits: bool) -> None:
        assert ours("_aws.kinds.rds_instance").DB_INSTANCE.resource_id.fits(identifier) is fits

    def test_the_same_one_in_other_letters_is_named_twice(self) -> None:
        kind = ours("_aws.kinds.rds_instance").DB_INSTANCE
        (problem,) = ours("_core.requests").id_problems(kind, ["orders", "Orders", "others"])
        assert problem == "DB instance orders is named more than once; name it once"

    @pytest.mark.parametrize(
        "groups",
        [
            "",
            "<VpcSecurityGroups/>",
            "<VpcSecurityGroups><VpcSecurityGroupMembership/></VpcSecurityGroups>",
            "<VpcSecurityGroups><member><VpcSecurityGroupId>sg-x</VpcSecurityGroupId></member></VpcSecurityGroups>",
        ],
    )
    def test_half_a_list_is_none(self, cloud: AwsSimulator, adapter: DbInstances, groups: str) -> None:
        one = f"<DBInstance><DBInstanceIdentifier>one</DBInstanceIdentifier>{groups}</DBInstance>"
        body = f"<A><DescribeDBInstancesResult><DBInstances>{one}</DBInstances></DescribeDBInstancesResult></A>"
        cloud.play(Raw(200, body.encode(), "text/xml"), READ)
        found = adapter.read(["one"])["one"]
        assert (found.kind, found.passes) == ("transient", True)

    def test_a_permission_that_is_missing_is_named(self, cloud: AwsSimulator, adapter: DbInstances) -> None:
        cloud.play(Refuse(403, "AccessDenied"), READ)
        found = adapter.read(["one"])["one"]
        assert found.kind == "denied"
        assert "grant rds:DescribeDBInstances " in found.message


class TestExcluded:
    def test_a_member_of_a_cluster_is_refused_with_the_cluster_named(
        self, cloud: AwsSimulator, estate: Estate, adapter: DbInstances, member: str
    ) -> None:
        for state in ("present", "absent"):
            (result,) = present(adapter, [member], estate.security_groups[1], state=state, check_mode=True).results
            assert result.error
            assert result.error.kind == "invalid"
            assert "it is a member of the DB cluster orders" in result.error.message
        assert cloud.count(WRITE) == 0

    def test_one_that_has_become_a_member_is_refused_by_rds(
        self, cloud: AwsSimulator, estate: Estate, adapter: DbInstances
    ) -> None:
        seen = adapter.read(["db-0"])["db-0"]
        cloud.play(Refuse(400, "InvalidParameterCombination", "is a member of a cluster"), WRITE)
        failure = refusal(lambda: adapter.write(seen, estate.security_groups[:2]))
        assert (failure.kind, failure.passes) == ("invalid", False)
        assert "member of a cluster" in failure.message

    def test_rds_custom_is_refused(self, cloud: AwsSimulator, adapter: DbInstances) -> None:
        one = (
            "<DBInstance><DBInstanceIdentifier>one</DBInstanceIdentifier><Engine>custom-oracle-ee</Engine></DBInstance>"
        )
        body = f"<A><DescribeDBInstancesResult><DBInstances>{one}</DBInstances></DescribeDBInstancesResult></A>"
        cloud.play(Raw(200, body.encode(), "text/xml"), READ)
        assert "RDS Custom" in adapter.read(["one"])["one"].excluded.message


class TestSelecting:
    def test_tags_select_on_all_pages_and_the_first_reading_takes_no_other_call(
        self, cloud: AwsSimulator, estate: Estate, adapter: DbInstances
    ) -> None:
        both = [{"Key": "team", "Value": "shop"}, {"Key": "stage", "Value": "live"}]
        groups = estate.security_groups[:1]
        cloud.db_instances.add(estate.subnets, groups, "tagged", Tags=both)
        cloud.db_instances.add(estate.subnets, groups, "half", Tags=both[:1])
        more = {"DBClusterIdentifier": "orders", "Engine": "aurora-postgresql", "Tags": both}
        cloud.db_instances.add(estate.subnets, groups, "orders-1", **more)
        ids = adapter.select({"team": "shop", "stage": "live"})
        # A member of a cluster is not selected: no task can change it.
        assert ids == ["tagged"]
        assert adapter.read(ids)["tagged"].state == "available"
        assert cloud.count(READ) == 1
        assert {*adapter.select(None)} == {*estate.db_instances, "tagged", "half", "orders-1"}

    @pytest.mark.parametrize(
        ("tags", "says"), [({}, "tags is empty"), ({"a": 1}, "the tag 'a' must"), ({"": "x"}, "the tag '' must")]
    )
    def test_tags_that_mean_nothing(self, tags: dict[str, Any], says: str) -> None:
        (problem,) = ours("_aws.kinds.rds_instance").DECLARATION.selector_problems(tags)
        assert says in problem


class TestWriting:
    def test_it_is_done_once_all_is_applied(self, cloud: AwsSimulator, estate: Estate, adapter: DbInstances) -> None:
        groups = estate.security_groups
        cloud.db_instances.applies_after = 4
        outcome = present(adapter, estate.db_instances, groups[1], state="exact")
        assert outcome.message is None
        assert [result.change.after for result in outcome.results] == [(groups[1],)] * 3
        assert cloud.count(WRITE) == 3
        found = adapter.read(estate.db_instances)
        assert {one.state for one in found.values()} == {"available"}
        sent = [call.arguments for call in cloud.calls if call.action == WRITE]
        assert {key for one in sent for key in one} == {
            "Action",
            "Version",
            "DBInstanceIdentifier",
            "VpcSecurityGroupIds",
            "VpcSecurityGroupIds.VpcSecurityGroupId.1",
        }
        assert present(adapter, estate.db_instances, groups[1], state="exact").changed is False

    def test_what_is_being_applied_is_told(self, cloud: AwsSimulator, estate: Estate, adapter: DbInstances) -> None:
        groups = estate.security_groups
        cloud.db_instances.applies_after = 1000
        (result,) = present(adapter, ["db-0"], groups[1], state="exact").results
        assert result.error
        assert result.error.kind == "timeout"
        for said in ("it stays 'modifying, ", f"adding {groups[1]}", f"removing {groups[0]}"):
            assert said in result.error.message
        # What is being removed is no longer attached, and what is being added is.
        assert adapter.read(["db-0"])["db-0"].groups == (groups[1],)

    def test_a_lost_answer_is_no_second_write(self, cloud: AwsSimulator, estate: Estate, adapter: DbInstances) -> None:
        cloud.play(Hang(applied=True), WRITE)
        assert present(adapter, ["db-0"], estate.security_groups[1]).message is None
        assert cloud.count(WRITE) == 1

    def test_a_state_that_takes_no_change_is_waited_for(
        self, cloud: AwsSimulator, estate: Estate, adapter: DbInstances
    ) -> None:
        cloud.put_in_state("db-0", "configuring-log-exports", reads=3)
        assert present(adapter, ["db-0"], estate.security_groups[1]).message is None
        refused = [call.code for call in cloud.calls if call.action == WRITE]
        assert refused[0] == "InvalidDBInstanceState"
        assert refused[-1] is None

    @pytest.mark.parametrize("state", ["stopped", "storage-full"])
    def test_a_state_that_stays_is_told_at_once(
        self, cloud: AwsSimulator, estate: Estate, adapter: DbInstances, state: str
    ) -> None:
        cloud.put_in_state("db-0", state)
        (result,) = present(adapter, ["db-0"], estate.security_groups[1]).results
        assert result.error
        assert (result.error.kind, result.error.code) == ("state", "InvalidDBInstanceState")
        assert f"it is '{state}' and takes no change; bring it to 'available' first" in result.error.message
        assert cloud.count(WRITE) == 1

    def test_a_refusal_says_what_is_wrong(self, cloud: AwsSimulator, estate: Estate, adapter: DbInstances) -> None:
        seen = adapter.read(["db-0"])["db-0"]
        for groups, says in (
            ([estate.foreign_group], "RDS refuses the security groups"),
            ([], "at least one security group must remain"),
        ):
            failure = refusal(lambda groups=groups: adapter.write(seen, groups))
            assert failure.kind == "invalid"
            assert says in failure.message
        cloud.play(Refuse(403, "AccessDenied"), WRITE)
        assert "grant rds:ModifyDBInstance " in refusal(lambda: adapter.write(seen, estate.security_groups[:2])).message
        cloud.remove("db-0")
        assert refusal(lambda: adapter.write(seen, estate.security_groups[:2])).kind == "not_found"
        assert adapter.longest() is None
