from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.cloudformation_response import CloudFormationResponse
from domain.errors import SearchSetupError


@dataclass(frozen=True, slots=True)
class SetupRequest:
    """What CloudFormation asks of the custom resource.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/crpg-ref-requests.html
    """

    request_type: str
    response_url: str
    stack_id: str
    request_id: str
    logical_resource_id: str
    physical_resource_id: str
    properties: Mapping[str, object] = field(default_factory=dict)

    def succeeded(self, data: Mapping[str, str] | None = None) -> CloudFormationResponse:
        return CloudFormationResponse(
            "SUCCESS",
            "",
            self.physical_resource_id,
            self.stack_id,
            self.request_id,
            self.logical_resource_id,
            data or {},
        )

    def failed(self, reason: str) -> CloudFormationResponse:
        return CloudFormationResponse(
            "FAILED",
            reason,
            self.physical_resource_id,
            self.stack_id,
            self.request_id,
            self.logical_resource_id,
        )


@dataclass(frozen=True, slots=True)
class SetupProperties:
    """The custom resource's properties that a set-up needs; CloudFormation sends numbers as strings."""

    role_arns: Mapping[str, str]
    own_role_arn: str
    domain_arn: str
    index_shards: int
    index_replicas: int


def parse_request(event: Mapping[str, object]) -> SetupRequest:
    stack_id = _text(event, "StackId")
    properties = event.get("ResourceProperties")
    return SetupRequest(
        request_type=_text(event, "RequestType"),
        response_url=_text(event, "ResponseURL"),
        stack_id=stack_id,
        request_id=_text(event, "RequestId"),
        logical_resource_id=_text(event, "LogicalResourceId"),
        physical_resource_id=str(event.get("PhysicalResourceId") or _physical_resource_id(stack_id)),
        properties=properties if isinstance(properties, Mapping) else {},
    )


def parse_properties(properties: Mapping[str, object]) -> SetupProperties:
    role_arns = _texts(properties, "RoleArns")
    return SetupProperties(
        role_arns=role_arns,
        own_role_arn=_text(role_arns, "search_setup"),
        domain_arn=_text(properties, "DomainArn"),
        index_shards=_number(properties, "IndexShards"),
        index_replicas=_number(properties, "IndexReplicas"),
    )


def parse_buckets(properties: Mapping[str, object]) -> tuple[str, ...]:
    """The buckets to empty; none where the properties do not say so, as a Delete must succeed with any."""
    buckets = properties.get("Buckets")
    if properties.get("RetainData") == "true" or not isinstance(buckets, list):
        return ()
    return tuple(str(bucket) for bucket in buckets)


def _physical_resource_id(stack_id: str) -> str:
    """Never another one for the same stack, so that an update never replaces the resource."""
    return f"sg-lens-search-setup-{stack_id.rsplit('/', 1)[-1]}"


def _text(source: Mapping[str, object], key: str) -> str:
    value = source.get(key)
    if not isinstance(value, str) or not value:
        raise _malformed(key, "a text", value)
    return value


def _texts(source: Mapping[str, object], key: str) -> dict[str, str]:
    values = source.get(key)
    if not isinstance(values, Mapping):
        raise _malformed(key, "a map of texts", values)
    return {str(name): _text(values, name) for name in values}


def _number(source: Mapping[str, object], key: str) -> int:
    value = _text(source, key)
    if not value.isascii() or not value.isdigit():
        raise _malformed(key, "a whole number", value)
    return int(value)


def _malformed(key: str, expected: str, value: object) -> SearchSetupError:
    return SearchSetupError(
        f"the custom resource's {key} must be {expected}, not {value!r}; correct it in the stack"
    )
