from adapters.bulk_body import split_into_chunks, to_body


def chunks(*documents: str, max_bytes: int = 1_000, max_items: int = 1_000) -> list[list[str]]:
    return [[*chunk] for chunk in split_into_chunks(documents, max_bytes, max_items)]


def test_chunks_keep_the_order_and_stay_within_the_size() -> None:
    assert chunks("a" * 10, "b" * 10, "c" * 10, "d", max_bytes=30) == [["a" * 10, "b" * 10, "c" * 10], ["d"]]


def test_the_size_is_that_of_utf_8() -> None:
    assert chunks("ü" * 10, "b" * 10, "c", max_bytes=30) == [["ü" * 10, "b" * 10], ["c"]]


def test_chunks_stay_within_the_count() -> None:
    assert chunks("1", "2", "3", max_items=2) == [["1", "2"], ["3"]]


def test_a_document_larger_than_a_chunk_goes_alone() -> None:
    assert chunks("1", "2" * 99, "3", max_bytes=30) == [["1"], ["2" * 99], ["3"]]


def test_nothing_makes_no_chunk() -> None:
    assert chunks() == []


def test_a_body_is_the_documents_one_behind_the_other() -> None:
    assert to_body(["ü\n", "2\n"]) == "ü\n2\n".encode()
