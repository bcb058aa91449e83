from dataclasses import dataclass
from typing import Self

from adapters.environment import read_variable
from domain.advice_settings import AdviceSettings
from domain.errors import EnvironmentVariableError


@dataclass(frozen=True, slots=True)
class Environment:
    search_endpoint: str
    data_bucket: str
    site_bucket: str
    index_page_function: str
    dashboards_url: str
    region: str
    content_hash: str
    """Of the code that makes reports: another one makes other reports."""
    settings: AdviceSettings

    @classmethod
    def from_env(cls) -> Self:
        return cls(
            search_endpoint=_read("SEARCH_ENDPOINT"),
            data_bucket=_read("DATA_BUCKET"),
            site_bucket=_read("SITE_BUCKET"),
            index_page_function=_read("INDEX_PAGE_FUNCTION"),
            dashboards_url=_read("DASHBOARDS_URL"),
            region=_read("AWS_REGION"),
            content_hash=_read("CONTENT_HASH"),
            settings=AdviceSettings(
                window_days=_read_number("WINDOW_DAYS"),
                min_coverage=_read_number("MIN_COVERAGE_PERCENT") / 100,
                too_wide_factor=_read_number("TOO_WIDE_FACTOR"),
                max_cidrs=_read_number("MAX_CIDRS"),
                public_peers=_read_number("PUBLIC_PEERS"),
                keep_tag=_read("KEEP_TAG"),
            ),
        )


def _read(name: str) -> str:
    return read_variable(name, function="advisor")


def _read_number(name: str) -> int:
    text = _read(name)
    if not (text.isascii() and text.isdigit()):
        raise EnvironmentVariableError(
            f"advisor: the environment variable {name} must be a whole number, not {text!r}"
        )
    return int(text)
