"""What happens to a conversation by the sample's rules, and what is therefore true of its records."""

from bisect import bisect_right

from local.sample.changes import MOMENTS_OF_CHANGE
from local.sample.types import SampleInterface, SampleRule
from local.traffic.paths import Leg, legs
from local.traffic.rules import is_proved, permitting_rules
from local.traffic.types import ICMP, SYN, TCP, Attribution, Burst, Conversation, Truth


def split_at_refusal(conversation: Conversation) -> tuple[tuple[Leg, ...], Leg | None]:
    """The legs that let the first packet pass, and the one that doesn't."""
    passed: list[Leg] = []
    path = legs(conversation)
    for leg in path:
        is_refused_stray = conversation.is_stray and leg is path[-1]
        if is_refused_stray or not _is_let_through(conversation, leg):
            return tuple(passed), leg
        passed.append(leg)
    return path, None


def unanswered(conversation: Conversation) -> Burst:
    """What is left of a conversation that somebody on its way refuses."""
    first = conversation.bursts[0]
    if conversation.protocol != TCP or conversation.is_stray:
        return Burst(first.at, first.sent, sent_flags=first.sent_flags)
    return Burst(first.at, conversation.syns, sent_flags=SYN)


def tell_truth(conversation: Conversation, leg: Leg, is_response: bool, start: int, end: int) -> Truth:
    """Of an accepted record; as of its start, or of its end where nothing permits it at its start."""
    second = start if _rules(conversation, leg, start) else end
    rules = _rules(conversation, leg, second)
    return Truth(
        kind=conversation.kind,
        initiator=leg.initiator,
        is_response=is_response,
        direction=leg.direction,
        attribution=_attribution(leg.interface, rules),
        rule_names=tuple(rule.name for rule in rules) if leg.interface.in_inventory else (),
        is_possible=not all(is_proved(rule, conversation.protocol, leg.peer_addr, second) for rule in rules),
        group_names=leg.interface.groups_at(start) if leg.interface.in_inventory else (),
    )


def tell_truth_of_reject(conversation: Conversation, leg: Leg, start: int) -> Truth:
    return Truth(
        kind=conversation.kind,
        initiator=leg.initiator,
        is_response=False,
        direction=leg.direction,
        attribution="reject",
        rule_names=(),
        is_possible=False,
        group_names=leg.interface.groups_at(start),
    )


def _attribution(interface: SampleInterface, rules: tuple[SampleRule, ...]) -> Attribution:
    if not interface.in_inventory:
        return "no_inventory"
    if not interface.groups:
        return "not_filtered"
    return "rules" if rules else "no_rule"


def _is_let_through(conversation: Conversation, leg: Leg) -> bool:
    return not leg.interface.groups or bool(_rules(conversation, leg, conversation.bursts[0].at))


def _rules(conversation: Conversation, leg: Leg, second: int) -> tuple[SampleRule, ...]:
    port = conversation.server_port
    return permitting_rules(
        leg.interface.groups_at(second),
        leg.direction,
        conversation.protocol,
        conversation.icmp_type if conversation.protocol == ICMP else (port, port),
        leg.peer_addr,
        MOMENTS_OF_CHANGE[bisect_right(MOMENTS_OF_CHANGE, second) - 1],
    )
