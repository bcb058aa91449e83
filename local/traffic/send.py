"""Traffic into a log group, as the flow-log service writes it: a stream per interface, in order of time."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_logs.type_defs import InputLogEventTypeDef

    from local.traffic.types import SampleRecord, Traffic

# Limits of one call:
# https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutLogEvents.html
MAX_BATCH_BYTES = 1_048_576
MAX_BATCH_EVENTS = 10_000
MAX_BATCH_MS = 24 * 3_600_000
EVENT_OVERHEAD_BYTES = 26


class TrafficError(Exception):
    """CloudWatch Logs did not take the sample's records."""


def send(
    logs: CloudWatchLogsClient, log_group: str, traffic: Traffic, on_sent: Callable[[int], None]
) -> None:
    """`on_sent` is told after each call how many records it took."""
    for stream, records in traffic.streams.items():
        logs.create_log_stream(logGroupName=log_group, logStreamName=stream)
        for batch in make_batches(records):
            answer = logs.put_log_events(logGroupName=log_group, logStreamName=stream, logEvents=batch)
            if "rejectedLogEventsInfo" in answer:
                raise TrafficError(
                    f"{log_group}, {stream}: CloudWatch Logs refused some of {len(batch)} records:"
                    f" {answer['rejectedLogEventsInfo']}; is the sample day more than 14 days ago?"
                )
            on_sent(len(batch))


def make_batches(records: Iterable[SampleRecord]) -> Iterator[list[InputLogEventTypeDef]]:
    """Each within the limits of one PutLogEvents; a record's time is its start, as for real flow logs."""
    batch: list[InputLogEventTypeDef] = []
    size = 0
    for record in records:
        event: InputLogEventTypeDef = {"timestamp": record.start * 1000, "message": record.line}
        event_size = len(record.line.encode()) + EVENT_OVERHEAD_BYTES
        if batch and not _fits(batch, size + event_size, event["timestamp"]):
            yield batch
            batch, size = [], 0
        batch.append(event)
        size += event_size
    if batch:
        yield batch


def _fits(batch: list[InputLogEventTypeDef], size: int, timestamp: int) -> bool:
    return (
        len(batch) < MAX_BATCH_EVENTS
        and size <= MAX_BATCH_BYTES
        and timestamp - batch[0]["timestamp"] <= MAX_BATCH_MS
    )
