"""Text as people keep it: gzipped or not, in UTF-8 or UTF-16, with a byte order mark or without one."""

import codecs
import gzip
import io
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Final, cast

from local.analyze.error import AnalyzeError

_CHUNK_CHARACTERS: Final = 1 << 18
_HEAD_BYTES: Final = 4096
_MOST_ZEROS: Final = 10
_GZIP: Final = b"\x1f\x8b"
_UNPACK: Final = "unpack it, and give what is in it"
_NOT_TEXT: Final = {
    b"PAR1": ("a Parquet file, gzipped or in a pipe", "give it as the file that it is"),
    b"PK\x03\x04": ("a zip archive", _UNPACK),
    b"BZh": ("compressed by bzip2", _UNPACK),
    b"\xfd7zXZ": ("compressed by xz", _UNPACK),
    b"\x28\xb5\x2f\xfd": ("compressed by zstd", _UNPACK),
    b"7z\xbc\xaf": ("a 7-Zip archive", _UNPACK),
    b"%PDF": ("a PDF document", "give the file that it was made from"),
    _GZIP: ("gzipped twice", "unpack it once"),
}
_MARKS: Final = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def read_lines(path: Path, see_bytes: Callable[[int], None] | None = None) -> Iterator[list[str]]:
    r"""The file's lines with their "\n", however they end in it, some thousands at a time.

    What is no text in the file's encoding reads as U+FFFD. A file is opened once and read forward only, so
    that a pipe will do. `see_bytes` is told how many of the file's bytes were read.
    """
    try:
        with path.open("rb") as raw, _open_text(path, raw) as text:
            has_position = see_bytes is not None and raw.seekable()
            while lines := text.readlines(_CHUNK_CHARACTERS):
                if has_position and see_bytes is not None:
                    see_bytes(raw.tell())
                yield lines
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise AnalyzeError(
            f"{path}: its gzip data is damaged or cut off ({error}), so that nobody knows what is missing;"
            " get the file again, or leave it out"
        ) from error
    except OSError as error:
        raise AnalyzeError(f"{path} can't be read: {error.strerror or error}") from error


def read_text(path: Path) -> str:
    return "".join(line for lines in read_lines(path) for line in lines)


def _open_text(path: Path, raw: io.BufferedReader) -> io.TextIOWrapper:
    stream: io.BufferedReader | gzip.GzipFile = raw
    if raw.peek(_HEAD_BYTES).startswith(_GZIP):
        stream = gzip.GzipFile(fileobj=raw)
    head = stream.peek(_HEAD_BYTES)
    for magic, (kind, remedy) in _NOT_TEXT.items():
        if head.startswith(magic):
            raise AnalyzeError(f"{path} is {kind}: {remedy}")
    return io.TextIOWrapper(cast(BinaryIO, stream), encoding=_find_encoding(path, head), errors="replace")


def _find_encoding(path: Path, head: bytes) -> str:
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            return encoding
    zeros = head.count(0)
    # Of ASCII in UTF-16 every other byte is zero.
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if zeros and not any(head[first::2]):
            return encoding
    # A few may come from a damaged disk: they make their lines unreadable, not the file.
    if zeros * _MOST_ZEROS > len(head):
        raise AnalyzeError(f"{path} is no text, but something binary")
    return "utf-8"
