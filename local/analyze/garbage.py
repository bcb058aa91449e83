"""When Python looks for objects that only each other hold on to."""

import gc
from typing import Final

_NEW_OBJECTS: Final = 100_000


def collect_seldom() -> None:
    """What is counted makes hundreds of thousands of objects, and none of that kind: to look through them
    after each 700 new ones, as by default, takes a fifth of the time."""
    gc.set_threshold(_NEW_OBJECTS)
