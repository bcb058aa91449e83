"""The sample VPC's security group rules: what grew there by trial and error, and the facts planted in it."""

from local.sample.groups import (
    GROUPS,
    INTERFACE_DELETED_AT,
    RULE_ADDED_AT,
    RULE_REVOKED_AT,
    S3_PREFIX_LIST,
)
from local.sample.types import (
    ALWAYS,
    Cidr,
    Fact,
    Lifetime,
    ListedIn,
    MembersOf,
    MembersOfPeered,
    RulePeer,
    SampleGroup,
    SampleRule,
)

Traffic = tuple[str, tuple[int, int]]
"""Protocol, and its ports or its ICMP type and code."""

VPC_CIDR = Cidr("10.20.0.0/16")
APP_SUBNET_CIDR = Cidr("10.20.10.0/24")
ALL_PRIVATE = Cidr("10.0.0.0/8")
OFFICE_CIDR = Cidr("203.0.113.0/24")
PARTNER_CIDR = Cidr("198.51.100.0/24")
MIGRATOR_CIDR = Cidr("10.20.11.110/32")
RESOLVER_CIDR = Cidr("192.0.2.53/32")
ANYWHERE = Cidr("0.0.0.0/0")
ANYWHERE_V6 = Cidr("::/0")

EVERYTHING: Traffic = ("-1", (-1, -1))
ECHO_REQUEST: Traffic = ("icmp", (8, -1))
FRAGMENTATION_NEEDED: Traffic = ("icmp", (3, 4))


def _tcp(first: int, last: int | None = None) -> Traffic:
    return "tcp", (first, first if last is None else last)


def _udp(port: int) -> Traffic:
    return "udp", (port, port)


def _ingress(
    name: str,
    group: str,
    traffic: Traffic,
    peer: RulePeer,
    description: str = "",
    fact: Fact | None = None,
    lifetime: Lifetime = ALWAYS,
) -> SampleRule:
    return SampleRule(name, group, "ingress", *traffic, peer, description, fact, lifetime)


def _egress(
    name: str, group: str, traffic: Traffic, peer: RulePeer, lifetime: Lifetime = ALWAYS
) -> SampleRule:
    return SampleRule(name, group, "egress", *traffic, peer, lifetime=lifetime)


_UNTIL_MIGRATED = Lifetime(until=INTERFACE_DELETED_AT)
_ADDED = Lifetime(since=RULE_ADDED_AT)
_REVOKED = Lifetime(until=RULE_REVOKED_AT)

# fmt: off
INGRESS = (
    _ingress("default-from-itself", "default", EVERYTHING, MembersOf("default")),
    _ingress("web-https", "web-lb", _tcp(443), ANYWHERE, "Shop", "public by intent"),
    _ingress("web-https-v6", "web-lb", _tcp(443), ANYWHERE_V6, "Shop", "public by intent"),
    _ingress("web-http", "web-lb", _tcp(80), ANYWHERE, "Redirect", "public by intent"),
    _ingress("web-http-v6", "web-lb", _tcp(80), ANYWHERE_V6, "Redirect", "public by intent"),
    _ingress("app-from-lb", "app", _tcp(8080), MembersOf("web-lb"), "Shop"),
    _ingress("app-from-inside", "app", _tcp(0, 65535), ALL_PRIVATE, "temporary", "ports and peers too wide"),
    _ingress("mysql-from-vpc", "database", _tcp(3306), VPC_CIDR, "", "should reference a group"),
    _ingress("postgres-from-vpc", "database", _tcp(5432), VPC_CIDR, "", "unused"),
    _ingress("cache-from-app", "cache", _tcp(6379), MembersOf("app"), "Sessions"),
    _ingress("cache-from-reports", "cache", _tcp(6379), MembersOf("reports"), "Locks",
             "added in the middle of the day", _ADDED),
    _ingress("nfs-from-app", "file-system", _tcp(2049), MembersOf("app"), "Uploads"),
    _ingress("bastion-ssh-from-office", "bastion", _tcp(22), OFFICE_CIDR, "Offices", "one client came once"),
    _ingress("bastion-path-mtu", "bastion", FRAGMENTATION_NEEDED, ANYWHERE, "", "not shown by flow logs"),
    _ingress("ssh-from-anywhere", "instances-ssh", _tcp(22), ANYWHERE, "SSH", "used from the bastion alone"),
    _ingress("ping-from-bastion", "instances-ssh", ECHO_REQUEST, MembersOf("bastion"), "Is it up?",
             "not shown by flow logs"),
    _ingress("admin-ui-from-offices", "admin-ui", _tcp(8443), ListedIn("offices"), "Offices"),
    _ingress("admin-ui-from-partners", "admin-ui", _tcp(8443), MembersOf("partner-vpn"), "", "unused"),
    _ingress("metrics-from-vpc", "monitoring", _tcp(9091), VPC_CIDR, "Pushed metrics"),
    _ingress("metrics-from-app-subnet", "monitoring", _tcp(9091), APP_SUBNET_CIDR, "Zone a", "shadowed"),
    _ingress("endpoints-from-vpc", "vpc-endpoints", _tcp(443), VPC_CIDR, "AWS APIs"),
    _ingress("postgres-from-reports", "reports-database", _tcp(5432), MembersOf("reports"), "Reports"),
    _ingress("search-within-cluster", "search", EVERYTHING, MembersOf("search"), "The cluster"),
    _ingress("search-from-app", "search", _tcp(9200), MembersOf("app"), "Queries"),
    _ingress("search-from-backup", "search", _tcp(9201), MembersOf("backup"), "Snapshots",
             "used by one nightly job"),
    _ingress("search-from-migrator", "search", _tcp(9300), MIGRATOR_CIDR, "Bulk load",
             "revoked in the middle of the day", _REVOKED),
    _ingress("orders-from-app", "orders", _tcp(8081), MembersOf("app"), "New orders"),
    _ingress("orders-from-billing", "orders", _tcp(8081), MembersOf("billing"), "Paid orders"),
    _ingress("orders-from-warehouse", "orders", _tcp(8081), MembersOfPeered("warehouse"), "Shipped orders",
             "not shown by flow logs"),
    _ingress("billing-from-orders", "billing", _tcp(8082), MembersOf("orders"), "Invoices"),
    _ingress("feed-from-partners", "feed-lb", _tcp(9443), PARTNER_CIDR, "Partners"),
    _ingress("feed-from-lb", "feed", _tcp(9443), MembersOf("feed-lb"), "Feed", "not shown by flow logs"),
    _ingress("standby-from-app", "standby-database", _tcp(3306), MembersOf("app"), "", "no evidence"),
    _ingress("migration-from-app", "migration", _tcp(8873), MembersOf("app"), "rsync", None, _UNTIL_MIGRATED),
    _ingress("ftp-from-anywhere", "legacy-ftp", _tcp(20, 21), ANYWHERE, "FTP", "unused"),
    _ingress("vpn-from-partner", "partner-vpn", _udp(500), PARTNER_CIDR, "", "unused"),
)

NARROW_EGRESS = (
    _egress("web-lb-to-app", "web-lb", _tcp(8080), MembersOf("app")),
    _egress("monitoring-to-exporters", "monitoring", _tcp(9100), VPC_CIDR),
    _egress("monitoring-ntp", "monitoring", _udp(123), ANYWHERE),
    _egress("batch-dns", "batch", _udp(53), RESOLVER_CIDR),
    _egress("batch-dns-tcp", "batch", _tcp(53), RESOLVER_CIDR),
    _egress("batch-https", "batch", _tcp(443), ANYWHERE),
    _egress("batch-ntp", "batch", _udp(123), ANYWHERE),
    _egress("backup-to-search", "backup", _tcp(9201), MembersOf("search")),
    _egress("backup-https", "backup", _tcp(443), ANYWHERE),
    _egress("reports-to-postgres", "reports", _tcp(5432), MembersOf("reports-database")),
    _egress("reports-to-cache", "reports", _tcp(6379), MembersOf("cache")),
    _egress("reports-https", "reports", _tcp(443), ANYWHERE),
    _egress("exports-to-s3", "exports", _tcp(443), ListedIn(S3_PREFIX_LIST.name)),
    _egress("feed-lb-to-feed", "feed-lb", _tcp(9443), MembersOf("feed")),
)
# fmt: on

WITHOUT_EGRESS = ("instances-ssh", "admin-ui")
"""Groups that are attached beside another one and permit nothing outwards."""


def _to_anywhere(group: SampleGroup) -> tuple[SampleRule, SampleRule]:
    """The rules that AWS gives each new group of a VPC with IPv6."""
    name = f"{group.name}-to-anywhere"
    return (
        _egress(name, group.name, EVERYTHING, ANYWHERE, group.lifetime),
        _egress(f"{name}-v6", group.name, EVERYTHING, ANYWHERE_V6, group.lifetime),
    )


def _keeps_to_anywhere(group: SampleGroup) -> bool:
    return group.name not in WITHOUT_EGRESS and all(rule.group != group.name for rule in NARROW_EGRESS)


TO_ANYWHERE = tuple(rule for group in GROUPS if _keeps_to_anywhere(group) for rule in _to_anywhere(group))
RULES = (*INGRESS, *NARROW_EGRESS, *TO_ANYWHERE)
