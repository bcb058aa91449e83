import io
import os
import pty
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

import pytest

from local.demo.console import Console


@contextmanager
def terminal() -> Iterator[tuple[TextIO, int]]:
    """Something to write to that is a terminal, and where its other end can be read."""
    reading, writing = pty.openpty()
    with os.fdopen(writing, "w") as out:
        yield out, reading
    os.close(reading)


def show_a_step(out: TextIO) -> None:
    with Console(out).step("Deploying") as step:
        step.progress("1 of 2")
        step.result = "2 resources"


def test_a_step_is_one_line_with_the_time_its_result_and_its_duration() -> None:
    out = io.StringIO()

    show_a_step(out)

    assert re.fullmatch(r"  0:00  Deploying \.\.\. 2 resources, \d+\.\d s\n", out.getvalue())


def test_a_terminal_shows_progress_in_place_and_in_colour(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.delenv("NO_COLOR", raising=False)

    with terminal() as (out, reading):
        show_a_step(out)
        shown = os.read(reading, 4096).decode()

    assert "\r\x1b[2K  0:00  Deploying ... 1 of 2" in shown
    assert "\x1b[2m2 resources" in shown


def test_no_color_leaves_out_the_colours_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("NO_COLOR", "1")

    with terminal() as (out, reading):
        show_a_step(out)
        shown = os.read(reading, 4096).decode()

    assert "1 of 2" in shown
    assert "\x1b[2m" not in shown


def test_a_step_that_fails_is_not_done() -> None:
    out = io.StringIO()

    with pytest.raises(ValueError, match="broken"), Console(out).step("Deploying"):
        raise ValueError("broken")

    assert out.getvalue() == "  0:00  Deploying ... not done\n"


def test_a_table_has_its_numbers_below_each_other() -> None:
    out = io.StringIO()

    Console(out).table([("app", 12_345, "1 GB"), ("database", 6, "25 MB")])

    assert out.getvalue().splitlines() == [
        "          app       12,345   1 GB",
        "          database       6  25 MB",
    ]
