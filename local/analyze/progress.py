"""How far the work is, on a line of the terminal that is written over."""

from collections.abc import Callable
from time import monotonic
from typing import Final, TextIO

from local.analyze.reading import ReadingCounts

_SECONDS_BETWEEN: Final = 0.2
_BAR: Final = 20
_LEAST_SECONDS: Final = 1.0
"""Before that nobody can say how long it will take."""
_ERASE: Final = "\r\x1b[K"
_UNITS: Final = ("B", "kB", "MB", "GB", "TB")


class Progress:
    """Silent where `out` is no terminal: what is kept of a run needs no bar."""

    def __init__(self, out: TextIO, clock: Callable[[], float] = monotonic) -> None:
        self._out: Final = out
        self._clock: Final = clock
        self._is_shown: Final = out.isatty()
        self._started = clock()
        self._last = float("-inf")

    def begin(self) -> None:
        """A new piece of work, whose end is told by how long it has been going on."""
        self._started = self._clock()
        self._last = float("-inf")

    def show_reading(self, counts: ReadingCounts, records: int, total: int | None) -> None:
        """`total` is the size of all files in bytes; None where one of them is a pipe."""
        passed = self._pass()
        if passed is None:
            return
        read = to_size(counts.bytes_read) if total is None else _of(counts.bytes_read, total)
        speed = f", {records / passed:,.0f} records/s" if passed >= _LEAST_SECONDS else ""
        self._write(
            f"Reading {read}: {records:,} records{speed}{self._left(counts.bytes_read, total, passed)}"
        )

    def show_groups(self, name: str, done: int, total: int) -> None:
        passed = self._pass()
        if passed is not None:
            share = _bar(done, total)
            self._write(f"{name} {share}: {done:,} of {total:,} groups{self._left(done, total, passed)}")

    def clear(self) -> None:
        """Before anything else is written, and at the end."""
        if self._is_shown and self._last > float("-inf"):
            self._out.write(_ERASE)
            self._out.flush()
            self._last = float("-inf")

    def _pass(self) -> float | None:
        """Seconds since the beginning; None where it isn't time for a new line."""
        now = self._clock()
        if not self._is_shown or now - self._last < _SECONDS_BETWEEN:
            return None
        self._last = now
        return max(now - self._started, 1e-9)

    def _left(self, done: int, total: int | None, passed: float) -> str:
        if not total or not done or passed < _LEAST_SECONDS:
            return ""
        seconds = round(passed * max(total - done, 0) / done)
        return f", {seconds // 60}:{seconds % 60:02} left"

    def _write(self, text: str) -> None:
        self._out.write(f"{_ERASE}{text}")
        self._out.flush()


def to_size(number: float) -> str:
    """Of bytes, as people say it."""
    unit = 0
    while number >= 999.5 and unit < len(_UNITS) - 1:
        number /= 1000
        unit += 1
    return f"{number:.3g} {_UNITS[unit]}"


def _of(done: int, total: int) -> str:
    return f"{_bar(done, total)} of {to_size(total)}"


def _bar(done: int, total: int) -> str:
    share = min(done / total, 1.0) if total else 1.0
    full = round(share * _BAR)
    return f"[{'#' * full}{'.' * (_BAR - full)}] {share:4.0%}"
