import json
from collections.abc import Mapping

NAMESPACE = "SgLens"


def put_counts(function_name: str, counts: Mapping[str, int], *, timestamp_ms: int) -> None:
    """Prints the counts in CloudWatch's embedded metric format: no call, no permission, only a log line.

    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    directive = {
        "Namespace": NAMESPACE,
        "Dimensions": [["FunctionName"]],
        "Metrics": [{"Name": name, "Unit": "Count"} for name in counts],
    }
    line = {
        "_aws": {"Timestamp": timestamp_ms, "CloudWatchMetrics": [directive]},
        "FunctionName": function_name,
        **counts,
    }
    print(json.dumps(line), flush=True)
