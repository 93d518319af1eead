# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
# Generated from the files in the folders kinds by python -m tests.generate. Ansible sends a module what it imports by
# name, so this cannot be found out when it runs.

"""The kinds of resources, by the names that descriptions and reports give them."""

from __future__ import annotations

from collections.abc import Mapping

from .._aliyun.kinds import aliyun_ecs, aliyun_eni, aliyun_rds
from .._ansible.declaration import Declaration
from .._aws.kinds import ec2_eni, efs_mount_target, elbv2_load_balancer, rds_instance
from .._tencentcloud.kinds import qcloud_cdb, qcloud_clb, qcloud_cvm, qcloud_eni

KINDS: Mapping[str, Declaration] = {
    "aliyun_ecs": aliyun_ecs.DECLARATION,
    "aliyun_eni": aliyun_eni.DECLARATION,
    "aliyun_rds": aliyun_rds.DECLARATION,
    "ec2_eni": ec2_eni.DECLARATION,
    "efs_mount_target": efs_mount_target.DECLARATION,
    "elbv2_load_balancer": elbv2_load_balancer.DECLARATION,
    "rds_instance": rds_instance.DECLARATION,
    "qcloud_cdb": qcloud_cdb.DECLARATION,
    "qcloud_clb": qcloud_clb.DECLARATION,
    "qcloud_cvm": qcloud_cvm.DECLARATION,
    "qcloud_eni": qcloud_eni.DECLARATION,
}
"""The declaration of each kind by the name that it has in a description. The module that writes is called NAME_sg."""

CLOUDS: Mapping[str, str] = {declared.cloud.replace(" ", "").lower(): declared.cloud for declared in KINDS.values()}
"""What people call each cloud, by the name of its action group."""
