import json
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Mistake:
    """One wrong context value: what is wrong with it, what is allowed, and an example of its key."""

    key: str
    value: object
    problem: str
    allowed: str
    example: str

    def __str__(self) -> str:
        return (
            f"  {self.key} = {json.dumps(self.value, default=str)}: {self.problem}\n"
            f"      allowed: {self.allowed}\n"
            f"      example: {self.example}"
        )


class ConfigError(Exception):
    """Every mistake of the context at once, so that they can be mended in one go."""

    def __init__(self, mistakes: Sequence[Mistake]) -> None:
        self.mistakes = tuple(mistakes)
        count = "one mistake" if len(self.mistakes) == 1 else f"{len(self.mistakes)} mistakes"
        head = f"SG Lens: {count} in the context (the keys of cdk.json, or -c KEY=VALUE)"
        super().__init__("\n\n".join((head, *map(str, self.mistakes))))
