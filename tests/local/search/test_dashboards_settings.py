from collections.abc import Iterator, Mapping

import pytest
import requests
from urllib3 import PoolManager

from adapters.dashboards import Dashboards
from domain.errors import SearchSetupError
from local.search.engine import Engine
from local.search.saved_objects import VERSION
from tests.local.search.callers import CREDENTIALS, MASTER, ROLE_ARN, Caller, Callers
from tests.local.search.saved_object_calls import GLOBAL, XSRF, get_object

PATH = "/_dashboards/api/opensearch-dashboards/settings"
READER = ("reader", "Correct-horse-9-battery")


def change(
    caller: Caller, body: object, headers: Mapping[str, str] = GLOBAL, method: str = "POST"
) -> requests.Response:
    return caller.request(method, PATH, json=body, headers=dict(headers))


def set_default(caller: Caller, pattern: object, headers: Mapping[str, str] = GLOBAL) -> requests.Response:
    return change(caller, {"changes": {"defaultIndex": pattern}}, headers)


def get_settings(caller: Caller, headers: Mapping[str, str] = GLOBAL) -> dict[str, object]:
    settings: dict[str, object] = caller.get(PATH, headers=dict(headers)).json()["settings"]
    return settings


def test_a_setting_stays_until_it_is_changed(callers: Callers) -> None:
    answer = set_default(callers.master(), "flows")

    assert answer.json() == {"settings": {"defaultIndex": {"userValue": "flows"}}}
    assert get_settings(callers.master()) == {"defaultIndex": {"userValue": "flows"}}


def test_nothing_is_set_at_first(callers: Callers) -> None:
    assert get_settings(callers.master()) == {}


def test_a_setting_that_is_null_is_the_default_again(callers: Callers) -> None:
    set_default(callers.master(), "flows")

    set_default(callers.master(), None)

    assert get_settings(callers.master()) == {}


def test_the_settings_are_a_saved_object_of_the_tenant(callers: Callers) -> None:
    set_default(callers.master(), "flows")

    answer = get_object(callers.master(), "config", VERSION)

    assert answer.json()["attributes"] == {"defaultIndex": "flows"}


def test_a_setting_without_a_tenant_is_the_callers_own(callers: Callers) -> None:
    set_default(callers.master(), "flows", XSRF)

    assert get_settings(callers.master()) == {}
    assert get_settings(callers.master(), XSRF) == {"defaultIndex": {"userValue": "flows"}}


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ([], "[request body]: expected a plain object value"),
        ({"changes": {}, "other": 1}, "[request body.other]: definition for this key is missing"),
        ({"changes": []}, "[request body.changes]: expected a plain object value"),
        ({"changes": {"defaultIndex": 7}}, "[validation [defaultIndex]]: expected value of type [string]"),
        ({"changes": {"theme:darkMode": True}}, "the local Dashboards knows no setting theme:darkMode"),
    ],
)
def test_a_malformed_change_is_refused(callers: Callers, body: object, message: str) -> None:
    answer = change(callers.master(), body)

    assert (answer.status_code, answer.json()["message"]) == (400, message)


def test_a_change_without_the_header_against_forgery_is_refused(callers: Callers) -> None:
    answer = set_default(callers.master(), "flows", {"securitytenant": "global"})

    assert answer.status_code == 400
    assert "osd-xsrf" in answer.json()["message"]


def test_settings_can_not_be_deleted(callers: Callers) -> None:
    answer = change(callers.master(), {}, method="DELETE")

    assert answer.status_code == 404


@pytest.fixture
def reader(engine: Engine, callers: Callers) -> Iterator[Caller]:
    """Somebody who may only read the global tenant."""
    security = "/_plugins/_security/api"
    tenants = [{"tenant_patterns": ["global_tenant"], "allowed_actions": ["kibana_all_read"]}]
    engine.request("PUT", f"{security}/internalusers/{READER[0]}", {"password": READER[1]})
    engine.request("PUT", f"{security}/roles/reader", {"tenant_permissions": tenants})
    engine.request("PUT", f"{security}/rolesmapping/reader", {"users": [READER[0]]})
    yield callers.user(*READER)
    for entry in ("rolesmapping/reader", "roles/reader", f"internalusers/{READER[0]}"):
        engine.request("DELETE", f"{security}/{entry}")


def test_who_may_only_read_the_tenant_may_read_its_settings_but_not_change_them(
    callers: Callers, reader: Caller
) -> None:
    set_default(callers.master(), "flows")

    answer = set_default(reader, "others")

    assert answer.status_code == 403
    assert get_settings(reader) == {"defaultIndex": {"userValue": "flows"}}


def _dashboards(callers: Callers) -> Dashboards:
    http = PoolManager(ca_certs=callers.ca_bundle)
    return Dashboards(f"{callers.url}/_dashboards", "us-east-1", CREDENTIALS, http)


def test_search_setups_client_sets_the_default_index_pattern(callers: Callers, engine: Engine) -> None:
    mapping = {"backend_roles": ["engine_operator", ROLE_ARN], "users": [MASTER[0]]}
    engine.request("PUT", "/_plugins/_security/api/rolesmapping/all_access", mapping)

    _dashboards(callers).set_default_index_pattern("flows")

    assert get_settings(callers.master()) == {"defaultIndex": {"userValue": "flows"}}


def test_search_setups_client_is_refused_without_a_role(callers: Callers) -> None:
    with pytest.raises(SearchSetupError, match="default index pattern: Dashboards answered 403"):
        _dashboards(callers).set_default_index_pattern("flows")
