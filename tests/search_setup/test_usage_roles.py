"""What the roles rule_usage and advisor let their holders do, asked of the real engine."""

from collections.abc import Callable, Iterator

import pytest
from opensearchpy import OpenSearch
from opensearchpy.exceptions import AuthorizationException

from local.search.engine import Engine
from tests.adapters.engine_callers import role_client
from tests.adapters.flow_days import ADVISOR_ARN, ROLE_ARN, drop_all, set_up_roles

FLOWS = "flows-2026.01.01"
USAGE = "rule-usage"
OTHER = "usage-roles-test-other"
FLOW = {"@timestamp": 1767225600, "interface_id": "eni-0aaaaaaaaaaaaaaaa", "bytes": 40}
DAY = {"kind": "day", "day": "2026-01-01"}


@pytest.fixture(scope="module", autouse=True)
def _roles(engine: Engine) -> None:
    set_up_roles(engine)


@pytest.fixture(autouse=True)
def _documents(engine: Engine) -> Iterator[None]:
    for index, document in ((FLOWS, FLOW), (USAGE, DAY), (OTHER, DAY)):
        engine.request("PUT", f"/{index}/_doc/first?refresh=true", document)
    yield
    drop_all(engine)
    engine.request("DELETE", f"/{OTHER}")


@pytest.fixture
def rule_usage(engine: Engine) -> OpenSearch:
    return role_client(engine.url, ROLE_ARN)


@pytest.fixture
def advisor(engine: Engine) -> OpenSearch:
    return role_client(engine.url, ADVISOR_ARN)


def bulk_status(client: OpenSearch, action: str, index: str) -> int:
    lines: list[dict[str, object]] = [{action: {"_index": index, "_id": "first"}}]
    (item,) = client.bulk(body=lines if action == "delete" else [*lines, DAY])["items"]
    status: int = item[action]["status"]
    return status


def test_rule_usage_writes_and_deletes_usage(rule_usage: OpenSearch) -> None:
    assert bulk_status(rule_usage, "index", USAGE) == 200
    assert bulk_status(rule_usage, "delete", USAGE) == 200


@pytest.mark.parametrize(
    ("action", "index"),
    [
        *(("index", index) for index in (FLOWS, "flows-2026.01.02", OTHER, "rule-usage-2", ".kibana")),
        *(("delete", index) for index in (FLOWS, OTHER)),
    ],
)
def test_rule_usage_writes_nothing_else(rule_usage: OpenSearch, action: str, index: str) -> None:
    assert bulk_status(rule_usage, action, index) == 403


def test_rule_usage_searches_flows_and_usage(rule_usage: OpenSearch) -> None:
    for index in ("flows-*", USAGE):
        assert rule_usage.search(index=index)["hits"]["total"]["value"] == 1


def test_rule_usage_drops_flows(rule_usage: OpenSearch) -> None:
    assert rule_usage.indices.delete(index=FLOWS)["acknowledged"]


@pytest.mark.parametrize("index", [USAGE, OTHER, "*"])
def test_rule_usage_drops_no_other_index(rule_usage: OpenSearch, index: str) -> None:
    with pytest.raises(AuthorizationException):
        rule_usage.indices.delete(index=index)


REFUSED: tuple[Callable[[OpenSearch], object], ...] = (
    lambda client: client.search(index=OTHER),
    lambda client: client.get(index=FLOWS, id="first"),
    lambda client: client.indices.get_mapping(index=USAGE),
    lambda client: client.indices.put_mapping(index=USAGE, body={"properties": {"x": {"type": "long"}}}),
    lambda client: client.indices.create(index=OTHER + "-new"),
    lambda client: client.delete(index=FLOWS, id="first"),
    lambda client: client.cluster.put_settings(body={"persistent": {"search.max_buckets": 1}}),
    lambda client: client.security.get_roles(),
)


@pytest.mark.parametrize("ask", REFUSED)
def test_neither_does_anything_else(
    rule_usage: OpenSearch, advisor: OpenSearch, ask: Callable[[OpenSearch], object]
) -> None:
    for client in (rule_usage, advisor):
        with pytest.raises(AuthorizationException):
            ask(client)


def test_advisor_searches_flows_and_usage(advisor: OpenSearch) -> None:
    for index in ("flows-*", FLOWS, USAGE):
        assert advisor.search(index=index)["hits"]["total"]["value"] == 1


@pytest.mark.parametrize("index", [FLOWS, USAGE, OTHER])
def test_advisor_writes_and_drops_nothing(advisor: OpenSearch, index: str) -> None:
    with pytest.raises(AuthorizationException):
        bulk_status(advisor, "index", index)
    with pytest.raises(AuthorizationException):
        advisor.indices.delete(index=index)
