from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from adapters.flows_index import IndexOutcome, Pace, RefusedDocument, index_documents
from adapters.rejected_store import Rejection, make_key, put_rejections
from domain.errors import NothingIndexedError, SearchUnavailableError
from domain.subscription_event import document_id

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from mypy_boto3_s3 import S3Client
    from opensearchpy import OpenSearch

    from domain.flow_reader import FlowReader, FlowReading
    from domain.subscription_event import SubscriptionBatch

Counts = dict[str, int]

# What is told of a record, and the metric that counts it. Records without an action have none: the format of
# the flow log has that field.
_METRICS = {
    "rules": "Attributed",
    "no_rule": "UnattributedNoRule",
    "no_inventory": "UnattributedNoInventory",
    "not_filtered": "NotFiltered",
    "reject": "Rejects",
    "nodata": "NoData",
    "skipdata": "Skipped",
}


@dataclass(frozen=True, slots=True)
class Ingest:
    """What takes a batch from the log into the index; kept between invocations."""

    reader: FlowReader
    search: OpenSearch
    s3: S3Client
    data_bucket: str
    clock: Callable[[], float]

    def ingest_batch(self, batch: SubscriptionBatch, pace: Pace, report: Callable[[Counts], None]) -> Counts:
        """Raises SearchUnavailableError where the batch must be tried again.

        Where nothing of it could be written, NothingIndexedError: by then it is in `rejected/`, and reported.
        """
        reading = self.reader.read(batch.events)
        waits: list[float] = []
        try:
            outcome = index_documents(self.search, reading.lines, _note_waits(pace, waits))
        except SearchUnavailableError:
            report(count_attempt(len(waits), reading.oldest_end, self.clock()))
            self._put(batch, _collect_rejections(batch, reading, ()))
            raise
        rejections = _collect_rejections(batch, reading, outcome.refused)
        self._put(batch, rejections)
        counts = count_batch(reading.outcomes, reading.oldest_end, self.clock(), len(rejections), outcome)
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


def count_batch(
    outcomes: Mapping[str, int], oldest_end: int | None, now: float, rejected: int, outcome: IndexOutcome
) -> Counts:
    """The metrics of a batch that is done with. `outcomes` counts the records that could be read, each under
    its attribution, or "nodata", "skipdata" or "no_action"; `rejected`, those that could not and the refused.

    The lag tells of what was written now: a batch that was there already was indexed before.
    """
    unreadable = rejected - len(outcome.refused)
    return {
        "Records": sum(outcomes.values()) + unreadable,
        "Written": outcome.written,
        "AlreadyThere": outcome.already_there,
        "Rejected": rejected,
        **{metric: outcomes.get(told, 0) for told, metric in _METRICS.items()},
        "BulkRetries": outcome.retries,
        **(_lag(oldest_end, now) if outcome.written else {}),
    }


def count_attempt(retries: int, oldest_end: int | None, now: float) -> Counts:
    """The metrics of an attempt in vain. Its records count when they are written, else each attempt would
    count them again; but how long they have waited so far does: an outage must not look like silence."""
    return {"BulkRetries": retries, **_lag(oldest_end, now)}


def _lag(oldest_end: int | None, now: float) -> Counts:
    """Seconds from the end of the batch's oldest record until now.

    What `redrive` feeds back reports the hours that it has waited, as that is how long nobody could find it.
    The alarm asks how late nine of ten batches are, so a few old ones beside the traffic don't raise it.
    Never negative, where clocks disagree: CloudWatch gives no percentile then.
    """
    return {} if oldest_end is None else {"LagSeconds": max(0, int(now) - oldest_end)}


def _note_waits(pace: Pace, waits: list[float]) -> Pace:
    """A wait comes before each retry: it tells of them even where the attempt ends in an error."""

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        pace.sleep(seconds)

    return replace(pace, sleep=sleep)


def _collect_rejections(
    batch: SubscriptionBatch, reading: FlowReading, refused: Sequence[RefusedDocument]
) -> list[Rejection]:
    """In the batch's order, so that each delivery of it gives the same object."""
    reasons = {document.document_id: document.reason for document in refused}
    reasons |= {document_id(unreadable.event.id): unreadable.reason for unreadable in reading.unreadable}
    identified = [(event, document_id(event.id)) for event in batch.events] if reasons else []
    return [Rejection(event, reasons[identity]) for event, identity in identified if identity in reasons]
