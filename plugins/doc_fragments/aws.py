# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The connection options of AWS, and what its modules say of their action group."""

    DOCUMENTATION = r"""
options:
  access_key:
    description:
      - The ID of the AWS access key.
      - The environment variables E(AWS_ACCESS_KEY_ID) and E(AWS_ACCESS_KEY) stand in for it, in this order.
      - Mutually exclusive with O(profile).
    type: str
    aliases: [aws_access_key_id, aws_access_key]
  secret_key:
    description:
      - The secret of the AWS access key.
      - The environment variables E(AWS_SECRET_ACCESS_KEY) and E(AWS_SECRET_KEY) stand in for it, in this order.
      - Mutually exclusive with O(profile).
    type: str
    aliases: [aws_secret_access_key, aws_secret_key]
  session_token:
    description:
      - The session token of temporary credentials.
      - The environment variable E(AWS_SESSION_TOKEN) stands in for it, but only beside a secret that comes from the
        environment too.
      - Mutually exclusive with O(profile).
    type: str
    aliases: [aws_session_token]
  profile:
    description:
      - The name of a profile in the AWS configuration files.
      - The environment variables E(AWS_PROFILE) and E(AWS_DEFAULT_PROFILE) stand in for it, in this order, where no
        access key is given.
      - Mutually exclusive with O(access_key), O(secret_key) and O(session_token).
    type: str
    aliases: [aws_profile]
  region:
    description:
      - The AWS region.
      - The environment variables E(AWS_REGION) and E(AWS_DEFAULT_REGION) stand in for it, in this order, and then the
        AWS configuration files.
    type: str
    aliases: [aws_region]
  endpoint_url:
    description:
      - Where to send the calls instead of AWS's own endpoints. A host, C(host:port), or a URL; HTTPS unless it is
        written with C(http://).
      - The environment variable E(AWS_URL) stands in for it, and then those that boto3 knows, such as
        E(AWS_ENDPOINT_URL).
    type: str
    aliases: [aws_endpoint_url]
  validate_certs:
    description:
      - Whether to verify the endpoint's TLS certificate.
    type: bool
    default: true
  aws_ca_bundle:
    description:
      - The file of CA certificates that the endpoint's certificate is verified with.
      - The environment variable E(AWS_CA_BUNDLE) stands in for it.
    type: path
  aws_config:
    description:
      - Settings for botocore, by the names of its class C(Config), such as C(connect_timeout).
      - See U(https://botocore.amazonaws.com/v1/documentation/api/latest/reference/config.html).
    type: dict
  debug_botocore_endpoint_logs:
    description:
      - Whether to return the API actions that were called as RV(ignore:resource_actions), such as
        C(efs:DescribeMountTargets). Off unless set.
      - The environment variable E(ANSIBLE_DEBUG_BOTOCORE_LOGS) stands in for it.
    type: bool
requirements:
  - python >= 3.11
  - boto3 >= 1.35.0
notes:
  - An environment variable that is empty counts as not set, and nothing in the environment overrides what the task
    gives.
  - Environment variables and AWS configuration files are those of the host that the module runs on, which is most
    often C(localhost).
  - Options and environment variables are those of the modules in the collection C(amazon.aws), which
    need not be installed.
"""

    ACTION_GROUP = r"""
options: {}
attributes:
  action_group:
    description: Use C(group/crosscloud.security_groups.aws) in C(module_defaults) to give the connection once.
    support: full
    membership:
      - crosscloud.security_groups.aws
"""

    LOOKED_UP = r"""
options: {}
notes:
  - With C(ec2:DescribeSecurityGroups), groups to attach that do not exist are refused before anything is written, and
    groups may be given by name. C(ec2:GetSecurityGroupsForVpc) is asked only for groups that belong to another VPC or
    that the other call does not show, because a VPC can have groups of other VPCs and other accounts. Without the
    permissions, the task goes on with a warning, and AWS decides.
"""
