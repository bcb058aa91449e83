import os
import signal
from collections.abc import Iterator

import pytest

from local.demo.interrupts import STOP_SIGNALS, deferred_interrupts, interrupt_at_signals


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in STOP_SIGNALS}
    interrupt_at_signals()
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("number", STOP_SIGNALS)
def test_each_way_to_end_a_program_interrupts(number: signal.Signals) -> None:
    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), number)


def test_a_deferred_interrupt_comes_when_its_time_is_over() -> None:
    steps = []

    def work() -> None:
        with deferred_interrupts():
            os.kill(os.getpid(), signal.SIGINT)
            steps.append("went on")

    with pytest.raises(KeyboardInterrupt):
        work()

    assert steps == ["went on"]


def test_without_an_interrupt_nothing_is_raised() -> None:
    with deferred_interrupts():
        pass

    with pytest.raises(KeyboardInterrupt):
        os.kill(os.getpid(), signal.SIGINT)
