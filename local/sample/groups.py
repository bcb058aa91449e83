"""The sample VPC's security groups and prefix lists, and the moments at which something changes."""

from local.sample.types import REGION, Lifetime, PeeredGroup, SampleGroup, SamplePrefixList

HOUR = 3600
END_OF_DAY = 24 * HOUR
RULE_ADDED_AT = 12 * HOUR
INTERFACE_MOVED_AT = 13 * HOUR
RULE_REVOKED_AT = 14 * HOUR
INTERFACE_DELETED_AT = 15 * HOUR

OFFICES = SamplePrefixList("offices", (("203.0.113.0/26", "Lisbon"), ("203.0.113.64/26", "Tartu")))
S3_PREFIX_LIST = SamplePrefixList(f"com.amazonaws.{REGION}.s3", (("192.0.2.192/26", ""),))
"""AWS's own: it is there before anything else. The emulator gives it addresses for documentation."""
PREFIX_LISTS = (OFFICES, S3_PREFIX_LIST)

PEERED_VPC_CIDR = "10.30.0.0/16"
PEERED_GROUPS = (PeeredGroup("warehouse", "Warehouse, in a VPC of its own", ("10.30.1.15", "10.30.2.16")),)

GROUPS = (
    SampleGroup("default", "default VPC security group"),
    SampleGroup("web-lb", "Public load balancer of the shop", (("team", "shop"),)),
    SampleGroup("app", "Application servers of the shop", (("team", "shop"),)),
    SampleGroup("database", "MySQL of the shop", (("team", "shop"),)),
    SampleGroup("cache", "Session cache", (("team", "shop"),)),
    SampleGroup("file-system", "Shared uploads on EFS", (("team", "shop"),)),
    SampleGroup("bastion", "The way in for operators", (("team", "platform"),)),
    SampleGroup("instances-ssh", "SSH for every instance", (("team", "platform"),)),
    SampleGroup("admin-ui", "Dashboards for the offices", (("team", "platform"),)),
    SampleGroup("monitoring", "Metrics are pulled from here and pushed to here", (("team", "platform"),)),
    SampleGroup("vpc-endpoints", "Interface endpoints of AWS services", (("team", "platform"),)),
    SampleGroup("batch", "Batch jobs: may call few places", (("team", "data"),)),
    SampleGroup("backup", "Nightly backup at 02:30", (("team", "data"),)),
    SampleGroup("reports", "Lambda function that writes the reports", (("team", "data"),)),
    SampleGroup("reports-database", "PostgreSQL of the reports", (("team", "data"),)),
    SampleGroup("search", "Search cluster: its members talk freely", (("team", "search"),)),
    SampleGroup("orders", "Orders service", (("team", "orders"),)),
    SampleGroup("billing", "Billing service", (("team", "billing"),)),
    SampleGroup("exports", "Exports to S3: may call nothing else", (("team", "data"),)),
    SampleGroup("feed-lb", "Network load balancer of the partners' feed", (("team", "orders"),)),
    SampleGroup("feed", "Takes the partners' feed", (("team", "orders"),)),
    SampleGroup("standby-database", "Standby, not in use yet"),
    SampleGroup("migration", "One-off migration", lifetime=Lifetime(until=INTERFACE_DELETED_AT)),
    SampleGroup("legacy-ftp", "File transfer of the old shop"),
    SampleGroup("partner-vpn", "Partners come through here, one day"),
)
