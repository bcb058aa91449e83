"""What the filter of FlowLogDash calls a reply, said in Python."""

from tests.dashboards.content import BY_KEY, Json, search_source
from tests.dashboards.plain import Document

SYN = 2
ACK = 16
FIRST_PORT_OF_NO_SERVICE = 1024
FIRST_EPHEMERAL_PORT = 32_768


def replies_filter() -> Json:
    (only,) = search_source(BY_KEY["dashboard", "flow-log-dash"])["filter"]
    query: Json = only["query"]
    return query


def well_known_ports() -> list[int]:
    _, by_ports = replies_filter()["bool"]["should"]
    services = by_ports["bool"]["filter"][0]["bool"]["should"]
    ports: list[int] = services[1]["terms"]["srcport"]
    return ports


def is_reply(document: Document, known_ports: frozenset[int] = frozenset(well_known_ports())) -> bool:
    flags, source, destination = (document.get(name) for name in ("tcp_flags", "srcport", "dstport"))
    if isinstance(flags, int) and flags & SYN:
        return bool(flags & ACK)
    if not isinstance(source, int) or not isinstance(destination, int):
        return False
    is_service = source < FIRST_PORT_OF_NO_SERVICE or source in known_ports
    return is_service and destination >= FIRST_EPHEMERAL_PORT
