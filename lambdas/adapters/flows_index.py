import random
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from opensearchpy import OpenSearch
from opensearchpy.exceptions import SerializationError, TransportError

from adapters.bulk_answer import BulkAnswerError, ItemAnswer, Verdict, parse_bulk_answer
from adapters.bulk_body import BulkItem, FlowDocument, split_into_chunks, to_bulk_item
from adapters.log import write_log
from domain.errors import SearchUnavailableError

_FIRST_BACKOFF_SECONDS = 0.5
_LONGEST_BACKOFF_SECONDS = 20.0
_SHORTEST_REQUEST_SECONDS = 0.1
_LONGEST_REQUEST_SECONDS = 30.0
# A whole request meets these where it is too large, or where a single document in it is malformed.
_SPLIT = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE})
_UNKNOWN_ROLE = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_PASSING = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a writer may go on trying, and how it waits; in seconds."""

    remaining: Callable[[], float]
    sleep: Callable[[float], None] = time.sleep
    random: Callable[[], float] = random.random


@dataclass(frozen=True, slots=True)
class RefusedDocument:
    document_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class IndexOutcome:
    written: int
    already_there: int
    refused: tuple[RefusedDocument, ...]
    retries: int


@dataclass(frozen=True, slots=True)
class _Chunk:
    items: tuple[BulkItem, ...]
    failures: int = 0
    reason: str = ""


@dataclass(slots=True)
class _Tally:
    written: int = 0
    already_there: int = 0
    refused: list[RefusedDocument] = field(default_factory=list)
    retries: int = 0

    def refuse(self, document_id: str, reason: str) -> None:
        self.refused.append(RefusedDocument(document_id, reason))

    def count(self, item: BulkItem, answer: ItemAnswer) -> None:
        self.written += answer.verdict is Verdict.WRITTEN
        self.already_there += answer.verdict is Verdict.ALREADY_THERE
        if answer.verdict is Verdict.REFUSED:
            self.refuse(item.document_id, answer.reason)

    def outcome(self) -> IndexOutcome:
        return IndexOutcome(self.written, self.already_there, tuple(self.refused), self.retries)


def index_documents(client: OpenSearch, documents: Iterable[FlowDocument], pace: Pace) -> IndexOutcome:
    """Creates each document, and goes on until the domain has taken or refused every one of them.

    A document that is there already counts as success, so what a cut connection left open is sent again.
    Raises SearchUnavailableError when the time is over, or at once where waiting can't help.
    """
    tally = _Tally()
    queue = deque(_Chunk(items) for items in split_into_chunks(_serialise(documents, tally)))
    while queue:
        _wait_for_turn(queue, pace, tally)
        queue.extendleft(reversed(_send(client, queue.popleft(), pace, tally)))
    return tally.outcome()


def _serialise(documents: Iterable[FlowDocument], tally: _Tally) -> list[BulkItem]:
    items = []
    for document in documents:
        try:
            items.append(to_bulk_item(document))
        except UnicodeEncodeError as error:
            tally.refuse(document.document_id, f"cannot be written as UTF-8: {error.reason}")
    return items


def _wait_for_turn(queue: Sequence[_Chunk], pace: Pace, tally: _Tally) -> None:
    """Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/"""
    failures = queue[0].failures
    ceiling = min(_LONGEST_BACKOFF_SECONDS, _FIRST_BACKOFF_SECONDS * 2 ** (failures - 1)) if failures else 0.0
    delay = pace.random() * ceiling
    if pace.remaining() <= delay:
        raise SearchUnavailableError(_describe_failure(queue, tally))
    if failures:
        tally.retries += 1
        write_log("warning", "bulk request is tried again", items=len(queue[0].items), reason=queue[0].reason)
        pace.sleep(delay)


def _describe_failure(queue: Sequence[_Chunk], tally: _Tally) -> str:
    left = sum(len(chunk.items) for chunk in queue)
    return (
        f"the time for writing is over: {tally.written} documents were written, {tally.already_there} were "
        f"there already, {len(tally.refused)} were refused, {left} were not written; "
        f"the domain's last answer: {queue[0].reason or 'none'}"
    )


def _send(client: OpenSearch, chunk: _Chunk, pace: Pace, tally: _Tally) -> list[_Chunk]:
    """What of the chunk must be sent again, in order."""
    timeout = min(_LONGEST_REQUEST_SECONDS, max(_SHORTEST_REQUEST_SECONDS, pace.remaining()))
    body = b"".join(item.lines for item in chunk.items)
    try:
        answer = client.bulk(body=body, params={"request_timeout": timeout})
        answers = parse_bulk_answer(answer, len(chunk.items))
    except TransportError as error:
        return _after_failed_request(chunk, error, tally)
    except (SerializationError, BulkAnswerError) as error:
        return [_Chunk(chunk.items, chunk.failures + 1, f"unreadable answer: {type(error).__name__}")]
    return _after_answer(chunk, answers, tally)


def _after_answer(chunk: _Chunk, answers: Sequence[ItemAnswer], tally: _Tally) -> list[_Chunk]:
    left = []
    reason = ""
    for item, answer in zip(chunk.items, answers, strict=True):
        tally.count(item, answer)
        if answer.verdict is Verdict.TRY_AGAIN:
            left.append(item)
            reason = answer.reason
    return [_Chunk(tuple(left), chunk.failures + 1, reason)] if left else []


def _after_failed_request(chunk: _Chunk, error: TransportError, tally: _Tally) -> list[_Chunk]:
    status = error.status_code
    if status in _SPLIT:
        return _split(chunk, str(error), tally)
    if isinstance(status, int) and status < HTTPStatus.INTERNAL_SERVER_ERROR and status not in _PASSING:
        raise SearchUnavailableError(_describe_refusal(status, error)) from error
    return [_Chunk(chunk.items, chunk.failures + 1, str(error))]


def _split(chunk: _Chunk, reason: str, tally: _Tally) -> list[_Chunk]:
    """Halving finds the one document that the domain takes offence at, and lets all others in."""
    if len(chunk.items) == 1:
        tally.refuse(chunk.items[0].document_id, reason)
        return []
    middle = len(chunk.items) // 2
    return [_Chunk(chunk.items[:middle]), _Chunk(chunk.items[middle:])]


def _describe_refusal(status: int, error: TransportError) -> str:
    if status in _UNKNOWN_ROLE:
        return (
            f"the search domain refused the request: the engine maps no role to the function's role, or the "
            f"domain's access policy does not let it in; deploy again to repeat the search set-up ({error})"
        )
    return f"the search domain takes no bulk requests: check SEARCH_ENDPOINT of the function ({error})"
