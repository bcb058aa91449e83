import binascii
import gzip
import json
import zlib
from base64 import b64decode, urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from typing import Any, Final, NamedTuple

from domain.errors import SubscriptionEventError
from domain.flow_record import LAST_SECOND
from domain.text import well_formed

_EVENT_ID_DIGITS: Final = 56
_ID_BYTES: Final = 24  # 10**56 < 2**192
_ID_CHARACTERS: Final = 32
_MEMBERS: Final = itemgetter("id", "timestamp", "message")
_LAST_MILLISECOND: Final = LAST_SECOND * 1000 + 999


class LogEvent(NamedTuple):
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
    return document_ids([event_id])[0]


def document_ids(event_ids: Sequence[str]) -> Sequence[str]:
    """In one go, as long as all of them are CloudWatch's."""
    digits = "".join(event_ids)
    if set(map(len, event_ids)) != {_EVENT_ID_DIGITS} or not (digits.isdecimal() and digits.isascii()):
        return [document_id(event_id) for event_id in event_ids] if len(event_ids) > 1 else event_ids
    # 24 bytes need no padding, so the encodings of all of them stand one behind the other.
    numbers = b"".join([int(event_id).to_bytes(_ID_BYTES, "big") for event_id in event_ids])
    text = urlsafe_b64encode(numbers).decode("ascii")
    return [text[start : start + _ID_CHARACTERS] for start in range(0, len(text), _ID_CHARACTERS)]


def _parse_content(awslogs: Mapping[str, object]) -> Mapping[str, object]:
    data = awslogs.get("data")
    if not isinstance(data, str):
        raise SubscriptionEventError(f"data is {_name_type(data)}, not text")
    try:
        content = json.loads(gzip.decompress(b64decode(data, validate=True)))
    except (binascii.Error, OSError, EOFError, zlib.error, ValueError, RecursionError) as error:
        raise SubscriptionEventError(
            f"awslogs.data of {len(data)} characters is not base64(gzip(JSON))"
        ) from error
    if not isinstance(content, Mapping):
        raise SubscriptionEventError(f"awslogs.data holds JSON {_name_type(content)}, not an object")
    return content


def _parse_log_events(content: Mapping[str, object]) -> tuple[LogEvent, ...]:
    events = content.get("logEvents")
    if not isinstance(events, list):
        raise SubscriptionEventError(f"logEvents is {_name_type(events)}, not a list")
    return _take_log_events(events) or tuple(map(_parse_log_event, events))


def _take_log_events(events: Sequence[dict[str, Any]]) -> tuple[LogEvent, ...]:
    """All at once, since there are many; none where anything about one of them is not as it should be."""
    try:
        ids, timestamps, messages = zip(*map(_MEMBERS, events), strict=True)
        # Raises TypeError for anything but text, and UnicodeEncodeError for half a surrogate pair.
        "".join(ids + messages).encode()
        if (
            set(map(type, timestamps)) == {int}
            and min(timestamps) >= 0
            and max(timestamps) <= _LAST_MILLISECOND
        ):
            # As LogEvent._make does, but without a call of Python for each.
            return tuple(map(partial(tuple.__new__, LogEvent), zip(ids, timestamps, messages, strict=True)))
    except (LookupError, TypeError, ValueError):
        pass
    return ()


def _parse_log_event(event: object) -> LogEvent:
    if not isinstance(event, Mapping):
        raise SubscriptionEventError(f"logEvents holds a member {_name_type(event)}, not an object")
    timestamp = event.get("timestamp")
    if not isinstance(timestamp, int) or not 0 <= timestamp <= _LAST_MILLISECOND:
        raise SubscriptionEventError(f"timestamp is {_describe_number(timestamp)}, not epoch milliseconds")
    return LogEvent(id=_text(event, "id"), timestamp=timestamp, message=_text(event, "message"))


def _member(content: Mapping[str, object], key: str) -> Mapping[str, object]:
    value = content.get(key)
    if not isinstance(value, Mapping):
        raise SubscriptionEventError(f"{key} is {_name_type(value)}, not an object")
    return value


def _text(content: Mapping[str, object], key: str) -> str:
    value = content.get(key)
    if not isinstance(value, str):
        raise SubscriptionEventError(f"{key} is {_name_type(value)}, not text")
    return well_formed(value)


def _name_type(value: object) -> str:
    """Instead of the value, which may hold flow records: what is raised here is printed to the log."""
    return "missing" if value is None else f"of type {type(value).__name__}"


def _describe_number(value: object) -> str:
    return str(value) if isinstance(value, int) else _name_type(value)
