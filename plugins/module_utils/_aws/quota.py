# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How many security groups the account may attach to a network interface.

https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeAccountAttributes.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .._core.errors import CloudError, ErrorKind, Meaning

if TYPE_CHECKING:
    from .session import Session

QUOTA = "vpc-max-security-groups-per-interface"

TOO_MANY = Meaning(
    ErrorKind.LIMIT,
    "the account's quota allows no list this long; name fewer security groups or have the quota 'Security groups per "
    "network interface' raised",
)


def groups_per_interface(session: Session) -> int | None:
    """Return the quota, or None where EC2 does not tell it; raise CloudError where it may a little later."""
    try:
        ec2 = session.reader("ec2")
        with session.call("DescribeAccountAttributes"):
            answer = ec2.describe_account_attributes(AttributeNames=[QUOTA])
            found = {one["AttributeName"]: one["AttributeValues"] for one in answer["AccountAttributes"]}
            return int(found[QUOTA][0]["AttributeValue"])
    except CloudError as error:
        if error.failure.kind is ErrorKind.THROTTLED:
            raise
        return None
