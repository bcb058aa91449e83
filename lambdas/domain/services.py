"""Which ports belong to services: the one place where a port number says anything about who began."""

from typing import Final

FIRST_UNPRIVILEGED_PORT: Final = 1024
FIRST_EPHEMERAL_PORT: Final = 32_768
"""Linux's default, and the lowest of the systems that open connections from instances:
https://docs.aws.amazon.com/vpc/latest/userguide/nacl-ephemeral-ports.html. Windows begins at 49152."""

# Above the privileged ones, what is met in VPCs under its registered or its customary number:
# https://www.iana.org/assignments/service-names-port-numbers and the products' own documentation.
_WELL_KNOWN: Final = {
    "databases": (
        1433,
        1434,
        1521,
        2484,
        3306,
        5432,
        5433,
        5439,
        8086,
        8182,
        9042,
        9142,
        27017,
        27018,
        27019,
    ),
    "caches": (6379, 6380, 11211, 16379, 26379),
    "search": (5044, 5601, 9200, 9201, 9300),
    "queues": (1883, 4222, 5671, 5672, 8883, 9092, 9093, 9094, 9096, 9098, 15671, 15672),
    "coordination": (2181, 2379, 2380, 3888, 2888, 4317, 4318, 7000, 7001, 8200, 8300, 8301, 8500),
    "orchestration": (2375, 2376, 6443, 10050, 10051, 10250, 10255, 10256),
    "files": (2049, 3260, 8111),
    "directories": (1812, 1813, 3268, 3269),
    "remote access": (1194, 3128, 3389, 4500, 5900, 5985, 5986),
    "web": (3000, 5000, 8000, 8008, 8080, 8081, 8088, 8089, 8443, 8888, 9000, 9443),
    "monitoring": (9090, 9091, 9100, 9115, 9182, 11434),
}
SERVICE_PORTS: Final = frozenset(port for ports in _WELL_KNOWN.values() for port in ports)


def is_service(port: int) -> bool:
    return port < FIRST_UNPRIVILEGED_PORT or port in SERVICE_PORTS


def is_ephemeral(port: int) -> bool:
    return port >= FIRST_EPHEMERAL_PORT
