"""Random worlds on their way through the deployed functions, each as a VPC of its own.

Their inventories come as the days that inventory_sync would have stored since their beginning: EC2 tells only
what there is now, of which every rule is too new. All else is real.
"""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from adapters.inventory_store import InventoryStore
from domain.advice_settings import AdviceSettings
from domain.inventory_day import InventoryDay, utc_day
from domain.usage_window import window_days
from local.demo.advice import Report, read_json, unpack
from local.demo.stack import read_flow_log
from local.traffic.send import send
from local.traffic.types import Traffic
from tests.advice.drawn_worlds import draw_worlds, move, rename
from tests.advice.test_oracle import make_days
from tests.advice.world_lines import WorldWriter
from tests.advice.worlds import World
from tests.whole_way.deployment import Deployment
from tests.whole_way.people import Person

NUMBERS = range(20_000)
FIXES = ("fix.sh", "undo.sh", "rules.tf", "rules.yaml")


@dataclass(frozen=True, slots=True)
class WrittenWorld:
    world: World
    traffic: Traffic
    fields: Sequence[str]
    """Of its lines."""
    days: Sequence[InventoryDay]

    @property
    def vpc_id(self) -> str:
        return self.world.now.vpc_id

    @property
    def group_ids(self) -> list[str]:
        return sorted(group.group_id for group in self.world.now.security_groups)


@dataclass(frozen=True, slots=True)
class MadeReports:
    """Of one world, by group id."""

    reports: Mapping[str, Report]
    fixes: Mapping[str, Mapping[str, bytes]]
    """By the files' names."""

    @property
    def made_at(self) -> int:
        [made_at] = {report["made_at"] for report in self.reports.values()}
        return int(made_at)


def make_worlds(deployment: Deployment, count: int, number: int) -> list[WrittenWorld]:
    """Such that now is the end of each."""
    now = int(time.time())
    fields = read_flow_log(deployment.cloud.client("ec2"), deployment.sample.vpc_id).fields
    source, numbers = Random(number), iter(NUMBERS)
    written = []
    for position, drawn in enumerate(draw_worlds(count, number)):
        world = rename(move(_as_observed(drawn), now), f"{number:06x}{position:02x}")
        traffic = WorldWriter(world, source, numbers, fields).write()
        written.append(WrittenWorld(world, traffic, fields, make_days(world)))
    return written


def _as_observed(world: World) -> World:
    """With the prefix lists that rules name, and without their own names, which files don't tell."""
    observations = []
    for each in world.observations:
        lists = {rule.peer.prefix_list_id for rule in each.security_group_rules}
        entries = (entry for entry in each.prefix_list_entries if entry.prefix_list_id in lists)
        nameless = tuple(replace(entry, prefix_list_name="") for entry in entries)
        observations.append(replace(each, prefix_list_entries=nameless))
    return replace(world, observations=tuple(observations))


@contextmanager
def sent(deployment: Deployment, written: Sequence[WrittenWorld], master: Person) -> Iterator[None]:
    """With their inventories stored and their records indexed; afterwards only the records are left."""
    store = InventoryStore(deployment.cloud.client("s3"), deployment.outputs["DataBucket"])
    for each in written:
        for day in each.days:
            store.save(day, etag=None)
    try:
        # Begun anew, it has no list of VPCs that is some seconds old, nor connections of earlier worlds.
        with _configured(deployment, "flow_ingest", {}):
            for each in written:
                send(deployment.cloud.client("logs"), deployment.log_group, each.traffic, lambda _: None)
            deployment.wait_until(lambda: _are_indexed(written, master), "the worlds' records are indexed")
        yield
    finally:
        _remove(deployment, written)


def _are_indexed(written: Sequence[WrittenWorld], master: Person) -> bool:
    interface_ids = [stream.removesuffix("-all") for each in written for stream in each.traffic.streams]
    return master.count_streams(interface_ids) == sum(each.traffic.record_count for each in written)


def _remove(deployment: Deployment, written: Sequence[WrittenWorld]) -> None:
    s3, bucket = deployment.cloud.client("s3"), deployment.outputs["DataBucket"]
    for key in deployment.data_keys():
        if any(each.vpc_id in key for each in written):
            s3.delete_object(Bucket=bucket, Key=key)
    _sum_up(deployment, written)
    deployment.invoke("advisor")


def advise(
    deployment: Deployment, written: Sequence[WrittenWorld], settings: AdviceSettings
) -> dict[str, MadeReports]:
    """What the deployed functions make now, by VPC."""
    with _configured(deployment, "advisor", _to_environment(settings)):
        while True:
            begun = int(time.time())
            _sum_up(deployment, written)
            deployment.invoke("advisor", {"vpc_ids": [each.vpc_id for each in written]})
            made = {each.vpc_id: _read_reports(deployment, each) for each in written}
            if _is_of_one_run(made, begun):
                return made


def _is_of_one_run(made: Mapping[str, MadeReports], begun: int) -> bool:
    """Neither has a scheduled run come in between, nor a midnight after the usage was summed up."""
    times = [{report["made_at"] for report in each.reports.values()} for each in made.values()]
    days = {utc_day(made_at) for of_vpc in times for made_at in of_vpc}
    return days == {utc_day(begun)} and all(len(of_vpc) == 1 and min(of_vpc) >= begun for of_vpc in times)


def _sum_up(deployment: Deployment, written: Sequence[WrittenWorld]) -> None:
    first = min(each.world.observations[0].observed_at for each in written)
    deployment.invoke("rule_usage", {"days": [*window_days(first, int(time.time()) + 1)]})


def _read_reports(deployment: Deployment, each: WrittenWorld) -> MadeReports:
    s3, bucket = deployment.cloud.client("s3"), deployment.outputs["SiteBucket"]

    def read(group_id: str, name: str) -> bytes:
        return unpack(s3.get_object(Bucket=bucket, Key=f"groups/{group_id}/{name}")["Body"].read())

    return MadeReports(
        {group_id: read_json(read(group_id, "report.json")) for group_id in each.group_ids},
        {group_id: {name: read(group_id, name) for name in FIXES} for group_id in each.group_ids},
    )


def _to_environment(settings: AdviceSettings) -> dict[str, str]:
    """As the app's context sets it."""
    return {
        "WINDOW_DAYS": str(settings.window_days),
        "MIN_COVERAGE_PERCENT": str(round(settings.min_coverage * 100)),
        "TOO_WIDE_FACTOR": str(settings.too_wide_factor),
        "MAX_CIDRS": str(settings.max_cidrs),
        "PUBLIC_PEERS": str(settings.public_peers),
    }


@contextmanager
def _configured(deployment: Deployment, package: str, changes: Mapping[str, str]) -> Iterator[None]:
    """A function with other environment variables for the while; it begins anew, before and after."""
    functions, name = deployment.cloud.client("lambda"), deployment.function(package)
    before = functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    _configure(functions, name, {**before, **changes})
    try:
        yield
    finally:
        _configure(functions, name, before)


def _configure(functions: Any, name: str, variables: Mapping[str, str]) -> None:  # noqa: ANN401
    functions.update_function_configuration(FunctionName=name, Environment={"Variables": dict(variables)})
    functions.get_waiter("function_updated_v2").wait(FunctionName=name, WaiterConfig={"Delay": 1})
