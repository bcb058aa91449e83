from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Browser

from domain.group_summary import GroupSummary
from domain.traffic import RuleMatches
from local.demo.error import DemoError
from local.demo.page import check_page
from local.demo.search import IndexedDocument
from pages.index_page import render_index_page
from tests.domain.made_traffic import make_traffic
from tests.pages.worlds import LAST_SEEN, make_group, make_index, make_summary

GROUP_IDS = ["sg-0001", "sg-0002", "sg-0003"]
TRAFFIC = {
    "sg-0001": make_traffic(
        "sg-0001",
        4,
        1,
        last_seen=LAST_SEEN,
        matches=RuleMatches(sole=1, shared=0, possible=1, no_rule=1),
        unknown_initiator=2,
    ),
    "sg-0002": make_traffic(
        "sg-0002", 1, last_seen=LAST_SEEN, matches=RuleMatches(sole=0, shared=1, possible=0, no_rule=0)
    ),
}
"""As `records` has it."""


@dataclass
class Site:
    """The index page, and something where its links lead."""

    html: bytes = b""
    url: str = ""
    reports: dict[str, bytes] = field(default_factory=dict)
    """By path."""


@dataclass
class Records:
    """An index that answers the links' queries by comparing texts, and what is in it."""

    documents: list[IndexedDocument] = field(default_factory=list)

    def add(self, id_: str, group_ids: Sequence[str], attribution: str, **source: str) -> None:
        plain = {"log_status": "OK", "action": "ACCEPT", "attribution": attribution}
        source = {**plain, "initiator_evidence": "rules", **source}
        self.documents.append(IndexedDocument("flows", id_, {"group_ids": group_ids, **source}))

    def find_ids(self, query: str, time_from: str, time_to: str) -> set[str]:
        assert (time_from, time_to) == ("now-7d", "now")
        terms = [term.split(":", 1) for term in query.split(" AND ")]
        return {each.id for each in self.documents if all(_has(each, *term) for term in terms)}


def _has(document: IndexedDocument, name: str, quoted: str) -> bool:
    value = document.source.get(name)
    return quoted.strip('"') in (value if isinstance(value, list) else [value])


@pytest.fixture
def site() -> Iterator[Site]:
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            is_report = self.path.startswith("/groups/")
            body = site.html if self.path == "/index.html" else b'<link rel="icon" href="data:,">'
            if is_report:
                body = site.reports.get(self.path, b"")
            self.send_response(404 if is_report and not body else 200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    site.url = f"http://127.0.0.1:{server.server_port}"
    site.html = _render(site)
    yield site
    server.shutdown()
    server.server_close()


@pytest.fixture
def records() -> Records:
    records = Records()
    records.add("a", ["sg-0001"], "rules", rule_match="sole", direction="ingress")
    records.add("b", ["sg-0001"], "reject", action="REJECT", direction="ingress")
    records.add("c", ["sg-0001"], "no_rule", initiator_evidence="unknown")
    records.add("d", ["sg-0001"], "rules", rule_match="possible", initiator_evidence="unknown")
    records.add("e", ["sg-0002"], "rules", rule_match="shared", direction="egress")
    records.add("f", [], "no_inventory")
    records.add("g", ["sg-0003"], "none", log_status="NODATA")
    return records


def _render(site: Site, group_ids: Sequence[str] = GROUP_IDS, summary: GroupSummary | None = None) -> bytes:
    """`summary` is the first group's."""
    groups = [
        replace(make_group(number, f"group {number}"), group_id=group_id, traffic=TRAFFIC.get(group_id))
        for number, group_id in enumerate(group_ids, start=1)
    ]
    groups[0] = replace(groups[0], summary=summary)
    return render_index_page(make_index(groups, no_inventory=1), f"{site.url}/_dashboards")


def _report(site: Site, *verdicts: str) -> None:
    """The page says 2 unused and 1 used of the first group; its report has rules of these verdicts."""
    site.html = _render(site, summary=make_summary(1, {"unused": 2, "used": 1}))
    content = {"rules": [{"verdict": verdict} for verdict in verdicts]}
    site.reports["/groups/sg-0001/index.html"] = b"about sg-0001"
    site.reports["/groups/sg-0001/report.json"] = json.dumps(content).encode()


def test_a_page_whose_links_find_their_groups_records_passes(
    browser: Browser, site: Site, records: Records
) -> None:
    checked = check_page(browser, f"{site.url}/index.html", GROUP_IDS, records, records.documents)

    assert (checked.groups, checked.links, checked.reports) == (3, 2 * (4 + 3 + 3), 0)


def test_groups_that_the_page_draws_only_on_demand_are_checked_too(
    browser: Browser, site: Site, records: Records
) -> None:
    group_ids = [f"sg-{number:04x}" for number in range(1, 151)]
    site.html = _render(site, group_ids)

    checked = check_page(browser, f"{site.url}/index.html", group_ids, records, records.documents)

    assert checked.groups == 150


def test_a_page_that_says_what_its_reports_say_passes(browser: Browser, site: Site, records: Records) -> None:
    _report(site, "unused", "used", "unused")

    checked = check_page(browser, f"{site.url}/index.html", GROUP_IDS, records, records.documents)

    assert checked.reports == 1


def test_verdicts_that_are_not_the_reports_are_told(browser: Browser, site: Site, records: Records) -> None:
    _report(site, "unused", "used", "used")

    with pytest.raises(DemoError, match=r"says of sg-0001 \{'unused': 2, 'used': 1\}, but its report"):
        check_page(browser, f"{site.url}/index.html", GROUP_IDS, records, records.documents)


def test_a_link_to_a_report_that_is_not_there_is_told(browser: Browser, site: Site, records: Records) -> None:
    _report(site, "unused", "used", "unused")
    del site.reports["/groups/sg-0001/index.html"]

    with pytest.raises(DemoError, match=r"links to .*/groups/sg-0001/index.html, which answers 404"):
        check_page(browser, f"{site.url}/index.html", GROUP_IDS, records, records.documents)


def test_a_report_of_another_group_is_told(browser: Browser, site: Site, records: Records) -> None:
    _report(site, "unused", "used", "unused")
    site.reports["/groups/sg-0001/index.html"] = b"about sg-0002"

    with pytest.raises(DemoError, match=r"report of sg-0001, .*, doesn't name it"):
        check_page(browser, f"{site.url}/index.html", GROUP_IDS, records, records.documents)


def test_a_link_that_finds_another_groups_record_is_told(
    browser: Browser, site: Site, records: Records
) -> None:
    site.html = site.html.replace(b"sg-0001%22", b"sg-0002%22")

    with pytest.raises(DemoError, match=r"of sg-0001 finds 1 records .* and lacks 4 that are"):
        check_page(browser, f"{site.url}/index.html", GROUP_IDS, records, records.documents)


def test_a_group_that_the_page_lacks_is_told(browser: Browser, site: Site, records: Records) -> None:
    with pytest.raises(DemoError, match="lacks the groups sg-0004"):
        check_page(browser, f"{site.url}/index.html", [*GROUP_IDS, "sg-0004"], records, records.documents)


def test_a_group_whose_records_are_counted_wrongly_is_told(
    browser: Browser, site: Site, records: Records
) -> None:
    site.html = site.html.replace(b'"possible":1,"no_rule":1', b'"possible":2,"no_rule":0', 1)

    with pytest.raises(DemoError, match=r"says of .*'possible': 2.*the index has .*'no_rule': 1"):
        check_page(browser, f"{site.url}/index.html", GROUP_IDS, records, records.documents)


def test_records_of_a_group_that_the_page_does_not_count_are_told(
    browser: Browser, site: Site, records: Records
) -> None:
    records.documents = [each for each in records.documents if each.id != "f"]
    records.add("f", ["sg-0003"], "no_inventory")

    with pytest.raises(DemoError, match=r"says of sg-0003 \{\}, .* has \{'no_inventory': 1\}"):
        check_page(browser, f"{site.url}/index.html", GROUP_IDS, records, records.documents)


def test_an_error_in_the_browser_is_told(browser: Browser, site: Site, records: Records) -> None:
    site.html = site.html.replace(b"</body>", b"<script>not the page's own</script></body>")

    with pytest.raises(DemoError, match="errors in the browser"):
        check_page(browser, f"{site.url}/index.html", GROUP_IDS, records, records.documents)
