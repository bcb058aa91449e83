from collections.abc import Iterator, Sequence

# Amazon OpenSearch Service advises 3 to 5 MiB a request, and small instance types refuse more than 10 MiB.
MAX_CHUNK_BYTES = 3 * 1024 * 1024
MAX_CHUNK_ITEMS = 5_000


def split_into_chunks(
    documents: Sequence[str], max_bytes: int = MAX_CHUNK_BYTES, max_items: int = MAX_CHUNK_ITEMS
) -> Iterator[tuple[str, ...]]:
    """A document larger than `max_bytes` makes a chunk of its own; the domain says if that is too much."""
    chunk: list[str] = []
    size = 0
    for document in documents:
        lines_size = _size(document)
        if chunk and (size + lines_size > max_bytes or len(chunk) == max_items):
            yield tuple(chunk)
            chunk, size = [], 0
        chunk.append(document)
        size += lines_size
    if chunk:
        yield tuple(chunk)


def to_body(documents: Sequence[str]) -> bytes:
    return "".join(documents).encode()


def _size(text: str) -> int:
    """In bytes, of UTF-8."""
    return len(text) if text.isascii() else len(text.encode())
