"""The flow picture, drawn by the Vega that Dashboards 2.19 has, in a browser."""

import json
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

import pytest
from playwright.sync_api import Browser

from local.browser import open_page
from local.search.engine import Engine
from tests.dashboards.content import BY_KEY, Json
from tests.dashboards.flow_picture import BODY, Picture, draw, expect_links, expect_nodes, read_flows
from tests.dashboards.osd_requests import to_query
from tests.dashboards.sample import END, START

FLOW_LOG_DASH = BY_KEY["dashboard", "flow-log-dash"]
PICTURE = BY_KEY["visualization", "flow-picture"]
INTERFACE_ID = "eni-0aaaaaaaaaaaaaaaa"
NO_NAMES: Json = {name: {"buckets": []} for name in ("description", "group", "instance", "name")}
HOSTILE = '"><img src=x onerror=alert(1)>'


def ask(engine: Engine, index: str, query: Json) -> Json:
    answer: Json = json.loads(engine.request("POST", f"/{index}/_search", {**BODY, "query": query}).data)
    return answer


def count(engine: Engine, index: str, query: object) -> int:
    answer = engine.request("POST", f"/{index}/_count", {"query": query})
    return int(json.loads(answer.data)["count"])


@pytest.fixture(scope="module")
def answer(engine: Engine, sample_index: str) -> Json:
    return ask(engine, sample_index, to_query(PICTURE, FLOW_LOG_DASH, START, END))


@pytest.fixture(scope="module")
def picture(browser: Browser, answer: Json) -> Iterator[Picture]:
    with open_page(browser, width=980, height=560) as (page, log):
        picture = draw(page, answer)
        yield picture
        assert log.errors == []
        assert [url for url in log.requests if not url.startswith("about:")] == []


def one_conversation(peer: str, interface_names: Json | None = None, ingress: int = 3) -> Json:
    """The smallest answer that has something to draw: three records."""
    interface = {
        "key": INTERFACE_ID,
        "doc_count": 3,
        "bytes": {"value": 180.0},
        "egress": {"doc_count": 0, "bytes": {"value": 0.0}},
        "ingress": {"doc_count": ingress, "bytes": {"value": 60.0 * ingress}},
    }
    port = {"key": 443, "doc_count": 3, "interfaces": {"buckets": [interface]}}
    named = {"key": peer, "doc_count": 3, "ports": {"buckets": [port]}}
    names = {"key": INTERFACE_ID, "doc_count": 3, **NO_NAMES, **(interface_names or {})}
    aggregations = {
        "all": {"value": 3},
        "names": {"buckets": [names]},
        "named": {"buckets": [named]},
        "unnamed": {"doc_count": 0, "peers": {"buckets": []}},
    }
    return {"aggregations": aggregations}


def one_name(name: str) -> Json:
    return {"buckets": [{"key": name, "doc_count": 3}]}


def test_it_is_drawn_without_a_warning(picture: Picture) -> None:
    assert picture.trouble == []


def test_its_bars_are_the_busiest_of_the_answer_and_the_rest_of_it(picture: Picture, answer: Json) -> None:
    expected = expect_nodes(read_flows(answer))

    drawn: dict[str, dict[str, int]] = {role: {} for role in expected}
    for node in picture.nodes:
        drawn[node["role"]][node["node"]] = node["total"]
    assert drawn == expected
    assert any("others" in node for nodes in expected.values() for node in nodes)


def test_its_bands_carry_the_records_of_the_answer(picture: Picture, answer: Json) -> None:
    drawn = {(each["from"], each["to"], each["direction"]): each["records"] for each in picture.links}

    assert drawn == expect_links(read_flows(answer))


def test_there_is_a_mark_for_each_bar_and_band(picture: Picture) -> None:
    wanted = ("node path", "link path", "label text")
    marks = {mark: picture.page.locator(f".{mark}").count() for mark in wanted}

    assert marks == {
        "node path": len(picture.nodes),
        "link path": len(picture.links),
        "label text": len(picture.nodes),
    }


def test_bars_and_bands_have_no_color_of_dashboards_own(picture: Picture) -> None:
    paths = picture.page.locator(".node path, .link path").all()

    colors = {(path.get_attribute("fill"), path.get_attribute("stroke")) for path in paths}
    bands = {("#6092C0", "transparent"), ("#DA8B45", "transparent"), ("#98A2B3", "transparent")}
    assert colors == {("#69707D", None), *bands}


def test_bands_join_their_bars_without_a_gap_or_an_overlap(picture: Picture) -> None:
    widths: Counter[tuple[str, str]] = Counter()
    for link in picture.links:
        widths["out of", link["from"]] += link["records"]
        widths["into", link["to"]] += link["records"]

    for node in picture.nodes:
        for side, other in (("out of", "interface"), ("into", "peer")):
            if node["role"] != other:
                assert widths[side, node["node"]] == node["total"]


def test_it_says_how_many_of_the_records_it_shows(picture: Picture, answer: Json) -> None:
    shown, existing = sum(read_flows(answer).values()), answer["aggregations"]["all"]["value"]

    assert picture.texts("share") == [f"{shown:,} of {existing:,} records"]
    assert 0.9 * existing < shown <= existing


def test_bars_keep_apart_and_within_the_panel(picture: Picture) -> None:
    for role in ("peer", "port", "interface"):
        column = sorted((each["y0"], each["y1"]) for each in picture.nodes if each["role"] == role)

        assert column[0][0] > 0
        assert column[-1][1] < 540
        assert all(upper[1] + 10 <= lower[0] for upper, lower in pairwise(column))


def test_interfaces_are_called_by_name_or_group_where_there_is_one(picture: Picture) -> None:
    labels = picture.texts("label")

    assert {"app-1", "bastion", "search-1"} <= set(labels)
    assert any(label.startswith("web-lb · ") for label in labels)


@pytest.mark.parametrize(
    ("role", "label", "field", "value"),
    [
        ("peer", "app-1", "peer_name", "app-1"),
        ("peer", "192.0.2.124", "peer_addr", "192.0.2.124"),
        ("port", "8080", "service_port", 8080),
    ],
)
def test_a_click_adds_a_filter_that_finds_the_records(
    engine: Engine, sample_index: str, picture: Picture, role: str, label: str, field: str, value: object
) -> None:
    picture.node(role, label).click()

    query, index, name = picture.filters()[-1]
    assert (query, index, name) == ({"match_phrase": {field: value}}, "flows-*", f"{role}: {label}")
    assert count(engine, sample_index, query) == count(engine, sample_index, {"term": {field: value}}) > 0


def test_a_click_on_an_interface_filters_by_its_id(picture: Picture) -> None:
    picture.node("interface", "app-2").click()

    query, _, name = picture.filters()[-1]
    (node,) = (each for each in picture.nodes if (each["role"], each["label"]) == ("interface", "app-2"))
    assert query == {"match_phrase": {"interface_id": node["node"].removeprefix("interface ")}}
    assert name == "interface: app-2"


def test_records_without_a_service_port_have_a_bar_of_their_own(
    engine: Engine, sample_index: str, picture: Picture
) -> None:
    """ICMP, and what nobody knows the beginning of: nothing is left out without a word."""
    picture.node("port", "none").click()

    query, _, name = picture.filters()[-1]
    everything = count(engine, sample_index, {"match_all": {}})
    with_port = count(engine, sample_index, {"exists": {"field": "service_port"}})
    assert name == "port: none"
    assert 0 < count(engine, sample_index, query) == everything - with_port


def test_a_click_on_the_rest_adds_no_filter(picture: Picture) -> None:
    before = picture.filters()

    picture.node("peer", "peer, others").click()

    assert picture.filters() == before


def test_a_bar_under_the_pointer_makes_the_others_bands_pale(picture: Picture) -> None:
    picture.node("port", "8080").hover()

    opacities = Counter(
        float(path.get_attribute("fill-opacity") or 1) for path in picture.page.locator(".link path").all()
    )
    touching = sum("port 8080" in (each["from"], each["to"]) for each in picture.links)
    assert opacities == {0.75: touching, 0.1: len(picture.links) - touching}


def test_no_records_are_said_to_be_none(browser: Browser, engine: Engine, sample_index: str) -> None:
    nothing = ask(engine, sample_index, {"match_none": {}})

    with open_page(browser) as (page, log):
        empty = draw(page, nothing)

        assert (empty.trouble, log.errors, empty.nodes) == ([], [], [])
        assert (empty.texts("nothing"), empty.texts("share")) == (["No record matches"], [""])


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [500, 1600])
def test_it_fits_its_panel_in_either_theme(browser: Browser, answer: Json, theme: str, width: int) -> None:
    with open_page(browser, width=width, height=500) as (page, log):
        picture = draw(page, answer, width=width, height=480, theme=theme)

        box = page.locator("#view svg").bounding_box()
        assert box is not None
        assert (picture.trouble, log.errors) == ([], [])
        assert (box["width"], box["height"]) == (width, 480)


def test_names_of_the_account_are_shown_as_text(browser: Browser) -> None:
    with open_page(browser) as (page, log):
        picture = draw(page, one_conversation(HOSTILE))

        picture.node("peer", HOSTILE).click()

        assert picture.texts("label")[0] == HOSTILE
        assert page.locator("img").count() == 0
        assert picture.filters()[0][0] == {"match_phrase": {"peer_name": HOSTILE}}
        assert log.errors == []


@pytest.mark.parametrize(
    ("names", "label"),
    [
        (("name", "instance", "group", "description"), "its name"),
        (("instance", "group", "description"), "its instance"),
        (("group", "description"), "its group · aaaa"),
        (("description",), "its description"),
        ((), INTERFACE_ID),
    ],
)
def test_an_interface_is_called_by_the_best_that_is_known(
    browser: Browser, names: tuple[str, ...], label: str
) -> None:
    with open_page(browser) as (page, _):
        picture = draw(page, one_conversation("web-2", {name: one_name(f"its {name}") for name in names}))

        assert picture.texts("label")[-1] == label


def test_records_without_a_direction_are_drawn_too(browser: Browser) -> None:
    with open_page(browser) as (page, _):
        picture = draw(page, one_conversation("web-2", ingress=1))

        drawn = {(link["direction"], link["records"]) for link in picture.links}
        assert drawn == {("ingress", 1), ("unknown", 2)}
