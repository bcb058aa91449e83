"""The oracle against answers worked out by hand, so that it isn't wrong in the same way as the product."""

from typing import Final

import pytest

from tests.attribution.history import Interface, Observation, Record, Rule
from tests.attribution.log_formats import V5
from tests.attribution.oracle import explain

AT: Final = 1_767_229_200
WEB: Final = Interface(id="eni-0a", type="interface", groups=["sg-0a"], addrs=["10.0.0.4"], prefixes=[])
DATABASE: Final = Interface(id="eni-0b", type="interface", groups=["sg-0b"], addrs=["10.0.0.5"], prefixes=[])
EVERYTHING_OUT: Final = Rule(
    id="sgr-09",
    group="sg-0a",
    direction="egress",
    protocol="-1",
    from_port=None,
    to_port=None,
    peer="0.0.0.0/0",
)


def rule(rule_id: str, peer: str, protocol: str = "tcp", ports: tuple[int, int] = (443, 443)) -> Rule:
    first, last = ports
    return {
        **EVERYTHING_OUT,
        "id": rule_id,
        "direction": "ingress",
        "protocol": protocol,
        "from_port": first,
        "to_port": last,
        "peer": peer,
    }


def vpc(*rules: Rule, at: int = AT, interfaces: tuple[Interface, ...] = (WEB, DATABASE)) -> Observation:
    return Observation(at=at, interfaces=[*interfaces], groups=["sg-0a", "sg-0b"], rules=[*rules], entries=[])


def record(**changes: str) -> Record:
    """A client's request to the web server, without flags."""
    values = {
        "interface-id": "eni-0a",
        "srcaddr": "192.0.2.7",
        "dstaddr": "10.0.0.4",
        "srcport": "40000",
        "dstport": "443",
        "protocol": "6",
        "tcp-flags": "0",
        "start": str(AT + 10),
        "end": str(AT + 70),
        "action": "ACCEPT",
        "log-status": "OK",
        "flow-direction": "ingress",
    }
    values |= {name.replace("_", "-"): value for name, value in changes.items()}
    return {field: values.get(field, "-") for field in V5}


def reply(**changes: str) -> Record:
    ends = {"srcaddr": "10.0.0.4", "dstaddr": "192.0.2.7", "srcport": "443", "dstport": "40000"}
    return record(**{**ends, "flow_direction": "egress", **changes})


def answer(history: list[Observation], asked: Record, *known: Record) -> tuple[object, ...]:
    found = explain(history, asked, AT + 10, [*known, asked])
    return tuple(found.get(name) for name in ("attribution", "rule_ids", "rule_match", "initiator_evidence"))


ANYONE: Final = rule("sgr-01", "0.0.0.0/0")


@pytest.mark.parametrize("asked", [record(), reply()])
def test_both_halves_are_due_to_the_rule_of_the_request(asked: Record) -> None:
    found = explain([vpc(ANYONE)], asked, AT, [])

    assert (found["rule_ids"], found["direction"], found["service_port"]) == (["sgr-01"], "ingress", 443)
    assert found["is_response"] == (asked["flow-direction"] == "egress")


def test_a_syn_ack_tells_who_began_where_rules_permit_both_readings() -> None:
    history = [vpc(ANYONE, EVERYTHING_OUT)]

    assert answer(history, reply(tcp_flags="18")) == ("rules", ["sgr-01"], "sole", "handshake")
    assert answer(history, reply(tcp_flags="2")) == ("rules", ["sgr-09"], "sole", "handshake")
    assert answer(history, record(), reply(tcp_flags="19")) == ("rules", ["sgr-01"], "sole", "paired")
    assert answer(history, record()) == ("rules", ["sgr-01"], "sole", "ports")
    assert answer(history, record(srcport="5000")) == ("rules", ["sgr-01", "sgr-09"], "possible", "unknown")


def test_all_rules_that_permit_it_are_named() -> None:
    history = [vpc(rule("sgr-02", "192.0.2.0/29", "6", (1, 1000)), ANYONE)]

    assert answer(history, record()) == ("rules", ["sgr-01", "sgr-02"], "shared", "rules")


@pytest.mark.parametrize(
    ("changes", "rule_ids"),
    [
        ({"dstport": "442"}, None),
        ({"dstport": "444"}, None),
        ({"srcaddr": "192.0.2.8"}, None),
        ({"protocol": "17"}, None),
        ({"srcaddr": "192.0.2.0"}, ["sgr-01"]),
        ({"pkt_dstaddr": "10.0.0.6", "pkt_srcaddr": "192.0.2.8"}, None),
    ],
)
def test_a_rule_ends_where_it_says(changes: dict[str, str], rule_ids: list[str] | None) -> None:
    asked = record(tcp_flags="2", **changes)

    assert explain([vpc(rule("sgr-01", "192.0.2.0/29"))], asked, AT, []).get("rule_ids") == rule_ids


def test_ping_is_possible_where_the_rule_names_a_type() -> None:
    ping = record(protocol="1", srcport="0", dstport="0")

    echo, all_types = rule("sgr-01", "0.0.0.0/0", "icmp", (8, -1)), rule("sgr-01", "0.0.0.0/0", "1", (-1, -1))

    assert answer([vpc(echo)], ping) == ("rules", ["sgr-01"], "possible", "rules")
    assert answer([vpc(all_types)], ping) == ("rules", ["sgr-01"], "sole", "rules")
    assert answer([vpc(EVERYTHING_OUT, all_types)], ping)[2:] == ("possible", "unknown")


def test_a_group_means_its_members_addresses() -> None:
    history, member = [vpc(rule("sgr-01", "sg-0b"))], record(srcaddr="10.0.0.5")

    assert answer(history, member) == ("rules", ["sgr-01"], "sole", "rules")
    assert answer(history, record()) == ("no_rule", None, "none", "ports")
    assert answer([vpc(rule("sgr-01", "sg-0f"))], record())[:3] == ("rules", ["sgr-01"], "possible")
    assert answer([vpc(rule("sgr-01", "sg-0f"))], member)[:3] == ("no_rule", None, "none")


def test_a_load_balancers_group_may_mean_anyone_who_comes_in() -> None:
    balancer: Interface = {**DATABASE, "type": "network_load_balancer"}
    coming_in = rule("sgr-01", "sg-0b")
    history = [vpc(coming_in, interfaces=(WEB, balancer))]

    assert answer(history, record()) == ("rules", ["sgr-01"], "possible", "rules")

    going_out: Rule = {**coming_in, "direction": "egress"}
    asked = reply(srcport="40000", dstport="443")

    assert answer([vpc(going_out, interfaces=(WEB, balancer))], asked)[:3] == ("no_rule", None, "none")


def test_a_prefix_list_is_its_entries_and_anything_where_it_has_none() -> None:
    listed = vpc(rule("sgr-01", "pl-0a"))
    with_entry: Observation = {**listed, "entries": [{"prefix_list": "pl-0a", "cidr": "192.0.2.0/29"}]}
    with_other: Observation = {**listed, "entries": [{"prefix_list": "pl-0a", "cidr": "192.0.2.8/29"}]}

    matches = [answer([history], record())[2] for history in (listed, with_entry, with_other)]

    assert matches == ["possible", "sole", "none"]


def test_what_was_in_force_at_the_start_counts_and_else_what_was_at_the_end() -> None:
    newer = rule("sgr-02", "0.0.0.0/0")

    assert answer([vpc(ANYONE), vpc(newer, at=AT + 60)], record())[1] == ["sgr-01"]
    assert answer([vpc(), vpc(newer, at=AT + 60)], record())[1] == ["sgr-02"]
    assert answer([vpc(), vpc(newer, at=AT + 71)], record())[1] is None
    assert answer([vpc(newer, at=AT + 60)], record())[1] == ["sgr-02"]


def test_where_there_is_no_rule_the_reason_is_told() -> None:
    unfiltered: Interface = {**WEB, "groups": []}

    assert answer([vpc(ANYONE)], record(action="REJECT")) == ("reject", None, "none", "ports")
    assert answer([], record())[0] == "no_inventory"
    assert answer([vpc(ANYONE, interfaces=(unfiltered,))], record())[0] == "not_filtered"
    assert answer([vpc()], record())[0] == "no_rule"
    assert answer([vpc(ANYONE)], record(action="-")) == (None, None, "none", "ports")
    assert explain([vpc(ANYONE)], record(log_status="NODATA"), AT, []) == {}


def test_rules_and_ports_that_contradict_each_other_tell_nothing() -> None:
    """The rule of the request was removed, and the answers look like a connection that is still permitted."""
    assert answer([vpc(EVERYTHING_OUT)], reply()) == ("rules", ["sgr-09"], "possible", "unknown")
