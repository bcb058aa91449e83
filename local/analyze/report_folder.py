"""All reports as files, as the advisor puts them on the site."""

from collections.abc import Callable, Iterator
from typing import Final

from advisor.files import report_files
from domain.group_index import build_group_index
from domain.group_summary import GroupSummary, summarize
from domain.report import GroupReport
from domain.report_json import to_reports_json
from local.analyze.advice import Advice
from local.analyze.out_folder import INDEX, REPORTS, OutFolder
from pages.index_page import render_index_page
from pages.report_page import ReportLinks

_LINKS: Final = ReportLinks(dashboards_url=None)


def write_reports(advice: Advice, out: OutFolder, each: Callable[[GroupReport], None]) -> None:
    """One report is in memory at a time; calls `each` with it."""
    summaries: list[GroupSummary] = []

    def write_groups() -> Iterator[GroupReport]:
        for report in advice.reports():
            out.write_group(report.group.group_id, report_files(report, _LINKS))
            summaries.append(summarize(report))
            each(report)
            yield report

    with (out.path / REPORTS).open("wb") as file:
        for piece in to_reports_json(write_groups(), advice.made_at):
            file.write(piece)
    days = [day for vpc in advice.vpcs for day in vpc.days]
    index = build_group_index(days, None, advice.made_at, summaries)
    (out.path / INDEX).write_bytes(render_index_page(index, None))
