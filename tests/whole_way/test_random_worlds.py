"""Random worlds: the deployed functions and the offline analysis make the very same reports of them.

SG_LENS_EXAMPLES=2000 makes a long run of it.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import pytest

from domain.advice_settings import AdviceSettings
from local.demo.advice import Report
from local.demo.offline import find_differences
from tests.advice.sample_reports import analyze_traffic, to_json
from tests.whole_way.deployment import Deployment
from tests.whole_way.random_worlds import WrittenWorld, advise, make_worlds, read_files, sent
from tests.whole_way.worlds_in_files import analyze_files

WORLDS: Final = 6
"""That go their way together."""
PASSES: Final = max(1, int(os.environ.get("SG_LENS_EXAMPLES", "120")) // 120)
COMMAND_S_OWN: Final = AdviceSettings(window_days=2)
"""The command has an option for the window alone."""


@pytest.fixture(scope="module", params=range(PASSES))
def written(shared_deployment: Deployment, request: pytest.FixtureRequest) -> Iterator[list[WrittenWorld]]:
    written = make_worlds(shared_deployment, WORLDS, request.param)
    with sent(shared_deployment, written, shared_deployment.person("MasterUserSecret")):
        yield written


def test_the_lines_and_the_inventory_s_days_give_the_very_same_reports(
    deployment: Deployment, written: Sequence[WrittenWorld]
) -> None:
    settings = written[0].world.settings
    reports = advise(deployment, written, settings)

    for each in written:
        deployed = reports[each.vpc_id]
        offline = analyze_traffic(each.traffic, each.days, _made_at(deployed), settings)
        assert find_differences(deployed, to_json(offline)) == []
        assert {report["group"]["group_id"] for report in deployed} == each.group_ids


def test_the_command_writes_the_very_same_files(
    deployment: Deployment, written: Sequence[WrittenWorld], tmp_path: Path
) -> None:
    reports = advise(deployment, written, COMMAND_S_OWN)

    for each in written:
        deployed = reports[each.vpc_id]
        out = analyze_files(each, _made_at(deployed), COMMAND_S_OWN, tmp_path / each.vpc_id)
        assert find_differences(deployed, out.reports) == []
        assert out.fixes == read_files(deployment, each.group_ids)


def _made_at(reports: Sequence[Report]) -> int:
    [made_at] = {report["made_at"] for report in reports}
    return int(made_at)
