import json

import pytest

from adapters.metrics import put_metrics
from tests.adapters.embedded_metrics import MOST_METRICS, Emitted, read_emitted

MIDNIGHT_MS = 1_795_521_600_000


def test_the_values_are_one_line_in_the_embedded_metric_format(capsys: pytest.CaptureFixture[str]) -> None:
    put_metrics("SgLens-FlowIngest", {"Records": 3, "LagSeconds": 320}, timestamp_ms=MIDNIGHT_MS)

    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line) == {
        "_aws": {
            "Timestamp": 1795521600000,
            "CloudWatchMetrics": [
                {
                    "Namespace": "SgLens",
                    "Dimensions": [["FunctionName"]],
                    "Metrics": [
                        {"Name": "Records", "Unit": "Count"},
                        {"Name": "LagSeconds", "Unit": "Seconds"},
                    ],
                }
            ],
        },
        "FunctionName": "SgLens-FlowIngest",
        "Records": 3,
        "LagSeconds": 320,
    }


def test_as_many_values_as_a_line_may_have_hold_to_the_specification(
    capsys: pytest.CaptureFixture[str],
) -> None:
    values = {f"Metric{number}": number for number in range(MOST_METRICS)}

    put_metrics("SgLens-FlowIngest", values, timestamp_ms=MIDNIGHT_MS)

    assert read_emitted(capsys.readouterr().out) == [
        Emitted("SgLens", (("FunctionName", "SgLens-FlowIngest"),), values, dict.fromkeys(values, "Count"))
    ]
