from dataclasses import replace

import pytest

from domain.interface_owner import classify_owner
from tests.domain.examples import ENI

SAGEMAKER_NOTEBOOK = (
    "[Do not delete] Network Interface created to access resources in your VPC"
    " for SageMaker Notebook Instance models"
)
SERVICE_ENI = replace(ENI, instance_id=None, requester_managed=True)


@pytest.mark.parametrize(
    ("interface_type", "owner"),
    [
        ("nat_gateway", "nat_gateway"),
        ("natGateway", "nat_gateway"),
        ("transit_gateway", "transit_gateway"),
        ("network_load_balancer", "elb"),
        ("gateway_load_balancer", "elb"),
        ("gateway_load_balancer_endpoint", "vpc_endpoint"),
        ("vpc_endpoint", "vpc_endpoint"),
        ("lambda", "lambda"),
        ("global_accelerator_managed", "global_accelerator"),
        ("api_gateway_managed", "api_gateway"),
        ("quicksight", "quicksight"),
        ("iot_rules_managed", "iot"),
        ("aws_codestar_connections_managed", "codestar_connections"),
    ],
)
def test_an_interface_type_that_names_its_owner_decides(interface_type: str, owner: str) -> None:
    eni = replace(SERVICE_ENI, interface_type=interface_type, description="RDSNetworkInterface")

    assert classify_owner(eni) == owner


@pytest.mark.parametrize(
    ("description", "owner"),
    [
        ("ELB app/shop/50dc6c495c0c9188", "elb"),
        ("ELB net/shop/50dc6c495c0c9188", "elb"),
        ("ELB classic-shop", "elb"),
        ("RDSNetworkInterface", "rds"),
        ("Network interface for DBProxy shop-proxy", "rds"),
        ("AWS Lambda VPC ENI-orders-6f1c2f0e-5f0b-4c53-9a0e-2d4f4a3f8b11", "lambda"),
        ("AWS Lambda VPC ENI: 0f9a", "lambda"),
        ("Interface for NAT Gateway nat-0aaaaaaaaaaaaaaaa", "nat_gateway"),
        ("Network Interface for Transit Gateway Attachment tgw-attach-0aaaaaaaaaaaaaaaa", "transit_gateway"),
        ("VPC Endpoint Interface vpce-0aaaaaaaaaaaaaaaa", "vpc_endpoint"),
        ("EFS mount target for fs-0aaaaaaaaaaaaaaaa (fsmt-0aaaaaaaaaaaaaaaa)", "efs"),
        ("Mount target fsmt-0aaaaaaaaaaaaaaaa for file system fs-0aaaaaaaaaaaaaaaa", "efs"),
        ("Amazon EKS shop", "eks"),
        ("aws-k8s-branch-eni", "eks"),
        ("aws-K8S-i-0aaaaaaaaaaaaaaaa", "eks"),
        ("arn:aws:ecs:us-east-1:123456789012:attachment/f6d9fc22-dbaf-4bff-b501-a41b41f27826", "ecs"),
        ("arn:aws-cn:ecs:cn-north-1:123456789012:attachment/f6d9fc22-dbaf-4bff-b501-a41b41f27826", "ecs"),
        ("ElastiCache shop-001", "elasticache"),
        ("ElastiCache+shop-001", "elasticache"),
        ("RedshiftNetworkInterface", "redshift"),
        ("DMSNetworkInterface", "dms"),
        ("DAX shop", "dax"),
        ("ES shop", "opensearch"),
        ("DO NOT DELETE - Amazon MSK network interface for cluster arn:aws:kafka:…", "msk"),
        ("Amazon Kinesis Firehose - 123456789012:orders:1641374697543.", "firehose"),
        ("Attached to Glue using role: arn:aws:iam::123456789012:role/glue", "glue"),
        ("[DO NOT DELETE] ENI managed by SageMaker for Studio Domain(d-0aaaaaaaaaaa)", "sagemaker"),
        (SAGEMAKER_NOTEBOOK, "sagemaker"),
        ("Route 53 Resolver: rslvr-in-0aaaaaaaaaaaaaaaa:rni-0aaaaaaaaaaaaaaaa", "route53_resolver"),
        ("CloudHSM Managed Interface", "cloudhsm"),
        ("CloudHsm ENI", "cloudhsm"),
        ("AWS created network interface for directory d-0aaaaaaaaa", "directory_service"),
        ("Created By Amazon Workspaces for AWS Account ID 123456789012", "workspaces"),
        ("ENI managed by APIGateway", "api_gateway"),
        ("AWS CodeStar Connections host", "codestar_connections"),
        ("my own text about the ELB app/shop", "other"),
        ("", "other"),
    ],
)
def test_the_description_that_a_service_writes_tells_the_owner(description: str, owner: str) -> None:
    assert classify_owner(replace(SERVICE_ENI, description=description)) == owner


@pytest.mark.parametrize(
    ("requester_id", "owner"),
    [
        ("amazon-elb", "elb"),
        ("amazon-rds", "rds"),
        ("amazon-redshift", "redshift"),
        ("amazon-elasticache", "elasticache"),
        ("AROACKCEVSQ6C2EXAMPLE:awslambda_123_20260101", "lambda"),
        ("amazon-elbow", "other"),
        ("123456789012", "other"),
    ],
)
def test_the_requester_tells_the_owner_where_the_description_does_not(requester_id: str, owner: str) -> None:
    assert classify_owner(replace(SERVICE_ENI, requester_id=requester_id)) == owner


def test_an_interface_on_an_instance_is_ec2s() -> None:
    assert classify_owner(ENI) == "ec2"


def test_what_people_write_on_an_interface_of_their_instance_does_not_make_it_a_services() -> None:
    assert classify_owner(replace(ENI, description="ELB app/shop/50dc6c495c0c9188")) == "ec2"


@pytest.mark.parametrize(
    ("interface_type", "description", "owner"),
    [
        ("interface", "arn:aws:ecs:us-east-1:123456789012:attachment/f6d9fc22", "ecs"),
        ("interface", "aws-K8S-i-0aaaaaaaaaaaaaaaa", "eks"),
        ("trunk", "aws-k8s-trunk-eni", "eks"),
        ("trunk", "", "ec2"),
        ("efa", "", "ec2"),
    ],
)
def test_an_interface_of_a_container_on_an_instance_is_the_orchestrators(
    interface_type: str, description: str, owner: str
) -> None:
    assert classify_owner(replace(ENI, interface_type=interface_type, description=description)) == owner


def test_an_interface_that_nothing_is_known_of_is_other() -> None:
    assert classify_owner(replace(ENI, instance_id=None)) == "other"
