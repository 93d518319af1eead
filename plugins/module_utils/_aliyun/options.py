# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options of the Alibaba Cloud modules: the connection, and ``tags``.

Aliases and the variables ALICLOUD_* are those of ``ecs_argument_spec()`` in the collection alibaba.alicloud, the
variables ALIBABA_CLOUD_* those of the vendor's newer SDKs and command line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from .._ansible.options import ConnectionOption

KEYS = ("access_key_id", "access_key_secret", "security_token")
OIDC = ("oidc_provider_arn", "oidc_token_file")

ELSEWHERE = "give the task credentials of its own, such as profile, or unset the variable"

MOST_TAGS = 20
"""How many tags one call of ECS takes."""

NO_SUCH_THING = "it does not exist; check its id and the region"

EXTRA = "may open or lock out: the rules of an extra group apply, those that deny as well as those that allow"
MISSING = (
    "may lock out or open: the rules of a missing group do not apply, neither those that allow nor those that deny"
)
"""What a group too many and one too few does to resources of ECS."""

CONNECTION = (
    ConnectionOption(
        "access_key_id",
        aliases=("alicloud_access_key", "access_key"),
        env=("ALIBABA_CLOUD_ACCESS_KEY_ID", "ALICLOUD_ACCESS_KEY", "ALICLOUD_ACCESS_KEY_ID"),
        yields_to=(*OIDC, "ecs_role_name", "profile"),
    ),
    ConnectionOption(
        "access_key_secret",
        aliases=("alicloud_secret_key", "secret_access_key", "secret_key"),
        env=("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "ALICLOUD_SECRET_KEY", "ALICLOUD_SECRET_ACCESS_KEY"),
        secret=True,
        yields_to=(*OIDC, "ecs_role_name", "profile"),
    ),
    ConnectionOption(
        "security_token",
        aliases=("alicloud_security_token",),
        env=("ALIBABA_CLOUD_SECURITY_TOKEN", "ALICLOUD_SECURITY_TOKEN"),
        secret=True,
        yields_to=("access_key_secret", *OIDC, "ecs_role_name", "profile"),
    ),
    ConnectionOption(
        "oidc_provider_arn",
        env=("ALIBABA_CLOUD_OIDC_PROVIDER_ARN",),
        yields_to=(*KEYS, "ecs_role_name", "profile"),
    ),
    ConnectionOption(
        "oidc_token_file",
        env=("ALIBABA_CLOUD_OIDC_TOKEN_FILE",),
        yields_to=(*KEYS, "ecs_role_name", "profile"),
        refused={"ALIBABA_CLOUD_OIDC_TOKEN": "write the token to a file and set oidc_token_file"},
    ),
    ConnectionOption(
        "ecs_role_name",
        aliases=("role_name",),
        env=("ALIBABA_CLOUD_ECS_METADATA", "ALICLOUD_ECS_ROLE_NAME"),
        yields_to=(*KEYS, *OIDC, "profile"),
    ),
    ConnectionOption(
        "profile",
        env=("ALIBABA_CLOUD_PROFILE", "ALICLOUD_PROFILE"),
        yields_to=(*KEYS, *OIDC, "ecs_role_name"),
        refused={
            "ALIBABA_CLOUD_CREDENTIALS_URI": ELSEWHERE,
            "ALIBABA_CLOUD_CREDENTIALS_FILE": f"set profile and shared_credentials_file, or {ELSEWHERE}",
        },
    ),
    ConnectionOption("shared_credentials_file", env=("ALICLOUD_SHARED_CREDENTIALS_FILE",)),
    ConnectionOption(
        "assume_role_arn",
        aliases=("alicloud_assume_role_arn",),
        env=("ALIBABA_CLOUD_ROLE_ARN", "ALICLOUD_ASSUME_ROLE_ARN"),
        yields_to=(*KEYS, "ecs_role_name", "profile"),
    ),
    ConnectionOption(
        "assume_role_session_name",
        aliases=("alicloud_assume_role_session_name",),
        env=("ALIBABA_CLOUD_ROLE_SESSION_NAME", "ALICLOUD_ASSUME_ROLE_SESSION_NAME"),
    ),
    ConnectionOption(
        "assume_role_session_expiration",
        type="int",
        aliases=("alicloud_assume_role_session_expiration",),
        env=("ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION",),
    ),
    ConnectionOption("assume_role_policy", type="json", aliases=("alicloud_assume_role_policy",)),
    ConnectionOption("assume_role_external_id"),
    ConnectionOption(
        "region",
        aliases=("alicloud_region", "region_id"),
        env=("ALIBABA_CLOUD_REGION_ID", "ALIBABA_CLOUD_REGION", "ALICLOUD_REGION", "ALICLOUD_REGION_ID"),
    ),
    ConnectionOption("endpoint"),
)


def tag_problems(tags: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each thing that would select something else than it looks like."""
    return list(_tag_problems(tags))


def few_tag_problems(tags: Mapping[str, Any]) -> list[str]:
    """Return those sentences, and one where there are more tags than one call of ECS takes."""
    problems = tag_problems(tags)
    if len(tags) > MOST_TAGS:
        problems.append(f"tags has {len(tags)} tags, and Alibaba Cloud takes {MOST_TAGS} at most; leave some out")
    return problems


def _tag_problems(tags: Mapping[str, Any]) -> Iterator[str]:
    if not tags:
        yield "tags is empty, which would select everything in the region; name a tag"
    for key, value in tags.items():
        if not key or not isinstance(value, str) or not value:
            yield f"the tag '{key}' must have a name, and a value that is a string and not empty; put it in quotes"
