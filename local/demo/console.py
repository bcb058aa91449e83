"""Progress on a terminal: one line a step, with the time since the start; plain text where nobody watches."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from time import monotonic
from typing import Final, TextIO

CLEAR_LINE: Final = "\r\x1b[2K"
BOLD: Final = "1"
FAINT: Final = "2"
RED: Final = "31"
INDENT: Final = " " * 8
UNKNOWN_WIDTH: Final = 80


class Step:
    """A step under way: `progress` replaces what is shown of it, `result` stays on its line at the end."""

    def __init__(self, console: "Console", title: str) -> None:
        self.result = ""
        self._console = console
        self._title = title
        self._shown = ""

    def progress(self, text: str) -> None:
        if text != self._shown:
            self._shown = text
            self._console.show_progress(f"{self._title} ... {text}")


class Console:
    def __init__(self, out: TextIO) -> None:
        self._out = out
        self._started = monotonic()
        self._is_live = out.isatty() and os.environ.get("TERM") != "dumb"
        self._has_colour = self._is_live and not os.environ.get("NO_COLOR")

    @contextmanager
    def step(self, title: str) -> Iterator[Step]:
        step = Step(self, title)
        started = monotonic()
        with ExitStack() as unfinished:
            unfinished.callback(self._write, " not done\n")
            self._write(f"{self._elapsed()}  {title} ...")
            yield step
            unfinished.pop_all()
        if self._is_live:
            self._write(f"{CLEAR_LINE}{self._elapsed(started)}  {title}")
        seconds = f"{monotonic() - started:.1f} s"
        self._write(f" {self._paint(FAINT, ', '.join(filter(None, [step.result, seconds])))}\n")

    def announce(self, title: str) -> None:
        """A step that writes lines of its own."""
        self._write(f"{self._elapsed()}  {title}\n")

    def show_progress(self, text: str) -> None:
        """On a terminal only: elsewhere each would be a line of its own."""
        if self._is_live:
            # Some terminals don't know how wide they are.
            width = os.get_terminal_size(self._out.fileno()).columns or UNKNOWN_WIDTH
            self._write(CLEAR_LINE + f"{self._elapsed()}  {text}"[: width - 1])

    def say(self, text: str = "") -> None:
        self._write("".join(f"{INDENT}{line}".rstrip() + "\n" for line in text.splitlines() or [""]))

    def headline(self, text: str) -> None:
        self._write(f"\n{INDENT}{self._paint(BOLD, text)}\n")

    def table(self, rows: Iterable[Sequence[object]]) -> None:
        """The first column to the left, the others to the right."""
        texts = [[f"{cell:,}" if isinstance(cell, int) else str(cell) for cell in row] for row in rows]
        widths = [max(map(len, column)) for column in zip(*texts, strict=True)]
        for first, *others in texts:
            columns = [text.rjust(width) for text, width in zip(others, widths[1:], strict=True)]
            self.say("  ".join(["", first.ljust(widths[0]), *columns]))

    def fail(self, text: str) -> None:
        first, *others = text.splitlines() or [""]
        self._write(f"\n{INDENT}{self._paint(RED, first)}\n")
        for line in others:
            self.say(line)

    def _elapsed(self, at: float | None = None) -> str:
        seconds = int((monotonic() if at is None else at) - self._started)
        return f"{seconds // 60:3}:{seconds % 60:02}"

    def _paint(self, code: str, text: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self._has_colour else text

    def _write(self, text: str) -> None:
        self._out.write(text)
        self._out.flush()
