"""Calls of OpenSearch Dashboards' saved-objects API."""

import json
from collections.abc import Mapping

import requests

from tests.local.search.callers import Caller

API = "/_dashboards/api/saved_objects"
XSRF = {"osd-xsrf": "true"}
GLOBAL = {**XSRF, "securitytenant": "global"}

INDEX_PATTERN = {"type": "index-pattern", "id": "flows", "attributes": {"title": "flows-*"}}
SEARCH = {
    "type": "search",
    "id": "rejects",
    "attributes": {"title": "Rejects", "kibanaSavedObjectMeta": {"searchSourceJSON": "{}"}},
    "references": [{"name": "index", "type": "index-pattern", "id": "flows"}],
}
DASHBOARD = {"type": "dashboard", "id": "overview", "attributes": {"title": "Overview"}}

Document = Mapping[str, object]


def ndjson(*documents: Document) -> bytes:
    return "\n".join(json.dumps(document) for document in documents).encode()


def import_file(
    caller: Caller,
    *documents: Document,
    query: str = "",
    headers: Mapping[str, str] = GLOBAL,
    name: str = "objects.ndjson",
    content: bytes | None = None,
) -> requests.Response:
    files = {"file": (name, content if content is not None else ndjson(*documents), "application/ndjson")}
    return caller.request("POST", f"{API}/_import{query}", files=files, headers=dict(headers))


def get_object(
    caller: Caller, kind: str, name: str, headers: Mapping[str, str] = GLOBAL
) -> requests.Response:
    return caller.get(f"{API}/{kind}/{name}", headers=dict(headers))
