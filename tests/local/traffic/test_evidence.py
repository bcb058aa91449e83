"""How the sample's day is attributed: exact figures, which docs/attribution.md repeats."""

from collections import Counter
from collections.abc import Iterable

import pytest

from local.traffic.evidence import EvidenceTable
from local.traffic.generate import generate
from local.traffic.lines import ALL_FIELDS, fields_of_version
from local.traffic.types import ICMP, TCP, UDP
from tests.local.sample.in_moto import NOON, make_sample
from tests.local.traffic.sample_documents import Told, read_day, read_each_by_itself, rule_names
from tests.local.traffic.sample_traffic import DAY, SEED, make_traffic


@pytest.fixture(scope="module")
def day() -> list[Told]:
    """With all fields."""
    return list(read_day(make_traffic(), ALL_FIELDS))


def count(told: Iterable[Told]) -> dict[tuple[str, str], tuple[int, int]]:
    """Records of a protocol and an evidence, and how many of them are told right."""
    rows = EvidenceTable.count(told, rule_names()).rows
    return {(row.protocol, row.evidence): (row.records, row.right) for row in rows}


def test_all_of_tcp_and_all_that_is_not_unknown_is_told_as_it_was_planted(day: list[Told]) -> None:
    assert count(day) == {
        ("tcp", "handshake"): (18_829, 18_829),
        ("tcp", "paired"): (1_746, 1_746),
        ("tcp", "ports"): (5_470, 5_470),
        ("udp", "rules"): (860, 860),
        ("udp", "ports"): (884, 884),
        ("udp", "unknown"): (874, 874),
        ("icmp", "rules"): (6, 6),
        ("icmp", "unknown"): (140, 140),
    }


def test_connections_older_than_the_day_are_told_by_their_ports(day: list[Told]) -> None:
    """Both sides may call anybody, so rules would not tell: a port of no known service would be unknown."""
    by_ports = Counter(
        truth.kind
        for document, truth in day
        if truth is not None and document["protocol"] == TCP and document["initiator_evidence"] == "ports"
    )

    assert by_ports.pop("late packet") == 30  # rejected
    assert by_ports == {
        "database pool": 1_380,
        "search cluster": 1_740,
        "session cache": 1_160,
        "uploads": 1_160,
    }


def test_what_stays_unknown_is_of_few_kinds(day: list[Told]) -> None:
    unknown = Counter(
        (document["protocol"], truth.kind, document["attribution"])
        for document, truth in day
        if truth is not None and document["initiator_evidence"] == "unknown"
    )

    assert unknown == {
        # From a gateway's translated port that is below 32768, or from port 123 to itself.
        (UDP, "time", "not_filtered"): 478,
        (UDP, "name", "not_filtered"): 88,
        # Either node may begin.
        (UDP, "gossip", "rules"): 288,
        (UDP, "udp probe", "reject"): 20,
        (ICMP, "ping", "rules"): 114,
        (ICMP, "path mtu", "rules"): 6,
        (ICMP, "outside ping", "reject"): 20,
    }


def test_alone_a_record_after_its_rule_was_revoked_stays_unknown() -> None:
    """The group lets everything out: rules alone would say that the interface began, ports say that the peer
    did, and only the handshake, seen hours before, could settle it."""
    told = list(read_each_by_itself(make_traffic(), ALL_FIELDS))

    figures = count(told)
    unknown = Counter(
        truth.kind
        for document, truth in told
        if truth is not None and document["protocol"] == TCP and document["initiator_evidence"] == "unknown"
    )

    assert figures["tcp", "rules"] == (722, 722)
    assert unknown == {"bulk load": 8, "copy": 2}


def test_the_default_format_leaves_little_of_tcp_unknown() -> None:
    fields = fields_of_version(2)
    traffic = generate(make_sample().sample, SEED, NOON, NOON + DAY, fields=fields)

    told = list(read_day(traffic, fields))

    figures = count(told)
    unknown = Counter(
        truth.kind
        for document, truth in told
        if truth is not None and document["protocol"] == TCP and document["initiator_evidence"] == "unknown"
    )
    assert figures["tcp", "rules"] == (10_709, 10_709)
    assert figures["tcp", "ports"] == (14_941, 14_941)
    assert unknown == {
        "query": 160,
        "copy": 102,
        "api call": 86,
        "port sweep": 35,
        "bulk load": 8,
        "short task": 4,
    }
