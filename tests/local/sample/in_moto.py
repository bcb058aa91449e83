"""The sample VPC in moto's EC2, which puts nothing beside the API: its interfaces are kept here."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING
from unittest.mock import patch

import boto3
from moto import mock_aws
from moto.ec2.models import ec2_backends

from adapters.ec2_inventory import get_inventory
from domain.inventory import Inventory, parse_network_interface
from local.sample.groups import S3_PREFIX_LIST
from local.sample.types import ACCOUNT_ID, REGION
from local.sample.vpc import SampleVpc, create_sample_vpc

if TYPE_CHECKING:
    from collections.abc import Mapping

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "testing", "AWS_SECRET_ACCESS_KEY": "testing"}
NOON = 1_795_521_600
"""2026-11-24 12:00 UTC"""


@dataclass(frozen=True)
class SampleInMoto:
    sample: SampleVpc
    inventory: Inventory
    """At the end of a sample day that began at NOON."""


class KeptInterfaces:
    def __init__(self) -> None:
        self.answers: list[Mapping[str, object]] = []

    def put_network_interface(self, answer: Mapping[str, object]) -> None:
        self.answers.append(answer)


@cache
def make_sample() -> SampleInMoto:
    kept = KeptInterfaces()
    with patch.dict("os.environ", CREDENTIALS), mock_aws():
        ec2 = boto3.client("ec2", region_name=REGION)
        _give_documentation_addrs_to_s3()
        sample = create_sample_vpc(ec2, kept)
        inventory = get_inventory(ec2, sample.vpc_id, observed_at=NOON + 86_400)
    interfaces = tuple(map(parse_network_interface, kept.answers))
    return SampleInMoto(sample, replace(inventory, network_interfaces=interfaces))


def _give_documentation_addrs_to_s3() -> None:
    """Moto's AWS-managed prefix lists have real addresses."""
    entries = [{"Cidr": cidr, "Description": text} for cidr, text in S3_PREFIX_LIST.entries]
    for prefix_list in ec2_backends[ACCOUNT_ID][REGION].managed_prefix_lists.values():
        if prefix_list.prefix_list_name == S3_PREFIX_LIST.name:
            prefix_list.entries = dict.fromkeys(prefix_list.entries, entries)
