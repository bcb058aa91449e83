from dataclasses import dataclass
from typing import Self

from adapters.environment import read_variable


@dataclass(frozen=True, slots=True)
class Environment:
    search_endpoint: str
    master_secret_arn: str
    viewer_secret_arn: str
    index_page_function: str
    region: str

    @classmethod
    def from_env(cls) -> Self:
        return cls(
            search_endpoint=_read("SEARCH_ENDPOINT"),
            master_secret_arn=_read("MASTER_SECRET_ARN"),
            viewer_secret_arn=_read("VIEWER_SECRET_ARN"),
            index_page_function=_read("INDEX_PAGE_FUNCTION"),
            region=_read("AWS_REGION"),
        )


def _read(name: str) -> str:
    return read_variable(name, function="search_setup")
