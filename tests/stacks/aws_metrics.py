"""AWS's own metrics that the alarms and the dashboard rely on, as documented for their dimensions.

https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html
https://docs.aws.amazon.com/opensearch-service/latest/developerguide/managedomains-cloudwatchmetrics.html
"""

FUNCTION = ("FunctionName",)
DOMAIN = ("ClientId", "DomainName")

AWS_METRICS = {
    ("AWS/Lambda", FUNCTION): {
        "AsyncEventsDropped",
        "ConcurrentExecutions",
        "DestinationDeliveryFailures",
        "Duration",
        "Errors",
        "Throttles",
    },
    ("AWS/ES", DOMAIN): {
        "4xx",
        "5xx",
        "CPUUtilization",
        "ClusterIndexWritesBlocked",
        "ClusterStatus.red",
        "CoordinatingWriteRejected",
        "FreeStorageSpace",
        "JVMMemoryPressure",
        "PrimaryWriteRejected",
        "ThreadpoolWriteRejected",
    },
}
