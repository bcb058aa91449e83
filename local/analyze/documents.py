"""Where the documents go: a file that is there whole or not at all, or the standard output."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, Final

from local.analyze.error import AnalyzeError

STANDARD_OUTPUT: Final = Path("-")


class Documents:
    """JSON lines."""

    def __init__(self, path: Path, out: BinaryIO) -> None:
        self._path = path
        self._out = out

    def write(self, lines: str) -> None:
        try:
            self._out.write(lines.encode())
        except BrokenPipeError:
            raise
        except OSError as error:
            raise _unwritable(self._path, error) from error


@contextmanager
def open_documents(path: Path) -> Iterator[Documents]:
    """An error in its block leaves what was there before, if anything."""
    if path == STANDARD_OUTPUT:
        yield Documents(path, sys.stdout.buffer)
        sys.stdout.buffer.flush()
    elif path.exists() and not path.is_file():
        # A device or a pipe is written to, not replaced.
        with _open(path) as out:
            yield Documents(path, out)
    else:
        with _replace(path.resolve()) as out:
            yield Documents(path, out)


@contextmanager
def _replace(path: Path) -> Iterator[BinaryIO]:
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with _open(part) as out:
            yield out
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _open(path: Path) -> Iterator[BinaryIO]:
    try:
        out = path.open("wb")
    except OSError as error:
        raise _unwritable(path, error) from error
    with out:
        yield out


def _unwritable(path: Path, error: OSError) -> AnalyzeError:
    return AnalyzeError(f"{path} can't be written: {error.strerror}")
