# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Credentials that cannot be had, and endpoints that do not speak TLS."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.simulators.aws import AwsSimulator
from tests.simulators.server import Raw
from tests.unit.conftest import Connection, ours

if TYPE_CHECKING:
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._ansible.options import Runtime
    from ansible_collections.crosscloud.security_groups.plugins.module_utils._core.errors import Failure

ONE = "fsmt-00000001"
SSO = """
[profile people]
sso_session = ours
sso_account_id = 123456789012
sso_role_name = reader
region = eu-central-1
[sso-session ours]
sso_region = eu-central-1
sso_start_url = https://ours.awsapps.com/start
"""
ROLE = """
[profile source]
aws_access_key_id = AKIDEXAMPLE
aws_secret_access_key = secret
[profile people]
role_arn = arn:aws:iam::123456789012:role/reader
source_profile = source
"""
CIRCLE = """
[profile people]
role_arn = arn:aws:iam::123456789012:role/reader
source_profile = other
[profile other]
role_arn = arn:aws:iam::123456789012:role/writer
source_profile = people
"""


@pytest.fixture
def read_with_profile(
    connection: Connection,
    runtime: Runtime,
    cloud: AwsSimulator,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[str], Failure]:
    """Read a mount target with a profile of this configuration, and return what is in the way."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", cloud.url)
    # Only what is worth another try, and here nothing is.
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")

    def read(configuration: str) -> Failure:
        (tmp_path / "config").write_text(configuration, encoding="utf-8")
        given = {**connection, "access_key": None, "secret_key": None, "profile": "people"}
        try:
            return ours("_aws.efs").MOUNT_TARGET_MODULES.connect(given, runtime).read([ONE])[ONE]
        except ours("_core.errors").CloudError as error:
            return error.failure

    return read


@pytest.mark.parametrize(
    ("configuration", "said"),
    [
        ("", "The config profile (people) could not be found"),
        ("people", "Unable to parse config file"),
        (SSO, "Error loading SSO Token"),
        (CIRCLE, "Infinite loop in credential configuration detected"),
    ],
)
def test_credentials_that_cannot_be_had(
    read_with_profile: Callable[[str], Failure], configuration: str, said: str
) -> None:
    found = read_with_profile(configuration)
    assert (found.kind, found.passes) == ("auth", False)
    assert found.message.startswith(
        "there are no usable AWS credentials; check profile and the AWS configuration of this machine, or give "
        f"access_key and secret_key ({said}"
    )


def test_a_role_that_may_not_be_assumed(read_with_profile: Callable[[str], Failure], cloud: AwsSimulator) -> None:
    error = b"<Error><Code>AccessDenied</Code><Message>not authorized</Message></Error>"
    cloud.play(Raw(403, b"<ErrorResponse>%s</ErrorResponse>" % error, "text/xml"), "AssumeRole", times=None)
    found = read_with_profile(ROLE)
    assert found.kind == "denied"
    assert found.message == (
        "the credentials lack a permission; grant sts:AssumeRole (AssumeRole answered AccessDenied: not authorized)"
    )


def test_a_token_without_keys_is_refused(connection: Connection, runtime: Runtime) -> None:
    given = {**connection, "access_key": None, "secret_key": None, "session_token": "a-token"}
    with pytest.raises(ours("_core.errors").CloudError, match=r"^session_token goes with access_key and secret_key"):
        ours("_aws.efs").MOUNT_TARGET_MODULES.connect(given, runtime)


@pytest.mark.parametrize("answered", [b"HTTP/1.1 400 Bad Request\r\n\r\n", b""])
def test_what_speaks_no_tls_is_out_of_reach(
    connection: Connection, runtime: Runtime, serve: Callable[[bytes | None], str], answered: bytes
) -> None:
    given = {**connection, "endpoint_url": serve(answered).replace("http://", "https://")}
    found = ours("_aws.efs").MOUNT_TARGET_MODULES.connect(given, runtime).read([ONE])[ONE]
    assert (found.kind, found.passes) == ("transient", True)
    assert found.message.startswith("AWS cannot be reached; check region, endpoint_url and the network (")
