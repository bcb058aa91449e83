from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from domain.errors import IndexPageError


@dataclass(frozen=True, slots=True)
class PublishRequest:
    """How a page is to be published; a schedule's event asks for neither."""

    create: bool = False
    """Whether a page that isn't there is made. Renewals don't: nothing may appear in an emptied bucket."""
    stored_traffic: bool = False
    """Whether the traffic of the last page will do, as for a change of the inventory."""

    @classmethod
    def parse(cls, event: Mapping[str, object]) -> Self:
        """Raises IndexPageError where a member has no such value."""
        create, traffic = event.get("create", False), event.get("traffic")
        if not isinstance(create, bool):
            raise IndexPageError(f'the event\'s "create" must be true or false, not {create!r}')
        if traffic not in (None, "stored"):
            raise IndexPageError(f'the event\'s "traffic" must be "stored" or left out, not {traffic!r}')
        return cls(create, stored_traffic=traffic is not None)
