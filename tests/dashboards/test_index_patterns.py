"""The fields that index patterns list, against what Dashboards would make of the engine's."""

import json
from typing import Any

import pytest

from local.search.engine import Engine
from tests.dashboards.content import BY_KEY, read_fields, read_template

OSD_TYPES = {"boolean": "boolean", "date": "date", "ip": "ip", "keyword": "string"}
NUMBERS = ("long", "integer", "short")


@pytest.mark.parametrize(("name", "index"), [("flows", "flows-pattern-test"), ("rule-usage", "rule-usage")])
def test_an_index_pattern_has_the_fields_that_dashboards_would_find(
    engine: Engine, name: str, index: str
) -> None:
    """Else Dashboards refreshes the list on each load, and tells a viewer that it can't be saved."""
    engine.request("PUT", f"/_index_template/{name}", read_template(name))
    engine.request("PUT", f"/{index}")
    found = json.loads(engine.request("GET", f"/{index}/_field_caps?fields=*").data)["fields"]
    engine.request("DELETE", f"/{index}")

    listed = BY_KEY["index-pattern", name].attributes["fields"]

    own = [field for field in listed if not field["name"].startswith("_")]
    assert own == [to_index_pattern_field(field, found[field]) for field in read_fields(name)]


def to_index_pattern_field(name: str, capabilities: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What Dashboards makes of an answer of the field capabilities API."""
    ((kind, of_kind),) = capabilities.items()
    return {
        "aggregatable": of_kind["aggregatable"],
        "count": 0,
        "esTypes": [kind],
        "name": name,
        "readFromDocValues": of_kind["aggregatable"],
        "scripted": False,
        "searchable": of_kind["searchable"],
        "type": "number" if kind in NUMBERS else OSD_TYPES[kind],
    }
