"""Reads lines in CloudWatch's embedded metric format as strictly as the specification is worded.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
Units: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDatum.html
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_SIZES = (
    "Bits",
    "Bytes",
    *(f"{prefix}{each}" for prefix in ("Kilo", "Mega", "Giga", "Tera") for each in ("bits", "bytes")),
)
_PLAIN = {"Seconds", "Microseconds", "Milliseconds", "Percent", "Count", "None", *_SIZES}
UNITS = _PLAIN | {f"{each}/Second" for each in (*_SIZES, "Count")}
MOST_BYTES = 256 * 1024
MOST_METRICS = 100
MOST_DIMENSIONS = 30
LONGEST_NAME = 255
LONGEST_DIMENSION_VALUE = 1024


@dataclass(frozen=True, slots=True)
class Emitted:
    namespace: str
    dimensions: tuple[tuple[str, str], ...]
    values: Mapping[str, float]
    units: Mapping[str, str]


def read_emitted(output: str) -> list[Emitted]:
    """What CloudWatch takes from a function's output; other lines are none of its business."""
    lines = [line for line in output.splitlines() if '"_aws"' in line]
    return [read_line(line) for line in lines]


def read_line(line: str) -> Emitted:
    assert len(line.encode()) <= MOST_BYTES
    root = json.loads(line, parse_constant=_refuse)
    metadata = root["_aws"]
    assert metadata.keys() == {"Timestamp", "CloudWatchMetrics"}
    assert type(metadata["Timestamp"]) is int
    (directive,) = metadata["CloudWatchMetrics"]
    assert directive.keys() == {"Namespace", "Dimensions", "Metrics"}
    assert 0 < len(directive["Namespace"]) <= LONGEST_NAME
    (dimension_set,) = directive["Dimensions"]
    return Emitted(
        directive["Namespace"],
        tuple((name, _dimension(root, name)) for name in _distinct(dimension_set, MOST_DIMENSIONS)),
        {name: _value(root, name) for name in _names(directive)},
        {each["Name"]: each["Unit"] for each in directive["Metrics"]},
    )


def _names(directive: dict[str, Any]) -> list[str]:
    definitions = directive["Metrics"]
    assert all(each.keys() == {"Name", "Unit"} and each["Unit"] in UNITS for each in definitions)
    return _distinct([each["Name"] for each in definitions], MOST_METRICS)


def _distinct(names: list[str], most: int) -> list[str]:
    assert 0 < len(names) == len(set(names)) <= most
    assert all(0 < len(name) <= LONGEST_NAME for name in names)
    return names


def _dimension(root: dict[str, Any], name: str) -> str:
    value = root[name]
    assert type(value) is str
    assert 0 < len(value) <= LONGEST_DIMENSION_VALUE
    return value


def _value(root: dict[str, Any], name: str) -> float:
    """The specification allows for arrays as well; SG Lens has none."""
    value = root[name]
    assert type(value) in {int, float}
    return float(value)


def _refuse(constant: str) -> float:
    raise AssertionError(f"{constant} is no JSON")
