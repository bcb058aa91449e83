"""A small VPC to vary with dataclasses.replace."""

from dataclasses import replace
from typing import Final

from domain.flow_record import FlowRecord
from domain.inventory import (
    Inventory,
    NetworkInterface,
    Peer,
    PrefixListEntry,
    SecurityGroup,
    SecurityGroupRule,
)

ACCOUNT_ID: Final = "123456789012"
VPC_ID: Final = "vpc-0a1b2c3d4e5f60718"
MIDNIGHT: Final = 1_767_225_600
"""The first second of 2026-01-01 UTC."""

ENI: Final = NetworkInterface(
    interface_id="eni-0aaaaaaaaaaaaaaaa",
    vpc_id=VPC_ID,
    subnet_id="subnet-0aaaaaaaaaaaaaaaa",
    instance_id="i-0aaaaaaaaaaaaaaaa",
    description="",
    name="web-1",
    interface_type="interface",
    requester_id="",
    requester_managed=False,
    owner_id=ACCOUNT_ID,
    private_addrs=("10.0.1.10",),
    prefixes=(),
    public_addrs=(),
    group_ids=("sg-0aaaaaaaaaaaaaaaa",),
)
PEER: Final = replace(
    ENI,
    interface_id="eni-0bbbbbbbbbbbbbbbb",
    private_addrs=("10.0.2.20",),
    group_ids=("sg-0bbbbbbbbbbbbbbbb", "sg-0ccccccccccccccccc"),
)
GROUP: Final = SecurityGroup(
    group_id="sg-0aaaaaaaaaaaaaaaa",
    group_name="web",
    description="Web tier",
    vpc_id=VPC_ID,
    owner_id=ACCOUNT_ID,
    tags=(("tier", "web"),),
)
RULE: Final = SecurityGroupRule(
    rule_id="sgr-0aaaaaaaaaaaaaaaa",
    group_id=GROUP.group_id,
    direction="ingress",
    ip_protocol="tcp",
    from_port=443,
    to_port=443,
    peer=Peer(cidr_ipv4="203.0.113.0/24"),
    description="Office",
    tags=(),
)
ENTRY: Final = PrefixListEntry(
    prefix_list_id="pl-0aaaaaaaaaaaaaaaa", prefix_list_name="offices", cidr="198.51.100.0/24", description=""
)
INVENTORY: Final = Inventory(
    vpc_id=VPC_ID,
    observed_at=MIDNIGHT + 3600,
    network_interfaces=(ENI,),
    security_groups=(GROUP,),
    security_group_rules=(RULE,),
    prefix_list_entries=(ENTRY,),
)
START: Final = INVENTORY.observed_at + 600
RECORD: Final = FlowRecord(
    interface_id=ENI.interface_id,
    srcaddr="10.0.1.10",
    dstaddr="10.0.2.20",
    srcport=49152,
    dstport=5432,
    protocol=6,
    start=START,
    end=START + 60,
    action="ACCEPT",
    log_status="OK",
)
