import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from domain.dashboard_link import (
    DashboardLink,
    link_to_group,
    link_to_ingress,
    link_to_no_rule,
    link_to_rejects,
    link_to_usage,
    quote_value,
)
from local.dashboards_url import DashboardsUrl, open_dashboards_url

DASHBOARDS_URL = "https://search.example.com/_dashboards"
LONGEST_URL = 25_000
"""Beyond it Dashboards refuses a page:
https://github.com/opensearch-project/OpenSearch-Dashboards/blob/main/src/core/public/core_app/errors/url_overflow.tsx
"""
GROUP_IDS = st.from_regex(r"sg-([0-9a-f]{8}|[0-9a-f]{17})", fullmatch=True)
NAMES = st.text(max_size=255)
HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' OR 1=1",
    ");!(",
    "\u202ereversed\u202c \u200f",
    "\U0001f600\U0001f1e9\U0001f1ea",
    "100% #1 & ?a=b + c; d/e\\",
    "%41%2B%25",
    "",
)


@pytest.fixture(scope="module")
def dashboards_url() -> Iterator[DashboardsUrl]:
    with open_dashboards_url() as reader:
        yield reader


def assert_opens(reader: DashboardsUrl, link: DashboardLink) -> None:
    """With the query and the times, and nothing beside them that would replace what is saved."""
    assert reader.open(link.to_url(DASHBOARDS_URL)) == {
        "page": f"{DASHBOARDS_URL}/app/dashboards?security_tenant=global",
        "view": f"/view/{link.dashboard_id}",
        "global_state": {"time": {"from": link.time_from, "to": link.time_to}},
        "app_state": {"query": {"language": "kuery", "query": link.query}},
        "others": {},
    }


@given(link=st.builds(DashboardLink, st.text(min_size=1), st.text(), st.text(), st.text()))
@settings(deadline=None, max_examples=500)
def test_a_link_opens_with_what_went_in(dashboards_url: DashboardsUrl, link: DashboardLink) -> None:
    assert_opens(dashboards_url, link)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_in_a_query_stays_a_part_of_it(dashboards_url: DashboardsUrl, name: str) -> None:
    assert_opens(dashboards_url, DashboardLink("rejects", f"group_names:{quote_value(name)}"))


@given(link=st.builds(DashboardLink, st.just("rejects"), NAMES.map(quote_value)))
def test_a_link_has_no_character_that_ends_it_in_text_or_html(link: DashboardLink) -> None:
    assert re.fullmatch(r"[A-Za-z0-9/:._~%?=#&!(),-]+", link.to_url(DASHBOARDS_URL))


@pytest.mark.parametrize("character", ["\U0001f600", "\\", '"', "'", "!", "\x00"])
def test_a_link_with_the_longest_name_is_short_enough(character: str) -> None:
    query = f"group_names:{quote_value(character * 255)}"

    assert len(DashboardLink("flow-log-dash", query).to_url(DASHBOARDS_URL)) < LONGEST_URL


@given(group_id=GROUP_IDS)
@settings(deadline=None)
def test_the_links_of_a_group_ask_for_the_last_seven_days_of_it(
    dashboards_url: DashboardsUrl, group_id: str
) -> None:
    group = f'group_ids:"{group_id}"'
    makers = (link_to_group, link_to_ingress, link_to_rejects, link_to_no_rule)
    links = [make_link(group_id) for make_link in makers]

    assert [(link.dashboard_id, link.query) for link in links] == [
        ("flow-log-dash", group),
        ("flow-log-dash", f'{group} AND direction:"ingress"'),
        ("rejects", f'{group} AND action:"REJECT"'),
        ("flow-log-dash", f'{group} AND attribution:"no_rule"'),
    ]
    for link in links:
        assert (link.time_from, link.time_to) == ("now-7d", "now")
        assert_opens(dashboards_url, link)


@given(group_id=GROUP_IDS)
@settings(deadline=None)
def test_the_link_of_a_group_s_usage_asks_for_the_last_thirty_days_of_it(
    dashboards_url: DashboardsUrl, group_id: str
) -> None:
    link = link_to_usage(group_id)

    assert link == DashboardLink("rule-usage-dash", f'group_id:"{group_id}"', "now-30d", "now")
    assert_opens(dashboards_url, link)


@given(text=st.text() | st.text(alphabet='\\"trn u0041*?:'))
def test_a_quoted_value_is_the_same_text_in_dql_and_in_lucenes_syntax(text: str) -> None:
    quoted = quote_value(text)

    assert read_as_dql(quoted) == text
    assert read_as_lucene(quoted) == text


def read_as_dql(quoted: str) -> str:
    r"""Dashboards' QuotedString: \t, \r and \n are blanks, \\ and \" the second, all else is itself."""
    match = re.fullmatch(r'"((?:\\[trn\\"]|[^"])*+)"', quoted)
    assert match
    blanks = {"t": "\t", "r": "\r", "n": "\n"}
    return re.sub(r'\\([trn\\"])', lambda pair: blanks.get(pair[1], pair[1]), match[1])


def read_as_lucene(quoted: str) -> str:
    r"""Lucene's QUOTED: a backslash makes any character stand for itself, but \uXXXX, which is one."""
    match = re.fullmatch(r'"((?:\\.|[^"\\])*+)"', quoted, re.DOTALL)
    assert match
    return re.sub(
        r"\\(?:u([0-9a-fA-F]{4})|(.))",
        lambda pair: chr(int(pair[1], 16)) if pair[1] else pair[2],
        match[1],
        flags=re.DOTALL,
    )
