"""What the index page says of the groups' reports, against the reports that it links to."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

from local.demo.error import DemoError

if TYPE_CHECKING:
    from playwright.sync_api import APIResponse, Page

READ_REPORTS: Final = """[...document.querySelectorAll('tr.group a.name')].map((link) => {
  const row = link.closest('tr');
  const counts = [...row.querySelectorAll('.verdicts .verdict')].map(
    (badge) => [badge.classList[1], parseInt(badge.textContent.replaceAll(',', ''), 10)]);
  return [row.querySelector('.id').textContent, link.href, Object.fromEntries(counts)];
})"""
"""Group id, where its name leads, and rules by verdict."""


def check_page_reports(page: Page) -> int:
    """How many reports the open page links to; DemoError unless each is there and says of its rules what the
    page says."""
    found = page.evaluate(READ_REPORTS)
    for group_id, url, on_page in found:
        if group_id not in _fetch(page, url).text():
            raise DemoError(f"The page's report of {group_id}, {url}, doesn't name it")
        rules = _fetch(page, urljoin(url, "report.json")).json()["rules"]
        in_report = Counter(rule["verdict"] for rule in rules)
        if on_page != in_report:
            raise DemoError(f"The index page says of {group_id} {on_page}, but its report {dict(in_report)}")
    return len(found)


def _fetch(page: Page, url: str) -> APIResponse:
    answer = page.request.get(url)
    if not answer.ok:
        raise DemoError(f"The index page links to {url}, which answers {answer.status} {answer.status_text}")
    return answer
