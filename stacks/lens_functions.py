from collections.abc import Sequence
from dataclasses import dataclass

from stacks.lens_function import LensFunction


@dataclass(frozen=True, slots=True)
class LensFunctions:
    """All functions of the stack, for what watches them."""

    flow_ingest: LensFunction
    redrive: LensFunction
    inventory_sync: LensFunction
    search_setup: LensFunction
    index_page: LensFunction
    rule_usage: LensFunction
    advisor: LensFunction

    @property
    def frequent(self) -> Sequence[LensFunction]:
        """Those that run each few minutes, or make several attempts at once."""
        return self.flow_ingest, self.redrive, self.inventory_sync, self.search_setup

    @property
    def hourly(self) -> Sequence[LensFunction]:
        """Those that have something to do each hour at most."""
        return self.index_page, self.rule_usage, self.advisor

    @property
    def steady(self) -> Sequence[LensFunction]:
        """All but the one that runs in deployments alone."""
        return tuple(each for each in (*self.frequent, *self.hourly) if each is not self.search_setup)
