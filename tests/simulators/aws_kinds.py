# Copyright (c) 2026, the crosscloud.security_groups authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Network interfaces, load balancers and DB instances of the simulated AWS.

What they are is in moto. Their security groups and states are kept here: moto applies at once what RDS applies later,
accepts groups of other VPCs and lists of any length, and lets load balancers have groups that never can. What is added
follows the references of the three services. Where those say nothing, it is what asks most of a client: a switch that
a request leaves out falls back, and one ID that is not known refuses all.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol

from .aws_query import answered, filters, page
from .resources import Groups, PassingState
from .server import CloudRefusal, Reply

Form = Mapping[str, Any]
Entry = dict[str, Any]

INTERFACE_FILTERS = (
    "attachment.device-index",
    "attachment.instance-id",
    "availability-zone",
    "description",
    "group-id",
    "network-interface-id",
    "requester-managed",
    "status",
    "subnet-id",
    "tag:",
    "vpc-id",
)
DB_FILTERS = ("db-cluster-id", "db-instance-id", "dbi-resource-id", "domain", "engine")
MOST_ARNS = 20


class Account(Protocol):
    """What the kinds need of the simulator."""

    quota: int

    def client(self, service: str) -> Any:
        """A client of boto3 that speaks to moto."""

    def group_names(self, vpc: str) -> dict[str, str]:
        """Return the names of the groups that can be attached in a VPC, by id."""

    def has_group(self, group_id: str) -> bool:
        """Tell whether the account has a group, in whatever VPC."""


class Kept(ABC):
    """Resources of one kind. ``actions`` lists them, and writes a list."""

    service: ClassVar[str]
    actions: ClassVar[tuple[str, str]]
    usual_state: ClassVar[str]

    def __init__(self, account: Account) -> None:
        self.account = account
        self.entries: dict[str, Entry] = {}
        self.lists: dict[str, Groups] = {}
        self.states: dict[str, PassingState] = {}

    def clear(self) -> None:
        """Forget all resources."""
        self.entries.clear()
        self.lists.clear()
        self.states.clear()

    def reset(self) -> None:
        """Forget what was told to go wrong."""
        for one in self.states:
            self.states[one] = PassingState(self.usual_state)
        for groups in self.lists.values():
            groups.reads_after_write = groups.old_reads = 0

    def keep(self, resource: str, entry: Entry, groups: Sequence[str]) -> str:
        self.entries[resource] = entry
        self.lists[resource] = Groups([sorted(groups)], ordered=False)
        self.states[resource] = PassingState(self.usual_state)
        return resource

    def attach(self, resource: str, groups: Sequence[str]) -> None:
        """Replace a list as another writer."""
        self.lists[resource].become(groups)

    def remove(self, resource: str) -> None:
        """Delete a resource; it is gone at once."""
        del self.entries[resource], self.lists[resource], self.states[resource]

    def answer(self, action: str, form: Form) -> Reply:
        return answered(self.service, action, self.describe(form) if action == self.actions[0] else self.write(form))

    @abstractmethod
    def describe(self, form: Form) -> Entry:
        """What the call that reads returns."""

    @abstractmethod
    def write(self, form: Form) -> Entry:
        """Take a new list, and return what the call that writes returns."""

    def misfit(self, vpc: str, groups: Sequence[str]) -> str | None:
        """Return a group that cannot be attached in a VPC."""
        known = self.account.group_names(vpc)
        return next((one for one in groups if one not in known), None)


class NetworkInterfaces(Kept):
    """Network interfaces that are not those of mount targets."""

    service = "ec2"
    actions = ("DescribeNetworkInterfaces", "ModifyNetworkInterfaceAttribute")
    usual_state = "available"

    def add(self, subnet: str, groups: Sequence[str], name: str = "", description: str = "", managed: str = "") -> str:
        """Make a network interface; ``managed`` is the service that manages it."""
        tags = [{"ResourceType": "network-interface", "Tags": [{"Key": "Name", "Value": name}]}] if name else []
        made = self.account.client("ec2").create_network_interface(
            SubnetId=subnet, Groups=list(groups), Description=description, TagSpecifications=tags
        )["NetworkInterface"]
        owner = {"RequesterManaged": bool(managed), "RequesterId": managed or None}
        return self.keep(made["NetworkInterfaceId"], {**made, **owner}, groups)

    def attach_to_instance(self, resource: str) -> str:
        """Attach a network interface to a new instance, and return that."""
        ec2 = self.account.client("ec2")
        image = ec2.describe_images(Owners=["amazon"])["Images"][0]["ImageId"]
        subnet = self.entries[resource]["SubnetId"]
        instance = ec2.run_instances(ImageId=image, MinCount=1, MaxCount=1, SubnetId=subnet)["Instances"][0][
            "InstanceId"
        ]
        ec2.attach_network_interface(NetworkInterfaceId=resource, InstanceId=instance, DeviceIndex=1)
        (found,) = ec2.describe_network_interfaces(NetworkInterfaceIds=[resource])["NetworkInterfaces"]
        self.entries[resource] |= {"Attachment": found["Attachment"], "Status": found["Status"]}
        return str(instance)

    def look(self) -> list[Entry]:
        """Return all, as EC2 shows them but for their groups."""
        states = {one: self.states[one].look() for one in self.entries}
        return [
            entry if states[one] == self.usual_state else {**entry, "Status": states[one]}
            for one, entry in self.entries.items()
        ]

    def describe(self, form: Form) -> Entry:
        raise NotImplementedError

    def shown(self, entry: Entry, names: Mapping[str, str]) -> Entry:
        """Return an entry with its groups, which have names, as EC2 shows them now."""
        self.states[entry["NetworkInterfaceId"]].read()
        groups = self.lists[entry["NetworkInterfaceId"]].read()
        return {**entry, "Groups": [{"GroupId": one, "GroupName": names.get(one, "earlier")} for one in groups]}

    def write(self, form: Form) -> Entry:
        resource, groups = form["NetworkInterfaceId"], list(form.get("SecurityGroupId", []))
        entry = self.entries.get(resource)
        if entry is None:
            said = f"The networkInterface ID '{resource}' does not exist"
            raise CloudRefusal(400, "InvalidNetworkInterfaceID.NotFound", said)
        if entry["RequesterManaged"]:
            raise CloudRefusal(400, "OperationNotPermitted", "You are not allowed to manage this network interface.")
        if not groups:
            raise CloudRefusal(400, "InvalidParameterCombination", "No attributes specified.")
        if len({*groups}) < len(groups):
            raise CloudRefusal(400, "InvalidParameterValue", "A security group is specified more than once")
        if unfit := self.misfit(entry["VpcId"], groups):
            if self.account.has_group(unfit):
                said = "You have specified two resources that belong to different networks."
                raise CloudRefusal(400, "InvalidParameterValue", said)
            raise CloudRefusal(400, "InvalidGroup.NotFound", f"The security group '{unfit}' does not exist")
        if len(groups) > self.account.quota:
            said = "The maximum number of security groups per interface has been reached."
            raise CloudRefusal(400, "SecurityGroupsPerInterfaceLimitExceeded", said)
        self.lists[resource].write(groups)
        return {}


class LoadBalancers(Kept):
    """Application, Network and Gateway Load Balancers."""

    service = "elbv2"
    actions = ("DescribeLoadBalancers", "SetSecurityGroups")
    usual_state = "active"

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self.switches: dict[str, str] = {}

    def add(self, subnets: Sequence[str], groups: Sequence[str], name: str, type: str = "application") -> str:
        made = self.account.client("elbv2").create_load_balancer(
            Name=name, Subnets=list(subnets), Type=type, **({"SecurityGroups": list(groups)} if groups else {})
        )["LoadBalancers"][0]
        # moto gives all of them ARNs of Application Load Balancers.
        part = {"application": "app", "network": "net", "gateway": "gwy"}[type]
        arn = made["LoadBalancerArn"].replace("/app/", f"/{part}/", 1)
        if type == "network" and groups:
            self.switches[arn] = "on"
        return self.keep(arn, {**made, "LoadBalancerArn": arn}, groups)

    def describe(self, form: Form) -> Entry:
        arns, names = form.get("LoadBalancerArns", []), form.get("Names", [])
        if len(arns) > MOST_ARNS or len(names) > MOST_ARNS:
            raise CloudRefusal(400, "ValidationError", "No more than 20 load balancers can be described at once")
        entries = list(self.entries.values())
        for key, wanted in (("LoadBalancerArn", arns), ("LoadBalancerName", names)):
            if {*wanted} - {one[key] for one in entries}:
                raise CloudRefusal(400, "LoadBalancerNotFound", "One or more load balancers not found")
            entries = [one for one in entries if not wanted or one[key] in wanted]

        def refusal() -> CloudRefusal:
            return CloudRefusal(400, "ValidationError", "PageSize must be between 1 and 400")

        found, marker = page(entries, form.get("PageSize"), form.get("Marker"), range(1, 401), refusal)
        return {"LoadBalancers": [self._shown(one) for one in found], "NextMarker": marker}

    def _shown(self, entry: Entry) -> Entry:
        arn = entry["LoadBalancerArn"]
        more = {
            "State": {"Code": self.states[arn].read()},
            # One that has none shows no list.
            "SecurityGroups": self.lists[arn].read() or None,
            "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic": self.switches.get(arn),
        }
        return {**entry, **more}

    def write(self, form: Form) -> Entry:
        arn, groups = form["LoadBalancerArn"], list(form.get("SecurityGroups", []))
        entry = self.entries.get(arn)
        if entry is None:
            raise CloudRefusal(400, "LoadBalancerNotFound", f"Load balancer '{arn}' not found")
        switch = form.get("EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic")
        if not self.lists[arn].now or (switch and entry["Type"] != "network"):
            said = "You cannot set security groups on this load balancer"
            raise CloudRefusal(400, "InvalidConfigurationRequest", said)
        if not any(groups):
            raise CloudRefusal(400, "ValidationError", "At least one security group must be specified")
        if unfit := self.misfit(entry["VpcId"], groups):
            raise CloudRefusal(400, "InvalidSecurityGroup", f"The security group '{unfit}' does not exist")
        if len(groups) > self.account.quota:
            said = f"Only up to {self.account.quota} security groups are supported"
            raise CloudRefusal(400, "InvalidConfigurationRequest", said)
        self.lists[arn].write(groups)
        if entry["Type"] == "network":
            self.switches[arn] = switch or "on"
        return {
            "SecurityGroupIds": self.lists[arn].now,
            "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic": self.switches.get(arn),
        }


class DbInstances(Kept):
    """DB instances, with members of clusters among them.

    ``applies_after`` is how often an instance is read until a list that was written is applied. Until then new groups
    are ``adding``, others ``removing``, and no further change is taken. ``most_values`` is how many identifiers the
    filter takes.
    """

    service = "rds"
    actions = ("DescribeDBInstances", "ModifyDBInstance")
    usual_state = "available"
    no_change: ClassVar[tuple[str, ...]] = ("available", "backing-up")

    def __init__(self, account: Account) -> None:
        super().__init__(account)
        self.applies_after = 1
        self.most_values = 200
        self._applying: dict[str, tuple[list[str], int]] = {}

    def clear(self) -> None:
        super().clear()
        self._applying.clear()

    def reset(self) -> None:
        super().reset()
        self.applies_after, self.most_values = 1, 200
        self._applying.clear()

    def add(self, subnets: Sequence[str], groups: Sequence[str], identifier: str, **more: Any) -> str:
        """Make a DB instance; ``DBClusterIdentifier`` makes it a member of a cluster that is made for it."""
        rds, group = self.account.client("rds"), "of-the-simulator"
        key = {"MasterUsername": "administrator", "MasterUserPassword": "not-a-secret"}
        if group not in {one["DBSubnetGroupName"] for one in rds.describe_db_subnet_groups()["DBSubnetGroups"]}:
            rds.create_db_subnet_group(DBSubnetGroupName=group, DBSubnetGroupDescription=group, SubnetIds=list(subnets))
        if cluster := more.get("DBClusterIdentifier"):
            rds.create_db_cluster(DBClusterIdentifier=cluster, Engine=more["Engine"], **key)
            key = {}
        given = {"Engine": "postgres", "DBInstanceClass": "db.t3.micro", "AllocatedStorage": 20, **key, **more}
        made = rds.create_db_instance(
            DBInstanceIdentifier=identifier, DBSubnetGroupName=group, VpcSecurityGroupIds=list(groups), **given
        )["DBInstance"]
        return self.keep(made["DBInstanceIdentifier"], made, groups)

    def attach(self, resource: str, groups: Sequence[str]) -> None:
        super().attach(resource, groups)
        self._applying.pop(resource, None)

    def describe(self, form: Form) -> Entry:
        entries, wanted = list(self.entries.values()), filters(form, DB_FILTERS)
        if identifier := form.get("DBInstanceIdentifier"):
            entries = [one for one in entries if one["DBInstanceIdentifier"] == identifier.lower()]
            if not entries:
                raise CloudRefusal(404, "DBInstanceNotFound", f"DBInstance {identifier} not found.")
        if any(len(values) > self.most_values for values in wanted.values()):
            raise CloudRefusal(400, "InvalidParameterValue", "Too many values for a filter")
        keys = {"db-cluster-id": "DBClusterIdentifier", "db-instance-id": "DBInstanceIdentifier", "engine": "Engine"}
        for name, values in wanted.items():
            entries = [one for one in entries if one.get(keys[name]) in values]

        def refusal() -> CloudRefusal:
            return CloudRefusal(400, "InvalidParameterValue", "Invalid value for max records. Must be 20 to 100")

        found, marker = page(entries, form.get("MaxRecords"), form.get("Marker"), range(20, 101), refusal)
        return {"DBInstances": [self._shown(one) for one in found], "Marker": marker}

    def _shown(self, entry: Entry) -> Entry:
        resource = entry["DBInstanceIdentifier"]
        state, groups = self.states[resource].read(), self.lists[resource].read()
        old, reads = self._applying.get(resource, ([], 0))
        statuses = dict.fromkeys(groups, "active")
        if reads > 0 and groups == self.lists[resource].now:
            self._applying[resource] = (old, reads - 1)
            statuses = {one: "active" if one in old else "adding" for one in groups}
            statuses.update((one, "removing") for one in old if one not in groups)
            state = "modifying" if state == self.usual_state else state
        shown = [{"VpcSecurityGroupId": one, "Status": status} for one, status in statuses.items()]
        return {**entry, "DBInstanceStatus": state, "VpcSecurityGroups": shown}

    def write(self, form: Form) -> Entry:
        resource, groups = form["DBInstanceIdentifier"].lower(), list(form.get("VpcSecurityGroupIds", []))
        entry = self.entries.get(resource)
        if entry is None:
            raise CloudRefusal(404, "DBInstanceNotFound", f"DBInstance {resource} not found.")
        if cluster := entry.get("DBClusterIdentifier"):
            said = f"The specified DB instance is a member of a cluster. Modify the cluster {cluster} instead"
            raise CloudRefusal(400, "InvalidParameterCombination", said)
        state = "modifying" if self._applying.get(resource, ([], 0))[1] else self.states[resource].look()
        if state not in self.no_change:
            said = f"Database instance is not in available state. It is {state}."
            raise CloudRefusal(400, "InvalidDBInstanceState", said)
        if not any(groups):
            raise CloudRefusal(400, "InvalidParameterValue", "At least one security group must be specified")
        if unfit := self.misfit(entry["DBSubnetGroup"]["VpcId"], groups):
            raise CloudRefusal(400, "InvalidParameterValue", f"Invalid security group , groupId= {unfit}")
        if len(groups) > self.account.quota:
            said = f"The instance cannot have more than {self.account.quota} security groups"
            raise CloudRefusal(400, "InvalidParameterValue", said)
        old = self.lists[resource].now
        self.lists[resource].write(groups)
        if sorted(groups) != sorted(old):
            # One more, for the answer shows it, too.
            self._applying[resource] = (old, self.applies_after + 1)
        return {"DBInstance": self._shown(entry)}
