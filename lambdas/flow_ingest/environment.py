from dataclasses import dataclass
from typing import Self

from adapters.environment import read_variable
from domain.errors import EnvironmentVariableError, FlowLogFormatError
from domain.flow_log_format import FlowLogFormat

_FUNCTION = "flow_ingest"


@dataclass(frozen=True, slots=True)
class Environment:
    search_endpoint: str
    log_format: FlowLogFormat
    data_bucket: str
    region: str

    @classmethod
    def from_env(cls) -> Self:
        return cls(
            search_endpoint=read_variable("SEARCH_ENDPOINT", function=_FUNCTION),
            log_format=_parse_log_format(read_variable("LOG_FORMAT", function=_FUNCTION)),
            data_bucket=read_variable("DATA_BUCKET", function=_FUNCTION),
            region=read_variable("AWS_REGION", function=_FUNCTION),
        )


def _parse_log_format(text: str) -> FlowLogFormat:
    try:
        return FlowLogFormat.parse(text)
    except FlowLogFormatError as error:
        raise EnvironmentVariableError(
            f"{_FUNCTION}: the environment variable LOG_FORMAT is wrong: {error}"
        ) from error
