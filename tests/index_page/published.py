"""The function's parts over moto's S3 and the real engine, and what a browser would get."""

from __future__ import annotations

import gzip
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from adapters.inventory_store import InventoryStore
from adapters.search_reader import SearchReader
from adapters.site_store import SiteStore
from adapters.summary_store import SummaryStore
from adapters.traffic_store import TrafficStore
from domain.inventory_day import observe
from index_page.publish import PAGE, Publisher
from tests.adapters.aws import BUCKET
from tests.adapters.engine_callers import master_client
from tests.adapters.fake_time import FakeTime
from tests.domain.examples import GROUP, INVENTORY

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from domain.inventory import Inventory
    from local.search.engine import Engine

SITE = "sg-lens-site"
URL = "https://search.example.com/_dashboards"
INDEX = "flows-index-page-test"
NOW = INVENTORY.observed_at + 600
HOUR = 3_600


@dataclass(frozen=True, slots=True)
class World:
    """`clock` shows the function's time."""

    s3: S3Client
    engine: Engine
    clock: FakeTime

    def publisher(self, inventories: InventoryStore | None = None) -> Publisher:
        return Publisher(
            inventories=inventories or self.inventories,
            traffic=TrafficStore(self.s3, BUCKET),
            summaries=self.summaries,
            site=SiteStore(self.s3, SITE),
            reader=SearchReader(master_client(self.engine.url), self.clock.pace(300)),
            dashboards_url=URL,
            clock=self.clock,
        )

    @property
    def inventories(self) -> InventoryStore:
        return InventoryStore(self.s3, BUCKET)

    @property
    def summaries(self) -> SummaryStore:
        return SummaryStore(self.s3, BUCKET)

    def save(self, inventory: Inventory) -> None:
        """As the first of its day."""
        self.inventories.save(observe(None, inventory), etag=None)

    def record(self, second: int, **fields: object) -> None:
        """One more record, of the example's group where nothing else is said."""
        plain = {"log_status": "OK", "action": "ACCEPT", "bytes": 40, "group_ids": [GROUP.group_id]}
        document = {"@timestamp": second, "interface_id": "eni-0aaaaaaaaaaaaaaaa", **plain, **fields}
        answer = self.engine.request("POST", f"/{INDEX}/_doc?refresh=true", document)
        assert answer.status == 201, answer.data

    def page(self) -> dict[str, Any]:
        """The data in the page."""
        body = self.s3.get_object(Bucket=SITE, Key=PAGE)["Body"].read()
        found = re.search(r'<script type="application/json" id="data">(.*?)</script>', read_html(body))
        assert found
        data: dict[str, Any] = json.loads(found[1])
        return data

    def keys(self, bucket: str) -> list[str]:
        return [item["Key"] for item in self.s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


def read_html(body: bytes) -> str:
    return gzip.decompress(body).decode()
