"""Names for rules in templates, which people will read and keep."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from fixes.plan import AnyRule, peer_text, ports_of


def label_rules(rules: Iterable[AnyRule]) -> Iterator[tuple[str, AnyRule]]:
    """Each with a label of its own, such as ingress_tcp_443_10_0_0_0_16; lower case, digits and _."""
    taken: Counter[str] = Counter()
    for rule in rules:
        label = _label(rule)
        taken[label] += 1
        yield label if taken[label] == 1 else f"{label}__{taken[label]}", rule


def _label(rule: AnyRule) -> str:
    first, last = ports_of(rule) or (-1, -1)
    ports = [str(first)] if first == last else [str(first), "to", str(last)]
    protocol = "all" if rule.ip_protocol == "-1" else rule.ip_protocol
    parts = [rule.direction, protocol, *(ports if first != -1 else []), peer_text(rule)]
    return re.sub("[^a-z0-9]+", "_", " ".join(parts).lower()).strip("_")
