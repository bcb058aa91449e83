"""What SG Lens must say of the facts that are planted in the sample VPC."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from domain.report import Attachment, Verdict


@dataclass(frozen=True, slots=True)
class ExpectedAdvice:
    """`replaced_by` is None where the rule stays; else what takes its place, as `describe` in
    local/demo/advice.py writes it: nothing for a rule that goes.
    """

    verdict: Verdict
    replaced_by: tuple[str, ...] | None = None
    reason: str | None = None
    """The code that must be among the reasons."""
    keeps_peers: tuple[str, ...] = ()
    """Addresses that the report must name among the rule's peers."""


EXPECTED_ADVICE: Final[Mapping[str, ExpectedAdvice]] = {
    "web-https": ExpectedAdvice("used", reason="public_by_intent"),
    "web-https-v6": ExpectedAdvice("used", reason="public_by_intent"),
    "web-http": ExpectedAdvice("used", reason="public_by_intent"),
    "web-http-v6": ExpectedAdvice("used", reason="public_by_intent"),
    "ssh-from-anywhere": ExpectedAdvice("too_wide", ("tcp 22 from bastion",)),
    "mysql-from-vpc": ExpectedAdvice("too_wide", ("tcp 3306 from app",)),
    "postgres-from-vpc": ExpectedAdvice("unused", ()),
    "metrics-from-app-subnet": ExpectedAdvice("redundant", ()),
    "metrics-from-vpc": ExpectedAdvice("too_wide", ("tcp 9091 from app",)),
    "admin-ui-from-partners": ExpectedAdvice("unused", ()),
    "cache-from-app": ExpectedAdvice("used"),
    "cache-from-reports": ExpectedAdvice("too_new"),
    "standby-from-app": ExpectedAdvice("no_evidence", reason="no_log_data"),
    "search-from-backup": ExpectedAdvice("used"),
    "bastion-ssh-from-office": ExpectedAdvice("used", keeps_peers=("203.0.113.200",)),
    "bastion-path-mtu": ExpectedAdvice("no_evidence", reason="icmp_type"),
    "ping-from-bastion": ExpectedAdvice("no_evidence", reason="icmp_type"),
    "orders-from-warehouse": ExpectedAdvice("no_evidence", reason="peers_not_seen"),
    "ftp-from-anywhere": ExpectedAdvice("no_evidence", reason="no_interface"),
    "vpn-from-partner": ExpectedAdvice("no_evidence", reason="no_interface"),
}
"""By the sample's name of a rule."""

EXPECTED_ATTACHMENT: Final[Mapping[str, Attachment]] = {
    "legacy-ftp": "unattached",
    "partner-vpn": "referenced",
    "app": "attached",
}
"""By the name of a group."""
