"""What the parts of the sample VPC say to each other."""

from collections.abc import Iterator
from itertools import combinations

from local.sample.groups import HOUR, INTERFACE_DELETED_AT, INTERFACE_MOVED_AT
from local.traffic.hosts import inside
from local.traffic.shapes import DAY, Scene, close_tcp, datagrams, open_tcp, tcp_exchange, tcp_talk
from local.traffic.types import UDP, Burst, Conversation

APP_SERVERS = ("app-1", "app-2")
SEARCH_NODES = ("search-1", "search-2", "search-3")
APP_2_RESTARTED_AT = 9 * HOUR
BULK_LOAD_BEGAN_AT = 8 * HOUR
GOSSIP_PORT = 7946
GOSSIP_SECONDS = HOUR


def _talk(scene: Scene, begin: int, end: int, request: int, response: int) -> tuple[Burst, ...]:
    """Goes on and on; bytes are those of about a minute."""
    bursts: list[Burst] = []
    at = begin + scene.rng.randint(0, 30)
    while at < end:
        bursts += tcp_talk((at,), scene.around(request), scene.around(response))
        at += scene.rng.randint(45, 75)
    return tuple(bursts)


def database_pools(scene: Scene) -> Iterator[Conversation]:
    """Connections older than the day, and those of a server that was started again in its middle."""
    mysql = inside("shop-mysql")
    for name, begin, end in (
        ("app-1", 0, DAY),
        ("app-1", 0, DAY),
        ("app-2", 0, APP_2_RESTARTED_AT),
        ("app-2", APP_2_RESTARTED_AT, DAY),
    ):
        bursts = _talk(scene, begin, end, 4_000, 40_000)
        bursts = open_tcp(bursts) if begin > 0 else bursts
        bursts = close_tcp(bursts) if end < DAY else bursts
        yield scene.tcp("database pool", inside(name), mysql, 3306, bursts)


def lasting_connections(scene: Scene) -> Iterator[Conversation]:
    """Begun days ago: no record of today shows their SYN."""
    for client in map(inside, APP_SERVERS):
        sessions = _talk(scene, 0, DAY, 6_000, 9_000)
        yield scene.tcp("session cache", client, inside("sessions-cache"), 6379, sessions)
        uploads = _talk(scene, 0, DAY, 20_000, 2_000)
        yield scene.tcp("uploads", client, inside("uploads-efs"), 2049, uploads)
    for client, server in combinations(map(inside, SEARCH_NODES), 2):
        gossip = _talk(scene, 0, DAY, 1_500, 1_500)
        yield scene.tcp("search cluster", client, server, 9300, gossip)


def gossip(scene: Scene) -> Iterator[Conversation]:
    """From a port to the same one, and the rules would let either begin: nothing tells who did."""
    for client, server in combinations(map(inside, SEARCH_NODES), 2):
        for at in scene.every(GOSSIP_SECONDS):
            bursts = datagrams(at, 120, 90, count=3)
            yield Conversation("gossip", client, server, UDP, GOSSIP_PORT, GOSSIP_PORT, bursts)


def bulk_load(scene: Scene) -> Iterator[Conversation]:
    """Goes on after the rule that let it in was revoked: a tracked connection."""
    bursts = _talk(scene, BULK_LOAD_BEGAN_AT, INTERFACE_DELETED_AT - 1200, 200_000, 8_000)
    bursts = close_tcp(open_tcp(bursts))
    yield scene.tcp("bulk load", inside("migrator"), inside("search-1"), 9300, bursts)


def queries(scene: Scene) -> Iterator[Conversation]:
    for per_day, clients, servers, port in (
        (160, APP_SERVERS, SEARCH_NODES, 9200),
        (120, APP_SERVERS, ("orders-1",), 8081),
        (80, ("orders-1",), ("billing-1",), 8082),
        (80, ("billing-1",), ("orders-1",), 8081),
        (8, ("orders-1",), ("sessions-cache",), 6379),
    ):
        for at in scene.busy_moments(per_day):
            client, server = inside(scene.rng.choice(clients)), inside(scene.rng.choice(servers))
            bursts = tcp_exchange(at, scene.rng.randint(0, 3), scene.around(900), scene.around(6_000))
            yield scene.tcp("query", client, server, port, bursts)


def copies(scene: Scene) -> Iterator[Conversation]:
    """To the server that is deleted later in the day."""
    for at in scene.busy_moments(per_day=30):
        if at < INTERFACE_DELETED_AT - 60:
            bursts = tcp_exchange(at, 20, scene.around(400_000), 2_000)
            client = inside(scene.rng.choice(APP_SERVERS))
            yield scene.tcp("copy", client, inside("migrator"), 8873, bursts)


def regular_jobs(scene: Scene) -> Iterator[Conversation]:
    """Each at its own pace; some knock in vain: before a rule is added, since an interface left its group."""
    for kind, period, client, server, port in (
        ("report", 900, inside("reports-fn"), inside("reports-postgres"), 5432),
        ("report", 900, inside("reports-fn"), inside("secrets-endpoint"), 443),
        ("report", 1800, inside("reports-fn"), inside("sessions-cache"), 6379),
        ("secret", 3600, inside("app-1"), inside("secrets-endpoint"), 443),
        ("scrape", 300, inside("dashboards"), inside("app-1", addr_index=1), 9100),
        ("scrape", 300, inside("dashboards"), inside("app-2"), 9100),
        ("scrape", 1200, inside("dashboards"), inside("batch-1"), 9100),
        ("push", 1800, inside("app-1"), inside("dashboards"), 9091),
        ("push", 1800, inside("app-2"), inside("dashboards"), 9091),
    ):
        for at in scene.every(period):
            bursts = tcp_exchange(at, 0, scene.around(700), scene.around(12_000))
            yield scene.tcp(kind, client, server, port, bursts)


def forgotten_job(scene: Scene) -> Iterator[Conversation]:
    """It runs on where it may no longer call the database."""
    for at in scene.every(1200):
        if at > INTERFACE_MOVED_AT:
            bursts = tcp_exchange(at, 0, 700, 12_000)
            client, server = inside("batch-1"), inside("shop-mysql")
            yield scene.tcp("forgotten job", client, server, 3306, bursts)
