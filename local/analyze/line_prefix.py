"""What tools write before each record: times, and the names of the log group and the log stream."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, NamedTuple

_TIME: Final = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?"
_STREAM: Final = r"eni-[0-9a-f]+(?:-[a-z]+)?"
_GROUP: Final = r"[\w./#-]+"
_PREFIXES: Final = tuple(
    re.compile(pattern, re.ASCII)
    for pattern in (
        # An export of CloudWatch Logs to S3; `aws logs tail`, with --format short and without.
        rf"(?P<time>{_TIME})(?: {_STREAM})?",
        # awslogs, which leaves out each of them as it is told: the group, the stream, the event's time, and
        # when it came in. A group alone has to look like a path, or else any word could be one.
        rf"(?:{_GROUP} )?{_STREAM}(?: (?P<time>{_TIME})(?: {_TIME})?)?",
        rf"{_GROUP}(?: (?P<time>{_TIME})(?: {_TIME})?)",
        r"[\w.#-]*/[\w./#-]*",
    )
)
_LONGEST: Final = 4
_WHOLE_TIME: Final = re.compile(_TIME, re.ASCII)


class Prefixed(NamedTuple):
    """`timestamp` in epoch milliseconds, None where the prefix has none."""

    timestamp: int | None
    words: Sequence[str]


def split_prefix(words: Sequence[str], fields: int) -> Prefixed:
    """Takes off what is too much for a record of so many fields, where it is a known prefix."""
    extra = len(words) - fields
    if not 0 < extra <= _LONGEST:
        return Prefixed(None, words)
    is_known, timestamp = _parse_prefix(" ".join(words[:extra]))
    return Prefixed(timestamp, words[extra:] if is_known else words)


# Of the records of one second each has the same.
@lru_cache(maxsize=1_024)
def _parse_prefix(text: str) -> tuple[bool, int | None]:
    for prefix in _PREFIXES:
        match = prefix.fullmatch(text)
        if match:
            time = match.groupdict().get("time")
            return True, parse_time(time) if time else None
    return False, None


def is_time(word: str) -> bool:
    return word[4:5] == "-" and _WHOLE_TIME.fullmatch(word) is not None


def parse_time(text: str) -> int | None:
    """Epoch milliseconds of an ISO 8601 time, UTC where it names no zone; None where it is no time."""
    try:
        time = datetime.fromisoformat(text)
    except ValueError:
        return None
    return round((time if time.tzinfo else time.replace(tzinfo=UTC)).timestamp() * 1000)
