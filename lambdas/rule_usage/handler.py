from __future__ import annotations

import time
from functools import lru_cache
from typing import TYPE_CHECKING

from botocore.session import get_session

from adapters.flow_indices import FlowIndices
from adapters.flows_index import Pace
from adapters.inventory_store import InventoryStore
from adapters.lambda_context import remaining_seconds
from adapters.log import write_log
from adapters.metrics import put_metrics
from adapters.s3_client import make_s3_client
from adapters.search_client import make_search_client
from adapters.search_reader import SearchReader
from adapters.usage_index import UsageIndex
from rule_usage.day import DaySummer
from rule_usage.environment import Environment
from rule_usage.request import UsageRequest
from rule_usage.usage_pass import PassResult, UsagePass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_s3 import S3Client
    from opensearchpy import OpenSearch

    from adapters.lambda_context import LambdaContext

_MARGIN_SECONDS = 15.0


def lambda_handler(event: Mapping[str, object], context: LambdaContext) -> dict[str, list[str]]:
    """Sums up the days that are due and drops what is too old; with {"days": ["2026-11-24"]} only sums up
    those."""
    request = UsageRequest.parse(event)
    environment = Environment.from_env()

    def remaining() -> float:
        return remaining_seconds(context) - _MARGIN_SECONDS

    s3, search = make_clients(environment)
    reader = SearchReader(search, Pace(remaining))
    summer = DaySummer(reader, FlowIndices(reader), UsageIndex(reader))
    inventories = InventoryStore(s3, environment.data_bucket)
    result = UsagePass(summer, inventories, environment.retention_days).run(request)
    put_metrics(context.function_name, count_pass(result), timestamp_ms=int(time.time() * 1000))
    summary = {"days": result.days, "dropped": result.dropped, "unfinished": result.unfinished}
    write_log("info", "rule usage pass done", documents=result.documents, **summary)
    return summary


def count_pass(result: PassResult) -> dict[str, int]:
    """The metrics of a pass."""
    return {
        "RuleUsageDocuments": result.documents,
        "DroppedIndices": len(result.dropped),
        "UnfinishedDays": len(result.unfinished),
    }


@lru_cache(maxsize=1)
def make_clients(environment: Environment) -> tuple[S3Client, OpenSearch]:
    credentials = get_session().get_credentials()
    return make_s3_client(), make_search_client(environment.search_endpoint, environment.region, credentials)
