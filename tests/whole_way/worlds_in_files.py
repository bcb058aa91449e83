"""A random world as a person has it: flow logs and the EC2 API's answers in files, for `local.analyze`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from domain.advice_settings import AdviceSettings
from local.demo.advice import Report
from tests.advice.sample_reports import in_order_of_delivery
from tests.local.analyze.answers import write_inventory
from tests.local.analyze.test_command import run
from tests.whole_way.random_worlds import FIXES, WrittenWorld


@dataclass(frozen=True, slots=True)
class Out:
    reports: list[Report]
    fixes: Mapping[str, bytes]
    """By path below groups/."""


def analyze_files(each: WrittenWorld, made_at: int, settings: AdviceSettings, folder: Path) -> Out:
    folder.mkdir()
    lines = [" ".join(each.fields), *in_order_of_delivery(each.traffic)]
    (folder / "flow.log").write_text("\n".join(lines) + "\n")
    for observed in each.world.observations:
        name = f"{datetime.fromtimestamp(observed.observed_at, tz=UTC):%Y-%m-%dT%H-%M-%SZ}"
        write_inventory(folder / "inventory" / name, observed)
    result = run(
        *("--flow-logs", folder / "flow.log", "--inventory", folder / "inventory", "--out", folder / "out"),
        *("--window-days", settings.window_days, "--region", "us-east-1"),
        *("--made-at", f"{datetime.fromtimestamp(made_at, tz=UTC):%Y-%m-%dT%H:%M:%SZ}"),
    )
    assert result.returncode == 0, result.stderr
    groups = folder / "out" / "groups"
    files = (file for name in FIXES for file in groups.glob(f"*/{name}"))
    return Out(
        json.loads((folder / "out" / "report.json").read_bytes())["groups"],
        {str(file.relative_to(groups)): file.read_bytes() for file in files},
    )
