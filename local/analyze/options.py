import argparse
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, get_args

from domain.advice_settings import AdviceSettings
from domain.flow_log_format import FlowLogFormat
from domain.report import Verdict
from local.analyze.documents import STANDARD_OUTPUT
from local.analyze.line_format import parse_format

VERDICTS: Final[tuple[Verdict, ...]] = get_args(Verdict)
_MOST_DAYS: Final = 400
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?Z", re.ASCII)
_REGION: Final = re.compile(r"[a-z]{2,4}(-[a-z]+)+-\d", re.ASCII)


@dataclass(frozen=True, slots=True)
class Options:
    flow_logs: Sequence[Path]
    inventory: Path
    log_format: FlowLogFormat | None
    documents: Path | None
    out: Path | None
    replay: Path | None
    fail_on: frozenset[Verdict]
    window_days: int
    made_at: int | None
    """Epoch seconds."""
    region: str

    @property
    def is_advice(self) -> bool:
        """Whether rules are judged."""
        return self.out is not None or self.replay is not None


def parse_options(description: str, arguments: Sequence[str] | None = None) -> Options:
    """Exits with 2 where they make no sense; AnalyzeError for a format that can't be."""
    parser = argparse.ArgumentParser(prog="python -m local.analyze", description=description)
    _add_inputs(parser)
    _add_outputs(parser)
    _add_window(parser)
    given = parser.parse_args(arguments)
    if given.out is None and given.documents is None and given.replay is None:
        parser.error("nothing is asked for: give --out, --replay or --documents")
    if given.fail_on and given.out is None:
        parser.error("--fail-on needs --out: it is the reports' verdicts that it goes by")
    if given.documents == STANDARD_OUTPUT and given.replay is not None:
        parser.error("--documents - and --replay both write to the standard output: give --documents a file")
    log_format = None if given.log_format is None else parse_format(given.log_format)
    return Options(**{**vars(given), "log_format": log_format, "region": given.region or ""})


def _add_inputs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--flow-logs",
        type=Path,
        nargs="+",
        required=True,
        metavar="PATH",
        help="files of flow logs, as text, gzipped or Parquet, and folders of them",
    )
    parser.add_argument(
        "--inventory",
        type=Path,
        required=True,
        metavar="FOLDER",
        help="with the answers of `aws ec2 describe-…`, or with such folders named by their UTC time",
    )
    parser.add_argument(
        "--log-format",
        metavar="'${version} …'",
        help="of files without a header line (default: the default format of VPC Flow Logs)",
    )


def _add_outputs(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help="to be made, or made anew: a report and fixes for each security group, and an index of them",
    )
    parser.add_argument(
        "--fail-on",
        type=_parse_verdicts,
        default=frozenset(),
        metavar="VERDICT,…",
        help=f"exit with 3 where a rule has one of these: {', '.join(VERDICTS)}",
    )
    parser.add_argument(
        "--replay",
        type=Path,
        metavar="RULES.json",
        help="rules of your own for one group: which recorded connections they would refuse, as JSON to the"
        " standard output; exit with 3 where there is one",
    )
    parser.add_argument(
        "--documents",
        type=Path,
        metavar="FILE",
        help="to be written: a JSON document a line, one for each record; - for the standard output",
    )


def _add_window(parser: argparse.ArgumentParser) -> None:
    default = AdviceSettings().window_days
    parser.add_argument(
        "--window-days",
        type=_parse_days,
        default=default,
        metavar="N",
        help=f"how far back evidence counts (default: {default})",
    )
    parser.add_argument(
        "--made-at",
        type=_parse_time,
        metavar="TIME",
        help="the end of that time, as 2026-11-24T12:00:00Z (default: the end of the latest record)",
    )
    parser.add_argument(
        "--region",
        type=_parse_region,
        metavar="REGION",
        help="that the fixes are made for (default: the one that the AWS CLI is set to)",
    )


def _parse_verdicts(text: str) -> frozenset[Verdict]:
    chosen = frozenset(verdict for verdict in VERDICTS if verdict in text.split(","))
    unknown = sorted(set(text.split(",")) - chosen)
    if unknown:
        raise argparse.ArgumentTypeError(f"{unknown[0]!r} is no verdict; there are {', '.join(VERDICTS)}")
    return chosen


def _parse_days(text: str) -> int:
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= _MOST_DAYS):
        raise argparse.ArgumentTypeError(f"{text!r} is no number of days from 1 to {_MOST_DAYS}")
    return int(text)


def _parse_time(text: str) -> int:
    try:
        if _TIME.fullmatch(text):
            return int(datetime.fromisoformat(text).timestamp())
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f"{text!r} is no UTC time like 2026-11-24T12:00:00Z")


def _parse_region(text: str) -> str:
    if not _REGION.fullmatch(text):
        raise argparse.ArgumentTypeError(f"{text!r} is no Region like us-east-1")
    return text
