import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

# Amazon OpenSearch Service advises 3 to 5 MiB a request, and small instance types refuse more than 10 MiB.
MAX_CHUNK_BYTES = 3 * 1024 * 1024
MAX_CHUNK_ITEMS = 5_000


@dataclass(frozen=True, slots=True)
class FlowDocument:
    index: str
    document_id: str
    fields: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class BulkItem:
    document_id: str
    lines: bytes
    """The action line and the document line, each with its newline."""


def to_bulk_item(document: FlowDocument) -> BulkItem:
    """Raises UnicodeEncodeError where a field holds half of a surrogate pair, which UTF-8 can't carry."""
    action = {"create": {"_index": document.index, "_id": document.document_id}}
    return BulkItem(document.document_id, f"{_to_json(action)}\n{_to_json(document.fields)}\n".encode())


def split_into_chunks(
    items: Sequence[BulkItem], max_bytes: int = MAX_CHUNK_BYTES, max_items: int = MAX_CHUNK_ITEMS
) -> Iterator[tuple[BulkItem, ...]]:
    """An item larger than `max_bytes` makes a chunk of its own: the domain says whether that is too much."""
    chunk: list[BulkItem] = []
    size = 0
    for item in items:
        if chunk and (size + len(item.lines) > max_bytes or len(chunk) == max_items):
            yield tuple(chunk)
            chunk, size = [], 0
        chunk.append(item)
        size += len(item.lines)
    if chunk:
        yield tuple(chunk)


def _to_json(value: Mapping[str, object]) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
