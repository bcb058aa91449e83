"""Bulk requests that replace and delete whole documents."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING

from adapters.bulk_answer import UNKNOWN_ROLE, brief_reason
from adapters.bulk_body import MAX_CHUNK_BYTES, to_body
from adapters.search_reader import OutOfTimeError
from domain.errors import SearchRefusedError, SearchUnavailableError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from adapters.search_reader import Json, SearchReader

_MOST_ACTIONS = 1_000
_ATTEMPTS = 6
_FIRST_BACKOFF_SECONDS = 0.5
_DONE = frozenset(
    {
        # Another run has written what it found of more records.
        HTTPStatus.CONFLICT,
        # A document to be deleted that isn't there.
        HTTPStatus.NOT_FOUND,
    }
)


def send_bulk(reader: SearchReader, index: str, actions: Iterable[str]) -> None:
    """Of each action its lines, as a bulk request takes them. What is done can be found at once.

    Raises what SearchReader does, and SearchRefusedError for an action that the domain refuses for good.
    """
    for chunk in _split(actions):
        left: Sequence[str] = chunk
        for attempt in range(_ATTEMPTS):
            if attempt:
                _wait(reader, attempt)
            left, reason = _send(reader, index, left)
            if not left:
                break
        else:
            raise SearchUnavailableError(f"{index}: {len(left)} actions are not done: {reason}")


def _split(actions: Iterable[str]) -> Iterator[list[str]]:
    """Of a stream: what is sent is all that is held."""
    chunk: list[str] = []
    size = 0
    for action in actions:
        chunk.append(action)
        size += len(action)
        if size >= MAX_CHUNK_BYTES or len(chunk) == _MOST_ACTIONS:
            yield chunk
            chunk, size = [], 0
    if chunk:
        yield chunk


def _wait(reader: SearchReader, attempt: int) -> None:
    delay = reader.pace.random() * _FIRST_BACKOFF_SECONDS * 2**attempt
    if reader.pace.remaining() <= delay:
        raise OutOfTimeError("no time left to try a bulk request again")
    reader.pace.sleep(delay)


def _send(reader: SearchReader, index: str, actions: Sequence[str]) -> tuple[list[str], str]:
    """Those to be sent again, and why."""

    def send(timeout: float) -> Json:
        params = {"refresh": "true", "request_timeout": timeout}
        answer: Json = reader.client.bulk(index=index, body=to_body(actions), params=params)
        return answer

    answer = reader.ask(index, send)
    items = answer.get("items", [])
    if len(items) != len(actions):
        raise SearchRefusedError(f"{index}: what answers is no search domain; check SEARCH_ENDPOINT")
    left, reason = [], ""
    for action, item in zip(actions, items, strict=True):
        (result,) = item.values()
        status = result["status"]
        if status < HTTPStatus.MULTIPLE_CHOICES or status in _DONE:
            continue
        error = result.get("error", {})
        # Else the function's log would quote a document: addresses, and names from the account.
        reason = brief_reason(status, error.get("type", ""), error.get("reason", ""))
        if status < HTTPStatus.INTERNAL_SERVER_ERROR and status != HTTPStatus.TOO_MANY_REQUESTS:
            raise SearchRefusedError(_describe(index, status, reason))
        left.append(action)
    return left, reason


def _describe(index: str, status: int, reason: str) -> str:
    if status in UNKNOWN_ROLE:
        return f"{index}: the function's role in the engine lacks a right: {reason}. Deploy again."
    return f"{index}: the domain refused a document: {reason}. Check the index template {index}."
