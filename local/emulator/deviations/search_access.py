"""AWS: a request to a domain is let in by its signature (SigV4, service `es`), the caller's identity policies
and the domain's access policy: within one account either policy may allow, and a Deny in any wins (OpenSearch
Service Developer Guide, "Identity and Access Management"; IAM User Guide, "Policy evaluation logic").

MiniStack 1.5.33 has no data plane; its signature check and policy evaluator do here what AWS does.
"""

import hashlib
from typing import Any, Final
from urllib.parse import parse_qs

from local.emulator.ministack import iam, iam_evaluator, opensearch, responses, sigv4
from local.search.front_door import AuthenticationError, Principal
from local.search.http_message import Headers

EVERYTHING: Final = {"Statement": {"Effect": "Allow", "Action": "*", "Resource": "*"}}


def authenticate(method: str, path: str, query: str, headers: Headers, body: bytes) -> Principal:
    fields = {name.lower(): value for name, value in headers}
    signature = _checked(sigv4.parse_header_signature(fields))
    _refuse(sigv4.request_time_failure(signature))
    if (signature.service, signature.region) != ("es", responses.get_region()):
        raise AuthenticationError(f"Credential should be scoped to service 'es' in {responses.get_region()}.")
    token = fields.get("x-amz-security-token", "")
    credential = iam_evaluator.resolve_credential(signature.access_key_id, responses.get_account_id(), token)
    if isinstance(credential, iam_evaluator.CredentialResolutionError):
        raise AuthenticationError(credential.message)
    if fields.get("x-amz-content-sha256", "") not in ("", hashlib.sha256(body).hexdigest()):
        raise AuthenticationError(
            "The provided 'x-amz-content-sha256' header does not match what was computed."
        )
    params = parse_qs(query, keep_blank_values=True)
    secret = credential.secret_access_key
    _refuse(sigv4.header_signature_failure(signature, secret, method, path, params, fields, body))
    return Principal(credential.principal_arn, _known_by(credential.principal_arn), credential.account_id)


def is_allowed(principal: Principal | None, action: str, path: str, source_ip: str) -> bool:
    domains = opensearch._domains.values()
    if not domains:
        return False
    domain = domains[-1]
    context = iam_evaluator.EvalContext(
        principal_arn=principal.arn if principal else "",
        principal_type="",
        principal_account=principal.account if principal else "",
        action=action,
        resource_arn=domain["ARN"] + path,
        region=responses.get_region(),
        source_ip=source_ip,
        secure_transport=True,
    )
    policy = domain["AccessPolicies"] or None
    if principal is None:
        result = iam_evaluator.evaluate_resource_policy(policy, context)
    else:
        result = _evaluate(principal, context, policy)
    return bool(result.decision == "Allow")


def _evaluate(principal: Principal, context: Any, policy: str | None) -> Any:  # noqa: ANN401 - MiniStack's own
    policies, limits = _identity_policies(principal)
    identity = iam_evaluator.evaluate(context, policies, *limits)
    owner = responses.get_account_id()
    return iam_evaluator.combine_resource_policy(identity, context, policy, owner, limits=limits)


def _identity_policies(principal: Principal) -> tuple[list[Any], list[Any]]:
    """Parsed policies, and the permissions boundary that limits them."""
    kind, _, path = principal.role_arn.rpartition(":")[2].partition("/")
    name, account = path.rpartition("/")[2], principal.account
    if kind == "role":
        limits = iam_evaluator._permissions_boundary(iam._roles, name, account)
        return iam_evaluator._gather_role_policies(name, account), limits
    if kind == "user":
        limits = iam_evaluator._permissions_boundary(iam._users, name, account)
        return iam_evaluator._gather_user_policies(name, account), limits
    return [iam_evaluator.parse_policy_document(EVERYTHING)] if kind == "root" else [], []


def _known_by(principal_arn: str) -> str:
    """The engine knows the session of a role by the role's ARN, everybody else by their own."""
    if ":assumed-role/" not in principal_arn:
        return principal_arn
    name = principal_arn.split("/")[1]
    role = iam._roles.get(name)
    if role is None:
        raise AuthenticationError(f"The role {name} of the signed request does not exist.")
    return str(role["Arn"])


def _checked(signature: Any) -> Any:  # noqa: ANN401 - MiniStack's own
    if isinstance(signature, tuple):
        _refuse(signature)
    return signature


def _refuse(failure: tuple[str, str] | None) -> None:
    """`failure` is an error code and its message."""
    if failure is not None:
        raise AuthenticationError(failure[1])
