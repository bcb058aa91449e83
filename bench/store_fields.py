"""What each field of a flow document takes in the store: `make bench ARGS=store_fields`."""

from collections.abc import Iterator, Sequence

from bench.flows_index import Json, bytes_per_document, index, open_engine, read_template, to_bodies
from bench.rows import Row
from bench.sample_documents import IndexedDocument, make_documents
from local.search.engine import Engine

VERSION = "v5"
VISITORS = 2.0
"""Fewer than elsewhere: each field makes an index of its own, or three."""
SORTED_BY = frozenset({"@timestamp", "interface_id"})


def measure() -> list[Row]:
    """Without the field; not searchable; in the document alone, neither searchable nor to aggregate by."""
    documents = make_documents(VERSION, VISITORS)
    fields = sorted({name for document in documents for name in document.source} - SORTED_BY)
    with open_engine() as engine:
        whole = _size(engine, read_template(), documents)
        rows = [Row("store_fields", f"all fields of {len(documents):,} documents, {VERSION}", whole, "B")]
        for field in fields:
            sizes = _variants(engine, documents, field)
            saved = {title: round(whole - size, 2) for title, size in sizes}
            rows.append(Row(f"store_field_{field}", f"{field} {saved}", saved["absent"], "B", details=saved))
    return sorted(rows, key=lambda row: -row.value)


def _variants(
    engine: Engine, documents: Sequence[IndexedDocument], field: str
) -> Iterator[tuple[str, float]]:
    without = [
        IndexedDocument(id_, {name: value for name, value in source.items() if name != field})
        for id_, source in documents
    ]
    yield "absent", _size(engine, read_template(), without)
    template = read_template()
    mapping: Json = template["mappings"]["properties"][field]
    if mapping.get("index", True):
        mapping["index"] = False
        yield "not searchable", _size(engine, template, documents)
    mapping |= {"index": False, "doc_values": False}
    yield "kept alone", _size(engine, template, documents)


def _size(engine: Engine, template: Json, documents: Sequence[IndexedDocument]) -> float:
    return bytes_per_document(index(engine, template, to_bodies(documents)))
