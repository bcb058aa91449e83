"""SG Lens on this machine, with no account: `python -m local.demo [--once]`."""

import argparse
import os
import shutil
import sys
from contextlib import suppress
from pathlib import Path
from typing import Final

CHECKOUT: Final = Path(__file__).resolve().parents[2]
# As in the functions' asset, whose root is on the path.
sys.path.append(str(CHECKOUT / "lambdas"))

from domain.errors import SgLensError  # noqa: E402
from local.browser import BrowserError  # noqa: E402
from local.cloud import LocalCloudError  # noqa: E402
from local.dashboards_url import DashboardsUrlError  # noqa: E402
from local.demo.console import Console  # noqa: E402
from local.demo.error import PART_ERRORS, DemoError  # noqa: E402
from local.demo.feed import Amount  # noqa: E402
from local.demo.interrupts import interrupt_at_signals  # noqa: E402
from local.demo.run import Options, run  # noqa: E402
from local.toolchain import ToolchainError  # noqa: E402
from local.traffic.send import TrafficError  # noqa: E402

RUN_DIRECTORY: Final = CHECKOUT / ".cache" / "run"
INTERRUPTED: Final = 130
EXPECTED_ERRORS: Final = (
    *PART_ERRORS,
    BrowserError,
    DashboardsUrlError,
    DemoError,
    LocalCloudError,
    SgLensError,
    ToolchainError,
    TrafficError,
)


def main() -> int:
    options = _parse_arguments()
    console = Console(sys.stdout)
    directory = _make_run_directory()
    interrupt_at_signals()
    try:
        run(options, console, directory)
    except EXPECTED_ERRORS as error:
        console.fail(f"The demo has failed: {error}")
        console.say(f"The logs of all parts are in {directory}")
        return 1
    except KeyboardInterrupt:
        _remove(directory)
        console.say("Stopped.")
        return INTERRUPTED
    _remove(directory)
    console.say("Done.")
    return 0


def _parse_arguments() -> Options:
    parser = argparse.ArgumentParser(prog="python -m local.demo", description=__doc__)
    parser.add_argument("--once", action="store_true", help="run through, check the result and destroy")
    parser.add_argument("--seed", type=int, default=1, help="of the sample traffic (default: %(default)s)")
    parser.add_argument("--scale", type=float, default=1.0, help="of what visitors do (default: %(default)s)")
    parser.add_argument(
        "--pictures", type=Path, metavar="FOLDER", help="take pictures of what there is to see"
    )
    arguments = parser.parse_args()
    return Options(arguments.once, Amount(arguments.seed, arguments.scale), arguments.pictures)


def _make_run_directory() -> Path:
    """One for each demo; those of demos that are no more are removed."""
    RUN_DIRECTORY.mkdir(parents=True, exist_ok=True)
    for other in RUN_DIRECTORY.glob("demo-*"):
        if not _is_another_running(int(other.name.removeprefix("demo-"))):
            shutil.rmtree(other, ignore_errors=True)
    directory = RUN_DIRECTORY / f"demo-{os.getpid()}"
    directory.mkdir()
    return directory


def _is_another_running(pid: int) -> bool:
    if pid == os.getpid():
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _remove(directory: Path) -> None:
    shutil.rmtree(directory, ignore_errors=True)
    with suppress(OSError):
        RUN_DIRECTORY.rmdir()


if __name__ == "__main__":
    sys.exit(main())
