"""The fixes of the sample VPC's groups, run for real: the day's traffic must still be let in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from time import time
from typing import Any

import pytest

from adapters.ec2_inventory import get_inventory
from domain.attribution import match_rules
from domain.flow_log_format import FlowLogFormat
from domain.flow_reader import FlowReader
from domain.inventory import Inventory, SecurityGroupRule
from domain.inventory_day import Interval, InventoryDay, utc_day
from domain.inventory_view import InventoryView
from domain.protocols import protocol_number
from domain.report import GroupReport
from domain.rule_match import Connection, Match
from fixes.fix_script import render_fix, render_undo
from local.certificates import CertificateAuthority
from local.emulator.control import ControlClient
from local.emulator.process import EmulatorProcess
from local.sample.history import trace_history
from local.sample.vpc import SampleVpc, create_sample_vpc
from local.traffic.generate import generate
from local.traffic.lines import ALL_FIELDS
from local.traffic.types import Traffic
from tests.advice.sample_reports import ONE_DAY, analyze_traffic
from tests.fixes.emulated import EmulatedEc2, emulated_ec2, fields
from tests.local.traffic.sample_documents import to_event
from tests.local.traffic.sample_traffic import DAY, SEED

NO_ENGINE = "http://127.0.0.1:9"

Document = dict[str, Any]
Days = Mapping[str, InventoryDay]


@dataclass(frozen=True, slots=True)
class FixedSample:
    """The sample VPC before its fixes, with them, and after they were taken back."""

    reports: tuple[GroupReport, ...]
    documents: tuple[Document, ...]
    days: Days
    before: Inventory
    fixed: Inventory
    undone: Inventory


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FixedSample]:
    directory = tmp_path_factory.mktemp("sample")
    authority = CertificateAuthority(directory / "certificates")
    certificate = authority.issue("front_door", "localhost")
    emulator = EmulatorProcess(directory / "emulator", NO_ENGINE, certificate, authority.ca_bundle)
    try:
        emulator.wait_until_ready()
        control = ControlClient(f"http://127.0.0.1:{emulator.read_port('control')}")
        with emulated_ec2(emulator.url, directory / "cli") as ec2:
            yield _fix_sample(ec2, create_sample_vpc(ec2.client, control), directory)
    finally:
        emulator.stop()


def _fix_sample(ec2: EmulatedEc2, vpc: SampleVpc, directory: Path) -> FixedSample:
    end = int(time()) // 600 * 600
    start = end - DAY
    before = get_inventory(ec2.client, vpc.vpc_id, end)
    days = trace_history(vpc, before, start)
    traffic = generate(vpc, SEED, start, end)
    reports = analyze_traffic(traffic, days, end, ONE_DAY)
    by_day = {day.day: day for day in days}
    documents = tuple(_read(traffic, by_day))
    _run_all(ec2, reports, directory, "fix")
    fixed = get_inventory(ec2.client, vpc.vpc_id, end)
    _run_all(ec2, reports, directory, "undo")
    undone = get_inventory(ec2.client, vpc.vpc_id, end)
    return FixedSample(reports, documents, by_day, before, fixed, undone)


def _run_all(ec2: EmulatedEc2, reports: tuple[GroupReport, ...], directory: Path, name: str) -> None:
    render = {"fix": render_fix, "undo": render_undo}[name]
    for report in reports:
        folder = directory / f"{name}-{report.group.group_id}"
        folder.mkdir()
        ran = ec2.run(render(report), folder)
        assert ran.code == 0, (report.group.group_name, ran)


def _read(traffic: Traffic, days: Days) -> Iterator[Document]:
    views = {day: InventoryView(inventory) for day, inventory in days.items()}
    reader = FlowReader(
        FlowLogFormat(ALL_FIELDS), lambda record, timestamp: views[utc_day(record.end or timestamp // 1000)]
    )
    records = sorted((each for of in traffic.streams.values() for each in of), key=lambda each: each.start)
    events = [to_event(number, record) for number, record in enumerate(records)]
    yield from (json.loads(document.source) for document in reader.read(events).documents)


def _with_rules(days: Days, inventory: Inventory) -> dict[str, InventoryView]:
    """By day: interfaces and their groups as they were, under the rules that the inventory shows."""
    rules = tuple(Interval(rule, 0) for rule in inventory.security_group_rules)
    return {day: InventoryView(replace(each, security_group_rules=rules)) for day, each in days.items()}


def _find_match(document: Document, views: Mapping[str, InventoryView]) -> Match:
    """How surely the rules permit the request, asked by the very matching of ingest."""
    at = document["@timestamp"]
    view = views[utc_day(at)]
    eni = view.network_interface(document["interface_id"], at)
    if eni is None:
        return Match.NO
    connection = Connection(
        document["direction"],
        protocol_number(document["protocol_name"]),
        document.get("service_port"),
        document["peer_addr"],
    )
    return max(match_rules(eni.group_ids, connection, view, at).values(), default=Match.NO)


def _requests(sample: FixedSample) -> Iterator[Document]:
    for document in sample.documents:
        if document.get("action") == "ACCEPT" and document.get("is_response") is False:
            yield document


def test_no_request_of_the_day_is_refused_by_the_rules_that_are_now_in_force(sample: FixedSample) -> None:
    before, fixed = (_with_rules(sample.days, each) for each in (sample.before, sample.fixed))
    asked = 0
    for document in _requests(sample):
        asked += 1
        assert _find_match(document, fixed) >= _find_match(document, before), document
    assert asked > 5_000


def test_the_rules_in_force_are_those_that_were_proposed(sample: FixedSample) -> None:
    for report in sample.reports:
        gone = {change.rule_id for change in report.proposal.changes}
        kept = [each.rule for each in report.rules if each.rule.rule_id not in gone]
        new = [rule for change in report.proposal.changes for rule in change.rules]
        assert fields(_rules_of(sample.fixed, report)) == fields([*kept, *new]), report.group.group_name


def test_what_is_allowed_has_shrunk(sample: FixedSample) -> None:
    assert sample.fixed.security_group_rules != sample.before.security_group_rules
    anyone = [rule for rule in sample.fixed.security_group_rules if rule.peer.cidr_ipv4 == "0.0.0.0/0"]
    assert len(anyone) < sum(
        rule.peer.cidr_ipv4 == "0.0.0.0/0" for rule in sample.before.security_group_rules
    )


def test_undo_restores_exactly_the_old_rules(sample: FixedSample) -> None:
    for report in sample.reports:
        old, now = _rules_of(sample.before, report), _rules_of(sample.undone, report)
        assert fields(now) == fields(old), report.group.group_name
        assert len(now) == len(old)


def _rules_of(inventory: Inventory, report: GroupReport) -> list[SecurityGroupRule]:
    return [rule for rule in inventory.security_group_rules if rule.group_id == report.group.group_id]
