from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from http import HTTPStatus


class Verdict(Enum):
    WRITTEN = auto()
    ALREADY_THERE = auto()
    TRY_AGAIN = auto()
    REFUSED = auto()


@dataclass(frozen=True, slots=True)
class ItemAnswer:
    verdict: Verdict
    reason: str
    """The engine's error and its causes; empty where it gave none. It may quote the document."""
    brief_reason: str
    """What of it belongs in a log, where nothing of a document does."""


UNKNOWN_ROLE = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})


class BulkAnswerError(ValueError):
    """The answer does not say what became of each item."""


# The domain is at fault, not the document: its load, the role's rights, a missing index; and with status 400
# a closed index and a cluster that has no room for one more shard.
_DOMAIN_STATUSES = frozenset(
    {
        *UNKNOWN_ROLE,
        HTTPStatus.NOT_FOUND,
        HTTPStatus.REQUEST_TIMEOUT,
        HTTPStatus.TOO_MANY_REQUESTS,
    }
)
_DOMAIN_ERRORS = frozenset({"index_closed_exception", "validation_exception"})


def parse_bulk_answer(answer: object, sent: int) -> tuple[ItemAnswer, ...]:
    """One answer for each of the `sent` items, in their order; BulkAnswerError where one is missing."""
    items = answer.get("items") if isinstance(answer, Mapping) else None
    if not isinstance(items, list) or len(items) != sent:
        raise BulkAnswerError(f"the answer to a bulk request of {sent} items does not list as many")
    return tuple(_parse_item(item) for item in items)


def _parse_item(item: object) -> ItemAnswer:
    match item:
        case {"create": {"status": int(status), **rest}}:
            error = rest.get("error")
            error_type = _error_type(error)
            reason = f"{status} {_describe(error)}" if error else ""
            return ItemAnswer(
                _classify(status, error_type),
                reason,
                brief_reason(status, error_type, reason) if error else "",
            )
    raise BulkAnswerError("an item of the bulk answer has no create.status")


def brief_reason(status: int, error_type: str, reason: str) -> str:
    """The whole of it where the engine speaks of the role: it judges that before it reads documents."""
    return reason if status in UNKNOWN_ROLE else f"{status} {error_type}"


def _classify(status: int, error_type: str) -> Verdict:
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return Verdict.WRITTEN
    if status == HTTPStatus.CONFLICT:
        return Verdict.ALREADY_THERE
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _DOMAIN_STATUSES:
        return Verdict.TRY_AGAIN
    return Verdict.TRY_AGAIN if error_type in _DOMAIN_ERRORS else Verdict.REFUSED


def _error_type(error: object) -> str:
    return str(error.get("type", "")) if isinstance(error, Mapping) else ""


def _describe(error: object) -> str:
    """The engine's error and its causes, outermost first."""
    parts = []
    while isinstance(error, Mapping):
        parts.append(f"{error.get('type')}: {error.get('reason')}")
        error = error.get("caused_by")
    return "; caused by ".join(parts) or str(error)
