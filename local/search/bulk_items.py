"""The items of a _bulk request: taken apart, some of them held back, and the answer put together again.

https://opensearch.org/docs/2.19/api-reference/document-apis/bulk/
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from local.search.http_message import Request

# What the engine itself says with these statuses.
REASONS = {
    400: ("mapper_parsing_exception", "failed to parse"),
    429: ("rejected_execution_exception", "rejected execution of coordinating operation"),
    503: ("unavailable_shards_exception", "primary shard is not active"),
}


@dataclass(frozen=True, slots=True)
class BulkItem:
    """`lines` are the action line and, but for a delete, the document, as sent."""

    action: str
    index: str
    document_id: str | None
    lines: tuple[bytes, ...]


def is_bulk(path: str) -> bool:
    return path.rsplit("/", maxsplit=1)[-1] == "_bulk"


def parse_bulk(request: Request, body: bytes) -> list[BulkItem]:
    """`body` is the request's, unpacked. The index of an item that names none is the one in the path."""
    default_index = request.path.removesuffix("_bulk").strip("/")
    lines = iter([line for line in body.split(b"\n") if line.strip()])
    items = []
    for line in lines:
        [(action, target)] = json.loads(line).items()
        document = () if action == "delete" else (next(lines),)
        index = target.get("_index", default_index)
        items.append(BulkItem(action, index, target.get("_id"), (line, *document)))
    return items


def to_body(items: Sequence[BulkItem]) -> bytes:
    return b"".join(line + b"\n" for item in items for line in item.lines)


def splice_answer(
    items: Sequence[BulkItem], held_back: Mapping[int, int], answer: Mapping[str, object]
) -> dict[str, object]:
    """`held_back` is position of an item to the status that it gets, `answer` the engine's for the others."""
    engine_items = answer["items"]
    if not isinstance(engine_items, list):
        raise TypeError(f"A bulk answer has a list of items, not {engine_items!r}")
    written = iter(engine_items)
    spliced = [
        _refusal(item, held_back[position]) if position in held_back else next(written)
        for position, item in enumerate(items)
    ]
    return {**answer, "errors": bool(held_back) or answer["errors"], "items": spliced}


def _refusal(item: BulkItem, status: int) -> dict[str, object]:
    kind, reason = REASONS.get(status, ("exception", "injected"))
    error = {"type": kind, "reason": reason}
    return {item.action: {"_index": item.index, "_id": item.document_id, "status": status, "error": error}}
