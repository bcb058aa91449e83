"""Random worlds on their way through the deployed functions, as VPCs of their own."""

import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from adapters.inventory_store import InventoryStore
from domain.advice_settings import AdviceSettings
from domain.inventory_day import InventoryDay, changed, observe, utc_day
from domain.usage_window import window_days
from local.demo.advice import Report, read_reports, unpack
from local.demo.stack import read_flow_log
from local.traffic.send import send
from local.traffic.types import Traffic
from tests.advice.drawn_worlds import draw_worlds, move, rename
from tests.advice.oracle_traffic import DAY
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
    """As inventory_sync would have stored them."""

    @property
    def vpc_id(self) -> str:
        return self.world.now.vpc_id

    @property
    def group_ids(self) -> set[str]:
        return {group.group_id for group in self.world.now.security_groups}


def make_worlds(deployment: Deployment, count: int, number: int) -> list[WrittenWorld]:
    """Such that now is the end of each."""
    now = int(time.time())
    fields = read_flow_log(deployment.cloud.client("ec2"), deployment.sample.vpc_id).fields
    source, numbers = Random(number), iter(NUMBERS)
    written = []
    for position, drawn in enumerate(draw_worlds(count, number)):
        world = rename(move(_forget_names(drawn), now), f"{number:06x}{position:02x}")
        traffic = WorldWriter(world, source, numbers, fields).write()
        written.append(WrittenWorld(world, traffic, fields, keep_days(world)))
    return written


def _forget_names(world: World) -> World:
    """Of prefix lists: the answers that the offline analysis reads don't have them."""
    return replace(
        world,
        observations=tuple(
            replace(
                each,
                prefix_list_entries=tuple(
                    replace(entry, prefix_list_name="") for entry in each.prefix_list_entries
                ),
            )
            for each in world.observations
        ),
    )


def keep_days(world: World) -> list[InventoryDay]:
    """Of passes several times a day, of which each writes what the last one didn't know."""
    days: dict[str, InventoryDay] = {}
    day: InventoryDay | None = None
    first = world.observations[0].observed_at
    passes = {each.observed_at for each in world.observations} | {*range(first, world.made_at, DAY // 4)}
    for at in sorted(passes):
        inventory = world.at(at)
        assert inventory is not None
        current = observe(day, replace(inventory, observed_at=at))
        if changed(day, current):
            day = days[current.day] = current
    return [*days.values()]


@contextmanager
def sent(deployment: Deployment, written: Sequence[WrittenWorld], master: Person) -> Iterator[None]:
    """Their inventories are stored and their records indexed; afterwards there is no report of them left."""
    store = InventoryStore(deployment.cloud.client("s3"), deployment.outputs["DataBucket"])
    for each in written:
        for day in each.days:
            store.save(day, etag=None)
    try:
        # Anew, it knows no inventory that is ten seconds old, nor connections of earlier worlds.
        with configured(deployment, "flow_ingest", {}):
            for each in written:
                send(deployment.cloud.client("logs"), deployment.log_group, each.traffic, lambda _: None)
            deployment.wait_until(lambda: _are_indexed(written, master), "the worlds' records are indexed")
        yield
    finally:
        _remove(deployment, {each.vpc_id for each in written})


def _are_indexed(written: Sequence[WrittenWorld], master: Person) -> bool:
    interface_ids = [stream.removesuffix("-all") for each in written for stream in each.traffic.streams]
    total = sum(each.traffic.record_count for each in written)
    return master.count_streams(interface_ids) == total


def _remove(deployment: Deployment, vpc_ids: set[str]) -> None:
    s3, bucket = deployment.cloud.client("s3"), deployment.outputs["DataBucket"]
    for key in deployment.data_keys():
        if any(vpc_id in key for vpc_id in vpc_ids):
            s3.delete_object(Bucket=bucket, Key=key)
    deployment.invoke("rule_usage")
    deployment.invoke("advisor")


def advise(
    deployment: Deployment, written: Sequence[WrittenWorld], settings: AdviceSettings
) -> dict[str, list[Report]]:
    """The deployed functions' reports, by VPC."""
    vpc_ids = [each.vpc_id for each in written]
    with configured(deployment, "advisor", _to_environment(settings)):
        while True:
            day = utc_day(int(time.time()))
            deployment.invoke("rule_usage", {"days": _days_until_now(settings)})
            deployment.invoke("advisor", {"vpc_ids": vpc_ids})
            # Of a new day the usage is not summed up yet.
            if utc_day(int(time.time())) == day:
                break
    reports = read_reports(deployment.cloud, deployment.outputs["SiteBucket"])
    return {
        vpc_id: [report for report in reports if report["group"]["vpc_id"] == vpc_id] for vpc_id in vpc_ids
    }


def read_files(deployment: Deployment, group_ids: Iterable[str]) -> dict[str, bytes]:
    """The fixes on the site, by path below groups/."""
    s3, bucket = deployment.cloud.client("s3"), deployment.outputs["SiteBucket"]
    paths = [f"{group_id}/{name}" for group_id in group_ids for name in FIXES]
    answers = {path: s3.get_object(Bucket=bucket, Key=f"groups/{path}") for path in paths}
    return {path: unpack(answer["Body"].read()) for path, answer in answers.items()}


def _days_until_now(settings: AdviceSettings) -> list[str]:
    now = int(time.time())
    return [*window_days(now - settings.window_seconds, now + 1)]


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
def configured(deployment: Deployment, package: str, changes: Mapping[str, str]) -> Iterator[None]:
    """A function with other environment variables for the while; it starts anew, before and after."""
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
