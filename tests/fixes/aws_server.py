"""Runs the AWS CLI's calls in forks of one process that has loaded it: each start takes half a second else.

Started as `python aws_server.py PACKAGES` with the environment of the calls, it prints its port. A call sends
its arguments as JSON and gets back its exit code, output and errors.
"""

import contextlib
import io
import json
import os
import signal
import socket
import sys
import tempfile
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

WARM_UP = ("ec2", "describe-security-group-rules", "--output", "text")


class Driver(Protocol):
    def main(self, args: "Sequence[str]") -> int: ...


def serve(driver: Driver) -> None:
    # Children that have ended are not waited for.
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with socket.create_server(("127.0.0.1", 0)) as server:
        print(server.getsockname()[1], flush=True)
        while True:
            connection, _ = server.accept()
            with connection:
                if os.fork() == 0:
                    server.close()
                    answer(driver, connection)
                    os._exit(0)


def answer(driver: Driver, connection: socket.socket) -> None:
    with (
        connection.makefile("rwb") as stream,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
    ):
        arguments = json.loads(stream.readline())
        os.dup2(out.fileno(), 1)
        os.dup2(err.fileno(), 2)
        code = driver.main(arguments)
        sys.stdout.flush()
        sys.stderr.flush()
        texts = [_read(file) for file in (out, err)]
        stream.write(json.dumps([code, *texts]).encode())


def _read(file: Any) -> str:  # noqa: ANN401 - the wrapper of a temporary file
    file.seek(0)
    return bytes(file.read()).decode()


if __name__ == "__main__":
    sys.path.insert(0, sys.argv[1])
    from awscli.clidriver import create_clidriver  # type: ignore[import-not-found]

    loaded: Driver = create_clidriver()
    with contextlib.redirect_stdout(io.StringIO()):
        loaded.main(WARM_UP)
    serve(loaded)
