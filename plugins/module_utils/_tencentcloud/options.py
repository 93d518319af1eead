# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the Tencent Cloud kinds share: the connection, how ids of security groups look, and what a drift of them does.

Profiles and roles, and their variables, are those of Terraform's provider; second names are those of the vendor's
command line.
"""

from __future__ import annotations

import re

from .._ansible.options import ConnectionOption
from .._core.kind import IdForm

KEYS = ("secret_id", "secret_key", "token")
FILES = ("profile", "shared_credentials_dir")
OWN = (*KEYS, *FILES)
"""Where the task gives one of these, whom the environment names is not meant."""

_KEYS_OF_A_SESSION = "unset it, or give keys of a session with secret_id, secret_key and token"
_ROLE = "unset it, and give the role with assume_role_arn"
REFUSED = {
    **dict.fromkeys(
        (
            "TENCENTCLOUD_ASSUME_ROLE_SOURCE_IDENTITY",
            "TENCENTCLOUD_ASSUME_ROLE_SERIAL_NUMBER",
            "TENCENTCLOUD_ASSUME_ROLE_TOKEN_CODE",
            "TENCENTCLOUD_ASSUME_ROLE_SAML_ASSERTION",
            "TENCENTCLOUD_ASSUME_ROLE_PRINCIPAL_ARN",
            "TENCENTCLOUD_ASSUME_ROLE_WEB_IDENTITY_TOKEN",
            "TENCENTCLOUD_ASSUME_ROLE_WEB_IDENTITY_TOKEN_FILE",
            "TENCENTCLOUD_ASSUME_ROLE_PROVIDER_ID",
            "TENCENTCLOUD_MFA_CERTIFICATION_SERIAL_NUMBER",
            "TENCENTCLOUD_MFA_CERTIFICATION_TOKEN_CODE",
        ),
        _KEYS_OF_A_SESSION,
    ),
    # The provider's documentation has one of these names, its code the other.
    "TENCENTCLOUD_ASSUME_ROLE_ARN_FILE": _ROLE,
    "TENCENTCLOUD_ASSUME_ROLE_ARNN_FILE": _ROLE,
    "TENCENTCLOUD_CAM_ROLE_NAME": "unset it; without a key, the role that is bound to the machine is used",
}
"""Variables of Terraform's provider that change who its calls act as."""

CONNECTION = (
    ConnectionOption("secret_id", env=("TENCENTCLOUD_SECRET_ID",), yields_to=FILES),
    ConnectionOption("secret_key", env=("TENCENTCLOUD_SECRET_KEY",), secret=True, yields_to=FILES, refused=REFUSED),
    ConnectionOption(
        "token",
        aliases=("security_token",),
        env=("TENCENTCLOUD_TOKEN", "TENCENTCLOUD_SECURITY_TOKEN"),
        secret=True,
        yields_to=("secret_key", *FILES),
    ),
    ConnectionOption("profile", env=("TENCENTCLOUD_PROFILE", "TCCLI_PROFILE"), yields_to=KEYS),
    ConnectionOption(
        "shared_credentials_dir", type="path", env=("TENCENTCLOUD_SHARED_CREDENTIALS_DIR",), yields_to=KEYS
    ),
    ConnectionOption(
        "assume_role_arn",
        aliases=("role_arn",),
        env=("TENCENTCLOUD_ASSUME_ROLE_ARN", "TENCENTCLOUD_ROLE_ARN"),
        yields_to=OWN,
    ),
    ConnectionOption(
        "assume_role_session_name",
        env=("TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME", "TENCENTCLOUD_ROLE_SESSION_NAME"),
        yields_to=OWN,
    ),
    ConnectionOption(
        "assume_role_session_duration",
        type="int",
        env=("TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION",),
        yields_to=OWN,
    ),
    ConnectionOption("assume_role_policy", type="json"),
    ConnectionOption("assume_role_external_id", env=("TENCENTCLOUD_ASSUME_ROLE_EXTERNAL_ID",), yields_to=OWN),
    ConnectionOption("region", env=("TENCENTCLOUD_REGION",)),
    ConnectionOption("endpoint"),
)

SECURITY_GROUP_ID = IdForm(re.compile("sg-[a-z0-9]{6,16}"), "sg-5d8n2w7c")

EXTRA = "may open or lock out: the rules of an extra group apply, those that deny as well as those that allow"
MISSING = (
    "may lock out or open: the rules of a missing group do not apply, neither those that allow nor those that deny"
)
MOVED = "may open or lock out: where rules of two groups contradict each other, the group that comes first decides"
"""What a group too many, one too few and one at another place does, to resources whose groups have an order."""

NO_SUCH_THING = "it does not exist; check its id and the region"
"""What is said of a call that is refused because of something that does not exist."""
