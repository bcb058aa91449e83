from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.flows_index import IndexOutcome, Pace, index_documents
from adapters.rejected_store import Rejection, make_key, put_rejections
from domain.errors import NothingIndexedError, SearchUnavailableError
from domain.subscription_event import document_id
from flow_ingest.reading import BatchReading, read_batch

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from mypy_boto3_s3 import S3Client
    from opensearchpy import OpenSearch

    from adapters.inventory_history import InventoryHistory
    from domain.flow_log_format import FlowLogFormat
    from domain.subscription_event import SubscriptionBatch

Counts = dict[str, int]


@dataclass(frozen=True, slots=True)
class Ingest:
    """What takes a batch from the log into the index; kept between invocations."""

    log_format: FlowLogFormat
    history: InventoryHistory
    search: OpenSearch
    s3: S3Client
    data_bucket: str

    def ingest_batch(self, batch: SubscriptionBatch, pace: Pace, report: Callable[[Counts], None]) -> Counts:
        """Raises SearchUnavailableError where the batch must be tried again.

        Where nothing of it could be written, NothingIndexedError: by then it is in `rejected/`, and reported.
        """
        reading = read_batch(batch, self.log_format, self.history)
        try:
            outcome = index_documents(self.search, reading.documents, pace)
        except SearchUnavailableError:
            self._put(batch, reading.unparsable)
            raise
        rejections = _collect_rejections(batch, reading, outcome)
        self._put(batch, rejections)
        counts = _count(reading, rejections, outcome)
        report(counts)
        if not outcome.written and not outcome.already_there:
            raise NothingIndexedError(
                f"none of the {len(batch.events)} records of {batch.log_group} could be indexed; the reasons "
                f"are in {make_key(batch)} of the data bucket; a wrong LOG_FORMAT is the likeliest one"
            )
        return counts

    def _put(self, batch: SubscriptionBatch, rejections: Sequence[Rejection]) -> None:
        if rejections:
            put_rejections(self.s3, self.data_bucket, batch, rejections)


def _collect_rejections(
    batch: SubscriptionBatch, reading: BatchReading, outcome: IndexOutcome
) -> list[Rejection]:
    """In the batch's order, so that each delivery of it gives the same object."""
    reasons = {document.document_id: document.reason for document in outcome.refused}
    reasons |= {document_id(unparsable.event.id): unparsable.reason for unparsable in reading.unparsable}
    identified = [(event, document_id(event.id)) for event in batch.events] if reasons else []
    return [Rejection(event, reasons[identity]) for event, identity in identified if identity in reasons]


def _count(reading: BatchReading, rejections: Sequence[Rejection], outcome: IndexOutcome) -> Counts:
    statuses = Counter(document.fields.get("log_status") for document in reading.documents)
    attributions = Counter(document.fields.get("attribution") for document in reading.documents)
    return {
        "Records": len(reading.documents) + len(reading.unparsable),
        "Written": outcome.written,
        "AlreadyThere": outcome.already_there,
        "Rejected": len(rejections),
        "NoData": statuses["NODATA"],
        "SkipData": statuses["SKIPDATA"],
        "NoInventory": attributions["no_inventory"],
        "BulkRetries": outcome.retries,
    }
