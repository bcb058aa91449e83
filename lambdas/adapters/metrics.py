import json
from collections.abc import Mapping

NAMESPACE = "SgLens"


def put_metrics(function_name: str, values: Mapping[str, int], *, timestamp_ms: int) -> None:
    """Prints the values in CloudWatch's embedded metric format: no call, no permission, only a log line.

    A name that ends in Seconds has that unit; every other value is a count. At most 100 of them.
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [["FunctionName"]],
        "Metrics": [{"Name": name, "Unit": _unit(name)} for name in values],
    }
    line = {
        "_aws": {"Timestamp": timestamp_ms, "CloudWatchMetrics": [directive]},
        "FunctionName": function_name,
        **values,
    }
    print(json.dumps(line), flush=True)


def _unit(name: str) -> str:
    return "Seconds" if name.endswith("Seconds") else "Count"
