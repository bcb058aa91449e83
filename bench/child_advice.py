"""What the advisor's measurement runs by itself: a month's usage of a large VPC, judged and rendered."""

import json
import sys
from collections.abc import Iterable
from time import perf_counter

import advisor.handler  # noqa: F401 - what is there before the first report
from advisor.files import report_files
from bench.child_memory import read_mb
from bench.usage_days import UsageDays, begin_earlier
from bench.worlds import DAY_START, LARGE, make_world
from domain.advice_settings import AdviceSettings
from domain.advise import advise
from domain.report import GroupReport
from domain.vpc_state import VpcState
from pages.report_page import ReportLinks

_WINDOW_END = DAY_START + 86_400


def main(flows: int) -> None:
    imported = read_mb("VmRSS")
    world = make_world(LARGE)
    usage = UsageDays(world, flows)
    started = perf_counter()
    for _ in usage.groups():
        pass
    making = perf_counter() - started
    documents = usage.documents
    state = VpcState.build([begin_earlier(world.day)], _WINDOW_END)
    before = read_mb("VmRSS")
    usage.documents = 0
    started = perf_counter()
    reports = advise(state, usage, AdviceSettings(), _WINDOW_END, "us-east-1")
    told = _render(reports)
    seconds = perf_counter() - started
    passes = usage.documents / documents
    print(
        json.dumps(
            {
                **told,
                "documents": documents,
                "passes": passes,
                "seconds": round(seconds - making * passes, 1),
                "peak_mb": read_mb("VmHWM") - imported,
                "world_mb": before - imported,
            }
        )
    )


def _render(reports: Iterable[GroupReport]) -> dict[str, int]:
    links = ReportLinks(dashboards_url="https://search.example.com/_dashboards")
    made = changes = connections = size = 0
    for report in reports:
        made += 1
        changes += len(report.proposal.changes)
        connections += report.proposal.replay.connections
        size += sum(map(len, report_files(report, links).values()))
    return {"reports": made, "changes": changes, "connections": connections, "bytes": size}


if __name__ == "__main__":
    main(int(sys.argv[1]))
