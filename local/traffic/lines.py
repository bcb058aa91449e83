"""How a flow log writes its records."""

from collections.abc import Mapping
from dataclasses import dataclass
from zlib import crc32

from local.sample.types import ACCOUNT_ID, REGION, SampleInterface
from local.sample.vpc import SampleVpc

# By the version that brought them, in AWS's order:
# https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html#flow-logs-fields
FIELDS_OF_VERSION = {
    2: "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end"
    " action log-status",
    3: "vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr",
    4: "region az-id sublocation-type sublocation-id",
    5: "pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path",
}
VERSION_OF_FIELD = {
    field: version for version, fields in FIELDS_OF_VERSION.items() for field in fields.split()
}
ALL_FIELDS = tuple(VERSION_OF_FIELD)

Values = Mapping[str, object]


def fields_of_version(version: int) -> tuple[str, ...]:
    """What a flow log of that version can have: the fields that it brought, and those before it."""
    return tuple(field for field, since in VERSION_OF_FIELD.items() if since <= version)


@dataclass(frozen=True, slots=True)
class FlowLog:
    sample: SampleVpc
    start: int
    """Epoch second at which the sample day starts."""
    aggregation_interval: int = 600
    fields: tuple[str, ...] = ALL_FIELDS

    def window(self, interface: SampleInterface, second: int) -> int:
        """The number of the aggregation interval; each interface has its own beat."""
        return (self.start + second - self._beat(interface)) // self.aggregation_interval

    def window_start(self, interface: SampleInterface, window: int) -> int:
        return window * self.aggregation_interval + self._beat(interface) - self.start

    def line_of_flow(
        self, interface: SampleInterface, values: Values, seconds: tuple[int, int], action: str
    ) -> str:
        subnet = self.sample.subnets[interface.subnet]
        place = {
            "vpc-id": self.sample.vpc_id,
            "subnet-id": subnet.subnet_id,
            "instance-id": self.sample.instance_id(interface) or "-",
            "region": REGION,
            "az-id": subnet.az_id,
        }
        return self._line(interface, {**values, **place, "action": action}, seconds, "OK")

    def line_without_flow(self, interface: SampleInterface, seconds: tuple[int, int], log_status: str) -> str:
        """NODATA or SKIPDATA: everything about a flow is a dash."""
        return self._line(interface, {}, seconds, log_status)

    def _line(
        self, interface: SampleInterface, values: Values, seconds: tuple[int, int], log_status: str
    ) -> str:
        first, last = seconds
        written = {
            **values,
            "version": max(VERSION_OF_FIELD[field] for field in self.fields),
            "account-id": ACCOUNT_ID,
            "interface-id": self.sample.interface_id(interface),
            "start": self.start + first,
            "end": self.start + last,
            "log-status": log_status,
        }
        return " ".join(str(written.get(field, "-")) for field in self.fields)

    def _beat(self, interface: SampleInterface) -> int:
        return crc32(interface.name.encode()) % self.aggregation_interval
