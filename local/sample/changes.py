from local.sample.groups import GROUPS
from local.sample.interfaces import INTERFACES
from local.sample.rules import RULES

_LIFETIMES = (
    *(rule.lifetime for rule in RULES),
    *(group.lifetime for group in GROUPS),
    *(interface.lifetime for interface in INTERFACES),
)

MOMENTS_OF_CHANGE = tuple(
    sorted(
        {0}
        | {moment for lifetime in _LIFETIMES for moment in (lifetime.since, lifetime.until) if moment}
        | {interface.moved_at for interface in INTERFACES}
    )
)
"""The seconds of the sample day at which something of the VPC changes, its first among them."""
