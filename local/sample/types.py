"""The parts of the sample VPC as plain data. Names stand where AWS will later give ids."""

from dataclasses import dataclass
from typing import Literal

ACCOUNT_ID = "123456789012"
REGION = "us-east-1"

Direction = Literal["ingress", "egress"]
Tags = tuple[tuple[str, str], ...]

InterfaceOwner = Literal[
    "ec2",
    "elb",
    "nlb",
    "nat_gateway",
    "rds",
    "elasticache",
    "efs",
    "lambda",
    "vpc_endpoint",
    "ecs",
    "unattached",
]

Fact = Literal[
    "public by intent",
    "ports and peers too wide",
    "should reference a group",
    "used from the bastion alone",
    "used by one nightly job",
    "one client came once",
    "shadowed",
    "unused",
    "added in the middle of the day",
    "revoked in the middle of the day",
    "no evidence",
    "not shown by flow logs",
]


@dataclass(frozen=True, slots=True)
class Lifetime:
    """Since when and until when a thing is there, in seconds after the day's start; None: no such end."""

    since: int | None = None
    until: int | None = None

    def covers(self, second: int) -> bool:
        return (self.since is None or self.since <= second) and (self.until is None or second < self.until)

    @property
    def is_past(self) -> bool:
        return self.until is not None


ALWAYS = Lifetime()


@dataclass(frozen=True, slots=True)
class Cidr:
    text: str


@dataclass(frozen=True, slots=True)
class MembersOf:
    group: str


@dataclass(frozen=True, slots=True)
class ListedIn:
    prefix_list: str


@dataclass(frozen=True, slots=True)
class MembersOfPeered:
    """Of a group of a peered VPC, whose members no inventory of this one shows."""

    group: str


RulePeer = Cidr | MembersOf | MembersOfPeered | ListedIn


@dataclass(frozen=True, slots=True)
class SampleSubnet:
    name: str
    tier: Literal["public", "app", "data"]
    zone: Literal["a", "b"]
    cidr_ipv4: str
    cidr_ipv6: str


@dataclass(frozen=True, slots=True)
class SamplePrefixList:
    name: str
    entries: tuple[tuple[str, str], ...]
    """CIDR and description of each."""


@dataclass(frozen=True, slots=True)
class SampleGroup:
    name: str
    description: str
    tags: Tags = ()
    lifetime: Lifetime = ALWAYS


@dataclass(frozen=True, slots=True)
class PeeredGroup:
    name: str
    description: str
    member_addrs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SampleRule:
    name: str
    group: str
    direction: Direction
    ip_protocol: str
    ports: tuple[int, int]
    """First and last port; ICMP's type and code; (-1, -1) where the protocol has neither, as AWS answers."""
    peer: RulePeer
    description: str = ""
    fact: Fact | None = None
    lifetime: Lifetime = ALWAYS


@dataclass(frozen=True, slots=True)
class SampleInterface:
    """A network interface: `earlier_groups` is what it has until `moved_at`, `groups` from then on."""

    name: str
    subnet: str
    owner: InterfaceOwner
    private_addrs: tuple[str, ...]
    groups: tuple[str, ...]
    ipv6_addrs: tuple[str, ...] = ()
    public_addr: str | None = None
    earlier_groups: tuple[str, ...] = ()
    moved_at: int = 0
    lifetime: Lifetime = ALWAYS
    in_inventory: bool = True
    """False for one that came and went between two looks at the VPC."""
    logs: bool = True

    def groups_at(self, second: int) -> tuple[str, ...]:
        return self.earlier_groups if self.earlier_groups and second < self.moved_at else self.groups

    @property
    def addrs(self) -> tuple[str, ...]:
        return self.private_addrs + self.ipv6_addrs
