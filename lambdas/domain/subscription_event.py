import binascii
import gzip
import json
import re
import zlib
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from domain.errors import SubscriptionEventError
from domain.flow_record import LAST_SECOND
from domain.text import shorten, well_formed

_EVENT_ID: Final = re.compile("[0-9]{56}")
_ID_BYTES: Final = 24  # 10**56 < 2**192
_LAST_MILLISECOND: Final = LAST_SECOND * 1000 + 999


@dataclass(frozen=True, slots=True)
class LogEvent:
    """`timestamp` in epoch milliseconds."""

    id: str
    timestamp: int
    message: str


@dataclass(frozen=True, slots=True)
class SubscriptionBatch:
    message_type: str
    owner: str
    log_group: str
    log_stream: str
    events: tuple[LogEvent, ...]

    @property
    def is_control_message(self) -> bool:
        """CloudWatch Logs only asks whether the destination can be reached; no event is from the log."""
        return self.message_type == "CONTROL_MESSAGE"


def parse_subscription_event(event: Mapping[str, object]) -> SubscriptionBatch:
    """From what CloudWatch Logs gives a Lambda function: `{"awslogs": {"data": base64(gzip(JSON))}}`.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html#LambdaFunctionExample
    """
    content = _parse_content(_member(event, "awslogs"))
    batch = SubscriptionBatch(
        message_type=_text(content, "messageType"),
        owner=_text(content, "owner"),
        log_group=_text(content, "logGroup"),
        log_stream=_text(content, "logStream"),
        events=_parse_log_events(content),
    )
    if not (batch.is_control_message or all(log_event.id for log_event in batch.events)):
        raise SubscriptionEventError(
            f"A log event of {batch.log_group} has no id, which would be its document's"
        )
    return batch


def document_id(event_id: str) -> str:
    """CloudWatch's 56 decimal digits as 32 characters of base64url, any other id as it is.

    Neighbours in a log stream share the beginning of their ids, so they compress well in the index.
    """
    if _EVENT_ID.fullmatch(event_id) is None:
        return event_id
    return urlsafe_b64encode(int(event_id).to_bytes(_ID_BYTES, "big")).decode("ascii")


def _parse_content(awslogs: Mapping[str, object]) -> Mapping[str, object]:
    data = _text(awslogs, "data")
    try:
        content = json.loads(gzip.decompress(b64decode(data, validate=True)))
    except (binascii.Error, OSError, EOFError, zlib.error, ValueError, RecursionError) as error:
        raise SubscriptionEventError(f"awslogs.data is not base64(gzip(JSON)): {shorten(data)}") from error
    if not isinstance(content, Mapping):
        raise SubscriptionEventError(f"awslogs.data holds {shorten(content)}, not an object")
    return content


def _parse_log_events(content: Mapping[str, object]) -> tuple[LogEvent, ...]:
    events = content.get("logEvents")
    if not isinstance(events, list):
        raise SubscriptionEventError(f"logEvents is {shorten(events)}, not a list")
    return tuple(_parse_log_event(event) for event in events)


def _parse_log_event(event: object) -> LogEvent:
    if not isinstance(event, Mapping):
        raise SubscriptionEventError(f"logEvents holds {shorten(event)}, not an object")
    timestamp = event.get("timestamp")
    if not isinstance(timestamp, int) or not 0 <= timestamp <= _LAST_MILLISECOND:
        raise SubscriptionEventError(f"timestamp is {shorten(timestamp)}, not epoch milliseconds")
    return LogEvent(id=_text(event, "id"), timestamp=timestamp, message=_text(event, "message"))


def _member(content: Mapping[str, object], key: str) -> Mapping[str, object]:
    value = content.get(key)
    if not isinstance(value, Mapping):
        raise SubscriptionEventError(f"{key} is {shorten(value)}, not an object")
    return value


def _text(content: Mapping[str, object], key: str) -> str:
    value = content.get(key)
    if not isinstance(value, str):
        raise SubscriptionEventError(f"{key} is {shorten(value)}, not text")
    return well_formed(value)
