import aws_cdk as cdk
from aws_cdk import aws_cloudwatch as cloudwatch

from stacks.lens_function import LensFunction

PERIOD = cdk.Duration.minutes(5)
"""That of alarms and graphs, where nothing else is said."""


def lens_metric(
    function: LensFunction,
    name: str,
    *,
    statistic: str = "Sum",
    period: cdk.Duration = PERIOD,
    label: str | None = None,
) -> cloudwatch.Metric:
    """What a function reports of its work, in the names that its own code gives."""
    return cloudwatch.Metric(
        namespace="SgLens",
        metric_name=name,
        dimensions_map={"FunctionName": function.function_name},
        statistic=statistic,
        period=period,
        label=label,
    )
