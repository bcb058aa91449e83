"""Which security group rules flow log files show in use, and narrower ones: `python -m local.analyze`.

It needs no account, no emulator and no search engine. docs/analyze.md says how to get the files.
"""

import os
import sys
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parents[2]
# As in the functions' asset, whose root is on the path.
sys.path.append(str(CHECKOUT / "lambdas"))

from domain.errors import SgLensError  # noqa: E402
from local.analyze.command import run  # noqa: E402
from local.analyze.error import AnalyzeError  # noqa: E402
from local.analyze.garbage import collect_seldom  # noqa: E402
from local.analyze.options import parse_options  # noqa: E402
from local.analyze.progress import Progress  # noqa: E402

INTERRUPTED: Final = 130


def main() -> int:
    collect_seldom()
    progress = Progress(sys.stderr)
    try:
        return run(parse_options(__doc__ or ""), progress)
    except BrokenPipeError:
        # Whoever read the output has seen enough; nor can they be told anything when Python exits.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (AnalyzeError, SgLensError) as error:
        progress.clear()
        print(f"ERROR: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        progress.clear()
        print("Stopped.", file=sys.stderr)
        return INTERRUPTED


if __name__ == "__main__":
    sys.exit(main())
