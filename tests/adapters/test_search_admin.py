import json
from collections.abc import Iterator

import pytest
from opensearchpy import OpenSearch

from adapters.search_admin import Json, RoleMapping, SearchAdmin
from domain.errors import SearchSetupError, SearchUnavailableError
from local.search.engine import Engine
from tests.adapters.answering_server import Answer, AnsweringServer
from tests.adapters.engine_callers import master_client, role_client, set_master_user, user_client

PASSWORD = "Correct-horse-9-battery"
ROLE = "sg_lens_search_admin_test"
ARN = "arn:aws:iam::123456789012:role/search-admin-test"
READS: Json = {"index_permissions": [{"index_patterns": ["flows-*"], "allowed_actions": ["read"]}]}


@pytest.fixture
def admin(engine: Engine) -> Iterator[SearchAdmin]:
    """As the master user."""
    set_master_user(engine)
    yield SearchAdmin(master_client(engine.url))
    for path in (f"rolesmapping/{ROLE}", f"roles/{ROLE}", "internalusers/somebody"):
        engine.request("DELETE", f"/_plugins/_security/api/{path}")


def get_mapping(engine: Engine, role: str) -> Json:
    answer = engine.request("GET", f"/_plugins/_security/api/rolesmapping/{role}")
    mapping: Json = json.loads(answer.data)[role]
    return mapping


def test_the_master_user_has_the_roles_that_search_setup_needs(admin: SearchAdmin) -> None:
    assert {"all_access", "security_manager"} <= admin.get_own_roles()


def test_a_caller_that_is_mapped_nowhere_has_no_role(engine: Engine) -> None:
    stranger = SearchAdmin(role_client(engine.url, "arn:aws:iam::123456789012:role/stranger"))

    assert not stranger.get_own_roles()


def test_a_domain_that_tells_a_stranger_nothing_gives_no_role() -> None:
    with AnsweringServer(Answer(403, {"Message": "no permissions"})) as server:
        assert SearchAdmin(OpenSearch(hosts=[server.url])).get_own_roles() == frozenset()


def test_a_backend_role_is_added_to_those_that_have_the_role(engine: Engine, admin: SearchAdmin) -> None:
    admin.put_role(ROLE, READS)
    admin.put_role_mapping(ROLE, RoleMapping(backend_roles=("first",), users=("somebody",)))

    admin.add_backend_role(ROLE, ARN)

    mapping = get_mapping(engine, ROLE)
    assert (mapping["backend_roles"], mapping["users"]) == (["first", ARN], ["somebody"])


def test_a_backend_role_is_added_where_only_users_have_the_role(engine: Engine, admin: SearchAdmin) -> None:
    admin.put_role(ROLE, READS)
    admin.put_role_mapping(ROLE, RoleMapping(users=("somebody",)))

    admin.add_backend_role(ROLE, ARN)

    mapping = get_mapping(engine, ROLE)
    assert (mapping["backend_roles"], mapping["users"]) == ([ARN], ["somebody"])


def test_a_role_mapping_is_replaced_as_a_whole(engine: Engine, admin: SearchAdmin) -> None:
    admin.put_role(ROLE, READS)
    admin.put_role_mapping(ROLE, RoleMapping(backend_roles=("old",), users=("somebody",)))

    admin.put_role_mapping(ROLE, RoleMapping(backend_roles=(ARN,)))

    mapping = get_mapping(engine, ROLE)
    assert (mapping["backend_roles"], mapping["users"]) == ([ARN], [])


def test_a_user_can_sign_in_with_the_password_put_last(engine: Engine, admin: SearchAdmin) -> None:
    admin.put_user("somebody", "First-password-1")
    admin.put_user("somebody", PASSWORD)

    assert user_client(engine.url, "somebody", PASSWORD).security.authinfo()["user_name"] == "somebody"


def test_a_weak_password_is_refused_with_the_way_to_mend_it(admin: SearchAdmin) -> None:
    with pytest.raises(SearchSetupError, match=r"user somebody.*400.*upper case letter.*secret"):
        admin.put_user("somebody", "weak")


def test_a_malformed_template_is_refused_with_the_innermost_cause_and_its_file(admin: SearchAdmin) -> None:
    template: Json = {
        "index_patterns": ["search-admin-test-*"],
        "template": {"mappings": {"properties": {"port": {"type": "prot"}}}},
    }

    with pytest.raises(SearchSetupError) as caught:
        admin.put_index_template("broken", template)

    assert str(caught.value) == (
        "index template broken: the domain answered 400: "
        "No handler for type [prot] declared on field [port]. "
        "Correct dashboards/index_templates/broken.json."
    )


def test_a_malformed_role_is_refused_with_the_key_at_fault(admin: SearchAdmin) -> None:
    with pytest.raises(SearchSetupError, match=rf"role {ROLE}.*400.*indexes.*dashboards/roles"):
        admin.put_role(ROLE, {"indexes": []})


def test_a_wrong_password_of_the_master_user_points_to_the_secret(engine: Engine) -> None:
    intruder = SearchAdmin(user_client(engine.url, "master", "Wrong-password-1"))

    with pytest.raises(SearchSetupError, match=r"all_access.*401.*secret"):
        intruder.add_backend_role("all_access", ARN)


def test_a_caller_without_the_right_is_told_what_gives_it(engine: Engine) -> None:
    stranger = SearchAdmin(role_client(engine.url, "arn:aws:iam::123456789012:role/stranger"))

    with pytest.raises(SearchSetupError, match=r"403.*access policy.*security_manager"):
        stranger.put_role(ROLE, READS)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_domain_that_is_not_ready_may_be_asked_again(status: int) -> None:
    answer = Answer(status, "OpenSearch Security not initialized.", "text/plain")

    with AnsweringServer(answer) as server, pytest.raises(SearchUnavailableError, match="not initialized"):
        SearchAdmin(OpenSearch(hosts=[server.url], max_retries=0)).put_role(ROLE, READS)


@pytest.mark.parametrize("host", ["localhost:1", "no-such-domain.invalid:443"])
def test_a_domain_that_can_not_be_reached_may_be_asked_again(host: str) -> None:
    admin = SearchAdmin(OpenSearch(hosts=[f"http://{host}"], max_retries=0))

    with pytest.raises(SearchUnavailableError, match="can't be reached"):
        admin.get_own_roles()
