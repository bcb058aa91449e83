import copy
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from adapters.search_admin import Json
from domain.errors import SearchSetupError
from search_setup.saved_objects import render_saved_objects


@dataclass(frozen=True, slots=True)
class Content:
    """What the folder `dashboards` holds; templates and roles by the names of their files."""

    index_templates: Mapping[str, Json]
    roles: Mapping[str, Json]
    saved_objects: bytes

    @classmethod
    def load(cls, folder: Path) -> Self:
        if not folder.is_dir():
            raise SearchSetupError(f"{folder} is missing; the asset must hold the folder dashboards")
        return cls(
            index_templates=_read_all(folder / "index_templates"),
            roles=_read_all(folder / "roles"),
            saved_objects=render_saved_objects(folder / "saved_objects"),
        )


def with_size(template: Json, *, shards: int, replicas: int) -> Json:
    sized = copy.deepcopy(template)
    settings = sized.setdefault("template", {}).setdefault("settings", {}).setdefault("index", {})
    settings |= {"number_of_shards": shards, "number_of_replicas": replicas}
    return sized


def _read_all(folder: Path) -> dict[str, Json]:
    return {path.stem: _read(path) for path in sorted(folder.glob("*.json"))}


def _read(path: Path) -> Json:
    try:
        content: Json = json.loads(path.read_bytes())
    except ValueError as error:
        raise SearchSetupError(f"{path.parent.name}/{path.name} is not JSON: {error}") from error
    return content
