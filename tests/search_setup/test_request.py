from dataclasses import replace

import pytest

from domain.errors import SearchSetupError
from search_setup.request import SetupProperties, parse_buckets, parse_properties, parse_request
from tests.search_setup.invocation import EVENT, PROPERTIES


def test_the_properties_become_typed() -> None:
    assert parse_properties(PROPERTIES) == SetupProperties(
        role_arns={
            "advisor": "arn:aws:iam::123456789012:role/advisor",
            "flow_ingest": "arn:aws:iam::123456789012:role/flow-ingest",
            "index_page": "arn:aws:iam::123456789012:role/index-page",
            "rule_usage": "arn:aws:iam::123456789012:role/rule-usage",
            "search_setup": "arn:aws:iam::123456789012:role/search-setup",
        },
        own_role_arn="arn:aws:iam::123456789012:role/search-setup",
        domain_arn="arn:aws:es:us-east-1:123456789012:domain/flows",
        index_shards=2,
        index_replicas=1,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("IndexShards", "two"),
        ("IndexShards", "-1"),
        ("IndexReplicas", None),
        ("DomainArn", ""),
        ("RoleArns", "arn:aws:iam::123456789012:role/search-setup"),
    ],
)
def test_a_malformed_property_is_named_with_its_value(name: str, value: object) -> None:
    with pytest.raises(SearchSetupError) as caught:
        parse_properties({**PROPERTIES, name: value})

    assert name in str(caught.value)
    assert repr(value) in str(caught.value)


def test_the_own_role_must_be_among_the_roles() -> None:
    with pytest.raises(SearchSetupError, match="search_setup"):
        parse_properties({**PROPERTIES, "RoleArns": {}})


def test_a_resource_is_named_after_the_stack_so_that_no_update_replaces_it() -> None:
    created = parse_request(EVENT)
    updated = parse_request(
        {**EVENT, "RequestType": "Update", "PhysicalResourceId": created.physical_resource_id}
    )

    assert created.physical_resource_id == "sg-lens-search-setup-51af3dc0-da77"
    assert updated.physical_resource_id == created.physical_resource_id


def test_a_delete_is_answered_with_the_id_that_it_asks_for() -> None:
    request = parse_request(
        {**EVENT, "RequestType": "Delete", "PhysicalResourceId": "made-by-cloudformation"}
    )

    assert request.succeeded().physical_resource_id == "made-by-cloudformation"


def test_an_answer_carries_the_ids_of_its_request() -> None:
    request = parse_request(EVENT)

    answer = request.failed("why")

    assert (answer.status, answer.reason) == ("FAILED", "why")
    assert (answer.stack_id, answer.request_id, answer.logical_resource_id) == (
        EVENT["StackId"],
        "request-1",
        "SearchSetup",
    )
    assert replace(answer, status="SUCCESS", reason="") == request.succeeded()


def test_a_request_that_can_not_be_answered_is_an_error() -> None:
    with pytest.raises(SearchSetupError, match="ResponseURL"):
        parse_request({**EVENT, "ResponseURL": None})


def test_the_buckets_are_emptied_where_data_is_not_retained() -> None:
    assert parse_buckets(PROPERTIES) == ("data", "failed")


def test_no_bucket_is_emptied_where_data_is_retained() -> None:
    assert parse_buckets({**PROPERTIES, "RetainData": "true"}) == ()


@pytest.mark.parametrize("properties", [{}, {"Buckets": "data"}, {"Buckets": None}])
def test_malformed_buckets_do_not_keep_a_delete_from_succeeding(properties: dict[str, object]) -> None:
    assert parse_buckets(properties) == ()
