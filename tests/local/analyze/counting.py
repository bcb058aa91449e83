"""Documents counted by the product, and plainly."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final, NamedTuple

from domain.attributed_flow import PlainFlow
from domain.usage import GroupEvidence, RuleUsage
from domain.usage_day import RuleOwner, midnight
from local.analyze.tally import Tallies
from local.analyze.tally_store import TallyStore
from local.analyze.usage_source import StoredUsage
from tests.domain.examples import VPC_ID
from tests.domain.plain_usage import count_group, count_rule

ALL_DAY: Final = 0xFFFFFF
UNLIMITED: Final = 10**9
EXACT: Final = 2**53

Document = dict[str, Any]
Owners = Mapping[str, RuleOwner]
OfGroup = tuple[str, Sequence[RuleUsage], Sequence[GroupEvidence]]


class Filed(NamedTuple):
    day: str
    document: Document


@contextmanager
def open_store(owners: Owners) -> Iterator[TallyStore]:
    with TemporaryDirectory() as folder:
        store = TallyStore(Path(folder) / "tallies.sqlite3", owners)
        yield store
        store.close()


def file_documents(flows: Iterable[PlainFlow]) -> list[Filed]:
    """With the days of their indices. A format without log status has records none the less."""
    filed = []
    for flow in flows:
        day = flow.index_name.removeprefix("flows-").replace(".", "-")
        without = {"log_status": "OK" if "action" in flow.document else "-", "action": "-"}
        filed.append(Filed(day, {**without, **flow.document}))
    return filed


def parse_lines(lines: Iterable[str]) -> Iterator[PlainFlow]:
    """What a bulk request takes."""
    for each in lines:
        action, source = (json.loads(text) for text in each.split("\n")[:2])
        yield PlainFlow(action["create"]["_id"], action["create"]["_index"], source)


def count(
    flows: Sequence[PlainFlow],
    owners: Owners,
    groups: Sequence[str],
    *,
    feed: Callable[[Tallies], None] | None = None,
    max_keys: int = UNLIMITED,
) -> list[OfGroup]:
    """By the product; every interface of the documents was expected to log all day, for each group. `feed`
    gives it the flows some other way than as documents, one by one."""
    filed = file_documents(flows)
    days = sorted({each.day for each in filed})
    with open_store(owners) as store:
        tallies = Tallies(store, max_keys)
        if feed is not None:
            feed(tallies)
        else:
            take_documents(tallies, flows)
        tallies.flush()
        store.sort()
        for day in days:
            store.add_expected(day, dict.fromkeys(groups, _expect(filed)))
        usage = StoredUsage(store, VPC_ID, days, _by_group(owners, groups))
        assert list(usage.sum_up()) == list(groups)
        return [(group_id, list(map(_rough, usages)), days) for group_id, usages, days in usage.groups()]


def take_documents(tallies: Tallies, flows: Iterable[PlainFlow]) -> None:
    """Each as a batch of its own."""
    for flow in flows:
        tallies.begin_batch([flow.event_id])
        tallies.take_plainly(flow)


def count_plainly(flows: Sequence[PlainFlow], owners: Owners, groups: Sequence[str]) -> list[OfGroup]:
    filed = file_documents(flows)
    days = sorted({each.day for each in filed})
    rules = _by_group(owners, groups)
    found: list[OfGroup] = []
    for group_id in groups:
        usages = [
            count_rule(_of_day(filed, day), rule_id, *owner, day)
            for rule_id, owner in rules[group_id].items()
            for day in days
        ]
        evidence = [
            count_group(
                [each for each in _of_day(filed, day) if "interface_id" in each],
                _expect(filed),
                *(VPC_ID, group_id, day, midnight(day)),
            )
            for day in days
        ]
        seen = [_rough(each) for each in usages if each]
        found.append((group_id, seen, list(filter(_says_anything, evidence))))
    return [each for each in found if each[1] or each[2]]


def _rough(usage: RuleUsage) -> RuleUsage:
    """Sums are exact as far as those of the engine are."""
    return replace(
        usage,
        request_bytes=min(usage.request_bytes, EXACT),
        request_packets=min(usage.request_packets, EXACT),
        response_bytes=min(usage.response_bytes, EXACT),
        response_packets=min(usage.response_packets, EXACT),
    )


def _says_anything(evidence: GroupEvidence) -> bool:
    return bool(evidence.interfaces or evidence.records)


def _by_group(owners: Owners, groups: Sequence[str]) -> dict[str, dict[str, RuleOwner]]:
    return {
        group_id: {id_: owners[id_] for id_ in sorted(owners) if owners[id_].group_id == group_id}
        for group_id in groups
    }


def _of_day(filed: Sequence[Filed], day: str) -> list[Document]:
    return [each.document for each in filed if each.day == day]


def _expect(filed: Sequence[Filed]) -> dict[str, int]:
    return {each.document["interface_id"]: ALL_DAY for each in filed if "interface_id" in each.document}
