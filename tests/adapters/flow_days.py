"""A day's flows index in the real engine, and random documents for it."""

import json
import random
from collections.abc import Iterable, Mapping
from typing import Any

from opensearchpy import OpenSearch

from adapters.flow_indices import flows_index
from adapters.flows_index import Pace
from adapters.search_reader import SearchReader
from adapters.usage_index import INDEX
from domain.inventory import Direction
from local.search.engine import Engine
from tests.adapters.engine_callers import role_client, set_master_user
from tests.adapters.fake_time import FakeTime
from tests.dashboards.content import read_template
from tests.search_setup.real_content import CONTENT

DAY = "2026-01-01"
MIDNIGHT = 1_767_225_600
ROLE_ARN = "arn:aws:iam::123456789012:role/rule-usage-test"
ADVISOR_ARN = "arn:aws:iam::123456789012:role/advisor-test"

Document = Mapping[str, Any]

RULES: Mapping[str, Direction] = {
    f"sgr-{number:017x}": "ingress" if number % 2 else "egress" for number in range(8)
}
GROUPS = tuple(f"sg-{number:017x}" for number in range(5))
INTERFACES = tuple(f"eni-{number:017x}" for number in range(4))
PEERS = (
    *(f"203.0.113.{number}" for number in range(0, 250, 25)),
    *("10.0.0.5", "10.0.0.50", "10.255.255.255", "192.0.2.0", "198.51.100.255"),
    *("2001:db8::1", "2001:db8::2", "2001:db8:0:1::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff"),
)
PROTOCOLS = ("tcp", "tcp", "tcp", "udp", "icmp", "icmpv6", "gre", "protocol-200")


def set_up_roles(engine: Engine) -> None:
    """As a deployment leaves the engine."""
    set_master_user(engine)
    for name in ("flows", "rule-usage"):
        engine.request("PUT", f"/_index_template/{name}", read_template(name))
    api = "/_plugins/_security/api"
    for name, arn in (("rule_usage", ROLE_ARN), ("advisor", ADVISOR_ARN)):
        engine.request("PUT", f"{api}/roles/sg_lens_{name}", CONTENT.roles[name])
        engine.request("PUT", f"{api}/rolesmapping/sg_lens_{name}", {"backend_roles": [arn]})


def make_reader(engine: Engine, role_arn: str = ROLE_ARN, pace: Pace | None = None) -> SearchReader:
    return SearchReader(role_client(engine.url, role_arn), pace or FakeTime().pace(600))


def reader_of(url: str) -> SearchReader:
    """Of something that answers in the engine's place."""
    return SearchReader(OpenSearch(hosts=[url], max_retries=0), FakeTime().pace(600))


def put_flows(engine: Engine, day: str, documents: Iterable[Document]) -> None:
    body = "".join(f'{{"create": {{}}}}\n{json.dumps(document)}\n' for document in documents)
    answer = engine.request("POST", f"/{flows_index(day)}/_bulk?refresh=true", body.encode())
    content = json.loads(answer.data)
    assert content["errors"] is False, content


def drop_all(engine: Engine) -> None:
    for index in ("flows-2*", INDEX):
        engine.request("DELETE", f"/{index}?ignore_unavailable=true")


def read_usage(engine: Engine) -> dict[str, str]:
    """Of each document its source as it was sent, by id."""
    answer = engine.request("GET", f"/{INDEX}/_search?size=10000")
    hits = json.loads(answer.data).get("hits", {"hits": []})["hits"]
    return {hit["_id"]: json.dumps(hit["_source"]) for hit in hits}


def make_flows(seed: int, count: int) -> list[Document]:
    """With all that a document may have or lack."""
    rng = random.Random(seed)
    return [_make_flow(rng) for _ in range(count)]


def _make_flow(rng: random.Random) -> Document:
    status = rng.choice(("OK",) * 8 + ("NODATA", "SKIPDATA"))
    flow: dict[str, Any] = {
        "@timestamp": MIDNIGHT + rng.randint(-600, 86_399),
        "interface_id": rng.choice(INTERFACES),
        "log_status": status,
        "group_ids": sorted(rng.sample(GROUPS, rng.choice((0, 1, 1, 2, 3)))),
    }
    if status != "OK":
        return flow
    flow |= {"action": "ACCEPT", "bytes": rng.randint(0, 2**40), "packets": rng.randint(1, 2**31)}
    flow |= _make_sides(rng) if rng.random() < 0.95 else {}
    flow |= _make_decision(rng, flow)
    return flow


def _make_sides(rng: random.Random) -> Document:
    with_ports = rng.random() < 0.95
    sides: dict[str, Any] = {"peer_addr": rng.choice(PEERS), "protocol_name": rng.choice(PROTOCOLS)}
    if with_ports:
        sides |= {"local_port": rng.choice((0, 22, 443)), "peer_port": rng.choice((0, 443, 50_000))}
    if rng.random() < 0.5:
        sides["peer_group_ids"] = sorted(rng.sample(GROUPS, rng.choice((1, 2, 4))))
        sides["peer_name"] = rng.choice(("web-1", "web-2", "Zürich"))
    return sides


def _make_decision(rng: random.Random, flow: Document) -> Document:
    initiator = rng.choice(("local", "peer", None)) if "peer_addr" in flow else None
    decided: dict[str, Any] = {"initiator_evidence": "ports" if initiator else "unknown"}
    if initiator:
        is_response = rng.random() < 0.4
        direction = "ingress" if initiator == "peer" else "egress"
        decided |= {"initiator": initiator, "is_response": is_response, "direction": direction}
        if flow["protocol_name"] in ("tcp", "udp") and "local_port" in flow:
            port = flow["local_port" if initiator == "peer" else "peer_port"]
            decided["service_port"] = port
    if rng.random() < 0.2:
        return decided | {"action": "REJECT", "attribution": "reject", "rule_match": "none"}
    rule_ids = sorted(rng.sample(sorted(RULES), rng.choice((0, 1, 1, 2, 3))))
    if not rule_ids:
        return decided | {"attribution": "no_rule", "rule_match": "none"}
    certain = "sole" if len(rule_ids) == 1 else "shared"
    match = rng.choice((certain, certain, "possible")) if initiator else "possible"
    return decided | {"attribution": "rules", "rule_match": match, "rule_ids": rule_ids}
