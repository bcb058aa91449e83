"""Aggregations of OpenSearch in plain Python: the same request, the same shape of answer."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from ipaddress import IPv4Address, ip_address
from math import inf
from typing import Any

from tests.dashboards.content import Json, read_properties

Document = Mapping[str, object]
Documents = Sequence[Document]

# What both have is of the same type in both: tests/dashboards/test_fields.py.
TYPES = {
    name: mapping["type"]
    for template in ("flows", "rule-usage")
    for name, mapping in read_properties(template).items()
}
MINUTES = 60_000
DAYS = 24 * 60 * MINUTES


def evaluate(requested: Json, documents: Documents) -> Json:
    """The member `aggregations` of an answer, without what is not asked for (`strip`)."""
    return {name: _evaluate(aggregation, documents) for name, aggregation in requested.items()}


def strip(answer: object) -> object:
    """What a request asks for; the engine adds texts of keys and bounds of errors."""
    added = {"doc_count_error_upper_bound", "key_as_string", "sum_other_doc_count", "value_as_string"}
    if isinstance(answer, list):
        return [strip(each) for each in answer]
    if isinstance(answer, dict):
        return {name: strip(value) for name, value in answer.items() if name not in added}
    return answer


def values(document: Document, field: str) -> list[Any]:
    """Each once, addresses in one way to write them; none where the field is missing."""
    found = document.get(field)
    several = found if isinstance(found, list) else [] if found is None else [found]
    if TYPES[field] == "ip":
        return [str(ip_address(str(each))) for each in several]
    return list(dict.fromkeys(several))


def _evaluate(aggregation: Json, documents: Documents) -> Json:
    inner = aggregation.get("aggs", {})
    ((kind, params),) = ((name, value) for name, value in aggregation.items() if name != "aggs")
    if kind in _METRICS:
        return {"value": _METRICS[kind](params["field"], documents)}
    return _BUCKETS[kind](params, inner, documents)


def _terms(params: Json, inner: Json, documents: Documents) -> Json:
    field = params["field"]
    missing = [params["missing"]] if "missing" in params else []
    groups = _group((key, document) for document in documents for key in values(document, field) or missing)
    ((by, direction),) = params.get("order", {"_count": "desc"}).items()
    assert direction == "desc"

    def rank(key: object) -> float:
        number = len(groups[key]) if by == "_count" else evaluate({by: inner[by]}, groups[key])[by]["value"]
        return inf if number is None else -number

    keys = sorted(groups, key=lambda key: (rank(key), _order(field, key)))
    return {"buckets": [_bucket(key, inner, groups[key]) for key in keys[: params.get("size", 10)]]}


def _date_histogram(params: Json, inner: Json, documents: Documents) -> Json:
    minutes = int(params.get("fixed_interval", "0m").removesuffix("m"))
    assert minutes or params["calendar_interval"] == "day"
    width = minutes * MINUTES or DAYS
    groups = _group(
        (number // width * width, document)
        for document in documents
        for number in _numbers(params["field"], [document])
    )
    return {"buckets": [_bucket(key, inner, groups[key]) for key in sorted(groups)]}


def _missing(params: Json, inner: Json, documents: Documents) -> Json:
    without = [document for document in documents if not values(document, params["field"])]
    return {"doc_count": len(without), **evaluate(inner, without)}


def _filter(params: Json, inner: Json, documents: Documents) -> Json:
    ((field, wanted),) = params["term"].items()
    found = [document for document in documents if wanted in values(document, field)]
    return {"doc_count": len(found), **evaluate(inner, found)}


def _group(pairs: Iterable[tuple[Any, Document]]) -> dict[Any, list[Document]]:
    groups = defaultdict(list)
    for key, document in pairs:
        groups[key].append(document)
    return groups


def _bucket(key: object, inner: Json, documents: Documents) -> Json:
    return {"key": key, "doc_count": len(documents), **evaluate(inner, documents)}


def _order(field: str, key: object) -> object:
    """Of buckets with as many documents: numbers by size, others by their bytes, IPv4 as mapped into IPv6."""
    if TYPES[field] == "ip":
        addr = ip_address(str(key))
        return b"\0" * 10 + b"\xff" * 2 + addr.packed if isinstance(addr, IPv4Address) else addr.packed
    return key.encode() if isinstance(key, str) else key


def _numbers(field: str, documents: Documents) -> list[Any]:
    found = [value for document in documents for value in values(document, field)]
    return [_milliseconds(value) for value in found] if TYPES[field] == "date" else found


def _milliseconds(time: int | str) -> int:
    """Of a second, or of a day's beginning."""
    return 1000 * (time if isinstance(time, int) else int(datetime.fromisoformat(f"{time}T00Z").timestamp()))


def _sum(field: str, documents: Documents) -> float:
    return float(sum(_numbers(field, documents)))


def _max(field: str, documents: Documents) -> float | None:
    return max(map(float, _numbers(field, documents)), default=None)


def _min(field: str, documents: Documents) -> float | None:
    return min(map(float, _numbers(field, documents)), default=None)


def _cardinality(field: str, documents: Documents) -> int:
    return len({value for document in documents for value in values(document, field)})


_METRICS: dict[str, Callable[[str, Documents], float | None]] = {
    "cardinality": _cardinality,
    "max": _max,
    "min": _min,
    "sum": _sum,
    "value_count": lambda field, documents: len(_numbers(field, documents)),
}
_BUCKETS: dict[str, Callable[[Json, Json, Documents], Json]] = {
    "date_histogram": _date_histogram,
    "filter": _filter,
    "missing": _missing,
    "terms": _terms,
}
