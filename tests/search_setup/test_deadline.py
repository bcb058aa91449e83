from collections.abc import Callable

import pytest

from domain.errors import SearchSetupError, SearchUnavailableError
from search_setup.deadline import Deadline, keep_trying
from tests.adapters.fake_time import FakeTime


def deadline_in(seconds: float, time: FakeTime) -> Deadline:
    end = time() + seconds
    return Deadline(remaining=lambda: end - time(), sleep=time.sleep)


def failing(times: int, calls: list[int]) -> Callable[[], None]:
    def step() -> None:
        calls.append(1)
        if len(calls) <= times:
            raise SearchUnavailableError("the name does not resolve")

    return step


def test_a_step_is_repeated_until_the_young_domain_answers() -> None:
    calls: list[int] = []

    keep_trying(failing(3, calls), deadline_in(600, FakeTime()))

    assert len(calls) == 4


def test_a_step_that_succeeds_waits_for_nothing() -> None:
    time = FakeTime()

    keep_trying(failing(0, []), deadline_in(600, time))

    assert time.slept == []


def test_a_domain_that_stays_away_is_given_up_at_the_deadline_with_its_last_answer() -> None:
    time = FakeTime()

    with pytest.raises(SearchSetupError, match="the name does not resolve"):
        keep_trying(failing(1000, []), deadline_in(42, time))

    assert time() == 42


def test_a_step_is_not_begun_once_the_time_is_over() -> None:
    calls: list[int] = []

    with pytest.raises(SearchSetupError, match="Deploy again"):
        keep_trying(failing(0, calls), deadline_in(0, FakeTime()))

    assert not calls


def test_an_error_that_waiting_can_not_mend_rises_at_once() -> None:
    time = FakeTime()

    def step() -> None:
        raise SearchSetupError("refused")

    with pytest.raises(SearchSetupError, match="refused"):
        keep_trying(step, deadline_in(600, time))

    assert time.slept == []
