import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from search_setup.saved_objects import SavedObjectSource, read_sources

FOLDER = Path(__file__).parents[2] / "dashboards"
SAVED_OBJECTS = FOLDER / "saved_objects"
SOURCES = read_sources(SAVED_OBJECTS)
BY_KEY = {(source.type, source.id): source for source in SOURCES}
VISUALIZATIONS = [source for source in SOURCES if source.type == "visualization"]
DASHBOARDS = [source for source in SOURCES if source.type == "dashboard"]
USAGE_DASH = BY_KEY["dashboard", "rule-usage-dash"]
FLOW_DASHBOARDS = [source for source in DASHBOARDS if source != USAGE_DASH]
PATTERNS = {source.attributes["title"]: source for source in SOURCES if source.type == "index-pattern"}

Json = dict[str, Any]


def read_template(name: str) -> Json:
    template: Json = json.loads((FOLDER / "index_templates" / f"{name}.json").read_text())
    return template


def read_properties(name: str) -> dict[str, Json]:
    """Field name to mapping."""
    properties: dict[str, Json] = read_template(name)["template"]["mappings"]["properties"]
    return properties


def read_fields(name: str) -> list[str]:
    """What the engine tells Dashboards of: not what it keeps without reading it."""
    properties = read_properties(name)
    return sorted(each for each, mapping in properties.items() if mapping.get("enabled", True))


def search_source(source: SavedObjectSource) -> Json:
    found: Json = source.attributes["kibanaSavedObjectMeta"]["searchSourceJSON"]
    return found


def aggregations(source: SavedObjectSource) -> list[Json]:
    found: list[Json] = source.attributes["visState"]["aggs"]
    return found


def visualization_params(source: SavedObjectSource) -> Json:
    found: Json = source.attributes["visState"]["params"]
    return found


def find_pattern(source: SavedObjectSource) -> SavedObjectSource | None:
    """The index pattern of what it shows, None of a text: by reference, but in Vega by title."""
    titles = [value["index"] for name, value in walk(source.attributes) if name == "url"]
    keys = [(each["type"], each["id"]) for each in source.references if each["type"] == "index-pattern"]
    return next(iter([*(BY_KEY[key] for key in keys), *(PATTERNS[title] for title in titles)]), None)


def pattern(source: SavedObjectSource) -> SavedObjectSource:
    found = find_pattern(source)
    assert found, source.id
    return found


def properties(source: SavedObjectSource) -> dict[str, Json]:
    """Those of the index template of what it shows: it has the index pattern's name."""
    return read_properties(pattern(source).id)


def pattern_fields(source: SavedObjectSource) -> dict[str, Json]:
    """As the index pattern lists them, by name."""
    return {field["name"]: field for field in pattern(source).attributes["fields"]}


def panels(dashboard: SavedObjectSource) -> list[SavedObjectSource]:
    """In the order of the dashboard; found as Dashboards does, by the names of references."""
    references = {each["name"]: (each["type"], each["id"]) for each in dashboard.references}
    return [BY_KEY[references[panel["panelRefName"]]] for panel in dashboard.attributes["panelsJSON"]]


def charts(dashboard: SavedObjectSource) -> list[SavedObjectSource]:
    """The panels that Dashboards makes the request of."""
    return [panel for panel in panels(dashboard) if panel.type == "visualization" and aggregations(panel)]


def walk(content: object) -> Iterator[tuple[str, Any]]:
    """Each member of each object in it, at any depth."""
    for value in content if isinstance(content, list) else ():
        yield from walk(value)
    if isinstance(content, dict):
        for name, value in content.items():
            yield name, value
            yield from walk(value)
