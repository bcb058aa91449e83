"""Formats of flow logs: AWS's own, shuffled, with fields of later versions, and with fields missing."""

import random
from typing import Final

from hypothesis import strategies as st

from tests.attribution.worlds import ONE_IN_FOUR

VERSIONS: Final = {
    2: "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end"
    " action log-status",
    3: "vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr",
    4: "region az-id sublocation-type sublocation-id",
    5: "pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path",
    11: "ecs-cluster-name reject-reason resource-id encryption-status interface-tag next-hop-vpc-id",
}
V2, V3, V4, V5, V11 = (
    tuple(" ".join(fields for version, fields in VERSIONS.items() if version <= highest).split())
    for highest in VERSIONS
)
V3_AND_LATER: Final = (*V3, *VERSIONS[11].split())

Format = tuple[str, ...]
ABSENT: Final = (
    ("action",),
    ("start",),
    ("end",),
    ("start", "end"),
    ("log-status", "version"),
    ("srcport", "dstport"),
    ("protocol",),
)
"""Fields that a format may do without."""


@st.composite
def log_formats(draw: st.DrawFn) -> Format:
    fields = draw(st.sampled_from((V5, V5, V2, V3, V4, V11, V3_AND_LATER)))
    absent = draw(st.sampled_from(ABSENT)) if draw(ONE_IN_FOUR) else ()
    shown = [field for field in fields if field not in absent]
    order = draw(st.integers(0, 9))
    return tuple(random.Random(order).sample(shown, len(shown)) if order > 6 else shown)
