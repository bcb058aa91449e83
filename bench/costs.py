"""What SG Lens costs about: `python -m bench.costs` prints the table of the README.

Prices are on-demand list prices of us-east-1 in USD, as published in 2026; other Regions differ by up to a
half. Nothing is taken off for what each account has free: ten alarms, ten metrics, three dashboards. Look at
the price pages before you rely on them:
https://aws.amazon.com/opensearch-service/pricing/ https://aws.amazon.com/cloudwatch/pricing/
https://aws.amazon.com/lambda/pricing/ https://aws.amazon.com/secrets-manager/pricing/
"""

from dataclasses import dataclass

from stacks.domain_size import SIZES, DomainSize

HOURS_PER_MONTH = 730
DAYS_PER_MONTH = 30.4

INSTANCE_HOUR = {"t3.medium.search": 0.073, "r6g.large.search": 0.167, "r6g.2xlarge.search": 0.669}
GP3_GIB_MONTH = 0.122
VENDED_LOG_GB = 0.50
FUNCTION_LOG_GB = 0.50
LAMBDA_GB_SECOND = 0.0000133334
LAMBDA_REQUEST = 0.0000002
SECRET_MONTH = 0.40
ALARM_MONTH = 0.10
METRIC_MONTH = 0.30  # a custom one
DASHBOARD_MONTH = 3.00

# Assumptions
RETENTION_DAYS = 30
LINE_BYTES = 250  # a line with all 29 fields
DOCUMENT_BYTES = 125  # primary shard, merged; bench/store.py measures it
FILLED_SHARE = 0.75  # the alarm on free storage stands at a quarter
RECORDS_PER_INVOCATION = 100
SECONDS_PER_INVOCATION = 0.15
FLOW_INGEST_GB = 1769 / 1024
LOGGED_PER_INVOCATION = 1_500  # bytes: the metrics, and Lambda's own three lines

# Of the stack: tests/stacks/test_costs.py counts them.
SECRETS = 2
ALARMS = 16
METRICS = 20
DASHBOARDS = 1


@dataclass(frozen=True, slots=True)
class Estimate:
    """`standing` is due without a single record; money in USD a month."""

    records_per_day: float
    standing: float
    per_million_records: float

    @property
    def full(self) -> float:
        """With as many records a day as the volumes hold for the days of retention."""
        return self.standing + self.records_per_day * DAYS_PER_MONTH / 1e6 * self.per_million_records


def estimate(size: DomainSize) -> Estimate:
    nodes = size.instance_count
    domain = nodes * (INSTANCE_HOUR[size.instance_type] * HOURS_PER_MONTH + size.volume_gib * GP3_GIB_MONTH)
    usable_bytes = nodes * size.volume_gib * 2**30 * FILLED_SHARE / (size.replicas + 1)
    return Estimate(
        records_per_day=usable_bytes / DOCUMENT_BYTES / RETENTION_DAYS,
        standing=domain + _besides(),
        per_million_records=_per_million_records(),
    )


def _besides() -> float:
    secrets = SECRETS * SECRET_MONTH
    return secrets + ALARMS * ALARM_MONTH + METRICS * METRIC_MONTH + DASHBOARDS * DASHBOARD_MONTH


def _per_million_records() -> float:
    invocations = 1e6 / RECORDS_PER_INVOCATION
    logs = (1e6 * LINE_BYTES * VENDED_LOG_GB + invocations * LOGGED_PER_INVOCATION * FUNCTION_LOG_GB) / 1e9
    seconds = invocations * SECONDS_PER_INVOCATION * FLOW_INGEST_GB
    return logs + seconds * LAMBDA_GB_SECOND + invocations * LAMBDA_REQUEST


def main() -> None:
    columns = ("`size`", "data nodes", "gp3 each", "standing", "per million records", "records a day", "then")
    print(f"| {' | '.join(columns)} |\n{'|---' * len(columns)}|")
    for name, size in SIZES.items():
        cost = estimate(size)
        print(
            f"| `{name}` | {size.instance_count} × {size.instance_type} | {size.volume_gib} GiB"
            f" | ${cost.standing:,.0f} | ${cost.per_million_records:.2f}"
            f" | {cost.records_per_day / 1e6:,.0f} million | ${cost.full:,.0f} |"
        )


if __name__ == "__main__":
    main()
