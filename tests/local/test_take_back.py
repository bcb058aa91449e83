from collections.abc import Iterator

import pytest
from opensearchpy import OpenSearch

from local.search.engine import OPERATOR, Engine
from local.take_back import TakeBackError, copy_flows

DAY = "flows-2026.01.01"
DOCUMENTS = {f"id-{number}": {"@timestamp": 1767225600 + number, "bytes": number} for number in range(5)}


def _client(engine: Engine) -> OpenSearch:
    return OpenSearch(engine.url, http_auth=(OPERATOR, engine.operator_password))


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenSearch]:
    """The domain that was left behind."""
    with Engine(tmp_path_factory.mktemp("old") / "engine") as engine:
        client = _client(engine)
        for id_, document in DOCUMENTS.items():
            client.create(index=DAY, id=id_, body=document)
        client.create(index="rule-usage", id="other", body={"a": 1})
        client.indices.refresh(index="*")
        yield client


@pytest.fixture
def new(engine: Engine) -> Iterator[OpenSearch]:
    client = _client(engine)
    client.indices.delete(index=DAY, params={"ignore_unavailable": "true"})
    yield client
    client.indices.delete(index=DAY, params={"ignore_unavailable": "true"})


def _documents(client: OpenSearch) -> dict[str, object]:
    client.indices.refresh(index=DAY)
    hits = client.search(index=DAY, body={"size": 100})["hits"]["hits"]
    return {hit["_id"]: hit["_source"] for hit in hits}


def test_every_flow_is_copied_under_its_own_id(old: OpenSearch, new: OpenSearch) -> None:
    told: list[str] = []

    copy_flows(old, new, told.append)

    assert _documents(new) == DOCUMENTS
    assert told == [f"{DAY}: 5 copied, 0 were there already"]


def test_a_second_run_copies_only_what_is_missing_and_overwrites_nothing(
    old: OpenSearch, new: OpenSearch
) -> None:
    new.create(index=DAY, id="id-0", body={"@timestamp": 1, "bytes": 99})
    told: list[str] = []

    copy_flows(old, new, told.append)

    assert _documents(new) == {**DOCUMENTS, "id-0": {"@timestamp": 1, "bytes": 99}}
    assert told == [f"{DAY}: 4 copied, 1 were there already"]


def test_an_empty_domain_says_that_there_is_nothing_to_copy(old: OpenSearch, new: OpenSearch) -> None:
    told: list[str] = []

    copy_flows(new, old, told.append)

    assert told == ["nothing to copy: there is no index flows-*"]


def test_a_document_that_is_refused_ends_the_copy_with_the_reason(old: OpenSearch, new: OpenSearch) -> None:
    new.indices.create(index=DAY, body={"mappings": {"properties": {"bytes": {"type": "ip"}}}})

    with pytest.raises(TakeBackError, match="was refused"):
        copy_flows(old, new, print)
