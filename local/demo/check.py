"""The index against what was sent, by a reading of the lines that shares no code with SG Lens."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from local.demo.error import DemoError
from local.traffic.comparison import RuleNames, attribution_differences
from local.traffic.evidence import EvidenceTable

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from mypy_boto3_logs import CloudWatchLogsClient

    from local.demo.search import IndexedDocument
    from local.traffic.types import Traffic, Truth

NUMBERS: Final = {"bytes", "dstport", "end", "packets", "protocol", "srcport", "tcp_flags", "traffic_path"}
NOT_INDEXED: Final = {"start", "version"}
ALSO_FROM_INVENTORY: Final = {"vpc_id", "subnet_id", "instance_id"}
SHOWN: Final = 5

Fields = dict[str, object]


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """A log event as CloudWatch Logs gives it back."""

    id: str
    stream: str
    message: str


def read_events(logs: CloudWatchLogsClient, log_group: str, streams: Iterable[str]) -> Iterator[StoredEvent]:
    for stream in streams:
        pages = logs.get_paginator("filter_log_events").paginate(
            logGroupName=log_group, logStreamNames=[stream]
        )
        for event in (event for page in pages for event in page["events"]):
            yield StoredEvent(event["eventId"], event["logStreamName"], event["message"])


def check_index(
    traffic: Traffic,
    events: Sequence[StoredEvent],
    documents: Iterable[IndexedDocument],
    fields: Sequence[str],
    rule_names: RuleNames,
) -> EvidenceTable:
    """Raises DemoError unless each line sent is exactly one document that says what the line says, and what
    was planted of who began it and which rules permitted it.
    """
    truths = {
        (stream, record.line): record.truth
        for stream, records in traffic.streams.items()
        for record in records
    }
    _check_events(traffic, events)
    by_id = _check_ids({_document_id(event.id) for event in events}, list(documents))
    differences = []
    for event in events:
        document = by_id[_document_id(event.id)]
        texts = [
            *_differences(document, _read_plainly(event.message, fields), fields),
            *_truth_differences(document, truths[event.stream, event.message], rule_names),
        ]
        differences += [
            f"{document.id} in {document.index}: {text}\n    of the line {event.message}" for text in texts
        ]
    _refuse("documents differ from their lines, or from what was planted", differences)
    told = [(by_id[_document_id(event.id)].source, truths[event.stream, event.message]) for event in events]
    return EvidenceTable.count(told, rule_names)


def _check_events(traffic: Traffic, events: Iterable[StoredEvent]) -> None:
    sent = Counter((stream, record.line) for stream, records in traffic.streams.items() for record in records)
    stored = Counter((event.stream, event.message) for event in events)
    _refuse("lines are not in the log group", [line for _, line in sent - stored])
    _refuse("lines in the log group were never sent", [line for _, line in stored - sent])


def _check_ids(ids: Collection[str], documents: Sequence[IndexedDocument]) -> Mapping[str, IndexedDocument]:
    by_id = {document.id: document for document in documents}
    counts = Counter(document.id for document in documents)
    _refuse("documents are in two indices", [id_ for id_, count in counts.items() if count > 1])
    _refuse("lines have no document", [id_ for id_ in ids if id_ not in by_id])
    _refuse("documents belong to no line", sorted(by_id.keys() - ids))
    return by_id


def _document_id(event_id: str) -> str:
    return urlsafe_b64encode(int(event_id).to_bytes(24, "big")).decode()


def _read_plainly(line: str, fields: Sequence[str]) -> Fields:
    texts = {
        name.replace("-", "_"): text for name, text in zip(fields, line.split(), strict=True) if text != "-"
    }
    record: Fields = {name: int(text) if name in NUMBERS else text for name, text in texts.items()}
    record["@timestamp"] = int(texts["start"])
    for end in ("srcaddr", "dstaddr"):
        if texts.get(f"pkt_{end}") == texts.get(end):
            record.pop(f"pkt_{end}", None)
    return {name: value for name, value in record.items() if name not in NOT_INDEXED}


def _differences(document: IndexedDocument, expected: Fields, fields: Sequence[str]) -> Iterator[str]:
    names = {field.replace("-", "_") for field in fields} | {"@timestamp"}
    for name in sorted(names - NOT_INDEXED):
        value = document.source.get(name)
        if value != expected.get(name) and (name in expected or name not in ALSO_FROM_INVENTORY):
            yield f"{name} is {value!r}, not {expected.get(name)!r}"
    end = document.source.get("end", 0)
    index = f"flows-{datetime.fromtimestamp(end, UTC):%Y.%m.%d}"
    if document.index != index:
        yield f"its end belongs into {index}"


def _truth_differences(
    document: IndexedDocument, truth: Truth | None, rule_names: RuleNames
) -> Iterator[str]:
    if truth is None:
        return
    names = sorted(document.source.get("group_names", []))
    if names != sorted(truth.group_names):
        yield f"group_names is {names}, not {sorted(truth.group_names)}"
    yield from attribution_differences(document.source, truth, rule_names)


def _refuse(what: str, found: Sequence[str]) -> None:
    if found:
        shown = "\n".join(f"  {text}" for text in found[:SHOWN])
        raise DemoError(f"{len(found)} {what}, for example:\n{shown}")
