"""From readable files to what the import of OpenSearch Dashboards takes.

A source is `<type>/<id>.json` with `attributes` and `references`. Some attributes Dashboards keeps as JSON in
a text; in a source they are JSON like the rest.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from adapters.search_admin import Json
from domain.errors import SearchSetupError

# The newest that Dashboards 2.x knows: it migrates older objects and refuses newer ones.
MIGRATION_VERSIONS: Final = {
    "dashboard": "7.9.3",
    "index-pattern": "7.6.0",
    "search": "7.9.3",
    "visualization": "7.10.0",
}
_TEXTS: Final = (
    "fieldFormatMap",
    "fields",
    "optionsJSON",
    "panelsJSON",
    "searchSourceJSON",
    "uiStateJSON",
    "visState",
)
_MEMBERS: Final = {"attributes", "references"}


@dataclass(frozen=True, slots=True)
class SavedObjectSource:
    type: str
    id: str
    attributes: Json
    references: list[Mapping[str, str]]

    @classmethod
    def read(cls, path: Path) -> Self:
        content = _read_json(path)
        if path.parent.name not in MIGRATION_VERSIONS:
            raise SearchSetupError(
                f"{_shown(path)}: there is no type {path.parent.name}; "
                f"the folder must be one of {', '.join(MIGRATION_VERSIONS)}"
            )
        if not isinstance(content, dict) or content.keys() != _MEMBERS:
            raise SearchSetupError(f"{_shown(path)} must be an object of {' and '.join(sorted(_MEMBERS))}")
        if not isinstance(content["attributes"], dict) or not isinstance(content["references"], list):
            raise SearchSetupError(f"{_shown(path)}: attributes must be an object and references a list")
        return cls(path.parent.name, path.stem, content["attributes"], content["references"])

    def render(self) -> bytes:
        """One line of the file to import."""
        return _to_text(
            {
                "attributes": _render_attributes(self.attributes),
                "id": self.id,
                "migrationVersion": {self.type: MIGRATION_VERSIONS[self.type]},
                "references": self.references,
                "type": self.type,
            }
        ).encode()


def read_sources(folder: Path) -> list[SavedObjectSource]:
    """Raises SearchSetupError, with the file's name, where one can't be used."""
    return [SavedObjectSource.read(path) for path in sorted(folder.rglob("*.json"))]


def render_saved_objects(folder: Path) -> bytes:
    """All objects in one, so that each may refer to any other."""
    return b"".join(source.render() + b"\n" for source in read_sources(folder))


def _read_json(path: Path) -> object:
    try:
        content: object = json.loads(path.read_bytes())
    except ValueError as error:
        raise SearchSetupError(f"{_shown(path)} is not JSON: {error}") from error
    return content


def _shown(path: Path) -> str:
    return "/".join(path.parts[-3:])


def _render_attributes(attributes: Json) -> Json:
    return {name: _render_attribute(name, value) for name, value in attributes.items()}


def _render_attribute(name: str, value: object) -> object:
    if name == "kibanaSavedObjectMeta" and isinstance(value, dict):
        return _render_attributes(value)
    if name == "visState" and isinstance(value, dict):
        return _to_text({**value, "params": _with_spec_as_text(value.get("params"))})
    return _to_text(value) if name in _TEXTS else value


def _with_spec_as_text(params: object) -> object:
    """A Vega specification keeps its lines: Dashboards' editor shows them."""
    if isinstance(params, dict) and "spec" in params:
        return {**params, "spec": json.dumps(params["spec"], ensure_ascii=False, indent=2)}
    return params


def _to_text(content: object) -> str:
    return json.dumps(content, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
