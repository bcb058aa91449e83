"""Usage and reports as the deployed functions make them, against the facts that were planted."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from local.demo.error import DemoError
from local.demo.functions import invoke
from local.sample.advice import EXPECTED_ADVICE, EXPECTED_ATTACHMENT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from local.cloud import LocalCloud
    from local.sample.advice import ExpectedAdvice
    from local.traffic.comparison import RuleNames

WORDS: Final = {"ingress": "from", "egress": "to"}
GZIP: Final = b"\x1f\x8b"

Report = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CheckedAdvice:
    groups: int
    rules: int
    verdicts: Mapping[str, int]
    changes: int
    replayed: int
    """Distinct connections, each once for each group that it was replayed for."""


def make_reports(cloud: LocalCloud) -> None:
    """As the schedules would, rather than wait for the hour and the day."""
    invoke(cloud, "rule_usage", {})
    invoke(cloud, "advisor", {})


def read_reports(cloud: LocalCloud, site_bucket: str) -> list[Report]:
    s3 = cloud.client("s3")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=site_bucket, Prefix="groups/")
    keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
    return [
        read_json(s3.get_object(Bucket=site_bucket, Key=key)["Body"].read())
        for key in keys
        if key.endswith("/report.json")
    ]


def read_json(body: bytes) -> Report:
    report: Report = json.loads(unpack(body))
    return report


def unpack(body: bytes) -> bytes:
    """Of an object on the site, where some are gzipped."""
    return gzip.decompress(body) if body[:2] == GZIP else body


def check_reports(reports: Sequence[Report], group_ids: Sequence[str], names: RuleNames) -> CheckedAdvice:
    """Raises DemoError unless each group has a report that says what was planted and would refuse nothing."""
    missing = set(group_ids) - {report["group"]["group_id"] for report in reports}
    mistakes = [f"{group_id} has no report" for group_id in sorted(missing)]
    rules = [(rule, report) for report in reports for rule in report["rules"]]
    by_name = {names[rule["rule"]["rule_id"]]: (rule, report) for rule, report in rules}
    for name, expected in EXPECTED_ADVICE.items():
        if name not in by_name:
            mistakes.append(f"no report has the rule {name}")
        else:
            mistakes += [f"{name} {text}" for text in _differences(*by_name[name], expected)]
    mistakes += _attachments(reports)
    for report in reports:
        refused = report["proposal"]["replay"]["refused"]
        mistakes += [f"{report['group']['group_name']} would refuse {each}" for each in refused]
    if mistakes:
        raise DemoError("The reports don't say what was planted:\n  " + "\n  ".join(mistakes))
    return _sum_up(reports)


def describe(rule: Report) -> str:
    """A new rule, such as `tcp 22 from bastion`."""
    first, last = rule["from_port"], rule["to_port"]
    ports = "" if first in {None, -1} else f" {first}" if first == last else f" {first}-{last}"
    peer = rule["peer"]
    name = rule["peer_name"] or peer["cidr_ipv4"] or peer["cidr_ipv6"]
    return f"{rule['ip_protocol']}{ports} {WORDS[rule['direction']]} {name}"


def _differences(rule: Report, report: Report, expected: ExpectedAdvice) -> Iterator[str]:
    if rule["verdict"] != expected.verdict:
        yield f"is {rule['verdict']}, not {expected.verdict}: {rule['reasons']}"
    codes = [reason["code"] for reason in rule["reasons"]]
    if expected.reason is not None and expected.reason not in codes:
        yield f"has the reasons {codes}, without {expected.reason}"
    changes = [each for each in report["proposal"]["changes"] if each["rule_id"] == rule["rule"]["rule_id"]]
    replaced_by = tuple(describe(each) for each in changes[0]["rules"]) if changes else None
    if replaced_by != expected.replaced_by:
        yield f"is replaced by {replaced_by}, not by {expected.replaced_by}"
    addrs = {peer["addr"] for peer in rule["use"]["peers"]}
    for addr in expected.keeps_peers:
        if addr not in addrs:
            yield f"doesn't name its peer {addr}"


def _attachments(reports: Sequence[Report]) -> Iterator[str]:
    found = {report["group"]["group_name"]: report["attachment"] for report in reports}
    for name, expected in EXPECTED_ATTACHMENT.items():
        if found.get(name) != expected:
            yield f"the group {name} is {found.get(name)}, not {expected}"


def _sum_up(reports: Sequence[Report]) -> CheckedAdvice:
    verdicts: dict[str, int] = {}
    for report in reports:
        for rule in report["rules"]:
            verdicts[rule["verdict"]] = verdicts.get(rule["verdict"], 0) + 1
    return CheckedAdvice(
        groups=len(reports),
        rules=sum(verdicts.values()),
        verdicts=dict(sorted(verdicts.items())),
        changes=sum(len(report["proposal"]["changes"]) for report in reports),
        replayed=sum(report["proposal"]["replay"]["connections"] for report in reports),
    )
