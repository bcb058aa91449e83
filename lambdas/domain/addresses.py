from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

# RFC 1918, 6598 and 4193: what can't come from the Internet.
_PRIVATE = tuple(
    ip_network(cidr)
    for cidr in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)
# Addresses repeat from record to record, and parsing one costs more than the rest of a field.
_CACHED_ADDRS = 65_536


@lru_cache(maxsize=_CACHED_ADDRS)
def parse_addr(text: str) -> IPv4Address | IPv6Address:
    """Raises ValueError, also for an IPv6 zone (`fe80::1%eth0`): the index's `ip` type has none."""
    addr = ip_address(text)
    if "%" in text:
        raise ValueError(f"{text!r} has a zone")
    return addr


@lru_cache(maxsize=_CACHED_ADDRS)
def canonical_addr(text: str) -> str:
    """The one spelling under which addresses are stored and compared; raises ValueError."""
    return str(parse_addr(text))


@lru_cache(maxsize=4_096)
def parse_cidr(text: str) -> IPv4Network | IPv6Network:
    """Raises ValueError, also where host bits are set: EC2 never answers with those."""
    return ip_network(text)


def is_private(addr: IPv4Address | IPv6Address) -> bool:
    """Of this or of another private network; of a block, ask its first address."""
    return any(addr in network for network in _PRIVATE)
