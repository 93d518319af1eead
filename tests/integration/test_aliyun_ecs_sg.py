# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is particular to the instances and network interfaces of ECS, through ansible-playbook."""

from __future__ import annotations

from typing import Any

import pytest

from tests.integration.playbook import TaskResult, play, task
from tests.simulators.alibabacloud import ACCESS_KEY_ID, ACCESS_KEY_SECRET, REGION, WRITES, Estate, RdsSimulator

ECS, ENI = "aliyun_ecs_sg", "aliyun_eni_sg"


@pytest.fixture
def estate(alibabacloud: RdsSimulator) -> Estate:
    return alibabacloud.populate()


def run(cloud: RdsSimulator, *tasks: tuple[str, dict[str, Any]]) -> list[TaskResult]:
    """Run tasks, each with the name of its module and its arguments, and go on after those that fail."""
    key = {"access_key_id": ACCESS_KEY_ID, "access_key_secret": ACCESS_KEY_SECRET}
    connection = {**key, "region": REGION, "endpoint": cloud.url}
    made = [{**task(module, **arguments), "ignore_errors": True} for module, arguments in tasks]
    return play(made, defaults={"group/crosscloud.security_groups.alibabacloud": connection}).tasks


def test_what_cannot_succeed_is_refused_in_planning(alibabacloud: RdsSimulator, estate: Estate) -> None:
    instance, interface = estate.ecs_instances[0], estate.network_interfaces[0]
    primary, (managed,), (classic,) = (
        estate.primaries[instance],
        estate.service_interfaces,
        estate.classic_ecs_instances,
    )
    (here, there), group = estate.vpcs, estate.security_groups[1]
    advanced = alibabacloud.add_group("advanced", here, enterprise=True)
    elsewhere = alibabacloud.add_group("elsewhere", there)
    mixed = (
        "a resource cannot have the security groups {} (group-{}) of the type 'normal' and {} (advanced) of the type"
    )
    cases = (
        (
            ECS,
            {"instance_id": instance, "security_groups": advanced},
            f"instance {instance}: {mixed.format(estate.security_groups[0], 0, advanced)} 'enterprise' together; name",
        ),
        (
            ENI,
            {"network_interface_id": interface, "security_groups": [group, advanced], "state": "exact"},
            f"network interface {interface}: {mixed.format(group, 1, advanced)} 'enterprise' together; name",
        ),
        (
            ECS,
            {"instance_id": instance, "security_groups": elsewhere},
            f"instance {instance}: security group {elsewhere} (elsewhere) is of {there} and cannot be attached",
        ),
        (
            ECS,
            {"instance_id": classic, "security_groups": group},
            f"instance {classic}: it is on the classic network, where the security groups of an instance cannot be",
        ),
        (
            ENI,
            {"network_interface_id": primary, "security_groups": group},
            f"network interface {primary}: it is the primary network interface of {instance}, whose security groups",
        ),
        (
            ENI,
            {"network_interface_ids": [interface, managed], "security_groups": group},
            f"1 of 2 network interfaces failed: network interface {managed}: a service of Alibaba Cloud manages it,",
        ),
        (
            ECS,
            {"instance_id": instance, "security_groups": [], "state": "exact"},
            "at least one security group must stay attached",
        ),
    )
    refused = run(alibabacloud, *((module, arguments) for module, arguments, _said in cases))
    for one, (_module, _arguments, said) in zip(refused, cases, strict=True):
        assert one.msg.startswith(said)
    assert alibabacloud.count(*WRITES) == 0


def test_a_list_changes_its_type_as_a_whole_and_takes_names(alibabacloud: RdsSimulator, estate: Estate) -> None:
    instance, interface = estate.ecs_instances[0], estate.network_interfaces[0]
    advanced = alibabacloud.add_group("advanced", estate.vpcs[0], enterprise=True)
    alibabacloud.add_group("advanced", estate.vpcs[1])
    changed = run(
        alibabacloud,
        (ECS, {"instance_id": instance, "security_groups": "advanced", "state": "exact"}),
        (ENI, {"tags": {"role": "web", "number": "0"}, "security_groups": "advanced", "state": "exact"}),
    )
    assert [(one.failed, one.resources[0]["id"]) for one in changed] == [(False, instance), (False, interface)]
    assert [alibabacloud.groups(one) for one in (instance, interface)] == [[advanced], [advanced]]
    assert [call.arguments for call in alibabacloud.calls if call.action in WRITES] == [
        {"InstanceId": instance, "SecurityGroupIds": [advanced], "RegionId": REGION},
        {"NetworkInterfaceId": interface, "SecurityGroupId": [advanced], "RegionId": REGION},
    ]
