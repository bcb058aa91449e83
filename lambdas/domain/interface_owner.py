import re
from functools import lru_cache
from typing import Final

from domain.inventory import NetworkInterface

OTHER: Final = "other"

_BY_INTERFACE_TYPE: Final = {
    "api_gateway_managed": "api_gateway",
    "aws_codestar_connections_managed": "codestar_connections",
    "gateway_load_balancer": "elb",
    "gateway_load_balancer_endpoint": "vpc_endpoint",
    "global_accelerator_managed": "global_accelerator",
    "iot_rules_managed": "iot",
    "lambda": "lambda",
    "load_balancer": "elb",
    "natGateway": "nat_gateway",
    "nat_gateway": "nat_gateway",
    "network_load_balancer": "elb",
    "quicksight": "quicksight",
    "regional_nat_gateway": "nat_gateway",
    "transit_gateway": "transit_gateway",
    "vpc_endpoint": "vpc_endpoint",
}
_CONTAINER_DESCRIPTIONS: Final = (
    (re.compile(r"arn:[^:]+:ecs:"), "ecs"),
    (re.compile(r"(?i:aws-k8s-)"), "eks"),
)
_SERVICE_DESCRIPTIONS: Final = (
    (re.compile(r"ELB "), "elb"),
    (re.compile(r"RDSNetworkInterface|Network interface for DBProxy "), "rds"),
    (re.compile(r"AWS Lambda VPC ENI"), "lambda"),
    (re.compile(r"Interface for NAT Gateway "), "nat_gateway"),
    (re.compile(r"Network Interface for Transit Gateway Attachment "), "transit_gateway"),
    (re.compile(r"VPC Endpoint Interface "), "vpc_endpoint"),
    (re.compile(r"EFS mount target for |Mount target fsmt-\S+ for file system "), "efs"),
    (re.compile(r"Amazon EKS "), "eks"),
    (re.compile(r"ElastiCache[ +]"), "elasticache"),
    (re.compile(r"RedshiftNetworkInterface"), "redshift"),
    (re.compile(r"DMSNetworkInterface"), "dms"),
    (re.compile(r"DAX "), "dax"),
    (re.compile(r"ES "), "opensearch"),
    (re.compile(r"DO NOT DELETE - Amazon MSK network interface "), "msk"),
    (re.compile(r"Amazon Kinesis Firehose - "), "firehose"),
    (re.compile(r"Attached to Glue using role: "), "glue"),
    (re.compile(r"\[DO NOT DELETE\] ENI managed by SageMaker "), "sagemaker"),
    (re.compile(r"\[Do not delete\] Network Interface .* for SageMaker Notebook Instance "), "sagemaker"),
    (re.compile(r"Route 53 Resolver: "), "route53_resolver"),
    (re.compile(r"CloudH(SM|sm) "), "cloudhsm"),
    (re.compile(r"AWS created network interface for directory "), "directory_service"),
    (re.compile(r"Created By Amazon Work[Ss]paces "), "workspaces"),
    (re.compile(r"ENI managed by APIGateway"), "api_gateway"),
    (re.compile(r"AWS CodeStar Connections"), "codestar_connections"),
)
_REQUESTER_IDS: Final = (
    (re.compile(r"amazon-elb$"), "elb"),
    (re.compile(r"amazon-rds$"), "rds"),
    (re.compile(r"amazon-redshift$"), "redshift"),
    (re.compile(r"amazon-elasticache$"), "elasticache"),
    (re.compile(r"[^:]+:awslambda_"), "lambda"),
)


def classify_owner(eni: NetworkInterface) -> str:
    """The kind of resource behind an interface: "ec2", "elb", "rds", …, or "other".

    The EC2 API has a type for some owners; the others can be told only by the description and requester id
    that a service gives its interfaces. Sources:

    - types: https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_NetworkInterface.html ; for a NAT
      gateway it says `natGateway`, while real answers and flow records say `nat_gateway`
    - that descriptions and requester ids are the way to tell, and the VPC endpoint's:
      https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/requester-managed-eni.html
    - EFS, which has two: https://docs.aws.amazon.com/efs/latest/ug/logging-using-cloudtrail.html and
      https://docs.aws.amazon.com/efs/latest/ug/API_CreateMountTarget.html
    - EKS pods with security groups of their own: https://docs.aws.amazon.com/eks/latest/best-practices/sgpp.html
    - the other descriptions and requester ids: answers of DescribeNetworkInterfaces that users published, and
      get_eni_resource_type in https://github.com/cloud-custodian/cloud-custodian/blob/main/c7n/utils.py

    Amazon Neptune and DocumentDB name theirs like RDS and are reported as "rds".
    """
    return _classify(eni.interface_type, eni.requester_id, eni.description, eni.instance_id is not None)


@lru_cache(maxsize=4_096)
def _classify(interface_type: str, requester_id: str, description: str, has_instance: bool) -> str:
    if interface_type in _BY_INTERFACE_TYPE:
        return _BY_INTERFACE_TYPE[interface_type]
    # Before the instance: interfaces of tasks and pods, branch and trunk ones too, hang on their host.
    container = _first_match(_CONTAINER_DESCRIPTIONS, description)
    if container is not None:
        return container
    # Before the services: anyone may write "ELB …" on an interface of their own instance, and a service's
    # instances belong to the service's account and are not shown.
    if has_instance:
        return "ec2"
    return (
        _first_match(_SERVICE_DESCRIPTIONS, description)
        or _first_match(_REQUESTER_IDS, requester_id)
        or OTHER
    )


def _first_match(patterns: tuple[tuple[re.Pattern[str], str], ...], text: str) -> str | None:
    return next((owner for pattern, owner in patterns if pattern.match(text)), None)
