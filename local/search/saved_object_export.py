"""The file that OpenSearch Dashboards exports: referenced objects before the ones that refer to them."""

import json
from collections.abc import Iterator, Mapping, Sequence

from local.search.saved_object_import import Key, SavedObject


def export_objects(
    wanted: Sequence[Key], store: Mapping[Key, SavedObject], *, with_references: bool, with_details: bool
) -> bytes:
    """`wanted` exist; what they refer to may not, and is then listed in the details at the end."""
    reached = list(_in_order(wanted, store, set()))
    chosen = [key for key in reached if key in store and (with_references or key in wanted)]
    missing = [key for key in reached if key not in store and with_references]
    lines: list[Mapping[str, object]] = [store[key].to_document() for key in chosen]
    if with_details:
        lines.append(
            {
                "exportedCount": len(chosen),
                "missingRefCount": len(missing),
                "missingReferences": [{"type": kind, "id": target} for kind, target in missing],
            }
        )
    return "\n".join(json.dumps(line, sort_keys=True, separators=(",", ":")) for line in lines).encode()


def _in_order(keys: Sequence[Key], store: Mapping[Key, SavedObject], seen: set[Key]) -> Iterator[Key]:
    for key in keys:
        if key in seen:
            continue
        seen.add(key)
        references = store[key].references if key in store else ()
        yield from _in_order([(one["type"], one["id"]) for one in references], store, seen)
        yield key
