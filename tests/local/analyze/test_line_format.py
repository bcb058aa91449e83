import pytest

from domain.flow_log_format import DEFAULT_FORMAT, FlowLogFormat
from local.analyze.error import AnalyzeError
from local.analyze.line_format import parse_format
from tests.local.analyze.flow_logs import FIELDS, HEADER


@pytest.mark.parametrize("text", [DEFAULT_FORMAT, HEADER, f"  {HEADER}\n", HEADER.replace(" ", "\t")])
def test_a_format_is_given_as_the_api_or_as_a_header_line_writes_it(text: str) -> None:
    assert parse_format(text) == FlowLogFormat(FIELDS)


@pytest.mark.parametrize("text", ["", "id id", "version srcadr", "${version},${action}", "version version"])
def test_a_wrong_format_tells_of_the_quotes(text: str) -> None:
    with pytest.raises(AnalyzeError, match=r"--log-format: .*single quotes"):
        parse_format(text)
