import re
from typing import Final

from domain.errors import InventoryError

ICMP: Final = 1
TCP: Final = 6
UDP: Final = 17
ICMPV6: Final = 58

# https://www.iana.org/assignments/protocol-numbers, in lower case and with EC2's name for 58 (IANA's is
# IPv6-ICMP); what has long left the networks is left out.
_NAMES: Final = {
    0: "hopopt",
    1: "icmp",
    2: "igmp",
    4: "ipv4",
    6: "tcp",
    8: "egp",
    9: "igp",
    17: "udp",
    27: "rdp",
    33: "dccp",
    41: "ipv6",
    43: "ipv6-route",
    44: "ipv6-frag",
    46: "rsvp",
    47: "gre",
    50: "esp",
    51: "ah",
    58: "icmpv6",
    59: "ipv6-nonxt",
    60: "ipv6-opts",
    88: "eigrp",
    89: "ospf",
    94: "ipip",
    97: "etherip",
    98: "encap",
    103: "pim",
    108: "ipcomp",
    112: "vrrp",
    115: "l2tp",
    124: "isis",
    132: "sctp",
    133: "fc",
    135: "mobility-header",
    136: "udplite",
    137: "mpls-in-ip",
    139: "hip",
    141: "wesp",
    142: "rohc",
    143: "ethernet",
}
_NUMBERS: Final = {name: number for number, name in _NAMES.items()}
_NUMBER: Final = re.compile(r"(?:protocol-)?([0-9]{1,3})")
_HIGHEST: Final = 255


def protocol_name(number: int) -> str:
    """IANA's keyword, or "protocol-<number>"."""
    return _NAMES.get(number) or f"protocol-{number}"


def protocol_number(name: str) -> int:
    """Of a name that `protocol_name` gives, or of a rule's `ip_protocol`: a name or a number as text.

    A rule's "-1" is no protocol but all of them: ask for that before.
    """
    if name in _NUMBERS:
        return _NUMBERS[name]
    digits = _NUMBER.fullmatch(name)
    if digits and int(digits[1]) <= _HIGHEST:
        return int(digits[1])
    raise InventoryError(f"{name!r} is neither the name nor the number (0 to {_HIGHEST}) of an IP protocol")
