"""IAM's answers for what services do themselves; MiniStack 1.5.33 asks IAM for requests by HTTP only."""

import contextvars
import json
from typing import Any, Final

from local.emulator.ministack import Record, iam, iam_evaluator, lambda_runtime, lambda_svc, responses

LOOPBACK: Final = "127.0.0.1"


def function_may(config: Record, action: str, resource_arn: str) -> bool:
    """May the function's execution role do this?"""
    access_key = lambda_runtime.execution_credentials(config)["AWS_ACCESS_KEY_ID"]
    # A context of its own: evaluation reads the address and the signature of the request that it runs in.
    return contextvars.copy_context().run(_is_allowed, access_key, action, resource_arn)


def _is_allowed(access_key: str, action: str, resource_arn: str) -> bool:
    iam_evaluator.pin_request_origin(LOOPBACK, True)
    iam_evaluator._anonymous.set(False)
    service = action.partition(":")[0]
    denied = iam_evaluator.enforce(
        access_key, action, service, responses.get_region(), resource_arn=resource_arn
    )
    return denied is None


def role_may(role_arn: str, action: str, resource_arn: str) -> bool:
    """May a service that has assumed this role do this?"""
    account, name = responses.get_account_id(), role_arn.rpartition("/")[2]
    policies = iam_evaluator._gather_role_policies(name, account)
    limits = iam_evaluator._permissions_boundary(iam._roles, name, account)
    context = _context(role_arn, action, resource_arn)
    return bool(iam_evaluator.evaluate(context, policies, *limits).decision == "Allow")


def role_trusts(role_arn: str, service: str) -> bool:
    """Does the role exist, and does it let this service (`lambda.amazonaws.com`) assume it?"""
    role = iam._roles.get(role_arn.rpartition("/")[2])
    statements = json.loads(role["AssumeRolePolicyDocument"])["Statement"] if role else []
    return any(
        statement["Effect"] == "Allow" and service in _listed(statement["Principal"].get("Service"))
        for statement in statements
        if isinstance(statement.get("Principal"), dict)
    )


def service_may_invoke(function_arn: str, service: str, source_arn: str) -> bool:
    """Does the function's policy let this service (`logs.amazonaws.com`) invoke it for this source?"""
    found = lambda_svc.function_policy_for_arn(function_arn)
    context = _context("", "lambda:InvokeFunction", function_arn)
    account = responses.get_account_id()
    context.service_context = {"aws:sourcearn": source_arn, "aws:sourceaccount": account}
    policy = found[0] if found else None
    result = iam_evaluator.evaluate_resource_policy(policy, context, service=service)
    return bool(result.decision == "Allow")


def _context(principal_arn: str, action: str, resource_arn: str) -> Any:  # noqa: ANN401 - MiniStack's own
    return iam_evaluator.EvalContext(
        principal_arn=principal_arn,
        principal_type="AssumedRole",
        principal_account=responses.get_account_id(),
        action=action,
        resource_arn=resource_arn,
        region=responses.get_region(),
        source_ip=LOOPBACK,
        secure_transport=True,
    )


def _listed(value: str | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else value or []
