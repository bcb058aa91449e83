import json

import pytest

from adapters.log import write_log
from adapters.metrics import put_counts


def test_counts_are_one_line_in_the_embedded_metric_format(capsys: pytest.CaptureFixture[str]) -> None:
    put_counts("SgLens-FlowIngest", {"Records": 3, "Written": 2}, timestamp_ms=1_795_521_600_000)

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
                        {"Name": "Written", "Unit": "Count"},
                    ],
                }
            ],
        },
        "FunctionName": "SgLens-FlowIngest",
        "Records": 3,
        "Written": 2,
    }


def test_a_log_line_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    write_log("warning", "tried again", items=2, reason="429\nToo many")

    (line,) = capsys.readouterr().out.splitlines()
    assert json.loads(line) == {
        "level": "warning",
        "message": "tried again",
        "items": 2,
        "reason": "429\nToo many",
    }
