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
      - If unset, the environment variables E(ALIBABA_CLOUD_ACCESS_KEY_ID), E(ALICLOUD_ACCESS_KEY) and
        E(ALICLOUD_ACCESS_KEY_ID) are used, in this order, unless the task gives another source of credentials.
      - Mutually exclusive with O(oidc_provider_arn), O(oidc_token_file), O(ecs_role_name) and O(profile).
    type: str
    aliases: [alicloud_access_key, access_key]
  access_key_secret:
    description:
      - The secret of the AccessKey pair.
      - If unset, the environment variables E(ALIBABA_CLOUD_ACCESS_KEY_SECRET), E(ALICLOUD_SECRET_KEY) and
        E(ALICLOUD_SECRET_ACCESS_KEY) are used, in this order, unless the task gives another source of credentials.
      - Mutually exclusive with O(oidc_provider_arn), O(oidc_token_file), O(ecs_role_name) and O(profile).
    type: str
    aliases: [alicloud_secret_key, secret_access_key, secret_key]
  security_token:
    description:
      - The token of temporary credentials (STS).
      - If unset, the environment variables E(ALIBABA_CLOUD_SECURITY_TOKEN) and E(ALICLOUD_SECURITY_TOKEN) are used, in
        this order, but only with a secret that comes from the environment too.
      - Mutually exclusive with O(oidc_provider_arn), O(oidc_token_file), O(ecs_role_name) and O(profile).
    type: str
    aliases: [alicloud_security_token]
  oidc_provider_arn:
    description:
      - The ARN of the OpenID Connect provider that issued the token in O(oidc_token_file). The module exchanges the
        token for temporary credentials of the role O(assume_role_arn), as in a pod of ACK with RRSA.
      - If unset, the environment variable E(ALIBABA_CLOUD_OIDC_PROVIDER_ARN) is used, unless the task gives another
        source of credentials.
      - Requires O(oidc_token_file) and O(assume_role_arn), each in the task or in the environment.
      - Mutually exclusive with O(access_key_id), O(access_key_secret), O(security_token), O(ecs_role_name) and
        O(profile).
    type: str
  oidc_token_file:
    description:
      - The path of the file with the OpenID Connect token.
      - If unset, the environment variable E(ALIBABA_CLOUD_OIDC_TOKEN_FILE) is used, unless the task gives another
        source of credentials.
      - Requires O(oidc_provider_arn) and O(assume_role_arn), each in the task or in the environment.
      - Mutually exclusive with O(access_key_id), O(access_key_secret), O(security_token), O(ecs_role_name) and
        O(profile).
    type: str
  ecs_role_name:
    description:
      - The name of the RAM role that is bound to the ECS instance that the module runs on. The module uses the
        credentials of that role.
      - If unset, the environment variables E(ALIBABA_CLOUD_ECS_METADATA) and E(ALICLOUD_ECS_ROLE_NAME) are used, in
        this order, unless the task gives another source of credentials.
      - Mutually exclusive with O(access_key_id), O(access_key_secret), O(security_token), O(oidc_provider_arn),
        O(oidc_token_file) and O(profile).
    type: str
    aliases: [role_name]
  profile:
    description:
      - The name of a profile in the configuration of Alibaba Cloud's command line, O(shared_credentials_file), with the
        mode C(AK), C(StsToken), C(EcsRamRole), C(RamRoleArn), C(RamRoleArnWithRoleName), C(ChainableRamRoleArn) or
        C(OIDC). Its region is used if no other is given.
      - If unset, the environment variables E(ALIBABA_CLOUD_PROFILE) and E(ALICLOUD_PROFILE) are used, in this order,
        unless the task gives another source of credentials.
      - Mutually exclusive with O(access_key_id), O(access_key_secret), O(security_token), O(oidc_provider_arn),
        O(oidc_token_file) and O(ecs_role_name).
    type: str
  shared_credentials_file:
    description:
      - The path of the configuration that has O(profile), in the form of Alibaba Cloud's command line.
      - If unset, the environment variable E(ALICLOUD_SHARED_CREDENTIALS_FILE) is used, or else
        C(~/.aliyun/config.json).
    type: str
  assume_role_arn:
    description:
      - The ARN of a RAM role, such as V(acs:ram::1234567890123456:role/auditor). The module assumes it once, before its
        first call, with the credentials that the other options or the environment give, and makes all calls with the
        temporary credentials of the role.
      - If unset, the environment variables E(ALIBABA_CLOUD_ROLE_ARN) and E(ALICLOUD_ASSUME_ROLE_ARN) are used, in this
        order, unless the task gives a key, O(ecs_role_name) or O(profile).
    type: str
    aliases: [alicloud_assume_role_arn]
  assume_role_session_name:
    description:
      - The name of the session of the role, as audit logs show it.
      - If unset, the environment variables E(ALIBABA_CLOUD_ROLE_SESSION_NAME) and E(ALICLOUD_ASSUME_ROLE_SESSION_NAME)
        are used, in this order, or else V(ansible).
    type: str
    aliases: [alicloud_assume_role_session_name]
  assume_role_session_expiration:
    description:
      - How many seconds the session lasts, from V(900) to the longest session of the role. It must last longer than the
        task.
      - If unset, the environment variable E(ALICLOUD_ASSUME_ROLE_SESSION_EXPIRATION) is used, or else V(3600).
    type: int
    aliases: [alicloud_assume_role_session_expiration]
  assume_role_policy:
    description:
      - A policy that restricts what the session may do. Requires O(assume_role_arn).
    type: json
    aliases: [alicloud_assume_role_policy]
  assume_role_external_id:
    description:
      - The external ID that the role's trust policy asks for. Requires O(assume_role_arn).
    type: str
  region:
    description:
      - The region, such as V(cn-hangzhou). Required, unless O(profile) has one.
      - If unset, the environment variables E(ALIBABA_CLOUD_REGION_ID), E(ALIBABA_CLOUD_REGION), E(ALICLOUD_REGION) and
        E(ALICLOUD_REGION_ID) are used, in this order.
    type: str
    aliases: [alicloud_region, region_id]
  endpoint:
    description:
      - Where to send the calls instead of Alibaba Cloud's own endpoints. A host, C(host:port), or a URL; HTTPS unless
        it begins with C(http://).
      - A host that begins with the name of a service, such as V(rds.cn-hangzhou.aliyuncs.com) or
        V(rds-vpc.cn-hangzhou.aliyuncs.com), stands for the domain behind it. Each service that the task calls is called
        under its own name there, such as C(sts.cn-hangzhou.aliyuncs.com) to assume a role. Any other host serves all
        calls.
    type: str
requirements:
  - python >= 3.11
  - aliyun-python-sdk-core >= 2.16.1
  - aliyun-python-sdk-rds >= 2.7.0, for DB instances only
notes:
  - If the environment gives several sources of credentials, the module uses the first of these. A key, an OpenID
    Connect token, the role of the ECS instance, a profile.
  - The module refuses the environment variables E(ALIBABA_CLOUD_CREDENTIALS_URI), E(ALIBABA_CLOUD_CREDENTIALS_FILE) and
    E(ALIBABA_CLOUD_OIDC_TOKEN), which only other tools read, unless the task gives a source of credentials itself.
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

    LOOKED_UP = r"""
options: {}
notes:
  - With C(ecs:DescribeSecurityGroups), groups to attach that do not exist or have another network type are refused
    before anything is written, and groups may be given by name. Without it, the task goes on with a warning, and
    Alibaba Cloud decides.
"""
