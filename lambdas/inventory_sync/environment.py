from dataclasses import dataclass
from typing import Self

from adapters.environment import read_list, read_variable

_FUNCTION = "inventory_sync"


@dataclass(frozen=True, slots=True)
class Environment:
    data_bucket: str
    index_page_function: str
    vpc_ids: tuple[str, ...]
    subnet_ids: tuple[str, ...]

    @classmethod
    def from_env(cls) -> Self:
        return cls(
            data_bucket=read_variable("DATA_BUCKET", function=_FUNCTION),
            index_page_function=read_variable("INDEX_PAGE_FUNCTION", function=_FUNCTION),
            vpc_ids=read_list("VPC_IDS", function=_FUNCTION),
            subnet_ids=read_list("SUBNET_IDS", function=_FUNCTION),
        )
