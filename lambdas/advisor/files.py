"""The files of a group's folder, on the site as well as offline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.report_json import to_report_json
from fixes.cloudformation import render_cloudformation
from fixes.fix_script import render_fix, render_undo
from fixes.terraform import render_terraform
from pages.report_page import render_report_page

if TYPE_CHECKING:
    from domain.report import GroupReport
    from pages.report_page import ReportLinks


def report_files(report: GroupReport, links: ReportLinks) -> dict[str, bytes]:
    """By name; nothing in them is compressed."""
    return {
        "index.html": render_report_page(report, links),
        "report.json": to_report_json(report),
        "fix.sh": render_fix(report).encode(),
        "undo.sh": render_undo(report).encode(),
        "rules.tf": render_terraform(report).encode(),
        "rules.yaml": render_cloudformation(report).encode(),
    }
