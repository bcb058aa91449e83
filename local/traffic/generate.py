"""A day of believable traffic in the sample VPC, as its flow log writes it, with the truth of each record."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from random import Random

from local.sample.groups import HOUR
from local.sample.interfaces import INTERFACES
from local.sample.types import SampleInterface
from local.sample.vpc import SampleVpc
from local.traffic.hosts import INTERFACE, Script
from local.traffic.inside import (
    bulk_load,
    copies,
    database_pools,
    forgotten_job,
    gossip,
    lasting_connections,
    queries,
    regular_jobs,
)
from local.traffic.lines import ALL_FIELDS, FlowLog
from local.traffic.noise import datagram_probes, outside_pings, port_sweeps, probes_v6
from local.traffic.operators import admin_ui_visits, nightly_job, path_mtu_messages, pings, ssh_sessions
from local.traffic.outside import (
    api_calls,
    call_of_short_task,
    exports,
    name_queries,
    time_queries,
    time_queries_of_an_older_kind,
)
from local.traffic.partners import feeds, health_checks_of_feed, warehouse_orders
from local.traffic.records import InterfaceRecord, write_records
from local.traffic.shapes import DAY, Scene
from local.traffic.types import Conversation, SampleRecord, Traffic
from local.traffic.web import health_checks, packets_after_the_end, requests_to_app, visits

SCRIPTS: tuple[Script, ...] = (
    visits,
    requests_to_app,
    health_checks,
    packets_after_the_end,
    database_pools,
    lasting_connections,
    bulk_load,
    queries,
    copies,
    regular_jobs,
    forgotten_job,
    ssh_sessions,
    admin_ui_visits,
    pings,
    path_mtu_messages,
    nightly_job,
    time_queries,
    time_queries_of_an_older_kind,
    name_queries,
    api_calls,
    call_of_short_task,
    port_sweeps,
    probes_v6,
    datagram_probes,
    outside_pings,
    gossip,
    exports,
    feeds,
    health_checks_of_feed,
    warehouse_orders,
)
RECORDS_SKIPPED_AT = 16 * HOUR
INTERFACE_WITH_SKIPPED_RECORDS = "web-lb-a"


def generate(
    sample: SampleVpc,
    seed: int,
    start: int,
    end: int,
    *,
    scale: float = 1.0,
    aggregation_interval: int = 600,
    fields: tuple[str, ...] = ALL_FIELDS,
) -> Traffic:
    """The sample day starts at `start`; `end` (both epoch seconds) may cut it short, to a day at most.

    `scale` multiplies what people and scanners do; what runs by the clock stays.
    """
    if not 0 < end - start <= DAY:
        raise ValueError(f"The sample has one day of traffic, not {end - start} seconds")
    flow_log = FlowLog(sample, start, aggregation_interval, fields)
    records: dict[str, list[SampleRecord]] = defaultdict(list)
    for interface, record in _records(flow_log, seed, end - start, scale):
        records[f"{sample.interface_id(interface)}-all"].append(record)
    return Traffic({name: tuple(sorted(records[name], key=_order)) for name in sorted(records)})


def _records(flow_log: FlowLog, seed: int, seconds: int, scale: float) -> Iterator[InterfaceRecord]:
    busy: dict[str, set[int]] = defaultdict(set)
    for conversation in _conversations(flow_log.start, seed, seconds, scale):
        for interface, record in write_records(flow_log, conversation):
            busy[interface.name].add(flow_log.window(interface, record.start - flow_log.start))
            yield interface, record
    for interface in INTERFACES:
        if interface.logs:
            yield from _silence(flow_log, interface, seconds, busy[interface.name])
    if seconds > RECORDS_SKIPPED_AT:
        yield _skipped(flow_log)


def _conversations(start: int, seed: int, seconds: int, scale: float) -> Iterator[Conversation]:
    for script in SCRIPTS:
        # Each script has chances of its own, so that another one beside it changes nothing.
        rng = Random(f"{seed} {script.__name__}")  # noqa: S311 - to be repeated, not to be secret
        for conversation in script(Scene(start, rng, scale)):
            bursts = tuple(burst for burst in conversation.bursts if burst.at < seconds)
            if bursts:
                yield replace(conversation, bursts=bursts)


def _silence(
    flow_log: FlowLog, interface: SampleInterface, seconds: int, busy: set[int]
) -> Iterator[InterfaceRecord]:
    """NODATA for each aggregation interval in which the interface was there and nothing came."""
    first = interface.lifetime.since or 0
    last = min(seconds, interface.lifetime.until or seconds) - 1
    for window in range(flow_log.window(interface, first), flow_log.window(interface, last) + 1):
        if window not in busy:
            begin = max(first, flow_log.window_start(interface, window))
            finish = min(last, flow_log.window_start(interface, window + 1) - 1)
            line = flow_log.line_without_flow(interface, (begin, finish), "NODATA")
            yield interface, SampleRecord(flow_log.start + begin, line, None)


def _skipped(flow_log: FlowLog) -> InterfaceRecord:
    """Records that AWS lost: one line may stand for many."""
    interface = INTERFACE[INTERFACE_WITH_SKIPPED_RECORDS]
    seconds = RECORDS_SKIPPED_AT, RECORDS_SKIPPED_AT + flow_log.aggregation_interval - 1
    line = flow_log.line_without_flow(interface, seconds, "SKIPDATA")
    return interface, SampleRecord(flow_log.start + RECORDS_SKIPPED_AT, line, None)


def _order(record: SampleRecord) -> tuple[int, str]:
    return record.start, record.line
