from dataclasses import dataclass
from typing import Self

from adapters.environment import read_variable
from domain.errors import EnvironmentVariableError


@dataclass(frozen=True, slots=True)
class Environment:
    search_endpoint: str
    data_bucket: str
    retention_days: int
    region: str

    @classmethod
    def from_env(cls) -> Self:
        return cls(
            search_endpoint=_read("SEARCH_ENDPOINT"),
            data_bucket=_read("DATA_BUCKET"),
            retention_days=_read_days("RETENTION_DAYS"),
            region=_read("AWS_REGION"),
        )


def _read(name: str) -> str:
    return read_variable(name, function="rule_usage")


def _read_days(name: str) -> int:
    text = _read(name)
    # Not below one day: what is left of a mistake here can't be had back.
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise EnvironmentVariableError(
            f"rule_usage: the environment variable {name} is {text!r}; it needs a number of days, 1 or more"
        )
    return int(text)
