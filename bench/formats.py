"""The two formats that are measured, apart from what needs more than the functions' own code."""

from typing import Final

from domain.flow_log_format import DEFAULT_FORMAT, FlowLogFormat

_SINCE_VERSION_2: Final = (
    "${vpc-id} ${subnet-id} ${instance-id} ${tcp-flags} ${type} ${pkt-srcaddr} ${pkt-dstaddr}"
    " ${region} ${az-id} ${sublocation-type} ${sublocation-id}"
    " ${pkt-src-aws-service} ${pkt-dst-aws-service} ${flow-direction} ${traffic-path}"
)
FORMATS: Final = {
    "v2": FlowLogFormat.parse(DEFAULT_FORMAT),
    "v5": FlowLogFormat.parse(f"{DEFAULT_FORMAT} {_SINCE_VERSION_2}"),
}
