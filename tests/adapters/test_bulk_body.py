import json

import pytest

from adapters.bulk_body import BulkItem, FlowDocument, split_into_chunks, to_bulk_item


def item(document_id: str, size: int = 10) -> BulkItem:
    return BulkItem(document_id, b"x" * size)


def ids(chunks: list[tuple[BulkItem, ...]]) -> list[list[str]]:
    return [[item.document_id for item in chunk] for chunk in chunks]


def test_a_document_becomes_a_create_action_and_a_line() -> None:
    document = FlowDocument("flows-2026.11.24", 'id "1"', {"interface_name": "Bücher\n", "bytes": 2**63 - 1})

    lines = to_bulk_item(document).lines.decode().split("\n")

    assert [json.loads(line) for line in lines[:2]] == [
        {"create": {"_index": "flows-2026.11.24", "_id": 'id "1"'}},
        {"interface_name": "Bücher\n", "bytes": 9223372036854775807},
    ]
    assert lines[2:] == [""]


def test_half_a_surrogate_pair_is_no_bulk_item() -> None:
    with pytest.raises(UnicodeEncodeError):
        to_bulk_item(FlowDocument("flows-2026.11.24", "1", {"interface_name": "\ud800"}))


def test_chunks_keep_the_order_and_stay_within_the_size() -> None:
    chunks = split_into_chunks([item("1"), item("2"), item("3"), item("4")], max_bytes=30)

    assert ids(list(chunks)) == [["1", "2", "3"], ["4"]]


def test_chunks_stay_within_the_count() -> None:
    chunks = split_into_chunks([item("1"), item("2"), item("3")], max_items=2)

    assert ids(list(chunks)) == [["1", "2"], ["3"]]


def test_an_item_larger_than_a_chunk_goes_alone() -> None:
    chunks = split_into_chunks([item("1"), item("2", size=99), item("3")], max_bytes=30)

    assert ids(list(chunks)) == [["1"], ["2"], ["3"]]


def test_nothing_makes_no_chunk() -> None:
    assert list(split_into_chunks([])) == []
