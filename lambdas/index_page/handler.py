from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from botocore.session import get_session

from adapters.flows_index import Pace
from adapters.inventory_store import InventoryStore
from adapters.lambda_context import remaining_seconds
from adapters.s3_client import make_s3_client
from adapters.search_client import make_search_client
from adapters.search_reader import SearchReader
from adapters.site_store import SiteStore
from adapters.summary_store import SummaryStore
from adapters.traffic_store import TrafficStore
from index_page.environment import Environment
from index_page.publish import Publisher
from index_page.request import PublishRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_s3 import S3Client
    from opensearchpy import OpenSearch

    from adapters.lambda_context import LambdaContext

# Kept back for reading the inventories and writing the page.
_MARGIN_SECONDS = 60.0


def lambda_handler(event: Mapping[str, object], context: LambdaContext) -> dict[str, bool]:
    """Renews the index page; with {"create": true} it also makes one that isn't there, with
    {"traffic": "stored"} from the traffic of the last page."""
    request = PublishRequest.parse(event)
    environment = Environment.from_env()
    s3, search = make_clients(environment)
    publisher = Publisher(
        inventories=InventoryStore(s3, environment.data_bucket),
        traffic=TrafficStore(s3, environment.data_bucket),
        summaries=SummaryStore(s3, environment.data_bucket),
        site=SiteStore(s3, environment.site_bucket),
        reader=SearchReader(search, Pace(lambda: remaining_seconds(context) - _MARGIN_SECONDS)),
        dashboards_url=environment.dashboards_url,
    )
    return {"published": publisher.publish(request)}


@lru_cache(maxsize=1)
def make_clients(environment: Environment) -> tuple[S3Client, OpenSearch]:
    credentials = get_session().get_credentials()
    return make_s3_client(), make_search_client(environment.search_endpoint, environment.region, credentials)
