from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.inventory_history import InventoryHistory
from adapters.inventory_store import InventoryStore
from domain.flow_log_format import FlowLogFormat
from flow_ingest.reading import read_batch
from tests.adapters.aws import BUCKET
from tests.adapters.fake_time import FakeTime
from tests.flow_ingest.events import LOG_FORMAT, NOON, batch, line

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

FIELDS = st.one_of(st.just("-"), st.integers().map(str), st.ip_addresses().map(str), st.text(max_size=9))


def vary(changes: dict[int, str]) -> str:
    """A good record with other text in some of its fields."""
    fields = line().split(" ")
    return " ".join(changes.get(position, field) for position, field in enumerate(fields))


VARIED = st.dictionaries(st.integers(0, 14), FIELDS, max_size=3).map(vary)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(messages=st.lists(st.one_of(VARIED, st.text()), max_size=5))
def test_each_message_becomes_a_document_or_a_rejection(s3: S3Client, messages: list[str]) -> None:
    history = InventoryHistory(InventoryStore(s3, BUCKET), FakeTime(NOON))

    reading = read_batch(batch(*messages), FlowLogFormat.parse(LOG_FORMAT), history)

    assert len(reading.documents) + len(reading.unparsable) == len(messages)
