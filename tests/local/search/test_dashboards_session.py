from collections.abc import Iterator, Mapping

import pytest
import requests

from local.search.engine import Engine
from tests.local.search.callers import MASTER, Caller, Callers
from tests.local.search.saved_object_calls import (
    DASHBOARD,
    GLOBAL,
    XSRF,
    get_object,
    import_file,
)

VIEWER = ("reader", "Correct-horse-9-battery")


@pytest.fixture
def viewer(engine: Engine, callers: Callers) -> Iterator[Caller]:
    """A user who may read the global tenant and no more."""
    api = "/_plugins/_security/api"
    tenant = {"tenant_patterns": ["global_tenant"], "allowed_actions": ["kibana_all_read"]}
    engine.request("PUT", f"{api}/roles/{VIEWER[0]}", {"tenant_permissions": [tenant]})
    user = {"password": VIEWER[1], "opendistro_security_roles": [VIEWER[0]]}
    engine.request("PUT", f"{api}/internalusers/{VIEWER[0]}", user)
    yield callers.user(*VIEWER)
    engine.request("DELETE", f"{api}/internalusers/{VIEWER[0]}")
    engine.request("DELETE", f"{api}/roles/{VIEWER[0]}")


def test_without_a_tenant_an_object_lands_in_the_callers_private_one(callers: Callers) -> None:
    master = callers.master()

    import_file(master, DASHBOARD, headers=XSRF)

    assert get_object(master, "dashboard", "overview", headers=GLOBAL).status_code == 404
    assert (
        get_object(master, "dashboard", "overview", headers={"securitytenant": "private"}).status_code == 200
    )


def test_a_tenant_in_the_query_counts_before_the_one_in_the_header(callers: Callers) -> None:
    master = callers.master()

    import_file(
        master, DASHBOARD, query="?security_tenant=global", headers={**XSRF, "securitytenant": "private"}
    )

    assert get_object(master, "dashboard", "overview", headers=GLOBAL).status_code == 200


def test_a_viewer_reads_what_a_writer_imported(callers: Callers, viewer: Caller) -> None:
    import_file(callers.master(), DASHBOARD)

    assert get_object(viewer, "dashboard", "overview").status_code == 200


def test_a_viewer_can_not_import(callers: Callers, viewer: Caller) -> None:
    answer = import_file(viewer, DASHBOARD)

    assert answer.status_code == 403
    assert get_object(callers.master(), "dashboard", "overview").status_code == 404


def test_a_role_without_the_tenant_can_not_even_read(callers: Callers) -> None:
    answer = get_object(callers.role(), "dashboard", "overview")

    assert answer.status_code == 403


def test_a_signed_import_is_made_with_the_rights_of_the_role(callers: Callers) -> None:
    answer = import_file(callers.role(), DASHBOARD, headers={**XSRF, "securitytenant": "private"})

    assert answer.json()["success"] is True


def test_who_has_no_credentials_is_refused(callers: Callers) -> None:
    answer = import_file(callers.nobody(), DASHBOARD)

    assert answer.status_code == 401


def _log_in(caller: Caller, password: str, headers: Mapping[str, str] = XSRF) -> requests.Response:
    body = {"username": MASTER[0], "password": password}
    return caller.request("POST", "/_dashboards/auth/login", json=body, headers=dict(headers))


def test_who_logs_in_goes_on_with_the_cookie(callers: Callers) -> None:
    visitor = callers.nobody()

    answer = _log_in(visitor, MASTER[1])

    assert answer.json()["username"] == MASTER[0]
    assert "all_access" in answer.json()["roles"]
    assert import_file(visitor, DASHBOARD).json()["success"] is True


def test_the_tenant_of_a_session_stays_until_another_is_named(callers: Callers) -> None:
    visitor = callers.nobody()
    _log_in(visitor, MASTER[1], headers=GLOBAL)

    import_file(visitor, DASHBOARD, headers=XSRF)

    assert get_object(callers.master(), "dashboard", "overview", headers=GLOBAL).status_code == 200


def test_a_wrong_password_does_not_log_in(callers: Callers) -> None:
    visitor = callers.nobody()

    answer = _log_in(visitor, "wrong")

    assert answer.status_code == 401
    assert import_file(visitor, DASHBOARD).status_code == 401


def test_an_invented_cookie_is_worth_nothing(callers: Callers) -> None:
    visitor = callers.nobody()
    visitor.session.cookies.set("security_authentication", "invented")

    assert import_file(visitor, DASHBOARD).status_code == 401


def test_a_login_without_a_password_is_a_bad_request(callers: Callers) -> None:
    body = {"username": MASTER[0]}

    answer = callers.nobody().request("POST", "/_dashboards/auth/login", json=body, headers=XSRF)

    assert answer.status_code == 400
