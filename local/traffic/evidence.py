"""How often which evidence told who began, and how often it was right."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Self

from local.traffic.comparison import Document, RuleNames, attribution_differences
from local.traffic.types import ICMP, TCP, UDP, Truth

PROTOCOLS: Final = {TCP: "tcp", UDP: "udp", ICMP: "icmp"}
KINDS: Final = ("handshake", "paired", "rules", "ports", "unknown")


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    protocol: str
    evidence: str
    records: int
    share: float
    """Of the protocol's records."""
    right: int
    """Of `records`: everything that the document says of rules and of who began is as it was planted."""


@dataclass(frozen=True, slots=True)
class EvidenceTable:
    records: Counter[tuple[str, str]]
    """By protocol and evidence."""
    right: Counter[tuple[str, str]]

    @classmethod
    def count(cls, documents: Iterable[tuple[Document, Truth | None]], rule_names: RuleNames) -> Self:
        """NODATA and SKIPDATA, which have no truth, don't count."""
        table = cls(Counter(), Counter())
        for document, truth in documents:
            if truth is not None:
                key = PROTOCOLS[document["protocol"]], document["initiator_evidence"]
                table.records[key] += 1
                table.right[key] += not any(attribution_differences(document, truth, rule_names))
        return table

    @property
    def rows(self) -> Iterator[EvidenceRow]:
        for protocol in PROTOCOLS.values():
            for evidence in KINDS:
                key = protocol, evidence
                if self.records[key]:
                    share = self.records[key] / self.of_protocol(protocol)
                    yield EvidenceRow(*key, self.records[key], share, self.right[key])

    def of_protocol(self, protocol: str) -> int:
        return sum(count for (name, _), count in self.records.items() if name == protocol)

    @property
    def unknown(self) -> str:
        """For people, such as "0.0% of tcp, 33.4% of udp"."""
        shares = {
            protocol: self.records[protocol, "unknown"] / (self.of_protocol(protocol) or 1)
            for protocol in PROTOCOLS.values()
        }
        return ", ".join(f"{share:.1%} of {protocol}" for protocol, share in shares.items())
