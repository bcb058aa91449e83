from dataclasses import dataclass

# GiB, from "EBS volume size quotas" in the Amazon OpenSearch Service Developer Guide. Most other types take
# 1 TiB or more; what is too much for one of them, the service refuses when it is deployed.
_SMALL_VOLUMES = {"t3.small.search": 100, "t3.medium.search": 200}


@dataclass(frozen=True, slots=True)
class DomainSize:
    """`volume_gib` is per node; `shards` are the primary shards of one day's index."""

    instance_type: str
    instance_count: int
    volume_gib: int
    shards: int

    @property
    def zones(self) -> int:
        return 1 if self.instance_count == 1 else 2

    @property
    def replicas(self) -> int:
        """A copy in the other zone, where there is one."""
        return self.zones - 1

    @property
    def largest_volume_gib(self) -> int | None:
        return _SMALL_VOLUMES.get(self.instance_type)


SIZES = {
    "small": DomainSize("t3.medium.search", 2, 50, 1),
    "medium": DomainSize("r6g.large.search", 2, 300, 1),
    "large": DomainSize("r6g.2xlarge.search", 4, 1000, 4),
}
