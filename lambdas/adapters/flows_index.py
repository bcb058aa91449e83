import random
import re
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus

from opensearchpy import OpenSearch
from opensearchpy.exceptions import SerializationError, TransportError

from adapters.bulk_answer import (
    UNKNOWN_ROLE,
    BulkAnswerError,
    ItemAnswer,
    Verdict,
    brief_reason,
    parse_bulk_answer,
)
from adapters.bulk_body import split_into_chunks, to_body
from adapters.log import write_log
from domain.errors import SearchUnavailableError
from domain.flow_reader import find_document_id

_FIRST_BACKOFF_SECONDS = 0.5
_LONGEST_BACKOFF_SECONDS = 20.0
_SHORTEST_REQUEST_SECONDS = 0.1
_LONGEST_REQUEST_SECONDS = 30.0
# A whole request meets these where it is too large, or where a single document in it is malformed.
_SPLIT = frozenset({HTTPStatus.BAD_REQUEST, HTTPStatus.REQUEST_ENTITY_TOO_LARGE})
_ERROR_TYPE = re.compile("[a-z_]{1,60}")
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
    documents: tuple[str, ...]
    failures: int = 0
    reason: str = ""


@dataclass(slots=True)
class _Tally:
    written: int = 0
    already_there: int = 0
    refused: list[RefusedDocument] = field(default_factory=list)
    retries: int = 0

    def refuse(self, document: str, reason: str) -> None:
        self.refused.append(RefusedDocument(find_document_id(document), reason))

    def count(self, document: str, answer: ItemAnswer) -> None:
        self.written += answer.verdict is Verdict.WRITTEN
        self.already_there += answer.verdict is Verdict.ALREADY_THERE
        if answer.verdict is Verdict.REFUSED:
            self.refuse(document, answer.reason)

    def outcome(self) -> IndexOutcome:
        return IndexOutcome(self.written, self.already_there, tuple(self.refused), self.retries)


def index_documents(client: OpenSearch, documents: Sequence[str], pace: Pace) -> IndexOutcome:
    """Creates each document, and goes on until the domain has taken or refused every one of them.

    A document is given as domain.flow_reader makes it, as its lines of a bulk request. One that is there
    already counts as success, so what a cut connection left open is sent again.
    Raises SearchUnavailableError when the time is over, or at once where waiting can't help.
    """
    tally = _Tally()
    queue = deque(_Chunk(part) for part in split_into_chunks(documents))
    while queue:
        _wait_for_turn(queue, pace, tally)
        queue.extendleft(reversed(_send(client, queue.popleft(), pace, tally)))
    return tally.outcome()


def _wait_for_turn(queue: Sequence[_Chunk], pace: Pace, tally: _Tally) -> None:
    """Full jitter: https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/"""
    failures = queue[0].failures
    ceiling = min(_LONGEST_BACKOFF_SECONDS, _FIRST_BACKOFF_SECONDS * 2 ** (failures - 1)) if failures else 0.0
    delay = pace.random() * ceiling
    if pace.remaining() <= delay:
        raise SearchUnavailableError(_describe_failure(queue, tally))
    if failures:
        tally.retries += 1
        write_log(
            "warning", "bulk request is tried again", items=len(queue[0].documents), reason=queue[0].reason
        )
        pace.sleep(delay)


def _describe_failure(queue: Sequence[_Chunk], tally: _Tally) -> str:
    left = sum(len(chunk.documents) for chunk in queue)
    return (
        f"the time for writing is over: {tally.written} documents were written, {tally.already_there} were "
        f"there already, {len(tally.refused)} were refused, {left} were not written; "
        f"the domain's last answer: {queue[0].reason or 'none'}"
    )


def _send(client: OpenSearch, chunk: _Chunk, pace: Pace, tally: _Tally) -> list[_Chunk]:
    """What of the chunk must be sent again, in order."""
    timeout = min(_LONGEST_REQUEST_SECONDS, max(_SHORTEST_REQUEST_SECONDS, pace.remaining()))
    try:
        answer = client.bulk(body=to_body(chunk.documents), params={"request_timeout": timeout})
        answers = parse_bulk_answer(answer, len(chunk.documents))
    except TransportError as error:
        return _after_failed_request(chunk, error, tally)
    except (SerializationError, BulkAnswerError) as error:
        return [_Chunk(chunk.documents, chunk.failures + 1, f"unreadable answer: {type(error).__name__}")]
    return _after_answer(chunk, answers, tally)


def _after_answer(chunk: _Chunk, answers: Sequence[ItemAnswer], tally: _Tally) -> list[_Chunk]:
    left = []
    reason = ""
    for document, answer in zip(chunk.documents, answers, strict=True):
        tally.count(document, answer)
        if answer.verdict is Verdict.TRY_AGAIN:
            left.append(document)
            reason = answer.brief_reason
    return [_Chunk(tuple(left), chunk.failures + 1, reason)] if left else []


def _after_failed_request(chunk: _Chunk, error: TransportError, tally: _Tally) -> list[_Chunk]:
    status = error.status_code
    if status in _SPLIT:
        return _split(chunk, str(error), tally)
    if isinstance(status, int) and status < HTTPStatus.INTERNAL_SERVER_ERROR and status not in _PASSING:
        raise SearchUnavailableError(_describe_refusal(status, error)) from error
    return [_Chunk(chunk.documents, chunk.failures + 1, _brief(error))]


def _brief(error: TransportError) -> str:
    """Without what the domain's answer says besides: it may quote documents."""
    status, error_type = error.status_code, error.error
    if not isinstance(status, int):
        return type(error).__name__
    is_type = isinstance(error_type, str) and _ERROR_TYPE.fullmatch(error_type)
    return brief_reason(status, error_type if is_type else "", str(error)).rstrip()


def _split(chunk: _Chunk, reason: str, tally: _Tally) -> list[_Chunk]:
    """Halving finds the one document that the domain takes offence at, and lets all others in."""
    if len(chunk.documents) == 1:
        tally.refuse(chunk.documents[0], reason)
        return []
    middle = len(chunk.documents) // 2
    return [_Chunk(chunk.documents[:middle]), _Chunk(chunk.documents[middle:])]


def _describe_refusal(status: int, error: TransportError) -> str:
    if status in UNKNOWN_ROLE:
        return (
            f"the search domain refused the request: the engine maps no role to the function's role, or the "
            f"domain's access policy does not let it in; deploy again to repeat the search set-up ({error})"
        )
    return f"the search domain takes no bulk requests: check SEARCH_ENDPOINT of the function ({error})"
