from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from botocore.session import get_session

from adapters.inventory_store import InventoryStore
from adapters.s3_client import make_s3_client
from adapters.search_client import make_search_client
from adapters.site_store import SiteStore
from adapters.summary_store import SummaryStore
from adapters.traffic_store import TrafficStore
from index_page.environment import Environment
from index_page.publish import Publisher
from index_page.request import PublishRequest

if TYPE_CHECKING:
    from collections.abc import Mapping


def lambda_handler(event: Mapping[str, object], _context: object) -> dict[str, bool]:
    """Renews the index page; with {"create": true} it also makes one that isn't there, with
    {"traffic": "stored"} from the traffic of the last page."""
    publisher = make_publisher(Environment.from_env())
    return {"published": publisher.publish(PublishRequest.parse(event))}


@lru_cache(maxsize=1)
def make_publisher(environment: Environment) -> Publisher:
    s3 = make_s3_client()
    return Publisher(
        inventories=InventoryStore(s3, environment.data_bucket),
        traffic=TrafficStore(s3, environment.data_bucket),
        summaries=SummaryStore(s3, environment.data_bucket),
        site=SiteStore(s3, environment.site_bucket),
        search=make_search_client(
            environment.search_endpoint, environment.region, get_session().get_credentials()
        ),
        dashboards_url=environment.dashboards_url,
    )
