from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from advisor.files import report_files
from pages.report_page import ReportLinks
from tests.advisor.advised import FILES
from tests.domain.judged import Used, Vpc, group, interface, rule

if TYPE_CHECKING:
    from domain.report import GroupReport


@pytest.fixture(scope="module")
def report() -> GroupReport:
    """Of a group whose one rule is used from a single address, and another is not used at all."""
    vpc = Vpc(
        groups=[group("web")],
        interfaces=[interface("web", ["10.0.0.5"], ["web"])],
        rules=[rule("wide", "web", "tcp 22", "10.0.0.0/8"), rule("idle", "web", "tcp 23", "203.0.113.0/24")],
        used=[Used("wide", "web", "10.0.9.9", 22)],
    )
    return vpc.reports()["web"]


def test_a_folder_has_the_page_the_data_and_what_changes_the_rules(report: GroupReport) -> None:
    files = report_files(report, ReportLinks())

    assert files.keys() == FILES
    assert files["index.html"].startswith(b"<!doctype html>")
    assert json.loads(files["report.json"])["group"]["group_id"] == "sg-web"
    assert {files[name][:2] for name in ("fix.sh", "undo.sh")} == {b"#!"}
    assert [name for name in files if b"sg-web" not in files[name]] == []


def test_the_same_report_gives_the_same_files(report: GroupReport) -> None:
    assert report_files(report, ReportLinks()) == report_files(report, ReportLinks())


def test_links_into_dashboards_are_on_the_page_alone(report: GroupReport) -> None:
    url = "https://search.example.com/_dashboards"

    files = report_files(report, ReportLinks(url))

    assert [name for name, content in files.items() if url.encode() in content] == ["index.html"]
