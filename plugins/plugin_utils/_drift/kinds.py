# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the report says of each kind of resource."""

from __future__ import annotations

from dataclasses import dataclass

from ...module_utils._ansible.options import ResourceModules
from ...module_utils._description.kinds import MODULES


@dataclass(frozen=True, slots=True)
class ReportedKind:
    """A kind by its cloud and its modules, and in plain words what a group too many or one too few does there."""

    cloud: str
    modules: ResourceModules
    extra: str
    missing: str


TENCENT_EXTRA = "may open or lock out: the rules of an extra group apply, those that deny as well as those that allow"
TENCENT_MISSING = (
    "may lock out or open: the rules of a missing group do not apply, neither those that allow nor those that deny"
)

KINDS = {
    "efs_mount_target": ReportedKind(
        "AWS",
        MODULES["efs_mount_target"],
        extra="may open: what an extra group allows is let in",
        missing="may lock out: what only a missing group allows is kept out",
    ),
    "qcloud_eni": ReportedKind("Tencent Cloud", MODULES["qcloud_eni"], TENCENT_EXTRA, TENCENT_MISSING),
    "qcloud_cvm": ReportedKind("Tencent Cloud", MODULES["qcloud_cvm"], TENCENT_EXTRA, TENCENT_MISSING),
    "aliyun_rds": ReportedKind(
        "Alibaba Cloud",
        MODULES["aliyun_rds"],
        extra="opens: servers in an extra group may connect",
        missing="may lock out: servers in a missing group may not connect, unless something else lets them",
    ),
}
"""The kinds by the names they have in a description."""

MOVED = "may open or lock out: where rules of two groups contradict each other, the group that comes first decides"
