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
from local.traffic.types import SYN, SYN_ACK, TCP, SampleRecord, Traffic
from tests.advice.oracle import Oracle
from tests.advice.oracle_traffic import DAY, HOUR, OUTSIDE, Recorded, addrs_of, other_reading
from tests.advice.oracle_usage import SHARED, SOLE, UNCERTAIN, UNKNOWN, find_hits
from tests.advice.sample_reports import analyze_traffic
from tests.advice.test_oracle import make_days, say
from tests.advice.world_lines import find_interface
from tests.advice.worlds import FULL, World, worlds
from tests.domain.examples import ACCOUNT_ID, VPC_ID

EXAMPLES: Final = int(os.environ.get("SG_LENS_EXAMPLES", "120")) // 6
FIRST_CLIENT_PORT: Final = 50_000
FIRST_EPHEMERAL: Final = 32_768
SERVICES: Final = {*range(1024), 5432}
"""Of the worlds' ports."""


def make_writable(world: World) -> World:
    """With what lines can show: peers that are not the interface itself, and whole hours."""
    recorded = [
        _to_writable(each, number) for number, each in enumerate(world.recorded) if _is_writable(each, world)
    ]
    # Answers tell of a peer's groups too, which the oracle takes from requests alone.
    told = [each for each in recorded if each.peer_addr in OUTSIDE or _as_told(each, world) is not None]
    return replace(
        world,
        recorded=tuple(told),
        hours=(FULL,),
        caps=CAPS,
    )


def _to_writable(recorded: Recorded, number: int) -> Recorded:
    """Where the handshake is missing, which it is often, the ports are any."""
    if recorded.port is None or not recorded.is_known or number % 4 == 0:
        return recorded._replace(records=1, is_known=False)
    return recorded._replace(records=1, other_port=FIRST_CLIENT_PORT + number)


def _is_writable(recorded: Recorded, world: World) -> bool:
    eni = find_interface(recorded, world)
    if eni is None:
        return False
    return recorded.peer_addr not in addrs_of(eni) and bool(_own_addrs(eni, recorded))


def as_told(world: World) -> World:
    """What is to be made of the lines. One that carries answers is no use of a rule."""
    told = (_as_told(each, world) for each in world.recorded)
    return replace(world, recorded=tuple(each for each in told if each is not None))


def _as_told(recorded: Recorded, world: World) -> Recorded | None:
    """A handshake tells who began. Else rules do where they permit one reading alone, and ports where one is
    a service's and one a client's; nobody knows where the two contradict each other, or neither tells."""
    is_asked, is_answer = (
        bool(find_hits(replace(world, recorded=(each._replace(is_known=True),))))
        for each in (recorded, other_reading(recorded))
    )
    by_ports = _is_asked_by_ports(recorded)
    if recorded.protocol == TCP and recorded.is_known:
        return recorded
    if is_asked == is_answer:
        return recorded._replace(is_known=by_ports)
    if is_asked:
        return recorded._replace(is_known=True)
    return recorded._replace(is_known=False) if by_ports else None


def _is_asked_by_ports(recorded: Recorded) -> bool:
    return recorded.port in SERVICES and (recorded.other_port or 0) >= FIRST_EPHEMERAL


def _own_addrs(eni: NetworkInterface, recorded: Recorded) -> list[str]:
    """Of the peer's family."""
    return [addr for addr in eni.private_addrs if (":" in addr) == (":" in recorded.peer_addr)]


def write(world: World) -> Traffic:
    streams: dict[str, list[SampleRecord]] = defaultdict(list)
    for number, recorded in enumerate(world.recorded):
        asked = _describe(recorded, world, number + 1)
        lines = [asked, _answer(asked)] if asked["tcp-flags"] == SYN else [asked]
        for values in lines:
            streams[f"{recorded.interface_id}-all"].append(SampleRecord(recorded.at, _to_line(values), None))
    for record, interface_id in _silent_hours(world):
        streams[f"{interface_id}-all"].append(record)
    return Traffic(
        {stream: tuple(sorted(records, key=lambda each: each.start)) for stream, records in streams.items()}
    )


def _describe(recorded: Recorded, world: World, packets: int) -> dict[str, object]:
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
        "srcport": recorded.other_port or 0,
        "dstport": recorded.port or 0,
        "protocol": recorded.protocol,
        "packets": packets,
        "bytes": 60,
        "start": recorded.at,
        "end": recorded.at + 30,
        "action": "ACCEPT",
        "log-status": "OK",
        "tcp-flags": SYN if recorded.protocol == TCP and recorded.is_known else 0,
        "flow-direction": recorded.direction,
    }


def _answer(asked: dict[str, object]) -> dict[str, object]:
    swapped = {
        "srcaddr": asked["dstaddr"],
        "dstaddr": asked["srcaddr"],
        "pkt-srcaddr": asked["dstaddr"],
        "pkt-dstaddr": asked["srcaddr"],
        "srcport": asked["dstport"],
        "dstport": asked["srcport"],
        "flow-direction": "egress" if asked["flow-direction"] == "ingress" else "ingress",
    }
    return {**asked, **swapped, "tcp-flags": SYN_ACK}


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
    use = rule.use
    counts = {SOLE: use.sole, SHARED: use.shared, UNCERTAIN: use.possible - use.unknown, UNKNOWN: use.unknown}
    return {how: count for how, count in counts.items() if count}


def count_hits(oracle: Oracle, rule_id: str) -> dict[str, int]:
    return dict(Counter(hit.how for hit in oracle.hits.get(rule_id, ())))


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[*HealthCheck])
@given(world=worlds(hours=(0, 12)).map(make_writable))
def test_lines_are_read_and_judged_as_the_oracle_judges_what_they_tell(world: World) -> None:
    oracle = Oracle(as_told(world))
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
