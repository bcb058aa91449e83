"""Use per rule and day, drawn by the Vega that Dashboards 2.19 has, in a browser."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from playwright.sync_api import Browser, Page

from local.browser import open_page
from local.search.engine import Engine
from local.vega_panel import draw_vega_panel
from tests.dashboards.content import BY_KEY, USAGE_DASH, Json, visualization_params
from tests.dashboards.osd_requests import to_query
from tests.dashboards.searching import search
from tests.dashboards.usage_sample import END, START

PANEL = BY_KEY["visualization", "usage-by-day"]
SPEC: Json = visualization_params(PANEL)["spec"]
BODY: Json = SPEC["data"][0]["url"]["body"]
MOST = 10
OTHERS = "other rules"
DAY = 86_400_000  # milliseconds
PARTS = ("sole", "shared", "possible")
DATA_SETS = {
    "stacked": ("rule", "day", *PARTS, "connections", "y0", "y1"),
    "legend": ("rule",),
    "calendar": ("day",),
}


@dataclass(frozen=True, slots=True)
class Picture:
    page: Page
    trouble: list[str]
    bars: list[Json]
    legend: list[str]
    days: list[int]

    def click(self, rule: str) -> None:
        place = next(place for place, bar in enumerate(self.bars) if bar["rule"] == rule)
        self.page.locator(".mark-rect.bar path").nth(place).click()

    def filters(self) -> list[list[object]]:
        """Arguments of the calls that add a filter to the dashboard."""
        called: list[list[object]] = self.page.evaluate("window.filters")
        return called


def draw(page: Page, answer: Json, *, width: int = 1200, theme: str = "light") -> Picture:
    drawn = draw_vega_panel(page, SPEC, answer, DATA_SETS, width=width, height=300, theme=theme)
    rules = [each["rule"] for each in drawn["legend"]]
    days = [each["day"] for each in drawn["calendar"]]
    return Picture(page, drawn["trouble"], drawn["stacked"], rules, days)


def count_connections(documents: list[Json]) -> Counter[tuple[str, int]]:
    """By rule and day, of the ten busiest rules and all others; which is what the picture should show."""
    totals: Counter[str] = Counter()
    for document in documents:
        if document["kind"] == "rule":
            totals[document["rule_id"]] += sum(document[part] for part in PARTS)
    shown = {rule for rule, _ in totals.most_common(MOST)}
    counted: Counter[tuple[str, int]] = Counter()
    for document in documents:
        if document["kind"] == "rule":
            rule = document["rule_id"] if document["rule_id"] in shown else OTHERS
            counted[rule, document["day"]] += sum(document[part] for part in PARTS)
    return +counted


def one_day(rule: str, sole: int, shared: int = 0, possible: int = 0, day: int = 20_000 * DAY) -> Json:
    """The answer of a day on which one rule was used."""
    sums = {
        part: {"value": float(number)} for part, number in zip(PARTS, (sole, shared, possible), strict=True)
    }
    days = {"buckets": [{"key": day, "doc_count": 1, **sums}]}
    rules = {"buckets": [{"key": rule, "doc_count": 1, **sums, "days": days}]}
    return {"aggregations": {**{f"by_{part}": rules for part in PARTS}, "days": days}}


@pytest.fixture(scope="module")
def answer(engine: Engine, usage_index: str) -> Json:
    return search(engine, usage_index, {**BODY, "query": to_query(PANEL, USAGE_DASH, START, END)})


@pytest.fixture(scope="module")
def picture(browser: Browser, answer: Json) -> Iterator[Picture]:
    with open_page(browser, width=1200, height=320) as (page, log):
        yield draw(page, answer)
        assert log.errors == []
        assert [url for url in log.requests if not url.startswith("about:")] == []


def test_it_is_drawn_without_a_warning(picture: Picture) -> None:
    assert picture.trouble == []


def test_its_bars_are_the_connections_of_the_ten_busiest_rules_and_of_the_others(
    picture: Picture, usage_documents: list[Json]
) -> None:
    drawn = {(bar["rule"], to_text(bar["day"])): bar["connections"] for bar in picture.bars}

    assert drawn == count_connections(usage_documents)
    assert len({rule for rule, _ in drawn}) == MOST + 1


def to_text(milliseconds: float) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).date().isoformat()


def test_bars_of_a_day_stand_on_each_other_without_a_gap(picture: Picture) -> None:
    for day in picture.days:
        spans = sorted((bar["y0"], bar["y1"]) for bar in picture.bars if bar["day"] == day)

        assert [low for low, _ in spans] == [0, *(high for _, high in spans[:-1])]


def test_the_busiest_rule_stands_first_and_the_others_last(
    picture: Picture, usage_documents: list[Json]
) -> None:
    totals: Counter[str] = Counter()
    for (rule, _), number in count_connections(usage_documents).items():
        totals[rule] += number
    del totals[OTHERS]

    assert picture.legend == [*(rule for rule, _ in totals.most_common()), OTHERS]


def test_a_click_filters_by_the_rule(engine: Engine, usage_index: str, picture: Picture) -> None:
    rule = picture.legend[0]

    picture.click(rule)

    query, index, name = picture.filters()[-1]
    assert (query, index, name) == ({"match_phrase": {"rule_id": rule}}, "rule-usage", f"rule: {rule}")
    found = search(engine, usage_index, {"size": 1, "query": query})["hits"]["hits"]
    assert found[0]["_source"]["rule_id"] == rule


def test_a_click_on_the_other_rules_adds_no_filter(picture: Picture) -> None:
    before = picture.filters()

    picture.click(OTHERS)

    assert picture.filters() == before


@pytest.mark.parametrize("timezone", ["America/Los_Angeles", "Pacific/Auckland"])
def test_a_day_has_its_own_date_wherever_the_reader_is(browser: Browser, timezone: str) -> None:
    context = browser.new_context(timezone_id=timezone)
    page = context.new_page()

    draw(page, one_day("sgr-0aaaaaaaaaaaaaaaa", 5))

    labels = page.locator(".role-axis-label text").all_text_contents()
    assert "2024-10-04" in labels
    context.close()


def test_a_day_without_use_between_two_others_has_its_place(browser: Browser) -> None:
    first, second = one_day("sgr-0aaaaaaaaaaaaaaaa", 5), one_day("sgr-0aaaaaaaaaaaaaaaa", 5, day=20_003 * DAY)
    both = first["aggregations"]
    both["days"]["buckets"] += second["aggregations"]["days"]["buckets"]

    with open_page(browser) as (page, _):
        picture = draw(page, first)

        assert picture.days == [number * DAY for number in range(20_000, 20_004)]


def test_a_rule_that_is_busy_in_each_of_the_three_ways_is_counted_once(browser: Browser) -> None:
    with open_page(browser) as (page, _):
        (bar,) = draw(page, one_day("sgr-0aaaaaaaaaaaaaaaa", 5, shared=4, possible=1)).bars

        assert (bar["connections"], bar["sole"], bar["shared"], bar["possible"]) == (10, 5, 4, 1)


def test_no_use_is_said_to_be_none(browser: Browser, engine: Engine, usage_index: str) -> None:
    nothing = search(engine, usage_index, {**BODY, "query": {"match_none": {}}})

    with open_page(browser) as (page, log):
        empty = draw(page, nothing)

        assert (empty.trouble, log.errors, empty.bars) == ([], [], [])
        assert page.locator(".mark-text.nothing text").all_text_contents() == ["No rule was used"]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [500, 1600])
def test_it_fits_its_panel_in_either_theme(browser: Browser, answer: Json, theme: str, width: int) -> None:
    with open_page(browser, width=width, height=320) as (page, log):
        picture = draw(page, answer, width=width, theme=theme)

        box = page.locator("#view svg").bounding_box()
        assert box is not None
        assert (picture.trouble, log.errors) == ([], [])
        assert (box["width"], box["height"]) == (width, 300)
