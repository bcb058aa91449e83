"""AWS: a deleted function stops running; Lambda refuses a role that it can't assume, and an on-failure
destination that the role may not write to (Lambda API Reference, CreateFunction,
PutFunctionEventInvokeConfig).

MiniStack 1.5.33 keeps the processes of a function that CloudFormation deletes, and checks neither.
"""

from collections.abc import Callable

from local.emulator.deviations.failure_records import may_write
from local.emulator.deviations.permissions import role_trusts
from local.emulator.ministack import (
    Properties,
    Provisioned,
    Record,
    Response,
    lambda_svc,
    provisioners,
    replace,
    replace_handler,
    responses,
)

_create_any: Callable[..., Provisioned] = provisioners._lambda_create
_delete_record: Callable[..., None] = provisioners._lambda_delete
_put_config: Callable[..., Response] = lambda_svc._put_event_invoke_config


def mend() -> None:
    replace_handler("AWS::Lambda::Function", create=_create, delete=_delete)
    replace(lambda_svc, "_put_event_invoke_config", _put_event_invoke_config)


def _create(logical_id: str, properties: Properties, stack_name: str) -> Provisioned:
    if not role_trusts(properties["Role"], "lambda.amazonaws.com"):
        raise ValueError(
            f"The role defined for the function cannot be assumed by Lambda: {properties['Role']}"
        )
    return _create_any(logical_id, properties, stack_name)


def _delete(name: str, properties: Properties) -> None:
    _delete_record(name, properties)
    lambda_svc.invalidate_worker(name, account=responses.get_account_id(), region=responses.get_region())


def _put_event_invoke_config(name: str, qualifier: str | None, request: Record) -> Response:
    destinations = request.get("DestinationConfig") or {}
    destination = (destinations.get("OnFailure") or {}).get("Destination") or ""
    function = lambda_svc._functions.get(name)
    if (
        function
        and destination.startswith("arn:aws:s3:::")
        and not may_write(function["config"], destination)
    ):
        message = (
            "The function's execution role does not have permissions to call PutObject and ListBucket on "
            f"{destination}"
        )
        refusal: Response = lambda_svc.error_response_json("InvalidParameterValueException", message, 400)
        return refusal
    return _put_config(name, qualifier, request)
