"""Flow logs as Parquet, as VPC Flow Logs write them to S3: columns named like the fields, with `_` for `-`.

pyarrow reads them, which nothing else needs: it is looked for only where there is such a file.
"""

from collections.abc import Callable, Iterator, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final, NamedTuple

from domain.flow_log_format import FlowLogFormat
from local.analyze.error import AnalyzeError
from local.analyze.line_format import parse_columns

_MAGIC: Final = b"PAR1"
_BATCH_ROWS: Final = 10_000
_BUFFER_BYTES: Final = 1 << 20
_MISSING: Final = "-"
# What would make two words of one, or none; no field of a flow log has it.
_NO_WORD: Final = "^$|[^!-~]"
_UNREADABLE: Final = "\ufffd"
_INSTALL: Final = "pip install pyarrow"

Arrow = Any
"""What pyarrow has, which comes without types."""


class ParquetRows(NamedTuple):
    log_format: FlowLogFormat
    lines: Sequence[str]
    """As a text file would have them."""
    unused: frozenset[str]
    """Columns that are no fields of a flow log."""


def is_parquet(path: Path) -> bool:
    """Only a file is looked into: what a pipe gives can be read but once."""
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return file.read(len(_MAGIC)) == _MAGIC
    except OSError as error:
        raise AnalyzeError(f"{path} can't be read: {error.strerror or error}") from error


def read_parquet(path: Path, see_bytes: Callable[[int], None]) -> Iterator[ParquetRows]:
    """Some thousands at a time, of which no more is in memory, whatever the size of a row group."""
    arrow, parquet, compute = _import(path)
    try:
        size = path.stat().st_size
        with parquet.ParquetFile(path, buffer_size=_BUFFER_BYTES, pre_buffer=False) as file:
            columns = _Columns.choose(file.schema_arrow.names, path)
            batches = file.iter_batches(_BATCH_ROWS, columns=columns.names, use_threads=False)
            done = 0
            for batch in batches:
                arrays = [_to_text(arrow, compute, batch.column(name), name) for name in columns.names]
                lines = compute.binary_join_element_wise(
                    *arrays, " ", null_handling="replace", null_replacement=_MISSING
                )
                done += batch.num_rows
                see_bytes(size * done // file.metadata.num_rows)
                yield ParquetRows(columns.log_format, lines.to_pylist(), columns.unused)
    except (arrow.ArrowException, OSError, UnicodeDecodeError) as error:
        reason = " ".join(str(error).split())
        raise AnalyzeError(
            f"{path}: its Parquet data is damaged, cut off or of an unknown kind ({reason}); get the file"
            " again, or leave it out"
        ) from error


class _Columns(NamedTuple):
    names: list[str]
    """Of the file, for the fields of the format."""
    log_format: FlowLogFormat
    unused: frozenset[str]

    @classmethod
    def choose(cls, names: Sequence[str], path: Path) -> "_Columns":
        fields, log_format = parse_columns(names, str(path))
        return cls(fields, log_format, frozenset(names) - frozenset(fields))


def _import(path: Path) -> tuple[Arrow, Arrow, Arrow]:
    try:
        return import_module("pyarrow"), import_module("pyarrow.parquet"), import_module("pyarrow.compute")
    except ImportError as error:
        raise AnalyzeError(
            f"{path} is a Parquet file; what reads it doesn't come with Python, but can be had: {_INSTALL}"
        ) from error


def _to_text(arrow: Arrow, compute: Arrow, column: Arrow, name: str) -> Arrow:
    """A word or nothing in each row. Whole numbers may have been through a tool that made them others."""
    kind, types = column.type, arrow.types
    if types.is_timestamp(kind):
        column = column.cast(arrow.timestamp("s"), safe=False).cast(arrow.int64())
    elif types.is_floating(kind):
        column = compute.if_else(compute.is_nan(column), None, column).cast(arrow.int64())
    elif types.is_nested(kind):
        raise arrow.ArrowInvalid(f"column {name} is {kind}, neither text nor a number")
    text = column.cast(arrow.string())
    if not types.is_integer(kind) and compute.any(compute.match_substring_regex(text, _NO_WORD)).as_py():
        text = compute.if_else(compute.equal(text, ""), None, text)
        text = compute.replace_substring_regex(text, _NO_WORD, _UNREADABLE)
    return text
