"""Usage and evidence of made-up rules over forty days, as rule_usage writes them."""

from collections.abc import Iterator
from datetime import UTC, datetime
from random import Random

from domain.inventory import Direction
from domain.usage import UNATTRIBUTED, GroupEvidence, InterfaceHours, RuleUsage, SeenPeer, SeenPort
from domain.usage_document import to_usage_document
from tests.dashboards.content import Json
from tests.domain.examples import MIDNIGHT, VPC_ID

SEED = 7
DAYS = 40
RULES = 70
GROUPS = 14
SECONDS_OF_DAY = 86_400
START = MIDNIGHT
END = START + DAYS * SECONDS_OF_DAY
PORTS = ((1, None), (6, 22), (6, 443), (6, 5432), (17, 53), (17, 443), (47, None))
PEERS = [("", f"192.0.2.{number}") for number in range(60)]
NAMED_PEERS = [(f"web-{number}", f"2001:db8::{number:x}") for number in range(1, 60)]


def make_usage_documents() -> list[Json]:
    random = Random(SEED)
    return [document for number in range(DAYS) for document in _documents_of_day(random, number)]


def _documents_of_day(random: Random, number: int) -> Iterator[Json]:
    midnight = START + number * SECONDS_OF_DAY
    day = datetime.fromtimestamp(midnight, UTC).date().isoformat()
    for rule in range(RULES):
        if random.random() < 0.6:
            yield to_usage_document(_make_usage(random, rule, day, midnight))[1]
    for group in range(GROUPS):
        yield to_usage_document(_make_evidence(random, group, day))[1]
    yield {"kind": "day", "day": day, "records": random.randrange(1_000)}


def _make_usage(random: Random, rule: int, day: str, midnight: int) -> RuleUsage:
    """Now and then of answers alone: they have neither a time nor a peer."""
    is_answers_alone = random.random() < 0.1
    direction: Direction = "ingress" if rule % 3 else "egress"
    seconds = sorted(midnight + random.randrange(SECONDS_OF_DAY) for _ in range(2))
    sole, shared, possible = (0, 0, 0) if is_answers_alone else random.choices(range(900), k=3)
    peers = () if is_answers_alone else tuple(_make_peers(random, rule, seconds[1]))
    ports = () if is_answers_alone else tuple(random.sample(PORTS, k=3))
    return RuleUsage(
        vpc_id=VPC_ID,
        group_id=_group_id(rule % GROUPS),
        rule_id=f"sgr-{rule:017x}",
        direction=direction,
        day=day,
        # Of a third of the rules alone, so that no single count has the order of all three.
        sole=sole * (rule % 3 == 0) * rule,
        shared=shared * (rule % 3 == 1) * rule,
        possible=possible,
        unknown=possible // 2,
        request_bytes=random.randrange(10**9),
        request_packets=random.randrange(10**6),
        response_bytes=random.randrange(10**12),
        response_packets=random.randrange(10**6),
        first_seen=None if is_answers_alone else seconds[0],
        last_seen=None if is_answers_alone else seconds[1],
        peer_count=len(peers) + random.randrange(3),
        port_count=len(ports),
        peers=peers,
        ports=tuple(SeenPort(protocol, port, random.randrange(1, 50)) for protocol, port in ports),
        connections=(),
    )


def _make_peers(random: Random, rule: int, last_seen: int) -> Iterator[SeenPeer]:
    for name, addr in random.sample(NAMED_PEERS if rule % 2 else PEERS, k=random.randrange(1, 9)):
        yield SeenPeer(addr, name, (), random.randrange(1, 100), last_seen)


def _make_evidence(random: Random, group: int, day: str) -> GroupEvidence:
    hours = [
        InterfaceHours(
            f"eni-{interface:017x}",
            expected=random.getrandbits(24),
            logged=random.choice((0, random.getrandbits(24))),
            skipdata=random.randrange(3),
        )
        for interface in range(1 + group % 3)
    ]
    return GroupEvidence(
        vpc_id=VPC_ID,
        group_id=_group_id(group),
        day=day,
        interfaces=tuple(hours),
        records=random.randrange(10_000),
        unattributed={reason: random.randrange(50) for reason in UNATTRIBUTED},
        knocks=(),
        knock_count=0,
    )


def _group_id(number: int) -> str:
    return f"sg-{number:017x}"
