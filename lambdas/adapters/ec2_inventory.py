from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from domain.errors import InventoryError
from domain.inventory import (
    Inventory,
    NetworkInterface,
    PrefixListEntry,
    SecurityGroup,
    SecurityGroupRule,
    parse_network_interface,
    parse_prefix_list_entry,
    parse_security_group,
    parse_security_group_rule,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_ec2.type_defs import ManagedPrefixListTypeDef

# EC2 takes at most this many values in one filter.
_FILTER_VALUES = 200
_PAGE_SIZE = 1000
_PREFIX_LIST_PAGE_SIZE = 100
_EC2_CONFIG = Config(
    connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 8}
)


def make_ec2_client() -> EC2Client:
    """Throttled calls are tried again for about a minute: the allowance is one for the whole account."""
    return boto3.client("ec2", config=_EC2_CONFIG)


def get_inventory(ec2: EC2Client, vpc_id: str, observed_at: int) -> Inventory:
    """All or nothing: the error of any call passes on, since a part would read as the rest being gone."""
    interfaces = tuple(_get_network_interfaces(ec2, vpc_id))
    groups = tuple(_get_security_groups(ec2, vpc_id, interfaces))
    rules = tuple(_get_security_group_rules(ec2, [group.group_id for group in groups]))
    prefix_list_ids = {rule.peer.prefix_list_id for rule in rules if rule.peer.prefix_list_id}
    entries = tuple(_get_prefix_list_entries(ec2, sorted(prefix_list_ids)))
    return Inventory(vpc_id, observed_at, interfaces, groups, rules, entries)


def get_vpc_id_of_subnets(ec2: EC2Client, subnet_ids: Sequence[str]) -> dict[str, str]:
    """Subnet id to VPC id. Raises InventoryError naming the subnets that EC2 doesn't know."""
    pages = ec2.get_paginator("describe_subnets")
    found: dict[str, str] = {}
    for values in _in_chunks(subnet_ids):
        for page in pages.paginate(Filters=[{"Name": "subnet-id", "Values": values}]):
            found |= {subnet["SubnetId"]: subnet["VpcId"] for subnet in page["Subnets"]}
    missing = sorted(set(subnet_ids) - found.keys())
    if missing:
        raise InventoryError(f"no such subnets in this account and Region: {', '.join(missing)}")
    return found


def _get_network_interfaces(ec2: EC2Client, vpc_id: str) -> Iterator[NetworkInterface]:
    pages = ec2.get_paginator("describe_network_interfaces").paginate(
        Filters=[{"Name": "vpc-id", "Values": [vpc_id]}],
        IncludeManagedResources=True,
        PaginationConfig={"PageSize": _PAGE_SIZE},
    )
    for page in pages:
        yield from map(parse_network_interface, page["NetworkInterfaces"])


def _get_security_groups(
    ec2: EC2Client, vpc_id: str, interfaces: Iterable[NetworkInterface]
) -> list[SecurityGroup]:
    """The VPC's own groups, and those of other VPCs and accounts that its interfaces carry."""
    own = list(_get_filtered_groups(ec2, "vpc-id", [vpc_id]))
    carried = {group_id for interface in interfaces for group_id in interface.group_ids}
    foreign = sorted(carried - {group.group_id for group in own})
    for values in _in_chunks(foreign):
        own += _get_filtered_groups(ec2, "group-id", values)
    return own


def _get_filtered_groups(ec2: EC2Client, name: str, values: Sequence[str]) -> Iterator[SecurityGroup]:
    pages = ec2.get_paginator("describe_security_groups").paginate(
        Filters=[{"Name": name, "Values": values}], PaginationConfig={"PageSize": _PAGE_SIZE}
    )
    for page in pages:
        yield from map(parse_security_group, page["SecurityGroups"])


def _get_security_group_rules(ec2: EC2Client, group_ids: Sequence[str]) -> Iterator[SecurityGroupRule]:
    for values in _in_chunks(group_ids):
        pages = ec2.get_paginator("describe_security_group_rules").paginate(
            Filters=[{"Name": "group-id", "Values": values}], PaginationConfig={"PageSize": _PAGE_SIZE}
        )
        for page in pages:
            yield from map(parse_security_group_rule, page["SecurityGroupRules"])


def _get_prefix_list_entries(ec2: EC2Client, prefix_list_ids: Sequence[str]) -> Iterator[PrefixListEntry]:
    for values in _in_chunks(prefix_list_ids):
        pages = ec2.get_paginator("describe_managed_prefix_lists").paginate(
            Filters=[{"Name": "prefix-list-id", "Values": values}],
            PaginationConfig={"PageSize": _PREFIX_LIST_PAGE_SIZE},
        )
        for page in pages:
            for prefix_list in page["PrefixLists"]:
                yield from _get_entries_of(ec2, prefix_list)


def _get_entries_of(ec2: EC2Client, prefix_list: ManagedPrefixListTypeDef) -> Iterator[PrefixListEntry]:
    pages = ec2.get_paginator("get_managed_prefix_list_entries").paginate(
        PrefixListId=prefix_list["PrefixListId"], PaginationConfig={"PageSize": _PREFIX_LIST_PAGE_SIZE}
    )
    for page in pages:
        yield from (parse_prefix_list_entry(prefix_list, entry) for entry in page["Entries"])


def _in_chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    return (values[start : start + _FILTER_VALUES] for start in range(0, len(values), _FILTER_VALUES))
