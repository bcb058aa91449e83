"""What stands where on the dashboards, and which filters they come with."""

from itertools import combinations

import pytest

from domain.advice_settings import AdviceSettings
from search_setup.saved_objects import SavedObjectSource
from tests.dashboards.content import (
    BY_KEY,
    DASHBOARDS,
    SOURCES,
    USAGE_DASH,
    Json,
    find_pattern,
    panels,
    search_source,
    walk,
)

COLUMNS = 48
FLOW_LOG_DASH = BY_KEY["dashboard", "flow-log-dash"]
REJECTS = BY_KEY["dashboard", "rejects"]

each_dashboard = pytest.mark.parametrize("dashboard", DASHBOARDS, ids=lambda dashboard: dashboard.id)


def grids(dashboard: SavedObjectSource) -> list[Json]:
    return [panel["gridData"] for panel in dashboard.attributes["panelsJSON"]]


def overlap(one: Json, other: Json) -> bool:
    is_beside = one["x"] + one["w"] <= other["x"] or other["x"] + other["w"] <= one["x"]
    is_above = one["y"] + one["h"] <= other["y"] or other["y"] + other["h"] <= one["y"]
    return not (is_beside or is_above)


def place(panel_id: str) -> Json:
    return next(grid for grid in grids(FLOW_LOG_DASH) if grid["i"] == panel_id)


@each_dashboard
def test_panels_stand_within_the_grid(dashboard: SavedObjectSource) -> None:
    for grid in grids(dashboard):
        assert min(grid["x"], grid["y"]) >= 0
        assert min(grid["w"], grid["h"]) > 0
        assert grid["x"] + grid["w"] <= COLUMNS


@each_dashboard
def test_no_panel_covers_another(dashboard: SavedObjectSource) -> None:
    assert not [pair for pair in combinations(grids(dashboard), 2) if overlap(*pair)]


@each_dashboard
def test_the_rows_are_filled(dashboard: SavedObjectSource) -> None:
    area = sum(grid["w"] * grid["h"] for grid in grids(dashboard))

    assert area == COLUMNS * max(grid["y"] + grid["h"] for grid in grids(dashboard))


@each_dashboard
def test_a_panel_has_one_name_that_no_other_has(dashboard: SavedObjectSource) -> None:
    names = [panel["panelIndex"] for panel in dashboard.attributes["panelsJSON"]]

    assert names == [grid["i"] for grid in grids(dashboard)]
    assert len(set(names)) == len(names)


@each_dashboard
def test_no_panel_is_of_a_version_that_dashboards_would_migrate(dashboard: SavedObjectSource) -> None:
    assert {panel["version"] for panel in dashboard.attributes["panelsJSON"]} == {"7.9.3"}


@each_dashboard
def test_a_dashboard_opens_with_a_time_in_which_there_are_records(dashboard: SavedObjectSource) -> None:
    """Dashboards' own, 15 minutes, is less than a flow log may be late. Usage opens with the window of the
    reports."""
    times = [dashboard.attributes[name] for name in ("timeRestore", "timeFrom", "timeTo")]

    begin = f"now-{AdviceSettings().window_days}d" if dashboard == USAGE_DASH else "now-24h"
    assert times == [True, begin, "now"]


def test_each_panel_is_on_a_dashboard() -> None:
    shown = {panel.id for dashboard in DASHBOARDS for panel in panels(dashboard)}

    assert shown == {source.id for source in SOURCES if source.type in ("search", "visualization")}


def test_interfaces_actions_and_protocols_stand_left_of_the_conversations() -> None:
    edge = place("conversations")["x"]

    for left in ("interfaces", "actions", "protocols"):
        assert place(left)["x"] + place(left)["w"] <= edge


def test_ports_stand_right_of_the_conversations_and_the_records_below_them() -> None:
    conversations, ports, records = map(place, ("conversations", "service-ports", "flow-records"))

    assert ports["x"] == records["x"] == conversations["x"] + conversations["w"]
    assert ports["y"] + ports["h"] == records["y"]


def test_the_conversations_have_the_most_room_of_what_stands_beside_them() -> None:
    conversations = place("conversations")

    for beside in ("interfaces", "actions", "protocols", "service-ports", "flow-records"):
        assert conversations["w"] * conversations["h"] > 2 * place(beside)["w"] * place(beside)["h"]


def test_the_rules_stand_first_with_what_could_not_be_attributed_beside_them() -> None:
    rules, attribution, evidence = map(place, ("rules", "attribution", "initiator-evidence"))

    assert attribution["x"] == evidence["x"] == rules["x"] + rules["w"]
    assert rules["w"] > attribution["w"]
    assert rules["y"] + rules["h"] <= min(place(other)["y"] for other in ("interfaces", "conversations"))


def test_flow_log_dash_hides_replies_by_one_filter_with_a_name() -> None:
    (hidden,) = search_source(FLOW_LOG_DASH)["filter"]

    assert (hidden["meta"]["alias"], hidden["meta"]["negate"], hidden["meta"]["disabled"]) == (
        "replies",
        True,
        False,
    )
    assert (hidden["meta"]["type"], hidden["meta"]["key"]) == ("phrase", "is_response")
    assert hidden["query"] == {"match_phrase": {"is_response": True}}


def test_no_list_of_ports_is_kept_in_a_dashboard() -> None:
    """What a service is, is said in lambdas/domain/services.py alone."""
    lists = [value for source in SOURCES for _, value in walk(source.attributes) if isinstance(value, list)]

    assert not [each for each in lists if {443, 5432} <= {port for port in each if isinstance(port, int)}]


def test_the_note_says_how_to_see_replies() -> None:
    """Dashboards writes NOT before the name of a negated filter."""
    note = BY_KEY["visualization", "about-flows"].attributes["visState"]["params"]["markdown"]

    assert "**NOT replies**" in note
    assert "Temporarily disable" in note


def test_rejects_has_the_rejected_records_alone() -> None:
    (only,) = search_source(REJECTS)["filter"]

    assert only["query"] == {"match_phrase": {"action": "REJECT"}}
    assert (only["meta"]["negate"], only["meta"]["disabled"]) == (False, False)


def test_rule_usage_dash_hides_nothing() -> None:
    assert search_source(USAGE_DASH)["filter"] == []


@each_dashboard
def test_filters_are_of_the_dashboard_rather_than_pinned_to_all(dashboard: SavedObjectSource) -> None:
    for each in search_source(dashboard)["filter"]:
        assert each["$state"] == {"store": "appState"}


@each_dashboard
def test_a_dashboard_is_of_one_index_pattern(dashboard: SavedObjectSource) -> None:
    """Else a click on a value of the one would filter by a field that the other hasn't."""
    shown = {found.id for panel in panels(dashboard) if (found := find_pattern(panel))}

    assert shown == {"rule-usage" if dashboard == USAGE_DASH else "flows"}


@pytest.mark.parametrize(
    ("note", "target"),
    [
        ("about-flows", "rejects"),
        ("about-flows", "rule-usage-dash"),
        ("about-rejects", "flow-log-dash"),
        ("about-rule-usage", "flow-log-dash"),
    ],
)
def test_dashboards_lead_to_each_other(note: str, target: str) -> None:
    params = BY_KEY["visualization", note].attributes["visState"]["params"]

    assert f"(#/view/{target})" in params["markdown"]
    assert ("dashboard", target) in BY_KEY
    assert params["openLinksInNewTab"] is False
