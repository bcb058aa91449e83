from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from adapters.bulk_body import FlowDocument
from adapters.rejected_store import Rejection
from domain.errors import FlowRecordError
from domain.flow_document import index_name, to_document
from domain.flow_record import parse_flow_record
from domain.subscription_event import document_id

if TYPE_CHECKING:
    from adapters.inventory_history import InventoryHistory
    from domain.flow_log_format import FlowLogFormat
    from domain.subscription_event import LogEvent, SubscriptionBatch


@dataclass(slots=True)
class BatchReading:
    documents: list[FlowDocument] = field(default_factory=list)
    unparsable: list[Rejection] = field(default_factory=list)


def read_batch(
    batch: SubscriptionBatch, log_format: FlowLogFormat, history: InventoryHistory
) -> BatchReading:
    """Each event either as a document or as a rejection, in the batch's order."""
    reading = BatchReading()
    for event in batch.events:
        try:
            reading.documents.append(_read_event(event, log_format, history))
        except FlowRecordError as error:
            reading.unparsable.append(Rejection(event, str(error)))
    return reading


def _read_event(event: LogEvent, log_format: FlowLogFormat, history: InventoryHistory) -> FlowDocument:
    record = parse_flow_record(event.message, log_format)
    index = index_name(record, event.timestamp)
    view = history.find_view(record, event.timestamp)
    return FlowDocument(
        index=index,
        document_id=document_id(event.id),
        fields=to_document(record, view, event.timestamp),
    )
