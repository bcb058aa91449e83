from dataclasses import replace

import pytest

from domain.interface_name import name_interface
from tests.domain.examples import ENI

UNNAMED = replace(ENI, name="")
SERVICES = replace(UNNAMED, instance_id=None, requester_managed=True)
NAMES = ("app", "instances-ssh")
HOSTILE = "<script>alert(1)</script> \"'\\ \u202e\x00\U0001f600" + "x" * 220


def test_the_name_tag_comes_first() -> None:
    eni = replace(SERVICES, name="front door", description="ELB app/web/50dc6c495c0c9188")

    assert name_interface(eni, NAMES) == "front door"


@pytest.mark.parametrize(
    "description",
    [
        "ELB app/web/50dc6c495c0c9188",
        "Network interface for DBProxy shop-proxy",
        "AWS Lambda VPC ENI-orders-6f1c2f0e-5f0b-4c53-9a0e-2d4f4a3f8b11",
        "Interface for NAT Gateway nat-0aaaaaaaaaaaaaaaa",
        "VPC Endpoint Interface vpce-0aaaaaaaaaaaaaaaa",
        "EFS mount target for fs-0aaaaaaaaaaaaaaaa (fsmt-0aaaaaaaaaaaaaaaa)",
        "ElastiCache sessions-001",
        "Amazon EKS shop",
        "a service that nobody has heard of yet",
        HOSTILE,
    ],
)
def test_then_what_the_service_wrote_that_owns_it(description: str) -> None:
    assert name_interface(replace(SERVICES, description=description), NAMES) == description


def test_a_services_interface_that_no_service_manages_is_told_by_its_description_too() -> None:
    eni = replace(
        UNNAMED, instance_id=None, interface_type="lambda", description="AWS Lambda VPC ENI-orders-1"
    )

    assert name_interface(eni, NAMES) == "AWS Lambda VPC ENI-orders-1"


@pytest.mark.parametrize(
    "description",
    [
        "",
        " ",
        "Primary network interface",
        "RDSNetworkInterface",
        "RedshiftNetworkInterface",
        "DMSNetworkInterface",
        "AWS Lambda VPC ENI: 0b6a2c1e-3d4f-4a5b-8c6d-7e8f90a1b2c3",
        "arn:aws:ecs:us-east-1:123456789012:attachment/5f9a1c7e-9d0b-4c4e-8a55-1f2e3d4c5b6a",
        "aws-K8S-i-0aaaaaaaaaaaaaaaa",
        "aws-k8s-branch-eni",
        "ENI managed by APIGateway",
        "CloudHSM Managed Interface",
        "CloudHsm ENI",
        "Created By Amazon Workspaces for AWS Account ID 123456789012",
    ],
)
def test_a_description_that_tells_nothing_gives_way_to_the_groups(description: str) -> None:
    assert name_interface(replace(SERVICES, description=description), NAMES) == "app, instances-ssh"


@pytest.mark.parametrize("instance_id", [None, "i-0aaaaaaaaaaaaaaaa"])
def test_what_people_wrote_on_an_interface_of_their_own_does_not_name_it(instance_id: str | None) -> None:
    eni = replace(UNNAMED, instance_id=instance_id, description="kept for the standby database")

    assert name_interface(eni, NAMES) == "app, instances-ssh"


@pytest.mark.parametrize("names", [(), ("",), ("", " ")])
def test_the_id_is_left_where_nothing_has_a_name(names: tuple[str, ...]) -> None:
    assert name_interface(UNNAMED, names) == ENI.interface_id


def test_a_blank_name_tag_is_none() -> None:
    assert name_interface(replace(ENI, name=" \t"), ("app",)) == "app"


def test_names_stay_as_they_are() -> None:
    assert name_interface(replace(ENI, name=HOSTILE), ()) == HOSTILE
    assert name_interface(UNNAMED, (HOSTILE,)) == HOSTILE
