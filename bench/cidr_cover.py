"""The least CIDR blocks of ten thousand peers, which a rule may have had in a month."""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address
from random import Random
from statistics import median
from time import process_time

from bench.rows import Row
from bench.timing import stay_on_one_core
from domain.addresses import parse_addr
from domain.advice_settings import AdviceSettings
from domain.cidr_cover import cover, covered_size

PEERS = 10_000
NETWORKS = 20
ROUNDS = 5
TARGET_SECONDS = 1.0
SEED = 20_260_101
FAMILIES: dict[str, tuple[str, int, int, Callable[[int], object]]] = {
    "v4": ("0.0.0.0/0", 32, 16, IPv4Address),
    "v6": ("::/0", 128, 80, IPv6Address),
}
"""What holds them all, the bits of an address and of a host, and an address of a number."""


def measure() -> list[Row]:
    stay_on_one_core()
    return [_measure(family) for family in FAMILIES]


def _measure(family: str) -> Row:
    """Processor time, the parsing of texts included."""
    anywhere = FAMILIES[family][0]
    max_blocks = AdviceSettings().max_cidrs
    seconds = []
    for number in range(ROUNDS):
        addrs = make_peers(family, SEED + number)
        parse_addr.cache_clear()
        started = process_time()
        blocks = cover(addrs, max_blocks, anywhere)
        seconds.append(process_time() - started)
    details = {
        "peers": len(addrs),
        "blocks": blocks,
        "addresses": float(covered_size(blocks)),
        "seconds": [round(each, 3) for each in seconds],
    }
    title = f"CIDR blocks with the least space, {PEERS:,} peers, {max_blocks} blocks, IP{family}"
    return Row(f"cidr_cover_{family}", title, median(seconds), "s", TARGET_SECONDS, details=details)


def make_peers(family: str, seed: int) -> list[str]:
    """Distinct ones, of a few networks anywhere."""
    _, bits, host_bits, to_addr = FAMILIES[family]
    random = Random(seed)
    networks = [random.getrandbits(bits - host_bits) << host_bits for _ in range(NETWORKS)]
    addrs: set[str] = set()
    while len(addrs) < PEERS:
        addrs.add(str(to_addr(random.choice(networks) | random.getrandbits(host_bits))))
    return sorted(addrs)
