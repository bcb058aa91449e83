"""What an account holds of the kinds of things that SG Lens makes: to prove that none of it stays."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from local.demo.error import DemoError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.cloud import LocalCloud

Resource = tuple[str, str]


def list_resources(cloud: LocalCloud) -> frozenset[Resource]:
    """Kind and name of each."""
    return frozenset((kind, name) for kind, list_names in KINDS.items() for name in list_names(cloud))


def prove_nothing_is_left(cloud: LocalCloud, before: frozenset[Resource]) -> None:
    left = sorted(list_resources(cloud) - before)
    if left:
        listed = "\n".join(f"  {kind} {name}" for kind, name in left)
        raise DemoError(f"cdk destroy left what was not there before cdk deploy:\n{listed}")


def _stacks(cloud: LocalCloud) -> Iterator[str]:
    for page in cloud.client("cloudformation").get_paginator("describe_stacks").paginate():
        yield from (stack["StackName"] for stack in page["Stacks"])


def _log_groups(cloud: LocalCloud) -> Iterator[str]:
    for page in cloud.client("logs").get_paginator("describe_log_groups").paginate():
        yield from (group["logGroupName"] for group in page["logGroups"])


def _buckets(cloud: LocalCloud) -> Iterator[str]:
    for page in cloud.client("s3").get_paginator("list_buckets").paginate():
        yield from (bucket["Name"] for bucket in page["Buckets"])


def _flow_logs(cloud: LocalCloud) -> Iterator[str]:
    for page in cloud.client("ec2").get_paginator("describe_flow_logs").paginate():
        yield from (flow_log["FlowLogId"] for flow_log in page["FlowLogs"])


def _functions(cloud: LocalCloud) -> Iterator[str]:
    for page in cloud.client("lambda").get_paginator("list_functions").paginate():
        yield from (function["FunctionName"] for function in page["Functions"])


def _roles(cloud: LocalCloud) -> Iterator[str]:
    for page in cloud.client("iam").get_paginator("list_roles").paginate():
        yield from (role["RoleName"] for role in page["Roles"])


def _operations_dashboards(cloud: LocalCloud) -> Iterator[str]:
    for page in cloud.client("cloudwatch").get_paginator("list_dashboards").paginate():
        yield from (dashboard["DashboardName"] for dashboard in page["DashboardEntries"])


def _policies(cloud: LocalCloud) -> Iterator[str]:
    for page in cloud.client("iam").get_paginator("list_policies").paginate(Scope="Local"):
        yield from (policy["PolicyName"] for policy in page["Policies"])


def _secrets(cloud: LocalCloud) -> Iterator[str]:
    for page in cloud.client("secretsmanager").get_paginator("list_secrets").paginate():
        yield from (secret["Name"] for secret in page["SecretList"])


def _domains(cloud: LocalCloud) -> Iterator[str]:
    for domain in cloud.client("opensearch").list_domain_names()["DomainNames"]:
        yield domain["DomainName"]


def _event_rules(cloud: LocalCloud) -> Iterator[str]:
    for page in cloud.client("events").get_paginator("list_rules").paginate():
        yield from (rule["Name"] for rule in page["Rules"])


def _alarms(cloud: LocalCloud) -> Iterator[str]:
    for page in cloud.client("cloudwatch").get_paginator("describe_alarms").paginate():
        yield from (alarm["AlarmName"] for alarm in page["MetricAlarms"])


def _topics(cloud: LocalCloud) -> Iterator[str]:
    for page in cloud.client("sns").get_paginator("list_topics").paginate():
        yield from (topic["TopicArn"] for topic in page["Topics"])


KINDS: Final[dict[str, Callable[[LocalCloud], Iterator[str]]]] = {
    "stack": _stacks,
    "log group": _log_groups,
    "bucket": _buckets,
    "flow log": _flow_logs,
    "function": _functions,
    "role": _roles,
    "policy": _policies,
    "secret": _secrets,
    "search domain": _domains,
    "event rule": _event_rules,
    "alarm": _alarms,
    "operations dashboard": _operations_dashboards,
    "topic": _topics,
}
