"""The reports of a random world as somebody makes them who has no account."""

import json
from datetime import UTC, datetime
from pathlib import Path

from advisor.files import report_files
from domain.advice_settings import AdviceSettings
from domain.report import GroupReport
from pages.report_page import ReportLinks
from tests.advice.sample_reports import analyze_traffic, in_order_of_delivery
from tests.local.analyze.answers import write_inventory
from tests.local.analyze.test_command import run
from tests.whole_way.random_worlds import FIXES, MadeReports, WrittenWorld


def analyze_lines(each: WrittenWorld, made_at: int, settings: AdviceSettings) -> MadeReports:
    """Of its lines and its inventory's days."""
    reports = analyze_traffic(each.traffic, each.days, made_at, settings, each.fields)
    files = {report.group.group_id: _files_of(report) for report in reports}
    return MadeReports(
        {group_id: json.loads(of_group["report.json"]) for group_id, of_group in files.items()},
        {group_id: {name: of_group[name] for name in FIXES} for group_id, of_group in files.items()},
    )


def _files_of(report: GroupReport) -> dict[str, bytes]:
    return report_files(report, ReportLinks(dashboards_url=None))


def analyze_files(each: WrittenWorld, made_at: int, window: int, folder: Path) -> MadeReports:
    """Of flow logs and the EC2 API's answers in files, by the command; `window` in days."""
    folder.mkdir()
    lines = [" ".join(each.fields), *in_order_of_delivery(each.traffic)]
    (folder / "flow.log").write_text("\n".join(lines) + "\n")
    for observed in each.world.observations:
        write_inventory(folder / "inventory" / _format(observed.observed_at, "%Y-%m-%dT%H-%M-%SZ"), observed)
    result = run(
        *("--flow-logs", folder / "flow.log", "--inventory", folder / "inventory", "--out", folder / "out"),
        *("--window-days", window, "--made-at", _format(made_at, "%Y-%m-%dT%H:%M:%SZ")),
        *("--region", "us-east-1"),
    )
    assert result.returncode == 0, result.stderr
    groups = sorted((folder / "out" / "groups").iterdir())
    return MadeReports(
        {group.name: json.loads((group / "report.json").read_bytes()) for group in groups},
        {group.name: {name: (group / name).read_bytes() for name in FIXES} for group in groups},
    )


def _format(second: int, pattern: str) -> str:
    return f"{datetime.fromtimestamp(second, tz=UTC):{pattern}}"
