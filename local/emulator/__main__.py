"""The emulator's process: MiniStack with its deviations mended, the domain's front door, and the control API.

It ends when its standard input does, and so with the process that started it, however that ends.
"""

import argparse
import asyncio
import json
import os
import sys
import threading
from pathlib import Path

from hypercorn.asyncio import serve
from hypercorn.config import Config

from local.certificates import Certificate
from local.emulator.control import ControlServer
from local.emulator.deviations.mending import mend_all
from local.emulator.deviations.network_interfaces import NetworkInterfaces
from local.emulator.deviations.search_access import authenticate, is_allowed
from local.emulator.deviations.search_engine import SearchEngine
from local.emulator.ministack import app, lambda_runtime
from local.search.faults import Faults
from local.search.front_door import FrontDoor


def main() -> None:
    arguments = _parse_arguments()
    network_interfaces, faults = NetworkInterfaces(), Faults()
    certificate = Certificate(arguments.certificate, arguments.key)
    front_door = FrontDoor(arguments.engine_url, certificate, authenticate, is_allowed, faults)
    control = ControlServer(network_interfaces, faults)
    mend_all(network_interfaces, SearchEngine(arguments.engine_url), f"localhost:{front_door.port}")
    front_door.start()
    control.start()
    ports = {"front_door": front_door.port, "control": control.port}
    _write(arguments.ports_file, json.dumps(ports))
    asyncio.run(_serve(arguments.port))
    lambda_runtime.reset()
    # MiniStack's threads have no end of their own.
    os._exit(0)


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--port", type=int, required=True, help="of AWS's APIs; GATEWAY_PORT must be the same"
    )
    parser.add_argument("--engine-url", required=True)
    parser.add_argument("--certificate", type=Path, required=True, help="of the front door, PEM")
    parser.add_argument("--key", type=Path, required=True, help="of the certificate, PEM")
    parser.add_argument("--ports-file", type=Path, required=True, help="the other ports are written here")
    return parser.parse_args()


async def _serve(port: int) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    threading.Thread(target=_wait_for_end_of_input, args=(loop, stop), daemon=True).start()
    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 0.5
    await serve(app.app, config, shutdown_trigger=stop.wait)


def _wait_for_end_of_input(loop: asyncio.AbstractEventLoop, stop: asyncio.Event) -> None:
    sys.stdin.buffer.read()
    loop.call_soon_threadsafe(stop.set)


def _write(path: Path, text: str) -> None:
    """Whole or not at all."""
    draft = path.with_suffix(".draft")
    draft.write_text(text)
    draft.rename(path)


if __name__ == "__main__":
    main()
