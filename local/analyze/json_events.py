"""Log events as JSON: as `aws logs filter-log-events` and `get-log-events` answer, and as a subscription of
CloudWatch Logs leaves them in S3.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple

from domain.text import shorten
from local.analyze.error import AnalyzeError
from local.analyze.json_text import NOT_JSON, decode_values
from local.analyze.wrong_file import guess_kind_of_json

_MEMBERS: Final = ("events", "logEvents")


class JsonEvent(NamedTuple):
    timestamp: int | None
    """Epoch milliseconds."""
    message: str


def parse_events(text: str, path: Path) -> Iterator[JsonEvent]:
    try:
        for value in decode_values(text):
            for event in _find_events(value, path):
                yield _parse_event(event, path)
    except NOT_JSON as error:
        raise AnalyzeError(f"{path} begins as JSON, but isn't: {error}; is it cut off?") from error


def _find_events(value: object, path: Path) -> list[object]:
    if isinstance(value, Mapping):
        for member in _MEMBERS:
            if isinstance(value.get(member), list):
                return list(value[member])
    if isinstance(value, list) and value and all(map(_is_event, value)):
        return value
    raise AnalyzeError(f"{path} holds no log events, but JSON: {guess_kind_of_json(value)}")


def _is_event(value: object) -> bool:
    """`--query 'events[].message'` leaves the messages alone."""
    return isinstance(value, str) or (isinstance(value, Mapping) and "message" in value)


def _parse_event(event: object, path: Path) -> JsonEvent:
    if isinstance(event, str):
        return JsonEvent(None, event)
    message = event.get("message") if isinstance(event, Mapping) else None
    if not isinstance(event, Mapping) or not isinstance(message, str):
        raise AnalyzeError(f"{path}: {shorten(event)} is no log event: it has no message")
    timestamp = event.get("timestamp")
    return JsonEvent(timestamp if isinstance(timestamp, int) else None, message)
