"""Recorded cases of attribution, one file each: the records, the inventory, and what their documents say.

The inventory is in the shape of EC2's answers: `[[observed]]` holds what one look at the VPC saw at epoch
second `at`. `[[records]]` hold a line, the batch in which it comes (1 where none is given) and the fields of
its document: of attribution's all, so that one which isn't named must be absent; of the others any.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from pathlib import Path
from typing import Any, Final

from domain.flow_log_format import FlowLogFormat
from domain.flow_record import parse_flow_record
from domain.initiator import End
from domain.inventory import (
    Inventory,
    PrefixListEntry,
    parse_network_interface,
    parse_prefix_list_entry,
    parse_security_group,
    parse_security_group_rule,
)
from domain.inventory_day import InventoryDay, observe
from domain.inventory_view import InventoryView
from domain.subscription_event import LogEvent

CASES: Final = Path(__file__).parents[1] / "data" / "attribution"
ATTRIBUTION_FIELDS: Final = frozenset(
    {
        *("initiator", "initiator_evidence", "direction", "is_response", "service_port"),
        *("rule_ids", "rule_match", "attribution"),
    }
)

Answer = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RecordedLine:
    event: LogEvent
    batch: int
    document: Answer
    outcome: str
    """Under which word the reader counts it."""

    @property
    def paired(self) -> End | None:
        """What the reader must have remembered of it."""
        if self.document.get("initiator_evidence") != "paired":
            return None
        return "destination" if self.document["is_response"] else "source"


@dataclass(frozen=True, slots=True)
class RecordedCase:
    shows: str
    source: str
    log_format: FlowLogFormat
    view: InventoryView
    lines: tuple[RecordedLine, ...]


def read_case(name: str) -> RecordedCase:
    content = tomllib.loads((CASES / f"{name}.toml").read_text(encoding="utf-8"))
    log_format = FlowLogFormat.parse(content["format"])
    return RecordedCase(
        content["shows"],
        content["source"],
        log_format,
        _make_view(content["observed"]),
        tuple(
            _parse_line(number, record, log_format, content.get("logged_at"))
            for number, record in enumerate(content["records"])
        ),
    )


def expected_fields(document: Answer) -> frozenset[str]:
    """Those to be compared."""
    return ATTRIBUTION_FIELDS | document.keys()


def _parse_line(
    number: int, record: Answer, log_format: FlowLogFormat, logged_at: int | None
) -> RecordedLine:
    line, document = record["line"], record["document"]
    second = parse_flow_record(line, log_format).start or logged_at
    assert second is not None, "a format without times needs logged_at"
    outcome = record.get("outcome") or document.get("attribution", "no_action")
    event = LogEvent(f"{number:056d}", second * 1000, line)
    return RecordedLine(event, record.get("batch", 1), document, outcome)


def _make_view(observed: list[Answer]) -> InventoryView:
    day: InventoryDay | None = reduce(observe, map(_parse_inventory, observed), None)
    assert day is not None
    return InventoryView(day)


def _parse_inventory(answers: Answer) -> Inventory:
    return Inventory(
        vpc_id=answers["NetworkInterfaces"][0]["VpcId"],
        observed_at=answers["at"],
        network_interfaces=tuple(map(parse_network_interface, answers["NetworkInterfaces"])),
        security_groups=tuple(map(parse_security_group, answers["SecurityGroups"])),
        security_group_rules=tuple(map(parse_security_group_rule, answers.get("SecurityGroupRules", ()))),
        prefix_list_entries=_parse_entries(answers),
    )


def _parse_entries(answers: Answer) -> tuple[PrefixListEntry, ...]:
    return tuple(
        parse_prefix_list_entry(prefix_list, entry)
        for prefix_list in answers.get("PrefixLists", ())
        for entry in answers["Entries"][prefix_list["PrefixListId"]]
    )
