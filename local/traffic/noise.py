"""Who knocks from outside: scanners, sweeping ports and pinging."""

from collections.abc import Iterator
from dataclasses import replace

from local.traffic.hosts import SCANNER_V6, SCANNERS, inside, inside_v6
from local.traffic.shapes import Scene, datagrams, icmp
from local.traffic.types import RST, SYN, SYN_ACK, Burst, Conversation, Load

TARGETS = ("web-lb-a", "web-lb-b", "bastion", "dashboards")
TARGETS_V6 = ("web-lb-a", "web-lb-b")
TCP_PORTS = (
    *(21, 22, 23, 25, 80, 110, 139, 143, 443, 445, 1433, 1521, 2375, 3306, 3389, 5060, 5432, 5900, 5985),
    *(6379, 6443, 7001, 8000, 8008, 8080, 8081, 8443, 8888, 9000, 9090, 9200, 10250, 11211, 27017),
)
UDP_PORTS = (53, 123, 161, 389, 500, 1900, 5353, 11211)
SWEPT_PORTS = 30
ECHO = (8, 0)


def port_sweeps(scene: Scene) -> Iterator[Conversation]:
    for begin in scene.busy_moments(per_day=40):
        scanner, target = scene.rng.choice(SCANNERS), inside(scene.rng.choice(TARGETS))
        for position, port in enumerate(scene.rng.sample(TCP_PORTS, SWEPT_PORTS)):
            # Where the port is open the scanner hangs up at once.
            bursts = (Burst(begin + position * 2, Load(2, 84), Load(1, 44), SYN | RST, SYN_ACK),)
            yield replace(scene.tcp("port sweep", scanner, target, port, bursts), syns=Load(1, 44))


def probes_v6(scene: Scene) -> Iterator[Conversation]:
    for at in scene.busy_moments(per_day=20):
        target = inside_v6(scene.rng.choice(TARGETS_V6))
        bursts = (Burst(at, Load(1, 60), Load(1, 60), SYN, SYN_ACK),)
        yield replace(scene.tcp("ipv6 probe", SCANNER_V6, target, 22, bursts), syns=Load(1, 60))


def datagram_probes(scene: Scene) -> Iterator[Conversation]:
    for at in scene.busy_moments(per_day=90):
        scanner, target = scene.rng.choice(SCANNERS), inside(scene.rng.choice(TARGETS))
        bursts = datagrams(at, scene.rng.randint(40, 120), 0)
        yield scene.udp("udp probe", scanner, target, scene.rng.choice(UDP_PORTS), bursts)


def outside_pings(scene: Scene) -> Iterator[Conversation]:
    for at in scene.busy_moments(per_day=20):
        scanner, target = scene.rng.choice(SCANNERS), inside(scene.rng.choice(TARGETS))
        yield icmp("outside ping", scanner, target, ECHO, datagrams(at, 28, 0))
