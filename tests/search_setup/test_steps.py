import json
from collections.abc import Iterator

import pytest
from botocore.credentials import Credentials
from urllib3 import PoolManager

from adapters.dashboards import Dashboards
from adapters.search_admin import Json, RoleMapping, SearchAdmin
from domain.errors import SearchSetupError
from local.search.engine import Engine
from search_setup.content import Content
from search_setup.login import Login
from search_setup.request import SetupProperties
from search_setup.steps import OWN_ROLES, ensure_own_roles, plan_role_mappings, plan_steps
from tests.adapters.answering_server import Answer, AnsweringServer
from tests.adapters.engine_callers import master_client, role_client, set_master_user, user_client
from tests.search_setup.real_content import CONTENT

VIEWER = Login("viewer", "Seven-zebras-8-graze")
SECURITY_API = "/_plugins/_security/api"
DONE = Answer(content={"success": True, "settings": {"defaultIndex": {"userValue": "flows"}}})


def arn_of(role: str) -> str:
    return f"arn:aws:iam::123456789012:role/sg-lens-{role}"


FUNCTIONS = ("advisor", "flow_ingest", "index_page", "redrive", "rule_usage", "search_setup")
PROPERTIES = SetupProperties(
    role_arns={name: arn_of(name) for name in FUNCTIONS},
    own_role_arn=arn_of("search_setup"),
    domain_arn="arn:aws:es:us-east-1:123456789012:domain/flows",
    index_shards=3,
    index_replicas=0,
)


@pytest.fixture
def dashboards_server() -> Iterator[AnsweringServer]:
    with AnsweringServer(DONE) as server:
        yield server


@pytest.fixture
def admin(engine: Engine) -> SearchAdmin:
    """As search_setup's own role on a new domain, which the master user alone may change."""
    set_master_user(engine)
    return SearchAdmin(role_client(engine.url, arn_of("search_setup")))


def master_of(engine: Engine) -> SearchAdmin:
    return SearchAdmin(master_client(engine.url))


def get_security(engine: Engine, path: str) -> Json:
    content: Json = json.loads(engine.request("GET", f"{SECURITY_API}/{path}").data)
    return content


def run_steps(
    engine: Engine, admin: SearchAdmin, dashboards_server: AnsweringServer, content: Content
) -> None:
    ensure_own_roles(admin, lambda: master_of(engine), PROPERTIES.own_role_arn)
    credentials = Credentials("AKIAIOSFODNN7EXAMPLE", "secret")
    dashboards = Dashboards(dashboards_server.url, "us-east-1", credentials, PoolManager())
    for step in plan_steps(admin, dashboards, content, PROPERTIES, VIEWER):
        step()


def no_master() -> SearchAdmin:
    pytest.fail("the master user is not needed here")


def test_a_role_that_the_domain_does_not_know_is_given_its_roles_by_the_master_user(
    engine: Engine, admin: SearchAdmin
) -> None:
    assert not admin.get_own_roles() & OWN_ROLES

    ensure_own_roles(admin, lambda: master_of(engine), arn_of("search_setup"))

    assert admin.get_own_roles() >= OWN_ROLES


def test_the_master_user_keeps_the_roles_that_search_setup_is_given(
    engine: Engine, admin: SearchAdmin
) -> None:
    ensure_own_roles(admin, lambda: master_of(engine), arn_of("search_setup"))

    assert master_of(engine).get_own_roles() >= OWN_ROLES


def test_the_master_user_is_not_asked_a_second_time(engine: Engine, admin: SearchAdmin) -> None:
    ensure_own_roles(admin, lambda: master_of(engine), arn_of("search_setup"))

    ensure_own_roles(admin, no_master, arn_of("search_setup"))


def test_a_bootstrap_that_broke_off_half_way_is_completed(engine: Engine, admin: SearchAdmin) -> None:
    master_of(engine).add_backend_role("all_access", arn_of("search_setup"))

    ensure_own_roles(admin, lambda: master_of(engine), arn_of("search_setup"))

    mapped = get_security(engine, "rolesmapping/all_access")["all_access"]["backend_roles"]
    assert mapped.count(arn_of("search_setup")) == 1
    assert admin.get_own_roles() >= OWN_ROLES


def test_the_template_gets_shards_and_replicas_from_the_properties(
    engine: Engine, admin: SearchAdmin, dashboards_server: AnsweringServer
) -> None:
    run_steps(engine, admin, dashboards_server, CONTENT)

    answer = json.loads(engine.request("GET", "/_index_template/flows").data)
    index = answer["index_templates"][0]["index_template"]["template"]["settings"]["index"]
    assert (index["number_of_shards"], index["number_of_replicas"]) == ("3", "0")
    assert index["codec"] == "best_compression"


def test_each_role_of_the_engine_goes_to_the_function_of_its_name(
    engine: Engine, admin: SearchAdmin, dashboards_server: AnsweringServer
) -> None:
    run_steps(engine, admin, dashboards_server, CONTENT)

    mapping = get_security(engine, "rolesmapping/sg_lens_flow_ingest")["sg_lens_flow_ingest"]
    assert (mapping["backend_roles"], mapping["users"]) == ([arn_of("flow_ingest")], [])
    ingest = SearchAdmin(role_client(engine.url, arn_of("flow_ingest")))
    assert "sg_lens_flow_ingest" in ingest.get_own_roles()


def test_the_viewer_can_sign_in_and_has_the_viewer_s_role(
    engine: Engine, admin: SearchAdmin, dashboards_server: AnsweringServer
) -> None:
    run_steps(engine, admin, dashboards_server, CONTENT)

    viewer = SearchAdmin(user_client(engine.url, VIEWER.username, VIEWER.password))
    assert "sg_lens_viewer" in viewer.get_own_roles()
    assert not viewer.get_own_roles() & OWN_ROLES


def test_the_saved_objects_are_imported_and_then_the_index_pattern_made_the_default(
    engine: Engine, admin: SearchAdmin, dashboards_server: AnsweringServer
) -> None:
    run_steps(engine, admin, dashboards_server, CONTENT)

    imported, settings = dashboards_server.received
    assert CONTENT.saved_objects in imported.body
    assert json.loads(settings.body) == {"changes": {"defaultIndex": "flows"}}


def test_a_second_run_changes_nothing(
    engine: Engine, admin: SearchAdmin, dashboards_server: AnsweringServer
) -> None:
    def get_set_up() -> list[Json]:
        template: Json = json.loads(engine.request("GET", "/_index_template/flows").data)
        return [template, *(get_security(engine, path) for path in ("roles", "rolesmapping"))]

    run_steps(engine, admin, dashboards_server, CONTENT)
    after_first = get_set_up()

    run_steps(engine, admin, dashboards_server, CONTENT)

    assert get_set_up() == after_first


def test_a_role_that_no_function_has_is_named() -> None:
    with pytest.raises(SearchSetupError, match="dashboards/roles has files for inventory_sync"):
        plan_role_mappings({"inventory_sync": {}, "viewer": {}}, PROPERTIES.role_arns, VIEWER)


def test_functions_without_a_role_of_their_own_in_the_engine_are_mapped_nowhere() -> None:
    mappings = plan_role_mappings({"flow_ingest": {}, "viewer": {}}, PROPERTIES.role_arns, VIEWER)

    assert mappings == {
        "flow_ingest": RoleMapping(backend_roles=(arn_of("flow_ingest"),)),
        "viewer": RoleMapping(users=("viewer",)),
    }
