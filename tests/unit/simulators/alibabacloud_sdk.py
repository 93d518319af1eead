# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The vendor's newer SDK, as a client of simulators."""

from __future__ import annotations

import importlib
from typing import Any

import pytest

from tests.simulators.alibabacloud import REGION, RdsSimulator


class Generic:
    """The newer SDK's generic client, with one signature or the other, or without one."""

    def __init__(self, cloud: RdsSimulator, version: str, **config: Any) -> None:
        self.version = version
        self.utils = importlib.import_module("alibabacloud_tea_openapi.utils").Utils
        self.models = importlib.import_module("alibabacloud_tea_openapi.utils_models")
        settings = {"access_key_id": cloud.access_key_id, "access_key_secret": cloud.access_key_secret, **config}
        client_type = importlib.import_module("alibabacloud_tea_openapi.client").Client
        endpoint = {"endpoint": cloud.endpoint, "protocol": "http", "region_id": REGION}
        self.client = client_type(self.models.Config(**endpoint, **settings))

    def call(self, action: str, *, auth: str = "AK", **arguments: object) -> dict[str, Any]:
        params = self.models.Params(
            action=action,
            version=self.version,
            protocol="HTTP",
            pathname="/",
            method="POST",
            auth_type=auth,
            style="RPC",
            req_body_type="formData",
            body_type="json",
        )
        runtime = importlib.import_module("darabonba.runtime").RuntimeOptions()
        body: dict[str, Any] = self.client.call_api(
            params, self.models.OpenApiRequest(query=self.utils.query(arguments)), runtime
        )["body"]
        return body

    def refusal(self, action: str, *, auth: str = "AK", **arguments: object) -> tuple[int, str]:
        with pytest.raises(importlib.import_module("darabonba.exceptions").DaraException) as caught:
            self.call(action, auth=auth, **arguments)
        return caught.value.status_code, caught.value.code
