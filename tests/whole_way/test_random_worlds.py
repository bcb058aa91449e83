"""Random worlds: the deployed functions and the offline analysis make the very same reports of them.

SG_LENS_EXAMPLES=2000 makes a long run of it.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

import pytest

from domain.advice_settings import AdviceSettings
from local.demo.offline import find_differences
from tests.whole_way.deployment import Deployment
from tests.whole_way.offline_worlds import analyze_files, analyze_lines
from tests.whole_way.random_worlds import MadeReports, WrittenWorld, advise, make_worlds, sent

WORLDS: Final = 6
"""That go their way together."""
PASSES: Final = max(1, int(os.environ.get("SG_LENS_EXAMPLES", "120")) // 20 // WORLDS)
OF_THE_COMMAND: Final = AdviceSettings(window_days=2)
"""It has an option for the window, and none for the other settings."""


@pytest.fixture(scope="module", params=range(PASSES))
def written(shared_deployment: Deployment, request: pytest.FixtureRequest) -> Iterator[list[WrittenWorld]]:
    written = make_worlds(shared_deployment, WORLDS, request.param)
    with sent(shared_deployment, written, shared_deployment.person("MasterUserSecret")):
        yield written


def test_the_lines_and_the_inventory_give_the_very_same_reports(
    deployment: Deployment, written: Sequence[WrittenWorld]
) -> None:
    settings = written[0].world.settings
    made = advise(deployment, written, settings)

    assert find_verdicts(made) >= {"used", "too_wide", "no_evidence"}
    for each in written:
        deployed = made[each.vpc_id]
        check_same(deployed, analyze_lines(each, deployed.made_at, settings))


def test_the_command_makes_the_very_same_reports_of_files(
    deployment: Deployment, written: Sequence[WrittenWorld], tmp_path: Path
) -> None:
    made = advise(deployment, written, OF_THE_COMMAND)

    for each in written:
        deployed = made[each.vpc_id]
        folder = tmp_path / each.vpc_id
        check_same(deployed, analyze_files(each, deployed.made_at, OF_THE_COMMAND.window_days, folder))


def check_same(deployed: MadeReports, offline: MadeReports) -> None:
    assert find_differences(deployed.reports.values(), offline.reports.values()) == []
    assert deployed.fixes == offline.fixes


def find_verdicts(made: Mapping[str, MadeReports]) -> set[str]:
    reports = [report for of_vpc in made.values() for report in of_vpc.reports.values()]
    return {rule["verdict"] for report in reports for rule in report["rules"]}
