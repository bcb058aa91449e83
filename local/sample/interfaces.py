"""The sample VPC's subnets and network interfaces: three tiers in two zones."""

from local.sample.groups import HOUR, INTERFACE_DELETED_AT, INTERFACE_MOVED_AT
from local.sample.types import Lifetime, SampleInterface, SampleSubnet

VPC_CIDR_IPV4 = "10.20.0.0/16"
SHORT_TASK = Lifetime(11 * HOUR, 11 * HOUR + 40)

SUBNETS = (
    SampleSubnet("public-a", "public", "a", "10.20.0.0/24", "2001:db8:20::/64"),
    SampleSubnet("public-b", "public", "b", "10.20.1.0/24", "2001:db8:20:1::/64"),
    SampleSubnet("app-a", "app", "a", "10.20.10.0/24", "2001:db8:20:10::/64"),
    SampleSubnet("app-b", "app", "b", "10.20.11.0/24", "2001:db8:20:11::/64"),
    SampleSubnet("data-a", "data", "a", "10.20.20.0/24", "2001:db8:20:20::/64"),
    SampleSubnet("data-b", "data", "b", "10.20.21.0/24", "2001:db8:20:21::/64"),
)

PUBLIC_TIER = (
    SampleInterface(
        "web-lb-a", "public-a", "elb", ("10.20.0.10",), ("web-lb",), ("2001:db8:20::10",), "192.0.2.110"
    ),
    SampleInterface(
        "web-lb-b", "public-b", "elb", ("10.20.1.10",), ("web-lb",), ("2001:db8:20:1::10",), "192.0.2.111"
    ),
    SampleInterface("nat", "public-a", "nat_gateway", ("10.20.0.20",), (), public_addr="192.0.2.120"),
    SampleInterface("bastion", "public-a", "ec2", ("10.20.0.30",), ("bastion",), public_addr="192.0.2.130"),
    SampleInterface(
        "dashboards",
        "public-b",
        "ec2",
        ("10.20.1.40",),
        ("admin-ui", "monitoring"),
        public_addr="192.0.2.140",
    ),
    SampleInterface("feed-lb-a", "public-a", "nlb", ("10.20.0.50",), ("feed-lb",), public_addr="192.0.2.150"),
)

APP_TIER = (
    SampleInterface(
        "app-1",
        "app-a",
        "ec2",
        ("10.20.10.11", "10.20.10.111"),
        ("app", "instances-ssh"),
        ("2001:db8:20:10::11",),
    ),
    SampleInterface(
        "app-2", "app-b", "ec2", ("10.20.11.12",), ("app", "instances-ssh"), ("2001:db8:20:11::12",)
    ),
    SampleInterface(
        "batch-1",
        "app-a",
        "ec2",
        ("10.20.10.21",),
        ("batch", "instances-ssh"),
        earlier_groups=("app", "instances-ssh"),
        moved_at=INTERFACE_MOVED_AT,
    ),
    SampleInterface("backup-1", "app-b", "ec2", ("10.20.11.22",), ("backup", "instances-ssh")),
    SampleInterface("orders-1", "app-a", "ecs", ("10.20.10.31",), ("orders",)),
    SampleInterface("billing-1", "app-b", "ecs", ("10.20.11.32",), ("billing",)),
    SampleInterface("reports-fn", "app-a", "lambda", ("10.20.10.41",), ("reports",)),
    SampleInterface("secrets-endpoint", "app-a", "vpc_endpoint", ("10.20.10.51",), ("vpc-endpoints",)),
    SampleInterface("exports-1", "app-a", "ec2", ("10.20.10.61",), ("exports",)),
    SampleInterface("feed-1", "app-b", "ec2", ("10.20.11.62",), ("feed",)),
    SampleInterface(
        "migrator",
        "app-b",
        "ec2",
        ("10.20.11.110",),
        ("instances-ssh", "migration"),
        lifetime=Lifetime(until=INTERFACE_DELETED_AT),
    ),
    SampleInterface(
        "short-task",
        "app-b",
        "ecs",
        ("10.20.11.120",),
        ("orders",),
        lifetime=SHORT_TASK,
        in_inventory=False,
    ),
)

DATA_TIER = (
    SampleInterface("uploads-efs", "data-a", "efs", ("10.20.20.61",), ("file-system",)),
    SampleInterface("shop-mysql", "data-a", "rds", ("10.20.20.71",), ("database",)),
    SampleInterface("reports-postgres", "data-b", "rds", ("10.20.21.72",), ("reports-database",)),
    SampleInterface("sessions-cache", "data-a", "elasticache", ("10.20.20.81",), ("cache",)),
    SampleInterface("search-1", "data-a", "ec2", ("10.20.20.91",), ("instances-ssh", "search")),
    SampleInterface("search-2", "data-b", "ec2", ("10.20.21.92",), ("instances-ssh", "search")),
    SampleInterface("search-3", "data-a", "ec2", ("10.20.20.93",), ("instances-ssh", "search")),
    SampleInterface("spare", "data-b", "ec2", ("10.20.21.99",), ("default",)),
    SampleInterface("standby", "data-b", "unattached", ("10.20.21.101",), ("standby-database",), logs=False),
)

INTERFACES = PUBLIC_TIER + APP_TIER + DATA_TIER
