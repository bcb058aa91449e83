from __future__ import annotations

import time
from functools import cache
from typing import TYPE_CHECKING

from adapters.ec2_inventory import make_ec2_client
from adapters.inventory_store import InventoryStore
from adapters.log import write_log
from adapters.s3_client import make_s3_client
from domain.errors import InventoryError
from inventory_sync.environment import Environment
from inventory_sync.sync import sync_inventories

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_s3 import S3Client


def lambda_handler(_event: object, _context: object) -> dict[str, list[str]]:
    """A pass over all VPCs; raises InventoryError naming those that failed, once the others are written."""
    environment = Environment.from_env()
    ec2, s3 = make_clients()
    outcome = sync_inventories(ec2, InventoryStore(s3, environment.data_bucket), environment, time.time)
    write_log("info", "inventory pass done", written=outcome.written, unchanged=outcome.unchanged)
    if outcome.failures:
        causes = "; ".join(f"{failed}: {error}" for failed, error in outcome.failures.items())
        first = next(iter(outcome.failures.values()))
        raise InventoryError(f"the inventory is not up to date: {causes}") from first
    return {"written": outcome.written, "unchanged": outcome.unchanged}


@cache
def make_clients() -> tuple[EC2Client, S3Client]:
    return make_ec2_client(), make_s3_client()
