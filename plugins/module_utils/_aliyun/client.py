# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client of a task: calls of ApsaraDB RDS, and what its errors mean.

Error codes are those of https://www.alibabacloud.com/help/en/rds/developer-reference/api-rds-2014-08-15-errorcodes,
those on the pages of the calls, and those for which the Terraform provider alicloud retries. Of the SDK, the part for
RDS knows the endpoints.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._ansible.deadline import RESPONSE_WITHIN
from .._core.errors import ErrorKind, Meaning
from .._core.pace import Gate
from . import api
from .api import FAILED, PERHAPS_BUSY, Api, Service
from .credentials import access_of, region_of

try:
    from aliyunsdkrds.endpoint import endpoint_data
except ImportError as error:
    MISSING: ImportError | None = error
else:
    MISSING = api.MISSING

PASSING_STATE = Meaning(ErrorKind.STATE, "its status takes no change now; run the task again", passes=True)
PASSING_STATE_OF_OTHERS = Meaning(
    ErrorKind.STATE,
    "the status of its primary or read-only DB instance takes no change now; run the task again",
    passes=True,
)
UNDER_WAY = Meaning(
    ErrorKind.STATE, "another operation on it is under way and takes no change now; run the task again", passes=True
)
LOCKED = Meaning(
    ErrorKind.STATE,
    "it is locked, as after an unpaid bill or with a full disk, and takes no change; have it unlocked, or leave it out",
)
NO_INSTANCE = Meaning(ErrorKind.NOT_FOUND, "it does not exist; check its id and the region")
OTHER_NETWORK = Meaning(
    ErrorKind.INVALID, "a security group has another network type than the DB instance; name groups of its own type"
)

RDS = Service(
    "rds",
    "2014-08-15",
    (
        ("Forbidden.InstanceNotFound", NO_INSTANCE),
        ("OperationDenied.DBInstanceStatus", PASSING_STATE),
        ("OperationDenied.DBStatus", PASSING_STATE),
        ("OperationDenied.DBClusterStatus", PASSING_STATE),
        ("IncorrectDBInstanceState", PASSING_STATE),
        ("OperationDenied.ReadDBInstanceStatus", PASSING_STATE),
        ("OperationDenied.MasterDBInstanceState", PASSING_STATE_OF_OTHERS),
        ("OperationDenied.PrimaryDBInstanceStatus", PASSING_STATE_OF_OTHERS),
        ("ReadDBInstance.Mismatch", PASSING_STATE_OF_OTHERS),
        ("ConcurrentTaskExceeded", UNDER_WAY),
        ("InvalidConcurrentOperate", UNDER_WAY),
        ("LockTimeout", UNDER_WAY),
        ("InstanceConnectTimeoutFault", FAILED),
        ("Database.ConnectError", FAILED),
        ("ProxyError", FAILED),
        ("OperationDenied.LockMode", LOCKED),
        ("IncorrectDBInstanceLockMode*", LOCKED),
        ("InvalidDBInstanceId.NotFound", NO_INSTANCE),
        ("InvalidDBInstanceName.NotFound", NO_INSTANCE),
        ("InvalidDBInstance.NotFound", NO_INSTANCE),
        (
            "InvalidSecurityGroupId.NotFound",
            Meaning(ErrorKind.NOT_FOUND, "a security group does not exist in the region; check the ids and the region"),
        ),
        ("*NetType*", OTHER_NETWORK),
        ("*NetworkType*", OTHER_NETWORK),
        (
            "AssociatedEcsSecurityGroupIdQuotaExceed",
            Meaning(ErrorKind.LIMIT, "a quota allows no list this long; name fewer security groups"),
        ),
        # Most of this family are about what an instance is doing; the permanent ones known here stand above.
        ("OperationDenied*", PERHAPS_BUSY),
    ),
)

ECS = Service("ecs", "2014-05-26", ())


class Client:
    """Calls RDS, and ECS for groups, with the connection that a task asks for. Used by several threads at once."""

    def __init__(self, connection: Mapping[str, Any], gate: Gate, response_within: float = RESPONSE_WITHIN) -> None:
        if MISSING:
            raise MISSING
        access = access_of(connection)
        region = region_of(connection, access)
        host = endpoint_data.getEndpointMap().get(region, f"rds.{region}.aliyuncs.com")
        self._api = Api(RDS, connection["endpoint"], host, region, access, response_within)
        ecs_host = f"ecs.{region}.aliyuncs.com"
        self._ecs = Api(ECS, connection["endpoint"], ecs_host, region, access, response_within)
        self._gate = gate

    def call(self, action: str, **arguments: str) -> dict[str, Any]:
        """Return the answer of an action; raise CloudError for anything else that may come back."""
        with self._gate.call(action):
            return self._api.call(action, arguments)

    def call_ecs(self, action: str, **arguments: str) -> dict[str, Any]:
        """Return the answer of an action of ECS, as ``call`` does."""
        with self._gate.call(action):
            return self._ecs.call(action, arguments)

    def write(self, action: str, **arguments: str) -> None:
        """Call an action that writes a list; raise CloudError for anything but its answer."""
        with self._gate.unpaced():
            self._api.call(action, arguments)
