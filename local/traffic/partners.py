"""Partners, and the company's own warehouse, which is in a peered VPC."""

from collections.abc import Iterator
from dataclasses import replace

from local.traffic.hosts import PARTNERS, WAREHOUSE, inside
from local.traffic.shapes import Scene, tcp_exchange
from local.traffic.types import Conversation

FEED_PORT = 9443
HEALTH_CHECK_SECONDS = 1800


def feeds(scene: Scene) -> Iterator[Conversation]:
    """The load balancer preserves the client's address: its target sees the partner, from the same port.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/edit-target-group-attributes.html#client-ip-preservation
    """
    for at in scene.busy_moments(per_day=40):
        bursts = tcp_exchange(at, scene.rng.randint(1, 900), scene.around(60_000), 3_000)
        at_door = scene.tcp("feed", scene.rng.choice(PARTNERS), inside("feed-lb-a"), FEED_PORT, bursts)
        yield at_door
        yield replace(at_door, server=inside("feed-1"))


def health_checks_of_feed(scene: Scene) -> Iterator[Conversation]:
    for at in scene.every(HEALTH_CHECK_SECONDS):
        bursts = tcp_exchange(at, 0, 130, 160)
        yield scene.tcp("feed check", inside("feed-lb-a"), inside("feed-1"), FEED_PORT, bursts)


def warehouse_orders(scene: Scene) -> Iterator[Conversation]:
    for at in scene.busy_moments(per_day=40):
        bursts = tcp_exchange(at, scene.rng.randint(0, 900), scene.around(2_000), scene.around(4_000))
        yield scene.tcp("warehouse order", scene.rng.choice(WAREHOUSE), inside("orders-1"), 8081, bursts)
