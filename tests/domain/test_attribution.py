from dataclasses import replace
from typing import Any

import pytest

from domain.attribution import Attribution, attribute
from domain.flow_record import FlowRecord
from domain.flow_sides import find_sides
from domain.initiator import End
from domain.inventory import Inventory, Peer, SecurityGroupRule
from domain.inventory_day import observe
from domain.inventory_view import InventoryView
from tests.domain.examples import ENI, INVENTORY, RECORD, RULE, START

OFFICE = "203.0.113.9"
REQUEST = replace(RECORD, srcaddr=OFFICE, dstaddr="10.0.1.10", srcport=49152, dstport=443)
RESPONSE = replace(RECORD, srcaddr="10.0.1.10", dstaddr=OFFICE, srcport=443, dstport=49152)
TO_ANYWHERE = replace(
    RULE,
    rule_id="sgr-0eeeeeeeeeeeeeeee",
    direction="egress",
    ip_protocol="-1",
    from_port=-1,
    to_port=-1,
    peer=Peer(cidr_ipv4="0.0.0.0/0"),
)
WIDE = replace(RULE, rule_id="sgr-0cccccccccccccccc", from_port=0, to_port=65535)


def with_rules(*rules: SecurityGroupRule, at: int = INVENTORY.observed_at) -> Inventory:
    return replace(INVENTORY, observed_at=at, security_group_rules=rules)


def attribution_of(record: FlowRecord, *inventories: Inventory, paired: End | None = None) -> Attribution:
    day = None
    for inventory in inventories or (with_rules(RULE),):
        day = observe(day, inventory)
    assert day is not None
    view = InventoryView(day)
    instants = [second for second in (record.start, record.end) if second is not None]
    enis = [view.network_interface(record.interface_id or "", at) for at in instants]
    eni = next((eni for eni in enis if eni is not None), None)
    return attribute(record, find_sides(record, eni), eni, view, instants, paired)


def test_a_request_is_attributed_to_the_rule_that_let_it_in() -> None:
    assert attribution_of(REQUEST) == Attribution("peer", "rules", (RULE.rule_id,), "sole", "rules")


def test_an_answer_is_attributed_to_the_rule_that_let_the_request_in() -> None:
    assert attribution_of(RESPONSE) == attribution_of(REQUEST)


def test_all_rules_that_permit_it_share_a_connection() -> None:
    attribution = attribution_of(REQUEST, with_rules(RULE, WIDE))

    assert (attribution.rule_ids, attribution.rule_match) == ((RULE.rule_id, WIDE.rule_id), "shared")


def test_the_rules_of_all_groups_of_the_interface_count() -> None:
    other = replace(WIDE, group_id="sg-0bbbbbbbbbbbbbbbb")
    eni = replace(ENI, group_ids=(RULE.group_id, other.group_id))
    inventory = replace(with_rules(RULE, other), network_interfaces=(eni,))

    assert attribution_of(REQUEST, inventory).rule_ids == (RULE.rule_id, WIDE.rule_id)
    assert attribution_of(REQUEST, with_rules(RULE, other)).rule_ids == (RULE.rule_id,)


def test_one_rule_that_nobody_can_be_sure_of_makes_the_match_possible() -> None:
    foreign = replace(
        RULE, rule_id="sgr-0ffffffffffffffff", peer=Peer(referenced_group_id="sg-0ffffffffffffffff")
    )

    attribution = attribution_of(REQUEST, with_rules(RULE, foreign))

    assert (attribution.rule_ids, attribution.rule_match) == ((RULE.rule_id, foreign.rule_id), "possible")


@pytest.mark.parametrize(
    ("record", "initiator"),
    [
        (replace(REQUEST, tcp_flags=2), "peer"),
        (replace(REQUEST, tcp_flags=18), "local"),
        (replace(RESPONSE, tcp_flags=18), "peer"),
        (replace(RESPONSE, tcp_flags=2), "local"),
    ],
)
def test_a_handshake_counts_for_more_than_rules_and_ports(record: FlowRecord, initiator: str) -> None:
    attribution = attribution_of(record, with_rules(RULE, TO_ANYWHERE), paired="source")

    assert (attribution.initiator, attribution.initiator_evidence) == (initiator, "handshake")


@pytest.mark.parametrize(("paired", "initiator"), [("source", "peer"), ("destination", "local")])
def test_a_handshake_seen_elsewhere_counts_for_more_than_rules_and_ports(paired: End, initiator: str) -> None:
    attribution = attribution_of(REQUEST, paired=paired)

    assert (attribution.initiator, attribution.initiator_evidence) == (initiator, "paired")


def test_where_the_rules_permit_both_readings_the_ports_tell() -> None:
    attribution = attribution_of(REQUEST, with_rules(RULE, TO_ANYWHERE))

    assert attribution == Attribution("peer", "ports", (RULE.rule_id,), "sole", "rules")


def test_where_nothing_tells_who_began_the_rules_of_both_readings_are_possible() -> None:
    record = replace(REQUEST, srcport=2000, dstport=3000)

    attribution = attribution_of(record, with_rules(WIDE, TO_ANYWHERE))

    rule_ids = (WIDE.rule_id, TO_ANYWHERE.rule_id)
    assert attribution == Attribution(None, "unknown", rule_ids, "possible", "rules")


def test_ports_that_contradict_the_rules_leave_it_unknown() -> None:
    attribution = attribution_of(REQUEST, with_rules(TO_ANYWHERE))

    assert attribution == Attribution(None, "unknown", (TO_ANYWHERE.rule_id,), "possible", "rules")


def test_an_accepted_flow_that_no_rule_permits_says_so() -> None:
    assert attribution_of(REQUEST, with_rules()) == Attribution("peer", "ports", (), "none", "no_rule")


@pytest.mark.parametrize(
    ("changes", "evidence"),
    [({}, "ports"), ({"srcport": 2000}, "unknown"), ({"tcp_flags": 2}, "handshake")],
)
def test_rules_never_decide_who_began_a_rejected_connection(changes: dict[str, Any], evidence: str) -> None:
    attribution = attribution_of(replace(REQUEST, action="REJECT", **changes))

    assert (attribution.initiator_evidence, attribution.rule_ids, attribution.reason) == (
        evidence,
        (),
        "reject",
    )


def test_a_rejected_record_of_an_unknown_interface_is_a_reject() -> None:
    record = replace(REQUEST, action="REJECT", interface_id="eni-0dddddddddddddddd")

    assert attribution_of(record).reason == "reject"


def test_a_record_of_an_unknown_interface_has_no_inventory() -> None:
    record = replace(REQUEST, interface_id="eni-0dddddddddddddddd", flow_direction="ingress")

    assert attribution_of(record) == Attribution("peer", "ports", (), "none", "no_inventory")


def test_an_interface_without_groups_filters_nothing() -> None:
    inventory = replace(with_rules(RULE), network_interfaces=(replace(ENI, group_ids=()),))

    assert attribution_of(REQUEST, inventory) == Attribution("peer", "ports", (), "none", "not_filtered")


def test_without_an_action_nobody_knows_whether_it_was_let_in() -> None:
    assert attribution_of(replace(REQUEST, action=None)) == Attribution("peer", "ports", (), "none", None)


def test_the_rules_that_were_in_force_at_the_start_count() -> None:
    after = with_rules(WIDE, at=START + 30)

    assert attribution_of(REQUEST, with_rules(RULE), after).rule_ids == (RULE.rule_id,)


def test_where_none_was_those_at_the_end_do() -> None:
    after = with_rules(WIDE, at=START + 30)

    assert attribution_of(REQUEST, with_rules(), after).rule_ids == (WIDE.rule_id,)
    assert attribution_of(REQUEST, with_rules(), with_rules(WIDE, at=START + 90)).reason == "no_rule"


def test_the_groups_that_the_interface_has_at_that_time_count() -> None:
    moved = replace(ENI, group_ids=("sg-0bbbbbbbbbbbbbbbb",))
    rule = replace(WIDE, group_id="sg-0bbbbbbbbbbbbbbbb")
    after = replace(with_rules(rule, at=START + 30), network_interfaces=(moved,))

    assert attribution_of(REQUEST, with_rules(rule), after).rule_ids == (rule.rule_id,)


def test_without_sides_no_rule_can_be_asked() -> None:
    record = replace(REQUEST, dstaddr="10.0.9.9", tcp_flags=2)

    assert attribution_of(record) == Attribution(None, "unknown", (), "none", "no_rule")
