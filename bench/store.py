"""What a flow document takes in the engine's store: one shard without replica, merged into one segment."""

from bench.flows_index import bytes_per_document, index, open_engine, read_template, to_bodies
from bench.rows import Row
from bench.sample_documents import make_documents

TARGETS = {"v2": 110.0, "v5": 125.0}


def measure() -> list[Row]:
    with open_engine() as engine:
        sizes = {
            version: bytes_per_document(index(engine, read_template(), to_bodies(make_documents(version))))
            for version in TARGETS
        }
    return [
        Row(
            f"store_{version}",
            f"store per record in the real engine, primary, merged, {version}, with rule_ids",
            size,
            "B",
            TARGETS[version],
            details={"records": len(make_documents(version))},
        )
        for version, size in sizes.items()
    ]
