"""AWS: a log event has one id of 56 decimal digits, in FilterLogEvents as in the subscription's event; later
events have greater ids (CloudWatch Logs User Guide, "Subscription filters": the examples' ids). A batch must
be in order and within limits; events too old or too new are left out (CloudWatch Logs API Reference,
PutLogEvents).

MiniStack 1.5.33 gives each event a UUID, and another one in the subscription's event, and takes any batch.
"""

import itertools
import threading
import time
from collections.abc import Sequence
from typing import Final

from local.emulator.deviations import log_subscriptions
from local.emulator.ministack import Record, Response, cloudwatch_logs, replace

# In AWS's examples an id is the time in ms times 2**144 and more; the last bits number a batch's events.
TIME_SHIFT: Final = 144
BATCH_SHIFT: Final = 32
MAX_BATCH_EVENTS: Final = 10_000
MAX_BATCH_BYTES: Final = 1_048_576
EVENT_OVERHEAD_BYTES: Final = 26
HOUR_MS: Final = 3_600_000
MAX_SPAN_MS: Final = 24 * HOUR_MS
MAX_AGE_MS: Final = 14 * 24 * HOUR_MS
MAX_AHEAD_MS: Final = 2 * HOUR_MS

_batches = itertools.count(time.time_ns())
_batches_lock = threading.Lock()


def mend() -> None:
    replace(cloudwatch_logs, "_put_log_events", _put_log_events)


def put_events(group: str, stream: str, events: Sequence[Record]) -> None:
    """Stores the events with their ids, and delivers them to the group's subscriptions."""
    now = _now_ms()
    ids = _event_ids([event["timestamp"] for event in events])
    stored = [
        {"timestamp": e["timestamp"], "message": e["message"], "ingestionTime": now, "eventId": event_id}
        for e, event_id in zip(events, ids, strict=True)
    ]
    cloudwatch_logs._append_log_events(cloudwatch_logs._log_groups[group]["streams"][stream], stored)
    log_subscriptions.deliver(group, stream, stored)


def _put_log_events(request: Record) -> Response:
    group, stream, events = request["logGroupName"], request["logStreamName"], request["logEvents"]
    problem = _problem(group, stream, events)
    if problem:
        refusal: Response = cloudwatch_logs.error_response_json(*problem, 400)
        return refusal
    accepted, rejected = _accepted(events)
    put_events(group, stream, accepted)
    answer = {"nextSequenceToken": str(time.time_ns()), "rejectedLogEventsInfo": rejected}
    response: Response = cloudwatch_logs.json_response({key: value for key, value in answer.items() if value})
    return response


def _problem(group: str, stream: str, events: Sequence[Record]) -> tuple[str, str] | None:
    """Error code and message."""
    found = cloudwatch_logs._log_groups.get(group)
    if found is None:
        return "ResourceNotFoundException", f"The specified log group does not exist: {group}"
    if stream not in found["streams"]:
        return "ResourceNotFoundException", f"The specified log stream does not exist: {stream}"
    message = _problem_of_batch(events)
    return ("InvalidParameterException", message) if message else None


def _problem_of_batch(events: Sequence[Record]) -> str | None:
    if any(earlier["timestamp"] > later["timestamp"] for earlier, later in itertools.pairwise(events)):
        return "Log events in a single PutLogEvents request must be in chronological order."
    if events[-1]["timestamp"] - events[0]["timestamp"] > MAX_SPAN_MS:
        return "The batch of log events in a single PutLogEvents request cannot span more than 24 hours."
    size = sum(len(event["message"].encode()) + EVENT_OVERHEAD_BYTES for event in events)
    if size > MAX_BATCH_BYTES or len(events) > MAX_BATCH_EVENTS:
        return f"Upload too large: {size} bytes in {len(events)} events"
    return None


def _accepted(events: Sequence[Record]) -> tuple[Sequence[Record], dict[str, int]]:
    """Those whose time is near enough to now, and the rejectedLogEventsInfo."""
    now = _now_ms()
    old = sum(event["timestamp"] < now - MAX_AGE_MS for event in events)
    new = sum(event["timestamp"] > now + MAX_AHEAD_MS for event in events)
    rejected = {"tooOldLogEventEndIndex": old} if old else {}
    if new:
        rejected["tooNewLogEventStartIndex"] = len(events) - new
    return events[old : len(events) - new], rejected


def _event_ids(timestamps: Sequence[int]) -> list[str]:
    with _batches_lock:
        batch = next(_batches)
    return [
        f"{(timestamp << TIME_SHIFT) + (batch << BATCH_SHIFT) + number:056d}"
        for number, timestamp in enumerate(timestamps)
    ]


def _now_ms() -> int:
    return int(time.time() * 1000)
