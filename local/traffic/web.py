"""The shop: visitors at the load balancer, and the load balancer at the application servers."""

from collections.abc import Iterator
from dataclasses import replace

from local.traffic.hosts import inside, inside_v6, web_client, web_client_v6
from local.traffic.shapes import Scene, tcp_exchange
from local.traffic.types import FIN, RST, Burst, Conversation, Host, Load

LOAD_BALANCERS = ("web-lb-a", "web-lb-b")
APP_SERVERS = ("app-1", "app-2")
HEALTH_CHECK_SECONDS = 300


def visits(scene: Scene) -> Iterator[Conversation]:
    for at in scene.busy_moments(per_day=1800):
        client, server = _visitor_and_door(scene)
        if scene.rng.random() < 0.1:
            bursts, port = tcp_exchange(at, 0, 300, 400), 80
        else:
            seconds = scene.rng.randint(0, 45)
            bursts, port = tcp_exchange(at, seconds, scene.around(3_000), scene.around(90_000)), 443
        yield scene.tcp("web visit", client, server, port, bursts)


def _visitor_and_door(scene: Scene) -> tuple[Host, Host]:
    door = scene.rng.choice(LOAD_BALANCERS)
    if scene.rng.random() < 0.2:
        return web_client_v6(scene.rng), inside_v6(door)
    return web_client(scene.rng), inside(door)


def requests_to_app(scene: Scene) -> Iterator[Conversation]:
    """The load balancer keeps its connections for many visitors' requests."""
    for at in scene.busy_moments(per_day=500):
        client, server = inside(scene.rng.choice(LOAD_BALANCERS)), inside(scene.rng.choice(APP_SERVERS))
        seconds = scene.rng.randint(30, 400)
        bursts = tcp_exchange(at, seconds, scene.around(30_000), scene.around(800_000))
        yield scene.tcp("request to app", client, server, 8080, bursts)


def health_checks(scene: Scene) -> Iterator[Conversation]:
    for client in map(inside, LOAD_BALANCERS):
        for server in map(inside, APP_SERVERS):
            for at in scene.every(HEALTH_CHECK_SECONDS):
                bursts = tcp_exchange(at, 0, 130, 160)
                yield scene.tcp("health check", client, server, 8080, bursts)


def packets_after_the_end(scene: Scene) -> Iterator[Conversation]:
    for at in scene.busy_moments(per_day=30):
        bursts = (Burst(at, Load(1, 40), sent_flags=scene.rng.choice((FIN, RST))),)
        client, server = web_client(scene.rng), inside(scene.rng.choice(LOAD_BALANCERS))
        yield replace(scene.tcp("late packet", client, server, 443, bursts), is_stray=True)
