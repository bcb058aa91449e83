import re
from dataclasses import dataclass
from typing import Final, Self

from domain.errors import FlowLogFormatError
from domain.text import shorten

DEFAULT_FORMAT: Final = (
    "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol}"
    " ${packets} ${bytes} ${start} ${end} ${action} ${log-status}"
)
"""What VPC Flow Logs write where no format is given."""

# https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html#flow-logs-fields
# Version 6 is missing: its fields exist only in flow logs of transit gateways.
_FIELDS_BY_VERSION: Final = {
    2: "version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end"
    " action log-status",
    3: "vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr",
    4: "region az-id sublocation-type sublocation-id",
    5: "pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path",
    7: "ecs-cluster-arn ecs-cluster-name ecs-container-instance-arn ecs-container-instance-id"
    " ecs-container-id ecs-second-container-id ecs-service-name ecs-task-definition-arn ecs-task-arn"
    " ecs-task-id",
    8: "reject-reason",
    9: "resource-id",
    10: "encryption-status",
    11: "instance-tag instance-tag-2 interface-tag interface-tag-2 asg-tag asg-tag-2 interface-type"
    " next-hop-interface-id next-hop-subnet-id next-hop-az-id next-hop-vpc-id next-hop-interface-type",
}
_KNOWN_FIELDS: Final = frozenset(" ".join(_FIELDS_BY_VERSION.values()).split())
_FIELD: Final = re.compile(r"\$\{([^${}]*)\}")


@dataclass(frozen=True, slots=True)
class FlowLogFormat:
    """AWS's names of a record's fields, in the order in which they are written."""

    fields: tuple[str, ...]

    def __str__(self) -> str:
        return " ".join(f"${{{field}}}" for field in self.fields)

    @classmethod
    def parse(cls, text: str) -> Self:
        """From the way the EC2 API and CloudFormation write it: `${version} ${account-id} …`."""
        fields = tuple(_parse_field(word, text) for word in text.split())
        if not fields:
            raise FlowLogFormatError(f"A flow-log format needs one field at least, such as {DEFAULT_FORMAT}")
        repeated = sorted({field for field in fields if fields.count(field) > 1})
        if repeated:
            raise FlowLogFormatError(f"Flow-log format {shorten(text)} names {repeated[0]} twice")
        return cls(fields)


def _parse_field(word: str, text: str) -> str:
    match = _FIELD.fullmatch(word)
    if match is None:
        raise FlowLogFormatError(
            f"Flow-log format {shorten(text)} holds {shorten(word)}, not a field like ${{version}};"
            " fields are separated by spaces"
        )
    if match[1] not in _KNOWN_FIELDS:
        raise FlowLogFormatError(
            f"Flow-log format {shorten(text)} names {shorten(match[1])}, which is no field of VPC Flow Logs;"
            " see https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html"
        )
    return match[1]
