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

Json = dict[str, Any]


def read_template(name: str) -> Json:
    template: Json = json.loads((FOLDER / "index_templates" / f"{name}.json").read_text())
    return template


def read_properties(name: str) -> dict[str, Json]:
    """Field name to mapping."""
    properties: dict[str, Json] = read_template(name)["template"]["mappings"]["properties"]
    return properties


def search_source(source: SavedObjectSource) -> Json:
    found: Json = source.attributes["kibanaSavedObjectMeta"]["searchSourceJSON"]
    return found


def aggregations(source: SavedObjectSource) -> list[Json]:
    found: list[Json] = source.attributes["visState"]["aggs"]
    return found


def visualization_params(source: SavedObjectSource) -> Json:
    found: Json = source.attributes["visState"]["params"]
    return found


def panels(dashboard: SavedObjectSource) -> list[SavedObjectSource]:
    """In the order of the dashboard; found as Dashboards does, by the names of references."""
    references = {each["name"]: (each["type"], each["id"]) for each in dashboard.references}
    return [BY_KEY[references[panel["panelRefName"]]] for panel in dashboard.attributes["panelsJSON"]]


def walk(content: object) -> Iterator[tuple[str, Any]]:
    """Each member of each object in it, at any depth."""
    for value in content if isinstance(content, list) else ():
        yield from walk(value)
    if isinstance(content, dict):
        for name, value in content.items():
            yield name, value
            yield from walk(value)
