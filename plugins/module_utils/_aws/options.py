# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the declarations of the kinds have in common.

The connection options have the names and variables of ``aws_argument_spec()`` in the collection amazon.aws.
"""

from __future__ import annotations

from .._ansible.options import ConnectionOption

CONNECTION = (
    ConnectionOption(
        "access_key",
        aliases=("aws_access_key_id", "aws_access_key"),
        env=("AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY"),
        yields_to=("profile",),
    ),
    ConnectionOption(
        "secret_key",
        aliases=("aws_secret_access_key", "aws_secret_key"),
        env=("AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY"),
        secret=True,
        yields_to=("profile",),
    ),
    ConnectionOption(
        "session_token",
        aliases=("aws_session_token",),
        env=("AWS_SESSION_TOKEN",),
        secret=True,
        yields_to=("profile", "secret_key"),
    ),
    ConnectionOption(
        "profile",
        aliases=("aws_profile",),
        env=("AWS_PROFILE", "AWS_DEFAULT_PROFILE"),
        yields_to=("access_key", "secret_key", "session_token"),
    ),
    ConnectionOption("region", aliases=("aws_region",), env=("AWS_REGION", "AWS_DEFAULT_REGION")),
    ConnectionOption("endpoint_url", aliases=("aws_endpoint_url",), env=("AWS_URL",)),
    ConnectionOption("validate_certs", type="bool", default=True),
    ConnectionOption("aws_ca_bundle", type="path", env=("AWS_CA_BUNDLE",)),
    ConnectionOption("aws_config", type="dict"),
    ConnectionOption("debug_botocore_endpoint_logs", type="bool", env=("ANSIBLE_DEBUG_BOTOCORE_LOGS",)),
)

EXTRA = "may open: what an extra group allows is let in"
MISSING = "may lock out: what only a missing group allows is kept out"
