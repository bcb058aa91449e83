"""The Vega panel in a browser, and what has to be on it by its request's answer."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from playwright.sync_api import Locator, Page

from local.vega_panel import draw_vega_panel
from tests.dashboards.content import BY_KEY, Json, visualization_params

SPEC: Json = visualization_params(BY_KEY["visualization", "flow-picture"])["spec"]
BODY: Json = SPEC["data"][0]["url"]["body"]
NO_PORT = -1
# As the picture's tooltip has it.
NO_PORT_VALUE = "ICMP, or nobody knows who began"
DATA_SETS = {
    "nodes": ("role", "node", "label", "total", "y0", "y1"),
    "links": ("from", "to", "direction", "records"),
}
LIMITS = {"peer": 14, "port": 10, "interface": 14}


class Flow(NamedTuple):
    """Records of one peer and one service port at one interface in one direction."""

    peer: object
    port: object
    interface: object
    direction: str


@dataclass(frozen=True, slots=True)
class Picture:
    page: Page
    trouble: list[str]
    nodes: list[Json]
    links: list[Json]

    def node(self, role: str, label: str) -> Locator:
        """The bar of a node; bars stand in the order of the nodes."""
        place = next(
            place
            for place, node in enumerate(self.nodes)
            if node["role"] == role and label in (node["label"], node["node"])
        )
        return self.page.locator(".mark-rect.role-mark.node path").nth(place)

    def texts(self, mark: str) -> list[str]:
        return self.page.locator(f".mark-text.{mark} text").all_text_contents()

    def filters(self) -> list[list[object]]:
        """Arguments of the calls that add a filter to the dashboard."""
        called: list[list[object]] = self.page.evaluate("window.filters")
        return called


def draw(page: Page, answer: Json, *, width: int = 980, height: int = 540, theme: str = "light") -> Picture:
    drawn = draw_vega_panel(page, SPEC, answer, DATA_SETS, width=width, height=height, theme=theme)
    return Picture(page, drawn["trouble"], drawn["nodes"], drawn["links"])


def read_flows(answer: Json) -> Counter[Flow]:
    found: Counter[Flow] = Counter()
    for peer in _peers(answer["aggregations"]):
        for port in peer["ports"]["buckets"]:
            for interface in port["interfaces"]["buckets"]:
                for direction, records in _directions(interface).items():
                    found[Flow(peer["key"], _port(port), interface["key"], direction)] += records
    return +found


def expect_nodes(flows: Mapping[Flow, int]) -> dict[str, dict[str, int]]:
    """By role: the records of each node, the busiest by their value and the rest together."""
    return {role: _fold(role, flows) for role in LIMITS}


def expect_links(flows: Mapping[Flow, int]) -> Counter[tuple[str, str, str]]:
    """Records by both nodes and the direction."""
    nodes = expect_nodes(flows)
    links: Counter[tuple[str, str, str]] = Counter()
    for flow, records in flows.items():
        peer, port, interface = (_node(role, getattr(flow, role), nodes) for role in LIMITS)
        links[peer, port, flow.direction] += records
        links[port, interface, flow.direction] += records
    return links


def _peers(aggregations: Json) -> Iterator[Json]:
    yield from aggregations["named"]["buckets"]
    yield from aggregations["unnamed"]["peers"]["buckets"]


def _port(bucket: Json) -> object:
    return NO_PORT_VALUE if bucket["key"] == NO_PORT else bucket["key"]


def _directions(interface: Json) -> dict[str, int]:
    known: dict[str, int] = {name: interface[name]["doc_count"] for name in ("egress", "ingress")}
    return {**known, "unknown": interface["doc_count"] - sum(known.values())}


def _fold(role: str, flows: Mapping[Flow, int]) -> dict[str, int]:
    totals: Counter[str] = Counter()
    for flow, records in flows.items():
        totals[f"{role} {getattr(flow, role)}"] += records
    ranked = sorted(totals.items(), key=lambda item: (-item[1], item[0]))
    shown, rest = ranked[: LIMITS[role]], ranked[LIMITS[role] :]
    others = {f"{role}, others": sum(records for _, records in rest)} if rest else {}
    return {**dict(shown), **others}


def _node(role: str, value: object, nodes: dict[str, dict[str, int]]) -> str:
    name = f"{role} {value}"
    return name if name in nodes[role] else f"{role}, others"
