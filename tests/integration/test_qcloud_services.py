# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What is particular to load balancers and MySQL instances of Tencent Cloud, through ansible-playbook."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from tests.integration.playbook import TaskResult, play, task
from tests.simulators.tencentcloud import REGION, SECRET_ID, SECRET_KEY, WRITES, TencentCloudSimulator


def run(cloud: TencentCloudSimulator, tasks: Sequence[Mapping[str, Any]], *flags: str) -> Sequence[TaskResult]:
    connection = {"secret_id": SECRET_ID, "secret_key": SECRET_KEY, "region": REGION, "endpoint": cloud.url}
    return play(tasks, *flags, defaults={"group/crosscloud.security_groups.tencentcloud": connection}).tasks


def test_load_balancers(tencentcloud: TencentCloudSimulator) -> None:
    estate = tencentcloud.populate(0, 0, load_balancers=4)
    (one, other, internal, failing), (a, b, c, *_more) = estate.load_balancers, estate.security_groups
    tencentcloud.clb.task_reads = 2
    tencentcloud.clb.resources[internal].kind, tencentcloud.clb.resources[internal].forward = "INTERNAL", 0
    tencentcloud.fail_next_write(failing)
    wanted = task("qcloud_clb_sg", load_balancer_ids=[one, other], security_groups=[c, b, a], state="exact")
    nothing = {"load_balancer_id": other, "security_groups": [], "state": "exact"}
    changed, again, refused, cleared, excluded, retried, shown = run(
        tencentcloud,
        [
            wanted,
            wanted,
            task("qcloud_clb_sg", **nothing),
            task("qcloud_clb_sg", **nothing, allow_empty=True),
            task("qcloud_clb_sg", load_balancer_ids=[internal], security_groups=[b], state="absent"),
            task("qcloud_clb_sg", load_balancer_id=failing, security_groups=[b]),
            task("qcloud_clb_sg_info", filters={"LoadBalancerType": "OPEN", "VpcId": estate.vpcs[1]}),
        ],
    )
    assert [resource["after"] for resource in changed.resources] == [[c, b, a]] * 2
    assert [resource["verified"] for resource in changed.resources] == [True] * 2
    assert (changed.changed, again.changed) == (True, False)
    assert refused.msg == "no security group would be left; set allow_empty if that is meant"
    assert cleared.resources[0]["after"] == tencentcloud.groups(other) == []
    assert excluded.msg == (
        f"load balancer {internal}: it is a classic private network load balancer, which can have no security groups; "
        "leave it out (nothing was written)"
    )
    assert retried.resources[0]["after"] == tencentcloud.groups(failing) == [a, b]
    assert {found["id"]: found["security_groups"] for found in shown.resources} == {other: [], failing: [a, b]}
    sent = [call for call in tencentcloud.calls if call.action in WRITES]
    assert Counter(call.resources for call in sent) == {(one,): 1, (other,): 2, (failing,): 2}
    assert all(sorted(call.arguments) == ["LoadBalancerId", "SecurityGroups"] for call in sent)


def test_mysql_instances(tencentcloud: TencentCloudSimulator) -> None:
    estate = tencentcloud.populate(0, 0, db_instances=3)
    (one, other, isolated), (a, b, c, *_more) = estate.db_instances, estate.security_groups
    replica = tencentcloud.cdb.add_read_only(one, c)
    tencentcloud.put_in_state(isolated, "isolated")
    tencentcloud.put_in_state(other, "restarting", reads=2)
    ids = {"instance_ids": [one, other]}
    refused, changed, again, final, shown = run(
        tencentcloud,
        [
            task("qcloud_cdb_sg", instance_ids=[one, replica], security_groups=b),
            task("qcloud_cdb_sg", **ids, security_groups=[c, b], state="exact"),
            task("qcloud_cdb_sg", **ids, security_groups=[b, c], state="exact"),
            task("qcloud_cdb_sg", instance_id=isolated, security_groups=b),
            task("qcloud_cdb_sg_info", filters={"SecurityGroupId": c}),
        ],
    )
    assert refused.msg == (
        f"1 of 2 instances failed: instance {replica}: it is a read-only instance, which shares its security groups "
        "with its read-only group; leave it out, and manage them in Tencent Cloud's console (nothing was written)"
    )
    assert [set(resource["after"]) for resource in changed.resources] == [{b, c}] * 2
    assert (changed.changed, again.changed) == (True, False)
    assert "it is 'isolated' and takes no change in that state" in final.msg
    assert {found["id"]: set(found["security_groups"]) for found in shown.resources} == {one: {b, c}, other: {b, c}}
    assert [found["details"]["type"] for found in shown.resources] == ["master"] * 2
    sent = [call for call in tencentcloud.calls if call.action in WRITES]
    assert [call.arguments["SecurityGroupIds"] for call in sent] == [[c, b]] * 2
    assert not any(
        call.action == "DescribeDBSecurityGroups" and replica in call.resources for call in tencentcloud.calls
    )
    assert a not in tencentcloud.groups(one)


def test_how_many_calls_they_take(tencentcloud: TencentCloudSimulator) -> None:
    estate = tencentcloud.populate(0, 0, load_balancers=45, db_instances=110)
    a, b = estate.security_groups[:2]
    tencentcloud.attach(estate.load_balancers[0], a, b)
    tencentcloud.attach(estate.db_instances[0], a, b)
    run(
        tencentcloud,
        [
            task("qcloud_clb_sg", load_balancer_ids=list(estate.load_balancers), security_groups=a),
            task("qcloud_clb_sg", load_balancer_ids=list(estate.load_balancers[:10]), security_groups=b),
            task("qcloud_cdb_sg", instance_ids=list(estate.db_instances), security_groups=a),
            task("qcloud_cdb_sg", instance_ids=list(estate.db_instances[:10]), security_groups=b),
        ],
    )
    counted = Counter(call.action for call in tencentcloud.calls)
    assert counted["SetLoadBalancerSecurityGroups"] == 9
    assert counted["DescribeTaskStatus"] == 9
    # 3 for 45, 1 for 10, and those that read back.
    assert 5 <= counted["DescribeLoadBalancers"] <= 3 + 1 + 9
    assert counted["ModifyDBInstanceSecurityGroups"] == 9
    assert counted["DescribeDBInstances"] == 2 + 1
    assert counted["DescribeDBSecurityGroups"] == 110 + 10 + 9
