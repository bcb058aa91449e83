"""What SG Lens would index, from flow log files and an inventory in files: `python -m local.analyze`.

It needs no account, no emulator and no search engine. docs/analyze.md says how to get the files.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parents[2]
# As in the functions' asset, whose root is on the path.
sys.path.append(str(CHECKOUT / "lambdas"))

from domain.errors import SgLensError  # noqa: E402
from domain.flow_log_format import FlowLogFormat  # noqa: E402
from local.analyze.analysis import Analysis, analyze  # noqa: E402
from local.analyze.documents import STANDARD_OUTPUT, open_documents  # noqa: E402
from local.analyze.error import AnalyzeError  # noqa: E402
from local.analyze.find_files import find_files  # noqa: E402
from local.analyze.inventory_folder import read_inventory_folder  # noqa: E402
from local.analyze.line_format import parse_format  # noqa: E402
from local.analyze.summary import summarize, summarize_reading  # noqa: E402

INTERRUPTED: Final = 130


@dataclass(frozen=True, slots=True)
class Options:
    flow_logs: Sequence[Path]
    inventory: Path
    log_format: FlowLogFormat | None
    documents: Path


def main() -> int:
    try:
        _run(_parse_arguments())
    except BrokenPipeError:
        # Whoever read the documents has seen enough; nor can they be told anything when Python exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (AnalyzeError, SgLensError) as error:
        _say(f"ERROR: {error}")
        return 1
    except KeyboardInterrupt:
        _say("Stopped.")
        return INTERRUPTED
    return 0


def _run(options: Options) -> None:
    files = find_files(options.flow_logs)
    _check_target(options.documents, files)
    inventory = read_inventory_folder(options.inventory)
    with open_documents(options.documents) as out:
        analysis = analyze(files, options.log_format, inventory, out)
        _check_result(analysis)
    for line in summarize(analysis, inventory, options.documents):
        _say(line)


def _check_target(documents: Path, files: Sequence[Path]) -> None:
    if documents != STANDARD_OUTPUT and documents.resolve() in {file.resolve() for file in files}:
        raise AnalyzeError(f"--documents {documents} is one of the flow log files: give another name")


def _check_result(analysis: Analysis) -> None:
    if not analysis.documents:
        for line in summarize_reading(analysis.counts, analysis.documents):
            _say(line)
        raise AnalyzeError("there is no flow record in these files that can be read")


def _parse_arguments() -> Options:
    parser = argparse.ArgumentParser(prog="python -m local.analyze", description=__doc__)
    parser.add_argument(
        "--flow-logs",
        type=Path,
        nargs="+",
        required=True,
        metavar="PATH",
        help="files of flow logs, as text or gzipped, and folders of them",
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
    parser.add_argument(
        "--documents",
        type=Path,
        required=True,
        metavar="FILE",
        help="to be written: a JSON document a line, one for each record; - for the standard output",
    )
    arguments = parser.parse_args()
    log_format = None if arguments.log_format is None else parse_format(arguments.log_format)
    return Options(arguments.flow_logs, arguments.inventory, log_format, arguments.documents)


def _say(line: str) -> None:
    print(line, file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
