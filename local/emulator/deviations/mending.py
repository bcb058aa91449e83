"""All deviations, mended at once."""

from local.emulator.deviations import (
    async_invocations,
    buckets,
    custom_resources,
    error_types,
    flow_logs,
    function_logs,
    functions,
    log_events,
    log_pages,
    log_subscriptions,
    missing_objects,
    nested_stacks,
    network_interfaces,
    prefix_lists,
    resource_arns,
    resource_names,
    scheduled_rules,
    search_domains,
    secrets,
    secure_origin,
    security_group_changes,
    security_groups,
    subnets,
)
from local.emulator.deviations.network_interfaces import NetworkInterfaces
from local.emulator.deviations.search_engine import SearchEngine


def mend_all(known_interfaces: NetworkInterfaces, engine: SearchEngine, search_endpoint: str) -> None:
    """`search_endpoint` is the front door's host and port: every domain's endpoint."""
    for deviation in (
        async_invocations,
        buckets,
        custom_resources,
        error_types,
        flow_logs,
        function_logs,
        functions,
        log_events,
        log_pages,
        log_subscriptions,
        missing_objects,
        nested_stacks,
        prefix_lists,
        resource_arns,
        resource_names,
        scheduled_rules,
        secrets,
        secure_origin,
        security_group_changes,
        security_groups,
        subnets,
    ):
        deviation.mend()
    network_interfaces.mend(known_interfaces)
    search_domains.mend(engine, search_endpoint)
