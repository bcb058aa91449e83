"""A plain count of flow documents, with everything held at once: what SG Lens must find of the same ones."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from domain.inventory import Direction
from domain.protocols import protocol_number
from domain.usage import (
    MAX_KNOCKS,
    GroupEvidence,
    InterfaceHours,
    Knock,
    RuleUsage,
    SeenConnection,
    SeenPeer,
    SeenPort,
)

Document = Mapping[str, Any]
HOUR = 3_600


def count_rule(
    documents: Iterable[Document], rule_id: str, vpc_id: str, group_id: str, direction: Direction, day: str
) -> RuleUsage | None:
    """None where no record is of the rule. Nothing is capped."""
    of_rule = [each for each in documents if is_of_rule(each, rule_id)]
    if not of_rule:
        return None
    requests = [each for each in of_rule if not each.get("is_response")]
    responses = [each for each in of_rule if each.get("is_response")]
    matches = Counter(each["rule_match"] for each in requests)
    addrs = sorted({each["peer_addr"] for each in requests})
    ports = Counter((protocol(each), port(each, direction)) for each in requests)
    return RuleUsage(
        *(vpc_id, group_id, rule_id, direction, day),
        *(matches["sole"], matches["shared"], matches["possible"]),
        sum("is_response" not in each for each in requests),
        *(total(requests, "bytes"), total(requests, "packets")),
        *(total(responses, "bytes"), total(responses, "packets")),
        min((each["@timestamp"] for each in requests), default=None),
        max((each["@timestamp"] for each in requests), default=None),
        *(len(addrs), len(ports)),
        peers=tuple(count_peer(addr, requests) for addr in addrs),
        ports=tuple(SeenPort(*key, ports[key]) for key in sorted(ports, key=order)),
        connections=count_connections(requests, direction),
    )


def is_of_rule(document: Document, rule_id: str) -> bool:
    named = all(name in document for name in ("peer_addr", "interface_id", "protocol_name"))
    accepted = document.get("action") == "ACCEPT" and document.get("log_status") == "OK"
    return named and accepted and rule_id in document.get("rule_ids", ())


def protocol(document: Document) -> int:
    return protocol_number(document["protocol_name"])


def port(document: Document, direction: Direction) -> int | None:
    if protocol(document) not in {6, 17}:
        return None
    if "is_response" in document:
        return document.get("service_port")
    return document.get("local_port" if direction == "ingress" else "peer_port")


def order(key: tuple[int, int | None]) -> tuple[int, int]:
    return key[0], -1 if key[1] is None else key[1]


def total(documents: Iterable[Document], field: str) -> int:
    return sum(each.get(field, 0) for each in documents)


def count_peer(addr: str, requests: Iterable[Document]) -> SeenPeer:
    records = [each for each in requests if each["peer_addr"] == addr]
    group_ids = set.intersection(*(set(each.get("peer_group_ids", ())) for each in records))
    return SeenPeer(
        addr,
        max(each.get("peer_name", "") for each in records),
        tuple(sorted(group_ids)),
        len(records),
        max(each["@timestamp"] for each in records),
    )


def count_connections(requests: Iterable[Document], direction: Direction) -> tuple[SeenConnection, ...]:
    found: dict[tuple[str, int, int, str], list[Document]] = defaultdict(list)
    for each in requests:
        number, asked = protocol(each), port(each, direction)
        found[each["interface_id"], *order((number, asked)), each["peer_addr"]].append(each)
    return tuple(
        SeenConnection(
            *(interface_id, number, None if asked == -1 else asked, addr),
            sum(each["rule_match"] in ("sole", "shared") for each in records),
            sum(each["rule_match"] == "possible" for each in records),
            max(each["@timestamp"] for each in records),
        )
        for (interface_id, number, asked, addr), records in sorted(found.items())
    )


def count_group(
    documents: Iterable[Document],
    expected: Mapping[str, int],
    vpc_id: str,
    group_id: str,
    day: str,
    midnight: int,
) -> GroupEvidence:
    everything = list(documents)
    records = [
        each for each in everything if each["log_status"] == "OK" and group_id in each.get("group_ids", ())
    ]
    rejected = [each for each in records if each["action"] == "REJECT"]
    knocks = count_knocks(rejected)
    return GroupEvidence(
        *(vpc_id, group_id, day),
        tuple(count_hours(everything, id_, expected[id_], midnight) for id_ in sorted(expected)),
        len(records),
        {
            "reject": len(rejected),
            "no_rule": sum(each.get("attribution") == "no_rule" for each in records),
            "unknown": sum(each.get("initiator_evidence") == "unknown" for each in records),
        },
        tuple(knocks[:MAX_KNOCKS]),
        len(knocks),
    )


def count_hours(
    documents: Iterable[Document], interface_id: str, expected: int, midnight: int
) -> InterfaceHours:
    own = [each for each in documents if each["interface_id"] == interface_id]
    logged = {(each["@timestamp"] - midnight) // HOUR for each in own if each["log_status"] != "SKIPDATA"}
    bits = sum(1 << hour for hour in logged if hour in range(24))
    return InterfaceHours(interface_id, expected, bits, sum(each["log_status"] == "SKIPDATA" for each in own))


def count_knocks(rejected: Iterable[Document]) -> list[Knock]:
    found: dict[tuple[Any, ...], list[Document]] = defaultdict(list)
    for each in rejected:
        if "peer_addr" in each and "protocol_name" in each:
            key = (each["peer_addr"], protocol(each), each.get("service_port"), each.get("direction"))
            found[key].append(each)
    knocks = [
        Knock(
            addr,
            max(each.get("peer_name", "") for each in records),
            number,
            asked,
            direction,
            len(records),
            max(each["@timestamp"] for each in records),
        )
        for (addr, number, asked, direction), records in found.items()
    ]
    return sorted(knocks, key=_knock_order)


def _knock_order(knock: Knock) -> tuple[int, str, int, int, str]:
    return -knock.records, knock.peer_addr, *order((knock.protocol, knock.port)), knock.direction or ""
