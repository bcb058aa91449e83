"""What a person at a terminal sees of the work."""

import io
from pathlib import Path

import pytest

from local.analyze.progress import Progress, to_size
from local.analyze.reading import ReadingCounts


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True

    @property
    def lines(self) -> list[str]:
        """What each writing over left to be seen."""
        return self.getvalue().split("\r\x1b[K")[1:]


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def counts(bytes_read: int) -> ReadingCounts:
    counted = ReadingCounts()
    counted.begin_file(Path("flow.log"))
    counted.see_bytes(bytes_read)
    return counted


def test_reading_is_shown_with_its_share_its_speed_and_what_is_left() -> None:
    terminal, clock = Terminal(), Clock()
    progress = Progress(terminal, clock)
    clock.now += 10

    progress.show_reading(counts(250_000_000), 500_000, 1_000_000_000)

    assert terminal.lines == [
        "Reading [#####...............]  25% of 1 GB: 500,000 records, 50,000 records/s, 0:30 left"
    ]


def test_of_a_pipe_nobody_knows_what_is_left() -> None:
    terminal, clock = Terminal(), Clock()
    progress = Progress(terminal, clock)
    clock.now += 10

    progress.show_reading(counts(1_500), 20, None)

    assert terminal.lines == ["Reading 1.5 kB: 20 records, 2 records/s"]


def test_groups_are_shown_with_how_many_there_are() -> None:
    terminal, clock = Terminal(), Clock()
    progress = Progress(terminal, clock)
    clock.now += 10
    progress.begin()
    clock.now += 90

    progress.show_groups("Writing reports", 1_500, 2_500)

    assert terminal.lines == ["Writing reports [############........]  60%: 1,500 of 2,500 groups, 1:00 left"]


def test_a_line_is_written_only_now_and_then() -> None:
    terminal, clock = Terminal(), Clock()
    progress = Progress(terminal, clock)

    for _ in range(100):
        clock.now += 0.01
        progress.show_groups("Summing up", 1, 2)

    assert len(terminal.lines) == 5


def test_the_line_is_gone_when_anything_else_is_said() -> None:
    terminal = Terminal()
    progress = Progress(terminal, Clock())
    progress.show_groups("Summing up", 1, 2)
    progress.clear()
    progress.clear()

    assert terminal.lines[1:] == [""]


def test_what_is_no_terminal_gets_nothing() -> None:
    file = io.StringIO()
    progress = Progress(file, Clock())
    progress.show_reading(counts(1), 1, 1)
    progress.show_groups("Summing up", 1, 2)
    progress.clear()

    assert file.getvalue() == ""


def test_files_that_grow_meanwhile_and_empty_ones_have_a_share_too() -> None:
    terminal, clock = Terminal(), Clock()
    progress = Progress(terminal, clock)
    clock.now += 10
    progress.show_reading(counts(30), 1, 10)
    clock.now += 10
    progress.show_reading(counts(0), 0, 0)

    assert "100%" in terminal.lines[0]
    assert "0:00 left" in terminal.lines[0]
    assert "100%" in terminal.lines[1]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1_000, "1 kB"),
        (999_900, "1 MB"),
        (3_270_000_000, "3.27 GB"),
        (5e15, "5e+03 TB"),
    ],
)
def test_sizes_read_as_people_say_them(number: int, text: str) -> None:
    assert to_size(number) == text
