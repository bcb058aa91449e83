"""What OpenSearch Dashboards does with the objects of an imported file.

The rules are those of opensearch-project/OpenSearch-Dashboards, src/core/server/saved_objects: import/,
migrations/core/document_migrator.ts, and the mappings of the types, which are strict. Migrations are not run.
"""

import json
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self
from uuid import uuid4

from local.search.http_message import RefusedError

MAX_OBJECTS = 10_000

Key = tuple[str, str]  # type, id


@dataclass(frozen=True, slots=True)
class SavedObjectType:
    """`attributes` None: the mapping takes any."""

    icon: str
    migration_version: str
    attributes: Mapping[str, frozenset[str]] | None


def _mapping(names: str, **nested: str) -> Mapping[str, frozenset[str]]:
    """Attribute to the names that may stand inside it; none where it is no object."""
    plain = dict.fromkeys(names.split(), frozenset[str]())
    return {**plain, **{name: frozenset(inner.split()) for name, inner in nested.items()}}


# Other importable types (url, query, ...) are refused like unknown ones until they are needed.
TYPES = {
    "index-pattern": SavedObjectType("indexPatternApp", "7.6.0", None),
    "search": SavedObjectType(
        "discoverApp",
        "7.9.3",
        _mapping(
            "columns columnWidths description hits sort title version",
            kibanaSavedObjectMeta="searchSourceJSON",
        ),
    ),
    "visualization": SavedObjectType(
        "visualizeApp",
        "7.10.0",
        _mapping(
            "description savedSearchRefName title uiStateJSON version visState",
            kibanaSavedObjectMeta="searchSourceJSON",
        ),
    ),
    "dashboard": SavedObjectType(
        "dashboardApp",
        "7.9.3",
        _mapping(
            "description hits optionsJSON panelsJSON timeFrom timeRestore timeTo title version",
            kibanaSavedObjectMeta="searchSourceJSON",
            refreshInterval="display pause section value",
        ),
    ),
}

# References to other types may dangle.
CHECKED_REFERENCES = frozenset({"index-pattern", "search"})


@dataclass(frozen=True, slots=True)
class SavedObject:
    type: str
    id: str
    attributes: Mapping[str, object]
    references: Sequence[Mapping[str, str]] = ()
    migration_version: Mapping[str, str] = field(default_factory=dict)
    updated_at: str = ""
    version: str = ""

    @classmethod
    def from_document(cls, document: Mapping[str, object]) -> Self:
        attributes = document.get("attributes")
        if not isinstance(attributes, dict):
            raise RefusedError(500, "An internal server error occurred.")
        return cls(
            str(document.get("type")),
            str(document.get("id")),
            attributes,
            document.get("references") or (),  # type: ignore[arg-type]
            document.get("migrationVersion") or {},  # type: ignore[arg-type]
        )

    def to_document(self) -> dict[str, object]:
        return {
            "type": self.type,
            "id": self.id,
            "attributes": self.attributes,
            "references": list(self.references),
            "migrationVersion": self.migration_version,
            "updated_at": self.updated_at,
            "version": self.version,
        }

    @property
    def key(self) -> Key:
        return self.type, self.id


@dataclass(frozen=True, slots=True)
class Problem:
    item: SavedObject
    error: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ImportOptions:
    overwrite: bool
    create_new_copies: bool


@dataclass(frozen=True, slots=True)
class ImportResult:
    """`answer` is what the caller gets, `written` what is in the store afterwards."""

    answer: Mapping[str, object]
    written: Sequence[SavedObject]


def parse_file(content: bytes) -> list[SavedObject]:
    """One object a line; empty lines and the details line at the end of an export don't count."""
    try:
        documents = [json.loads(line) for line in content.split(b"\n") if line.strip()]
    except ValueError as error:
        raise RefusedError(400, str(error)) from error
    documents = [document for document in documents if not document.get("exportedCount")]
    if len(documents) > MAX_OBJECTS:
        raise RefusedError(400, f"Can't import more than {MAX_OBJECTS} objects")
    return [SavedObject.from_document(document) for document in documents]


def import_objects(
    objects: Sequence[SavedObject], existing: Collection[Key], options: ImportOptions
) -> ImportResult:
    """With a conflict or a missing reference nothing is written, yet the answer counts the rest as done."""
    _refuse_duplicates(objects)
    supported = [item for item in objects if item.type in TYPES]
    unsupported = [Problem(item, {"type": "unsupported_type"}) for item in objects if item.type not in TYPES]
    resolvable = [
        *_find_missing_references(supported, existing),
        *_find_conflicts(supported, existing, options),
    ]
    accepted = _without(supported, resolvable)
    problems = [*unsupported, *resolvable]
    if not resolvable:
        _refuse_newer_versions(accepted)
        problems += _find_unknown_attributes(accepted)
        accepted = _without(accepted, problems)
    new_ids = {item.key: str(uuid4()) for item in accepted} if options.create_new_copies else {}
    overwritten = existing if options.overwrite else ()
    answer = _to_answer(accepted, problems, new_ids, overwritten)
    return ImportResult(answer, () if resolvable else [_as_written(item, new_ids) for item in accepted])


def _without(objects: Iterable[SavedObject], problems: Iterable[Problem]) -> list[SavedObject]:
    bad = {problem.item.key for problem in problems}
    return [item for item in objects if item.key not in bad]


def _refuse_duplicates(objects: Iterable[SavedObject]) -> None:
    seen: set[Key] = set()
    twice = []
    for item in objects:
        if item.key in seen:
            twice.append(":".join(item.key))
        seen.add(item.key)
    if twice:
        raise RefusedError(400, f"Non-unique import objects detected: [{','.join(twice)}]")


def _find_missing_references(objects: Sequence[SavedObject], existing: Collection[Key]) -> Iterator[Problem]:
    known = {item.key for item in objects} | set(existing)
    for item in objects:
        checked = [(one["type"], one["id"]) for one in item.references if one["type"] in CHECKED_REFERENCES]
        missing = [{"type": kind, "id": target} for kind, target in checked if (kind, target) not in known]
        if missing:
            yield Problem(item, {"type": "missing_references", "references": missing})


def _find_conflicts(
    objects: Iterable[SavedObject], existing: Collection[Key], options: ImportOptions
) -> Iterator[Problem]:
    if options.overwrite or options.create_new_copies:
        return
    for item in objects:
        if item.key in existing:
            yield Problem(item, {"type": "conflict"})


def _refuse_newer_versions(objects: Iterable[SavedObject]) -> None:
    for item in objects:
        latest = TYPES[item.type].migration_version
        version = item.migration_version.get(item.type)
        if version and _semantic(version) > _semantic(latest):
            raise RefusedError(
                422,
                f'Document "{item.id}" has property "{item.type}" which belongs to a more recent version of '
                f"OpenSearch Dashboards [{version}]. The last known version is [{latest}]",
            )


def _semantic(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


def _find_unknown_attributes(objects: Iterable[SavedObject]) -> Iterator[Problem]:
    for item in objects:
        for parent, name in _unknown_attributes(item):
            message = (
                f"mapping set to strict, dynamic introduction of [{name}] within [{parent}] is not allowed: "
                "strict_dynamic_mapping_exception"
            )
            error = {"type": "unknown", "statusCode": 400, "error": "Bad Request", "message": message}
            yield Problem(item, error)
            break


def _unknown_attributes(item: SavedObject) -> Iterator[tuple[str, str]]:
    known = TYPES[item.type].attributes
    if known is None:
        return
    for name, value in item.attributes.items():
        if name not in known:
            yield item.type, name
        elif known[name] and isinstance(value, dict):
            yield from ((f"{item.type}.{name}", inner) for inner in value if inner not in known[name])


def _as_written(item: SavedObject, new_ids: Mapping[Key, str]) -> SavedObject:
    references = [{**one, "id": new_ids.get((one["type"], one["id"]), one["id"])} for one in item.references]
    version = {item.type: TYPES[item.type].migration_version}
    return SavedObject(item.type, new_ids.get(item.key, item.id), item.attributes, references, version)


def _to_answer(
    accepted: Sequence[SavedObject],
    problems: Sequence[Problem],
    new_ids: Mapping[Key, str],
    overwritten: Collection[Key],
) -> dict[str, object]:
    answer: dict[str, object] = {"successCount": len(accepted), "success": not problems}
    if accepted:
        answer["successResults"] = [
            _success(item, new_ids.get(item.key), item.key in overwritten) for item in accepted
        ]
    if problems:
        answer["errors"] = [_failure(problem) for problem in problems]
    return answer


def _success(item: SavedObject, new_id: str | None, is_overwritten: bool) -> dict[str, object]:
    return {
        "type": item.type,
        "id": item.id,
        "meta": _meta(item),
        **({"overwrite": True} if is_overwritten else {}),
        **({"destinationId": new_id} if new_id else {}),
    }


def _failure(problem: Problem) -> dict[str, object]:
    item = problem.item
    title = item.attributes.get("title")
    return {"type": item.type, "id": item.id, "title": title, "meta": _meta(item), "error": problem.error}


def _meta(item: SavedObject) -> dict[str, object]:
    known = TYPES.get(item.type)
    return {"title": item.attributes.get("title"), **({"icon": known.icon} if known else {})}
