"""From the log group to searchable, all of it on this machine: the deployed functions under the emulator, the
front door, the real engine. The figure is the laptop's, not AWS's; where its time goes is the point."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, process_time, sleep, time
from typing import Any

from adapters.ec2_inventory import get_inventory
from adapters.inventory_store import InventoryStore
from bench.processes import processor_seconds
from bench.rows import Row
from local.cloud import LocalCloud
from local.demo.stack import read_flow_log
from local.sample.history import write_inventory_history
from local.traffic.generate import generate
from local.traffic.send import send
from local.traffic.types import Traffic
from tests.whole_way.deployment import Deployment, deploy

SEED = 7
VISITORS = 4.0
DAY = 86_400
POLL_SECONDS = 0.5
PATIENCE_SECONDS = 600


def measure() -> list[Row]:
    with _deployed() as deployment:
        traffic = _prepare(deployment)
        before = _read_processor_times(deployment.cloud)
        started = monotonic()
        send(deployment.cloud.client("logs"), deployment.log_group, traffic, lambda _sent: None)
        sent = monotonic()
        _wait_until_indexed(deployment.cloud, traffic.record_count)
        searchable = monotonic()
        after = _read_processor_times(deployment.cloud)
        times = _read_engine_times(deployment.cloud)
    records = traffic.record_count
    details: dict[str, object] = {
        "records": records,
        "seconds": round(searchable - started, 1),
        "seconds_until_sent": round(sent - started, 1),
        "processor_us_per_record": {
            name: round((after[name] - before[name]) / records * 1e6, 1) for name in after
        },
        "engine_us_per_record": {name: round(each / records * 1e6, 1) for name, each in times.items()},
    }
    title = "event in the log group to searchable in the real engine, on this machine"
    return [Row("whole_way", title, records / (searchable - started), "records/s", details=details)]


@contextmanager
def _deployed() -> Iterator[Deployment]:
    with TemporaryDirectory() as directory, LocalCloud.start(Path(directory) / "cloud") as cloud:
        yield deploy(cloud, Path(directory) / "cdk")


def _prepare(deployment: Deployment) -> Traffic:
    """The sample's last 24 hours, whose inventory SG Lens knows as if it had run since."""
    cloud, sample = deployment.cloud, deployment.sample
    now = int(time())
    start = now - DAY
    store = InventoryStore(cloud.client("s3"), deployment.outputs["DataBucket"])
    inventory = get_inventory(cloud.client("ec2"), sample.vpc_id, now)
    write_inventory_history(store, sample, inventory, start)
    flow_log = read_flow_log(cloud.client("ec2"), sample.vpc_id)
    return generate(sample, SEED, start, start + DAY, scale=VISITORS, fields=flow_log.fields)


def _wait_until_indexed(cloud: LocalCloud, records: int) -> None:
    """Then one refresh, which the index would do by itself within half a minute."""
    deadline = monotonic() + PATIENCE_SECONDS
    while _stats(cloud)["indexing"]["index_total"] < records:
        cloud.check()
        if monotonic() > deadline:
            raise TimeoutError(f"After {PATIENCE_SECONDS} s the engine has not indexed all {records} records")
        sleep(POLL_SECONDS)
    cloud.engine.request("POST", "/flows-*/_refresh")
    found = json.loads(cloud.engine.request("GET", "/flows-*/_count").data)["count"]
    if found != records:
        raise ValueError(f"A search finds {found} of {records} records")


def _read_processor_times(cloud: LocalCloud) -> dict[str, float]:
    """Seconds. The emulator's includes the front door's TLS and signatures, the functions' their start."""
    emulator, functions = processor_seconds("local.emulator")
    [node] = json.loads(cloud.engine.request("GET", "/_nodes/stats/process").data)["nodes"].values()
    engine = node["process"]["cpu"]["total_in_millis"] / 1000
    return {"sender": process_time(), "emulator": emulator, "functions": functions, "engine": engine}


def _read_engine_times(cloud: LocalCloud) -> dict[str, float]:
    """Seconds that the engine's threads were busy with each."""
    stats = _stats(cloud)
    return {
        "indexing": stats["indexing"]["index_time_in_millis"] / 1000,
        "refreshing": stats["refresh"]["total_time_in_millis"] / 1000,
        "merging": stats["merges"]["total_time_in_millis"] / 1000,
    }


def _stats(cloud: LocalCloud) -> dict[str, Any]:
    answer = json.loads(cloud.engine.request("GET", "/flows-*/_stats/indexing,refresh,merge").data)
    stats: dict[str, Any] = answer["_all"]["primaries"]
    return stats or {"indexing": {"index_total": 0}}
