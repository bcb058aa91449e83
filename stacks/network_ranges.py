import ipaddress
from collections.abc import Iterable, Sequence

IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

# No address of these reaches a public endpoint as the sender: RFC 1918, RFC 6598, RFC 4193.
_PRIVATE = tuple(
    ipaddress.ip_network(cidr)
    for cidr in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)


def is_public(network: IpNetwork) -> bool:
    """Whether the range is so wide that S3 calls a policy for it public, which Block Public Access refuses.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html
    """
    return network.prefixlen < (8 if network.version == 4 else 32)


def is_private(network: IpNetwork) -> bool:
    return any(_is_within(network, private) for private in _PRIVATE)


def _is_within(network: IpNetwork, other: IpNetwork) -> bool:
    if isinstance(network, ipaddress.IPv4Network) and isinstance(other, ipaddress.IPv4Network):
        return network.subnet_of(other)
    if isinstance(network, ipaddress.IPv6Network) and isinstance(other, ipaddress.IPv6Network):
        return network.subnet_of(other)
    return False


def covered_families(networks: Iterable[IpNetwork]) -> Sequence[str]:
    """The address families of which the ranges, taken together, leave nothing out."""
    networks = tuple(networks)
    merged: list[IpNetwork] = [
        *ipaddress.collapse_addresses(n for n in networks if isinstance(n, ipaddress.IPv4Network)),
        *ipaddress.collapse_addresses(n for n in networks if isinstance(n, ipaddress.IPv6Network)),
    ]
    return [f"IPv{network.version}" for network in merged if network.prefixlen == 0]
