"""Counts in a database on disk."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping
from itertools import count, groupby
from pathlib import Path
from typing import Final, NamedTuple, cast

from domain.inventory import Direction
from domain.usage import UNATTRIBUTED, Knock, RuleTotals, Tally
from domain.usage_day import InterfaceLogs, RuleOwner
from local.analyze.counted import CountedHead
from local.analyze.document_head import PeerText
from local.analyze.tally_rows import (
    HeadNumbers,
    RuleNumbers,
    number_of_day,
    rows_of_buckets,
    rows_of_group_days,
    rows_of_heads,
    rows_of_logs,
)

# What is added comes in no order, and in few columns: `heads` says the rest. It is put together, and brought
# into the order in which it is asked for, once at the end: a tree that grows in a random order takes longer.
_TABLES: Final = """
PRAGMA journal_mode = OFF;
PRAGMA synchronous = OFF;
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA cache_size = -32768;
CREATE TABLE heads (
    number INTEGER PRIMARY KEY, day, protocol, interface_id, kind, direction, rule_set, group_set,
    packets, bytes, first, last
);
CREATE TABLE rule_sets (number, rule, is_egress, PRIMARY KEY (number, rule)) WITHOUT ROWID;
CREATE TABLE group_sets (number, group_id, PRIMARY KEY (number, group_id)) WITHOUT ROWID;
CREATE TABLE buckets (head, peer, peer_addr, port INTEGER, peer_port INTEGER, records, last);
CREATE TABLE tallies (
    rule, day, peer_addr, protocol, port, interface_id, peer, sole, shared, possible, unknown, last_seen,
    PRIMARY KEY (rule, day, peer_addr, protocol, port, interface_id, peer)
) WITHOUT ROWID;
CREATE TABLE totals (
    rule, day, request_bytes, request_packets, response_bytes, response_packets, first_seen, last_seen,
    PRIMARY KEY (rule, day)
) WITHOUT ROWID;
CREATE TABLE knocks (
    group_id, day, peer_addr, protocol, port, direction, peer, records, last,
    PRIMARY KEY (group_id, day, peer_addr, protocol, port, direction, peer)
) WITHOUT ROWID;
CREATE TABLE logs (interface_id, day, hours, skipdata, PRIMARY KEY (interface_id, day)) WITHOUT ROWID;
CREATE TABLE expected (
    group_id, day, interface_id, hours, PRIMARY KEY (group_id, day, interface_id)
) WITHOUT ROWID;
CREATE TABLE group_days (
    group_id, day, records, reject, no_rule, unknown, PRIMARY KEY (group_id, day)
) WITHOUT ROWID;
CREATE TABLE documents (
    vpc_id, group_id, number, document, PRIMARY KEY (vpc_id, group_id, number)
) WITHOUT ROWID;
"""
_ADD_HEADS: Final = "INSERT INTO heads VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
_ADD_RULES: Final = "INSERT INTO rule_sets VALUES (?, ?, ?)"
_ADD_GROUPS: Final = "INSERT INTO group_sets VALUES (?, ?)"
_ADD_BUCKETS: Final = "INSERT INTO buckets VALUES (?, ?, ?, ?, ?, ?, ?)"
_ADD_LOGS: Final = """
INSERT INTO logs VALUES (?, ?, ?, ?)
ON CONFLICT DO UPDATE SET hours = hours | excluded.hours, skipdata = skipdata + excluded.skipdata
"""
_ADD_GROUP_DAYS: Final = """
INSERT INTO group_days VALUES (?, ?, ?, ?, ?, ?)
ON CONFLICT DO UPDATE SET
    records = records + excluded.records, reject = reject + excluded.reject,
    no_rule = no_rule + excluded.no_rule, unknown = unknown + excluded.unknown
"""
# CROSS JOIN goes through the tables in the order in which they are named. Where nobody knows who began, the
# port that was asked is the interface's for an ingress rule, and the peer's for an egress rule. `total` adds
# floating-point numbers, as the engine does: exact up to 2**53, and there is no sum that it can't tell.
_SORT: Final = """
INSERT INTO tallies
    SELECT rule, day, peer_addr, protocol,
        coalesce(CASE WHEN direction IS NULL AND is_egress THEN peer_port ELSE port END, -1) AS asked,
        interface_id, peer,
        sum(CASE kind WHEN 'sole' THEN records ELSE 0 END),
        sum(CASE kind WHEN 'shared' THEN records ELSE 0 END),
        sum(CASE WHEN kind IN ('possible', 'unknown') THEN records ELSE 0 END),
        sum(CASE kind WHEN 'unknown' THEN records ELSE 0 END),
        max(buckets.last)
    FROM buckets CROSS JOIN heads ON heads.number = buckets.head
        CROSS JOIN rule_sets ON rule_sets.number = heads.rule_set
    GROUP BY rule, day, peer_addr, protocol, asked, interface_id, peer;
INSERT INTO totals
    SELECT rule, day,
        CAST(total(CASE kind WHEN 'response' THEN 0 ELSE bytes END) AS INTEGER),
        CAST(total(CASE kind WHEN 'response' THEN 0 ELSE packets END) AS INTEGER),
        CAST(total(CASE kind WHEN 'response' THEN bytes ELSE 0 END) AS INTEGER),
        CAST(total(CASE kind WHEN 'response' THEN packets ELSE 0 END) AS INTEGER),
        min(CASE kind WHEN 'response' THEN NULL ELSE first END),
        max(CASE kind WHEN 'response' THEN NULL ELSE last END)
    FROM heads CROSS JOIN rule_sets ON rule_sets.number = heads.rule_set
    GROUP BY rule, day;
INSERT INTO knocks
    SELECT group_id, day, peer_addr, protocol, coalesce(port, -1), coalesce(direction, ''), peer,
        sum(records), max(buckets.last)
    FROM buckets CROSS JOIN heads ON heads.number = buckets.head
        CROSS JOIN group_sets ON group_sets.number = heads.group_set
    GROUP BY 1, 2, 3, 4, 5, 6, 7;
DELETE FROM buckets;
DELETE FROM heads;
"""
_NO_PORT: Final = -1


class GroupRecords(NamedTuple):
    """Of one group and day."""

    records: int
    unattributed: Mapping[str, int]


class TallyStore:
    """`owners` says of each rule, by its id, whose it is. sqlite3.Error where the disk is full or broken."""

    def __init__(self, path: Path, owners: Mapping[str, RuleOwner]) -> None:
        self._database: Final = sqlite3.connect(path, isolation_level=None)
        self._database.executescript(_TABLES)
        self._rules: Final = RuleNumbers(owners)
        self._heads: Final = HeadNumbers()
        self._numbers: Final = count()

    @property
    def unknown_rules(self) -> Mapping[str, int]:
        """Records by the id of a rule that has no owner."""
        return self._rules.unknown

    def close(self) -> None:
        self._database.close()

    def number_peer(self, peer: PeerText) -> int:
        """For the key of a bucket."""
        return self._heads.peers.number(peer)

    def add(self, heads: Collection[CountedHead]) -> None:
        add = self._database.executemany
        kept = [(next(self._numbers), counted) for counted in heads if counted.has_counts]
        self._rules.count_unknown(heads)
        self._database.execute("BEGIN")
        add(_ADD_HEADS, rows_of_heads(kept, self._heads))
        add(_ADD_BUCKETS, rows_of_buckets(kept))
        add(_ADD_LOGS, rows_of_logs(heads))
        add(_ADD_GROUP_DAYS, rows_of_group_days(heads))
        self._database.execute("COMMIT")

    def add_expected(self, day: str, expected: Mapping[str, Mapping[str, int]]) -> None:
        """What `usage_day.expected_hours` gives."""
        number = number_of_day(day)
        rows = (
            (group_id, number, interface_id, hours)
            for group_id, of_group in expected.items()
            for interface_id, hours in of_group.items()
        )
        self._database.execute("BEGIN")
        self._database.executemany("INSERT INTO expected VALUES (?, ?, ?, ?)", rows)
        self._database.execute("COMMIT")

    def add_documents(self, vpc_id: str, group_id: str, documents: Iterable[str]) -> None:
        rows = ((vpc_id, group_id, number, document) for number, document in enumerate(documents))
        self._database.execute("BEGIN")
        self._database.executemany("INSERT INTO documents VALUES (?, ?, ?, ?)", rows)
        self._database.execute("COMMIT")

    def documents(self, vpc_id: str, group_id: str) -> Iterator[str]:
        query = "SELECT document FROM documents WHERE vpc_id = ? AND group_id = ? ORDER BY number"
        return (document for (document,) in self._select(query, vpc_id, group_id))

    def sort(self) -> None:
        """Once, when all is added and before anything is asked for."""
        self._add_sets()
        self._database.executescript(_SORT)

    def days_of_rule(self, rule_id: str) -> list[str]:
        if rule_id not in self._rules.by_id:
            return []
        query = "SELECT day FROM totals WHERE rule = ? ORDER BY day"
        return [_text(day) for (day,) in self._select(query, self._rules.by_id[rule_id])]

    def get_totals(self, rule_id: str, day: str) -> RuleTotals:
        """Of a rule and one of its days."""
        query = "SELECT * FROM totals WHERE rule = ? AND day = ?"
        _, _, *sums = self._select(query, self._rules.by_id[rule_id], number_of_day(day)).fetchone()
        return RuleTotals(rule_id, *sums)

    def tallies(self, rule_id: str, day: str) -> Iterator[Tally]:
        """As `usage_day.summarize_rule` wants them."""
        query = """
            SELECT * FROM tallies WHERE rule = ? AND day = ?
            ORDER BY peer_addr, protocol, port, interface_id, peer
        """
        for row in self._select(query, self._rules.by_id[rule_id], number_of_day(day)):
            _, _, addr, protocol, port, interface_id, peer, *uses = row
            name, group_ids = self._heads.peers.known[peer]
            yield Tally._make((rule_id, addr, protocol, _port(port), interface_id, *uses, group_ids, name))

    def get_expected(self, group_id: str, day: str) -> dict[str, int]:
        query = "SELECT interface_id, hours FROM expected WHERE group_id = ? AND day = ?"
        return dict(self._select(query, group_id, number_of_day(day)))

    def get_logs(self, day: str, interface_ids: Iterable[str]) -> InterfaceLogs:
        logs = InterfaceLogs(day)
        query = "SELECT hours, skipdata FROM logs WHERE interface_id = ? AND day = ?"
        for interface_id in interface_ids:
            for hours, skipdata in self._select(query, interface_id, number_of_day(day)):
                logs.logged[interface_id] = hours
                logs.skipdata[interface_id] = skipdata
        return logs

    def get_records(self, group_id: str, day: str) -> GroupRecords:
        query = "SELECT records, reject, no_rule, unknown FROM group_days WHERE group_id = ? AND day = ?"
        row = self._select(query, group_id, number_of_day(day)).fetchone()
        records, *reasons = row or (0, 0, 0, 0)
        return GroupRecords(records, dict(zip(UNATTRIBUTED, reasons, strict=True)))

    def knocks(self, group_id: str, day: str) -> Iterator[Knock]:
        """Each once."""
        query = """
            SELECT peer_addr, protocol, port, direction, peer, records, last
            FROM knocks WHERE group_id = ? AND day = ? ORDER BY peer_addr, protocol, port, direction
        """
        rows = self._select(query, group_id, number_of_day(day))
        for (addr, protocol, port, direction), same in groupby(rows, key=lambda row: row[:4]):
            peers, records, lasts = zip(*(row[4:] for row in same), strict=True)
            name = max(self._heads.peers.known[peer].name for peer in peers)
            known = cast(Direction, direction) if direction else None
            yield Knock(addr, name, protocol, _port(port), known, sum(records), max(lasts))

    def _add_sets(self) -> None:
        rules, groups = self._heads.rule_ids.known, self._heads.group_ids.known
        for number, rule_ids in enumerate(rules):
            self._database.executemany(_ADD_RULES, self._rules.rows(number, rule_ids))
        rows = ((number, group_id) for number, group_ids in enumerate(groups) for group_id in group_ids)
        self._database.executemany(_ADD_GROUPS, rows)

    def _select(self, query: str, *values: object) -> sqlite3.Cursor:
        return self._database.execute(query, values)


def _text(day: int) -> str:
    digits = str(day)
    return f"{digits[:4]}-{digits[4:6]}-{digits[6:]}"


def _port(port: int) -> int | None:
    return None if port == _NO_PORT else port
