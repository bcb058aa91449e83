"""AWS: CloudFormation makes flow logs; each shows its format, its interval and whether its role may deliver
(VPC User Guide, "Publish flow logs to CloudWatch Logs"; EC2 API Reference, FlowLog).

MiniStack 1.5.33 has no AWS::EC2::FlowLog, and keeps neither format nor interval nor role.
"""

import re
import uuid
from datetime import UTC, datetime
from typing import Final

from local.emulator.deviations.ec2_listing import Listing, tags_of
from local.emulator.deviations.ec2_response import Ec2Error, respond
from local.emulator.deviations.permissions import role_may, role_trusts
from local.emulator.ministack import (
    Properties,
    Provisioned,
    Record,
    Response,
    ec2,
    provisioners,
    replace_handler,
    responses,
)

RESOURCE_TYPE: Final = "AWS::EC2::FlowLog"
DEFAULT_FORMAT: Final = (
    "${version} ${account-id} ${interface-id} ${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} "
    "${packets} ${bytes} ${start} ${end} ${action} ${log-status}"
)
FIELDS: Final = re.compile(r"\$\{[a-z0-9-]+\}( \$\{[a-z0-9-]+\})*")
PROPERTIES: Final = (
    "DeliverLogsPermissionArn",
    "LogDestination",
    "LogDestinationType",
    "LogFormat",
    "LogGroupName",
    "MaxAggregationInterval",
    "ResourceType",
    "TrafficType",
)
DELIVERY_ACTIONS: Final = ("logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents")
LISTING: Final = Listing(
    operation="DescribeFlowLogs",
    member="FlowLogs",
    identity="FlowLogId",
    id_parameter="FlowLogId",
    not_found="InvalidFlowLogId.NotFound",
    filters={
        "deliver-log-status": "DeliverLogsStatus",
        "flow-log-id": "FlowLogId",
        "log-destination-type": "LogDestinationType",
        "log-group-name": "LogGroupName",
        "resource-id": "ResourceId",
        "traffic-type": "TrafficType",
    },
)


def mend() -> None:
    replace_handler(RESOURCE_TYPE, create=_provision, update=_update, delete=_delete)
    ec2._ACTION_MAP["CreateFlowLogs"] = _create_flow_logs
    ec2._ACTION_MAP["DescribeFlowLogs"] = _describe_flow_logs


def _provision(_logical_id: str, properties: Properties, _stack_name: str) -> Provisioned:
    flow_log_id = _create(properties, properties["ResourceId"])
    ec2._tags[flow_log_id] = properties.get("Tags", [])
    return flow_log_id, {"Id": flow_log_id}


def _update(flow_log_id: str, old: Properties, new: Properties, stack_name: str) -> Provisioned:
    """A flow log can't be changed: all but the tags replaces it."""
    if {**old, "Tags": None} == {**new, "Tags": None}:
        ec2._tags[flow_log_id] = new.get("Tags", [])
        return flow_log_id, {"Id": flow_log_id}
    provisioned = _provision(flow_log_id, new, stack_name)
    provisioners._delete_predecessor(_delete, flow_log_id, old)
    return provisioned


def _delete(flow_log_id: str, _properties: Properties) -> None:
    ec2._delete_flow_logs({"FlowLogId.1": flow_log_id})


def _create_flow_logs(params: Record) -> Response:
    properties: Properties = {name: ec2._p(params, name) for name in PROPERTIES if name in params}
    try:
        ids = [_create(properties, resource) for resource in ec2._parse_member_list(params, "ResourceId")]
    except Ec2Error as error:
        return error.response()
    for flow_log_id in ids:
        ec2._parse_tag_specs(params, "vpc-flow-log", flow_log_id)
    return respond("CreateFlowLogs", {"FlowLogIds": ids, "Unsuccessful": []})


def _create(properties: Properties, resource_id: str) -> str:
    flow_log_id = f"fl-{uuid.uuid4().hex[:17]}"
    flow_log = {
        "CreationTime": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "FlowLogId": flow_log_id,
        "FlowLogStatus": "ACTIVE",
        "LogDestinationType": "cloud-watch-logs",
        "LogFormat": DEFAULT_FORMAT,
        "MaxAggregationInterval": 600,
        "ResourceId": resource_id,
        **properties,
    }
    _check(flow_log)
    ec2._flow_logs[flow_log_id] = flow_log
    return flow_log_id


def _check(flow_log: Record) -> None:
    stores = {"VPC": ec2._vpcs, "Subnet": ec2._subnets}
    resource_type, resource_id = flow_log["ResourceType"], flow_log["ResourceId"]
    if resource_id not in stores.get(resource_type, {}):
        message = f"The {resource_type} ID '{resource_id}' does not exist"
        raise Ec2Error(f"Invalid{resource_type.title()}Id.NotFound", message)
    required = ("LogGroupName", "DeliverLogsPermissionArn") if _goes_to_log_group(flow_log) else ()
    missing = [name for name in required if not flow_log.get(name)]
    if missing:
        raise Ec2Error("InvalidParameter", f"{missing[0]} is required for a flow log to CloudWatch Logs")
    if not FIELDS.fullmatch(flow_log["LogFormat"]):
        raise Ec2Error("InvalidParameter", f"Unknown fields provided in LogFormat: {flow_log['LogFormat']}")
    if int(flow_log["MaxAggregationInterval"]) not in (60, 600):
        raise Ec2Error("InvalidParameter", "MaxAggregationInterval must be 60 or 600")


def _describe_flow_logs(params: Record) -> Response:
    return LISTING.answer(map(_to_answer, ec2._flow_logs.values()), params)


def _to_answer(flow_log: Record) -> Record:
    failure = {} if _can_deliver(flow_log) else {"DeliverLogsErrorMessage": "Access error"}
    status = "FAILED" if failure else "SUCCESS"
    return {**flow_log, **failure, "DeliverLogsStatus": status, "Tags": tags_of(flow_log["FlowLogId"])}


def _goes_to_log_group(flow_log: Record) -> bool:
    return bool(flow_log["LogDestinationType"] == "cloud-watch-logs")


def _can_deliver(flow_log: Record) -> bool:
    if not _goes_to_log_group(flow_log):
        return True
    role_arn, group = flow_log["DeliverLogsPermissionArn"], flow_log["LogGroupName"]
    scope = f"{responses.get_region()}:{responses.get_account_id()}"
    stream_arn = f"arn:aws:logs:{scope}:log-group:{group}:log-stream:eni"
    return role_trusts(role_arn, "vpc-flow-logs.amazonaws.com") and all(
        role_may(role_arn, action, stream_arn) for action in DELIVERY_ACTIONS
    )
