# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Rules of security groups of Tencent Cloud, and the templates that they may name.

https://cloud.tencent.com/document/api/215/15804, 16717, 16716, 16719 and 16718.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from .tencent_api import Account, Action, refusal

TEMPLATES = {
    "DescribeAddressTemplates": ("AddressTemplate", "address-template-id", "AddressSet"),
    "DescribeAddressTemplateGroups": ("AddressTemplateGroup", "address-template-group-id", "AddressTemplateIdSet"),
    "DescribeServiceTemplates": ("ServiceTemplate", "service-template-id", "ServiceSet"),
    "DescribeServiceTemplateGroups": ("ServiceTemplateGroup", "service-template-group-id", "ServiceTemplateIdSet"),
}
NO_TEMPLATE = {"ServiceId": "", "ServiceGroupId": ""}, {"AddressId": "", "AddressGroupId": ""}


@dataclass
class Rules:
    """What groups allow and drop. ``templates`` are by id, whatever they hold.

    A group without rules lets nothing in and nothing out.
    """

    account: Account
    templates: dict[str, list[str]] = field(default_factory=dict)
    policies: dict[str, tuple[list[dict[str, object]], list[dict[str, object]]]] = field(default_factory=dict)

    def reset(self) -> None:
        self.templates, self.policies = {}, {}

    def put(
        self, group: str, ingress: Sequence[Mapping[str, object]], egress: Sequence[Mapping[str, object]] = ()
    ) -> None:
        """Replace the rules of a group; fields that a rule does not have are empty, as the cloud shows them."""
        sides = ([_shown(index, one) for index, one in enumerate(side)] for side in (ingress, egress))
        self.policies[group] = (next(sides), next(sides))

    @property
    def actions(self) -> Mapping[str, Action]:
        asked = {"Filters": list, "Offset": str, "Limit": str, "NeedMemberInfo": bool}
        return {
            "DescribeSecurityGroupPolicies": Action(
                {"SecurityGroupId": str, "Filters": list}, self._describe, ("SecurityGroupId",)
            ),
            **{name: Action(asked, self._templates(*parts)) for name, parts in TEMPLATES.items()},
        }

    def _describe(self, given: Mapping[str, object], _request_id: str) -> Mapping[str, object]:
        group = str(given["SecurityGroupId"])
        if group not in self.account.security_groups:
            raise refusal("ResourceNotFound", f"The security group {group} does not exist")
        ingress, egress = self.policies.get(group, ([], []))
        # Nothing says that rules come in their order.
        return {
            "SecurityGroupPolicySet": {"Version": "1", "Ingress": ingress[::-1], "Egress": egress[::-1]},
        }

    def _templates(
        self, name: str, filter_name: str, members: str
    ) -> Callable[[Mapping[str, object], str], Mapping[str, object]]:
        def describe(given: Mapping[str, object], _request_id: str) -> Mapping[str, object]:
            filters = given.get("Filters") or []
            assert isinstance(filters, list)
            ids = [one for each in filters if each["Name"] == filter_name for one in each["Values"]]
            found = [
                {f"{name}Id": one, f"{name}Name": one, members: self.templates[one]}
                for one in ids
                if one in self.templates
            ]
            return {f"{name}Set": found, "TotalCount": len(found)}

        return describe


def _shown(index: int, rule: Mapping[str, object]) -> dict[str, object]:
    services, addresses = NO_TEMPLATE
    plain = {"CidrBlock": "", "Ipv6CidrBlock": "", "SecurityGroupId": "", "PolicyDescription": ""}
    return {
        **plain,
        "ServiceTemplate": services,
        "AddressTemplate": addresses,
        **({} if "ServiceTemplate" in rule else {"Protocol": "ALL", "Port": "ALL"}),
        "Action": "ACCEPT",
        **rule,
        "PolicyIndex": index,
    }
