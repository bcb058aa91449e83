from dataclasses import dataclass
from typing import Self

from adapters.environment import read_variable


@dataclass(frozen=True, slots=True)
class Environment:
    search_endpoint: str
    data_bucket: str
    site_bucket: str
    dashboards_url: str
    region: str

    @classmethod
    def from_env(cls) -> Self:
        return cls(
            search_endpoint=_read("SEARCH_ENDPOINT"),
            data_bucket=_read("DATA_BUCKET"),
            site_bucket=_read("SITE_BUCKET"),
            dashboards_url=_read("DASHBOARDS_URL"),
            region=_read("AWS_REGION"),
        )


def _read(name: str) -> str:
    return read_variable(name, function="index_page")
