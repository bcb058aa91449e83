"""A day of traffic into the deployed stack, and the wait until all of it can be searched."""

from __future__ import annotations

from dataclasses import dataclass
from time import monotonic, sleep, time
from typing import TYPE_CHECKING, Final

from adapters.ec2_inventory import get_inventory
from adapters.inventory_store import InventoryStore
from local.demo.error import DemoError
from local.demo.stack import FlowLogSettings, read_flow_log
from local.sample.history import write_inventory_history
from local.traffic.generate import generate
from local.traffic.send import send
from local.traffic.shapes import DAY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from local.cloud import LocalCloud
    from local.demo.console import Console
    from local.demo.search import FlowsReader
    from local.sample.vpc import SampleVpc
    from local.traffic.comparison import RuleNames
    from local.traffic.types import Traffic

ROUND_SECONDS: Final = 600
SEARCHABLE_SECONDS: Final = 180
POLL_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True)
class Amount:
    """Which day, and how much of what visitors do."""

    seed: int
    scale: float


@dataclass(frozen=True, slots=True)
class Feed:
    """What was sent, and the flow log that would have written it."""

    vpc_id: str
    traffic: Traffic
    flow_log: FlowLogSettings
    rule_names: RuleNames


def feed_day(
    console: Console, cloud: LocalCloud, sample: SampleVpc, data_bucket: str, amount: Amount
) -> Feed:
    """The 24 hours until now: also the inventory must know them, as if SG Lens had run since."""
    end = int(time()) // ROUND_SECONDS * ROUND_SECONDS
    start = end - DAY
    with console.step("Writing the inventory's history of the day"):
        inventory = get_inventory(cloud.client("ec2"), sample.vpc_id, int(time()))
        store = InventoryStore(cloud.client("s3"), data_bucket)
        write_inventory_history(store, sample, inventory, start)
    flow_log = read_flow_log(cloud.client("ec2"), sample.vpc_id)
    traffic = generate(
        sample,
        amount.seed,
        start,
        end,
        scale=amount.scale,
        aggregation_interval=flow_log.aggregation_interval,
        fields=flow_log.fields,
    )
    rule_names = {rule_id: name for name, rule_id in sample.security.rule_ids.items()}
    feed = Feed(sample.vpc_id, traffic, flow_log, rule_names)
    _send(console, cloud, feed)
    return feed


def _send(console: Console, cloud: LocalCloud, feed: Feed) -> None:
    total = feed.traffic.record_count
    sent = 0

    def count(records: int) -> None:
        nonlocal sent
        sent += records
        step.progress(f"{sent:,} of {total:,}")
        cloud.check()

    with console.step("Sending a day of flow records into the log group") as step:
        send(cloud.client("logs"), feed.flow_log.log_group, feed.traffic, count)
        step.result = f"{total:,} records in {len(feed.traffic.streams)} log streams"


def wait_until_searchable(
    console: Console, cloud: LocalCloud, reader: FlowsReader, feed: Feed, outputs: Mapping[str, str]
) -> None:
    total = feed.traffic.record_count
    deadline = monotonic() + SEARCHABLE_SECONDS
    with console.step("Waiting for the index, which shows new records every 30 s") as step:
        while (found := reader.count()) != total:
            cloud.check()
            step.progress(f"{found:,} of {total:,}")
            if monotonic() > deadline:
                raise DemoError(_explain(cloud, outputs, found, total))
            sleep(POLL_SECONDS)
        step.result = f"{found:,} records"


def _explain(cloud: LocalCloud, outputs: Mapping[str, str], found: int, total: int) -> str:
    lines = [f"After {SEARCHABLE_SECONDS} s a search finds {found:,} of {total:,} records."]
    for name, prefix in (("FailedBucket", ""), ("DataBucket", "rejected/")):
        answer = cloud.client("s3").list_objects_v2(Bucket=outputs[name], Prefix=prefix)
        keys = [item["Key"] for item in answer.get("Contents", [])]
        lines.append(f"{len(keys)} objects under {outputs[name]}/{prefix}, the first: {keys[:1]}")
    return "\n".join(lines)
