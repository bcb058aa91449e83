from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from adapters.inventory_history import InventoryHistory
from adapters.inventory_store import InventoryStore
from domain.flow_log_format import FlowLogFormat
from domain.flow_reader import FlowReader
from domain.inventory_day import observe
from flow_ingest.ingest import Ingest
from tests.adapters.aws import BUCKET, aws, ec2, s3, slept
from tests.adapters.fake_search import FakeSearch
from tests.adapters.fake_time import FakeTime
from tests.domain.examples import INVENTORY
from tests.flow_ingest.events import LOG_FORMAT, NOON

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client

__all__ = ["aws", "ec2", "s3", "slept"]


@pytest.fixture
def search() -> Iterator[FakeSearch]:
    with FakeSearch() as search:
        yield search


@pytest.fixture
def time() -> FakeTime:
    return FakeTime(NOON + 300)


@pytest.fixture
def ingest(s3: S3Client, search: FakeSearch, time: FakeTime) -> Ingest:
    store = InventoryStore(s3, BUCKET)
    store.save(observe(None, INVENTORY), etag=None)
    return Ingest(
        reader=FlowReader(FlowLogFormat.parse(LOG_FORMAT), InventoryHistory(store, time).find_view),
        search=search.client(),
        s3=s3,
        data_bucket=BUCKET,
        clock=time,
    )
