from __future__ import annotations

import time
from functools import lru_cache
from typing import TYPE_CHECKING

from botocore.session import get_session

from adapters.flows_index import Pace
from adapters.inventory_history import InventoryHistory
from adapters.inventory_store import InventoryStore
from adapters.lambda_context import remaining_seconds
from adapters.log import write_log
from adapters.metrics import put_metrics
from adapters.s3_client import make_s3_client
from adapters.search_client import make_search_client
from domain.flow_reader import FlowReader
from domain.subscription_event import parse_subscription_event
from flow_ingest.environment import Environment
from flow_ingest.ingest import Counts, Ingest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from adapters.lambda_context import LambdaContext

# Kept back from the function's time for the rejections, and for the error to be answered at all.
_MARGIN_SECONDS = 5.0


def lambda_handler(event: Mapping[str, object], context: LambdaContext) -> dict[str, int]:
    """Takes the event of a CloudWatch Logs subscription; answers with counts of what became of it."""
    environment = Environment.from_env()
    batch = parse_subscription_event(event)
    if batch.is_control_message or not batch.events:
        write_log("info", "nothing to ingest", message_type=batch.message_type)
        return {}

    def report(counts: Counts) -> None:
        put_metrics(context.function_name, counts, timestamp_ms=int(time.time() * 1000))

    pace = Pace(remaining=lambda: remaining_seconds(context) - _MARGIN_SECONDS)
    return make_ingest(environment).ingest_batch(batch, pace, report)


@lru_cache(maxsize=1)
def make_ingest(environment: Environment) -> Ingest:
    s3 = make_s3_client()
    history = InventoryHistory(InventoryStore(s3, environment.data_bucket), time.time)
    return Ingest(
        reader=FlowReader(environment.log_format, history.find_view),
        search=make_search_client(
            environment.search_endpoint, environment.region, get_session().get_credentials()
        ),
        s3=s3,
        data_bucket=environment.data_bucket,
        clock=time.time,
    )
