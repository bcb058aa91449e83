from dataclasses import dataclass
from typing import Self

from adapters.environment import read_variable

_FUNCTION = "redrive"


@dataclass(frozen=True, slots=True)
class Environment:
    data_bucket: str
    failed_bucket: str
    flow_ingest_function: str

    @classmethod
    def from_env(cls) -> Self:
        return cls(
            data_bucket=read_variable("DATA_BUCKET", function=_FUNCTION),
            failed_bucket=read_variable("FAILED_BUCKET", function=_FUNCTION),
            flow_ingest_function=read_variable("FLOW_INGEST_FUNCTION", function=_FUNCTION),
        )
