# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The client of a task: calls of ApsaraDB RDS and of ECS, and what their errors mean.

Error codes of RDS are those of https://www.alibabacloud.com/help/en/rds/developer-reference/api-rds-2014-08-15-errorcodes,
those on the pages of the calls, and those for which the Terraform provider alicloud retries. Those of ECS are those on
the pages of the calls. Of the SDK, the part for RDS knows the endpoints of RDS.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .._ansible.deadline import RESPONSE_WITHIN
from .._ansible.options import Runtime
from .._core.errors import ErrorKind, Meaning
from .._core.pace import Gate
from .._core.patience import patiently
from .api import DENIED, FAILED, MISSING, PERHAPS_BUSY, Access, Api, Service
from .credentials import access_of, region_of
from .options import NO_SUCH_THING

CONNECT_PATIENCE = 30.0
"""Seconds for which a role is asked for again where STS throttles the calls."""

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
LOCKED_FOR_SECURITY = Meaning(
    ErrorKind.STATE, "it is locked for security reasons; have it unlocked in the console, or leave it out"
)
NOT_FOUND = Meaning(ErrorKind.NOT_FOUND, NO_SUCH_THING)
NO_GROUP = Meaning(ErrorKind.NOT_FOUND, "a security group does not exist in the region; check the ids and the region")
OTHER_NETWORK = Meaning(
    ErrorKind.INVALID, "a security group has another network type than the DB instance; name groups of its own type"
)
OTHER_VPC = Meaning(ErrorKind.INVALID, "a security group is not of its VPC; name groups of its VPC")
TWO_TYPES = Meaning(
    ErrorKind.INVALID, "it cannot have basic and advanced security groups together; name groups of one type"
)
MANAGED_GROUP = Meaning(
    ErrorKind.INVALID,
    "a service of Alibaba Cloud manages one of the security groups, which cannot be attached or detached; leave that "
    "group as it is",
)
TOO_LONG = Meaning(ErrorKind.LIMIT, "a quota allows no list this long; name fewer security groups")
TOO_MANY_RULES = Meaning(
    ErrorKind.LIMIT, "its security groups would have more rules together than allowed; name fewer, or remove rules"
)
FULL_GROUP = Meaning(
    ErrorKind.LIMIT, "a security group has as many members as it can have; name another one, or detach members"
)

RDS = Service(
    "rds",
    "2014-08-15",
    (
        ("Forbidden.InstanceNotFound", NOT_FOUND),
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
        ("InvalidDBInstanceId.NotFound", NOT_FOUND),
        ("InvalidDBInstanceName.NotFound", NOT_FOUND),
        ("InvalidDBInstance.NotFound", NOT_FOUND),
        ("InvalidSecurityGroupId.NotFound", NO_GROUP),
        ("*NetType*", OTHER_NETWORK),
        ("*NetworkType*", OTHER_NETWORK),
        ("AssociatedEcsSecurityGroupIdQuotaExceed", TOO_LONG),
        # Most of this family are about what an instance is doing; the permanent ones known here stand above.
        ("OperationDenied*", PERHAPS_BUSY),
    ),
)

ECS = Service(
    "ecs",
    "2014-05-26",
    (
        ("InvalidInstanceId.NotFound", NOT_FOUND),
        ("InvalidInstanceI[dD].Malformed", NOT_FOUND),
        ("InvalidEniId.NotFound", NOT_FOUND),
        ("InvalidParams.EniId", NOT_FOUND),
        ("InvalidSecurityGroupId.NotFound", NO_GROUP),
        ("InvalidSecurityGroupVpc.NotBelongToOneVpc", OTHER_VPC),
        ("InvalidOperation.VpcMismatch", OTHER_VPC),
        ("InvalidSecurityGroupType.NotSupportClassic", OTHER_VPC),
        ("InvalidSecurityGroupId.NotVpc", OTHER_VPC),
        # The vendor's spelling.
        ("EnterpriseGroupLimited.MutliGroupType", TWO_TYPES),
        ("InvalidOperation.MultiGroupType", TWO_TYPES),
        ("InvalidOperation.ResourceManagedByCloudProduct", MANAGED_GROUP),
        (
            "InvalidOperation.EniServiceManaged",
            Meaning(ErrorKind.INVALID, "a service of Alibaba Cloud manages it, and nobody else may; leave it out"),
        ),
        (
            "InvalidOperation.PrimaryEniOnlySupportModifyNameAndDesc",
            Meaning(
                ErrorKind.INVALID,
                "it is the primary network interface of an instance; use aliyun_ecs_sg with the instance's id",
            ),
        ),
        (
            "InvalidNetworkType.NotSupported",
            Meaning(ErrorKind.INVALID, "the groups of an instance on the classic network cannot change; leave it out"),
        ),
        ("JoinedGroupLimitExceed", TOO_LONG),
        ("AclLimitExceed", TOO_MANY_RULES),
        ("SecurityGroupInstanceLimitExceed", FULL_GROUP),
        ("InvalidOperation.EniCountExceeded", FULL_GROUP),
        ("InstanceLockedForSecurity", LOCKED_FOR_SECURITY),
        ("IncorrectInstanceStatus", PASSING_STATE),
        ("InvalidOperation.InvalidEcsState", PASSING_STATE),
        ("InvalidOperation.InvalidEniState", PASSING_STATE),
        ("InvalidUser.Unauthorized", DENIED),
        # Said of a status and of a group with too many members alike: only the message tells which.
        ("OperationDenied", PERHAPS_BUSY),
    ),
    scopes={
        "ModifyInstanceAttribute": " on the instance and on its security groups",
        "ModifyNetworkInterfaceAttribute": " on the network interface and on its security groups",
    },
)


class Client:
    """Calls one service with the connection that a task asks for. Used by several threads at once."""

    def __init__(
        self,
        connection: Mapping[str, Any],
        service: Service,
        gate: Gate,
        response_within: float = RESPONSE_WITHIN,
        *,
        access: Access | None = None,
    ) -> None:
        """``access`` is what another client of the same connection signs with."""
        if MISSING:
            raise MISSING
        self._connection = connection
        self._gate = gate
        self._response_within = response_within
        self._access = access or access_of(connection)
        region = region_of(connection, self._access)
        host = _host(service, region)
        self._api = Api(service, connection["endpoint"], host, region, self._access, response_within)

    def of(self, service: Service) -> Client:
        """Return the client of another service with the same connection."""
        return Client(self._connection, service, self._gate, self._response_within, access=self._access)

    def call(self, action: str, **arguments: str) -> dict[str, Any]:
        """Return the answer of an action; raise CloudError for anything else that may come back."""
        with self._gate.call(action):
            return self._api.call(action, arguments)

    def write(self, action: str, **arguments: str) -> None:
        """Call an action that writes a list; raise CloudError for anything but its answer."""
        with self._gate.unpaced():
            self._api.call(action, arguments)


def connect(connection: Mapping[str, Any], service: Service, runtime: Runtime) -> Client:
    """Return the client of a service; raise CloudError where the credentials do not work."""
    # A role is assumed then, and STS throttles those who assume many.
    return patiently(lambda: Client(connection, service, runtime.gate), runtime.clock, CONNECT_PATIENCE)


def _host(service: Service, region: str) -> str:
    if service is RDS:
        from aliyunsdkrds.endpoint import endpoint_data

        if known := endpoint_data.getEndpointMap().get(region):
            return str(known)
    return f"{service.name}.{region}.aliyuncs.com"
