import time
from collections.abc import Callable
from dataclasses import dataclass

from adapters.log import write_log
from domain.errors import SearchSetupError, SearchUnavailableError

PAUSE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Deadline:
    """How many seconds are left for the work, and how to wait."""

    remaining: Callable[[], float]
    sleep: Callable[[float], None] = time.sleep

    @property
    def is_over(self) -> bool:
        return self.remaining() <= 0


def keep_trying(step: Callable[[], None], deadline: Deadline) -> None:
    """Repeats the step while what it asks is young or busy; SearchSetupError once the time is over.

    A new domain is reported as ready before its name resolves and before its security is initialised.
    """
    last = "none was asked for"
    while not deadline.is_over:
        try:
            step()
        except SearchUnavailableError as error:
            last = str(error)
            write_log("info", "a step is tried again", reason=last)
        else:
            return
        deadline.sleep(min(PAUSE_SECONDS, max(0.0, deadline.remaining())))
    raise SearchSetupError(
        f"the function's time was over before the search set-up was. The last answer: {last}. "
        "Deploy again when the domain is active: each step can be repeated."
    )
