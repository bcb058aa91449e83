"""Questions to the search domain that are tried again while they may succeed and there is time."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

from opensearchpy import exceptions
from opensearchpy.exceptions import NotFoundError, SerializationError, TransportError

from adapters.bulk_answer import UNKNOWN_ROLE
from adapters.log import write_log
from domain.errors import SearchRefusedError, SearchUnavailableError, SgLensError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from opensearchpy import OpenSearch

    from adapters.flows_index import Pace

Json = dict[str, Any]
T = TypeVar("T")

_ATTEMPTS = 4
_FIRST_BACKOFF_SECONDS = 1.0
_SHORTEST_REQUEST_SECONDS = 0.1
_LONGEST_REQUEST_SECONDS = 120.0
_PASSING = frozenset({HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS})
_PARAMS = {
    # What some shards don't answer would be missing without a word.
    "allow_partial_search_results": "false",
    # Copies of a shard refresh at different times: a day's count and its sums have to be of the same one.
    "preference": "sg_lens",
}


class OutOfTimeError(SgLensError):
    """The function's time is over; what is left to do waits for its next run."""


class IndexGoneError(SgLensError):
    """An index that isn't there, or no more."""


@dataclass(frozen=True, slots=True)
class SearchReader:
    """Each method raises SearchUnavailableError where a later attempt may succeed, SearchRefusedError where
    the set-up is at fault, OutOfTimeError, and IndexGoneError where an index is asked for by its name."""

    client: OpenSearch
    pace: Pace

    def search(self, index: str, body: Mapping[str, Any]) -> Json:
        def send(timeout: float) -> Json:
            params = {**_PARAMS, "request_timeout": timeout}
            answer: Json = self.client.search(index=index, body=dict(body), params=params)
            return answer

        return self.ask(index, send)

    def get_buckets(
        self, index: str, query: Json, sources: Sequence[Json], aggregations: Json, page_size: int
    ) -> Iterator[Json]:
        """Of a composite aggregation, in the order of the sources' values.

        A record with several values of a source is in a bucket of each of them.
        """
        composite: Json = {"size": page_size, "sources": list(sources)}
        pages = {"composite": composite, "aggs": aggregations} if aggregations else {"composite": composite}
        while True:
            body = {"size": 0, "query": query, "track_total_hits": False, "aggs": {"pages": pages}}
            # No aggregations come where the pattern of an index meets none.
            page = self.search(index, body).get("aggregations", {}).get("pages", {"buckets": []})
            yield from page["buckets"]
            if len(page["buckets"]) < page_size:
                return
            composite["after"] = page["after_key"]

    def ask(self, what: str, send: Callable[[float], T]) -> T:
        """`send` is given the seconds that its request may take."""
        for attempt in range(_ATTEMPTS):
            self._wait(attempt)
            remaining = self.pace.remaining()
            if remaining <= 0:
                raise OutOfTimeError(f"{what}: no time left to ask the domain")
            try:
                return send(min(_LONGEST_REQUEST_SECONDS, max(_SHORTEST_REQUEST_SECONDS, remaining)))
            except SerializationError as error:
                raise SearchRefusedError(
                    f"{what}: what answers is no search domain; check SEARCH_ENDPOINT"
                ) from error
            except TransportError as error:
                failure = _to_sg_lens_error(what, error)
                if not isinstance(failure, SearchUnavailableError) or attempt == _ATTEMPTS - 1:
                    raise failure from error
                write_log("warning", "a request is tried again", what=what, status=error.status_code)
        raise AssertionError("the last attempt returns or raises")

    def _wait(self, attempt: int) -> None:
        if attempt:
            ceiling = _FIRST_BACKOFF_SECONDS * 2 ** (attempt - 1)
            self.pace.sleep(min(self.pace.random() * ceiling, max(0.0, self.pace.remaining())))


def _to_sg_lens_error(what: str, error: TransportError) -> SgLensError:
    if isinstance(error, exceptions.ConnectionError):
        return SearchUnavailableError(f"{what}: the domain can't be reached: {error.error}")
    if isinstance(error, NotFoundError) and error.error == "index_not_found_exception":
        return IndexGoneError(f"{what}: there is no such index")
    status = error.status_code
    answer = f"{what}: the domain answered {error}"
    if not isinstance(status, int) or status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _PASSING:
        return SearchUnavailableError(answer)
    if status in UNKNOWN_ROLE:
        return SearchRefusedError(
            f"{answer}. The engine maps no role to the function's role, or the domain's access policy does "
            "not let it in: deploy again to repeat the search set-up."
        )
    return SearchRefusedError(f"{answer}. Check SEARCH_ENDPOINT, and the fields in the index templates.")
