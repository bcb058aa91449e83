"""People at the bastion, and the nightly job."""

from collections.abc import Iterator

from local.sample.groups import HOUR, INTERFACE_DELETED_AT
from local.traffic.hosts import OFFICE_USERS, OPERATOR_WHO_CAME_ONCE, OPERATORS, ROUTERS, S3, inside
from local.traffic.shapes import Scene, datagrams, icmp, tcp_exchange
from local.traffic.types import Conversation, Host

SSH_TARGETS = ("app-1", "app-2", "batch-1", "backup-1", "search-1", "search-2", "search-3")
NIGHTLY_JOB = (2, 30)
NIGHTLY_JOB_SECONDS = 1500
CAME_ONCE_AT = 10 * HOUR
ECHO = (8, 0)
FRAGMENTATION_NEEDED = (3, 4)


def ssh_sessions(scene: Scene) -> Iterator[Conversation]:
    moments = [(at, scene.rng.choice(OPERATORS)) for at in scene.busy_moments(per_day=16)]
    for at, operator in [*moments, (CAME_ONCE_AT, OPERATOR_WHO_CAME_ONCE)]:
        seconds = scene.rng.randint(60, 2400)
        yield _ssh(scene, operator, inside("bastion"), at, seconds)
        yield _ssh(scene, inside("bastion"), inside(scene.rng.choice(SSH_TARGETS)), at + 5, seconds - 10)
    yield _ssh(scene, inside("bastion"), inside("migrator"), INTERFACE_DELETED_AT - HOUR, 600)


def _ssh(scene: Scene, client: Host, server: Host, at: int, seconds: int) -> Conversation:
    bursts = tcp_exchange(at, seconds, scene.around(20_000), scene.around(80_000))
    return scene.tcp("ssh", client, server, 22, bursts)


def admin_ui_visits(scene: Scene) -> Iterator[Conversation]:
    for at in scene.busy_moments(per_day=60):
        bursts = tcp_exchange(at, scene.rng.randint(1, 60), scene.around(5_000), scene.around(200_000))
        client = scene.rng.choice(OFFICE_USERS)
        yield scene.tcp("admin ui", client, inside("dashboards"), 8443, bursts)


def pings(scene: Scene) -> Iterator[Conversation]:
    for at in scene.busy_moments(per_day=30):
        server = inside(scene.rng.choice(SSH_TARGETS))
        bursts = datagrams(at, 84, 84, count=4)
        yield icmp("ping", inside("bastion"), server, ECHO, bursts)


def path_mtu_messages(scene: Scene) -> Iterator[Conversation]:
    """Errors that routers send, to which nobody answers."""
    for at in scene.busy_moments(per_day=6):
        router = scene.rng.choice(ROUTERS)
        yield icmp("path mtu", router, inside("bastion"), FRAGMENTATION_NEEDED, datagrams(at, 56, 0))


def nightly_job(scene: Scene) -> Iterator[Conversation]:
    at = scene.at_clock(*NIGHTLY_JOB)
    for server, port, sent, answered in (
        (inside("search-1"), 9201, 200_000, 900_000_000),
        (S3, 443, 880_000_000, 300_000),
    ):
        bursts = tcp_exchange(at, NIGHTLY_JOB_SECONDS, sent, answered)
        yield scene.tcp("nightly job", inside("backup-1"), server, port, bursts)
