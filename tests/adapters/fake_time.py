from dataclasses import dataclass, field

from adapters.flows_index import Pace


@dataclass
class FakeTime:
    """A clock that only sleeping moves."""

    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def pace(self, seconds: float, random: float = 1.0) -> Pace:
        """Lasts for `seconds` from now; `random` 1.0 is the longest wait that jitter allows."""
        end = self.now + seconds
        return Pace(remaining=lambda: end - self.now, sleep=self.sleep, random=lambda: random)
