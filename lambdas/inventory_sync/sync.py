from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from adapters.ec2_inventory import get_inventory, get_vpc_id_of_subnets
from domain.errors import InventoryError
from domain.inventory_day import changed, observe, utc_day

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from mypy_boto3_ec2 import EC2Client

    from adapters.inventory_store import InventoryStore
    from inventory_sync.environment import Environment


@dataclass(slots=True)
class PassOutcome:
    """VPC ids; a failure may also be a subnet's, or that of the look-up of all subnets."""

    written: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    failures: dict[str, Exception] = field(default_factory=dict)


def sync_inventories(
    ec2: EC2Client, store: InventoryStore, environment: Environment, clock: Callable[[], float]
) -> PassOutcome:
    """`clock` gives epoch seconds. The failure of one VPC leaves the others alone."""
    outcome = PassOutcome()
    for vpc_id in _get_vpc_ids(ec2, environment, outcome):
        try:
            written = sync_inventory(ec2, store, vpc_id, int(clock()))
        except (ClientError, BotoCoreError, InventoryError) as error:
            outcome.failures[vpc_id] = error
        else:
            (outcome.written if written else outcome.unchanged).append(vpc_id)
    return outcome


def sync_inventory(ec2: EC2Client, store: InventoryStore, vpc_id: str, observed_at: int) -> bool:
    """Whether there was anything to write; `observed_at` in epoch seconds, taken before EC2 is asked."""
    stored = store.load(vpc_id, utc_day(observed_at))
    previous = stored.inventory if stored else None
    current = observe(previous, get_inventory(ec2, vpc_id, observed_at))
    if not changed(previous, current):
        return False
    continues_day = stored is not None and stored.inventory.day == current.day
    store.save(current, stored.etag if stored and continues_day else None)
    return True


def find_doubled_subnets(
    vpc_id_of_subnets: Mapping[str, str], vpc_ids: Iterable[str]
) -> dict[str, InventoryError]:
    """The subnets whose VPC is configured too: two flow logs would record their flows twice."""
    whole = set(vpc_ids)
    return {
        subnet_id: InventoryError(
            f"it lies in {vpc_id}, which is configured as a whole, so its flows would be recorded twice; "
            "take one of the two out of vpc_ids"
        )
        for subnet_id, vpc_id in vpc_id_of_subnets.items()
        if vpc_id in whole
    }


def _get_vpc_ids(ec2: EC2Client, environment: Environment, outcome: PassOutcome) -> list[str]:
    try:
        of_subnets = get_vpc_id_of_subnets(ec2, environment.subnet_ids)
    except (ClientError, BotoCoreError, InventoryError) as error:
        outcome.failures["SUBNET_IDS"] = error
        of_subnets = {}
    outcome.failures |= find_doubled_subnets(of_subnets, environment.vpc_ids)
    return list(dict.fromkeys([*environment.vpc_ids, *of_subnets.values()]))
