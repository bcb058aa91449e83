import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parents[2] / "dashboards"


@dataclass(frozen=True, slots=True)
class SavedObjectLine:
    file: str
    text: str

    @property
    def content(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.text)
        return content

    @property
    def key(self) -> tuple[str, str]:
        return self.content["type"], self.content["id"]


def read_lines() -> list[SavedObjectLine]:
    return [
        SavedObjectLine(path.name, text)
        for path in sorted((FOLDER / "saved_objects").glob("*.ndjson"))
        for text in path.read_text().splitlines()
    ]


def read_template(name: str) -> dict[str, Any]:
    template: dict[str, Any] = json.loads((FOLDER / "index_templates" / f"{name}.json").read_text())
    return template


def read_properties(name: str) -> dict[str, dict[str, Any]]:
    """Field name to mapping."""
    properties: dict[str, dict[str, Any]] = read_template(name)["template"]["mappings"]["properties"]
    return properties
