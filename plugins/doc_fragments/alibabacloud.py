# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The connection options of Alibaba Cloud, and what its modules say of their action group."""

    DOCUMENTATION = r"""
options:
  access_key_id:
    description:
      - The ID of the AccessKey pair.
      - The environment variables E(ALIBABA_CLOUD_ACCESS_KEY_ID), E(ALICLOUD_ACCESS_KEY) and E(ALICLOUD_ACCESS_KEY_ID)
        stand in for it, in this order, where neither a role nor a profile is given.
      - Mutually exclusive with O(ecs_role_name) and O(profile).
    type: str
    aliases: [alicloud_access_key, access_key]
  access_key_secret:
    description:
      - The secret of the AccessKey pair.
      - The environment variables E(ALIBABA_CLOUD_ACCESS_KEY_SECRET), E(ALICLOUD_SECRET_KEY) and
        E(ALICLOUD_SECRET_ACCESS_KEY) stand in for it, in this order, where neither a role nor a profile is given.
      - Mutually exclusive with O(ecs_role_name) and O(profile).
    type: str
    aliases: [alicloud_secret_key, secret_access_key, secret_key]
  security_token:
    description:
      - The token of temporary credentials (STS).
      - The environment variables E(ALIBABA_CLOUD_SECURITY_TOKEN) and E(ALICLOUD_SECURITY_TOKEN) stand in for it, in
        this order, but only beside a secret that comes from the environment too.
      - Mutually exclusive with O(ecs_role_name) and O(profile).
    type: str
    aliases: [alicloud_security_token]
  ecs_role_name:
    description:
      - The name of the RAM role that is bound to the ECS instance that the module runs on, and whose credentials it
        shall use.
      - The environment variables E(ALIBABA_CLOUD_ECS_METADATA) and E(ALICLOUD_ECS_ROLE_NAME) stand in for it, in this
        order, where neither a key nor a profile is given.
      - Mutually exclusive with O(access_key_id), O(access_key_secret), O(security_token) and O(profile).
    type: str
    aliases: [role_name]
  profile:
    description:
      - The name of a profile in the configuration of Alibaba Cloud's command line, C(~/.aliyun/config.json), with the
        mode C(AK), C(StsToken) or C(EcsRamRole). Its region counts where no other is given.
      - The environment variables E(ALIBABA_CLOUD_PROFILE) and E(ALICLOUD_PROFILE) stand in for it, in this order, where
        neither a key nor a role is given.
      - Mutually exclusive with O(access_key_id), O(access_key_secret), O(security_token) and O(ecs_role_name).
    type: str
  region:
    description:
      - The region, such as V(cn-hangzhou). Required, unless O(profile) brings one.
      - The environment variables E(ALIBABA_CLOUD_REGION_ID), E(ALIBABA_CLOUD_REGION), E(ALICLOUD_REGION) and
        E(ALICLOUD_REGION_ID) stand in for it, in this order.
    type: str
    aliases: [alicloud_region, region_id]
  endpoint:
    description:
      - Where to send the calls instead of Alibaba Cloud's own endpoint of the region. A host, C(host:port), or a URL;
        HTTPS unless it is written with C(http://).
    type: str
requirements:
  - python >= 3.11
  - aliyun-python-sdk-core >= 2.16.0
  - aliyun-python-sdk-rds >= 2.7.0
notes:
  - Where the environment gives a key, a role and a profile, the key counts, or else the role.
  - An environment variable that is empty counts as not set, and nothing in the environment overrides what the task
    gives.
  - The environment variable E(ALIBABA_CLOUD_CA_BUNDLE) names the file of CA certificates that the endpoint's
    certificate is verified with, where those that come with aliyun-python-sdk-core do not do.
  - Environment variables and files are those of the host that the module runs on, which is most often C(localhost).
  - Aliases of the options, and the variables that begin with C(ALICLOUD_), are those of the modules in the collection
    C(alibaba.alicloud), which need not be installed.
"""

    ACTION_GROUP = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/crosscloud.security_groups.alibabacloud) in C(module_defaults) to give the connection once.
    support: full
    membership:
      - crosscloud.security_groups.alibabacloud
"""
