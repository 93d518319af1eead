# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The kinds of resources, by the names that descriptions and reports give them."""

from __future__ import annotations

from collections.abc import Mapping

from .._aliyun.db_instances import DB_INSTANCE_MODULES
from .._ansible.options import ResourceModules
from .._aws.efs import MOUNT_TARGET_MODULES
from .._tencentcloud.instances import INSTANCE_MODULES
from .._tencentcloud.network_interfaces import NETWORK_INTERFACE_MODULES

MODULES: Mapping[str, ResourceModules] = {
    "efs_mount_target": MOUNT_TARGET_MODULES,
    "qcloud_eni": NETWORK_INTERFACE_MODULES,
    "qcloud_cvm": INSTANCE_MODULES,
    "aliyun_rds": DB_INSTANCE_MODULES,
}
"""The modules of each kind by the name that it has in a description. The module that writes is called NAME_sg."""

CLOUDS: Mapping[str, str] = {modules.cloud.replace(" ", "").lower(): modules.cloud for modules in MODULES.values()}
"""What people call each cloud, by the name of its action group."""
