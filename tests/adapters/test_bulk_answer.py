import pytest

from adapters.bulk_answer import BulkAnswerError, ItemAnswer, Verdict, parse_bulk_answer


def verdict(status: int, error_type: str = "some_exception") -> Verdict:
    answer = {"items": [{"create": {"status": status, "error": {"type": error_type, "reason": "why"}}}]}
    return parse_bulk_answer(answer, 1)[0].verdict


@pytest.mark.parametrize("status", [200, 201])
def test_a_2xx_item_is_written(status: int) -> None:
    assert parse_bulk_answer({"items": [{"create": {"status": status}}]}, 1) == (
        ItemAnswer(Verdict.WRITTEN, "", ""),
    )


def test_a_conflict_means_that_the_document_is_there() -> None:
    assert verdict(409, "version_conflict_engine_exception") is Verdict.ALREADY_THERE


@pytest.mark.parametrize("status", [401, 403, 404, 408, 429, 500, 502, 503, 504])
def test_what_is_not_the_documents_fault_is_tried_again(status: int) -> None:
    assert verdict(status) is Verdict.TRY_AGAIN


@pytest.mark.parametrize("error_type", ["index_closed_exception", "validation_exception"])
def test_an_index_that_cannot_take_documents_refuses_none_of_them(error_type: str) -> None:
    assert verdict(400, error_type) is Verdict.TRY_AGAIN


@pytest.mark.parametrize("error_type", ["mapper_parsing_exception", "strict_dynamic_mapping_exception"])
def test_a_document_that_the_mapping_refuses_is_refused(error_type: str) -> None:
    assert verdict(400, error_type) is Verdict.REFUSED


def test_the_reason_names_the_error_and_its_causes() -> None:
    cause = {"type": "illegal_argument_exception", "reason": "'x' is not an IP string literal."}
    error = {"type": "mapper_parsing_exception", "reason": "failed to parse field", "caused_by": cause}

    (answer,) = parse_bulk_answer({"items": [{"create": {"status": 400, "error": error}}]}, 1)

    assert answer.reason == (
        "400 mapper_parsing_exception: failed to parse field; "
        "caused by illegal_argument_exception: 'x' is not an IP string literal."
    )
    assert answer.brief_reason == "400 mapper_parsing_exception"


def test_what_the_engine_says_of_the_role_is_brief_enough() -> None:
    error = {"type": "security_exception", "reason": "no permissions for [indices:data/write/bulk[s]]"}

    (answer,) = parse_bulk_answer({"items": [{"create": {"status": 403, "error": error}}]}, 1)

    assert answer.brief_reason == answer.reason
    assert "no permissions" in answer.reason


@pytest.mark.parametrize(
    "answer",
    [
        None,
        "<html>",
        {"took": 1},
        {"items": []},
        {"items": [{"create": {"status": 201}}, {"create": {"status": 201}}]},
        {"items": [{"index": {"status": 201}}]},
        {"items": [{"create": {}}]},
    ],
)
def test_an_answer_that_leaves_an_item_open_is_an_error(answer: object) -> None:
    with pytest.raises(BulkAnswerError):
        parse_bulk_answer(answer, 1)
