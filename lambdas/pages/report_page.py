"""The page of one security group: what used its rules, what to change, and what that rests on."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Final

from domain.advice_settings import SECONDS_OF_DAY
from domain.dashboard_link import (
    DashboardLink,
    link_to_group,
    link_to_ingress,
    link_to_no_rule,
    link_to_rejects,
    link_to_usage,
    quote_value,
)
from domain.report import GroupReport
from pages.html_page import PageSource, render_page
from pages.report_view import Json, to_page_data

_SCRIPTS: Final = (
    "base.js",
    "report_words.js",
    "report_head.js",
    "report_changes.js",
    "report_replay.js",
    "report_rules.js",
    "report_rule_detail.js",
    "report_talk_layout.js",
    "report_talk.js",
    "report_pictures.js",
    "report_traffic.js",
    "report_evidence.js",
    "report.js",
)


@dataclass(frozen=True, slots=True)
class ReportLinks:
    dashboards_url: str | None = None
    """Like https://host/_dashboards; None where there are none, as offline."""


def render_report_page(report: GroupReport, links: ReportLinks) -> bytes:
    """One HTML file in UTF-8. The report's other files lie beside it, the index page two folders up."""
    source = PageSource(
        title=f"{report.group.group_id} · SG Lens",
        body="report.html",
        styles=("base.css", "report.css", "report_pictures.css", "report_narrow.css"),
        scripts=_SCRIPTS,
    )
    return render_page(source, {**to_page_data(report), "links": _to_links(report, links.dashboards_url)})


def _to_links(report: GroupReport, dashboards_url: str | None) -> Json | None:
    if dashboards_url is None:
        return None
    group_id = report.group.group_id
    of_group = {
        "All": link_to_group(group_id),
        "Ingress": link_to_ingress(group_id),
        "Rejects": link_to_rejects(group_id),
        "No rule": link_to_no_rule(group_id),
    }
    of_rules = {
        each.rule.rule_id: replace(of_group["All"], query=f"rule_ids:{quote_value(each.rule.rule_id)}")
        for each in report.rules
        if each.use.connections
    }
    if not report.evidence.unattributed.get("no_rule"):
        del of_group["No rule"]
    over_window = {text: _over_window(link, report) for text, link in of_group.items()}
    over_window["Use by day"] = _over_days(link_to_usage(group_id), report)
    return {
        "group": {text: link.to_url(dashboards_url) for text, link in over_window.items()},
        "rules": {id_: _over_window(link, report).to_url(dashboards_url) for id_, link in of_rules.items()},
    }


def _over_window(link: DashboardLink, report: GroupReport) -> DashboardLink:
    evidence = report.evidence
    return replace(link, time_from=_to_time(evidence.window_start), time_to=_to_time(evidence.window_end))


def _over_days(link: DashboardLink, report: GroupReport) -> DashboardLink:
    """Days that the window touches count whole, and a day's usage stands where the day begins."""
    start = report.evidence.window_start
    return replace(_over_window(link, report), time_from=_to_time(start - start % SECONDS_OF_DAY))


def _to_time(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S.000Z")
