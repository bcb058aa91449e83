from collections.abc import Mapping, Sequence

from aws_cdk import aws_iam as iam

from stacks.function_role import FunctionRole
from stacks.network_ranges import IpNetwork

_Requests = tuple[Sequence[str], Sequence[str]]
# The methods and the paths of what a function asks of the engine.
_REQUESTS: Mapping[str, Sequence[_Requests]] = {
    "flow_ingest": [(["Post"], ["_bulk"])],
    "index_page": [(["Post"], ["flows-*/_search"])],
    "rule_usage": [
        (["Post"], ["flows-*/_search", "flows-*/_refresh", "rule-usage/_search", "rule-usage/_bulk"]),
        (["Get"], ["flows-*/_alias"]),
        (["Delete"], ["flows-*"]),
    ],
    "advisor": [(["Post"], ["flows-*/_search", "rule-usage/_search"])],
    "search_setup": [(["Get", "Post", "Put"], ["*"])],
}
_ROLE_MAPPINGS = "_plugins/_security/api/rolesmapping"


def build_access_policy(
    domain_arn: str,
    *,
    engine_roles: Mapping[str, FunctionRole],
    allowed_cidrs: Sequence[IpNetwork],
) -> iam.PolicyDocument:
    """Who gets through to the engine, whose fine-grained access control then asks who they are.

    Functions sign their requests and come from no fixed address; people come from fixed ones with a password.
    `engine_roles` are by the name of the function.
    """
    everything = f"{domain_arn}/*"
    return iam.PolicyDocument(
        statements=[
            *(
                _let_in(each.role, domain_arn, requests)
                for name, each in engine_roles.items()
                for requests in _REQUESTS[name]
            ),
            iam.PolicyStatement(
                principals=[iam.AnyPrincipal()],
                actions=["es:ESHttp*"],
                resources=[everything],
                conditions={"IpAddress": {"aws:SourceIp": [str(network) for network in allowed_cidrs]}},
            ),
            _bootstrap_door(domain_arn),
        ]
    )


def _let_in(role: iam.IRole, domain_arn: str, requests: _Requests) -> iam.PolicyStatement:
    """All that the role needs: within one account either side's policy may allow a request."""
    methods, paths = requests
    return iam.PolicyStatement(
        principals=[iam.ArnPrincipal(role.role_arn)],
        actions=[f"es:ESHttp{method}" for method in methods],
        resources=[f"{domain_arn}/{path}" for path in paths],
    )


def _bootstrap_door(domain_arn: str) -> iam.PolicyStatement:
    """Lets `search_setup` map its own role in a new domain, which knows the master user only.

    A request carries a signature or a password, not both, and a function has no address to allow. All that is
    open here is to present the master user's random password of 40 characters for the sake of two mappings.
    """
    return iam.PolicyStatement(
        principals=[iam.AnyPrincipal()],
        actions=["es:ESHttpPatch"],
        resources=[f"{domain_arn}/{_ROLE_MAPPINGS}/{name}" for name in ("all_access", "security_manager")],
    )
