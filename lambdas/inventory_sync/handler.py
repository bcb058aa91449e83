from __future__ import annotations

import time
from dataclasses import asdict
from functools import cache
from typing import TYPE_CHECKING

from adapters.ec2_inventory import make_ec2_client
from adapters.inventory_store import InventoryStore
from adapters.lambda_function import invoke_later, make_lambda_client
from adapters.log import write_log
from adapters.s3_client import make_s3_client
from domain.errors import InventoryError
from inventory_sync.environment import Environment
from inventory_sync.sync import sync_inventories

if TYPE_CHECKING:
    from mypy_boto3_ec2 import EC2Client
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client

_INVOKE_SECONDS = 20


def lambda_handler(_event: object, _context: object) -> dict[str, list[str]]:
    """A pass over all VPCs; raises InventoryError naming those that failed, once the others are written."""
    environment = Environment.from_env()
    ec2, s3, functions = make_clients()
    outcome = sync_inventories(ec2, InventoryStore(s3, environment.data_bucket), environment, time.time)
    write_log("info", "inventory pass done", written=outcome.written, unchanged=outcome.unchanged)
    if outcome.written:
        _renew_index_page(functions, environment.index_page_function)
    if outcome.failures:
        causes = "; ".join(f"{failed}: {error}" for failed, error in outcome.failures.items())
        first = next(iter(outcome.failures.values()))
        raise InventoryError(f"the inventory is not up to date: {causes}") from first
    return {"written": outcome.written, "unchanged": outcome.unchanged}


def _renew_index_page(functions: LambdaClient, function: str) -> None:
    failure = invoke_later(functions, function, {"traffic": "stored"})
    if failure:
        # The inventory is written, and the hourly renewal takes it up.
        write_log("warning", "the index page is not renewed now", **asdict(failure))


@cache
def make_clients() -> tuple[EC2Client, S3Client, LambdaClient]:
    return make_ec2_client(), make_s3_client(), make_lambda_client(read_timeout=_INVOKE_SECONDS)
