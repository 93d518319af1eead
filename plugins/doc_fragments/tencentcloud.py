# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The connection options of Tencent Cloud, and what its modules say of their action group."""

    DOCUMENTATION = r"""
options:
  secret_id:
    description:
      - The ID of the API key.
      - The environment variable E(TENCENTCLOUD_SECRET_ID) stands in for it.
    type: str
  secret_key:
    description:
      - The secret of the API key.
      - The environment variable E(TENCENTCLOUD_SECRET_KEY) stands in for it.
    type: str
  token:
    description:
      - The token of temporary credentials.
      - The environment variable E(TENCENTCLOUD_TOKEN) stands in for it, but only beside a secret that comes from the
        environment too.
    type: str
  region:
    description:
      - The region, such as V(ap-guangzhou). Required.
      - The environment variable E(TENCENTCLOUD_REGION) stands in for it.
    type: str
  endpoint:
    description:
      - Where to send the calls instead of Tencent Cloud's own endpoint. A host, C(host:port), or a URL; HTTPS unless
        it is written with C(http://).
    type: str
requirements:
  - python >= 3.11
  - tencentcloud-sdk-python-common >= 3.0.1465, or tencentcloud-sdk-python, which contains it
notes:
  - Where neither options nor environment give a key, the default profile in C(~/.tencentcloud/credentials) or else
    C(/etc/tencentcloud/credentials) does, as for Tencent Cloud's own SDK, and where there is none, the role that is
    bound to the CVM instance that the module runs on.
  - The environment variable E(REQUESTS_CA_BUNDLE) names the file of CA certificates that the endpoint's certificate is
    verified with, where those that come with the SDK do not do.
  - An environment variable that is empty counts as not set, and nothing in the environment overrides what the task
    gives.
  - Environment variables and files are those of the host that the module runs on, which is most often C(localhost).
"""

    ACTION_GROUP = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/crosscloud.security_groups.tencentcloud) in C(module_defaults) to give the connection once.
    support: full
    membership:
      - crosscloud.security_groups.tencentcloud
"""
