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
      - If unset, the environment variable E(TENCENTCLOUD_SECRET_ID) is used.
    type: str
  secret_key:
    description:
      - The secret of the API key.
      - If unset, the environment variable E(TENCENTCLOUD_SECRET_KEY) is used.
    type: str
  token:
    description:
      - The token of temporary credentials.
      - If unset, the environment variables E(TENCENTCLOUD_TOKEN) and E(TENCENTCLOUD_SECURITY_TOKEN) are used, in this
        order, but only together with a secret that comes from the environment too.
    type: str
    aliases: [security_token]
  profile:
    description:
      - The profile that has the key.
      - C(PROFILE.credential) in O(shared_credentials_dir), as Tencent Cloud's command line TCCLI writes it. If there is
        none and O(shared_credentials_dir) is not set, the section of this name in C(~/.tencentcloud/credentials).
      - A role that the profile names is assumed, too.
      - If unset, the environment variables E(TENCENTCLOUD_PROFILE) and E(TCCLI_PROFILE) are used, in this order, if
        neither the task nor the environment has a key.
      - Mutually exclusive with O(secret_id), O(secret_key) and O(token).
    type: str
  shared_credentials_dir:
    description:
      - The folder in which TCCLI keeps its profiles, by default C(~/.tccli).
      - If it is set and O(profile) is not, the profile V(default) is used.
      - If unset, the environment variable E(TENCENTCLOUD_SHARED_CREDENTIALS_DIR) is used.
      - Mutually exclusive with O(secret_id), O(secret_key) and O(token).
    type: path
  assume_role_arn:
    description:
      - The ARN of a role to assume with the key, such as V(qcs::cam::uin/100000000001:roleName/ansible).
      - The role's own key is requested once, before the first call.
      - If unset, the environment variables E(TENCENTCLOUD_ASSUME_ROLE_ARN) and E(TENCENTCLOUD_ROLE_ARN) are used, in
        this order. This and the other variables of the role are only used if the task names no key or profile itself.
    type: str
    aliases: [role_arn]
  assume_role_session_name:
    description:
      - The name of the role's session, which CloudAudit shows. By default V(crosscloud.security_groups).
      - If unset, the environment variables E(TENCENTCLOUD_ASSUME_ROLE_SESSION_NAME) and
        E(TENCENTCLOUD_ROLE_SESSION_NAME) are used, in this order.
    type: str
  assume_role_session_duration:
    description:
      - For how many seconds the role's key is valid, from V(1) to V(43200). A task that takes longer fails. By default
        Tencent Cloud's own, which is 7200.
      - If unset, the environment variable E(TENCENTCLOUD_ASSUME_ROLE_SESSION_DURATION) is used.
    type: int
  assume_role_policy:
    description:
      - A policy that the session is limited to, besides the role's own.
    type: json
  assume_role_external_id:
    description:
      - The external ID that the role asks for.
      - If unset, the environment variable E(TENCENTCLOUD_ASSUME_ROLE_EXTERNAL_ID) is used.
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
  - tencentcloud-sdk-python-common >= 3.0.1465, or tencentcloud-sdk-python, but not both, as they have the same files
notes:
  - The key comes from the first of these that is there. The options O(secret_id), O(secret_key) and O(token), or
    O(profile); their environment variables; the default profile in C(~/.tencentcloud/credentials) or else
    C(/etc/tencentcloud/credentials), or in the file that E(TENCENTCLOUD_CREDENTIALS_FILE) names; in a pod of Tencent
    Kubernetes Engine, the role of its service account (E(TKE_ROLE_ARN), E(TKE_PROVIDER_ID),
    E(TKE_WEB_IDENTITY_TOKEN_FILE) and E(TKE_REGION)); the role that is bound to the CVM instance that the module runs
    on.
  - Environment variables by which Terraform's provider acts as another user and which are not supported, such as
    E(TENCENTCLOUD_ASSUME_ROLE_SAML_ASSERTION) and E(TENCENTCLOUD_ASSUME_ROLE_TOKEN_CODE), are refused if the key would
    come from the environment.
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

    LOOKED_UP = r"""
options: {}
notes:
  - With C(vpc:DescribeSecurityGroups), groups to attach that do not exist are refused before anything is written, and
    groups may be given by name. Without it, the task goes on with a warning, and Tencent Cloud decides.
"""
