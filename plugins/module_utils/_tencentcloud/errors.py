# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The services of Tencent Cloud, and what their error codes mean.

Codes are those of ``errorcodes.py`` in the SDK's parts. A kind declares its service, with the codes that are its own.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from .._core.errors import ErrorKind, Meaning
from .options import NO_SUCH_THING

UNREACHABLE = "ClientNetworkError"
UNINTELLIGIBLE = "ServerNetworkError"
"""The SDK's own codes for no answer, and for an answer that is not the API's."""

AUTH = Meaning(
    ErrorKind.AUTH,
    "Tencent Cloud does not accept the credentials; check secret_id, secret_key and token, and the clock of this "
    "machine",
)
DENIED = Meaning(ErrorKind.DENIED, "the credentials lack a permission; grant {permission}")
THROTTLED = Meaning(
    ErrorKind.THROTTLED,
    "Tencent Cloud throttles the calls of this account; run the task again or lower parallelism",
    passes=True,
)
FAILED = Meaning(ErrorKind.TRANSIENT, "Tencent Cloud failed to carry out the call; run the task again", passes=True)
BUSY = Meaning(ErrorKind.TRANSIENT, "another operation on it is under way; run the task again", passes=True)
PERHAPS_FAILED = replace(FAILED, doubtful=True)
PERHAPS_BUSY = replace(BUSY, doubtful=True)
PASSING_STATE = Meaning(ErrorKind.STATE, "its state takes no change now; run the task again", passes=True)
PERHAPS_PASSING_STATE = replace(PASSING_STATE, doubtful=True)
FINAL_STATE = Meaning(ErrorKind.STATE, "its state takes no change; bring it into another state, or leave it out")
UNTRUSTED = Meaning(
    ErrorKind.INVALID,
    "the endpoint's certificate is not trusted; check endpoint, and the environment variable REQUESTS_CA_BUNDLE",
)
REFUSED = Meaning(ErrorKind.INVALID, "Tencent Cloud refuses the request; check the arguments")
MANAGED = Meaning(ErrorKind.INVALID, "a service of Tencent Cloud manages it, and nobody else may; leave it out")
APPROVAL = Meaning(
    ErrorKind.DENIED, "the change needs an approval; have it approved in Tencent Cloud's console and run the task again"
)
NO_GROUP = Meaning(ErrorKind.NOT_FOUND, "a security group does not exist in the region; check the ids and the region")

MEANINGS = (
    ("AuthFailure.UnauthorizedOperation*", DENIED),
    ("UnauthorizedOperation.InvalidToken", AUTH),
    ("UnauthorizedOperation.NeedApproval", APPROVAL),
    ("UnsupportedOperation.BpaasResources", APPROVAL),
    ("UnauthorizedOperation*", DENIED),
    ("AuthFailure*", AUTH),
    (
        UNREACHABLE,
        Meaning(
            ErrorKind.TRANSIENT,
            "Tencent Cloud cannot be reached; check region, endpoint, proxies and the network",
            passes=True,
        ),
    ),
    (
        UNINTELLIGIBLE,
        Meaning(
            ErrorKind.TRANSIENT,
            "what answers is not the API of Tencent Cloud, or is out of order; check endpoint and proxies, or run the "
            "task again",
            passes=True,
        ),
    ),
    ("RequestLimitExceeded*", THROTTLED),
    ("LimitExceeded.ActionLimited", THROTTLED),
    ("InternalError*", FAILED),
    ("InternalServerError", FAILED),
    ("ServiceUnavailable*", FAILED),
    ("FailedOperation", FAILED),
    ("FailedOperation.SecurityGroupActionFailed", FAILED),
    ("SecGroupActionFailure", FAILED),
    ("FailedOperation.InvalidInstanceApplicationRole*", MANAGED),
    # DescribeInstances says so of a filter.
    ("FailedOperation.*Tag*", REFUSED),
    ("ResourceInUse", BUSY),
    ("ResourceInUse.DiskRollbacking", BUSY),
    ("ResourceUnavailable", BUSY),
    ("ResourceUnavailable.SnapshotCreating", BUSY),
    ("UnsupportedOperation.MutexOperationTaskRunning", BUSY),
    ("UnsupportedOperation.ResourceProcessing", BUSY),
    ("UnsupportedOperation.IdempotentProcessing", BUSY),
    ("UnsupportedOperation.TagAllocate", BUSY),
    ("UnsupportedOperation.TagFree", BUSY),
    ("UnsupportedOperation.LocalDiskMigratingToCloudDisk", BUSY),
    ("OperationDenied.MutexTaskRunning", BUSY),
    ("OperationDenied.InstanceOperationInProgress", BUSY),
    ("DesOperation.MutexTaskRunning", BUSY),
    ("MutexOperation.TaskRunning", BUSY),
    ("UnsupportedOperation.InvalidState", PASSING_STATE),
    ("UnsupportedOperation.ResourceIsInvalidState", PASSING_STATE),
    ("UnsupportedOperation.InstanceStatePending", PASSING_STATE),
    ("UnsupportedOperation.InstanceStateStarting", PASSING_STATE),
    ("UnsupportedOperation.InstanceStateStopping", PASSING_STATE),
    ("UnsupportedOperation.InstanceStateRebooting", PASSING_STATE),
    ("UnsupportedOperation.InstanceStateEnterRescueMode", PASSING_STATE),
    ("UnsupportedOperation.InstanceStateExitRescueMode", PASSING_STATE),
    ("UnsupportedOperation.InstanceStateEnterServiceLiveMigrate", PASSING_STATE),
    ("UnsupportedOperation.InstanceStateServiceLiveMigrate", PASSING_STATE),
    ("UnsupportedOperation.InstanceStateExitServiceLiveMigrate", PASSING_STATE),
    *(
        (f"UnsupportedOperation.InstanceState{state}", FINAL_STATE)
        for state in (
            "Banning",
            "Corrupted",
            "Freezing",
            "Isolating",
            "LaunchFailed",
            "NotRunning",
            "RescueMode",
            "Running",
            "Shutdown",
            "Stopped",
            "Terminated",
            "Terminating",
        )
    ),
    ("UnsupportedOperation.InstanceReinstallFailed", FINAL_STATE),
    ("UnsupportedOperation.StoppedModeStopCharging", FINAL_STATE),
    # CVM writes "Id", VPC "ID".
    ("InvalidSecurityGroupI[dD].NotFound", NO_GROUP),
    (
        "InvalidInstanceId.NotFound",
        Meaning(ErrorKind.NOT_FOUND, "the instance does not exist; check its id and the region"),
    ),
    (
        "ResourceNotFound*",
        Meaning(ErrorKind.NOT_FOUND, NO_SUCH_THING),
    ),
    (
        "LimitExceeded.CvmsVifsPerSecGroupLimitExceeded",
        Meaning(
            ErrorKind.LIMIT,
            "a security group is attached to as many network interfaces as its quota allows; name another one, or have "
            "the quota raised",
        ),
    ),
    (
        "LimitExceeded*",
        Meaning(
            ErrorKind.LIMIT,
            "a quota allows no list this long; name fewer security groups or have the quota raised",
        ),
    ),
    ("UnsupportedOperation.EniServiceManaged", MANAGED),
    ("UnsupportedRegion", Meaning(ErrorKind.INVALID, "the region is not known; check region")),
    # No document lists these for the calls made here. Most that are known of these families and words pass.
    ("FailedOperation*", PERHAPS_FAILED),
    ("ResourceInUse*", PERHAPS_BUSY),
    ("ResourceUnavailable*", PERHAPS_BUSY),
    ("*Busy*", PERHAPS_BUSY),
    ("*InProgress*", PERHAPS_BUSY),
    ("*.Locked*", PERHAPS_BUSY),
    ("*Mutex*", PERHAPS_BUSY),
    ("*Processing*", PERHAPS_BUSY),
    ("*TaskRunning*", PERHAPS_BUSY),
    ("*InvalidState*", PERHAPS_PASSING_STATE),
    ("*InvalidInstanceState*", PERHAPS_PASSING_STATE),
    ("UnsupportedOperation.InstanceState*", PERHAPS_PASSING_STATE),
    ("*", REFUSED),
)


@dataclass(frozen=True, slots=True)
class Service:
    """An API: its name in hosts, signatures and permissions, and its version.

    ``meanings`` are those of its own error codes, patterns first come first served, before those that all services
    share. With a code of ``unknown_id`` a read refuses all ids for the sake of one.
    """

    name: str
    version: str
    meanings: tuple[tuple[str, Meaning], ...] = ()
    unknown_id: tuple[str, ...] = ("ResourceNotFound*", "InvalidParameterValue.*")


VPC = Service(
    "vpc",
    "2017-03-12",
    unknown_id=("ResourceNotFound*", "InvalidParameterValue.*", "InvalidNetworkInterfaceId.*"),
)

HOSTS = ("cdb", "clb", "cvm", "sts", "vpc")
"""The names of services that the host of an endpoint may begin with."""
