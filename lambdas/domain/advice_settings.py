"""By which limits the evidence is judged."""

from dataclasses import dataclass
from typing import Final

SECONDS_OF_DAY: Final = 86_400


@dataclass(frozen=True, slots=True)
class AdviceSettings:
    window_days: int = 30
    """How far back evidence counts, to the second; a rule younger than that is `too_new`."""
    min_coverage: float = 0.9
    """The share of the group's interface hours that must have log data."""
    too_wide_factor: int = 256
    max_cidrs: int = 5
    """CIDR blocks that may take the place of one rule's peer, per range of ports."""
    public_peers: int = 20
    """From so many scattered peers on, what is open to the world is meant to be."""
    keep_tag: str = "sg-lens:keep"

    @property
    def window_seconds(self) -> int:
        return self.window_days * SECONDS_OF_DAY
