from typing import Final

from domain.errors import FlowRecordError
from domain.flow_log_format import FlowLogFormat
from domain.flow_record import parse_flow_record
from domain.text import shorten
from local.analyze.error import AnalyzeError
from local.analyze.reading import UnreadableLine
from local.analyze.wrong_file import guess_kind

# So many lines that don't fit, and none that does, are no damage: the file holds something else.
_LINES: Final = 20


class FormatTrial:
    """Whether a file has the format that it doesn't itself say: the first line that fits settles it."""

    def __init__(self, log_format: FlowLogFormat, *, is_guess: bool) -> None:
        self.is_settled = False
        self._log_format = log_format
        self._is_guess = is_guess
        self._unfit: list[UnreadableLine] = []

    def settle(self) -> None:
        self.is_settled = True

    def try_record(self, message: str, line: UnreadableLine) -> None:
        """`line` has a reason where the record is known not to fit; AnalyzeError where enough have not."""
        try:
            if not line.reason:
                parse_flow_record(message, self._log_format)
                return self.settle()
        except FlowRecordError as error:
            line = line._replace(reason=str(error))
        self._unfit.append(line)
        if len(self._unfit) == _LINES:
            self.finish()
        return None

    def finish(self) -> None:
        """AnalyzeError where the file has lines and none of them fits."""
        if self._unfit and not self.is_settled:
            raise AnalyzeError(self._explain(self._unfit[0]))

    def _explain(self, first: UnreadableLine) -> str:
        kind = guess_kind(first.line)
        if kind is not None:
            return f"{first.place}: this is {kind}, no VPC flow log: {shorten(first.line)}"
        if self._is_guess:
            return (
                f"{first.place}: the file has no header line, and its lines don't fit the default format:"
                f" {first.reason}. The line is {shorten(first.line)}. If the file is a flow log, say its"
                " format with --log-format '${version} ${account-id} …', in single quotes, as `aws ec2"
                " describe-flow-logs` shows it"
            )
        return (
            f"{first.place}: the file's lines don't fit --log-format {self._log_format}: {first.reason}."
            f" The line is {shorten(first.line)}. A file with a header line, or of the default format,"
            " needs no --log-format"
        )
