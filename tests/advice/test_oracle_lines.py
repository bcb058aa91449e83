"""Random worlds written as flow log lines: the offline analysis says of them what the oracle says.

SG_LENS_EXAMPLES=100000 makes a long run of it.
"""

import os
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from hypothesis import HealthCheck, given, settings

from domain.inventory import NetworkInterface
from domain.report import RuleReport
from domain.usage import CAPS
from local.traffic.lines import ALL_FIELDS
from local.traffic.types import SYN, SampleRecord, Traffic
from tests.advice.oracle import Oracle
from tests.advice.oracle_traffic import DAY, HOUR, Recorded, addrs_of
from tests.advice.sample_reports import analyze_traffic
from tests.advice.test_oracle import make_days, say
from tests.advice.world_lines import find_interface
from tests.advice.worlds import ALL_HOURS, FULL, World, worlds
from tests.domain.examples import ACCOUNT_ID, VPC_ID

EXAMPLES: Final = int(os.environ.get("SG_LENS_EXAMPLES", "120")) // 10
FIRST_CLIENT_PORT: Final = 40_000


def make_writable(world: World) -> World:
    """With what lines can tell for sure: TCP, whose handshake says who began, of whole hours."""
    recorded = [each for each in world.recorded if _is_writable(each, world)]
    return replace(
        world,
        recorded=tuple(each._replace(records=1) for each in recorded),
        hours=(FULL,),
        caps=CAPS,
    )


def _is_writable(recorded: Recorded, world: World) -> bool:
    eni = find_interface(recorded, world)
    if eni is None or recorded.protocol != 6 or not recorded.is_known:
        return False
    return recorded.peer_addr not in addrs_of(eni) and bool(_own_addrs(eni, recorded))


def _own_addrs(eni: NetworkInterface, recorded: Recorded) -> list[str]:
    """Of the peer's family."""
    return [addr for addr in eni.private_addrs if (":" in addr) == (":" in recorded.peer_addr)]


def write(world: World) -> Traffic:
    streams: dict[str, list[SampleRecord]] = defaultdict(list)
    for number, recorded in enumerate(world.recorded):
        line = _to_line(_describe(recorded, world, FIRST_CLIENT_PORT + number))
        streams[f"{recorded.interface_id}-all"].append(SampleRecord(recorded.at, line, None))
    for record, interface_id in _silent_hours(world):
        streams[f"{interface_id}-all"].append(record)
    return Traffic(
        {stream: tuple(sorted(records, key=lambda each: each.start)) for stream, records in streams.items()}
    )


def _describe(recorded: Recorded, world: World, client_port: int) -> dict[str, object]:
    eni = find_interface(recorded, world)
    assert eni is not None
    local, peer = _own_addrs(eni, recorded)[0], recorded.peer_addr
    source, destination = (peer, local) if recorded.direction == "ingress" else (local, peer)
    return {
        "interface-id": recorded.interface_id,
        "srcaddr": source,
        "dstaddr": destination,
        "pkt-srcaddr": source,
        "pkt-dstaddr": destination,
        "srcport": client_port,
        "dstport": recorded.port,
        "protocol": recorded.protocol,
        "packets": 1,
        "bytes": 60,
        "start": recorded.at,
        "end": recorded.at + 30,
        "action": "ACCEPT",
        "log-status": "OK",
        "tcp-flags": SYN,
        "flow-direction": recorded.direction,
    }


def _silent_hours(world: World) -> Iterator[tuple[SampleRecord, str]]:
    """Every interface that there was logs something in every hour."""
    ids = {eni.interface_id for each in world.observations for eni in each.network_interfaces}
    begun = world.made_at - world.settings.window_days * DAY
    for start in range(begun - begun % DAY, world.made_at, HOUR):
        for id_ in sorted(ids):
            values = {"interface-id": id_, "start": start, "end": start + 59, "log-status": "NODATA"}
            yield SampleRecord(start, _to_line(values), None), id_


def _to_line(values: dict[str, object]) -> str:
    known = {"version": 5, "account-id": ACCOUNT_ID, "vpc-id": VPC_ID, **values}
    return " ".join(str(known.get(field, "-")) for field in ALL_FIELDS)


def count_use(rule: RuleReport) -> dict[str, int]:
    counts = {"sole": rule.use.sole, "shared": rule.use.shared, "possible": rule.use.possible}
    return {how: count for how, count in counts.items() if count}


def count_hits(oracle: Oracle, rule_id: str) -> dict[str, int]:
    return dict(Counter(hit.how for hit in oracle.hits.get(rule_id, ())))


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[*HealthCheck])
@given(world=worlds(hours=(0, 12)).map(make_writable))
def test_lines_are_read_and_judged_as_the_oracle_judges_what_they_tell(world: World) -> None:
    oracle = Oracle(world)
    reports = analyze_traffic(write(world), make_days(world), world.made_at, world.settings)

    assert [report.group.group_id for report in reports] == _group_ids(world)
    for report in reports:
        for each in report.rules:
            assert count_use(each) == count_hits(oracle, each.rule.rule_id)
            assert say(each) == oracle.verdict(each.rule)
        assert report.proposal.replay.refused == ()
        assert report.proposal.replay.raw_refused == 0


def _group_ids(world: World) -> Sequence[str]:
    return sorted(group.group_id for group in world.now.security_groups)
