import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from domain.interface_owner import OTHER, classify_owner
from domain.inventory import NetworkInterface

_NOT_A_SERVICE: Final = {"ec2", OTHER}
_SAYS_NOTHING: Final = (
    re.compile(r"\s*"),
    re.compile(r"Primary network interface"),
    re.compile(r"(RDS|DMS|Redshift)NetworkInterface"),
    re.compile(r"AWS Lambda VPC ENI: [0-9a-f-]+"),
    re.compile(r"arn:[^:]+:ecs:.*"),
    re.compile(r"(?i:aws-k8s-).*"),
    re.compile(r"ENI managed by APIGateway"),
    re.compile(r"CloudH(SM|sm) (Managed Interface|ENI)"),
    re.compile(r"Created By Amazon Work[Ss]paces for AWS Account ID \d+"),
)


def name_interface(eni: NetworkInterface, group_names: Sequence[str]) -> str:
    """What people call it: its Name tag, else what the service behind it wrote, else its groups, else its id.

    A service's description counts where it names the thing: "ELB app/web/50dc6c495c0c9188", "VPC Endpoint
    Interface vpce-…". Others are the same for every interface of the service ("RDSNetworkInterface"), or hold
    an id that nobody knows the thing by (a task's attachment, a pod's node). Sources are those of
    `classify_owner`, and for a task's interface:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-networking-awsvpc.html
    """
    if eni.name.strip():
        return eni.name
    if _is_services(eni) and _says_something(eni.description):
        return eni.description
    return ", ".join(name for name in group_names if name.strip()) or eni.interface_id


def _is_services(eni: NetworkInterface) -> bool:
    return eni.requester_managed or classify_owner(eni) not in _NOT_A_SERVICE


@lru_cache(maxsize=4_096)
def _says_something(description: str) -> bool:
    return not any(pattern.fullmatch(description) for pattern in _SAYS_NOTHING)
