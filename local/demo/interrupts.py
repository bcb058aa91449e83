"""Ctrl-C and its kin: they interrupt the demo, but never between the start of a process and its end."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NoReturn

STOP_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def interrupt_at_signals() -> None:
    for number in STOP_SIGNALS:
        signal.signal(number, _interrupt)


def ignore_signals() -> None:
    for number in STOP_SIGNALS:
        signal.signal(number, signal.SIG_IGN)


@contextmanager
def deferred_interrupts() -> Iterator[None]:
    """An interrupt that comes in the meantime is raised at the end. For the main thread alone."""
    received: list[int] = []
    handlers = {
        number: signal.signal(number, lambda number, _: received.append(number)) for number in STOP_SIGNALS
    }
    try:
        yield
    finally:
        for number, handler in handlers.items():
            signal.signal(number, handler)
    if received:
        raise KeyboardInterrupt


def _interrupt(_number: int, _frame: object) -> NoReturn:
    raise KeyboardInterrupt
