import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from constructs import Construct

# All fields of versions 2 to 5, in the order of AWS's table: the format of a flow log can't be changed later.
_FIELDS = (
    *("version", "account-id", "interface-id", "srcaddr", "dstaddr", "srcport", "dstport", "protocol"),
    *("packets", "bytes", "start", "end", "action", "log-status"),
    *("vpc-id", "subnet-id", "instance-id", "tcp-flags", "type", "pkt-srcaddr", "pkt-dstaddr"),
    *("region", "az-id", "sublocation-type", "sublocation-id"),
    *("pkt-src-aws-service", "pkt-dst-aws-service", "flow-direction", "traffic-path"),
)
LOG_FORMAT = " ".join(f"${{{field}}}" for field in _FIELDS)


class FlowLog(Construct):
    """The flow log of a VPC or a subnet, with the role that writes it to the log group."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        resource_id: str,
        log_group: logs.ILogGroup,
        traffic_type: str,
        aggregation_interval: int,
    ) -> None:
        super().__init__(scope, construct_id)
        role = iam.Role(self, "Role", assumed_by=_flow_logs_of(cdk.Stack.of(self)))
        # AWS's example adds CreateLogGroup, which would bring the group back after destroy, and
        # DescribeLogGroups, to find out whether it is needed.
        log_group.grant(role, "logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams")
        flow_log = ec2.CfnFlowLog(
            self,
            "FlowLog",
            resource_id=resource_id,
            resource_type="Subnet" if resource_id.startswith("subnet-") else "VPC",
            traffic_type=traffic_type,
            max_aggregation_interval=aggregation_interval,
            log_destination_type="cloud-watch-logs",
            log_group_name=log_group.log_group_name,
            log_format=LOG_FORMAT,
            deliver_logs_permission_arn=role.role_arn,
        )
        flow_log.node.add_dependency(role)


def _flow_logs_of(stack: cdk.Stack) -> iam.PrincipalBase:
    """The service, acting for a flow log of this account and Region and no other (the confused deputy)."""
    flow_logs = stack.format_arn(service="ec2", resource="vpc-flow-log", resource_name="*")
    return iam.ServicePrincipal(
        "vpc-flow-logs.amazonaws.com",
        conditions={
            "StringEquals": {"aws:SourceAccount": stack.account},
            "ArnLike": {"aws:SourceArn": flow_logs},
        },
    )
