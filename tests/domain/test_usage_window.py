from dataclasses import replace

from domain.report import DayUse
from domain.usage import RuleUsage, SeenPeer, SeenPort
from domain.usage_window import WindowUsage, merge_by_rule, merge_usage, window_days
from tests.domain.examples import MIDNIGHT
from tests.domain.made_usage import USAGE

DAYS = ("2026-01-01", "2026-01-02", "2026-01-03")
PEER, PEER_V6 = USAGE.peers
NEXT = replace(USAGE, day=DAYS[1])
DAY = 86_400


def merge(*usages: RuleUsage) -> WindowUsage:
    return merge_usage(USAGE.rule_id, USAGE.direction, usages, DAYS)


def only(day: str, *peers: SeenPeer) -> RuleUsage:
    return replace(USAGE, day=day, peers=peers, peer_count=len(peers), connections=())


def test_the_days_of_a_window_are_all_that_it_touches() -> None:
    assert window_days(MIDNIGHT, MIDNIGHT + DAY) == ("2026-01-01",)
    assert window_days(MIDNIGHT + 1, MIDNIGHT + 2 * DAY + 1) == DAYS
    assert window_days(MIDNIGHT - 1, MIDNIGHT) == ("2025-12-31",)


def test_counts_are_added_up_and_times_are_the_outermost() -> None:
    use = merge(USAGE, replace(NEXT, first_seen=MIDNIGHT + DAY, last_seen=MIDNIGHT + 2 * DAY)).use

    assert (use.sole, use.shared, use.possible, use.unknown, use.connections) == (6, 2, 2, 2, 10)
    assert (use.request_bytes, use.request_packets) == (1_000, 10)
    assert (use.response_bytes, use.response_packets) == (18_000, 12)
    assert (use.first_seen, use.last_seen) == (MIDNIGHT, MIDNIGHT + 2 * DAY)


def test_a_day_of_answers_alone_has_no_times() -> None:
    answers = replace(NEXT, sole=0, shared=0, possible=0, unknown=0, first_seen=None, last_seen=None)

    assert merge(answers).use.first_seen is None
    assert merge(answers, USAGE).use.first_seen == USAGE.first_seen


def test_every_day_of_the_window_is_there_used_or_not() -> None:
    assert merge(NEXT).use.days == (DayUse(DAYS[0], 0, 0), DayUse(DAYS[1], 4, 1), DayUse(DAYS[2], 0, 0))


def test_usage_of_other_days_and_rules_stays_out() -> None:
    other = replace(USAGE, rule_id="sgr-0b", direction="egress")
    merged = merge_by_rule([USAGE, replace(USAGE, day="2025-12-31"), other], DAYS)

    assert list(merged) == [USAGE.rule_id, "sgr-0b"]
    assert merged[USAGE.rule_id] == merge(USAGE)
    assert merged["sgr-0b"].direction == "egress"


def test_a_peer_has_the_groups_that_it_had_on_every_day() -> None:
    before = replace(PEER, group_ids=("sg-0a", "sg-0b"))
    after = replace(PEER, group_ids=("sg-0b", "sg-0c"))

    assert merge(only(DAYS[0], before), only(DAYS[1], after)).peers[PEER.addr].group_ids == ("sg-0b",)
    assert merge(only(DAYS[0], before), only(DAYS[1], PEER)).peers[PEER.addr].group_ids == ()
    assert merge(only(DAYS[0], before)).peers[PEER.addr].group_ids == ("sg-0a", "sg-0b")


def test_a_peer_has_the_last_name_that_it_had() -> None:
    named = [replace(PEER, name=name) for name in ("old", "new", "")]

    merged = merge(*(only(day, peer) for day, peer in zip(DAYS, named, strict=True)))

    assert merged.peers[PEER.addr].name == "new"
    assert merged.peers[PEER.addr].connections == 3 * PEER.connections


def test_peers_and_ports_are_counted_once_for_all_days() -> None:
    merged = merge(USAGE, NEXT)

    assert (merged.use.peer_count, merged.use.port_count) == (2, 2)
    assert merged.services == ((1, None), (6, 443))
    assert merged.peers_complete
    assert merged.ports_complete


def test_what_a_cap_cut_on_one_day_is_missing_from_the_window() -> None:
    capped = replace(NEXT, peer_count=5_000, port_count=2_000)

    merged = merge(USAGE, capped)

    assert (merged.use.peers_capped, merged.use.ports_capped) == (True, True)
    assert (merged.use.peer_count, merged.use.port_count) == (5_000, 2_000)
    assert not merged.peers_complete
    assert not merged.ports_complete


def test_a_connection_of_two_days_is_one() -> None:
    merged = merge(USAGE, NEXT)

    assert len(merged.connections) == len(USAGE.connections)
    assert merged.connections[2] == replace(USAGE.connections[2], certain=2 * USAGE.connections[2].certain)
    assert merged.use.interfaces == {USAGE.connections[0].interface_id: 10}


def test_the_report_names_the_busiest_fifty() -> None:
    peers = tuple(SeenPeer(f"203.0.113.{at}", "", (), 1 + at % 2, MIDNIGHT) for at in range(120))
    ports = tuple(SeenPort(6, port, 1 + port % 2) for port in range(1, 121))
    usage = replace(USAGE, peers=peers, ports=ports, peer_count=120, port_count=120)

    use = merge(usage).use

    assert (len(use.peers), len(use.ports), use.peer_count) == (50, 50, 120)
    assert {peer.connections for peer in use.peers} == {2}
    assert [port.port for port in use.ports[:3]] == [1, 3, 5]


def test_a_rule_that_was_never_used_has_nothing() -> None:
    merged = merge()

    assert (merged.certain, merged.use.connections, merged.use.first_seen) == (0, 0, None)
    assert (merged.connections, merged.services, dict(merged.peers)) == ((), (), {})


def test_a_report_alone_needs_no_connections() -> None:
    whole = merge(USAGE, NEXT)
    without = merge_usage(USAGE.rule_id, USAGE.direction, (USAGE, NEXT), DAYS, with_connections=False)

    assert without == replace(whole, connections=())
