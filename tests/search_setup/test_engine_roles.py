"""What the roles in dashboards/roles let their holders do, asked of the real engine."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from opensearchpy import OpenSearch
from opensearchpy.exceptions import AuthorizationException

from adapters.flow_totals import get_traffic
from adapters.search_admin import RoleMapping, SearchAdmin
from adapters.search_reader import SearchReader
from local.search.engine import Engine
from tests.adapters.engine_callers import master_client, role_client, set_master_user, user_client
from tests.adapters.fake_time import FakeTime
from tests.search_setup.real_content import CONTENT

PASSWORD = "Correct-horse-9-battery"
INGEST_ARN = "arn:aws:iam::123456789012:role/engine-roles-test-ingest"
PAGE_ARN = "arn:aws:iam::123456789012:role/engine-roles-test-page"
FLOWS = "flows-engine-roles-test"
NEW_FLOWS = "flows-engine-roles-test-new"
USAGE = "rule-usage-engine-roles-test"
OTHER = "engine-roles-test-other"
DASHBOARDS = ".kibana_1"
GLOBAL_TENANT = ""
each_read = pytest.mark.parametrize("index", [FLOWS, USAGE])
DOCUMENT: dict[str, Any] = {"@timestamp": 1767225600, "interface_id": "eni-0aaaaaaaaaaaaaaaa", "bytes": 40}


@pytest.fixture(scope="module", autouse=True)
def _domain(engine: Engine) -> Iterator[None]:
    """Roles, indices and a dashboard, as a deployment leaves them."""
    set_master_user(engine)
    admin = SearchAdmin(master_client(engine.url))
    admin.put_index_template("flows", CONTENT.index_templates["flows"])
    for name, role in CONTENT.roles.items():
        admin.put_role(f"sg_lens_{name}", role)
    admin.put_user("viewer", PASSWORD)
    admin.put_role_mapping("sg_lens_viewer", RoleMapping(users=("viewer",)))
    admin.put_role_mapping("sg_lens_flow_ingest", RoleMapping(backend_roles=(INGEST_ARN,)))
    admin.put_role_mapping("sg_lens_index_page", RoleMapping(backend_roles=(PAGE_ARN,)))
    for index in (FLOWS, USAGE, OTHER):
        engine.request("PUT", f"/{index}/_doc/first?refresh=true", DOCUMENT)
    engine.request("PUT", f"/{DASHBOARDS}", {"aliases": {".kibana": {}}})
    engine.request("PUT", "/.kibana/_doc/dashboard:overview?refresh=true", {"type": "dashboard"})
    yield
    for index in (FLOWS, NEW_FLOWS, USAGE, OTHER, DASHBOARDS):
        engine.request("DELETE", f"/{index}")


@pytest.fixture
def ingest(engine: Engine) -> OpenSearch:
    return role_client(engine.url, INGEST_ARN)


@pytest.fixture
def page(engine: Engine) -> OpenSearch:
    return role_client(engine.url, PAGE_ARN)


@pytest.fixture
def viewer(engine: Engine) -> OpenSearch:
    return user_client(engine.url, "viewer", PASSWORD)


@pytest.fixture
def dashboards_of_viewer(engine: Engine) -> OpenSearch:
    """Dashboards' own requests to the engine, made for the viewer in the global tenant."""
    return user_client(engine.url, "viewer", PASSWORD, tenant=GLOBAL_TENANT)


def bulk(client: OpenSearch, *actions: dict[str, Any]) -> list[dict[str, Any]]:
    """The answer for each action, in order."""
    items: list[dict[str, Any]] = client.bulk(body=list(actions))["items"]
    return [answer for item in items for answer in item.values()]


def create(index: str, document_id: str) -> dict[str, Any]:
    return {"create": {"_index": index, "_id": document_id}}


def test_flow_ingest_creates_documents(ingest: OpenSearch) -> None:
    (answer,) = bulk(ingest, create(FLOWS, "new"), DOCUMENT)

    assert answer["status"] == 201


def test_flow_ingest_creates_the_index_of_a_new_day_by_its_template(
    ingest: OpenSearch, engine: Engine
) -> None:
    (answer,) = bulk(ingest, create(NEW_FLOWS, "first"), DOCUMENT)

    assert answer["status"] == 201
    mapping = json.loads(engine.request("GET", f"/{NEW_FLOWS}/_mapping").data)
    assert mapping[NEW_FLOWS]["mappings"]["dynamic"] == "strict"


def test_flow_ingest_is_told_that_a_document_is_there_already(ingest: OpenSearch) -> None:
    (answer,) = bulk(ingest, create(FLOWS, "first"), DOCUMENT)

    assert answer["status"] == 409


def test_flow_ingest_is_refused_in_other_indices_item_by_item(ingest: OpenSearch) -> None:
    allowed, refused = bulk(ingest, create(FLOWS, "mixed"), DOCUMENT, create(OTHER, "mixed"), DOCUMENT)

    assert (allowed["status"], refused["status"]) == (201, 403)


@pytest.mark.parametrize("index", [OTHER, "rule-usage", ".kibana", "engine-roles-test-new"])
def test_flow_ingest_can_not_write_or_create_another_index(ingest: OpenSearch, index: str) -> None:
    (answer,) = bulk(ingest, create(index, "x"), DOCUMENT)

    assert answer["status"] == 403


def test_flow_ingest_can_not_delete_a_document_by_bulk(ingest: OpenSearch) -> None:
    (answer,) = bulk(ingest, {"delete": {"_index": FLOWS, "_id": "first"}})

    assert answer["status"] == 403


def test_flow_ingest_can_not_search(ingest: OpenSearch) -> None:
    with pytest.raises(AuthorizationException):
        ingest.search(index=FLOWS)


def test_flow_ingest_can_not_read_a_document(ingest: OpenSearch) -> None:
    with pytest.raises(AuthorizationException):
        ingest.get(index=FLOWS, id="first")


def test_flow_ingest_can_not_delete_a_document(ingest: OpenSearch) -> None:
    with pytest.raises(AuthorizationException):
        ingest.delete(index=FLOWS, id="first")


def test_flow_ingest_can_not_delete_an_index(ingest: OpenSearch) -> None:
    with pytest.raises(AuthorizationException):
        ingest.indices.delete(index=FLOWS)


def test_flow_ingest_can_not_change_the_mapping(ingest: OpenSearch) -> None:
    with pytest.raises(AuthorizationException):
        ingest.indices.put_mapping(index=FLOWS, body={"properties": {"more": {"type": "keyword"}}})


def test_flow_ingest_can_not_use_the_security_api(ingest: OpenSearch) -> None:
    with pytest.raises(AuthorizationException):
        ingest.security.get_roles()


def test_index_page_counts_the_flows(page: OpenSearch) -> None:
    first = DOCUMENT["@timestamp"]

    assert get_traffic(SearchReader(page, FakeTime().pace(60)), first + 1, page_size=1).end == first + 1


def test_index_page_counts_nothing_where_no_flows_are_yet(page: OpenSearch, engine: Engine) -> None:
    for index in (FLOWS, NEW_FLOWS):
        engine.request("DELETE", f"/{index}")
    try:
        assert get_traffic(SearchReader(page, FakeTime().pace(60)), DOCUMENT["@timestamp"]).records == 0
    finally:
        engine.request("PUT", f"/{FLOWS}/_doc/first?refresh=true", DOCUMENT)


@pytest.mark.parametrize("index", [OTHER, USAGE, ".kibana", ".opendistro_security"])
def test_index_page_reads_nothing_else(page: OpenSearch, index: str) -> None:
    with pytest.raises(AuthorizationException):
        page.search(index=index)


@pytest.mark.parametrize(
    "attempt",
    [
        lambda page: page.get(index=FLOWS, id="first"),
        lambda page: page.msearch(body=[{"index": FLOWS}, {"size": 0}]),
        lambda page: page.index(index=FLOWS, id="forged", body=DOCUMENT),
        lambda page: page.delete(index=FLOWS, id="first"),
        lambda page: page.indices.delete(index=FLOWS),
        lambda page: page.security.get_roles(),
    ],
    ids=["get", "msearch", "index", "delete", "delete-index", "security"],
)
def test_index_page_does_nothing_but_search(page: OpenSearch, attempt: Callable[[OpenSearch], Any]) -> None:
    with pytest.raises(AuthorizationException):
        attempt(page)


@pytest.mark.parametrize("index", ["flows-*", "rule-usage*"])
def test_the_viewer_searches_flows_and_rule_usage(viewer: OpenSearch, index: str) -> None:
    answer = viewer.search(index=index, body={"size": 0, "aggs": {"sum": {"sum": {"field": "bytes"}}}})

    assert answer["aggregations"]["sum"]["value"] >= 40


@pytest.mark.parametrize("index", ["flows-*", "rule-usage*"])
def test_the_viewer_s_dashboards_can_list_the_fields(viewer: OpenSearch, index: str) -> None:
    assert "bytes" in viewer.field_caps(index=index, fields="*")["fields"]


def test_the_viewer_s_panels_can_search_all_at_once(viewer: OpenSearch) -> None:
    answer = viewer.msearch(body=[{"index": "flows-*"}, {"size": 0}, {"index": "rule-usage*"}, {"size": 0}])

    assert [response["status"] for response in answer["responses"]] == [200, 200]


@pytest.mark.parametrize("index", [OTHER, ".opendistro_security"])
def test_the_viewer_reads_nothing_else(viewer: OpenSearch, index: str) -> None:
    with pytest.raises(AuthorizationException):
        viewer.search(index=index)


@each_read
def test_the_viewer_can_not_write_a_document(viewer: OpenSearch, index: str) -> None:
    with pytest.raises(AuthorizationException):
        viewer.index(index=index, id="forged", body=DOCUMENT)


@each_read
def test_the_viewer_can_not_write_by_bulk(viewer: OpenSearch, index: str) -> None:
    with pytest.raises(AuthorizationException):
        bulk(viewer, create(index, "forged"), DOCUMENT)


@each_read
def test_the_viewer_can_not_delete_a_document(viewer: OpenSearch, index: str) -> None:
    with pytest.raises(AuthorizationException):
        viewer.delete(index=index, id="first")


@each_read
def test_the_viewer_can_not_delete_an_index(viewer: OpenSearch, index: str) -> None:
    with pytest.raises(AuthorizationException):
        viewer.indices.delete(index=index)


def test_the_viewer_reads_the_dashboards_of_the_global_tenant(dashboards_of_viewer: OpenSearch) -> None:
    query = {"query": {"ids": {"values": ["dashboard:overview"]}}}
    found = dashboards_of_viewer.search(index=".kibana", body=query)["hits"]["total"]["value"]
    got = dashboards_of_viewer.mget(index=".kibana", body={"ids": ["dashboard:overview"]})

    assert found == 1
    assert got["docs"][0]["found"]


def test_dashboards_sees_that_the_global_tenant_is_read_only_for_the_viewer(
    dashboards_of_viewer: OpenSearch,
) -> None:
    tenants = dashboards_of_viewer.security.authinfo()["tenants"]

    assert tenants["global_tenant"] is False


def test_the_viewer_can_not_change_a_dashboard(dashboards_of_viewer: OpenSearch) -> None:
    with pytest.raises(AuthorizationException):
        dashboards_of_viewer.update(index=".kibana", id="dashboard:overview", body={"doc": {"type": "x"}})


def test_the_viewer_can_not_create_a_dashboard(dashboards_of_viewer: OpenSearch) -> None:
    with pytest.raises(AuthorizationException):
        dashboards_of_viewer.index(index=".kibana", id="dashboard:mine", body={"type": "dashboard"})


def test_the_viewer_can_not_change_a_dashboard_behind_dashboards_back(viewer: OpenSearch) -> None:
    with pytest.raises(AuthorizationException):
        viewer.index(index=DASHBOARDS, id="dashboard:overview", body={"type": "x"})


def test_the_viewer_does_not_read_another_user_s_private_dashboards(
    viewer: OpenSearch, engine: Engine
) -> None:
    private = ".kibana_92668751_admin_1"
    engine.request("PUT", f"/{private}/_doc/dashboard:private?refresh=true", {"type": "dashboard"})

    try:
        with pytest.raises(AuthorizationException):
            viewer.search(index=private)
    finally:
        engine.request("DELETE", f"/{private}")
