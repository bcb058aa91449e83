from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

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
