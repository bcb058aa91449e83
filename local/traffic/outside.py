"""What the sample VPC asks of the world: time, names, APIs."""

from collections.abc import Iterator

from local.sample.interfaces import SHORT_TASK
from local.traffic.hosts import (
    ODD_WEBHOOK,
    PAYMENTS,
    PAYMENTS_V6,
    RESOLVER,
    S3,
    SUPPLIERS,
    TIME_SERVERS,
    inside,
    inside_v6,
)
from local.traffic.shapes import Scene, datagrams, tcp_exchange
from local.traffic.types import UDP, Conversation

NTP_SECONDS = 1024
NTP_PORT = 123


def time_queries(scene: Scene) -> Iterator[Conversation]:
    for client in ("app-1", "batch-1", "dashboards"):
        for at in scene.every(NTP_SECONDS):
            server = scene.rng.choice(TIME_SERVERS)
            yield scene.udp("time", inside(client), server, NTP_PORT, datagrams(at, 76, 76))


def time_queries_of_an_older_kind(scene: Scene) -> Iterator[Conversation]:
    """From port 123 itself: the ports don't tell who asks."""
    for at in scene.every(NTP_SECONDS):
        server = scene.rng.choice(TIME_SERVERS)
        bursts = datagrams(at, 76, 76)
        yield Conversation("time", inside("search-1"), server, UDP, NTP_PORT, NTP_PORT, bursts)


def name_queries(scene: Scene) -> Iterator[Conversation]:
    """To a resolver of one's own: flow logs never show queries to Amazon's."""
    for at in scene.busy_moments(per_day=90):
        bursts = datagrams(at, scene.rng.randint(60, 90), scene.rng.randint(90, 500))
        yield scene.udp("name", inside("batch-1"), RESOLVER, 53, bursts)
    for at in scene.busy_moments(per_day=4):
        bursts = tcp_exchange(at, 0, 80, 2_800)
        yield scene.tcp("name", inside("batch-1"), RESOLVER, 53, bursts)


def api_calls(scene: Scene) -> Iterator[Conversation]:
    for per_day, clients, server, port in (
        (60, (inside("app-1"), inside("app-2")), PAYMENTS, 443),
        (30, (inside_v6("app-1"), inside_v6("app-2")), PAYMENTS_V6, 443),
        (60, (inside("app-1"), inside("reports-fn")), S3, 443),
        (40, (inside("batch-1"),), SUPPLIERS, 443),
        (10, (inside("reports-fn"),), ODD_WEBHOOK, 8443),
    ):
        for at in scene.busy_moments(per_day):
            bursts = tcp_exchange(at, scene.rng.randint(0, 10), scene.around(4_000), scene.around(20_000))
            client = scene.rng.choice(clients)
            yield scene.tcp("api call", client, server, port, bursts)


def exports(scene: Scene) -> Iterator[Conversation]:
    """By a rule whose peer is AWS's own list of S3's addresses."""
    for at in scene.busy_moments(per_day=24):
        bursts = tcp_exchange(at, scene.rng.randint(1, 60), scene.around(2_000_000), 4_000)
        yield scene.tcp("export", inside("exports-1"), S3, 443, bursts)


def call_of_short_task(scene: Scene) -> Iterator[Conversation]:
    """By an interface that no look at the VPC ever saw."""
    begin = SHORT_TASK.since or 0
    bursts = tcp_exchange(begin + 5, 20, 3_000, 60_000)
    yield scene.tcp("short task", inside("short-task"), PAYMENTS, 443, bursts)
