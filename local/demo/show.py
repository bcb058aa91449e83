"""What the demo shows of the index, and where to go on looking."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from local.traffic.evidence import PROTOCOLS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from local.cloud import LocalCloud
    from local.demo.console import Console
    from local.demo.search import Bucket, FlowsReader
    from local.demo.stack import SearchUser
    from local.traffic.comparison import RuleNames

REJECTED: Final = {"term": {"action": "REJECT"}}
UNITS: Final = ("B", "kB", "MB", "GB", "TB")


def show_index(console: Console, reader: FlowsReader) -> None:
    console.headline(f"{reader.count():,} flow records are in the index")
    statuses = [bucket for bucket in reader.top("log_status") if bucket.key != "OK"]
    _show(console, "Action, and what had none", [*reader.top("action"), *statuses])
    _show(console, "Busiest security groups", reader.top("group_names"))
    _show(console, "Kind of network interface", reader.top("interface_owner", size=12))
    _show(console, "Top talkers", reader.top("peer_addr"))
    _show(console, "Rejected: who knocked", reader.top("peer_addr", REJECTED, size=5))
    _show(console, "Rejected: on which ports", reader.top("local_port", REJECTED, size=5))


def show_attribution(console: Console, reader: FlowsReader, rule_names: RuleNames) -> None:
    """Rules by the sample's names; EC2 gives a rule none."""
    _show(console, "Attributed to rules, or why not", reader.top("attribution"))
    _show(console, "By one rule, by several, or it can't be told by which", reader.top("rule_match"))
    rules = reader.top("rule_ids", size=10)
    _show(console, "Rules with the most records", [_named(bucket, rule_names) for bucket in rules])
    console.headline("Who began: by which evidence")
    console.table([row for protocol in PROTOCOLS.values() for row in _evidence_rows(reader, protocol)])


def _evidence_rows(reader: FlowsReader, protocol: str) -> Iterator[tuple[str, int, str]]:
    buckets = reader.top("initiator_evidence", {"term": {"protocol_name": protocol}})
    records = sum(bucket.records for bucket in buckets)
    for bucket in buckets:
        yield f"{protocol} {bucket.key}", bucket.records, f"{bucket.records / records:.1%}"


def _named(bucket: Bucket, rule_names: RuleNames) -> Bucket:
    return replace(bucket, key=rule_names.get(bucket.key, bucket.key))


def show_where_to_look(
    console: Console, cloud: LocalCloud, directory: Path, viewer: SearchUser, page_url: str
) -> None:
    netrc, environment = directory / "viewer.netrc", directory / "environment.sh"
    _write_private(netrc, f"machine localhost login {viewer.username} password {viewer.password}\n")
    _write_private(environment, "".join(_exports(cloud.environment())))
    console.headline("Where to look")
    console.say(
        f"The index page, in a browser of this machine:\n"
        f"  {page_url}\n"
        f"Look for groups that no interface carries, for those with rejects, and fold out who carries\n"
        f"one. A group's links say what OpenSearch Dashboards would show; the README has the way to run it\n"
        f"here with Docker. Your browser warns of their certificate: its authority is the demo's own.\n"
    )
    console.say(
        f"The search domain is https://{cloud.search_endpoint}; {viewer.username} may read, the master user"
        f" may do everything:\n"
        f"  curl --cacert {_shown(cloud.ca_bundle)} --netrc-file {_shown(netrc)} \\\n"
        f"    'https://{cloud.search_endpoint}/flows-*/_search?q=action:REJECT&size=1&pretty'\n"
        f"AWS's APIs are at {cloud.endpoint_url}. With the AWS CLI, the outputs name everything else, the\n"
        f"commands that read the passwords among it:\n"
        f"  . {_shown(environment)}\n"
        f"  aws cloudformation describe-stacks --stack-name SgLens --query 'Stacks[0].Outputs'"
    )


def _show(console: Console, title: str, buckets: Iterable[Bucket]) -> None:
    console.headline(title)
    console.table([(bucket.key, bucket.records, readable_size(bucket.bytes)) for bucket in buckets])


def readable_size(size: int) -> str:
    power = min(max(len(str(size)) - 1, 0) // 3, len(UNITS) - 1)
    return f"{size / 1000**power:.{1 if power else 0}f} {UNITS[power]}"


def _exports(environment: Mapping[str, str]) -> Iterable[str]:
    return (
        f"export {name}='{value}'\n" for name, value in sorted(environment.items()) if name.startswith("AWS_")
    )


def _shown(path: Path) -> Path:
    """As short as can be for who is in the checkout."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)
