import pytest

from rule_usage.request import UsageRequest, UsageRequestError


def test_a_schedule_s_event_asks_for_whatever_is_due() -> None:
    assert UsageRequest.parse({}) == UsageRequest(())
    assert UsageRequest.parse({"source": "aws.events"}) == UsageRequest(())


def test_days_may_be_named() -> None:
    event = {"days": ["2026-11-24", "2026-11-23", "2026-11-24"]}

    assert UsageRequest.parse(event) == UsageRequest(("2026-11-23", "2026-11-24"))


@pytest.mark.parametrize(
    "days", ["2026-11-24", None, [20261124], ["2026-11-31"], ["20261124"], ["2026-11-24x"], ["flows-*"]]
)
def test_what_names_no_day_is_refused(days: object) -> None:
    with pytest.raises(UsageRequestError, match="days"):
        UsageRequest.parse({"days": days})
