from collections.abc import Mapping, Sequence

import aws_cdk as cdk
from aws_cdk import aws_ec2 as ec2
from aws_cdk import aws_opensearchservice as opensearch
from constructs import Construct

from stacks.acknowledge import acknowledge
from stacks.domain_access_policy import build_access_policy
from stacks.domain_size import DomainSize
from stacks.function_role import FunctionRole
from stacks.network_ranges import IpNetwork
from stacks.removal import removal_policy
from stacks.search_users import SearchUsers

_NO_SLOW_LOGS = "They take one of the ten resource policies that CloudWatch Logs has room for in a Region."
_REASONS = {
    "AwsSolutions-OS1": "People open Dashboards from allowed_cidrs, which a domain in a VPC rules out.",
    "AwsSolutions-OS3": "Functions have no fixed address: their statement names their roles instead.",
    "AwsSolutions-OS4": "Beside so few data nodes three dedicated masters would more than double the price.",
    "AwsSolutions-OS5": "To IAM a password is anonymous; ranges and fine-grained access control guard it.",
    "AwsSolutions-OS9[LogExport::SEARCH_SLOW_LOGS]": _NO_SLOW_LOGS,
    "AwsSolutions-OS9[LogExport::INDEX_SLOW_LOGS]": _NO_SLOW_LOGS,
}
_ONE_ZONE = {"AwsSolutions-OS7": "Whoever asks for a single node has asked for a single zone."}


class SearchDomain(Construct):
    """The OpenSearch domain and its users: HTTPS only, encrypted, with fine-grained access control."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        size: DomainSize,
        engine_version: str,
        allowed_cidrs: Sequence[IpNetwork],
        engine_roles: Mapping[str, FunctionRole],
        retain_data: bool,
    ) -> None:
        super().__init__(scope, construct_id)
        self.users = SearchUsers(self, "Users", retain_data=retain_data)
        self.dual_stack = any(network.version == 6 for network in allowed_cidrs)
        self.domain = opensearch.Domain(
            self,
            "Domain",
            domain_name=_domain_name(),
            version=opensearch.EngineVersion.open_search(engine_version),
            capacity=_capacity(size),
            zone_awareness=_zone_awareness(size),
            ebs=opensearch.EbsOptions(volume_type=ec2.EbsDeviceVolumeType.GP3, volume_size=size.volume_gib),
            enforce_https=True,
            tls_security_policy=opensearch.TLSSecurityPolicy.TLS_1_2_PFS,
            node_to_node_encryption=True,
            encryption_at_rest=opensearch.EncryptionAtRestOptions(enabled=True),
            fine_grained_access_control=self._master_user(),
            ip_address_type=opensearch.IpAddressType.DUAL_STACK if self.dual_stack else None,
            enable_auto_software_update=True,
            enable_version_upgrade=True,
            removal_policy=removal_policy(retain_data=retain_data),
        )
        self._resource.access_policies = build_access_policy(
            self.arn, engine_roles=engine_roles, allowed_cidrs=allowed_cidrs
        )
        if retain_data:
            cdk.Tags.of(self.domain).add("sg-lens:retained", "true")
        acknowledge(self.domain, _REASONS if size.zones > 1 else _REASONS | _ONE_ZONE)

    @property
    def arn(self) -> str:
        """Made of the name, so that the domain's own policy can hold it."""
        return cdk.Stack.of(self).format_arn(service="es", resource="domain", resource_name=_domain_name())

    @property
    def endpoint(self) -> str:
        return self.domain.domain_endpoint

    @property
    def dashboards_url(self) -> str:
        """With dual stack a domain gets a second endpoint, and only that one has IPv6 addresses."""
        endpoint = self._resource.attr_domain_endpoint_v2 if self.dual_stack else self.endpoint
        return f"https://{endpoint}/_dashboards"

    @property
    def _resource(self) -> opensearch.CfnDomain:
        """The L2's own `access_policies` would add a Node.js function that sets them afterwards."""
        resource = self.domain.node.default_child
        assert isinstance(resource, opensearch.CfnDomain)  # noqa: S101
        return resource

    def _master_user(self) -> opensearch.AdvancedSecurityOptions:
        master = self.users.master
        return opensearch.AdvancedSecurityOptions(
            master_user_name=self.users.master_name,
            master_user_password=master.secret_value_from_json("password"),
        )


def _domain_name() -> str:
    """Forced by the access policy, which has to name the domain's ARN while the domain is still being made.

    The beginning of the stack's own UUID keeps it apart from a domain that an earlier stack has left behind.
    """
    uuid = cdk.Fn.select(2, cdk.Fn.split("/", cdk.Aws.STACK_ID))
    return cdk.Fn.join("-", ["sg-lens", cdk.Fn.select(0, cdk.Fn.split("-", uuid))])


def _capacity(size: DomainSize) -> opensearch.CapacityConfig:
    return opensearch.CapacityConfig(
        data_node_instance_type=size.instance_type,
        data_nodes=size.instance_count,
        multi_az_with_standby_enabled=False,
    )


def _zone_awareness(size: DomainSize) -> opensearch.ZoneAwarenessConfig:
    if size.zones == 1:
        return opensearch.ZoneAwarenessConfig(enabled=False)
    return opensearch.ZoneAwarenessConfig(enabled=True, availability_zone_count=size.zones)
